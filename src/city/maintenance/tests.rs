//! Crews in a world that has nothing else: an owner that files requests and notes what comes back.

use crate::city::maintenance::MaintenanceSet;
use crate::city::maintenance::dispatch::Crews;
use crate::city::maintenance::durations::draw;
use crate::city::maintenance::inlets::Streets;
use crate::city::maintenance::install;
use crate::city::maintenance::roster::Aid;
use crate::city::model::city::City;
use crate::city::model::city::Site;
use crate::city::model::grid::Grid;
use crate::city::model::grid::Load;
use crate::city::model::run::RunPlan;
use crate::city::model::weather::WeatherSeries;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::element::ElementsBuilder;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use crate::engine::schedule::Stage;
use crate::engine::schedule::schedules;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::schedule::Schedule;
use bevy_ecs::world::World;
use jiff::civil::date;
use std::sync::Arc;

const SEED: u64 = 5;
const STEP_S: u64 = 60;

fn plan(customers: u32, start_hour: i8) -> RunPlan {
    let load = Load {
        id: "B1".into(),
        bus: 0,
        district: 0,
        feeder: 0,
        homes: customers,
        businesses: 0,
        home_mw: 0.0,
        commerce_mw: 0.0,
        commerce_floor_m2: 0.0,
        industry_mw: 0.0,
        critical_mw: 0.0,
        critical: None,
        design_peak_mw: 0.0,
        power_factor: 1.0,
        pv_mwp: 0.0,
        service_units: 0,
        service_unit_kva: 0.0,
        service_age_y: 0.0,
    };
    let grid = Grid {
        base_mva: 100.0,
        frequency_hz: 50.0,
        buses: Vec::new(),
        conductors: Vec::new(),
        lines: Vec::new(),
        transformers: Vec::new(),
        substations: Vec::new(),
        feeders: Vec::new(),
        loads: vec![load],
        plants: Vec::new(),
        externals: Vec::new(),
        batteries: Vec::new(),
    };
    let city = City {
        name: "yard".into(),
        description: String::new(),
        seed: 0,
        site: Site {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            elevation_m: 0.0,
            utc_offset_h: 0.0,
        },
        districts: Vec::new(),
        grid,
        travel: None,
        roads: None,
        transit: None,
        water: None,
        provenance: Vec::new(),
    };
    RunPlan {
        scenario: "yard".into(),
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
        seed: SEED,
        start: date(2027, 7, 12).at(start_hour, 0, 0, 0),
        horizon_s: 3 * 86_400,
        step_s: STEP_S as u32,
        control_interval_s: 300,
        record_interval_s: 300,
    }
}

/// A world of crews and sixty nameless lines.
struct Yard {
    world: World,
    before: Schedule,
    state: StateRegistry,
    /// (seconds, element) of what was reported.
    isolated: Vec<(u64, u32)>,
    done: Vec<(u64, u32)>,
}

impl Yard {
    fn new(customers: u32, start_hour: i8) -> Self {
        let plan = plan(customers, start_hour);
        let mut elements = ElementsBuilder::default();
        for i in 0..60 {
            elements.add(format!("grid/line/L{i}"), Some(0), [0.0, 0.0]);
        }
        let elements = elements.finish();
        let mut world = World::new();
        let mut both = schedules();
        let mut state = StateRegistry::default();
        let mut points = PointsBuilder::default();
        install(
            &mut world,
            &mut both,
            &mut state,
            &mut points,
            &elements,
            &plan,
        );
        state.resource::<WorkBoard>("engine/work_board");
        state.resource::<Clock>("engine/clock");
        world.insert_resource(elements);
        world.insert_resource(points.finish());
        world.insert_resource(WorkBoard::default());
        world.insert_resource(Record::new(true));
        world.insert_resource(Chance::new(plan.seed));
        world.insert_resource(Clock::new(plan.start, plan.step_s));
        let [mut before, _] = both;
        // As a twin orders it.
        before.configure_sets(MaintenanceSet::Work.in_set(Stage::Solve));
        Self {
            world,
            before,
            state,
            isolated: Vec::new(),
            done: Vec::new(),
        }
    }

    fn ask(&mut self, element: u32, work: Work, customers: f64) {
        let request = WorkRequest {
            element: ElementId(element),
            work,
            customers,
            cause: EventId(u64::MAX),
        };
        self.world
            .resource_mut::<WorkBoard>()
            .requests
            .push(request);
    }

