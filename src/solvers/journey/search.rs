//! Searches for journeys in rounds: after round k everything is known that k rides reach.
//!
//! A round scans each pattern at most once, from the first stop that the round before improved, and then walks from where
//! it got off. What cannot beat the best arrival known at the stop or at the target is dropped; dropped ties keep the
//! journey with fewer rides. Everything happens in an order fixed by the timetable, so equal queries have equal answers.

use crate::solvers::journey::itinerary::Journey;
use crate::solvers::journey::itinerary::Leg;
use crate::solvers::journey::raptor::NEVER_S;
use crate::solvers::journey::raptor::Raptor;

/// No way on foot.
const NO_WAY_S: u32 = u32::MAX;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    /// Stops to start from: one, or those of a station.
    pub from: &'a [u32],
    /// Stops to end at.
    pub to: &'a [u32],
    /// Earliest departure, seconds of the service day.
    pub depart_s: i32,
}

/// How one got to a stop by vehicle: the trip, and the positions of getting on and off.
#[derive(Clone, Copy, Debug, Default)]
struct Ridden {
    line: u32,
    trip: u32,
    board: u32,
    alight: u32,
}

/// What is known after so many rides.
#[derive(Clone, Debug, Default)]
struct Round {
    /// When one can get on at each stop.
    ready_s: Vec<i32>,
    /// The stop where one got off (or started) to be ready here: the same stop, or one to walk from.
    ready_via: Vec<u32>,
    /// How one got to each stop by the last ride, where that ride improved it.
    ridden: Vec<Ridden>,
    /// Arrival at the target that this round improved, and the stop it walks from (or the target itself).
    target: Option<(i32, u32)>,
}

/// Reusable room for searches on one [`Raptor`].
#[derive(Clone, Debug, Default)]
pub struct Search {
    rounds: Vec<Round>,
    /// Earliest arrival by vehicle in any round.
    best_ride_s: Vec<i32>,
    best_target_s: i32,
    /// Seconds on foot from each stop to the target.
    exit_s: Vec<u32>,
    exits: Vec<u32>,
    /// Stops that the last round reached by vehicle, and stops where one is ready earlier than before.
    alighted: Vec<u32>,
    improved: Vec<u32>,
    is_alighted: Vec<bool>,
    is_improved: Vec<bool>,
    /// Patterns to scan, and the position to scan each from.
    queue: Vec<u32>,
    scan_from: Vec<u32>,
}

impl Search {
    /// Room for searches.
    #[must_use]
    pub fn new(raptor: &Raptor) -> Self {
        let mut search = Self::default();
        search.fit(raptor);
        search
    }

    /// The journey that arrives first, and among those the one with the fewest rides; none if there is no way.
    /// Stops that do not exist are nowhere.
    pub fn earliest(&mut self, raptor: &Raptor, query: &Query) -> Option<Journey> {
        self.run(raptor, query);
        let last = self.rounds.iter().rposition(|r| r.target.is_some())?;
        Some(self.journey(raptor, query, last))
    }

    /// Every journey that no other beats in both arrival and rides: fewest rides first, each next one arrives earlier.
    pub fn pareto(&mut self, raptor: &Raptor, query: &Query) -> Vec<Journey> {
        self.run(raptor, query);
        (0..self.rounds.len())
            .filter(|&round| self.rounds[round].target.is_some())
            .map(|round| self.journey(raptor, query, round))
            .collect()
    }

    fn fit(&mut self, raptor: &Raptor) {
        let stops = raptor.stop_count();
        if self.exit_s.len() != stops || self.scan_from.len() != raptor.lines.len() {
            *self = Self {
                best_ride_s: vec![NEVER_S; stops],
                exit_s: vec![NO_WAY_S; stops],
                is_alighted: vec![false; stops],
                is_improved: vec![false; stops],
                scan_from: vec![u32::MAX; raptor.lines.len()],
                ..Self::default()
            };
        }
    }

    fn run(&mut self, raptor: &Raptor, query: &Query) {
        self.fit(raptor);
        self.start(raptor, query);
        let mut rides = 0;
        while !self.improved.is_empty() {
            rides += 1;
            self.open_round(rides);
            self.enqueue(raptor);
            let queue = std::mem::take(&mut self.queue);
            for &line in &queue {
                let from = std::mem::replace(&mut self.scan_from[line as usize], u32::MAX);
                self.scan(raptor, line, from as usize, rides);
            }
            self.queue = queue;
            self.walk(raptor, rides);
        }
        self.rounds.truncate(rides + 1);
    }

