//! Who runs which trip: duties given out, vehicles found for them, trips ended, cancelled and turned short.
//!
//! Every trip of a duty that has come due is operated, turned, cancelled or still open. What a breakdown is, is in
//! `breakdowns`; how a trip is run, in `movement`.

use crate::city::model::transit::Drive;
use crate::city::transit::days::Run;
use crate::city::transit::meters::FREQUENT_S;
use crate::city::transit::movement::TURN_MS;
use crate::city::transit::service::Book;
use crate::city::transit::service::Work;
use crate::city::transit::vehicle::Duty;
use crate::city::transit::vehicle::Phase;

/// A trip that cannot begin within so long of its time is cancelled; its vehicle goes on with the next (control-room
/// practice: a trip later than its follower serves nobody).
const TOO_LATE_MS: i64 = 45 * 60_000;
/// The same for a trip without a vehicle: it is not waited for so long.
const NO_VEHICLE_MS: i64 = 20 * 60_000;
/// How long before a run's start its vehicle is chosen, milliseconds.
const REPORT_MS: i64 = 180_000;
/// From a last stop until a vehicle is ready at its depot again, milliseconds (way, look over; chosen).
const HOME_MS: i64 = 20 * 60_000;
/// Charge below which no trip is begun, share of the battery, beyond what the trip needs.
const RESERVE: f64 = 0.10;
/// A late vehicle is turned only this far along its trip, share of its stops: earlier and later it gains nothing.
const TURN_WITHIN: [f64; 2] = [0.35, 0.85];
/// Least lateness for turning short, milliseconds (control-room practice: most of a headway).
const TURN_FROM_MS: i64 = 8 * 60_000;
/// Distance within which a stop of the way back serves as the other side of a stop, metres.
const OTHER_SIDE_M: f64 = 150.0;
/// Factor on published running times on tracks while the heat timetable is in force: what slow orders at 38 C cost a line
/// with peaks of 50 km/h, rounded.
const HEAT_STRETCH: f32 = 1.10;

