//! What is to be dispatched: buses, branches, units with convex costs, bids. And what makes it ill-posed.

/// Cost of a unit's output, per hour, with output in MW. Must be convex.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitCost {
    /// `c2 p^2 + c1 p + c0`.
    Quadratic {
        /// Per MW squared and hour; not negative.
        c2: f64,
        /// Per MWh.
        c1: f64,
        /// Per hour, paid whenever the unit is in service.
        c0: f64,
    },
    /// Straight lines through points (MW, cost per hour) of rising MW; the end pieces extend beyond the points.
    PiecewiseLinear(Vec<(f64, f64)>),
}

/// A bus.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct DispatchBus {
    /// Load, MW; negative is a fixed injection.
    pub load_mw: f64,
    /// Real power drawn by shunts at 1 pu, MW; it cannot be shed.
    pub shunt_mw: f64,
    /// Price of leaving load unserved, per MWh; `None` forbids it.
    pub shed_cost: Option<f64>,
    /// Angle held, radians, at the reference bus of each island.
    pub reference_rad: Option<f64>,
    /// Whether it belongs to a live island. Loads, units and branches at a dead bus are left out.
    pub live: bool,
}

/// A branch in the DC approximation: its flow from `from` is `(angle_from - angle_to - shift) / (x tap)` per unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DispatchBranch {
    /// Index of the from bus.
    pub from: usize,
    /// Index of the to bus.
    pub to: usize,
    /// Series reactance, per unit; not 0. Negative is a series capacitor.
    pub x_pu: f64,
    /// Turns ratio; 1 for a line.
    pub tap: f64,
    /// Phase shift, radians.
    pub shift_rad: f64,
    /// Limit on the flow either way, MW; `None` is unlimited.
    pub limit_mw: Option<f64>,
    /// Least `angle_from - angle_to`, radians.
    pub angle_min_rad: Option<f64>,
    /// Greatest `angle_from - angle_to`, radians.
    pub angle_max_rad: Option<f64>,
    /// Whether it carries anything.
    pub in_service: bool,
}

/// A generating unit, or with negative output a price-sensitive load or a charging store.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchUnit {
    /// Index of its bus.
    pub bus: usize,
    /// Least output while in service, MW.
    pub p_min_mw: f64,
    /// Greatest output, MW; may be infinite.
    pub p_max_mw: f64,
    /// Cost of its output.
    pub cost: UnitCost,
    /// Price of running below a positive `p_min_mw` (tripping a must-run unit), per MWh; `None` forbids it. Without it
    /// no shedding of load can save a case whose must-run output exceeds what the lines around it carry away.
    pub curtail_cost: Option<f64>,
    /// Whether it runs; a unit that does not costs nothing.
    pub in_service: bool,
}

impl DispatchUnit {
    /// Whether its output is given.
    pub(super) fn is_fixed(&self) -> bool {
        self.p_min_mw == self.p_max_mw && self.curtail_cost().is_none()
    }

    /// The price of running below the minimum, where there is one and a minimum to go below.
    pub(super) fn curtail_cost(&self) -> Option<f64> {
        self.curtail_cost.filter(|_| self.p_min_mw > 0.0)
    }
}

/// An offer to draw less at a bus for a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlexibilityBid {
    /// Index of the bus.
    pub bus: usize,
    /// Greatest reduction, MW.
    pub max_mw: f64,
    /// Price, per MWh.
    pub price: f64,
}

/// A whole dispatch problem.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DispatchProblem {
    /// Power base of the per-unit reactances, MVA.
    pub base_mva: f64,
    /// Buses, by index.
    pub buses: Vec<DispatchBus>,
    /// Branches, by index.
    pub branches: Vec<DispatchBranch>,
    /// Units, by index.
    pub units: Vec<DispatchUnit>,
    /// Flexibility bids, by index.
    pub bids: Vec<FlexibilityBid>,
}

/// Why a problem is ill-posed. Infeasibility is not among these: it is a status of the result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DispatchError {
    /// A cost that falls off per MW as output rises.
    #[error("unit {unit} has a cost that is not convex: {reason}")]
    NotConvex {
        /// Index of the unit.
        unit: usize,
        /// The slopes or the coefficient at fault.
        reason: String,
    },
    /// A cost with too few points, or points that do not rise in MW.
    #[error("unit {unit} has a malformed cost: {reason}")]
    MalformedCost {
        /// Index of the unit.
        unit: usize,
        /// What is wrong.
        reason: String,
    },
    /// A branch in service without reactance has no DC flow.
    #[error("branch {branch} is in service and has no reactance, so the DC model cannot carry it")]
    NoReactance {
        /// Index of the branch.
        branch: usize,
    },
    /// An index beyond the buses.
    #[error("{what} {index} is at bus index {bus}, but there are {buses} buses")]
    NoSuchBus {
        /// Unit, branch or bid.
        what: &'static str,
        /// Its index.
        index: usize,
        /// The bus it names.
        bus: usize,
        /// How many there are.
        buses: usize,
    },
    /// A number that is NaN, or infinite where it must not be.
    #[error("{what} {index} has a value that is not a number")]
    NotANumber {
        /// Bus, branch, unit or bid.
        what: &'static str,
        /// Its index.
        index: usize,
    },
}

