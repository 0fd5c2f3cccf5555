//! The stress heat map: every run a row, every hour a column, power not served as darkness; a panel a controller.
//!
//! Rows are seeds in the order of what they cost the baseline, the same row the same seed in every panel.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::under;
use crate::experiment::report::series::MOST_SETTINGS;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::viridis;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names::quantity;
use crate::results::report::prose::shown;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most columns; longer runs have wider ones.
const MOST_COLUMNS: u64 = 96;
/// Most rows; of more runs several are averaged in one, in order.
const MOST_ROWS: usize = 80;
/// Steps of the colour scale.
const LEVELS: usize = 9;
/// Paper that stands for nothing not served.
const NOTHING: Color = Color(244, 246, 248, 1.0);
/// Columns that the map can be made of, the best first.
const WANTED: [&str; 3] = ["unserved_mw", "grid_unserved_mw", "customers_out"];

/// Panels by controller: rows of cells, none where a pair lacks this controller's run.
struct Map {
    column: String,
    hours: f64,
    columns: usize,
    most: f64,
    panels: Vec<(usize, Vec<Option<Vec<f64>>>)>,
    /// Runs in a row.
    together: usize,
}

/// The section.
#[must_use]
pub fn body(e: &Evidence<'_>) -> Markup {
    let names = &e.folder.series.names;
    let Some(column) = WANTED
        .iter()
        .find_map(|w| names.iter().position(|n| n == w))
    else {
        return html! { p { "The experiment kept no series of power not served (" code { "grid/unserved_mw" } "), of which this map is made." } };
    };
    html! { @for s in 0..e.settings.len().min(MOST_SETTINGS) { (one(e, s, column)) } }
}

fn one(e: &Evidence<'_>, setting: usize, column: usize) -> Markup {
    let Some(map) = map(e, setting, column) else {
        return html! { p { (e.titled(setting, "no rows in timeseries.csv.")) } };
    };
    let (words, unit) = quantity(&map.column);
    if map.most <= 0.0 {
        return html! { p { (e.titled(setting, &format!("{words} was 0 in every run at every recorded time; there is no stress to map."))) } };
    }
    let worst: Vec<String> = map
        .panels
        .iter()
        .map(|(c, rows)| {
            let most = rows.iter().flatten().flatten().copied().fold(0.0, f64::max);
            let text = format!("{} {unit}", shown(most));
            format!("{} with {}", text.trim_end(), e.name(*c))
        })
        .collect();
    let title = e.titled(
        setting,
        &format!("{words} in the worst hour, {}", worst.join(", ")),
    );
    let rows = if map.together > 1 {
        format!(
            "A row is the mean of {} runs with neighbouring ranks",
            map.together
        )
    } else {
        "A row is a seed".to_owned()
    };
    let note = format!(
        "{rows}, the worst for {} at the top; the same row is the same seeds in every panel. A cell is {} h. Darker is more.",
        e.name(map.panels.first().map_or(0, |p| p.0)),
        shown(map.hours / map.columns as f64)
    );
    figure(&title, &note, &|room| draw(e, &map, &words, unit, room))
}

/// Hourly means of a column by pair and controller.
fn map(e: &Evidence<'_>, setting: usize, column: usize) -> Option<Map> {
    let last = e
        .folder
        .series
        .rows
        .iter()
        .filter(|r| e.place(r.0).is_some_and(|p| p.0 == setting))
        .map(|r| r.1)
        .max()?;
    let cell_s = 3600 * (last.div_ceil(3600).max(1)).div_ceil(MOST_COLUMNS);
    let columns = (last / cell_s + 1) as usize;
    // The seed with its point names a pair; sums and counts of each cell.
    type Cells = Vec<(f64, u32)>;
    let mut pairs: BTreeMap<(u32, u64), BTreeMap<usize, Cells>> = BTreeMap::new();
    let mut pair_of: BTreeMap<u32, (usize, (u32, u64))> = BTreeMap::new();
    for c in 0..e.controllers.len() {
        for row in e.runs(setting, c) {
            pair_of.insert(row.run_id, (c, (row.point, row.seed)));
        }
    }
    for (run, t_s, values) in &e.folder.series.rows {
        let (Some((c, pair)), Some(value)) =
            (pair_of.get(run), values.get(column).copied().flatten())
        else {
            continue;
        };
        let cells = pairs
            .entry(*pair)
            .or_default()
            .entry(*c)
            .or_insert_with(|| vec![(0.0, 0); columns]);
        if let Some(cell) = cells.get_mut((t_s / cell_s) as usize) {
            cell.0 += value;
            cell.1 += 1;
        }
    }
    let means = |cells: &Cells| -> Vec<f64> {
        cells
            .iter()
            .map(|(sum, n)| if *n > 0 { sum / f64::from(*n) } else { 0.0 })
            .collect()
    };
    let first = (0..e.controllers.len()).find(|c| !e.runs(setting, *c).is_empty())?;
    let mut ranked: Vec<BTreeMap<usize, Vec<f64>>> = pairs
        .values()
        .map(|by| by.iter().map(|(c, cells)| (*c, means(cells))).collect())
        .collect();
    let severity = |pair: &BTreeMap<usize, Vec<f64>>| {
        let row = pair.get(&first).or_else(|| pair.values().next());
        row.map_or(0.0, |r| r.iter().sum::<f64>())
    };
    ranked.sort_by(|a, b| severity(b).total_cmp(&severity(a)));
    let together = ranked.len().div_ceil(MOST_ROWS).max(1);
    let mut panels = Vec::new();
    let mut most = 0.0f64;
    for c in 0..e.controllers.len() {
        if e.runs(setting, c).is_empty() {
            continue;
        }
        let rows: Vec<Option<Vec<f64>>> = ranked
            .chunks(together)
            .map(|chunk| mean_of(chunk.iter().filter_map(|pair| pair.get(&c))))
            .collect();
        most = rows
            .iter()
            .flatten()
            .flatten()
            .copied()
            .fold(most, f64::max);
        panels.push((c, rows));
    }
    Some(Map {
        column: e.folder.series.names.get(column)?.clone(),
        hours: (columns as u64 * cell_s) as f64 / 3600.0,
        columns,
        most,
        panels,
        together,
    })
}

