//! LU with row pivoting that prefers the diagonal, for matrices whose pivots may vanish.
//!
//! Left-looking (Gilbert and Peierls, 1988), columns taken in the order given: order them beforehand to keep fill low.
//! It allocates at every factorisation and is meant as the sure, slow path behind [`crate::solvers::sparse::block_lu`].

/// A sparse square matrix by columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Where each column begins; length n + 1.
    pub start: Vec<usize>,
    /// Row of each entry, none twice in a column.
    pub row: Vec<usize>,
    /// Value of each entry.
    pub value: Vec<f64>,
}

/// The column where no usable pivot was left: the matrix is singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("matrix is singular at column {column}")]
pub struct Singular {
    /// Column as given.
    pub column: usize,
}

/// The diagonal entry is taken as pivot when it is at least this fraction of the column's largest: the customary
/// compromise between growth and fill (KLU takes 0.001, general codes 0.1 to 1).
const DIAGONAL_PREFERENCE: f64 = 0.1;

/// Factors with their row order.
#[derive(Clone, Debug)]
pub struct PivotedLu {
    /// L by columns, unit diagonal left out, rows as given.
    lower: Columns,
    /// U by columns, diagonal left out, rows by elimination step.
    upper: Columns,
    diagonal: Vec<f64>,
    /// Row as given that was pivot at each step.
    pivot_row: Vec<usize>,
}

/// Step at which a row that is not yet a pivot will be eliminated.
const NOT_YET: usize = usize::MAX;

impl PivotedLu {
    /// Factorises.
    ///
    /// # Errors
    /// [`Singular`] when a column has no nonzero finite pivot left.
    pub fn new(matrix: &Columns) -> Result<Self, Singular> {
        let n = matrix.start.len().saturating_sub(1);
        let mut lower = Columns {
            start: vec![0],
            ..Columns::default()
        };
        let mut upper = Columns {
            start: vec![0],
            ..Columns::default()
        };
        let mut diagonal = Vec::with_capacity(n);
        let mut pivot_row = Vec::with_capacity(n);
        let mut step_of = vec![NOT_YET; n];
        let mut x = vec![0.0; n];
        let mut seen = vec![NOT_YET; n];
        let mut reach: Vec<usize> = Vec::with_capacity(n);
        let mut path: Vec<(usize, usize)> = Vec::new();
        for column in 0..n {
            let entries = matrix.start[column]..matrix.start[column + 1];
            reach.clear();
            for &r in &matrix.row[entries.clone()] {
                visit(
                    r, column, &lower, &step_of, &mut seen, &mut path, &mut reach,
                );
            }
            for (&r, &v) in matrix.row[entries.clone()]
                .iter()
                .zip(&matrix.value[entries])
            {
                x[r] = v;
            }
            let mut largest = (0.0, NOT_YET);
            for &r in reach.iter().rev() {
                let step = step_of[r];
                if step == NOT_YET {
                    continue;
                }
                let value = std::mem::take(&mut x[r]);
                upper.row.push(step);
                upper.value.push(value);
                let span = lower.start[step]..lower.start[step + 1];
                for (&s, &l) in lower.row[span.clone()].iter().zip(&lower.value[span]) {
                    x[s] -= l * value;
                }
            }
            for &r in reach.iter().rev() {
                if step_of[r] == NOT_YET && x[r].abs() > largest.0 {
                    largest = (x[r].abs(), r);
                }
            }
            if largest.1 == NOT_YET || !f64::is_finite(largest.0) {
                return Err(Singular { column });
            }
            let prefer = step_of[column] == NOT_YET
                && seen[column] == column
                && x[column].abs() >= DIAGONAL_PREFERENCE * largest.0;
            let pivot = if prefer { column } else { largest.1 };
            let divisor = x[pivot];
            step_of[pivot] = column;
            pivot_row.push(pivot);
            diagonal.push(divisor);
            for &r in reach.iter().rev() {
                let value = std::mem::take(&mut x[r]);
                if step_of[r] == NOT_YET {
                    lower.row.push(r);
                    lower.value.push(value / divisor);
                }
            }
            lower.start.push(lower.row.len());
            upper.start.push(upper.row.len());
        }
        Ok(PivotedLu {
            lower,
            upper,
            diagonal,
            pivot_row,
        })
    }

