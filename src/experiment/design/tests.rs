//! Whole experiments, from their text to the plan.

use crate::experiment::builtin::EXPERIMENTS;
use crate::experiment::design::Designed;
use crate::experiment::design::read;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::Split;
use crate::scenario::problem::Problems;

/// Writes an experiment to a folder of its own and plans it.
fn planned(text: &str) -> Result<Designed, Problems> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Mine (2).toml");
    std::fs::write(&path, text).unwrap();
    read(&path.display().to_string())
}

const SMALLEST: &str = "scenario = \"calm-day\"\ncontrollers = [\"none\", \"rules\"]\nreplications = 6\n\
                        first_seed = 4001\nhours = 6\n";

#[test]
fn the_smallest_experiment_runs_each_seed_under_each_controller() {
    let Designed { plan, document } = planned(SMALLEST).unwrap();
    assert_eq!(document, SMALLEST);
    assert_eq!(plan.name, "mine--2");
    assert_eq!(plan.runs.len(), 12);
    let of = |run: &PlannedRun| {
        (
            run.run_id,
            run.replication,
            run.seed,
            run.controller.clone(),
        )
    };
    assert_eq!(of(&plan.runs[0]), (0, 1, 4001, "none".to_owned()));
    assert_eq!(of(&plan.runs[1]), (1, 1, 4001, "rules".to_owned()));
    assert_eq!(of(&plan.runs[11]), (11, 6, 4006, "rules".to_owned()));
    assert!(plan.runs.iter().all(|r| r.split == Split::HeldOut));
    assert_eq!((plan.baseline.as_str(), plan.hours), ("none", Some(6.0)));
    assert_eq!(plan.metrics[0], "ens_mwh");
    assert_eq!(plan.series_interval_s, 3600);
    assert!(plan.series.contains(&"grid/unserved_mw".to_owned()));
}

#[test]
fn the_built_in_experiments_are_sound() {
    for experiment in EXPERIMENTS {
        let designed = read(experiment.name).unwrap_or_else(|p| panic!("{p}"));
        assert_eq!(designed.plan.name, experiment.name);
        assert!(designed.plan.description.len() > 20);
        assert_eq!(designed, read(experiment.name).unwrap());
    }
}
