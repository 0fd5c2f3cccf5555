//! Where the buses of a case without coordinates are drawn: stress majorisation of the graph, deterministic.
//!
//! Ideal distances are shortest paths over branches whose length is the square root of the reactance against the
//! median, kept within limits, so that long lines look long and no transformer collapses to a point. Method: Gansner,
//! Koren and North, Graph Drawing by Stress Majorization (2004), with weights 1/d^2 and one bus moved at a time; in
//! large cases distances are kept to landmarks and neighbours alone (Ortmann, Klimenta and Brandes 2017, simplified).
//! It says nothing of where the buses really are.

use crate::scenario::generate::geometry::Point;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A branch as the layout sees it.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// One end.
    pub from: usize,
    /// Other end.
    pub to: usize,
    /// Reactance, per unit.
    pub x_pu: f64,
}

/// Shortest and longest edge against the median one.
const LENGTH_LIMITS: (f64, f64) = (0.5, 2.0);
/// Cases up to this many buses keep all distances: their square still fits a cache.
const ALL_PAIRS: usize = 700;
/// Landmarks of larger cases.
const LANDMARKS: usize = 120;
/// Rounds of majorisation; drawings of some hundred buses stand still after about 60.
const ROUNDS: usize = 120;
/// Distance between parts of a case that are not connected, as a multiple of the longest within one.
const APART: f64 = 1.2;
/// Golden angle, radians: a start in which no two buses lie on a line through the centre.
const GOLDEN_RAD: f64 = 2.399_963_229_728_653;

/// Places of the buses, centred on the origin, the farthest at distance 1.
#[must_use]
pub fn layout(buses: usize, edges: &[Edge]) -> Vec<Point> {
    let near = neighbours(buses, edges);
    let landmarks = landmarks(buses, &near);
    let mut terms: Vec<Vec<(usize, f64)>> = vec![Vec::new(); buses];
    let mut longest = 0.0_f64;
    let distances: Vec<Vec<f64>> = landmarks.iter().map(|&l| from(l, &near)).collect();
    for row in &distances {
        longest = row
            .iter()
            .filter(|d| d.is_finite())
            .fold(longest, |m, d| m.max(*d));
    }
    let apart = APART * longest.max(1.0);
    for (row, &landmark) in distances.iter().zip(&landmarks) {
        for (bus, d) in row.iter().enumerate().filter(|(bus, _)| *bus != landmark) {
            terms[bus].push((landmark, if d.is_finite() { *d } else { apart }));
        }
    }
    if landmarks.len() < buses {
        for (bus, list) in near.iter().enumerate() {
            terms[bus].extend(list.iter().copied());
        }
    }
    // Start: a golden spiral in the order of distance from the first landmark, so that neighbours start near.
    let mut order: Vec<usize> = (0..buses).collect();
    if let Some(row) = distances.first() {
        order.sort_by(|&a, &b| row[a].total_cmp(&row[b]).then(a.cmp(&b)));
    }
    let mut at = vec![[0.0, 0.0]; buses];
    for (rank, &bus) in order.iter().enumerate() {
        let r = apart * ((rank as f64 + 0.5) / buses as f64).sqrt() / 2.0;
        let angle = GOLDEN_RAD * rank as f64;
        at[bus] = [r * libm::cos(angle), r * libm::sin(angle)];
    }
    for _ in 0..ROUNDS {
        for bus in 0..buses {
            if let Some(better) = moved(at[bus], &terms[bus], &at) {
                at[bus] = better;
            }
        }
    }
    centred(at)
}

/// The place of one bus that lowers the stress of its terms, the others held.
fn moved(own: Point, terms: &[(usize, f64)], at: &[Point]) -> Option<Point> {
    let mut sum = [0.0, 0.0];
    let mut weights = 0.0;
    for &(other, d) in terms {
        let weight = 1.0 / (d * d);
        let there = at[other];
        let gap = [own[0] - there[0], own[1] - there[1]];
        let length = (gap[0] * gap[0] + gap[1] * gap[1]).sqrt().max(1e-9);
        for k in 0..2 {
            sum[k] += weight * (there[k] + d * gap[k] / length);
        }
        weights += weight;
    }
    (weights > 0.0).then(|| [sum[0] / weights, sum[1] / weights])
}

