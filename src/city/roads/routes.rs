//! When drivers choose their ways: at every full hour, and at the next quarter of an hour after the roads have changed.
//!
//! In between they hold on to what they chose, and wait in queues where a link lets fewer through (`queues`). A choice
//! is a user equilibrium of the hour's trips on the links as they are, the present queues being part of what a link
//! costs. An hour that nothing disturbs is taken from the fabric.

use crate::city::roads::fabric::Fabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::inlets::TripFactor;
use crate::city::roads::queues::wait_min;
use crate::city::roads::state::Obstacles;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::clock::Clock;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::gradient_projection;
use crate::solvers::assignment::performance::LinkPerformance;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// How soon drivers learn of a change: the next quarter of an hour, by radio, phones and what they see.
const LEARN_S: u64 = 900;
/// Gap of a disturbed hour. Drivers who learn of a closure by hearsay are no nearer to an equilibrium than this.
const DISTURBED: AssignmentOptions = AssignmentOptions {
    gap: 5e-4,
    max_iterations: 100,
};

/// The slot of a time: hour of the day, 24 more on a weekend.
#[must_use]
pub fn slot(clock: &Clock) -> usize {
    let hour = usize::from(clock.now().hour().unsigned_abs());
    if clock.is_weekend() { 24 + hour } else { hour }
}

/// Lets drivers choose, if it is time.
pub fn choose(
    fabric: Res<SharedFabric>,
    clock: Res<Clock>,
    factor: Res<TripFactor>,
    obstacles: Res<Obstacles>,
    queues: Res<Queues>,
    mut routes: ResMut<Routes>,
) {
    let slot = slot(&clock);
    // The first step of a quarter.
    let news = clock.t_s() % LEARN_S < u64::from(clock.step_s());
    let is_due = routes.slot != Some(slot as u32) || (news && routes.share != obstacles.share);
    if !is_due {
        return;
    }
    let routes = &mut *routes;
    routes.slot = Some(slot as u32);
    routes.share.clone_from(&obstacles.share);
    routes.flow = flows(&fabric.0, slot, &factor, &obstacles, &queues);
}

fn flows(
    fabric: &Fabric,
    slot: usize,
    factor: &TripFactor,
    obstacles: &Obstacles,
    queues: &Queues,
) -> Vec<f64> {
    let sound = obstacles.share.iter().all(|s| *s >= 1.0);
    let nobody_waits = queues.vehicles.iter().all(|q| *q <= 0.0);
    let as_usual = factor.share.iter().all(|f| *f == 1.0);
    if sound && nobody_waits && as_usual {
        return fabric.normal(slot).flow.clone();
    }
    let links: Vec<LinkPerformance> = fabric
        .links
        .iter()
        .zip(&obstacles.share)
        .zip(&queues.vehicles)
        .map(|((link, share), queue)| LinkPerformance {
            capacity: link.capacity * share,
            closed: *share <= 0.0,
            fixed_cost: link.fixed_cost + wait_min(link.capacity, *share, *queue),
            ..*link
        })
        .collect();
    let demand = fabric.demand(slot, factor);
    let mut paths = fabric.start(slot);
    match gradient_projection::solve(&fabric.network, &links, &demand, &mut paths, &DISTURBED) {
        Ok(found) => found.flow,
        // Links and trips were checked; were they wrong after all, people would drive as usual.
        Err(_) => fabric.normal(slot).flow.clone(),
    }
}
