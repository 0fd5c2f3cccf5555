//! Nodes joined by one-way links, kept by tail node (compressed sparse rows).
//!
//! It knows topology alone: costs, capacities and closures are given to each solve, so that one network serves all hours.

use crate::solvers::assignment::error::AssignmentError;

/// A road network. Inside, links are renumbered as *arcs*, in the order of their tail nodes, so that the links that
/// leave a node lie side by side; from outside only link indices are seen.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadNetwork {
    first_through: u32,
    /// First arc of each node, and one past the last.
    first_arc: Vec<u32>,
    head: Vec<u32>,
    tail: Vec<u32>,
    arc_of_link: Vec<u32>,
    link_of_arc: Vec<u32>,
}

impl RoadNetwork {
    /// A network of `nodes` nodes and of links from node to node. Several links between the same two nodes are
    /// separate; one that ends where it begins is allowed and never used.
    ///
    /// Nodes below `first_through` are centroids: trips begin and end there, and none passes through.
    ///
    /// # Errors
    /// When a link names a node that does not exist, or there are too many of either.
    pub fn new(
        nodes: usize,
        first_through: usize,
        links: &[(usize, usize)],
    ) -> Result<Self, AssignmentError> {
        AssignmentError::count("nodes", nodes)?;
        AssignmentError::count("links", links.len())?;
        let mut first_arc = vec![0_u32; nodes + 1];
        for (index, &(tail, head)) in links.iter().enumerate() {
            if let Some(node) = [tail, head].into_iter().find(|node| *node >= nodes) {
                return Err(AssignmentError::NoSuchNode {
                    element: "link",
                    index,
                    node,
                    nodes,
                });
            }
            first_arc[tail + 1] += 1;
        }
        for node in 0..nodes {
            first_arc[node + 1] += first_arc[node];
        }
        let mut next = first_arc.clone();
        let mut network = Self {
            first_through: first_through.min(nodes) as u32,
            first_arc,
            head: vec![0; links.len()],
            tail: vec![0; links.len()],
            arc_of_link: Vec::with_capacity(links.len()),
            link_of_arc: vec![0; links.len()],
        };
        for (link, &(tail, head)) in links.iter().enumerate() {
            let arc = next[tail];
            next[tail] += 1;
            network.head[arc as usize] = head as u32;
            network.tail[arc as usize] = tail as u32;
            network.link_of_arc[arc as usize] = link as u32;
            network.arc_of_link.push(arc);
        }
        Ok(network)
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.first_arc.len() - 1
    }

    /// Number of links.
    #[must_use]
    pub fn links(&self) -> usize {
        self.head.len()
    }

    /// The nodes a link joins.
    #[must_use]
    pub fn ends(&self, link: usize) -> (usize, usize) {
        let arc = self.arc_of_link[link] as usize;
        (self.tail[arc] as usize, self.head[arc] as usize)
    }

    /// Whether trips of others may pass through a node.
    #[must_use]
    pub fn is_through(&self, node: usize) -> bool {
        node >= self.first_through as usize
    }

    /// Index of the first node that trips may pass through.
    #[must_use]
    pub fn first_through(&self) -> usize {
        self.first_through as usize
    }

    /// Arcs that leave a node.
    pub(super) fn arcs_from(&self, node: usize) -> std::ops::Range<usize> {
        self.first_arc[node] as usize..self.first_arc[node + 1] as usize
    }

    /// Head node of each arc.
    pub(super) fn heads(&self) -> &[u32] {
        &self.head
    }

    /// Tail node of each arc.
    pub(super) fn tails(&self) -> &[u32] {
        &self.tail
    }

    /// Link of an arc.
    pub(super) fn link_of_arc(&self, arc: u32) -> usize {
        self.link_of_arc[arc as usize] as usize
    }

    /// Values by arc, from values by link.
    pub(super) fn by_arc<T: Copy>(&self, by_link: &[T]) -> Vec<T> {
        self.link_of_arc
            .iter()
            .map(|link| by_link[*link as usize])
            .collect()
    }

    /// Values by link, from values by arc.
    pub(super) fn by_link<T: Copy>(&self, by_arc: &[T]) -> Vec<T> {
        self.arc_of_link
            .iter()
            .map(|arc| by_arc[*arc as usize])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_leave_their_tail_in_the_order_of_links() {
        let network = RoadNetwork::new(3, 0, &[(2, 0), (0, 1), (2, 1), (0, 1)]).unwrap();
        assert_eq!(network.arcs_from(0), 0..2);
        assert_eq!(network.arcs_from(1), 2..2);
        assert_eq!(network.arcs_from(2), 2..4);
        assert_eq!(network.heads(), [1, 1, 0, 1]);
        assert_eq!(network.ends(2), (2, 1));
        let by_arc = network.by_arc(&[10, 11, 12, 13]);
        assert_eq!(by_arc, [11, 13, 10, 12]);
        assert_eq!(network.by_link(&by_arc), [10, 11, 12, 13]);
    }

    #[test]
    fn a_link_to_nowhere_is_an_error() {
        let error = RoadNetwork::new(2, 0, &[(0, 1), (1, 2)]).unwrap_err();
        assert_eq!(
            error,
            AssignmentError::NoSuchNode {
                element: "link",
                index: 1,
                node: 2,
                nodes: 2
            }
        );
    }
}
