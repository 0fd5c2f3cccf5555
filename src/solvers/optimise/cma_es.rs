//! CMA-ES: the covariance matrix adaptation evolution strategy (Hansen, The CMA Evolution Strategy: A Tutorial,
//! arXiv:1604.00772v2), with negative weights for the worse half and the strategy constants of its table 1.
//!
//! Ask and tell: it proposes candidates and learns from their costs; who evaluates them, where and in what order is the
//! caller's, and so are the normal draws that it proposes with. It knows no bounds (see `unit_box`), no restarts and no
//! criterion to stop.

use crate::solvers::optimise::symmetric_eigen::symmetric_eigen;

/// Least eigenvalue kept, share of the greatest: below it rounding decides the direction.
const LEAST_EIGENVALUE: f64 = 1e-14;

/// A search at some generation.
#[derive(Clone, Debug, PartialEq)]
pub struct CmaEs {
    constants: Constants,
    mean: Vec<f64>,
    sigma: f64,
    path_sigma: Vec<f64>,
    path_c: Vec<f64>,
    covariance: Vec<f64>,
    /// Roots of the eigenvalues of the covariance.
    axes: Vec<f64>,
    /// Its eigenvectors, as columns.
    directions: Vec<f64>,
    generation: i32,
}

/// Constants of the strategy: table 1 of the tutorial.
#[derive(Clone, Debug, PartialEq)]
struct Constants {
    n: usize,
    lambda: usize,
    /// One weight a candidate, from the best; the positive ones add up to 1.
    weights: Vec<f64>,
    mu_eff: f64,
    c_sigma: f64,
    d_sigma: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// Expected length of a standard normal vector.
    chi_n: f64,
}

/// The size of a generation that suits `n` coordinates: 4 + floor(3 ln n).
#[must_use]
pub fn default_population(n: usize) -> usize {
    4 + libm::floor(3.0 * libm::log(n.max(1) as f64)) as usize
}

impl Constants {
    fn new(n: usize, lambda: usize) -> Self {
        let nf = n as f64;
        let raw: Vec<f64> = (1..=lambda)
            .map(|i| libm::log((lambda as f64 + 1.0) / 2.0) - libm::log(i as f64))
            .collect();
        let mu = lambda / 2;
        let effective = |part: &[f64]| {
            let sum: f64 = part.iter().sum();
            let squares: f64 = part.iter().map(|w| w * w).sum();
            if squares > 0.0 {
                sum * sum / squares
            } else {
                0.0
            }
        };
        let mu_eff = effective(&raw[..mu]);
        let mu_eff_minus = effective(&raw[mu..]);
        let c_sigma = (mu_eff + 2.0) / (nf + mu_eff + 5.0);
        let excess = libm::sqrt((mu_eff - 1.0).max(0.0) / (nf + 1.0)) - 1.0;
        let c_1 = 2.0 / ((nf + 1.3) * (nf + 1.3) + mu_eff);
        let c_mu = (2.0 * (0.25 + mu_eff + 1.0 / mu_eff - 2.0)
            / ((nf + 2.0) * (nf + 2.0) + mu_eff))
            .min(1.0 - c_1);
        let positive: f64 = raw.iter().filter(|w| **w > 0.0).sum();
        let negative: f64 = raw.iter().filter(|w| **w < 0.0).map(|w| -w).sum();
        // The three bounds on the sum of negative weights: equations 50 to 52.
        let most_negative = (1.0 + c_1 / c_mu)
            .min(1.0 + 2.0 * mu_eff_minus / (mu_eff + 2.0))
            .min((1.0 - c_1 - c_mu) / (nf * c_mu));
        let weights = raw
            .iter()
            .map(|w| {
                if *w >= 0.0 {
                    w / positive
                } else {
                    w * most_negative / negative
                }
            })
            .collect();
        Self {
            n,
            lambda,
            weights,
            mu_eff,
            c_sigma,
            d_sigma: 1.0 + 2.0 * excess.max(0.0) + c_sigma,
            c_c: (4.0 + mu_eff / nf) / (nf + 4.0 + 2.0 * mu_eff / nf),
            c_1,
            c_mu,
            chi_n: libm::sqrt(nf) * (1.0 - 1.0 / (4.0 * nf) + 1.0 / (21.0 * nf * nf)),
        }
    }
}

