//! Experiment files as a user meets them: what is planned, what is refused with which message and exit code, and the
//! examples of the manual. It runs no sweep.

#![allow(clippy::unwrap_used, reason = "a failed preparation fails the test")]

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use autopolis::experiment::builtin::EXPERIMENTS;
use autopolis::experiment::design::read;
use autopolis::scenario::document::BUILT_IN;
use predicates::str::contains;
use std::path::Path;

fn autopolis(folder: &Path, arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("autopolis").unwrap();
    command
        .current_dir(folder)
        .arg("--no-color")
        .args(arguments)
        .assert()
}

/// What `check` says about an experiment, on lines as wide as they come.
fn told(text: &str) -> (i32, String) {
    told_with(text, &[])
}

fn told_with(text: &str, files: &[(&str, &str)]) -> (i32, String) {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("x.toml"), text).unwrap();
    for (name, content) in files {
        std::fs::write(room.path().join(name), content).unwrap();
    }
    let output = autopolis(room.path(), &["check", "--json", "x.toml"])
        .get_output()
        .clone();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines = String::new();
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    for problem in json["problems"].as_array().unwrap() {
        let part = |key: &str| match &problem[key] {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        lines += &format!(
            "{}:{}:{}: {} ({})\n",
            part("file"),
            part("line"),
            part("column"),
            part("message"),
            part("help")
        );
    }
    (output.status.code().unwrap(), lines)
}

/// Expects an experiment to be refused as invalid input, with every one of the parts in what is said.
fn refused(text: &str, parts: &[&str]) {
    let (code, said) = told(text);
    assert_eq!(code, 3, "{text}\n{said}");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
}

const TWO: &str = "scenario = \"heat-wave\"\ncontrollers = [\"none\", \"rules\"]\nhours = 6\n";

#[test]
fn a_new_experiment_passes_its_check_and_counts_its_runs() {
    let room = tempfile::tempdir().unwrap();
    autopolis(room.path(), &["new", "experiment", "--name", "try-out"]).code(0);
    autopolis(room.path(), &["check", "try-out.toml"])
        .code(0)
        .stderr(contains(
            "the experiment try-out, 24 runs at 2 points, 12 pairs: ok",
        ));
    autopolis(room.path(), &["new", "experiment", "--name", "try-out"])
        .code(2)
        .stderr(contains("choose another --name"));
    autopolis(room.path(), &["new", "experiment", "--name", "Try out"]).code(2);
}

#[test]
fn the_printed_schema_accepts_the_built_in_experiments_and_refuses_a_misspelling() {
    let room = tempfile::tempdir().unwrap();
    let output = autopolis(room.path(), &["schema", "experiment"])
        .get_output()
        .clone();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json =
        |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    for experiment in EXPERIMENTS {
        let errors: Vec<String> = validator
            .iter_errors(&json(experiment.text))
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", experiment.name);
        assert!(
            BUILT_IN.iter().all(|s| s.name != experiment.name),
            "{}",
            experiment.name
        );
    }
    for wrong in [
        "scenarioo = \"heat-wave\"",
        "scenarios = []",
        "replications = 0",
        "hours = 0",
        "training = { first_seed = 1 }",
        "latin_hypercube = { samples = 0, range = {} }",
    ] {
        assert!(!validator.is_valid(&json(wrong)), "{wrong}");
    }
}

#[test]
fn built_in_experiments_are_listed_and_found_by_name() {
    let room = tempfile::tempdir().unwrap();
    let mut listed = autopolis(room.path(), &["list", "experiments"]).code(0);
    for experiment in EXPERIMENTS {
        listed = listed.stdout(contains(experiment.name));
    }
    autopolis(room.path(), &["check", "heat-wave-none-rules"])
        .code(0)
        .stderr(contains("400 runs at 1 point, 200 pairs"));
    // Four hundred runs make at least fifty shards.
    assert!(read("heat-wave-none-rules").unwrap().plan.shards() >= 50);
    let error = read("heat-wave-none-rule").unwrap_err().to_string();
    assert!(
        error.contains("did you mean `heat-wave-none-rules`?"),
        "{error}"
    );
}

