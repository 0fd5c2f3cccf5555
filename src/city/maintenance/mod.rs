//! Field crews: restoration and repair of what failed or tripped, in a simple form.
//!
//! Requests come from the domains that own the elements, over `engine::damage::WorkBoard`, and so does the report of
//! work done. Crews have shifts, mutual aid, drawn travel and work times and a stock of spares; they have no skills, no
//! places, no fatigue limit, and do no preventive work.

pub mod dispatch;
pub mod durations;
pub mod inlets;
pub mod orders;
pub mod roster;
pub mod stores;

use crate::city::maintenance::dispatch::Crews;
use crate::city::maintenance::inlets::Streets;
use crate::city::maintenance::roster::Roster;
use crate::city::maintenance::stores::Stores;
use crate::city::model::run::RunPlan;
use crate::engine::clock::Clock;
use crate::engine::element::Elements;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::schedule::Stage;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::IntoScheduleConfigs;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;

#[cfg(test)]
mod tests;

/// This domain's systems, for the twin to order against those of other domains that share the work board, the record
/// and the points.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaintenanceSet {
    /// In the Solve stage: requests in, crews out, reports back. Goes after the owners' own Solve systems, so that what
    /// they ask for is taken up in the same step.
    Work,
    /// In the Monitor stage: points.
    Publish,
}

/// Ids of this domain's points; static.
#[derive(Resource, Clone, Copy, Debug)]
struct Tags {
    crews_busy: PointId,
    crews_on_shift: PointId,
    work_waiting: PointId,
    crew_hours: PointId,
    work_orders: PointId,
}

/// Adds the domain to a world that is being built.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    points: &mut PointsBuilder,
    _elements: &Elements,
    plan: &RunPlan,
) {
    let roster = Roster::of(plan.city.customers());
    world.insert_resource(match plan.city.water {
        Some(_) => roster.with_water(plan.city.population()),
        None => roster,
    });
    world.insert_resource(Crews {
        stores: Stores::of(plan.city.population()),
        ..Crews::default()
    });
    world.insert_resource(Streets::default());
    world.insert_resource(tags(points));
    state.resource::<Crews>("maintenance/crews");
    state.resource::<Streets>("maintenance/streets");
    let [before, _] = schedules;
    // Only the sets stand in stages: a system in both a stage and a set of that stage is a redundant edge, an error once
    // the twin orders the sets within their stage.
    before.configure_sets((
        MaintenanceSet::Work.in_set(Stage::Solve),
        MaintenanceSet::Publish.in_set(Stage::Monitor),
    ));
    before.add_systems((
        dispatch::work.in_set(MaintenanceSet::Work),
        publish.in_set(MaintenanceSet::Publish),
    ));
}

fn tags(points: &mut PointsBuilder) -> Tags {
    let mut tag = |name: &str, unit: &str, about: &str| {
        let path = format!("maintenance/{name}");
        let range = [0.0, f64::INFINITY];
        let entry = points.measured(path, unit, range, "maintenance", about);
        entry.keep(Keep::City).id()
    };
    Tags {
        crews_busy: tag(
            "crews_busy",
            "",
            "Crews under way or at work, those on overtime included.",
        ),
        crews_on_shift: tag("crews_on_shift", "", "Crews on shift, lent ones included."),
        work_waiting: tag(
            "work_waiting",
            "",
            "Work orders on which nobody works for want of a crew or a part.",
        ),
        crew_hours: tag(
            "crew_hours",
            "h",
            "Time that crews spent on orders since the start, the way included.",
        ),
        work_orders: tag("work_orders", "", "Work orders opened since the start."),
    }
}

fn publish(
    crews: Res<Crews>,
    roster: Res<Roster>,
    clock: Res<Clock>,
    tags: Res<Tags>,
    mut points: ResMut<Points>,
) {
    let hour = clock.hour_of_day();
    let on_shift = roster.on_shift(hour, crews.aid).count() + roster.water_on_shift(hour).len();
    points.publish(tags.crews_busy, crews.busy() as f64);
    points.publish(tags.crews_on_shift, on_shift as f64);
    points.publish(tags.work_waiting, crews.waiting() as f64);
    points.publish(tags.crew_hours, crews.crew_hours);
    points.publish(tags.work_orders, crews.work_orders() as f64);
}
