//! Closed tours through points: the rings of the mesh.

use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;

/// Most passes of improvement; a dozen points settle in three or four.
const PASSES: usize = 60;

/// A short closed tour through the points `members` (indices into `points`): nearest neighbour, then 2-opt, which
/// leaves no crossing.
#[must_use]
pub fn tour(points: &[Point], members: &[usize]) -> Vec<usize> {
    let mut rest = members.to_vec();
    let Some(first) = rest
        .iter()
        .copied()
        .min_by(|&a, &b| points[a][0].total_cmp(&points[b][0]).then(a.cmp(&b)))
    else {
        return Vec::new();
    };
    rest.retain(|&m| m != first);
    let mut tour = vec![first];
    let mut last = first;
    while let Some(next) = rest.iter().copied().min_by(|&a, &b| {
        distance(points[last], points[a]).total_cmp(&distance(points[last], points[b]))
    }) {
        rest.retain(|&m| m != next);
        tour.push(next);
        last = next;
    }
    let n = tour.len();
    let d = |a: usize, b: usize| distance(points[a], points[b]);
    for _ in 0..PASSES {
        let mut improved = false;
        for i in 0..n.saturating_sub(1) {
            for j in (i + 2)..n {
                let (a, b, c, e) = (tour[i], tour[i + 1], tour[j], tour[(j + 1) % n]);
                if a != e && d(a, c) + d(b, e) < d(a, b) + d(c, e) - 1e-6 {
                    tour[i + 1..=j].reverse();
                    improved = true;
                }
            }
        }
        if !improved {
            break;
        }
    }
    tour
}

/// Splits members into `groups` neighbouring parts of equal number by halving across the longer side.
#[must_use]
pub fn parts(points: &[Point], members: &[usize], groups: usize) -> Vec<Vec<usize>> {
    if groups <= 1 || members.len() < 2 {
        return vec![members.to_vec()];
    }
    let extent = |axis: usize| {
        let (low, high) = members.iter().fold((f64::MAX, f64::MIN), |(l, h), &m| {
            (l.min(points[m][axis]), h.max(points[m][axis]))
        });
        high - low
    };
    let axis = usize::from(extent(1) > extent(0));
    let mut sorted = members.to_vec();
    sorted.sort_by(|&a, &b| points[a][axis].total_cmp(&points[b][axis]).then(a.cmp(&b)));
    let left = groups / 2;
    let (low, high) = sorted.split_at(sorted.len() * left / groups);
    let mut all = parts(points, low, left);
    all.extend(parts(points, high, groups - left));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tour_of_a_square_goes_round() {
        let points = [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]];
        let t = tour(&points, &[0, 1, 2, 3]);
        let length: f64 = (0..4)
            .map(|i| distance(points[t[i]], points[t[(i + 1) % 4]]))
            .sum();
        assert!((length - 4.0).abs() < 1e-12);
    }

    #[test]
    fn parts_are_even_and_apart() {
        let points: Vec<Point> = (0..8).map(|i| [f64::from(i), 0.0]).collect();
        assert_eq!(
            parts(&points, &[7, 6, 5, 4, 3, 2, 1, 0], 2),
            vec![vec![0, 1, 2, 3], vec![4, 5, 6, 7]]
        );
    }
}
