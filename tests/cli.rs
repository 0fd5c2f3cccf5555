//! The command line as a user meets it: exit codes, messages, files written. It looks at no simulation result.

#![allow(clippy::unwrap_used, reason = "a failed preparation fails the test")]

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::path::Path;

/// A case of three buses with a plant, a load and a condenser.
const CASE: &str = "function mpc = three
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [1 3 0 0 0 0 1 1 0 110 1 1.1 0.9; 2 1 90 30 0 0 1 1 0 110 1 1.1 0.9; 3 2 40 5 0 0 1 1 0 110 1 1.1 0.9];
mpc.gen = [1 130 0 100 -100 1.02 100 1 250 0; 3 0 0 40 -40 1.01 100 1 0 0];
mpc.branch = [1 2 0.01 0.1 0.02 0 0 0 0 0 1 -360 360; 2 3 0.01 0.1 0.02 0 0 0 0 0 1 -360 360; 1 3 0.01 0.1 0.02 0 0 0 0 0 1 -360 360];
";

fn autopolis() -> Command {
    let mut command = Command::cargo_bin("autopolis").unwrap();
    command.arg("--no-color");
    command
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_new_scenario_passes_its_check_and_is_not_overwritten() {
    let room = tempfile::tempdir().unwrap();
    let new = |code: i32| {
        autopolis()
            .current_dir(room.path())
            .args(["new", "scenario", "--name", "try-out", "--seed", "7"])
            .assert()
            .code(code)
    };
    new(0);
    autopolis()
        .current_dir(room.path())
        .args(["check", "try-out.toml"])
        .assert()
        .code(0)
        .stderr(contains("the scenario try-out on lakeside"));
    new(2).stderr(contains("choose another --name"));
}

#[test]
fn all_problems_of_a_scenario_are_shown_with_their_lines() {
    let room = tempfile::tempdir().unwrap();
    let text = "name = \"x\"\nstart = 2027-07-12T00:00:00\nhours = \"long\"\nsead = 3\n\n[weather.heat_dome]\n\
                peak_day = 1\nhigh_f = [104.0]\nlow_c = [25.0]\ndew_point_c = [24.0]\n";
    let file = write(room.path(), "x.toml", text);
    autopolis()
        .args(["check", &file])
        .assert()
        .code(3)
        .stdout("")
        .stderr(contains("`hours` must be a number, not a string"))
        .stderr(contains("unknown key `sead`"))
        .stderr(contains("did you mean `seed`?"))
        .stderr(contains("unknown key `weather.heat_dome.high_f`"))
        .stderr(contains("did you mean `high_c`?"))
        .stderr(contains("x.toml:4:1"));
    autopolis()
        .args(["check", "--json", &file])
        .assert()
        .code(3)
        .stdout(contains("\"line\":4,\"column\":1"));
}

#[test]
fn a_missing_bus_is_an_error_with_advice() {
    let room = tempfile::tempdir().unwrap();
    let text = "extends = \"calm-day\"\nname = \"x\"\n[[event]]\nhazard = \"outage\"\nat = \"1h\"\n\
                target = \"grid/line/L1-22\"\n";
    let file = write(room.path(), "x.toml", text);
    let case = write(room.path(), "three.m", CASE);
    autopolis()
        .current_dir(room.path())
        .args(["import", "city", "--matpower", &case, "-o", "town"])
        .assert()
        .code(0);
    autopolis()
        .current_dir(room.path())
        .args(["check", &file, "--city", "town"])
        .assert()
        .code(3)
        .stderr(contains("the city town has no line `L1-22`"))
        .stderr(contains("did you mean `L1-2`?"));
}

#[test]
fn wrong_units_are_refused_by_their_range() {
    let room = tempfile::tempdir().unwrap();
    // Fahrenheit in a key that says Celsius.
    let text = "extends = \"heat-wave\"\nname = \"x\"\n[weather.heat_dome]\nhigh_c = [98.0, 106.0, 102.0]\n";
    let file = write(room.path(), "x.toml", text);
    autopolis()
        .args(["check", &file])
        .assert()
        .code(3)
        .stderr(contains(
            "`weather.heat_dome.high_c.1`: 106 is outside -60 to 60",
        ));
}

#[test]
fn circles_and_missing_files_are_invalid_input() {
    let room = tempfile::tempdir().unwrap();
    let a = write(
        room.path(),
        "a.toml",
        "extends = \"b.toml\"\nname = \"a\"\n",
    );
    write(
        room.path(),
        "b.toml",
        "extends = \"a.toml\"\nname = \"b\"\n",
    );
    autopolis()
        .args(["check", &a])
        .assert()
        .code(3)
        .stderr(contains("in a circle"));
    autopolis()
        .args(["check", "nowhere.toml"])
        .assert()
        .code(3)
        .stderr(contains("cannot read"));
    autopolis()
        .args(["check", "heat-wvae"])
        .assert()
        .code(3)
        .stderr(contains("did you mean `heat-wave`?"));
}

#[test]
fn built_in_scenarios_pass_and_are_listed_with_their_descriptions() {
    autopolis()
        .args(["list", "scenarios"])
        .assert()
        .code(0)
        .stdout(
            contains("calm-day")
                .and(contains("Chicago 1995"))
                .and(contains("storm")),
        );
    autopolis()
        .args(["list", "cities"])
        .assert()
        .code(0)
        .stdout(contains("lakeside"));
    autopolis()
        .args([
            "check",
            "calm-day",
            "heat-wave",
            "heat-wave-transformer-loss",
            "storm",
        ])
        .assert()
        .code(0);
    autopolis().args(["list", "nonsense"]).assert().code(2);
}

#[test]
fn the_printed_schema_accepts_the_built_in_scenarios_and_refuses_a_misspelling() {
    let output = autopolis().args(["schema", "scenario"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let read = |text: &str| -> serde_json::Value {
        let table: toml::Table = text.parse().unwrap();
        plain(toml::Value::Table(table))
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Experiments, which have a schema of their own.
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let mut instance = read(&text);
        // A text that extends another need not be whole by itself.
        if let (Some(object), true) = (instance.as_object_mut(), text.contains("\nextends")) {
            object.insert("start".to_owned(), "2027-07-12T00:00:00".into());
            object.insert("hours".to_owned(), 72.into());
        }
        let problems: Vec<String> = validator
            .iter_errors(&instance)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(problems, Vec::<String>::new(), "{text}");
        seen += 1;
    }
    assert_eq!(seen, 6);
    let wrong = read("name = \"x\"\nstart = 2027-07-12T00:00:00\nhours = 2\nsead = 3\n");
    assert!(!validator.is_valid(&wrong));
}

/// TOML as JSON, dates as strings.
fn plain(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(v) => v.into(),
        toml::Value::Integer(v) => v.into(),
        toml::Value::Float(v) => v.into(),
        toml::Value::Boolean(v) => v.into(),
        toml::Value::Datetime(v) => v.to_string().into(),
        toml::Value::Array(v) => v.into_iter().map(plain).collect(),
        toml::Value::Table(v) => v.into_iter().map(|(k, v)| (k, plain(v))).collect(),
    }
}

#[test]
fn cities_are_made_checked_and_refused() {
    let room = tempfile::tempdir().unwrap();
    autopolis()
        .current_dir(room.path())
        .args([
            "new",
            "city",
            "--population",
            "30000",
            "--seed",
            "3",
            "-o",
            "small",
            "--json",
        ])
        .assert()
        .code(0)
        .stdout(contains("\"population\":30000"));
    autopolis()
        .current_dir(room.path())
        .args(["check", "small"])
        .assert()
        .code(0);
    autopolis()
        .current_dir(room.path())
        .args(["new", "city", "--population", "12", "-o", "tiny"])
        .assert()
        .code(2)
        .stderr(contains("20000"));
    std::fs::write(room.path().join("small/lines.csv"), "id,from_bsu\nL1,x\n").unwrap();
    autopolis()
        .current_dir(room.path())
        .args(["check", "small"])
        .assert()
        .code(3)
        .stderr(contains("lines.csv"));
    autopolis()
        .current_dir(room.path())
        .args(["check", "calm-day", "--city", "elsewhere"])
        .assert()
        .code(3)
        .stderr(contains("there is no city `elsewhere`"));
}

#[test]
fn an_imported_city_keeps_its_weather_file_byte_for_byte() {
    let room = tempfile::tempdir().unwrap();
    let case = write(room.path(), "three.m", CASE);
    let epw = write(room.path(), "flat.epw", &flat_year());
    autopolis()
        .current_dir(room.path())
        .args([
            "import",
            "city",
            "--matpower",
            &case,
            "--epw",
            &epw,
            "-o",
            "town",
        ])
        .assert()
        .code(0);
    let kept = std::fs::read(room.path().join("town/weather.epw")).unwrap();
    assert_eq!(kept, std::fs::read(&epw).unwrap());
    autopolis()
        .current_dir(room.path())
        .args(["check", "town", "heat-wave", "--city", "town"])
        .assert()
        .code(0)
        .stderr(contains(
            "the scenario heat-wave on town, 72 h, 0 planned events",
        ));
    std::fs::write(room.path().join("bad.epw"), "LOCATION\n").unwrap();
    autopolis()
        .current_dir(room.path())
        .args([
            "import",
            "city",
            "--matpower",
            &case,
            "--epw",
            "bad.epw",
            "-o",
            "town2",
        ])
        .assert()
        .code(3);
}

/// A weather file in which every hour of the year is the same.
fn flat_year() -> String {
    let mut text = String::from("LOCATION,Flat,-,USA,test,0,42.0,-88.0,-6.0,200.0\n");
    for header in [
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ] {
        text.push_str(header);
        text.push('\n');
    }
    for (month, days) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .iter()
        .enumerate()
    {
        for day in 1..=*days {
            for hour in 1..=24 {
                let sun = if (8..18).contains(&hour) { 400 } else { 0 };
                text.push_str(&format!(
                    "2001,{},{day},{hour},0,?9,22.0,15.0,65,100000,0,0,350,{sun},{sun},100,0,0,0,0,200,3.0,3,3,20,\
                     77777,9,999999999,0,0.1,0,88,0.2,0,0\n",
                    month + 1
                ));
            }
        }
    }
    text
}

#[test]
fn what_there_is_can_be_listed() {
    for (what, expected) in [
        ("scenarios", "heat-wave"),
        ("cities", "lakeside"),
        ("controllers", "rules"),
        ("metrics", "ens_mwh"),
        ("points", "grid/feeder/F001/closed"),
        ("hazards", "import_limit"),
        ("roles", "largest_substation"),
    ] {
        let output = autopolis().args(["list", what]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "list {what}");
        assert!(
            text.contains(expected),
            "list {what} lacks {expected}:\n{text}"
        );
    }
    let unknown = autopolis()
        .args(["list", "points", "--city", "lakesid"])
        .output()
        .unwrap();
    assert_eq!(unknown.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("lakeside"));
}

#[test]
fn the_built_in_city_keeps_the_schema_of_cities() {
    let output = autopolis().args(["schema", "city"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/cities/lakeside/city.toml"
    ))
    .unwrap();
    let mut header: serde_json::Value = toml::from_str(&text).unwrap();
    assert!(validator.is_valid(&header));
    header["nmae"] = "lakeside".into();
    assert!(!validator.is_valid(&header), "an unknown key passes");
}

#[test]
fn shells_and_man_learn_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = autopolis().args(["completions", shell]).assert().success();
        let script = String::from_utf8(script.get_output().stdout.clone()).unwrap();
        assert!(script.contains("power-flow"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man/man1");
    autopolis().arg("man").arg(&pages).assert().success();
    let page = std::fs::read_to_string(pages.join("autopolis-new-city.1")).unwrap();
    assert!(
        page.contains("milltown") && page.contains("autopolis 0."),
        "{page}"
    );
    for page in std::fs::read_dir(&pages).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with("autopolis") && name.ends_with(".1"),
            "{name}"
        );
    }
}

#[test]
fn a_log_file_keeps_what_verbose_says() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("run.log");
    let out = folder.path().join("run");
    let run = |more: &str| {
        let mut command = autopolis();
        command.args(["run", "calm-day", "--hours", "1", "--no-charts", "--out"]);
        command.arg(&out).arg("--log-file").arg(&log).arg(more);
        command.assert().success()
    };
    run("--quiet").stderr("");
    run("-v").stderr(contains("simulated 60 steps"));
    let text = std::fs::read_to_string(&log).unwrap();
    assert_eq!(text.matches("simulated 60 steps").count(), 2, "{text}");
    assert!(text.contains("configuration"), "{text}");
}
