//! Quickest paths from one node to all others: Dijkstra's algorithm, with centroids that nothing passes through.
//!
//! Costs are not negative; an infinite cost closes a link. Among equally quick paths the choice depends on the numbers of
//! nodes and links alone, so it is the same on every machine.

use crate::solvers::assignment::network::RoadNetwork;
use crate::solvers::assignment::tree_queue::TreeQueue;

/// In place of an arc: the origin, or a node out of reach.
const NONE: u32 = u32::MAX;

/// The tree of quickest paths from one origin, with its working memory; one serves any number of origins in turn.
#[derive(Clone, Debug, Default)]
pub struct ShortestPaths {
    cost: Vec<f64>,
    via: Vec<u32>,
    reached: Vec<u32>,
    queue: TreeQueue,
}

impl ShortestPaths {
    /// Finds the tree from `origin` at the cost of each arc.
    pub(super) fn grow(&mut self, network: &RoadNetwork, arc_costs: &[f64], origin: usize) {
        let nodes = network.nodes();
        self.cost.clear();
        self.cost.resize(nodes, f64::INFINITY);
        self.via.clear();
        self.via.resize(nodes, NONE);
        self.reached.clear();
        self.queue.clear(nodes);
        self.cost[origin] = 0.0;
        self.queue.push_or_lower(origin as u32, 0.0);
        self.settle(network, arc_costs, origin);
    }

    /// Finds the tree from `origin` out of the tree that held at other costs, which is usually nearly right: its paths
    /// are costed anew, and only what is no longer quickest is searched. `kept` is that tree (the arc into each node), as
    /// [`Self::keep`] left it, and becomes the new one. What is infinite must not have changed.
    pub(super) fn regrow(
        &mut self,
        network: &RoadNetwork,
        arc_costs: &[f64],
        origin: usize,
        kept: &mut [u32],
    ) {
        self.via.clear();
        self.via.extend_from_slice(kept);
        self.reached.clear();
        self.queue.clear(network.nodes());
        self.cost_anew(network, arc_costs, origin);
        for node in 0..network.nodes() {
            if node == origin || network.is_through(node) {
                self.relax(network, arc_costs, node);
            }
        }
        self.settle(network, arc_costs, origin);
        self.keep(kept);
    }

    /// Stores the tree.
    pub(super) fn keep(&self, kept: &mut [u32]) {
        kept.copy_from_slice(&self.via);
    }

    /// Costs of all nodes along the present tree.
    fn cost_anew(&mut self, network: &RoadNetwork, arc_costs: &[f64], origin: usize) {
        let nodes = network.nodes();
        self.cost.clear();
        // Not yet known.
        self.cost.resize(nodes, f64::NAN);
        self.cost[origin] = 0.0;
        let tails = network.tails();
        for node in 0..nodes {
            let mut at = node;
            while self.cost[at].is_nan() {
                let arc = self.via[at];
                if arc == NONE {
                    self.cost[at] = f64::INFINITY;
                    break;
                }
                self.reached.push(arc);
                at = tails[arc as usize] as usize;
            }
            // Back down the branch just climbed.
            while let Some(arc) = self.reached.pop() {
                let head = network.heads()[arc as usize] as usize;
                self.cost[head] = self.cost[at] + arc_costs[arc as usize];
                at = head;
            }
        }
    }

    /// Takes the nodes out of the queue in order of cost, and what becomes nearer through them in.
    fn settle(&mut self, network: &RoadNetwork, arc_costs: &[f64], origin: usize) {
        while let Some((_, node)) = self.queue.pop() {
            self.reached.push(node);
            let node = node as usize;
            if node == origin || network.is_through(node) {
                self.relax(network, arc_costs, node);
            }
        }
    }

    /// Queues the nodes that are nearer through a node than by the way they have.
    #[inline]
    fn relax(&mut self, network: &RoadNetwork, arc_costs: &[f64], node: usize) {
        let cost = self.cost[node];
        let arcs = network.arcs_from(node);
        let ends = network.heads()[arcs.clone()]
            .iter()
            .zip(&arc_costs[arcs.clone()]);
        for (arc, (head, arc_cost)) in arcs.zip(ends) {
            let through = cost + arc_cost;
            let head_cost = &mut self.cost[*head as usize];
            if through < *head_cost {
                *head_cost = through;
                self.via[*head as usize] = arc as u32;
                self.queue.push_or_lower(*head, through);
            }
        }
    }

