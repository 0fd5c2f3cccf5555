//! The worst flow of each branch of a case: intact and after the loss of any other branch, by DC power flow.
//!
//! Factors: Wood, Wollenberg and Sheble, Power Generation, Operation and Control, 3rd ed., section 7. Losses and
//! reactive power are left out, which ratings with a margin can bear.

use crate::solvers::sparse::ldl::Ldl;
use crate::solvers::sparse::ordering::Graph;

/// A branch in service.
#[derive(Clone, Copy, Debug)]
pub struct FlowBranch {
    /// From bus.
    pub from: usize,
    /// To bus.
    pub to: usize,
    /// Reactance times tap, per unit.
    pub x_pu: f64,
    /// Phase shift, radians.
    pub shift_rad: f64,
}

/// Below this remainder the loss of a branch splits the network: nothing flows round it.
const SPLITS: f64 = 1e-6;

/// Largest magnitude of each branch's flow, per unit, over the intact network and every single loss that does not
/// split it; none if the network cannot be solved. `injections_pu` are net by bus; `slack` takes what is left, and
/// every part without it is held at its first bus.
#[must_use]
pub fn worst_flows(
    buses: usize,
    slack: usize,
    branches: &[FlowBranch],
    injections_pu: &[f64],
) -> Option<Vec<f64>> {
    let held = held(buses, slack, branches);
    let graph = Graph::from_edges(buses, branches.iter().map(|b| (b.from as u32, b.to as u32)));
    let mut diagonal = vec![0.0; buses];
    let mut values = vec![0.0; graph.neighbours.len()];
    let mut place = |i: usize, j: usize, value: f64| {
        let row = graph.neighbours_of(i);
        if let Ok(k) = row.binary_search(&(j as u32)) {
            values[graph.start[i] as usize + k] += value;
        }
    };
    for b in branches.iter().filter(|b| b.from != b.to) {
        let y = 1.0 / b.x_pu;
        diagonal[b.from] += y;
        diagonal[b.to] += y;
        // Rows and columns of held buses are those of the identity.
        if !held[b.from] && !held[b.to] {
            place(b.from, b.to, -y);
            place(b.to, b.from, -y);
        }
    }
    for (bus, held) in held.iter().enumerate() {
        if *held {
            diagonal[bus] = 1.0;
        }
    }
    let factors = Ldl::new(&graph, &diagonal, &values).ok()?;
    let mut work = Vec::new();
    let mut angles = injections_pu.to_vec();
    for b in branches {
        let driven = b.shift_rad / b.x_pu;
        angles[b.from] += driven;
        angles[b.to] -= driven;
    }
    hold(&mut angles, &held);
    factors.solve(&mut angles, &mut work);
    let flow: Vec<f64> = branches
        .iter()
        .map(|b| (angles[b.from] - angles[b.to] - b.shift_rad) / b.x_pu)
        .collect();
    let mut worst: Vec<f64> = flow.iter().map(|f| f.abs()).collect();
    let mut transfer = vec![0.0; buses];
    for (k, out) in branches.iter().enumerate() {
        transfer.fill(0.0);
        transfer[out.from] += 1.0;
        transfer[out.to] -= 1.0;
        hold(&mut transfer, &held);
        factors.solve(&mut transfer, &mut work);
        let remainder = 1.0 - (transfer[out.from] - transfer[out.to]) / out.x_pu;
        if remainder < SPLITS {
            continue;
        }
        let moved = flow[k] / remainder;
        for (l, b) in branches.iter().enumerate() {
            if l != k {
                let after = flow[l] + (transfer[b.from] - transfer[b.to]) / b.x_pu * moved;
                worst[l] = worst[l].max(after.abs());
            }
        }
    }
    Some(worst)
}

fn hold(values: &mut [f64], held: &[bool]) {
    for (value, held) in values.iter_mut().zip(held) {
        if *held {
            *value = 0.0;
        }
    }
}

/// One bus of every connected part: the slack of its own, the first of the others.
fn held(buses: usize, slack: usize, branches: &[FlowBranch]) -> Vec<bool> {
    let mut part: Vec<usize> = (0..buses).collect();
    fn root(part: &mut [usize], mut i: usize) -> usize {
        while part[i] != i {
            part[i] = part[part[i]];
            i = part[i];
        }
        i
    }
    for b in branches {
        let (i, j) = (root(&mut part, b.from), root(&mut part, b.to));
        let (low, high) = (i.min(j), i.max(j));
        part[high] = low;
    }
    let slack_part = root(&mut part, slack);
    (0..buses)
        .map(|bus| {
            if root(&mut part, bus) == slack_part {
                bus == slack
            } else {
                part[bus] == bus
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(from: usize, to: usize, x_pu: f64) -> FlowBranch {
        FlowBranch {
            from,
            to,
            x_pu,
            shift_rad: 0.0,
        }
    }

    #[test]
    fn a_triangle_by_hand() {
        // 90 pu from bus 0 to bus 1: 60 on the direct line, 30 round; the loss of either way leaves all on the other.
        let branches = [branch(0, 1, 0.1), branch(1, 2, 0.1), branch(0, 2, 0.1)];
        let worst = worst_flows(3, 0, &branches, &[90.0, -90.0, 0.0]).unwrap();
        assert!(worst.iter().all(|w| (w - 90.0).abs() < 1e-9), "{worst:?}");
    }

    #[test]
    fn a_radial_line_keeps_its_own_flow_and_parts_are_solved_apart() {
        let branches = [branch(0, 1, 0.1), branch(2, 3, 0.2)];
        let worst = worst_flows(4, 0, &branches, &[50.0, -50.0, 7.0, -7.0]).unwrap();
        assert!(
            (worst[0] - 50.0).abs() < 1e-9 && (worst[1] - 7.0).abs() < 1e-9,
            "{worst:?}"
        );
    }

    #[test]
    fn a_phase_shift_drives_a_flow_round() {
        // Two equal lines in parallel, one with a shift of 0.02 rad: 0.02 / 0.2 goes round.
        let shifted = FlowBranch {
            shift_rad: 0.02,
            ..branch(0, 1, 0.1)
        };
        let worst = worst_flows(2, 0, &[shifted, branch(0, 1, 0.1)], &[0.0, 0.0]).unwrap();
        assert!((worst[0] - 0.1).abs() < 1e-12, "{worst:?}");
    }
}
