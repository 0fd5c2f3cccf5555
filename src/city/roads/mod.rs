//! Road traffic: who drives where at which hour, which ways they choose, and where they wait.
//!
//! Every hour's trips are a user equilibrium; between two choices queues grow where a link lets fewer through than
//! usual, because its signals are dark, it is closed or it rains. It has no single vehicles, no parking and no
//! public transport, and a junction's turns cost nothing of their own.

pub mod fabric;
#[cfg(test)]
pub mod fixture;
pub mod inlets;
pub mod laws;
pub mod obstacles;
pub mod outlets;
pub mod publish;
pub mod queues;
pub mod routes;
pub mod state;
#[cfg(test)]
mod tests;

use crate::city::model::run::RunPlan;
use crate::city::roads::fabric::Fabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::inlets::SignalPower;
use crate::city::roads::inlets::Surface;
use crate::city::roads::inlets::TripFactor;
use crate::city::roads::outlets::DistrictTraffic;
use crate::city::roads::outlets::LinkTimes;
use crate::city::roads::state::Ledger;
use crate::city::roads::state::Obstacles;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::element::Elements;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::world::World;
use std::sync::Arc;

/// This domain's systems by stage, for the twin to order against others that share the record and the points.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoadSet {
    /// In Force: damage and commands.
    Strike,
    /// In Solve: everything physical.
    Physics,
    /// In Monitor: points.
    Publish,
}

/// Adds the domain to a world that is being built; nothing but its outlets and its sets where the city has no roads.
/// `known` is the fabric of an earlier world of the same city.
#[allow(clippy::too_many_arguments, reason = "as every domain, and the fabric")]
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
    known: Option<&Arc<Fabric>>,
) {
    let [before, _] = schedules;
    // Only the sets stand in stages: the twin orders the sets within their stage.
    before.configure_sets((
        RoadSet::Strike.in_set(Stage::Force),
        RoadSet::Physics.in_set(Stage::Solve),
        RoadSet::Publish.in_set(Stage::Monitor),
    ));
    // Others may read the outlets and write the inlets of a city without roads: they are empty.
    world.insert_resource(SignalPower::default());
    world.insert_resource(Surface::default());
    world.insert_resource(TripFactor::default());
    world.insert_resource(LinkTimes::default());
    world.insert_resource(DistrictTraffic::default());
    let known = known.filter(|fabric| fabric.is_of(&plan.city)).cloned();
    let Some(fabric) = known.or_else(|| Fabric::new(&plan.city, elements).map(Arc::new)) else {
        return;
    };
    let (nodes, links) = (fabric.roads().nodes.len(), fabric.links.len());
    world.insert_resource(publish::register(&fabric, points));
    world.insert_resource(Routes {
        share: vec![1.0; links],
        flow: vec![0.0; links],
        ..Routes::default()
    });
    world.insert_resource(Obstacles {
        open: vec![1.0; links],
        incident: vec![None; links],
        dark: vec![None; nodes],
        share: vec![1.0; links],
        rain: 0,
    });
    world.insert_resource(Queues {
        vehicles: vec![0.0; links],
        spilt: vec![None; links],
        ..Queues::default()
    });
    world.insert_resource(Ledger::default());
    world.insert_resource(SharedFabric(fabric));

    state.resource::<SignalPower>("roads/signals");
    state.resource::<Surface>("roads/surface");
    state.resource::<TripFactor>("roads/trips");
    state.resource::<LinkTimes>("roads/times");
    state.resource::<DistrictTraffic>("roads/districts");
    state.resource::<Routes>("roads/routes");
    state.resource::<Obstacles>("roads/obstacles");
    state.resource::<Queues>("roads/queues");
    state.resource::<Ledger>("roads/ledger");

    before.add_systems((
        obstacles::strike.in_set(RoadSet::Strike),
        (obstacles::look, routes::choose, queues::flow)
            .chain()
            .in_set(RoadSet::Physics),
        publish::publish.in_set(RoadSet::Publish),
    ));
}
