//! Finds the patterns of a timetable: trips with the same calls, split so that none overtakes another.
//!
//! Where no trip overtakes, the first vehicle that can be boarded is also the first to arrive anywhere further on; RAPTOR
//! rests on that. A trip that overtakes is no error: it gets a pattern of its own.

use std::collections::BTreeMap;

use crate::solvers::journey::timetable::Call;
use crate::solvers::journey::timetable::Pattern;
use crate::solvers::journey::timetable::Timetable;

/// What trips of one pattern share: route, direction, and each call's stop and rules.
type Key = (u32, u8, Vec<(u32, bool, bool)>);

/// All patterns, in the order of the first trip that follows each.
#[must_use]
pub fn patterns(timetable: &Timetable) -> Vec<Pattern> {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut numbers: BTreeMap<Key, usize> = BTreeMap::new();
    for (number, trip) in (0_u32..).zip(&timetable.trips) {
        let calls = timetable.calls_of(number).iter();
        let rules = calls.map(|call| (call.stop, call.boarding, call.alighting));
        let key = (trip.route, trip.direction, rules.collect());
        let group = *numbers.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(number);
    }
    let mut found: Vec<Pattern> = Vec::new();
    for group in groups {
        for trips in without_overtaking(timetable, group) {
            found.push(pattern(timetable, trips));
        }
    }
    found.sort_by_key(|pattern| pattern.trips.iter().min().copied());
    found
}

fn pattern(timetable: &Timetable, trips: Vec<u32>) -> Pattern {
    let row = trips.first().map(|&trip| timetable.trips[trip as usize]);
    let calls = trips.first().map_or(&[][..], |&t| timetable.calls_of(t));
    Pattern {
        route: row.map_or(0, |row| row.route),
        direction: row.map_or(0, |row| row.direction),
        stops: calls.iter().map(|call| call.stop).collect(),
        boarding: calls.iter().map(|call| call.boarding).collect(),
        alighting: calls.iter().map(|call| call.alighting).collect(),
        trips,
    }
}

/// Splits trips with the same calls into sequences without overtaking: each goes to the first sequence whose last trip it
/// does not overtake.
fn without_overtaking(timetable: &Timetable, mut trips: Vec<u32>) -> Vec<Vec<u32>> {
    let times = |trip: u32| {
        let calls = timetable.calls_of(trip).iter();
        calls.map(|call| (call.departure_s, call.arrival_s))
    };
    trips.sort_by(|&a, &b| times(a).cmp(times(b)).then(a.cmp(&b)));
    let mut sequences: Vec<Vec<u32>> = Vec::new();
    for trip in trips {
        let fits = |sequence: &Vec<u32>| {
            sequence
                .last()
                .is_some_and(|&last| follows(timetable.calls_of(last), timetable.calls_of(trip)))
        };
        match sequences.iter_mut().find(|sequence| fits(sequence)) {
            Some(sequence) => sequence.push(trip),
            None => sequences.push(vec![trip]),
        }
    }
    sequences
}

/// Whether the second trip is nowhere ahead of the first.
fn follows(first: &[Call], second: &[Call]) -> bool {
    first
        .iter()
        .zip(second)
        .all(|(a, b)| a.arrival_s <= b.arrival_s && a.departure_s <= b.departure_s)
}

#[cfg(test)]
mod tests {
    use crate::solvers::journey::timetable::Call;
    use crate::solvers::journey::timetable::Stop;
    use crate::solvers::journey::timetable::Timetable;
    use crate::solvers::journey::timetable::Trip;

    /// Trips between stops 0 and 1 by departure and arrival.
    fn timetable(runs: &[(i32, i32, u32)]) -> Timetable {
        let stop = Stop {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            station: None,
        };
        let mut calls = Vec::new();
        let mut trips = Vec::new();
        for &(departure_s, arrival_s, route) in runs {
            let first = calls.len() as u32;
            for (stop, time) in [(0, departure_s), (1, arrival_s)] {
                calls.push(Call {
                    stop,
                    arrival_s: time,
                    departure_s: time,
                    boarding: true,
                    alighting: true,
                });
            }
            trips.push(Trip {
                calls: (first, first + 2),
                source: 0,
                route,
                direction: 0,
                block: None,
                shape: None,
                pattern: 0,
                from_day_before: false,
                headway_s: None,
            });
        }
        Timetable::new(vec![stop; 2], trips, calls, Vec::new()).unwrap()
    }

    #[test]
    fn a_trip_that_overtakes_gets_a_pattern_of_its_own() {
        // The express leaves at 10 and arrives at 50, before the local of 0 to 100.
        let found = timetable(&[(20, 120, 0), (0, 100, 0), (10, 50, 0)]).patterns;
        let trips: Vec<&[u32]> = found.iter().map(|p| p.trips.as_slice()).collect();
        assert_eq!(trips, [&[1_u32, 0][..], &[2]]);
    }

    #[test]
    fn another_route_is_another_pattern_and_equal_times_are_not_overtaking() {
        let found = timetable(&[(0, 100, 0), (0, 100, 0), (0, 100, 1)]).patterns;
        let trips: Vec<&[u32]> = found.iter().map(|p| p.trips.as_slice()).collect();
        assert_eq!(trips, [&[0_u32, 1][..], &[2]]);
    }
}
