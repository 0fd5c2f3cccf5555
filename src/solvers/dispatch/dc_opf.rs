//! The DC optimal power flow, solved by Clarabel's interior point.
//!
//! Prices are the duals of the bus balances. One thread, fixed pivot order: the same problem gives the same bits.

use clarabel::algebra::CscMatrix;
use clarabel::solver::DefaultSettings;
use clarabel::solver::DefaultSolution;
use clarabel::solver::DefaultSolver;
use clarabel::solver::IPSolver;
use clarabel::solver::SolverStatus;
use clarabel::solver::SupportedConeT;

use crate::solvers::dispatch::outcome::Dispatch;
use crate::solvers::dispatch::outcome::DispatchSolution;
use crate::solvers::dispatch::outcome::DispatchStatus;
use crate::solvers::dispatch::problem::DispatchError;
use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::programme::Programme;
use crate::solvers::dispatch::programme::carries;
use crate::solvers::dispatch::programme::susceptance;

/// Tolerance on gap and residuals asked of the solver: two digits beyond the 1e-6 to which costs are compared.
const TOLERANCE: f64 = 1e-9;
/// Gap and residual that still count as solved when rounding stops the iteration short of `TOLERANCE`.
const ACCEPTED: f64 = 1e-7;
/// A limit binds when its shadow price exceeds this share of the largest price: far above the solver's tolerance.
const BINDING_SHARE: f64 = 1e-6;

/// Finds the least-cost dispatch.
///
/// # Errors
/// With everything that makes the problem ill-posed. Infeasibility is a status.
pub fn solve(problem: &DispatchProblem) -> Result<Dispatch, Vec<DispatchError>> {
    problem.check()?;
    let programme = Programme::assemble(problem);
    let solution = programme.run();
    let relative_gap =
        (solution.obj_val - solution.obj_val_dual).abs() / solution.obj_val.abs().max(1.0);
    let close =
        relative_gap <= ACCEPTED && solution.r_prim <= ACCEPTED && solution.r_dual <= ACCEPTED;
    let status = match solution.status {
        SolverStatus::Solved => DispatchStatus::Optimal,
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => {
            DispatchStatus::Infeasible
        }
        SolverStatus::DualInfeasible | SolverStatus::AlmostDualInfeasible => {
            DispatchStatus::Unbounded
        }
        _ if close => DispatchStatus::Optimal,
        _ => DispatchStatus::NotConverged,
    };
    let optimal = status == DispatchStatus::Optimal;
    Ok(Dispatch {
        status,
        iterations: solution.iterations,
        solution: optimal.then(|| programme.read(problem, &solution)),
    })
}

impl Programme {
    fn run(&self) -> DefaultSolution<f64> {
        let (rows, columns) = (self.bounds.len(), self.linear.len());
        let diagonal: Vec<usize> = (0..columns)
            .filter(|at| self.quadratic[*at] != 0.0)
            .collect();
        let squares: Vec<f64> = diagonal.iter().map(|at| self.quadratic[*at]).collect();
        let p = CscMatrix::new_from_triplets(columns, columns, diagonal.clone(), diagonal, squares);
        let a = CscMatrix::new_from_triplets(
            rows,
            columns,
            self.rows.clone(),
            self.cols.clone(),
            self.values.clone(),
        );
        let cones = [
            SupportedConeT::ZeroConeT(self.equalities),
            SupportedConeT::NonnegativeConeT(rows - self.equalities),
        ];
        let settings = DefaultSettings {
            verbose: false,
            max_threads: 1,
            direct_solve_method: "qdldl".to_owned(),
            tol_gap_abs: TOLERANCE,
            tol_gap_rel: TOLERANCE,
            tol_feas: TOLERANCE,
            presolve_enable: false,
            ..DefaultSettings::default()
        };
        match DefaultSolver::new(&p, &self.linear, &a, &self.bounds, &cones, settings) {
            Ok(mut solver) => {
                solver.solve();
                solver.solution
            }
            // Only sizes that do not match or unknown settings are refused, and both are fixed above.
            Err(_) => DefaultSolution::new(columns, rows),
        }
    }

