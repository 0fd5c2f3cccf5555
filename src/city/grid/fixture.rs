//! A hand-made grid for tests, and a bench that runs its physics alone: no weather, hazards, crews or controller, so
//! that a test can play each of them.
//!
//! ```text
//! EXT(0) ==L1== HV(1) --T1,T2-- MV(2) --A1-- a(3) --A2-- b(4)
//!   \\           |                 \\                     : TIE (open)
//!    L2 = HV2(7) L3                 --B1-- c(5) --B2-- d(6)
//! ```
//! Each of the four nodes has a load of 2 MW in the shape of a critical site (flat from noon to one at 0.97) and a
//! thousand customers. The plant is at HV, the battery at HV2.

use crate::city::grid;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::inlets::Ambient;
use crate::city::model::city::City;
use crate::city::model::city::Site;
use crate::city::model::district::AgeMix;
use crate::city::model::district::District;
use crate::city::model::district::DwellingMix;
use crate::city::model::grid::Battery;
use crate::city::model::grid::Bus;
use crate::city::model::grid::BusRole;
use crate::city::model::grid::Conductor;
use crate::city::model::grid::ExternalGrid;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Grid;
use crate::city::model::grid::Laying;
use crate::city::model::grid::Line;
use crate::city::model::grid::Load;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Substation;
use crate::city::model::grid::Technology;
use crate::city::model::grid::Transformer;
use crate::city::model::grid::TransformerThermal;
use crate::city::model::run::RunPlan;
use crate::city::model::weather::WeatherSeries;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::command;
use crate::engine::command::Command;
use crate::engine::command::Commands;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Repair;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::element::ElementsBuilder;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::record::Event;
use crate::engine::record::Record;
use crate::engine::schedule::Stage;
use crate::engine::schedule::schedules;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::component::Component;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::world::World;
use std::sync::Arc;

/// What each load draws at nominal voltage between noon and one, megawatts.
pub const LOAD_MW: f64 = 2.0 * 0.97;

