//! Sizes of effects without units: of the mean by its spread, and of the ranks.

use crate::solvers::statistics::descriptive;
use crate::solvers::statistics::wilcoxon::SignedRank;
use statrs::function::gamma::ln_gamma;

/// Cohen's dz of paired differences, mean over standard deviation, times Hedges' exact correction for small samples
/// (Hedges 1981); none where all differences are the same.
///
/// The deviation is that of the differences: common luck, which cancels in a pair, makes dz larger than a comparison of
/// unpaired runs would find.
#[must_use]
pub fn hedges_dz(differences: &[f64]) -> Option<f64> {
    let spread = descriptive::standard_deviation(differences)?;
    if spread <= 0.0 || differences.len() < 3 {
        return None;
    }
    let df = (differences.len() - 1) as f64;
    Some(descriptive::mean(differences)? / spread * hedges_correction(df))
}

/// Hedges' J: Gamma(df/2) / (sqrt(df/2) Gamma((df - 1)/2)); below 1, nearly 1 - 3 / (4 df - 1). For df >= 2.
fn hedges_correction(df: f64) -> f64 {
    libm::exp(ln_gamma(df / 2.0) - ln_gamma((df - 1.0) / 2.0)) / (df / 2.0).sqrt()
}

/// The matched-pairs rank-biserial correlation (Kerby 2014): the share of the rank sum with positive differences less
/// that with negative ones, -1 to 1; none where every difference is zero.
#[must_use]
pub fn rank_biserial(test: &SignedRank) -> Option<f64> {
    let all = test.positive + test.negative;
    (all > 0.0).then(|| (test.positive - test.negative) / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::statistics::wilcoxon::signed_rank;

    #[test]
    fn worked_by_hand() {
        // Mean 2, deviation 1, df 2: Gamma(1) / (1 * Gamma(1/2)) = 1 / sqrt pi.
        let dz = hedges_dz(&[1.0, 2.0, 3.0]).unwrap();
        assert!((dz - 2.0 / std::f64::consts::PI.sqrt()).abs() < 1e-10);
        assert!((hedges_correction(29.0) - (1.0 - 3.0 / 115.0)).abs() < 1e-4);
        assert_eq!(hedges_dz(&[1.0; 5]), None);
    }

    #[test]
    fn ranks_all_on_one_side_give_one() {
        let test = signed_rank(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!(rank_biserial(&test), Some(1.0));
        let test = signed_rank(&[1.0, -2.0, -3.0]).unwrap();
        assert_eq!(rank_biserial(&test), Some(-4.0 / 6.0));
        assert_eq!(rank_biserial(&signed_rank(&[0.0; 3]).unwrap()), None);
    }
}
