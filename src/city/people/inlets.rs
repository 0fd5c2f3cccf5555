//! What reaches people from outside: the air, the power of their homes, the way to a cooling centre. Couplings write it.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// The weather at the city's reference station, as people feel it.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Air {
    /// Air temperature, degrees Celsius.
    pub temp_c: f64,
    /// Dew point, degrees Celsius.
    pub dew_point_c: f64,
    /// Heat index in the shade, degrees Celsius.
    pub heat_index_c: f64,
    /// Global horizontal irradiance, watts a square metre.
    pub ghi_w_m2: f64,
    /// Wind speed at 10 m, metres a second.
    pub wind_m_s: f64,
}

impl Default for Air {
    /// A mild day, for worlds without weather.
    fn default() -> Self {
        Self {
            temp_c: 20.0,
            dew_point_c: 10.0,
            heat_index_c: 20.0,
            ghi_w_m2: 0.0,
            wind_m_s: 3.0,
        }
    }
}

/// Supply by load of the grid: whole where nobody said.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Share of the customers with supply, by load: 0 dark, 1 all.
    pub share: Vec<f64>,
    /// The event that left a load dark; none where it has supply.
    pub cause: Vec<Option<EventId>>,
}

impl Power {
    /// Share of a load's customers with supply.
    #[must_use]
    pub fn share(&self, load: usize) -> f64 {
        self.share.get(load).copied().unwrap_or(1.0)
    }

    /// Whether a site with one customer has supply.
    #[must_use]
    pub fn is_on(&self, load: usize) -> bool {
        self.share(load) > 0.0
    }

    /// Why a load is dark.
    #[must_use]
    pub fn cause(&self, load: usize) -> Option<EventId> {
        self.cause.get(load).copied().flatten()
    }
}

/// How well public transport brings people from each district to where they want to go: share of the planned service,
/// 0 none to 1 all of it. Empty: all of it.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransitAccess {
    /// Share by district.
    pub share: Vec<f64>,
}

impl TransitAccess {
    /// The share of a district.
    #[must_use]
    pub fn of(&self, district: usize) -> f64 {
        self.share.get(district).copied().unwrap_or(1.0)
    }
}
