//! The DC optimal power flow as a convex quadratic programme, solved by Clarabel's interior point.
//!
//! Variables: output of each unit in service (with a cost variable, its epigraph, where its cost has several straight
//! pieces), curtailed must-run output, angle of each live bus, shed load, accepted bids. Powers are in per unit inside. Prices are the
//! duals of the bus balances. One thread, fixed pivot order: the same problem gives the same bits.

use clarabel::algebra::CscMatrix;
use clarabel::solver::DefaultSettings;
use clarabel::solver::DefaultSolution;
use clarabel::solver::DefaultSolver;
use clarabel::solver::IPSolver;
use clarabel::solver::SolverStatus;
use clarabel::solver::SupportedConeT;

use crate::solvers::dispatch::problem::DispatchError;
use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::problem::UnitCost;
use crate::solvers::dispatch::problem::slope;

/// How a dispatch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DispatchStatus {
    /// A least-cost dispatch was found.
    Optimal,
    /// No dispatch meets the limits. With prices on shedding and on curtailing must-run units one does.
    Infeasible,
    /// Cost has no lower bound: some unit or bid without limit earns money.
    Unbounded,
    /// The iteration stopped short of the tolerance.
    NotConverged,
}

/// A least-cost dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchSolution {
    /// Cost per hour: of units (constants included), shedding, curtailing and bids.
    pub objective: f64,
    /// Output of each unit, MW; 0 out of service.
    pub p_mw: Vec<f64>,
    /// Output of each unit below its must-run minimum, MW.
    pub curtailed_mw: Vec<f64>,
    /// Load left unserved at each bus, MW.
    pub shed_mw: Vec<f64>,
    /// Reduction accepted of each bid, MW.
    pub bid_mw: Vec<f64>,
    /// Flow into each branch at its from end, MW.
    pub flow_mw: Vec<f64>,
    /// Angle of each bus, radians.
    pub va_rad: Vec<f64>,
    /// Price at each bus: cost of one more MW of load there, per MWh. NaN at a dead bus.
    pub lmp: Vec<f64>,
    /// What one more MW of limit would save on each branch, per MWh.
    pub shadow_price: Vec<f64>,
    /// Indices of the branches whose flow limit binds.
    pub binding: Vec<usize>,
}

/// Outcome of a dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// How it ended.
    pub status: DispatchStatus,
    /// Interior-point iterations.
    pub iterations: u32,
    /// The dispatch, when optimal.
    pub solution: Option<DispatchSolution>,
}

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

/// The quadratic programme, with the place of everything in it.
#[derive(Default)]
struct Programme {
    quadratic: Vec<f64>,
    linear: Vec<f64>,
    constant: f64,
    rows: Vec<usize>,
    cols: Vec<usize>,
    values: Vec<f64>,
    bounds: Vec<f64>,
    equalities: usize,
    unit: Vec<Option<usize>>,
    angle: Vec<Option<usize>>,
    shed: Vec<Option<usize>>,
    bid: Vec<Option<usize>>,
    /// Output missing below a must-run minimum.
    curtailed: Vec<Option<usize>>,
    epigraph: Vec<Option<usize>>,
    balance: Vec<Option<usize>>,
    /// Rows of the upper and lower flow limit.
    limit: Vec<Option<(usize, usize)>>,
}

/// Per-unit susceptance of the DC model.
fn susceptance(problem: &DispatchProblem, branch: usize) -> f64 {
    1.0 / (problem.branches[branch].x_pu * problem.branches[branch].tap)
}

fn carries(problem: &DispatchProblem, branch: usize) -> bool {
    let row = &problem.branches[branch];
    row.in_service && problem.buses[row.from].live && problem.buses[row.to].live
}

impl Programme {
    fn assemble(problem: &DispatchProblem) -> Self {
        let mut programme = Self::default();
        programme.variables(problem);
        programme.balances(problem);
        programme.equalities = programme.bounds.len();
        programme.unit_limits(problem);
        programme.flow_limits(problem);
        programme.angle_limits(problem);
        programme.extras(problem);
        programme
    }