    /// Round 0: what one reaches without riding.
    fn start(&mut self, raptor: &Raptor, query: &Query) {
        let stops = raptor.stop_count();
        let exists = |stop: &&u32| (**stop as usize) < stops;
        self.best_ride_s.fill(NEVER_S);
        self.best_target_s = NEVER_S;
        for exit in self.exits.drain(..) {
            self.exit_s[exit as usize] = NO_WAY_S;
        }
        for &target in query.to.iter().filter(exists) {
            self.exit_s[target as usize] = 0;
            self.exits.push(target);
        }
        for &target in query.to.iter().filter(exists) {
            for path in raptor.arriving_at(target) {
                let exit = &mut self.exit_s[path.to as usize];
                *exit = (*exit).min(path.seconds);
                self.exits.push(path.to);
            }
        }
        if self.rounds.is_empty() {
            self.rounds.push(Round::default());
        }
        let round = &mut self.rounds[0];
        round.fit(stops);
        round.ready_s.fill(NEVER_S);
        for &source in query.from.iter().filter(exists) {
            let exit = self.exit_s[source as usize];
            let arrive_s = later(query.depart_s, exit);
            if exit != NO_WAY_S && arrive_s < self.best_target_s {
                self.best_target_s = arrive_s;
                self.rounds[0].target = Some((arrive_s, source));
            }
        }
        for &source in query.from.iter().filter(exists) {
            self.be_ready(0, source, source, query.depart_s);
        }
        for &source in query.from.iter().filter(exists) {
            for path in raptor.footpaths.from(source) {
                let ready_s = later(query.depart_s, path.seconds);
                self.be_ready(0, path.to, source, ready_s);
            }
        }
    }

    /// What holds after one ride less holds still.
    fn open_round(&mut self, rides: usize) {
        if self.rounds.len() == rides {
            self.rounds.push(Round::default());
        }
        let (before, after) = self.rounds.split_at_mut(rides);
        let (last, round) = (&before[rides - 1], &mut after[0]);
        round.fit(last.ready_s.len());
        round.ready_s.copy_from_slice(&last.ready_s);
        round.ready_via.copy_from_slice(&last.ready_via);
    }

    /// The patterns through stops where one is ready earlier than before.
    fn enqueue(&mut self, raptor: &Raptor) {
        self.queue.clear();
        for stop in self.improved.drain(..) {
            self.is_improved[stop as usize] = false;
            for &(line, position) in raptor.boardings_at(stop) {
                let from = &mut self.scan_from[line as usize];
                if *from == u32::MAX {
                    self.queue.push(line);
                }
                *from = (*from).min(position);
            }
        }
    }

    /// Rides one pattern: gets off wherever that is earlier than known, gets on the first vehicle that can be caught.
    fn scan(&mut self, raptor: &Raptor, line: u32, from: usize, rides: usize) {
        let place = raptor.lines[line as usize];
        let stops = &raptor.stops[place.first..place.first + place.length];
        let (before, after) = self.rounds.split_at_mut(rides);
        let ready_s = &before[rides - 1].ready_s;
        let round = &mut after[0];
        // The vehicle aboard: its number in the pattern, its arrivals, the position of getting on.
        let mut aboard: Option<(usize, &[i32], usize)> = None;
        for (position, &stop) in stops.iter().enumerate().skip(from) {
            let at = stop as usize;
            if let Some((trip, arrivals_s, board)) = aboard
                && raptor.alighting[place.first + position]
            {
                let arrive_s = arrivals_s[position];
                if arrive_s < self.best_ride_s[at] && arrive_s < self.best_target_s {
                    self.best_ride_s[at] = arrive_s;
                    round.ridden[at] = Ridden {
                        line,
                        trip: trip as u32,
                        board: board as u32,
                        alight: position as u32,
                    };
                    if !std::mem::replace(&mut self.is_alighted[at], true) {
                        self.alighted.push(stop);
                    }
                    let exit = self.exit_s[at];
                    if exit != NO_WAY_S && later(arrive_s, exit) < self.best_target_s {
                        self.best_target_s = later(arrive_s, exit);
                        round.target = Some((self.best_target_s, stop));
                    }
                }
            }
            let ready = ready_s[at];
            if ready < self.best_target_s && raptor.boarding[place.first + position] {
                let column = raptor.column(line, position);
                let end = aboard.map_or(column.len(), |(trip, ..)| trip);
                let catch = column[..end].partition_point(|&departure| departure < ready);
                if catch < end {
                    aboard = Some((catch, raptor.row(line, catch), position));
                }
            }
        }
    }

