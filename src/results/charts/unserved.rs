//! Power not served by district and time as a heat map, with the totals beside it.

use crate::results::charts::axes::LEFT;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::RIGHT;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GRID;
use crate::results::charts::palette::viridis;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;

/// Most districts drawn; the rest lost less than these and are counted in the note.
const SHOWN: usize = 30;
/// Names of districts need more room than numbers.
const NAMES: f64 = 74.0;
/// Least mean power that is shown as not served, megawatts.
const TRACE_MW: f64 = 1e-3;

struct Row {
    name: String,
    mwh: f64,
    bins: Vec<f64>,
}

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let bin_s = bin_s(o.finished_s);
    let mut rows = Vec::new();
    for d in &o.plan.city.districts {
        let Some(series) = o.series(&format!("district/{}/unserved_mw", d.id)) else {
            continue;
        };
        let bins = bins(o, &series, bin_s);
        let held = bins.iter().sum::<f64>() * bin_s as f64 / 3600.0;
        let meter = o.final_value(&format!("district/{}/unserved_mwh", d.id));
        rows.push(Row {
            name: d.name.clone(),
            mwh: meter.unwrap_or(held),
            bins,
        });
    }
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| b.mwh.total_cmp(&a.mwh));
    let total: f64 = rows.iter().map(|r| r.mwh).sum();
    let hit = rows.iter().filter(|r| r.mwh >= 0.005).count();
    let title = if hit == 0 {
        "Every district was served in full".to_owned()
    } else {
        let share = 100.0 * rows[0].mwh / total;
        format!(
            "{} MWh not served; {} of {} districts hit, {} the most ({share:.0} %)",
            amount(total),
            hit,
            rows.len(),
            rows[0].name
        )
    };
    let hidden = rows.len().saturating_sub(SHOWN);
    let note = if hidden > 0 {
        format!("{hidden} districts that lost less are not shown")
    } else {
        String::new()
    };
    rows.truncate(SHOWN);
    let cell = (420.0 / rows.len() as f64).clamp(16.0, 34.0);
    let bottom = 128.0 + cell * rows.len() as f64;
    let mut page = Drawing::page(WIDTH, bottom + 58.0, &title, &run_line(o, &note));
    cells(&mut page, o, &rows, [128.0, bottom], bin_s);
    Some(page)
}

/// An hour, or as many whole hours as give at most 96 columns.
fn bin_s(finished_s: u64) -> u64 {
    finished_s.div_ceil(96 * 3600).max(1) * 3600
}

/// Mean power in every bin, megawatts (zero-order hold; a row counts in the bin in which it begins).
fn bins(o: &RunOutcome, series: &[f64], bin_s: u64) -> Vec<f64> {
    let n = o.finished_s.div_ceil(bin_s).max(1) as usize;
    let mut mean = vec![0.0; n];
    for ((t, v), h) in o.times_s().iter().zip(series).zip(o.holds_h()) {
        if let Some(bin) = mean.get_mut((t / bin_s) as usize) {
            *bin += v * h * 3600.0 / bin_s as f64;
        }
    }
    mean
}

fn cells(page: &mut Drawing, o: &RunOutcome, rows: &[Row], [top, bottom]: [f64; 2], bin_s: u64) {
    let mut panel = Panel::time(o, top, bottom, [0.0, 1.0]);
    panel.frame[0] = LEFT + NAMES;
    let cell = (bottom - top) / rows.len() as f64;
    let highest = rows
        .iter()
        .flat_map(|r| r.bins.iter().copied())
        .fold(0.0, f64::max);
    let most_mwh = rows.first().map_or(0.0, |r| r.mwh).max(f64::MIN_POSITIVE);
    let bars = WIDTH - RIGHT + 18.0;
    page.text(
        (panel.frame[0], top - 12.0),
        "Mean power not served, MW",
        PANEL,
        Align::Left,
    );
    page.text((bars, top - 12.0), "Total, MWh", PANEL, Align::Left);
    for (k, row) in rows.iter().enumerate() {
        let y = top + cell * k as f64;
        let middle = y + cell / 2.0;
        page.rect(
            (panel.frame[0], y + 1.0),
            (panel.frame[2], y + cell - 1.0),
            GRID.lighter(0.45),
        );
        for (b, mw) in row
            .bins
            .iter()
            .enumerate()
            .filter(|(_, mw)| **mw > TRACE_MW)
        {
            let from = panel.x((b as u64 * bin_s) as f64);
            let to = panel.x(((b as u64 + 1) * bin_s) as f64);
            page.rect((from, y + 1.0), (to, y + cell - 1.0), viridis(mw / highest));
        }
        let font = if row.mwh >= 0.005 { LABEL } else { TICK };
        page.text(
            (panel.frame[0] - 10.0, middle + 4.7),
            &shortened(&row.name),
            font,
            Align::Right,
        );
        if row.mwh >= 0.005 {
            let length = 96.0 * row.mwh / most_mwh;
            page.rect(
                (bars, middle - 6.0),
                (bars + length.max(1.5), middle + 6.0),
                BLUE,
            );
            page.text(
                (bars + length + 7.0, middle + 4.7),
                &amount(row.mwh),
                LABEL,
                Align::Left,
            );
        }
    }
    panel.time_axis(page, o, true);
    if highest > TRACE_MW {
        scale(page, panel.frame[2], top - 24.0, highest);
    }
}

/// A name that fits beside the map.
fn shortened(name: &str) -> String {
    let room = LEFT + NAMES - 14.0;
    if LABEL.width(name) <= room {
        return name.to_owned();
    }
    let mut short = name.to_owned();
    while !short.is_empty() && LABEL.width(&short) + 8.0 > room {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

/// The colour scale, ending at `right`.
fn scale(page: &mut Drawing, right: f64, top: f64, highest: f64) {
    const STEPS: u32 = 40;
    const WIDE: f64 = 180.0;
    let end = format!("{} MW", amount(highest));
    let x1 = right - LABEL.width(&end) - 8.0;
    let x0 = x1 - WIDE;
    for k in 0..STEPS {
        let f = f64::from(k) / f64::from(STEPS);
        let x = x0 + WIDE * f;
        page.rect(
            (x, top),
            (x + WIDE / f64::from(STEPS) + 0.5, top + 12.0),
            viridis(f),
        );
    }
    page.text((x0 - 8.0, top + 10.7), "0", TICK, Align::Right);
    page.text((x1 + 8.0, top + 10.7), &end, TICK, Align::Left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn bins_hold_mean_power() {
        let o = small::outcome();
        // Rows of an hour in bins of two hours; the last row holds for no time.
        assert_eq!(bins(&o, &[4.0, 2.0, 6.0, 9.0], 7200), [3.0, 3.0]);
        assert_eq!(bin_s(72 * 3600), 3600);
        assert_eq!(bin_s(200 * 3600), 3 * 3600);
    }
}
