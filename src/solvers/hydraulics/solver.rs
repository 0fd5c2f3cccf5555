//! Heads and flows of one moment by the global gradient method.
//!
//! Todini and Pilati, in Computer Applications in Water Supply 1, 1988; statuses as in EPANET 2.2 (Rossman et al. 2020,
//! section 12.1). Three things differ from EPANET. The equations are solved for the *change* of heads, so that node
//! balances close to rounding whatever the spread of slopes. Shut links pass nothing at all, and parts without a source
//! are given a head (`isolation`). And where statuses go round in circles, changes are made
//! one by one, worst first, before giving up. It knows no time: tanks and reservoirs have given heads.

use std::sync::Arc;

use crate::solvers::hydraulics::changes::CALM_FROM;
use crate::solvers::hydraulics::changes::Changes;
use crate::solvers::hydraulics::changes::FROZEN_FROM;
use crate::solvers::hydraulics::demand::Service;
use crate::solvers::hydraulics::demand::Wagner;
use crate::solvers::hydraulics::demand::outlet_loss;
use crate::solvers::hydraulics::held::held_flow;
use crate::solvers::hydraulics::held::held_head;
use crate::solvers::hydraulics::held::hold;
use crate::solvers::hydraulics::isolation::End;
use crate::solvers::hydraulics::isolation::Isolation;
use crate::solvers::hydraulics::isolation::held_end;
use crate::solvers::hydraulics::isolation::holds_pressure;
use crate::solvers::hydraulics::losses::LEAST_SLOPE;
use crate::solvers::hydraulics::losses::Losses;
use crate::solvers::hydraulics::losses::MOST_SLOPE;
use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
pub use crate::solvers::hydraulics::outcome::HydraulicsError;
pub use crate::solvers::hydraulics::outcome::Options;
pub use crate::solvers::hydraulics::outcome::Report;
use crate::solvers::hydraulics::pump::PumpLaw;
use crate::solvers::hydraulics::residual::imbalance;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::status;
use crate::solvers::sparse::ordering::Graph;
use crate::solvers::sparse::static_ldl::StaticLdl;

/// Heads and losses of open links agree to this, m, at convergence.
const HEAD_ERROR_M: f64 = 1e-5;
/// Node balances close to this share of the total demand; links but those that hold a pressure meet it at once.
const BALANCE: f64 = 1e-10;
/// The balance accepted where rounding forbids a better one.
const ROUGH_BALANCE: f64 = 1e-7;
/// Iterations without any change after which the rough balance is accepted.
const PATIENCE: u32 = 8;
/// Every how many iterations a step is halved, once calm, to leave a cycle of the steps themselves.
const HALVE_EVERY: u32 = 5;

/// Flows below it are none, m3/s: less than a molecule a second.
const NO_FLOW: f64 = 1e-30;

/// A link's places in the matrix.
#[derive(Clone, Copy, Debug)]
struct Place {
    from: u32,
    to: u32,
    row_from: u32,
    row_to: u32,
    entry: u32,
}

/// A solver for one network: its analysis is done once.
#[derive(Clone, Debug)]
pub struct Hydraulics {
    network: Arc<Network>,
    losses: Losses,
    ldl: StaticLdl,
    places: Vec<Place>,
    row: Vec<u32>,
    /// Whether a link is a pump of constant power.
    constant_power: Vec<bool>,
    /// Links other than pressure valves whose status may change by itself.
    watched: Vec<usize>,
    /// Pressure valves, and the links at the node that each holds.
    valves: Vec<(usize, Vec<usize>)>,
    isolation: Isolation,
    trial: Vec<f64>,
    /// Junctions with a demand, when it depends on pressure: flow before the correction and its slope (0 if fixed).
    drawn: Vec<(f64, f64)>,
    leaked: Vec<(f64, f64)>,
}

