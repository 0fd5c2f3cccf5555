//! Where domains meet: one file a directed dependency. A coupling reads a domain's outlet and writes another's inlet,
//! nothing else.

pub mod weather_to_grid;

use crate::city::coupling::weather_to_grid::weather_to_grid;
use crate::engine::schedule::Stage;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;

/// How a dependency is closed in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The outlet of the same step, worked out before.
    SameStep,
    /// The outlet of the last step.
    LastStep,
    /// Both sides are solved again until they agree.
    Iterated,
}

/// One directed dependency.
#[derive(Clone, Copy, Debug)]
pub struct Coupling {
    /// Domain that acts.
    pub source: &'static str,
    /// Domain that is acted on.
    pub target: &'static str,
    /// What passes.
    pub carries: &'static str,
    /// How it is closed in time.
    pub timing: Timing,
}

/// All dependencies between domains.
pub const COUPLINGS: [Coupling; 1] = [Coupling {
    source: "weather",
    target: "grid",
    carries: "air, humidity, sun, wind and soil temperature: demand, ratings, photovoltaics, wear",
    timing: Timing::SameStep,
}];

/// Adds all couplings to a step.
pub fn install(schedules: &mut [Schedule; 2]) {
    schedules[0].add_systems(weather_to_grid.in_set(Stage::Couple));
}
