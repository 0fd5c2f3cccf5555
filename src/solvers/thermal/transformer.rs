//! Oil-immersed transformer: top-oil and hot-spot temperature under varying load and ambient, and insulation ageing.
//!
//! One set of difference equations serves both standards: IEEE C57.91-2011 clause 7 is IEC 60076-7:2018 annex C with
//! k11 = k21 = 1. It deliberately leaves out moisture, oxygen, tap position, and the change of oil viscosity.

use crate::solvers::thermal::transformer::Ageing::C57_91;
use crate::solvers::thermal::transformer::Ageing::Iec60076_7;

/// Normal insulation life at 110 C continuous hot spot, hours (IEEE C57.91-2011 table 2, 50 % retained polymerisation
/// is 65,000 h; 180,000 h is the functional-life criterion, 20.55 years).
pub const NORMAL_LIFE_H: f64 = 180_000.0;

/// Thermal data of a transformer at rated load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transformer {
    /// Top-oil rise over ambient at rated losses, K.
    pub top_oil_rise_k: f64,
    /// Hot-spot rise over top oil at rated current (IEC: hot-spot factor times gradient), K.
    pub hot_spot_rise_k: f64,
    /// Ratio of load loss to no-load loss at rated current.
    pub loss_ratio: f64,
    /// Oil exponent (n in IEEE, x in IEC).
    pub oil_exponent: f64,
    /// Winding exponent on the load (2m in IEEE, y in IEC).
    pub winding_exponent: f64,
    /// Oil time constant, seconds.
    pub oil_time_s: f64,
    /// Winding time constant, seconds.
    pub winding_time_s: f64,
    /// k11 of IEC 60076-7; 1 for IEEE.
    pub k11: f64,
    /// k21 of IEC 60076-7; 1 for IEEE.
    pub k21: f64,
    /// k22 of IEC 60076-7; 1 for IEEE.
    pub k22: f64,
}

impl Transformer {
    /// A 65 K average-rise ONAN unit by IEEE C57.91: 55 K top oil + 25 K gradient, so 110 C at rated load and 30 C.
    /// n = m = 0.8 (table 4), oil 150 min, winding 5 min, load loss 5 times no-load loss (within the usual 3 to 8).
    pub const C57_91_ONAN_65K: Self = Self {
        top_oil_rise_k: 55.0,
        hot_spot_rise_k: 25.0,
        loss_ratio: 5.0,
        oil_exponent: 0.8,
        winding_exponent: 1.6,
        oil_time_s: 9000.0,
        winding_time_s: 300.0,
        k11: 1.0,
        k21: 1.0,
        k22: 1.0,
    };

    /// A medium or large ONAN power transformer by IEC 60076-7:2018 table 4: k11 0.5, k21 2, k22 2, 210 and 10 min,
    /// x 0.8, y 1.3; rises 52 K top oil and 1.3 x 20 K gradient (78 K at rated load: 98 C at 20 C), loss ratio 6.
    pub const IEC_ONAN_POWER: Self = Self {
        top_oil_rise_k: 52.0,
        hot_spot_rise_k: 26.0,
        loss_ratio: 6.0,
        oil_exponent: 0.8,
        winding_exponent: 1.3,
        oil_time_s: 12_600.0,
        winding_time_s: 600.0,
        k11: 0.5,
        k21: 2.0,
        k22: 2.0,
    };

    /// An ONAN distribution transformer by IEC 60076-7:2018 table 4: k11 1, k21 1, k22 2, 180 and 4 min, x 0.8, y 1.6;
    /// rises 55 K and 23 K, loss ratio 5.
    pub const IEC_ONAN_DISTRIBUTION: Self = Self {
        top_oil_rise_k: 55.0,
        hot_spot_rise_k: 23.0,
        loss_ratio: 5.0,
        oil_exponent: 0.8,
        winding_exponent: 1.6,
        oil_time_s: 10_800.0,
        winding_time_s: 240.0,
        k11: 1.0,
        k21: 1.0,
        k22: 2.0,
    };
}

