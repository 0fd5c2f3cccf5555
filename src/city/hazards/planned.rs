//! The planned events of a run: each begins and ends at its time, and tells the owners of its elements.
//!
//! It changes no element itself. Two events on one element do not add up: the later blow and the first end hold.

use crate::city::hazards::HAZARDS;
use crate::city::hazards::HazardSet;
use crate::city::hazards::hazard::Lift;
use crate::city::model::run::PlannedEvent;
use crate::engine::clock::Clock;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Repair;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use serde::Deserialize;
use serde::Serialize;

/// What the run has planned; static.
#[derive(Resource, Clone, Debug)]
struct Planned(Vec<Row>);

#[derive(Clone, Debug)]
struct Row {
    at_s: u64,
    until_s: Option<u64>,
    elements: Vec<ElementId>,
    blow: Option<Effect>,
    lift: Option<Lift>,
    /// A noun phrase, as `an import limit of 250 MW on grid/external/EXT`, and what of it cannot be done.
    note: String,
}

/// How far an event has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// Not yet begun.
    Ahead,
    /// Begun, with the number of that event.
    On(EventId),
    /// Ended.
    Over,
}

/// How far each planned event has come, in the plan's order; all of it is state.
#[derive(Resource, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EventPhases(Vec<Phase>);

/// Puts events, resolved to elements and all of them ahead, into a world that is being built.
pub fn add(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    elements: &Elements,
    events: &[PlannedEvent],
) {
    let rows: Vec<Row> = events.iter().map(|e| row(e, elements)).collect();
    world.insert_resource(EventPhases(vec![Phase::Ahead; rows.len()]));
    world.insert_resource(Planned(rows));
    state.resource::<EventPhases>("hazards/phases");
    let [before, _] = schedules;
    // Only the set stands in the stage, so that the twin may say so as well without a redundant edge.
    before.configure_sets(HazardSet.in_set(Stage::Force));
    before.add_systems(strike.in_set(HazardSet));
}

fn row(event: &PlannedEvent, elements: &Elements) -> Row {
    let hazard = HAZARDS.iter().find(|h| h.spec.name == event.hazard);
    let blow = hazard.and_then(|h| (h.blow)(event));
    let kind = event.hazard.replace('_', " ");
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    let mut note = format!("{article} {kind}");
    if let Some(value) = event.value {
        let unit = hazard.and_then(|h| h.spec.value).map_or("", |v| v.unit);
        note = format!("{note} {}", size(value, unit));
    }
    note = format!("{note} on {}", event.elements.join(", "));
    // A checked scenario holds none of the following; if one comes by another way, the record says so.
    if hazard.is_none() {
        note.push_str("; no such hazard is known, so nothing happens");
    } else if blow.is_none() {
        note.push_str("; it has no size, so nothing happens");
    }
    let mut struck = Vec::new();
    for name in &event.elements {
        match elements.find(name) {
            Some(id) => struck.push(id),
            None => note = format!("{note}; there is no {name}"),
        }
    }
    Row {
        at_s: event.at_s,
        until_s: event.until_s,
        elements: struck,
        blow,
        lift: hazard.and_then(|h| (h.lift)(event)),
        note,
    }
}

/// A hazard's size in words; tables carry units as suffixes, people write them otherwise.
fn size(value: f64, unit: &str) -> String {
    match unit {
        "mw" => format!("of {value} MW"),
        "share" => format!("to {} %", (value * 1000.0).round() / 10.0),
        other => format!("of {value} {other}"),
    }
}

/// Begins and ends what is due at this step (Force stage).
fn strike(
    planned: Res<Planned>,
    mut phases: ResMut<EventPhases>,
    mut queue: ResMut<DamageQueue>,
    mut record: ResMut<Record>,
    clock: Res<Clock>,
) {
    let t_s = clock.t_s();
    let is_due = |row: &Row, phase: Phase| match phase {
        Phase::Ahead => row.at_s <= t_s,
        Phase::On(_) => row.until_s.is_some_and(|end| end <= t_s),
        Phase::Over => false,
    };
    let rows = planned.0.iter().zip(&phases.0);
    if !rows.into_iter().any(|(row, phase)| is_due(row, *phase)) {
        return;
    }
    for (row, phase) in planned.0.iter().zip(&mut phases.0) {
        // An event shorter than a step begins and ends in it.
        while is_due(row, *phase) {
            *phase = match *phase {
                Phase::Ahead => Phase::On(begin(row, t_s, &mut queue, &mut record)),
                Phase::On(start) => {
                    end(row, start, t_s, &mut queue, &mut record);
                    Phase::Over
                }
                Phase::Over => Phase::Over,
            };
        }
    }
}

fn begin(row: &Row, t_s: u64, queue: &mut DamageQueue, record: &mut Record) -> EventId {
    let note = || row.note.clone();
    let cause = record.event(t_s, "hazard_started", only(row), None, 0.0, note);
    if let Some(effect) = row.blow {
        queue.damages.extend(row.elements.iter().map(|e| Damage {
            element: *e,
            effect,
            cause,
        }));
    }
    cause
}

fn end(row: &Row, start: EventId, t_s: u64, queue: &mut DamageQueue, record: &mut Record) {
    let note = || format!("end of: {}", row.note);
    let cause = record.event(t_s, "hazard_ended", only(row), Some(start), 0.0, note);
    for element in row.elements.iter().copied().filter(|_| row.blow.is_some()) {
        match row.lift {
            Some(Lift::Effect(effect)) => queue.damages.push(Damage {
                element,
                effect,
                cause,
            }),
            Some(Lift::Repair) => queue.repairs.push(Repair { element, cause }),
            None => {}
        }
    }
}

