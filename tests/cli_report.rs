//! `autopolis report` and the report that a run leaves: the same bytes, the right exit codes.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn autopolis() -> Command {
    Command::new(env!("CARGO_BIN_EXE_autopolis"))
}

fn run(dir: &Path) {
    autopolis()
        .args(["run", "calm-day", "--hours", "2", "--quiet", "--out"])
        .arg(dir)
        .assert()
        .success();
}

#[test]
fn a_run_leaves_its_report_and_gives_it_again() {
    let tmp = tempfile::tempdir().unwrap();
    let dir = tmp.path().join("run");
    run(&dir);
    let left = fs::read(dir.join("report.html")).unwrap();
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.join("manifest.json")).unwrap()).unwrap();
    let hash = blake3::hash(&left).to_hex().to_string();
    assert_eq!(manifest["files"]["report.html"], hash);
    let text = String::from_utf8(left.clone()).unwrap();
    assert!(text.contains("Every customer had power from beginning to end."));
    assert!(text.contains("Nothing failed, tripped or was switched off."));
    assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("<script"));
    for tag in [
        "section", "table", "figure", "details", "svg", "p", "div", "ul", "dl",
    ] {
        let (open, end) = (format!("<{tag}"), format!("</{tag}>"));
        let opened = text.match_indices(&open).filter(|(k, _)| {
            let next = text.as_bytes().get(k + open.len());
            matches!(next, Some(b' ' | b'>'))
        });
        assert_eq!(opened.count(), text.matches(&end).count(), "{tag}");
    }
    let copy = tmp.path().join("made/here/again.html");
    let asked = autopolis()
        .arg("report")
        .arg(&dir)
        .arg("-o")
        .arg(&copy)
        .assert()
        .success();
    let said = String::from_utf8(asked.get_output().stdout.clone()).unwrap();
    assert_eq!(said.trim(), copy.display().to_string());
    assert!(fs::read(&copy).unwrap() == left);
    autopolis().arg("replay").arg(&dir).assert().success();
}

#[test]
fn a_run_without_report_or_charts_has_neither() {
    let tmp = tempfile::tempdir().unwrap();
    let dir = tmp.path().join("run");
    autopolis()
        .args([
            "run",
            "calm-day",
            "--hours",
            "1",
            "--quiet",
            "--no-charts",
            "--no-report",
            "--out",
        ])
        .arg(&dir)
        .assert()
        .success();
    assert!(!dir.join("report.html").exists());
    autopolis().arg("report").arg(&dir).assert().success();
    let text = fs::read_to_string(dir.join("report.html")).unwrap();
    assert!(text.contains("told to draw no charts"));
}

#[test]
fn wrong_folders_are_told_apart() {
    let tmp = tempfile::tempdir().unwrap();
    let report = |dir: &Path| autopolis().arg("report").arg(dir).assert();
    report(&tmp.path().join("absent")).code(3);
    report(tmp.path()).code(3);
    // A sweep that was planned and not carried out.
    let planned = tmp.path().join("planned");
    fs::create_dir(&planned).unwrap();
    fs::write(planned.join("plan.json"), "{}").unwrap();
    report(&planned).code(3);
    let dir = tmp.path().join("run");
    run(&dir);
    fs::write(dir.join("events.csv"), "t_s\n").unwrap();
    let changed = report(&dir).code(5);
    let said = String::from_utf8(changed.get_output().stderr.clone()).unwrap();
    assert!(said.contains("events.csv"), "{said}");
    fs::write(dir.join("manifest.json"), "[1").unwrap();
    report(&dir).code(3);
}

#[test]
fn a_sweep_leaves_its_report_and_gives_it_again() {
    let tmp = tempfile::tempdir().unwrap();
    let experiment = tmp.path().join("experiment.toml");
    fs::write(
        &experiment,
        "name = \"small\"\nscenario = \"calm-day\"\ncontrollers = [\"none\", \"rules\"]\nreplications = 2\nfirst_seed = 4001\nhours = 1\n",
    )
    .unwrap();
    let dir = tmp.path().join("sweep");
    autopolis()
        .args(["sweep", "--quiet"])
        .arg(&experiment)
        .arg("--out")
        .arg(&dir)
        .assert()
        .success();
    let left = fs::read(dir.join("report.html")).unwrap();
    let text = String::from_utf8(left.clone()).unwrap();
    assert!(text.contains("2 pairs of rules and none: under 20"));
    autopolis().arg("report").arg(&dir).assert().success();
    assert!(fs::read(dir.join("report.html")).unwrap() == left);
    // Changed afterwards: told.
    let runs = fs::read_to_string(dir.join("runs.csv")).unwrap();
    fs::write(dir.join("runs.csv"), runs.replace("4001", "4009")).unwrap();
    autopolis().arg("report").arg(&dir).assert().code(5);
}
