//! The order of one step: Force, Couple, Solve, Monitor, (Decide), Act, Record.
//!
//! Two chained schedules with a single-threaded executor; Decide runs between them, outside the ECS. Systems whose
//! order is not fixed and whose data overlap are an error when a schedule is built, so the order is never an accident.

use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::schedule::LogLevel;
use bevy_ecs::schedule::ScheduleBuildSettings;
use bevy_ecs::schedule::ScheduleLabel;
use bevy_ecs::schedule::SingleThreadedExecutor;

/// The stages of a step, in order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Outside inputs: weather, planned events, damage.
    Force,
    /// Outlets of one domain to inlets of another.
    Couple,
    /// Each domain's physics.
    Solve,
    /// Domains publish their points.
    Monitor,
    /// Commands are applied.
    Act,
    /// Rows are recorded.
    Record,
}

/// Force to Monitor.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BeforeDecide;

/// Act and Record.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AfterDecide;

/// The two schedules of a step, empty, with their stages chained.
#[must_use]
pub fn schedules() -> [Schedule; 2] {
    let mut before = strict(Schedule::new(BeforeDecide));
    before.configure_sets((Stage::Force, Stage::Couple, Stage::Solve, Stage::Monitor).chain());
    let mut after = strict(Schedule::new(AfterDecide));
    after.configure_sets((Stage::Act, Stage::Record).chain());
    [before, after]
}

fn strict(mut schedule: Schedule) -> Schedule {
    // The multi-threaded executor costs 40 to 90 us a step for systems as small as ours; worlds are run in parallel
    // instead (one a thread).
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        hierarchy_detection: LogLevel::Error,
        ..ScheduleBuildSettings::default()
    });
    schedule
}
