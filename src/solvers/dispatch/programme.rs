//! The DC optimal power flow written as a convex quadratic programme: which variable and which row is what.
//!
//! Variables: output of each unit in service (with a cost variable, its epigraph, where its cost has several straight
//! pieces), curtailed must-run output, angle of each live bus, shed load, accepted bids. Powers are in per unit. Solving
//! it is `dc_opf`'s.

use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::problem::UnitCost;
use crate::solvers::dispatch::problem::slope;

/// The quadratic programme, with the place of everything in it.
#[derive(Default)]
pub(super) struct Programme {
    pub quadratic: Vec<f64>,
    pub linear: Vec<f64>,
    pub constant: f64,
    pub rows: Vec<usize>,
    pub cols: Vec<usize>,
    pub values: Vec<f64>,
    pub bounds: Vec<f64>,
    pub equalities: usize,
    pub unit: Vec<Option<usize>>,
    pub angle: Vec<Option<usize>>,
    pub shed: Vec<Option<usize>>,
    pub bid: Vec<Option<usize>>,
    /// Output missing below a must-run minimum.
    pub curtailed: Vec<Option<usize>>,
    pub epigraph: Vec<Option<usize>>,
    pub balance: Vec<Option<usize>>,
    /// Rows of the upper and lower flow limit.
    pub limit: Vec<Option<(usize, usize)>>,
}

/// Per-unit susceptance of the DC model.
pub(super) fn susceptance(problem: &DispatchProblem, branch: usize) -> f64 {
    1.0 / (problem.branches[branch].x_pu * problem.branches[branch].tap)
}

pub(super) fn carries(problem: &DispatchProblem, branch: usize) -> bool {
    let row = &problem.branches[branch];
    row.in_service && problem.buses[row.from].live && problem.buses[row.to].live
}

impl Programme {
    pub(super) fn assemble(problem: &DispatchProblem) -> Self {
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
}