#[test]
fn the_manuals_examples_can_be_planned() {
    let manual = include_str!("../docs/experiments.md");
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        let parts = manual.split(fence.as_str()).skip(1);
        parts
            .map(|p| p.split("```").next().unwrap().to_owned())
            .collect()
    };
    let (texts, tables) = (blocks("toml"), blocks("csv"));
    // One a design, and the smallest.
    assert_eq!((texts.len(), tables.len()), (5, 1));
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("design.csv"), &tables[0]).unwrap();
    let sizes = texts.iter().map(|text| {
        let path = room.path().join("x.toml");
        std::fs::write(&path, text).unwrap();
        let plan = read(&path.display().to_string())
            .unwrap_or_else(|p| panic!("{text}\n{p}"))
            .plan;
        plan.runs.len()
    });
    // Six pairs; nine, two, thirty and two points with their replications and controllers.
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        [12, 9 * 40, 2 * 20, 30 * 4, 2 * 2]
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    refused(
        "scenario = \"heat-wav\"\ncity = \"lakesied\"\ncontrollers = [\"none\", \"rulse\"]\nmetrics = [\"ens_mhw\"]\n\
         [set]\n\"weather.heat_dom.peak_day\" = 1\n[factors]\nhoures = [1.0]\n",
        &[
            "x.toml:1:12: there is no scenario `heat-wav` (did you mean `heat-wave`?)",
            "x.toml:2:8: there is no city `lakesied` (did you mean `lakeside`?)",
            "x.toml:3:24: there is no controller `rulse` (did you mean `rules`?)",
            "x.toml:4:12: there is no metric `ens_mhw` (did you mean `ens_mwh`?)",
            "x.toml:6:1: unknown path `weather.heat_dom.peak_day` (did you mean `weather.heat_dome`?)",
            "x.toml:8:1: unknown path `houres` (did you mean `hours`?)",
        ],
    );
    refused(
        "scenario = \"heat-wave\"\nreplication = 3\n",
        &["x.toml:2:1: unknown key `replication` (did you mean `replications`?)"],
    );
    refused(
        "controllers = [\"none\"]\n",
        &["`scenario` (or `scenarios`) is missing"],
    );
    refused(
        "scenario = \"mine/x.toml\"\n",
        &["there is no file `mine/x.toml` for the scenario"],
    );
    refused(
        "scenario = \"calm-day\"\nseries = [\"grid/unservd_mw\", \"grid/bus/B1/voltage\"]\n",
        &[
            "x.toml:2:11: there is no point `grid/unservd_mw` in lakeside (did you mean `grid/unserved_mw`?)",
        ],
    );
}

#[test]
fn experiments_without_runs_are_refused() {
    let with = |text: &str| format!("{TWO}{text}\n");
    refused(
        &with("replications = 0"),
        &["`replications` is 0, but must be at least 1"],
    );
    refused(&with("seeds = []"), &["`seeds` needs at least 1 entries"]);
    refused(
        &with("metrics = []"),
        &["`metrics` needs at least 1 entries"],
    );
    refused(
        "scenario = \"heat-wave\"\ncontrollers = []\n",
        &["`controllers` needs at least 1 entries"],
    );
    refused(
        "scenarios = []\n",
        &["`scenarios` needs at least 1 entries"],
    );
    refused(
        &with("[factors]"),
        &["`factors` is empty, so the grid has no points"],
    );
    refused(
        &with("[factors]\nstep_s = []"),
        &["x.toml:5:10: `step_s` has no levels"],
    );
    refused(
        &with("[factors]\nstep_s = 60"),
        &["the levels of `step_s` are no list"],
    );
    refused(
        &with("[latin_hypercube]\nsamples = 3\nrange = {}"),
        &["nothing is varied"],
    );
    refused(&with("[[point]]"), &["no `point` names a path"]);
}

#[test]
fn seeds_may_not_overlap_or_repeat() {
    let with = |text: &str| format!("{TWO}{text}\n");
    refused(
        &with("seeds = [3, 4, 3]"),
        &["x.toml:4:16: the seed 3 is there twice"],
    );
    refused(
        &with("seeds = [3]\nreplications = 1\nfirst_seed = 3"),
        &[
            "`seeds` and `replications` exclude each other",
            "`seeds` and `first_seed` exclude each other",
        ],
    );
    refused(
        &with("replications = 5\nfirst_seed = 10\n[training]\nfirst_seed = 8\nreplications = 4"),
        &["x.toml:7:14: 2 seeds from 10 to 11 are both for training and held out"],
    );
    refused(
        &with("first_seed = 9223372036854775807"),
        &["go beyond the largest"],
    );
}

