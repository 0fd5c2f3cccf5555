//! Bootstrap intervals of any statistic of a sample: percentile, expanded percentile, and bias-corrected and accelerated
//! (BCa).
//!
//! The unit drawn is an observation, so for pairs it is a pair. The indices come from the caller; nothing is random
//! here. For small and skewed samples all kinds of interval hold the truth less often than they say.

use crate::solvers::statistics::descriptive::quantile_of_sorted;
use crate::solvers::statistics::distribution::normal_cdf;
use crate::solvers::statistics::distribution::normal_quantile;
use crate::solvers::statistics::distribution::student_quantile;
use crate::solvers::statistics::interval::Interval;

/// Fewest resamples that must lie beyond either end for an interval to rest on more than its outermost ones.
const FEWEST_BEYOND: f64 = 5.0;

/// A statistic with its bootstrap distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrap {
    /// Number of observations.
    pub observations: usize,
    /// The statistic of the sample itself.
    pub estimate: f64,
    /// The statistic of each resample, ascending; those without a value are left out.
    pub distribution: Vec<f64>,
    /// Number of resamples that had no value (not finite).
    pub undefined: usize,
    /// Percentile interval (Efron 1979).
    pub percentile: Interval,
    /// BCa interval (Efron 1987); none where the distribution is degenerate.
    pub bca: Option<Bca>,
}

/// A BCa interval with what it was made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bca {
    /// The interval.
    pub interval: Interval,
    /// Probabilities at which its ends were read from the distribution.
    pub at: [f64; 2],
    /// Acceleration: how the standard error changes with the statistic.
    pub acceleration: f64,
    /// Bias correction, in standard deviations.
    pub bias: f64,
    /// Whether an end lies among the outermost few resamples, where it is a matter of chance.
    pub at_limits: bool,
}

impl Bootstrap {
    /// The percentile interval at a confidence, expanded for the number of observations (Hesterberg 2015, section 5.3):
    /// a bootstrap distribution is too narrow by sqrt((n - 1) / n) and has normal tails where Student's belong, so its
    /// quantiles are taken at the probability of sqrt(n / (n - 1)) t(n - 1). None if there is no such t.
    #[must_use]
    pub fn expanded(&self, confidence: f64) -> Option<Interval> {
        let n = self.observations as f64;
        let t = student_quantile(0.5 + confidence / 2.0, n - 1.0)?;
        let tail = normal_cdf(-(n / (n - 1.0)).sqrt() * t);
        Some(Interval {
            low: quantile_of_sorted(&self.distribution, tail)?,
            high: quantile_of_sorted(&self.distribution, 1.0 - tail)?,
        })
    }
}

/// Resamples `n` observations `resamples` times. `statistic` is given the indices of the observations to take (with
/// repeats); `index` is asked for one number below its argument at a time, resample after resample.
///
/// None if there are fewer than two observations, if the statistic of the sample itself is not finite, or if fewer than
/// half of the resamples have a value.
#[must_use]
pub fn bootstrap(
    n: usize,
    statistic: &dyn Fn(&[usize]) -> f64,
    resamples: usize,
    confidence: f64,
    index: &mut dyn FnMut(usize) -> usize,
) -> Option<Bootstrap> {
    if n < 2 || !(0.0 < confidence && confidence < 1.0) {
        return None;
    }
    let mut taken: Vec<usize> = (0..n).collect();
    let estimate = statistic(&taken);
    let mut distribution = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        for place in &mut taken {
            *place = index(n).min(n - 1);
        }
        distribution.push(statistic(&taken));
    }
    distribution.retain(|x| x.is_finite());
    if !estimate.is_finite() || distribution.is_empty() || 2 * distribution.len() < resamples {
        return None;
    }
    distribution.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let percentile = Interval {
        low: quantile_of_sorted(&distribution, tail)?,
        high: quantile_of_sorted(&distribution, 1.0 - tail)?,
    };
    let bca = bca(n, statistic, estimate, &distribution, tail);
    Some(Bootstrap {
        observations: n,
        estimate,
        undefined: resamples - distribution.len(),
        distribution,
        percentile,
        bca,
    })
}

/// Efron and Tibshirani (1993), equations 14.9 to 14.15; resamples equal to the estimate count half to either side.
fn bca(
    n: usize,
    statistic: &dyn Fn(&[usize]) -> f64,
    estimate: f64,
    distribution: &[f64],
    tail: f64,
) -> Option<Bca> {
    if distribution.first() == distribution.last() {
        return None;
    }
    let below = distribution.partition_point(|x| *x < estimate);
    let up_to = distribution.partition_point(|x| *x <= estimate);
    let size = distribution.len() as f64;
    let bias = normal_quantile((below + up_to) as f64 / (2.0 * size))?;
    let acceleration = acceleration(n, statistic)?;
    let z = normal_quantile(tail)?;
    let place = |z: f64| normal_cdf(bias + (bias + z) / (1.0 - acceleration * (bias + z)));
    let at = [place(z), place(-z)];
    let interval = Interval {
        low: quantile_of_sorted(distribution, at[0])?,
        high: quantile_of_sorted(distribution, at[1])?,
    };
    let beyond = (at[0] * size).min((1.0 - at[1]) * size);
    Some(Bca {
        interval,
        at,
        acceleration,
        bias,
        at_limits: beyond < FEWEST_BEYOND,
    })
}