/// The grid.
pub fn city() -> City {
    let bus = |id: &str, role: BusRole, base_kv: f64, x_m: f64| Bus {
        id: id.to_owned(),
        role,
        base_kv,
        district: 0,
        x_m,
        y_m: 0.0,
        gs_mw: 0.0,
        bs_mvar: 0.0,
        v_min_pu: 0.9,
        v_max_pu: 1.1,
    };
    let line = |id: &str, from: usize, to: usize, conductor: usize| Line {
        id: id.to_owned(),
        from,
        to,
        r_pu: 0.002,
        x_pu: 0.01,
        b_pu: 0.0,
        length_km: 1.0,
        conductor,
        bundle: 1,
        rating_mva: if conductor == 0 { 60.0 } else { 12.0 },
        normally_open: id == "TIE",
        remote_controlled: id != "A2",
        age_y: 10.0,
        synthetic: false,
    };
    let transformer = |id: &str| Transformer {
        id: id.to_owned(),
        from: 1,
        to: 2,
        r_pu: 0.0,
        x_pu: 0.4,
        b_pu: 0.0,
        ratio: 1.0,
        shift_deg: 0.0,
        tap_step: 0.015,
        tap_min: -9,
        tap_max: 9,
        v_set_pu: 1.0,
        rating_mva: 16.0,
        thermal: TransformerThermal {
            top_oil_rise_k: 55.0,
            hot_spot_rise_k: 25.0,
            loss_ratio: 5.0,
            n: 0.8,
            m: 0.8,
            oil_time_min: 150.0,
            winding_time_min: 5.0,
        },
        substation: Some(0),
        age_y: 10.0,
        synthetic: false,
    };
    let feeder = |id: &str, head: usize, priority: u8| Feeder {
        id: id.to_owned(),
        substation: Some(0),
        bus: 2,
        head_line: Some(head),
        priority,
        rating_mva: 12.0,
    };
    let load = |id: &str, bus: usize, feeder: usize| Load {
        id: id.to_owned(),
        bus,
        district: 0,
        feeder,
        homes: 1000,
        businesses: 0,
        home_mw: 0.0,
        commerce_mw: 0.0,
        commerce_floor_m2: 0.0,
        industry_mw: 0.0,
        critical_mw: 2.0,
        critical: None,
        design_peak_mw: 2.0,
        power_factor: 0.95,
        pv_mwp: 0.0,
        service_units: 4,
        service_unit_kva: 1000.0,
        service_age_y: 10.0,
    };
    let conductor = |id: &str, laying: Laying| Conductor {
        id: id.to_owned(),
        laying,
        diameter_mm: 21.8,
        r25_ohm_km: 0.12,
        r75_ohm_km: 0.14,
        x_ohm_km: 0.4,
        c_nf_km: 9.0,
        heat_capacity_j_mk: 900.0,
        max_temp_c: 80.0,
        ampacity_a: 600.0,
    };
    City {
        name: "bench".to_owned(),
        description: String::new(),
        seed: 0,
        site: Site {
            latitude_deg: 45.0,
            longitude_deg: 0.0,
            elevation_m: 100.0,
            utc_offset_h: 0.0,
        },
        districts: vec![district()],
        grid: Grid {
            base_mva: 100.0,
            frequency_hz: 50.0,
            buses: vec![
                bus("EXT", BusRole::External, 110.0, 0.0),
                bus("HV", BusRole::Transmission, 110.0, 1000.0),
                bus("MV", BusRole::Busbar, 20.0, 1000.0),
                bus("a", BusRole::Feeder, 20.0, 2000.0),
                bus("b", BusRole::Feeder, 20.0, 3000.0),
                bus("c", BusRole::Feeder, 20.0, 2000.0),
                bus("d", BusRole::Feeder, 20.0, 3000.0),
                bus("HV2", BusRole::Transmission, 110.0, 500.0),
            ],
            conductors: vec![
                conductor("Al/St", Laying::Overhead),
                conductor("XLPE", Laying::Cable),
            ],
            lines: vec![
                line("L1", 0, 1, 0),
                line("L2", 0, 7, 0),
                line("L3", 7, 1, 0),
                line("A1", 2, 3, 1),
                line("A2", 3, 4, 1),
                line("B1", 2, 5, 1),
                line("B2", 5, 6, 1),
                line("TIE", 4, 6, 1),
            ],
            transformers: vec![transformer("T1"), transformer("T2")],
            substations: vec![Substation {
                id: "S1".to_owned(),
                name: "Mill".to_owned(),
                hv_bus: 1,
                mv_bus: 2,
                district: 0,
                x_m: 1000.0,
                y_m: 0.0,
            }],
            feeders: vec![feeder("A", 3, 1), feeder("B", 5, 5)],
            loads: vec![
                load("a", 3, 0),
                load("b", 4, 0),
                load("c", 5, 1),
                load("d", 6, 1),
            ],
            plants: vec![Plant {
                id: "GT".to_owned(),
                name: "GT".to_owned(),
                bus: 1,
                technology: Technology::GasTurbine,
                p_min_mw: 2.0,
                p_max_mw: 10.0,
                q_min_mvar: -10.0,
                q_max_mvar: 10.0,
                v_set_pu: 1.0,
                ramp_mw_min: 1.0,
                cost_usd_h: [0.0, 80.0, 0.0],
                co2_kg_mwh: 500.0,
                derating_per_k: 0.0,
                forced_outages_y: 0.0,
                schedule: vec![0.5; 24],
            }],
            externals: vec![ExternalGrid {
                id: "EXT".to_owned(),
                bus: 0,
                v_set_pu: 1.0,
                limit_mw: 20.0,
                price_usd_mwh: 60.0,
                co2_kg_mwh: 400.0,
            }],
            batteries: vec![Battery {
                id: "BAT".to_owned(),
                bus: 7,
                power_mw: 2.0,
                energy_mwh: 4.0,
                round_trip: 0.81,
                initial_soc: 0.5,
            }],
        },
        travel: None,
        roads: None,
        transit: None,
        water: None,
        provenance: Vec::new(),
    }
}

