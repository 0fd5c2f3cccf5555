//! A timetable and its ways on foot, laid out as RAPTOR reads them.
//!
//! Built once a day and shared by all searches; it holds no state of a search.

use crate::solvers::journey::footpaths::Footpath;
use crate::solvers::journey::footpaths::Footpaths;
use crate::solvers::journey::timetable::Timetable;

/// No time at all: later than every time.
pub(super) const NEVER_S: i32 = i32::MAX;

/// One pattern's place in the shared arrays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Its first position in `stops`, `boarding`, `alighting`.
    pub first: usize,
    /// Its stops.
    pub length: usize,
    /// Its first trip in `trips`.
    pub first_trip: usize,
    /// Its trips.
    pub trip_count: usize,
    /// Its first time in `departures_s` and `arrivals_s`.
    pub first_time: usize,
}

/// What searches read.
#[derive(Clone, Debug)]
pub struct Raptor {
    pub(super) lines: Vec<Line>,
    pub(super) stops: Vec<u32>,
    pub(super) boarding: Vec<bool>,
    pub(super) alighting: Vec<bool>,
    /// Trips of the patterns, earliest first, as the timetable numbers them.
    pub(super) trips: Vec<u32>,
    /// By pattern, position, trip: a search for a trip reads one column.
    pub(super) departures_s: Vec<i32>,
    /// By pattern, trip, position: a ride reads one row.
    pub(super) arrivals_s: Vec<i32>,
    /// Where each stop's entries in `boardings` begin; one more than there are stops.
    first_boarding: Vec<u32>,
    /// Where one can get on: pattern and position.
    boardings: Vec<(u32, u32)>,
    pub(super) footpaths: Footpaths,
    /// Where each stop's entries in `arriving` begin.
    first_arriving: Vec<u32>,
    /// Footpaths by the stop they lead to, naming the stop they come from.
    arriving: Vec<Footpath>,
}

impl Raptor {
    /// Lays out a timetable.
    #[must_use]
    pub fn new(timetable: &Timetable, footpaths: Footpaths) -> Self {
        let mut raptor = Self {
            lines: Vec::with_capacity(timetable.patterns.len()),
            stops: Vec::new(),
            boarding: Vec::new(),
            alighting: Vec::new(),
            trips: Vec::with_capacity(timetable.trips.len()),
            departures_s: Vec::with_capacity(timetable.calls.len()),
            arrivals_s: Vec::with_capacity(timetable.calls.len()),
            first_boarding: Vec::new(),
            boardings: Vec::new(),
            footpaths,
            first_arriving: Vec::new(),
            arriving: Vec::new(),
        };
        let mut boardings: Vec<(u32, (u32, u32))> = Vec::new();
        for (number, pattern) in (0_u32..).zip(&timetable.patterns) {
            raptor.lines.push(Line {
                first: raptor.stops.len(),
                length: pattern.stops.len(),
                first_trip: raptor.trips.len(),
                trip_count: pattern.trips.len(),
                first_time: raptor.arrivals_s.len(),
            });
            for (position, &stop) in pattern.stops.iter().enumerate() {
                let column = pattern.trips.iter();
                let departure = |&trip| timetable.calls_of(trip)[position].departure_s;
                raptor.departures_s.extend(column.map(departure));
                // Nobody gets on where the vehicle goes no further.
                let boarding = pattern.boarding[position] && position + 1 < pattern.stops.len();
                raptor.boarding.push(boarding);
                if boarding {
                    boardings.push((stop, (number, position as u32)));
                }
            }
            for &trip in &pattern.trips {
                let calls = timetable.calls_of(trip).iter();
                raptor.arrivals_s.extend(calls.map(|call| call.arrival_s));
            }
            raptor.stops.extend(&pattern.stops);
            raptor.alighting.extend(&pattern.alighting);
            raptor.trips.extend(&pattern.trips);
        }
        let stops = timetable.stops.len();
        (raptor.first_boarding, raptor.boardings) = by_stop(stops, boardings);
        let reversed = (0..stops as u32).flat_map(|from| {
            let paths = raptor.footpaths.from(from).iter();
            paths.map(move |path| {
                let to = from;
                let seconds = path.seconds;
                (path.to, Footpath { to, seconds })
            })
        });
        (raptor.first_arriving, raptor.arriving) = by_stop(stops, reversed.collect());
        raptor
    }

    /// Number of stops.
    #[must_use]
    pub fn stop_count(&self) -> usize {
        self.first_boarding.len() - 1
    }

    /// The ways on foot it was made with.
    #[must_use]
    pub fn footpaths(&self) -> &Footpaths {
        &self.footpaths
    }

    /// Where one can get on at a stop: pattern and position.
    pub(super) fn boardings_at(&self, stop: u32) -> &[(u32, u32)] {
        let stop = stop as usize;
        &self.boardings[self.first_boarding[stop] as usize..self.first_boarding[stop + 1] as usize]
    }

    /// Footpaths that lead to a stop; `to` of each is where it comes from.
    pub(super) fn arriving_at(&self, stop: u32) -> &[Footpath] {
        let stop = stop as usize;
        &self.arriving[self.first_arriving[stop] as usize..self.first_arriving[stop + 1] as usize]
    }

    /// All departures from a stop.
    pub(super) fn departures_from(&self, stop: u32) -> impl Iterator<Item = i32> + '_ {
        self.boardings_at(stop)
            .iter()
            .flat_map(move |&(line, position)| self.column(line, position as usize))
            .copied()
    }

    /// Departures of a pattern's trips at a position, earliest first.
    pub(super) fn column(&self, line: u32, position: usize) -> &[i32] {
        let line = self.lines[line as usize];
        let first = line.first_time + position * line.trip_count;
        &self.departures_s[first..first + line.trip_count]
    }

    /// Arrivals of a pattern's trip (counted within the pattern) at its positions.
    pub(super) fn row(&self, line: u32, trip: usize) -> &[i32] {
        let line = self.lines[line as usize];
        let first = line.first_time + trip * line.length;
        &self.arrivals_s[first..first + line.length]
    }
}

/// Groups entries by their stop, keeping their order.
fn by_stop<T: Copy>(stops: usize, mut entries: Vec<(u32, T)>) -> (Vec<u32>, Vec<T>) {
    entries.sort_by_key(|entry| entry.0);
    let mut first = vec![0_u32; stops + 1];
    for &(stop, _) in &entries {
        first[stop as usize + 1] += 1;
    }
    for stop in 0..stops {
        first[stop + 1] += first[stop];
    }
    (first, entries.into_iter().map(|entry| entry.1).collect())
}