/// What a transformer remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransformerState {
    /// Top-oil temperature, degrees Celsius.
    pub top_oil_c: f64,
    /// First part of the hot-spot gradient (winding), K.
    pub winding_rise_k: f64,
    /// Second part of the hot-spot gradient (oil catching up), K, subtracted; 0 where k21 is 1.
    pub oil_lag_k: f64,
}

impl TransformerState {
    /// Hot-spot temperature, degrees Celsius.
    #[must_use]
    pub fn hot_spot_c(&self) -> f64 {
        self.top_oil_c + self.winding_rise_k - self.oil_lag_k
    }
}

/// Fractions of a difference that survive one step; depends on the type and the step length alone, so keep it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransformerDecay {
    oil: f64,
    winding: f64,
    oil_lag: f64,
}

impl Transformer {
    /// Decays over a step of `dt_s` seconds.
    #[must_use]
    pub fn decay(&self, dt_s: f64) -> TransformerDecay {
        TransformerDecay {
            oil: libm::exp(-dt_s / (self.k11 * self.oil_time_s)),
            winding: libm::exp(-dt_s / (self.k22 * self.winding_time_s)),
            oil_lag: libm::exp(-dt_s * self.k22 / self.oil_time_s),
        }
    }

    /// Top-oil rise, K, in the end at load factor `load_pu` (current over rated current). C57.91-2011 eq. (9).
    #[must_use]
    pub fn ultimate_top_oil_rise_k(&self, load_pu: f64) -> f64 {
        let losses = (load_pu * load_pu * self.loss_ratio + 1.0) / (self.loss_ratio + 1.0);
        self.top_oil_rise_k * power(losses, self.oil_exponent)
    }

    /// Hot-spot rise over top oil, K, in the end at load factor `load_pu`. C57.91-2011 eq. (17).
    #[must_use]
    pub fn ultimate_hot_spot_rise_k(&self, load_pu: f64) -> f64 {
        self.hot_spot_rise_k * power(load_pu.abs(), self.winding_exponent)
    }

    /// The state that a constant load and ambient lead to.
    #[must_use]
    pub fn steady(&self, load_pu: f64, ambient_c: f64) -> TransformerState {
        let rise = self.ultimate_hot_spot_rise_k(load_pu);
        TransformerState {
            top_oil_c: ambient_c + self.ultimate_top_oil_rise_k(load_pu),
            winding_rise_k: self.k21 * rise,
            oil_lag_k: (self.k21 - 1.0) * rise,
        }
    }

    /// The state after one step of constant load and ambient; exact for any length of step.
    ///
    /// Oil follows ambient with its own time constant (IEC annex C; C57.91 annex G), not at once.
    #[must_use]
    pub fn step(
        &self,
        decay: &TransformerDecay,
        state: TransformerState,
        load_pu: f64,
        ambient_c: f64,
    ) -> TransformerState {
        let target = self.steady(load_pu, ambient_c);
        let toward = |now: f64, end: f64, decay: f64| end + (now - end) * decay;
        TransformerState {
            top_oil_c: toward(state.top_oil_c, target.top_oil_c, decay.oil),
            winding_rise_k: toward(state.winding_rise_k, target.winding_rise_k, decay.winding),
            oil_lag_k: toward(state.oil_lag_k, target.oil_lag_k, decay.oil_lag),
        }
    }
}

/// `base^exponent` of a non-negative base and a positive exponent near 1: half the time of a correctly rounded `pow`, and
/// as exact as the model needs (1e-15), for it is most of a fleet's cost.
fn power(base: f64, exponent: f64) -> f64 {
    libm::exp(exponent * libm::log(base))
}

/// How insulation ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ageing {
    /// IEEE C57.91-2011 eq. (2): thermally upgraded paper, 1 at 110 C.
    C57_91,
    /// IEC 60076-7:2018 eq. (1): plain kraft paper, 1 at 98 C, doubling every 6 K.
    Iec60076_7,
}

