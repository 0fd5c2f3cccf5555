//! `autopolis solve` from outside: keys, columns, exit codes, and what a user sees of a wrong file.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

mod common;

use std::path::Path;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

/// Three buses: 1 the reference (cheap, 100 MW line to 2), 2 a dear unit, 3 a load of 120 MW.
const CASE: &str = "function mpc = three
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	1	3	0	0	0	0	1	1	0	110	1	1.1	0.9;
	2	2	0	0	0	0	1	1	0	110	1	1.1	0.9;
	3	1	120	40	0	0	1	1	0	110	1	1.1	0.9;
];
mpc.gen = [
	1	60	0	100	-100	1.02	100	1	200	0;
	2	60	0	20	-20	1.01	100	1	200	0;
];
mpc.branch = [
	1	2	0.01	0.1	0.02	0	0	0	0	0	1	-360	360;
	2	3	0.01	0.1	0.02	0	0	0	0	0	1	-360	360;
	1	3	0.01	0.1	0.02	60	0	0	0	0	1	-360	360;
];
mpc.gencost = [
	2	0	0	3	0	10	5;
	2	0	0	3	0	30	5;
];
";

fn autopolis() -> Command {
    Command::cargo_bin("autopolis").unwrap()
}

fn saved(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("three.m");
    std::fs::write(&path, text).unwrap();
    path
}