impl Hydraulics {
    /// Analyses a network.
    ///
    /// # Errors
    /// [`HydraulicsError`].
    pub fn new(network: Arc<Network>) -> Result<Hydraulics, HydraulicsError> {
        let nodes = network.nodes.len();
        for (k, link) in network.links.iter().enumerate() {
            if let Some(&node) = [link.from, link.to].iter().find(|node| **node >= nodes) {
                return Err(HydraulicsError::NoSuchNode { link: k, node });
            }
            let at_source =
                !network.nodes[link.from].is_junction() || !network.nodes[link.to].is_junction();
            if at_source && holds_pressure(&link.kind) {
                return Err(HydraulicsError::ValveAtSource { link: k });
            }
        }
        if network.nodes.iter().all(|node| node.is_junction()) {
            return Err(HydraulicsError::NoSource);
        }
        let mut number = vec![u32::MAX; nodes];
        let mut junctions = 0u32;
        for (i, node) in network.nodes.iter().enumerate() {
            if node.is_junction() {
                number[i] = junctions;
                junctions += 1;
            }
        }
        let edges = network
            .links
            .iter()
            .map(|link| (number[link.from], number[link.to]))
            .filter(|&(a, b)| a != u32::MAX && b != u32::MAX);
        let ldl = StaticLdl::new(&Graph::from_edges(junctions as usize, edges));
        let row: Vec<u32> = number
            .iter()
            .map(|&i| match i {
                u32::MAX => ldl.no_row() as u32,
                i => ldl.row(i as usize) as u32,
            })
            .collect();
        let place = |link: &crate::solvers::hydraulics::network::Link| {
            let (a, b) = (number[link.from], number[link.to]);
            let entry = if a == u32::MAX || b == u32::MAX || a == b {
                ldl.no_entry()
            } else {
                ldl.entry(a as usize, b as usize).unwrap_or(ldl.no_entry())
            };
            Place {
                from: link.from as u32,
                to: link.to as u32,
                row_from: row[link.from],
                row_to: row[link.to],
                entry: entry as u32,
            }
        };
        let places = network.links.iter().map(place).collect();
        let held = |link: &crate::solvers::hydraulics::network::Link| match held_end(&link.kind) {
            End::From => link.from,
            End::To => link.to,
        };
        let valves = (0..network.links.len())
            .filter(|&k| holds_pressure(&network.links[k].kind))
            .map(|k| {
                let at = held(&network.links[k]);
                let touches = |m: &usize| {
                    *m != k && (network.links[*m].from == at || network.links[*m].to == at)
                };
                (k, (0..network.links.len()).filter(touches).collect())
            })
            .collect();
        let constant_power = (0..network.links.len())
            .map(|k| is_constant_power(&network, k))
            .collect();
        let watched = (0..network.links.len())
            .filter(|&k| status::may_change(&network, k))
            .collect();
        let losses = Losses::new(&network);
        if let Some(link) = losses.unusable() {
            return Err(HydraulicsError::NoResistance { link });
        }
        Ok(Hydraulics {
            losses,
            ldl,
            places,
            row,
            constant_power,
            watched,
            valves,
            isolation: Isolation::new(&network),
            trial: vec![0.0; network.links.len()],
            drawn: vec![(0.0, 0.0); nodes],
            leaked: vec![(0.0, 0.0); network.outlets.len()],
            network,
        })
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Changes the coefficient of an outlet, m3/s at 1 m of pressure head: a hole opens or is shut.
    pub fn set_outlet(&mut self, outlet: usize, coefficient: f64) {
        Arc::make_mut(&mut self.network).outlets[outlet].coefficient = coefficient;
    }

    /// Finds heads and flows from `state`, whose flows and statuses are the start. Required demands, heads of reservoirs
    /// and tanks, statuses and settings are given there.
    pub fn solve(&mut self, state: &mut State, options: &Options) -> Report {
        self.solve_with(state, options, &mut |_| false)
    }

    /// As [`Hydraulics::solve`], with controls that act on heads found: `adjust` is called at each balance and says
    /// whether it changed a status or setting.
    pub fn solve_with(
        &mut self,
        state: &mut State,
        options: &Options,
        adjust: &mut dyn FnMut(&mut State) -> bool,
    ) -> Report {
        let wagner = Wagner::of(options.demand);
        self.begin(state, wagner.as_ref());
        let mut report = Report::default();
        let mut next_check = options.check_every;
        let mut quiet = 0;
        let mut valve_moved = false;
        let mut relaxation = 1.0;
        let mut anew = false;
        loop {
            self.isolation
                .update(&self.network, state, wagner.as_ref().map(|law| law.p_min_m));
            self.update_losses(state);
            let iteration = report.iterations;
            let settled = iteration > 0 && report.relative_change <= options.accuracy;
            if settled
                && !valve_moved
                && self.is_balanced(state, wagner.as_ref(), quiet, &mut report)
            {
                report.frozen = iteration >= FROZEN_FROM;
                let changed = !report.frozen && self.changes().check_all(state, iteration, adjust);
                if !changed {
                    report.converged = true;
                    break;
                }
                next_check = iteration + options.check_every;
                quiet = 0;
                self.isolation
                    .update(&self.network, state, wagner.as_ref().map(|law| law.p_min_m));
                self.update_losses(state);
            }
            quiet = if settled { quiet + 1 } else { 0 };
            // A valve that is asked to flow backwards keeps its nodes from ever balancing: it must move without.
            let stuck = quiet > 0 && quiet % PATIENCE == 0;
            if stuck && iteration >= CALM_FROM && self.changes().move_valves(state) {
                quiet = 0;
                continue;
            }
            if iteration >= options.max_iterations {
                break;
            }
            if iteration > CALM_FROM && options.damp_limit <= 0.0 {
                relaxation = if iteration % HALVE_EVERY == 0 {
                    0.5
                } else {
                    1.0
                };
            }
            if !self.step(state, wagner.as_ref(), relaxation, &mut report) {
                if self.changes().give_way(state) {
                    continue;
                }
                if anew {
                    break;
                }
                anew = true;
                self.start_anew(state);
                continue;
            }
            let iteration = report.iterations;
            relaxation = 1.0;
            valve_moved = false;
            let damped = options.damp_limit > 0.0;
            let near = report.relative_change <= options.damp_limit;
            if damped && near {
                relaxation = 0.6;
            }
            if iteration < CALM_FROM && (!damped || near) {
                valve_moved = self.changes().move_valves(state);
            }
            let unsettled = report.relative_change > options.accuracy;
            if unsettled && iteration <= options.check_until && iteration == next_check {
                self.changes().move_others(state);
                next_check += options.check_every;
            }
        }
        self.finish(state, options.demand, &mut report);
        report
    }

    /// Demands and outlets before the first iteration, and idle links that are now open.
    fn begin(&mut self, state: &mut State, wagner: Option<&Wagner>) {
        for (i, node) in self.network.nodes.iter().enumerate() {
            if !node.is_junction() {
                continue;
            }
            let full = state.required_m3s[i];
            let depends = wagner.is_some() && full > 0.0;
            state.served_m3s[i] = if depends {
                state.served_m3s[i].clamp(0.0, full)
            } else {
                full
            };
        }
        for k in 0..self.network.links.len() {
            let idle = state.flow_m3s[k] <= 0.0 && state.status[k].is_open();
            if idle && self.constant_power[k] {
                state.flow_m3s[k] = state.usual_flow(&self.network, k);
            }
        }
        self.isolation.begin(state);
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        if !(finite(&state.head_m) && finite(&state.flow_m3s) && finite(&state.served_m3s)) {
            self.start_anew(state);
        }
    }

    fn changes(&self) -> Changes<'_> {
        Changes {
            network: &self.network,
            losses: &self.losses,
            watched: &self.watched,
            valves: &self.valves,
        }
    }

