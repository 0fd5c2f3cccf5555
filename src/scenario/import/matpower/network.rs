//! From a case to the arrays that the power-flow solver reads, and from its results back to the case's tables.
//!
//! Follows MATPOWER where cases leave room: `bustypes` for the kind of a bus, `runpf` for the start and for the
//! set-point (the last generator in service at the bus wins), `pfsoln` for sharing power among generators at a bus.
//! Source: MATPOWER 8 `lib/bustypes.m`, `lib/runpf.m`, `lib/pfsoln.m`. It solves nothing.

use std::collections::BTreeMap;

use crate::scenario::import::matpower::case::BusType;
use crate::scenario::import::matpower::case::GeneratorRow;
use crate::scenario::import::matpower::case::MatpowerCase;
use crate::scenario::import::matpower::validate::islands;
use crate::scenario::import::matpower::validate::units_at;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::BranchFlow;
use crate::solvers::power_flow::network::Bus;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Injections;
use crate::solvers::power_flow::network::Network;
use crate::solvers::power_flow::network::Voltages;

/// A case as the solver's arrays, with the way back. Buses, branches and generators keep the order of the case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseNetwork {
    /// Buses and branches, every one of the case; what is out of service is marked so.
    pub network: Network,
    /// Scheduled injections and set-points.
    pub injections: Injections,
    /// The case's own start, with set-points at voltage-controlled buses.
    pub start: Voltages,
    /// Index of the bus of each generator.
    pub generator_bus: Vec<usize>,
    /// Whether each generator runs at a bus that is not isolated.
    pub generator_on: Vec<bool>,
}

/// Output of a generator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GeneratorOutput {
    /// Real power, MW.
    pub p_mw: f64,
    /// Reactive power, Mvar.
    pub q_mvar: f64,
}

impl MatpowerCase {
    /// The case as the power-flow solver's arrays.
    pub fn to_network(&self) -> CaseNetwork {
        let index: BTreeMap<u32, usize> = self
            .buses
            .iter()
            .enumerate()
            .map(|(at, bus)| (bus.number, at))
            .collect();
        let at = |number: u32| index.get(&number).copied().unwrap_or(0);
        let kinds = self.kinds(&index);
        let live = |bus: usize| kinds[bus] != BusKind::Isolated;
        let base = self.base_mva;
        let buses = (self.buses.iter().zip(&kinds))
            .map(|(bus, kind)| Bus {
                kind: *kind,
                gs_pu: bus.gs_mw / base,
                bs_pu: bus.bs_mvar / base,
            })
            .collect();
        let branches = self.branches.iter().map(|row| {
            let (from, to) = (at(row.from), at(row.to));
            Branch {
                from,
                to,
                r_pu: row.r_pu,
                x_pu: row.x_pu,
                b_pu: row.b_pu,
                tap: row.tap(),
                shift_rad: row.shift_deg.to_radians(),
                in_service: row.in_service && live(from) && live(to),
            }
        });
        let branches = branches.collect();
        let generator_bus: Vec<usize> = self.generators.iter().map(|row| at(row.bus)).collect();
        let generator_on: Vec<bool> = self
            .generators
            .iter()
            .zip(&generator_bus)
            .map(|(row, bus)| row.in_service && live(*bus))
            .collect();

        let mut injections = Injections {
            p_pu: self.buses.iter().map(|bus| -bus.pd_mw / base).collect(),
            q_pu: self.buses.iter().map(|bus| -bus.qd_mvar / base).collect(),
            v_set_pu: self.buses.iter().map(|bus| bus.vm_pu).collect(),
            angle_set_rad: self
                .buses
                .iter()
                .map(|bus| bus.va_deg.to_radians())
                .collect(),
        };
        let mut start = Voltages {
            vm_pu: injections.v_set_pu.clone(),
            va_rad: injections.angle_set_rad.clone(),
        };
        for (unit, row) in self
            .generators
            .iter()
            .enumerate()
            .filter(|(unit, _)| generator_on[*unit])
        {
            let bus = generator_bus[unit];
            injections.p_pu[bus] += row.pg_mw / base;
            injections.q_pu[bus] += row.qg_mvar / base;
            if matches!(kinds[bus], BusKind::Pv | BusKind::Slack) {
                injections.v_set_pu[bus] = row.vg_pu;
                start.vm_pu[bus] = row.vg_pu;
            }
        }
        for bus in (0..self.buses.len()).filter(|bus| !live(*bus)) {
            (injections.p_pu[bus], injections.q_pu[bus]) = (0.0, 0.0);
            (start.vm_pu[bus], start.va_rad[bus]) = (0.0, 0.0);
        }
        CaseNetwork {
            network: Network {
                base_mva: base,
                buses,
                branches,
            },
            injections,
            start,
            generator_bus,
            generator_on,
        }
    }

