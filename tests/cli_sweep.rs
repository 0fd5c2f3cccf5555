//! `autopolis sweep`, `plan`, `shard`, `merge` from outside: every way gives the same bytes, whatever happens on it, and what
//! is wrong with a folder or a result is said with its exit code. What the figures mean is not judged here.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

const CALM: &str = "scenario = \"calm-day\"\ncontrollers = [\"none\", \"rules\"]\nreplications = 5\n\
                    first_seed = 4001\nhours = 2\n";

/// A folder with an experiment in it.
fn place(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calm.toml"), text).unwrap();
    folder
}

fn autopolis(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopolis"));
    command.current_dir(folder.path()).args(arguments);
    command
}

fn outcome(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let output: Output = autopolis(folder, arguments).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    // Messages are wrapped to the terminal's width.
    let said = format!("{out}\n{err}");
    let words: Vec<&str> = said.split_whitespace().filter(|w| *w != "│").collect();
    (output.status.code(), words.join(" "))
}

/// Runs, and expects this exit code and these words.
fn expect(folder: &TempDir, arguments: &[&str], code: i32, words: &[&str]) {
    let (found, said) = outcome(folder, arguments);
    assert_eq!(found, Some(code), "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: no `{word}` in: {said}");
    }
}

/// Every file below a folder by its path, but for those that begin with `except`.
fn files(folder: &Path, except: &[&str]) -> BTreeMap<String, Vec<u8>> {
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
            if !except.iter().any(|e| name.starts_with(e)) {
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn differing(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = a.keys().chain(b.keys());
    names.filter(|n| a.get(*n) != b.get(*n)).cloned().collect()
}

fn shards_done(out: &Path) -> usize {
    let shards = fs::read_dir(out.join("shards")).into_iter().flatten();
    shards
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|e| e.path().join("done.json").exists())
        })
        .count()
}

/// Starts a sweep and waits until so many shards are done.
fn begun(folder: &TempDir, arguments: &[&str], shards: usize) -> Child {
    let out = folder.path().join("out");
    let mut command = autopolis(folder, arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    while shards_done(&out) < shards {
        assert!(child.try_wait().unwrap().is_none(), "it ended before");
        sleep(Duration::from_millis(2));
    }
    child
}

fn shard_file(out: &Path, shard: usize, name: &str) -> PathBuf {
    out.join(format!("shards/{shard:05}/{name}"))
}

#[test]
fn every_way_gives_the_same_bytes() {
    let folder = place(CALM);
    let at = |name: &str| folder.path().join(name);
    expect(
        &folder,
        &["sweep", "calm.toml", "--out", "one", "-j", "1"],
        0,
        &["rules", "compare one"],
    );
    let one = files(&at("one"), &[]);
    assert!(one.contains_key("runs.csv") && one.contains_key("manifest.json"));
    assert!(
        !one.keys()
            .any(|name| name.starts_with("shards") || name.contains("lock"))
    );

    expect(
        &folder,
        &["sweep", "calm.toml", "--out", "two", "-j", "2"],
        0,
        &[],
    );
    assert_eq!(differing(&one, &files(&at("two"), &[])), [""; 0]);

    // Killed twice, without a chance to tidy up.
    let resume = ["sweep", "calm.toml", "--out", "out", "-j", "2", "--resume"];
    for shards in [2, 5] {
        let mut child = begun(&folder, &resume, shards);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(shards_done(&at("out")) >= shards);
    }
    expect(&folder, &resume, 0, &["were there already"]);
    assert_eq!(differing(&one, &files(&at("out"), &[])), [""; 0]);

    // By hand, in shards of another size, in another order, one of them twice.
    expect(
        &folder,
        &[
            "plan",
            "calm.toml",
            "--out",
            "hand",
            "--runs-per-shard",
            "4",
        ],
        0,
        &["3"],
    );
    for shard in ["2", "0", "1", "0"] {
        expect(&folder, &["shard", "hand", shard], 0, &["0 failed"]);
    }
    expect(
        &folder,
        &["shard", "hand/plan.json", "1"],
        0,
        &["was there already"],
    );
    expect(&folder, &["merge", "hand"], 0, &["rules"]);
    let hand = files(&at("hand"), &["shards/"]);
    assert_eq!(differing(&one, &hand), ["plan.json"; 2]);
    assert_eq!(shards_done(&at("hand")), 3);
}

#[test]
fn a_finished_sweep_is_done_or_computed_again() {
    let folder = place(&CALM.replace("= 5", "= 1"));
    expect(&folder, &["sweep", "calm.toml"], 0, &["out/calm"]);
    let out = folder.path().join("out/calm");
    let first = files(&out, &[]);
    expect(
        &folder,
        &["sweep", "calm.toml", "--resume"],
        0,
        &["finished already"],
    );
    expect(&folder, &["sweep", "calm.toml"], 0, &["2 runs in"]);
    assert_eq!(differing(&first, &files(&out, &[])), [""; 0]);
    // A table that somebody changed is no finished sweep.
    fs::write(out.join("runs.csv"), "mine").unwrap();
    expect(
        &folder,
        &["sweep", "calm.toml", "--resume"],
        0,
        &["2 runs in"],
    );
    assert_eq!(differing(&first, &files(&out, &[])), [""; 0]);

    let (code, said) = outcome(
        &folder,
        &["sweep", "calm.toml", "--json", "--progress", "none"],
    );
    assert_eq!(code, Some(0), "{said}");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&json["runs"], &json["failed"]), (&2.into(), &0.into()));
    assert_eq!(json["controllers"][1]["controller"], "rules");
    assert!(
        json["controllers"][1]["means"]["ens_mwh"].is_number(),
        "{json}"
    );
}

