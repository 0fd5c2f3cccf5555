//! Public transport: vehicles run blocks, passengers travel one by one, power and heat reach both.
//!
//! It knows no roads and no grid: what they do to it stands in its inlets. Nobody replans a journey, no driver breaks a
//! rule on hours, no fare is paid.

pub mod boarding;
pub mod breakdowns;
pub mod days;
pub mod demand;
pub mod disruptions;
pub mod duties;
pub mod fabric;
#[cfg(test)]
mod fixture;
pub mod inlets;
pub mod laws;
pub mod meters;
pub mod movement;
pub mod outlets;
pub mod plans;
pub mod power;
pub mod publish;
pub mod riders;
pub mod service;
pub mod step;
#[cfg(test)]
mod tests;
pub mod travellers;
pub mod vehicle;

use crate::city::model::run::RunPlan;
use crate::city::transit::fabric::Fabric;
use crate::city::transit::inlets::Air;
use crate::city::transit::inlets::ChargePower;
use crate::city::transit::inlets::LegLinks;
use crate::city::transit::inlets::Ridership;
use crate::city::transit::inlets::Staff;
use crate::city::transit::inlets::Traction;
use crate::city::transit::inlets::Traffic;
use crate::city::transit::outlets::Access;
use crate::city::transit::outlets::ChargeDemand;
use crate::city::transit::outlets::Feeds;
use crate::city::transit::outlets::TractionDemand;
use crate::city::transit::service::Nature;
use crate::city::transit::service::Service;
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

/// Adds the domain to a world that is being built; nothing but empty sets for a city without public transport. `fabric`
/// is that of an earlier world of the same city, if there was one.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
    fabric: Option<Fabric>,
) {
    let [before, _] = schedules;
    // Only the sets stand in stages: the twin orders the sets within their stage.
    before.configure_sets((
        TransitSet::Strike.in_set(Stage::Force),
        TransitSet::Physics.in_set(Stage::Solve),
        TransitSet::Publish.in_set(Stage::Monitor),
    ));
    let Some(transit) = &plan.city.transit else {
        return;
    };
    let Some(fabric) = fabric.or_else(|| Fabric::new(&plan.city)) else {
        return;
    };
    let districts = plan.city.districts.len();
    world.insert_resource(Service::new(&fabric.0.net, districts));
    world.insert_resource(fabric);
    world.insert_resource(Nature::default());
    world.insert_resource(Feeds::of(transit));
    let legs = transit.legs.iter();
    world.insert_resource(LegLinks(legs.map(|leg| leg.road_links.clone()).collect()));
    world.insert_resource(Traffic::default());
    world.insert_resource(Traction::default());
    world.insert_resource(ChargePower::default());
    world.insert_resource(Air::default());
    world.insert_resource(Ridership::default());
    world.insert_resource(Staff::default());
    world.insert_resource(TractionDemand::default());
    world.insert_resource(ChargeDemand::default());
    world.insert_resource(Access {
        wait_min: vec![0.0; districts],
        carried: vec![1.0; districts],
    });
    world.insert_resource(publish::tags(points, transit, elements));
    state.resource::<Service>("transit/service");
    state.resource::<Traffic>("transit/traffic");
    state.resource::<Traction>("transit/traction");
    state.resource::<ChargePower>("transit/charge_power");
    state.resource::<Ridership>("transit/ridership");
    state.resource::<Staff>("transit/staff");
    state.resource::<TractionDemand>("transit/traction_demand");
    state.resource::<ChargeDemand>("transit/charge_demand");
    state.resource::<Access>("transit/access");
    before.add_systems((
        disruptions::strike.in_set(TransitSet::Strike),
        step::run.in_set(TransitSet::Physics),
        publish::publish.in_set(TransitSet::Publish),
    ));
}