#[test]
fn comparisons_need_a_baseline_and_different_controllers() {
    refused(
        "scenario = \"calm-day\"\ncontrollers = [\"none\", \"none\"]\nbaseline = \"rules\"\n",
        &[
            "x.toml:2:24: the controller `none` is there twice",
            "x.toml:3:12: the baseline `rules` is not among the controllers (the controllers are none)",
        ],
    );
    refused(
        "scenarios = [\"calm-day\", \"calm-day\"]\nscenario = \"storm\"\n",
        &[
            "`scenario` and `scenarios` exclude each other",
            "the scenario `calm-day` is there twice",
        ],
    );
    let own = |name: &str, who: &str| {
        format!("extends = \"calm-day\"\nname = \"{name}\"\ncontroller = \"{who}\"\n")
    };
    let (a, b) = (own("twin", "none"), own("twin", "rules"));
    let (code, said) = told_with(
        "scenarios = [\"a.toml\", \"b.toml\"]\n",
        &[("a.toml", &a), ("b.toml", &b)],
    );
    assert_eq!(code, 3);
    assert!(
        said.contains("x.toml:1:24: two scenarios are called `twin`"),
        "{said}"
    );
    assert!(
        said.contains(
            "the scenarios name different ones (for example controllers = [\"none\", \"rules\"])"
        ),
        "{said}"
    );
}

#[test]
fn settings_and_factors_that_the_sweep_decides_itself_are_refused() {
    refused(
        &format!(
            "{TWO}[set]\nseed = 3\nstep_s = 60\n[factors]\ncontroller = [\"none\"]\ncity = [\"lakeside\"]\nhours = [1.0]\nstep_s = [60]\n"
        ),
        &[
            "x.toml:5:1: `seed` cannot be set in an experiment (use `first_seed` or `seeds`)",
            "x.toml:8:1: `controller` cannot be varied in an experiment (use `controllers`)",
            "x.toml:9:1: `city` cannot be varied in an experiment (use `cities`)",
            "x.toml:10:1: `hours` is given for all runs, so it cannot be varied",
            "x.toml:11:1: `step_s` is both set and varied",
        ],
    );
    refused(
        &format!(
            "{TWO}[factors]\n\"weather.heat_dome.high_c\" = [[40, 41, 40]]\n\"weather.heat_dome.high_c.1\" = [41]\n"
        ),
        &["`weather.heat_dome.high_c` and `weather.heat_dome.high_c.1` vary the same"],
    );
    let (code, said) = told("scenario = \"heat-wave\"\n[factors]\nhours = [6.0, 12.0]\n");
    assert_eq!((code, said.as_str()), (0, ""));
}

#[test]
fn two_designs_and_too_many_runs_are_refused() {
    refused(
        &format!("{TWO}design_csv = \"d.csv\"\n[factors]\nstep_s = [60]\n"),
        &["`factors` and `design_csv` exclude each other"],
    );
    refused(
        &format!(
            "{TWO}replications = 1000\n[latin_hypercube]\nsamples = 1000\nrange = {{ step_s = [60, 120] }}\n"
        ),
        &["the experiment has 2000000 runs, more than 1000000"],
    );
    let levels = |key: &str| {
        let list: Vec<String> = (0..1100)
            .map(|i| format!("{}", 20.0 + f64::from(i) / 100.0))
            .collect();
        format!("\"weather.heat_dome.{key}.0\" = [{}]\n", list.join(", "))
    };
    refused(
        &format!("{TWO}[factors]\n{}{}", levels("high_c"), levels("low_c")),
        &["the grid has 1210000 points, more than 1000000"],
    );
}

#[test]
fn levels_that_no_run_can_have_are_told_where_they_stand() {
    refused(
        &format!("{TWO}[factors]\n\"event.0.value_share\" = [0.7, 11.0]\nstep_s = [60, 70]\n"),
        &[
            "x.toml:5:31: `event.0.value_share` is 11, but must be at least 0 and at most 10 \
             (at point 2: event.0.value_share = 11.0, step_s = 60)",
            "`control_interval_s` = 300 is no multiple of `step_s` = 70",
        ],
    );
    refused(
        &format!(
            "{TWO}[[point]]\n\"event.0.target\" = \"largest_external\"\n[[point]]\n\"event.0.target\" = \"largest_extrenal\"\n"
        ),
        &["x.toml:7:20:", "did you mean `largest_external`?"],
    );
    refused(
        &format!("{TWO}[[point]]\nstep_s = 60\n[[point]]\nrecord_interval_s = 60\n"),
        &[
            "point 0 has no `record_interval_s`, but others have",
            "point 1 has no `step_s`, but others have",
        ],
    );
    refused(
        &format!("{TWO}[set]\n\"weather.heat_dome.high_c.0\" = \"hot\"\n"),
        &["x.toml:5:32: `weather.heat_dome.high_c.0` must be a number, not a string"],
    );
    refused(
        "scenario = \"calm-day\"\nhours = 6.001\n",
        &["x.toml:2:9: `hours` is 21603"],
    );
    refused(
        "scenario = \"calm-day\"\nseries_interval = \"7min\"\n[factors]\nrecord_interval_s = [60, 300]\n",
        &[
            "x.toml:2:19: time series every 420 s are no multiple of the 300 s at which calm-day records",
        ],
    );
    refused(
        "scenario = \"calm-day\"\nseries_interval = \"often\"\n",
        &["`often` is no span of time"],
    );
}

