//! How well a state satisfies continuity, apart from how it was found.
//!
//! It reads a state alone, so that tests and callers can judge any solver's result.

use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::state::State;

/// Inflow less outflow less what is drawn of each node, m3/s: 0 at a junction in balance and at every reservoir and tank,
/// whose `served` is their net inflow.
pub fn imbalance(network: &Network, state: &State) -> Vec<f64> {
    let mut excess: Vec<f64> = state.served_m3s.iter().map(|served| -served).collect();
    for (link, q) in network.links.iter().zip(&state.flow_m3s) {
        excess[link.from] -= q;
        excess[link.to] += q;
    }
    for (outlet, q) in network.outlets.iter().zip(&state.outlet_m3s) {
        excess[outlet.node] -= q;
    }
    for (i, node) in network.nodes.iter().enumerate() {
        if state.isolated[i] || !node.is_junction() {
            excess[i] = 0.0;
        }
    }
    excess
}