    /// What is held at each bus. In each island the reference buses with a running generator hold the angle, failing
    /// that the first PV bus; an island with neither is isolated.
    fn kinds(&self, index: &BTreeMap<u32, usize>) -> Vec<BusKind> {
        let has_unit = units_at(self, index);
        let mut kinds = vec![BusKind::Isolated; self.buses.len()];
        for members in islands(self, index) {
            for &bus in &members {
                kinds[bus] = match self.buses[bus].kind {
                    BusType::Reference if has_unit[bus] => BusKind::Slack,
                    BusType::Pv if has_unit[bus] => BusKind::Pv,
                    _ => BusKind::Pq,
                };
            }
            if members.iter().any(|bus| kinds[*bus] == BusKind::Slack) {
                continue;
            }
            match members.iter().find(|bus| kinds[**bus] == BusKind::Pv) {
                Some(&first) => kinds[first] = BusKind::Slack,
                None => members
                    .iter()
                    .for_each(|bus| kinds[*bus] = BusKind::Isolated),
            }
        }
        kinds
    }
}

impl CaseNetwork {
    /// A flat start: 1 pu and the reference's angle everywhere, set-points at voltage-controlled buses.
    pub fn flat_start(&self) -> Voltages {
        let reference = self
            .network
            .buses
            .iter()
            .position(|bus| bus.kind == BusKind::Slack);
        let angle = reference.map_or(0.0, |bus| self.injections.angle_set_rad[bus]);
        let mut flat = Voltages::default();
        for (at, bus) in self.network.buses.iter().enumerate() {
            let (vm, va) = match bus.kind {
                BusKind::Pq => (1.0, angle),
                BusKind::Pv => (self.injections.v_set_pu[at], angle),
                BusKind::Slack => (
                    self.injections.v_set_pu[at],
                    self.injections.angle_set_rad[at],
                ),
                BusKind::Isolated => (0.0, 0.0),
            };
            flat.vm_pu.push(vm);
            flat.va_rad.push(va);
        }
        flat
    }

    /// Net power that a solution draws from each bus's generators and loads into the network, MW and Mvar: the sum of
    /// the flows into its branches and of its shunts at the solved voltage.
    pub fn bus_injections(&self, voltages: &Voltages, flows: &[BranchFlow]) -> Vec<(f64, f64)> {
        let base = self.network.base_mva;
        let mut totals: Vec<(f64, f64)> = (self.network.buses.iter().zip(&voltages.vm_pu))
            .map(|(bus, vm)| (bus.gs_pu * vm * vm * base, -bus.bs_pu * vm * vm * base))
            .collect();
        for (branch, flow) in self
            .network
            .branches
            .iter()
            .zip(flows)
            .filter(|(branch, _)| branch.in_service)
        {
            totals[branch.from].0 += flow.p_from_pu * base;
            totals[branch.from].1 += flow.q_from_pu * base;
            totals[branch.to].0 += flow.p_to_pu * base;
            totals[branch.to].1 += flow.q_to_pu * base;
        }
        totals
    }

    /// Share of each generator in the imbalance of its island, where that is shared: its participation factor (APF,
    /// column 21) where the case gives any, else its capacity, else the same for all.
    pub fn participation(&self, case: &MatpowerCase) -> Vec<f64> {
        // APF is the eleventh of the columns beyond the tenth.
        let given = |row: &GeneratorRow| {
            row.more
                .get(10)
                .copied()
                .filter(|share| share.is_finite())
                .unwrap_or(0.0)
                .max(0.0)
        };
        let capacity = |row: &GeneratorRow| {
            if row.p_max_mw.is_finite() {
                row.p_max_mw.max(0.0)
            } else {
                0.0
            }
        };
        let same = |_: &GeneratorRow| 1.0;
        let rules: [&dyn Fn(&GeneratorRow) -> f64; 3] = [&given, &capacity, &same];
        let shares = |rule: &&dyn Fn(&GeneratorRow) -> f64| -> Vec<f64> {
            let running = case.generators.iter().zip(&self.generator_on);
            running
                .map(|(row, on)| if *on { rule(row) } else { 0.0 })
                .collect()
        };
        rules
            .iter()
            .map(shares)
            .find(|shares| shares.iter().any(|share| *share > 0.0))
            .unwrap_or_default()
    }

