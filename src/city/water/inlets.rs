//! What reaches the water works from outside: power, the air, and people's habits. Couplings write it.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Whether each station has supply; until a coupling says otherwise all have.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StationPower {
    /// Supply by station; empty where nobody said.
    pub on: Vec<bool>,
    /// The event that left a station dark.
    pub cause: Vec<Option<EventId>>,
}

impl StationPower {
    /// Whether a station has supply.
    #[must_use]
    pub fn is_on(&self, station: usize) -> bool {
        self.on.get(station).copied().unwrap_or(true)
    }

    /// What left it dark.
    #[must_use]
    pub fn cause(&self, station: usize) -> Option<EventId> {
        self.cause.get(station).copied().flatten()
    }
}

/// The air.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Air {
    /// Temperature at the city's station, degrees Celsius.
    pub temp_c: f64,
}

/// How much more or less than usual people draw, by district; empty where nobody said.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DemandFactor {
    /// Factor of homes' demand by district.
    pub by_district: Vec<f64>,
}

impl DemandFactor {
    /// Factor of a district's homes.
    #[must_use]
    pub fn of(&self, district: usize) -> f64 {
        self.by_district.get(district).copied().unwrap_or(1.0)
    }
}