#[test]
fn whose_a_folder_is_is_respected() {
    let folder = place(&CALM.replace("= 5", "= 1"));
    let out = folder.path().join("out");
    let sweep = ["sweep", "calm.toml", "--out", "out"];
    expect(&folder, &["plan", "calm.toml", "--out", "out"], 0, &["2"]);
    expect(&folder, &sweep, 2, &["not finished", "--resume"]);
    {
        let lock = fs::File::create(out.join(".lock")).unwrap();
        lock.try_lock().unwrap();
        for how in ["--resume", "--force"] {
            let locked = [&sweep[..], &[how]].concat();
            expect(
                &folder,
                &locked,
                2,
                &["another autopolis is at work in out"],
            );
        }
        expect(
            &folder,
            &["merge", "out"],
            2,
            &["another autopolis is at work"],
        );
    }
    let text = fs::read_to_string(folder.path().join("calm.toml")).unwrap();
    fs::write(
        folder.path().join("calm.toml"),
        text.replace("4001", "4002"),
    )
    .unwrap();
    expect(&folder, &sweep, 2, &["another plan", "--force"]);
    expect(
        &folder,
        &[&sweep[..], &["--resume"]].concat(),
        2,
        &["another plan"],
    );
    expect(
        &folder,
        &[&sweep[..], &["--force"]].concat(),
        0,
        &["2 runs in"],
    );
    expect(
        &folder,
        &["sweep", "calm.toml", "--out", "."],
        2,
        &["not the folder of a sweep"],
    );
    expect(
        &folder,
        &["sweep", "calm.toml", "--resume", "--force"],
        2,
        &["cannot be used with"],
    );
    expect(&folder, &["sweep", "calm.toml", "-j", "0"], 2, &["0"]);
    expect(
        &folder,
        &["merge", "nowhere"],
        3,
        &["no plan", "autopolis plan"],
    );
    if !cfg!(feature = "parquet") {
        expect(
            &folder,
            &[&sweep[..], &["--parquet"]].concat(),
            2,
            &["--features parquet"],
        );
    }
}

