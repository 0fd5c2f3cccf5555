//! LU of a matrix of 2x2 blocks with symmetric pattern, refactorised at every call, without pivoting.
//!
//! Rows are eliminated one after the other and the right-hand side goes along with them, so that L is never stored;
//! U is kept scaled by the inverse of the diagonal block. It does not pivot: it reports a pivot that is too small, for
//! the caller to take [`crate::solvers::sparse::pivoted_lu`]. Measured on power-flow Jacobians this beats scalar
//! left-looking LU, since an index is read once for four numbers and no search is left.

use crate::solvers::sparse::symbolic::Symbolic;

/// A 2x2 block, by rows.
pub type Block = [f64; 4];

/// The row (in elimination order) whose diagonal block lost nearly all its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pivot block {row} is too small to divide by")]
pub struct SmallPivot {
    /// Row in elimination order.
    pub row: usize,
}

/// Smallest accepted determinant of a pivot block against the product of the row sums of the block before elimination.
///
/// Below it ten of sixteen digits are gone, and a Newton step would be little better than a guess.
const SMALLEST_PIVOT: f64 = 1e-10;

/// Storage for the factors on a fixed pattern.
#[derive(Clone, Debug)]
pub struct BlockLu {
    symbolic: Symbolic,
    /// Scaled U blocks, aligned with `symbolic.upper`.
    upper: Vec<Block>,
    /// The row being eliminated, spread out; zero between rows.
    row: Vec<Block>,
}

impl BlockLu {
    /// Allocates for the pattern, which is in elimination order.
    pub fn new(symbolic: Symbolic) -> Self {
        let upper = vec![[0.0; 4]; symbolic.upper.len()];
        let row = vec![[0.0; 4]; symbolic.size()];
        BlockLu {
            symbolic,
            upper,
            row,
        }
    }

    /// Solves A x = b once. `fill(i, row)` writes the blocks of row `i` of A into `row` (indexed by column, zero on
    /// entry, only within the pattern) and returns the right-hand side of that row.
    ///
    /// # Errors
    /// [`SmallPivot`] when a diagonal block is singular to working accuracy or not finite; `x` is then meaningless.
    #[inline]
    pub fn solve(
        &mut self,
        mut fill: impl FnMut(usize, &mut [Block]) -> [f64; 2],
        x: &mut [[f64; 2]],
    ) -> Result<(), SmallPivot> {
        let BlockLu {
            symbolic,
            upper,
            row,
        } = self;
        let n = symbolic.size();
        for i in 0..n {
            let mut b = fill(i, row);
            let before = row[i];
            let lower = &symbolic.lower
                [symbolic.lower_start[i] as usize..symbolic.lower_start[i + 1] as usize];
            for &k in lower {
                let k = k as usize;
                let l = std::mem::take(&mut row[k]);
                let y = x[k];
                b[0] -= l[0] * y[0] + l[1] * y[1];
                b[1] -= l[2] * y[0] + l[3] * y[1];
                let span = symbolic.upper_start[k] as usize..symbolic.upper_start[k + 1] as usize;
                for (u, &j) in upper[span.clone()].iter().zip(&symbolic.upper[span]) {
                    let t = &mut row[j as usize];
                    *t = [
                        t[0] - (l[0] * u[0] + l[1] * u[2]),
                        t[1] - (l[0] * u[1] + l[1] * u[3]),
                        t[2] - (l[2] * u[0] + l[3] * u[2]),
                        t[3] - (l[2] * u[1] + l[3] * u[3]),
                    ];
                }
            }
            let d = std::mem::take(&mut row[i]);
            let determinant = d[0] * d[3] - d[1] * d[2];
            let scale = (before[0].abs() + before[1].abs()) * (before[2].abs() + before[3].abs());
            let small = determinant.abs() <= SMALLEST_PIVOT * scale || !determinant.is_finite();
            let span = symbolic.upper_start[i] as usize..symbolic.upper_start[i + 1] as usize;
            if small {
                // Leave the work row clean for the next call.
                for &j in &symbolic.upper[span] {
                    row[j as usize] = [0.0; 4];
                }
                return Err(SmallPivot { row: i });
            }
            let inverse = 1.0 / determinant;
            let m = [
                d[3] * inverse,
                -d[1] * inverse,
                -d[2] * inverse,
                d[0] * inverse,
            ];
            x[i] = [m[0] * b[0] + m[1] * b[1], m[2] * b[0] + m[3] * b[1]];
            for (u, &j) in upper[span.clone()].iter_mut().zip(&symbolic.upper[span]) {
                let t = std::mem::take(&mut row[j as usize]);
                *u = [
                    m[0] * t[0] + m[1] * t[2],
                    m[0] * t[1] + m[1] * t[3],
                    m[2] * t[0] + m[3] * t[2],
                    m[2] * t[1] + m[3] * t[3],
                ];
            }
        }
        for i in (0..n).rev() {
            let span = symbolic.upper_start[i] as usize..symbolic.upper_start[i + 1] as usize;
            let mut sum = x[i];
            for (u, &j) in upper[span.clone()].iter().zip(&symbolic.upper[span]) {
                let y = x[j as usize];
                sum[0] -= u[0] * y[0] + u[1] * y[1];
                sum[1] -= u[2] * y[0] + u[3] * y[1];
            }
            x[i] = sum;
        }
        Ok(())
    }

    /// Number of blocks kept above the diagonal.
    pub fn upper_blocks(&self) -> usize {
        self.upper.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::sparse::ordering::Graph;

    /// A cycle of four block rows, diagonally dominant but not symmetric in value.
    fn block(i: usize, j: usize) -> Block {
        let (a, b) = (i as f64, j as f64);
        if i == j {
            [9.0 + a, 1.0, -2.0, 8.0 - a]
        } else {
            [1.0 + a, -b, 0.5 * b, 1.0 - a]
        }
    }

    #[test]
    fn solves_a_cycle_with_fill() {
        let graph = Graph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 0)].into_iter());
        let mut lu = BlockLu::new(Symbolic::new(&graph));
        let truth = [[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25], [2.0, 1.0]];
        let mut x = [[0.0; 2]; 4];
        for _ in 0..2 {
            let done = lu.solve(
                |i, row| {
                    let mut b = [0.0; 2];
                    for j in [i, (i + 1) % 4, (i + 3) % 4] {
                        let a = block(i, j);
                        row[j] = a;
                        b[0] += a[0] * truth[j][0] + a[1] * truth[j][1];
                        b[1] += a[2] * truth[j][0] + a[3] * truth[j][1];
                    }
                    b
                },
                &mut x,
            );
            assert_eq!(done, Ok(()));
            for (got, want) in x.iter().flatten().zip(truth.iter().flatten()) {
                assert!((got - want).abs() < 1e-12, "{x:?}");
            }
        }
    }

    #[test]
    fn singular_block_is_reported() {
        let graph = Graph::from_edges(2, [(0, 1)].into_iter());
        let mut lu = BlockLu::new(Symbolic::new(&graph));
        let mut x = [[0.0; 2]; 2];
        let done = lu.solve(
            |i, row| {
                row[i] = [1.0, 2.0, 2.0, 4.0];
                [1.0, 1.0]
            },
            &mut x,
        );
        assert_eq!(done, Err(SmallPivot { row: 0 }));
    }
}
