//! DC power flow: real power and angles alone, linear.
//!
//! Exactly MATPOWER's `rundcpf`: branch susceptance 1 / (x tap), phase shifts as injections, shunt conductance as load at
//! 1 pu; no losses. Equations: MATPOWER User's Manual 8.0, section 3.7.

use crate::solvers::power_flow::check::check;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::islands::is_live;
use crate::solvers::power_flow::islands::islands;
use crate::solvers::power_flow::islands::slack_of_islands;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Network;
use crate::solvers::sparse::ldl::Ldl;
use crate::solvers::sparse::ordering::Graph;

/// A branch as the DC equations see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DcBranch {
    pub from: usize,
    pub to: usize,
    /// 1 / (x tap), per unit; 0 where it carries nothing.
    pub b_pu: f64,
    /// Flow that the phase shift alone drives, per unit: -b shift.
    pub shift_flow_pu: f64,
}

/// A network factorised for DC power flow.
#[derive(Clone, Debug)]
pub struct DcPowerFlow {
    pub(crate) branches: Vec<DcBranch>,
    /// Unknown number of each bus; `u32::MAX` for slack and isolated buses.
    pub(crate) unknown: Vec<u32>,
    pub(crate) ldl: Ldl,
    gs_pu: Vec<f64>,
    slack: Vec<usize>,
    unknowns: usize,
}

/// Result of a DC power flow.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DcSolution {
    /// Voltage angle of each bus, radians; 0 where isolated.
    pub va_rad: Vec<f64>,
    /// Flow into each branch at its from end, per unit.
    pub p_from_pu: Vec<f64>,
    /// Net injection (generation less load) needed at each island's slack bus, per unit: (bus, power).
    pub slack_p_pu: Vec<(usize, f64)>,
}

impl DcPowerFlow {
    /// Checks and factorises.
    ///
    /// # Errors
    /// As for the AC power flow, and [`PowerFlowError::NoReactance`] or [`PowerFlowError::Singular`].
    pub fn new(network: &Network) -> Result<Self, PowerFlowError> {
        check(network)?;
        let slack = slack_of_islands(network, &islands(network))?;
        let mut branches = Vec::with_capacity(network.branches.len());
        for (index, branch) in network.branches.iter().enumerate() {
            let live = is_live(network, index);
            if live && branch.x_pu == 0.0 {
                return Err(PowerFlowError::NoReactance { branch: index });
            }
            let b_pu = if live {
                1.0 / (branch.x_pu * branch.tap)
            } else {
                0.0
            };
            let shift_flow_pu = if live { -b_pu * branch.shift_rad } else { 0.0 };
            branches.push(DcBranch {
                from: branch.from,
                to: branch.to,
                b_pu,
                shift_flow_pu,
            });
        }
        let mut unknown = vec![u32::MAX; network.buses.len()];
        let mut bus_of = Vec::with_capacity(network.buses.len());
        for (bus, entry) in network.buses.iter().enumerate() {
            if matches!(entry.kind, BusKind::Pq | BusKind::Pv) {
                unknown[bus] = bus_of.len() as u32;
                bus_of.push(bus);
            }
        }
        let live = || branches.iter().filter(|b| b.b_pu != 0.0);
        let graph = Graph::from_edges(
            bus_of.len(),
            live().map(|b| (unknown[b.from], unknown[b.to])),
        );
        let mut diagonal = vec![0.0; bus_of.len()];
        let mut values = vec![0.0; graph.neighbours.len()];
        for b in live() {
            for (here, there) in [
                (unknown[b.from], unknown[b.to]),
                (unknown[b.to], unknown[b.from]),
            ] {
                let Some(own) = diagonal.get_mut(here as usize) else {
                    continue;
                };
                *own += b.b_pu;
                if let Ok(at) = graph.neighbours_of(here as usize).binary_search(&there) {
                    values[graph.start[here as usize] as usize + at] -= b.b_pu;
                }
            }
        }
        let ldl =
            Ldl::new(&graph, &diagonal, &values).map_err(|zero| PowerFlowError::Singular {
                bus: bus_of.get(zero.row).copied().unwrap_or(0),
            })?;
        Ok(DcPowerFlow {
            branches,
            unknown,
            ldl,
            gs_pu: network.buses.iter().map(|bus| bus.gs_pu).collect(),
            slack,
            unknowns: bus_of.len(),
        })
    }

