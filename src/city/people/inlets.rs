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

/// Wait at a stop that people take upon themselves in the heat, minutes; a longer one deters in proportion.
const PATIENCE_MIN: f64 = 15.0;

/// How well public transport brings people from each district to where they want to go. Empty: as planned.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransitAccess {
    /// Share of those at a district's stops who are carried, 0 none to 1 all.
    pub carried: Vec<f64>,
    /// Their mean wait, minutes.
    pub wait_min: Vec<f64>,
}

impl TransitAccess {
    /// How many of those who would ride to a cooling centre do so, against planned service: 0 to 1.
    #[must_use]
    pub fn of(&self, district: usize) -> f64 {
        let carried = self.carried.get(district).copied().unwrap_or(1.0);
        let wait_min = self.wait_min.get(district).copied().unwrap_or(0.0);
        (carried * (PATIENCE_MIN / wait_min.max(PATIENCE_MIN))).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_ride_where_few_are_carried_or_waits_are_long() {
        let access = TransitAccess {
            carried: vec![1.0, 0.5, 1.0],
            wait_min: vec![5.0, 10.0, 30.0],
        };
        let of: Vec<f64> = (0..4).map(|d| access.of(d)).collect();
        assert_eq!(of, [1.0, 0.5, 0.5, 1.0]);
    }
}