    /// Walks from, or changes at, every stop that the round reached by vehicle.
    fn walk(&mut self, raptor: &Raptor, rides: usize) {
        let alighted = std::mem::take(&mut self.alighted);
        for &stop in &alighted {
            self.is_alighted[stop as usize] = false;
            let arrive_s = self.best_ride_s[stop as usize];
            if let Some(change_s) = raptor.footpaths.change_s(stop) {
                self.be_ready(rides, stop, stop, later(arrive_s, change_s));
            }
            for path in raptor.footpaths.from(stop) {
                self.be_ready(rides, path.to, stop, later(arrive_s, path.seconds));
            }
        }
        self.alighted = alighted;
        self.alighted.clear();
    }

    fn be_ready(&mut self, rides: usize, stop: u32, via: u32, time_s: i32) {
        let round = &mut self.rounds[rides];
        let at = stop as usize;
        if time_s < round.ready_s[at] && time_s < self.best_target_s {
            round.ready_s[at] = time_s;
            round.ready_via[at] = via;
            if !std::mem::replace(&mut self.is_improved[at], true) {
                self.improved.push(stop);
            }
        }
    }

    /// Follows a round's arrival at the target back to the start.
    fn journey(&self, raptor: &Raptor, query: &Query, rides: usize) -> Journey {
        let (arrive_s, mut at) = self.rounds[rides].target.unwrap_or((query.depart_s, 0));
        let mut legs = Vec::new();
        let exit = self.exit_s[at as usize];
        let walk = |from: u32, to: u32, depart_s: i32, arrive_s: i32| Leg::Walk {
            from,
            to,
            depart_s,
            arrive_s,
        };
        if !query.to.contains(&at) {
            let reaches = |&&to: &&u32| raptor.footpaths.between(at, to) == Some(exit);
            let to = query.to.iter().find(reaches).copied().unwrap_or(at);
            legs.push(walk(at, to, arrive_s - exit as i32, arrive_s));
        }
        let mut round = rides;
        while round > 0 {
            let ride = self.rounds[round].ridden[at as usize];
            let place = raptor.lines[ride.line as usize];
            let from = raptor.stops[place.first + ride.board as usize];
            let depart_s = raptor.column(ride.line, ride.board as usize)[ride.trip as usize];
            legs.push(Leg::Ride {
                trip: raptor.trips[place.first_trip + ride.trip as usize],
                board: ride.board,
                alight: ride.alight,
                from,
                to: at,
                depart_s,
                arrive_s: raptor.row(ride.line, ride.trip as usize)[ride.alight as usize],
            });
            round -= 1;
            let stop = from as usize;
            let ready_s = self.rounds[round].ready_s[stop];
            // The label may be older than the round: it came in where it last changed.
            while round > 0 && self.rounds[round - 1].ready_s[stop] == ready_s {
                round -= 1;
            }
            at = self.rounds[round].ready_via[stop];
            if at != from {
                let seconds = raptor.footpaths.between(at, from).unwrap_or(0) as i32;
                // The first walk ends when the vehicle leaves; later ones begin when one got off.
                let end_s = if round == 0 { depart_s } else { ready_s };
                legs.push(walk(at, from, end_s - seconds, end_s));
            }
        }
        legs.reverse();
        Journey {
            depart_s: legs.first().map_or(query.depart_s, Leg::depart_s),
            arrive_s,
            legs,
        }
    }
}

impl Round {
    fn fit(&mut self, stops: usize) {
        self.target = None;
        self.ready_s.resize(stops, NEVER_S);
        self.ready_via.resize(stops, 0);
        self.ridden.resize(stops, Ridden::default());
    }
}

/// A time some seconds later, never past the end of time.
fn later(time_s: i32, seconds: u32) -> i32 {
    time_s.saturating_add(i32::try_from(seconds).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests;