    /// Solves for given net injections (per unit) and slack angles (radians, read at slack buses only).
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus.
    pub fn solve(&self, p_pu: &[f64], angle_set_rad: &[f64]) -> Result<DcSolution, PowerFlowError> {
        let n = self.unknown.len();
        PowerFlowError::length("p_pu", p_pu.len(), n)?;
        PowerFlowError::length("angle_set_rad", angle_set_rad.len(), n)?;
        let mut va_rad = vec![0.0; n];
        for &bus in &self.slack {
            va_rad[bus] = angle_set_rad[bus];
        }
        let mut net: Vec<f64> = p_pu.iter().zip(&self.gs_pu).map(|(p, gs)| p - gs).collect();
        for b in &self.branches {
            // Flow of the shift, and of the known angle of a slack end, moved to the right-hand side.
            let known = b.shift_flow_pu + b.b_pu * (va_rad[b.from] - va_rad[b.to]);
            net[b.from] -= known;
            net[b.to] += known;
        }
        let buses = || {
            self.unknown
                .iter()
                .enumerate()
                .filter(|(_, number)| **number != u32::MAX)
        };
        let mut angles: Vec<f64> = buses().map(|(bus, _)| net[bus]).collect();
        self.ldl.solve(&mut angles, &mut Vec::with_capacity(n));
        for (bus, &number) in buses() {
            va_rad[bus] = angles[number as usize];
        }
        let p_from_pu: Vec<f64> = self
            .branches
            .iter()
            .map(|b| b.shift_flow_pu + b.b_pu * (va_rad[b.from] - va_rad[b.to]))
            .collect();
        let mut out = self.gs_pu.clone();
        for (b, &flow) in self.branches.iter().zip(&p_from_pu) {
            out[b.from] += flow;
            out[b.to] -= flow;
        }
        let slack_p_pu = self.slack.iter().map(|&bus| (bus, out[bus])).collect();
        Ok(DcSolution {
            va_rad,
            p_from_pu,
            slack_p_pu,
        })
    }

    /// Number of buses.
    pub fn buses(&self) -> usize {
        self.unknown.len()
    }

    /// Number of branches.
    pub fn branches(&self) -> usize {
        self.branches.len()
    }

    /// Angles that the given injections (bus, power) cause, by unknown number, into `angles`; slack buses take the rest.
    pub(crate) fn transfer(
        &self,
        injections: &[(usize, f64)],
        angles: &mut Vec<f64>,
        work: &mut Vec<f64>,
    ) {
        angles.clear();
        angles.resize(self.unknowns, 0.0);
        for &(bus, power) in injections {
            if let Some(entry) = angles.get_mut(self.unknown[bus] as usize) {
                *entry += power;
            }
        }
        self.ldl.solve(angles, work);
    }

    /// Flow on a branch for angles by unknown number, slack angles zero and no shift.
    #[inline]
    pub(crate) fn flow(&self, branch: &DcBranch, angles: &[f64]) -> f64 {
        let angle = |bus: usize| {
            angles
                .get(self.unknown[bus] as usize)
                .copied()
                .unwrap_or(0.0)
        };
        branch.b_pu * (angle(branch.from) - angle(branch.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::power_flow::network::Branch;
    use crate::solvers::power_flow::network::Bus;
    use crate::solvers::power_flow::sensitivity::Scratch;

    fn triangle(slack: usize) -> Network {
        let line = |from, to| Branch {
            from,
            to,
            r_pu: 0.0,
            x_pu: 0.1,
            b_pu: 0.0,
            tap: 1.0,
            shift_rad: 0.0,
            in_service: true,
        };
        let kind = |bus| {
            if bus == slack {
                BusKind::Slack
            } else {
                BusKind::Pq
            }
        };
        Network {
            base_mva: 100.0,
            buses: (0..3)
                .map(|bus| Bus {
                    kind: kind(bus),
                    gs_pu: 0.0,
                    bs_pu: 0.0,
                })
                .collect(),
            branches: vec![line(0, 1), line(1, 2), line(0, 2)],
        }
    }

    #[test]
    fn triangle_shares_two_to_one() {
        let dc = DcPowerFlow::new(&triangle(0)).unwrap();
        let got = dc.solve(&[0.0, 0.0, -0.9], &[0.5, 0.0, 0.0]).unwrap();
        let want = [0.3, 0.3, 0.6];
        assert!(
            got.p_from_pu
                .iter()
                .zip(want)
                .all(|(a, b)| (a - b).abs() < 1e-14),
            "{got:?}"
        );
        assert!((got.va_rad[2] - (0.5 - 0.06)).abs() < 1e-14);
        assert!((got.slack_p_pu[0].1 - 0.9).abs() < 1e-14);
        let mut column = [0.0; 3];
        dc.ptdf_column(2, &mut column, &mut Scratch::default())
            .unwrap();
        let want = [-1.0 / 3.0, -1.0 / 3.0, -2.0 / 3.0];
        assert!(
            column.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-14),
            "{column:?}"
        );
    }

    #[test]
    fn outage_factors_are_those_of_the_network_without_the_branch() {
        let network = triangle(1);
        let dc = DcPowerFlow::new(&network).unwrap();
        let mut column = [0.0; 3];
        // What went 0 -> 2 now goes 0 -> 1 -> 2.
        assert_eq!(
            dc.lodf_column(2, false, &mut column, &mut Scratch::default()),
            Ok(true)
        );
        assert!(
            column
                .iter()
                .zip([1.0, 1.0, -1.0])
                .all(|(a, b)| (a - b).abs() < 1e-14),
            "{column:?}"
        );
    }

    #[test]
    fn shift_alone_drives_a_circulating_flow() {
        // 0.03 rad around a loop of reactance 0.3: 0.1 pu, against the sense of the shifted branch.
        let mut network = triangle(0);
        network.branches[0].shift_rad = 0.03;
        let dc = DcPowerFlow::new(&network).unwrap();
        let got = dc.solve(&[0.0; 3], &[0.0; 3]).unwrap();
        assert!(
            got.p_from_pu
                .iter()
                .zip([-0.1, -0.1, 0.1])
                .all(|(a, b)| (a - b).abs() < 1e-14),
            "{got:?}"
        );
    }
}
