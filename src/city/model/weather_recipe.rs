//! What a scenario says of its weather when it is generated: climate, and a heat dome, a storm or a lake breeze on top.
//!
//! It deliberately holds plain figures alone; `scenario::generate::weather` turns them and a seed into a series.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A recipe for generated weather.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherRecipe {
    /// Latitude, degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive.
    pub longitude_deg: f64,
    /// Clock time ahead of UTC, hours, summer time included where it is in force.
    pub utc_offset_h: f64,
    /// Elevation above sea level, metres.
    pub elevation_m: f64,
    /// Mean daily maximum of January, degrees Celsius.
    pub mean_january_high_c: f64,
    /// Mean daily minimum of January, degrees Celsius.
    pub mean_january_low_c: f64,
    /// Mean dew point of January, degrees Celsius.
    pub mean_january_dew_point_c: f64,
    /// Mean daily maximum of July, degrees Celsius.
    pub mean_july_high_c: f64,
    /// Mean daily minimum of July, degrees Celsius.
    pub mean_july_low_c: f64,
    /// Mean dew point of July, degrees Celsius.
    pub mean_july_dew_point_c: f64,
    /// Standard deviation of a day's high about the climate, outside a heat dome, kelvin.
    #[serde(default = "default_day_to_day_sd_c")]
    pub day_to_day_sd_c: f64,
    /// Mean cloud cover outside a heat dome, 0 to 1.
    #[serde(default = "default_mean_cloud")]
    pub mean_cloud: f64,
    /// Mean wind at 10 m, metres a second.
    #[serde(default = "default_mean_wind_m_s")]
    pub mean_wind_m_s: f64,
    /// Direction the wind mostly comes from, degrees clockwise from north.
    #[serde(default = "default_prevailing_wind_dir_deg")]
    pub prevailing_wind_dir_deg: f64,
    /// A heat dome, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat_dome: Option<HeatDome>,
    /// A thunderstorm, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storm: Option<Storm>,
    /// A lake or sea breeze at the station, if it may have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lake_breeze: Option<LakeBreeze>,
}

/// Consecutive days whose extremes are prescribed; each seed scatters about them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeatDome {
    /// Day of the run (1 is the day it starts) on which the highest entry of `high_c` falls.
    pub peak_day: i32,
    /// High of each day, degrees Celsius.
    pub high_c: Vec<f64>,
    /// Low of the early morning of each day, degrees Celsius; as many as `high_c`.
    pub low_c: Vec<f64>,
    /// Dew point about noon of each day, degrees Celsius; as many as `high_c`.
    pub dew_point_c: Vec<f64>,
    /// Days over which the dome builds up before its first and breaks down after its last entry.
    #[serde(default = "default_ramp_days")]
    pub ramp_days: u32,
    /// Standard deviation over seeds of a day's high, kelvin.
    #[serde(default = "default_high_sd_c")]
    pub high_sd_c: f64,
    /// Mean cloud cover under the dome, 0 to 1.
    #[serde(default = "default_dome_cloud")]
    pub cloud: f64,
}

/// A thunderstorm with a gust front, at a fixed time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storm {
    /// Arrival of the gust front, hours from the start of the run.
    pub start_h: f64,
    /// Duration of the rain, hours.
    pub duration_h: f64,
    /// Strongest gust, metres a second.
    pub gust_m_s: f64,
    /// Heaviest rain, millimetres an hour.
    pub rain_mm_h: f64,
    /// Fall of the air's temperature, kelvin.
    pub temp_drop_c: f64,
    /// Direction the outflow comes from, degrees clockwise from north.
    #[serde(default = "default_storm_wind_dir_deg")]
    pub wind_dir_deg: f64,
}

/// An afternoon breeze from open water. On its days the station stays below the prescribed high.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LakeBreeze {
    /// Chance of a breeze on a day, 0 to 1.
    pub daily_probability: f64,
    /// Cooling at its height, kelvin (3 to 6 within 2 km of the shore).
    pub cooling_c: f64,
    /// Direction the breeze comes from, degrees clockwise from north.
    pub wind_dir_deg: f64,
}

/// Mid-latitude summers scatter by 3 to 4 K from day to day.
fn default_day_to_day_sd_c() -> f64 {
    3.5
}

/// Summer half-year mean of mid-latitude cities, 0.4 to 0.5.
fn default_mean_cloud() -> f64 {
    0.45
}

