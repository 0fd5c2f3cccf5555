//! A shortest tree over points, the flow in it, and a few more edges that close loops.
//!
//! It knows no pipes.

use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;

/// An edge of a tree or a loop: two points by index.
pub type Edge = (usize, usize);

/// The shortest tree over points (Prim 1957), as (parent, child) in order of growth from the first point.
#[must_use]
pub fn shortest(points: &[Point]) -> Vec<Edge> {
    let n = points.len();
    let mut edges = Vec::with_capacity(n.saturating_sub(1));
    let mut nearest = vec![(f64::INFINITY, 0); n];
    let mut inside = vec![false; n];
    let mut last = 0;
    for _ in 1..n {
        inside[last] = true;
        let mut best = None;
        for i in (0..n).filter(|i| !inside[*i]) {
            let d = distance(points[i], points[last]);
            if d < nearest[i].0 {
                nearest[i] = (d, last);
            }
        }
        for i in (0..n).filter(|i| !inside[*i]) {
            if best.is_none_or(|b: usize| nearest[i].0 < nearest[b].0) {
                best = Some(i);
            }
        }
        let Some(next) = best else { break };
        edges.push((nearest[next].1, next));
        last = next;
    }
    edges
}

/// Flow in each edge of a tree, from parent to child, given what each point takes (negative: gives).
#[must_use]
pub fn flows(edges: &[Edge], takes: &[f64]) -> Vec<f64> {
    let mut below = takes.to_vec();
    let mut flows = vec![0.0; edges.len()];
    for (e, &(parent, child)) in edges.iter().enumerate().rev() {
        flows[e] = below[child];
        below[parent] += below[child];
    }
    flows
}

/// Distance along the tree from the first point to each, metres.
#[must_use]
pub fn depths(edges: &[Edge], points: &[Point]) -> Vec<f64> {
    let mut depth = vec![0.0; points.len()];
    for &(parent, child) in edges {
        depth[child] = depth[parent] + distance(points[parent], points[child]);
    }
    depth
}

/// Edges that close loops: the shortest between points that the tree joins only by a way more than `detour` times as
/// long, up to `share` of the number of tree edges.
#[must_use]
pub fn loops(edges: &[Edge], points: &[Point], detour: f64, share: f64) -> Vec<Edge> {
    let n = points.len();
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); n];
    for &(a, b) in edges {
        near[a].push(b);
        near[b].push(a);
    }
    let mut found: Vec<(f64, Edge)> = Vec::new();
    for a in 0..n {
        // The three nearest that are no neighbours yet.
        let mut others: Vec<(f64, usize)> = (0..n)
            .filter(|b| *b != a && !near[a].contains(b))
            .map(|b| (distance(points[a], points[b]), b))
            .collect();
        others.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let way = from(a, &near, points);
        for &(d, b) in others.iter().take(3) {
            if a < b && way[b] > detour * d {
                found.push((d, (a, b)));
            }
        }
    }
    found.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let most = (share * edges.len() as f64).ceil() as usize;
    found.into_iter().take(most).map(|f| f.1).collect()
}

/// Distance along a tree from one point to all, metres.
fn from(start: usize, near: &[Vec<usize>], points: &[Point]) -> Vec<f64> {
    let mut way = vec![f64::INFINITY; points.len()];
    way[start] = 0.0;
    let mut stack = vec![start];
    while let Some(a) = stack.pop() {
        for &b in &near[a] {
            if way[b].is_infinite() {
                way[b] = way[a] + distance(points[a], points[b]);
                stack.push(b);
            }
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comb_is_joined_and_its_flows_add_up() {
        let points = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [1.0, 1.0]];
        let edges = shortest(&points);
        assert_eq!(edges, [(0, 1), (1, 2), (1, 3)]);
        assert_eq!(flows(&edges, &[0.0, 1.0, 2.0, 4.0]), [7.0, 2.0, 4.0]);
        assert_eq!(depths(&edges, &points), [0.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn a_loop_is_closed_where_the_way_round_is_long() {
        // A U: its ends are close, the way along it is long.
        let points = [
            [0.0, 0.0],
            [0.0, 3.0],
            [0.0, 6.0],
            [3.5, 6.0],
            [3.5, 3.0],
            [3.5, 0.0],
        ];
        let edges = shortest(&points);
        assert!(loops(&edges, &points, 2.5, 0.2).contains(&(0, 5)));
    }
}
