//! Counter-based random streams: a draw is a pure function of (seed, process, key, counter).
//!
//! No stream has a state that could be shifted: a controller, an agent or an element that draws more does not change
//! what the others meet (common random numbers). The generator is ChaCha8, whose output is a function of key, stream
//! and block position.

use bevy_ecs::resource::Resource;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rand_chacha::rand_core::SeedableRng;

/// The random streams of one run.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// The streams of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    #[must_use]
    pub fn seed(self) -> u64 {
        self.seed
    }

    /// A generator for one (process, key, counter); `process` is a fixed name such as `grid/line/failure`.
    #[must_use]
    pub fn rng(self, process: &str, key: u64, counter: u64) -> ChaCha8Rng {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&counter.to_le_bytes());
        hasher.update(process.as_bytes());
        let mut rng = ChaCha8Rng::from_seed(*hasher.finalize().as_bytes());
        rng.set_stream(key);
        rng
    }

    /// Uniform in [0, 1).
    #[must_use]
    pub fn uniform(self, process: &str, key: u64, counter: u64) -> f64 {
        unit(&mut self.rng(process, key, counter))
    }

    /// Standard normal (Box and Muller 1958).
    #[must_use]
    pub fn normal(self, process: &str, key: u64, counter: u64) -> f64 {
        normal(&mut self.rng(process, key, counter))
    }

    /// Exponential with mean 1.
    #[must_use]
    pub fn exponential(self, process: &str, key: u64, counter: u64) -> f64 {
        -libm::log(1.0 - self.uniform(process, key, counter))
    }

    /// Log-normal with the given median and log-standard deviation.
    #[must_use]
    pub fn log_normal(self, process: &str, key: u64, counter: u64, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal(process, key, counter))
    }
}

/// Sixty-four well-mixed bits of (seed, key, counter): the finaliser of SplitMix64 (Steele, Lea and Flood 2014) over
/// the three. For sensor noise, drawn thousands of times a step, where ChaCha's quality buys nothing.
#[must_use]
pub fn mix(seed: u64, key: u64, counter: u64) -> u64 {
    let mut z = seed ^ key.rotate_left(17) ^ counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2 {
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    z
}

/// A nearly normal number of mean 0 and standard deviation 1 from 64 random bits: the sum of four 16-bit uniforms
/// (Irwin-Hall; bounded by 3.5, which no physical sensor's noise exceeds either).
#[must_use]
pub fn nearly_normal(bits: u64) -> f64 {
    let sum: u64 = (0..4).map(|i| (bits >> (16 * i)) & 0xffff).sum();
    (sum as f64 / 65_536.0 - (2.0 - 2.0 / 65_536.0)) * SQRT_3
}

/// Reciprocal of the standard deviation of a sum of four uniforms, sqrt(4/12).
const SQRT_3: f64 = 1.732_050_807_568_877_2;

/// The next uniform number in [0, 1) of a generator, with 53 bits.
pub fn unit(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// The next standard normal number of a generator.
pub fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - unit(rng)));
    radius * libm::cos(2.0 * std::f64::consts::PI * unit(rng))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_every_part_of_the_name() {
        let chance = Chance::new(1);
        let base = chance.uniform("a", 2, 3);
        assert_eq!(base.to_bits(), chance.uniform("a", 2, 3).to_bits());
        for other in [
            chance.uniform("b", 2, 3),
            chance.uniform("a", 1, 3),
            chance.uniform("a", 2, 4),
            Chance::new(2).uniform("a", 2, 3),
        ] {
            assert_ne!(base.to_bits(), other.to_bits());
        }
    }

    #[test]
    fn moments_are_those_of_the_law() {
        let chance = Chance::new(7);
        let n = 20_000;
        let (mut sum, mut squares, mut waits) = (0.0, 0.0, 0.0);
        let (mut cheap, mut cheap_squares) = (0.0, 0.0);
        for i in 0..n {
            let c = nearly_normal(mix(7, 99, i));
            cheap += c;
            cheap_squares += c * c;
            let z = chance.normal("moments", 0, i);
            sum += z;
            squares += z * z;
            waits += chance.exponential("moments", 1, i);
        }
        // Four standard errors of the mean (1/sqrt n) and of the variance (sqrt(2/n)).
        assert!((sum / n as f64).abs() < 4.0 / (n as f64).sqrt());
        assert!((squares / n as f64 - 1.0).abs() < 4.0 * (2.0 / n as f64).sqrt());
        assert!((cheap / n as f64).abs() < 4.0 / (n as f64).sqrt());
        assert!((cheap_squares / n as f64 - 1.0).abs() < 4.0 * (2.0 / n as f64).sqrt());
        assert!((waits / n as f64 - 1.0).abs() < 4.0 / (n as f64).sqrt());
    }
}