impl CmaEs {
    /// A search that starts at `mean` with steps of `sigma` and `lambda` candidates a generation; at least 4 of them,
    /// and at least one coordinate.
    #[must_use]
    pub fn new(mean: Vec<f64>, sigma: f64, lambda: usize) -> Self {
        let n = mean.len();
        let identity: Vec<f64> = (0..n * n)
            .map(|k| if k / n == k % n { 1.0 } else { 0.0 })
            .collect();
        Self {
            constants: Constants::new(n, lambda.max(4)),
            mean,
            sigma,
            path_sigma: vec![0.0; n],
            path_c: vec![0.0; n],
            covariance: identity.clone(),
            axes: vec![1.0; n],
            directions: identity,
            generation: 0,
        }
    }

    /// Candidates in a generation.
    #[must_use]
    pub fn population(&self) -> usize {
        self.constants.lambda
    }

    /// Where it presently looks for the minimum.
    #[must_use]
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Its present step.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// The candidates of the coming generation: candidate `k`, coordinate `i` from the standard normal `draw(k, i)`.
    pub fn ask(&self, mut draw: impl FnMut(usize, usize) -> f64) -> Vec<Vec<f64>> {
        let n = self.constants.n;
        (0..self.constants.lambda)
            .map(|k| {
                let stretched: Vec<f64> = (0..n).map(|i| self.axes[i] * draw(k, i)).collect();
                let step = self.turned(&stretched);
                self.mean
                    .iter()
                    .zip(step)
                    .map(|(m, y)| m + self.sigma * y)
                    .collect()
            })
            .collect()
    }

    /// Learns from the costs of a whole generation; a cost that is no number counts as the worst.
    pub fn tell(&mut self, candidates: &[Vec<f64>], costs: &[f64]) {
        let Constants {
            n,
            lambda,
            mu_eff,
            c_sigma,
            d_sigma,
            c_c,
            c_1,
            c_mu,
            chi_n,
            ..
        } = self.constants;
        if candidates.len() != lambda || costs.len() != lambda {
            return;
        }
        let worst_last = |k: &usize| {
            if costs[*k].is_nan() {
                f64::INFINITY
            } else {
                costs[*k]
            }
        };
        let mut order: Vec<usize> = (0..lambda).collect();
        order.sort_by(|a, b| worst_last(a).total_cmp(&worst_last(b)).then(a.cmp(b)));
        // Steps from the old mean, best first, in units of sigma.
        let steps: Vec<Vec<f64>> = order
            .iter()
            .map(|&k| {
                let pairs = candidates[k].iter().zip(&self.mean);
                pairs.map(|(x, m)| (x - m) / self.sigma).collect()
            })
            .collect();
        let mut mean_step = vec![0.0; n];
        for (w, y) in self.constants.weights.iter().zip(&steps) {
            if *w > 0.0 {
                add(&mut mean_step, *w, y);
            }
        }
        add(&mut self.mean, self.sigma, &mean_step);

        let whitened = self.whitened(&mean_step);
        let keep = 1.0 - c_sigma;
        self.path_sigma.iter_mut().for_each(|p| *p *= keep);
        let gain = libm::sqrt(c_sigma * (2.0 - c_sigma) * mu_eff);
        add(&mut self.path_sigma, gain, &whitened);
        let length = norm(&self.path_sigma);
        let old_sigma = self.sigma;
        self.sigma = old_sigma * libm::exp(c_sigma / d_sigma * (length / chi_n - 1.0));

        self.generation += 1;
        let settled = libm::sqrt(1.0 - libm::pow(keep, f64::from(2 * self.generation)));
        let short = length / settled < (1.4 + 2.0 / (n as f64 + 1.0)) * chi_n;
        self.path_c.iter_mut().for_each(|p| *p *= 1.0 - c_c);
        if short {
            let gain = libm::sqrt(c_c * (2.0 - c_c) * mu_eff);
            add(&mut self.path_c, gain, &mean_step);
        }
        let missed = if short { 0.0 } else { c_c * (2.0 - c_c) };
        let all_weights: f64 = self.constants.weights.iter().sum();
        let kept = 1.0 + c_1 * missed - c_1 - c_mu * all_weights;
        self.covariance.iter_mut().for_each(|c| *c *= kept);
        add_outer(&mut self.covariance, c_1, &self.path_c);
        for (w, y) in self.constants.weights.iter().zip(&steps) {
            // A bad step counts by its direction, not its length (equation 46): the matrix stays positive.
            let scale = if *w >= 0.0 {
                1.0
            } else {
                let white = norm(&self.whitened(y));
                n as f64 / (white * white).max(f64::MIN_POSITIVE)
            };
            add_outer(&mut self.covariance, c_mu * w * scale, y);
        }
        self.decompose();
    }