impl Ageing {
    /// Ageing relative to normal at a hot-spot temperature, degrees Celsius.
    #[must_use]
    pub fn factor(self, hot_spot_c: f64) -> f64 {
        match self {
            C57_91 => libm::exp(15_000.0 / 383.0 - 15_000.0 / (hot_spot_c + 273.0)),
            Iec60076_7 => libm::exp2((hot_spot_c - 98.0) / 6.0),
        }
    }

    /// Life used, hours of normal life, in `dt_s` seconds at a hot-spot temperature.
    #[must_use]
    pub fn life_used_h(self, hot_spot_c: f64, dt_s: f64) -> f64 {
        self.factor(hot_spot_c) * dt_s / 3600.0
    }

    /// Life used as a fraction of [`NORMAL_LIFE_H`].
    #[must_use]
    pub fn life_used_pu(self, hot_spot_c: f64, dt_s: f64) -> f64 {
        self.life_used_h(hot_spot_c, dt_s) / NORMAL_LIFE_H
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rated_load_at_30_c_gives_110_c() {
        let steady = Transformer::C57_91_ONAN_65K.steady(1.0, 30.0);
        assert!((steady.top_oil_c - 85.0).abs() < 1e-12);
        assert!((steady.hot_spot_c() - 110.0).abs() < 1e-12);
        let iec = Transformer::IEC_ONAN_POWER.steady(1.0, 20.0);
        assert!((iec.hot_spot_c() - 98.0).abs() < 1e-12);
    }

    #[test]
    fn no_load_leaves_core_losses_only() {
        let steady = Transformer::C57_91_ONAN_65K.steady(0.0, 20.0);
        // 55 (1/6)^0.8 = 13.12 K.
        assert!(
            (steady.top_oil_c - 33.117).abs() < 0.01,
            "{}",
            steady.top_oil_c
        );
        assert_eq!(steady.winding_rise_k, 0.0);
    }

    #[test]
    fn one_oil_time_constant_covers_63_percent() {
        let unit = Transformer::C57_91_ONAN_65K;
        let start = unit.steady(0.5, 30.0);
        let end = unit.steady(1.2, 30.0);
        let after = unit.step(&unit.decay(9000.0), start, 1.2, 30.0);
        let covered = (after.top_oil_c - start.top_oil_c) / (end.top_oil_c - start.top_oil_c);
        assert!((covered - (1.0 - libm::exp(-1.0))).abs() < 1e-12);
    }

    #[test]
    fn many_small_steps_equal_one_large_step() {
        let unit = Transformer::IEC_ONAN_POWER;
        let start = unit.steady(0.5, 20.0);
        let (minute, hour) = (unit.decay(60.0), unit.decay(3600.0));
        let mut small = start;
        for _ in 0..60 {
            small = unit.step(&minute, small, 1.4, 35.0);
        }
        let large = unit.step(&hour, start, 1.4, 35.0);
        assert!((small.hot_spot_c() - large.hot_spot_c()).abs() < 1e-9);
    }

    #[test]
    fn power_transformer_hot_spot_overshoots_its_gradient() {
        // IEC 60076-7 figure: with k21 > 1 the hot-spot-to-top-oil gradient passes its final value before settling.
        let unit = Transformer::IEC_ONAN_POWER;
        let decay = unit.decay(60.0);
        let mut state = unit.steady(0.0, 20.0);
        let mut largest: f64 = 0.0;
        for _ in 0..3000 {
            state = unit.step(&decay, state, 1.0, 20.0);
            largest = largest.max(state.hot_spot_c() - state.top_oil_c);
        }
        assert!(largest > 1.2 * 26.0, "{largest}");
        assert!((state.hot_spot_c() - 98.0).abs() < 1e-3);
    }

    #[test]
    fn normal_day_uses_0_0133_percent_of_life() {
        let day = C57_91.life_used_pu(110.0, 86_400.0);
        assert!((day * 100.0 - 0.0133).abs() < 0.0001);
        assert!((Iec60076_7.factor(104.0) - 2.0).abs() < 1e-12);
    }
}