    /// Sums of a value of each generator, by bus; zeros when there are none.
    pub fn per_bus(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.network.buses.len()];
        for (bus, value) in self.generator_bus.iter().zip(values) {
            sums[*bus] += value;
        }
        sums
    }

    /// Output of every generator of the case that gives the net injections of a solution (`bus_injections`).
    ///
    /// Real power: the first generator at a slack bus takes up the balance, or the generators of every bus in proportion
    /// to `participation` (one a generator) unless that is empty. Reactive power: what the bus needs, shared in
    /// proportion to the generators' ranges (`pfsoln`).
    pub fn generator_outputs(
        &self,
        case: &MatpowerCase,
        injections: &[(f64, f64)],
        participation: &[f64],
    ) -> Vec<GeneratorOutput> {
        let mut at_bus: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for unit in (0..case.generators.len()).filter(|unit| self.generator_on[*unit]) {
            at_bus
                .entry(self.generator_bus[unit])
                .or_default()
                .push(unit);
        }
        let mut outputs = vec![GeneratorOutput::default(); case.generators.len()];
        for (bus, units) in at_bus {
            for &unit in &units {
                outputs[unit].p_mw = case.generators[unit].pg_mw;
            }
            let scheduled: f64 = units.iter().map(|unit| case.generators[*unit].pg_mw).sum();
            let excess = injections[bus].0 + case.buses[bus].pd_mw - scheduled;
            let shares: f64 = units
                .iter()
                .filter_map(|unit| participation.get(*unit))
                .sum();
            if shares > 0.0 {
                for &unit in &units {
                    outputs[unit].p_mw += participation[unit] / shares * excess;
                }
            } else if self.network.buses[bus].kind == BusKind::Slack {
                outputs[units[0]].p_mw += excess;
            }
            if self.network.buses[bus].kind == BusKind::Pq {
                for &unit in &units {
                    outputs[unit].q_mvar = case.generators[unit].qg_mvar;
                }
                continue;
            }
            let total = injections[bus].1 + case.buses[bus].qd_mvar;
            let shares = share_reactive(
                total,
                &units
                    .iter()
                    .map(|unit| limits(case, *unit))
                    .collect::<Vec<_>>(),
            );
            for (&unit, share) in units.iter().zip(shares) {
                outputs[unit].q_mvar = share;
            }
        }
        outputs
    }
}

fn limits(case: &MatpowerCase, unit: usize) -> (f64, f64) {
    (
        case.generators[unit].q_min_mvar,
        case.generators[unit].q_max_mvar,
    )
}

