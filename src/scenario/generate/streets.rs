//! Where the roads of a synthetic city run: a grid of main streets that is finer where more people live, a road along
//! the shore, and motorways round and out of the city.
//!
//! Every street stands for a main road and the smaller ones beside it: 400 nodes are no map of a city's every corner.
//! It draws the plan; lanes and capacities are `lanes`' and `roads`'.

use crate::city::model::roads::RoadClass;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::area;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::land::Land;
use std::collections::BTreeMap;

/// Junctions of the street grid of a city of 240,000 people.
const REFERENCE_JUNCTIONS: f64 = 300.0;
/// Larger cities have larger meshes, too.
const JUNCTION_EXPONENT: f64 = 0.75;
/// Coarse cells a junction: with a third of the cells halved and one in twelve quartered, one junction in 2.6 lies on a
/// corner of the coarse grid.
const CELLS_A_JUNCTION: f64 = 0.13;
const HALVED: f64 = 0.50;
const QUARTERED: f64 = 0.20;
/// Lattice steps of a coarse cell.
const STEPS: i64 = 4;
/// Junctions stray from the lattice by up to this share of the least spacing there.
const STRAY: f64 = 0.16;
/// The ring runs at this share of the way to the edge.
const RING: f64 = 0.55;
/// Smallest cities with a ring, and with a second radial motorway.
const RING_FROM: u32 = 60_000;
const SECOND_RADIAL_FROM: u32 = 150_000;
/// Metres between interchanges.
const INTERCHANGE_M: f64 = 3_000.0;
/// The shore road's distance from the water, metres.
const SHORE_ROAD_M: f64 = 350.0;

/// A two-way street of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Street {
    /// Junction at one end.
    pub from: usize,
    /// Junction at the other end.
    pub to: usize,
    /// What it is for.
    pub class: RoadClass,
    /// Whether it joins a motorway to the streets.
    pub ramp: bool,
}

/// Junctions and streets; every junction can be reached from every other.
#[derive(Clone, Debug, Default)]
pub struct StreetPlan {
    /// Places of the junctions, metres.
    pub at: Vec<Point>,
    /// Whether a junction lies on a motorway, where no street of a zone may join.
    pub motorway: Vec<bool>,
    /// Streets.
    pub streets: Vec<Street>,
}

/// Draws the plan.
#[must_use]
pub fn streets(land: &Land, population: u32, seed: u64) -> StreetPlan {
    let junctions =
        REFERENCE_JUNCTIONS * libm::pow(f64::from(population) / 240_000.0, JUNCTION_EXPONENT);
    let cells = (CELLS_A_JUNCTION * junctions).max(9.0);
    let cell_m = (area(&land.outline) / cells).sqrt();
    let mut plan = lattice(land, cell_m, seed);
    let grid = plan.at.len();
    if grid == 0 {
        return plan;
    }
    shore(land, cell_m, &mut plan);
    if population >= RING_FROM {
        let count = libm::ceil(3.6 * RING * land.radius_m / INTERCHANGE_M) as usize;
        let ring: Vec<Point> = (0..=count)
            .map(|i| {
                // From the northern shore by the west to the southern.
                let bearing = 1.25 + (std::f64::consts::TAU - 2.5) * i as f64 / count as f64;
                polar(bearing, RING * land.reach(bearing))
            })
            .collect();
        motorway(&ring, cell_m, grid, &mut plan);
    }
    let radials: &[f64] = if population >= SECOND_RADIAL_FROM {
        &[3.0, 4.3]
    } else {
        &[3.0]
    };
    for bearing in radials {
        let reach = land.reach(*bearing);
        let count = libm::ceil(0.75 * reach / INTERCHANGE_M).max(2.0) as usize;
        let radial: Vec<Point> = (0..=count)
            .map(|i| polar(*bearing, reach * (0.1 + 0.8 * i as f64 / count as f64)))
            .collect();
        motorway(&radial, cell_m, grid, &mut plan);
    }
    connected(plan)
}

fn polar(bearing: f64, r: f64) -> Point {
    [r * libm::cos(bearing), r * libm::sin(bearing)]
}