    /// Solves A x = b; `b` is used up as scratch, `x` is given the length of `b`.
    pub fn solve(&self, b: &mut [f64], x: &mut Vec<f64>) {
        let n = self.diagonal.len();
        x.clear();
        for step in 0..n {
            let value = b[self.pivot_row[step]];
            x.push(value);
            let span = self.lower.start[step]..self.lower.start[step + 1];
            for (&r, &l) in self.lower.row[span.clone()]
                .iter()
                .zip(&self.lower.value[span])
            {
                b[r] -= l * value;
            }
        }
        for step in (0..n).rev() {
            let value = x[step] / self.diagonal[step];
            x[step] = value;
            let span = self.upper.start[step]..self.upper.start[step + 1];
            for (&earlier, &u) in self.upper.row[span.clone()]
                .iter()
                .zip(&self.upper.value[span])
            {
                x[earlier] -= u * value;
            }
        }
    }
}

/// Depth-first search through the columns of L from row `from`; appends finished rows, so that `reach` read backwards
/// is an order in which they may be eliminated.
fn visit(
    from: usize,
    column: usize,
    lower: &Columns,
    step_of: &[usize],
    seen: &mut [usize],
    path: &mut Vec<(usize, usize)>,
    reach: &mut Vec<usize>,
) {
    if seen[from] == column {
        return;
    }
    let first = |row: usize| {
        if step_of[row] == NOT_YET {
            0
        } else {
            lower.start[step_of[row]]
        }
    };
    let end = |row: usize| {
        if step_of[row] == NOT_YET {
            0
        } else {
            lower.start[step_of[row] + 1]
        }
    };
    seen[from] = column;
    path.push((from, first(from)));
    while let Some(top) = path.last_mut() {
        if top.1 < end(top.0) {
            let next = lower.row[top.1];
            top.1 += 1;
            if seen[next] != column {
                seen[next] = column;
                path.push((next, first(next)));
            }
        } else {
            reach.push(top.0);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_diagonal_needs_a_pivot() {
        // [0 2 1; 1 0 0; 3 1 0] x = [7 1 5] has x = (1, 2, 3).
        let matrix = Columns {
            start: vec![0, 2, 4, 5],
            row: vec![1, 2, 0, 2, 0],
            value: vec![1.0, 3.0, 2.0, 1.0, 1.0],
        };
        let lu = PivotedLu::new(&matrix).unwrap();
        let mut x = Vec::new();
        lu.solve(&mut [7.0, 1.0, 5.0], &mut x);
        for (got, want) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - want).abs() < 1e-14, "{x:?}");
        }
    }

    #[test]
    fn tiny_diagonal_is_not_trusted() {
        // [1e-20 1; 1 1] x = [1 2]: without pivoting x0 comes out as 0 rather than 1.
        let matrix = Columns {
            start: vec![0, 2, 4],
            row: vec![0, 1, 0, 1],
            value: vec![1e-20, 1.0, 1.0, 1.0],
        };
        let lu = PivotedLu::new(&matrix).unwrap();
        let mut x = Vec::new();
        lu.solve(&mut [1.0, 2.0], &mut x);
        assert!(
            (x[0] - 1.0).abs() < 1e-14 && (x[1] - 1.0).abs() < 1e-14,
            "{x:?}"
        );
    }

    #[test]
    fn singular_is_reported() {
        let matrix = Columns {
            start: vec![0, 2, 4],
            row: vec![0, 1, 0, 1],
            value: vec![1.0, 2.0, 2.0, 4.0],
        };
        assert_eq!(PivotedLu::new(&matrix).err(), Some(Singular { column: 1 }));
    }
}
