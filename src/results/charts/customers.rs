//! Customers without power over time, with what happened marked below in lanes and the largest losses named.

use crate::engine::record::Event;
use crate::results::calendar::run_day;
use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::up_to;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREEN;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::SKY;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::story::chain::several;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::thing;
use crate::results::story::words::verb;
use crate::results::story::words::whole;
use std::collections::BTreeMap;

/// Least height of the scale, so that its ticks are whole customers.
const LEAST: f64 = 10.0;
/// How many losses are named at most.
const NAMED: usize = 5;

/// A lane of events: its name for one and for many, its colour, the kinds of events in it.
type Lane = (&'static str, &'static str, Color, &'static [&'static str]);

/// The lanes from top to bottom.
const LANES: [Lane; 4] = [
    (
        "failure",
        "failures",
        VERMILION,
        &[
            "line_failure",
            "transformer_failure",
            "plant_failure",
            "service_unit_failure",
        ],
    ),
    (
        "trip",
        "trips",
        ORANGE,
        &[
            "line_trip",
            "transformer_trip",
            "feeder_trip",
            "island_dark",
            "voltage_collapse",
        ],
    ),
    (
        "feeder shed",
        "feeders shed",
        BLUE,
        &["feeder_shed", "feeder_shed_auto"],
    ),
    (
        "restored or repaired",
        "restored or repaired",
        GREEN,
        &[
            "feeder_restored",
            "closed_by_crew",
            "repaired",
            "fault_isolated",
        ],
    ),
];

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let out = o.series("grid/customers_out")?;
    let worst = o.highest("grid/customers_out")?;
    let title = if worst.value < 0.5 {
        "No customer was without power".to_owned()
    } else {
        let share = 100.0 * worst.value / (o.plan.city.customers() as f64).max(1.0);
        format!(
            "{} ({} %) {} without power at the worst moment, {}",
            count(worst.value, "customer", "customers"),
            amount(share),
            if worst.value < 1.5 { "was" } else { "were" },
            run_day(o.plan.start, worst.t_s)
        )
    };
    let mut page = Drawing::page(WIDTH, 620.0, &title, &run_line(o, ""));
    let t = o.times_s();
    let panel = Panel::time(o, 104.0, 430.0, up_to(worst.value.max(LEAST) * 1.08));
    panel.back(&mut page, o, "Customers without power", plain);
    let (steps_t, steps) = stairs(t, &out);
    let zero = vec![0.0; steps.len()];
    page.fill(panel.between(&steps_t, &zero, &steps), SKY.alpha(0.55));
    page.line(panel.path(&steps_t, &steps), BLUE, 1.8);
    panel.time_axis(&mut page, o, false);
    name_losses(&mut page, o, &panel, t, &out);
    lanes(&mut page, o);
    Some(page)
}

/// A series as stairs: every row holds until the next.
fn stairs(t: &[u64], values: &[f64]) -> (Vec<u64>, Vec<f64>) {
    let (mut ts, mut vs) = (Vec::new(), Vec::new());
    for (k, (time, v)) in t.iter().zip(values).enumerate() {
        ts.push(*time);
        vs.push(*v);
        if let Some(next) = t.get(k + 1) {
            ts.push(*next);
            vs.push(*v);
        }
    }
    (ts, vs)
}

/// Names the events that cut off most customers, the largest first, wherever there is room.
fn name_losses(page: &mut Drawing, o: &RunOutcome, panel: &Panel, t: &[u64], out: &[f64]) {
    // What happened at once in the same way is one loss.
    let mut together: BTreeMap<(u64, &str), (Vec<&Event>, f64)> = BTreeMap::new();
    for event in o.record.events.iter().filter(|e| e.customers >= 0.5) {
        let key = (event.t_s, event.kind.as_str());
        let (events, customers) = together.entry(key).or_default();
        events.push(event);
        *customers += event.customers;
    }
    let mut losses: Vec<(Vec<&Event>, f64)> = together.into_values().collect();
    losses.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut boxes: Vec<[f64; 4]> = Vec::new();
    let [left, top, right, _] = panel.frame;
    for (events, customers) in losses.into_iter().take(NAMED) {
        let Some(event) = events.first() else {
            continue;
        };
        let text = match events.len() {
            1 => {
                let who = event
                    .element
                    .map_or_else(|| "the grid".to_owned(), |e| thing(o, o.name(e)));
                format!("{who} {}: {}", verb(&event.kind), whole(customers))
            }
            n => format!("{}: {}", several(&event.kind, n as f64), whole(customers)),
        };
        let x = panel.x(event.t_s as f64);
        // The first row that shows the event.
        let row = t.iter().position(|s| *s >= event.t_s).unwrap_or(0);
        let y = panel.y(out.get(row).copied().unwrap_or(0.0));
        let width = LABEL.width(&text);
        let to_left = x - left > right - x;
        let from = if to_left { x - 10.0 - width } else { x + 10.0 };
        // The first height without another label in the way, from the mark upwards, then downwards.
        let free = |y: f64| {
            y > top + 12.0
                && !boxes
                    .iter()
                    .any(|b| from < b[2] && from + width > b[0] && (y - b[1]).abs() < 18.0)
        };
        let tries = (0..12).map(|k| y - 6.0 - 18.0 * f64::from(k));
        let below = (1..12).map(|k| y + 18.0 * f64::from(k));
        let limit = panel.frame[3] - 6.0;
        let Some(at_y) = tries.chain(below).find(|y| free(*y) && *y < limit) else {
            continue;
        };
        boxes.push([from, at_y, from + width, at_y]);
        let anchor = if to_left {
            from + width + 3.0
        } else {
            from - 3.0
        };
        page.line(vec![(x, y), (anchor, at_y - 4.0)], AXIS, 1.0);
        page.disc((x, y), 3.6, VERMILION);
        page.text_on_data((from, at_y), &text, LABEL, Align::Left);
    }
}

/// A lane of marks for each kind of event.
fn lanes(page: &mut Drawing, o: &RunOutcome) {
    const TOP: f64 = 456.0;
    const LANE: f64 = 26.0;
    let bottom = TOP + LANE * LANES.len() as f64;
    let frame = Panel::time(o, TOP, bottom, [0.0, 1.0]);
    frame.time_axis(page, o, true);
    for (k, (one, many, color, kinds)) in LANES.iter().enumerate() {
        let y = TOP + LANE * (k as f64 + 0.5);
        page.line(
            vec![(frame.frame[0], y), (frame.frame[2], y)],
            AXIS.alpha(0.35),
            1.0,
        );
        let mut n = 0;
        for event in o
            .record
            .events
            .iter()
            .filter(|e| kinds.contains(&e.kind.as_str()))
        {
            page.disc((frame.x(event.t_s as f64), y), 5.0, *color);
            n += 1;
        }
        let font = if n > 0 { LABEL.color(INK) } else { TICK };
        page.text(
            (frame.frame[2] + 14.0, y + 4.7),
            &format!("{n} {}", if n == 1 { one } else { many }),
            font,
            Align::Left,
        );
    }
}
