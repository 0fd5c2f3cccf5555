//! One run, from its description to its outcome: the loop around the twin.
//!
//! It prints nothing and writes nothing; who wants to see progress or to stop it hands in a callback.

use crate::city::twin::Names;
use crate::city::twin::Physics;
use crate::city::twin::Twin;
use crate::controllers;
use crate::controllers::ControllerError;
use crate::engine::command::Command;
use crate::engine::snapshot::SnapshotError;
use crate::engine::world::World;
use crate::experiment::operator::OperatorCommand;
use crate::experiment::operator::OperatorError;
use crate::experiment::pause::Pause;
use crate::results::outcome::RunOutcome;
use crate::scenario::build::Prepared;
use std::sync::Arc;
use thiserror::Error;

/// Why a run could not be carried out.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// No such controller, or not with such constants.
    #[error(transparent)]
    Controller(#[from] ControllerError),
    /// A command of the file names no point.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// A state could not be captured or taken up.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A law of the world was broken: a defect of this program.
    #[error("after {t_s} s the law '{law}' does not hold: {detail}")]
    Law {
        /// Simulated time, seconds.
        t_s: u64,
        /// The law.
        law: &'static str,
        /// By how much, and where.
        detail: String,
    },
}

/// What a watcher answers after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Run on.
    On,
    /// Stop here and keep the state.
    Pause,
}

/// How a run is carried out.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// Timed commands of a person, in order of time.
    pub commands: Vec<OperatorCommand>,
    /// State to go on from.
    pub resume: Option<Pause>,
    /// Whether the conservation laws are checked after every step; a breach ends the run.
    pub check_laws: bool,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// At its horizon.
    Finished(Box<RunOutcome>),
    /// Where the watcher stopped it.
    Paused(Box<Pause>),
}

/// Carries out a run. `watch` is told the simulated time, in seconds, after every step.
///
/// # Errors
/// [`ExecuteError`].
pub fn execute(
    prepared: &Prepared,
    orders: Orders,
    watch: impl FnMut(u64) -> Go,
) -> Result<Ended, ExecuteError> {
    execute_with_names(prepared, orders, None, |_| {}, watch)
}

/// As [`execute`], in a world that takes over the names of an earlier one of the same city; without them its own names are
/// handed to `keep` before the run.
///
/// # Errors
/// [`ExecuteError`].
pub fn execute_with_names(
    prepared: &Prepared,
    orders: Orders,
    names: Option<&Names>,
    keep: impl FnOnce(Names),
    mut watch: impl FnMut(u64) -> Go,
) -> Result<Ended, ExecuteError> {
    let plan = Arc::new(prepared.plan.clone());
    let physics = Physics::with_names(&plan, true, names);
    if names.is_none() {
        keep(physics.names());
    }
    let table = Arc::clone(physics.points().table());
    let controller = controllers::build(&plan, &table)?;
    let mut queue: Vec<(u64, Command)> = Vec::new();
    for order in &orders.commands {
        queue.push((order.at_s, order.resolve(&table)?));
    }
    let mut twin = Twin::new(physics, controller);
    if let Some(pause) = orders.resume {
        twin.restore(&pause.checkpoint)?;
        twin.physics_mut().take_up_record(pause.record);
    }
    let mut next = queue.partition_point(|(at_s, _)| *at_s < twin.physics().clock().t_s());
    while !twin.finished() {
        let t_s = twin.physics().clock().t_s();
        while let Some((_, command)) = queue.get(next).filter(|(at_s, _)| *at_s <= t_s) {
            twin.physics_mut().command(vec![command.clone()]);
            next += 1;
        }
        twin.step();
        if orders.check_laws
            && let Some(breach) = twin.physics_mut().broken_laws().into_iter().next()
        {
            return Err(ExecuteError::Law {
                t_s,
                law: breach.law,
                detail: breach.detail,
            });
        }
        if watch(twin.physics().clock().t_s()) == Go::Pause && !twin.finished() {
            let checkpoint = twin.checkpoint()?;
            let record = twin.physics().record().clone();
            let config_hash = prepared.config_hash.clone();
            return Ok(Ended::Paused(Box::new(Pause {
                config_hash,
                checkpoint,
                record,
            })));
        }
    }
    let state_hash = twin.state_hash()?;
    let physics = twin.into_physics();
    let finals = physics.points().values().to_vec();
    let finished_s = physics.clock().t_s();
    let (elements, record) = physics.into_record();
    Ok(Ended::Finished(Box::new(RunOutcome {
        plan: prepared.plan.clone(),
        elements,
        points: table,
        finals,
        record,
        state_hash,
        config_hash: prepared.config_hash.clone(),
        scenario_toml: prepared.document.clone(),
        finished_s,
    })))
}
