//! The whole state of public transport in one resource: vehicles, riders, duties without a vehicle, headways, sums.
//!
//! And what a step works with. It does nothing by itself.

use crate::city::transit::disruptions::Crowd;
use crate::city::transit::fabric::Network;
use crate::city::transit::fabric::Shared;
use crate::city::transit::inlets::Air;
use crate::city::transit::inlets::ChargePower;
use crate::city::transit::inlets::Ridership;
use crate::city::transit::inlets::Staff;
use crate::city::transit::inlets::Traction;
use crate::city::transit::inlets::Traffic;
use crate::city::transit::meters::Meters;
use crate::city::transit::meters::RouteMeters;
use crate::city::transit::riders::Riders;
use crate::city::transit::vehicle::Duty;
use crate::city::transit::vehicle::NEVER_MS;
use crate::city::transit::vehicle::Vehicle;
use crate::engine::chance::Chance;
use crate::engine::element::Elements;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A day's list of runs, given out up to a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Day, counted from the run's first.
    pub day: i32,
    /// Next run to give out.
    pub next: u32,
}

/// State of public transport.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Whether the first step was taken: vehicles stand where the timetable has them then.
    pub begun: bool,
    /// Vehicles, in the order of the fleet.
    pub vehicles: Vec<Vehicle>,
    /// Passengers.
    pub riders: Riders,
    /// Sums.
    pub meters: Meters,
    /// Duties without a vehicle.
    pub pending: Vec<Duty>,
    /// Days whose runs are being given out.
    pub books: Vec<Book>,
    /// Last departure at each place, milliseconds; [`NEVER_MS`] if none.
    pub last_ms: Vec<i64>,
    /// Vehicle that entered a leg last, plus one; of tracks alone.
    pub last_on_leg: Vec<u32>,
    /// Entries to legs of tracks so far.
    pub entries: u32,
    /// Power of a leg: 0 none, 1 from a farther substation, 2 full.
    pub feed: Vec<u8>,
    /// Event by which a substation went dark; none while it has supply.
    pub dark: Vec<Option<EventId>>,
    /// Event by which a route lost power on some leg.
    pub route_dark: Vec<Option<EventId>>,
    /// Event by which a terminal charger went dark.
    pub charger_dark: Vec<Option<EventId>>,
    /// Event by which a route was closed.
    pub closed: Vec<Option<EventId>>,
    /// People beyond the plan.
    pub crowds: Vec<Crowd>,
    /// The event to which cancellations are put down.
    pub last_cause: Option<EventId>,
    /// How crowded a line's vehicles were of late: factor on time in them, 1 to 2.
    pub crowding: Vec<f32>,
    /// Smoothed wait at the stops of a district, minutes, and share carried.
    pub wait_min: Vec<f32>,
    /// See [`Self::wait_min`].
    pub carried: Vec<f32>,
}

impl Service {
    /// Everything at the depots.
    #[must_use]
    pub fn new(net: &Network, districts: usize) -> Self {
        let transit = net.transit();
        let vehicles = (0..net.units.len()).map(|v| Vehicle {
            at_ms: i64::MIN,
            battery_kwh: net.type_of(v).battery_kwh as f32,
            ..Vehicle::default()
        });
        Self {
            vehicles: vehicles.collect(),
            riders: Riders::new(net.pairs.len(), net.stops),
            meters: Meters {
                routes: vec![RouteMeters::default(); transit.routes.len()],
                ..Meters::default()
            },
            last_ms: vec![NEVER_MS; net.places],
            last_on_leg: vec![0; transit.legs.len()],
            feed: vec![2; transit.legs.len()],
            dark: vec![None; transit.traction.len()],
            route_dark: vec![None; transit.routes.len()],
            charger_dark: vec![None; transit.chargers.len()],
            closed: vec![None; transit.routes.len()],
            crowding: vec![1.0; net.lines],
            wait_min: vec![0.0; districts],
            carried: vec![1.0; districts],
            ..Self::default()
        }
    }
}