#[test]
fn ranges_must_be_ranges() {
    let cube = |range: &str| {
        format!("{TWO}[latin_hypercube]\nsamples = 4\n[latin_hypercube.range]\n{range}\n")
    };
    refused(
        &cube("\"event.0.value_share\" = [1.0, 0.5]"),
        &["the range of `event.0.value_share` is empty: 1 is not below 0.5"],
    );
    refused(
        &cube("\"event.0.value_share\" = [1.0]"),
        &["`event.0.value_share` has no range"],
    );
    refused(
        &cube("\"event.0.at\" = [1, 2]"),
        &["`event.0.at` holds no number"],
    );
    refused(
        &cube("step_s = [60, 90.5]"),
        &["`step_s` holds whole numbers"],
    );
}

#[test]
fn tables_must_have_their_shape() {
    let refused = |table: &str, parts: &[&str]| {
        let text = format!("{TWO}design_csv = \"d.csv\"\n");
        let (code, said) = told_with(&text, &[("d.csv", table)]);
        assert_eq!(code, 3, "{said}");
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in\n{said}");
        }
    };
    refused("", &["d.csv:::", "the table is empty"]);
    refused("step_s\n", &["the table has no points"]);
    refused(
        "step_s,step_s,\n60,60,60\n",
        &[
            "d.csv:1:2: the column is there twice",
            "d.csv:1:3: the column has no name",
        ],
    );
    refused(
        "step_s,hours\n60\n",
        &["d.csv:2:: 1 values, but the first line names 2 columns"],
    );
    refused(
        "step_s,record_interval_s\n60,\n",
        &["d.csv:2:2: the value is missing"],
    );
    refused(
        "stepp_s\n60\n",
        &["d.csv:1:1: unknown path `stepp_s` (did you mean `step_s`?)"],
    );
    refused(
        "step_s,record_interval_s\n60,300\n60.0,300\n",
        &["d.csv:3:1: `step_s` must be a whole number, not a real number"],
    );
    let (code, said) = told(&format!("{TWO}design_csv = \"no.csv\"\n"));
    assert_eq!(code, 3);
    assert!(
        said.contains("x.toml:4:14: cannot read the table"),
        "{said}"
    );
}

#[test]
fn seeds_that_a_controller_was_tuned_on_are_no_evidence() {
    let tuned = "name = 'early'\nbase = 'rules'\n[training]\nautopolis = '0'\nmethod = ''\nscenarios = []\n\
                 search_seeds = [1, 2]\nchoice_seeds = [5]\nbudget = 1\nsearched = []\nchosen = '1'\nobjective = []\n\
                 reference = []\n[training.result]\nsearch_cost_default = 1\nsearch_cost_chosen = 1\n\
                 choice_cost_default = 1\nchoice_cost_chosen = 1\nfailed_runs = 0\n";
    let text = "scenario = \"calm-day\"\ncontrollers = [\"none\", \"early.toml\"]\nreplications = 6\nhours = 2\n";
    let (code, said) = told_with(text, &[("early.toml", tuned)]);
    assert_eq!(code, 3);
    assert!(
        said.contains("x.toml:2:24: the controller was tuned on 3 of the held-out seeds: 1, 2, 5"),
        "{said}"
    );
}

#[test]
fn an_experiment_is_told_from_a_scenario() {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(
        room.path().join("s.toml"),
        "extends = \"calm-day\"\nname = \"s\"\n",
    )
    .unwrap();
    std::fs::write(
        room.path().join("e.toml"),
        "scenario = \"s.toml\"\nhours = 2\n",
    )
    .unwrap();
    autopolis(room.path(), &["check", "s.toml", "e.toml"])
        .code(0)
        .stderr(contains("the scenario s on lakeside"))
        .stderr(contains("the experiment e, 1 run at 1 point, 0 pairs: ok"));
    autopolis(room.path(), &["check", "e.toml", "--city", "lakeside"])
        .code(3)
        .stderr(contains("checked on its own cities"));
}