    fn run(&mut self, seconds: u64) {
        for _ in 0..seconds / STEP_S {
            self.before.run(&mut self.world);
            let t_s = self.world.resource::<Clock>().t_s();
            let mut board = self.world.resource_mut::<WorkBoard>();
            let told = |list: &mut Vec<WorkRequest>| -> Vec<(u64, u32)> {
                list.drain(..).map(|r| (t_s, r.element.0)).collect()
            };
            self.isolated.extend(told(&mut board.isolated));
            self.done.extend(told(&mut board.done));
            self.world.resource_mut::<Clock>().advance();
        }
    }

    fn point(&self, name: &str) -> f64 {
        let points = self.world.resource::<Points>();
        let id = points.table().find(&format!("maintenance/{name}"));
        points.get(id.expect("the point exists"))
    }

    fn crews(&self) -> &Crews {
        self.world.resource::<Crews>()
    }

    fn events(&self, kind: &str) -> Vec<crate::engine::record::Event> {
        let events = &self.world.resource::<Record>().events;
        events.iter().filter(|e| e.kind == kind).cloned().collect()
    }

    /// Elements that crews were sent to, in order.
    fn sent_to(&self) -> Vec<u32> {
        let started = self.events("work_started");
        started
            .iter()
            .filter_map(|e| e.element)
            .map(|e| e.0)
            .collect()
    }

    fn key(&self, element: u32) -> u64 {
        self.world
            .resource::<Elements>()
            .get(ElementId(element))
            .key
    }
}

/// The first step border at or after a time: when a report can come at the earliest.
fn border(s: u64) -> u64 {
    s.div_ceil(STEP_S) * STEP_S
}

#[test]
fn most_customers_are_served_first_and_crews_are_not_exceeded() {
    // 100,000 customers at noon: seven crews.
    let mut yard = Yard::new(100_000, 12);
    for i in 0..10 {
        yard.ask(i, Work::Switch, f64::from(i * 100));
    }
    yard.run(STEP_S);
    assert_eq!(yard.sent_to(), [9, 8, 7, 6, 5, 4, 3]);
    assert_eq!(yard.point("crews_on_shift"), 7.0);
    assert_eq!(yard.point("crews_busy"), 7.0);
    assert_eq!(yard.point("work_waiting"), 3.0);
    assert_eq!(yard.point("work_orders"), 10.0);
    assert!((yard.point("crew_hours") - 7.0 / 60.0).abs() < 1e-12);
    yard.run(3 * 3600);
    assert_eq!(yard.sent_to()[7..], [2, 1, 0]);
    yard.run(2 * 3600);
    assert_eq!(yard.done.len(), 10);
    assert_eq!(yard.point("crews_busy"), 0.0);
}

#[test]
fn a_job_takes_its_drawn_time_and_isolation_comes_first() {
    let mut yard = Yard::new(100_000, 8);
    yard.ask(4, Work::RepairCable, 500.0);
    yard.run(26 * 3600);
    let takes = draw(Chance::new(SEED), Work::RepairCable, yard.key(4), 0);
    let isolated_s = takes.travel_s + takes.diagnosis_s;
    assert_eq!(yard.isolated, [(border(isolated_s), 4)]);
    assert_eq!(yard.done, [(border(isolated_s + takes.work_s), 4)]);
    let [started, finished] = [
        &yard.events("work_started")[0],
        &yard.events("work_finished")[0],
    ];
    assert_eq!(started.cause, Some(EventId(u64::MAX)));
    assert_eq!(finished.cause, Some(started.id));
    let minutes = takes.travel_s as f64 / 60.0;
    assert_eq!(
        started.note,
        format!("crew 1 to grid/line/L4, {minutes:.0} min away")
    );
}

#[test]
fn slow_streets_stretch_the_way_and_nothing_else() {
    let mut yard = Yard::new(100_000, 8);
    yard.world.insert_resource(Streets {
        slowdown: vec![1.5],
    });
    yard.ask(4, Work::RepairCable, 500.0);
    yard.run(26 * 3600);
    let takes = draw(Chance::new(SEED), Work::RepairCable, yard.key(4), 0);
    let way_s = (1.5 * takes.travel_s as f64).round() as u64;
    assert_eq!(yard.isolated, [(border(way_s + takes.diagnosis_s), 4)]);
    // No faster than on a normal day, and never four times as slow; a district that nobody knows is normal.
    let streets = Streets {
        slowdown: vec![0.5, 9.0],
    };
    assert_eq!([0, 1, 2].map(|d| streets.to(Some(d))), [1.0, 4.0, 1.0]);
}

