//! AC power flow: Newton-Raphson in polar form with the full Jacobian.
//!
//! Plain Newton steps on a fixed pattern without pivoting; only when those fail, once more with pivoting and step
//! control. Loads are constant power here: their voltage dependence, reactive limits and the sharing of losses lie
//! around this solver, not in it. Method: Tinney and Hart 1967; same equations and stopping rule as MATPOWER's `runpf`.

use crate::solvers::power_flow::admittance::Admittance;
use crate::solvers::power_flow::check::check;
use crate::solvers::power_flow::check::check_branch;
use crate::solvers::power_flow::complex::Complex;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::islands::Islands;
use crate::solvers::power_flow::islands::NO_ISLAND;
use crate::solvers::power_flow::islands::is_live;
use crate::solvers::power_flow::islands::islands;
use crate::solvers::power_flow::islands::slack_of_islands;
use crate::solvers::power_flow::mismatch::Asked;
use crate::solvers::power_flow::mismatch::Iterate;
use crate::solvers::power_flow::mismatch::Largest;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Injections;
use crate::solvers::power_flow::network::Network;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::sparse::block_lu::BlockLu;
use crate::solvers::sparse::ordering::Graph;
use crate::solvers::sparse::ordering::inverse;
use crate::solvers::sparse::ordering::minimum_degree;
use crate::solvers::sparse::symbolic::Symbolic;

/// When to stop, and what to do about trouble.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewtonOptions {
    /// Largest mismatch of real or reactive power that counts as solved, per unit.
    pub tolerance_pu: f64,
    /// Most plain Newton steps.
    pub max_iterations: u32,
    /// Whether to try again from a flat start with step control where plain steps fail.
    pub step_control: bool,
}

impl Default for NewtonOptions {
    /// MATPOWER's tolerance of 1e-8 pu; twice its 10 iterations, since a stressed network may need them.
    fn default() -> Self {
        NewtonOptions {
            tolerance_pu: 1e-8,
            max_iterations: 20,
            step_control: true,
        }
    }
}

/// How a solve went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewtonReport {
    /// Whether the tolerance was met.
    pub converged: bool,
    /// Newton steps taken, controlled ones included.
    pub iterations: u32,
    /// Largest mismatch at the end, per unit.
    pub max_mismatch_pu: f64,
    /// Bus with the largest mismatch; none if there was nothing to solve.
    pub worst_bus: Option<usize>,
    /// Whether step control was needed.
    pub controlled: bool,
    /// Whether the pivoting factorisation was needed.
    pub pivoted: bool,
}

/// A mismatch beyond this (per unit) is divergence: no power of this size exists in a network.
const DIVERGED_PU: f64 = 1e9;

/// A network made ready to be solved again and again.
#[derive(Clone, Debug)]
pub struct PowerFlow {
    network: Network,
    islands: Islands,
    /// Slack bus of each island.
    slack: Vec<usize>,
    /// Bus at each position; unknown buses first, in elimination order, then the slack buses.
    order: Vec<u32>,
    /// Position of each bus; `u32::MAX` when isolated.
    position: Vec<u32>,
    pub(super) matrix: Admittance,
    pub(super) lu: BlockLu,
    pub(super) iterate: Iterate,
    pub(super) asked: Asked,
    pub(super) step: Vec<[f64; 2]>,
}

impl PowerFlow {
    /// Checks the network and does everything that depends on its topology: islands, order, pattern, admittances.
    ///
    /// # Errors
    /// [`PowerFlowError`] for a wrong index or value, or an island that has not exactly one slack bus.
    pub fn new(network: &Network) -> Result<Self, PowerFlowError> {
        check(network)?;
        let found = islands(network);
        let slack = slack_of_islands(network, &found)?;
        let n = network.buses.len();
        // Number unknown buses densely, order them for little fill, then append the slack buses.
        let mut dense = vec![u32::MAX; n];
        let mut unknown_bus = Vec::with_capacity(n);
        for (bus, entry) in network.buses.iter().enumerate() {
            if matches!(entry.kind, BusKind::Pq | BusKind::Pv) {
                dense[bus] = unknown_bus.len() as u32;
                unknown_bus.push(bus as u32);
            }
        }
        let live = || {
            network
                .branches
                .iter()
                .enumerate()
                .filter(|&(i, _)| is_live(network, i))
                .map(|(_, b)| b)
        };
        // A slack bus has the number u32::MAX, which `from_edges` drops.
        let inner = Graph::from_edges(
            unknown_bus.len(),
            live().map(|b| (dense[b.from], dense[b.to])),
        );
        let inner_order = minimum_degree(&inner);
        let mut order: Vec<u32> = inner_order
            .iter()
            .map(|&i| unknown_bus[i as usize])
            .collect();
        order.extend(slack.iter().map(|&bus| bus as u32));
        let mut position = vec![u32::MAX; n];
        for (at, &bus) in order.iter().enumerate() {
            position[bus as usize] = at as u32;
        }
        let unknown = unknown_bus.len();
        let whole = Graph::from_edges(
            order.len(),
            live().map(|b| (position[b.from], position[b.to])),
        );
        let matrix = Admittance::new(network, &whole, &order, &position, unknown);
        let inner_position = inverse(&inner_order);
        let symbolic = Symbolic::new(&inner.permuted(&inner_order, &inner_position));
        let mut flow = PowerFlow {
            network: network.clone(),
            islands: found,
            slack,
            lu: BlockLu::new(symbolic),
            iterate: Iterate::new(&matrix),
            asked: Asked {
                power: vec![Complex::default(); unknown],
                is_pq: vec![1.0; unknown],
            },
            step: vec![[0.0; 2]; unknown],
            order,
            position,
            matrix,
        };
        for i in 0..unknown {
            let kind = flow.network.buses[flow.order[i] as usize].kind;
            flow.asked.is_pq[i] = if kind == BusKind::Pq { 1.0 } else { 0.0 };
        }
        Ok(flow)
    }