    fn variable(&mut self, quadratic: f64, linear: f64) -> usize {
        self.quadratic.push(quadratic);
        self.linear.push(linear);
        self.linear.len() - 1
    }

    /// A row `sum of terms = bound` or `<= bound`.
    fn row(&mut self, terms: &[(usize, f64)], bound: f64) -> usize {
        let row = self.bounds.len();
        for (col, value) in terms {
            self.rows.push(row);
            self.cols.push(*col);
            self.values.push(*value);
        }
        self.bounds.push(bound);
        row
    }

    fn variables(&mut self, problem: &DispatchProblem) {
        let base = problem.base_mva;
        let live = |bus: usize| problem.buses[bus].live;
        self.epigraph = vec![None; problem.units.len()];
        for (at, unit) in problem.units.iter().enumerate() {
            if !(unit.in_service && live(unit.bus)) {
                self.unit.push(None);
                continue;
            }
            let (c2, c1, c0) = match &unit.cost {
                UnitCost::Quadratic { c2, c1, c0 } => (*c2, *c1, *c0),
                UnitCost::PiecewiseLinear(points) if points.len() == 2 => (
                    0.0,
                    slope(points),
                    points[0].1 - slope(points) * points[0].0,
                ),
                UnitCost::PiecewiseLinear(_) => (0.0, 0.0, 0.0),
            };
            self.constant += c0;
            // Clarabel minimises half of x'Px.
            let column = self.variable(2.0 * c2 * base * base, c1 * base);
            self.unit.push(Some(column));
            if matches!(&unit.cost, UnitCost::PiecewiseLinear(points) if points.len() > 2) {
                self.epigraph[at] = Some(self.variable(0.0, 1.0));
            }
        }
        for (at, unit) in problem.units.iter().enumerate() {
            let price = unit.curtail_cost().filter(|_| self.unit[at].is_some());
            let curtailed = price.map(|price| self.variable(0.0, price * base));
            self.curtailed.push(curtailed);
        }
        for bus in &problem.buses {
            let angle = bus.live.then(|| self.variable(0.0, 0.0));
            self.angle.push(angle);
        }
        for bus in &problem.buses {
            let price = bus.shed_cost.filter(|_| bus.live && bus.load_mw > 0.0);
            let shed = price.map(|price| self.variable(0.0, price * base));
            self.shed.push(shed);
        }
        for bid in &problem.bids {
            let column = live(bid.bus).then(|| self.variable(0.0, bid.price * base));
            self.bid.push(column);
        }
    }

