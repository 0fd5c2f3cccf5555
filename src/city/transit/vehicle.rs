//! A vehicle's state and a duty that waits for a vehicle. Plain data; what moves them is elsewhere.

use crate::engine::record::EventId;
use serde::Deserialize;
use serde::Serialize;

/// No time at all: nothing is due.
pub const NEVER_MS: i64 = i64::MAX;

/// What a vehicle does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Stands at its depot.
    #[default]
    Depot,
    /// Stands at the first stop of its next trip, doors open.
    Waiting,
    /// Halts at a stop.
    Dwelling,
    /// Runs to the next stop.
    Running,
    /// Stands on a leg without power.
    Stopped,
    /// Stands on a track behind another that still holds the next stop.
    Behind,
    /// Stands at a stop, broken down, until it is towed away.
    Broken,
}

/// A vehicle. Times are milliseconds after midnight of the run's first day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Vehicle {
    /// What it does.
    pub phase: Phase,
    /// When that ends; [`NEVER_MS`] if something else ends it. At a depot: when it is ready.
    pub at_ms: i64,
    /// Its duty: day counted from the run's first, run of that day, trip of that run.
    pub duty: Duty,
    /// Its trip, an index of the city's trips.
    pub trip: u32,
    /// Where the trip's calls begin in its day's headways.
    pub calls: u32,
    /// Position in the pattern of the last stop reached.
    pub position: u16,
    /// Factor on the running times that are published for this trip.
    pub stretch: f32,
    /// Factor of driver and day on this trip's running times.
    pub pace: f32,
    /// Lists of riders by the position at which they get off.
    pub lists: Vec<u32>,
    /// Riders.
    pub load: u16,
    /// When it reached the stop.
    pub arrived_ms: i64,
    /// Got on, got off, left behind at this stop.
    pub exchange: [u16; 3],
    /// Leg it is on (or at whose end it halts), plus one; 0 for none.
    pub leg: u32,
    /// Number of its entry to the leg.
    pub entry: u32,
    /// Vehicle before it on the track, plus one, and that one's entry.
    pub ahead: (u32, u32),
    /// Vehicle that waits right behind it, plus one.
    pub waiter: u32,
    /// Running time that is left at full power while it stands without.
    pub rest_ms: i64,
    /// Mean power of driving on this leg, kilowatts at full speed.
    pub drive_kw: f32,
    /// Charge of its battery, kilowatt-hours.
    pub battery_kwh: f32,
    /// Terminal charger at which it stands, plus one.
    pub charger: u32,
    /// Integral of its failure rate over this life, and the number of lives.
    pub hazard: f32,
    /// See [`Self::hazard`].
    pub lives: u32,
    /// Value of the integral at which it breaks down; 0 before it is drawn.
    pub threshold: f32,
}

/// What is left of a run's trips for one vehicle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Day of service, counted from the run's first.
    pub day: i32,
    /// Run of that day.
    pub run: u32,
    /// Next (or present) trip of the run.
    pub at: u16,
    /// Whether it stands in for a vehicle that fell out, and so counts against the released spares.
    pub spare: bool,
    /// The event that left it without a vehicle.
    pub cause: Option<EventId>,
}
