//! Feeders: each substation's area cut into sectors, and one tree of 20 kV line through the blocks of each.
//!
//! A sector of less than half a turn is convex, so a tree that joins its blocks stays in it and feeders do not cross.
//! Trees weigh the way to the substation against the length of new line (Prim and Dijkstra mixed), which gives the
//! trunk-and-branch shape of real feeders. Ties between them are in `ties`.

use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::substations::Peak;
use crate::scenario::generate::substations::Plan as Substation;

/// Coincident 35 C peak of a feeder, megawatts: 444 MW over 88 feeders, the middle of 85 to 95, which is 5.8 MW at 41 C.
const FEEDER_MW: f64 = 5.05;
/// Share of the way to the substation that counts when a block chooses where to join.
const DEPTH_WEIGHT: f64 = 0.25;
/// Route of a 20 kV section over the straight line: 4/pi for a street grid in all directions, and a tenth more because
/// it calls at each of the two to four service transformers that a bus stands for.
pub const ROUTE_FACTOR: f64 = 1.4;

/// A feeder's plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Substation that normally feeds it.
    pub substation: usize,
    /// Its blocks in the order in which they join; the first is next to the substation.
    pub blocks: Vec<usize>,
    /// For each, the position in `blocks` it hangs on; none for the first.
    pub parent: Vec<Option<usize>>,
    /// For each, metres along the tree to the substation.
    pub depth_m: Vec<f64>,
    /// Peak at 35 C, megawatts.
    pub peak_35_mw: f64,
}

/// Plans the feeders of all substations.
#[must_use]
pub fn feeders(substations: &[Substation], blocks: &[Block], peaks: &[Peak]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (s, substation) in substations.iter().enumerate() {
        for sector in sectors(substation, blocks, peaks) {
            plans.push(tree(s, substation.at, &sector, blocks, peaks));
        }
    }
    plans
}

/// Cuts a service area into sectors of about equal peak, starting in its widest gap.
fn sectors(substation: &Substation, blocks: &[Block], peaks: &[Peak]) -> Vec<Vec<usize>> {
    let bearing = |b: usize| {
        let p = blocks[b].at;
        libm::atan2(p[1] - substation.at[1], p[0] - substation.at[0])
    };
    let mut around: Vec<(f64, usize)> =
        substation.blocks.iter().map(|&b| (bearing(b), b)).collect();
    around.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let gap = |i: usize| {
        let before = around[(i + around.len() - 1) % around.len()].0;
        (around[i].0 - before).rem_euclid(std::f64::consts::TAU)
    };
    let first = (0..around.len())
        .max_by(|&a, &b| gap(a).total_cmp(&gap(b)))
        .unwrap_or(0);
    around.rotate_left(first);
    let count = (libm::round(substation.peak_35_mw / FEEDER_MW) as usize).clamp(1, around.len());
    let loads: Vec<f64> = around.iter().map(|&(_, b)| peaks[b].at_35_mw).collect();
    let mut sectors = Vec::with_capacity(count);
    let mut start = 0;
    for end in equal_cuts(&loads, count) {
        sectors.push(around[start..end].iter().map(|&(_, b)| b).collect());
        start = end;
    }
    sectors
}

/// Ends of the `count` runs of a sequence whose sums differ least in squares (dynamic programming); each holds at least one.
fn equal_cuts(loads: &[f64], count: usize) -> Vec<usize> {
    let n = loads.len();
    let mut prefix = vec![0.0; n + 1];
    for i in 0..n {
        prefix[i + 1] = prefix[i] + loads[i];
    }
    let mut cost = vec![vec![f64::INFINITY; n + 1]; count + 1];
    let mut from = vec![vec![0; n + 1]; count + 1];
    cost[0][0] = 0.0;
    for k in 1..=count {
        for end in k..=n {
            for start in (k - 1)..end {
                let sum: f64 = prefix[end] - prefix[start];
                let trial = cost[k - 1][start] + sum * sum;
                if trial < cost[k][end] {
                    cost[k][end] = trial;
                    from[k][end] = start;
                }
            }
        }
    }
    let mut ends = vec![n];
    for k in (2..=count).rev() {
        ends.push(from[k][ends[ends.len() - 1]]);
    }
    ends.reverse();
    ends
}

fn tree(
    substation: usize,
    root: Point,
    sector: &[usize],
    blocks: &[Block],
    peaks: &[Peak],
) -> Plan {
    let at = |b: usize| blocks[b].at;
    let mut rest = sector.to_vec();
    rest.sort_by(|&a, &b| {
        distance(at(a), root)
            .total_cmp(&distance(at(b), root))
            .then(a.cmp(&b))
    });
    let first = rest.remove(0);
    let mut plan = Plan {
        substation,
        blocks: vec![first],
        parent: vec![None],
        depth_m: vec![distance(at(first), root)],
        peak_35_mw: sector.iter().map(|&b| peaks[b].at_35_mw).sum(),
    };
    while !rest.is_empty() {
        let mut best = (f64::INFINITY, 0, 0, 0.0);
        for (r, &candidate) in rest.iter().enumerate() {
            for (p, &joined) in plan.blocks.iter().enumerate() {
                let d = distance(at(candidate), at(joined));
                let cost = d + DEPTH_WEIGHT * plan.depth_m[p];
                if cost < best.0 {
                    best = (cost, r, p, d);
                }
            }
        }
        let (_, r, p, d) = best;
        plan.depth_m.push(plan.depth_m[p] + d);
        plan.blocks.push(rest.remove(r));
        plan.parent.push(Some(p));
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_the_most_equal_ones() {
        assert_eq!(equal_cuts(&[1.0, 1.0, 1.0, 3.0, 3.0], 3), vec![3, 4, 5]);
        assert_eq!(equal_cuts(&[5.0, 1.0, 1.0], 3), vec![1, 2, 3]);
        assert_eq!(equal_cuts(&[2.0, 2.0, 2.0, 2.0], 1), vec![4]);
    }
}
