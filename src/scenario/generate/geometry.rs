//! Plane geometry that several parts of the generator share: distances, crossings, polygons, rounding.

/// A point, metres east and north of the city's origin.
pub type Point = [f64; 2];

/// Distance between two points, metres.
#[must_use]
pub fn distance(a: Point, b: Point) -> f64 {
    distance_squared(a, b).sqrt()
}

/// Squared distance between two points, square metres.
#[must_use]
pub fn distance_squared(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    dx * dx + dy * dy
}

/// Twice the signed area of the triangle a, b, c: positive when it turns left.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether two segments cross at a point inside both; shared ends do not count.
#[must_use]
pub fn segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
}

/// Area of a simple polygon, square metres.
#[must_use]
pub fn area(corners: &[Point]) -> f64 {
    let twice: f64 = (0..corners.len())
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % corners.len()]);
            a[0] * b[1] - b[0] * a[1]
        })
        .sum();
    0.5 * twice.abs()
}

/// The part of a polygon nearer to `own` than to `other` (Sutherland and Hodgman's clip by the bisector).
#[must_use]
pub fn nearer_part(corners: &[Point], own: Point, other: Point) -> Vec<Point> {
    let middle = [0.5 * (own[0] + other[0]), 0.5 * (own[1] + other[1])];
    let side = |p: Point| {
        (p[0] - middle[0]) * (own[0] - other[0]) + (p[1] - middle[1]) * (own[1] - other[1])
    };
    let mut kept = Vec::with_capacity(corners.len() + 2);
    for i in 0..corners.len() {
        let (a, b) = (corners[i], corners[(i + 1) % corners.len()]);
        let (side_a, side_b) = (side(a), side(b));
        if side_a >= 0.0 {
            kept.push(a);
        }
        if (side_a >= 0.0) != (side_b >= 0.0) {
            let t = side_a / (side_a - side_b);
            kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
        }
    }
    kept
}

/// Index of the point nearest to `p`; ties go to the lowest index, and an empty slice gives 0.
#[must_use]
pub fn nearest(points: &[Point], p: Point) -> usize {
    let mut best = (0, f64::INFINITY);
    for (i, &q) in points.iter().enumerate() {
        let d = distance_squared(p, q);
        if d < best.1 {
            best = (i, d);
        }
    }
    best.0
}

/// Rounds to a number of decimals, so that the city's files stay readable.
#[must_use]
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// Rounds to a number of significant digits.
#[must_use]
pub fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    rounded(
        value,
        digits - 1 - libm::floor(libm::log10(value.abs())) as i32,
    )
}

/// Splits a whole number in proportion to weights by largest remainders, so that the parts sum to it exactly.
#[must_use]
pub fn apportion(total: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    if weights.is_empty() || sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|w| f64::from(total) * w / sum).collect();
    let mut parts: Vec<u32> = exact.iter().map(|e| e.floor() as u32).collect();
    let missing = total.saturating_sub(parts.iter().sum::<u32>()) as usize;
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| {
        (exact[b] - exact[b].floor())
            .total_cmp(&(exact[a] - exact[a].floor()))
            .then(a.cmp(&b))
    });
    for &i in order.iter().cycle().take(missing) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_segments_cross_and_neighbours_do_not() {
        assert!(segments_cross(
            [0.0, 0.0],
            [2.0, 2.0],
            [0.0, 2.0],
            [2.0, 0.0]
        ));
        assert!(!segments_cross(
            [0.0, 0.0],
            [2.0, 2.0],
            [2.0, 2.0],
            [4.0, 0.0]
        ));
        assert!(!segments_cross(
            [0.0, 0.0],
            [1.0, 0.0],
            [0.0, 1.0],
            [1.0, 1.0]
        ));
    }

    #[test]
    fn bisector_halves_a_square() {
        let square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        let half = nearer_part(&square, [1.0, 2.0], [3.0, 2.0]);
        assert!((area(&half) - 8.0).abs() < 1e-12);
        assert!(half.iter().all(|p| p[0] <= 2.0));
    }

    #[test]
    fn rounding_keeps_digits() {
        assert_eq!(rounded(1.234_56, 3), 1.235);
        assert_eq!(significant(0.001_234_56, 4), 0.001_235);
        assert_eq!(significant(0.0, 4), 0.0);
    }

    #[test]
    fn apportioned_parts_sum_to_the_total() {
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), vec![4, 3, 3]);
        assert_eq!(apportion(7, &[0.0, 2.0, 5.0]), vec![0, 2, 5]);
    }
}
