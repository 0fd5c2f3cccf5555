//! Nodal admittance matrix on a fixed pattern, rows in elimination order, with values that can be changed in place.
//!
//! An entry is always summed anew from the branches that make it up, in branch order, so that its bits depend on the
//! present network and not on the changes that led to it. Equations: MATPOWER User's Manual 8.0, section 3.2 to 3.5.

use crate::solvers::power_flow::complex::Complex;
use crate::solvers::power_flow::islands::is_live;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::Bus;
use crate::solvers::power_flow::network::Network;
use crate::solvers::sparse::ordering::Graph;

/// The two-port of a branch: currents into it are y_ff v_f + y_ft v_t and y_tf v_f + y_tt v_t. Per unit.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct BranchAdmittance {
    /// From side, own voltage.
    pub ff: Complex,
    /// From side, other voltage.
    pub ft: Complex,
    /// To side, other voltage.
    pub tf: Complex,
    /// To side, own voltage.
    pub tt: Complex,
}

impl BranchAdmittance {
    /// Two-port of a branch, in service or not; not finite without impedance.
    pub fn of(branch: &Branch) -> Self {
        let series = Complex::new(branch.r_pu, branch.x_pu).inverse();
        let tt = series + Complex::new(0.0, 0.5 * branch.b_pu);
        let ff = tt.scaled(1.0 / (branch.tap * branch.tap));
        let through = -series.scaled(1.0 / branch.tap);
        if branch.shift_rad == 0.0 {
            return BranchAdmittance {
                ff,
                ft: through,
                tf: through,
                tt,
            };
        }
        // y_ft = -y_s / conj(t), y_tf = -y_s / t with t = tap e^(j shift).
        let turn = Complex::from_polar(1.0, branch.shift_rad);
        BranchAdmittance {
            ff,
            ft: through * turn,
            tf: through * turn.conj(),
            tt,
        }
    }
}

/// Slot of a branch that is not in the matrix.
const NONE: u32 = u32::MAX;

/// The matrix. Row and column numbers are positions in elimination order; the first `unknown` are to be solved for.
#[derive(Clone, Debug)]
pub struct Admittance {
    /// Where each row begins; length positions + 1.
    pub(crate) start: Vec<u32>,
    /// Where in each row the columns at or beyond `unknown` begin.
    pub(crate) middle: Vec<u32>,
    /// Column of each off-diagonal entry, ascending in a row.
    pub(crate) column: Vec<u32>,
    /// Value of each off-diagonal entry.
    pub(crate) value: Vec<Complex>,
    /// Diagonal.
    pub(crate) diagonal: Vec<Complex>,
    /// Two-port of each branch of the network; zero where it carries nothing.
    pub(crate) branch: Vec<BranchAdmittance>,
    slot: Vec<[u32; 2]>,
    incident_start: Vec<u32>,
    incident: Vec<u32>,
}

