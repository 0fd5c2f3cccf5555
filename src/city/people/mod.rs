//! People in the heat: where they are, how hot their homes are, who goes to cooling centres, what it costs in health.
//!
//! Cohorts, not persons: expected numbers by district, age, kind of home and air conditioning. It makes no trips, draws
//! no household power (the grid's demand has the air conditioners) and commands nothing. Method: docs/people.md.

pub mod centres;
pub mod day;
pub mod fabric;
pub mod homes;
pub mod hospitals;
pub mod inlets;
pub mod laws;
pub mod life;
pub mod mortality;
pub mod outlets;
pub mod publish;
pub mod toll;

use crate::city::model::run::RunPlan;
use crate::city::people::centres::Centres;
use crate::city::people::fabric::Fabric;
use crate::city::people::homes::Stock;
use crate::city::people::hospitals::HospitalState;
use crate::city::people::hospitals::Hospitals;
use crate::city::people::inlets::Air;
use crate::city::people::inlets::Power;
use crate::city::people::inlets::TransitAccess;
use crate::city::people::life::Spell;
use crate::city::people::outlets::Activity;
use crate::city::people::outlets::CentreDemand;
use crate::city::people::toll::Toll;
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
pub enum PeopleSet {
    /// In Force: damage and commands.
    Strike,
    /// In Solve: everything physical.
    Physics,
    /// In Monitor: points.
    Publish,
}

/// Whether a city has people to look after; without, the domain is absent.
#[must_use]
pub fn lives_in(plan: &RunPlan) -> bool {
    plan.city.population() > 0
}

/// Adds the domain to a world that is being built.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
) {
    let [before, _] = schedules;
    // Only the sets stand in stages: the twin orders the sets within their stage.
    before.configure_sets((
        PeopleSet::Strike.in_set(Stage::Force),
        PeopleSet::Physics.in_set(Stage::Solve),
        PeopleSet::Publish.in_set(Stage::Monitor),
    ));
    if !lives_in(plan) {
        return;
    }
    let fabric = Fabric::new(&plan.city, elements, plan.step_s);
    let air_c = plan.weather.records.first().map_or(20.0, |r| r.temp_c);
    world.insert_resource(publish::register(&fabric, elements, points));
    world.insert_resource(Air::default());
    world.insert_resource(Power::default());
    world.insert_resource(TransitAccess::default());
    world.insert_resource(Activity::default());
    world.insert_resource(CentreDemand::default());
    world.insert_resource(Spell::default());
    world.insert_resource(Stock::new(&fabric, air_c));
    world.insert_resource(Centres::new(&fabric));
    world.insert_resource(Hospitals {
        all: vec![HospitalState::default(); fabric.hospitals.len()],
        ..Hospitals::default()
    });
    world.insert_resource(Toll::new(&fabric));
    world.insert_resource(fabric);

    state.resource::<Air>("people/air");
    state.resource::<Power>("people/power");
    state.resource::<TransitAccess>("people/access");
    state.resource::<Activity>("people/activity");
    state.resource::<CentreDemand>("people/centre_demand");
    state.resource::<Spell>("people/spell");
    state.resource::<Stock>("people/homes");
    state.resource::<Centres>("people/centres");
    state.resource::<Hospitals>("people/hospitals");
    state.resource::<Toll>("people/toll");

    before.add_systems((
        (life::watch, life::live).chain().in_set(PeopleSet::Physics),
        publish::publish.in_set(PeopleSet::Publish),
    ));
}
