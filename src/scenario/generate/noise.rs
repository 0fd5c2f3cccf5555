//! Seeded noise for generators: independent streams by process name, and autoregressive series from them.
//!
//! It deliberately has no shared stream: what one process draws never shifts another's numbers.

use rand_chacha::ChaCha8Rng;

use crate::engine::chance;
use crate::engine::chance::Chance;

/// A stream of random numbers.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a process under a seed.
    pub(crate) fn new(seed: u64, process: &str) -> Self {
        Self(Chance::new(seed).rng(process, 0, 0))
    }

    /// Uniform in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        chance::unit(&mut self.0)
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        chance::normal(&mut self.0)
    }

    /// A stationary first-order autoregressive series of mean 0 and standard deviation 1, whose correlation from one
    /// element to the next is `correlation`. A longer series begins with the shorter one.
    pub(crate) fn autoregressive(&mut self, count: usize, correlation: f64) -> Vec<f64> {
        let innovation = (1.0 - correlation * correlation).sqrt();
        let mut value = self.normal();
        (0..count)
            .map(|_| {
                let now = value;
                value = correlation * value + innovation * self.normal();
                now
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_name_and_seed_and_repeat() {
        let first = |seed: u64, name: &str| Stream::new(seed, name).uniform();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }

    #[test]
    fn autoregressive_series_has_the_moments_asked_for() {
        let series = Stream::new(7, "moments").autoregressive(200_000, 0.8);
        let n = series.len() as f64;
        let mean = series.iter().sum::<f64>() / n;
        let variance = series.iter().map(|x| x * x).sum::<f64>() / n;
        let lagged = series.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n;
        // Standard errors: mean 3 / sqrt(n) = 0.007, variance about 0.007.
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
        assert!((lagged / variance - 0.8).abs() < 0.01, "{lagged}");
    }

    #[test]
    fn longer_series_begins_with_the_shorter() {
        let short = Stream::new(7, "x").autoregressive(10, 0.5);
        let long = Stream::new(7, "x").autoregressive(20, 0.5);
        assert_eq!(short[..], long[..10]);
    }
}
