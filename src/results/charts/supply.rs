//! Load and supply: sources stacked, the demand above them, what was not served between; temperature on top.
//!
//! The stack holds what the grid was fed; the line above it is demand with losses, so that both can be compared.

use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::runs_above;
use crate::results::charts::axes::up_to;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREEN;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::PURPLE;
use crate::results::charts::palette::SKY;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::YELLOW;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;

/// Sources from the bottom of the stack up: point, name, colour. Neighbours differ in lightness.
const SOURCES: [(&str, &str, Color); 10] = [
    ("steam", "steam", Color(120, 120, 120, 1.0)),
    ("combined_cycle", "combined cycle", Color(0, 90, 140, 1.0)),
    ("hydro", "hydro", Color(0, 158, 115, 1.0)),
    ("import", "import", SKY),
    ("gas_turbine", "gas turbine", PURPLE),
    ("diesel", "diesel", Color(90, 60, 90, 1.0)),
    ("wind", "wind", GREEN),
    ("solar", "solar", YELLOW),
    ("rooftop_pv", "rooftop solar", ORANGE),
    ("battery", "battery", BLUE),
];

/// Heat index from which the US National Weather Service warns of danger, degrees Celsius (103 F).
const DANGER_C: f64 = 39.4;
/// Heat index from which it advises extreme caution (90 F).
const CAUTION_C: f64 = 32.2;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let demand = o.highest("grid/demand_mw")?;
    let ens = o.final_value("grid/unserved_mwh").unwrap_or(0.0);
    let served = if ens < 0.005 {
        "all of it served".to_owned()
    } else {
        format!("{} MWh not served", amount(ens))
    };
    let title = format!(
        "Demand peaked at {} MW on {}; {served}",
        amount(demand.value),
        run_day(o.plan.start, demand.t_s)
    );
    let mut page = Drawing::page(WIDTH, 700.0, &title, &run_line(o, ""));
    let top = heat(&mut page, o).map_or(100.0, |bottom| bottom + 44.0);
    stack(&mut page, o, top);
    Some(page)
}

/// Temperature and heat index; returns where the panel ends.
fn heat(page: &mut Drawing, o: &RunOutcome) -> Option<f64> {
    let temp = o.series("weather/temp_c")?;
    let felt = o.series("weather/heat_index_c");
    let t = o.times_s();
    let all = || {
        temp.iter()
            .chain(felt.iter().flatten())
            .copied()
            .filter(|v| v.is_finite())
    };
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    let bottom = 222.0;
    let panel = Panel::time(
        o,
        104.0,
        bottom,
        [(low / 5.0).floor() * 5.0, (high / 5.0).ceil() * 5.0 + 0.01],
    );
    let title = if felt.is_some() {
        "Air temperature and heat index, C"
    } else {
        "Air temperature, C"
    };
    panel.back(page, o, title, plain);
    let mut labels = vec![(*temp.last()?, "temperature".to_owned(), INK)];
    if let Some(felt) = &felt {
        let classes = [
            (CAUTION_C, ORANGE, 0.45, "heat caution"),
            (DANGER_C, VERMILION, 0.75, "heat danger"),
        ];
        for (limit, color, opacity, name) in classes {
            let runs = runs_above(felt, limit);
            for (from, to) in &runs {
                let above: Vec<f64> = felt[*from..=*to].iter().map(|v| v.max(limit)).collect();
                let floor = vec![limit; above.len()];
                page.fill(
                    panel.between(&t[*from..=*to], &floor, &above),
                    color.alpha(opacity),
                );
            }
            if !runs.is_empty() {
                let y = panel.y(limit);
                page.line(
                    vec![(panel.frame[0], y), (panel.frame[2], y)],
                    color.alpha(0.7),
                    1.0,
                );
                labels.push((limit, format!("{name} {limit} C"), color));
            }
        }
        page.line(panel.path(t, felt), VERMILION, 1.6);
        labels.push((*felt.last()?, "heat index".to_owned(), VERMILION));
    }
    page.line(panel.path(t, &temp), INK, 1.8);
    panel.time_axis(page, o, false);
    panel.labels(page, &labels);
    Some(bottom)
}

fn stack(page: &mut Drawing, o: &RunOutcome, top: f64) {
    let t = o.times_s();
    let n = t.len();
    let mut sources = Vec::new();
    for (point, name, color) in SOURCES {
        if let Some(series) = o
            .series(&format!("grid/{point}_mw"))
            .filter(|s| s.iter().any(|v| v.abs() > 0.05))
        {
            sources.push((name, color, series));
        }
    }
    let zero = vec![0.0; n];
    let unserved = o.series("grid/unserved_mw").unwrap_or_else(|| zero.clone());
    let demand = o.series("grid/demand_mw").unwrap_or_else(|| zero.clone());
    let (line, name) = if sources.is_empty() {
        (demand, "demand")
    } else {
        let fed = |k: usize| sources.iter().map(|(_, _, s)| s[k]).sum::<f64>();
        (
            (0..n).map(|k| fed(k) + unserved[k]).collect::<Vec<f64>>(),
            "demand and losses",
        )
    };
    let mut low = zero.clone();
    let mut layers = Vec::new();
    for (name, color, series) in &sources {
        let high: Vec<f64> = low
            .iter()
            .zip(series)
            .map(|(l, v)| l + v.max(0.0))
            .collect();
        layers.push((*name, *color, low, high.clone()));
        low = high;
    }
    let highest = line.iter().chain(&low).copied().fold(0.0, f64::max);
    let worst = (0..n)
        .max_by(|a, b| unserved[*a].total_cmp(&unserved[*b]))
        .unwrap_or(0);
    let dark = unserved.get(worst).copied().unwrap_or(0.0);
    // Room for words above the highest point.
    let room = if dark > 0.05 { 1.05 } else { 1.0 };
    let panel = Panel::time(o, top, 640.0, up_to(highest * room));
    panel.back(page, o, "Supply by source, MW", plain);
    let mut labels = Vec::new();
    for (name, color, low, high) in &layers {
        page.fill(panel.between(t, low, high), *color);
        let last = n - 1;
        labels.push(((low[last] + high[last]) / 2.0, (*name).to_owned(), *color));
    }
    if dark > 0.05 {
        let fed: Vec<f64> = line.iter().zip(&unserved).map(|(l, u)| l - u).collect();
        page.fill(panel.between(t, &fed, &line), VERMILION);
    }
    page.line(panel.path(t, &line), INK, 1.8);
    if let Some(last) = line.last() {
        labels.push((last * 1.02, name.to_owned(), INK));
    }
    panel.time_axis(page, o, true);
    panel.labels(page, &labels);
    if dark > 0.05 {
        let text = format!("{} MW not served", amount(dark));
        let room = LABEL.width(&text) / 2.0 + 4.0;
        let x = panel
            .x(t[worst] as f64)
            .clamp(panel.frame[0] + room, panel.frame[2] - room);
        // Above everything that the words stand over.
        let under = t.iter().zip(line.iter().zip(&low));
        let crest = under
            .filter(|(t, _)| (panel.x(**t as f64) - x).abs() <= room)
            .map(|(_, (l, s))| l.max(*s))
            .fold(line[worst], f64::max);
        let y = (panel.y(crest) - 8.0).max(top + 12.0);
        page.text_on_data((x, y), &text, LABEL.bold().color(VERMILION), Align::Centre);
    }
    if layers.iter().any(|l| l.0 == "battery") {
        let note = "where the supply rises above the line, a battery is charging";
        page.text(
            (panel.frame[2], top - 9.0),
            note,
            TICK.color(GREY),
            Align::Right,
        );
    }
}
