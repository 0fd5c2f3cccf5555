//! The ground a city stands on: its outline, the lake shore that bounds it in the east, and how densely it is lived in.
//!
//! The outline is seen from the core as one radius for each bearing, which makes "is this on land" exact and cheap.
//! It holds no administrative borders; those are drawn in `districts`.

use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::area;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::distance_squared;

/// Land of a city of 240,000, parks and works included, square kilometres: 500 people a square kilometre, the density
/// of a North American metropolitan area of that size, at which SIZING.md's lengths of 20 and 110 kV line come out.
const REFERENCE_AREA_KM2: f64 = 480.0;
/// Land grows a little more slowly than people: larger cities are denser (urban scaling exponents are 0.8 to 0.9).
const AREA_EXPONENT: f64 = 0.87;
/// Corners of the drawn outline: one every 2.5 degrees, finer than any district.
const OUTLINE_CORNERS: usize = 144;
/// Distance from the core to the shore, share of the mean radius: downtown lies close to the lake.
const SHORE_DISTANCE: f64 = 0.42;
/// Radius of curvature of the shore, share of the mean radius: nearly straight, bulging into the lake, so that a
/// straight line between two points on land stays on land.
const SHORE_CURVATURE: f64 = 5.0;

/// A secondary centre: a suburb's main street.
#[derive(Clone, Copy, Debug)]
struct Centre {
    at: Point,
    weight: f64,
}

/// Outline and land use of a city.
#[derive(Debug)]
pub struct Land {
    /// Mean radius scale, metres.
    pub radius_m: f64,
    /// Outline, metres, counter-clockwise, not closed.
    pub outline: Vec<Point>,
    waves: [(f64, f64, f64); 4],
    centres: Vec<Centre>,
    works: Vec<Point>,
    lattice: Vec<f64>,
}

/// Relative densities of people, shops and industry at a point, each on its own arbitrary scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Density {
    /// Residents.
    pub people: f64,
    /// Shops and offices.
    pub commerce: f64,
    /// Industry.
    pub industry: f64,
}

/// Nodes a side of the noise lattice that makes neighbourhoods differ.
const LATTICE: usize = 24;

impl Land {
    /// Draws the ground of a city.
    #[must_use]
    pub fn new(population: u32, seed: u64) -> Self {
        let mut draw = Draw::new(seed, "land/outline", 0);
        let waves = [2.0, 3.0, 5.0, 7.0].map(|k| {
            (
                k,
                draw.uniform(0.03, 0.16) / k,
                draw.uniform(0.0, std::f64::consts::TAU),
            )
        });
        let mut land = Self {
            radius_m: 1.0,
            outline: Vec::new(),
            waves,
            centres: Vec::new(),
            works: Vec::new(),
            lattice: Vec::new(),
        };
        let target_m2 =
            1e6 * REFERENCE_AREA_KM2 * libm::pow(f64::from(population) / 240_000.0, AREA_EXPONENT);
        land.radius_m = (target_m2 / area(&land.drawn())).sqrt();
        land.outline = land.drawn();
        land.centres = land.draw_centres(population, seed);
        land.works = land.draw_works(population, seed);
        let mut noise = Draw::new(seed, "land/neighbourhoods", 0);
        land.lattice = (0..LATTICE * LATTICE).map(|_| noise.normal()).collect();
        land
    }

    fn drawn(&self) -> Vec<Point> {
        (0..OUTLINE_CORNERS)
            .map(|i| {
                let bearing = std::f64::consts::TAU * i as f64 / OUTLINE_CORNERS as f64;
                let r = self.reach(bearing);
                [r * libm::cos(bearing), r * libm::sin(bearing)]
            })
            .collect()
    }

    /// Distance from the core to the edge of the land in a direction (radians from east, counter-clockwise), metres.
    #[must_use]
    pub fn reach(&self, bearing: f64) -> f64 {
        let wave: f64 = self
            .waves
            .iter()
            .map(|&(k, size, phase)| size * libm::cos(k * bearing + phase))
            .sum();
        let edge = self.radius_m * (1.0 + wave);
        let (c, s) = (libm::cos(bearing), libm::sin(bearing));
        // The shore is x = d - y^2 / (2 rho); along the ray, r c = d - r^2 s^2 / (2 rho).
        let shore = SHORE_DISTANCE * self.radius_m;
        let curve = s * s / (2.0 * SHORE_CURVATURE * self.radius_m);
        let root = (c * c + 4.0 * curve * shore).sqrt();
        let to_shore = if curve < 1e-12 {
            if c > 0.0 { shore / c } else { f64::INFINITY }
        } else {
            (root - c) / (2.0 * curve)
        };
        edge.min(to_shore)
    }

    /// Whether a point is on the city's land.
    #[must_use]
    pub fn contains(&self, p: Point) -> bool {
        distance(p, [0.0, 0.0]) <= self.reach(libm::atan2(p[1], p[0]))
    }

