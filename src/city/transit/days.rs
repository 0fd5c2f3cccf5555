//! Service days as the weekdays have them: which vehicle runs which trips, and the planned headway at every call.
//!
//! Weekdays with the same services share a day. It holds no calendar dates and nothing that changes.

use crate::city::model::transit::Transit;
use std::collections::BTreeMap;

/// Planned headway from which departures are kept for those who look them up, seconds: under the 12 min from which people
/// do, so that an uneven timetable has its gaps in the list too; the lists of a large feed would be long otherwise.
const LOOKED_UP_S: u16 = 480;

/// A block's trips of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The block.
    pub block: u32,
    /// Its first trip in [`Day::trips`].
    pub first: u32,
    /// How many trips.
    pub count: u16,
    /// Planned departure of the first, seconds after midnight of the service day.
    pub start_s: i32,
    /// Planned arrival of the last.
    pub end_s: i32,
}

/// A day of service.
#[derive(Clone, Debug, Default)]
pub struct Day {
    /// Runs, by start.
    pub runs: Vec<Run>,
    /// Trips of the runs, one run after another.
    pub trips: Vec<u32>,
    /// Where each trip's calls begin in [`Self::headway_s`].
    pub first_call: Vec<u32>,
    /// Planned headway to the vehicle before on the same line and stop, by call, seconds; 0 for the first of the day.
    pub headway_s: Vec<u16>,
    /// Planned departures of lines that are not frequent: line, stop, seconds after midnight of the service day; in that order.
    departures: Vec<(u32, u32, i32)>,
}

impl Day {
    /// First planned departure of a line that is not frequent from a stop at or after a time, seconds after midnight of the service day.
    #[must_use]
    pub fn next_departure(&self, line: u32, stop: u32, from_s: i32) -> Option<i32> {
        let key = (line, stop, from_s);
        let next = self.departures.partition_point(|d| *d < key);
        let next = self.departures.get(next)?;
        (next.0 == line && next.1 == stop).then_some(next.2)
    }
}

/// The days of the week.
#[derive(Clone, Debug, Default)]
pub struct Week {
    /// Days that differ.
    pub days: Vec<Day>,
    /// Day of each weekday, Monday first.
    pub of_weekday: [usize; 7],
}

impl Week {
    /// Lays the week out. `place_of(pattern, position)` numbers the places (line and stop) at which headways are kept.
    pub fn new(transit: &Transit, place_of: impl Fn(usize, usize) -> usize) -> Self {
        let mut week = Self::default();
        let mut known: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for weekday in 0..7 {
            let active: Vec<bool> = transit.services.iter().map(|s| s.days[weekday]).collect();
            let next = known.len();
            let number = *known.entry(active.clone()).or_insert(next);
            if number == week.days.len() {
                week.days.push(day(transit, &active, &place_of));
            }
            week.of_weekday[weekday] = number;
        }
        week
    }
}

fn day(transit: &Transit, active: &[bool], place_of: &impl Fn(usize, usize) -> usize) -> Day {
    let mut by_block: Vec<Vec<u32>> = vec![Vec::new(); transit.blocks.len()];
    for (number, trip) in (0_u32..).zip(&transit.trips) {
        if active.get(trip.service).copied().unwrap_or(false) {
            by_block[trip.block].push(number);
        }
    }
    let start = |trip: u32| transit.trips[trip as usize].start_s;
    let end = |trip: u32| {
        let row = &transit.trips[trip as usize];
        let last = transit.timings[row.timing].arrival_s.last();
        row.start_s + last.copied().unwrap_or(0)
    };
    for trips in &mut by_block {
        trips.sort_by_key(|&trip| (start(trip), trip));
    }
    let mut order: Vec<usize> = (0..by_block.len())
        .filter(|&b| !by_block[b].is_empty())
        .collect();
    order.sort_by_key(|&b| (start(by_block[b][0]), b));
    let mut out = Day::default();
    for block in order {
        let trips = &by_block[block];
        let (Some(&first), Some(&last)) = (trips.first(), trips.last()) else {
            continue;
        };
        out.runs.push(Run {
            block: block as u32,
            first: out.trips.len() as u32,
            count: trips.len() as u16,
            start_s: start(first),
            end_s: end(last),
        });
        out.trips.extend(trips);
    }
    headways(transit, &mut out, place_of);
    out
}

fn headways(transit: &Transit, day: &mut Day, place_of: &impl Fn(usize, usize) -> usize) {
    let mut calls: Vec<(u32, i32, u32)> = Vec::new();
    for &trip in &day.trips {
        let row = &transit.trips[trip as usize];
        let timing = &transit.timings[row.timing];
        day.first_call.push(day.headway_s.len() as u32);
        for (position, departure) in timing.departure_s.iter().enumerate() {
            let place = place_of(timing.pattern, position) as u32;
            let call = (day.headway_s.len()) as u32;
            calls.push((place, row.start_s + departure, call));
            day.headway_s.push(0);
        }
    }
    calls.sort_unstable();
    for two in calls.windows(2) {
        let (before, after) = (two[0], two[1]);
        if before.0 == after.0 {
            let headway = (after.1 - before.1).clamp(0, i32::from(u16::MAX));
            day.headway_s[after.2 as usize] = headway as u16;
        }
    }
    for (&trip, &first) in day.trips.iter().zip(&day.first_call) {
        let row = &transit.trips[trip as usize];
        let timing = &transit.timings[row.timing];
        let pattern = &transit.patterns[timing.pattern];
        let line = pattern.route * 2 + usize::from(pattern.direction.min(1));
        let halts = timing.departure_s.iter().zip(&pattern.stops);
        for ((departure, stop), headway) in halts.zip(&day.headway_s[first as usize..]) {
            if *headway == 0 || *headway >= LOOKED_UP_S {
                let at = row.start_s + departure;
                day.departures.push((line as u32, *stop as u32, at));
            }
        }
    }
    day.departures.sort_unstable();
}
