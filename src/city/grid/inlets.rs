//! What reaches the grid from outside: the air, the sun and the ground. Couplings write it; the grid only reads it.

use crate::solvers::thermal::heat_island;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What sites of other domains draw (pumps, rectifiers, chargers): by load, megawatts; NaN where the load follows its own
/// steady demand. As long as the grid's loads, or empty.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteDemand {
    /// Demand by load, megawatts.
    pub mw: Vec<f64>,
}

impl SiteDemand {
    /// What the site at a load draws, megawatts; none where nobody said.
    #[must_use]
    pub fn of(&self, load: usize) -> Option<f64> {
        self.mw.get(load).copied().filter(|mw| mw.is_finite())
    }

    /// Sets what the site at a load draws, megawatts.
    pub fn set(&mut self, load: usize, mw: f64) {
        if self.mw.len() <= load {
            self.mw.resize(load + 1, f64::NAN);
        }
        self.mw[load] = mw;
    }
}

/// The weather at the city's reference station, as the grid feels it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ambient {
    /// Air temperature, degrees Celsius.
    pub temp_c: f64,
    /// Relative humidity, share.
    pub humidity: f64,
    /// Wind speed, metres a second.
    pub wind_m_s: f64,
    /// Direction the wind comes from, degrees clockwise from north.
    pub wind_dir_deg: f64,
    /// Gust, metres a second.
    pub gust_m_s: f64,
    /// Global horizontal irradiance, watts a square metre.
    pub ghi_w_m2: f64,
    /// Direct normal irradiance, watts a square metre.
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance, watts a square metre.
    pub dhi_w_m2: f64,
    /// Sun's altitude, radians.
    pub sun_altitude_rad: f64,
    /// Sun's azimuth clockwise from north, radians.
    pub sun_azimuth_rad: f64,
    /// Undisturbed soil at cable depth, degrees Celsius.
    pub soil_c: f64,
}

impl Ambient {
    /// Air temperature in a district whose heat island is `heat_island_k` on calm clear nights, degrees Celsius.
    #[must_use]
    pub fn district_temp_c(&self, heat_island_k: f64) -> f64 {
        heat_island::district_temp_c(self.temp_c, heat_island_k, self.ghi_w_m2, self.wind_m_s)
    }
}
