//! LDL^T of a symmetric matrix with fixed pattern and no pivoting, for definite or quasi-definite systems.
//!
//! Up-looking, after Davis, "Algorithm 849: a concise sparse Cholesky factorization package" (ACM TOMS 2005). It does
//! not pivot: a zero pivot is reported.

use crate::solvers::sparse::ordering::Graph;
use crate::solvers::sparse::ordering::inverse;
use crate::solvers::sparse::ordering::minimum_degree;
use crate::solvers::sparse::symbolic::Symbolic;

/// The row (in the caller's numbering) whose pivot vanished: the matrix is singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("matrix is singular at row {row}")]
pub struct ZeroPivot {
    /// Row in the caller's numbering.
    pub row: usize,
}

/// Smallest accepted pivot against the diagonal entry before elimination: thirteen digits lost is singular.
const SMALLEST_PIVOT: f64 = 1e-13;

/// Factors of a symmetric matrix, with the order they were computed in.
#[derive(Clone, Debug)]
pub struct Ldl {
    order: Vec<u32>,
    symbolic: Symbolic,
    /// Entries of L by columns, aligned with `symbolic.upper`.
    lower: Vec<f64>,
    diagonal: Vec<f64>,
}

impl Ldl {
    /// Factorises the matrix with the given diagonal and, aligned with `graph.neighbours`, off-diagonal values (both
    /// triangles given, equal).
    ///
    /// # Errors
    /// [`ZeroPivot`] when the matrix is singular to working accuracy.
    pub fn new(graph: &Graph, diagonal: &[f64], values: &[f64]) -> Result<Self, ZeroPivot> {
        let order = minimum_degree(graph);
        let position = inverse(&order);
        let symbolic = Symbolic::new(&graph.permuted(&order, &position));
        let n = symbolic.size();
        let mut factors = Ldl {
            order,
            lower: vec![0.0; symbolic.upper.len()],
            diagonal: vec![0.0; n],
            symbolic,
        };
        let Ldl {
            order,
            symbolic,
            lower,
            diagonal: d,
        } = &mut factors;
        let mut filled: Vec<u32> = symbolic.upper_start[..n].to_vec();
        let mut row = vec![0.0; n];
        for i in 0..n {
            let old = order[i] as usize;
            let span = graph.start[old] as usize..graph.start[old + 1] as usize;
            for (&j, &value) in graph.neighbours[span.clone()].iter().zip(&values[span]) {
                let j = position[j as usize] as usize;
                if j < i {
                    row[j] = value;
                }
            }
            let mut pivot = diagonal[old];
            for &k in &symbolic.lower
                [symbolic.lower_start[i] as usize..symbolic.lower_start[i + 1] as usize]
            {
                let k = k as usize;
                let value = std::mem::take(&mut row[k]);
                let span = symbolic.upper_start[k] as usize..filled[k] as usize;
                for (&l, &j) in lower[span.clone()].iter().zip(&symbolic.upper[span]) {
                    row[j as usize] -= l * value;
                }
                let l = value / d[k];
                pivot -= l * value;
                lower[filled[k] as usize] = l;
                filled[k] += 1;
            }
            if pivot.abs() <= SMALLEST_PIVOT * diagonal[old].abs() || !pivot.is_finite() {
                return Err(ZeroPivot { row: old });
            }
            d[i] = pivot;
        }
        Ok(factors)
    }

    /// Solves A x = b in place. `work` is scratch; its length is made right.
    pub fn solve(&self, b: &mut [f64], work: &mut Vec<f64>) {
        work.clear();
        work.extend(self.order.iter().map(|&old| b[old as usize]));
        let n = work.len();
        for k in 0..n {
            let value = work[k];
            if value == 0.0 {
                continue;
            }
            let span =
                self.symbolic.upper_start[k] as usize..self.symbolic.upper_start[k + 1] as usize;
            for (&l, &j) in self.lower[span.clone()]
                .iter()
                .zip(&self.symbolic.upper[span])
            {
                work[j as usize] -= l * value;
            }
        }
        for k in (0..n).rev() {
            let span =
                self.symbolic.upper_start[k] as usize..self.symbolic.upper_start[k + 1] as usize;
            let mut value = work[k] / self.diagonal[k];
            for (&l, &j) in self.lower[span.clone()]
                .iter()
                .zip(&self.symbolic.upper[span])
            {
                value -= l * work[j as usize];
            }
            work[k] = value;
        }
        for (&old, &value) in self.order.iter().zip(work.iter()) {
            b[old as usize] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounded_cycle() {
        // Laplacian of a 4-cycle plus 1 at node 0; b chosen so that x = (1, 2, 3, 4).
        let graph = Graph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 0)].into_iter());
        let values = vec![-1.0; graph.neighbours.len()];
        let ldl = Ldl::new(&graph, &[3.0, 2.0, 2.0, 2.0], &values);
        assert!(ldl.is_ok());
        let mut b = [
            3.0 - 2.0 - 4.0,
            4.0 - 1.0 - 3.0,
            6.0 - 2.0 - 4.0,
            8.0 - 3.0 - 1.0,
        ];
        let mut work = Vec::new();
        if let Ok(ldl) = ldl {
            ldl.solve(&mut b, &mut work);
        }
        for (got, want) in b.iter().zip([1.0, 2.0, 3.0, 4.0]) {
            assert!((got - want).abs() < 1e-13, "{b:?}");
        }
    }

    #[test]
    fn ungrounded_cycle_is_singular() {
        let graph = Graph::from_edges(3, [(0, 1), (1, 2), (2, 0)].into_iter());
        assert!(Ldl::new(&graph, &[2.0; 3], &[-1.0; 6]).is_err());
    }
}
