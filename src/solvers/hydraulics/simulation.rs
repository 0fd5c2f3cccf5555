//! A network through time: explicit Euler for tanks, with steps that end where anything changes.
//!
//! Between ends of steps flows are constant, so whatever is integrated (volumes, energy, unserved demand) is a sum over
//! steps of what held at their start: zero-order hold, exact for this model. A trapezoid would smear every outage over the
//! step before it. Unlike EPANET, times are not rounded to whole seconds.

use std::sync::Arc;

use crate::solvers::hydraulics::closure::Closure;
use crate::solvers::hydraulics::closure::Held;
use crate::solvers::hydraulics::control;
use crate::solvers::hydraulics::control::Action;
use crate::solvers::hydraulics::control::Control;
use crate::solvers::hydraulics::energy::Energy;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::rule;
use crate::solvers::hydraulics::rule::Interval;
use crate::solvers::hydraulics::rule::Rule;
use crate::solvers::hydraulics::solver::Hydraulics;
use crate::solvers::hydraulics::solver::HydraulicsError;
use crate::solvers::hydraulics::solver::Options;
use crate::solvers::hydraulics::solver::Report;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::times::Times;
use crate::solvers::hydraulics::timestep::end_of_step;

/// Most changes of status by controls on junctions within one moment; more would be a quarrel of controls.
const MOST_ADJUSTMENTS: u32 = 10;

/// What is simulated besides the network.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Plan {
    /// Steps and clock.
    pub times: Times,
    /// Simple controls, in order; of several that act at once the last has its way.
    pub controls: Vec<Control>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Outages.
    pub closures: Vec<Closure>,
    /// How each moment is solved.
    pub options: Options,
}

/// A moment that has been solved.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Time, s.
    pub t_s: f64,
    /// How long it lasts, s; 0 at the end.
    pub lasts_s: f64,
    /// Heads and flows.
    pub state: &'a State,
    /// How the solve went.
    pub report: Report,
}

/// What a simulation leaves.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Summary {
    /// Whether every moment converged.
    pub converged: bool,
    /// Moments solved.
    pub moments: u32,
    /// Moments that did not converge.
    pub failed: u32,
    /// Linear systems solved.
    pub iterations: u32,
    /// Lowest share of demand served at a moment.
    pub least_served_share: f64,
    /// Time integral of the share not served, h: equivalent hours of total outage.
    pub outage_h: f64,
    /// Demand not served, m3.
    pub unserved_m3: f64,
    /// Largest imbalance of a junction at any moment, m3/s.
    pub worst_imbalance_m3s: f64,
    /// Energy of pumps.
    pub energy: Energy,
}

/// A simulation under way.
#[derive(Clone, Debug)]
pub struct Simulation {
    solver: Hydraulics,
    plan: Plan,
    state: State,
    /// Volume of each tank by node; 0 elsewhere.
    volumes: Vec<f64>,
    held: Held,
    t_s: f64,
}

impl Simulation {
    /// A simulation at its start.
    ///
    /// # Errors
    /// [`HydraulicsError`].
    pub fn new(network: Arc<Network>, plan: Plan) -> Result<Simulation, HydraulicsError> {
        let solver = Hydraulics::new(Arc::clone(&network))?;
        Ok(Simulation::with(solver, plan))
    }

    /// A simulation at its start, on an analysis that was made before.
    pub fn with(solver: Hydraulics, plan: Plan) -> Simulation {
        let network = Arc::clone(solver.network());
        let volume = |node: &crate::solvers::hydraulics::network::Node| match &node.kind {
            NodeKind::Tank(tank) => tank.volume_m3(tank.initial_level_m),
            _ => 0.0,
        };
        Simulation {
            state: State::start(&network),
            volumes: network.nodes.iter().map(volume).collect(),
            held: Held::default(),
            t_s: 0.0,
            solver,
            plan,
        }
    }

    /// Present heads and flows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Volume of a tank, m3; 0 for any other node.
    pub fn volume_m3(&self, node: usize) -> f64 {
        self.volumes[node]
    }