/// Shares a bus's reactive power among its generators in proportion to their ranges (least, most), equally when those
/// sum to nothing. As in `pfsoln`, an infinite limit counts as the sum of all finite magnitudes at the bus.
fn share_reactive(total: f64, ranges: &[(f64, f64)]) -> Vec<f64> {
    let equal = total / ranges.len() as f64;
    let magnitude = |limit: f64| if limit.is_finite() { limit.abs() } else { 0.0 };
    let bound: f64 = ranges
        .iter()
        .map(|(least, most)| equal.abs() + magnitude(*least) + magnitude(*most))
        .sum();
    let ranges = ranges
        .iter()
        .map(|(least, most)| (least.clamp(-bound, bound), most.clamp(-bound, bound)));
    let ranges: Vec<(f64, f64)> = ranges.collect();
    let least: f64 = ranges.iter().map(|range| range.0).sum();
    let most: f64 = ranges.iter().map(|range| range.1).sum();
    if most == least {
        return vec![equal; ranges.len()];
    }
    ranges
        .iter()
        .map(|range| range.0 + (total - least) / (most - least) * (range.1 - range.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::import::matpower::parse;

    /// Five buses, numbered with gaps: 10 the reference at 30 degrees with two units, 20 PV whose only unit is off, 30
    /// PQ, 40 isolated with a unit and a load, 50 alone without a source.
    const CASE: &str = "function mpc = c
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
10 3 0 0 0 0 1 1.0 30 0 1 1.1 0.9
20 2 50 10 0 0 1 1.0 0 0 1 1.1 0.9
30 1 20 0 5 -10 1 0.99 0 0 1 1.1 0.9
40 4 70 0 0 0 1 1.0 0 0 1 1.1 0.9
50 1 5 0 0 0 1 1.0 0 0 1 1.1 0.9
];
mpc.gen = [
10 30 0 50 -50 1.02 100 1 100 0
10 40 0 100 -100 1.03 100 1 100 0
20 60 5 50 -50 1.05 100 0 100 0
40 60 5 50 -50 1.05 100 1 100 0
];
mpc.branch = [
10 20 0.01 0.1 0 0 0 0 0 0 1
20 30 0.01 0.1 0 0 0 0 0.98 -3 1
30 40 0.01 0.1 0 0 0 0 0 0 1
30 50 0.01 0.1 0 0 0 0 0 0 0
];
";

    #[test]
    fn buses_and_set_points_follow_matpower() {
        let case = parse("c", CASE.as_bytes()).unwrap();
        let grid = case.to_network();
        let kinds: Vec<BusKind> = grid.network.buses.iter().map(|bus| bus.kind).collect();
        assert_eq!(
            kinds,
            [
                BusKind::Slack,
                BusKind::Pq,
                BusKind::Pq,
                BusKind::Isolated,
                BusKind::Isolated
            ]
        );
        // The last unit in service sets the voltage; an idle one injects nothing; the isolated bus neither.
        assert_eq!(
            (grid.injections.v_set_pu[0], grid.start.vm_pu[0]),
            (1.03, 1.03)
        );
        assert_eq!(grid.injections.p_pu, [0.7, -0.5, -0.2, 0.0, 0.0]);
        assert_eq!(grid.generator_on, [true, true, false, false]);
        let carries: Vec<bool> = grid
            .network
            .branches
            .iter()
            .map(|branch| branch.in_service)
            .collect();
        assert_eq!(carries, [true, true, false, false]);
        assert_eq!(
            (grid.network.branches[0].tap, grid.network.branches[1].tap),
            (1.0, 0.98)
        );
        let flat = grid.flat_start();
        assert_eq!(flat.va_rad[1], 30.0_f64.to_radians());
        assert_eq!((flat.vm_pu[1], flat.vm_pu[3]), (1.0, 0.0));
    }

    #[test]
    fn the_first_unit_at_the_slack_takes_the_balance() {
        let case = parse("c", CASE.as_bytes()).unwrap();
        let outputs = case.to_network().generator_outputs(
            &case,
            &[
                (75.0, 30.0),
                (-50.0, -10.0),
                (-20.0, 0.0),
                (0.0, 0.0),
                (0.0, 0.0),
            ],
            &[],
        );
        assert_eq!((outputs[0].p_mw, outputs[1].p_mw), (35.0, 40.0));
        assert_eq!((outputs[0].q_mvar, outputs[1].q_mvar), (10.0, 20.0));
        assert_eq!((outputs[2].p_mw, outputs[3].p_mw), (0.0, 0.0));
    }

    #[test]
    fn participation_shares_the_imbalance() {
        let case = parse("c", CASE.as_bytes()).unwrap();
        let grid = case.to_network();
        // No APF in the file: by capacity, 100 MW each of the two that run.
        let shares = grid.participation(&case);
        assert_eq!(shares, [100.0, 100.0, 0.0, 0.0]);
        assert_eq!(grid.per_bus(&shares), [200.0, 0.0, 0.0, 0.0, 0.0]);
        let mut injections = vec![(0.0, 0.0); 5];
        injections[0] = (76.0, 0.0);
        let outputs = grid.generator_outputs(&case, &injections, &shares);
        assert_eq!((outputs[0].p_mw, outputs[1].p_mw), (33.0, 43.0));
    }

    #[test]
    fn the_first_pv_bus_stands_in_for_a_reference() {
        let text = CASE.replace("10 3 0", "10 2 0");
        let grid = parse("c", text.as_bytes()).unwrap().to_network();
        assert_eq!(grid.network.buses[0].kind, BusKind::Slack);
    }

    #[test]
    fn reactive_power_is_shared_by_range() {
        assert_eq!(share_reactive(6.0, &[(0.0, 10.0), (0.0, 20.0)]), [2.0, 4.0]);
        assert_eq!(share_reactive(6.0, &[(3.0, 3.0), (5.0, 5.0)]), [3.0, 3.0]);
        assert_eq!(
            share_reactive(
                6.0,
                &[
                    (f64::NEG_INFINITY, f64::INFINITY),
                    (f64::NEG_INFINITY, f64::INFINITY)
                ]
            ),
            [3.0, 3.0]
        );
    }
}
