//! The line of the fixture by hand: bunching as theory has it, holding, dark tracks, full vehicles, spares, forks.

use crate::city::model::transit::Drive;
use crate::city::model::transit::TransitMode;
use crate::city::transit::disruptions::Crowd;
use crate::city::transit::fixture::Bench;
use crate::city::transit::fixture::Line;
use crate::city::transit::service::Service;
use crate::city::transit::vehicle::Phase;
use crate::engine::element::ElementId;
use crate::engine::record::Event;
use crate::engine::record::EventId;

#[test]
fn a_day_is_run_as_planned_and_everybody_is_somewhere() {
    let city = Line::default().city();
    let mut bench = Bench::new(&city, 5, 1);
    bench.run_h(19.0);
    let m = &bench.service.meters;
    let census = bench.service.riders.census;
    assert!(
        m.trips_planned > 300 && m.trips_cancelled < m.trips_planned / 20,
        "{m:?}"
    );
    // 11 stops with 300 passengers each; one in a thousand of the sum is a third of a Poisson deviation.
    let expected: f64 = 3300.0;
    assert!(
        (census.created as f64 - expected).abs() < 5.0 * expected.sqrt(),
        "{census:?}"
    );
    assert!(
        census.arrived as f64 > 0.98 * census.created as f64,
        "{census:?}"
    );
    assert!(bench.on_time() > 0.7, "{}", bench.on_time());
    let visits = &bench.record.stop_visits;
    assert!(visits.len() as u64 >= m.trips_operated * 11);
    let boarded: u64 = visits.iter().map(|v| u64::from(v.boarded)).sum();
    assert_eq!(boarded, m.routes[0].boardings);
}

/// Newell and Potts (1964): with passengers coming at rate lambda and taking b seconds each, a vehicle that is late by
/// d at one stop is late by (1 + lambda b) d at the next.
#[test]
fn val_lateness_grows_by_newell_and_potts() {
    let line = Line {
        stops: 9,
        spacing_m: 2500.0,
        leg_s: 150,
        // What 27 passengers need: the plan holds on average, so that nobody starts late or overtakes.
        halt_s: 84,
        headway_s: 480,
        capacity: 20_000,
        riders: 3200.0,
        timepoint_every: 100,
        vehicles: 40,
        ..Line::default()
    };
    let city = line.city();
    // 3,200 a day over 16 h; three seconds each at the front door.
    let beta = 3200.0 / (16.0 * 3600.0) * 3.0;
    let mut late = [0.0_f64; 8];
    for seed in 0..30 {
        let departures = |delay: bool| -> Vec<f64> {
            let mut bench = Bench::new(&city, 9, seed).still();
            let mut hit = None;
            for _ in 0..150 {
                // The first vehicle that leaves the first stop after ten is slow on its first leg.
                let slow = delay && hit.is_none() && bench.now_s() >= 36_000;
                bench.traffic.leg_factor = vec![if slow { 1.2 } else { 1.0 }; 8];
                bench.traffic.leg_factor[1..].fill(1.0);
                let before = bench.record.stop_visits.len();
                bench.step();
                let new = &bench.record.stop_visits[before..];
                let first = |v: &&crate::engine::record::StopVisit| {
                    v.position == 0 && v.departure_s >= 36_000.0 && v.trip.is_multiple_of(2)
                };
                if hit.is_none() {
                    hit = new.iter().find(first).map(|v| v.trip);
                }
            }
            let trip = hit.unwrap();
            let visits = bench.record.stop_visits.iter().filter(|v| v.trip == trip);
            visits.map(|v| f64::from(v.departure_s)).collect()
        };
        let (calm, slow) = (departures(false), departures(true));
        for (sum, (a, b)) in late.iter_mut().zip(calm.iter().zip(&slow)) {
            *sum += b - a;
        }
    }
    // Lateness at stop 1 is (1 + beta) times the leg's 30 s, which is little enough that the next vehicle does not catch up
    // by the end. Its error is that of 30 draws of some 1.7 passengers of 3 s each: 0.7 s.
    let mean = late[1] / 30.0;
    let expected = 30.0 * (1.0 + beta);
    assert!((mean / expected - 1.0).abs() < 0.06, "{mean} {expected}");
    let growth = (late[7] / late[1]).powf(1.0 / 6.0);
    assert!(
        (growth - (1.0 + beta)).abs() < 0.02,
        "{growth} against {}",
        1.0 + beta
    );
}