    /// Coefficients of all links; in cut-off parts nothing flows.
    fn update_losses(&mut self, state: &State) {
        self.losses.update(&self.network, state);
        if !self.isolation.any() {
            return;
        }
        for (k, link) in self.network.links.iter().enumerate() {
            if state.isolated[link.from] && state.isolated[link.to] {
                (self.losses.p[k], self.losses.y[k]) = (0.0, state.flow_m3s[k]);
            }
        }
    }

    /// Forgets what a solve that went astray has left: usual flows, no pressure anywhere.
    fn start_anew(&self, state: &mut State) {
        for (i, node) in self.network.nodes.iter().enumerate() {
            if node.is_junction() {
                state.head_m[i] = node.elevation_m;
                state.served_m3s[i] = state.required_m3s[i];
            }
        }
        for k in 0..state.flow_m3s.len() {
            state.flow_m3s[k] = state.usual_flow(&self.network, k);
        }
        state.outlet_m3s.fill(0.0);
    }

    /// One linear solve and the new heads and flows; false when the matrix is singular.
    fn step(
        &mut self,
        state: &mut State,
        wagner: Option<&Wagner>,
        relaxation: f64,
        report: &mut Report,
    ) -> bool {
        let Hydraulics {
            network,
            losses,
            ldl,
            places,
            row,
            constant_power,
            valves,
            isolation,
            trial,
            drawn,
            leaked,
            ..
        } = self;
        let nowhere = ldl.no_row() as u32;
        ldl.clear();
        for ((k, place), (&p, &y)) in places
            .iter()
            .enumerate()
            .zip(losses.p.iter().zip(&losses.y))
        {
            let dh = state.head_m[place.from as usize] - state.head_m[place.to as usize];
            let q = state.flow_m3s[k] - y + p * dh;
            trial[k] = q;
            ldl.lower[place.entry as usize] -= p;
            ldl.diagonal[place.row_from as usize] += p;
            ldl.diagonal[place.row_to as usize] += p;
            ldl.vector[place.row_from as usize] -= q;
            ldl.vector[place.row_to as usize] += q;
        }
        for (k, _) in valves.iter() {
            hold(network, state, ldl, row, trial, *k);
        }
        for i in 0..row.len() {
            if row[i] == nowhere || state.isolated[i] {
                continue;
            }
            let at = row[i] as usize;
            let full = state.required_m3s[i];
            let (flow, inverse) = match wagner {
                Some(law) if full > 0.0 => {
                    let above = state.head_m[i] - network.nodes[i].elevation_m - law.p_min_m;
                    match law.service(state.served_m3s[i], full, above, LEAST_SLOPE) {
                        Service::Fixed(flow) => (flow, 0.0),
                        Service::Curve {
                            flow,
                            loss_m,
                            slope,
                        } => (flow - (loss_m - above) / slope, 1.0 / slope),
                    }
                }
                _ => (full, 0.0),
            };
            drawn[i] = (flow, inverse);
            ldl.diagonal[at] += inverse;
            ldl.vector[at] -= flow;
        }
        for ((outlet, flow), leaked) in network
            .outlets
            .iter()
            .zip(&state.outlet_m3s)
            .zip(&mut *leaked)
        {
            if state.isolated[outlet.node] {
                *leaked = (0.0, 0.0);
                continue;
            }
            let (loss, slope) = outlet_loss(outlet, *flow, LEAST_SLOPE, MOST_SLOPE);
            let pressure = state.head_m[outlet.node] - network.nodes[outlet.node].elevation_m;
            *leaked = (flow - (loss - pressure) / slope, 1.0 / slope);
            let at = row[outlet.node] as usize;
            ldl.diagonal[at] += leaked.1;
            ldl.vector[at] -= leaked.0;
        }
        // Rows of cut-off junctions are empty: any pivot will do.
        if isolation.any() {
            for (i, isolated) in state.isolated.iter().enumerate() {
                if *isolated {
                    ldl.diagonal[row[i] as usize] = 1.0;
                    ldl.vector[row[i] as usize] = 0.0;
                }
            }
        }
        if ldl.solve().is_err() {
            return false;
        }
        let change = &ldl.vector;
        let (mut sum, mut moved) = (0.0, 0.0);
        for (k, place) in places.iter().enumerate() {
            let before = state.flow_m3s[k];
            let new = trial[k]
                + losses.p[k] * (change[place.row_from as usize] - change[place.row_to as usize]);
            let mut dq = (new - before) * relaxation;
            // Backwards such a pump would have another branch of its law, which means nothing.
            if constant_power[k] && before + dq < 0.0 {
                dq = if before > 0.0 { -before / 2.0 } else { -before };
            }
            let now = before + dq;
            // Flows that die away are cut before they become subnormal numbers, which are slow.
            state.flow_m3s[k] = if now.abs() < NO_FLOW { 0.0 } else { now };
            sum += now.abs();
            moved += dq.abs();
        }
        for i in 0..row.len() {
            if row[i] == nowhere {
                continue;
            }
            let delta = change[row[i] as usize];
            state.head_m[i] += delta;
            if wagner.is_some() && state.required_m3s[i] > 0.0 && !state.isolated[i] {
                let (flow, inverse) = drawn[i];
                let full = state.required_m3s[i];
                let before = state.served_m3s[i];
                let new = (flow + inverse * delta).clamp(0.0, full);
                let dq = (new - before) * relaxation;
                state.served_m3s[i] = before + dq;
                sum += state.served_m3s[i];
                moved += dq.abs();
            }
        }
        for ((outlet, flow), (trial, inverse)) in network
            .outlets
            .iter()
            .zip(&mut state.outlet_m3s)
            .zip(leaked)
        {
            let new = *trial + *inverse * change[row[outlet.node] as usize];
            let dq = (new - *flow) * relaxation;
            *flow += dq;
            sum += flow.abs();
            moved += dq.abs();
        }
        for (k, around) in valves.iter() {
            moved += held_flow(network, state, *k, around);
        }
        if isolation.any() {
            isolation.settle(state);
        }
        report.iterations += 1;
        report.relative_change = if sum > 0.0 { moved / sum } else { moved };
        true
    }

