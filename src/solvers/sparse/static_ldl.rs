//! LDL^T on a fixed pattern by a schedule worked out once: numeric refactorisation without any search.
//!
//! Every update of an entry by a pair of others is listed beforehand, so that the numbers are one pass over flat arrays,
//! the right-hand side going along. It does not pivot: it is for definite matrices, such as the nodal matrix of a pipe
//! network, and reports a pivot that vanishes. For one factorisation alone take [`crate::solvers::sparse::ldl`].

use crate::solvers::sparse::ldl::ZeroPivot;
use crate::solvers::sparse::ordering::Graph;
use crate::solvers::sparse::ordering::inverse;
use crate::solvers::sparse::ordering::minimum_degree;
use crate::solvers::sparse::symbolic::Symbolic;

/// Smallest accepted pivot against the diagonal entry before elimination: below it no digit is left.
const SMALLEST_PIVOT: f64 = 1e-15;

/// Storage and schedule for one pattern.
#[derive(Clone, Debug)]
pub struct StaticLdl {
    /// Caller's row of each step.
    order: Vec<u32>,
    /// Step of each of the caller's rows.
    position: Vec<u32>,
    symbolic: Symbolic,
    /// For each pair of entries of a column, in the order of elimination, the entry that it updates.
    target: Vec<u32>,
    /// Entries below the diagonal by columns: the matrix before [`StaticLdl::solve`], the factor after it. One more at the
    /// end takes what belongs nowhere, so that filling needs no question.
    pub lower: Vec<f64>,
    /// The diagonal in elimination order: the matrix before [`StaticLdl::solve`], inverse pivots after it. One more at the
    /// end, as above.
    pub diagonal: Vec<f64>,
    /// The right-hand side in elimination order before [`StaticLdl::solve`], the solution after it. One more at the end:
    /// 0 after it.
    pub vector: Vec<f64>,
    before: Vec<f64>,
}

impl StaticLdl {
    /// Orders and analyses a pattern.
    pub fn new(graph: &Graph) -> Self {
        let order = minimum_degree(graph);
        let position = inverse(&order);
        let symbolic = Symbolic::new(&graph.permuted(&order, &position));
        let n = symbolic.size();
        let mut target = Vec::new();
        for k in 0..n {
            let column = symbolic.upper_start[k] as usize..symbolic.upper_start[k + 1] as usize;
            for a in column.clone() {
                let row = symbolic.upper[a] as usize;
                let within =
                    symbolic.upper_start[row] as usize..symbolic.upper_start[row + 1] as usize;
                let mut at = within.start;
                for b in a + 1..column.end {
                    // Fill makes the pattern of a column lie in that of its parent, both ascending.
                    while at + 1 < within.end && symbolic.upper[at] < symbolic.upper[b] {
                        at += 1;
                    }
                    target.push(at as u32);
                }
            }
        }
        StaticLdl {
            lower: vec![0.0; symbolic.upper.len() + 1],
            diagonal: vec![0.0; n + 1],
            vector: vec![0.0; n + 1],
            before: vec![0.0; n + 1],
            order,
            position,
            symbolic,
            target,
        }
    }

    /// Where the caller's row stands in `diagonal` and `vector`.
    pub fn row(&self, row: usize) -> usize {
        self.position[row] as usize
    }

    /// Where the entry of two of the caller's rows stands in `lower`; `None` when the pattern has none.
    pub fn entry(&self, a: usize, b: usize) -> Option<usize> {
        let (a, b) = (self.position[a], self.position[b]);
        let (column, row) = (a.min(b) as usize, a.max(b));
        let start = self.symbolic.upper_start[column] as usize;
        let end = self.symbolic.upper_start[column + 1] as usize;
        self.symbolic.upper[start..end]
            .binary_search(&row)
            .ok()
            .map(|at| start + at)
    }

    /// The place of `diagonal` and `vector` for what belongs to no row.
    pub fn no_row(&self) -> usize {
        self.order.len()
    }

