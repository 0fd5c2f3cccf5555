//! Head that a pump adds, by flow and speed.
//!
//! Laws and their fit follow EPANET (Rossman et al. 2020, section 3.2). Efficiency and power are in
//! [`crate::solvers::hydraulics::energy`].

use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::friction::CUBIC_FOOT_M3;
use crate::solvers::hydraulics::friction::FOOT_M;

/// Head times flow, ft x ft3/s, of one horsepower given to water.
pub const HORSEPOWER: f64 = 8.814;
/// One horsepower, kW.
pub const HORSEPOWER_KW: f64 = 0.7457;
/// Shut-off head over design head of a pump known by one point.
const SHUT_OFF_RATIO: f64 = 1.33334;

/// Lift above which a pump of constant power follows the tangent of its law instead of the law, m: beyond any pump, and
/// without it a dead end would have an endless head. EPANET goes to the origin there, where a pump can rest at no flow
/// against any head; here it cannot.
const HIGHEST_LIFT_M: f64 = 2000.0;

/// Head by flow at full speed.
#[derive(Clone, Debug, PartialEq)]
pub enum PumpLaw {
    /// Head = shut-off head less coefficient x flow^exponent.
    Power {
        /// Head at no flow, m.
        shut_off_m: f64,
        /// m at 1 m3/s.
        coefficient: f64,
        /// Exponent of flow.
        exponent: f64,
        /// A usual flow, to begin with, m3/s.
        design_m3s: f64,
    },
    /// Head in m by flow in m3/s, straight between points.
    Points(Curve),
    /// Head x flow is constant.
    ConstantPower {
        /// Power given to the water, kW.
        power_kw: f64,
    },
}

/// Points that make no falling curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("head must fall as flow rises")]
pub struct NotFalling;

/// Head loss (negative gain) of a pump and its slope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PumpLoss {
    /// m.
    pub loss_m: f64,
    /// m per m3/s.
    pub slope: f64,
}

impl PumpLaw {
    /// The law through points: one (shut-off head 4/3 of it, flow at no head twice it), three that begin at no flow, or
    /// any other number with straight lines between.
    ///
    /// # Errors
    /// [`NotFalling`].
    pub fn through(points: &Curve) -> Result<PumpLaw, NotFalling> {
        let (x, y) = (&points.x, &points.y);
        let power = |h0: f64, (q1, h1): (f64, f64), (q2, h2): (f64, f64)| {
            let exponent = libm::log((h0 - h2) / (h0 - h1)) / libm::log(q2 / q1);
            let coefficient = (h0 - h1) / libm::pow(q1, exponent);
            let sound =
                h0 > h1 && h1 > h2 && q1 > 0.0 && q2 > q1 && exponent > 0.0 && exponent <= 20.0;
            if !sound || !coefficient.is_finite() {
                return Err(NotFalling);
            }
            Ok(PumpLaw::Power {
                shut_off_m: h0,
                coefficient,
                exponent,
                design_m3s: q1,
            })
        };
        match (x.as_slice(), y.as_slice()) {
            (&[q], &[h]) => power(SHUT_OFF_RATIO * h, (q, h), (2.0 * q, 0.0)),
            (&[0.0, q1, q2], &[h0, h1, h2]) => power(h0, (q1, h1), (q2, h2)),
            (x, y) if x.len() >= 2 && x.len() == y.len() => {
                if y.windows(2).all(|pair| pair[1] < pair[0]) {
                    Ok(PumpLaw::Points(points.clone()))
                } else {
                    Err(NotFalling)
                }
            }
            _ => Err(NotFalling),
        }
    }

    /// Head at no flow and full speed, m; infinite for constant power.
    pub fn shut_off_m(&self) -> f64 {
        match self {
            PumpLaw::Power { shut_off_m, .. } => *shut_off_m,
            PumpLaw::Points(curve) => curve.y.first().copied().unwrap_or(0.0),
            PumpLaw::ConstantPower { .. } => f64::INFINITY,
        }
    }