fn spread(bench: &Bench, position: u16) -> f64 {
    let mut at: Vec<f64> = bench
        .record
        .stop_visits
        .iter()
        .filter(|v| v.position == position && v.trip % 2 == 0 && v.departure_s > 8.0 * 3600.0)
        .map(|v| f64::from(v.departure_s))
        .collect();
    at.sort_by(f64::total_cmp);
    let h: Vec<f64> = at.windows(2).map(|w| w[1] - w[0]).collect();
    let mean = h.iter().sum::<f64>() / h.len() as f64;
    (h.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / h.len() as f64).sqrt() / mean
}

#[test]
fn bunching_grows_along_the_line_and_holding_bounds_it() {
    let line = Line {
        stops: 20,
        headway_s: 300,
        riders: 900.0,
        capacity: 400,
        timepoint_every: 3,
        vehicles: 40,
        ..Line::default()
    };
    let city = line.city();
    let run = |gain: f64| {
        let mut bench = Bench::new(&city, 6, 3);
        // A quiet street, so that what grows is bunching.
        bench.nature.leg_sigma = 0.15;
        bench.nature.trip_sigma = [0.05; 2];
        bench.nature.halt_sigma = 0.3;
        bench.nature.hold_early = false;
        bench.settings.holding = vec![gain];
        bench.run_h(12.0);
        bench
    };
    let (free, held) = (run(0.0), run(0.7));
    let (begin, end) = (spread(&free, 1), spread(&free, 18));
    assert!(end > 1.5 * begin, "{begin} {end}");
    let held_end = spread(&held, 18);
    // Only so much: a vehicle held on its way starts its next trip later, and time points are every third stop.
    assert!(held_end < 0.9 * end, "{held_end} {end}");
    let excess = |b: &Bench| {
        b.service.meters.routes[0]
            .headways
            .excess_wait_min()
            .unwrap()
    };
    assert!(
        excess(&held) < excess(&free),
        "{} {}",
        excess(&held),
        excess(&free)
    );
    assert!(held.service.meters.held_s > 0.0 && free.service.meters.held_s < 1e-9);
}

fn tram() -> Line {
    Line {
        mode: TransitMode::Tram,
        drive: Drive::Electric,
        substations: 3,
        capacity: 200,
        ..Line::default()
    }
}

#[test]
fn trams_stand_where_the_track_is_dark_and_go_on_when_it_is_not() {
    let city = tram().city();
    let mut bench = Bench::new(&city, 9, 2);
    bench.run_h(1.0);
    let calm = bench.clone();
    assert!(
        bench.drawn.kw.iter().all(|kw| *kw > 0.0),
        "{:?}",
        bench.drawn
    );
    let cause = EventId(77);
    // One substation of three: its neighbour carries the section at reduced speed, nobody stands.
    bench.traction.share = vec![1.0, 0.0, 1.0];
    bench.traction.cause = vec![None, Some(cause), None];
    bench.run_h(0.5);
    let stand = |b: &Bench| {
        b.service
            .vehicles
            .iter()
            .filter(|v| v.phase == Phase::Stopped)
            .count()
    };
    assert_eq!(stand(&bench), 0);
    // Two: the first half is dark.
    bench.traction.share = vec![0.0, 0.0, 1.0];
    bench.traction.cause = vec![Some(cause), Some(cause), None];
    bench.run_h(1.0);
    assert!(stand(&bench) > 0);
    let km = bench.service.meters.vehicle_km;
    bench.traction.share = vec![0.0; 3];
    bench.run_h(0.5);
    assert!((bench.service.meters.vehicle_km - km).abs() < 5.0);
    bench.traction.share = vec![1.0; 3];
    bench.traction.cause = vec![None; 3];
    bench.run_h(2.0);
    assert_eq!(stand(&bench), 0);
    assert!(bench.service.meters.vehicle_km > km + 50.0);
    let mut undisturbed = calm;
    undisturbed.run_h(4.0);
    assert!(bench.on_time() < undisturbed.on_time() - 0.1);
    assert!(bench.service.riders.census.abandoned > undisturbed.service.riders.census.abandoned);
    // The chain: the grid's event, the substation, the line, the line again.
    let events = &bench.record.events;
    let find = |kind: &str| events.iter().find(|e| e.kind == kind).unwrap();
    assert_eq!(find("traction_dark").cause, Some(cause));
    let dark = find("tram_line_dark");
    assert!(
        events
            .iter()
            .any(|e| Some(e.id) == dark.cause && e.kind == "traction_dark")
    );
    assert_eq!(find("trams_running").cause, Some(dark.id));
    assert!(
        events
            .iter()
            .any(|e| e.kind == "trip_cancelled" && e.cause.is_some())
    );
}

