//! Lays a city of the program's own making onto a feed's map: along each bearing from the core, the way to the edge of
//! its land becomes the way to the farthest stops.
//!
//! Places move and with them the drawn lengths of lines; impedances, ratings and all else stay what they were sized for.

use crate::city::model::city::City;
use crate::city::model::roads::Roads;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::geometry::significant;
use crate::scenario::generate::land::Land;

/// Directions in which the map is measured.
const SECTORS: usize = 36;
/// The edge lies this much beyond the outermost stops: people live on the far side, too, and straight borders between
/// two bent corners must not cut a stop off.
const BEYOND: f64 = 1.12;
/// The nearest edge, share of the mean one: a city on a shore has land behind the promenade.
const LEAST: f64 = 0.3;

/// A map: how far it is to the edge in each direction.
#[derive(Clone, Debug)]
pub struct Reach {
    edge_m: [f64; SECTORS],
}

impl Reach {
    /// The edge of a set of stops about the origin.
    #[must_use]
    pub fn of(stops: &[Point]) -> Self {
        let mut far = [0.0_f64; SECTORS];
        for p in stops {
            let sector = libm::floor(share(*p) * SECTORS as f64) as usize % SECTORS;
            let d = distance(*p, [0.0, 0.0]);
            // A stop holds the border open on both sides of it.
            for s in [sector + SECTORS - 1, sector, sector + 1] {
                far[s % SECTORS] = far[s % SECTORS].max(d);
            }
        }
        let mean = far.iter().sum::<f64>() / SECTORS as f64;
        Self {
            edge_m: far.map(|d| (BEYOND * d).max(LEAST * mean).max(500.0)),
        }
    }

    /// Way to the edge in the direction of a point, metres.
    fn towards(&self, p: Point) -> f64 {
        let place = share(p) * SECTORS as f64 - 0.5 + SECTORS as f64;
        let low = libm::floor(place);
        let t = place - low;
        let (a, b) = (low as usize % SECTORS, (low as usize + 1) % SECTORS);
        (1.0 - t) * self.edge_m[a] + t * self.edge_m[b]
    }
}

/// Bearing of a point as a share of a turn.
fn share(p: Point) -> f64 {
    let turn = libm::atan2(p[1], p[0]) / std::f64::consts::TAU;
    if turn < 0.0 { turn + 1.0 } else { turn }
}

impl Reach {
    /// The place on the map of a place on the land.
    fn forth(&self, p: Point, land: &Land) -> Point {
        let scale = self.towards(p) / land.reach(libm::atan2(p[1], p[0]));
        [rounded(scale * p[0], 1), rounded(scale * p[1], 1)]
    }

    /// The place on the land of a place on the map.
    #[must_use]
    pub fn back(&self, p: Point, land: &Land) -> Point {
        let scale = land.reach(libm::atan2(p[1], p[0])) / self.towards(p);
        [scale * p[0], scale * p[1]]
    }
}

/// Moves the nodes of roads drawn on the land; links keep their speed.
pub fn lay_roads(roads: &mut Roads, land: &Land, reach: &Reach) {
    let at = |roads: &Roads, n: usize| [roads.nodes[n].x_m, roads.nodes[n].y_m];
    let before: Vec<Point> = (0..roads.nodes.len()).map(|n| at(roads, n)).collect();
    for node in &mut roads.nodes {
        [node.x_m, node.y_m] = reach.forth([node.x_m, node.y_m], land);
    }
    for link in &mut roads.links {
        let old = distance(before[link.from], before[link.to]);
        let (a, b) = (&roads.nodes[link.from], &roads.nodes[link.to]);
        let new = distance([a.x_m, a.y_m], [b.x_m, b.y_m]);
        if old > 0.0 && new > 0.0 {
            link.length_m = rounded(link.length_m * new / old, 0).max(1.0);
            link.free_flow_min = significant(link.free_flow_min * new / old, 4);
        }
    }
}

/// Moves everything that has a place.
pub fn lay(city: &mut City, land: &Land, reach: &Reach) {
    let moved = |p: Point| reach.forth(p, land);
    for district in &mut city.districts {
        [district.x_m, district.y_m] = moved([district.x_m, district.y_m]);
        for corner in &mut district.boundary_m {
            *corner = moved(*corner);
        }
    }
    let grid = &mut city.grid;
    let before: Vec<Point> = grid.buses.iter().map(|b| [b.x_m, b.y_m]).collect();
    for bus in &mut grid.buses {
        [bus.x_m, bus.y_m] = moved([bus.x_m, bus.y_m]);
    }
    for substation in &mut grid.substations {
        [substation.x_m, substation.y_m] = moved([substation.x_m, substation.y_m]);
    }
    for line in &mut grid.lines {
        let old = distance(before[line.from], before[line.to]);
        let (a, b) = (&grid.buses[line.from], &grid.buses[line.to]);
        let new = distance([a.x_m, a.y_m], [b.x_m, b.y_m]);
        if old > 0.0 && new > 0.0 {
            line.length_km = rounded(line.length_km * new / old, 3).max(0.01);
            line.synthetic = true;
        }
    }
}
