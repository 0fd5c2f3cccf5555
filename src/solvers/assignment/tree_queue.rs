//! The priority queue of Dijkstra's algorithm: a heap of four children a node that can lower a key in place.

/// Where a node is in the heap when it is not in it.
const ABSENT: u32 = u32::MAX;
/// Children of a heap node: four share a cache line, and the heap is half as deep as with two.
const CHILDREN: usize = 4;

/// Nodes by key, least first; equal keys by the number of the node, so that the order is never an accident.
#[derive(Clone, Debug, Default)]
pub(super) struct TreeQueue {
    heap: Vec<(f64, u32)>,
    place: Vec<u32>,
}

impl TreeQueue {
    /// Empties the queue for nodes below `nodes`.
    pub(super) fn clear(&mut self, nodes: usize) {
        for (_, node) in self.heap.drain(..) {
            self.place[node as usize] = ABSENT;
        }
        self.place.resize(nodes, ABSENT);
    }

    /// Adds a node, or lowers its key.
    #[inline]
    pub(super) fn push_or_lower(&mut self, node: u32, key: f64) {
        let mut at = self.place[node as usize] as usize;
        if at == ABSENT as usize {
            at = self.heap.len();
            self.heap.push((key, node));
        }
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if !before((key, node), self.heap[parent]) {
                break;
            }
            self.put(at, self.heap[parent]);
            at = parent;
        }
        self.put(at, (key, node));
    }

    /// Takes out the node with the least key.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(f64, u32)> {
        let least = *self.heap.first()?;
        self.place[least.1 as usize] = ABSENT;
        let last = self.heap.pop()?;
        if self.heap.is_empty() {
            return Some(least);
        }
        let mut at = 0;
        loop {
            let first = at * CHILDREN + 1;
            let end = (first + CHILDREN).min(self.heap.len());
            if first >= end {
                break;
            }
            let mut child = first;
            for other in first + 1..end {
                if before(self.heap[other], self.heap[child]) {
                    child = other;
                }
            }
            if !before(self.heap[child], last) {
                break;
            }
            self.put(at, self.heap[child]);
            at = child;
        }
        self.put(at, last);
        Some(least)
    }

    #[inline]
    fn put(&mut self, at: usize, entry: (f64, u32)) {
        self.heap[at] = entry;
        self.place[entry.1 as usize] = at as u32;
    }
}

#[inline]
fn before(a: (f64, u32), b: (f64, u32)) -> bool {
    a.0 < b.0 || (a.0 == b.0 && a.1 < b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_out_in_order_with_ties_by_number() {
        let mut queue = TreeQueue::default();
        queue.clear(64);
        // 37 generates all residues of 61: a shuffled order without randomness.
        for step in 0..61_u32 {
            let node = step * 37 % 61;
            queue.push_or_lower(node, f64::from(node / 4) + 100.0);
        }
        queue.push_or_lower(60, 1.0);
        let mut order = Vec::new();
        while let Some((_, node)) = queue.pop() {
            order.push(node);
        }
        let expected: Vec<u32> = std::iter::once(60).chain(0..60).collect();
        assert_eq!(order, expected);
    }
}
