//! Passengers on board along the busiest route: the middle and the full runs of its busiest hours, against seats and places.
//!
//! One direction; loads are those on leaving each stop.

use crate::results::charts::axes::LEFT;
use crate::results::charts::axes::RIGHT;
use crate::results::charts::axes::WIDTH;
use crate::results::charts::axes::plain;
use crate::results::charts::axes::ticks;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::At;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::PANEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::AXIS;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::GRID;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::run_line;
use crate::results::outcome::RunOutcome;
use crate::results::transit_service::Service;
use std::collections::BTreeMap;

/// Share of the hours of the run that are its busiest.
const BUSIEST: f64 = 0.125;

/// Draws the chart.
#[must_use]
pub fn draw(o: &RunOutcome) -> Option<Drawing> {
    let service = Service::of(o)?;
    let (route, direction) = busiest(&service)?;
    let pattern = service.main_pattern(route, direction)?;
    let way = service.way_km(pattern);
    let hours = busiest_hours(&service, pattern);
    let mut loads: Vec<Vec<f64>> = vec![Vec::new(); way.len()];
    let mut denied = vec![0_u64; way.len()];
    let mut vehicle = None;
    for run in service.operated.values() {
        if service.pattern(run.trip) != pattern {
            continue;
        }
        let block = &service.transit.blocks[service.transit.trips[run.trip].block];
        vehicle = Some(&service.transit.vehicle_types[block.vehicle_type]);
        for halt in &run.halts {
            let at = usize::from(halt.position);
            denied[at] += u64::from(halt.denied);
            if hours.contains(&hour(f64::from(halt.departure_s))) {
                loads[at].push(f64::from(halt.load));
            }
        }
    }
    let vehicle = vehicle?;
    for list in &mut loads {
        list.sort_by(f64::total_cmp);
    }
    let quantile = |list: &[f64], q: f64| {
        let last = list.len().checked_sub(1)?;
        list.get((q * last as f64).round() as usize).copied()
    };
    let middle: Vec<Option<f64>> = loads.iter().map(|l| quantile(l, 0.5)).collect();
    let full: Vec<Option<f64>> = loads.iter().map(|l| quantile(l, 0.9)).collect();
    let low: Vec<Option<f64>> = loads.iter().map(|l| quantile(l, 0.1)).collect();
    let (seats, places) = (f64::from(vehicle.seats), f64::from(vehicle.capacity));
    let (worst, most) = full
        .iter()
        .enumerate()
        .filter_map(|(k, v)| v.map(|v| (k, v)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let stops = &service.transit.patterns[pattern].stops;
    let name = |k: usize| service.transit.stops[stops[k]].name.as_str();
    let left_behind: u64 = denied.iter().sum();
    let title = format!(
        "Route {} fills to {:.0} % of its places after {} in its busiest hours; {}",
        service.transit.routes[route].id,
        100.0 * most / places,
        name(worst),
        match left_behind {
            0 => "nobody was left behind".to_owned(),
            n => format!("{n} boardings were denied"),
        }
    );
    let more = format!("Towards {}", name(stops.len() - 1));
    let mut page = Drawing::page(WIDTH, 570.0, &title, &run_line(o, &more));
    let frame = [LEFT, 104.0, WIDTH - RIGHT, 460.0];
    let top = places.max(most) * 1.06;
    let length = way.last().copied().unwrap_or(1.0).max(1e-9);
    let x = |k: usize| frame[0] + (frame[2] - frame[0]) * way[k] / length;
    let y = |v: f64| frame[3] - (frame[3] - frame[1]) * v / top;
    for v in ticks([0.0, top], 8.0) {
        page.line(vec![(frame[0], y(v)), (frame[2], y(v))], GRID, 1.0);
        page.text((frame[0] - 8.0, y(v) + 4.5), &plain(v), TICK, Align::Right);
    }
    page.text(
        (frame[0], frame[1] - 9.0),
        "Passengers on board on leaving each stop",
        PANEL,
        Align::Left,
    );
    let path = |values: &[Option<f64>]| -> Vec<At> {
        let known = values.iter().enumerate();
        known.filter_map(|(k, v)| v.map(|v| (x(k), y(v)))).collect()
    };
    let mut band = path(&full);
    let mut below = path(&low);
    below.reverse();
    band.extend(below);
    page.fill(band, BLUE.lighter(0.75));
    page.line(path(&middle), BLUE, 2.4);
    for (value, text) in [(seats, "seats"), (places, "places")] {
        page.dashed(vec![(frame[0], y(value)), (frame[2], y(value))], INK, 1.4);
        page.text(
            (frame[2] + 10.0, y(value) + 4.5),
            &format!("{value:.0} {text}"),
            LABEL,
            Align::Left,
        );
    }
    let end = middle.iter().rev().flatten().next().copied().unwrap_or(0.0);
    let beside = (frame[2] + 10.0, (y(end) - 8.0).min(frame[3] - 30.0));
    page.text(beside, "middle run", LABEL.color(BLUE), Align::Left);
    page.text(
        (beside.0, beside.1 + 18.0),
        "band: 10 to 90 % of runs",
        LABEL.color(BLUE),
        Align::Left,
    );
    let most_denied = denied.iter().copied().max().unwrap_or(0);
    if most_denied > 0 {
        for (k, n) in denied.iter().enumerate().filter(|(_, n)| **n > 0) {
            let r = 3.0 + 7.0 * (*n as f64 / most_denied as f64).sqrt();
            page.disc((x(k), frame[3]), r, VERMILION);
        }
        page.text(
            (frame[2] + 10.0, frame[3] + 4.5),
            "boardings denied",
            LABEL.color(VERMILION),
            Align::Left,
        );
    }
    stop_names(&mut page, &service, stops, frame, x);
    Some(page)
}

fn stop_names(
    page: &mut Drawing,
    service: &Service,
    stops: &[usize],
    frame: [f64; 4],
    x: impl Fn(usize) -> f64,
) {
    page.line(vec![(frame[0], frame[3]), (frame[2], frame[3])], AXIS, 1.0);
    // In three rows, one after another where there is room.
    let mut ends = [f64::NEG_INFINITY; 3];
    for (k, stop) in stops.iter().enumerate() {
        let at = x(k);
        page.line(vec![(at, frame[3]), (at, frame[3] + 5.0)], AXIS, 1.0);
        let name = &service.transit.stops[*stop].name;
        let width = TICK.width(name);
        let middle = at.clamp(frame[0] + width / 2.0 - 40.0, WIDTH - 12.0 - width / 2.0);
        let room = ends
            .iter()
            .position(|end| *end + 10.0 < middle - width / 2.0);
        if let Some(row) = room {
            ends[row] = middle + width / 2.0;
            let y = frame[3] + 34.0 + 26.0 * row as f64;
            page.line(vec![(at, frame[3] + 5.0), (at, y - 13.0)], GRID, 1.0);
            page.text((middle, y), name, TICK, Align::Centre);
        }
    }
}

fn hour(t_s: f64) -> i64 {
    (t_s / 3600.0).floor() as i64
}

/// Route and direction with the most passengers on the road, by the sum of loads over halts.
fn busiest(service: &Service) -> Option<(usize, u8)> {
    let mut sums: BTreeMap<(usize, u8), u64> = BTreeMap::new();
    for run in service.operated.values() {
        let row = &service.transit.patterns[service.pattern(run.trip)];
        let sum: u64 = run.halts.iter().map(|h| u64::from(h.load)).sum();
        *sums.entry((row.route, row.direction)).or_default() += sum;
    }
    sums.into_iter()
        .max_by_key(|(key, n)| (*n, std::cmp::Reverse(*key)))
        .map(|s| s.0)
}

/// The hours in which a pattern carries most.
fn busiest_hours(service: &Service, pattern: usize) -> Vec<i64> {
    let mut sums: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for run in service.operated.values() {
        if service.pattern(run.trip) == pattern {
            for halt in &run.halts {
                let sum = sums.entry(hour(f64::from(halt.departure_s))).or_default();
                sum.0 += u64::from(halt.load);
                sum.1 += 1;
            }
        }
    }
    let mut order: Vec<(i64, f64)> = sums
        .into_iter()
        .map(|(hour, (load, halts))| (hour, load as f64 / halts.max(1) as f64))
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let wanted = libm::ceil(BUSIEST * order.len() as f64).max(1.0) as usize;
    order.into_iter().take(wanted).map(|h| h.0).collect()
}