#[test]
fn switching_takes_45_to_120_minutes() {
    let mut yard = Yard::new(2_000_000, 8);
    for i in 0..60 {
        yard.ask(i, Work::Switch, 1.0);
    }
    yard.run(3 * 3600);
    assert_eq!(yard.done.len(), 60);
    assert!(yard.isolated.is_empty());
    for (t_s, element) in &yard.done {
        assert!(
            (45 * 60..=121 * 60).contains(t_s),
            "line {element}: {t_s} s"
        );
    }
}

#[test]
fn the_same_request_is_one_order_and_its_customers_are_renewed() {
    let mut yard = Yard::new(0, 8);
    yard.ask(0, Work::Switch, 50.0);
    yard.ask(0, Work::Switch, 50.0);
    yard.run(STEP_S);
    assert_eq!(yard.crews().orders.len(), 1);
    // One crew in this hamlet: 1 and 2 wait, and 1 gets urgent before the crew is free.
    yard.ask(1, Work::Switch, 10.0);
    yard.ask(2, Work::Switch, 20.0);
    yard.run(STEP_S);
    yard.ask(1, Work::Switch, 30.0);
    yard.run(4 * 3600);
    assert_eq!(yard.sent_to()[..2], [0, 1]);
    assert_eq!(yard.crews().work_orders(), 3);
}

#[test]
fn each_service_unit_of_a_load_is_replaced() {
    let mut yard = Yard::new(100_000, 8);
    yard.world.resource_mut::<Crews>().stores.service_units = 2;
    yard.ask(0, Work::ReplaceServiceUnit, 70.0);
    yard.ask(0, Work::ReplaceServiceUnit, 70.0);
    yard.run(16 * 3600);
    assert_eq!(yard.done.iter().map(|d| d.1).collect::<Vec<_>>(), [0, 0]);
    assert_ne!(yard.done[0].0, yard.done[1].0, "each has its own draw");
}

