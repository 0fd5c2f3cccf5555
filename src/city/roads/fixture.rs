//! For tests: a small road network, and a bench that runs the roads alone, so that a test can play grid and hazards.
//!
//! ```text
//! A(0) -> 2 ======= direct, 5 min, 1,200 veh/h ======> 3 (signals) -> B(1)
//!           \-- 4 min, 900 veh/h --> 4 -- 4 min, 900 --/
//! ```
//! and the same back. From seven to nine 1,000 vehicles an hour go from A to B.

use crate::city::model::city::City;
use crate::city::model::city::Site;
use crate::city::model::grid::Grid;
use crate::city::model::roads::RoadClass;
use crate::city::model::roads::RoadLink;
use crate::city::model::roads::RoadNode;
use crate::city::model::roads::Roads;
use crate::city::model::run::RunPlan;
use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::city::model::weather::WeatherSeries;
use crate::city::roads;
use crate::city::roads::inlets::SignalPower;
use crate::city::roads::state::Ledger;
use crate::city::roads::state::Queues;
use crate::engine::clock::Clock;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Repair;
use crate::engine::element::Elements;
use crate::engine::element::ElementsBuilder;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::record::Event;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use crate::engine::schedule::schedules;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::world::World;
use jiff::civil::date;
use std::sync::Arc;

/// The direct link from A's side to B's.
pub const DIRECT: usize = 2;
/// The first link of the detour.
pub const DETOUR: usize = 4;
/// The junction with signals.
pub const SIGNALS: usize = 3;

/// The city; it has no grid to speak of.
pub fn city() -> City {
    let node = |id: &str, x_m: f64| RoadNode {
        id: id.to_owned(),
        x_m,
        y_m: 0.0,
        district: 0,
        signal_load: (id == "J3").then_some(0),
    };
    let link = |i: usize, (from, to, class, min, capacity): (usize, usize, RoadClass, f64, f64)| {
        RoadLink {
            id: format!("R{i}"),
            from,
            to,
            class,
            length_m: 1_000.0 * min.max(0.1),
            free_flow_min: min,
            lanes: 2.0,
            capacity_veh_h: capacity,
            b: if class == RoadClass::Connector {
                0.0
            } else {
                0.6
            },
            power: 4.0,
            fixed_min: 0.0,
        }
    };
    let (wide, small, end) = (
        RoadClass::Arterial,
        RoadClass::Collector,
        RoadClass::Connector,
    );
    let links = [
        (0, 2, end, 0.0, 9e4),
        (3, 1, end, 0.0, 9e4),
        (2, 3, wide, 5.0, 1_200.0),
        (3, 2, wide, 5.0, 1_200.0),
        (2, 4, small, 4.0, 900.0),
        (4, 3, small, 4.0, 900.0),
        (3, 4, small, 4.0, 900.0),
        (4, 2, small, 4.0, 900.0),
        (2, 0, end, 0.0, 9e4),
        (1, 3, end, 0.0, 9e4),
    ];
    let mut hours = vec![0.0; 24];
    (hours[7], hours[8], hours[9]) = (0.4, 0.4, 0.2);
    let zone = |id: &str| Zone {
        id: id.to_owned(),
        x_m: 0.0,
        y_m: 0.0,
        district: 0,
        population: 1_000.0,
        jobs: 1_000.0,
    };
    City {
        name: "crossing".to_owned(),
        description: String::new(),
        seed: 0,
        site: Site {
            latitude_deg: 42.0,
            longitude_deg: -87.0,
            elevation_m: 0.0,
            utc_offset_h: -6.0,
        },
        districts: Vec::new(),
        grid: Grid {
            base_mva: 1.0,
            frequency_hz: 60.0,
            buses: Vec::new(),
            conductors: Vec::new(),
            lines: Vec::new(),
            transformers: Vec::new(),
            substations: Vec::new(),
            feeders: Vec::new(),
            loads: Vec::new(),
            plants: Vec::new(),
            externals: Vec::new(),
            batteries: Vec::new(),
        },
        travel: Some(Travel {
            zones: vec![zone("A"), zone("B")],
            profiles: vec![TripProfile {
                id: "all".to_owned(),
                weekday: hours,
                weekend: vec![0.0; 24],
                discretionary: 0.5,
            }],
            flows: vec![Flow {
                from: 0,
                to: 1,
                profile: 0,
                car_trips: 2_500.0,
                transit_trips: 0.0,
            }],
        }),
        roads: Some(Roads {
            nodes: vec![
                node("A", 0.0),
                node("B", 9.0),
                node("J2", 1.0),
                node("J3", 8.0),
                node("J4", 4.0),
            ],
            first_through: 2,
            links: links
                .into_iter()
                .enumerate()
                .map(|(i, l)| link(i, l))
                .collect(),
            zone_nodes: vec![0, 1],
        }),
        transit: None,
        water: None,
        provenance: Vec::new(),
    }
}

