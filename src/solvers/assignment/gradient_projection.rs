//! User equilibrium by path-based gradient projection.
//!
//! Each pair keeps the paths it uses. An iteration goes through the origins: it finds the quickest paths at the present
//! costs, takes up those that are better than what a pair has, and moves vehicles from dearer paths to the cheapest
//! (`shift`), costs following at once. Between two searches the pairs with several paths are balanced again and again,
//! which costs a fraction of a search (Jayakrishnan et al., TRR 1443, 1994; the restricted master problem as in Larsson
//! and Patriksson, 'Simplicial decomposition with disaggregated representation', Transportation Science 26, 1992).
//!
//! Paths outlive a solve: the next hour, with other trips, capacities or closed links, starts from them.

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::equilibrium::Equilibrium;
use crate::solvers::assignment::equilibrium::ShortestPathCost;
use crate::solvers::assignment::equilibrium::check;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::flow_state::FlowState;
use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::path_set::PathSet;
use crate::solvers::assignment::performance::LinkPerformance;
use crate::solvers::assignment::shift::Shift;
use crate::solvers::assignment::shortest_path::ShortestPaths;

/// The paths in use with their flows: where one solve ends and the next begins. Plain data, to be kept and captured.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PathFlows {
    demand: Demand,
    paths: PathSet,
}

/// Rounds of balancing between two searches at most.
const MOST_ROUNDS: u32 = 30;
/// Balancing stops when the pairs' own imbalance is this share of what the search found.
const BALANCED_SHARE: f64 = 0.1;
/// A pair counts as balanced when its paths differ by this share of the gap asked for: together such pairs are far
/// within it.
const PAIR_SHARE: f64 = 0.02;
/// Entries of trees kept at most, of 4 bytes each: the origins beyond search from nothing every time.
const MOST_KEPT: usize = 1 << 28;
/// A path must be better by this share to be taken up: the rounding of sums of costs.
const ROUNDING: f64 = 1e-15;

/// Finds the user equilibrium, starting from the paths of `start` as far as they are still open, and leaves its paths
/// there. An empty start is a cold one. The result depends on the arguments alone, `start` included.
///
/// # Errors
/// When the links are not those of the network, or a value is impossible.
pub fn solve(
    network: &RoadNetwork,
    links: &[LinkPerformance],
    demand: &Demand,
    start: &mut PathFlows,
    options: &AssignmentOptions,
) -> Result<Equilibrium, AssignmentError> {
    check(network, links, demand)?;
    let mut state = FlowState::new(network, links);
    start.prepare(network, demand, &state);
    let mut search = Search {
        network,
        demand,
        paths: &mut start.paths,
        tree: ShortestPaths::default(),
        shift: Shift::new(network.links()),
        trees: Vec::new(),
        shared: Vec::new(),
        tolerance: PAIR_SHARE * options.gap,
    };
    search.paths.load(&mut state.flow);
    state.refresh();
    Ok(search.run(&mut state, options))
}

impl PathFlows {
    /// Brings the paths to another demand and drops those that are closed.
    fn prepare(&mut self, network: &RoadNetwork, demand: &Demand, state: &FlowState) {
        if !self.demand.has_pairs_of(demand) {
            self.paths = self.paths.carried_over(&self.demand, demand);
        }
        if !self.paths.fits(network, demand) {
            self.paths = PathSet::new(demand.pairs());
        }
        for pair in 0..demand.pairs() {
            self.paths.retain(pair, |paths, path| {
                let mut arcs = paths.arcs(path).iter();
                arcs.all(|arc| state.cost[*arc as usize].is_finite())
            });
        }
        self.paths.tidy();
        self.paths.fit(demand.trips());
        self.demand = demand.clone();
    }
}

/// One solve under way.
struct Search<'a> {
    network: &'a RoadNetwork,
    demand: &'a Demand,
    paths: &'a mut PathSet,
    tree: ShortestPaths,
    /// The tree of each origin at the last iteration; empty before the first and where there are too many.
    trees: Vec<u32>,
    shift: Shift,
    /// Pairs with more than one path.
    shared: Vec<u32>,
    tolerance: f64,
}

