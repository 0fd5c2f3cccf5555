//! `autopolis run` from outside: the folder it leaves, what it refuses, and how it ends when it is stopped or the disk is
//! full. What the figures mean is not judged here.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use tempfile::TempDir;

/// The program, at work in a folder that has nothing to do with the sources.
fn autopolis(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopolis"));
    command.current_dir(folder).args(arguments).arg("--quiet");
    command
}

fn outcome(folder: &Path, arguments: &[&str]) -> Output {
    autopolis(folder, arguments).output().unwrap()
}

/// Runs, and expects it to end well.
fn run(folder: &Path, arguments: &[&str]) {
    let output = outcome(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// Every file of a folder by its path, with the one field that tells the time of day taken out.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let mut bytes = fs::read(&path).unwrap();
            if name == "manifest.json" {
                let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert!(manifest["wall_clock"].is_object(), "no wall clock");
                manifest["wall_clock"].take();
                bytes = manifest.to_string().into_bytes();
            }
            found.insert(name, bytes);
        }
    }
    found
}

/// Names in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The columns of a CSV file that have one of these names, row by row.
fn columns(path: &Path, wanted: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let at: Vec<usize> = wanted
        .iter()
        .map(|w| header.iter().position(|h| h == *w))
        .map(|i| i.unwrap_or_else(|| panic!("{}: {header:?}", path.display())))
        .collect();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            at.iter().map(|i| row[*i].to_owned()).collect()
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_from_any_folder() {
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let arguments = ["run", "storm", "--hours", "16", "--seed", "7"];
    run(here.path(), &arguments);
    run(there.path(), &[&arguments[..], &["--out", "a/b"]].concat());
    let first = files(&here.path().join("out/storm-rules-7"));
    let second = files(&there.path().join("a/b"));
    assert!(first.len() > 15, "{:?}", first.keys());
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        second.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &first {
        assert!(!bytes.is_empty(), "{name} is empty");
        assert!(bytes == &second[name], "{name} differs");
    }
    // The same configuration replaces itself, and leaves nothing beside.
    run(here.path(), &arguments);
    assert!(first == files(&here.path().join("out/storm-rules-7")));
    assert_eq!(names(&here.path().join("out")), ["storm-rules-7"]);
}

#[test]
fn another_seed_gives_other_weather_and_failures_in_the_same_city() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for seed in ["1", "2"] {
        run(
            at,
            &[
                "run",
                "heat-wave",
                "--no-charts",
                "--seed",
                seed,
                "--out",
                seed,
            ],
        );
    }
    let (one, two) = (at.join("1"), at.join("2"));
    let of = |folder: &Path, file: &str, wanted: &[&str]| columns(&folder.join(file), wanted);

    let air = ["t_s", "temp_c"];
    let weather = of(&one, "timeseries.csv", &air);
    assert!(weather != of(&two, "timeseries.csv", &air));
    let failures = |folder: &Path| {
        let mut rows = of(folder, "events.csv", &["t_s", "kind", "element"]);
        rows.retain(|row| row[1].ends_with("_failure"));
        rows
    };
    assert!(!failures(&one).is_empty());
    assert!(failures(&one) != failures(&two));

    let who = ["district", "name", "population"];
    assert_eq!(
        of(&one, "districts.csv", &who),
        of(&two, "districts.csv", &who)
    );
    let what = ["element", "x_m", "y_m"];
    assert_eq!(of(&one, "assets.csv", &what), of(&two, "assets.csv", &what));
}

#[test]
fn a_controller_changes_no_weather() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for name in ["none", "rules"] {
        let run_it = ["run", "storm", "--hours", "16", "--no-charts"];
        run(
            at,
            &[&run_it[..], &["--controller", name, "--out", name]].concat(),
        );
    }
    let air = |name: &str| columns(&at.join(name).join("timeseries.csv"), &["t_s", "temp_c"]);
    assert_eq!(air("none"), air("rules"));
    let decided = |name: &str| columns(&at.join(name).join("decisions.csv"), &["t_s"]).len();
    assert_eq!(decided("none"), 0);
    assert!(decided("rules") > 0);
}