    /// Runs to the end; `see` is shown every moment.
    pub fn run(mut self, see: &mut dyn FnMut(&Network, Moment<'_>)) -> Summary {
        let network = Arc::clone(self.solver.network());
        let mut summary = Summary {
            converged: true,
            least_served_share: 1.0,
            ..Summary::default()
        };
        loop {
            let t_s = self.t_s;
            let report = self.solve_moment();
            let share = self.state.served_share(&network);
            let before = self.state.clone();
            let lasts_s = self.advance();
            summary.moments += 1;
            summary.iterations += report.iterations;
            if !report.converged {
                summary.converged = false;
                summary.failed += 1;
            }
            summary.least_served_share = summary.least_served_share.min(share);
            summary.worst_imbalance_m3s = summary.worst_imbalance_m3s.max(report.imbalance_m3s);
            summary.outage_h += (1.0 - share) * lasts_s / 3600.0;
            for (i, node) in network.nodes.iter().enumerate() {
                if node.is_junction() && before.required_m3s[i] > 0.0 {
                    summary.unserved_m3 +=
                        (before.required_m3s[i] - before.served_m3s[i]) * lasts_s;
                }
            }
            // A single moment stands for an hour of it, as is customary for its energy.
            let counted = if self.plan.times.duration_s > 0.0 {
                lasts_s
            } else {
                3600.0
            };
            summary
                .energy
                .add(&network, &before, &self.plan.times, t_s, counted);
            see(
                &network,
                Moment {
                    t_s,
                    lasts_s,
                    state: &before,
                    report,
                },
            );
            if lasts_s <= 0.0 {
                return summary;
            }
        }
    }

    /// Demands, controls and outages of the present time, then heads and flows.
    pub fn solve_moment(&mut self) -> Report {
        let network = Arc::clone(self.solver.network());
        self.force(&network);
        self.held.release(&mut self.state);
        for control in &self.plan.controls {
            if control.holds_before(&network, &self.state, &self.plan.times, self.t_s) {
                control::apply(&network, &mut self.state, control.link, control.action);
            }
        }
        self.held
            .begin_and_end(&self.plan.closures, &network, &mut self.state, self.t_s);
        self.held.hold(&mut self.state);
        let mut left = MOST_ADJUSTMENTS;
        let (controls, held) = (&self.plan.controls, &self.held);
        let mut adjust = |state: &mut State| {
            let mut changed = false;
            for control in controls {
                if left > 0 && !held.contains(control.link) && control.holds_after(&network, state)
                {
                    changed |= control::apply(&network, state, control.link, control.action);
                }
            }
            left = left.saturating_sub(u32::from(changed));
            changed
        };
        self.solver
            .solve_with(&mut self.state, &self.plan.options, &mut adjust)
    }

    /// Demands, reservoir heads and pump speeds of the present time.
    fn force(&mut self, network: &Network) {
        let times = self.plan.times;
        let t_s = self.t_s;
        let multiplier =
            |pattern: Option<usize>| match pattern.and_then(|i| network.patterns.get(i)) {
                Some(pattern) => times.multiplier(pattern, t_s),
                None => 1.0,
            };
        for (i, node) in network.nodes.iter().enumerate() {
            match &node.kind {
                NodeKind::Junction { demands } => {
                    let sum: f64 = demands
                        .iter()
                        .map(|demand| demand.base_m3s * multiplier(demand.pattern))
                        .sum();
                    self.state.required_m3s[i] = sum * network.demand_multiplier;
                }
                NodeKind::Reservoir { pattern } => {
                    self.state.head_m[i] = node.elevation_m * multiplier(*pattern);
                }
                NodeKind::Tank(_) => {}
            }
        }
        for (k, link) in network.links.iter().enumerate() {
            if let LinkKind::Pump {
                speed_pattern: Some(pattern),
                ..
            } = link.kind
                && self.state.setting[k].is_some()
            {
                // A pump that a pattern stops and starts follows it.
                let speed = multiplier(Some(pattern));
                if !self.held.contains(k) {
                    control::apply(network, &mut self.state, k, Action::Set(speed));
                }
            }
        }
    }

    /// Takes tanks, and time, to the end of the step; its length, s, 0 at the end.
    pub fn advance(&mut self) -> f64 {
        let network = Arc::clone(self.solver.network());
        let begin = self.t_s;
        if begin >= self.plan.times.duration_s {
            return 0.0;
        }
        let end = end_of_step(
            &network,
            &self.state,
            &self.volumes,
            &self.plan.times,
            &self.plan.controls,
            &self.plan.closures,
            begin,
        );
        if self.plan.rules.is_empty() {
            self.fill(&network, end - begin);
            self.t_s = end;
            return end - begin;
        }
        let grain = self.plan.times.rule_step_s.max(1.0);
        loop {
            let look = ((self.t_s / grain).floor() + 1.0) * grain;
            let until = look.min(end);
            let length_s = until - self.t_s;
            self.fill(&network, length_s);
            self.t_s = until;
            if self.rules_act(&network, length_s) || until >= end {
                return until - begin;
            }
        }
    }

    /// Lets the rules look at the present; true when one changed a link.
    fn rules_act(&mut self, network: &Network, length_s: f64) -> bool {
        let interval = Interval {
            t_s: self.t_s,
            length_s,
        };
        let wanted = rule::actions(
            &self.plan.rules,
            network,
            &self.state,
            &self.plan.times,
            interval,
        );
        self.held.release(&mut self.state);
        let mut changed = false;
        for action in wanted {
            let acted = control::apply(network, &mut self.state, action.link, action.action);
            changed |= acted && !self.held.contains(action.link);
        }
        self.held.hold(&mut self.state);
        changed
    }

    /// Changes of tank volumes and levels over a time at present flows.
    fn fill(&mut self, network: &Network, dt_s: f64) {
        for (i, node) in network.nodes.iter().enumerate() {
            if let NodeKind::Tank(tank) = &node.kind {
                let (least, most) = (tank.min_m3(), tank.max_m3());
                let volume = self.volumes[i] + self.state.served_m3s[i] * dt_s;
                // A step ends on the limit but for rounding, which must not leave a drop that keeps a tank from being full.
                let rounding = 1e-9 * most.abs().max(1.0);
                // Where times are whole seconds a tank that would be full in less than one is full, as in EPANET, which has
                // no such rule for empty ones.
                let nearly = if self.plan.times.whole_seconds {
                    rounding.max(self.state.served_m3s[i])
                } else {
                    rounding
                };
                let inflow = self.state.served_m3s[i];
                self.volumes[i] = if volume >= most - nearly && inflow >= 0.0 {
                    most
                } else if volume <= least + rounding && inflow <= 0.0 {
                    least
                } else {
                    volume
                };
                self.state.head_m[i] = node.elevation_m + tank.level_m(self.volumes[i]);
            }
        }
    }
}