fn mean_of<'a>(rows: impl Iterator<Item = &'a Vec<f64>>) -> Option<Vec<f64>> {
    let mut sum: Option<Vec<f64>> = None;
    let mut n = 0.0;
    for row in rows {
        n += 1.0;
        match &mut sum {
            None => sum = Some(row.clone()),
            Some(sum) => {
                for (s, v) in sum.iter_mut().zip(row) {
                    *s += v;
                }
            }
        }
    }
    sum.map(|s| s.into_iter().map(|v| v / n).collect())
}

fn draw(e: &Evidence<'_>, map: &Map, words: &str, unit: &str, room: Room) -> Drawing {
    const GAP: f64 = 28.0;
    const HEAD: f64 = 26.0;
    const FOOT: f64 = 44.0;
    let width = room.width();
    let abreast = if room.is_phone() {
        1
    } else {
        map.panels.len().clamp(1, 3)
    };
    let rows = map.panels.first().map_or(0, |p| p.1.len()).max(1);
    let each = (width - GAP * (abreast - 1) as f64 - 6.0) / abreast as f64;
    let row = (320.0 / rows as f64).clamp(4.0, 12.0).round();
    let tall = row * rows as f64;
    let lines = map.panels.len().div_ceil(abreast);
    let mut page = blank(room, 44.0 + lines as f64 * (HEAD + tall + FOOT));
    scale(&mut page, map, words, unit);
    for (k, (c, cells)) in map.panels.iter().enumerate() {
        let left = (k % abreast) as f64 * (each + GAP);
        let top = 44.0 + (k / abreast) as f64 * (HEAD + tall + FOOT) + HEAD;
        let frame = Frame {
            left,
            top,
            right: left + each,
            bottom: top + tall,
            x: [0.0, map.hours],
            y: [0.0, 1.0],
        };
        let name = fit(&e.name(*c), PANEL, each);
        page.text((left, top - 9.0), &name, PANEL, Align::Left);
        page.rect((left, top), (left + each, top + tall), NOTHING);
        let mut by_level: BTreeMap<usize, Vec<[f64; 4]>> = BTreeMap::new();
        let wide = each / map.columns as f64;
        for (r, cells) in cells.iter().enumerate() {
            let y = top + row * r as f64;
            for (from, to, level) in stretches(cells.as_deref().unwrap_or_default(), map.most) {
                let place = [
                    left + wide * from as f64,
                    y,
                    left + wide * to as f64,
                    y + row,
                ];
                by_level.entry(level).or_default().push(place);
            }
        }
        for (level, places) in by_level {
            for [x0, y0, x1, y1] in places {
                page.rect((x0, y0), (x1, y1), shade(level));
            }
        }
        frame.hours_across(&mut page);
    }
    page
}

/// Colour of a level from 1: viridis, its light end paler still, so that a little does not shout.
fn shade(level: usize) -> Color {
    let x = (level.saturating_sub(1)) as f64 / (LEVELS - 1) as f64;
    viridis(x).lighter(0.7 * (1.0 - x) * (1.0 - x))
}

/// Stretches of cells of one level, from, to (excluded), level from 1; nothing not served is left out.
fn stretches(cells: &[f64], most: f64) -> Vec<(usize, usize, usize)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (k, v) in cells.iter().enumerate() {
        let level = ((v / most) * LEVELS as f64).ceil() as usize;
        if level == 0 {
            continue;
        }
        match all.last_mut() {
            Some(last) if last.1 == k && last.2 == level => last.1 = k + 1,
            _ => all.push((k, k + 1, level)),
        }
    }
    all
}

fn scale(page: &mut Drawing, map: &Map, words: &str, unit: &str) {
    const STEP: f64 = 22.0;
    page.rect((0.0, 4.0), (STEP, 16.0), NOTHING);
    for level in 1..=LEVELS {
        let x = STEP * level as f64;
        let color = shade(level);
        page.rect((x, 4.0), (x + STEP, 16.0), color);
    }
    let right = STEP * (LEVELS + 1) as f64;
    page.text((0.0, 31.0), "0", TICK, Align::Left);
    under(page, right, 31.0, &shown(map.most));
    let name = format!("{words} {unit}");
    let name = fit(name.trim_end(), TICK, page.width - right - 12.0);
    page.text((right + 10.0, 15.0), &name, TICK, Align::Left);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_one_level_are_one_stretch() {
        let cells = [0.0, 1.0, 1.0, 9.0, 0.0, 9.0];
        assert_eq!(stretches(&cells, 9.0), [(1, 3, 1), (3, 4, 9), (5, 6, 9)]);
    }
}
