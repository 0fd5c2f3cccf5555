//! Recorded quantities over time: the median of the runs and the band in which nine of ten lie, a colour a controller.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::color;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::names_above;
use crate::experiment::report::frame::names_height;
use crate::experiment::report::spread::capital;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::palette::Color;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names::quantity;
use crate::results::report::prose::shown;
use crate::solvers::statistics::descriptive::quantile_of_sorted;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most settings drawn; a report of more says which it leaves to the tables.
pub const MOST_SETTINGS: usize = 4;

/// Low, middle and high of the runs at a time, hours.
struct Band {
    hours: f64,
    low: f64,
    median: f64,
    high: f64,
}

/// The section.
#[must_use]
pub fn body(e: &Evidence<'_>) -> Markup {
    let table = &e.folder.series;
    if table.names.is_empty() || table.rows.is_empty() {
        return html! { p { "The experiment kept no time series (" code { "series" } " in the experiment file names the points to keep)." } };
    }
    let settings = e.settings.len().min(MOST_SETTINGS);
    html! {
        @for s in 0..settings { @for (column, name) in table.names.iter().enumerate() { (one(e, s, column, name)) } }
        @if e.settings.len() > settings {
            p { "The other " (e.settings.len() - settings) " settings are in timeseries.csv." }
        }
    }
}

fn one(e: &Evidence<'_>, setting: usize, column: usize, name: &str) -> Markup {
    let bands: Vec<(usize, Vec<Band>)> = (0..e.controllers.len())
        .map(|c| (c, bands(e, setting, c, column)))
        .filter(|(_, band)| !band.is_empty())
        .collect();
    if bands.is_empty() {
        return html! {};
    }
    let (words, unit) = quantity(name);
    // Of a lowest voltage the low point matters.
    let lowest = name.starts_with("min_") || words.starts_with("lowest");
    let verb = if lowest { "falls to" } else { "peaks at" };
    let peaks: Vec<(String, usize)> = bands
        .iter()
        .filter_map(|(c, band)| {
            let by = |a: &&Band, b: &&Band| a.median.total_cmp(&b.median);
            let top = if lowest {
                band.iter().min_by(by)?
            } else {
                band.iter().max_by(by)?
            };
            let value = format!("{} {unit}", shown(top.median));
            let value = value.trim_end();
            let peak = if band.iter().all(|b| b.median == top.median) {
                format!("{value} (all the time)")
            } else {
                format!("{value} (hour {})", shown(top.hours))
            };
            Some((peak, *c))
        })
        .collect();
    // What no controller moves, such as the weather, has one peak.
    let title = match peaks.as_slice() {
        [(first, _), rest @ ..] if !rest.is_empty() && rest.iter().all(|(p, _)| p == first) => e
            .titled(
                setting,
                &format!("median {words} {verb} {first} with every controller"),
            ),
        _ => {
            let all: Vec<String> = peaks
                .iter()
                .map(|(peak, c)| format!("{peak} with {}", e.name(*c)))
                .collect();
            e.titled(
                setting,
                &format!(
                    "median {words} {verb} {}",
                    all.join(if lowest { ", to " } else { ", at " })
                ),
            )
        }
    };
    let runs: Vec<String> = bands
        .iter()
        .map(|(c, _)| format!("{} of {}", e.runs(setting, *c).len(), e.name(*c)))
        .collect();
    let note = format!(
        "Lines: median of the runs at each time. Bands: 5th to 95th percentile. Runs: {}.",
        runs.join(", ")
    );
    figure(&title, &note, &|room| draw(e, &bands, &words, unit, room))
}

/// The runs' values at each time, where at least half of the runs have one.
fn bands(e: &Evidence<'_>, setting: usize, controller: usize, column: usize) -> Vec<Band> {
    let mut at: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (run, t_s, values) in &e.folder.series.rows {
        if e.place(*run) == Some((setting, controller))
            && let Some(value) = values.get(column).copied().flatten()
        {
            at.entry(*t_s).or_default().push(value);
        }
    }
    let half = e.runs(setting, controller).len().div_ceil(2);
    at.into_iter()
        .filter(|(_, values)| values.len() >= half)
        .filter_map(|(t_s, mut values)| {
            values.sort_by(f64::total_cmp);
            Some(Band {
                hours: t_s as f64 / 3600.0,
                low: quantile_of_sorted(&values, 0.05)?,
                median: quantile_of_sorted(&values, 0.5)?,
                high: quantile_of_sorted(&values, 0.95)?,
            })
        })
        .collect()
}

fn draw(
    e: &Evidence<'_>,
    bands: &[(usize, Vec<Band>)],
    words: &str,
    unit: &str,
    room: Room,
) -> Drawing {
    let phone = room.is_phone();
    let names: Vec<(String, Color)> = bands.iter().map(|(c, _)| (e.name(*c), color(*c))).collect();
    let above = if phone {
        names_height(room, &names)
    } else {
        0.0
    };
    let widest = names
        .iter()
        .map(|(n, _)| LABEL.bold().width(n))
        .fold(0.0, f64::max);
    let top = above + 30.0;
    let plot = if phone { 190.0 } else { 250.0 };
    let all = || bands.iter().flat_map(|(_, band)| band.iter());
    let values = all().flat_map(|b| [b.low, b.high]);
    let least = all().map(|b| b.low).fold(f64::INFINITY, f64::min);
    let most = all().map(|b| b.high).fold(f64::NEG_INFINITY, f64::max);
    // A quantity that stays far from zero (a temperature, a voltage) has no use for the empty space below it.
    let from_zero = least <= 0.4 * most;
    let last = all().map(|b| b.hours).fold(0.0, f64::max);
    let mut page = blank(room, top + plot + 46.0);
    let frame = Frame {
        left: 50.0,
        top,
        right: if phone {
            room.width() - 8.0
        } else {
            room.width() - widest.min(150.0) - 18.0
        },
        bottom: top + plot,
        x: [0.0, last.max(1e-9)],
        y: around(values, from_zero),
    };
    let title = if unit.is_empty() {
        capital(words)
    } else {
        format!("{}, {unit}", capital(words))
    };
    frame.values_up(&mut page, &title);
    for (c, band) in bands {
        let mut ring: Vec<(f64, f64)> = band
            .iter()
            .map(|b| (frame.x(b.hours), frame.y(b.high)))
            .collect();
        let back = band.iter().rev();
        ring.extend(back.map(|b| (frame.x(b.hours), frame.y(b.low))));
        page.fill(ring, color(*c).alpha(0.2));
    }
    for (c, band) in bands {
        let path = band
            .iter()
            .map(|b| (frame.x(b.hours), frame.y(b.median)))
            .collect();
        page.line(path, color(*c), 2.0);
    }
    frame.hours_across(&mut page);
    if phone {
        names_above(&mut page, 0.0, &names);
    } else {
        let ends: Vec<(f64, String, Color)> = bands
            .iter()
            .filter_map(|(c, band)| Some((band.last()?.median, e.name(*c), color(*c))))
            .collect();
        frame.names_beside(&mut page, &ends);
    }
    page
}
