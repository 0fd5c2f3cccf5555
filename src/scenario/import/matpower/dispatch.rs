//! From a case to the dispatch problem of MATPOWER's `rundcopf`.
//!
//! Limits are `rateA` (0 is none) and the angle differences where given (0 and beyond 360 degrees are none); shunt
//! conductance counts as load; a polynomial cost may reach degree two. Start-up costs and reactive costs play no part.

use crate::scenario::import::matpower::case::BranchRow;
use crate::scenario::import::matpower::case::CostCurve;
use crate::scenario::import::matpower::case::MatpowerCase;
use crate::scenario::import::matpower::problem::Problem;
use crate::solvers::dispatch::problem::DispatchBranch;
use crate::solvers::dispatch::problem::DispatchBus;
use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::problem::DispatchUnit;
use crate::solvers::dispatch::problem::UnitCost;
use crate::solvers::power_flow::network::BusKind;

impl MatpowerCase {
    /// The dispatch problem of this case, with every rating multiplied by `rate_scale` and load shed at `shed_cost` per
    /// MWh where given.
    ///
    /// # Errors
    /// When the case has no costs, or costs of a degree above two.
    pub fn to_dispatch(
        &self,
        rate_scale: f64,
        shed_cost: Option<f64>,
    ) -> Result<DispatchProblem, Vec<Problem>> {
        if self.gen_costs.len() != self.generators.len() {
            let problem = Problem::error(0, 0, 0, "this case has no generator costs")
                .in_field("gencost")
                .with_help("a dispatch needs mpc.gencost, one row a generator");
            return Err(vec![problem]);
        }
        let mut problems = Vec::new();
        let grid = self.to_network();
        let buses = self
            .buses
            .iter()
            .zip(&grid.network.buses)
            .map(|(row, bus)| DispatchBus {
                load_mw: row.pd_mw,
                shunt_mw: row.gs_mw,
                shed_cost,
                reference_rad: (bus.kind == BusKind::Slack).then(|| row.va_deg.to_radians()),
                live: bus.kind != BusKind::Isolated,
            });
        let branches = self
            .branches
            .iter()
            .zip(&grid.network.branches)
            .map(|(row, branch)| DispatchBranch {
                from: branch.from,
                to: branch.to,
                x_pu: branch.x_pu,
                tap: branch.tap,
                shift_rad: branch.shift_rad,
                limit_mw: (row.rate_a_mva > 0.0).then_some(row.rate_a_mva * rate_scale),
                angle_min_rad: least_angle(row),
                angle_max_rad: greatest_angle(row),
                in_service: branch.in_service,
            });
        let mut units = Vec::with_capacity(self.generators.len());
        for (at, (row, cost)) in self.generators.iter().zip(&self.gen_costs).enumerate() {
            let curve = unit_cost(&cost.curve).unwrap_or_else(|message| {
                problems.push(Problem::error(cost.line, 0, 0, message).in_field("gencost COST"));
                UnitCost::Quadratic {
                    c2: 0.0,
                    c1: 0.0,
                    c0: 0.0,
                }
            });
            units.push(DispatchUnit {
                bus: grid.generator_bus[at],
                p_min_mw: row.p_min_mw,
                p_max_mw: row.p_max_mw,
                cost: curve,
                curtail_cost: None,
                in_service: grid.generator_on[at],
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(DispatchProblem {
            base_mva: self.base_mva,
            buses: buses.collect(),
            branches: branches.collect(),
            units,
            bids: Vec::new(),
        })
    }
}

fn least_angle(row: &BranchRow) -> Option<f64> {
    let limit = row.angle_min_deg;
    (limit != 0.0 && limit > -360.0).then(|| limit.to_radians())
}

fn greatest_angle(row: &BranchRow) -> Option<f64> {
    let limit = row.angle_max_deg;
    (limit != 0.0 && limit < 360.0).then(|| limit.to_radians())
}

fn unit_cost(curve: &CostCurve) -> Result<UnitCost, String> {
    match curve {
        CostCurve::PiecewiseLinear(points) => Ok(UnitCost::PiecewiseLinear(points.clone())),
        CostCurve::Polynomial(coefficients) => {
            let power = |degree: usize| {
                coefficients
                    .len()
                    .checked_sub(degree + 1)
                    .map_or(0.0, |at| coefficients[at])
            };
            if (3..coefficients.len()).any(|degree| power(degree) != 0.0) {
                return Err(format!(
                    "a polynomial of degree {} cannot be dispatched, two at most",
                    coefficients.len() - 1
                ));
            }
            Ok(UnitCost::Quadratic {
                c2: power(2),
                c1: power(1),
                c0: power(0),
            })
        }
    }
}