fn district() -> District {
    District {
        id: "D1".to_owned(),
        name: "Mill".to_owned(),
        x_m: 0.0,
        y_m: 0.0,
        boundary_m: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
        population: 10_000,
        households: 4000,
        median_income_kusd: 50.0,
        income_quintile: 3,
        dwellings: DwellingMix {
            detached: 0.0,
            row: 0.0,
            low_rise: 1.0,
            high_rise: 0.0,
            institutional: 0.0,
        },
        ages: AgeMix {
            age_0_14: 0.2,
            age_15_64: 0.6,
            age_65_74: 0.1,
            age_75_plus: 0.1,
        },
        alone_over_65: 0.05,
        ac_share: 0.0,
        pv_mwp: 0.0,
        heat_island_k: 0.0,
    }
}

/// The physics of a grid, stepped by hand.
pub struct Bench {
    world: World,
    schedules: [Schedule; 2],
}

impl Bench {
    /// A grid at noon of a mild Wednesday, at rest until the first step.
    pub fn new(city: City) -> Self {
        let start = "2027-07-14T12:00:00".parse().unwrap();
        let plan = RunPlan {
            scenario: "bench".to_owned(),
            description: String::new(),
            city: Arc::new(city),
            weather: Arc::new(WeatherSeries {
                interval_s: 600,
                records: Vec::new(),
                source: String::new(),
            }),
            events: Vec::new(),
            controller: "none".to_owned(),
            controller_base: "none".to_owned(),
            controller_parameters: Default::default(),
            seed: 1,
            start,
            horizon_s: 86_400,
            step_s: 60,
            control_interval_s: 60,
            record_interval_s: 60,
        };
        let mut world = World::new();
        let mut schedules = schedules();
        let mut points = PointsBuilder::default();
        let elements = names(&plan.city.grid);
        world.insert_resource(Clock::new(start, plan.step_s));
        world.insert_resource(Chance::new(plan.seed));
        world.insert_resource(Commands::default());
        world.insert_resource(DamageQueue::default());
        world.insert_resource(WorkBoard::default());
        world.insert_resource(Record::new(true));
        let mut state = StateRegistry::default();
        grid::install(
            &mut world,
            &mut schedules,
            &mut state,
            &mut points,
            &elements,
            &plan,
        );
        schedules[1].add_systems(command::apply.in_set(Stage::Act));
        world.insert_resource(points.finish());
        world.insert_resource(elements);
        let mut bench = Self { world, schedules };
        bench.weather(|air| {
            *air = Ambient {
                temp_c: 20.0,
                humidity: 0.5,
                wind_m_s: 3.0,
                soil_c: 18.0,
                ..Ambient::default()
            };
        });
        bench
    }

    /// Changes the weather.
    pub fn weather(&mut self, change: impl FnOnce(&mut Ambient)) {
        change(&mut self.world.resource_mut::<Ambient>());
    }