    /// Whether heads, losses, demands and balances agree.
    fn is_balanced(
        &self,
        state: &State,
        wagner: Option<&Wagner>,
        quiet: u32,
        report: &mut Report,
    ) -> bool {
        let mut error = self.losses.error_m(&self.network, state);
        let mut total = 0.0;
        for (i, node) in self.network.nodes.iter().enumerate() {
            if !node.is_junction() || state.isolated[i] {
                continue;
            }
            let full = state.required_m3s[i];
            total += full.abs();
            if let (Some(law), true) = (wagner, full > 0.0) {
                let above = state.head_m[i] - node.elevation_m - law.p_min_m;
                error = error.max(law.error_m(state.served_m3s[i], full, above, LEAST_SLOPE));
            }
        }
        for (k, _) in &self.valves {
            if let Some((node, head)) = held_head(&self.network, state, *k) {
                error = error.max((state.head_m[node] - head).abs());
            }
        }
        let worst = imbalance(&self.network, state)
            .into_iter()
            .fold(0.0_f64, |worst, x| worst.max(x.abs()));
        report.head_error_m = error;
        report.imbalance_m3s = worst;
        let total = if total > 0.0 { total } else { 1.0 };
        let balance = if quiet > PATIENCE {
            ROUGH_BALANCE
        } else {
            BALANCE
        };
        error <= HEAD_ERROR_M && worst <= balance * total
    }