    /// Finds the tree from `origin`, a node of the network, at the cost of each link: not negative, infinite if closed.
    pub fn from_origin(&mut self, network: &RoadNetwork, link_costs: &[f64], origin: usize) {
        self.grow(network, &network.by_arc(link_costs), origin);
    }

    /// Links of the quickest path to a node, from the origin on; empty at the origin and out of reach.
    #[must_use]
    pub fn links_to(&self, network: &RoadNetwork, node: usize) -> Vec<usize> {
        let tails = network.tails();
        let back = std::iter::successors(self.via(node), |arc| {
            self.via(tails[*arc as usize] as usize)
        });
        let mut links: Vec<usize> = back.map(|arc| network.link_of_arc(arc)).collect();
        links.reverse();
        links
    }

    /// Cost of the quickest path to a node; infinite if there is none.
    #[must_use]
    pub fn cost_to(&self, node: usize) -> f64 {
        self.cost[node]
    }

    /// Arc by which the quickest path enters a node; `None` at the origin and out of reach.
    #[inline]
    pub(super) fn via(&self, node: usize) -> Option<u32> {
        let arc = self.via[node];
        (arc != NONE).then_some(arc)
    }

    /// Nodes in reach, the nearest first, of a tree that was grown and not regrown.
    pub(super) fn reached(&self) -> &[u32] {
        &self.reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centroids_let_nothing_through() {
        // 0 and 1 are centroids: 0 -> 1 -> 2 costs 2, 0 -> 2 costs 5; 1 may end a trip but not carry one.
        let links = [(0, 1), (1, 2), (0, 2)];
        let mut paths = ShortestPaths::default();
        let network = RoadNetwork::new(3, 2, &links).unwrap();
        paths.from_origin(&network, &[1.0, 1.0, 5.0], 0);
        assert_eq!((paths.cost_to(1), paths.cost_to(2)), (1.0, 5.0));
        assert_eq!(paths.links_to(&network, 2), [2]);
        // As an origin it sends its own trips.
        paths.from_origin(&network, &[1.0, 1.0, 5.0], 1);
        assert_eq!((paths.cost_to(0), paths.cost_to(2)), (f64::INFINITY, 1.0));
        let open = RoadNetwork::new(3, 0, &links).unwrap();
        paths.from_origin(&open, &[1.0, 1.0, 5.0], 0);
        assert_eq!(paths.cost_to(2), 2.0);
        assert_eq!(paths.links_to(&open, 2), [0, 1]);
    }

    #[test]
    fn closed_links_and_free_links() {
        let network = RoadNetwork::new(4, 0, &[(0, 1), (1, 2), (0, 2), (2, 3)]).unwrap();
        let mut paths = ShortestPaths::default();
        paths.from_origin(&network, &[0.0, 0.0, 0.0, f64::INFINITY], 0);
        assert_eq!((paths.cost_to(2), paths.cost_to(3)), (0.0, f64::INFINITY));
        assert_eq!(paths.reached(), [0, 1, 2]);
        assert_eq!(paths.via(3), None);
    }

    #[test]
    fn costs_are_those_of_bellman_and_ford() {
        // A lattice with diagonals and uneven costs.
        let side = 9;
        let mut links = Vec::new();
        let mut costs = Vec::new();
        for node in 0..side * side {
            for step in [1, side, side + 1] {
                if node + step < side * side {
                    links.extend([(node, node + step), (node + step, node)]);
                    costs.push(((node * 7 + step * 13) % 11) as f64);
                    costs.push(((node * 5 + step * 3) % 17) as f64);
                }
            }
        }
        let network = RoadNetwork::new(side * side, 4, &links).unwrap();
        let mut paths = ShortestPaths::default();
        for origin in [0, 3, 40, 80] {
            paths.from_origin(&network, &costs, origin);
            let mut expected = vec![f64::INFINITY; side * side];
            expected[origin] = 0.0;
            for _ in 0..side * side {
                for (&(tail, head), cost) in links.iter().zip(&costs) {
                    if tail == origin || tail >= 4 {
                        expected[head] = expected[head].min(expected[tail] + cost);
                    }
                }
            }
            for (node, cost) in expected.iter().enumerate() {
                assert_eq!(paths.cost_to(node), *cost, "{origin} to {node}");
            }
            // From the tree at other costs.
            let (mut again, mut kept) = (ShortestPaths::default(), vec![NONE; side * side]);
            let others: Vec<f64> = costs.iter().rev().copied().collect();
            again.from_origin(&network, &others, origin);
            again.keep(&mut kept);
            again.regrow(&network, &network.by_arc(&costs), origin, &mut kept);
            assert_eq!(again.cost, paths.cost);
        }
    }
}
