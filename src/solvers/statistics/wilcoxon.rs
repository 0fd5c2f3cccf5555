//! Wilcoxon's signed-rank test: whether paired differences lie symmetrically about zero.
//!
//! It answers about ranks, not about the mean: with skewed differences the two may disagree. Differences of zero are
//! left out (Wilcoxon 1945); ties share the mean of their ranks. Which reference distribution is used follows the
//! default of scipy 1.17 (`scipy.stats.wilcoxon(method="auto")`).

use crate::solvers::statistics::descriptive::is_sound;
use crate::solvers::statistics::distribution::normal_cdf;

/// Most differences (zeros included) for which the exact distribution is used when there are neither ties nor zeros.
const MOST_EXACT: usize = 50;
/// Most differences for which all signs are gone through when there are.
const MOST_EXACT_WITH_TIES: usize = 13;

/// How a p was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// All 2^n assignments of signs to the ranks.
    Exact,
    /// Normal approximation, its variance corrected for ties; no continuity correction.
    Normal,
    /// Every difference is zero: nothing to test.
    NoDifferences,
}

impl Method {
    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Normal => "normal approximation",
            Self::NoDifferences => "no differences",
        }
    }
}

/// Outcome of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRank {
    /// Sum of the ranks of the positive differences.
    pub positive: f64,
    /// Sum of the ranks of the negative differences.
    pub negative: f64,
    /// Number of differences that are not zero.
    pub used: usize,
    /// Two-sided p; 1 where every difference is zero.
    pub p: f64,
    /// How it was come by.
    pub method: Method,
}

/// The signed-rank test of differences.
#[must_use]
pub fn signed_rank(differences: &[f64]) -> Option<SignedRank> {
    if !is_sound(differences) {
        return None;
    }
    let mut used: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    used.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let (doubled, ties) = doubled_ranks(&used);
    let (mut positive, mut negative) = (0u64, 0u64);
    for (d, rank) in used.iter().zip(&doubled) {
        if *d > 0.0 {
            positive += rank;
        } else {
            negative += rank;
        }
    }
    let plain = used.len() == differences.len() && ties.is_empty();
    let most = if plain {
        MOST_EXACT
    } else {
        MOST_EXACT_WITH_TIES
    };
    let (p, method) = if used.is_empty() {
        (1.0, Method::NoDifferences)
    } else if differences.len() <= most {
        (exact_p(&doubled, positive), Method::Exact)
    } else {
        let statistic = positive as f64 / 2.0;
        (
            normal_p(used.len() as f64, &ties, statistic),
            Method::Normal,
        )
    };
    Some(SignedRank {
        positive: positive as f64 / 2.0,
        negative: negative as f64 / 2.0,
        used: used.len(),
        p,
        method,
    })
}

/// Twice the mean ranks (whole numbers even with ties) of numbers in ascending order of size, and the sizes of the
/// groups of ties.
fn doubled_ranks(sorted: &[f64]) -> (Vec<u64>, Vec<usize>) {
    let mut ranks = Vec::with_capacity(sorted.len());
    let mut ties = Vec::new();
    let mut from = 0;
    while from < sorted.len() {
        let size = sorted[from..]
            .iter()
            .take_while(|d| d.abs() == sorted[from].abs())
            .count();
        // Ranks from + 1 to from + size: twice their mean is the sum of the first and the last.
        ranks.extend(std::iter::repeat_n((2 * from + size + 1) as u64, size));
        if size > 1 {
            ties.push(size);
        }
        from += size;
    }
    (ranks, ties)
}

/// Two-sided p from the distribution over all signs: twice the smaller tail, at most 1. At most 2^50 assignments, so
/// the counts are exact.
fn exact_p(doubled: &[u64], positive: u64) -> f64 {
    let total: u64 = doubled.iter().sum();
    let mut ways = vec![0u64; total as usize + 1];
    ways[0] = 1;
    for rank in doubled {
        for sum in (*rank as usize..ways.len()).rev() {
            ways[sum] += ways[sum - *rank as usize];
        }
    }
    let at = positive as usize;
    let below: u64 = ways[..=at].iter().sum();
    let above: u64 = ways[at..].iter().sum();
    let all: u64 = ways.iter().sum();
    (2.0 * below.min(above) as f64 / all as f64).min(1.0)
}

/// Two-sided p by the normal approximation.
fn normal_p(n: f64, ties: &[usize], positive: f64) -> f64 {
    let expected = n * (n + 1.0) / 4.0;
    let tied: f64 = ties.iter().map(|t| (t * t * t - t) as f64).sum();
    let variance = (n * (n + 1.0) * (2.0 * n + 1.0) - tied / 2.0) / 24.0;
    let z = (positive - expected) / variance.sqrt();
    (2.0 * normal_cdf(-z.abs())).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_one_sign_by_hand() {
        let test = signed_rank(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((test.positive, test.negative), (6.0, 0.0));
        // One of the eight assignments is as high, twice that.
        assert_eq!((test.p, test.method), (0.25, Method::Exact));
    }

    #[test]
    fn ties_share_ranks_and_zeros_are_left_out() {
        let test = signed_rank(&[2.0, -2.0, 0.0, 5.0]).unwrap();
        // Ranks 1.5, 1.5, 3.
        assert_eq!((test.positive, test.negative, test.used), (4.5, 1.5, 3));
        // Sums of signs: 0, 1.5 (2), 3 (2), 4.5 (2), 6: three of eight are 4.5 or more.
        assert_eq!(test.p, 0.75);
    }

    #[test]
    fn nothing_differs() {
        let test = signed_rank(&[0.0; 30]).unwrap();
        assert_eq!((test.p, test.method), (1.0, Method::NoDifferences));
        assert_eq!(signed_rank(&[f64::NAN]), None);
        assert_eq!(signed_rank(&[]), None);
    }
}