/// The roads alone, at work.
pub struct Bench {
    /// Its world.
    pub world: World,
    before: Schedule,
    /// What is state.
    pub state: StateRegistry,
    elements: Elements,
}

impl Bench {
    /// A bench on a Monday at this hour.
    pub fn at(hour: i8) -> Self {
        Self::of(city(), hour)
    }

    /// A bench of a city on a Monday at this hour.
    pub fn of(city: City, hour: i8) -> Self {
        let mut names = ElementsBuilder::default();
        let all = city.roads.clone().unwrap_or_default();
        for node in &all.nodes {
            names.add(format!("road/node/{}", node.id), None, [0.0, 0.0]);
        }
        for link in &all.links {
            names.add(format!("road/link/{}", link.id), None, [0.0, 0.0]);
        }
        let elements = names.finish();
        let plan = RunPlan {
            scenario: "test".into(),
            description: String::new(),
            city: Arc::new(city),
            weather: Arc::new(WeatherSeries {
                interval_s: 3600,
                records: Vec::new(),
                source: String::new(),
            }),
            events: Vec::new(),
            controller: "none".into(),
            controller_base: "none".into(),
            controller_parameters: Default::default(),
            seed: 1,
            start: date(2027, 7, 12).at(hour, 0, 0, 0),
            horizon_s: 86_400,
            step_s: 60,
            control_interval_s: 300,
            record_interval_s: 300,
        };
        let mut world = World::new();
        let mut both = schedules();
        let mut state = StateRegistry::default();
        let mut points = PointsBuilder::default();
        roads::install(
            &mut world,
            &mut both,
            &mut state,
            &mut points,
            &elements,
            &plan,
            None,
        );
        state.resource::<Clock>("engine/clock");
        world.insert_resource(points.finish());
        world.insert_resource(DamageQueue::default());
        world.insert_resource(Record::new(true));
        world.insert_resource(Clock::new(plan.start, plan.step_s));
        let [before, _] = both;
        Self {
            world,
            before,
            state,
            elements,
        }
    }

    /// Runs so many steps of a minute and checks the laws after each.
    pub fn run(&mut self, minutes: u32) {
        for _ in 0..minutes {
            self.before.run(&mut self.world);
            self.world.resource_mut::<Clock>().advance();
            let broken = roads::laws::breaches(&self.world);
            assert!(broken.is_empty(), "{broken:?}");
        }
    }

    /// Takes the power of the signals, or gives it back.
    pub fn power(&mut self, on: bool) {
        let mut dark = vec![false; 5];
        dark[SIGNALS] = !on;
        *self.world.resource_mut::<SignalPower>() = SignalPower {
            cause: dark.iter().map(|d| d.then_some(EventId(77))).collect(),
            dark,
        };
    }

    /// Closes a link, or opens it.
    pub fn close(&mut self, link: usize, closed: bool) {
        let element = self.elements.find(&format!("road/link/R{link}")).unwrap();
        let mut queue = self.world.resource_mut::<DamageQueue>();
        let cause = EventId(88);
        if closed {
            let effect = Effect::Fail;
            queue.damages.push(Damage {
                element,
                effect,
                cause,
            });
        } else {
            queue.repairs.push(Repair { element, cause });
        }
    }

    /// Value of a point.
    pub fn point(&self, path: &str) -> f64 {
        let points = self.world.resource::<Points>();
        points.get(points.table().find(path).expect("the point exists"))
    }

    /// Vehicles in a queue.
    pub fn queue(&self, link: usize) -> f64 {
        self.world.resource::<Queues>().vehicles[link]
    }

    /// Vehicle-hours lost so far.
    pub fn delay_veh_h(&self) -> f64 {
        self.world.resource::<Ledger>().delay_veh_h
    }

    /// Events of a kind.
    pub fn events(&self, kind: &str) -> Vec<Event> {
        let events = &self.world.resource::<Record>().events;
        events.iter().filter(|e| e.kind == kind).cloned().collect()
    }
}
