//! Tank levels, and what customers asked for and got.

use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::up_to;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::SKY;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::metrics::water::felt;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::whole;

/// Tanks named beside their lines: more would not be told apart.
const NAMED: usize = 8;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let water = o.plan.city.water.as_ref()?;
    let asked = o.series("water/demand_m3h")?;
    let got = o.series("water/delivered_m3h")?;
    let lost: Vec<f64> = o
        .series("water/leakage_m3h")?
        .iter()
        .zip(&o.series("water/escaping_m3h")?)
        .map(|(a, b)| a + b)
        .collect();
    let levels: Vec<(String, Vec<f64>)> = water
        .tanks
        .iter()
        .filter_map(|t| {
            let series = o.series(&format!("water/tank/{}/level_m", t.id))?;
            let share = series.iter().map(|l| 100.0 * l / t.depth_m).collect();
            Some((t.id.clone(), share))
        })
        .collect();
    let lowest = levels
        .iter()
        .flat_map(|(id, v)| v.iter().enumerate().map(move |(k, l)| (*l, k, id)))
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let when = run_day(o.plan.start, *o.times_s().get(lowest.1)?);
    let title = if felt(o) {
        format!(
            "{} m3 of water were not delivered; tank {} fell to {:.0} % on {when}",
            whole(o.final_value("water/unserved_m3").unwrap_or(0.0)),
            lowest.2,
            lowest.0
        )
    } else {
        format!(
            "Everybody had water; the lowest tank, {}, fell to {:.0} % on {when}",
            lowest.2, lowest.0
        )
    };
    let mut page = Drawing::page(WIDTH, 720.0, &title, &run_line(o, ""));
    let t = o.times_s();
    let upper = Panel::time(o, 104.0, 340.0, [0.0, 100.0]);
    upper.back(
        &mut page,
        o,
        "Level of tanks, per cent of their depth",
        plain,
    );
    let mut labels = Vec::new();
    for (k, (id, values)) in levels.iter().enumerate() {
        let worst = id == lowest.2;
        let color = if worst {
            VERMILION
        } else {
            [BLUE, SKY, GREY][k % 3]
        };
        page.line(upper.path(t, values), color, if worst { 2.4 } else { 1.4 });
        if levels.len() <= NAMED || worst {
            labels.push((*values.last()?, id.clone(), color));
        }
    }
    upper.time_axis(&mut page, o, false);
    upper.labels(&mut page, &labels);
    let most = asked.iter().copied().fold(1.0, f64::max);
    let lower = Panel::time(o, 400.0, 660.0, up_to(most));
    lower.back(
        &mut page,
        o,
        "Water asked for, served and lost (leaks, bursts, hydrants), m3/h",
        plain,
    );
    page.fill(lower.between(t, &got, &asked), VERMILION.alpha(0.6));
    page.line(lower.path(t, &asked), VERMILION, 1.2);
    page.line(lower.path(t, &got), BLUE, 2.0);
    page.line(lower.path(t, &lost), ORANGE, 1.8);
    lower.time_axis(&mut page, o, true);
    let mut ends = vec![
        (*got.last()?, "served".to_owned(), BLUE),
        (*lost.last()?, "lost".to_owned(), ORANGE),
    ];
    if felt(o) {
        ends.push((*asked.last()?, "asked for".to_owned(), VERMILION));
    }
    lower.labels(&mut page, &ends);
    Some(page)
}
