//! A source of indices for the bootstrap that follows from the names of what is compared, not from a clock or a run.
//!
//! The same comparison gives the same interval, and two comparisons do not share their resamples by accident.

use crate::engine::chance::mix;

/// A source: asked with a number n, it gives one below n.
pub fn indices(names: &[&str]) -> impl FnMut(usize) -> usize {
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    let mut seed = [0; 8];
    seed.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    let seed = u64::from_le_bytes(seed);
    let mut counter = 0;
    move |n| {
        let bits = mix(seed, n as u64, counter);
        counter += 1;
        // The high part of the product: uniform below n but for a bias of n / 2^64.
        ((u128::from(bits) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_decide_and_every_index_is_met() {
        let take = |names: &[&str]| {
            let mut index = indices(names);
            (0..200).map(|_| index(5)).collect::<Vec<_>>()
        };
        assert_eq!(take(&["a", "b"]), take(&["a", "b"]));
        assert_ne!(take(&["a", "b"]), take(&["ab", ""]));
        for k in 0..5 {
            let met = take(&["a"]).iter().filter(|i| **i == k).count();
            // 40 expected, standard deviation 5.7.
            assert!((17..=63).contains(&met), "{k}: {met}");
        }
    }
}
