//! Mean, standard deviation and quantiles of a sample.

/// Whether every number is finite and there is at least one.
#[must_use]
pub fn is_sound(sample: &[f64]) -> bool {
    !sample.is_empty() && sample.iter().all(|x| x.is_finite())
}

/// Arithmetic mean.
#[must_use]
pub fn mean(sample: &[f64]) -> Option<f64> {
    is_sound(sample).then(|| sample.iter().sum::<f64>() / sample.len() as f64)
}

/// Sample standard deviation, with n - 1; none for fewer than two numbers. In two passes, so that a large mean costs no
/// digits; exactly 0 where all numbers are the same.
#[must_use]
pub fn standard_deviation(sample: &[f64]) -> Option<f64> {
    let mean = mean(sample)?;
    if sample.len() < 2 {
        return None;
    }
    if sample.iter().all(|x| x == &sample[0]) {
        return Some(0.0);
    }
    let squares: f64 = sample.iter().map(|x| (x - mean) * (x - mean)).sum();
    Some((squares / (sample.len() - 1) as f64).sqrt())
}

/// The quantile of probability `p` in [0, 1], type 7 of Hyndman and Fan (1996): the default of R and numpy.
#[must_use]
pub fn quantile(sample: &[f64], p: f64) -> Option<f64> {
    if !is_sound(sample) {
        return None;
    }
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_of_sorted(&sorted, p)
}

/// As [`quantile`], of a sample in ascending order.
#[must_use]
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let place = p * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let share = place - below as f64;
    Some(sorted[below] + share * (sorted[above] - sorted[below]))
}

/// The median.
#[must_use]
pub fn median(sample: &[f64]) -> Option<f64> {
    quantile(sample, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let sample = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(mean(&sample), Some(2.5));
        // Squares of 1.5, 1.5, 0.5, 0.5 over 3.
        assert!((standard_deviation(&sample).unwrap() - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!(median(&sample), Some(2.5));
        // 0.9 of 3 steps: 2.7, so 3 + 0.7.
        assert!((quantile(&sample, 0.9).unwrap() - 3.7).abs() < 1e-15);
        assert_eq!(quantile(&sample, 1.0), Some(4.0));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        assert_eq!(mean(&[1.0, f64::NAN]), None);
        assert_eq!(quantile(&[f64::INFINITY], 0.5), None);
        assert_eq!(mean(&[]), None);
        assert_eq!(standard_deviation(&[1.0]), None);
        assert_eq!(quantile(&[1.0], 1.5), None);
    }

    #[test]
    fn equal_numbers_have_no_spread_at_all() {
        // 0.1 + 0.1 + 0.1 is not 0.3: without the check a hair of rounding would pass for a spread.
        assert_eq!(standard_deviation(&[0.1; 3]), Some(0.0));
    }
}
