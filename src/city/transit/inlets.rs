//! What reaches public transport from outside: roads, traction and charging power, the air, ridership and staff.
//! Couplings write it; this domain only reads it.
//!
//! An empty vector, or one too short, means what holds on a normal day: the plan's running times, power everywhere, all staff.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What road traffic does to running times, by leg.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// Running time over the planned one, by leg; 1 as planned, more when roads are full.
    pub leg_factor: Vec<f64>,
}

impl Traffic {
    /// Running time over the planned one on a leg; a leg that cannot be passed is held to ten times its time.
    #[must_use]
    pub fn of(&self, leg: usize) -> f64 {
        let factor = self.leg_factor.get(leg).copied().unwrap_or(1.0);
        if factor.is_finite() {
            factor.clamp(0.2, 10.0)
        } else {
            10.0
        }
    }
}

/// Supply of the traction substations.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traction {
    /// Share of its power that a substation can give: 0 dark, 1 all.
    pub share: Vec<f64>,
    /// The event that left it dark; none where it has supply.
    pub cause: Vec<Option<EventId>>,
}

impl Traction {
    /// Whether a substation feeds the line.
    #[must_use]
    pub fn is_on(&self, substation: usize) -> bool {
        self.share.get(substation).copied().unwrap_or(1.0) > 0.0
    }

    /// The event that left a substation dark.
    #[must_use]
    pub fn cause(&self, substation: usize) -> Option<EventId> {
        self.cause.get(substation).copied().flatten()
    }
}

/// Whether vehicles can be charged: depots first, then the chargers at terminals.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChargePower {
    /// Whether there is supply, by depot.
    pub depot_on: Vec<bool>,
    /// Whether there is supply, by terminal charger.
    pub charger_on: Vec<bool>,
    /// The event that left a terminal charger dark.
    pub charger_cause: Vec<Option<EventId>>,
}

/// The air.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Air {
    /// Air temperature at the city's reference station, degrees Celsius.
    pub temp_c: f64,
}

impl Default for Air {
    /// A mild day: no air conditioning, no slow orders.
    fn default() -> Self {
        Self { temp_c: 18.0 }
    }
}

/// How many travel compared with the plan.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ridership {
    /// Trips over the planned ones, by travel profile; 1 as planned.
    pub factor: Vec<f64>,
}

/// Links of the roads under each leg; static, for the coupling.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct LegLinks(pub Vec<Vec<usize>>);

/// Drivers.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// Share of the duties for which a driver turns up, 0 to 1.
    pub share: f64,
}

impl Default for Staff {
    fn default() -> Self {
        Self { share: 1.0 }
    }
}
