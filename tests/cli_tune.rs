//! Parameters, controller files and `tune` from outside: what is accepted and refused, and that a search comes to the
//! same bytes on any number of threads and over a kill. Whether tuning helps is not judged here.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

use autopolis::controllers;
use autopolis::controllers::parameter::range_text;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use tempfile::TempDir;

fn autopolis(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopolis"));
    command.current_dir(folder).args(arguments).arg("--quiet");
    command
}

fn outcome(folder: &Path, arguments: &[&str]) -> Output {
    autopolis(folder, arguments).output().unwrap()
}

/// Runs, expects it to end well, and gives what it printed.
fn well(folder: &Path, arguments: &[&str]) -> String {
    let output = outcome(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs, expects an exit code, and gives what it said on standard error, in one line.
fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = outcome(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    // The report wraps long messages with bars.
    let words = said.replace('│', " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

const SHORT: [&str; 5] = ["run", "calm-day", "--hours", "2", "--no-charts"];

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SHORT[..], more].concat()
}

#[test]
fn a_controller_file_names_its_runs_and_is_not_needed_for_a_replay() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    // The defaults under another name: an A/A comparison.
    fs::write(at.join("a2.toml"), "name = \"a2\"\nbase = \"rules\"\n").unwrap();
    well(at, &short(&["--controller", "a2.toml"]));
    well(at, &short(&["--controller", "rules"]));
    let series =
        |name: &str| fs::read(at.join(format!("out/calm-day-{name}-1/timeseries.csv"))).unwrap();
    assert_eq!(series("a2"), series("rules"));
    // Other constants do something, and the file is in the run's folder as far as it decides it.
    let text = "name = 'early'\nbase = 'rules'\n[parameters]\nv_set_pu = [1.02, 1.04]\n";
    fs::write(at.join("early.toml"), text).unwrap();
    well(at, &short(&["--controller", "early.toml"]));
    assert_ne!(series("early"), series("rules"));
    fs::remove_file(at.join("early.toml")).unwrap();
    let told = well(at, &["replay", "out/calm-day-early-1"]);
    assert!(told.starts_with("identical"), "{told}");
    // A scenario may name a file beside it.
    fs::create_dir(at.join("sub")).unwrap();
    fs::write(at.join("sub/early.toml"), text).unwrap();
    let scenario = "extends = 'calm-day'\nname = 'mine'\nhours = 2\ncontroller = 'early.toml'\n";
    fs::write(at.join("sub/mine.toml"), scenario).unwrap();
    well(at, &["run", "sub/mine.toml", "--no-charts"]);
    assert!(at.join("out/mine-early-1/scenario.toml").exists());
}

#[test]
fn wrong_parameters_are_told_with_place_and_remedy() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (set, parts) in [
        (
            "controller_parameters.shed_hot_spt_c=118",
            &[
                "unknown path",
                "did you mean `controller_parameters.shed_hot_spot_c`?",
            ][..],
        ),
        (
            "controller_parameters.shed_hot_spot_c=140",
            &["is 140, but must be at least 100 and at most 126"],
        ),
        (
            "controller_parameters.shed_hot_spot_c=105",
            &["`transfer_hot_spot_c` = 110 must be at least 1 below `shed_hot_spot_c` = 105"],
        ),
        (
            "controller_parameters.v_set_pu=[1.0, 1.0, 1.0]",
            &["`v_set_pu` is a list of 2 numbers"],
        ),
        (
            "controller_parameters.shed_margin=much",
            &["must be a number, not a string"],
        ),
    ] {
        let told = refused(at, &short(&["--set", set]), 3);
        for part in parts {
            assert!(told.contains(part), "{set}: {told}");
        }
    }
    let set = "controller_parameters.shed_hot_spot_c=118";
    let told = refused(at, &short(&["--controller", "none", "--set", set]), 3);
    assert!(
        told.contains("the controller `none` takes no parameters"),
        "{told}"
    );
    assert_eq!(fs::read_dir(at).unwrap().count(), 0);
}

#[test]
fn wrong_controller_files_are_told_with_their_lines() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (text, parts) in [
        ("name = \"x\"\n", &["`base` is missing", "x.toml:1:1"][..]),
        (
            "name = \"x\"\nbase = \"rulse\"\n",
            &["x.toml:2:8", "did you mean `rules`?"],
        ),
        (
            "name = \"none\"\nbase = \"rules\"\n",
            &["x.toml:1:8", "is the name of a controller in the program"],
        ),
        (
            "name = \"x\"\nbase = \"rules\"\n[parameters]\nshed_hotspot_c = 118\n",
            &[
                "x.toml:4:1",
                "unknown key `parameters.shed_hotspot_c`",
                "did you mean `shed_hot_spot_c`?",
            ],
        ),
        ("name = \"x\"\nbase = \n", &["x.toml:2", "not TOML"]),
    ] {
        fs::write(at.join("x.toml"), text).unwrap();
        let told = refused(at, &short(&["--controller", "x.toml"]), 3);
        for part in parts {
            assert!(told.contains(part), "{text}: {told}");
        }
    }
    let told = refused(at, &short(&["--controller", "y.toml"]), 3);
    assert!(
        told.contains("cannot read the controller file y.toml"),
        "{told}"
    );
    let told = refused(at, &["check", "x.toml"], 3);
    assert!(told.contains("not TOML"), "{told}");
}