/// Relative fall of slope tolerated between pieces: published points are rounded to 5 decimals, which bends straight
/// costs by up to 1e-5 of their slope (RTS-GMLC); the epigraph then overstates the cost by less than that.
const CONVEXITY_TOLERANCE: f64 = 1e-4;

impl DispatchProblem {
    /// Checks indices, numbers and convexity.
    ///
    /// # Errors
    /// With everything found.
    pub fn check(&self) -> Result<(), Vec<DispatchError>> {
        let mut errors = Vec::new();
        for (index, bus) in self.buses.iter().enumerate() {
            let values = [
                bus.load_mw,
                bus.shunt_mw,
                bus.shed_cost.unwrap_or(0.0),
                bus.reference_rad.unwrap_or(0.0),
            ];
            if values.iter().any(|value| !value.is_finite()) {
                errors.push(DispatchError::NotANumber { what: "bus", index });
            }
        }
        for (index, branch) in self
            .branches
            .iter()
            .enumerate()
            .filter(|(_, branch)| branch.in_service)
        {
            self.check_bus("branch", index, branch.from.max(branch.to), &mut errors);
            if branch.x_pu * branch.tap == 0.0 {
                errors.push(DispatchError::NoReactance { branch: index });
            }
            let limits = [branch.limit_mw, branch.angle_min_rad, branch.angle_max_rad];
            let unclear = limits.iter().flatten().any(|value| value.is_nan());
            if unclear
                || ![branch.x_pu, branch.tap, branch.shift_rad]
                    .iter()
                    .all(|value| value.is_finite())
            {
                errors.push(DispatchError::NotANumber {
                    what: "branch",
                    index,
                });
            }
        }
        for (index, unit) in self
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.in_service)
        {
            self.check_bus("unit", index, unit.bus, &mut errors);
            if unit.p_min_mw.is_nan()
                || unit.p_max_mw.is_nan()
                || unit.curtail_cost.is_some_and(|price| !price.is_finite())
            {
                errors.push(DispatchError::NotANumber {
                    what: "unit",
                    index,
                });
            }
            errors.extend(unit.cost.check(index));
        }
        for (index, bid) in self.bids.iter().enumerate() {
            self.check_bus("bid", index, bid.bus, &mut errors);
            if !bid.price.is_finite() || bid.max_mw.is_nan() {
                errors.push(DispatchError::NotANumber { what: "bid", index });
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn check_bus(
        &self,
        what: &'static str,
        index: usize,
        bus: usize,
        errors: &mut Vec<DispatchError>,
    ) {
        if bus >= self.buses.len() {
            errors.push(DispatchError::NoSuchBus {
                what,
                index,
                bus,
                buses: self.buses.len(),
            });
        }
    }
}

impl UnitCost {
    /// Cost per hour at an output, MW.
    pub fn at(&self, p_mw: f64) -> f64 {
        match self {
            Self::Quadratic { c2, c1, c0 } => (c2 * p_mw + c1) * p_mw + c0,
            Self::PiecewiseLinear(points) => {
                let lines = points
                    .windows(2)
                    .map(|pair| pair[0].1 + slope(pair) * (p_mw - pair[0].0));
                lines.fold(f64::NEG_INFINITY, f64::max)
            }
        }
    }

    fn check(&self, unit: usize) -> Option<DispatchError> {
        match self {
            Self::Quadratic { c2, c1, c0 }
                if ![c2, c1, c0].iter().all(|value| value.is_finite()) =>
            {
                Some(DispatchError::NotANumber {
                    what: "unit",
                    index: unit,
                })
            }
            Self::Quadratic { c2, .. } if *c2 < 0.0 => Some(DispatchError::NotConvex {
                unit,
                reason: format!("its quadratic coefficient is {c2}"),
            }),
            Self::Quadratic { .. } => None,
            Self::PiecewiseLinear(points) => {
                let malformed = |reason: &str| {
                    Some(DispatchError::MalformedCost {
                        unit,
                        reason: reason.to_owned(),
                    })
                };
                if points.len() < 2 {
                    return malformed("it needs two points at least");
                }
                if points
                    .iter()
                    .any(|(p, cost)| !p.is_finite() || !cost.is_finite())
                {
                    return malformed("a point is not finite");
                }
                if points.windows(2).any(|pair| pair[1].0 <= pair[0].0) {
                    return malformed("its points do not rise in MW");
                }
                points.windows(3).find_map(|three| {
                    let (first, second) = (slope(&three[..2]), slope(&three[1..]));
                    let fall = first - second;
                    (fall > CONVEXITY_TOLERANCE * first.abs().max(second.abs())).then(|| {
                        DispatchError::NotConvex {
                            unit,
                            reason: format!(
                                "at {} MW its slope falls from {first} to {second} per MWh",
                                three[1].0
                            ),
                        }
                    })
                })
            }
        }
    }
}

/// Slope of the piece between the first two points.
pub(super) fn slope(pair: &[(f64, f64)]) -> f64 {
    (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)
}
