//! Depots of a feed, which says nothing of them: among the places where blocks begin, as many as the fleet needs.
//!
//! Vehicles on roads and others have depots of their own. It builds no charging points: a feed does not say what drives
//! its buses, and they are taken for diesel.

use crate::city::model::transit::Depot;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::transit::depots::VEHICLES_A_DEPOT;
use crate::scenario::generate::transit::fleet;

/// Most depots of either kind: beyond, they grow larger instead.
const MOST: usize = 40;
/// Rounds of Lloyd's relaxation.
const ROUNDS: usize = 12;

/// Places depots and gives each block the nearest of its kind.
pub fn place(transit: &mut Transit) {
    let start = starts(transit);
    let is_bus: Vec<bool> = transit
        .blocks
        .iter()
        .map(|b| transit.vehicle_types[b.vehicle_type].mode == TransitMode::Bus)
        .collect();
    let peaks = fleet::peaks(transit);
    for bus in [true, false] {
        let members: Vec<usize> = (0..is_bus.len()).filter(|&b| is_bus[b] == bus).collect();
        if members.is_empty() {
            continue;
        }
        let need: u32 = peaks
            .iter()
            .filter(|((_, t), _)| (transit.vehicle_types[*t].mode == TransitMode::Bus) == bus)
            .map(|(_, n)| *n)
            .sum();
        let count = libm::round(f64::from(need) / (2.0 * VEHICLES_A_DEPOT)) as usize;
        let at: Vec<Point> = members.iter().map(|&b| start[b]).collect();
        let centres = centres(&at, count.clamp(1, MOST));
        let first = transit.depots.len();
        for centre in &centres {
            transit.depots.push(Depot {
                id: format!("DEP{}", transit.depots.len() + 1),
                x_m: rounded(centre[0], 0),
                y_m: rounded(centre[1], 0),
                district: 0,
                load: None,
                chargers: 0,
            });
        }
        for (&block, &p) in members.iter().zip(&at) {
            transit.blocks[block].depot = first + nearest(&centres, p);
        }
    }
}

/// Where each block begins.
fn starts(transit: &Transit) -> Vec<Point> {
    let mut start = vec![None; transit.blocks.len()];
    for trip in &transit.trips {
        let pattern = transit.timings[trip.timing].pattern;
        let stop = transit.patterns[pattern].stops.first().copied();
        if let (None, Some(stop)) = (start[trip.block], stop) {
            let stop = &transit.stops[stop];
            start[trip.block] = Some([stop.x_m, stop.y_m]);
        }
    }
    start.into_iter().map(|s| s.unwrap_or([0.0, 0.0])).collect()
}

/// Centres of groups of points: farthest first, then Lloyd's relaxation.
fn centres(at: &[Point], count: usize) -> Vec<Point> {
    use crate::scenario::generate::geometry::distance_squared;
    let sum = at
        .iter()
        .fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
    let mut centres = vec![[sum[0] / at.len() as f64, sum[1] / at.len() as f64]];
    while centres.len() < count {
        let gap = |p: &Point| distance_squared(*p, centres[nearest(&centres, *p)]);
        match at.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))) {
            Some(far) if gap(far) > 0.0 => centres.push(*far),
            _ => break,
        }
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![([0.0, 0.0], 0.0); centres.len()];
        for p in at {
            let (sum, n) = &mut sums[nearest(&centres, *p)];
            *sum = [sum[0] + p[0], sum[1] + p[1]];
            *n += 1.0;
        }
        for (centre, (sum, n)) in centres.iter_mut().zip(sums) {
            if n > 0.0 {
                *centre = [sum[0] / n, sum[1] / n];
            }
        }
    }
    centres
}