#[test]
fn controllers_are_listed_with_their_parameters() {
    let folder = TempDir::new().unwrap();
    let text = well(folder.path(), &["list", "controllers", "--json"]);
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rules = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["name"] == "rules")
        .unwrap();
    let shed = rules["parameters"].as_array().unwrap().iter();
    let shed = shed
        .clone()
        .find(|p| p["key"] == "shed_hot_spot_c")
        .unwrap();
    assert_eq!(shed["value"], serde_json::json!([120.0]));
    assert_eq!(shed["unit"], "C");
}

const TUNE: [&str; 13] = [
    "tune",
    "calm-day",
    "--hours",
    "1",
    "--budget",
    "9",
    "--replications",
    "1",
    "--first-seed",
    "7000",
    "--parameters",
    "v_set_pu,import_use",
    "-o",
];

#[test]
fn a_search_comes_to_the_same_bytes_on_any_number_of_threads_and_over_a_kill() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let run = |out: &str, more: &[&str]| {
        well(
            at,
            &[
                &TUNE[..],
                &[out, "--objective", "energy_cost=2,co2_t"],
                more,
            ]
            .concat(),
        )
    };
    let told = run("one/t.toml", &["-j", "1"]);
    assert!(told.contains("This is no evidence"), "{told}");
    assert!(told.contains("autopolis sweep held-out.toml"), "{told}");
    run("two/t.toml", &["-j", "2"]);
    let bytes = |name: &str| fs::read(at.join(name)).unwrap();
    assert_eq!(bytes("one/t.toml"), bytes("two/t.toml"));
    assert_eq!(
        fs::read_dir(at.join("one")).unwrap().count(),
        1,
        "the journal stays behind"
    );

    // Killed after the first runs, then taken up.
    fs::create_dir(at.join("three")).unwrap();
    let journal = at.join("three/.t.toml.journal");
    let arguments = [
        &TUNE[..],
        &[
            "three/t.toml",
            "--objective",
            "energy_cost=2,co2_t",
            "-j",
            "1",
        ],
    ]
    .concat();
    let mut child = autopolis(at, &arguments).spawn().unwrap();
    while !journal.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        !at.join("three/t.toml").exists(),
        "it ended before it was killed"
    );
    let again = refused(at, &arguments, 2);
    assert!(again.contains("--resume"), "{again}");
    run("three/t.toml", &["-j", "2", "--resume"]);
    assert_eq!(bytes("one/t.toml"), bytes("three/t.toml"));

    // What came out is a controller, and is not overwritten.
    well(at, &short(&["--controller", "one/t.toml"]));
    let text = fs::read_to_string(at.join("one/t.toml")).unwrap();
    for part in [
        "search_seeds = [7000]",
        "choice_seeds = [7001, 7002, 7003]",
        "budget = 9",
        "[[training.objective]]",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let again = refused(at, &[&TUNE[..], &["one/t.toml"]].concat(), 2);
    assert!(again.contains("--force"), "{again}");
}

#[test]
fn a_search_of_nothing_is_refused_before_the_first_run() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (arguments, code, part) in [
        (
            &["tune", "calm-day", "--budget", "0"][..],
            3,
            "at least one candidate",
        ),
        (&["tune", "calmday", "--budget", "1"], 3, "calm-day"),
        (
            &["tune", "calm-day", "--budget", "1", "--objective", "ens_mw"],
            3,
            "did you mean `ens_mwh`?",
        ),
        (
            &[
                "tune",
                "calm-day",
                "--budget",
                "1",
                "--objective",
                "load_factor",
            ],
            3,
            "not one to make low",
        ),
        (
            &[
                "tune",
                "calm-day",
                "--budget",
                "1",
                "--objective",
                "ens_mwh=x",
            ],
            2,
            "METRIC=WEIGHT",
        ),
        (
            &[
                "tune",
                "calm-day",
                "--budget",
                "1",
                "--parameters",
                "shed_margins",
            ],
            3,
            "did you mean `shed_margin`?",
        ),
        (
            &["tune", "calm-day", "--budget", "1", "-o", "rules.toml"],
            2,
            "name of a controller",
        ),
        (
            &["tune", "calm-day", "--budget", "1", "-o", "My Rules.toml"],
            2,
            "cannot name a controller",
        ),
    ] {
        let told = refused(at, arguments, code);
        assert!(told.contains(part), "{arguments:?}: {told}");
    }
    assert_eq!(fs::read_dir(at).unwrap().count(), 0);
}

/// The page is read by those who set parameters; it is written by hand and must not lag behind.
#[test]
fn the_page_lists_every_parameter_as_it_is() {
    let page = include_str!("../docs/controllers.md");
    let rules = controllers::find("rules").unwrap().declared;
    let defaults = (rules.defaults)();
    for spec in rules.parameters {
        let star = if spec.searched { "*" } else { "" };
        let default: Vec<String> = defaults[spec.key]
            .numbers()
            .iter()
            .map(f64::to_string)
            .collect();
        let row = format!(
            "| `{}`{star} | {} | {} | {} | {} |",
            spec.key,
            spec.unit,
            default.join(", "),
            range_text(spec),
            spec.about
        );
        assert!(page.contains(&row), "docs/controllers.md lacks\n{row}");
    }
    let rows = page
        .lines()
        .filter(|l| l.starts_with("| `") && l.contains(" to "))
        .count();
    assert_eq!(rows, rules.parameters.len());
    for name in controllers::names() {
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/controllers.md lacks {name}"
        );
    }
}
