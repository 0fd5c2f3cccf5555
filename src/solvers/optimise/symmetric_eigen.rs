//! Eigenvalues and eigenvectors of small symmetric matrices by cyclic Jacobi rotations (Golub and Van Loan, Matrix
//! Computations, 4th edition, section 8.5): slow for large ones, simple, accurate and the same on every machine.

/// Sweeps after which it stops whatever is left; convergence is quadratic, and a dozen do for a hundred rows.
const MOST_SWEEPS: usize = 50;

/// Eigenvalues in no particular order, and the matrix whose columns are their unit eigenvectors.
///
/// `matrix` has `n` x `n` numbers, row by row; only its symmetric part counts.
#[must_use]
pub fn symmetric_eigen(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut a: Vec<f64> = (0..n * n)
        .map(|k| 0.5 * (matrix[k] + matrix[(k % n) * n + k / n]))
        .collect();
    let mut vectors: Vec<f64> = (0..n * n)
        .map(|k| if k / n == k % n { 1.0 } else { 0.0 })
        .collect();
    let size: f64 = a.iter().map(|v| v * v).sum();
    for _ in 0..MOST_SWEEPS {
        let off: f64 = (0..n)
            .flat_map(|i| (i + 1..n).map(move |j| (i, j)))
            .map(|(i, j)| a[i * n + j] * a[i * n + j])
            .sum();
        // What is left then changes no eigenvalue in its last place.
        if off <= f64::EPSILON * f64::EPSILON * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, n, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), vectors)
}

/// One rotation that makes the entry (p, q) zero.
fn rotate(a: &mut [f64], vectors: &mut [f64], n: usize, p: usize, q: usize) {
    let apq = a[p * n + q];
    if apq == 0.0 {
        return;
    }
    let tau = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
    let t = tau.signum() / (tau.abs() + libm::sqrt(1.0 + tau * tau));
    let c = 1.0 / libm::sqrt(1.0 + t * t);
    let s = t * c;
    for k in 0..n {
        let (x, y) = (a[k * n + p], a[k * n + q]);
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
    for k in 0..n {
        let (x, y) = (a[p * n + k], a[q * n + k]);
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
    }
    for k in 0..n {
        let (x, y) = (vectors[k * n + p], vectors[k * n + q]);
        vectors[k * n + p] = c * x - s * y;
        vectors[k * n + q] = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_of_two_is_as_by_hand() {
        // [[2, 1], [1, 2]] has 1 and 3, along (1, -1) and (1, 1).
        let (mut values, vectors) = symmetric_eigen(&[2.0, 1.0, 1.0, 2.0], 2);
        values.sort_by(f64::total_cmp);
        assert!((values[0] - 1.0).abs() < 1e-15 && (values[1] - 3.0).abs() < 1e-15);
        assert!(
            vectors
                .iter()
                .all(|v| (v.abs() - 0.5f64.sqrt()).abs() < 1e-15)
        );
    }

    #[test]
    fn a_matrix_is_put_together_again() {
        let n = 7;
        let entry = |i: usize, j: usize| 1.0 / (1 + i + j) as f64;
        let matrix: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
        let (values, vectors) = symmetric_eigen(&matrix, n);
        for i in 0..n {
            for j in 0..n {
                let sum: f64 = (0..n)
                    .map(|k| values[k] * vectors[i * n + k] * vectors[j * n + k])
                    .sum();
                // Seven products of numbers below 2, each right to an ulp or two.
                assert!((sum - matrix[i * n + j]).abs() < 1e-14);
            }
        }
    }
}
