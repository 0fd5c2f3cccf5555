//! Whole experiments, from their text to the plan.

use crate::experiment::builtin::EXPERIMENTS;
use crate::experiment::design::Designed;
use crate::experiment::design::read;
use crate::experiment::design::size::Size;
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

/// Plans an experiment beside other files, by its name in their folder.
fn planned_with(text: &str, files: &[(&str, &str)]) -> Result<Designed, Problems> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files.iter().chain(&[("x.toml", text)]) {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    read(&folder.path().join("x.toml").display().to_string())
}

#[test]
fn runs_come_by_split_point_scenario_replication_controller() {
    let text = "scenarios = [\"calm-day\", \"storm\"]\ncontrollers = [\"none\", \"rules\"]\nseeds = [9, 4]\n\
                training = { first_seed = 20, replications = 1 }\nhours = 2\n[factors]\nstep_s = [60, 30]\n\
                record_interval_s = [300]\n";
    let plan = planned(text).unwrap().plan;
    assert_eq!(plan.factors, ["step_s", "record_interval_s"]);
    let mut expected = Vec::new();
    for (split, seeds) in [(Split::HeldOut, vec![9, 4]), (Split::Training, vec![20])] {
        for (point, step) in [(0, "60"), (1, "30")] {
            for scenario in ["calm-day", "storm"] {
                for (replication, seed) in (1..).zip(&seeds) {
                    for controller in ["none", "rules"] {
                        expected.push(PlannedRun {
                            run_id: u32::try_from(expected.len()).unwrap(),
                            point,
                            scenario: scenario.to_owned(),
                            city: None,
                            controller: controller.to_owned(),
                            replication,
                            seed: *seed,
                            split,
                            levels: vec![step.to_owned(), "300".to_owned()],
                        });
                    }
                }
            }
        }
    }
    assert_eq!(plan.runs, expected);
    let size = Size::of(&plan);
    assert_eq!((size.runs, size.training_runs, size.points), (24, 8, 2));
    assert_eq!(size.pairs, 8);
}

#[test]
fn paths_are_seen_from_the_experiment_and_become_absolute() {
    let mine = "extends = \"calm-day\"\nname = \"mine\"\ncontroller = \"none\"\n";
    let plan = planned_with(
        "scenario = \"mine.toml\"\nhours = 2\n",
        &[("mine.toml", mine)],
    );
    let plan = plan.unwrap().plan;
    assert!(std::path::Path::new(&plan.runs[0].scenario).is_absolute());
    assert!(plan.runs[0].scenario.ends_with("mine.toml"));
    // Nobody is named, so the scenario's own controller is the baseline of itself.
    assert_eq!(plan.runs[0].controller, "none");
    assert_eq!((plan.baseline.as_str(), plan.runs.len()), ("none", 1));
}

#[test]
fn without_a_scenario_that_can_be_built_its_problem_is_told() {
    let mine = "extends = \"calm-day\"\nname = \"mine\"\nhous = 3\n";
    let told = planned_with("scenario = \"mine.toml\"\n", &[("mine.toml", mine)]);
    let told = told.unwrap_err().to_string();
    assert!(told.contains("mine.toml:3:1: unknown key `hous`"), "{told}");
}