    /// Runs a number of one-minute steps.
    pub fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.schedules[0].run(&mut self.world);
            self.schedules[1].run(&mut self.world);
            self.world.resource_mut::<Clock>().advance();
            let breaches = grid::laws::breaches(&mut self.world);
            assert!(breaches.is_empty(), "{breaches:?}");
        }
    }

    /// Gives a command; it is felt in the step after the next call of [`Self::steps`]'s first.
    pub fn command(&mut self, path: &str, value: f64) {
        let point = self.world.resource::<Points>().table().find(path).unwrap();
        let command = Command {
            actor: "test".to_owned(),
            point,
            value,
            reason: String::new(),
        };
        self.world.resource_mut::<Commands>().queued.push(command);
    }

    /// Id of an element such as `line/L1`.
    pub fn id(&self, name: &str) -> ElementId {
        let elements = self.world.resource::<Elements>();
        elements.find(&format!("grid/{name}")).unwrap()
    }

    /// Strikes an element; felt in the next step.
    pub fn strike(&mut self, name: &str, effect: Effect) {
        let element = self.id(name);
        let mut record = self.world.resource_mut::<Record>();
        let cause = record.event(0, "hazard_started", Some(element), None, 0.0, String::new);
        self.world
            .resource_mut::<DamageQueue>()
            .damages
            .push(Damage {
                element,
                effect,
                cause,
            });
    }

    /// Mends an element from outside; felt in the next step.
    pub fn mend(&mut self, name: &str) {
        let element = self.id(name);
        let mut record = self.world.resource_mut::<Record>();
        let cause = record.event(0, "hazard_ended", Some(element), None, 0.0, String::new);
        self.world
            .resource_mut::<DamageQueue>()
            .repairs
            .push(Repair { element, cause });
    }

    /// The board between the grid and the crews.
    pub fn board(&mut self) -> &mut WorkBoard {
        self.world.resource_mut::<WorkBoard>().into_inner()
    }

    /// The crews report a job; felt in the next step.
    pub fn crew(&mut self, name: &str, work: Work, isolated: bool) {
        let element = self.id(name);
        let mut record = self.world.resource_mut::<Record>();
        let cause = record.event(0, "work", Some(element), None, 0.0, String::new);
        let job = WorkRequest {
            element,
            work,
            customers: 0.0,
            cause,
        };
        let board = self.board();
        if isolated {
            board.isolated.push(job);
        } else {
            board.done.push(job);
        }
    }

    /// What is asked of the crews for an element.
    pub fn asked(&mut self, name: &str) -> Vec<Work> {
        let element = self.id(name);
        let requests = &self.board().requests;
        let of = requests.iter().filter(|r| r.element == element);
        of.map(|r| r.work).collect()
    }

    /// State of an element.
    pub fn state<C: Component<Mutability = Mutable> + Clone>(&mut self, name: &str) -> C {
        let mut found = None;
        self.change(name, |state: &mut C| found = Some(state.clone()));
        found.unwrap()
    }

    /// Changes the state of an element.
    pub fn change<C: Component<Mutability = Mutable>>(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut C),
    ) {
        let wanted = self.id(name);
        let mut query = self.world.query::<(&ElementId, &mut C)>();
        let found = query
            .iter_mut(&mut self.world)
            .find(|(id, _)| **id == wanted);
        change(&mut found.unwrap().1);
    }

    /// A point's value.
    pub fn point(&self, path: &str) -> f64 {
        let points = self.world.resource::<Points>();
        points.get(points.table().find(path).unwrap())
    }

    /// The events of a kind so far, with the names of their elements.
    pub fn events(&self, kind: &str) -> Vec<(Event, String)> {
        let elements = self.world.resource::<Elements>();
        let events = self.world.resource::<Record>().events.iter();
        let name = |e: &Event| {
            e.element
                .map_or(String::new(), |id| elements.get(id).name.clone())
        };
        events
            .filter(|e| e.kind == kind)
            .map(|e| (e.clone(), name(e)))
            .collect()
    }

    /// A resource.
    pub fn resource<R: bevy_ecs::resource::Resource>(&self) -> &R {
        self.world.resource::<R>()
    }

    /// The static data.
    pub fn fabric(&self) -> &Fabric {
        self.world.resource::<Fabric>()
    }
}

fn names(grid: &Grid) -> Elements {
    let mut all = ElementsBuilder::default();
    let mut add = |table: &str, ids: Vec<&String>| {
        for id in ids {
            all.add(format!("grid/{table}/{id}"), Some(0), [0.0, 0.0]);
        }
    };
    add("bus", grid.buses.iter().map(|x| &x.id).collect());
    add("line", grid.lines.iter().map(|x| &x.id).collect());
    add(
        "transformer",
        grid.transformers.iter().map(|x| &x.id).collect(),
    );
    add("feeder", grid.feeders.iter().map(|x| &x.id).collect());
    add("load", grid.loads.iter().map(|x| &x.id).collect());
    add("plant", grid.plants.iter().map(|x| &x.id).collect());
    add("external", grid.externals.iter().map(|x| &x.id).collect());
    add("battery", grid.batteries.iter().map(|x| &x.id).collect());
    all.finish()
}
