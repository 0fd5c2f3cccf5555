//! What is minimised: a weighted sum of metrics, each divided by what the defaults give on the same seeds.

use crate::experiment::tune::FAILED_RUN_COST;
use crate::experiment::tune::journal::RunResult;
use crate::results::metrics;
use crate::results::metrics::Better;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;

/// The composite cost of the project: metric and weight. Of these, `tune` takes the metrics that exist and makes their
/// weights add up to 1.
pub const COMPOSITE: &[(&str, f64)] = &[
    ("ens_mwh", 0.25),
    ("critical_outage_min", 0.15),
    ("saidi_min", 0.10),
    ("transit_excess_wait_min", 0.10),
    ("pass_ups", 0.05),
    ("water_unserved_m3", 0.10),
    ("heat_exposure_person_h", 0.10),
    ("operating_cost", 0.10),
    ("co2_t", 0.03),
    ("outage_gini", 0.02),
];

/// Metric that gives the demand which a reference of 0 is replaced by a hundredth of.
const DEMAND: &str = "energy_mwh";

/// Metrics with weights that add up to 1, and the references by scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Keys of the metrics.
    pub metrics: Vec<&'static str>,
    /// Their weights.
    pub weights: Vec<f64>,
    /// References: one row a scenario, one number a metric; empty until [`Objective::refer`].
    pub references: Vec<Vec<f64>>,
}

impl Objective {
    /// The objective of some metrics and weights; the composite cost if none is named.
    ///
    /// # Errors
    /// Unknown metrics, metrics that should not be low, weights that are not positive.
    pub fn new(named: &[(String, f64)]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut terms: Vec<(&'static str, f64)> = Vec::new();
        for (key, weight) in named {
            let at = |message: String| Problem::new("--objective", message);
            match metrics::find(key) {
                None => {
                    let help = did_you_mean_or_known(key, metrics::all().map(|m| m.key));
                    problems.push(at(format!("there is no metric `{key}`")).maybe_help(help));
                }
                Some(metric) if metric.better != Better::Lower => {
                    let help = "take metrics of which less is better: see `list metrics`";
                    problems.push(at(format!("`{key}` is not one to make low")).help(help));
                }
                Some(metric) if terms.iter().any(|t| t.0 == metric.key) => {
                    problems.push(at(format!("`{key}` is named twice")));
                }
                Some(metric) => terms.push((metric.key, *weight)),
            }
            if !(weight.is_finite() && *weight > 0.0) {
                problems.push(at(format!(
                    "the weight of `{key}` is {weight}, not above 0"
                )));
            }
        }
        if named.is_empty() {
            let known = COMPOSITE
                .iter()
                .filter(|(key, _)| metrics::find(key).is_some());
            terms = known.copied().collect();
        }
        let sum: f64 = terms.iter().map(|t| t.1).sum();
        problems.unless(Self {
            metrics: terms.iter().map(|t| t.0).collect(),
            weights: terms.iter().map(|t| t.1 / sum).collect(),
            references: Vec::new(),
        })
    }

    /// Keys of the metrics that a run must be measured by: those of the cost, then the demand.
    #[must_use]
    pub fn measured(&self) -> Vec<&'static str> {
        let mut keys = self.metrics.clone();
        keys.push(DEMAND);
        keys
    }

    /// Takes the means of the defaults' runs, by scenario, as references. A mean of 0 is replaced: by a hundredth of the
    /// demand for energy, by 1 for anything else.
    pub fn refer(&mut self, by_scenario: &[Vec<&RunResult>]) {
        self.references = by_scenario
            .iter()
            .map(|runs| {
                let demand = mean(runs, self.metrics.len());
                let reference = |(k, key): (usize, &&str)| match mean(runs, k) {
                    value if value > 0.0 => value,
                    _ if key.ends_with("_mwh") && demand > 0.0 => 0.01 * demand,
                    _ => 1.0,
                };
                self.metrics.iter().enumerate().map(reference).collect()
            })
            .collect();
    }

    /// Cost of a run of a scenario. A metric that is not defined for a run (how unequal outages were where there was
    /// none) counts as 0.
    #[must_use]
    pub fn cost(&self, scenario: usize, run: &RunResult) -> f64 {
        let RunResult::Measured(values) = run else {
            return FAILED_RUN_COST;
        };
        let references = self.references.get(scenario).into_iter().flatten();
        let terms = self.weights.iter().zip(values).zip(references);
        terms
            .map(|((weight, value), reference)| weight * value.unwrap_or(0.0) / reference)
            .sum()
    }
}

/// Mean of a metric over the runs that did not fail, 0 where it is not defined; 0 of no runs.
#[must_use]
pub fn mean(runs: &[&RunResult], metric: usize) -> f64 {
    let values: Vec<f64> = runs
        .iter()
        .filter_map(|run| match run {
            RunResult::Measured(values) => values.get(metric).map(|v| v.unwrap_or(0.0)),
            RunResult::Failed(_) => None,
        })
        .collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_composite_cost_keeps_the_metrics_that_exist() {
        let objective = Objective::new(&[]).unwrap();
        assert!(objective.metrics.contains(&"ens_mwh"));
        let sum: f64 = objective.weights.iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
        // Weights keep their proportions: energy not served weighs 2.5 times SAIDI.
        let weight = |key| {
            let at = objective.metrics.iter().position(|m| *m == key);
            objective.weights[at.unwrap()]
        };
        assert!((weight("ens_mwh") / weight("saidi_min") - 2.5).abs() < 1e-12);
    }

    #[test]
    fn the_cost_is_a_sum_over_references() {
        let named = [("ens_mwh".to_owned(), 3.0), ("saidi_min".to_owned(), 1.0)];
        let mut objective = Objective::new(&named).unwrap();
        assert_eq!(objective.weights, [0.75, 0.25]);
        let run = |ens, saidi| RunResult::Measured(vec![ens, saidi, Some(5000.0)]);
        let (a, b) = (run(Some(10.0), None), run(Some(30.0), None));
        objective.refer(&[vec![&a, &b]]);
        // Nobody was out: SAIDI is referred to 1.
        assert_eq!(objective.references, [[20.0, 1.0]]);
        assert_eq!(objective.cost(0, &a), 0.375);
        assert_eq!(objective.cost(0, &run(Some(40.0), Some(2.0))), 2.0);
        assert_eq!(
            objective.cost(0, &RunResult::Failed("x".to_owned())),
            FAILED_RUN_COST
        );
        let calm = run(Some(0.0), Some(0.0));
        objective.refer(&[vec![&calm]]);
        assert_eq!(objective.references, [[50.0, 1.0]]);
    }

    #[test]
    fn wrong_metrics_are_told_with_what_was_meant() {
        let told = |key: &str, weight| Objective::new(&[(key.to_owned(), weight)]).unwrap_err();
        assert!(
            told("ens_mw", 1.0)
                .to_string()
                .contains("did you mean `ens_mwh`?")
        );
        assert!(
            told("load_factor", 1.0)
                .to_string()
                .contains("is not one to make low")
        );
        assert!(told("ens_mwh", 0.0).to_string().contains("not above 0"));
    }
}
