//! The plan of a sweep: every run that it consists of, in order, resolved from an experiment file.
//!
//! It is plain data, written as `plan.json`, and all that a worker on another machine needs besides the program and the
//! files that it names. Its hash decides which results belong to it. It runs nothing.

use crate::scenario::document::Overrides;
use serde::Deserialize;
use serde::Serialize;

/// What a run is for: tuned on, or judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Its seed may have been used to choose a controller or its parameters; never evidence.
    Training,
    /// Its seed was kept apart; evidence.
    HeldOut,
}

impl Split {
    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::HeldOut => "held-out",
        }
    }
}

/// One run of a sweep.
///
/// Runs that differ in nothing but the controller are a pair: they meet the same weather, failures and noise, since no
/// random draw depends on the controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedRun {
    /// Position in the plan, from 0; names the run in every table.
    pub run_id: u32,
    /// Position of its point in the design, from 0; 0 where nothing is varied.
    pub point: u32,
    /// Scenario: a built-in name or an absolute path.
    pub scenario: String,
    /// City laid over the scenario's: a built-in name or an absolute path.
    pub city: Option<String>,
    /// Controller: a registered name or an absolute path of a controller file.
    pub controller: String,
    /// Number of the replication, from 1.
    pub replication: u32,
    /// Seed.
    pub seed: u64,
    /// What it is for.
    pub split: Split,
    /// The level of each factor at its point, as written in TOML, in order of [`SweepPlan::factors`].
    pub levels: Vec<String>,
}

/// Every run of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepPlan {
    /// Version of the program that made it; another one refuses to run it.
    pub autopolis: String,
    /// Name of the experiment.
    pub name: String,
    /// What it asks, in words; may be empty.
    pub description: String,
    /// The controller that the others are compared with, as in [`PlannedRun::controller`].
    pub baseline: String,
    /// Metrics that the experiment is about, the first of them its headline; keys of `results::metrics`.
    pub metrics: Vec<String>,
    /// Paths of the points kept as time series.
    pub series: Vec<String>,
    /// Spacing of the rows of the time series, seconds; a multiple of the scenarios' record interval.
    pub series_interval_s: u32,
    /// Length laid over the scenarios', hours.
    pub hours: Option<f64>,
    /// Settings laid over every scenario: dotted path, and value as written in TOML.
    pub set: Vec<(String, String)>,
    /// What is varied: dotted paths of scenario keys.
    pub factors: Vec<String>,
    /// How many consecutive runs a shard holds; the last one may hold fewer.
    pub runs_per_shard: u32,
    /// The runs: by point, then scenario, then replication, then controller, so that pairs stand together.
    pub runs: Vec<PlannedRun>,
}

impl SweepPlan {
    /// Hash of all that decides the results' bytes: everything but the size of a shard. Hexadecimal BLAKE3.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut decisive = self.clone();
        decisive.runs_per_shard = 1;
        // Plain data without maps or floats other than finite ones: its JSON cannot fail and is one text.
        let text = serde_json::to_string(&decisive).unwrap_or_default();
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    /// Number of shards.
    #[must_use]
    pub fn shards(&self) -> usize {
        self.runs
            .len()
            .div_ceil(self.runs_per_shard.max(1) as usize)
    }

    /// The runs of a shard; empty beyond the last.
    #[must_use]
    pub fn shard(&self, shard: usize) -> &[PlannedRun] {
        let size = self.runs_per_shard.max(1) as usize;
        let from = (shard * size).min(self.runs.len());
        let to = (from + size).min(self.runs.len());
        &self.runs[from..to]
    }

    /// What is laid over the scenario of a run.
    #[must_use]
    pub fn overrides(&self, run: &PlannedRun) -> Overrides {
        let levels = self.factors.iter().cloned().zip(run.levels.iter().cloned());
        Overrides {
            controller: Some(run.controller.clone()),
            seed: Some(run.seed),
            hours: self.hours,
            city: run.city.clone(),
            set: self.set.iter().cloned().chain(levels).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(runs: u32) -> SweepPlan {
        let run = |run_id| PlannedRun {
            run_id,
            point: 0,
            scenario: "calm-day".to_owned(),
            city: None,
            controller: "none".to_owned(),
            replication: run_id + 1,
            seed: u64::from(run_id) + 4001,
            split: Split::HeldOut,
            levels: vec!["2".to_owned()],
        };
        SweepPlan {
            autopolis: "0".to_owned(),
            name: "a".to_owned(),
            description: String::new(),
            baseline: "none".to_owned(),
            metrics: vec!["ens_mwh".to_owned()],
            series: Vec::new(),
            series_interval_s: 3600,
            hours: Some(6.0),
            set: vec![("step_s".to_owned(), "30".to_owned())],
            factors: vec!["weather.heat_dome.peak_day".to_owned()],
            runs_per_shard: 4,
            runs: (0..runs).map(run).collect(),
        }
    }

    #[test]
    fn shards_cover_the_runs_once() {
        let plan = plan(10);
        assert_eq!(plan.shards(), 3);
        let ids: Vec<u32> = (0..4)
            .flat_map(|s| plan.shard(s))
            .map(|r| r.run_id)
            .collect();
        assert_eq!(ids, (0..10).collect::<Vec<_>>());
        assert_eq!(plan.shard(2).len(), 2);
        assert!(plan.shard(3).is_empty());
    }

    #[test]
    fn the_size_of_a_shard_does_not_decide_the_results() {
        let (a, mut b) = (plan(10), plan(10));
        b.runs_per_shard = 1;
        assert_eq!(a.hash(), b.hash());
        b.runs[3].seed = 1;
        assert_ne!(a.hash(), b.hash());
    }

    #[test]
    fn settings_come_before_factors() {
        let plan = plan(1);
        let overrides = plan.overrides(&plan.runs[0]);
        let paths: Vec<&str> = overrides.set.iter().map(|(p, _)| p.as_str()).collect();
        assert_eq!(paths, ["step_s", "weather.heat_dome.peak_day"]);
        assert_eq!(overrides.seed, Some(4001));
    }
}
