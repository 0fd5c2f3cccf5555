//! Headways in the middle of the busiest troubled route over the whole run: each departure a dot, the plan a grey line.
//!
//! Dots far below the line are bunched vehicles, dots far above it gaps. One stop of one direction.

use crate::results::charts::axes::Panel;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::up_to;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::Shape;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::Service;

/// A gap this long is a night, seconds.
const PAUSE_S: f64 = 7_200.0;
/// Bunched: less than this share of the planned headway; a gap: more than this.
const BUNCHED: f64 = 0.5;
const GAP: f64 = 1.5;
/// Highest headway shown, as a multiple of the widest planned one: a line that stood would flatten all else.
const HIGHEST: f64 = 3.0;
/// The plan.
const PLAN: Color = Color(150, 156, 164, 1.0);

/// Departure and headway before it, seconds.
type Headways = Vec<(f64, f64)>;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let service = Service::of(o)?;
    let quality = service.quality();
    let route = service.most_troubled(&quality)?;
    let direction = (0..2).find(|d| service.main_pattern(route, *d).is_some())?;
    let pattern = service.main_pattern(route, direction)?;
    let stops = &service.transit.patterns[pattern].stops;
    let stop = *stops.get(stops.len() / 2)?;
    let (actual, plan) = headways(&service, route, direction, stop);
    if actual.len() < 2 || plan.len() < 2 {
        return None;
    }
    let near = |t: f64| {
        let after = plan.partition_point(|p| p.0 < t).min(plan.len() - 1);
        plan[after].1
    };
    let count = |fits: &dyn Fn(f64) -> bool| {
        let n = actual.iter().filter(|(t, h)| fits(h / near(*t))).count();
        100.0 * n as f64 / actual.len() as f64
    };
    let (bunched, gaps) = (count(&|x| x < BUNCHED), count(&|x| x > GAP));
    let title = format!(
        "Route {}: {bunched:.0} % of headways were less than half the planned one, {gaps:.0} % more than one and a half",
        service.transit.routes[route].id
    );
    let name = &service.transit.stops[stop].name;
    let mut page = Drawing::page(WIDTH, 560.0, &title, &run_line(o, &format!("At {name}")));
    let widest = plan.iter().map(|p| p.1).fold(0.0, f64::max) / 60.0;
    let most = actual.iter().map(|a| a.1).fold(0.0, f64::max) / 60.0;
    let top = most.min(HIGHEST * widest).max(widest);
    let panel = Panel::time(o, 104.0, 490.0, up_to(top));
    panel.back(&mut page, o, "Minutes since the departure before", plain);
    let x = |t: f64| panel.x(t - service.from_s as f64);
    // Steps of the plan, broken at night.
    let mut line: Vec<At> = Vec::new();
    let mut before = f64::NEG_INFINITY;
    for (t, h) in &plan {
        if t - before > PAUSE_S {
            page.line(std::mem::take(&mut line), PLAN, 2.0);
        }
        line.push((x(*t), panel.y(h / 60.0)));
        before = *t;
    }
    page.line(line, PLAN, 2.0);
    for (t, h) in &actual {
        let ratio = h / near(*t);
        let color = if ratio < BUNCHED {
            ORANGE
        } else if ratio > GAP {
            VERMILION
        } else {
            BLUE
        };
        page.shapes
            .push(Shape::Disc((x(*t), panel.y(h / 60.0)), 2.6, color));
    }
    panel.time_axis(&mut page, o, true);
    let legend = [
        ("planned", PLAN),
        ("even", BLUE),
        ("bunched", ORANGE),
        ("gap", VERMILION),
    ];
    let mut y = panel.frame[1] + 10.0;
    for (k, (text, color)) in legend.iter().enumerate() {
        let at = panel.frame[2] + 16.0;
        if k == 0 {
            page.line(vec![(at, y), (at + 20.0, y)], *color, 2.5);
        } else {
            page.shapes.push(Shape::Disc((at + 10.0, y), 4.0, *color));
        }
        page.text((at + 30.0, y + 4.5), text, LABEL, Align::Left);
        y += 24.0;
    }
    if most > top * 1.06 {
        let text = "longer ones stand at the top";
        page.text(
            (panel.frame[2], panel.frame[1] - 9.0),
            text,
            LABEL,
            Align::Right,
        );
    }
    Some(page)
}

/// Operated and planned headways at a stop in one direction of a route.
fn headways(service: &Service, route: usize, direction: u8, stop: usize) -> (Headways, Headways) {
    let mut actual: Vec<f64> = Vec::new();
    let mut plan: Vec<f64> = Vec::new();
    let position = |trip: usize| {
        let row = &service.transit.patterns[service.pattern(trip)];
        let fits = row.route == route && row.direction == direction;
        row.stops.iter().position(|s| *s == stop && fits)
    };
    for run in service.operated.values() {
        if let Some(at) = position(run.trip) {
            let halts = run.halts.iter().filter(|h| usize::from(h.position) == at);
            actual.extend(halts.map(|h| f64::from(h.departure_s)));
        }
    }
    for &(day_s, trip) in &service.planned {
        if let Some(at) = position(trip) {
            plan.push(service.planned_s(day_s, trip, at));
        }
    }
    let between = |mut times: Vec<f64>| -> Headways {
        times.sort_by(f64::total_cmp);
        let pairs = times.windows(2).map(|p| (p[1], p[1] - p[0]));
        pairs.filter(|p| p.1 < PAUSE_S).collect()
    };
    (between(actual), between(plan))
}
