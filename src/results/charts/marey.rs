//! Time against distance on the route with most trouble: each run a line, planned in grey, operated in colour (after Marey
//! and Ibry). Where lines close up, vehicles bunch; where they lie flat, they stand.
//!
//! One direction, the four worst hours; it says nothing of other routes.

use crate::results::calendar::run_day;
use crate::results::charts::axes::LEFT;
use crate::results::charts::axes::RIGHT;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GRID;
use crate::results::charts::palette::ORANGE;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::LATE_S;
use crate::results::transit_service::OperatedRun;
use crate::results::transit_service::Service;
use std::collections::BTreeMap;

/// Hours shown.
const HOURS: f64 = 4.0;
/// Room for the names of stops, pixels.
const NAMES: f64 = 190.0;
/// Twice the limit of on time is badly late.
const BAD_S: f64 = 2.0 * LATE_S;
/// The plan.
const PLAN: Color = Color(188, 193, 199, 1.0);

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let service = Service::of(o)?;
    let quality = service.quality();
    let route = service.most_troubled(&quality)?;
    let (pattern, from_s) = worst(&service, route)?;
    let to_s = from_s + HOURS * 3600.0;
    let q = quality[route]?;
    let row = &service.transit.routes[route];
    let name = |stop: usize| service.transit.stops[stop].name.clone();
    let stops = &service.transit.patterns[pattern].stops;
    let when = |t: f64| run_day(o.plan.start, (t as i64 - service.from_s).max(0) as u64);
    let wait = q.excess_wait_min.map_or_else(String::new, |w| {
        format!(" and {:.1} min of wait beyond the plan", w.max(0.0))
    });
    let title = format!(
        "Route {} had most trouble: {:.0} % of departures on time{wait}",
        row.id,
        q.on_time_pct()
    );
    let more = format!("Towards {}, from {}", name(*stops.last()?), when(from_s));
    let mut page = Drawing::page(WIDTH, 760.0, &title, &run_line(o, &more));
    let frame = [NAMES.max(LEFT), 104.0, WIDTH - RIGHT, 690.0];
    let way = service.way_km(pattern);
    let length = way.last().copied().unwrap_or(1.0).max(1e-9);
    let place = |t: f64, km: f64| -> At {
        let [left, top, right, bottom] = frame;
        (
            left + (right - left) * (t - from_s) / (to_s - from_s),
            bottom - (bottom - top) * km / length,
        )
    };
    stop_axis(&mut page, &service, stops, &way, frame, |km| {
        place(from_s, km).1
    });
    time_axis(&mut page, from_s, to_s, frame, |t| place(t, 0.0).0);
    // Where a stop lies on this pattern, for runs of others.
    let km_at: BTreeMap<usize, f64> = stops.iter().copied().zip(way.iter().copied()).collect();
    let direction = service.transit.patterns[pattern].direction;
    let here = |trip: usize| {
        let row = &service.transit.patterns[service.pattern(trip)];
        row.route == route && row.direction == direction
    };
    let clipped = |points: Vec<(f64, f64)>| clip(&points, from_s, to_s);
    let mut missing = 0;
    for &(day_s, trip) in service.planned.iter().filter(|k| here(k.1)) {
        let halts = &service.transit.patterns[service.pattern(trip)].stops;
        let points = halts
            .iter()
            .enumerate()
            .filter_map(|(k, s)| Some((service.planned_s(day_s, trip, k), *km_at.get(s)?)))
            .collect();
        let line: Vec<At> = clipped(points)
            .into_iter()
            .map(|(t, km)| place(t, km))
            .collect();
        if line.len() > 1 && !service.operated.contains_key(&(day_s, trip)) {
            missing += 1;
            page.dashed(line, VERMILION.lighter(0.25), 1.2);
        } else {
            page.line(line, PLAN, 1.2);
        }
    }
    for run in service.operated.values().filter(|r| here(r.trip)) {
        let halts = &service.transit.patterns[service.pattern(run.trip)].stops;
        let mut points = Vec::new();
        for halt in &run.halts {
            if let Some(&km) = km_at.get(&halts[usize::from(halt.position)]) {
                points.push((f64::from(halt.arrival_s), km));
                points.push((f64::from(halt.departure_s), km));
            }
        }
        let line: Vec<At> = clipped(points)
            .into_iter()
            .map(|(t, km)| place(t, km))
            .collect();
        page.line(line, color(run), 1.9);
    }
    let legend = [
        ("as planned", PLAN),
        ("operated, on time", BLUE),
        ("5 to 10 min late", ORANGE),
        ("later", VERMILION),
    ];
    let mut y = frame[1] + 10.0;
    for (text, color) in legend {
        let x = frame[2] + 16.0;
        page.line(vec![(x, y), (x + 22.0, y)], color, 3.0);
        page.text((x + 30.0, y + 4.5), text, LABEL, Align::Left);
        y += 24.0;
    }
    if missing > 0 {
        let x = frame[2] + 16.0;
        page.dashed(vec![(x, y), (x + 22.0, y)], VERMILION.lighter(0.25), 1.6);
        page.text(
            (x + 30.0, y + 4.5),
            &format!("not run ({missing})"),
            LABEL,
            Align::Left,
        );
    }
    Some(page)
}

