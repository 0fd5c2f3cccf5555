//! Vehicles that come, wait and get through: point queues in front of links that are narrower than usual.
//!
//! Between two choices of route the flow that wants a link is what drivers chose. A link at its usual width takes what
//! its performance function says. One that is narrowed lets through what is left of its capacity; the rest waits in a
//! queue that takes no room (a vertical queue: it does not block the links behind, but an event tells when it has
//! outgrown its link), and vehicles downstream are not missed there. Vehicles are conserved: what came has left or
//! waits.

use crate::city::roads::fabric::Fabric;
use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::fabric::minutes;
use crate::city::roads::outlets::DistrictTraffic;
use crate::city::roads::outlets::LinkTimes;
use crate::city::roads::routes::slot;
use crate::city::roads::state::Ledger;
use crate::city::roads::state::Obstacles;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::clock::Clock;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::DetectChanges;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// What a link lets through at most, over its practical capacity: 900 of 800 veh/h a lane behind signals (SIZING.md
/// section 4), a little less where drivers hesitate.
const UTMOST: f64 = 1.1;
/// Vehicles an hour that turn round in front of a closed link once they have another way.
const TURN_ROUND_VEH_H: f64 = 600.0;
/// What going round a closed link takes those who must (a bus on its line), minutes.
const AROUND_MIN: f64 = 10.0;
/// Road that a waiting vehicle takes, metres (HCM: 7 to 8).
const SPACING_M: f64 = 7.5;
/// Below this nobody waits: a thousandth of a vehicle.
const EMPTY: f64 = 1e-3;

/// Vehicles an hour that a link lets through at most.
fn through_veh_h(capacity: f64, share: f64) -> f64 {
    if share > 0.0 {
        UTMOST * capacity * share
    } else {
        TURN_ROUND_VEH_H
    }
}

/// Minutes that the last of a queue waits.
#[must_use]
pub fn wait_min(capacity: f64, share: f64, queue: f64) -> f64 {
    if queue > 0.0 {
        60.0 * queue / through_veh_h(capacity, share)
    } else {
        0.0
    }
}

/// Moves the vehicles of a step and works out times and rates.
#[allow(clippy::too_many_arguments, reason = "a system's resources")]
pub fn flow(
    fabric: Res<SharedFabric>,
    clock: Res<Clock>,
    routes: Res<Routes>,
    obstacles: Res<Obstacles>,
    mut queues: ResMut<Queues>,
    mut ledger: ResMut<Ledger>,
    mut times: ResMut<LinkTimes>,
    mut districts: ResMut<DistrictTraffic>,
    mut record: ResMut<Record>,
) {
    let fabric = &fabric.0;
    let slot = slot(&clock);
    let (queues, ledger) = (&mut *queues, &mut *ledger);
    let disturbed =
        obstacles.share.iter().any(|s| *s < 1.0) || queues.vehicles.iter().any(|q| *q > 0.0);
    // The first step of a choice, and every step of a disturbance and the one after it.
    let is_new = routes.is_changed() || disturbed || ledger.disturbed || times.min.is_empty();
    if is_new {
        let step_h = clock.step_h();
        let mut rates = Rates::default();
        times.min.resize(fabric.links.len(), 0.0);
        for (l, link) in fabric.links.iter().enumerate() {
            let share = obstacles.share[l];
            let wanted = routes.flow[l];
            let waiting = queues.vehicles[l];
            let narrowed = share < 1.0 || waiting > 0.0;
            let (through, min) = if narrowed {
                let most = through_veh_h(link.capacity, share);
                let (came, room) = (wanted * step_h, most * step_h);
                let mut left = (waiting + came).min(room);
                if waiting + came - left < EMPTY {
                    left = waiting + came;
                }
                let rest = waiting + came - left;
                queues.vehicles[l] = rest;
                queues.came += came;
                queues.left += left;
                let passing = (left / step_h).min(link.capacity * share);
                let moving = if share > 0.0 {
                    minutes(link, passing, share)
                } else {
                    AROUND_MIN.max(link.free_flow_time)
                };
                (left / step_h, moving + wait_min(link.capacity, share, rest))
            } else {
                (wanted, minutes(link, wanted, 1.0))
            };
            times.min[l] = min;
            let rest = queues.vehicles[l];
            let moving = min - wait_min(link.capacity, share, rest);
            rates.add(
                through,
                moving,
                rest,
                link.free_flow_time,
                fabric.roads().links[l].length_m,
            );
        }
        let normal = fabric.normal(slot);
        times.normal_min.clone_from(&normal.min);
        districts.slowdown = slowdowns(fabric, &normal.flow, &times);
        ledger.delay_veh = rates.delay_veh;
        ledger.km_h = rates.km_h;
        ledger.under_way = rates.under_way;
        ledger.disturbed = disturbed;
        spills(fabric, clock.t_s(), &obstacles, queues, &mut record);
    }
    let step_h = clock.step_h();
    ledger.delay_veh_h += ledger.delay_veh * step_h;
    ledger.normal_delay_veh_h += fabric.normal(slot).delay_veh * step_h;
    ledger.vehicle_km += ledger.km_h * step_h;
    let dark = obstacles.dark.iter().filter(|d| d.is_some()).count();
    ledger.signal_dark_h += dark as f64 * step_h;
}

#[derive(Default)]
struct Rates {
    delay_veh: f64,
    km_h: f64,
    under_way: f64,
}

impl Rates {
    fn add(&mut self, through: f64, moving_min: f64, waiting: f64, free_min: f64, length_m: f64) {
        self.delay_veh += through * (moving_min - free_min) / 60.0 + waiting;
        self.km_h += through * length_m / 1e3;
        self.under_way += through * moving_min / 60.0 + waiting;
    }
}

fn slowdowns(fabric: &Fabric, normal_flow: &[f64], times: &LinkTimes) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); fabric.district_ids.len()];
    let nodes = &fabric.roads().nodes;
    for (l, link) in fabric.roads().links.iter().enumerate() {
        if let Some(sum) = sums.get_mut(nodes[link.to].district) {
            sum.0 += normal_flow[l] * times.min[l];
            sum.1 += normal_flow[l] * times.normal_min[l];
        }
    }
    sums.iter()
        .map(|(now, normal)| if *normal > 0.0 { now / normal } else { 1.0 })
        .collect()
}

/// Tells when a queue outgrows its link, and when it no longer does (half, so that it does not flutter).
fn spills(
    fabric: &Fabric,
    t_s: u64,
    obstacles: &Obstacles,
    queues: &mut Queues,
    record: &mut Record,
) {
    for (l, link) in fabric.roads().links.iter().enumerate() {
        let queue = queues.vehicles[l];
        if queue <= 0.0 && queues.spilt[l].is_none() {
            continue;
        }
        let room = (link.length_m * link.lanes / SPACING_M).max(1.0);
        let cause: Option<EventId> = obstacles.incident[l].or(obstacles.dark[link.to]);
        let element = Some(fabric.link_ids[l]);
        match queues.spilt[l] {
            None if queue > room => {
                let event = record.event(t_s, "queue_spill", element, cause, 0.0, || {
                    format!(
                        "{queue:.0} vehicles wait on {}, which holds {room:.0}",
                        link.id
                    )
                });
                queues.spilt[l] = Some(event);
            }
            Some(event) if queue < 0.5 * room => {
                record.event(t_s, "queue_cleared", element, Some(event), 0.0, || {
                    format!("the queue on {} is back on its link", link.id)
                });
                queues.spilt[l] = None;
            }
            _ => {}
        }
    }
}
