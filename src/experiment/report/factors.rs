//! Main effects: the mean of the headline metric at each level of a factor, over all other factors, by controller.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::color;
use crate::experiment::report::evidence::interval_of_mean;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::names_above;
use crate::experiment::report::frame::names_height;
use crate::experiment::report::frame::under;
use crate::experiment::report::series::MOST_SETTINGS;
use crate::experiment::report::spread::capital;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::Color;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names;
use crate::results::report::prose::shown;
use crate::solvers::statistics::descriptive::mean;
use crate::solvers::statistics::interval::Interval;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Levels from which a factor of numbers is cut into groups of equal counts.
const MOST_LEVELS: usize = 8;
/// Groups that it is cut into.
const GROUPS: usize = 5;

/// A level or group of levels with the means of the controllers there.
struct Level {
    name: String,
    means: Vec<(usize, f64, Option<Interval>)>,
}

/// The section for the headline metric.
#[must_use]
pub fn body(e: &Evidence<'_>, metric: &str) -> Markup {
    html! {
        @for s in 0..e.settings.len().min(MOST_SETTINGS) {
            @for (k, factor) in e.folder.plan.factors.iter().enumerate() { (one(e, s, k, factor, metric)) }
        }
    }
}

fn one(e: &Evidence<'_>, setting: usize, factor: usize, name: &str, metric: &str) -> Markup {
    let levels = levels(e, setting, factor, metric);
    if levels.is_empty() {
        return html! {};
    }
    let words = names::metric(metric);
    let unit = names::metric_unit(metric);
    let spans: Vec<String> = (0..e.controllers.len())
        .filter_map(|c| {
            let means: Vec<f64> = levels
                .iter()
                .flat_map(|l| l.means.iter().filter(|m| m.0 == c).map(|m| m.1))
                .collect();
            let low = means.iter().copied().reduce(f64::min)?;
            let high = means.iter().copied().reduce(f64::max)?;
            let text = format!("{} to {} {unit}", shown(low), shown(high));
            Some(format!("{} with {}", text.trim_end(), e.name(c)))
        })
        .collect();
    let title = e.titled(
        setting,
        &format!(
            "over {name}, mean {words} goes from {}",
            spans.join(", from ")
        ),
    );
    let note =
        "Means over runs at each level (all other factors pooled), with 95 % bootstrap intervals.";
    figure(&title, note, &|room| {
        draw(e, &levels, name, &words, unit, room)
    })
}

fn levels(e: &Evidence<'_>, setting: usize, factor: usize, metric: &str) -> Vec<Level> {
    let Some(column) = e.folder.table.metric(metric) else {
        return Vec::new();
    };
    // Level as written, controller, value.
    let mut all: Vec<(&str, usize, f64)> = Vec::new();
    for c in 0..e.controllers.len() {
        for row in e.runs(setting, c) {
            if let (Some(level), Some(value)) = (
                row.levels.get(factor),
                row.values.get(column).copied().flatten(),
            ) {
                all.push((level, c, value));
            }
        }
    }
    let mut written: Vec<&str> = all.iter().map(|a| a.0).collect();
    written.sort_unstable();
    written.dedup();
    let as_number: Option<Vec<f64>> = written.iter().map(|l| l.parse().ok()).collect();
    if let Some(numbers) = &as_number {
        let mut pairs: Vec<(f64, &str)> = numbers.iter().copied().zip(written).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        written = pairs.into_iter().map(|p| p.1).collect();
    }
    let groups: Vec<Vec<&str>> = if as_number.is_some() && written.len() > MOST_LEVELS {
        let size = written.len().div_ceil(GROUPS);
        written.chunks(size).map(<[&str]>::to_vec).collect()
    } else {
        written.into_iter().map(|l| vec![l]).collect()
    };
    let mut values: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    let place: BTreeMap<&str, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(k, group)| group.iter().map(move |l| (*l, k)))
        .collect();
    for (level, c, value) in all {
        if let Some(k) = place.get(level) {
            values.entry((*k, c)).or_default().push(value);
        }
    }
    groups
        .iter()
        .enumerate()
        .map(|(k, group)| {
            let name = match group.as_slice() {
                [one] => (*one).trim_matches('"').to_owned(),
                [first, .., last] => format!("{} to {}", rounded(first), rounded(last)),
                [] => String::new(),
            };
            let means = (0..e.controllers.len())
                .filter_map(|c| {
                    let of = values.get(&(k, c))?;
                    Some((c, mean(of)?, interval_of_mean(of)))
                })
                .collect();
            Level { name, means }
        })
        .collect()
}

fn rounded(level: &str) -> String {
    level.parse().map_or_else(|_| level.to_owned(), shown)
}

fn draw(
    e: &Evidence<'_>,
    levels: &[Level],
    factor: &str,
    words: &str,
    unit: &str,
    room: Room,
) -> Drawing {
    let phone = room.is_phone();
    let names: Vec<(String, Color)> = (0..e.controllers.len())
        .map(|c| (e.name(c), color(c)))
        .collect();
    let top = names_height(room, &names) + 34.0;
    let plot = if phone { 190.0 } else { 240.0 };
    let mut page = blank(room, top + plot + 46.0);
    let width = if phone {
        room.width()
    } else {
        room.width().min(720.0)
    };
    let values = levels
        .iter()
        .flat_map(|l| l.means.iter())
        .flat_map(|(_, m, i)| [*m, i.map_or(*m, |i| i.low), i.map_or(*m, |i| i.high)]);
    let frame = Frame {
        left: 50.0,
        top,
        right: width - 10.0,
        bottom: top + plot,
        x: [-0.5, levels.len() as f64 - 0.5],
        y: around(values, true),
    };
    names_above(&mut page, 0.0, &names);
    let title = if unit.is_empty() {
        capital(words)
    } else {
        format!("{}, {unit}", capital(words))
    };
    frame.values_up(&mut page, &title);
    page.line(
        vec![(frame.left, frame.bottom), (frame.right, frame.bottom)],
        AXIS,
        1.0,
    );
    let each = (frame.right - frame.left) / levels.len().max(1) as f64;
    for (k, level) in levels.iter().enumerate() {
        let name = fit(&level.name, TICK, each - 6.0);
        under(&mut page, frame.x(k as f64), frame.bottom + 18.0, &name);
    }
    let name = fit(factor, TICK, width - frame.left);
    under(
        &mut page,
        (frame.left + frame.right) / 2.0,
        frame.bottom + 37.0,
        &name,
    );
    let count = e.controllers.len().max(1) as f64;
    for c in 0..e.controllers.len() {
        // Beside each other, so that intervals do not cover each other.
        let aside = (c as f64 - (count - 1.0) / 2.0) * 8.0;
        let mut path = Vec::new();
        for (k, level) in levels.iter().enumerate() {
            let Some((_, m, interval)) = level.means.iter().find(|m| m.0 == c) else {
                continue;
            };
            let at = (frame.x(k as f64) + aside, frame.y(*m));
            if let Some(i) = interval {
                page.line(
                    vec![(at.0, frame.y(i.low)), (at.0, frame.y(i.high))],
                    color(c),
                    1.8,
                );
            }
            path.push(at);
        }
        page.line(path.clone(), color(c).alpha(0.6), 1.2);
        for at in path {
            page.disc(at, 4.5, color(c));
        }
    }
    page
}
