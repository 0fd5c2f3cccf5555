//! Conservation laws of the roads, checked on demand after a step.

use crate::city::roads::fabric::SharedFabric;
use crate::city::roads::inlets::TripFactor;
use crate::city::roads::state::Queues;
use crate::city::roads::state::Routes;
use crate::engine::world::Breach;
use bevy_ecs::world::World;

/// Vehicles that sums over days of queueing may lose to rounding.
const VEHICLES: f64 = 1e-6;
/// Vehicles an hour that sums over thousands of paths may lose at a node.
const NODE_VEH_H: f64 = 1e-6;

/// The laws that do not hold; none in a city without roads.
#[must_use]
pub fn breaches(world: &World) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let (Some(fabric), Some(queues), Some(routes)) = (
        world.get_resource::<SharedFabric>(),
        world.get_resource::<Queues>(),
        world.get_resource::<Routes>(),
    ) else {
        return breaches;
    };
    let waiting: f64 = queues.vehicles.iter().sum();
    let gap = queues.came - queues.left - waiting;
    if gap.abs() > VEHICLES * queues.came.max(1.0) {
        breaches.push(Breach {
            law: "roads/vehicles_conserved",
            detail: format!(
                "{} vehicles came to narrowed links, {} left, {waiting} wait: {gap} apart",
                queues.came, queues.left
            ),
        });
    }
    if let Some(link) = queues.vehicles.iter().position(|q| q.is_nan() || *q < 0.0) {
        let detail = format!("a queue of {} on link {link}", queues.vehicles[link]);
        breaches.push(Breach {
            law: "roads/queues_not_negative",
            detail,
        });
    }
    let usual = TripFactor::default();
    let factor = world.get_resource::<TripFactor>().unwrap_or(&usual);
    // What a choice sends into a junction leaves it. Centroids are where trips begin and end.
    if let Some(slot) = routes.slot {
        let mut balance = vec![0.0; fabric.0.roads().nodes.len()];
        for (link, flow) in fabric.0.roads().links.iter().zip(&routes.flow) {
            balance[link.to] += flow;
            balance[link.from] -= flow;
        }
        // Imported zones may be junctions, too. Trips without an open way are on no link, so only junctions without
        // trips of their own are judged.
        let demand = fabric.0.demand(slot as usize, factor);
        let mut ends = vec![false; balance.len()];
        for (origin, destination, _) in demand.iter() {
            ends[origin] = true;
            ends[destination] = true;
        }
        let total = demand.total().max(1.0);
        let worst = (0..balance.len())
            .filter(|node| !ends[*node])
            .max_by(|a, b| balance[*a].abs().total_cmp(&balance[*b].abs()));
        if let Some(node) = worst.filter(|n| balance[*n].abs() > NODE_VEH_H * total) {
            breaches.push(Breach {
                law: "roads/node_balance",
                detail: format!(
                    "{} veh/h more enter junction {} than leave it",
                    balance[node],
                    fabric.0.roads().nodes[node].id
                ),
            });
        }
    }
    breaches
}
