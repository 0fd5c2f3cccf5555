//! Every run as a dot: one metric, a row a controller, with the mean and where the middle 90 % of the runs lie.

use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::color;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::readable;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::WHITE;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names;
use crate::results::report::prose::shown;
use crate::solvers::statistics::descriptive::mean;
use crate::solvers::statistics::descriptive::quantile;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most dots drawn in a row; of more runs, evenly spaced ones in order of value.
const MOST_DOTS: usize = 400;
const RADIUS: f64 = 3.4;

/// The figure of a metric in a setting; nothing if no run has a value.
#[must_use]
pub fn body(e: &Evidence<'_>, setting: usize, metric: &str) -> Markup {
    let rows: Vec<(usize, Vec<f64>)> = (0..e.controllers.len())
        .map(|c| (c, e.values(setting, c, metric)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    let name = names::metric(metric);
    let unit = names::metric_unit(metric);
    let title = title(e, setting, &name, unit, &rows);
    let note = "A dot is a run; the bar spans the middle 90 % of runs, the tick is the mean.";
    figure(&title, note, &|room| draw(e, &rows, &name, unit, room))
}

fn title(
    e: &Evidence<'_>,
    setting: usize,
    name: &str,
    unit: &str,
    rows: &[(usize, Vec<f64>)],
) -> String {
    let means: Vec<String> = rows
        .iter()
        .filter_map(|(c, values)| {
            let text = format!("{} {unit}", shown(mean(values)?));
            Some(format!("{} with {}", text.trim_end(), e.name(*c)))
        })
        .collect();
    e.titled(setting, &format!("{name}, {} on average", means.join(", ")))
}

fn draw(
    e: &Evidence<'_>,
    rows: &[(usize, Vec<f64>)],
    name: &str,
    unit: &str,
    room: Room,
) -> Drawing {
    let phone = room.is_phone();
    let height = if phone { 96.0 } else { 88.0 };
    let width = room.width();
    let labels = rows
        .iter()
        .map(|(c, _)| LABEL.bold().width(&e.name(*c)))
        .fold(0.0, f64::max);
    let left = if phone { 8.0 } else { labels.min(200.0) + 18.0 };
    let bottom = height * rows.len() as f64;
    let mut page = blank(room, bottom + 46.0);
    let all = rows.iter().flat_map(|(_, v)| v.iter().copied());
    let frame = Frame {
        left,
        top: 0.0,
        right: width - 12.0,
        bottom,
        x: around(all, true),
        y: [0.0, 1.0],
    };
    let words = if unit.is_empty() {
        name.to_owned()
    } else {
        format!("{name}, {unit}")
    };
    frame.values_across(&mut page, &capital(&words));
    for (k, (c, values)) in rows.iter().enumerate() {
        let top = height * k as f64;
        let (from, to) = (
            if phone { top + 22.0 } else { top + 6.0 },
            top + height - 18.0,
        );
        let paint = color(*c);
        let (at, room_for_name) = if phone {
            ((left, top + 16.0), width - left)
        } else {
            ((0.0, (from + to) / 2.0 + 4.5), left - 12.0)
        };
        let font = LABEL.bold().color(readable(paint));
        page.text(
            at,
            &fit(&e.name(*c), font, room_for_name),
            font,
            Align::Left,
        );
        swarm(&mut page, &frame, values, from, to, paint.alpha(0.55));
        let y = to + 9.0;
        if let (Some(low), Some(high)) = (quantile(values, 0.05), quantile(values, 0.95)) {
            page.line(vec![(frame.x(low), y), (frame.x(high), y)], paint, 2.5);
        }
        if let Some(m) = mean(values) {
            let x = frame.x(m);
            page.rect((x - 3.0, y - 8.0), (x + 3.0, y + 8.0), WHITE);
            page.rect((x - 1.6, y - 7.0), (x + 1.6, y + 7.0), INK);
        }
    }
    page
}

/// Dots stacked upwards from the row's foot where they would overlap, closer together where the row is not high enough.
fn swarm(page: &mut Drawing, frame: &Frame, values: &[f64], from: f64, to: f64, paint: Color) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let every = sorted.len().div_ceil(MOST_DOTS).max(1);
    let mut stacks: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for v in sorted.iter().step_by(every) {
        let x = frame.x(*v);
        stacks
            .entry((x / (2.0 * RADIUS)) as i64)
            .or_default()
            .push(x);
    }
    let highest = stacks.values().map(Vec::len).max().unwrap_or(1);
    let step = ((to - from - 2.0 * RADIUS) / highest.saturating_sub(1).max(1) as f64)
        .min(2.0 * RADIUS + 0.4);
    for stack in stacks.values() {
        for (k, x) in stack.iter().enumerate() {
            let y = to - RADIUS - step * k as f64;
            page.shapes.push(Shape::Disc((*x, y), RADIUS, paint));
        }
    }
}

/// With a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
