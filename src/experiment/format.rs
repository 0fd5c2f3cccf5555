//! The experiment file: its keys, their units and defaults. `autopolis schema experiment` prints what stands here.
//!
//! It holds no rule that spans several keys: those are in `experiment::design`, which makes a plan of it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// Values by dotted path of a scenario's key.
type Table = BTreeMap<String, toml::Value>;

/// An experiment: which scenarios are run under which controllers, how often, and what is varied. At most one of
/// `factors`, `point`, `latin_hypercube` and `design_csv` may be given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExperimentFile {
    /// Short name; names the sweep's folder. The file's name if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9_-]*$"))]
    pub name: Option<String>,
    /// What it asks, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// Scenario: a built-in name, or a file seen from this one. Either this or `scenarios` must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Several scenarios instead of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub scenarios: Option<Vec<String>>,
    /// City laid over the scenarios': a built-in name, or a city's folder or file seen from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Several cities instead of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub cities: Option<Vec<String>>,
    /// Controllers: registered names, or controller files seen from this one. The scenario's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub controllers: Option<Vec<String>>,
    /// The controller that the others are compared with; the first of `controllers` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Replications of each case, each with a seed of its own; 1 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub replications: Option<u32>,
    /// Seed of the first replication, the next one has the next seed; 1 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    // TOML's whole numbers are signed 64-bit ones.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_u64))]
    pub first_seed: Option<u64>,
    /// The seeds themselves, one a replication, instead of `replications` and `first_seed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 1),
        inner(range(min = 0, max = 9_223_372_036_854_775_807_u64))
    )]
    pub seeds: Option<Vec<u64>>,
    /// Length laid over the scenarios', hours; later events are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 8784))]
    pub hours: Option<f64>,
    /// Metrics that the experiment is about, the first of them its headline; see `autopolis list metrics`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub metrics: Option<Vec<String>>,
    /// Points of the whole city that are kept as time series; see `autopolis list points`. May be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<String>>,
    /// Spacing of the rows of the time series, such as `1h`: a multiple of the scenarios' `record_interval_s`. An hour
    /// if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_interval: Option<String>,
    /// Values by dotted path, laid over every scenario like `--set path=value`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: Table,
    /// Further replications that are never evidence, such as the ones that a controller was chosen by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// Run seeds that a controller file was tuned on instead of refusing them; they count as training then.
    #[serde(default)]
    pub allow_training_seeds: bool,
    /// Full grid: lists of levels by dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub factors: Option<Table>,
    /// Explicit list: one table a point, values by dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 1),
        with = "Option<Vec<BTreeMap<String, serde_json::Value>>>"
    )]
    pub point: Option<Vec<Table>>,
    /// Latin hypercube.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latin_hypercube: Option<LatinHypercube>,
    /// Table of points beside this file: dotted paths in its first line, then a line a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design_csv: Option<String>,
}

/// Replications with seeds that a controller may have been chosen by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Seed of the first replication, the next one has the next seed.
    // TOML's whole numbers are signed 64-bit ones.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_u64))]
    pub first_seed: u64,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub replications: u32,
}

/// Points that fall once into each of `samples` equal parts of every range (McKay, Beckman and Conover 1979).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LatinHypercube {
    /// Number of points.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub samples: u32,
    /// Seed of the drawing; 1 if left out. It has nothing to do with the runs' seeds.
    #[serde(default = "default_seed")]
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_u64))]
    pub seed: u64,
    /// Lowest and highest value by dotted path; of a key that holds whole numbers, whole numbers are drawn, both ends
    /// included.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub range: Table,
}

/// The JSON schema of experiment files.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ExperimentFile).to_value()
}

/// Any number would do; one that is written down makes a design repeatable.
fn default_seed() -> u64 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_forbids_unknown_keys_everywhere() {
        let schema = schema();
        assert_eq!(schema["additionalProperties"], serde_json::json!(false));
        for part in ["Training", "LatinHypercube"] {
            let part = &schema["$defs"][part];
            assert_eq!(part["additionalProperties"], serde_json::json!(false));
        }
        assert_eq!(schema["properties"]["hours"]["exclusiveMinimum"], 0);
    }
}
