//! Vehicles move: from stop to stop, by events in the order of time within a step.
//!
//! Running times, following on tracks, power on tracks, halts, holding. Who gets on and off is `boarding`, which trip
//! comes next is `duties`.

use crate::city::model::transit::Drive;
use crate::city::transit::meters::FREQUENT_S;
use crate::city::transit::service::Work;
use crate::city::transit::vehicle::NEVER_MS;
use crate::city::transit::vehicle::Phase;
use crate::city::transit::vehicle::Vehicle;
use crate::engine::chance::mix;
use crate::engine::chance::nearly_normal;
use crate::engine::record::StopVisit;
use std::cmp::Reverse;

/// Gap between a tram's departure and the next one's arrival at the same stop, milliseconds: sight and braking (chosen).
const FOLLOW_MS: i64 = 15_000;
/// Least halt at a terminal before the next trip, milliseconds: change of cabs, a look at the clock (chosen).
pub const TURN_MS: i64 = 60_000;
/// Longest that a vehicle is held to even out headways, milliseconds; riders on board do not stand more (Daganzo 2009
/// holds less than that at every point).
const LONGEST_HOLD_MS: i64 = 180_000;
/// Share of full speed on a line fed from the farther substation alone: twice the distance halves what it can draw at the
/// voltage that is left (EN 50163 permits 500 V of 750), chosen for want of a traction power flow.
const REDUCED_SPEED: f64 = 0.5;
/// Rail above the air in the sun, kelvin (MODELS.md: about 20).
const RAIL_ABOVE_AIR_K: f64 = 20.0;
/// Rail temperature at which slow orders begin, Celsius (MODELS.md: near 50).
const SLOW_FROM_C: f64 = 50.0;
/// Speed allowed there and ten kelvin above, kilometres an hour: from a free urban line to 40 (TriMet takes 16 km/h off
/// from 32 C air and caps at 56 above 38 C; European tramways go lower in streets; chosen between).
const SLOW_KMH: [f64; 2] = [70.0, 40.0];
/// Highest speed between two stops over the mean one: starting, braking, signals.
const PEAK_OVER_MEAN: f64 = 2.0;
/// Least share of a leg's planned time that is running where halts are hidden in it.
const LEAST_RUNNING: f64 = 0.6;
/// Window of a departure on time, milliseconds: a minute early to five late (MODELS.md).
const ON_TIME_MS: [i64; 2] = [-60_000, 300_000];