impl Admittance {
    /// Builds the matrix. `graph` and `position` are in elimination order (`position` is `u32::MAX` for a bus outside).
    pub(crate) fn new(
        network: &Network,
        graph: &Graph,
        order: &[u32],
        position: &[u32],
        unknown: usize,
    ) -> Self {
        let n = order.len();
        let middle = (0..n)
            .map(|i| {
                let row = graph.neighbours_of(i);
                graph.start[i] + row.partition_point(|&j| (j as usize) < unknown) as u32
            })
            .collect();
        let slot_of = |a: u32, b: u32| match graph.neighbours_of(a as usize).binary_search(&b) {
            Ok(at) => graph.start[a as usize] + at as u32,
            Err(_) => NONE,
        };
        let mut matrix = Admittance {
            start: graph.start.clone(),
            middle,
            column: graph.neighbours.clone(),
            value: vec![Complex::default(); graph.neighbours.len()],
            diagonal: vec![Complex::default(); n],
            branch: Vec::with_capacity(network.branches.len()),
            slot: Vec::with_capacity(network.branches.len()),
            incident_start: vec![0; n + 1],
            incident: Vec::new(),
        };
        for (index, branch) in network.branches.iter().enumerate() {
            if is_live(network, index) {
                let (a, b) = (position[branch.from], position[branch.to]);
                matrix.slot.push([slot_of(a, b), slot_of(b, a)]);
                matrix.branch.push(BranchAdmittance::of(branch));
                matrix.incident_start[a as usize + 1] += 1;
                matrix.incident_start[b as usize + 1] += 1;
            } else {
                matrix.slot.push([NONE; 2]);
                matrix.branch.push(BranchAdmittance::default());
            }
        }
        for i in 0..n {
            matrix.incident_start[i + 1] += matrix.incident_start[i];
        }
        let mut next = matrix.incident_start.clone();
        matrix.incident = vec![0; next[n] as usize];
        for (index, branch) in network.branches.iter().enumerate() {
            if matrix.slot[index] == [NONE; 2] {
                continue;
            }
            for end in [branch.from, branch.to] {
                let at = &mut next[position[end] as usize];
                matrix.incident[*at as usize] = index as u32;
                *at += 1;
            }
            // Branches come in ascending order, so this sums an entry exactly as `restamp_pair` does.
            let [ft, tf] = matrix.slot[index];
            let y = matrix.branch[index];
            matrix.value[ft as usize] += y.ft;
            matrix.value[tf as usize] += y.tf;
        }
        for (i, &bus) in order.iter().enumerate() {
            matrix.restamp_bus(i, &network.buses[bus as usize], network, bus as usize);
        }
        matrix
    }

    /// Whether a branch is part of the matrix.
    pub(crate) fn has(&self, branch: usize) -> bool {
        self.slot.get(branch).is_some_and(|slot| *slot != [NONE; 2])
    }

    /// Sums the diagonal entry of the bus at position `i` anew.
    pub(crate) fn restamp_bus(&mut self, i: usize, bus: &Bus, network: &Network, index: usize) {
        let mut sum = Complex::new(bus.gs_pu, bus.bs_pu);
        for &b in
            &self.incident[self.incident_start[i] as usize..self.incident_start[i + 1] as usize]
        {
            let y = &self.branch[b as usize];
            sum += if network.branches[b as usize].from == index {
                y.ff
            } else {
                y.tt
            };
        }
        self.diagonal[i] = sum;
    }

    /// Takes over new values of a branch that is part of the matrix; `a` and `b` are the positions of its ends.
    pub(crate) fn restamp_branch(&mut self, index: usize, network: &Network, a: usize, b: usize) {
        let branch = &network.branches[index];
        self.branch[index] = BranchAdmittance::of(branch);
        let [ft, tf] = self.slot[index];
        let (mut out, mut back) = (Complex::default(), Complex::default());
        for &other in
            &self.incident[self.incident_start[a] as usize..self.incident_start[a + 1] as usize]
        {
            let y = &self.branch[other as usize];
            let [other_ft, other_tf] = self.slot[other as usize];
            if other_ft == ft && other_tf == tf {
                out += y.ft;
                back += y.tf;
            } else if other_ft == tf && other_tf == ft {
                out += y.tf;
                back += y.ft;
            }
        }
        self.value[ft as usize] = out;
        self.value[tf as usize] = back;
        self.restamp_bus(a, &network.buses[branch.from], network, branch.from);
        self.restamp_bus(b, &network.buses[branch.to], network, branch.to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transformer_two_port() {
        // x = 0.1, tap 0.5, shift 90 degrees: y_s = -10j, y_ff = -40j, y_ft = 20j e^(j90) = -20, y_tf = 20.
        let branch = Branch {
            from: 0,
            to: 1,
            r_pu: 0.0,
            x_pu: 0.1,
            b_pu: 0.0,
            tap: 0.5,
            shift_rad: std::f64::consts::FRAC_PI_2,
            in_service: true,
        };
        let y = BranchAdmittance::of(&branch);
        let near =
            |a: Complex, re: f64, im: f64| (a.re - re).abs() < 1e-13 && (a.im - im).abs() < 1e-13;
        assert!(near(y.ff, 0.0, -40.0) && near(y.tt, 0.0, -10.0), "{y:?}");
        assert!(near(y.ft, -20.0, 0.0) && near(y.tf, 20.0, 0.0), "{y:?}");
    }
}
