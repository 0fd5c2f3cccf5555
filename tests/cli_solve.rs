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

/// `solve journey` on the feed of ten stops, on a Tuesday.
fn journey() -> Command {
    let mut command = autopolis();
    let feed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/gtfs-tiny");
    command.args(["solve", "journey"]).arg(feed);
    command.args(["--date", "2026-07-14"]);
    command
}

#[test]
fn journey_prints_the_agreed_keys_and_the_legs_of_the_first_arrival() {
    let object = json(
        journey().args(["--json", "--from", "A", "--to", "fir", "--depart", "08:00"]),
        0,
    );
    let mut found = keys(&object);
    found.sort_unstable();
    assert_eq!(found, ["arrive", "legs", "query_ms", "transfers"]);
    assert_eq!(object["arrive"], "08:45:00");
    assert_eq!(object["transfers"], 1);
    let modes: Vec<&str> = object["legs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leg| leg["mode"].as_str().unwrap())
        .collect();
    assert_eq!(modes, ["bus", "walk", "bus"]);
    let shuttle = &object["legs"][2];
    assert_eq!(shuttle["trip_id"], "F1");
    assert_eq!(shuttle["depart"], "08:30:00");
    assert_eq!(shuttle["headway_s"], 600);
    journey()
        .args(["--from", "Alder", "--to", "D", "--depart", "08:00"])
        .assert()
        .code(0)
        .stdout(predicates::str::contains("arrive 08:30:00, 0 transfers"))
        .stdout(predicates::str::contains(
            "bus 1 to Dogwood express (trip T3)",
        ));
}

#[test]
fn a_journey_that_does_not_exist_is_an_answer() {
    let asked = ["--from", "D", "--to", "A", "--depart", "08:00"];
    let object = json(journey().arg("--json").args(asked), 1);
    assert!(object["legs"].is_null() && object["arrive"].is_null());
    assert!(object["query_ms"].is_number());
    journey()
        .args(asked)
        .assert()
        .code(1)
        .stderr(predicates::str::contains("no journey from D to A"));
    // Without the walk from C to E there is no way.
    let asked = ["--from", "A", "--to", "F", "--depart", "08:00"];
    journey()
        .args(asked)
        .args(["--walk", "100m"])
        .assert()
        .code(1);
    journey()
        .args(asked)
        .args(["--walk", "0.2km"])
        .assert()
        .code(0);
}

#[test]
fn many_journeys_are_answered_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("asked.csv");
    std::fs::write(&file, "to,from,depart\nD,A,08:00\nA,D,08:00\n").unwrap();
    let object = json(journey().arg("--json").arg("--queries").arg(&file), 0);
    let answers = object["queries"].as_array().unwrap();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["arrive"], "08:30:00");
    assert_eq!(answers[0]["from"], "A");
    assert!(answers[1]["arrive"].is_null());
    journey()
        .arg("--queries")
        .arg(&file)
        .assert()
        .code(0)
        .stdout("from,to,depart,arrive,transfers\nA,D,08:00:00,08:30:00,0\nD,A,08:00:00,,\n")
        .stderr(predicates::str::contains("1 of 2 queries have a journey"));
    std::fs::write(&file, "from,to,depart\nA,D,8 am\nA,Dogwod,08:00\n").unwrap();
    journey()
        .arg("--queries")
        .arg(&file)
        .assert()
        .code(3)
        .stderr(predicates::str::contains("asked.csv:2: depart"))
        .stderr(predicates::str::contains("asked.csv:3: to"))
        .stderr(predicates::str::contains("did you mean `Dogwood`?"));
}

#[test]
fn wrong_questions_and_feeds_have_their_exit_codes() {
    journey().assert().code(2);
    journey().args(["--from", "A"]).assert().code(2);
    let asked = ["--to", "D", "--depart", "08:00"];
    journey()
        .args(["--from", "Aldr"])
        .args(asked)
        .assert()
        .code(3)
        .stderr(predicates::str::contains("did you mean `Alder`?"));
    journey()
        .args(["--from", "A"])
        .args(asked)
        .args(["--walk", "-5"])
        .assert()
        .code(2);
    let folder = tempfile::tempdir().unwrap();
    let feed = folder.path().join("half.zip");
    std::fs::write(&feed, b"PK\x03\x04 and no more").unwrap();
    let on = |feed: &Path, date: &str| {
        let mut command = autopolis();
        command.args(["solve", "journey"]).arg(feed);
        command.args(["--date", date, "--from", "A"]).args(asked);
        command
    };
    on(&feed, "2026-07-14")
        .assert()
        .code(3)
        .stderr(predicates::str::contains("is not a whole zip archive"));
    on(&feed, "14 July").assert().code(2);
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/gtfs-tiny");
    on(&tiny, "2026-07-12")
        .assert()
        .code(3)
        .stderr(predicates::str::contains(
            "no trips run on Sunday 2026-07-12",
        ));
    // A folder with a file missing.
    for file in ["stops.txt", "trips.txt", "stop_times.txt"] {
        std::fs::copy(tiny.join(file), folder.path().join(file)).unwrap();
    }
    on(folder.path(), "2026-07-14")
        .assert()
        .code(3)
        .stderr(predicates::str::contains("routes.txt: the file is missing"));
}