/// Airports in flat country: 4 to 4.5 m/s a year, less in summer.
fn default_mean_wind_m_s() -> f64 {
    4.0
}

/// Warm air reaches northern mid-latitudes from the south-west.
fn default_prevailing_wind_dir_deg() -> f64 {
    225.0
}

/// Domes build and break over a day or two.
fn default_ramp_days() -> u32 {
    2
}

/// Spread that keeps seeds of one character: about 0.8 K on the highs.
fn default_high_sd_c() -> f64 {
    0.8
}

/// Subsidence leaves fair-weather cumulus at most, a fifth of the sky.
fn default_dome_cloud() -> f64 {
    0.2
}

/// Outflow of convection that moves from the west-north-west.
fn default_storm_wind_dir_deg() -> f64 {
    290.0
}

/// A figure of a recipe that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipeProblem {
    /// The field, dotted.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl WeatherRecipe {
    /// Everything that is wrong with the figures; empty if they can be used.
    #[must_use]
    pub fn problems(&self) -> Vec<RecipeProblem> {
        let mut found = Vec::new();
        let mut check = |field: &str, value: f64, low: f64, high: f64| {
            if !(low..=high).contains(&value) {
                let message = format!("{value} is outside {low} to {high}");
                found.push(RecipeProblem {
                    field: field.to_owned(),
                    message,
                });
            }
        };
        check("latitude_deg", self.latitude_deg, -90.0, 90.0);
        check("longitude_deg", self.longitude_deg, -180.0, 180.0);
        check("utc_offset_h", self.utc_offset_h, -12.0, 14.0);
        check("elevation_m", self.elevation_m, -430.0, 5000.0);
        check(
            "mean_january_low_c",
            self.mean_january_low_c,
            -60.0,
            self.mean_january_high_c,
        );
        check("mean_january_high_c", self.mean_january_high_c, -60.0, 50.0);
        check(
            "mean_january_dew_point_c",
            self.mean_january_dew_point_c,
            -60.0,
            self.mean_january_high_c,
        );
        check(
            "mean_july_low_c",
            self.mean_july_low_c,
            -60.0,
            self.mean_july_high_c,
        );
        check("mean_july_high_c", self.mean_july_high_c, -60.0, 50.0);
        check(
            "mean_july_dew_point_c",
            self.mean_july_dew_point_c,
            -60.0,
            self.mean_july_high_c,
        );
        check("day_to_day_sd_c", self.day_to_day_sd_c, 0.0, 12.0);
        check("mean_cloud", self.mean_cloud, 0.0, 1.0);
        check("mean_wind_m_s", self.mean_wind_m_s, 0.0, 20.0);
        if let Some(storm) = &self.storm {
            check("storm.start_h", storm.start_h, 0.0, 1e5);
            check("storm.duration_h", storm.duration_h, 0.1, 24.0);
            check("storm.gust_m_s", storm.gust_m_s, 0.0, 70.0);
            check("storm.rain_mm_h", storm.rain_mm_h, 0.0, 300.0);
            check("storm.temp_drop_c", storm.temp_drop_c, 0.0, 20.0);
        }
        if let Some(breeze) = &self.lake_breeze {
            check(
                "lake_breeze.daily_probability",
                breeze.daily_probability,
                0.0,
                1.0,
            );
            check("lake_breeze.cooling_c", breeze.cooling_c, 0.0, 12.0);
        }
        if let Some(dome) = &self.heat_dome {
            check("heat_dome.high_sd_c", dome.high_sd_c, 0.0, 5.0);
            check("heat_dome.cloud", dome.cloud, 0.0, 1.0);
            for (day, ((&high, &low), &dew)) in dome
                .high_c
                .iter()
                .zip(&dome.low_c)
                .zip(&dome.dew_point_c)
                .enumerate()
            {
                check(&format!("heat_dome.high_c[{day}]"), high, -60.0, 60.0);
                check(&format!("heat_dome.low_c[{day}]"), low, -60.0, high);
                check(&format!("heat_dome.dew_point_c[{day}]"), dew, -60.0, low);
            }
            let days = dome.high_c.len();
            if days == 0 || dome.low_c.len() != days || dome.dew_point_c.len() != days {
                let message = format!(
                    "high_c, low_c and dew_point_c need one entry a day each; they have {days}, {} and {}",
                    dome.low_c.len(),
                    dome.dew_point_c.len()
                );
                found.push(RecipeProblem {
                    field: "heat_dome".to_owned(),
                    message,
                });
            }
        }
        found
    }
}
