//! One service day of a transit network: stops, trips, their calls, and the patterns they follow.
//!
//! Plain data in dense arrays, numbered from 0. It holds no names and no calendar: whoever made it keeps those, under the
//! same numbers.
//!
//! Times are seconds after the service day's midnight, as GTFS counts them (noon less twelve hours): 25:30:00 is 91800,
//! half past one on the next calendar day. A trip of the day before that still runs has times 86400 s earlier, which may
//! be negative.

use std::ops::Range;

/// Seconds of a service day.
pub const DAY_S: i32 = 86_400;

/// A place where vehicles stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Latitude, degrees, north positive (WGS 84); NaN where unknown, which is near nothing.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive; NaN where unknown.
    pub longitude_deg: f64,
    /// The station it belongs to; stops of one station are always linked on foot.
    pub station: Option<u32>,
}

/// A vehicle's halt at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The stop.
    pub stop: u32,
    /// Arrival, seconds.
    pub arrival_s: i32,
    /// Departure, seconds; not before the arrival.
    pub departure_s: i32,
    /// Whether riders may get on.
    pub boarding: bool,
    /// Whether riders may get off.
    pub alighting: bool,
}

/// One run of a vehicle along its stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Its calls: first, and one past the last, in [`Timetable::calls`].
    pub calls: (u32, u32),
    /// Its row in the source's list of trips; the trips that one row of a headway service stands for share it.
    pub source: u32,
    /// The route.
    pub route: u32,
    /// 0 or 1, as the source numbers the directions of a route.
    pub direction: u8,
    /// Trips of one block are run by one vehicle, one after another.
    pub block: Option<u32>,
    /// The path on the ground.
    pub shape: Option<u32>,
    /// The pattern it follows.
    pub pattern: u32,
    /// Whether it is a trip of the service day before, which runs on past midnight.
    pub from_day_before: bool,
    /// For a service by headway without a timetable (`exact_times` 0): the headway, seconds. The times are then one
    /// possible run of the day, the one that keeps the headway exactly.
    pub headway_s: Option<u32>,
}

/// Trips of one route and direction that make the same calls in the same order and never overtake each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// The route.
    pub route: u32,
    /// Direction of the route.
    pub direction: u8,
    /// The stops in order; a stop may occur twice.
    pub stops: Vec<u32>,
    /// Whether riders may get on, by position.
    pub boarding: Vec<bool>,
    /// Whether riders may get off, by position.
    pub alighting: Vec<bool>,
    /// The trips, earliest first: at every position each is no earlier than the one before it.
    pub trips: Vec<u32>,
}

/// What the source says about changing between two stops, or within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferRule {
    /// One can walk there, however far: the time follows from the distance.
    Walk,
    /// It takes at least so long, seconds, walking included.
    Takes(u32),
    /// It cannot be done.
    Forbidden,
}

/// A rule of the source for changing at `from` to a vehicle at `to`, which may be the same stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Where one gets off.
    pub from: u32,
    /// Where one gets on.
    pub to: u32,
    /// What holds.
    pub rule: TransferRule,
}

/// One service day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    /// The stops.
    pub stops: Vec<Stop>,
    /// The trips, in the order of the source.
    pub trips: Vec<Trip>,
    /// All calls, trip after trip.
    pub calls: Vec<Call>,
    /// The patterns, in the order of their first trips.
    pub patterns: Vec<Pattern>,
    /// Rules for changing; at most one for a pair.
    pub transfers: Vec<Transfer>,
}

/// Why arrays are no timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimetableError {
    /// A trip's range of calls lies outside the calls, or holds none.
    #[error("trip {trip}: its calls are not among the {calls} calls")]
    NoSuchCalls {
        /// The trip.
        trip: usize,
        /// Number of calls.
        calls: usize,
    },
    /// A call or a transfer names a stop that is not there.
    #[error("stop {stop} is not among the {stops} stops")]
    NoSuchStop {
        /// The number named.
        stop: u32,
        /// Number of stops.
        stops: usize,
    },
    /// A vehicle leaves before it arrives, or arrives before it left the stop before.
    #[error("trip {trip}: time runs backwards at call {position}")]
    Backwards {
        /// The trip.
        trip: usize,
        /// Position of the call in the trip, from 0.
        position: usize,
    },
}