fn json(command: &mut Command, code: i32) -> serde_json::Value {
    let output = command.assert().code(code).get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

fn keys(object: &serde_json::Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn header(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn power_flow_prints_the_agreed_keys_and_writes_the_agreed_columns() {
    let folder = tempfile::tempdir().unwrap();
    let case = saved(folder.path(), CASE);
    let out = folder.path().join("out");
    for extra in [
        &[][..],
        &["--flat"],
        &["--dc"],
        &["--q-limits"],
        &["--distributed-slack"],
        &["--repeat", "3"],
    ] {
        let object = json(
            autopolis()
                .args(["solve", "power-flow", "--json"])
                .args(extra)
                .arg(&case)
                .arg("--out")
                .arg(&out),
            0,
        );
        let mut expected = [
            "converged",
            "iterations",
            "max_mismatch_pu",
            "losses_mw",
            "slack_p_mw",
            "slack_q_mvar",
            "solve_ms",
            "cold_ms",
        ];
        expected.sort_unstable();
        let mut found = keys(&object);
        found.sort_unstable();
        assert_eq!(found, expected, "{extra:?}");
        assert_eq!(object["converged"], true);
        assert!(object["max_mismatch_pu"].as_f64().unwrap() <= 1e-8);
    }
    assert_eq!(header(&out.join("bus.csv")), "bus_id,vm_pu,va_deg");
    assert_eq!(
        header(&out.join("branch.csv")),
        "from_bus,to_bus,p_from_mw,q_from_mvar,p_to_mw,q_to_mvar"
    );
    assert_eq!(header(&out.join("gen.csv")), "bus_id,p_mw");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 3);
}

#[test]
fn imbalance_is_shared_and_reactive_limits_hold() {
    let folder = tempfile::tempdir().unwrap();
    let case = saved(folder.path(), CASE);
    let out = folder.path().join("out");
    let solve = |extra: &str| {
        let mut command = autopolis();
        command
            .args(["solve", "power-flow", "--json"])
            .arg(&case)
            .arg("--out")
            .arg(&out);
        json(
            if extra.is_empty() {
                &mut command
            } else {
                command.arg(extra)
            },
            0,
        )
    };
    let plain = solve("");
    // All losses fall on the slack at bus 1, over its schedule of 60 MW.
    let losses = plain["losses_mw"].as_f64().unwrap();
    assert!((plain["slack_p_mw"].as_f64().unwrap() - 60.0 - losses).abs() < 1e-5);
    let shared = solve("--distributed-slack");
    // Both units have 200 MW of capacity, so each takes half.
    let losses = shared["losses_mw"].as_f64().unwrap();
    assert!((shared["slack_p_mw"].as_f64().unwrap() - 60.0 - losses / 2.0).abs() < 1e-5);
    let text = std::fs::read_to_string(out.join("gen.csv")).unwrap();
    let outputs: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect();
    assert!((outputs[0] - outputs[1]).abs() < 1e-5, "{outputs:?}");
    // 1.05 pu at bus 2 drives over 30 Mvar towards bus 1; its unit has 20, so the voltage gives way.
    saved(folder.path(), &CASE.replace("20	-20	1.01", "20	-20	1.05"));
    solve("--q-limits");
    let text = std::fs::read_to_string(out.join("bus.csv")).unwrap();
    let vm: f64 = text
        .lines()
        .nth(2)
        .unwrap()
        .split(',')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    assert!(vm > 1.0 && vm < 1.0499, "{vm}");
}

#[test]
fn dispatch_prints_the_agreed_keys_and_sheds_only_when_priced() {
    let folder = tempfile::tempdir().unwrap();
    let case = saved(folder.path(), CASE);
    let out = folder.path().join("out");
    let object = json(
        autopolis()
            .args(["solve", "dispatch", "--json"])
            .arg(&case)
            .arg("--out")
            .arg(&out),
        0,
    );
    let mut found = keys(&object);
    found.sort_unstable();
    assert_eq!(found, ["objective", "solve_ms", "status"]);
    // The 60 MW line 1-3 carries two thirds of bus 1's power and one third of bus 2's: 2/3 p1 + 1/3 p2 = 60, so p1 = 60.
    let cost = 60.0 * 10.0 + 60.0 * 30.0 + 10.0;
    assert!(
        (object["objective"].as_f64().unwrap() - cost).abs() < 1e-4,
        "{object}"
    );
    for name in ["bus.csv", "branch.csv", "gen.csv", "prices.csv"] {
        assert!(out.join(name).is_file());
    }
    let none = json(
        autopolis()
            .args(["solve", "dispatch", "--json", "--rate-scale", "0.5"])
            .arg(&case),
        1,
    );
    assert_eq!(
        (none["status"].as_str(), none["objective"].is_null()),
        (Some("infeasible"), true)
    );
    let shed = json(
        autopolis()
            .args([
                "solve",
                "dispatch",
                "--json",
                "--rate-scale",
                "0.5",
                "--shed-cost",
                "1000",
            ])
            .arg(&case),
        0,
    );
    assert_eq!(shed["status"], "optimal");
    autopolis()
        .args(["solve", "dispatch", "--rate-scale", "0.5"])
        .arg(&case)
        .assert()
        .code(1)
        .stderr(contains("--shed-cost"));
}

#[test]
fn non_convergence_is_data_and_exits_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let case = saved(folder.path(), &CASE.replace("3	1	120	40", "3	1	12000	4000"));
    let object = json(
        autopolis()
            .args(["solve", "power-flow", "--json"])
            .arg(&case),
        1,
    );
    assert_eq!(object["converged"], false);
    autopolis()
        .args(["solve", "power-flow"])
        .arg(&case)
        .assert()
        .code(1)
        .stderr(contains("no solution"));
}

#[test]
fn wrong_files_end_with_3_and_show_every_line_concerned() {
    let folder = tempfile::tempdir().unwrap();
    let bad = CASE
        .replace("	1	3	0.01	0.1", "	1	33	0	0")
        .replace("	2	60	0	20", "	22	60	0	20");
    let case = saved(folder.path(), &bad);
    autopolis()
        .args(["solve", "power-flow", "--json"])
        .arg(&case)
        .assert()
        .code(3)
        .stdout("")
        .stderr(
            contains("no bus 22")
                .and(contains("no bus 33"))
                .and(contains("did you mean bus 2?"))
                .and(contains(":16:")),
        );
    autopolis()
        .args(["solve", "power-flow", "nowhere.m"])
        .assert()
        .code(3)
        .stderr(contains("nowhere.m"));
    let concave = saved(
        folder.path(),
        &CASE.replace("2	0	0	3	0	10	5", "2	0	0	3	-1	10	5"),
    );
    autopolis()
        .args(["solve", "dispatch"])
        .arg(&concave)
        .assert()
        .code(3)
        .stderr(contains("not convex").and(contains(":19:")));
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["solve"][..],
        &["solve", "power-flow"],
        &["solve", "power-flow", "x.m", "--repeat", "0"],
        &["solve", "power-flow", "x.m", "--dc", "--q-limits"],
        &["solve", "dispatch", "x.m", "--rate-scale", "-1"],
        &["nonsense"],
    ] {
        autopolis().args(arguments).assert().code(2);
    }
    autopolis()
        .arg("--help")
        .assert()
        .code(0)
        .stdout(contains("solve"));
}