#[test]
fn trams_do_not_overtake() {
    let city = tram().city();
    let mut bench = Bench::new(&city, 9, 4);
    bench.nature.leg_sigma = 0.5;
    bench.nature.breakdowns = false;
    bench.run_h(4.0);
    // At every stop of a track the order of departure is the order at the stop before.
    let order = |position: u16| -> Vec<u32> {
        let all = bench.record.stop_visits.iter();
        let here = all.filter(|v| v.position == position && v.trip % 2 == 0);
        here.map(|v| v.trip).collect()
    };
    let (first, last) = (order(1), order(10));
    let place = |trip: &u32| first.iter().position(|t| t == trip);
    let seen: Vec<usize> = last.iter().filter_map(place).collect();
    assert!(
        seen.len() > 20 && seen.windows(2).all(|w| w[0] < w[1]),
        "{seen:?}"
    );
}

#[test]
fn a_full_vehicle_leaves_people_behind() {
    let line = Line {
        capacity: 20,
        riders: 600.0,
        ..Line::default()
    };
    let mut bench = Bench::new(&line.city(), 9, 5);
    bench.run_h(3.0);
    let route = &bench.service.meters.routes[0];
    assert!(route.denied > 100);
    assert!(bench.record.stop_visits.iter().all(|v| v.load <= 20));
    assert!(bench.service.riders.census.abandoned > 0);
}

#[test]
fn spares_stand_in_for_broken_vehicles_if_they_are_released() {
    let line = Line {
        vehicles: 40,
        ..Line::default()
    };
    let city = line.city();
    let run = |spares: usize| {
        let mut bench = Bench::new(&city, 5, 6);
        // A fleet at the end of its tether: ten times the failures of an ordinary day.
        bench.air.temp_c = 120.0;
        bench.settings.spares = spares;
        bench.run_h(16.0);
        (
            bench.service.meters.breakdowns,
            bench.service.meters.trips_cancelled,
        )
    };
    let (broken, cancelled) = run(0);
    let (_, fewer) = run(10);
    assert!(broken > 1, "{broken}");
    assert!(fewer < cancelled, "{fewer} {cancelled}");
}

#[test]
fn late_vehicles_are_turned_if_that_is_allowed() {
    let line = Line {
        stops: 16,
        timepoint_every: 2,
        ..Line::default()
    };
    let city = line.city();
    let run = |allowed: bool| {
        let mut bench = Bench::new(&city, 7, 7);
        bench.settings.short_turn = vec![allowed];
        bench.traffic.leg_factor = vec![1.0; 30];
        // The way out is jammed, the way back free.
        bench.traffic.leg_factor[..8].fill(2.5);
        bench.run_h(6.0);
        (bench.service.meters.trips_turned, bench.on_time())
    };
    let (none, _) = run(false);
    let (some, _) = run(true);
    assert_eq!(none, 0);
    assert!(some > 0);
}

#[test]
fn battery_buses_run_down_and_are_charged_at_the_depot() {
    let line = Line {
        drive: Drive::Battery,
        battery_kwh: 60.0,
        vehicles: 30,
        ..Line::default()
    };
    let mut bench = Bench::new(&line.city(), 5, 8);
    bench.settings.spares = 10;
    bench.air.temp_c = 38.0;
    bench.run_h(10.0);
    assert!(bench.service.vehicles.iter().all(|v| v.battery_kwh > -1.0));
    assert!(bench.service.vehicles.iter().any(|v| v.battery_kwh < 40.0));
    let drawn: f64 = bench.charged.depot_kw.iter().sum();
    assert!(drawn > 0.0, "{drawn}");
    // No power at the depot: what is run down stays so, and trips fall out.
    let mut dark = bench.clone();
    dark.charging.depot_on = vec![false];
    dark.run_h(6.0);
    bench.run_h(6.0);
    let lost = |b: &Bench| b.service.meters.trips_cancelled;
    assert!(
        lost(&dark) > lost(&bench),
        "{} {}",
        lost(&dark),
        lost(&bench)
    );
}

