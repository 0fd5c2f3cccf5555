//! The sure, slow way to a solution: steps computed with pivoting, and shortened until each lowers the mismatch.
//!
//! Taken only where plain Newton steps have failed. It finds no solution where there is none; it then ends at a point of
//! least mismatch nearby, and says so. Method: line search on half the squared mismatch (Dennis and Schnabel 1983, 6.3).

use crate::solvers::power_flow::newton::NewtonOptions;
use crate::solvers::power_flow::newton::NewtonReport;
use crate::solvers::power_flow::newton::PowerFlow;
use crate::solvers::sparse::pivoted_lu::Columns;
use crate::solvers::sparse::pivoted_lu::PivotedLu;

/// Most steps once they are controlled: such cases converge slowly or, past collapse, not at all.
const MAX_CONTROLLED_STEPS: u32 = 60;
/// Longest controlled step, radians and relative voltage: a power-flow solution does not lie further in one stride.
const LONGEST_TURN_RAD: f64 = 0.6;
const LARGEST_GROWTH: f64 = 0.3;
/// A controlled step is halved until it lowers the merit by this share of what the slope promises (Armijo's rule).
const SUFFICIENT_DECREASE: f64 = 1e-4;
/// Below this share of a step the search has stalled at a point where the equations have no solution nearby.
const SHORTEST_STEP: f64 = 1e-4;

impl PowerFlow {
    /// Shortened steps, each of which lowers the mismatch, with the pivoting factorisation.
    pub(super) fn controlled_newton(&mut self, options: &NewtonOptions) -> NewtonReport {
        let mut largest = self.iterate.evaluate(&self.matrix, &self.asked);
        let mut iterations = 0;
        while largest.pu > options.tolerance_pu
            && largest.pu.is_finite()
            && iterations < MAX_CONTROLLED_STEPS
        {
            if !self.pivoted_step() {
                break;
            }
            iterations += 1;
            let mut reach: f64 = 1.0;
            for d in &self.step {
                reach = reach
                    .max(d[0].abs() / LONGEST_TURN_RAD)
                    .max(d[1].abs() / LARGEST_GROWTH);
            }
            let mut scale = 1.0 / reach;
            let merit = self.iterate.merit(&self.asked);
            let from = (
                self.iterate.vm.clone(),
                self.iterate.va.clone(),
                self.iterate.v.clone(),
            );
            loop {
                self.iterate.advance(&self.step, scale);
                largest = self.iterate.evaluate(&self.matrix, &self.asked);
                let now = self.iterate.merit(&self.asked);
                // The slope of the merit along a Newton step is -2 times the merit.
                if largest.pu <= options.tolerance_pu
                    || now <= merit * (1.0 - 2.0 * SUFFICIENT_DECREASE * scale)
                {
                    break;
                }
                scale *= 0.5;
                if scale < SHORTEST_STEP {
                    return self.report(options, largest, iterations, true, true);
                }
                self.iterate.vm.clone_from(&from.0);
                self.iterate.va.clone_from(&from.1);
                self.iterate.v.clone_from(&from.2);
            }
        }
        self.report(options, largest, iterations, true, true)
    }

    /// Computes the Newton step with the pivoting factorisation; `false` when the Jacobian is singular.
    pub(super) fn pivoted_step(&mut self) -> bool {
        let unknown = self.step.len();
        let mut rows: Vec<(usize, usize, f64)> = Vec::with_capacity(8 * self.lu.upper_blocks());
        let mut right = Vec::with_capacity(2 * unknown);
        for i in 0..unknown {
            let mismatch = self
                .iterate
                .jacobian_row(i, &self.matrix, &self.asked, |j, block| {
                    for (at, &value) in block.iter().enumerate() {
                        if value != 0.0 {
                            rows.push((2 * j + at % 2, 2 * i + at / 2, value));
                        }
                    }
                });
            right.extend(mismatch);
        }
        rows.sort_unstable_by_key(|&(column, row, _)| (column, row));
        let mut jacobian = Columns {
            start: vec![0; 2 * unknown + 1],
            ..Columns::default()
        };
        for &(column, row, value) in &rows {
            jacobian.start[column + 1] += 1;
            jacobian.row.push(row);
            jacobian.value.push(value);
        }
        for column in 0..2 * unknown {
            jacobian.start[column + 1] += jacobian.start[column];
        }
        let Ok(lu) = PivotedLu::new(&jacobian) else {
            return false;
        };
        let mut x = Vec::with_capacity(right.len());
        lu.solve(&mut right, &mut x);
        for (step, pair) in self.step.iter_mut().zip(x.chunks_exact(2)) {
            *step = [pair[0], pair[1]];
        }
        true
    }
}
