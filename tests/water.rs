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
use common::prepared;
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
        let p = water.pumps.iter().find(|p| water.stations[p.station].id == s.id).unwrap();
        println!("{} {:?}: {} m3/h x {} m", s.id, s.kind, p.flow_m3h, p.head_m);
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
        t.energy_kwh / 24e3, bench.band, t.unserved_m3, bench.state().solves, t.clipped_m3
    );
    let levels: Vec<f64> = bench.state().volume_m3.clone();
    println!("{levels:?} running {:?}", bench.state().running);
    assert!((75.0..=105.0).contains(&ml), "{ml} ML");
    assert!((12.0..=20.0).contains(&loss), "{loss} %");
    assert!((0.4..=0.6).contains(&kwh), "{kwh} kWh/m3");
    assert!(bench.band[0] >= 2.8 && bench.band[1] <= 5.6, "{:?} bar", bench.band);
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
        t.from_sources_m3 / 3000.0, bench.peak_m3h, 100.0 * (t.leaked_m3 + t.escaped_m3) / t.from_sources_m3, bench.band,
        t.unserved_m3, t.least_share, t.bursts, t.hydrants, t.low_person_h, bench.state().solves
    );
    assert!((110.0..=130.0).contains(&(t.from_sources_m3 / 3000.0)));
}

#[test]
fn zz_write() {
    if std::env::var_os("WRITE_LAKESIDE").is_some() {
        let city = generate::city(&CityRecipe::lakeside()).unwrap();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/lakeside");
        autopolis::scenario::city_files::folder::write(&city, &folder).unwrap();
    }
}