/// How fine each coarse cell is: 4 coarse, 2 halved, 1 quartered.
fn spacings(land: &Land, cell_m: f64, half: i64) -> BTreeMap<(i64, i64), i64> {
    let mut cells: Vec<((i64, i64), f64)> = Vec::new();
    for j in -half..half {
        for i in -half..half {
            // Corners and middle, so that a cell at the shore counts for what of it is land.
            let mut sum = 0.0;
            for (u, v) in [(0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)] {
                let density = land.density([(i as f64 + u) * cell_m, (j as f64 + v) * cell_m]);
                sum += density.people + 0.5 * density.commerce;
            }
            if sum > 0.0 {
                cells.push(((i, j), sum));
            }
        }
    }
    cells.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let count = cells.len() as f64;
    cells
        .into_iter()
        .enumerate()
        .map(|(rank, (cell, _))| {
            let share = (rank as f64 + 0.5) / count;
            let spacing = if share < QUARTERED {
                1
            } else if share < HALVED {
                2
            } else {
                STEPS
            };
            (cell, spacing)
        })
        .collect()
}

/// The street grid.
fn lattice(land: &Land, cell_m: f64, seed: u64) -> StreetPlan {
    let reach = land
        .outline
        .iter()
        .flat_map(|p| p.iter())
        .fold(0.0_f64, |m, v| m.max(v.abs()));
    let half = libm::ceil(reach / cell_m) as i64;
    let spacings = spacings(land, cell_m, half);
    let unit = cell_m / STEPS as f64;
    // Segments of one lattice step, with the class of their line; a segment is there if a cell beside it has its line.
    let mut segments: BTreeMap<(i64, i64, usize), RoadClass> = BTreeMap::new();
    let median = spacings.len() / 2;
    let dense: Vec<(i64, i64)> = spacings
        .iter()
        .filter(|(_, s)| **s < STEPS)
        .map(|(cell, _)| *cell)
        .collect();
    let near_dense = |cell: &(i64, i64)| {
        dense.len() > median
            || dense
                .iter()
                .any(|d| (d.0 - cell.0).abs() <= 1 && (d.1 - cell.1).abs() <= 1)
    };
    for (cell, &spacing) in &spacings {
        let main = near_dense(cell);
        let mut line = 0;
        while line <= STEPS {
            let class = if line % STEPS == 0 && main {
                RoadClass::Arterial
            } else {
                RoadClass::Collector
            };
            for step in 0..STEPS {
                let (x, y) = (cell.0 * STEPS, cell.1 * STEPS);
                for key in [(x + step, y + line, 0), (x + line, y + step, 1)] {
                    let known = segments.entry(key).or_insert(class);
                    // The main road's claim goes before (classes are in order of rank).
                    *known = (*known).min(class);
                }
            }
            line += spacing;
        }
    }
    let end = |key: &(i64, i64, usize)| {
        if key.2 == 0 {
            (key.0 + 1, key.1)
        } else {
            (key.0, key.1 + 1)
        }
    };
    let place = |at: (i64, i64)| {
        let index = ((at.0 + 50_000) * 100_000 + at.1 + 50_000) as u64;
        let mut draw = Draw::new(seed, "roads/junctions", index);
        let stray = STRAY * unit;
        [
            at.0 as f64 * unit + draw.uniform(-stray, stray),
            at.1 as f64 * unit + draw.uniform(-stray, stray),
        ]
    };
    segments
        .retain(|key, _| land.contains(place((key.0, key.1))) && land.contains(place(end(key))));
    // What meets at each lattice point: a point through which one straight street runs is no junction.
    let mut meets: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for key in segments.keys() {
        meets.entry((key.0, key.1)).or_default().push(key.2);
        meets.entry(end(key)).or_default().push(key.2);
    }
    let is_junction = |at: &(i64, i64)| {
        meets
            .get(at)
            .is_some_and(|m| !(m.len() == 2 && m[0] == m[1]))
    };
    let mut plan = StreetPlan::default();
    let mut index: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for at in meets.keys().filter(|at| is_junction(at)) {
        index.insert(*at, plan.at.len());
        plan.at.push(place(*at));
        plan.motorway.push(false);
    }
    for (&at, &from) in &index {
        for axis in 0..2 {
            let (mut point, mut class) = (at, None);
            while let Some(&own) = segments.get(&(point.0, point.1, axis)) {
                class = Some(class.map_or(own, |c: RoadClass| c.max(own)));
                point = end(&(point.0, point.1, axis));
                if index.contains_key(&point) {
                    break;
                }
            }
            if let (Some(class), Some(&to)) = (class, index.get(&point))
                && to != from
            {
                plan.add(from, to, class, false);
            }
        }
    }
    plan
}

