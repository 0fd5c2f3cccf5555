//! Friction and minor losses of a pipe: resistance coefficients, and the Darcy-Weisbach law.
//!
//! Coefficients are those of EPANET (Rossman et al. 2020, section 3.1), which are given in feet and cubic feet a second;
//! they are converted here, once, with their digits kept, so that heads agree with the field's reference. The
//! Hazen-Williams slope itself is in [`crate::solvers::hydraulics::power`].

use std::f64::consts::PI;

use crate::solvers::hydraulics::network::Friction;

/// One foot, m.
pub const FOOT_M: f64 = 0.3048;
/// One cubic foot, m3.
pub const CUBIC_FOOT_M3: f64 = FOOT_M * FOOT_M * FOOT_M;
/// Slope of head loss, m per m3/s, of 1 foot per cubic foot a second.
pub const SLOPE_SI: f64 = FOOT_M / CUBIC_FOOT_M3;
/// Gravity of the reference, m/s2: 32.2 ft/s2.
const GRAVITY: f64 = 32.2 * FOOT_M;
/// Exponent of flow in the Hazen-Williams formula.
const HAZEN_WILLIAMS: f64 = 1.852;
/// Flow over (viscosity x diameter) is the Reynolds number times pi/4: laminar up to 2,000, turbulent from 4,000.
const LAMINAR: f64 = 500.0 * PI;
const TURBULENT: f64 = 1000.0 * PI;

/// Exponent of flow in the head loss of a pipe.
pub fn flow_exponent(friction: Friction) -> f64 {
    match friction {
        Friction::HazenWilliams => HAZEN_WILLIAMS,
        Friction::DarcyWeisbach | Friction::ChezyManning => 2.0,
    }
}

/// Resistance of a pipe: head loss, m, at 1 m3/s; for Darcy-Weisbach still to be multiplied by the friction factor.
pub fn resistance(friction: Friction, length_m: f64, diameter_m: f64, roughness: f64) -> f64 {
    let pow = libm::pow;
    match friction {
        Friction::HazenWilliams => {
            4.727 * length_m * pow(FOOT_M / diameter_m, 4.871)
                / pow(roughness * CUBIC_FOOT_M3, HAZEN_WILLIAMS)
        }
        Friction::DarcyWeisbach => {
            let area = PI * diameter_m * diameter_m / 4.0;
            length_m / (2.0 * GRAVITY * diameter_m * area * area)
        }
        Friction::ChezyManning => {
            let d = diameter_m / FOOT_M;
            let by_area = 4.0 * roughness / (1.49 * PI * d * d);
            by_area * by_area * pow(d / 4.0, -1.333) * length_m / (CUBIC_FOOT_M3 * CUBIC_FOOT_M3)
        }
    }
}

/// Head loss, m, at 1 m3/s of a loss coefficient of velocity head.
pub fn minor_loss(coefficient: f64, diameter_m: f64) -> f64 {
    let d = diameter_m / FOOT_M;
    0.02517 * coefficient / (d * d * d * d) * FOOT_M / (CUBIC_FOOT_M3 * CUBIC_FOOT_M3)
}

/// Darcy-Weisbach loss and its slope by flow, of a flow that is not negative. `relative` is roughness over diameter,
/// `viscous` viscosity times diameter.
pub fn darcy_weisbach(
    q: f64,
    resistance: f64,
    minor: f64,
    relative: f64,
    viscous: f64,
) -> (f64, f64) {
    if q <= LAMINAR * viscous {
        let r = 16.0 * PI * viscous * resistance;
        return (q * (r + minor * q), r + 2.0 * minor * q);
    }
    let (f, df) = friction_factor(q, relative, viscous);
    let total = f * resistance + minor;
    (total * q * q, 2.0 * total * q + df * resistance * q * q)
}

/// Friction factor and its derivative by flow: Swamee and Jain above a Reynolds number of 4,000, Dunlop's cubic between
/// 2,000 and 4,000.
fn friction_factor(q: f64, relative: f64, viscous: f64) -> (f64, f64) {
    // -2 / ln 10, and the constants of Swamee and Jain at Re = 4 w / pi.
    let log_factor = -2.0 / std::f64::consts::LN_10;
    let w = q / viscous;
    if w >= TURBULENT {
        let y1 = 5.74 * libm::pow(PI / 4.0, 0.9) / libm::pow(w, 0.9);
        let y2 = relative / 3.7 + y1;
        let y3 = log_factor * libm::log(y2);
        let f = 1.0 / (y3 * y3);
        return (f, 1.8 * f * y1 * log_factor / y2 / y3 / q);
    }
    let at_4000 = 5.74 / libm::pow(4000.0, 0.9);
    let y2 = relative / 3.7 + at_4000;
    let y3 = log_factor * libm::log(y2);
    let fa = 1.0 / (y3 * y3);
    let fb = (2.0 + 0.9 * 2.0 * log_factor * at_4000 / (y2 * y3)) * fa;
    let r = w / LAMINAR;
    let x1 = 7.0 * fa - fb;
    let x2 = 0.128 - 17.0 * fa + 2.5 * fb;
    let x3 = -0.128 + 13.0 * fa - 2.0 * fb;
    let x4 = 0.032 - 3.0 * fa + 0.5 * fb;
    let f = x1 + r * (x2 + r * (x3 + r * x4));
    let df = (x2 + r * (2.0 * x3 + r * 3.0 * x4)) / (viscous * LAMINAR);
    (f, df)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazen_williams_by_the_metric_textbook() {
        // h = 10.67 L q^1.852 / (C^1.852 d^4.8704), 1 km of 300 mm at C 100 and 50 l/s: 2.90 m (coefficients rounded).
        let r = resistance(Friction::HazenWilliams, 1000.0, 0.3, 100.0);
        let textbook = 10.67 * 1000.0 / (libm::pow(100.0, 1.852) * libm::pow(0.3, 4.8704));
        assert!((r / textbook - 1.0).abs() < 2e-3, "{r} {textbook}");
    }

    #[test]
    fn laminar_flow_is_hagen_poiseuille() {
        // h = 128 nu L q / (pi g d^4) = 32 nu L v / (g d^2).
        let (length, d, nu, q) = (10.0, 0.1, 1.0e-6, 1.0e-4);
        let r = resistance(Friction::DarcyWeisbach, length, d, 1e-4);
        let (h, slope) = darcy_weisbach(q, r, 0.0, 1e-3, nu * d);
        let want = 128.0 * nu * length * q / (PI * GRAVITY * d.powi(4));
        assert!((h / want - 1.0).abs() < 1e-12 && (slope * q / h - 1.0).abs() < 1e-12);
    }

    #[test]
    fn friction_factor_is_smooth_and_its_slope_right() {
        for w in [1600.0, 2500.0, 3100.0, 3200.0, 1e5] {
            let (q, viscous) = (w * 1e-7, 1e-7);
            let (_, slope) = friction_factor(q, 1e-3, viscous);
            let step = q * 1e-6;
            let numeric = (friction_factor(q + step, 1e-3, viscous).0
                - friction_factor(q - step, 1e-3, viscous).0)
                / (2.0 * step);
            assert!((slope - numeric).abs() <= 1e-4 * numeric.abs(), "{w}");
        }
        // Colebrook-White gives 0.0222 for Re = 1e5 and a relative roughness of 1e-3; Swamee-Jain lies within 1 %.
        let (f, _) = friction_factor(1e5 * PI / 4.0 * 1e-7, 1e-3, 1e-7);
        assert!((f - 0.0222).abs() < 3e-4, "{f}");
    }
}