/// The acceleration by the jackknife; none where leaving any observation out changes nothing.
fn acceleration(n: usize, statistic: &dyn Fn(&[usize]) -> f64) -> Option<f64> {
    let mut left_out = Vec::with_capacity(n);
    let mut taken: Vec<usize> = (1..n).collect();
    for k in 0..n {
        if k > 0 {
            taken[k - 1] = k - 1;
        }
        left_out.push(statistic(&taken));
    }
    let mean = left_out.iter().sum::<f64>() / n as f64;
    let scale = (n - 1) as f64 / n as f64;
    let deviations = || left_out.iter().map(|x| scale * (mean - x));
    let squares: f64 = deviations().map(|d| d * d).sum();
    let cubes: f64 = deviations().map(|d| d * d * d).sum();
    let acceleration = cubes / (6.0 * squares * squares.sqrt());
    acceleration.is_finite().then_some(acceleration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of<'a>(sample: &'a [f64]) -> impl Fn(&[usize]) -> f64 + 'a {
        |taken| taken.iter().map(|k| sample[*k]).sum::<f64>() / taken.len() as f64
    }

    #[test]
    fn a_source_that_goes_through_all_resamples_gives_the_exact_distribution() {
        // Two observations: the four resamples have means 0, 1, 1, 2.
        let sample = [0.0, 2.0];
        let order = [0, 0, 0, 1, 1, 0, 1, 1];
        let mut next = 0;
        let mut index = |_| {
            next += 1;
            order[next - 1]
        };
        let boot = bootstrap(2, &mean_of(&sample), 4, 0.5, &mut index).unwrap();
        assert_eq!(boot.distribution, [0.0, 1.0, 1.0, 2.0]);
        assert_eq!(
            boot.percentile,
            Interval {
                low: 0.75,
                high: 1.25
            }
        );
        let bca = boot.bca.unwrap();
        // Symmetric: no bias, no acceleration, so the percentile interval again.
        assert_eq!((bca.bias, bca.acceleration), (0.0, 0.0));
        assert!((bca.interval.low - 0.75).abs() < 1e-12);
        assert!(bca.at_limits);
    }

    #[test]
    fn equal_observations_have_no_bca() {
        let sample = [3.0; 5];
        let boot = bootstrap(5, &mean_of(&sample), 20, 0.95, &mut |_| 0).unwrap();
        assert_eq!(boot.bca, None);
        assert_eq!(boot.expanded(0.95), Some(boot.percentile));
        assert!(boot.percentile.contains(3.0) && boot.percentile.width() == 0.0);
    }

    #[test]
    fn the_expanded_interval_is_wider_by_the_number_of_observations() {
        // A distribution of 0 to 1000 in equal steps: an interval reads its probabilities off directly.
        let boot = |observations| Bootstrap {
            observations,
            estimate: 500.0,
            distribution: (0..=1000).map(f64::from).collect(),
            undefined: 0,
            percentile: Interval {
                low: 25.0,
                high: 975.0,
            },
            bca: None,
        };
        // sqrt(20/19) * 2.0930 = 2.1474: a tail of 0.01588.
        let twenty = boot(20).expanded(0.95).unwrap();
        assert!((twenty.low - 15.88).abs() < 0.01 && (twenty.high - 984.12).abs() < 0.01);
        let many = boot(100_000).expanded(0.95).unwrap();
        assert!((many.low - 25.0).abs() < 0.01);
    }

    #[test]
    fn resamples_without_a_value_are_counted_or_the_whole_refused() {
        let sample = [1.0, f64::NAN, 1.0];
        assert_eq!(bootstrap(3, &mean_of(&sample), 9, 0.95, &mut |_| 0), None);
        let ratio = |taken: &[usize]| {
            let sum: usize = taken.iter().sum();
            1.0 / sum as f64
        };
        // One resample of 0 alone (1/0), then three of 2 alone.
        let mut drawn = 0;
        let mut index = |_| {
            drawn += 1;
            if drawn <= 3 { 0 } else { 2 }
        };
        let boot = bootstrap(3, &ratio, 4, 0.95, &mut index).unwrap();
        assert_eq!((boot.undefined, boot.distribution.len()), (1, 3));
    }
}
