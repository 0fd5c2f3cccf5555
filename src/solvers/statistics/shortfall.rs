//! Expected shortfall (CVaR): the mean of the worst outcomes.
//!
//! Of a sample: with few runs the worst tenth or twentieth is a handful of numbers, and their mean is uncertain; it is
//! also biased towards the middle, since what is worse than anything met is not in the sample.

use crate::solvers::statistics::descriptive::is_sound;

/// Which end of a sample is the bad one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adverse {
    /// High values are bad.
    High,
    /// Low values are bad.
    Low,
}

/// The mean of the worst 1 - `level` of a sample (0 <= `level` < 1): Rockafellar and Uryasev (2002) for a discrete
/// distribution, so the last number counts in part where (1 - level) n is no whole number.
#[must_use]
pub fn expected_shortfall(sample: &[f64], level: f64, adverse: Adverse) -> Option<f64> {
    if !is_sound(sample) || !(0.0..1.0).contains(&level) {
        return None;
    }
    let mut worst_first = sample.to_vec();
    match adverse {
        Adverse::High => worst_first.sort_by(|a, b| b.total_cmp(a)),
        Adverse::Low => worst_first.sort_by(f64::total_cmp),
    }
    let mass = (1.0 - level) * sample.len() as f64;
    let (mut left, mut sum) = (mass, 0.0);
    for x in worst_first {
        let share = left.min(1.0);
        sum += share * x;
        left -= share;
        if left <= 0.0 {
            break;
        }
    }
    Some(sum / mass)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let sample = [1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0, 10.0];
        let high = |level| expected_shortfall(&sample, level, Adverse::High).unwrap();
        assert!((high(0.8) - 9.5).abs() < 1e-12);
        // Worst 1.5 of ten: (10 + 9 / 2) / 1.5.
        assert!((high(0.85) - 14.5 / 1.5).abs() < 1e-12);
        assert!((high(0.99) - 10.0).abs() < 1e-12);
        assert!((high(0.0) - 5.5).abs() < 1e-12);
        let low = expected_shortfall(&sample, 0.8, Adverse::Low).unwrap();
        assert!((low - 1.5).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_worst_part_has_none() {
        assert_eq!(expected_shortfall(&[], 0.9, Adverse::High), None);
        assert_eq!(expected_shortfall(&[1.0], 1.0, Adverse::High), None);
        assert_eq!(expected_shortfall(&[f64::NAN], 0.9, Adverse::Low), None);
    }
}