/// What the desk has set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Share of the way to an even headway that a vehicle is held at time points, by route, 0 to 1.
    pub holding: Vec<f64>,
    /// Whether late vehicles may be turned early, by route.
    pub short_turn: Vec<bool>,
    /// Spare vehicles that may stand in at once.
    pub spares: usize,
    /// Whether the heat timetable is in force.
    pub heat_timetable: bool,
}

/// How vehicles run; constants but for tests that want a still air.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Nature {
    /// Log-standard deviation of a leg's running time, independent from leg to leg: signals, parking, crossing traffic.
    /// Chosen; vehicle location data show 0.2 to 0.4 between stops.
    pub leg_sigma: f64,
    /// Log-standard deviation of a whole trip's pace, in the street and on a track: driver, day, traffic. Chosen in the range of
    /// published trip times (0.10 to 0.20 in mixed traffic); on a calm day of Lakeside it leaves some 90 % of the departures on
    /// time, where docs/sizing.md has 75 to 88 % over all days: jams, heat and outages come on top here.
    pub trip_sigma: [f64; 2],
    /// Log-standard deviation of the time of a halt about what boarding makes it (TCQSM: coefficient of variation 0.6).
    pub halt_sigma: f64,
    /// Median running time over the planned one: the reserve of a timetable stands at its ends, not on its legs.
    pub running: f64,
    /// Mean of how late a trip begins for its crew's sake, seconds, exponential (chosen: crews change, doors stick).
    pub late_start_s: f64,
    /// Whether vehicles break down.
    pub breakdowns: bool,
    /// Whether vehicles wait at time points when they are early.
    pub hold_early: bool,
}

impl Default for Nature {
    fn default() -> Self {
        Self {
            leg_sigma: 0.3,
            trip_sigma: [0.18, 0.12],
            halt_sigma: 0.6,
            running: 1.0,
            late_start_s: 45.0,
            breakdowns: true,
            hold_early: true,
        }
    }
}

/// What a step works with: the network, what reaches it from outside, the state.
#[derive(Debug)]
pub struct Work<'a> {
    /// Network, ways, demand.
    pub shared: &'a Shared,
    /// State.
    pub s: &'a mut Service,
    /// Tables for people.
    pub record: &'a mut Record,
    /// Names, for events.
    pub elements: &'a Elements,
    /// Running times of the roads.
    pub traffic: &'a Traffic,
    /// Supply of substations.
    pub traction: &'a Traction,
    /// Supply of chargers.
    pub charging: &'a ChargePower,
    /// Air.
    pub air: Air,
    /// How many travel.
    pub ridership: &'a Ridership,
    /// Drivers.
    pub staff: Staff,
    /// What is set.
    pub settings: &'a Settings,
    /// How vehicles run.
    pub nature: Nature,
    /// Streams of chance.
    pub chance: Chance,
    /// Number of the step.
    pub tick: u64,
    /// Seconds after the start of the run.
    pub t_s: u64,
    /// Beginning of the step, milliseconds after midnight of the run's first day.
    pub from_ms: i64,
    /// End of the step.
    pub to_ms: i64,
    /// Weekday of the run's first day, Monday 0.
    pub first_weekday: usize,
    /// Vehicles whose next moment lies in the step.
    pub moments: BinaryHeap<Reverse<(i64, u32)>>,
    /// Walkers whose walk ends in the step, and those of them who are through.
    pub walkers: (Vec<(i32, u32)>, usize),
    /// Walkers who set out in the step and end in it.
    pub soon: BinaryHeap<Reverse<(i32, u32)>>,
}

impl<'a> Work<'a> {
    /// The network.
    #[must_use]
    pub fn net(&self) -> &'a Network {
        &self.shared.net
    }

    /// Sets a vehicle's next moment.
    pub fn due(&mut self, vehicle: usize, at_ms: i64) {
        self.s.vehicles[vehicle].at_ms = at_ms;
        if at_ms < self.to_ms {
            self.moments.push(Reverse((at_ms, vehicle as u32)));
        }
    }

    /// Midnight of a day of service, milliseconds.
    #[must_use]
    pub fn midnight_ms(day: i32) -> i64 {
        i64::from(day) * 86_400_000
    }
}
