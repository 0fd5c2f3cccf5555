//! The weather a run meets: one evenly spaced series of station observations, fully drawn before the run starts.
//!
//! It deliberately holds no forecast: what controllers may see of the future is made by the weather domain.

use serde::Deserialize;
use serde::Serialize;

/// One observation at the city's reference station.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeatherRecord {
    /// Dry-bulb air temperature, degrees Celsius.
    pub temp_c: f64,
    /// Dew-point temperature, degrees Celsius.
    pub dew_point_c: f64,
    /// Station pressure, pascals.
    pub pressure_pa: f64,
    /// Mean wind speed at 10 m, metres a second.
    pub wind_m_s: f64,
    /// Direction the wind comes from, degrees clockwise from north.
    pub wind_dir_deg: f64,
    /// Strongest gust of the interval at 10 m, metres a second.
    pub gust_m_s: f64,
    /// Global horizontal irradiance, watts a square metre.
    pub ghi_w_m2: f64,
    /// Direct normal irradiance, watts a square metre.
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance, watts a square metre.
    pub dhi_w_m2: f64,
    /// Rain rate, millimetres an hour.
    pub rain_mm_h: f64,
}

/// Observations at `t = 0, interval_s, 2 interval_s, ...` from the start of the run; between them values are linear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeatherSeries {
    /// Spacing of the records, seconds.
    pub interval_s: u32,
    /// The records; at least two, and long enough to cover the horizon plus the longest forecast lead.
    pub records: Vec<WeatherRecord>,
    /// Where it came from, in words (file and year, or generator and seed).
    pub source: String,
}