/// Colour of a run by its greatest lateness.
fn color(run: &OperatedRun) -> Color {
    let late = |h: &&crate::engine::record::StopVisit| f64::from(h.departure_s - h.planned_s);
    let most = run.halts.iter().map(late).fold(f64::NEG_INFINITY, f64::max);
    if most > BAD_S {
        VERMILION
    } else if most > LATE_S {
        ORANGE
    } else {
        BLUE
    }
}

/// The main pattern of the direction, and the start of the hours, in which most lateness was gathered.
fn worst(service: &Service, route: usize) -> Option<(usize, f64)> {
    let mut best: Option<(f64, usize, f64)> = None;
    for direction in 0..2 {
        let Some(pattern) = service.main_pattern(route, direction) else {
            continue;
        };
        let mut hours: BTreeMap<i64, f64> = BTreeMap::new();
        for run in service.operated.values() {
            let row = &service.transit.patterns[service.pattern(run.trip)];
            if row.route == route && row.direction == direction {
                for halt in &run.halts {
                    let late = f64::from(halt.departure_s - halt.planned_s).max(0.0);
                    let hour = (f64::from(halt.departure_s) / 3600.0).floor() as i64;
                    *hours.entry(hour).or_default() += late;
                }
            }
        }
        for &hour in hours.keys() {
            let sum: f64 = hours.range(hour..hour + HOURS as i64).map(|h| h.1).sum();
            if best.is_none_or(|b| sum > b.0) {
                best = Some((sum, pattern, 3600.0 * hour as f64));
            }
        }
    }
    let (_, pattern, from_s) = best?;
    // Inside the run.
    let last = service.to_s as f64 - HOURS * 3600.0;
    Some((pattern, from_s.min(last).max(service.from_s as f64)))
}

/// The part of a line between two times.
fn clip(points: &[(f64, f64)], from: f64, to: f64) -> Vec<(f64, f64)> {
    let mut kept = Vec::new();
    for pair in points.windows(2) {
        let ((a, ka), (b, kb)) = (pair[0], pair[1]);
        if b < from || a > to {
            continue;
        }
        let at = |t: f64| {
            if b > a {
                ka + (kb - ka) * (t - a) / (b - a)
            } else {
                ka
            }
        };
        let (start, end) = (a.max(from), b.min(to));
        if kept.is_empty() {
            kept.push((start, at(start)));
        }
        kept.push((end, if b > to { at(end) } else { kb }));
    }
    kept
}

fn stop_axis(
    page: &mut Drawing,
    service: &Service,
    stops: &[usize],
    way: &[f64],
    frame: [f64; 4],
    y_of: impl Fn(f64) -> f64,
) {
    let mut last = f64::INFINITY;
    for (k, (stop, km)) in stops.iter().zip(way).enumerate() {
        let y = y_of(*km);
        page.line(vec![(frame[0], y), (frame[2], y)], GRID, 1.0);
        // Names where there is room; the ends always.
        let is_last = k + 1 == stops.len();
        let room = last - y >= 17.0 && (is_last || y - y_of(way[way.len() - 1]) >= 17.0);
        if k == 0 || room || is_last {
            let mut name = service.transit.stops[*stop].name.clone();
            while TICK.width(&name) > NAMES - 22.0 && name.pop().is_some() {}
            page.text((frame[0] - 10.0, y + 4.5), &name, TICK, Align::Right);
            last = y;
        }
    }
    page.text(
        (frame[0], frame[1] - 9.0),
        "Stops at their distance along the way",
        PANEL,
        Align::Left,
    );
}

fn time_axis(
    page: &mut Drawing,
    from_s: f64,
    to_s: f64,
    frame: [f64; 4],
    x_of: impl Fn(f64) -> f64,
) {
    page.line(vec![(frame[0], frame[3]), (frame[2], frame[3])], AXIS, 1.0);
    let step = 1_800.0;
    let mut t = (from_s / step).ceil() * step;
    while t <= to_s + 0.5 {
        let x = x_of(t);
        page.line(vec![(x, frame[1]), (x, frame[3])], GRID, 1.0);
        page.line(vec![(x, frame[3]), (x, frame[3] + 5.0)], AXIS, 1.0);
        let minute = (t / 60.0).round() as i64;
        let text = format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
        page.text((x, frame[3] + 21.0), &text, TICK, Align::Centre);
        t += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_the_edges() {
        let points = [(0.0, 0.0), (10.0, 1.0), (20.0, 2.0)];
        assert_eq!(
            clip(&points, 5.0, 15.0),
            [(5.0, 0.5), (10.0, 1.0), (15.0, 1.5)]
        );
        assert!(clip(&points, 30.0, 40.0).is_empty());
    }
}
