//! Paired differences by Student's t: mean, standard error, interval and test.
//!
//! It assumes that the mean of the differences is nearly normal; for few and skewed pairs it is not, which is what the
//! bootstrap and the signed-rank test are for.

use crate::solvers::statistics::descriptive;
use crate::solvers::statistics::distribution::student_quantile;
use crate::solvers::statistics::distribution::student_two_sided;
use crate::solvers::statistics::interval::Interval;

/// Student's t for paired differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedT {
    /// Number of pairs.
    pub pairs: usize,
    /// Mean difference.
    pub mean: f64,
    /// Standard deviation of the differences, n - 1.
    pub standard_deviation: f64,
    /// Interval of the mean at the asked confidence.
    pub interval: Interval,
    /// The mean over its standard error; none where all differences are the same.
    pub t: Option<f64>,
    /// Two-sided p of no mean difference; none where all differences are the same.
    pub p: Option<f64>,
}

/// What `a` has more than `b`, pair by pair; none if their lengths differ.
#[must_use]
pub fn differences(a: &[f64], b: &[f64]) -> Option<Vec<f64>> {
    (a.len() == b.len()).then(|| a.iter().zip(b).map(|(a, b)| a - b).collect())
}

/// The t interval and test of differences (Student 1908); none for fewer than two.
#[must_use]
pub fn paired_t(differences: &[f64], confidence: f64) -> Option<PairedT> {
    let mean = descriptive::mean(differences)?;
    let standard_deviation = descriptive::standard_deviation(differences)?;
    let pairs = differences.len();
    let df = (pairs - 1) as f64;
    let error = standard_deviation / (pairs as f64).sqrt();
    let reach = student_quantile(0.5 + confidence / 2.0, df)? * error;
    let t = (error > 0.0).then(|| mean / error);
    Some(PairedT {
        pairs,
        mean,
        standard_deviation,
        interval: Interval {
            low: mean - reach,
            high: mean + reach,
        },
        t,
        p: t.and_then(|t| student_two_sided(t, df)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let d = differences(&[3.0, 5.0, 7.0], &[2.0, 3.0, 4.0]).unwrap();
        assert_eq!(d, [1.0, 2.0, 3.0]);
        let t = paired_t(&d, 0.95).unwrap();
        // Standard deviation 1, error 1/sqrt 3; t(0.975, 2) = 4.302653.
        assert!((t.t.unwrap() - 2.0 * 3f64.sqrt()).abs() < 1e-12);
        assert!((t.interval.high - (2.0 + 4.302_652_73 / 3f64.sqrt())).abs() < 1e-7);
        assert_eq!(differences(&[1.0], &[]), None);
    }

    #[test]
    fn equal_differences_have_no_t() {
        let t = paired_t(&[0.1; 4], 0.95).unwrap();
        assert_eq!((t.t, t.p), (None, None));
        assert!(t.interval.width() < f64::EPSILON);
        assert_eq!(paired_t(&[1.0], 0.95), None);
    }
}
