//! How many vehicles a timetable takes: the most blocks out at once, and spares.
//!
//! It takes every day of the week and what is still out from the day before; it buys nothing.

use crate::city::model::transit::Drive;
use crate::city::model::transit::Fleet;
use crate::city::model::transit::Transit;
use std::collections::BTreeMap;

/// Spares to vehicles at the peak: 120 buses for 100, 40 trams for 32 (docs/sizing.md).
const BUS_SPARES: f64 = 0.20;
/// Likewise, vehicles on rails and all others.
const RAIL_SPARES: f64 = 0.25;
/// A vehicle is away from the depot this long before its block and after it, seconds: the way there and back.
const PULL_S: i32 = 600;
const DAY_S: i32 = 86_400;
const WEEK_S: i32 = 7 * DAY_S;

/// When each block is out, as (day of the week, from, to), seconds of that day.
#[must_use]
pub fn spans(transit: &Transit) -> Vec<Vec<(usize, i32, i32)>> {
    let mut spans: Vec<[Option<(i32, i32)>; 7]> = vec![[None; 7]; transit.blocks.len()];
    for trip in &transit.trips {
        let timing = &transit.timings[trip.timing];
        let end_s = trip.start_s + timing.arrival_s.last().copied().unwrap_or(0);
        let days = &transit.services[trip.service].days;
        for (span, runs) in spans[trip.block].iter_mut().zip(days) {
            if *runs {
                let (from, to) = span.unwrap_or((trip.start_s, end_s));
                *span = Some((from.min(trip.start_s), to.max(end_s)));
            }
        }
    }
    spans
        .iter()
        .map(|days| {
            let known = days.iter().enumerate();
            known
                .filter_map(|(day, span)| span.map(|(from, to)| (day, from, to)))
                .collect()
        })
        .collect()
}

/// Most vehicles out at once in a week, by depot and type.
#[must_use]
pub fn peaks(transit: &Transit) -> BTreeMap<(usize, usize), u32> {
    let mut changes: BTreeMap<(usize, usize), Vec<(i32, i32)>> = BTreeMap::new();
    for (block, spans) in transit.blocks.iter().zip(spans(transit)) {
        let changes = changes
            .entry((block.depot, block.vehicle_type))
            .or_default();
        for (day, from, to) in spans {
            let base = day as i32 * DAY_S;
            let (from, to) = (base + from - PULL_S, base + to + PULL_S);
            // The week closes on itself: Sunday's night is Monday's morning.
            for shift in [-WEEK_S, 0, WEEK_S] {
                let (a, b) = ((from + shift).max(0), (to + shift).min(WEEK_S));
                if a < b {
                    changes.push((a, 1));
                    changes.push((b, -1));
                }
            }
        }
    }
    changes
        .into_iter()
        .map(|(key, mut changes)| {
            changes.sort_unstable();
            let mut out = 0;
            let mut most = 0;
            for (_, change) in changes {
                out += change;
                most = most.max(out);
            }
            (key, u32::try_from(most).unwrap_or(0))
        })
        .collect()
}

/// Gives each depot the vehicles that its blocks take, spares included.
pub fn size(transit: &mut Transit) {
    transit.fleets = peaks(transit)
        .into_iter()
        .map(|((depot, vehicle_type), peak)| {
            let kind = &transit.vehicle_types[vehicle_type];
            let share = if kind.drive == Drive::Electric {
                RAIL_SPARES
            } else {
                BUS_SPARES
            };
            Fleet {
                depot,
                vehicle_type,
                vehicles: peak + libm::ceil(share * f64::from(peak)) as u32,
            }
        })
        .collect();
}