    fn read(&self, problem: &DispatchProblem, solution: &DefaultSolution<f64>) -> DispatchSolution {
        let base = problem.base_mva;
        let value = |column: &Option<usize>| column.map_or(0.0, |column| solution.x[column]);
        let power = |columns: &[Option<usize>]| {
            columns
                .iter()
                .map(|column| value(column) * base)
                .collect::<Vec<f64>>()
        };
        let va_rad: Vec<f64> = self.angle.iter().map(value).collect();
        let flow_mw = problem.branches.iter().enumerate().map(|(at, branch)| {
            if !carries(problem, at) {
                return 0.0;
            }
            susceptance(problem, at)
                * (va_rad[branch.from] - va_rad[branch.to] - branch.shift_rad)
                * base
        });
        let flow_mw: Vec<f64> = flow_mw.collect();
        // Ax = b with b the load: the cost of one more unit of load is minus the dual.
        let lmp: Vec<f64> = self
            .balance
            .iter()
            .map(|row| row.map_or(f64::NAN, |row| -solution.z[row] / base))
            .collect();
        let dual = |rows: &Option<(usize, usize)>| {
            rows.map_or(0.0, |(upper, lower)| {
                (solution.z[upper] + solution.z[lower]) / base
            })
        };
        let shadow_price: Vec<f64> = self.limit.iter().map(dual).collect();
        let largest = lmp
            .iter()
            .filter(|price| price.is_finite())
            .fold(1.0_f64, |most, price| most.max(price.abs()));
        let binding = (0..shadow_price.len())
            .filter(|at| shadow_price[*at] > BINDING_SHARE * largest)
            .collect();
        DispatchSolution {
            objective: solution.obj_val + self.constant,
            p_mw: power(&self.unit),
            // An interior point may leave dust on the wrong side of zero.
            curtailed_mw: positive(power(&self.curtailed)),
            shed_mw: positive(power(&self.shed)),
            bid_mw: positive(power(&self.bid)),
            flow_mw,
            va_rad,
            lmp,
            shadow_price,
            binding,
        }
    }
}