    /// The network as it stands after all changes.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Islands of the network.
    pub fn islands(&self) -> &Islands {
        &self.islands
    }

    /// Slack bus of each island.
    pub fn slack_buses(&self) -> &[usize] {
        &self.slack
    }

    /// Sets the off-nominal turns ratio of a branch that was in service when this was built.
    ///
    /// # Errors
    /// [`PowerFlowError::NotBuilt`] for another branch, [`PowerFlowError::BadValue`] for a tap that is not positive.
    pub fn set_tap(&mut self, branch: usize, tap: f64) -> Result<(), PowerFlowError> {
        let Some(&old) = self.network.branches.get(branch) else {
            return Err(PowerFlowError::NotBuilt { branch });
        };
        self.update_branch(branch, Branch { tap, ..old })
    }

    /// Replaces the values of a branch that was in service when this was built; its ends and service must be the same.
    ///
    /// # Errors
    /// [`PowerFlowError::NotBuilt`] when topology would change, otherwise as for [`PowerFlow::new`].
    pub fn update_branch(&mut self, index: usize, branch: Branch) -> Result<(), PowerFlowError> {
        let same =
            |old: &Branch| (old.from, old.to, true) == (branch.from, branch.to, branch.in_service);
        if !self.matrix.has(index) || !self.network.branches.get(index).is_some_and(same) {
            return Err(PowerFlowError::NotBuilt { branch: index });
        }
        check_branch(index, &branch)?;
        self.network.branches[index] = branch;
        let (a, b) = (
            self.position[branch.from] as usize,
            self.position[branch.to] as usize,
        );
        self.matrix.restamp_branch(index, &self.network, a, b);
        Ok(())
    }

    /// Sets the shunt of a bus, per unit at 1 pu voltage.
    ///
    /// # Errors
    /// [`PowerFlowError::BadValue`] for a value that is not finite or a bus that does not exist.
    pub fn set_shunt(&mut self, bus: usize, gs_pu: f64, bs_pu: f64) -> Result<(), PowerFlowError> {
        let bad = PowerFlowError::BadValue {
            element: "bus",
            index: bus,
        };
        if !gs_pu.is_finite() || !bs_pu.is_finite() {
            return Err(bad);
        }
        let entry = self.network.buses.get_mut(bus).ok_or(bad)?;
        (entry.gs_pu, entry.bs_pu) = (gs_pu, bs_pu);
        let at = self.position[bus];
        if at != u32::MAX {
            self.matrix
                .restamp_bus(at as usize, &self.network.buses[bus], &self.network, bus);
        }
        Ok(())
    }

    /// Turns a PQ bus into a PV bus (`true`) or back; costs nothing, as both keep two rows.
    ///
    /// # Errors
    /// [`PowerFlowError::BadValue`] for a bus that is slack, isolated or does not exist.
    pub fn hold_voltage(&mut self, bus: usize, held: bool) -> Result<(), PowerFlowError> {
        match self.network.buses.get_mut(bus) {
            Some(entry) if matches!(entry.kind, BusKind::Pq | BusKind::Pv) => {
                entry.kind = if held { BusKind::Pv } else { BusKind::Pq };
                self.asked.is_pq[self.position[bus] as usize] = if held { 0.0 } else { 1.0 };
                Ok(())
            }
            _ => Err(PowerFlowError::BadValue {
                element: "bus",
                index: bus,
            }),
        }
    }

    /// Voltages to start from when nothing better is known: 1 pu (or the set-point), at the angle of the slack.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus.
    pub fn flat_start(&self, injections: &Injections) -> Result<Voltages, PowerFlowError> {
        self.check_injections(injections)?;
        let n = self.network.buses.len();
        let mut start = Voltages {
            vm_pu: vec![0.0; n],
            va_rad: vec![0.0; n],
        };
        for bus in 0..n {
            if self.islands.of_bus[bus] == NO_ISLAND {
                continue;
            }
            let pq = self.network.buses[bus].kind == BusKind::Pq;
            start.vm_pu[bus] = if pq { 1.0 } else { injections.v_set_pu[bus] };
            start.va_rad[bus] = injections.angle_set_rad[self.slack_of(bus)];
        }
        Ok(start)
    }

