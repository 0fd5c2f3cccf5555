//! Holm's step-down adjustment of p values for the number of questions asked (Holm 1979).
//!
//! It holds the chance of one or more false findings in the whole family at the level, whatever the questions have to
//! do with each other.

/// The adjusted p of each p, in the order given: compare them with the level itself. A p that is not in [0, 1] is no p
/// value: the answer is none.
#[must_use]
pub fn holm(p: &[f64]) -> Option<Vec<f64>> {
    if !p.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut highest = 0.0f64;
    for (place, k) in order.into_iter().enumerate() {
        highest = highest.max(p[k] * (p.len() - place) as f64);
        adjusted[k] = highest.min(1.0);
    }
    Some(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 0.01 * 3; 0.03 * 2; 0.04 * 1 is below the one before it.
        assert_eq!(holm(&[0.04, 0.01, 0.03]), Some(vec![0.06, 0.03, 0.06]));
        assert_eq!(holm(&[0.6, 0.7]), Some(vec![1.0, 1.0]));
        assert_eq!(holm(&[]), Some(Vec::new()));
        assert_eq!(holm(&[f64::NAN]), None);
    }
}
