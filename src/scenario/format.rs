//! The scenario file: its keys, their units and defaults. `autopolis schema scenario` prints what stands here.
//!
//! It holds no rule that spans several keys: those are in `validate`. `extends` and `[set]` are taken out when a
//! scenario is resolved, so that a resolved scenario stands alone.

use crate::city::model::parameters::Parameters;
use crate::city::model::weather_recipe::HeatDome;
use crate::city::model::weather_recipe::LakeBreeze;
use crate::city::model::weather_recipe::Storm;
use crate::city::model::weather_recipe::WeatherRecipe;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A scenario: what happens to which city, when, and who controls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Short name; names the run's folder.
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9_-]*$"))]
    pub name: String,
    /// What it shows, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// Scenario that this one starts from: a built-in name, or a file beside this one. Tables are merged key by key,
    /// events are added to its events, everything else replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// City: a built-in name, or the folder or file of a city, seen from this file.
    #[serde(default = "default_city")]
    pub city: String,
    /// Local standard time at the start of the run, such as 2027-07-12T00:00:00, without an offset.
    #[schemars(with = "String", extend("x-toml-type" = "local-date-time"))]
    pub start: toml::value::Datetime,
    /// Length of the run, hours.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 8784))]
    pub hours: f64,
    /// Base step, seconds.
    #[serde(default = "default_step_s")]
    #[schemars(range(min = 10, max = 300))]
    pub step_s: u32,
    /// Spacing of control decisions, seconds; a multiple of the step.
    #[serde(default = "default_interval_s")]
    #[schemars(range(min = 10, max = 86_400))]
    pub control_interval_s: u32,
    /// Spacing of recorded rows, seconds; a multiple of the step.
    #[serde(default = "default_interval_s")]
    #[schemars(range(min = 10, max = 86_400))]
    pub record_interval_s: u32,
    /// Seed of all random streams.
    #[serde(default = "default_seed")]
    // TOML's whole numbers are signed 64-bit ones.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_u64))]
    pub seed: u64,
    /// Who controls the city: a controller's name, or a controller file, seen from this file.
    #[serde(default = "default_controller")]
    pub controller: String,
    /// The registered controller that acts under the name in `controller`: what a controller file becomes when a scenario
    /// is resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller_base: Option<String>,
    /// Values by dotted path, laid over the scenario like `--set path=value`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: BTreeMap<String, toml::Value>,
    /// Constants of the controller, by key; see `list controllers`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "crate::scenario::controller_file::parameters_schema")]
    pub controller_parameters: Parameters,
    /// Weather.
    #[serde(default)]
    pub weather: WeatherFile,
    /// What happens to the city, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<EventFile>,
}

/// Weather of a scenario: a base, and what lies on top of it.
///
/// The base is `epw` if given; else the city's own `weather.epw` if its folder has one; else it is generated from
/// `climate`. Heat dome and storm lie on whichever base it is. The dome's figures are those of the scenario's own
/// `climate`; on an EPW base each day's departure from that climate is kept and laid on the EPW's own normals (see
/// `scenario::epw_weather`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherFile {
    /// Typical-year file (EPW), seen from this file; excludes `lake_breeze`, which such a file already contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epw: Option<String>,
    /// Climate for generated weather, and the one that the heat dome's figures depart from. Chicago if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climate: Option<Climate>,
    /// Hot days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat_dome: Option<HeatDome>,
    /// A thunderstorm with a gust front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storm: Option<Storm>,
    /// A lake or sea breeze (generated weather only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lake_breeze: Option<LakeBreeze>,
}

/// Normals of a climate: means of January and July, between which the year swings as a cosine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Climate {
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
    /// Standard deviation of a day's high about the climate, kelvin.
    #[schemars(range(min = 0, max = 12))]
    pub day_to_day_sd_c: f64,
    /// Mean cloud cover, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub mean_cloud: f64,
    /// Mean wind at 10 m, metres a second.
    #[schemars(range(min = 0, max = 20))]
    pub mean_wind_m_s: f64,
    /// Direction the wind mostly comes from, degrees clockwise from north.
    #[schemars(range(min = 0, max = 360))]
    pub prevailing_wind_dir_deg: f64,
}

