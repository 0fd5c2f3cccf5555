//! The contract of forks and checkpoints: a copy goes on exactly as the original would, the original does not notice,
//! and a state of another world is refused. Each property is tried with outages and crews' work in progress.

#![allow(clippy::unwrap_used, reason = "a test panics and tells")]

#[path = "common/city.rs"]
mod city;

use autopolis::city::twin::Checkpoint;
use autopolis::city::twin::Physics;
use autopolis::engine::command::Command;
use autopolis::engine::snapshot::SnapshotError;
use autopolis::engine::world::World;
use autopolis::scenario::build::Prepared;
use city::STORMY;
use city::command;
use city::generated;
use city::overrides;
use city::plan;
use city::prepared;
use city::twin;
use city::value;

const HOUR: u32 = 60;

fn steps(world: &mut Physics, count: u32) {
    for _ in 0..count {
        world.step();
    }
}

/// The two cities that the contract is tried on, in trouble.
fn cities(controller: &str, hours: f64) -> [Prepared; 2] {
    let over = overrides(controller, hours, STORMY);
    [
        prepared("storm", &over),
        generated("storm", &over, 20_000, 3),
    ]
}

/// A physics after three hours, in the midst of it.
fn in_trouble(prepared: &Prepared) -> Physics {
    let mut physics = Physics::new(&plan(prepared), true);
    steps(&mut physics, 3 * HOUR);
    assert!(value(&physics, "grid/customers_out") > 0.0, "all is well");
    let failures = physics.record().events.iter();
    assert!(failures.filter(|e| e.kind.ends_with("failure")).count() > 1);
    physics
}

/// Something of every kind of command, in the third and the fourth hour.
fn commands(physics: &Physics) -> Vec<(u32, Command)> {
    let grid = &physics.plan().city.grid;
    let feeder = format!("grid/feeder/{}/closed", grid.feeders[1].id);
    let by_hand = grid.lines.iter().find(|l| !l.remote_controlled).unwrap();
    let transformer = &grid.transformers[0].id;
    let list = [
        (3, feeder.clone(), 0.0),
        (5, format!("grid/plant/{}/p_set_mw", grid.plants[0].id), 3.0),
        (9, format!("grid/line/{}/closed", by_hand.id), 0.0),
        (20, format!("grid/transformer/{transformer}/v_set_pu"), 0.98),
        (61, feeder, 1.0),
    ];
    list.into_iter()
        .map(|(at, path, value)| (at, command(physics, &path, value)))
        .collect()
}

fn steps_with(world: &mut Physics, count: u32, commands: &[(u32, Command)]) {
    for step in 0..count {
        let due = commands.iter().filter(|(at, _)| *at == step);
        world.command(due.map(|(_, c)| c.clone()).collect());
        world.step();
    }
}

#[test]
fn a_fork_goes_on_as_its_parent_and_the_parent_does_not_notice() {
    for prepared in cities("none", 8.0) {
        let mut parent = in_trouble(&prepared);
        let before = parent.hash().unwrap();
        let mut fork = parent.forked().unwrap();
        assert_eq!(parent.hash().unwrap(), before, "forking changed the parent");
        assert_eq!(fork.hash().unwrap(), before);
        steps(&mut fork, 3 * HOUR);
        assert_eq!(parent.hash().unwrap(), before, "the fork's steps did");
        let ahead = fork.hash().unwrap();
        assert_ne!(ahead, before);
        steps(&mut parent, 3 * HOUR);
        assert_eq!(parent.hash().unwrap(), ahead);
        assert_eq!(parent.record().next_event(), fork.record().next_event());
        assert!(fork.record().events.is_empty() && fork.record().series.t_s.is_empty());
    }
}

#[test]
fn a_fork_obeys_commands_as_its_parent_does() {
    for prepared in cities("none", 8.0) {
        let mut parent = in_trouble(&prepared);
        let commands = commands(&parent);
        let mut idle = parent.forked().unwrap();
        let mut fork = parent.forked().unwrap();
        steps_with(&mut fork, 3 * HOUR, &commands);
        // A fork of a fork, taken in the midst of the commands.
        let mut third = parent.forked().unwrap();
        steps_with(&mut third, HOUR, &commands);
        let mut third = third.forked().unwrap();
        let rest: Vec<(u32, Command)> = commands
            .iter()
            .filter(|(at, _)| *at >= HOUR)
            .map(|(at, c)| (at - HOUR, c.clone()))
            .collect();
        steps_with(&mut third, 2 * HOUR, &rest);
        steps_with(&mut parent, 3 * HOUR, &commands);
        steps(&mut idle, 3 * HOUR);
        let hash = parent.hash().unwrap();
        assert_eq!(fork.hash().unwrap(), hash);
        assert_eq!(third.hash().unwrap(), hash);
        assert_ne!(idle.hash().unwrap(), hash, "the commands did nothing");
    }
}

