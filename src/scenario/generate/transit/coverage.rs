//! Who lives far from any stop, and the way of a local line that reaches most of them.
//!
//! A greedy rule, one line after another; it weighs no travel times.

use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::geometry::nearest;

/// A block is served if a stop is within this distance, metres: seven minutes on foot.
const WALK_M: f64 = 550.0;
/// People within this distance of a point count for it, metres.
const QUARTER_M: f64 = 1_400.0;
/// Distance between the two quarters that a local line serves, metres: least and most.
const BETWEEN_M: (f64, f64) = (1_800.0, 4_500.0);
/// Longest local line, metres: 25 minutes.
const LONGEST_M: f64 = 8_500.0;
/// Points that are looked at as quarters; more would cost time in large cities and change little.
const MOST_QUARTERS: usize = 500;

/// Blocks without a stop near.
#[derive(Debug)]
pub struct Coverage {
    at: Vec<Point>,
    people: Vec<f64>,
    quarters: Vec<Point>,
}

impl Coverage {
    /// The blocks of a city with the stops that lie.
    #[must_use]
    pub fn new(blocks: &[Block], stops: &[Point]) -> Self {
        let step = blocks.len().div_ceil(MOST_QUARTERS).max(1);
        let mut coverage = Self {
            at: blocks.iter().map(|b| b.at).collect(),
            people: blocks.iter().map(|b| f64::from(b.people)).collect(),
            quarters: blocks.iter().step_by(step).map(|b| b.at).collect(),
        };
        coverage.cover(stops);
        coverage
    }

    /// Takes out the blocks near new stops.
    pub fn cover(&mut self, stops: &[Point]) {
        for (at, people) in self.at.iter().zip(&mut self.people) {
            let near = |s: &Point| distance_squared(*s, *at) < WALK_M * WALK_M;
            if stops.iter().any(near) {
                *people = 0.0;
            }
        }
    }

    /// People without a stop near a point.
    fn unserved(&self, p: Point) -> f64 {
        self.at
            .iter()
            .zip(&self.people)
            .filter(|(at, people)| {
                **people > 0.0 && distance_squared(**at, p) < QUARTER_M * QUARTER_M
            })
            .map(|(_, people)| people)
            .sum()
    }

    /// The way of the next local line: from the stop nearest to the quarter with most people unserved, through it, to a
    /// second quarter beyond. None if nobody is left.
    #[must_use]
    pub fn next_way(&self, stops: &[Point]) -> Option<Vec<Point>> {
        let value: Vec<f64> = self.quarters.iter().map(|&q| self.unserved(q)).collect();
        let best = |fits: &dyn Fn(Point) -> bool| {
            let all = self.quarters.iter().zip(&value);
            let able = all.filter(|(q, v)| **v > 0.0 && fits(**q));
            able.max_by(|a, b| a.1.total_cmp(b.1)).map(|(q, _)| *q)
        };
        let hub_of = |q: Point| stops.get(nearest(stops, q)).copied();
        let first = best(&|q| hub_of(q).is_some_and(|hub| distance(hub, q) < LONGEST_M))?;
        let hub = hub_of(first)?;
        let reach = distance(hub, first);
        // Beyond or beside the first, not back towards the hub.
        let beyond = |q: Point| {
            let d = distance(first, q);
            (BETWEEN_M.0..BETWEEN_M.1).contains(&d)
                && reach + d < LONGEST_M
                && distance(hub, q) > 0.8 * reach
        };
        let mut way = vec![hub, first];
        way.extend(best(&beyond));
        Some(way)
    }
}
