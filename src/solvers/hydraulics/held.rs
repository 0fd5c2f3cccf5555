//! Pressure valves that hold their setting: a head is given, and a flow follows.
//!
//! The held node's row has a weight so large that its head is the setting; the flow that the node needs is drawn at the
//! valve's other end, one step late, which keeps the matrix symmetric (as in EPANET).

use crate::solvers::hydraulics::isolation::End;
use crate::solvers::hydraulics::isolation::held_end;
use crate::solvers::hydraulics::losses::MOST_SLOPE;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;
use crate::solvers::sparse::static_ldl::StaticLdl;

/// Weight of a held head in the matrix, m3/s per m: EPANET's 1e8 ft2/s.
const HOLD: f64 = 1e16 / MOST_SLOPE;
/// The node and the head that an active pressure valve holds.
pub fn held_head(network: &Network, state: &State, k: usize) -> Option<(usize, f64)> {
    let link = &network.links[k];
    let setting = state.setting[k]?;
    if state.status[k] != Status::Active {
        return None;
    }
    let node = match held_end(&link.kind) {
        End::From => link.from,
        End::To => link.to,
    };
    Some((node, network.nodes[node].elevation_m + setting))
}

/// Equations of an active pressure valve: its node's head is held, and what flows there is drawn at the other end.
pub fn hold(
    network: &Network,
    state: &State,
    ldl: &mut StaticLdl,
    row: &[u32],
    trial: &mut [f64],
    k: usize,
) {
    let Some((node, head)) = held_head(network, state, k) else {
        return;
    };
    let link = &network.links[k];
    // The general loop has put the present flow at both ends; the held end is to have none of it.
    let q = state.flow_m3s[k];
    trial[k] = q;
    let (from, to) = (row[link.from] as usize, row[link.to] as usize);
    let held = row[node] as usize;
    if node == link.to {
        ldl.vector[to] -= q;
        if q < 0.0 {
            ldl.vector[from] += q;
        }
    } else {
        ldl.vector[from] += q;
        if q < 0.0 {
            ldl.vector[to] -= q;
        }
    }
    ldl.diagonal[held] += HOLD;
    ldl.vector[held] += HOLD * (head - state.head_m[node]);
}

/// Sets the flow of an active pressure valve to what its held node needs; how much it changed, m3/s.
pub fn held_flow(network: &Network, state: &mut State, k: usize, around: &[usize]) -> f64 {
    let Some((node, _)) = held_head(network, state, k) else {
        return 0.0;
    };
    let mut excess = -state.served_m3s[node];
    for &m in around {
        let link = &network.links[m];
        if link.to == node {
            excess += state.flow_m3s[m];
        }
        if link.from == node {
            excess -= state.flow_m3s[m];
        }
    }
    for (outlet, flow) in network.outlets.iter().zip(&state.outlet_m3s) {
        if outlet.node == node {
            excess -= flow;
        }
    }
    let new = if node == network.links[k].to {
        -excess
    } else {
        excess
    };
    let moved = (new - state.flow_m3s[k]).abs();
    state.flow_m3s[k] = new;
    moved
}
