//! Where lines halt: stops laid along a way, shared where lines come near each other.
//!
//! One stop stands for both directions and both sides of the street. It knows no lines.

use crate::city::model::district::District;
use crate::city::model::transit::Stop;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;

/// A way takes an existing stop within this share of its own spacing instead of a new one: lines that cross or run along
/// each other meet, and no two stops stand nearer than a rider would walk without thinking.
const SHARED_WITHIN: f64 = 0.6;
/// What stops are called after, with their district.
const PLACES: [&str; 18] = [
    "Square", "Market", "School", "Park", "Church", "Bridge", "Green", "Cross", "Library", "Mill",
    "Hill", "Garden", "Court", "Works", "Pool", "Gate", "Road", "Lane",
];

/// The stops of a city as they are laid.
#[derive(Debug)]
pub struct StopMap {
    /// The stops.
    pub stops: Vec<Stop>,
    at: Vec<Point>,
    centres: Vec<Point>,
    names: Vec<String>,
    named: Vec<usize>,
}

impl StopMap {
    /// No stops yet.
    #[must_use]
    pub fn new(districts: &[District]) -> Self {
        Self {
            stops: Vec::new(),
            at: Vec::new(),
            centres: districts.iter().map(|d| [d.x_m, d.y_m]).collect(),
            names: districts.iter().map(|d| d.name.clone()).collect(),
            named: vec![0; districts.len()],
        }
    }

    /// The stops along a way, about `spacing_m(point)` metres apart, its two ends included.
    pub fn along(&mut self, way: &[Point], spacing_m: impl Fn(Point) -> f64) -> Vec<usize> {
        let mut stops: Vec<usize> = Vec::new();
        let mut since = f64::INFINITY;
        let length: f64 = way.windows(2).map(|p| distance(p[0], p[1])).sum();
        let mut done = 0.0;
        for pair in way.windows(2) {
            let d = distance(pair[0], pair[1]);
            let steps = libm::ceil(d / WALK_STEP_M).max(1.0);
            for k in 0..steps as usize {
                let t = k as f64 / steps;
                let p = [
                    pair[0][0] + t * (pair[1][0] - pair[0][0]),
                    pair[0][1] + t * (pair[1][1] - pair[0][1]),
                ];
                let spacing = spacing_m(p);
                // The last stop but one keeps its distance from the end.
                if since >= spacing && length - done > 0.5 * spacing {
                    self.call(&mut stops, p, spacing);
                    since = 0.0;
                }
                since += d / steps;
                done += d / steps;
            }
        }
        if let Some(&end) = way.last() {
            self.call(&mut stops, end, spacing_m(end));
        }
        stops
    }

    /// The same with a stop at every corner of the way: a line that turns somewhere halts there.
    pub fn through(&mut self, way: &[Point], spacing_m: impl Fn(Point) -> f64) -> Vec<usize> {
        let mut stops: Vec<usize> = Vec::new();
        for pair in way.windows(2) {
            for stop in self.along(pair, &spacing_m) {
                if !stops.contains(&stop) {
                    stops.push(stop);
                }
            }
        }
        stops
    }

    /// Adds the stop near a point to a line's stops, unless the line has it.
    fn call(&mut self, stops: &mut Vec<usize>, p: Point, spacing_m: f64) {
        let near = nearest(&self.at, p);
        let shared = !self.at.is_empty() && distance(self.at[near], p) < SHARED_WITHIN * spacing_m;
        let stop = if shared { near } else { self.add(p) };
        if !stops.contains(&stop) {
            stops.push(stop);
        }
    }

    fn add(&mut self, p: Point) -> usize {
        let p = [rounded(p[0], 0), rounded(p[1], 0)];
        let district = nearest(&self.centres, p);
        let nth = self.named[district];
        self.named[district] += 1;
        let place = PLACES[nth % PLACES.len()];
        let round = match nth / PLACES.len() {
            0 => String::new(),
            n => format!(" {}", n + 1),
        };
        self.stops.push(Stop {
            id: format!("ST{:03}", self.stops.len() + 1),
            name: format!("{} {place}{round}", self.names[district]),
            x_m: p[0],
            y_m: p[1],
            district,
            station: None,
        });
        self.at.push(p);
        self.stops.len() - 1
    }

    /// Place of a stop.
    #[must_use]
    pub fn at(&self, stop: usize) -> Point {
        self.at[stop]
    }

    /// Places of all stops.
    #[must_use]
    pub fn places(&self) -> &[Point] {
        &self.at
    }
}

/// Steps by which a way is walked, metres: a twentieth of the least spacing.
const WALK_STEP_M: f64 = 20.0;