    /// A vector in coordinates of the eigenvectors, turned into those of the search.
    fn turned(&self, along: &[f64]) -> Vec<f64> {
        let n = self.constants.n;
        (0..n)
            .map(|i| (0..n).map(|k| self.directions[i * n + k] * along[k]).sum())
            .collect()
    }

    /// The covariance to the power of -1/2, times a vector.
    fn whitened(&self, step: &[f64]) -> Vec<f64> {
        let n = self.constants.n;
        let along: Vec<f64> = (0..n)
            .map(|k| {
                let part: f64 = (0..n).map(|i| self.directions[i * n + k] * step[i]).sum();
                part / self.axes[k]
            })
            .collect();
        self.turned(&along)
    }

    fn decompose(&mut self) {
        let (values, vectors) = symmetric_eigen(&self.covariance, self.constants.n);
        let greatest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        self.axes = values
            .iter()
            .map(|v| libm::sqrt(v.max(LEAST_EIGENVALUE * greatest)))
            .collect();
        self.directions = vectors;
    }
}

fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    for (t, w) in to.iter_mut().zip(what) {
        *t += factor * w;
    }
}

fn add_outer(matrix: &mut [f64], factor: f64, v: &[f64]) {
    for (row, a) in matrix.chunks_exact_mut(v.len().max(1)).zip(v) {
        for (entry, b) in row.iter_mut().zip(v) {
            *entry += factor * a * b;
        }
    }
}

fn norm(v: &[f64]) -> f64 {
    libm::sqrt(v.iter().map(|x| x * x).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_those_of_the_table() {
        // By hand for n = 10, lambda = 10: ln 5.5 - ln i = 1.7047, 1.0116, 0.6061, 0.3185, 0.0953 for the better half;
        // mu_eff = 3.7363^2 / 4.4073 = 3.1675.
        let c = Constants::new(10, default_population(10));
        assert_eq!(c.lambda, 10);
        assert!((c.mu_eff - 3.1675).abs() < 1e-3, "{}", c.mu_eff);
        assert!((c.c_sigma - 5.1675 / 18.1675).abs() < 1e-4);
        assert!((c.d_sigma - (1.0 + c.c_sigma)).abs() < 1e-12);
        assert!((c.c_1 - 2.0 / (11.3 * 11.3 + 3.1675)).abs() < 1e-5);
        let positive: f64 = c.weights.iter().filter(|w| **w > 0.0).sum();
        assert!((positive - 1.0).abs() < 1e-12);
        // The bound that keeps the matrix positive.
        let negative: f64 = c.weights.iter().filter(|w| **w < 0.0).sum();
        assert!(-negative <= (1.0 - c.c_1 - c.c_mu) / (10.0 * c.c_mu) + 1e-12);
    }

    #[test]
    fn a_cost_that_is_no_number_is_the_worst() {
        let start = CmaEs::new(vec![0.0, 0.0], 1.0, 4);
        let candidates = start.ask(|k, i| (k as f64 - 1.5) * if i == 0 { 1.0 } else { -0.5 });
        let (mut a, mut b) = (start.clone(), start);
        a.tell(&candidates, &[1.0, 2.0, 3.0, f64::NAN]);
        b.tell(&candidates, &[1.0, 2.0, 3.0, 1e9]);
        assert_eq!(a, b);
        assert!(a.mean()[0] < 0.0, "it goes to where the cost was low");
    }
}
