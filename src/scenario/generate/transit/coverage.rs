//! Who has no stop near, and the way of a local line that reaches most of them.
//!
//! A greedy rule, one line after another; it weighs no travel times.

use crate::city::model::travel::Travel;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::geometry::nearest;

/// A place is served if a stop is within this distance, metres: seven minutes on foot.
const WALK_M: f64 = 550.0;
/// People within this distance of a point count for it, metres.
const QUARTER_M: f64 = 1_400.0;
/// Distance between two quarters that a local line serves one after the other, metres: least and most.
const BETWEEN_M: (f64, f64) = (900.0, 6_000.0);
/// Longest local line, metres in a straight line from corner to corner: 40 minutes.
const LONGEST_M: f64 = 9_500.0;
/// A line goes through a quarter that lies within this distance of its way, metres, unless it has just been ...
const BESIDE_M: f64 = 800.0;
/// ... within this.
const APART_M: f64 = 900.0;
/// Points that are looked at as quarters; more would cost time in large cities and change little.
const MOST_QUARTERS: usize = 500;

/// Places without a stop near: zones of travel with their passengers or, without any, blocks with their people.
#[derive(Debug)]
pub struct Coverage {
    at: Vec<Point>,
    people: Vec<f64>,
    quarters: Vec<Point>,
}

impl Coverage {
    /// The places of a city with the stops that lie.
    #[must_use]
    pub fn new(travel: Option<&Travel>, blocks: &[Block], stops: &[Point]) -> Self {
        let mut coverage = match travel {
            Some(travel) => Self::of_zones(travel),
            None => {
                let step = blocks.len().div_ceil(MOST_QUARTERS).max(1);
                Self {
                    at: blocks.iter().map(|b| b.at).collect(),
                    people: blocks.iter().map(|b| f64::from(b.people)).collect(),
                    quarters: blocks.iter().step_by(step).map(|b| b.at).collect(),
                }
            }
        };
        coverage.cover(stops);
        coverage
    }

    fn of_zones(travel: &Travel) -> Self {
        let mut people = vec![0.0; travel.zones.len()];
        for flow in &travel.flows {
            people[flow.from] += flow.transit_trips;
            people[flow.to] += flow.transit_trips;
        }
        let at: Vec<Point> = travel.zones.iter().map(|z| [z.x_m, z.y_m]).collect();
        Self {
            quarters: at.clone(),
            at,
            people,
        }
    }

    /// Takes out the places near new stops.
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

    /// The way of the next local line: from the stop nearest to the quarter with most people unserved, through it, and on
    /// to others as long as the line is not too long. None if nobody is left.
    #[must_use]
    pub fn next_way(&self, stops: &[Point]) -> Option<Vec<Point>> {
        let value: Vec<f64> = self.quarters.iter().map(|&q| self.unserved(q)).collect();
        let best = |worth: &dyn Fn(Point) -> f64| {
            let all = self.quarters.iter().zip(&value);
            let able = all.map(|(q, v)| (*q, v * worth(*q)));
            let able = able.filter(|(_, v)| *v > 0.0);
            able.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(q, _)| q)
        };
        let hub_of = |q: Point| stops.get(nearest(stops, q)).copied();
        let first = best(&|q| {
            let fits = hub_of(q).is_some_and(|hub| distance(hub, q) < LONGEST_M);
            f64::from(u8::from(fits))
        })?;
        let hub = hub_of(first)?;
        let mut way = vec![hub, first];
        let mut done = distance(hub, first);
        loop {
            let end = way[way.len() - 1];
            let next = best(&|q| {
                let d = distance(end, q);
                // Beyond or beside, never back towards a place where the line has been.
                let apart = way.iter().all(|p| distance(*p, q) > 0.8 * d);
                let fits = (BETWEEN_M.0..BETWEEN_M.1).contains(&d) && apart && done + d < LONGEST_M;
                if fits { 1.0 / d } else { 0.0 }
            });
            let Some(next) = next else { break };
            done += distance(end, next);
            way.push(next);
        }
        Some(way)
    }

    /// A way that leads through the quarters beside it, in the order in which it passes them.
    #[must_use]
    pub fn bent(&self, way: &[Point]) -> Vec<Point> {
        let Some((&start, &end)) = way.first().zip(way.last()) else {
            return Vec::new();
        };
        let mut passed: Vec<(usize, Point)> = Vec::new();
        for &q in &self.quarters {
            let at = nearest(way, q);
            let beside = distance(way[at], q) < BESIDE_M;
            if beside && distance(start, q) > APART_M && distance(end, q) > APART_M {
                passed.push((at, q));
            }
        }
        passed.sort_by_key(|p| p.0);
        let mut bent = vec![start];
        for (_, q) in passed {
            let last = bent[bent.len() - 1];
            if distance(last, q) > APART_M {
                bent.push(q);
            }
        }
        bent.push(end);
        bent
    }
}