/// Braess's network: 6 vehicles from 1 to 2, 92 each with the short cut 3 to 4.
const BRAESS_NET: &str = "<NUMBER OF ZONES> 2
<NUMBER OF NODES> 4
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 5
<END OF METADATA>
~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
\t1\t3\t1\t100\t0.00000001\t1000000000\t1\t0\t0\t1\t;
\t1\t4\t1\t100\t50\t0.02\t1\t0\t0\t1\t;
\t3\t2\t1\t100\t50\t0.02\t1\t0\t0\t1\t;
\t3\t4\t1\t100\t10\t0.1\t1\t0\t0\t1\t;
\t4\t2\t1\t100\t0.00000001\t1000000000\t1\t0\t0\t1\t;
";
const BRAESS_TRIPS: &str =
    "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 6\n<END OF METADATA>\n\nOrigin 1\n 1 : 9.0; 2 : 6.0;\n";

/// `solve assignment` on two texts, and the folder they are in.
fn assignment(net: &str, trips: &str) -> (Command, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let files = [("braess_net.tntp", net), ("braess_trips.tntp", trips)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let mut command = autopolis();
    command.args(["solve", "assignment"]).args(files);
    (command, folder)
}

#[test]
fn assignment_prints_the_agreed_keys_and_writes_the_agreed_columns() {
    for method in ["gradient-projection", "frank-wolfe"] {
        let (mut command, folder) = assignment(BRAESS_NET, BRAESS_TRIPS);
        let out = folder.path().join("out");
        let extra = [
            "--json", "--gap", "1e-9", "--repeat", "3", "--method", method,
        ];
        let object = json(command.args(extra).arg("--out").arg(&out), 0);
        let mut expected = [
            "gap",
            "objective",
            "tstt",
            "iterations",
            "max_node_imbalance",
            "solve_ms",
        ];
        expected.sort_unstable();
        let mut found = keys(&object);
        found.sort_unstable();
        assert_eq!(found, expected);
        let value = |key: &str| object[key].as_f64().unwrap();
        assert!((value("tstt") - 552.0).abs() < 1e-5 && (value("objective") - 386.0).abs() < 1e-5);
        assert!(value("gap") <= 1e-9 && value("max_node_imbalance") < 1e-9);
        let table = std::fs::read_to_string(out.join("flows.csv")).unwrap();
        let mut lines = table.lines();
        assert_eq!(lines.next().unwrap(), "from_node,to_node,flow,cost");
        let first: Vec<f64> = lines
            .next()
            .unwrap()
            .split(',')
            .map(|c| c.parse().unwrap())
            .collect();
        // 4 vehicles on the first link, 40 each.
        assert_eq!(first[..2], [1.0, 3.0]);
        assert!((first[2] - 4.0).abs() < 1e-6 && (first[3] - 40.0).abs() < 1e-5);
        assert_eq!(table.lines().count(), 6);
    }
}

#[test]
fn assignment_factors_change_the_equilibrium() {
    // Distance costs the way over 3 and 4 three links, the others two: at 1 a unit of length that is 100 more, and the
    // short cut stays empty. 83 + 200 each.
    let (mut command, _folder) = assignment(BRAESS_NET, BRAESS_TRIPS);
    let object = json(
        command.args(["--json", "--gap", "1e-9", "--distance-factor", "1"]),
        0,
    );
    assert!((object["tstt"].as_f64().unwrap() - 6.0 * 283.0).abs() < 1e-4);
    let (mut command, _folder) = assignment(BRAESS_NET, BRAESS_TRIPS);
    let object = json(
        command.args(["--json", "--gap", "1e-9", "--demand-factor", "0.5"]),
        0,
    );
    // 3 vehicles all take the short cut: 30 + 13 + 30.
    assert!(
        (object["tstt"].as_f64().unwrap() - 3.0 * 73.0).abs() < 1e-4,
        "{object}"
    );
}

#[test]
fn an_assignment_that_does_not_converge_fails_with_its_numbers() {
    let trips = BRAESS_TRIPS
        .replace("6.0", "600.0")
        .replace("FLOW> 6", "FLOW> 609");
    let args = ["--gap", "1e-12", "--max-iterations", "1"];
    let (mut command, _folder) = assignment(BRAESS_NET, &trips);
    let object = json(command.args(args).arg("--json"), 1);
    assert!(object["gap"].as_f64().unwrap() > 1e-12 && object["iterations"] == 1);
    let (mut command, _folder) = assignment(BRAESS_NET, &trips);
    command
        .args(args)
        .assert()
        .code(1)
        .stderr(contains("the gap is still").and(contains("--max-iterations")));
}

#[test]
fn trips_without_a_way_are_told() {
    let trips = BRAESS_TRIPS.to_owned() + "Origin 2\n 1 : 4;\n";
    let (mut command, _folder) = assignment(BRAESS_NET, &trips);
    let assert = command.arg("--json").assert().code(0);
    let assert = assert.stderr(contains("4 trips of 1 pairs have no way").and(contains("2 to 1")));
    let object: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(object["unserved_trips"], 4.0);
}

#[test]
fn wrong_networks_and_trips_are_told_together() {
    let net = BRAESS_NET.replace("\t50\t0.02", "\tfifty\t0.02");
    let trips = BRAESS_TRIPS.replace("6.0", "-6.0");
    let (mut command, _folder) = assignment(&net, &trips);
    command.assert().code(3).stderr(
        contains("3 problems")
            .and(contains("braess_net.tntp:8:"))
            .and(contains("braess_net.tntp:9:"))
            .and(contains("braess_trips.tntp:6:")),
    );
    let (mut command, _folder) = assignment(BRAESS_TRIPS, BRAESS_NET);
    command
        .assert()
        .code(3)
        .stderr(contains("the network comes first"));
    autopolis()
        .args([
            "solve",
            "assignment",
            "nowhere_net.tntp",
            "nowhere_trips.tntp",
        ])
        .assert()
        .code(3)
        .stderr(contains("2 problems").and(contains("cannot read")));
    autopolis()
        .args(["solve", "assignment", "a", "b", "--gap", "0"])
        .assert()
        .code(2);
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
