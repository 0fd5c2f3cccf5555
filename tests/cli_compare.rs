//! `compare` as a user meets it: a sweep's table, folders of runs, the same controller under another name, errors.

#![allow(clippy::unwrap_used, reason = "a failed preparation fails the test")]

use assert_cmd::Command;
use predicates::str::contains;
use std::fmt::Write;
use std::path::Path;

/// Columns of a terminal that every line fits.
const COLUMNS: usize = 100;

fn autopolis() -> Command {
    let mut command = Command::cargo_bin("autopolis").unwrap();
    command.arg("--no-color");
    command
}

/// A `runs.csv` of 24 pairs in which rules saves 9 to 11 of about 100 MWh.
fn sweep(folder: &Path) -> String {
    let mut text = "run_id,point,scenario,city,controller,replication,seed,split,status,error,config_hash,state_hash,\
                    ens_mwh,energy_cost\n"
        .to_owned();
    for seed in 0..24 {
        for (arm, controller) in ["none", "rules"].into_iter().enumerate() {
            let ens = 100.0 + f64::from(seed) - arm as f64 * (9.0 + f64::from(seed % 3));
            writeln!(
                text,
                "{},0,heat-wave,lakeside,{controller},{},{seed},held-out,ok,,a,b,{ens},5",
                seed * 2 + arm as i32,
                seed + 1
            )
            .unwrap();
        }
    }
    std::fs::write(folder.join("runs.csv"), text).unwrap();
    folder.display().to_string()
}

#[test]
fn a_sweep_is_compared_on_the_terminal_in_json_and_in_csv() {
    let room = tempfile::tempdir().unwrap();
    let dir = sweep(room.path());
    let shown = autopolis()
        .args(["compare", &dir, "--baseline", "none"])
        .assert()
        .code(0)
        .stdout(contains("rules against none"))
        .stdout(contains("rules cuts energy not supplied by 10.0 MWh a run"))
        .stdout(contains("24/24"))
        .stdout(contains(
            "rules and none have the same energy_cost in every one of 24 pairs",
        ));
    let text = String::from_utf8(shown.get_output().stdout.clone()).unwrap();
    for line in text.lines() {
        assert!(line.chars().count() <= COLUMNS, "{line}");
    }
    let file = room.path().join("found.csv").display().to_string();
    let ask = ["compare", &dir, "-m", "ens_mwh", "--json", "--out", &file];
    // The baseline is `rules` where nothing else is said, so the sign turns.
    let json = autopolis().args(ask).assert().code(0);
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(json["effects"][0]["difference"], 10.0);
    assert_eq!(json["effects"][0]["finding"], "higher");
    assert_eq!(json["family"], 1);
    let csv = std::fs::read_to_string(&file).unwrap();
    assert!(csv.starts_with("stratum,metric,unit,better,controller,"));
    assert!(
        csv.contains("\n,ens_mwh,MWh,lower,none,rules,higher,24,"),
        "{csv}"
    );
}

#[test]
fn what_cannot_be_compared_ends_with_3_and_advice() {
    let room = tempfile::tempdir().unwrap();
    let dir = sweep(room.path());
    let refused = |arguments: &[&str], message: &'static str, help: &'static str| {
        let command = autopolis().arg("compare").args(arguments).assert();
        command
            .code(3)
            .stdout("")
            .stderr(contains(message))
            .stderr(contains(help));
    };
    refused(
        &[&dir, "-m", "ens_mw"],
        "no metric `ens_mw`",
        "did you mean `ens_mwh`?",
    );
    refused(
        &[&dir, "--baseline", "rule"],
        "controller `rule`",
        "did you mean `rules`?",
    );
    refused(
        &["/nowhere"],
        "is not the folder of a run",
        "give one sweep's folder",
    );
    let table = room.path().join("runs.csv");
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(
        &table,
        text.replace("heat-wave,lakeside,rules", "calm-day,lakeside,rules"),
    )
    .unwrap();
    refused(
        &[&dir],
        "different scenarios (calm-day against heat-wave)",
        "a pair is two runs",
    );
    std::fs::write(&table, text.replace("held-out,ok", "held-out,good")).unwrap();
    refused(&[&dir], "line 2: `status` = `good`", "that a sweep wrote");
    std::fs::remove_file(&table).unwrap();
    std::fs::write(room.path().join("plan.json"), "{}").unwrap();
    refused(&[&dir], "not merged yet", "sweep --resume");
    autopolis().arg("compare").assert().code(2);
}

#[test]
fn the_same_controller_under_another_name_is_the_same_in_every_pair() {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(
        room.path().join("again.toml"),
        "name = \"rules-again\"\nbase = \"rules\"\n",
    )
    .unwrap();
    let mut folders = Vec::new();
    for controller in ["rules", "again.toml"] {
        for seed in ["1", "2"] {
            let out = format!("{}-{seed}", controller.trim_end_matches(".toml"));
            let run = [
                "run",
                "calm-day",
                "--hours",
                "1",
                "--seed",
                seed,
                "--controller",
                controller,
            ];
            let run = autopolis()
                .current_dir(room.path())
                .args(run)
                .args(["-q", "--out", &out])
                .assert();
            run.code(0);
            folders.push(out);
        }
    }
    autopolis()
        .current_dir(room.path())
        .arg("compare")
        .args(&folders)
        .args(["--baseline", "rules", "-m", "energy_mwh"])
        .assert()
        .code(0)
        .stdout(contains("rules-again and rules have the same energy delivered to customers in every one of 2 pairs"))
        .stdout(contains("warning: 2 pairs of rules-again and rules: under 20"));
}
