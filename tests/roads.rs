//! Roads of whole cities: Lakeside's peak against an independent method and against the sizing sheet, and what a dark
//! substation does to traffic, crews and buses, event by event.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics and tells")]

#[path = "common/city.rs"]
mod city;

use autopolis::city::maintenance::inlets::Streets;
use autopolis::city::model::roads::RoadClass;
use autopolis::city::register::register;
use autopolis::city::roads::fabric::Fabric;
use autopolis::city::roads::inlets::TripFactor;
use autopolis::city::roads::outlets::DistrictTraffic;
use autopolis::city::transit::inlets::Traffic;
use autopolis::city::twin::Physics;
use autopolis::engine::record::Event;
use autopolis::engine::world::World;
use autopolis::scenario::builtin;
use autopolis::solvers::assignment::equilibrium::AssignmentOptions;
use autopolis::solvers::assignment::frank_wolfe;
use autopolis::solvers::assignment::gradient_projection;
use autopolis::solvers::assignment::gradient_projection::PathFlows;
use city::overrides;
use city::plan;
use city::prepared;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Hour of the morning peak.
const PEAK: usize = 8;
/// Gap of both methods in the comparison, and how far Beckmann's objective may then differ: each is within its gap of
/// the minimum.
const GAP: f64 = 1e-4;

fn lakeside() -> Fabric {
    let city = Arc::new(builtin::find("lakeside").unwrap().city().unwrap());
    Fabric::new(&city, &register(&city)).unwrap()
}

#[test]
fn val_lakesides_peak_hour_is_the_same_by_frank_and_wolfe() {
    let fabric = lakeside();
    let demand = fabric.demand(PEAK, &TripFactor::default());
    let options = AssignmentOptions {
        gap: GAP,
        max_iterations: 2_000,
    };
    let mut paths = PathFlows::default();
    let (network, links) = (&fabric.network, &fabric.links);
    let ours = gradient_projection::solve(network, links, &demand, &mut paths, &options).unwrap();
    let other = frank_wolfe::solve(network, links, &demand, &options).unwrap();
    assert!(ours.converged && other.converged && ours.unserved.is_empty());
    let apart = (ours.objective - other.objective).abs() / other.objective;
    assert!(apart < GAP, "{apart}");
    assert!(
        ours.max_node_imbalance < 1e-6,
        "{}",
        ours.max_node_imbalance
    );
}

#[test]
fn lakesides_peak_is_a_plausible_rush_hour() {
    let fabric = lakeside();
    let links = &fabric.roads().links;
    let hour = fabric.normal(PEAK);
    let mut main: Vec<f64> = (0..links.len())
        .filter(|l| links[*l].class == RoadClass::Arterial)
        .map(|l| hour.flow[l] / links[l].capacity_veh_h)
        .collect();
    main.sort_by(f64::total_cmp);
    let at = |share: f64| main[(share * (main.len() - 1) as f64) as usize];
    assert!(
        (0.6..1.0).contains(&at(0.9)),
        "busiest tenth of main roads at {}",
        at(0.9)
    );
    assert!(
        (0.8..1.25).contains(&at(1.0)),
        "busiest main road at {}",
        at(1.0)
    );
    let trips = fabric.demand(PEAK, &TripFactor::default()).total();
    let delay_min = 60.0 * hour.delay_veh / trips;
    assert!(
        (0.5..5.0).contains(&delay_min),
        "{delay_min} min lost a trip"
    );
    // SIZING.md section 4: 9 to 11 % of the day in the busiest hour.
    let day: f64 = (0..24)
        .map(|h| fabric.demand(h, &TripFactor::default()).total())
        .sum();
    let busiest = (0..24)
        .map(|h| fabric.demand(h, &TripFactor::default()).total() / day)
        .fold(0.0, f64::max);
    assert!((0.085..0.11).contains(&busiest), "{busiest}");
    // At night the roads are empty.
    assert!(fabric.normal(3).delay_veh < 0.01 * hour.delay_veh);
}

fn part<T: DeserializeOwned>(physics: &mut Physics, name: &str) -> T {
    let snapshot = physics.capture().unwrap();
    let (_, bytes) = snapshot.parts.iter().find(|(n, _)| n == name).unwrap();
    postcard::from_bytes(bytes).unwrap()
}