fn positive(values: Vec<f64>) -> Vec<f64> {
    values.into_iter().map(|value| value.max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::dispatch::problem::DispatchBranch;
    use crate::solvers::dispatch::problem::DispatchBus;
    use crate::solvers::dispatch::problem::DispatchUnit;
    use crate::solvers::dispatch::problem::FlexibilityBid;
    use crate::solvers::dispatch::problem::UnitCost;

    /// Rounding left by an interior point solved to 1e-9 in per unit on 100 MVA.
    const NEAR: f64 = 1e-4;

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() < NEAR, "{ours} is not {expected}");
    }

    fn unit(bus: usize, p_min_mw: f64, p_max_mw: f64, c1: f64) -> DispatchUnit {
        let cost = UnitCost::Quadratic {
            c2: 0.0,
            c1,
            c0: 5.0,
        };
        DispatchUnit {
            bus,
            p_min_mw,
            p_max_mw,
            cost,
            curtail_cost: None,
            in_service: true,
        }
    }

    /// Cheap unit (10) at bus 0, dear unit (30) and 100 MW of load at bus 1, one line of 60 MW.
    fn two_buses() -> DispatchProblem {
        let bus = DispatchBus {
            live: true,
            ..DispatchBus::default()
        };
        let line = DispatchBranch {
            from: 0,
            to: 1,
            x_pu: 0.1,
            tap: 1.0,
            shift_rad: 0.0,
            limit_mw: Some(60.0),
            angle_min_rad: None,
            angle_max_rad: None,
            in_service: true,
        };
        DispatchProblem {
            base_mva: 100.0,
            buses: vec![
                DispatchBus {
                    reference_rad: Some(0.2),
                    ..bus
                },
                DispatchBus {
                    load_mw: 100.0,
                    ..bus
                },
            ],
            branches: vec![line],
            units: vec![unit(0, 0.0, 200.0, 10.0), unit(1, 0.0, 200.0, 30.0)],
            bids: Vec::new(),
        }
    }

    fn optimum(problem: &DispatchProblem) -> DispatchSolution {
        solve(problem).unwrap().solution.unwrap()
    }

    #[test]
    fn a_full_line_parts_prices() {
        let ours = optimum(&two_buses());
        close(ours.p_mw[0], 60.0);
        close(ours.p_mw[1], 40.0);
        close(ours.lmp[0], 10.0);
        close(ours.lmp[1], 30.0);
        close(ours.shadow_price[0], 20.0);
        assert_eq!(ours.binding, [0]);
        close(ours.objective, 60.0 * 10.0 + 40.0 * 30.0 + 10.0);
        // 0.6 pu over 0.1 pu of reactance.
        close(ours.va_rad[0] - ours.va_rad[1], 0.06);
        close(ours.va_rad[0], 0.2);
    }

    #[test]
    fn a_unit_out_of_service_costs_nothing_and_shedding_is_priced() {
        let mut problem = two_buses();
        problem.units[1].in_service = false;
        assert_eq!(solve(&problem).unwrap().status, DispatchStatus::Infeasible);
        problem.buses[1].shed_cost = Some(1000.0);
        let ours = optimum(&problem);
        close(ours.shed_mw[1], 40.0);
        close(ours.lmp[1], 1000.0);
        close(ours.objective, 600.0 + 5.0 + 40_000.0);
    }

    #[test]
    fn a_bid_is_taken_where_it_beats_the_dear_unit() {
        let mut problem = two_buses();
        problem.bids.push(FlexibilityBid {
            bus: 1,
            max_mw: 15.0,
            price: 25.0,
        });
        let ours = optimum(&problem);
        close(ours.bid_mw[0], 15.0);
        close(ours.p_mw[1], 25.0);
    }

    #[test]
    fn pieces_of_rising_slope_are_filled_in_turn_and_falling_ones_refused() {
        let mut problem = two_buses();
        problem.units[0].cost =
            UnitCost::PiecewiseLinear(vec![(0.0, 0.0), (50.0, 500.0), (200.0, 6500.0)]);
        let ours = optimum(&problem);
        close(ours.p_mw[0], 50.0);
        close(ours.objective, 500.0 + 50.0 * 30.0 + 5.0);
        close(problem.units[0].cost.at(ours.p_mw[0]), 500.0);
        problem.units[0].cost =
            UnitCost::PiecewiseLinear(vec![(0.0, 0.0), (50.0, 1500.0), (200.0, 2000.0)]);
        assert!(matches!(
            solve(&problem).unwrap_err()[0],
            DispatchError::NotConvex { unit: 0, .. }
        ));
    }

    #[test]
    fn a_must_run_unit_behind_a_weak_line_is_curtailed_at_a_price() {
        let mut problem = two_buses();
        problem.units[0].p_min_mw = 80.0;
        problem.buses[1].shed_cost = Some(1000.0);
        assert_eq!(solve(&problem).unwrap().status, DispatchStatus::Infeasible);
        problem.units[0].curtail_cost = Some(500.0);
        let ours = optimum(&problem);
        close(ours.curtailed_mw[0], 20.0);
        close(ours.p_mw[0], 60.0);
    }

    #[test]
    fn shifters_and_angle_limits_bind() {
        let mut problem = two_buses();
        // Two equal lines; a shift of 0.02 rad on one drives 10 MW round the loop.
        problem.branches.push(DispatchBranch {
            shift_rad: -0.02,
            limit_mw: None,
            ..problem.branches[0]
        });
        problem.branches[0].limit_mw = None;
        let ours = optimum(&problem);
        close(ours.flow_mw[0], 40.0);
        close(ours.flow_mw[1], 60.0);
        problem.branches[0].angle_max_rad = Some(0.03);
        let ours = optimum(&problem);
        close(ours.flow_mw[0], 30.0);
        close(ours.p_mw[0], 80.0);
    }
}
