//! The training record of a controller file: all that its constants were chosen by, so that evidence can be kept apart.
//!
//! It records; the search itself is `experiment`'s.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// What a controller's constants were chosen by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Version of the program that searched.
    pub autopolis: String,
    /// How it searched.
    pub method: String,
    /// Scenarios, as they were named.
    pub scenarios: Vec<String>,
    /// Length laid over the scenarios', hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// Seeds that every candidate was run with.
    pub search_seeds: Vec<u64>,
    /// Further seeds, that the best candidates and the defaults were run with to choose among them.
    pub choice_seeds: Vec<u64>,
    /// Candidates that were tried.
    pub budget: u32,
    /// Keys that were searched.
    pub searched: Vec<String>,
    /// What was chosen: a candidate's number, from 1, or `defaults`.
    pub chosen: String,
    /// Cost of the defaults and of what was chosen.
    pub result: TrainingResult,
    /// What the cost is made of.
    pub objective: Vec<ObjectiveTerm>,
    /// What each metric was divided by.
    pub reference: Vec<Reference>,
}

/// Costs on training seeds. They are no evidence: what was chosen was chosen because it is low here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingResult {
    /// Mean cost of the defaults on the search seeds: 1 by definition, unless a reference was replaced.
    pub search_cost_default: f64,
    /// Mean cost of what was chosen on the search seeds.
    pub search_cost_chosen: f64,
    /// Mean cost of the defaults on the choice seeds.
    pub choice_cost_default: f64,
    /// Mean cost of what was chosen on the choice seeds.
    pub choice_cost_chosen: f64,
    /// Runs that failed among all.
    pub failed_runs: u32,
}

/// A metric and its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveTerm {
    /// Key of the metric.
    pub metric: String,
    /// Its weight; all weights add up to 1.
    pub weight: f64,
}

/// The value that a metric was divided by in a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Scenario.
    pub scenario: String,
    /// Key of the metric.
    pub metric: String,
    /// The value, in the metric's unit.
    pub value: f64,
}

impl Training {
    /// All seeds that it has seen, in rising order.
    #[must_use]
    pub fn seeds(&self) -> Vec<u64> {
        let mut seeds = self.search_seeds.clone();
        seeds.extend(&self.choice_seeds);
        seeds.sort_unstable();
        seeds.dedup();
        seeds
    }
}
