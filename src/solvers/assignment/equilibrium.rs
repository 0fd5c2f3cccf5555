//! What an assignment gives: flows, costs, and how near to equilibrium they are.
//!
//! Plain data, by the indices of the links and pairs given.

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::flow_state::FlowState;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::performance::LinkPerformance;
use crate::solvers::assignment::shortest_path::ShortestPaths;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AssignmentOptions {
    /// Relative gap at which flows count as an equilibrium.
    pub gap: f64,
    /// Iterations at most; an iteration looks at every origin once.
    pub max_iterations: u32,
}

impl Default for AssignmentOptions {
    /// A gap of 1e-6, below which link flows hardly move any more (Boyce, Ralevic-Dekic and Bar-Gera, 2004, find 1e-4 the
    /// least that a planning study should ask for).
    fn default() -> Self {
        Self {
            gap: 1e-6,
            max_iterations: 2000,
        }
    }
}

/// Trips for which no way is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unserved {
    /// Origin node.
    pub origin: usize,
    /// Destination node.
    pub destination: usize,
    /// Vehicles.
    pub trips: f64,
}

/// Link flows with what they cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Whether the gap asked for was reached.
    pub converged: bool,
    /// Iterations done.
    pub iterations: u32,
    /// Relative gap: (total cost - total cost if all took a quickest path at these costs) / total cost.
    pub gap: f64,
    /// Beckmann's objective, which the equilibrium minimises: the sum over links of the integral of cost by flow.
    pub objective: f64,
    /// Total cost of all vehicles, vehicles times the unit of cost (total system travel time).
    pub total_cost: f64,
    /// Total cost if all took a quickest path at these costs (shortest-path travel time).
    pub shortest_path_cost: f64,
    /// Greatest difference between what enters a node (links and trips that begin there) and what leaves it, vehicles.
    pub max_node_imbalance: f64,
    /// Vehicles on each link.
    pub flow: Vec<f64>,
    /// Cost of each link at its flow; infinite if it is closed.
    pub cost: Vec<f64>,
    /// Pairs that no path joins. They are in no flow and no sum.
    pub unserved: Vec<Unserved>,
}

/// Total cost on quickest paths, and the pairs without one.
pub(super) struct ShortestPathCost {
    pub(super) total: f64,
    pub(super) unserved: Vec<Unserved>,
}

impl ShortestPathCost {
    /// Searches from every origin at the costs of a state.
    pub(super) fn at(
        network: &RoadNetwork,
        demand: &Demand,
        state: &FlowState,
        tree: &mut ShortestPaths,
    ) -> Self {
        Self::each(network, demand, state, tree, |_, _| ())
    }

    /// As [`Self::at`], showing each origin's tree with its pairs.
    pub(super) fn each(
        network: &RoadNetwork,
        demand: &Demand,
        state: &FlowState,
        tree: &mut ShortestPaths,
        mut show: impl FnMut(&ShortestPaths, std::ops::Range<usize>),
    ) -> Self {
        let mut found = Self {
            total: 0.0,
            unserved: Vec::new(),
        };
        for (origin, pairs) in demand.by_origin() {
            tree.grow(network, &state.cost, origin);
            for pair in pairs.clone() {
                found.total += found.cost_of(demand, tree, origin, pair);
            }
            show(tree, pairs);
        }
        found
    }

    fn cost_of(
        &mut self,
        demand: &Demand,
        tree: &ShortestPaths,
        origin: usize,
        pair: usize,
    ) -> f64 {
        let destination = demand.destinations()[pair] as usize;
        let trips = demand.trips()[pair];
        let cost = tree.cost_to(destination);
        if cost.is_finite() {
            return trips * cost;
        }
        if trips > 0.0 {
            self.unserved.push(Unserved {
                origin,
                destination,
                trips,
            });
        }
        0.0
    }

    /// Relative gap of a total cost against this one; 0 where nothing costs anything.
    pub(super) fn gap(&self, total_cost: f64) -> f64 {
        if total_cost > 0.0 {
            (total_cost - self.total) / total_cost
        } else {
            0.0
        }
    }
}

impl Equilibrium {
    /// The result at a state.
    pub(super) fn of(
        network: &RoadNetwork,
        demand: &Demand,
        state: &FlowState,
        shortest: ShortestPathCost,
        iterations: u32,
        gap: f64,
    ) -> Self {
        let total_cost = state.total_cost();
        let reached = shortest.gap(total_cost);
        Self {
            converged: reached <= gap,
            iterations,
            gap: reached,
            objective: state.objective(),
            total_cost,
            shortest_path_cost: shortest.total,
            max_node_imbalance: max_node_imbalance(
                network,
                demand,
                &state.flow,
                &shortest.unserved,
            ),
            flow: network.by_link(&state.flow),
            cost: network.by_link(&state.cost),
            unserved: shortest.unserved,
        }
    }

    /// Vehicles for which no way is open.
    #[must_use]
    pub fn unserved_trips(&self) -> f64 {
        // An empty sum of floats is -0.
        self.unserved.iter().map(|pair| pair.trips).sum::<f64>() + 0.0
    }
}

/// What can be said of an input before solving.
pub(super) fn check(
    network: &RoadNetwork,
    links: &[LinkPerformance],
    demand: &Demand,
) -> Result<(), AssignmentError> {
    AssignmentError::length("links", links.len(), network.links())?;
    for (index, link) in links.iter().enumerate() {
        link.check(index)?;
    }
    let nodes = network.nodes();
    for (index, (origin, destination, _)) in demand.iter().enumerate() {
        if let Some(node) = [origin, destination]
            .into_iter()
            .find(|node| *node >= nodes)
        {
            return Err(AssignmentError::NoSuchNode {
                element: "trip",
                index,
                node,
                nodes,
            });
        }
    }
    Ok(())
}

/// Greatest imbalance over the nodes, vehicles.
fn max_node_imbalance(
    network: &RoadNetwork,
    demand: &Demand,
    flow: &[f64],
    unserved: &[Unserved],
) -> f64 {
    let mut balance = vec![Sum::default(); network.nodes()];
    for (arc, flow) in flow.iter().enumerate() {
        balance[network.heads()[arc] as usize].add(*flow);
        balance[network.tails()[arc] as usize].add(-flow);
    }
    for (origin, destination, trips) in demand.iter() {
        balance[origin].add(trips);
        balance[destination].add(-trips);
    }
    for pair in unserved {
        balance[pair.origin].add(-pair.trips);
        balance[pair.destination].add(pair.trips);
    }
    balance
        .iter()
        .map(|sum| sum.value().abs())
        .fold(0.0, f64::max)
}

/// A sum that keeps what rounding drops (Neumaier, 1974), so that the measure adds no error of its own.
#[derive(Clone, Copy, Default)]
struct Sum {
    sum: f64,
    dropped: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.dropped += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    fn value(self) -> f64 {
        self.sum + self.dropped
    }
}