impl Timetable {
    /// Makes a timetable of stops, trips and calls, and finds the patterns (what the trips say of theirs is replaced).
    ///
    /// # Errors
    /// When a trip has no calls, a stop does not exist, or time runs backwards.
    pub fn new(
        stops: Vec<Stop>,
        trips: Vec<Trip>,
        calls: Vec<Call>,
        transfers: Vec<Transfer>,
    ) -> Result<Self, TimetableError> {
        let mut timetable = Self {
            stops,
            trips,
            calls,
            patterns: Vec::new(),
            transfers,
        };
        timetable.check()?;
        timetable.patterns = crate::solvers::journey::patterns::patterns(&timetable);
        for (number, pattern) in (0_u32..).zip(&timetable.patterns) {
            for &trip in &pattern.trips {
                timetable.trips[trip as usize].pattern = number;
            }
        }
        Ok(timetable)
    }

    /// The calls of a trip.
    #[must_use]
    pub fn calls_of(&self, trip: u32) -> &[Call] {
        &self.calls[self.call_range(trip)]
    }

    /// Where a trip's calls are.
    #[must_use]
    pub fn call_range(&self, trip: u32) -> Range<usize> {
        let (first, end) = self.trips[trip as usize].calls;
        first as usize..end as usize
    }

    /// The trips of each block in the order the vehicle runs them: by block, then by departure.
    #[must_use]
    pub fn trips_by_block(&self) -> Vec<Vec<u32>> {
        let count = self.trips.iter().filter_map(|trip| trip.block).max();
        let mut blocks = vec![Vec::new(); count.map_or(0, |last| last as usize + 1)];
        for (number, trip) in (0_u32..).zip(&self.trips) {
            if let Some(block) = trip.block {
                blocks[block as usize].push(number);
            }
        }
        for trips in &mut blocks {
            trips.sort_by_key(|&trip| (self.calls_of(trip)[0].departure_s, trip));
        }
        blocks
    }

    fn check(&self) -> Result<(), TimetableError> {
        let stops = self.stops.len();
        let exists = |stop: u32| {
            if (stop as usize) < stops {
                Ok(())
            } else {
                Err(TimetableError::NoSuchStop { stop, stops })
            }
        };
        for transfer in &self.transfers {
            exists(transfer.from)?;
            exists(transfer.to)?;
        }
        for (trip, row) in self.trips.iter().enumerate() {
            let (first, end) = (row.calls.0 as usize, row.calls.1 as usize);
            let calls = self.calls.get(first..end).filter(|calls| !calls.is_empty());
            let Some(calls) = calls else {
                let calls = self.calls.len();
                return Err(TimetableError::NoSuchCalls { trip, calls });
            };
            let mut earliest = i32::MIN;
            for (position, call) in calls.iter().enumerate() {
                exists(call.stop)?;
                if call.arrival_s < earliest || call.departure_s < call.arrival_s {
                    return Err(TimetableError::Backwards { trip, position });
                }
                earliest = call.departure_s;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop() -> Stop {
        Stop {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            station: None,
        }
    }

    fn trip(calls: (u32, u32), block: Option<u32>) -> Trip {
        Trip {
            calls,
            source: 0,
            route: 0,
            direction: 0,
            block,
            shape: None,
            pattern: 9,
            from_day_before: false,
            headway_s: None,
        }
    }

    fn call(stop: u32, arrival_s: i32, departure_s: i32) -> Call {
        Call {
            stop,
            arrival_s,
            departure_s,
            boarding: true,
            alighting: true,
        }
    }

    #[test]
    fn blocks_are_run_in_the_order_of_departure() {
        let calls = vec![
            call(0, 500, 500),
            call(1, 600, 600),
            call(0, 100, 100),
            call(1, 200, 200),
        ];
        let trips = vec![trip((0, 2), Some(0)), trip((2, 4), Some(0))];
        let timetable = Timetable::new(vec![stop(); 2], trips, calls, Vec::new()).unwrap();
        assert_eq!(timetable.trips_by_block(), [[1, 0]]);
        assert_eq!(timetable.patterns.len(), 1);
        assert_eq!(timetable.trips[0].pattern, 0);
    }

    #[test]
    fn wrong_arrays_are_refused() {
        let make = |calls: Vec<Call>, range| {
            Timetable::new(vec![stop(); 2], vec![trip(range, None)], calls, Vec::new()).unwrap_err()
        };
        assert_eq!(
            make(vec![call(0, 0, 0)], (0, 2)),
            TimetableError::NoSuchCalls { trip: 0, calls: 1 }
        );
        assert_eq!(
            make(vec![call(7, 0, 0)], (0, 1)),
            TimetableError::NoSuchStop { stop: 7, stops: 2 }
        );
        assert_eq!(
            make(vec![call(0, 0, 60), call(1, 59, 59)], (0, 2)),
            TimetableError::Backwards {
                trip: 0,
                position: 1
            }
        );
    }
}
