//! The water net: Lakeside's by itself with weather and power played by the test, and the chain from a feeder to an empty
//! tank in the whole twin.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test panics and tells; volumes are compared as they were written"
)]

#[path = "common/city.rs"]
mod common;

use autopolis::city::model::city::City;
use autopolis::city::model::run::RunPlan;
use autopolis::city::model::water::StationKind;
use autopolis::city::model::water::Water;
use autopolis::city::model::weather_sample;
use autopolis::city::register::register;
use autopolis::city::twin::Physics;
use autopolis::city::water;
use autopolis::city::water::inlets::Air;
use autopolis::city::water::inlets::StationPower;
use autopolis::city::water::state::WaterState;
use autopolis::engine::chance::Chance;
use autopolis::engine::clock::Clock;
use autopolis::engine::command::Commands;
use autopolis::engine::damage::DamageQueue;
use autopolis::engine::damage::WorkBoard;
use autopolis::engine::points::Points;
use autopolis::engine::points::PointsBuilder;
use autopolis::engine::record::Event;
use autopolis::engine::record::EventId;
use autopolis::engine::record::Record;
use autopolis::engine::schedule::schedules;
use autopolis::engine::snapshot::StateRegistry;
use autopolis::engine::world::World as Stepped;
use autopolis::scenario::generate;
use autopolis::scenario::generate::CityRecipe;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::world::World;
use common::command;
use common::generated;
use common::overrides;
use std::sync::Arc;

/// A city's water net in a scenario's weather, alone.
struct Bench {
    world: World,
    schedules: [Schedule; 2],
    state: StateRegistry,
    plan: Arc<RunPlan>,
    /// Lowest and highest pressure of places that draw water, bar, since the last reset.
    band: [f64; 2],
    /// Highest demand, m3/h.
    peak_m3h: f64,
}

impl Bench {
    fn of(scenario: &str, city: City) -> Self {
        let mut plan = generated(scenario, &overrides("none", 72.0, &[]), 20_000, 3)
            .plan
            .clone();
        plan.city = Arc::new(city);
        let plan = Arc::new(plan);
        let mut world = World::new();
        let mut schedules = schedules();
        let mut state = StateRegistry::default();
        let mut points = PointsBuilder::default();
        let elements = register(&plan.city);
        world.insert_resource(Clock::new(plan.start, plan.step_s));
        world.insert_resource(Chance::new(plan.seed));
        world.insert_resource(Commands::default());
        world.insert_resource(DamageQueue::default());
        world.insert_resource(WorkBoard::default());
        world.insert_resource(Record::new(true));
        state.resource::<Clock>("clock");
        water::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            &plan,
            None,
        );
        world.insert_resource(points.finish());
        world.insert_resource(elements);
        Self {
            world,
            schedules,
            state,
            plan,
            band: [f64::INFINITY, 0.0],
            peak_m3h: 0.0,
        }
    }

    fn lakeside(scenario: &str) -> Self {
        Self::of(scenario, city(240_000))
    }

    fn power(&mut self, lit: impl Fn(usize) -> bool) {
        let n = self.water().stations.len();
        self.world.insert_resource(StationPower {
            on: (0..n).map(&lit).collect(),
            cause: (0..n).map(|s| (!lit(s)).then_some(EventId(7))).collect(),
        });
    }

    fn water(&self) -> &Water {
        self.plan.city.water.as_ref().unwrap()
    }

    fn hours(&mut self, hours: f64) {
        let steps = (hours * 3600.0 / f64::from(self.plan.step_s)).round() as u32;
        for _ in 0..steps {
            let t_s = self.world.resource::<Clock>().t_s() as f64;
            let temp_c = weather_sample::at(&self.plan.weather, t_s).unwrap().temp_c;
            self.world.insert_resource(Air { temp_c });
            self.schedules[0].run(&mut self.world);
            self.schedules[1].run(&mut self.world);
            self.world.resource_mut::<Clock>().advance();
            let breaches = water::laws::breaches(&self.world);
            assert!(breaches.is_empty(), "{breaches:?} at {t_s} s");
            let state = self.world.resource::<WaterState>();
            let nodes = &self.plan.city.water.as_ref().unwrap().nodes;
            for (n, node) in nodes.iter().enumerate().filter(|(_, n)| n.people > 0.0) {
                let bar = 0.098_07 * (state.net.head_m[n] - node.elevation_m);
                self.band = [self.band[0].min(bar), self.band[1].max(bar)];
            }
            self.peak_m3h = self.peak_m3h.max(self.point("water/demand_m3h"));
        }
    }

    fn point(&self, path: &str) -> f64 {
        let points = self.world.resource::<Points>();
        points.get(points.table().find(path).unwrap())
    }

    fn state(&self) -> &WaterState {
        self.world.resource::<WaterState>()
    }

    fn events(&self, kind: &str) -> Vec<&Event> {
        let events = &self.world.resource::<Record>().events;
        events.iter().filter(|e| e.kind == kind).collect()
    }

    fn bytes(&mut self) -> String {
        self.state.capture(&mut self.world).unwrap().hash()
    }
}

