//! Which lines a city has and the way that each takes: trams out of the core where the rectifiers stand, trunk buses across
//! it between them, orbitals round it, and local lines to whoever is left.
//!
//! It knows no timetable.

use crate::city::model::travel::Travel;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::transit::coverage::Coverage;
use crate::scenario::generate::transit::stops::StopMap;

/// What a line is in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Tram.
    Tram,
    /// Bus across the core, frequent.
    Trunk,
    /// Bus round the core.
    Orbital,
    /// Bus from a stop of the lines above to a quarter.
    Local,
}

/// A line and its stops in one direction; the other direction takes them backwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id, such as `T1` or `B07`.
    pub id: String,
    /// What is written on it: its ends.
    pub name: String,
    /// What it is.
    pub rank: Rank,
    /// Its stops.
    pub stops: Vec<usize>,
}

/// Lines of each rank in a city of 240,000 (docs/sizing.md: 3 tram lines, 18 bus routes): few trunk buses, since trams run
/// beside them, and many local ones, since only these come near all who travel.
const REFERENCE: [(Rank, f64); 4] = [
    (Rank::Tram, 3.0),
    (Rank::Trunk, 2.0),
    (Rank::Orbital, 2.0),
    (Rank::Local, 14.0),
];
/// Bearings between which the rectifiers' lines run out of the core, radians (see `critical::target`).
const BEARINGS: (f64, f64) = (1.35, 4.95);
/// Ends of tram lines, share of the way to the edge of the land: a little beyond the outermost rectifiers at 0.54; three
/// lines then make the 45 km of docs/sizing.md.
const TRAM_REACH: f64 = 0.53;
/// Where a tram line that ends in the core goes on to the shore, share of the way: the harbour.
const HARBOUR_REACH: f64 = 0.6;
/// Ends of trunk buses, likewise.
const TRUNK_REACH: f64 = 0.31;
/// Radii of the orbitals, share of the way to the edge: from the inner to the outer one.
const ORBITAL_REACH: (f64, f64) = (0.20, 0.32);
/// How far a way swings to either side, share of the mean radius: streets are no rays.
const SWING: f64 = 0.018;
/// Distances between stops, metres: trams 400 to 600, buses 250 to 400 in the core and more where few live (SIZING.md).
const TRAM_SPACING_M: f64 = 550.0;
/// Likewise, buses within [`CORE`].
const CORE_SPACING_M: f64 = 420.0;
/// Likewise, buses farther out.
const OUTER_SPACING_M: f64 = 720.0;
/// The core, share of the mean radius.
const CORE: f64 = 0.22;

