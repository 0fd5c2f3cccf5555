//! Chance is a pure function of the seed: the same seed gives the same files on one thread and on two, other seeds give
//! other luck in the same city, and two controllers meet the same luck.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics and tells")]

#[path = "common/city.rs"]
mod city;

use autopolis::city::grid::state::LineState;
use autopolis::city::grid::state::LoadState;
use autopolis::city::grid::state::TransformerState;
use autopolis::city::grid::state::Wear;
use autopolis::city::twin::Twin;
use autopolis::engine::element::ElementId;
use autopolis::experiment::execute::Ended;
use autopolis::experiment::execute::Go;
use autopolis::experiment::execute::Orders;
use autopolis::experiment::execute::execute;
use autopolis::results::export::folder::Extras;
use autopolis::results::export::folder::write_run_folder;
use autopolis::results::outcome::RunOutcome;
use autopolis::scenario::build::Prepared;
use autopolis::scenario::document::Overrides;
use city::STORMY;
use city::generated;
use city::overrides;
use city::plan;
use city::prepared;
use city::twin;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

fn outcome(prepared: &Prepared) -> RunOutcome {
    match execute(prepared, Orders::default(), |_| Go::On).unwrap() {
        Ended::Finished(outcome) => *outcome,
        Ended::Paused(_) => panic!("nobody paused it"),
    }
}

fn collect(folder: &Path, into: &mut BTreeMap<String, Vec<u8>>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into, root);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            into.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// The files that a run leaves, charts included; who ran it and when is left at its default.
fn files(prepared: &Prepared, charts: bool) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let extras = Extras {
        charts,
        ..Extras::default()
    };
    write_run_folder(&outcome(prepared), &run, &extras).unwrap();
    let mut found = BTreeMap::new();
    collect(&run, &mut found, &run);
    assert!(found.len() >= 10, "{:?}", found.keys());
    found
}

fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

#[test]
fn the_same_seed_gives_the_same_files_one_after_the_other_and_side_by_side() {
    let lakeside = prepared("storm", &overrides("rules", 5.0, STORMY));
    let small = generated("storm", &overrides("rules", 5.0, STORMY), 25_000, 9);
    let one = (files(&lakeside, true), files(&small, false));
    let two = (files(&lakeside, true), files(&small, false));
    assert_same(&one.0, &two.0);
    assert_same(&one.1, &two.1);
    let beside = thread::scope(|scope| {
        let first = scope.spawn(|| (files(&lakeside, true), files(&small, false)));
        let second = scope.spawn(|| {
            let small = files(&small, false);
            (files(&lakeside, true), small)
        });
        [first.join().unwrap(), second.join().unwrap()]
    });
    for run in beside {
        assert_same(&one.0, &run.0);
        assert_same(&one.1, &run.1);
    }
}

#[test]
fn another_seed_gives_other_weather_and_failures_in_the_same_city() {
    let with = |seed| {
        let violent = [STORMY, &[("weather.storm.gust_m_s", "45.0")]].concat();
        let over = Overrides {
            seed: Some(seed),
            ..overrides("none", 3.0, &violent)
        };
        prepared("storm", &over)
    };
    let (first, second) = (with(1), with(2));
    assert_eq!(first.plan.city, second.plan.city);
    assert_ne!(first.plan.weather.records, second.plan.weather.records);
    let failures = |prepared: &Prepared| -> Vec<(u64, Option<ElementId>)> {
        let record = outcome(prepared).record;
        let own = record
            .events
            .iter()
            .filter(|e| e.kind == "line_failure" && e.cause.is_none());
        own.map(|e| (e.t_s, e.element)).collect()
    };
    let (one, two) = (failures(&first), failures(&second));
    assert!(one.len() > 2 && two.len() > 2, "{one:?} {two:?}");
    assert_ne!(one, two);
    // Not one asset draws the same life twice.
    let (mut a, mut b) = (twin(&plan(&first)), twin(&plan(&second)));
    a.step();
    b.step();
    let (a, b) = (wears(&mut a), wears(&mut b));
    let drawn = a.iter().filter(|(_, wear)| wear.threshold > 0.0);
    let differ = drawn.filter(|(id, wear)| wear.threshold != b[id].threshold);
    assert!(differ.count() * 2 > a.len());
}

/// The wear of every line, transformer and load of a twin.
fn wears(twin: &mut Twin) -> BTreeMap<ElementId, Wear> {
    let parts = twin.checkpoint().unwrap().physics.parts;
    fn rows<C: DeserializeOwned>(parts: &[(String, Vec<u8>)], name: &str) -> Vec<(ElementId, C)> {
        let part = parts.iter().find(|(n, _)| n == name).unwrap();
        postcard::from_bytes(&part.1).unwrap()
    }
    let lines = rows::<LineState>(&parts, "grid/lines").into_iter();
    let transformers = rows::<TransformerState>(&parts, "grid/transformers").into_iter();
    let loads = rows::<LoadState>(&parts, "grid/loads").into_iter();
    lines
        .map(|(id, s)| (id, s.wear))
        .chain(transformers.map(|(id, s)| (id, s.wear)))
        .chain(loads.map(|(id, s)| (id, s.wear)))
        .collect()
}

#[test]
fn controllers_meet_the_same_luck() {
    let with = |controller| plan(&prepared("storm", &overrides(controller, 5.0, STORMY)));
    let (none, rules) = (with("none"), with("rules"));
    assert_eq!(none.weather, rules.weather);
    let (mut idle, mut active) = (twin(&none), twin(&rules));
    while !idle.finished() {
        idle.step();
        active.step();
    }
    // The weather that was recorded, to the bit.
    let (a, b) = (idle.physics().record(), active.physics().record());
    let table = idle.physics().points().table();
    let mut columns = 0;
    for point in &a.series.points {
        if table.spec(*point).path.starts_with("weather/") {
            let bits = |column: Option<Vec<f64>>| -> Vec<u64> {
                column.unwrap().iter().map(|v| v.to_bits()).collect()
            };
            let (one, two) = (a.series.column(*point), b.series.column(*point));
            assert!(bits(one) == bits(two), "{}", table.spec(*point).path);
            columns += 1;
        }
    }
    assert!(columns > 3);
    // What each asset can bear in the same life, to the bit, however differently it has lived.
    assert!(b.decisions.len() > 10 && a.decisions.is_empty());
    let (one, two) = (wears(&mut idle), wears(&mut active));
    assert_eq!(one.len(), two.len());
    let mut same_life = 0;
    let mut otherwise_lived = 0;
    for (id, wear) in &one {
        let other = &two[id];
        if wear.failures == other.failures && wear.threshold > 0.0 && other.threshold > 0.0 {
            assert_eq!(wear.threshold.to_bits(), other.threshold.to_bits());
            same_life += 1;
            otherwise_lived += u32::from(wear.hazard.to_bits() != other.hazard.to_bits());
        }
    }
    assert!(
        same_life * 10 > one.len() * 9,
        "{same_life} of {}",
        one.len()
    );
    assert!(otherwise_lived > 10, "the controllers made no difference");
}
