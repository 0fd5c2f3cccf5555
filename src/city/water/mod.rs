//! The drinking-water domain: demand, pumps, pressure, tanks, bursts and open hydrants.
//!
//! It has no controller beyond the level switches that every utility has, no crews and no water quality; power, weather and
//! people reach it by couplings alone. A city without a water layer has nothing of it.

pub mod control;
pub mod demand;
pub mod events;
pub mod fabric;
pub mod flow;
pub mod hydrants;
pub mod inlets;
pub mod laws;
pub mod outlets;
pub mod physics;
pub mod publish;
pub mod state;
pub mod strike;
#[cfg(test)]
mod tests;
pub mod wear;

use crate::city::model::run::RunPlan;
use crate::city::water::fabric::Shared;
use crate::city::water::fabric::WaterFabric;
use crate::city::water::inlets::Air;
use crate::city::water::inlets::DemandFactor;
use crate::city::water::inlets::StationPower;
use crate::city::water::outlets::PumpDemand;
use crate::city::water::outlets::Service;
use crate::city::water::physics::Asked;
use crate::city::water::physics::Solver;
use crate::city::water::state::Totals;
use crate::city::water::state::WaterState;
use crate::engine::chance::Chance;
use crate::engine::element::Elements;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use crate::solvers::hydraulics::state::State;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::world::World;
use std::sync::Arc;

/// This domain's systems by stage, for the twin to order against others that share the record and the points.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaterSet {
    /// In Force: damage and crews' work.
    Strike,
    /// In Solve: everything physical.
    Physics,
    /// In Monitor: points.
    Publish,
}

/// Adds the domain to a world that is being built; `known` is the fabric of an earlier world of the same city.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
    known: Option<&Arc<WaterFabric>>,
) {
    let [before, _] = schedules;
    // Only the sets stand in stages: the twin orders the sets within their stage.
    before.configure_sets((
        WaterSet::Strike.in_set(Stage::Force),
        WaterSet::Physics.in_set(Stage::Solve),
        WaterSet::Publish.in_set(Stage::Monitor),
    ));
    let fabric = match known {
        Some(known) => Arc::clone(known),
        None => match WaterFabric::new(&plan.city, elements) {
            Some(fabric) => Arc::new(fabric),
            None => return,
        },
    };
    world.insert_resource(publish::register(&fabric, points));
    world.insert_resource(Solver(fabric.solver.clone()));
    world.insert_resource(start(&fabric, plan));
    world.insert_resource(StationPower::default());
    world.insert_resource(Air {
        temp_c: plan.weather.records.first().map_or(20.0, |r| r.temp_c),
    });
    world.insert_resource(DemandFactor::default());
    world.insert_resource(PumpDemand::default());
    world.insert_resource(Service::default());
    world.insert_resource(Asked::default());
    world.insert_resource(Shared(fabric));
    state.resource::<WaterState>("water/state");
    state.resource::<StationPower>("water/power");
    state.resource::<Air>("water/air");
    state.resource::<DemandFactor>("water/people");
    state.resource::<PumpDemand>("water/pump-demand");
    state.resource::<Service>("water/service");
    state.resource::<Asked>("water/asked");
    before.add_systems((
        strike::strike.in_set(WaterSet::Strike),
        physics::step.in_set(WaterSet::Physics),
        publish::publish.in_set(WaterSet::Publish),
    ));
}

/// The net at the start of a run: tanks at their starting levels, nothing broken.
fn start(fabric: &WaterFabric, plan: &RunPlan) -> WaterState {
    let water = fabric.water();
    let stations = water.stations.len();
    let volume_m3: Vec<f64> = water.tanks.iter().map(|t| t.area_m2 * t.start_m).collect();
    let day = (86_400 / plan.weather.interval_s.max(1)) as usize;
    let first: Vec<f64> = plan
        .weather
        .records
        .iter()
        .take(day)
        .map(|r| r.temp_c)
        .collect();
    // The days before were like the first.
    let mean_c = first.iter().sum::<f64>() / first.len().max(1) as f64;
    WaterState {
        net: State::start(fabric.solver.network()),
        totals: Totals {
            stored_at_start_m3: volume_m3.iter().sum(),
            least_share: 1.0,
            ..Totals::default()
        },
        volume_m3,
        running: vec![1; stations],
        dark: vec![None; stations],
        failed: vec![None; stations],
        surge_until_s: vec![0; fabric.zone_tank.len()],
        wear: wear::begin(fabric, Chance::new(plan.seed)),
        bursts: Vec::new(),
        hydrants: Vec::new(),
        warmth_c: mean_c,
        dirty: true,
        empty: vec![None; water.tanks.len()],
        low: vec![None; fabric.city.districts.len()],
        imbalance_m3s: 0.0,
        solves: [0, 0],
    }
}