/// The lines of a city, their stops laid on the map.
#[must_use]
pub fn lines(
    land: &Land,
    blocks: &[Block],
    travel: Option<&Travel>,
    population: f64,
    seed: u64,
    map: &mut StopMap,
) -> Vec<Line> {
    // Routes grow with the square root of the people, their length with that of the land: vehicles with the people.
    let scale = (population / 240_000.0).sqrt();
    let count = |rank: Rank| {
        let found = REFERENCE.iter().find(|(r, _)| *r == rank);
        (libm::round(found.map_or(0.0, |f| f.1) * scale) as usize).max(1)
    };
    let bus_spacing = |p: Point| {
        if distance(p, [0.0, 0.0]) < CORE * land.radius_m {
            CORE_SPACING_M
        } else {
            OUTER_SPACING_M
        }
    };
    let mut lines = Vec::new();
    let mut lay = |rank: Rank, way: &[Point], map: &mut StopMap| {
        let stops = match rank {
            Rank::Tram => map.along(way, |_| TRAM_SPACING_M),
            _ => map.through(way, bus_spacing),
        };
        let (Some(&first), Some(&last)) = (stops.first(), stops.last()) else {
            return;
        };
        if stops.len() < LEAST_STOPS {
            return;
        }
        let number = 1 + lines
            .iter()
            .filter(|l: &&Line| (l.rank == Rank::Tram) == (rank == Rank::Tram))
            .count();
        let id = match rank {
            Rank::Tram => format!("T{number}"),
            _ => format!("B{number:02}"),
        };
        let name = format!("{} - {}", map.stops[first].name, map.stops[last].name);
        lines.push(Line {
            id,
            name,
            rank,
            stops,
        });
    };
    let places = Coverage::new(travel, blocks, &[]);
    for (i, ends) in tram_arms(count(Rank::Tram)).iter().enumerate() {
        let swing = Swing::new(seed, "transit/tram", i, land.radius_m);
        let mut way = swing.ray(land, ends.0, TRAM_REACH);
        way.reverse();
        match ends.1 {
            Some(bearing) => way.extend(swing.ray(land, bearing, TRAM_REACH)),
            None => way.extend(swing.ray(land, 0.0, HARBOUR_REACH)),
        }
        lay(Rank::Tram, &way, map);
    }
    let trunks = count(Rank::Trunk);
    for i in 0..trunks {
        let bearing = |k: usize| {
            BEARINGS.0 + (BEARINGS.1 - BEARINGS.0) * (k as f64 + 0.5) / (2 * trunks) as f64
        };
        let swing = Swing::new(seed, "transit/trunk", i, land.radius_m);
        let mut way = swing.ray(land, bearing(i), TRUNK_REACH);
        way.reverse();
        way.extend(swing.ray(land, bearing(i + trunks), TRUNK_REACH));
        lay(Rank::Trunk, &places.bent(&way), map);
    }
    let orbitals = count(Rank::Orbital);
    for i in 0..orbitals {
        let part = if orbitals < 2 {
            0.5
        } else {
            i as f64 / (orbitals - 1) as f64
        };
        let reach = ORBITAL_REACH.0 + part * (ORBITAL_REACH.1 - ORBITAL_REACH.0);
        // The outer an orbital, the shorter its arc, so that none takes all day.
        let arc = (BEARINGS.1 - BEARINGS.0) * (1.0 - 0.35 * part);
        let from = BEARINGS.0
            + Draw::new(seed, "transit/orbital", i as u64).unit() * (BEARINGS.1 - BEARINGS.0 - arc);
        let way: Vec<Point> = (0..=ORBITAL_CORNERS)
            .map(|k| {
                let bearing = from + arc * k as f64 / ORBITAL_CORNERS as f64;
                let r = reach * land.reach(bearing);
                [r * libm::cos(bearing), r * libm::sin(bearing)]
            })
            .collect();
        lay(Rank::Orbital, &places.bent(&way), map);
    }
    let mut coverage = Coverage::new(travel, blocks, map.places());
    for _ in 0..count(Rank::Local) {
        let Some(way) = coverage.next_way(map.places()) else {
            break;
        };
        let before = map.stops.len();
        lay(Rank::Local, &way, map);
        coverage.cover(&map.places()[before..]);
        coverage.cover(&way);
    }
    lines
}

/// A line with fewer stops is none.
const LEAST_STOPS: usize = 4;
/// Corners of an orbital's arc.
const ORBITAL_CORNERS: usize = 24;

/// The two bearings of each tram line; the last of an odd network runs from one arm to the shore. Arms lie where the
/// rectifiers' five lines do, and between them in a larger city.
fn tram_arms(count: usize) -> Vec<(f64, Option<f64>)> {
    let arms = match count {
        1 => 2,
        2 => 4,
        n => 2 * n - 1,
    };
    let bearing = |arm: usize| {
        // Two lines take the outer four of the five.
        let place = if arms == 4 {
            [0.0, 0.25, 0.75, 1.0][arm]
        } else {
            arm as f64 / (arms - 1) as f64
        };
        BEARINGS.0 + (BEARINGS.1 - BEARINGS.0) * place
    };
    (0..count)
        .map(|i| {
            let other = arms - 1 - i;
            (bearing(i), (other != i).then(|| bearing(other)))
        })
        .collect()
}

/// How the ways of one line swing.
struct Swing {
    size_m: f64,
    phase: f64,
    waves: f64,
}

impl Swing {
    fn new(seed: u64, process: &str, line: usize, radius_m: f64) -> Self {
        let mut draw = Draw::new(seed, process, line as u64);
        Self {
            size_m: radius_m * SWING * draw.uniform(0.4, 1.0),
            phase: draw.uniform(0.0, std::f64::consts::TAU),
            waves: draw.uniform(1.5, 3.0),
        }
    }

    /// A way from the core outwards: a ray that swings, but neither at the core nor at its end.
    fn ray(&self, land: &Land, bearing: f64, reach: f64) -> Vec<Point> {
        let r = reach * land.reach(bearing);
        let (c, s) = (libm::cos(bearing), libm::sin(bearing));
        (0..=RAY_CORNERS)
            .map(|k| {
                let t = k as f64 / RAY_CORNERS as f64;
                let fade = libm::sin(std::f64::consts::PI * t);
                let turn = std::f64::consts::TAU * self.waves * t + self.phase;
                let off = self.size_m * fade * libm::sin(turn);
                [r * t * c - off * s, r * t * s + off * c]
            })
            .collect()
    }
}

/// Corners of a ray.
const RAY_CORNERS: usize = 32;
