//! Vehicles break down: a failure rate by kilometre that heat raises, a threshold drawn once a life.
//!
//! A broken vehicle stands at its stop until it is towed away; its riders wait for the next. Workshops have no capacity
//! here: a repair takes a day.

use crate::city::model::transit::TransitMode;
use crate::city::transit::service::Work;
use crate::city::transit::vehicle::Phase;

/// Mean kilometres between failures that end a trip: bus, rail vehicle. US National Transit Database, major mechanical
/// failures: some 10,000 to 20,000 km a bus, two to three times that on rail.
const KM_BETWEEN: [f64; 2] = [15_000.0, 40_000.0];
/// Rise of the failure rate a kelvin above [`HOT_C`]: engines, doors, air conditioning (chosen: double at 40 C).
const HEAT_PER_K: f64 = 0.10;
/// See [`HEAT_PER_K`].
const HOT_C: f64 = 30.0;
/// Until a broken vehicle is towed away, milliseconds (chosen: half an hour).
const TOW_MS: i64 = 30 * 60_000;
/// Until it runs again, milliseconds.
const REPAIR_MS: i64 = 24 * 3_600_000;

impl Work<'_> {
    /// Whether a vehicle breaks down on a leg of so many kilometres.
    pub fn breaks_down(&mut self, v: usize, km: f64) -> bool {
        if !self.nature.breakdowns {
            return false;
        }
        let net = self.net();
        let rail = net.type_of(v).mode != TransitMode::Bus;
        let heat = 1.0 + HEAT_PER_K * (self.air.temp_c - HOT_C).max(0.0);
        let vehicle = &mut self.s.vehicles[v];
        vehicle.hazard += (heat * km / KM_BETWEEN[usize::from(rail)]) as f32;
        let (key, life) = (net.units[v].key, u64::from(vehicle.lives));
        let empty = net.type_of(v).battery_kwh > 0.0 && vehicle.battery_kwh <= 0.0;
        if vehicle.threshold <= 0.0 {
            // Drawn once a life: the draw is slow and legs are many.
            let drawn = self
                .chance
                .exponential("transit/vehicle/failure", key, life);
            vehicle.threshold = drawn.max(1e-6) as f32;
        }
        empty || vehicle.hazard > vehicle.threshold
    }

    /// A vehicle stays where it is; its riders get off.
    pub fn break_down(&mut self, v: usize, at_ms: i64) {
        let net = self.net();
        let position = usize::from(self.s.vehicles[v].position);
        let trip = self.s.vehicles[v].trip;
        let (_, pattern) = net.pattern(trip);
        self.turn_out(v, position, at_ms);
        self.s.meters.breakdowns += 1;
        self.s.meters.trips_cancelled += 1;
        self.s.meters.unreported += 1;
        let duty = self.s.vehicles[v].duty;
        let (slot, _) = self.trip_of(duty);
        self.miss_calls(duty.day, slot, trip, position);
        let route = &net.transit().routes[pattern.route].id;
        let stop = &net.transit().stops[pattern.stops[position]];
        let kind = &net.type_of(v).id;
        let warm = self.air.temp_c;
        let element = self.route_element(pattern.route);
        let event = self
            .record
            .event(self.t_s, "vehicle_breakdown", element, None, 0.0, || {
                format!(
                    "a {kind} of route {route} breaks down at {} ({}) at {warm:.0} C",
                    stop.name, stop.id
                )
            });
        self.s.last_cause = Some(event);
        self.s.vehicles[v].duty.cause = Some(event);
        self.leave_duty(v);
        let vehicle = &mut self.s.vehicles[v];
        vehicle.phase = Phase::Broken;
        vehicle.hazard = 0.0;
        vehicle.threshold = 0.0;
        vehicle.lives += 1;
        self.due(v, at_ms + TOW_MS);
    }

    /// A broken vehicle is out of the way.
    pub fn towed(&mut self, v: usize, at_ms: i64) {
        self.leave_leg(v, at_ms);
        self.go_home(v, at_ms);
        self.s.vehicles[v].at_ms = at_ms + REPAIR_MS;
    }
}
