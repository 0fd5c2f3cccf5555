//! Flows on all arcs with the costs that belong to them, kept in step.

use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::CostLaw;
use crate::solvers::assignment::performance::LinkPerformance;

/// Flow, cost and slope of every arc.
#[derive(Clone, Debug)]
pub(super) struct FlowState {
    laws: Vec<CostLaw>,
    pub(super) flow: Vec<f64>,
    pub(super) cost: Vec<f64>,
    /// Derivative of cost by flow.
    pub(super) slope: Vec<f64>,
}

impl FlowState {
    /// The empty network.
    pub(super) fn new(network: &RoadNetwork, links: &[LinkPerformance]) -> Self {
        let by_link: Vec<CostLaw> = links.iter().map(CostLaw::new).collect();
        let mut state = Self {
            laws: network.by_arc(&by_link),
            flow: vec![0.0; links.len()],
            cost: vec![0.0; links.len()],
            slope: vec![0.0; links.len()],
        };
        state.refresh();
        state
    }

    /// Adds flow to an arc and brings its cost in step.
    #[inline]
    pub(super) fn add(&mut self, arc: usize, flow: f64) {
        self.flow[arc] += flow;
        let law = &self.laws[arc];
        if !law.is_constant() {
            (self.cost[arc], self.slope[arc]) = law.cost_and_slope(self.flow[arc]);
        }
    }

    /// Brings all costs in step with the flows.
    pub(super) fn refresh(&mut self) {
        let states = self.cost.iter_mut().zip(&mut self.slope);
        for ((law, flow), (cost, slope)) in self.laws.iter().zip(&self.flow).zip(states) {
            (*cost, *slope) = law.cost_and_slope(*flow);
        }
    }

    /// Cost law of each arc.
    pub(super) fn laws(&self) -> &[CostLaw] {
        &self.laws
    }

    /// Total cost of all vehicles.
    pub(super) fn total_cost(&self) -> f64 {
        let used = self.flow.iter().zip(&self.cost);
        // A closed arc carries nothing, at an infinite cost.
        used.filter(|(flow, _)| **flow > 0.0)
            .map(|(flow, cost)| flow * cost)
            .sum()
    }

    /// Beckmann's objective: the integrals of all costs up to the flows.
    pub(super) fn objective(&self) -> f64 {
        let arcs = self.laws.iter().zip(&self.flow);
        arcs.map(|(law, flow)| law.integral(*flow)).sum()
    }
}