#[test]
fn a_run_of_another_configuration_is_kept_unless_forced() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let short = ["run", "calm-day", "--no-charts", "--out", "kept", "--hours"];
    run(at, &[&short[..], &["1"]].concat());
    let before = files(&at.join("kept"));

    let refused = outcome(at, &[&short[..], &["2"]].concat());
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("--force"), "{said}");
    assert!(before == files(&at.join("kept")));

    run(at, &[&short[..], &["2", "--force"]].concat());
    assert!(before != files(&at.join("kept")));
    assert_eq!(names(at), ["kept"]);
}

#[test]
fn a_folder_that_is_no_run_is_never_touched() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("mine")).unwrap();
    fs::write(at.join("mine/thesis.txt"), "years of work").unwrap();
    for force in [&[][..], &["--force"]] {
        let arguments = ["run", "calm-day", "--hours", "1", "--out", "mine"];
        let refused = outcome(at, &[&arguments[..], force].concat());
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(names(&at.join("mine")), ["thesis.txt"]);
    }
}

#[test]
fn what_does_not_exist_is_told_with_what_was_meant() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (arguments, meant) in [
        (&["run", "heatwave"][..], "heat-wave"),
        (&["run", "--city", "lakside"], "lakeside"),
        (&["run", "--controller", "rulse"], "rules"),
        (
            &["run", "--set", "weather.heat_dome.peak_dya=2"],
            "peak_day",
        ),
    ] {
        let output = outcome(at, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
        assert!(said.contains(meant), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
    assert!(names(at).is_empty());
}

/// Ctrl-C in the middle of a run, and the same run taken up again.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_leaves_its_state_and_goes_on_to_the_same_bytes() {
    use std::time::Duration;

    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let arguments = ["run", "heat-wave", "--no-charts", "--out"];
    let mut child = autopolis(at, &[&arguments[..], &["halted"]].concat())
        .spawn()
        .unwrap();
    // Only when the program listens does the signal ask it to pause.
    let status = format!("/proc/{}/status", child.id());
    while !listens_for_interrupts(&fs::read_to_string(&status).unwrap()) {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(2));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(at), [".halted.paused"]);

    run(at, &[&arguments[..], &["halted", "--resume"]].concat());
    run(at, &[&arguments[..], &["whole"]].concat());
    assert_eq!(names(at), ["halted", "whole"]);
    assert!(files(&at.join("halted")) == files(&at.join("whole")));
}

/// Whether a process handles SIGINT, from its `/proc/<pid>/status`: bit 1 of the mask of caught signals.
#[cfg(target_os = "linux")]
fn listens_for_interrupts(status: &str) -> bool {
    let mask = status.lines().find_map(|l| l.strip_prefix("SigCgt:"));
    mask.and_then(|m| u64::from_str_radix(m.trim(), 16).ok())
        .is_some_and(|m| m & 2 != 0)
}

/// A file that may grow to 8 KiB and no further stands for a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let run_it = [
        "run", "calm-day", "--hours", "3", "--quiet", "--out", "full",
    ];
    let output = Command::new("bash")
        .current_dir(at)
        .args(["-c", limited, env!("CARGO_BIN_EXE_autopolis")])
        .args(run_it)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // The report is wrapped for a terminal.
    let said = said.replace('\u{2502}', " ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write"), "{said}");
    assert!(said.contains("is the disk full?"), "{said}");
    assert!(names(at).is_empty(), "{:?}", names(at));
}

#[test]
fn plain_progress_is_a_line_every_tenth() {
    let folder = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_autopolis"))
        .current_dir(folder.path())
        .args(["run", "calm-day", "--hours", "2", "--no-charts"])
        .args(["--progress", "plain"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().count(), 10, "{said}");
    assert!(said.contains("100 %"), "{said}");
}