impl Search<'_> {
    fn run(&mut self, state: &mut FlowState, options: &AssignmentOptions) -> Equilibrium {
        let mut iterations = 0;
        // Gap found by the last iteration, and its share of the one before: what the next may bring.
        let (mut before, mut progress) = (f64::INFINITY, 1.0);
        loop {
            // A true gap costs a search from every origin at fixed flows: it is taken when it may suffice.
            if iterations >= options.max_iterations || before * progress <= options.gap {
                self.paths.fit(self.demand.trips());
                self.paths.load(&mut state.flow);
                state.refresh();
                let shortest =
                    ShortestPathCost::at(self.network, self.demand, state, &mut self.tree);
                let gap = shortest.gap(state.total_cost());
                if gap <= options.gap || iterations >= options.max_iterations {
                    return Equilibrium::of(
                        self.network,
                        self.demand,
                        state,
                        shortest,
                        iterations,
                        options.gap,
                    );
                }
            }
            let excess = self.iterate(state);
            iterations += 1;
            let found = excess / state.total_cost().max(f64::MIN_POSITIVE);
            progress = if before > 0.0 {
                (found / before).clamp(0.01, 1.0)
            } else {
                1.0
            };
            before = found;
            self.balance(state, excess);
            self.paths.tidy();
        }
    }

    /// One look at every origin. Returns the excess cost found: vehicles times what their path costs more than the
    /// quickest.
    fn iterate(&mut self, state: &mut FlowState) -> f64 {
        let mut excess = 0.0;
        self.shared.clear();
        for (row, (origin, pairs)) in self.demand.by_origin().enumerate() {
            self.search(state, row, origin);
            let first_shared = self.shared.len();
            let mut loaded = false;
            for pair in pairs {
                let destination = self.demand.destinations()[pair] as usize;
                let quickest = self.tree.cost_to(destination);
                if !quickest.is_finite() {
                    continue;
                }
                let mut cheapest = f64::INFINITY;
                let mut count = 0;
                let mut at = self.paths.first(pair);
                while let Some(path) = at {
                    let cost = path_cost(state, self.paths.arcs(path));
                    cheapest = cheapest.min(cost);
                    excess += self.paths.flow(path) * (cost - quickest);
                    count += 1;
                    at = self.paths.next(path);
                }
                if quickest < cheapest * (1.0 - ROUNDING) {
                    let trips = if count == 0 {
                        self.demand.trips()[pair]
                    } else {
                        0.0
                    };
                    let (tree, tails) = (&self.tree, self.network.tails());
                    let back = std::iter::successors(tree.via(destination), |arc| {
                        tree.via(tails[*arc as usize] as usize)
                    });
                    let path = self.paths.add_reversed(pair, back, trips);
                    if count == 0 {
                        loaded = true;
                        excess += trips * quickest;
                        for arc in self.paths.arcs(path) {
                            state.flow[*arc as usize] += trips;
                        }
                    }
                    count += 1;
                }
                if count > 1 {
                    self.shared.push(pair as u32);
                }
            }
            if loaded {
                state.refresh();
            }
            for at in first_shared..self.shared.len() {
                self.balance_pair(self.shared[at] as usize, state);
            }
        }
        excess
    }

    /// Finds the quickest paths from an origin, the `row`th of the demand, out of those of the last iteration.
    fn search(&mut self, state: &FlowState, row: usize, origin: usize) {
        let nodes = self.network.nodes();
        let place = row * nodes..(row + 1) * nodes;
        if let Some(kept) = self.trees.get_mut(place) {
            self.tree.regrow(self.network, &state.cost, origin, kept);
            return;
        }
        self.tree.grow(self.network, &state.cost, origin);
        if self.trees.len() == row * nodes && self.trees.len() + nodes <= MOST_KEPT {
            self.trees.resize((row + 1) * nodes, 0);
            self.tree.keep(&mut self.trees[row * nodes..]);
        }
    }

    /// Balances the pairs with several paths until they are far better balanced than the search found them.
    fn balance(&mut self, state: &mut FlowState, found: f64) {
        for _ in 0..MOST_ROUNDS {
            let mut excess = 0.0;
            let mut shared = std::mem::take(&mut self.shared);
            for pair in &shared {
                excess += self.balance_pair(*pair as usize, state);
            }
            shared.retain(|pair| {
                let first = self.paths.first(*pair as usize);
                first.is_some_and(|path| self.paths.next(path).is_some())
            });
            self.shared = shared;
            if excess <= BALANCED_SHARE * found {
                break;
            }
        }
    }

    /// Moves the vehicles of a pair towards its cheapest path and drops the paths that lose all. Returns the excess cost
    /// found.
    fn balance_pair(&mut self, pair: usize, state: &mut FlowState) -> f64 {
        let mut target = None;
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        let (mut flow, mut total) = (0.0, 0.0);
        let mut at = self.paths.first(pair);
        while let Some(path) = at {
            let cost = path_cost(state, self.paths.arcs(path));
            if cost < least {
                (least, target) = (cost, Some(path));
            }
            most = most.max(cost);
            flow += self.paths.flow(path);
            total += self.paths.flow(path) * cost;
            at = self.paths.next(path);
        }
        let (Some(target), tolerance) = (target, self.tolerance * least) else {
            return 0.0;
        };
        if most - least <= tolerance {
            return 0.0;
        }
        self.shift.aim_at(self.paths.arcs(target));
        let mut emptied = false;
        let mut at = self.paths.first(pair);
        while let Some(path) = at {
            at = self.paths.next(path);
            if path == target {
                continue;
            }
            let (from, to) = (self.paths.flow(path), self.paths.flow(target));
            if from > 0.0 {
                let moved = self.shift.balance(
                    state,
                    (self.paths.arcs(path), from),
                    (self.paths.arcs(target), to),
                    tolerance,
                );
                self.paths.set_flow(path, from - moved);
                self.paths.set_flow(target, to + moved);
            }
            emptied |= self.paths.flow(path) <= 0.0;
        }
        if emptied {
            self.paths
                .retain(pair, |paths, path| path == target || paths.flow(path) > 0.0);
        }
        total - flow * least
    }
}

fn path_cost(state: &FlowState, arcs: &[u32]) -> f64 {
    // From 0 and in order, as the search adds: the same path has the same bits.
    arcs.iter()
        .fold(0.0, |sum, arc| sum + state.cost[*arc as usize])
}
