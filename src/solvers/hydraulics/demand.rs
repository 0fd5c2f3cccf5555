//! What leaves the network at junctions: demand by pressure (Wagner), and outlets (emitters, leaks, bursts).
//!
//! Both are written as a head loss by flow, the inverse of the usual form, whose slope is finite where a small pressure
//! first gives a flow. Wagner, Shamir and Marks, J. Water Resour. Plan. Manage. 114(3), 1988; Rossman et al. 2020.

use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::network::Outlet;

/// Least range of pressure head between no and full service, m: a narrower one makes the law a step.
const LEAST_RANGE_M: f64 = 0.1;

/// Where a pressure-driven demand stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Service {
    /// Served in full or not at all: this flow, whatever the head does.
    Fixed(f64),
    /// On the curve: head above the least (m) that the flow needs, and its slope.
    Curve {
        /// Present flow, m3/s.
        flow: f64,
        /// m.
        loss_m: f64,
        /// m per m3/s.
        slope: f64,
    },
}

/// Wagner's law with its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wagner {
    /// Pressure head where service begins, m.
    pub p_min_m: f64,
    range_m: f64,
    /// Inverse of the customary exponent.
    power: f64,
}

impl Wagner {
    /// The law of a demand model, `None` when demand does not depend on pressure.
    pub fn of(model: DemandModel) -> Option<Wagner> {
        match model {
            DemandModel::DemandDriven => None,
            DemandModel::PressureDriven {
                p_min_m,
                p_required_m,
                exponent,
            } => Some(Wagner {
                p_min_m,
                range_m: (p_required_m - p_min_m).max(LEAST_RANGE_M),
                power: 1.0 / exponent,
            }),
        }
    }

    /// Share of the demand that is served at `above_m` over the least pressure.
    pub fn share(&self, above_m: f64) -> f64 {
        let x = (above_m / self.range_m).clamp(0.0, 1.0);
        libm::pow(x, 1.0 / self.power)
    }

    /// Where a demand stands that now draws `flow` of `full` at `above_m` over the least pressure.
    pub fn service(&self, flow: f64, full: f64, above_m: f64, least_slope: f64) -> Service {
        let flow = if flow >= full {
            if above_m >= self.range_m {
                return Service::Fixed(full);
            }
            full
        } else if flow <= 0.0 {
            if above_m <= 0.0 {
                return Service::Fixed(0.0);
            }
            full * self.share(above_m)
        } else {
            flow
        };
        let slope = self.power * self.range_m * libm::pow(flow / full, self.power - 1.0) / full;
        if slope < least_slope {
            return Service::Curve {
                flow,
                loss_m: least_slope * flow,
                slope: least_slope,
            };
        }
        Service::Curve {
            flow,
            loss_m: slope * flow / self.power,
            slope,
        }
    }

    /// Head by which flow and pressure disagree, m.
    pub fn error_m(&self, flow: f64, full: f64, above_m: f64, least_slope: f64) -> f64 {
        match self.service(flow, full, above_m, least_slope) {
            Service::Fixed(_) => 0.0,
            Service::Curve { loss_m, .. } => (loss_m - above_m).abs(),
        }
    }
}

/// Pressure head, m, that drives a flow out of an outlet, and its slope.
pub fn outlet_loss(outlet: &Outlet, flow: f64, least_slope: f64, most_slope: f64) -> (f64, f64) {
    if flow <= 0.0 && !outlet.backflow {
        return (most_slope * flow, most_slope);
    }
    let power = 1.0 / outlet.exponent;
    let coefficient = libm::pow(outlet.coefficient, -power);
    let slope = power * coefficient * libm::pow(flow.abs(), power - 1.0);
    if slope < least_slope {
        (least_slope * flow, least_slope)
    } else if slope > most_slope {
        (most_slope * flow, most_slope)
    } else {
        (slope * flow / power, slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law() -> Wagner {
        let model = DemandModel::PressureDriven {
            p_min_m: 2.0,
            p_required_m: 18.0,
            exponent: 0.5,
        };
        Wagner::of(model).unwrap()
    }

    #[test]
    fn a_quarter_of_the_range_gives_half() {
        assert_eq!(law().share(4.0), 0.5);
        assert_eq!((law().share(-1.0), law().share(20.0)), (0.0, 1.0));
        let Service::Curve { loss_m, slope, .. } = law().service(0.5, 1.0, 4.0, 1e-6) else {
            unreachable!()
        };
        // loss = 16 d^2, slope 32 d.
        assert_eq!((loss_m, slope), (4.0, 16.0));
    }

    #[test]
    fn ends_are_fixed_until_pressure_crosses() {
        assert_eq!(law().service(1.0, 1.0, 16.0, 1e-6), Service::Fixed(1.0));
        assert_eq!(law().service(0.0, 1.0, -3.0, 1e-6), Service::Fixed(0.0));
        assert!(
            matches!(law().service(0.0, 1.0, 4.0, 1e-6), Service::Curve { flow, .. } if flow == 0.5)
        );
    }

    #[test]
    fn hole_flows_with_the_root_of_pressure() {
        let outlet = Outlet {
            node: 0,
            coefficient: 0.01,
            exponent: 0.5,
            backflow: true,
        };
        // 25 m drives 0.05 m3/s; dh/dq = 2 h/q.
        let (loss, slope) = outlet_loss(&outlet, 0.05, 1e-6, 1e9);
        assert!((loss - 25.0).abs() < 1e-9 && (slope - 1000.0).abs() < 1e-6);
    }
}