/// A road along the shore, of new junctions or of those of the grid that lie there already.
fn shore(land: &Land, cell_m: f64, plan: &mut StreetPlan) {
    let grid = plan.at.len();
    let step = 0.75 * cell_m;
    let reach = libm::floor(0.85 * land.radius_m / step) as i64;
    let mut before: Option<usize> = None;
    for k in -reach..=reach {
        let y = k as f64 * step;
        // `from_shore` falls by a metre a metre eastward.
        let at = [land.from_shore([0.0, y]) - SHORE_ROAD_M, y];
        if !land.contains(at) {
            before = None;
            continue;
        }
        let near = nearest(&plan.at[..grid], at);
        let own = if distance(plan.at[near], at) < 0.3 * cell_m {
            near
        } else {
            plan.at.push(at);
            plan.motorway.push(false);
            plan.add(near, plan.at.len() - 1, RoadClass::Collector, false);
            plan.at.len() - 1
        };
        if let Some(before) = before.filter(|b| *b != own) {
            plan.add(before, own, RoadClass::Arterial, false);
        }
        before = Some(own);
    }
}

/// A motorway with an interchange at each point; where it meets an earlier one they share the interchange.
fn motorway(way: &[Point], cell_m: f64, grid: usize, plan: &mut StreetPlan) {
    let mut before: Option<usize> = None;
    for &point in way {
        let known = (grid..plan.at.len())
            .find(|i| plan.motorway[*i] && distance(plan.at[*i], point) < 0.4 * INTERCHANGE_M);
        let own = known.unwrap_or_else(|| {
            plan.at.push(point);
            plan.motorway.push(true);
            let own = plan.at.len() - 1;
            let near = nearest(&plan.at[..grid], point);
            // In open country the next street may be far: then there is no interchange, only a bend.
            if distance(plan.at[near], point) < 1.5 * cell_m {
                plan.add(own, near, RoadClass::Arterial, true);
            }
            own
        });
        if let Some(before) = before.filter(|b| *b != own) {
            plan.add(before, own, RoadClass::Motorway, false);
        }
        before = Some(own);
    }
}

impl StreetPlan {
    /// Adds a street unless the two junctions have one.
    fn add(&mut self, from: usize, to: usize, class: RoadClass, ramp: bool) {
        let twin = |s: &Street| (s.from, s.to) == (from, to) || (s.to, s.from) == (from, to);
        match self.streets.iter_mut().find(|s| twin(s)) {
            Some(street) => street.class = street.class.min(class),
            None => self.streets.push(Street {
                from,
                to,
                class,
                ramp,
            }),
        }
    }
}

/// The largest part of a plan that hangs together.
fn connected(plan: StreetPlan) -> StreetPlan {
    let mut part: Vec<usize> = (0..plan.at.len()).collect();
    // Labels sink to the least of a part; a plan of some thousand streets settles in a few rounds of both directions.
    loop {
        let mut changed = false;
        for street in plan.streets.iter().chain(plan.streets.iter().rev()) {
            let least = part[street.from].min(part[street.to]);
            changed |= part[street.from] != least || part[street.to] != least;
            part[street.from] = least;
            part[street.to] = least;
        }
        if !changed {
            break;
        }
    }
    let mut sizes = vec![0_usize; plan.at.len()];
    part.iter().for_each(|p| sizes[*p] += 1);
    let largest = (0..sizes.len()).max_by_key(|p| (sizes[*p], std::cmp::Reverse(*p)));
    let mut index = vec![None; plan.at.len()];
    let mut kept = StreetPlan::default();
    for node in 0..plan.at.len() {
        if Some(part[node]) == largest {
            index[node] = Some(kept.at.len());
            kept.at.push(plan.at[node]);
            kept.motorway.push(plan.motorway[node]);
        }
    }
    for street in plan.streets {
        if let (Some(from), Some(to)) = (index[street.from], index[street.to]) {
            kept.streets.push(Street { from, to, ..street });
        }
    }
    kept
}