#[test]
fn every_flaw_of_a_result_is_told_with_its_code() {
    let folder = place(&CALM.replace("= 5", "= 2"));
    let at = |name: &str| folder.path().join(name);
    expect(
        &folder,
        &["plan", "calm.toml", "--out", "a", "--json"],
        0,
        &["\"shards\":4"],
    );
    expect(
        &folder,
        &["shard", "a", "4"],
        2,
        &["there is no shard 4", "4 shards"],
    );
    expect(&folder, &["merge", "a"], 4, &["4 of 4 shards", "0-3"]);
    for shard in ["0", "1", "3"] {
        expect(&folder, &["shard", "a", shard], 0, &[]);
    }
    expect(
        &folder,
        &["merge", "a"],
        4,
        &["1 of 4 shards have no result: 2"],
    );
    expect(
        &folder,
        &["merge", "a", "--json"],
        4,
        &["{\"missing\":[2],\"shards\":4}"],
    );
    assert!(!at("a").join("runs.csv").exists());
    expect(&folder, &["shard", "a", "2"], 0, &[]);
    expect(&folder, &["merge", "a"], 0, &[]);
    let whole = files(&at("a"), &["shards/"]);

    // Another plan's result, as of a copied folder.
    let text = CALM.replace("= 5", "= 2").replace("4001", "7001");
    fs::write(at("calm.toml"), text).unwrap();
    expect(&folder, &["plan", "calm.toml", "--out", "b"], 0, &[]);
    expect(&folder, &["shard", "b", "1"], 0, &[]);
    fs::write(at("calm.toml"), CALM.replace("= 5", "= 2")).unwrap();
    let spoil = |change: &dyn Fn()| {
        let kept: Vec<(PathBuf, Vec<u8>)> = ["done.json", "part.json"]
            .iter()
            .map(|name| shard_file(&at("a"), 1, name))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        change();
        (
            outcome(&folder, &["shard", "a", "1"]),
            outcome(&folder, &["merge", "a"]),
            kept,
        )
    };
    let version = env!("CARGO_PKG_VERSION");
    let other_plan = || {
        for name in ["done.json", "part.json"] {
            fs::copy(shard_file(&at("b"), 1, name), shard_file(&at("a"), 1, name)).unwrap();
        }
    };
    let other_version = || {
        let path = shard_file(&at("a"), 1, "done.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(version, "0.0.1")).unwrap();
    };
    let corrupted = || {
        let path = shard_file(&at("a"), 1, "part.json");
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
    };
    let cases: [(&dyn Fn(), &str); 3] = [
        (&other_plan, "belongs to another plan"),
        (&other_version, "was computed by autopolis 0.0.1"),
        (&corrupted, "is corrupted"),
    ];
    for (change, words) in cases {
        let (shard, merge, kept) = spoil(change);
        for (code, said) in [shard, merge] {
            assert_eq!(code, Some(5), "{said}");
            assert!(said.contains(&format!("shard 1 {words}")), "{said}");
        }
        // The tables of the merge before are untouched.
        assert_eq!(differing(&whole, &files(&at("a"), &["shards/"])), [""; 0]);
        for (path, bytes) in kept {
            fs::write(path, bytes).unwrap();
        }
    }
    // A sweep mends it and says so.
    corrupted();
    fs::remove_file(at("a").join("manifest.json")).unwrap();
    let resume = ["sweep", "calm.toml", "--out", "a", "--resume"];
    expect(
        &folder,
        &resume,
        0,
        &["shard 1 is corrupted", "computed again", "1 runs in"],
    );
    assert_eq!(differing(&whole, &files(&at("a"), &[])), [""; 0]);
    // A plan of another version is nobody's to run.
    let plan = at("b").join("plan.json");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace(version, "0.0.1")).unwrap();
    expect(
        &folder,
        &["shard", "b", "0"],
        5,
        &["plan was made by autopolis 0.0.1"],
    );
    expect(
        &folder,
        &["merge", "b"],
        5,
        &["plan was made by autopolis 0.0.1"],
    );
}

#[test]
fn a_run_that_fails_ends_the_sweep_or_becomes_a_row() {
    // The second scenario's file vanishes after the first shards are done.
    let text = CALM.replace(
        "scenario = \"calm-day\"",
        "scenarios = [\"calm-day\", \"mine.toml\"]",
    );
    let folder = place(&text);
    let at = |name: &str| folder.path().join(name);
    let mine = "extends = \"calm-day\"\nname = \"mine\"\n";
    fs::write(at("mine.toml"), mine).unwrap();
    expect(
        &folder,
        &["sweep", "calm.toml", "--out", "whole"],
        0,
        &["mine"],
    );
    let sweep = ["sweep", "calm.toml", "--out", "out", "-j", "1", "--resume"];
    let until_it_vanishes = |arguments: &[&str]| {
        let child = begun(&folder, arguments, 1);
        fs::remove_file(at("mine.toml")).unwrap();
        child.wait_with_output().unwrap().status.code()
    };
    assert_eq!(until_it_vanishes(&sweep), Some(1));
    assert_eq!(shards_done(&at("out")), 10);
    assert!(!at("out").join("runs.csv").exists());
    fs::write(at("mine.toml"), mine).unwrap();
    expect(&folder, &sweep, 0, &["10 runs in", "10 were there already"]);
    assert_eq!(
        differing(&files(&at("whole"), &[]), &files(&at("out"), &[])),
        [""; 0]
    );

    fs::remove_dir_all(at("out")).unwrap();
    let keep_going = [&sweep[..], &["--keep-going"]].concat();
    assert_eq!(until_it_vanishes(&keep_going), Some(1));
    let runs = fs::read_to_string(at("out").join("runs.csv")).unwrap();
    let failed = runs
        .lines()
        .filter(|line| line.contains(",failed,\"build: ") || line.contains(",failed,build: "));
    assert_eq!(failed.count(), 10, "{runs}");
    fs::write(at("mine.toml"), mine).unwrap();
    expect(
        &folder,
        &sweep,
        1,
        &["10 of 20 runs failed", "build: 10", "run 10 ("],
    );
}

#[test]
fn a_stopped_sweep_keeps_its_shards_and_says_how_to_go_on() {
    let folder = place(CALM);
    let out = folder.path().join("out");
    let sweep = ["sweep", "calm.toml", "--out", "out", "-j", "1", "--resume"];
    let child = begun(&folder, &sweep, 2);
    let stopped = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(stopped.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let left = files(&out, &[]);
    assert!(
        !left
            .keys()
            .any(|name| name.contains("partial") || name.contains("lock")),
        "{:?}",
        left.keys()
    );
    assert!((2..10).contains(&shards_done(&out)));
    expect(&folder, &sweep, 0, &["were there already"]);
}