    /// What is left to say of isolated junctions, sources and the report.
    fn finish(&mut self, state: &mut State, demand: DemandModel, report: &mut Report) {
        for (i, node) in self.network.nodes.iter().enumerate() {
            if node.is_junction() && state.isolated[i] {
                state.served_m3s[i] = 0.0;
                if state.head_m[i] < node.elevation_m - 1e5
                    || (state.required_m3s[i] > 0.0 && demand == DemandModel::DemandDriven)
                {
                    state.head_m[i] = node.elevation_m;
                }
            } else if !node.is_junction() {
                state.served_m3s[i] = 0.0;
            }
        }
        for (outlet, flow) in self.network.outlets.iter().zip(&mut state.outlet_m3s) {
            if state.isolated[outlet.node] {
                *flow = 0.0;
            }
        }
        for (k, link) in self.network.links.iter().enumerate() {
            if !state.status[k].is_open() || state.isolated[link.from] && state.isolated[link.to] {
                state.flow_m3s[k] = 0.0;
            }
            let q = state.flow_m3s[k];
            if !self.network.nodes[link.from].is_junction() {
                state.served_m3s[link.from] -= q;
            }
            if !self.network.nodes[link.to].is_junction() {
                state.served_m3s[link.to] += q;
            }
        }
        report.imbalance_m3s = imbalance(&self.network, state)
            .into_iter()
            .fold(0.0_f64, |worst, x| worst.max(x.abs()));
        let finite = state
            .head_m
            .iter()
            .chain(&state.flow_m3s)
            .all(|x| x.is_finite());
        report.converged &= finite;
    }
}

fn is_constant_power(network: &Network, k: usize) -> bool {
    matches!(
        network.links[k].kind,
        LinkKind::Pump {
            law: PumpLaw::ConstantPower { .. },
            ..
        }
    )
}
