//! The smallest effect that a paired comparison would have been likely to find.
//!
//! It says what a finding of 'no difference' is worth. It is no power of what was observed ('post-hoc power'), which
//! says nothing that the p does not.

use crate::solvers::statistics::distribution::student_quantile;

/// The mean difference that a two-sided paired t test at level `alpha` finds with probability `power`, given the
/// standard deviation of the differences: (t(1 - alpha/2) + t(power)) sd / sqrt(n), both with n - 1 degrees of freedom
/// (Zar 2010, eq. 7.9). Within 2 % of the exact non-central t from 20 pairs on.
#[must_use]
pub fn minimum_detectable(
    standard_deviation: f64,
    pairs: usize,
    alpha: f64,
    power: f64,
) -> Option<f64> {
    let df = pairs.checked_sub(1)? as f64;
    let reach = student_quantile(1.0 - alpha / 2.0, df)? + student_quantile(power, df)?;
    let found = reach * standard_deviation / (pairs as f64).sqrt();
    (standard_deviation >= 0.0 && found.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinks_with_the_root_of_the_pairs() {
        let few = minimum_detectable(10.0, 50, 0.05, 0.8).unwrap();
        let many = minimum_detectable(10.0, 5000, 0.05, 0.8).unwrap();
        // For many pairs (1.95996 + 0.84162) sd / sqrt n.
        assert!((many - 2.801_58 * 10.0 / 5000f64.sqrt()).abs() < 1e-3);
        assert!(few / many > 10.0 && few / many < 10.4);
        assert_eq!(minimum_detectable(1.0, 1, 0.05, 0.8), None);
        assert_eq!(minimum_detectable(f64::NAN, 9, 0.05, 0.8), None);
    }
}
