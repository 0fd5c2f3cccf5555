//! Public transport in the whole twin: a day of Lakeside, and the chain from feeders to trams that stand.

#![allow(clippy::unwrap_used, reason = "a test panics and tells")]

#[path = "common/city.rs"]
mod common;

use autopolis::city::twin::Physics;
use autopolis::engine::world::World;
use common::command;
use common::overrides;
use common::plan;
use common::prepared;
use common::value;

fn lakeside(hours: f64) -> Physics {
    let prepared = prepared("heat-wave", &overrides("none", hours, &[]));
    Physics::new(&plan(&prepared), true)
}

fn run(world: &mut Physics, minutes: u32) {
    for _ in 0..minutes {
        world.step();
    }
    assert_eq!(world.broken_laws(), Vec::new());
}

#[test]
fn a_working_day_of_lakeside_is_carried() {
    let mut world = lakeside(24.0);
    run(&mut world, 24 * 60);
    let of = |name: &str| value(&world, &format!("transit/{name}"));
    assert!(of("created") > 50_000.0);
    assert!(
        of("arrived") > 0.9 * of("created"),
        "{}",
        of("arrived") / of("created")
    );
    assert!(of("trips_cancelled") < 0.05 * of("trips_planned"));
    assert!(
        (60.0..99.0).contains(&of("on_time_pct")),
        "{}",
        of("on_time_pct")
    );
    assert!(
        (10.0..60.0).contains(&of("mean_trip_min")),
        "{}",
        of("mean_trip_min")
    );
    let visits = &world.record().stop_visits;
    let boarded: u64 = visits.iter().map(|v| u64::from(v.boarded)).sum();
    // A visit is noted when the vehicle leaves: who has just got on is not in it yet, nor who got on where a trip broke off.
    let missing = of("boardings") - boarded as f64;
    assert!(
        (0.0..0.005 * of("boardings")).contains(&missing),
        "{missing}"
    );
}

#[test]
fn feeders_opened_stop_trams_and_the_events_say_why() {
    let mut world = lakeside(24.0);
    run(&mut world, 10 * 60);
    let mut calm = world.forked().unwrap();
    let city = world.plan().city.clone();
    let transit = city.transit.as_ref().unwrap();
    let mut feeders: Vec<usize> = transit
        .traction
        .iter()
        .map(|t| city.grid.loads[t.load].feeder)
        .collect();
    feeders.sort_unstable();
    feeders.dedup();
    let set = |world: &mut Physics, closed: f64| {
        let orders = feeders.iter().map(|f| {
            let path = format!("grid/feeder/{}/closed", city.grid.feeders[*f].id);
            command(world, &path, closed)
        });
        let orders = orders.collect();
        world.command(orders);
    };
    set(&mut world, 0.0);
    run(&mut world, 90);
    assert!(value(&world, "transit/stranded") > 5.0);
    let events = world.record().events.clone();
    let find = |kind: &str| events.iter().find(|e| e.kind == kind).unwrap();
    let line = find("tram_line_dark");
    let substation = events.iter().find(|e| Some(e.id) == line.cause).unwrap();
    assert_eq!(substation.kind, "traction_dark");
    let grid = events
        .iter()
        .find(|e| Some(e.id) == substation.cause)
        .unwrap();
    assert!(
        grid.kind.contains("feeder") || grid.kind.contains("switch"),
        "{grid:?}"
    );
    set(&mut world, 1.0);
    run(&mut world, 120);
    for _ in 0..210 {
        calm.step();
    }
    assert!(value(&world, "transit/stranded").abs() < 0.5);
    assert!(
        world
            .record()
            .events
            .iter()
            .any(|e| e.kind == "trams_running")
    );
    assert!(value(&world, "transit/on_time_pct") < value(&calm, "transit/on_time_pct") - 1.0);
    assert!(value(&world, "transit/abandoned") > value(&calm, "transit/abandoned"));
}

#[test]
fn trams_are_a_load_of_the_grid() {
    let draw = |ridden: bool| {
        let prepared = prepared("heat-wave", &overrides("none", 12.0, &[]));
        let mut plan = prepared.plan.clone();
        if !ridden {
            let mut city = (*plan.city).clone();
            let transit = city.transit.as_mut().unwrap();
            // The same network on a day without service.
            transit
                .services
                .iter_mut()
                .for_each(|s| s.days = [false; 7]);
            plan.city = std::sync::Arc::new(city);
        }
        let mut world = Physics::new(&std::sync::Arc::new(plan), true);
        run(&mut world, 9 * 60);
        value(&world, "grid/demand_mw")
    };
    let (with, without) = (draw(true), draw(false));
    // 30 to 60 trams of 30 to 130 kW (docs/sizing.md, section 4).
    assert!(
        (0.8..8.0).contains(&(with - without)),
        "{with} {without} MW"
    );
}