#[test]
fn an_order_called_off_frees_its_crew() {
    let mut yard = Yard::new(0, 8);
    yard.ask(0, Work::Switch, 50.0);
    yard.ask(1, Work::Switch, 10.0);
    yard.run(STEP_S);
    assert_eq!(yard.sent_to(), [0]);
    yard.world
        .resource_mut::<WorkBoard>()
        .cancelled
        .push((ElementId(0), Work::Switch));
    yard.run(STEP_S);
    assert_eq!(yard.sent_to(), [0, 1]);
    let called_off = yard.events("work_cancelled");
    assert_eq!(called_off[0].cause, Some(yard.events("work_started")[0].id));
    yard.run(3 * 3600);
    assert_eq!(yard.done.iter().map(|d| d.1).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_crew_leaves_a_repair_for_customers_who_wait() {
    let mut yard = Yard::new(0, 8);
    yard.ask(0, Work::RepairCable, 500.0);
    yard.ask(1, Work::Switch, 90.0);
    yard.run(6 * 3600);
    // Isolated, then the switch, then back to the cable for the repair alone.
    assert_eq!(yard.sent_to(), [0, 1, 0]);
    yard.run(30 * 3600);
    assert_eq!(yard.isolated.len(), 1);
    assert_eq!(yard.done.iter().map(|d| d.1).collect::<Vec<_>>(), [1, 0]);
    let chance = Chance::new(SEED);
    let cable = draw(chance, Work::RepairCable, yard.key(0), 0);
    let switch = draw(chance, Work::Switch, yard.key(1), 0);
    let isolated = border(cable.travel_s + cable.diagnosis_s);
    let switched = border(isolated + switch.travel_s + switch.work_s);
    assert_eq!(yard.isolated, [(isolated, 0)]);
    assert_eq!(
        yard.done,
        [
            (switched, 1),
            (border(switched + cable.return_s + cable.work_s), 0)
        ]
    );
}

#[test]
fn a_service_unit_is_finished_on_overtime_and_the_next_shift_is_fresh() {
    // One crew a shift, at 14 h: the job runs into the evening.
    let mut yard = Yard::new(0, 14);
    yard.ask(0, Work::ReplaceServiceUnit, 70.0);
    yard.run(2 * 3600);
    yard.ask(1, Work::Switch, 10.0);
    yard.run(STEP_S);
    assert_eq!(yard.point("crews_busy"), 2.0);
    assert_eq!(yard.point("crews_on_shift"), 1.0);
    let last = &yard.events("work_started")[1];
    assert!(last.note.starts_with("crew 2 to"), "{}", last.note);
}

#[test]
fn without_a_spare_the_fault_is_isolated_and_stays() {
    // No residents: one mobile substation.
    let mut yard = Yard::new(100_000, 7);
    yard.ask(0, Work::RepairTransformer, 9000.0);
    yard.ask(1, Work::RepairTransformer, 8000.0);
    yard.run(60 * 3600);
    assert_eq!(yard.isolated.len(), 2);
    assert_eq!(yard.done.len(), 1);
    assert_eq!(yard.point("crews_busy"), 0.0);
    assert_eq!(yard.point("work_waiting"), 1.0);
    assert_eq!(yard.events("work_halted").len(), 1);
    assert_eq!(yard.crews().stores.mobiles, 0);
}

#[test]
fn a_plant_has_its_own_staff() {
    let mut yard = Yard::new(0, 8);
    yard.ask(0, Work::RepairPlant, 0.0);
    yard.ask(1, Work::Switch, 10.0);
    yard.run(STEP_S);
    assert_eq!(yard.sent_to(), [0, 1]);
    assert_eq!(yard.point("crews_busy"), 1.0);
    yard.run(48 * 3600);
    assert_eq!(yard.done.len(), 2);
    assert!(yard.isolated.is_empty());
}

#[test]
fn mutual_aid_comes_to_a_major_event_alone() {
    let mut small = Yard::new(100_000, 7);
    for i in 0..14 {
        small.ask(i, Work::RepairCable, 1.0);
    }
    small.run(STEP_S);
    assert_eq!(small.crews().aid, Aid::None);

    let mut yard = Yard::new(100_000, 7);
    for i in 0..60 {
        yard.ask(i, Work::RepairCable, 1.0);
    }
    yard.run(12 * 3600);
    assert!(matches!(yard.crews().aid, Aid::Called { .. }));
    assert_eq!(yard.events("aid_called").len(), 1);
    yard.run(26 * 3600);
    let Aid::Here { crews } = yard.crews().aid else {
        panic!("no aid after 38 h: {:?}", yard.crews().aid);
    };
    assert!((6..=10).contains(&crews));
    // 21 h: seven day crews who stay on, three evening crews and the lent ones.
    assert_eq!(yard.point("crews_on_shift"), f64::from(7 + 3 + crews));
    yard.run(14 * 24 * 3600);
    assert_eq!(yard.done.len(), 60);
    assert_eq!(yard.crews().aid, Aid::None);
}

#[test]
fn crews_on_shift_follow_the_clock() {
    let mut yard = Yard::new(100_000, 6);
    let mut seen = Vec::new();
    for _ in 0..24 {
        yard.run(3600);
        seen.push(yard.point("crews_on_shift"));
    }
    // Hours ending at 7, then 8 ... 15, 16 ... 23, 24 ... 6.
    let expected = [vec![2.0], vec![7.0; 8], vec![3.0; 8], vec![2.0; 7]].concat();
    assert_eq!(seen, expected);
}

#[test]
fn a_restored_world_goes_on_as_the_first_did() {
    let load = |yard: &mut Yard| {
        for i in 0..12 {
            yard.ask(i, Work::Switch, f64::from(i));
            yard.ask(20 + i, Work::RepairCable, f64::from(i * 7 % 5));
            yard.ask(40 + i, Work::ReplaceServiceUnit, 60.0);
        }
    };
    let mut first = Yard::new(100_000, 9);
    load(&mut first);
    first.run(3 * 3600);
    let half = first.state.capture(&mut first.world).expect("captured");
    let next = first.world.resource::<Record>().next_event();
    let mut second = Yard::new(100_000, 9);
    second
        .state
        .restore(&mut second.world, &half)
        .expect("restored");
    second.world.insert_resource(Record::new(false));
    second.world.resource_mut::<Record>().resume_at(next);
    for yard in [&mut first, &mut second] {
        yard.done.clear();
        yard.run(20 * 3600);
    }
    assert!(!first.done.is_empty());
    assert_eq!(first.done, second.done);
    let hashes = [&mut first, &mut second].map(|y| {
        let whole = y.state.capture(&mut y.world).expect("captured");
        whole.hash()
    });
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], half.hash());
}