/// At the start, off the border of any interval, and while nothing has happened yet.
#[test]
fn a_fork_may_be_taken_at_any_step() {
    let over = overrides("none", 3.0, STORMY);
    let mut world = Physics::new(&plan(&generated("storm", &over, 20_000, 5)), true);
    for at in [0, 1, 43, 61] {
        while world.clock().tick() < at {
            world.step();
        }
        let mut fork = world.forked().unwrap();
        let mut other = fork.forked().unwrap();
        let mut third = world.forked().unwrap();
        for copy in [&mut fork, &mut other] {
            steps(copy, 30);
        }
        steps(&mut third, 31);
        let hash = fork.hash().unwrap();
        assert_eq!(other.hash().unwrap(), hash, "at {at}");
        assert_ne!(third.hash().unwrap(), hash);
        assert_eq!(world.clock().tick(), at);
    }
}

#[test]
fn commands_that_wait_are_part_of_the_state() {
    let over = overrides("none", 2.0, &[]);
    let prepared = generated("calm-day", &over, 20_000, 1);
    let mut physics = Physics::new(&plan(&prepared), true);
    steps(&mut physics, 10);
    let feeder = &prepared.plan.city.grid.feeders[0].id;
    let open = command(&physics, &format!("grid/feeder/{feeder}/closed"), 0.0);
    physics.command(vec![open]);
    let mut fork = physics.forked().unwrap();
    steps(&mut fork, 3);
    steps(&mut physics, 3);
    assert!(value(&fork, "grid/customers_out") > 0.0);
    assert_eq!(fork.hash().unwrap(), physics.hash().unwrap());
}

#[test]
fn a_restored_checkpoint_goes_on_as_if_nothing_had_been() {
    for prepared in cities("rules", 6.0) {
        let plan = plan(&prepared);
        let mut whole = twin(&plan);
        let mut first = twin(&plan);
        // Not at the border of a control or record interval.
        while first.physics().clock().t_s() < 3 * 3600 + 7 * 60 {
            whole.step();
            first.step();
        }
        assert!(value(first.physics(), "grid/customers_out") > 0.0);
        let bytes = postcard::to_stdvec(&first.checkpoint().unwrap()).unwrap();
        let mut second = twin(&plan);
        let checkpoint: Checkpoint = postcard::from_bytes(&bytes).unwrap();
        second.restore(&checkpoint).unwrap();
        assert_eq!(second.state_hash().unwrap(), first.state_hash().unwrap());
        while !whole.finished() {
            whole.step();
            first.step();
            second.step();
        }
        let hash = whole.state_hash().unwrap();
        assert_eq!(first.state_hash().unwrap(), hash, "taking it changed it");
        assert_eq!(second.state_hash().unwrap(), hash);
        let (all, late) = (whole.physics().record(), second.physics().record());
        let since = |t_s: u64| t_s >= 3 * 3600 + 7 * 60;
        let events: Vec<_> = all.events.iter().filter(|e| since(e.t_s)).collect();
        assert!(!events.is_empty() && late.events.iter().eq(events));
        let decisions: Vec<_> = all.decisions.iter().filter(|d| since(d.t_s)).collect();
        assert!(!decisions.is_empty() && late.decisions.iter().eq(decisions));
        let rows = late.series.t_s.len();
        assert!(rows > 30);
        let skip = all.series.t_s.len() - rows;
        assert_eq!(all.series.t_s[skip..], late.series.t_s);
        let bits = |values: &[f64]| -> Vec<u64> { values.iter().map(|v| v.to_bits()).collect() };
        let skip = skip * all.series.points.len();
        assert!(bits(&all.series.values[skip..]) == bits(&late.series.values));
    }
}

#[test]
fn a_state_of_another_world_is_refused() {
    let over = overrides("rules", 1.0, &[]);
    let here = plan(&generated("calm-day", &over, 20_000, 1));
    let mut checkpoint = twin(&here).checkpoint().unwrap();
    assert!(twin(&here).restore(&checkpoint).is_ok());

    let there = plan(&generated("calm-day", &over, 30_000, 1));
    let refused = twin(&there).restore(&checkpoint);
    assert!(
        matches!(refused, Err(SnapshotError::Foreign(_))),
        "{refused:?}"
    );

    let over = overrides("none", 1.0, &[]);
    let nobody = plan(&generated("calm-day", &over, 20_000, 1));
    let refused = twin(&nobody).restore(&checkpoint);
    assert_eq!(refused, Err(SnapshotError::Foreign("controller")));

    let lines = checkpoint.physics.parts.iter_mut();
    let lines = lines.into_iter().find(|(name, _)| name == "grid/lines");
    let (_, bytes) = lines.unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    let refused = twin(&here).restore(&checkpoint);
    assert!(
        matches!(
            refused,
            Err(SnapshotError::Decode {
                part: "grid/lines",
                ..
            })
        ),
        "{refused:?}"
    );
    checkpoint
        .physics
        .parts
        .retain(|(name, _)| name != "grid/lines");
    let refused = twin(&here).restore(&checkpoint);
    assert_eq!(refused, Err(SnapshotError::Foreign("grid/lines")));
}