    /// Solves for the voltages that meet `injections`, from the voltages given. Where the magnitude given at a bus is
    /// not positive and finite (it was dark), 1 pu at the slack's angle is taken. Unless converged, `voltages` stay as
    /// they were given.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus. Failing to converge is not an error.
    pub fn solve(
        &mut self,
        injections: &Injections,
        voltages: &mut Voltages,
        options: &NewtonOptions,
    ) -> Result<NewtonReport, PowerFlowError> {
        self.check_injections(injections)?;
        let n = self.network.buses.len();
        PowerFlowError::length("vm_pu", voltages.vm_pu.len(), n)?;
        PowerFlowError::length("va_rad", voltages.va_rad.len(), n)?;
        for (i, asked) in self.asked.power.iter_mut().enumerate() {
            let bus = self.order[i] as usize;
            *asked = Complex::new(injections.p_pu[bus], injections.q_pu[bus]);
        }
        self.start_from(injections, voltages);
        let mut report = self.plain_newton(options);
        if !report.converged && options.step_control {
            // From a flat start: a start that plain steps cannot use is no better, and short steps from a poor one tend
            // to the lower, unstable solution.
            let flat = self.flat_start(injections)?;
            self.start_from(injections, &flat);
            let plain = report.iterations;
            report = self.controlled_newton(options);
            report.iterations += plain;
        }
        if report.converged {
            voltages.vm_pu.fill(0.0);
            voltages.va_rad.fill(0.0);
            for (i, &bus) in self.order.iter().enumerate() {
                voltages.vm_pu[bus as usize] = self.iterate.vm[i];
                voltages.va_rad[bus as usize] = self.iterate.va[i];
            }
        }
        Ok(report)
    }

    /// Position of each bus; `u32::MAX` when isolated.
    pub(crate) fn positions(&self) -> &[u32] {
        &self.position
    }

    /// Bus at a position.
    pub(crate) fn bus_at(&self, position: usize) -> usize {
        self.order[position] as usize
    }

    /// The slack bus of the island of a bus that is not isolated.
    fn slack_of(&self, bus: usize) -> usize {
        self.slack[self.islands.of_bus[bus] as usize]
    }

    pub(crate) fn check_injections(&self, injections: &Injections) -> Result<(), PowerFlowError> {
        let n = self.network.buses.len();
        PowerFlowError::length("p_pu", injections.p_pu.len(), n)?;
        PowerFlowError::length("q_pu", injections.q_pu.len(), n)?;
        PowerFlowError::length("v_set_pu", injections.v_set_pu.len(), n)?;
        PowerFlowError::length("angle_set_rad", injections.angle_set_rad.len(), n)
    }

    /// Puts the iterate at the given voltages, with set-points where voltages are held.
    fn start_from(&mut self, injections: &Injections, voltages: &Voltages) {
        let unknown = self.step.len();
        for (i, &bus) in self.order.iter().enumerate() {
            let bus = bus as usize;
            let (mut vm, mut va) = (voltages.vm_pu[bus], voltages.va_rad[bus]);
            let usable = vm > 0.0 && vm.is_finite() && va.is_finite();
            if i >= unknown || !usable {
                va = injections.angle_set_rad[self.slack_of(bus)];
            }
            if i >= unknown || self.asked.is_pq[i] == 0.0 {
                vm = injections.v_set_pu[bus];
            } else if !usable {
                vm = 1.0;
            }
            self.iterate.vm[i] = vm;
            self.iterate.va[i] = va;
        }
        self.iterate.refresh();
    }

    /// Full steps until solved or hopeless.
    fn plain_newton(&mut self, options: &NewtonOptions) -> NewtonReport {
        let mut largest = self.iterate.evaluate(&self.matrix, &self.asked);
        let mut iterations = 0;
        let mut pivoted = false;
        while largest.pu > options.tolerance_pu
            && iterations < options.max_iterations
            && largest.pu < DIVERGED_PU
        {
            let PowerFlow {
                lu,
                iterate,
                matrix,
                asked,
                step,
                ..
            } = self;
            let done = lu.solve(
                |i, row| iterate.jacobian_row(i, matrix, asked, |j, block| row[j] = block),
                step,
            );
            if done.is_err() {
                pivoted = true;
                if !self.pivoted_step() {
                    break;
                }
            }
            iterations += 1;
            let positive = self.iterate.advance(&self.step, 1.0);
            largest = self.iterate.evaluate(&self.matrix, &self.asked);
            if !positive {
                largest.pu = f64::INFINITY;
            }
        }
        self.report(options, largest, iterations, false, pivoted)
    }

    pub(super) fn report(
        &self,
        options: &NewtonOptions,
        largest: Largest,
        iterations: u32,
        controlled: bool,
        pivoted: bool,
    ) -> NewtonReport {
        NewtonReport {
            converged: largest.pu <= options.tolerance_pu,
            iterations,
            max_mismatch_pu: largest.pu,
            worst_bus: (!self.step.is_empty()).then(|| self.order[largest.at] as usize),
            controlled,
            pivoted,
        }
    }
}