    /// The place of `lower` for what belongs to no entry.
    pub fn no_entry(&self) -> usize {
        self.lower.len() - 1
    }

    /// Sets matrix and right-hand side to zero.
    pub fn clear(&mut self) {
        self.lower.fill(0.0);
        self.diagonal.fill(0.0);
        self.vector.fill(0.0);
    }

    /// Entries below the diagonal, fill included.
    pub fn entries(&self) -> usize {
        self.no_entry()
    }

    /// Factorises `lower` and `diagonal` in place and turns `vector` into the solution.
    ///
    /// # Errors
    /// [`ZeroPivot`] with the caller's row when a pivot vanishes or is not finite; what is stored is then meaningless.
    pub fn solve(&mut self) -> Result<(), ZeroPivot> {
        let StaticLdl {
            order,
            symbolic,
            target,
            lower,
            diagonal,
            vector,
            before,
            ..
        } = self;
        let n = order.len();
        before.copy_from_slice(diagonal);
        let mut schedule = 0;
        for k in 0..n {
            let pivot = diagonal[k];
            if pivot <= SMALLEST_PIVOT * before[k] || !pivot.is_finite() {
                return Err(ZeroPivot {
                    row: order[k] as usize,
                });
            }
            let inverse = 1.0 / pivot;
            diagonal[k] = inverse;
            let y = vector[k];
            let column = symbolic.upper_start[k] as usize..symbolic.upper_start[k + 1] as usize;
            for a in column.clone() {
                let value = lower[a];
                let l = value * inverse;
                let row = symbolic.upper[a] as usize;
                lower[a] = l;
                diagonal[row] -= l * value;
                vector[row] -= l * y;
                let rest = column.end - a - 1;
                let targets = &target[schedule..schedule + rest];
                for (b, &t) in (a + 1..column.end).zip(targets) {
                    lower[t as usize] -= l * lower[b];
                }
                schedule += rest;
            }
        }
        vector[n] = 0.0;
        for k in (0..n).rev() {
            let column = symbolic.upper_start[k] as usize..symbolic.upper_start[k + 1] as usize;
            let mut value = vector[k] * diagonal[k];
            for (&l, &row) in lower[column.clone()].iter().zip(&symbolic.upper[column]) {
                value -= l * vector[row as usize];
            }
            vector[k] = value;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Laplacian of a wheel with its hub grounded, loaded so that x is known.
    #[test]
    fn wheel_is_solved_again_and_again() {
        let rim = 7usize;
        let edges: Vec<(u32, u32)> = (1..=rim)
            .flat_map(|i| [(0, i as u32), (i as u32, (i % rim + 1) as u32)])
            .collect();
        let graph = Graph::from_edges(rim + 1, edges.iter().copied());
        let mut ldl = StaticLdl::new(&graph);
        let truth: Vec<f64> = (0..=rim).map(|i| 1.0 + i as f64 * 0.5).collect();
        for round in 1..4 {
            ldl.clear();
            let g = f64::from(round);
            for &(a, b) in &edges {
                let (a, b) = (a as usize, b as usize);
                let entry = ldl.entry(a, b).unwrap();
                ldl.lower[entry] -= g;
                for (i, j) in [(a, b), (b, a)] {
                    let row = ldl.row(i);
                    ldl.diagonal[row] += g;
                    ldl.vector[row] += g * (truth[i] - truth[j]);
                }
            }
            let hub = ldl.row(0);
            ldl.diagonal[hub] += 2.0;
            ldl.vector[hub] += 2.0 * truth[0];
            ldl.solve().unwrap();
            for (i, want) in truth.iter().enumerate() {
                assert!((ldl.vector[ldl.row(i)] - want).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn floating_pair_is_reported() {
        let mut ldl = StaticLdl::new(&Graph::from_edges(2, [(0, 1)].into_iter()));
        ldl.lower[0] = -1.0;
        ldl.diagonal.fill(1.0);
        assert!(ldl.solve().is_err());
        assert_eq!(ldl.entry(0, 1), Some(0));
    }
}