    /// Generation less outflow equals load at every live bus; reference angles; units without room to move.
    fn balances(&mut self, problem: &DispatchProblem) {
        let base = problem.base_mva;
        let mut terms: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.buses.len()];
        let mut demand: Vec<f64> = problem
            .buses
            .iter()
            .map(|bus| (bus.load_mw + bus.shunt_mw) / base)
            .collect();
        for (at, unit) in problem.units.iter().enumerate() {
            terms[unit.bus].extend(self.unit[at].map(|column| (column, 1.0)));
        }
        for (bus, list) in terms.iter_mut().enumerate() {
            list.extend(self.shed[bus].map(|column| (column, 1.0)));
        }
        for (at, bid) in problem.bids.iter().enumerate() {
            terms[bid.bus].extend(self.bid[at].map(|column| (column, 1.0)));
        }
        for (at, branch) in problem.branches.iter().enumerate() {
            if !carries(problem, at) {
                continue;
            }
            let (Some(from), Some(to)) = (self.angle[branch.from], self.angle[branch.to]) else {
                continue;
            };
            let b = susceptance(problem, at);
            terms[branch.from].extend([(from, -b), (to, b)]);
            terms[branch.to].extend([(from, b), (to, -b)]);
            demand[branch.from] -= b * branch.shift_rad;
            demand[branch.to] += b * branch.shift_rad;
        }
        for (bus, list) in terms.iter().enumerate() {
            let row = problem.buses[bus].live.then(|| self.row(list, demand[bus]));
            self.balance.push(row);
        }
        for (bus, row) in problem.buses.iter().enumerate() {
            if let (Some(angle), Some(held)) = (self.angle[bus], row.reference_rad) {
                self.row(&[(angle, 1.0)], held);
            }
        }
        for (at, unit) in problem.units.iter().enumerate() {
            if let Some(column) = self.unit[at]
                && unit.is_fixed()
            {
                self.row(&[(column, 1.0)], unit.p_min_mw / base);
            }
        }
    }

    fn unit_limits(&mut self, problem: &DispatchProblem) {
        let base = problem.base_mva;
        for (at, unit) in problem.units.iter().enumerate() {
            let Some(column) = self.unit[at] else {
                continue;
            };
            let (least, most) = (unit.p_min_mw / base, unit.p_max_mw / base);
            match self.curtailed[at] {
                Some(missing) => {
                    self.row(&[(column, -1.0), (missing, -1.0)], -least);
                    self.between(&[(column, 1.0)], 0.0, most);
                    self.between(&[(missing, 1.0)], 0.0, f64::INFINITY);
                }
                None if unit.is_fixed() => {}
                None => self.between(&[(column, 1.0)], least, most),
            }
            if let (Some(cost), UnitCost::PiecewiseLinear(points)) = (self.epigraph[at], &unit.cost)
            {
                for pair in points.windows(2) {
                    let rise = slope(pair);
                    self.row(
                        &[(column, rise * base), (cost, -1.0)],
                        rise * pair[0].0 - pair[0].1,
                    );
                }
            }
        }
    }

    /// Rows for finite bounds only.
    fn between(&mut self, terms: &[(usize, f64)], least: f64, most: f64) {
        if most < f64::INFINITY {
            self.row(terms, most);
        }
        if least > f64::NEG_INFINITY {
            let negative: Vec<(usize, f64)> = terms
                .iter()
                .map(|(column, value)| (*column, -value))
                .collect();
            self.row(&negative, -least);
        }
    }

    fn flow_limits(&mut self, problem: &DispatchProblem) {
        for (at, branch) in problem.branches.iter().enumerate() {
            let limit = branch
                .limit_mw
                .filter(|limit| carries(problem, at) && limit.is_finite());
            let (Some(limit), Some(from), Some(to)) =
                (limit, self.angle[branch.from], self.angle[branch.to])
            else {
                self.limit.push(None);
                continue;
            };
            let (b, limit) = (susceptance(problem, at), limit / problem.base_mva);
            let shift = b * branch.shift_rad;
            let upper = self.row(&[(from, b), (to, -b)], limit + shift);
            let lower = self.row(&[(from, -b), (to, b)], limit - shift);
            self.limit.push(Some((upper, lower)));
        }
    }

    fn angle_limits(&mut self, problem: &DispatchProblem) {
        for (at, branch) in problem
            .branches
            .iter()
            .enumerate()
            .filter(|(at, _)| carries(problem, *at))
        {
            let (Some(from), Some(to)) = (self.angle[branch.from], self.angle[branch.to]) else {
                continue;
            };
            let least = problem.branches[at]
                .angle_min_rad
                .unwrap_or(f64::NEG_INFINITY);
            let most = branch.angle_max_rad.unwrap_or(f64::INFINITY);
            self.between(&[(from, 1.0), (to, -1.0)], least, most);
        }
    }

    fn extras(&mut self, problem: &DispatchProblem) {
        let base = problem.base_mva;
        for (bus, row) in problem.buses.iter().enumerate() {
            if let Some(column) = self.shed[bus] {
                self.between(&[(column, 1.0)], 0.0, row.load_mw / base);
            }
        }
        for (at, bid) in problem.bids.iter().enumerate() {
            if let Some(column) = self.bid[at] {
                self.between(&[(column, 1.0)], 0.0, bid.max_mw.max(0.0) / base);
            }
        }
    }

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
            curtailed_mw: power(&self.curtailed),
            shed_mw: power(&self.shed),
            bid_mw: power(&self.bid),
            flow_mw,
            va_rad,
            lmp,
            shadow_price,
            binding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::dispatch::problem::DispatchBranch;
    use crate::solvers::dispatch::problem::DispatchBus;
    use crate::solvers::dispatch::problem::DispatchUnit;
    use crate::solvers::dispatch::problem::FlexibilityBid;

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