/// A generated city with its grid and its water, and no other layer.
fn city(population: u32) -> City {
    let recipe = if population == 240_000 {
        CityRecipe::lakeside()
    } else {
        CityRecipe::new("test", population, 3)
    };
    let mut city = generate::ground(&recipe).unwrap().city;
    city.water = generate::water::water(&city);
    city
}

#[test]
fn val_lakeside_has_the_sizes_of_the_sheet() {
    let city = city(240_000);
    let water = city.water.unwrap();
    let drawn = water.nodes.iter().filter(|n| n.people > 0.0).count();
    assert!((150..=300).contains(&drawn), "{drawn} places");
    let works = |s: &&autopolis::city::model::water::Station| s.kind == StationKind::Works;
    assert_eq!(water.stations.iter().filter(works).count(), 2);
    assert_eq!((water.stations.len(), water.tanks.len()), (8, 6));
    let stored: f64 = water.tanks.iter().map(|t| t.area_m2 * t.depth_m).sum();
    assert!((60e3..=70e3).contains(&stored), "{stored} m3");
    let km: f64 = water.mains.iter().map(|m| m.stands_for_km).sum();
    assert!((850.0..=1250.0).contains(&km), "{km} km");
    let hydrants: u32 = water.nodes.iter().map(|n| n.hydrants).sum();
    assert_eq!(hydrants, 4000);
    let own: f64 = water.mains.iter().map(|m| 1e-3 * m.length_m).sum();
    let pumps_kw: f64 = water
        .pumps
        .iter()
        .map(|p| p.flow_m3h * p.head_m / 367.0 / p.efficiency)
        .sum();
    println!(
        "{drawn} places, {} mains {own:.0} km of {km:.0}, {stored:.0} m3, pumps {pumps_kw:.0} kW",
        water.mains.len()
    );
    for s in &water.stations {
        let p = water
            .pumps
            .iter()
            .find(|p| water.stations[p.station].id == s.id)
            .unwrap();
        println!(
            "{} {:?}: {} m3/h x {} m",
            s.id, s.kind, p.flow_m3h, p.head_m
        );
    }
}

#[test]
fn val_a_normal_day_lies_in_the_bands() {
    let mut bench = Bench::lakeside("calm-day");
    bench.hours(24.0);
    let t = bench.state().totals;
    let ml = t.from_sources_m3 / 1000.0;
    let loss = 100.0 * (t.leaked_m3 + t.escaped_m3) / t.from_sources_m3;
    let kwh = t.energy_kwh / t.from_sources_m3;
    let peak = bench.peak_m3h / (t.asked_m3 / 24.0);
    println!(
        "{ml:.1} ML, losses {loss:.1} %, {kwh:.3} kWh/m3, {:.2} MW, {:?} bar, peak {peak:.2}, unserved {:.1} m3, solves {:?}, clipped {}",
        t.energy_kwh / 24e3,
        bench.band,
        t.unserved_m3,
        bench.state().solves,
        t.clipped_m3
    );
    let levels: Vec<f64> = bench.state().volume_m3.clone();
    println!("{levels:?} running {:?}", bench.state().running);
    assert!((75.0..=105.0).contains(&ml), "{ml} ML");
    assert!((12.0..=20.0).contains(&loss), "{loss} %");
    assert!((0.4..=0.6).contains(&kwh), "{kwh} kWh/m3");
    assert!(
        bench.band[0] >= 2.8 && bench.band[1] <= 5.6,
        "{:?} bar",
        bench.band
    );
    assert!(t.unserved_m3 < 1e-6 * t.asked_m3);
}

#[test]
fn val_the_heat_wave_draws_more_and_still_serves() {
    let mut bench = Bench::lakeside("heat-wave");
    let began = std::time::Instant::now();
    bench.hours(72.0);
    let spent = began.elapsed();
    let t = bench.state().totals;
    println!(
        "{:.1} ML a day, peak {:.0} m3/h, losses {:.1} %, {:?} bar, unserved {:.1} m3, least {:.3}, bursts {}, hydrants {}, low {:.0} person h, {spent:?}, solves {:?}",
        t.from_sources_m3 / 3000.0,
        bench.peak_m3h,
        100.0 * (t.leaked_m3 + t.escaped_m3) / t.from_sources_m3,
        bench.band,
        t.unserved_m3,
        t.least_share,
        t.bursts,
        t.hydrants,
        t.low_person_h,
        bench.state().solves
    );
    assert!((110.0..=130.0).contains(&(t.from_sources_m3 / 3000.0)));
}

