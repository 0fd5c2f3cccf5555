//! The contract of determinism, from inside: same plan, same bytes; on any thread, from a fork, after a restore; and laws
//! of conservation that hold after every step. Files are compared in `cli_run`.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

use std::sync::Arc;

use autopolis::city::model::run::RunPlan;
use autopolis::city::twin::Physics;
use autopolis::city::twin::Twin;
use autopolis::controllers;
use autopolis::engine::command::Command;
use autopolis::engine::points::Access;
use autopolis::engine::world::World;
use autopolis::scenario::build::build;
use autopolis::scenario::document::Overrides;

/// Steps in three hours.
const THREE_HOURS: usize = 180;

/// The storm: within its first hours gusts, failures, trips and crews all have a part in the state.
fn plan(controller: &str, seed: u64) -> Arc<RunPlan> {
    let overrides = Overrides {
        controller: Some(controller.to_owned()),
        seed: Some(seed),
        ..Overrides::default()
    };
    Arc::new(build("storm", &overrides).unwrap().plan)
}

fn twin(plan: &Arc<RunPlan>) -> Twin {
    let physics = Physics::new(plan, true);
    let table = physics.points().table().clone();
    let interval_s = plan.control_interval_s;
    let controller = controllers::build(&plan.controller, &plan.city, &table, interval_s).unwrap();
    Twin::new(physics, controller)
}

fn after(plan: &Arc<RunPlan>, steps: usize) -> String {
    let mut twin = twin(plan);
    (0..steps).for_each(|_| twin.step());
    twin.state_hash().unwrap()
}

#[test]
fn two_threads_and_one_give_the_same_state() {
    let plans: Vec<_> = [1, 2].map(|seed| plan("rules", seed)).into();
    let alone: Vec<String> = plans.iter().map(|p| after(p, THREE_HOURS)).collect();
    let together: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = plans
            .iter()
            .map(|p| scope.spawn(|| after(p, THREE_HOURS)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(alone, together);
    assert_ne!(alone[0], alone[1], "the seed reaches the state");
}

/// Forked at each of these, world and fork run on and end in the same state: at the start, in the calm, in the storm
/// and while crews are out.
#[test]
fn a_fork_lives_the_same_three_hours() {
    let mut world = Physics::new(&plan("none", 2012), true);
    for hours in [0, 6, 12, 15] {
        while world.t_s() < hours * 3600 {
            world.step();
        }
        let mut fork = world.fork().unwrap();
        assert_eq!(world.hash().unwrap(), fork.hash().unwrap(), "at {hours} h");
        let mut other = fork.fork().unwrap();
        for _ in 0..THREE_HOURS {
            fork.step();
        }
        for _ in 0..THREE_HOURS {
            other.step();
        }
        let untouched = world.t_s();
        assert_eq!(untouched, hours * 3600);
        for _ in 0..THREE_HOURS {
            world.step();
        }
        let end = world.hash().unwrap();
        assert_eq!(end, fork.hash().unwrap(), "from {hours} h");
        assert_eq!(end, other.hash().unwrap(), "a fork's fork from {hours} h");
    }
    assert!(
        world.record().events.len() > 3,
        "a storm that nothing comes of proves little"
    );
}

/// A command given to the fork changes the fork alone.
#[test]
fn a_fork_is_a_world_of_its_own() {
    let mut world = Physics::new(&plan("none", 2012), true);
    for _ in 0..60 {
        world.step();
    }
    let before = world.hash().unwrap();
    let mut fork = world.fork().unwrap();
    let (point, spec) = world
        .points()
        .table()
        .iter()
        .find(|(_, spec)| {
            spec.access == Access::Controllable
                && spec.path.starts_with("grid/feeder/")
                && spec.path.ends_with("closed")
        })
        .unwrap();
    assert_eq!(spec.range, [0.0, 1.0]);
    fork.command(vec![Command {
        actor: "test".to_owned(),
        point,
        value: 0.0,
        reason: "to see whom it concerns".to_owned(),
    }]);
    fork.step();
    fork.step();
    assert_eq!(world.hash().unwrap(), before);
    world.step();
    world.step();
    assert_ne!(world.hash().unwrap(), fork.hash().unwrap());
}

/// A twin restored from a checkpoint, controller and all, ends where the one that ran through did.
#[test]
fn a_restored_twin_ends_in_the_same_state() {
    let plan = plan("rules", 2012);
    let mut through = twin(&plan);
    let mut restored = twin(&plan);
    for _ in 0..4 * THREE_HOURS {
        through.step();
    }
    let checkpoint = through.checkpoint().unwrap();
    restored.restore(&checkpoint).unwrap();
    for _ in 0..THREE_HOURS {
        through.step();
        restored.step();
    }
    assert_eq!(
        through.state_hash().unwrap(),
        restored.state_hash().unwrap()
    );
    // A checkpoint is of one plan and one controller.
    let mut foreign = twin(&self::plan("none", 2012));
    assert!(foreign.restore(&checkpoint).is_err());
}

#[test]
fn the_laws_hold_after_every_step_of_a_storm() {
    for controller in ["none", "rules"] {
        let mut twin = twin(&plan(controller, 2012));
        while !twin.finished() {
            twin.step();
            let breaches = twin.physics_mut().breaches();
            let t_s = twin.physics().clock().t_s();
            assert!(
                breaches.is_empty(),
                "{controller} after {t_s} s: {breaches:?}"
            );
        }
    }
}