fn centred(mut at: Vec<Point>) -> Vec<Point> {
    let count = at.len().max(1) as f64;
    let mean = [0, 1].map(|k| at.iter().map(|p| p[k]).sum::<f64>() / count);
    for p in &mut at {
        *p = [p[0] - mean[0], p[1] - mean[1]];
    }
    let reach = at
        .iter()
        .map(|p| (p[0] * p[0] + p[1] * p[1]).sqrt())
        .fold(0.0, f64::max);
    if reach > 0.0 {
        for p in &mut at {
            *p = [p[0] / reach, p[1] / reach];
        }
    }
    at
}

/// Neighbours of each bus with the ideal length of the branch.
fn neighbours(buses: usize, edges: &[Edge]) -> Vec<Vec<(usize, f64)>> {
    let mut roots: Vec<f64> = edges.iter().map(|e| e.x_pu.abs().sqrt()).collect();
    roots.sort_by(f64::total_cmp);
    let median = roots.get(roots.len() / 2).copied().unwrap_or(1.0).max(1e-9);
    let mut near = vec![Vec::new(); buses];
    for e in edges.iter().filter(|e| e.from != e.to) {
        let length = (e.x_pu.abs().sqrt() / median).clamp(LENGTH_LIMITS.0, LENGTH_LIMITS.1);
        near[e.from].push((e.to, length));
        near[e.to].push((e.from, length));
    }
    near
}

/// All buses of a small case; of a large one, some that lie far from each other.
fn landmarks(buses: usize, near: &[Vec<(usize, f64)>]) -> Vec<usize> {
    if buses <= ALL_PAIRS {
        return (0..buses).collect();
    }
    let mut chosen = vec![0];
    let mut nearest = vec![f64::INFINITY; buses];
    while chosen.len() < LANDMARKS {
        let Some(&last) = chosen.last() else { break };
        for (best, d) in nearest.iter_mut().zip(from(last, near)) {
            *best = best.min(d);
        }
        let mut farthest = (0.0, 0);
        for (bus, d) in nearest.iter().enumerate() {
            if *d > farthest.0 {
                farthest = (*d, bus);
            }
        }
        chosen.push(farthest.1);
    }
    chosen
}

/// Shortest distances from a bus (Dijkstra 1959).
fn from(source: usize, near: &[Vec<(usize, f64)>]) -> Vec<f64> {
    let mut distance = vec![f64::INFINITY; near.len()];
    let mut queue = BinaryHeap::new();
    distance[source] = 0.0;
    // Distances are not negative, so their bits order as they do.
    queue.push(Reverse((0_u64, source)));
    while let Some(Reverse((bits, bus))) = queue.pop() {
        let here = f64::from_bits(bits);
        if here > distance[bus] {
            continue;
        }
        for &(next, length) in &near[bus] {
            let there = here + length;
            if there < distance[next] {
                distance[next] = there;
                queue.push(Reverse((there.to_bits(), next)));
            }
        }
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: usize, to: usize) -> Edge {
        Edge {
            from,
            to,
            x_pu: 0.1,
        }
    }

    fn gap(a: Point, b: Point) -> f64 {
        ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
    }

    #[test]
    fn a_chain_is_drawn_straight_and_evenly() {
        let at = layout(3, &[edge(0, 1), edge(1, 2)]);
        // The last bend of a chain straightens slowly; a hundredth is not seen.
        assert!(
            (gap(at[0], at[2]) / gap(at[0], at[1]) - 2.0).abs() < 0.02,
            "{at:?}"
        );
        assert!(
            (gap(at[1], at[2]) / gap(at[0], at[1]) - 1.0).abs() < 0.02,
            "{at:?}"
        );
    }

    #[test]
    fn parts_that_are_not_connected_lie_apart() {
        let at = layout(4, &[edge(0, 1), edge(2, 3)]);
        assert!(at.iter().all(|p| p[0].is_finite() && p[1].is_finite()));
        assert!(gap(at[0], at[2]) > 0.5 * gap(at[0], at[1]));
    }

    #[test]
    fn a_long_ring_uses_landmarks_and_stays_a_ring() {
        let n = ALL_PAIRS + 100;
        let edges: Vec<Edge> = (0..n).map(|i| edge(i, (i + 1) % n)).collect();
        let at = layout(n, &edges);
        let opposite = gap(at[0], at[n / 2]);
        let beside = gap(at[0], at[1]);
        assert!(opposite > 20.0 * beside, "{opposite} {beside}");
    }
}
