//! Keeps a search that knows no bounds within [0, 1]: a smooth map from the whole line, linear but near the bounds.
//!
//! It is the lin-quad transformation of Hansen's `cmaes` programs: the identity inside, a parabola within [`MARGIN`] of
//! a bound (so that the bound itself is reached, with slope 0), mirrored beyond. Every point of the box has a preimage,
//! none is an attractor, and far steps come back instead of sticking to a bound.

/// Where the map bends, share of the span: that of the programs named above for a lower bound of 0.
pub const MARGIN: f64 = 0.05;

/// The point of [0, 1] that a coordinate stands for.
#[must_use]
pub fn into_unit(coordinate: f64) -> f64 {
    let a = MARGIN;
    // Folded into [-a, 1 + a] by mirroring at both ends.
    let span = 1.0 + 2.0 * a;
    let mut x = (coordinate + a).rem_euclid(2.0 * span);
    if x > span {
        x = 2.0 * span - x;
    }
    let x = x - a;
    let y = if x < a {
        (x + a) * (x + a) / (4.0 * a)
    } else if x > 1.0 - a {
        1.0 - (1.0 + a - x) * (1.0 + a - x) / (4.0 * a)
    } else {
        x
    };
    y.clamp(0.0, 1.0)
}

/// The coordinate in [-margin, 1 + margin] that stands for a point of [0, 1].
#[must_use]
pub fn from_unit(point: f64) -> f64 {
    let a = MARGIN;
    let y = point.clamp(0.0, 1.0);
    if y < a {
        2.0 * libm::sqrt(a * y) - a
    } else if y > 1.0 - a {
        1.0 + a - 2.0 * libm::sqrt(a * (1.0 - y))
    } else {
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_found_again_and_bounds_are_reached() {
        for k in 0..=100 {
            let y = f64::from(k) / 100.0;
            assert!((into_unit(from_unit(y)) - y).abs() < 1e-15, "{y}");
        }
        assert_eq!(into_unit(-MARGIN), 0.0);
        assert_eq!(into_unit(0.5), 0.5);
        // Halfway through the margin: (0.05)^2 / 0.2.
        assert!((into_unit(0.0) - 0.0125).abs() < 1e-15);
        assert!((into_unit(1.0) - 0.9875).abs() < 1e-15);
    }

    #[test]
    fn beyond_the_bounds_it_comes_back() {
        assert!((into_unit(-MARGIN - 0.3) - into_unit(-MARGIN + 0.3)).abs() < 1e-15);
        assert!((into_unit(1.0 + MARGIN + 0.3) - into_unit(1.0 + MARGIN - 0.3)).abs() < 1e-15);
        for k in -500..500 {
            assert!((0.0..=1.0).contains(&into_unit(f64::from(k) * 0.0137)));
        }
    }
}
