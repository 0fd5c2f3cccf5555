//! The most loaded lines and transformers over time, and the ratings that fall as the air gets hot.

use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::PEERS;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::worst::Branch;
use crate::results::worst::BranchKind;
use crate::results::worst::branches;
use crate::results::worst::most_loaded;

/// Elements drawn in each panel.
const SHOWN: usize = 4;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let all = branches(o);
    let lines = most_loaded(&all, BranchKind::Line);
    let transformers = most_loaded(&all, BranchKind::Transformer);
    let value = |b: &&Branch| b.loading.map_or(0.0, |e| e.value);
    let worst = lines
        .first()
        .into_iter()
        .chain(transformers.first())
        .max_by(|a, b| value(a).total_cmp(&value(b)))?;
    let when = worst.loading?.t_s;
    let over: f64 = all
        .iter()
        .filter_map(|b| b.over_h)
        .filter(|h| *h > 0.0)
        .count() as f64;
    let title = format!(
        "The heaviest load was {:.0} % of rating, {} {} on {}{}",
        value(worst),
        worst.kind.as_str(),
        worst.id,
        run_day(o.plan.start, when),
        if over > 0.0 {
            format!(
                "; {} of {} exceeded 100 %",
                over,
                lines.len() + transformers.len()
            )
        } else {
            "; nothing exceeded 100 %".to_owned()
        }
    );
    let mut page = Drawing::page(WIDTH, 820.0, &title, &run_line(o, ""));
    let lines: Vec<&Branch> = lines.into_iter().take(SHOWN).collect();
    let transformers: Vec<&Branch> = transformers.into_iter().take(SHOWN).collect();
    let mut panels: Vec<(&str, &[&Branch], &str)> = Vec::new();
    if !lines.is_empty() {
        panels.push((
            "Loading of the most loaded lines, % of the rating at the time",
            &lines,
            "loading_pct",
        ));
    }
    if !transformers.is_empty() {
        panels.push((
            "Loading of the most loaded transformers, % of rated power",
            &transformers,
            "loading_pct",
        ));
    }
    if lines.iter().any(|b| b.lowest_rating_mva.is_some()) {
        panels.push((
            "Ratings of those lines in the weather, % of design rating",
            &lines,
            "rating_mva",
        ));
    }
    let (first, last) = (104.0, 760.0);
    let gap = 46.0;
    let height = (last - first - gap * (panels.len() as f64 - 1.0)) / panels.len() as f64;
    for (k, (title, rows, quantity)) in panels.iter().enumerate() {
        let top = first + (height + gap) * k as f64;
        let lowest = k + 1 == panels.len();
        draw_panel(
            &mut page,
            o,
            [top, top + height],
            title,
            rows,
            quantity,
            lowest,
        );
    }
    Some(page)
}

fn draw_panel(
    page: &mut Drawing,
    o: &RunOutcome,
    [top, bottom]: [f64; 2],
    title: &str,
    rows: &[&Branch],
    quantity: &str,
    days: bool,
) {
    let rating = quantity == "rating_mva";
    let series: Vec<(String, Vec<f64>)> = rows
        .iter()
        .filter_map(|b| {
            let mut values = o.series(&b.point(quantity))?;
            if rating {
                for v in &mut values {
                    *v *= 100.0 / b.rating_mva.max(f64::MIN_POSITIVE);
                }
            }
            Some((b.id.clone(), values))
        })
        .collect();
    let all = || {
        series
            .iter()
            .flat_map(|(_, v)| v.iter().copied())
            .filter(|v| v.is_finite())
    };
    let high = all().fold(100.0, f64::max);
    let low = if rating {
        all().fold(100.0, f64::min)
    } else {
        0.0
    };
    let margin = 0.08 * (high - low).max(1.0);
    let floor = if rating { low - margin } else { 0.0 };
    let panel = Panel::time(o, top, bottom, [floor, high + margin]);
    panel.back(page, o, title, plain);
    let limit = panel.y(100.0);
    page.dashed(
        vec![(panel.frame[0], limit), (panel.frame[2], limit)],
        INK,
        1.4,
    );
    let mut labels = Vec::new();
    for (k, (id, values)) in series.iter().enumerate().rev() {
        let color = PEERS[k % PEERS.len()];
        page.line(
            panel.path(o.times_s(), values),
            color,
            if k == 0 { 2.0 } else { 1.5 },
        );
        let end = values.last().copied().unwrap_or(0.0);
        let text = if rating {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            format!("{id}, least {least:.0} %")
        } else {
            let most = values.iter().copied().fold(0.0, f64::max);
            format!("{id}, most {most:.0} %")
        };
        labels.push((end, text, color));
    }
    let name = if rating { "design rating" } else { "rating" };
    labels.push((100.0, name.to_owned(), INK));
    panel.time_axis(page, o, days);
    panel.labels(page, &labels);
}