impl Work<'_> {
    /// Run of a duty.
    #[must_use]
    pub fn run_of(&self, duty: Duty) -> Run {
        self.net().day(self.first_weekday, duty.day).runs[duty.run as usize]
    }

    /// Trip of a duty: its place in its day's trips, and its number.
    #[must_use]
    pub fn trip_of(&self, duty: Duty) -> (usize, u32) {
        let day = self.net().day(self.first_weekday, duty.day);
        let slot = day.runs[duty.run as usize].first as usize + usize::from(duty.at);
        (slot, day.trips[slot])
    }

    /// Planned start of a duty's next trip, milliseconds.
    #[must_use]
    pub fn start_ms(&self, duty: Duty) -> i64 {
        let (_, trip) = self.trip_of(duty);
        let start = self.net().transit().trips[trip as usize].start_s;
        Self::midnight_ms(duty.day) + i64::from(start) * 1000
    }

    /// Puts the vehicles where the timetable has them at the beginning of the run: no delays, nobody on board.
    pub fn begin(&mut self) {
        if self.s.begun {
            return;
        }
        self.s.begun = true;
        let now_ms = self.from_ms;
        let today = now_ms.div_euclid(86_400_000) as i32;
        let mut under_way = Vec::new();
        for day in [today - 1, today] {
            let midnight = Self::midnight_ms(day);
            let runs = &self.net().day(self.first_weekday, day).runs;
            let ms = |s: i32| midnight + i64::from(s) * 1000;
            let next = runs.partition_point(|run| ms(run.start_s) <= now_ms) as u32;
            self.s.books.push(Book { day, next });
            for (number, run) in (0..next).zip(runs) {
                if ms(run.end_s) <= now_ms {
                    continue;
                }
                let mut duty = Duty {
                    day,
                    run: number,
                    ..Duty::default()
                };
                while self.ends_ms(duty) <= now_ms {
                    duty.at += 1;
                }
                self.s.meters.trips_planned += u64::from(run.count - duty.at);
                if self.has_driver(duty) {
                    under_way.push(duty);
                } else {
                    self.cancel_rest(duty);
                }
            }
        }
        let mut placed = Vec::new();
        for duty in under_way {
            match self.vehicle_for(duty, now_ms) {
                Some(v) => {
                    self.take_trip(v, duty, now_ms);
                    if let Some(at_ms) = self.place(v, now_ms) {
                        placed.push((at_ms, v));
                    }
                }
                None => self.s.pending.push(duty),
            }
        }
        // On a track the one that arrives first is ahead.
        placed.sort_unstable();
        for (_, v) in placed {
            let position = usize::from(self.s.vehicles[v].position);
            self.take_leg(v, position);
        }
    }

    /// Planned end of a duty's next trip, milliseconds.
    fn ends_ms(&self, duty: Duty) -> i64 {
        let (_, trip) = self.trip_of(duty);
        let last = self.net().timing(trip).arrival_s.last().copied();
        self.start_ms(duty) + i64::from(last.unwrap_or(0)) * 1000
    }

    /// Puts a vehicle whose trip is under way by the plan where it is; when it arrives, if it is between stops.
    fn place(&mut self, v: usize, now_ms: i64) -> Option<i64> {
        let duty = self.s.vehicles[v].duty;
        let after_s = ((now_ms - self.start_ms(duty)) / 1000) as i32;
        if after_s < 0 {
            return None;
        }
        let timing = self.net().timing(self.s.vehicles[v].trip);
        let start_ms = self.start_ms(duty);
        let left = timing.departure_s.partition_point(|d| *d <= after_s);
        let n = timing.arrival_s.len();
        let vehicle = &mut self.s.vehicles[v];
        if left == 0 {
            return None;
        }
        let position = (left - 1).min(n - 2);
        if timing.arrival_s[position + 1] > after_s {
            vehicle.position = position as u16;
            vehicle.phase = Phase::Running;
            vehicle.at_ms = start_ms + i64::from(timing.arrival_s[position + 1]) * 1000;
            return Some(vehicle.at_ms);
        }
        vehicle.position = position as u16 + 1;
        vehicle.phase = Phase::Dwelling;
        vehicle.arrived_ms = now_ms;
        vehicle.at_ms = start_ms + i64::from(timing.departure_s[position + 1]) * 1000;
        None
    }

    /// Gives out the runs that begin soon, and finds vehicles for all duties that have none.
    pub fn give_out(&mut self) {
        let until_ms = self.to_ms + REPORT_MS;
        let today = until_ms.div_euclid(86_400_000) as i32;
        if self.s.books.iter().all(|book| book.day < today) {
            self.s.books.push(Book {
                day: today,
                next: 0,
            });
        }
        let mut books = std::mem::take(&mut self.s.books);
        for book in &mut books {
            let day = self.net().day(self.first_weekday, book.day);
            while let Some(run) = day.runs.get(book.next as usize) {
                if Self::midnight_ms(book.day) + i64::from(run.start_s) * 1000 > until_ms {
                    break;
                }
                let duty = Duty {
                    day: book.day,
                    run: book.next,
                    ..Duty::default()
                };
                self.s.meters.trips_planned += u64::from(run.count);
                if self.has_driver(duty) {
                    self.s.pending.push(duty);
                } else {
                    self.cancel_rest(duty);
                }
                book.next += 1;
            }
        }
        // A day's runs may begin after midnight, so its book stays open through the next day.
        books.retain(|book| book.day + 1 >= today);
        self.s.books = books;
        self.find_vehicles(until_ms);
    }

    fn has_driver(&self, duty: Duty) -> bool {
        if self.staff.share >= 1.0 {
            return true;
        }
        let block = u64::from(self.run_of(duty).block);
        let day = u64::from(duty.day.unsigned_abs());
        self.chance.uniform("transit/driver", block, day) < self.staff.share
    }

    fn find_vehicles(&mut self, until_ms: i64) {
        let pending = std::mem::take(&mut self.s.pending);
        for mut duty in pending {
            let count = self.run_of(duty).count;
            while duty.at < count && self.start_ms(duty) + NO_VEHICLE_MS < self.from_ms {
                self.cancel_one(duty);
                duty.at += 1;
            }
            while duty.at < count && self.is_closed(duty) && self.start_ms(duty) <= until_ms {
                self.cancel_one(duty);
                duty.at += 1;
            }
            if duty.at == count {
                continue;
            }
            let may = !duty.spare || self.spares_out() < self.settings.spares;
            let soon = self.start_ms(duty) <= until_ms;
            match self.vehicle_for(duty, until_ms).filter(|_| may && soon) {
                Some(v) => self.take_trip(v, duty, self.from_ms),
                None => self.s.pending.push(duty),
            }
        }
    }

    /// Vehicles that stand in for others.
    #[must_use]
    pub fn spares_out(&self) -> usize {
        let out = |p: Phase| !matches!(p, Phase::Depot | Phase::Broken);
        let all = self.s.vehicles.iter();
        all.filter(|v| v.duty.spare && out(v.phase)).count()
    }

    /// A vehicle of the right type, from the block's depot if it has one, else from another; the fullest battery first.
    fn vehicle_for(&self, duty: Duty, now_ms: i64) -> Option<usize> {
        let net = self.net();
        let block = &net.transit().blocks[self.run_of(duty).block as usize];
        let mut best: Option<(bool, f32, usize)> = None;
        for (v, unit) in net.units.iter().enumerate() {
            let vehicle = &self.s.vehicles[v];
            let ready = vehicle.phase == Phase::Depot
                && vehicle.at_ms <= now_ms
                && unit.vehicle_type as usize == block.vehicle_type;
            if !ready || !self.has_charge(v, duty) {
                continue;
            }
            let home = unit.depot as usize == block.depot;
            let better = best.is_none_or(|(h, charge, _)| {
                (home && !h) || (home == h && vehicle.battery_kwh > charge)
            });
            if better {
                best = Some((home, vehicle.battery_kwh, v));
            }
        }
        best.map(|b| b.2)
    }

    /// Whether a vehicle's battery lasts for a duty's next trip.
    fn has_charge(&self, v: usize, duty: Duty) -> bool {
        let net = self.net();
        let kind = net.type_of(v);
        if kind.drive != Drive::Battery {
            return true;
        }
        let (_, trip) = self.trip_of(duty);
        let (_, pattern) = net.pattern(trip);
        let legs = pattern.legs.iter();
        let km = legs.map(|l| net.transit().legs[*l].length_m).sum::<f64>() / 1000.0;
        let hours = (self.ends_ms(duty) - self.start_ms(duty)) as f64 / 3.6e6;
        let need = km * kind.energy_kwh_km + hours * self.cooling_kw(v);
        f64::from(self.s.vehicles[v].battery_kwh) > need + RESERVE * kind.battery_kwh
    }

    /// A vehicle stands ready for a duty's next trip.
    pub fn take_trip(&mut self, v: usize, duty: Duty, ready_ms: i64) {
        let (slot, trip) = self.trip_of(duty);
        let start_ms = self.start_ms(duty);
        let net = self.net();
        let (number, pattern) = net.pattern(trip);
        let calls = net.day(self.first_weekday, duty.day).first_call[slot];
        let pace = self.pace(trip, duty.day);
        let stretch = if net.patterns[number].rail && self.settings.heat_timetable {
            HEAT_STRETCH
        } else {
            1.0
        };
        let vehicle = &mut self.s.vehicles[v];
        vehicle.phase = Phase::Waiting;
        vehicle.duty = duty;
        vehicle.trip = trip;
        vehicle.calls = calls;
        vehicle.position = 0;
        vehicle.stretch = stretch;
        vehicle.pace = pace;
        vehicle.lists.clear();
        vehicle.lists.resize(pattern.stops.len(), 0);
        vehicle.arrived_ms = ready_ms;
        vehicle.exchange = [0; 3];
        let late_ms = self.late_start_ms(trip, duty.day);
        self.due(v, start_ms.max(ready_ms) + late_ms);
    }

    /// A vehicle has reached the last stop of its trip.
    pub fn finish_trip(&mut self, v: usize, at_ms: i64) {
        self.s.meters.trips_operated += 1;
        let off_ms = self.halt_ms(v, usize::from(self.s.vehicles[v].position));
        self.leave_leg(v, at_ms + off_ms);
        self.plug_in(v);
        self.next_trip(v, at_ms + off_ms);
    }

    /// A vehicle goes on with the next trip of its duty that it can still run, or home.
    fn next_trip(&mut self, v: usize, at_ms: i64) {
        let mut duty = self.s.vehicles[v].duty;
        let count = self.run_of(duty).count;
        duty.at += 1;
        while duty.at < count && at_ms > self.start_ms(duty) + TOO_LATE_MS {
            self.cancel_one(duty);
            duty.at += 1;
        }
        if duty.at >= count {
            self.go_home(v, at_ms);
        } else if self.is_closed(duty) {
            // It is cancelled when it comes due, unless the route has been opened by then.
            self.go_home(v, at_ms);
            self.s.pending.push(duty);
        } else if self.has_charge(v, duty) || self.will_charge(v, duty, at_ms) {
            self.take_trip(v, duty, at_ms + TURN_MS);
        } else {
            self.go_home(v, at_ms);
            duty.spare = true;
            self.s.pending.push(duty);
        }
    }

    /// Whether a plugged-in vehicle will have charge enough when its next trip begins.
    fn will_charge(&mut self, v: usize, duty: Duty, at_ms: i64) -> bool {
        let Some(charger) = self.s.vehicles[v].charger.checked_sub(1) else {
            return false;
        };
        let hours = ((self.start_ms(duty) - at_ms) as f64 / 3.6e6).max(0.0);
        let kw = self.net().transit().chargers[charger as usize].power_kw;
        let before = self.s.vehicles[v].battery_kwh;
        self.s.vehicles[v].battery_kwh += (hours * kw) as f32;
        let enough = self.has_charge(v, duty);
        self.s.vehicles[v].battery_kwh = before;
        enough
    }

    /// A vehicle goes to its depot.
    pub fn go_home(&mut self, v: usize, at_ms: i64) {
        let vehicle = &mut self.s.vehicles[v];
        vehicle.phase = Phase::Depot;
        vehicle.at_ms = at_ms + HOME_MS;
        vehicle.duty.spare = false;
        vehicle.charger = 0;
        vehicle.load = 0;
    }

    /// Whether the route of a duty's next trip is closed; if so, cancellations are put down to that.
    fn is_closed(&mut self, duty: Duty) -> bool {
        let (_, trip) = self.trip_of(duty);
        let (_, pattern) = self.net().pattern(trip);
        let closed = self.s.closed[pattern.route];
        self.s.last_cause = closed.or(self.s.last_cause);
        closed.is_some()
    }

    /// Counts a trip of a duty as cancelled, with the headways that were planned for it.
    pub fn cancel_one(&mut self, duty: Duty) {
        let (slot, trip) = self.trip_of(duty);
        self.s.meters.trips_cancelled += 1;
        self.s.meters.unreported += 1;
        self.miss_calls(duty.day, slot, trip, 0);
    }

    /// Counts all that is left of a duty as cancelled.
    fn cancel_rest(&mut self, mut duty: Duty) {
        while duty.at < self.run_of(duty).count {
            self.cancel_one(duty);
            duty.at += 1;
        }
    }

    /// The calls of a trip from a position on do not take place.
    pub fn miss_calls(&mut self, day: i32, slot: usize, trip: u32, from: usize) {
        let net = self.net();
        let (_, pattern) = net.pattern(trip);
        let day = net.day(self.first_weekday, day);
        let first = day.first_call[slot] as usize;
        let route = &mut self.s.meters.routes[pattern.route];
        route.lost_trips += 1;
        for position in from..pattern.stops.len() - 1 {
            let planned = day.headway_s[first + position];
            if (1..=FREQUENT_S).contains(&planned) {
                route.headways.plan(f64::from(planned));
            }
        }
    }

    /// Turns a late vehicle at a time point, if that is allowed and gains time; whether it was.
    pub fn turn_short(&mut self, v: usize, position: usize, at_ms: i64) -> bool {
        let net = self.net();
        let trip = self.s.vehicles[v].trip;
        let (_, pattern) = net.pattern(trip);
        let allowed = self.settings.short_turn.get(pattern.route).copied();
        let late_ms = at_ms - self.planned_ms(v, position);
        let along = position as f64 / (pattern.stops.len() - 1) as f64;
        if !allowed.unwrap_or(false)
            || late_ms < TURN_FROM_MS
            || !(TURN_WITHIN[0]..=TURN_WITHIN[1]).contains(&along)
        {
            return false;
        }
        let mut duty = self.s.vehicles[v].duty;
        duty.at += 1;
        if duty.at >= self.run_of(duty).count {
            return false;
        }
        let (_, next) = self.trip_of(duty);
        let (_, back) = net.pattern(next);
        if back.route != pattern.route || back.direction == pattern.direction {
            return false;
        }
        let stops = &net.transit().stops;
        let here = &stops[pattern.stops[position]];
        let near = |s: usize| {
            let there = &stops[s];
            (here.station.is_some() && here.station == there.station)
                || libm::hypot(here.x_m - there.x_m, here.y_m - there.y_m) <= OTHER_SIDE_M
        };
        let last = back.stops.len() - 2;
        let Some(join) = (1..=last).find(|&k| near(back.stops[k])) else {
            return false;
        };
        let planned_ms = self.start_ms(duty) + i64::from(net.timing(next).departure_s[join]) * 1000;
        let ready_ms = at_ms + 2 * TURN_MS;
        // Too late all the same, or far too early: the rest of the trip is worth more.
        if ready_ms - planned_ms > late_ms || planned_ms - ready_ms > TURN_FROM_MS {
            return false;
        }
        self.turn_out(v, position, at_ms);
        self.s.meters.trips_turned += 1;
        let (slot, _) = self.trip_of(self.s.vehicles[v].duty);
        let day = duty.day;
        self.miss_calls(day, slot, trip, position);
        self.leave_leg(v, at_ms);
        self.take_trip(v, duty, ready_ms);
        let vehicle = &mut self.s.vehicles[v];
        vehicle.position = join as u16;
        vehicle.phase = Phase::Dwelling;
        self.due(v, ready_ms.max(planned_ms));
        true
    }

    /// A duty's remaining trips wait for another vehicle; there are none if it was the last.
    pub fn leave_duty(&mut self, v: usize) {
        let mut duty = self.s.vehicles[v].duty;
        duty.at += 1;
        duty.spare = true;
        if duty.at < self.run_of(duty).count {
            self.s.pending.push(duty);
        }
    }

    /// Trips that have come due and are not over: of vehicles under way and of duties without one.
    #[must_use]
    pub fn open_trips(&self) -> u64 {
        let left = |duty: Duty| u64::from(self.run_of(duty).count - duty.at);
        let on_duty = self
            .s
            .vehicles
            .iter()
            .filter(|v| v.phase != Phase::Depot && v.phase != Phase::Broken);
        on_duty.map(|v| left(v.duty)).sum::<u64>()
            + self.s.pending.iter().map(|d| left(*d)).sum::<u64>()
    }
}