    /// Distance of a point from the shore's line, metres; negative in the lake.
    #[must_use]
    pub fn from_shore(&self, p: Point) -> f64 {
        SHORE_DISTANCE * self.radius_m
            - p[1] * p[1] / (2.0 * SHORE_CURVATURE * self.radius_m)
            - p[0]
    }

    fn draw_centres(&self, population: u32, seed: u64) -> Vec<Centre> {
        let count = 2 + libm::round(2.0 * (f64::from(population) / 240_000.0).sqrt()) as usize;
        let mut centres: Vec<Centre> = Vec::with_capacity(count);
        let mut draw = Draw::new(seed, "land/centres", 0);
        // Dart throwing with a distance that shrinks, so that it always ends.
        let mut apart = 1.2 * self.radius_m / (count as f64).sqrt();
        while centres.len() < count {
            let bearing = draw.uniform(0.0, std::f64::consts::TAU);
            let r = self.reach(bearing) * draw.uniform(0.35, 0.85);
            let at = [r * libm::cos(bearing), r * libm::sin(bearing)];
            if centres.iter().all(|c| distance(c.at, at) > apart) && r > 0.35 * self.radius_m {
                centres.push(Centre {
                    at,
                    weight: draw.uniform(0.15, 0.4),
                });
            }
            apart *= 0.98;
        }
        centres
    }

    fn draw_works(&self, population: u32, seed: u64) -> Vec<Point> {
        let count = 3 + libm::round((f64::from(population) / 240_000.0).sqrt()) as usize;
        let mut draw = Draw::new(seed, "land/works", 0);
        (0..count)
            .map(|i| {
                // Industry took the rail yards inland and one stretch of shore.
                let bearing = if i == 0 { -1.2 } else { draw.uniform(1.8, 4.6) };
                let r = self.reach(bearing) * draw.uniform(0.45, 0.8);
                [r * libm::cos(bearing), r * libm::sin(bearing)]
            })
            .collect()
    }

    fn neighbourhood(&self, p: Point) -> f64 {
        let scale =
            |v: f64| ((v / self.radius_m + 1.5) / 3.0).clamp(0.0, 1.0) * (LATTICE - 1) as f64;
        let (u, v) = (scale(p[0]), scale(p[1]));
        let (i, j) = ((u as usize).min(LATTICE - 2), (v as usize).min(LATTICE - 2));
        let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
        let (a, b) = (smooth(u - i as f64), smooth(v - j as f64));
        let at = |i: usize, j: usize| self.lattice[j * LATTICE + i];
        (1.0 - b) * ((1.0 - a) * at(i, j) + a * at(i + 1, j))
            + b * ((1.0 - a) * at(i, j + 1) + a * at(i + 1, j + 1))
    }

    /// Relative densities at a point; all 0 off the land.
    #[must_use]
    pub fn density(&self, p: Point) -> Density {
        if !self.contains(p) {
            return Density::default();
        }
        let near = |at: Point, width: f64| {
            let w = width * self.radius_m;
            libm::exp(-distance_squared(p, at) / (w * w))
        };
        let r = distance(p, [0.0, 0.0]) / self.radius_m;
        let suburbs: f64 = self
            .centres
            .iter()
            .map(|c| c.weight * near(c.at, 0.13))
            .sum();
        let industry: f64 = self.works.iter().map(|&w| near(w, 0.1)).sum();
        // Clark's exponential decline, a rural floor, secondary centres, and neighbourhoods that differ.
        let people = (libm::exp(-r / 0.40) + 0.05 + suburbs)
            * libm::exp(0.35 * self.neighbourhood(p))
            / (1.0 + industry);
        let commerce = people * (0.3 + 2.0 * near([0.0, 0.0], 0.2) + 1.5 * suburbs);
        Density {
            people,
            commerce,
            industry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn land_has_the_area_asked_for() {
        let land = Land::new(240_000, 1);
        assert!((area(&land.outline) / 4.8e8 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_lake_is_in_the_east() {
        let land = Land::new(240_000, 1);
        assert!(land.contains([0.0, 0.0]));
        assert!(!land.contains([0.5 * land.radius_m, 0.0]));
        assert!(land.from_shore([0.5 * land.radius_m, 0.0]) < 0.0);
        assert_eq!(land.density([0.5 * land.radius_m, 0.0]), Density::default());
        // Every corner is on the shore or west of it.
        assert!(
            land.outline
                .iter()
                .all(|&p| land.from_shore(p) > -1e-6 * land.radius_m)
        );
    }

    #[test]
    fn the_core_is_denser_than_the_edge() {
        let land = Land::new(240_000, 1);
        assert!(
            land.density([0.0, 0.0]).people
                > 3.0 * land.density([-0.8 * land.radius_m, 0.0]).people
        );
    }
}