    /// A flow to begin iterations with, m3/s at full speed.
    pub fn design_m3s(&self) -> f64 {
        match self {
            PumpLaw::Power { design_m3s, .. } => *design_m3s,
            PumpLaw::Points(curve) => match (curve.x.first(), curve.x.last()) {
                (Some(first), Some(last)) => (first + last) / 2.0,
                _ => CUBIC_FOOT_M3,
            },
            PumpLaw::ConstantPower { .. } => CUBIC_FOOT_M3,
        }
    }

    /// Loss (negative gain) and slope at a flow and a speed above 0; slopes lie between the two given.
    pub fn loss(&self, flow: f64, speed: f64, least_slope: f64, most_slope: f64) -> PumpLoss {
        let q = flow.abs();
        match self {
            PumpLaw::Points(curve) => {
                let (h0, slope) = curve.segment(q / speed);
                let slope = (-slope * speed).clamp(least_slope, most_slope);
                PumpLoss {
                    loss_m: -h0 * speed * speed + slope * flow,
                    slope,
                }
            }
            PumpLaw::Power {
                shut_off_m,
                coefficient,
                exponent,
                ..
            } => {
                let h0 = -shut_off_m * speed * speed;
                let r = coefficient * libm::pow(speed, 2.0 - exponent);
                let slope = exponent * r * libm::pow(q, exponent - 1.0);
                let (slope, per_slope) = if slope < least_slope {
                    (least_slope, 1.0)
                } else if slope > most_slope {
                    (most_slope, 1.0)
                } else {
                    (slope, 1.0 / exponent)
                };
                PumpLoss {
                    loss_m: h0 + slope * flow * per_slope,
                    slope,
                }
            }
            PumpLaw::ConstantPower { power_kw } => {
                let product = power_kw / HORSEPOWER_KW * HORSEPOWER * FOOT_M * CUBIC_FOOT_M3;
                let r = product * speed * speed * speed;
                let from = r / HIGHEST_LIFT_M;
                if flow < from {
                    let slope = HIGHEST_LIFT_M / from;
                    return PumpLoss {
                        loss_m: slope * flow - 2.0 * HIGHEST_LIFT_M,
                        slope,
                    };
                }
                let slope = r / (q * q);
                if slope < least_slope {
                    PumpLoss {
                        loss_m: -least_slope * flow,
                        slope: least_slope,
                    }
                } else {
                    PumpLoss {
                        loss_m: -r / flow,
                        slope,
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(law: &PumpLaw, q: f64, speed: f64) -> f64 {
        -law.loss(q, speed, 1e-6, 1e9).loss_m
    }

    #[test]
    fn one_point_gives_a_parabola() {
        let law = PumpLaw::through(&Curve {
            x: vec![0.1],
            y: vec![30.0],
        })
        .unwrap();
        // Exponent log(4/1) / log 2 = 2, within the digits of 1.33334.
        assert!((gain(&law, 0.1, 1.0) - 30.0).abs() < 1e-9);
        assert!((gain(&law, 0.2, 1.0)).abs() < 1e-9);
        assert!((gain(&law, 0.0, 1.0) - 40.0).abs() < 1e-3);
        // Affinity: half the speed, half the flow, a quarter of the head.
        assert!((gain(&law, 0.05, 0.5) - 7.5).abs() < 1e-3);
    }

    #[test]
    fn three_points_are_met_and_many_are_straight() {
        let mut points = Curve {
            x: vec![0.0, 0.1, 0.2],
            y: vec![50.0, 40.0, 20.0],
        };
        let law = PumpLaw::through(&points).unwrap();
        for (q, h) in points.x.iter().zip(&points.y) {
            assert!((gain(&law, *q, 1.0) - h).abs() < 1e-4);
        }
        points.x.push(0.3);
        points.y.push(0.0);
        let law = PumpLaw::through(&points).unwrap();
        assert!((gain(&law, 0.25, 1.0) - 10.0).abs() < 1e-12);
        points.y[3] = 21.0;
        assert_eq!(PumpLaw::through(&points), Err(NotFalling));
    }

    #[test]
    fn constant_power_is_head_times_flow() {
        let law = PumpLaw::ConstantPower { power_kw: 10.0 };
        // rho g q h = 10 kW: q = 0.1 m3/s, h = 10.2 m.
        assert!((gain(&law, 0.1, 1.0) - 10.2).abs() < 0.05);
    }
}