/// Chicago: means over January and July of the typical year TMY3 725300 (Chicago O'Hare, NREL), rounded; the wind's
/// direction is the region's summer flow.
pub const CHICAGO: Climate = Climate {
    mean_january_high_c: -0.4,
    mean_january_low_c: -9.8,
    mean_january_dew_point_c: -9.4,
    mean_july_high_c: 29.1,
    mean_july_low_c: 18.6,
    mean_july_dew_point_c: 18.7,
    day_to_day_sd_c: 3.7,
    mean_cloud: 0.5,
    mean_wind_m_s: 4.2,
    prevailing_wind_dir_deg: 225.0,
};

impl Climate {
    /// The recipe of plain weather at a place: degrees north and east, hours ahead of UTC, metres.
    #[must_use]
    pub fn recipe(
        &self,
        latitude_deg: f64,
        longitude_deg: f64,
        utc_offset_h: f64,
        elevation_m: f64,
    ) -> WeatherRecipe {
        WeatherRecipe {
            latitude_deg,
            longitude_deg,
            utc_offset_h,
            elevation_m,
            mean_january_high_c: self.mean_january_high_c,
            mean_january_low_c: self.mean_january_low_c,
            mean_january_dew_point_c: self.mean_january_dew_point_c,
            mean_july_high_c: self.mean_july_high_c,
            mean_july_low_c: self.mean_july_low_c,
            mean_july_dew_point_c: self.mean_july_dew_point_c,
            day_to_day_sd_c: self.day_to_day_sd_c,
            mean_cloud: self.mean_cloud,
            mean_wind_m_s: self.mean_wind_m_s,
            prevailing_wind_dir_deg: self.prevailing_wind_dir_deg,
            heat_dome: None,
            storm: None,
            lake_breeze: None,
        }
    }
}

/// Something that happens to the city. Give `at` or `at_s`, and at most one of `for` and `for_s`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventFile {
    /// Hazard's name.
    pub hazard: String,
    /// When, after the start of the run, such as `36h` or `1d 15h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// When, in seconds after the start of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub at_s: Option<u64>,
    /// How long it lasts, such as `6h`.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<String>,
    /// How long it lasts, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub for_s: Option<u64>,
    /// What it strikes: an element's name such as `grid/transformer/S03-T1`, a role such as `largest_substation`, or a
    /// list of them.
    pub target: Targets,
    /// Size, in the hazard's own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Size as a share of what the element was built for, where the hazard's unit is mw; so that one scenario suits
    /// cities of any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10))]
    pub value_share: Option<f64>,
    /// Leave the event out of a city that has no such role, instead of refusing the scenario.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

/// One target or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Targets {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Targets {
    /// All of them.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

/// The JSON schema of scenario files.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ScenarioFile).to_value()
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// The built-in city.
fn default_city() -> String {
    "lakeside".to_owned()
}

/// Fast enough for a 72 h run in seconds, and short against every thermal time constant.
fn default_step_s() -> u32 {
    60
}

/// Control rooms redispatch every 5 min.
fn default_interval_s() -> u32 {
    300
}

/// Any number would do; one that is written down makes a run repeatable.
fn default_seed() -> u64 {
    1
}

/// The controller that a city without living code has.
fn default_controller() -> String {
    "rules".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_forbids_unknown_keys_everywhere() {
        let schema = schema();
        assert_eq!(
            schema["additionalProperties"],
            serde_json::Value::Bool(false)
        );
        for (name, part) in schema["$defs"].as_object().unwrap() {
            if part["type"] == "object" {
                assert_eq!(
                    part["additionalProperties"],
                    serde_json::Value::Bool(false),
                    "{name}"
                );
            }
        }
        assert_eq!(schema["properties"]["hours"]["exclusiveMinimum"], 0);
    }

    #[test]
    fn a_scenario_is_written_and_read_back() {
        let text = "name = \"x\"\nstart = 2027-07-12T00:00:00\nhours = 2.0\n\n[[event]]\nhazard = \"trip\"\nat_s = 60\n\
                    target = \"grid/line/L1\"\n";
        let scenario: ScenarioFile = toml::from_str(text).unwrap();
        let again: ScenarioFile = toml::from_str(&toml::to_string(&scenario).unwrap()).unwrap();
        assert_eq!(scenario, again);
        assert_eq!(scenario.step_s, 60);
    }
}
