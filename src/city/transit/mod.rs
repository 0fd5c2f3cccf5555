//! Public transport domain: wiring of its systems.

pub mod inlets;
pub mod outlets;

use crate::city::model::run::RunPlan;
use crate::engine::element::Elements;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::world::World;

/// This domain's systems by stage, for the twin to order against others that share the record and the points.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransitSet {
    /// In Force: damage and commands.
    Strike,
    /// In Solve: everything physical.
    Physics,
    /// In Monitor: points.
    Publish,
}

/// Adds the domain to a world that is being built.
pub fn install(
    _world: &mut World,
    schedules: &mut [Schedule; 2],
    _state: &mut StateRegistry,
    _points: &mut PointsBuilder,
    _elements: &Elements,
    _plan: &RunPlan,
) {
    let [before, _] = schedules;
    // Only the sets stand in stages: the twin orders the sets within their stage.
    before.configure_sets((
        TransitSet::Strike.in_set(Stage::Force),
        TransitSet::Physics.in_set(Stage::Solve),
        TransitSet::Publish.in_set(Stage::Monitor),
    ));
}