impl Work<'_> {
    /// Carries out all events of the step.
    pub fn move_all(&mut self) {
        for (number, vehicle) in (0_u32..).zip(&self.s.vehicles) {
            if vehicle.phase != Phase::Depot && vehicle.at_ms < self.to_ms {
                self.moments.push(Reverse((vehicle.at_ms, number)));
            }
        }
        while let Some(Reverse((at_ms, number))) = self.moments.pop() {
            let v = number as usize;
            // A moment that was moved since stands in the heap twice: the vehicle knows which holds.
            if self.s.vehicles[v].at_ms != at_ms {
                continue;
            }
            self.bring_walkers(at_ms.div_euclid(1000) as i32);
            match self.s.vehicles[v].phase {
                Phase::Waiting | Phase::Dwelling => self.depart(v, at_ms),
                Phase::Running => self.arrive(v, at_ms),
                Phase::Broken => self.towed(v, at_ms),
                Phase::Depot | Phase::Stopped | Phase::Behind => {}
            }
        }
        self.bring_walkers(((self.to_ms - 1).div_euclid(1000)) as i32);
    }

    /// Planned departure of a vehicle's trip at a position, milliseconds.
    #[must_use]
    pub fn planned_ms(&self, v: usize, position: usize) -> i64 {
        let vehicle = &self.s.vehicles[v];
        let after = f64::from(self.net().timing(vehicle.trip).departure_s[position]);
        let start = i64::from(self.net().transit().trips[vehicle.trip as usize].start_s);
        Self::midnight_ms(vehicle.duty.day)
            + start * 1000
            + (after * f64::from(vehicle.stretch) * 1000.0) as i64
    }

    /// Planned headway at a vehicle's position, seconds; 0 if it is the first of the day.
    #[must_use]
    pub fn planned_headway_s(&self, v: usize, position: usize) -> u16 {
        let vehicle = &self.s.vehicles[v];
        let day = self.net().day(self.first_weekday, vehicle.duty.day);
        day.headway_s[vehicle.calls as usize + position]
    }

    /// A vehicle leaves a stop.
    fn depart(&mut self, v: usize, at_ms: i64) {
        let position = usize::from(self.s.vehicles[v].position);
        // Who came during the halt gets on too, while the doors are open.
        self.board(v, position, at_ms);
        self.note_departure(v, position, at_ms);
        self.leave_leg(v, at_ms);
        self.s.vehicles[v].charger = 0;
        self.enter_leg(v, position, at_ms);
    }

    fn note_departure(&mut self, v: usize, position: usize, at_ms: i64) {
        let net = self.net();
        let (number, pattern) = net.pattern(self.s.vehicles[v].trip);
        let view = &net.patterns[number];
        let planned_ms = self.planned_ms(v, position);
        let planned_headway = self.planned_headway_s(v, position);
        let place = view.places[position] as usize;
        let before = std::mem::replace(&mut self.s.last_ms[place], at_ms);
        let vehicle = &mut self.s.vehicles[v];
        let route = &mut self.s.meters.routes[pattern.route];
        if position == 0 || pattern.timepoint[position] {
            route.timed[0] += 1;
            if (ON_TIME_MS[0]..=ON_TIME_MS[1]).contains(&(at_ms - planned_ms)) {
                route.timed[1] += 1;
            }
        }
        if before != NEVER_MS && (1..=FREQUENT_S).contains(&planned_headway) {
            let headway_s = (at_ms - before) as f64 / 1000.0;
            route.headways.note(headway_s, f64::from(planned_headway));
        }
        // Of late: a twentieth a departure, some half an hour on a frequent line.
        let kind = net.type_of(v);
        let seats = f64::from(kind.seats.max(1));
        let full = f64::from(kind.capacity.max(kind.seats + 1));
        let load = f64::from(vehicle.load);
        let over = ((load - seats) / (full - seats)).clamp(0.0, 1.0);
        let crowding = &mut self.s.crowding[view.line as usize];
        *crowding += 0.05 * (1.0 + over as f32 - *crowding);
        if self.record.keep {
            self.record.stop_visits.push(StopVisit {
                day_s: i64::from(vehicle.duty.day) * 86_400,
                trip: vehicle.trip,
                position: position as u16,
                vehicle: v as u16,
                arrival_s: vehicle.arrived_ms as f32 / 1000.0,
                departure_s: at_ms as f32 / 1000.0,
                planned_s: planned_ms as f32 / 1000.0,
                boarded: vehicle.exchange[0],
                alighted: vehicle.exchange[1],
                load: vehicle.load,
                denied: vehicle.exchange[2],
            });
        }
        vehicle.exchange = [0; 3];
    }

    /// A vehicle leaves the track that it held; whoever waits behind moves up.
    pub fn leave_leg(&mut self, v: usize, at_ms: i64) {
        let vehicle = &mut self.s.vehicles[v];
        vehicle.leg = 0;
        let waiter = std::mem::take(&mut vehicle.waiter);
        if let Some(w) = waiter.checked_sub(1) {
            self.s.vehicles[w as usize].phase = Phase::Running;
            self.due(w as usize, at_ms + FOLLOW_MS);
        }
    }

    /// A vehicle sets out on the leg after a position.
    fn enter_leg(&mut self, v: usize, position: usize, at_ms: i64) {
        let run_ms = self.running_ms(v, position);
        self.take_leg(v, position);
        let (_, pattern) = self.net().pattern(self.s.vehicles[v].trip);
        let leg = pattern.legs[position];
        let share = self.speed(v, leg);
        let vehicle = &mut self.s.vehicles[v];
        if share > 0.0 {
            vehicle.phase = Phase::Running;
            self.due(v, at_ms + (run_ms / share) as i64);
        } else {
            vehicle.phase = Phase::Stopped;
            vehicle.rest_ms = run_ms as i64;
            self.due(v, NEVER_MS);
        }
    }

    /// Notes that a vehicle is on the leg after a position.
    pub fn take_leg(&mut self, v: usize, position: usize) {
        let net = self.net();
        let trip = self.s.vehicles[v].trip;
        let (number, pattern) = net.pattern(trip);
        let leg = pattern.legs[position];
        let timing = net.timing(trip);
        let planned_h =
            f64::from((timing.arrival_s[position + 1] - timing.departure_s[position]).max(1))
                / 3600.0;
        let km = net.transit().legs[leg].length_m / 1000.0;
        let drive_kw = km * net.type_of(v).energy_kwh_km / planned_h;
        let ahead = self.s.last_on_leg[leg];
        let ahead = match ahead.checked_sub(1) {
            Some(a) if net.patterns[number].rail => (ahead, self.s.vehicles[a as usize].entry),
            _ => (0, 0),
        };
        self.s.entries = self.s.entries.wrapping_add(1);
        if net.patterns[number].rail {
            self.s.last_on_leg[leg] = v as u32 + 1;
        }
        let entry = self.s.entries;
        let vehicle = &mut self.s.vehicles[v];
        vehicle.leg = leg as u32 + 1;
        vehicle.entry = entry;
        vehicle.ahead = ahead;
        vehicle.drive_kw = drive_kw as f32;
    }

    /// Running time of the leg after a position at full power, milliseconds.
    fn running_ms(&self, v: usize, position: usize) -> f64 {
        let net = self.net();
        let vehicle = &self.s.vehicles[v];
        let trip = &net.transit().trips[vehicle.trip as usize];
        let timing = &net.transit().timings[trip.timing];
        let (number, pattern) = net.pattern(vehicle.trip);
        let leg = pattern.legs[position];
        let planned =
            f64::from((timing.arrival_s[position + 1] - timing.departure_s[position]).max(1));
        let hidden = f64::from(net.running_less_s[trip.timing]);
        let running = (planned - hidden).max(LEAST_RUNNING * planned);
        let key = net.trip_keys[vehicle.trip as usize] ^ LEG_STREAM;
        let counter = (vehicle.duty.day as u64) << 16 | position as u64;
        let z = nearly_normal(mix(self.chance.seed(), key, counter));
        let sigma = self.nature.leg_sigma;
        // Mean, not median, of one: the noise makes nobody quicker or slower.
        let noise = libm::exp(sigma * z - 0.5 * sigma * sigma);
        let mut seconds =
            running * self.nature.running * noise * f64::from(vehicle.pace) * self.traffic.of(leg);
        if net.patterns[number].rail {
            let mean_kmh = 3.6 * net.transit().legs[leg].length_m / running;
            seconds *= slow_order(self.air.temp_c, PEAK_OVER_MEAN * mean_kmh);
        }
        seconds * 1000.0
    }

    /// Share of full speed that the power on a leg allows a vehicle.
    #[must_use]
    pub fn speed(&self, v: usize, leg: usize) -> f64 {
        if self.net().type_of(v).drive != Drive::Electric {
            return 1.0;
        }
        speed_of(self.s.feed[leg])
    }

    /// A vehicle reaches the end of its leg, if nobody stands there.
    fn arrive(&mut self, v: usize, at_ms: i64) {
        if let Some(a) = self.blocked_by(v) {
            self.s.vehicles[a].waiter = v as u32 + 1;
            self.s.vehicles[v].phase = Phase::Behind;
            self.due(v, NEVER_MS);
            return;
        }
        let net = self.net();
        let (_, pattern) = net.pattern(self.s.vehicles[v].trip);
        let leg = pattern.legs[usize::from(self.s.vehicles[v].position)];
        let km = net.transit().legs[leg].length_m / 1000.0;
        self.s.meters.vehicle_km += km;
        let vehicle = &mut self.s.vehicles[v];
        vehicle.position += 1;
        vehicle.arrived_ms = at_ms;
        vehicle.exchange = [0; 3];
        let position = usize::from(vehicle.position);
        if net.type_of(v).drive == Drive::Battery {
            vehicle.battery_kwh -= (km * net.type_of(v).energy_kwh_km) as f32;
        }
        self.alight(v, position, at_ms);
        if position + 1 == pattern.stops.len() {
            self.finish_trip(v, at_ms);
            return;
        }
        if self.breaks_down(v, km) {
            self.break_down(v, at_ms);
            return;
        }
        if pattern.timepoint[position] && self.turn_short(v, position, at_ms) {
            return;
        }
        self.board(v, position, at_ms);
        let mut leave_ms = at_ms + self.halt_ms(v, position);
        if pattern.timepoint[position] {
            if self.nature.hold_early {
                leave_ms = leave_ms.max(self.planned_ms(v, position));
            }
            leave_ms = self.held(v, position, leave_ms);
        }
        self.s.vehicles[v].phase = Phase::Dwelling;
        self.due(v, leave_ms);
    }

    /// Who stands at the end of the track on which a vehicle runs.
    fn blocked_by(&self, v: usize) -> Option<usize> {
        let vehicle = &self.s.vehicles[v];
        let a = vehicle.ahead.0.checked_sub(1)? as usize;
        let ahead: &Vehicle = &self.s.vehicles[a];
        (a != v && ahead.leg == vehicle.leg && ahead.entry == vehicle.ahead.1).then_some(a)
    }

    /// Departure after holding to an even headway: a share of what the headway is too short (Daganzo 2009; the gain is
    /// his (a + b), with the planned headway as target).
    fn held(&mut self, v: usize, position: usize, leave_ms: i64) -> i64 {
        let net = self.net();
        let (number, pattern) = net.pattern(self.s.vehicles[v].trip);
        let gain = self
            .settings
            .holding
            .get(pattern.route)
            .copied()
            .unwrap_or(0.0);
        let planned = self.planned_headway_s(v, position);
        let place = net.patterns[number].places[position] as usize;
        let before = self.s.last_ms[place];
        if gain <= 0.0 || before == NEVER_MS || planned == 0 || planned > FREQUENT_S {
            return leave_ms;
        }
        let short_ms = i64::from(planned) * 1000 - (leave_ms - before);
        let hold = ((gain * short_ms as f64) as i64).clamp(0, LONGEST_HOLD_MS);
        self.s.meters.held_s += hold as f64 / 1000.0;
        leave_ms + hold
    }

    /// How late a trip begins for its crew's sake, milliseconds.
    #[must_use]
    pub fn late_start_ms(&self, trip: u32, day: i32) -> i64 {
        let key = self.net().trip_keys[trip as usize] ^ START_STREAM;
        let bits = mix(self.chance.seed(), key, day as u64);
        let share = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        (-self.nature.late_start_s * 1000.0 * libm::log(1.0 - share)) as i64
    }

    /// The pace of a trip: driver and day.
    #[must_use]
    pub fn pace(&self, trip: u32, day: i32) -> f32 {
        let key = self.net().trip_keys[trip as usize] ^ TRIP_STREAM;
        let z = nearly_normal(mix(self.chance.seed(), key, day as u64));
        let (number, _) = self.net().pattern(trip);
        let rail = self.net().patterns[number].rail;
        let sigma = self.nature.trip_sigma[usize::from(rail)];
        libm::exp(sigma * z - 0.5 * sigma * sigma) as f32
    }
}

