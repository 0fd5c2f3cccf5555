//! Fill-reducing elimination order of a symmetric pattern: approximate minimum degree (Amestoy, Davis, Duff 1996).
//!
//! It reads a pattern only. It does not factorise, and does not balance or scale values.

/// A symmetric pattern without its diagonal: the neighbours of node `i` are `neighbours[start[i]..start[i + 1]]`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Graph {
    /// Where each node's neighbours begin; length nodes + 1.
    pub start: Vec<u32>,
    /// Neighbours, ascending within a node, no node twice and never the node itself.
    pub neighbours: Vec<u32>,
}

impl Graph {
    /// The graph of the given undirected edges over `nodes` nodes; repeated edges and loops are dropped.
    ///
    /// Edges that name a node beyond `nodes` are the caller's error and are dropped as well.
    pub fn from_edges(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let keep = |&(a, b): &(u32, u32)| a != b && (a as usize) < nodes && (b as usize) < nodes;
        let mut start = vec![0u32; nodes + 1];
        for (a, b) in edges.clone().filter(keep) {
            start[a as usize + 1] += 1;
            start[b as usize + 1] += 1;
        }
        for i in 0..nodes {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut all = vec![0u32; start[nodes] as usize];
        for (a, b) in edges.filter(keep) {
            for (i, j) in [(a, b), (b, a)] {
                all[next[i as usize] as usize] = j;
                next[i as usize] += 1;
            }
        }
        let mut neighbours = Vec::with_capacity(all.len());
        let mut kept = Vec::with_capacity(nodes + 1);
        kept.push(0);
        for i in 0..nodes {
            let mine = &mut all[start[i] as usize..start[i + 1] as usize];
            mine.sort_unstable();
            let mut last = None;
            for &mut j in mine {
                if last != Some(j) {
                    neighbours.push(j);
                    last = Some(j);
                }
            }
            kept.push(neighbours.len() as u32);
        }
        Graph {
            start: kept,
            neighbours,
        }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// Neighbours of node `i`, ascending.
    pub fn neighbours_of(&self, i: usize) -> &[u32] {
        &self.neighbours[self.start[i] as usize..self.start[i + 1] as usize]
    }

    /// The same graph with nodes renamed: `position[i]` is the new name of `i`, `order` its inverse.
    pub fn permuted(&self, order: &[u32], position: &[u32]) -> Graph {
        let mut start = Vec::with_capacity(order.len() + 1);
        let mut neighbours = Vec::with_capacity(self.neighbours.len());
        start.push(0);
        for &old in order {
            let from = neighbours.len();
            neighbours.extend(
                self.neighbours_of(old as usize)
                    .iter()
                    .map(|&j| position[j as usize]),
            );
            neighbours[from..].sort_unstable();
            start.push(neighbours.len() as u32);
        }
        Graph { start, neighbours }
    }
}

/// Elimination order of a graph: element `k` is the node to eliminate `k`-th.
///
/// Should the ordering package refuse the pattern (it does not for a [`Graph`]), the natural order is returned, which is
/// correct and only costs fill.
pub fn minimum_degree(graph: &Graph) -> Vec<u32> {
    let n = graph.nodes();
    let natural = || (0..n as u32).collect();
    let start: Vec<i32> = graph.start.iter().map(|&p| p as i32).collect();
    let index: Vec<i32> = graph.neighbours.iter().map(|&j| j as i32).collect();
    match amd::order(n as i32, &start, &index, &amd::Control::default()) {
        Ok((order, _, _)) if order.len() == n => order.iter().map(|&i| i as u32).collect(),
        _ => natural(),
    }
}

/// Inverse of a permutation: where each node stands in `order`.
pub fn inverse(order: &[u32]) -> Vec<u32> {
    let mut position = vec![0; order.len()];
    for (k, &i) in order.iter().enumerate() {
        position[i as usize] = k as u32;
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_is_eliminated_from_its_leaves() {
        let graph = Graph::from_edges(5, (1..5).map(|leaf| (0, leaf)));
        let position = inverse(&minimum_degree(&graph));
        // The hub may go last or, with one leaf left, second last: either way no fill.
        assert!(position[0] >= 3, "{position:?}");
    }

    #[test]
    fn repeated_edges_and_loops_are_dropped() {
        let graph = Graph::from_edges(3, [(0, 1), (1, 0), (2, 2), (0, 1)].into_iter());
        assert_eq!(graph.start, [0, 1, 2, 2]);
        assert_eq!(graph.neighbours, [1, 0]);
    }
}