/// The chain of causes of an event, itself first.
fn chain<'a>(events: &'a [Event], last: &'a Event) -> Vec<&'a str> {
    let mut kinds = vec![last.kind.as_str()];
    let mut at = last;
    while let Some(cause) = at.cause {
        at = events.iter().find(|e| e.id == cause).unwrap();
        kinds.push(at.kind.as_str());
    }
    kinds
}

#[test]
fn a_dark_substation_reaches_signals_traffic_crews_and_buses() {
    let event =
        "[{ hazard = \"outage\", at = \"7h20m\", for = \"2h\", target = \"largest_substation\" }]";
    let dark = prepared("calm-day", &overrides("none", 10.0, &[("event", event)]));
    let calm = prepared("calm-day", &overrides("none", 10.0, &[]));
    let mut worlds = [dark, calm].map(|p| Physics::new(&plan(&p), true));
    for world in &mut worlds {
        while world.t_s() < 7 * 3600 + 40 * 60 {
            world.step();
        }
    }
    let [dark, calm] = &mut worlds;
    let value = |world: &Physics, path: &str| {
        let points = world.points();
        points.get(points.table().find(path).unwrap())
    };
    // Twenty minutes after: junctions are dark, vehicles wait, because of the outage.
    assert!(value(dark, "road/signals_dark") >= 5.0);
    assert!(value(dark, "road/vehicles_queued") > 10.0);
    assert_eq!(value(calm, "road/signals_dark"), 0.0);
    assert_eq!(value(calm, "road/vehicles_queued"), 0.0);
    let events = &dark.record().events;
    let gone = events.iter().find(|e| e.kind == "signals_dark").unwrap();
    let kinds = chain(events, gone);
    assert_eq!(kinds.last(), Some(&"hazard_started"), "{kinds:?}");
    // Crews and buses take longer there; elsewhere and in the calm city they take their usual time.
    let slow: DistrictTraffic = part(dark, "roads/districts");
    assert!(
        slow.slowdown.iter().any(|s| *s > 1.05),
        "{:?}",
        slow.slowdown
    );
    let streets: Streets = part(dark, "maintenance/streets");
    assert!((0..slow.slowdown.len()).any(|d| streets.to(Some(d)) > 1.05));
    let usual: Streets = part(calm, "maintenance/streets");
    assert!((0..slow.slowdown.len()).all(|d| usual.to(Some(d)) < 1.0 + 1e-9));
    let buses: Traffic = part(dark, "transit/traffic");
    assert!(buses.leg_factor.iter().any(|f| *f > 1.1));
    let usual: Traffic = part(calm, "transit/traffic");
    assert!(usual.leg_factor.iter().all(|f| (*f - 1.0).abs() < 1e-9));
    // Supply returns: signals follow, queues go, the time is lost for good.
    for world in &mut worlds {
        while world.t_s() < 10 * 3600 {
            world.step();
            assert!(world.breaches().is_empty(), "{:?}", world.breaches());
        }
    }
    let [dark, _] = &worlds;
    assert_eq!(value(dark, "road/signals_dark"), 0.0);
    assert!(value(dark, "road/extra_delay_veh_h") > 10.0);
    assert!(
        dark.record()
            .events
            .iter()
            .any(|e| e.kind == "signals_back")
    );
}

#[test]
fn a_closed_main_road_is_a_hazard_like_any_other() {
    let fabric = lakeside();
    let hour = fabric.normal(PEAK);
    let busiest = fabric
        .watched
        .iter()
        .max_by(|a, b| hour.flow[**a].total_cmp(&hour.flow[**b]))
        .unwrap();
    let id = &fabric.roads().links[*busiest].id;
    let event = format!(
        "[{{ hazard = \"road_closure\", at = \"7h30m\", for = \"1h\", target = \"road/link/{id}\" }}]"
    );
    let closed = prepared("calm-day", &overrides("none", 10.0, &[("event", &event)]));
    let mut world = Physics::new(&plan(&closed), true);
    let mut most = 0.0_f64;
    let waiting = world.points().table().find("road/vehicles_queued").unwrap();
    while world.t_s() < 10 * 3600 {
        world.step();
        most = most.max(world.points().get(waiting));
    }
    assert!(most > 20.0, "{most}");
    assert!(world.points().get(waiting) < 1.0);
    let kinds: Vec<&str> = world
        .record()
        .events
        .iter()
        .map(|e| e.kind.as_str())
        .collect();
    assert!(
        kinds.contains(&"road_closed") && kinds.contains(&"road_opened"),
        "{kinds:?}"
    );
}
