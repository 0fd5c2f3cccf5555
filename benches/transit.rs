//! A day of a million passengers on one core: fabric apart, then 1,440 steps of the domain alone.
//!
//! `cargo bench --bench transit`; prints seconds and what happened, so that the speed is of work done.

#![allow(clippy::print_stdout, reason = "a bench reports")]

#[path = "transit/grid_city.rs"]
mod grid_city;

use autopolis::city::transit::fabric::Fabric;
use autopolis::city::transit::inlets::Air;
use autopolis::city::transit::inlets::ChargePower;
use autopolis::city::transit::inlets::Ridership;
use autopolis::city::transit::inlets::Staff;
use autopolis::city::transit::inlets::Traction;
use autopolis::city::transit::inlets::Traffic;
use autopolis::city::transit::outlets::ChargeDemand;
use autopolis::city::transit::outlets::TractionDemand;
use autopolis::city::transit::service::Nature;
use autopolis::city::transit::service::Service;
use autopolis::city::transit::service::Settings;
use autopolis::city::transit::service::Work;
use autopolis::engine::chance::Chance;
use autopolis::engine::element::Elements;
use autopolis::engine::record::Record;
use std::collections::BinaryHeap;
use std::time::Instant;

const STEP_MS: i64 = 60_000;

fn main() {
    let city = grid_city::grid_city(30, 240, 1_000_000.0);
    let began = Instant::now();
    let Some(fabric) = Fabric::new(&city) else {
        return;
    };
    println!("fabric      {:7.2} s", began.elapsed().as_secs_f64());
    for day in 0..2 {
        let began = Instant::now();
        let service = run(&fabric, day);
        let took = began.elapsed().as_secs_f64();
        let (m, c) = (&service.meters, service.riders.census);
        let boardings: u64 = m.routes.iter().map(|r| r.boardings).sum();
        let denied: u64 = m.routes.iter().map(|r| r.denied).sum();
        let kind = if day == 0 { "first day" } else { "again" };
        println!("{kind:11} {took:7.2} s");
        println!(
            "  {} vehicles, {} trips, {:.0} km; {} set out, {} without service, {boardings} boardings, {denied} left \
             behind, {} arrived, {} gave up, gap {}; mean journey {:.1} min",
            service.vehicles.len(),
            m.trips_operated,
            m.vehicle_km,
            c.created,
            c.without_service,
            c.arrived,
            c.abandoned,
            c.gap(),
            m.journey_s / 60.0 / c.arrived as f64,
        );
    }
}

fn run(fabric: &Fabric, seed: u64) -> Service {
    let net = &fabric.0.net;
    let mut service = Service::new(net, 0);
    let mut record = Record::new(false);
    let routes = net.transit().routes.len();
    let settings = Settings {
        holding: vec![0.0; routes],
        short_turn: vec![false; routes],
        spares: 10,
        heat_timetable: false,
    };
    let (mut traction, mut charge) = (TractionDemand::default(), ChargeDemand::default());
    let elements = Elements::default();
    for tick in 0..1440_u64 {
        let from_ms = tick.cast_signed() * STEP_MS;
        Work {
            shared: &fabric.0,
            s: &mut service,
            record: &mut record,
            elements: &elements,
            traffic: &Traffic::default(),
            traction: &Traction::default(),
            charging: &ChargePower::default(),
            air: Air::default(),
            ridership: &Ridership::default(),
            staff: Staff::default(),
            settings: &settings,
            nature: Nature::default(),
            chance: Chance::new(seed),
            tick,
            t_s: tick * 60,
            from_ms,
            to_ms: from_ms + STEP_MS,
            first_weekday: 0,
            moments: BinaryHeap::new(),
            walkers: (Vec::new(), 0),
            soon: BinaryHeap::new(),
        }
        .step(&mut traction, &mut charge);
    }
    service
}