#[test]
fn a_state_written_and_read_goes_on_the_same() {
    let city = tram().city();
    let mut bench = Bench::new(&city, 8, 9);
    bench.run_h(1.5);
    let bytes = postcard::to_stdvec(&bench.service).unwrap();
    let mut copy = Bench::new(&city, 8, 9);
    copy.service = postcard::from_bytes::<Service>(&bytes).unwrap();
    copy.tick = bench.tick;
    assert_eq!(copy.service, bench.service);
    copy.run_h(2.0);
    bench.run_h(2.0);
    assert_eq!(
        postcard::to_stdvec(&copy.service).unwrap(),
        postcard::to_stdvec(&bench.service).unwrap()
    );
}

#[test]
fn a_run_may_begin_at_any_time_with_vehicles_where_the_plan_has_them() {
    let city = Line::default().city();
    let mut bench = Bench::new(&city, 14, 1);
    bench.step();
    let out = bench
        .service
        .vehicles
        .iter()
        .filter(|v| v.phase != Phase::Depot)
        .count();
    let running = bench
        .service
        .vehicles
        .iter()
        .filter(|v| v.phase == Phase::Running)
        .count();
    assert!(out >= 6 && running >= 3, "{out} {running}");
    bench.run_h(4.0);
    assert!(bench.on_time() > 0.7);
    assert_eq!(bench.service.meters.trips_cancelled, 0);
}

#[test]
fn no_driver_no_trip() {
    let city = Line::default().city();
    let mut bench = Bench::new(&city, 5, 1);
    bench.staff.share = 0.5;
    bench.run_h(18.0);
    let m = &bench.service.meters;
    let lost = m.trips_cancelled as f64 / m.trips_planned as f64;
    assert!((0.2..0.8).contains(&lost), "{lost}");
}

#[test]
fn a_closed_route_cancels_what_comes_due_and_runs_again() {
    let city = tram().city();
    let mut bench = Bench::new(&city, 9, 4);
    bench.run_h(1.0);
    let event = bench
        .record
        .event(0, "route_closed", None, None, 0.0, String::new);
    bench.service.closed[0] = Some(event);
    bench.run_h(0.5);
    let lost = bench.service.meters.trips_cancelled;
    let without = bench.service.riders.census.without_service;
    bench.run_h(1.5);
    let m = &bench.service.meters;
    assert!(m.trips_cancelled > lost + 5, "{} {lost}", m.trips_cancelled);
    // The only route: who sets out now has no way.
    assert!(bench.service.riders.census.without_service > without + 50);
    let caused = |e: &Event| e.kind == "trip_cancelled" && e.cause == Some(event);
    assert!(bench.record.events.iter().any(caused));
    let operated = m.trips_operated;
    bench.service.closed[0] = None;
    bench.run_h(2.0);
    assert!(bench.service.meters.trips_operated > operated + 5);
    assert_eq!(bench.service.riders.census.gap(), 0);
}

#[test]
fn a_crowd_adds_those_who_come_for_it() {
    let city = tram().city();
    let run = |per_hour: f64| {
        let mut bench = Bench::new(&city, 9, 4);
        if per_hour != 0.0 {
            bench.service.crowds.push(Crowd {
                stop: ElementId(0),
                zone: 0,
                per_hour,
            });
        }
        bench.run_h(2.0);
        let census = bench.service.riders.census;
        (census.created + census.without_service) as f64
    };
    let (plan, coming, leaving) = (run(0.0), run(600.0), run(-600.0));
    // Twice 600, less those who live there; five standard errors of a Poisson count.
    for more in [coming - plan, leaving - plan] {
        assert!(
            more > 0.4 * 1200.0 && more < 1200.0 + 5.0 * 1200.0_f64.sqrt(),
            "{more}"
        );
    }
}
