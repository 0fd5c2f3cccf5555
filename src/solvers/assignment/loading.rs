//! All-or-nothing loading: every trip on a quickest path at the present costs.

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::ShortestPathCost;
use crate::solvers::assignment::flow_state::FlowState;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::shortest_path::ShortestPaths;

/// Loads all trips at the costs of a state into `flow`, by arc, and returns what they cost there.
pub(super) fn all_or_nothing(
    network: &RoadNetwork,
    demand: &Demand,
    state: &FlowState,
    tree: &mut ShortestPaths,
    flow: &mut [f64],
) -> ShortestPathCost {
    flow.fill(0.0);
    let tails = network.tails();
    let mut passing = vec![0.0; network.nodes()];
    ShortestPathCost::each(network, demand, state, tree, |tree, pairs| {
        passing.fill(0.0);
        for pair in pairs {
            passing[demand.destinations()[pair] as usize] += demand.trips()[pair];
        }
        // From the farthest node back, so that each hands on all that passes through it.
        for node in tree.reached().iter().rev() {
            if let Some(arc) = tree.via(*node as usize) {
                let vehicles = passing[*node as usize];
                flow[arc as usize] += vehicles;
                passing[tails[arc as usize] as usize] += vehicles;
            }
        }
    })
}