/// One tank over one place that draws 36 m3/h in a mild hour: 12.3 m3 last 1,230 s.
fn hand() -> City {
    let mut city = city(20_000);
    let net = city.water.as_mut().unwrap();
    let mut place = net.nodes.iter().find(|n| n.people > 0.0).unwrap().clone();
    (
        place.homes_m3h,
        place.others_m3h,
        place.leak_m3h,
        place.hydrants,
    ) = (36.0, 0.0, 0.0, 0);
    place.elevation_m = 0.0;
    let mut high = place.clone();
    (high.id, high.elevation_m, high.people, high.homes_m3h) = ("TOP".to_owned(), 50.0, 0.0, 0.0);
    let mut tank = net.tanks[0].clone();
    (tank.node, tank.area_m2, tank.depth_m, tank.start_m) = (1, 10.0, 5.0, 1.23);
    let mut main = net.mains[0].clone();
    (
        main.from,
        main.to,
        main.length_m,
        main.diameter_mm,
        main.check_valve,
    ) = (1, 0, 100.0, 300.0, false);
    main.stands_for_km = 0.0;
    *net = Water {
        nodes: vec![place, high],
        mains: vec![main],
        tanks: vec![tank],
        patterns: net.patterns.clone(),
        ..Water::default()
    };
    for pattern in &mut net.patterns {
        pattern.by_hour = vec![1.0; 24];
    }
    city
}

#[test]
fn an_outage_is_counted_from_its_event_as_a_zero_order_hold() {
    let mut bench = Bench::of("calm-day", hand());
    for _ in 0..60 {
        bench.world.resource_mut::<WaterState>().warmth_c = 15.0;
        bench.hours(1.0 / 60.0);
    }
    let t = bench.state().totals;
    assert!((t.asked_m3 - 36.0).abs() < 0.02, "{}", t.asked_m3);
    assert!((t.delivered_m3 - 12.3).abs() < 0.01, "{}", t.delivered_m3);
    // A trapezoid over the five minutes in which the tank ran empty would be up to 1.5 m3 off.
    assert!((t.unserved_m3 - 23.7).abs() < 0.03, "{}", t.unserved_m3);
    assert_eq!(bench.state().volume_m3[0], 0.0);
    let empty = bench.events("tank_empty");
    assert_eq!(empty.len(), 1);
    assert_eq!(empty[0].t_s, 1200, "in the step that begins at 1,200 s");
}

#[test]
fn without_power_tanks_fall_then_pressure_and_each_event_has_its_cause() {
    let mut lit = Bench::lakeside("calm-day");
    let mut dark = Bench::lakeside("calm-day");
    lit.hours(2.0);
    dark.hours(2.0);
    let full: f64 = dark.point("water/storage_m3");
    dark.power(|_| false);
    lit.hours(22.0);
    dark.hours(22.0);
    assert!(lit.point("water/storage_m3") > 0.5 * full);
    assert!(dark.point("water/storage_m3") < 0.4 * full);
    assert!(dark.point("water/power_mw") < 1e-9);
    let t = dark.state().totals;
    assert!(t.unserved_m3 > 1000.0 && lit.state().totals.unserved_m3 < 1.0);
    let dark_events: Vec<EventId> = dark
        .events("pump_station_dark")
        .iter()
        .map(|e| e.id)
        .collect();
    assert_eq!(dark_events.len(), 8);
    for event in dark.events("pump_station_dark") {
        assert_eq!(event.cause, Some(EventId(7)));
    }
    let empty = dark.events("tank_empty");
    assert!(!empty.is_empty());
    for event in &empty {
        assert!(dark_events.contains(&event.cause.unwrap()), "{event:?}");
    }
    let low = dark.events("pressure_low");
    assert!(!low.is_empty());
    for event in &low {
        assert!(event.cause.is_some(), "{event:?}");
    }
    let by_tank = |e: &&&Event| empty.iter().any(|t| Some(t.id) == e.cause);
    assert!(low.iter().any(|e| by_tank(&e)), "{low:?}");
    dark.power(|_| true);
    dark.hours(30.0);
    assert!(!dark.events("pressure_restored").is_empty());
    assert!(dark.point("water/people_below_2bar") < 1.0);
}

#[test]
fn a_captured_state_goes_on_as_if_nothing_had_been() {
    let mut first = Bench::lakeside("heat-wave");
    first.hours(14.0);
    let half = first.state.capture(&mut first.world).unwrap();
    let mut second = Bench::lakeside("heat-wave");
    let state = second.state.clone();
    state.restore(&mut second.world, &half).unwrap();
    // Events go on counting, as they do in a fork.
    let next = first.world.resource::<Record>().next_event();
    second.world.resource_mut::<Record>().resume_at(next);
    first.hours(6.0);
    second.hours(6.0);
    assert_eq!(first.bytes(), second.bytes());
}

