//! Small plans for tests of sweeps.

use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;

/// Two hours of a calm day for these controllers, two runs a shard.
pub fn plan(controllers: &[&str], replications: u32) -> SweepPlan {
    let mut runs = Vec::new();
    for replication in 1..=replications {
        for controller in controllers {
            runs.push(PlannedRun {
                run_id: runs.len() as u32,
                point: 0,
                scenario: "calm-day".to_owned(),
                city: None,
                controller: (*controller).to_owned(),
                replication,
                seed: 4000 + u64::from(replication),
                split: Split::HeldOut,
                levels: Vec::new(),
            });
        }
    }
    SweepPlan {
        autopolis: env!("CARGO_PKG_VERSION").to_owned(),
        name: "calm".to_owned(),
        description: String::new(),
        baseline: controllers[0].to_owned(),
        metrics: vec!["ens_mwh".to_owned(), "peak_mw".to_owned()],
        series: vec!["grid/demand_mw".to_owned()],
        series_interval_s: 1800,
        hours: Some(2.0),
        set: Vec::new(),
        factors: Vec::new(),
        runs_per_shard: 2,
        runs,
    }
}
