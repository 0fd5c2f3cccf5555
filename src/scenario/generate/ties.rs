//! Normally-open ties: short lines between neighbouring feeders through which a dark one can be fed from the other.

use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::feeders::Plan as Feeder;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::segments_cross;
use crate::scenario::generate::substations::Plan as Substation;

/// Ties a feeder should have: two, so that either half can be fed when the trunk is cut in the middle.
const WANTED: usize = 2;
/// Most ties at one feeder.
const MOST: usize = 4;
/// A tie to a feeder of the same substation does not help when the substation is lost: it must be this much shorter.
const SAME_SUBSTATION: f64 = 1.7;
/// A tie near the trunk's start picks up little more than one at the start of the other feeder: preference for ends.
const SHALLOW: f64 = 1.8;
/// Longest tie, metres as the crow flies.
const LONGEST_M: f64 = 6_000.0;

/// A tie between two blocks of different feeders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Feeder and position in its `blocks`.
    pub a: (usize, usize),
    /// The same at the other end.
    pub b: (usize, usize),
}

struct Candidate {
    cost: f64,
    tie: Tie,
    ends: (Point, Point),
}

/// Chooses the ties, shortest first.
#[must_use]
pub fn ties(substations: &[Substation], feeders: &[Feeder], blocks: &[Block]) -> Vec<Tie> {
    let mut segments = Vec::new();
    for feeder in feeders {
        for (i, &block) in feeder.blocks.iter().enumerate() {
            let from = feeder.parent[i].map_or(substations[feeder.substation].at, |p| {
                blocks[feeder.blocks[p]].at
            });
            segments.push((from, blocks[block].at));
        }
    }
    let candidates = candidates(feeders, blocks);
    let mut chosen: Vec<Tie> = Vec::new();
    let mut count = vec![0; feeders.len()];
    // First the ties every feeder wants, then the odd feeder's second, then its first at any price.
    for (needs_both, least) in [(true, WANTED), (false, WANTED), (false, 1)] {
        for candidate in &candidates {
            let (f, g) = (candidate.tie.a.0, candidate.tie.b.0);
            let wanted = if needs_both {
                count[f] < least && count[g] < least
            } else {
                count[f] < least || count[g] < least
            };
            if !wanted || count[f] >= MOST || count[g] >= MOST {
                continue;
            }
            let last_resort = least == 1;
            if !last_resort && chosen.iter().any(|t| (t.a.0, t.b.0) == (f, g)) {
                continue;
            }
            let (a, b) = candidate.ends;
            if !last_resort && segments.iter().any(|&(c, d)| segments_cross(a, b, c, d)) {
                continue;
            }
            segments.push((a, b));
            count[f] += 1;
            count[g] += 1;
            chosen.push(candidate.tie);
        }
    }
    chosen
}

fn candidates(feeders: &[Feeder], blocks: &[Block]) -> Vec<Candidate> {
    // Nodes sorted by easting, so that only a window of them is looked at.
    let mut nodes: Vec<(Point, usize, usize)> = Vec::new();
    for (f, feeder) in feeders.iter().enumerate() {
        for (i, &block) in feeder.blocks.iter().enumerate() {
            nodes.push((blocks[block].at, f, i));
        }
    }
    nodes.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]).then((a.1, a.2).cmp(&(b.1, b.2))));
    let deepest: Vec<f64> = feeders
        .iter()
        .map(|f| f.depth_m.iter().copied().fold(1.0, f64::max))
        .collect();
    let mut found = Vec::new();
    for (k, &(at, f, i)) in nodes.iter().enumerate() {
        let mut near: Vec<Candidate> = Vec::new();
        let window = nodes[k + 1..]
            .iter()
            .take_while(|n| n.0[0] - at[0] < LONGEST_M);
        for &(other, g, j) in window {
            let d = distance(at, other);
            if f == g || d > LONGEST_M {
                continue;
            }
            let depth =
                0.5 * (feeders[f].depth_m[i] / deepest[f] + feeders[g].depth_m[j] / deepest[g]);
            let same = feeders[f].substation == feeders[g].substation;
            let cost =
                d * (SHALLOW - (SHALLOW - 1.0) * depth) * if same { SAME_SUBSTATION } else { 1.0 };
            let (a, b) = if f < g {
                ((f, i), (g, j))
            } else {
                ((g, j), (f, i))
            };
            near.push(Candidate {
                cost,
                tie: Tie { a, b },
                ends: (at, other),
            });
        }
        near.sort_by(order);
        near.truncate(12);
        found.extend(near);
    }
    found.sort_by(order);
    found
}

fn order(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    a.cost
        .total_cmp(&b.cost)
        .then((a.tie.a, a.tie.b).cmp(&(b.tie.a, b.tie.b)))
}