#[test]
fn towns_and_metropolises_have_water_at_good_pressure() {
    for population in [20_000, 700_000] {
        let mut bench = Bench::of("calm-day", city(population));
        bench.hours(24.0);
        let t = bench.state().totals;
        let kwh = t.energy_kwh / t.from_sources_m3;
        println!(
            "{population}: {:?} bar, {kwh:.3} kWh/m3, {:?}",
            bench.band,
            bench.state().solves
        );
        assert!(
            bench.band[0] >= 2.6 && bench.band[1] <= 6.2,
            "{population}: {:?}",
            bench.band
        );
        assert!((0.35..=0.6).contains(&kwh), "{population}: {kwh} kWh/m3");
        assert!(t.unserved_m3 < 1.0);
        assert_eq!(bench.state().solves[1], 0);
    }
}

#[test]
fn a_burst_runs_until_it_is_isolated_and_repaired_by_a_water_crew() {
    let set = [(
        "event",
        "[{ hazard = \"main_burst\", at = \"1h\", target = \"largest_main\" }]",
    )];
    let prepared = generated("calm-day", &overrides("none", 24.0, &set), 20_000, 3);
    let mut physics = Physics::new(&common::plan(&prepared), true);
    let mut worst = 0.0_f64;
    for _ in 0..16 * 60 {
        physics.step();
        worst = worst.max(common::value(&physics, "water/escaping_m3h"));
        assert!(
            physics.broken_laws().is_empty(),
            "{:?}",
            physics.broken_laws()
        );
    }
    assert!(worst > 20.0, "{worst} m3/h");
    let events = &physics.record().events;
    let of = |kind: &str| events.iter().find(|e| e.kind == kind).unwrap();
    let burst = of("main_burst");
    let of_main = |kind: &str| {
        events
            .iter()
            .find(|e| e.kind == kind && e.element == burst.element)
            .unwrap()
    };
    let [started, isolated, done, repaired] = [
        "work_started",
        "main_isolated",
        "work_finished",
        "main_repaired",
    ]
    .map(of_main);
    assert_eq!(burst.cause, Some(of("hazard_started").id));
    assert_eq!(started.cause, Some(burst.id));
    assert!(started.note.starts_with("water crew"), "{}", started.note);
    assert_eq!(isolated.cause, Some(started.id));
    assert_eq!(repaired.cause, Some(done.id));
    let hours = (repaired.t_s - burst.t_s) as f64 / 3600.0;
    assert!((4.5..=10.0).contains(&hours), "{hours} h");
}

#[test]
fn chain_a_feeder_opens_pumps_stop_the_tank_falls_and_their_load_with_it() {
    let prepared = generated("calm-day", &overrides("none", 24.0, &[]), 20_000, 3);
    let plan = common::plan(&prepared);
    let mut physics = Physics::new(&plan, true);
    for _ in 0..6 * 60 {
        physics.step();
    }
    let net = plan.city.water.as_ref().unwrap();
    let grid = &plan.city.grid;
    let station = net.stations.iter().find(|s| s.tank.is_some()).unwrap();
    let tank = format!("water/tank/{}/level_m", net.tanks[station.tank.unwrap()].id);
    let feeder = &grid.feeders[grid.loads[station.load].feeder].id;
    let kw = format!("water/station/{}/power_kw", station.id);
    let mut calm = physics.forked().unwrap();
    let open = command(&physics, &format!("grid/feeder/{feeder}/closed"), 0.0);
    physics.command(vec![open]);
    let mut ran = 0.0_f64;
    for _ in 0..5 * 60 {
        physics.step();
        calm.step();
        ran = ran.max(common::value(&calm, &kw));
        assert!(
            physics.broken_laws().is_empty(),
            "{:?}",
            physics.broken_laws()
        );
    }
    assert!(ran > 5.0, "pumps of the calm city ran, {ran} kW");
    assert_eq!(common::value(&physics, &kw), 0.0);
    assert!(common::value(&physics, &tank) < common::value(&calm, &tank) - 0.3);
    let events = &physics.record().events;
    let element = physics
        .elements()
        .find(&format!("water/station/{}", station.id));
    let dark = events
        .iter()
        .find(|e| e.kind == "pump_station_dark" && e.element == element)
        .unwrap();
    let cause = events.iter().find(|e| Some(e.id) == dark.cause).unwrap();
    let struck = cause
        .element
        .map(|e| physics.elements().get(e).name.clone());
    assert_eq!(struck, Some(format!("grid/feeder/{feeder}")), "{cause:?}");
    assert!(dark.t_s - cause.t_s <= 120, "one step of lag");
}
