//! How large an experiment is, in the words that people plan with.

use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;
use serde::Serialize;
use std::collections::BTreeSet;

/// Counts of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Runs.
    pub runs: usize,
    /// Runs among them that are never evidence.
    pub training_runs: usize,
    /// Points of the design.
    pub points: usize,
    /// Pairs of a held-out run with the baseline's run of the same scenario, city, point and seed.
    pub pairs: usize,
    /// Shards.
    pub shards: usize,
}

impl Size {
    /// Counts.
    #[must_use]
    pub fn of(plan: &SweepPlan) -> Self {
        let points: BTreeSet<u32> = plan.runs.iter().map(|r| r.point).collect();
        let held_out = |r: &&PlannedRun| r.split == Split::HeldOut;
        let runs = plan.runs.len();
        // Every case is run under every controller, so that each run but the baseline's has a partner.
        let pairs = plan.runs.iter().filter(held_out);
        let pairs = pairs.filter(|r| r.controller != plan.baseline).count();
        Self {
            runs,
            training_runs: runs - plan.runs.iter().filter(held_out).count(),
            points: points.len(),
            pairs,
            shards: plan.shards(),
        }
    }

    /// In a line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let count =
            |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let training = match self.training_runs {
            0 => String::new(),
            n => format!(" ({n} of them for training)"),
        };
        format!(
            "{}{training} at {}, {}",
            count(self.runs, "run", "runs"),
            count(self.points, "point", "points"),
            count(self.pairs, "pair", "pairs")
        )
    }
}
