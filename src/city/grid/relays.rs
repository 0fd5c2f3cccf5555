//! Time-overcurrent relays: IEC 60255-151:2009 dependent-time curves, integrated over steps.
//!
//! Instantaneous and definite-time elements are plain comparisons where they are used.

/// A dependent-time curve t = TMS k / ((I/Is)^alpha - 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Constant k, seconds.
    pub k_s: f64,
    /// Exponent alpha.
    pub alpha: f64,
}

/// IEC standard inverse (curve A).
pub const STANDARD_INVERSE: Curve = Curve {
    k_s: 0.14,
    alpha: 0.02,
};
/// IEC very inverse (curve B).
pub const VERY_INVERSE: Curve = Curve {
    k_s: 13.5,
    alpha: 1.0,
};
/// IEC extremely inverse (curve C).
pub const EXTREMELY_INVERSE: Curve = Curve {
    k_s: 80.0,
    alpha: 2.0,
};

/// Time that a relay which has begun to time takes to return when the current has fallen below pick-up, seconds (an
/// electromechanical disc's order of magnitude; IEC 60255-151 leaves it to the maker).
const RESET_S: f64 = 60.0;

impl Curve {
    /// Operating time at a multiple of the pick-up current, seconds; infinite at or below 1.
    #[must_use]
    pub fn time_s(self, multiple: f64, time_multiplier: f64) -> f64 {
        if multiple <= 1.0 {
            return f64::INFINITY;
        }
        time_multiplier * self.k_s / (libm::pow(multiple, self.alpha) - 1.0)
    }

    /// Progress towards tripping after `dt_s` more seconds at a multiple of pick-up; the relay trips at 1.
    #[must_use]
    pub fn advance(self, progress: f64, multiple: f64, time_multiplier: f64, dt_s: f64) -> f64 {
        if multiple <= 1.0 {
            return (progress - dt_s / RESET_S).max(0.0);
        }
        progress + dt_s / self.time_s(multiple, time_multiplier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standard's formula at twice pick-up and TMS 1: 10.03 s, 13.5 s, 26.67 s.
    #[test]
    fn val_operating_times_at_twice_pick_up() {
        assert!((STANDARD_INVERSE.time_s(2.0, 1.0) - 10.03).abs() < 0.01);
        assert!((VERY_INVERSE.time_s(2.0, 1.0) - 13.5).abs() < 1e-9);
        assert!((EXTREMELY_INVERSE.time_s(2.0, 1.0) - 26.667).abs() < 0.001);
    }

    #[test]
    fn below_pick_up_it_resets() {
        let half = STANDARD_INVERSE.advance(0.0, 2.0, 1.0, 5.015);
        assert!((half - 0.5).abs() < 1e-3);
        assert!(STANDARD_INVERSE.advance(half, 0.9, 1.0, 60.0).abs() < 1e-12);
    }
}
