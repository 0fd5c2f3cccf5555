//! The normal and Student's t distribution, as the tests and intervals need them (by the crate `statrs`).
//!
//! Probabilities outside (0, 1) and degrees of freedom below 1 have no quantile.

use statrs::distribution::ContinuousCDF;
use statrs::distribution::Normal;
use statrs::distribution::StudentsT;

/// P(Z <= z) of the standard normal distribution.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// The z with P(Z <= z) = `p`; none unless 0 < p < 1.
#[must_use]
pub fn normal_quantile(p: f64) -> Option<f64> {
    (0.0 < p && p < 1.0).then(|| Normal::standard().inverse_cdf(p))
}

/// P(|T| >= |t|) of Student's t distribution with `df` degrees of freedom.
#[must_use]
pub fn student_two_sided(t: f64, df: f64) -> Option<f64> {
    let law = student(df)?;
    t.is_finite().then(|| (2.0 * law.sf(t.abs())).min(1.0))
}

/// The t with P(T <= t) = `p`; none unless 0 < p < 1 and `df` >= 1.
#[must_use]
pub fn student_quantile(p: f64, df: f64) -> Option<f64> {
    let law = student(df)?;
    (0.0 < p && p < 1.0).then(|| law.inverse_cdf(p))
}

fn student(df: f64) -> Option<StudentsT> {
    (df >= 1.0).then(|| StudentsT::new(0.0, 1.0, df).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        assert!((normal_quantile(0.975).unwrap() - 1.959_963_985).abs() < 1e-8);
        assert!((student_quantile(0.975, 9.0).unwrap() - 2.262_157_163).abs() < 1e-8);
        assert!((student_two_sided(-2.262_157_163, 9.0).unwrap() - 0.05).abs() < 1e-9);
        assert!((normal_cdf(0.0) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_quantile_has_none() {
        assert_eq!(normal_quantile(1.0), None);
        assert_eq!(student_quantile(0.975, 0.0), None);
        assert_eq!(student_two_sided(f64::NAN, 3.0), None);
    }
}