#[test]
fn a_closed_pipe_is_no_crash() {
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let case = saved(folder.path(), CASE);
    let program = assert_cmd::cargo::cargo_bin("autopolis");
    let mut child = std::process::Command::new(program)
        .args(["solve", "power-flow", "--json"])
        .arg(&case)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn reference_cases_solve_from_the_command_line() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let case = data.join("power/case33bw.m");
    let object = json(
        autopolis()
            .args(["solve", "power-flow", "--json"])
            .arg(&case),
        0,
    );
    // MATPOWER 8.1: case33bw_summary.json.
    assert!((object["losses_mw"].as_f64().unwrap() - 0.202_677_126_5).abs() < 1e-6);
    assert!((object["slack_p_mw"].as_f64().unwrap() - 3.917_677_126).abs() < 1e-6);
}

/// A reservoir, a pump-free main, two customers; the pipe to the second can be shut.
const WATER: &str = "[JUNCTIONS]
 A 10 100
 B 10 100
[RESERVOIRS]
 R 200
[PIPES]
 P1 R A 1000 12 100
 P2 A B 1000 12 100
[TIMES]
 Duration 6
[OPTIONS]
 Units GPM
[END]
";

#[test]
fn hydraulics_keys_tables_and_outage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.inp");
    std::fs::write(&path, WATER).unwrap();
    let out = folder.path().join("out");
    let mut command = autopolis();
    command.args(["solve", "hydraulics"]).arg(&path);
    command.args([
        "--pda", "--p-req", "20", "--close", "P2:1.5:3", "--repeat", "3", "--json", "--out",
    ]);
    let report = json(command.arg(&out), 0);
    let mut found = keys(&report);
    found.sort_unstable();
    let wanted = [
        "converged",
        "eoh_h",
        "iterations",
        "pcs_min",
        "periods",
        "solve_ms",
    ];
    assert_eq!(found, wanted);
    assert_eq!(report["converged"], true);
    // Half the demand for an hour and a half; hours 0 to 6 and the start of the outage.
    assert!((report["eoh_h"].as_f64().unwrap() - 0.75).abs() < 1e-9);
    assert!((report["pcs_min"].as_f64().unwrap() - 0.5).abs() < 1e-9);
    assert_eq!(report["periods"], 8);
    let nodes = std::fs::read_to_string(out.join("nodes.csv")).unwrap();
    assert!(nodes.starts_with("t_s,node_id,head_m,pressure_m,demand_m3s\n0,A,"));
    assert_eq!(nodes.lines().count(), 1 + 8 * 3);
    let links = std::fs::read_to_string(out.join("links.csv")).unwrap();
    assert!(links.starts_with("t_s,link_id,flow_m3s,open\n"));
    assert!(links.contains("\n5400,P2,0,0\n") && !links.contains("\n10800,P2,0,0\n"));
}

#[test]
fn hydraulics_refuses_with_lines_and_advice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.inp");
    std::fs::write(&path, WATER.replace("P2 A B", "P2 A BB")).unwrap();
    let mut command = autopolis();
    command
        .args(["solve", "hydraulics", "--no-color"])
        .arg(&path);
    command
        .assert()
        .code(3)
        .stderr(contains("no node `BB`").and(contains("[PIPES] Node2")));
    std::fs::write(&path, WATER).unwrap();
    let solve = |arguments: &[&str], code: i32, words: &'static str| {
        let mut command = autopolis();
        command
            .args(["solve", "hydraulics"])
            .arg(&path)
            .args(arguments);
        command.assert().code(code).stderr(contains(words));
    };
    solve(&["--close", "P9:1:2"], 3, "no link `P9`");
    solve(&["--close", "P2:2:1"], 2, "LINK:FROM:TO");
    solve(&["--p-req", "20"], 2, "--pda");
    solve(
        &["--pda", "--p-min", "30", "--p-req", "20"],
        2,
        "must be above",
    );
    let mut command = autopolis();
    command.args(["solve", "hydraulics", "missing.inp"]);
    command
        .assert()
        .code(3)
        .stderr(contains("cannot read missing.inp"));
}