/// The element that stands in the record: the one struck, if it is one.
fn only(row: &Row) -> Option<ElementId> {
    match row.elements[..] {
        [element] => Some(element),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::element::ElementsBuilder;
    use crate::engine::schedule::schedules;
    use jiff::civil::date;

    fn event(hazard: &str, at_s: u64, until_s: Option<u64>, value: Option<f64>) -> PlannedEvent {
        PlannedEvent {
            hazard: hazard.to_owned(),
            at_s,
            until_s,
            elements: vec!["a".to_owned()],
            value,
        }
    }

    fn world(events: &[PlannedEvent]) -> (World, Schedule, StateRegistry) {
        let mut names = ElementsBuilder::default();
        for name in ["a", "b"] {
            names.add(name.to_owned(), None, [0.0, 0.0]);
        }
        let mut world = World::new();
        let mut both = schedules();
        let mut state = StateRegistry::default();
        add(&mut world, &mut both, &mut state, &names.finish(), events);
        state.resource::<Clock>("engine/clock");
        world.insert_resource(DamageQueue::default());
        world.insert_resource(Record::new(true));
        world.insert_resource(Clock::new(date(2027, 7, 12).at(0, 0, 0, 0), 60));
        let [before, _] = both;
        (world, before, state)
    }

    /// Damages and repairs sent, with the second of the step and the element.
    type Sent = (Vec<(u64, u32, Effect)>, Vec<(u64, u32)>);

    /// Runs steps and gives what was sent.
    fn run(world: &mut World, before: &mut Schedule, steps: u32) -> Sent {
        let (mut damages, mut repairs) = (Vec::new(), Vec::new());
        for _ in 0..steps {
            before.run(world);
            let t_s = world.resource::<Clock>().t_s();
            let sent = std::mem::take(&mut *world.resource_mut::<DamageQueue>());
            damages.extend(sent.damages.iter().map(|d| (t_s, d.element.0, d.effect)));
            repairs.extend(sent.repairs.iter().map(|r| (t_s, r.element.0)));
            world.resource_mut::<Clock>().advance();
        }
        (damages, repairs)
    }

    #[test]
    fn each_hazard_strikes_and_lifts_at_its_time() {
        let (mut world, mut before, _) = world(&[
            event("outage", 60, Some(300), None),
            event("trip", 90, None, None),
            event("feeder_fault", 180, None, None),
            event("import_limit", 0, Some(240), Some(250.0)),
            event("plant_derate", 0, Some(120), Some(0.4)),
        ]);
        let (damages, repairs) = run(&mut world, &mut before, 20);
        assert_eq!(
            damages,
            [
                (0, 0, Effect::Limit(250.0)),
                (0, 0, Effect::Derate(0.4)),
                (60, 0, Effect::Fail),
                // 90 s lies inside the second step: felt at the next border.
                (120, 0, Effect::Trip),
                (120, 0, Effect::Derate(1.0)),
                (180, 0, Effect::Fail),
                (240, 0, Effect::ClearLimit),
            ]
        );
        assert_eq!(repairs, [(300, 0)]);
        let record = world.resource::<Record>();
        let starts = record.events.iter().filter(|e| e.kind == "hazard_started");
        assert_eq!(starts.count(), 5);
        let ends: Vec<_> = record
            .events
            .iter()
            .filter(|e| e.kind == "hazard_ended")
            .collect();
        assert_eq!(ends.len(), 3);
        let outage = record
            .events
            .iter()
            .find(|e| e.note == "an outage on a")
            .expect("noted");
        assert_eq!(ends[2].cause, Some(outage.id));
        assert_eq!(record.events[0].note, "an import limit of 250 MW on a");
        assert_eq!(record.events[1].note, "a plant derate to 40 % on a");
        assert_eq!(record.events[0].element, Some(ElementId(0)));
    }

    #[test]
    fn an_event_shorter_than_a_step_begins_before_it_ends() {
        let (mut world, mut before, _) = world(&[event("outage", 10, Some(20), None)]);
        let (damages, repairs) = run(&mut world, &mut before, 5);
        assert_eq!(damages, [(60, 0, Effect::Fail)]);
        assert_eq!(repairs, [(60, 0)]);
    }

    #[test]
    fn what_cannot_be_done_is_noted_and_does_nothing() {
        let mut stray = event("outage", 0, None, None);
        stray.elements = vec!["a".to_owned(), "ghost".to_owned(), "b".to_owned()];
        let (mut world, mut before, _) = world(&[
            event("meteor", 0, Some(60), None),
            event("import_limit", 0, Some(60), None),
            stray,
        ]);
        let (damages, repairs) = run(&mut world, &mut before, 3);
        assert_eq!(damages, [(0, 0, Effect::Fail), (0, 1, Effect::Fail)]);
        assert!(repairs.is_empty());
        let events = &world.resource::<Record>().events;
        assert!(events[0].note.contains("no such hazard"));
        assert!(events[1].note.contains("no size"));
        assert!(events[2].note.contains("there is no ghost"));
        assert_eq!(events[2].element, None);
    }

    #[test]
    fn a_restored_world_does_not_strike_twice() {
        let plan = [
            event("outage", 60, Some(600), None),
            event("trip", 300, None, None),
        ];
        let (mut first, mut before, state) = world(&plan);
        run(&mut first, &mut before, 3);
        let half = state.capture(&mut first).expect("captured");
        let (mut second, mut again, _) = world(&plan);
        state.restore(&mut second, &half).expect("restored");
        let rest = run(&mut second, &mut again, 10);
        assert_eq!(rest.0, [(300, 0, Effect::Trip)]);
        assert_eq!(rest.1, [(600, 0)]);
        assert_eq!(rest, run(&mut first, &mut before, 10));
    }
}
