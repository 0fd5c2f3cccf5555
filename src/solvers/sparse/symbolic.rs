//! Fill pattern of LU or LDL^T without pivoting on a symmetric pattern.
//!
//! It holds no values. Method: the pattern of a row of U is that of the matrix joined with those of its children in the
//! elimination tree (Davis, Direct Methods for Sparse Linear Systems, 2006, chapter 4).

use crate::solvers::sparse::ordering::Graph;

/// Pattern of the strict factors of a matrix already in elimination order. Row `i` of U has the pattern of column `i`
/// of L.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Symbolic {
    /// Where each row of U begins; length n + 1.
    pub upper_start: Vec<u32>,
    /// Columns of U beyond the diagonal, ascending in each row.
    pub upper: Vec<u32>,
    /// Where each row of L begins; length n + 1.
    pub lower_start: Vec<u32>,
    /// Columns of L before the diagonal, ascending in each row (so an order in which they may be eliminated).
    pub lower: Vec<u32>,
}

impl Symbolic {
    /// Analyses a graph whose nodes are already numbered in elimination order.
    pub fn new(graph: &Graph) -> Self {
        let n = graph.nodes();
        const NONE: u32 = u32::MAX;
        let mut first_child = vec![NONE; n];
        let mut next_sibling = vec![NONE; n];
        let mut mark = vec![NONE; n];
        let mut start = Vec::with_capacity(n + 1);
        let mut pattern: Vec<u32> = Vec::with_capacity(2 * graph.neighbours.len());
        start.push(0u32);
        for i in 0..n {
            let from = pattern.len();
            mark[i] = i as u32;
            let mut parent = NONE;
            let mut meet = |j: u32, pattern: &mut Vec<u32>| {
                if j as usize > i && mark[j as usize] != i as u32 {
                    mark[j as usize] = i as u32;
                    parent = parent.min(j);
                    pattern.push(j);
                }
            };
            for &j in graph.neighbours_of(i) {
                meet(j, &mut pattern);
            }
            let mut child = first_child[i];
            while child != NONE {
                let c = child as usize;
                for at in start[c] as usize..start[c + 1] as usize {
                    let j = pattern[at];
                    meet(j, &mut pattern);
                }
                child = next_sibling[c];
            }
            if pattern.len() > from {
                next_sibling[i] = first_child[parent as usize];
                first_child[parent as usize] = i as u32;
            }
            start.push(pattern.len() as u32);
        }
        // Transposing twice sorts every row in linear time.
        let (lower_start, lower) = transposed(&start, &pattern);
        let (upper_start, upper) = transposed(&lower_start, &lower);
        Symbolic {
            upper_start,
            upper,
            lower_start,
            lower,
        }
    }

    /// Order of the matrix.
    pub fn size(&self) -> usize {
        self.upper_start.len().saturating_sub(1)
    }
}

/// Transpose of a square pattern in compressed rows.
fn transposed(start: &[u32], index: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = start.len() - 1;
    let mut counts = vec![0u32; n + 1];
    for &j in index {
        counts[j as usize + 1] += 1;
    }
    for i in 0..n {
        counts[i + 1] += counts[i];
    }
    let mut next = counts.clone();
    let mut out = vec![0u32; index.len()];
    for i in 0..n {
        for &j in &index[start[i] as usize..start[i + 1] as usize] {
            out[next[j as usize] as usize] = i as u32;
            next[j as usize] += 1;
        }
    }
    (counts, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycle_of_four_has_one_fill() {
        // 0-1-2-3-0: eliminating 0 joins 1 and 3.
        let graph = Graph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 0)].into_iter());
        let symbolic = Symbolic::new(&graph);
        assert_eq!(symbolic.upper_start, [0, 2, 4, 5, 5]);
        assert_eq!(symbolic.upper, [1, 3, 2, 3, 3]);
        assert_eq!(symbolic.lower_start, [0, 0, 1, 2, 5]);
        assert_eq!(symbolic.lower, [0, 1, 0, 1, 2]);
    }
}