/// Separates the streams of one trip: legs, the whole trip, halts.
const LEG_STREAM: u64 = 0x6c65_6700;
const TRIP_STREAM: u64 = 0x7472_6970;
const START_STREAM: u64 = 0x7374_6172;

/// Share of full speed by a leg's power.
#[must_use]
pub fn speed_of(feed: u8) -> f64 {
    match feed {
        0 => 0.0,
        1 => REDUCED_SPEED,
        _ => 1.0,
    }
}

/// Factor on a track's running time at an air temperature, for a highest speed between stops.
#[must_use]
pub fn slow_order(air_c: f64, peak_kmh: f64) -> f64 {
    let over = air_c + RAIL_ABOVE_AIR_K - SLOW_FROM_C;
    if over <= 0.0 {
        return 1.0;
    }
    let share = (over / 10.0).min(1.0);
    let allowed = SLOW_KMH[0] + (SLOW_KMH[1] - SLOW_KMH[0]) * share;
    (peak_kmh / allowed).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hot_rails_slow_fast_trams_alone() {
        assert!((slow_order(29.0, 60.0) - 1.0).abs() < 1e-12);
        assert!((slow_order(41.0, 60.0) - 1.5).abs() < 1e-12);
        assert!((slow_order(41.0, 38.0) - 1.0).abs() < 1e-12);
        assert!(slow_order(36.0, 60.0) > 1.0);
    }
}
