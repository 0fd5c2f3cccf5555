//! Piecewise linear curves: head of a pump, loss of a valve, volume of a tank, efficiency.
//!
//! It does not fit anything; pump laws do that in [`crate::solvers::hydraulics::pump`].

/// Points with strictly ascending x, at least one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Abscissae, strictly ascending.
    pub x: Vec<f64>,
    /// Ordinates, as many.
    pub y: Vec<f64>,
}

impl Curve {
    /// The segment that holds `x` as (intercept, slope); beyond the ends that of the last segment. A curve of one point
    /// is the ray through it from the origin, one without points zero.
    pub fn segment(&self, x: f64) -> (f64, f64) {
        let n = self.x.len().min(self.y.len());
        if n < 2 {
            let slope = match (self.x.first(), self.y.first()) {
                (Some(&x), Some(&y)) if x != 0.0 => y / x,
                _ => 0.0,
            };
            return (0.0, slope);
        }
        let above = self.x[..n].partition_point(|&at| at < x).clamp(1, n - 1);
        let (x1, y1) = (self.x[above - 1], self.y[above - 1]);
        let slope = (self.y[above] - y1) / (self.x[above] - x1);
        (y1 - slope * x1, slope)
    }

    /// Value at `x`, held constant beyond the ends.
    pub fn value(&self, x: f64) -> f64 {
        let n = self.x.len().min(self.y.len());
        match n {
            0 => 0.0,
            1 => self.y[0],
            _ if x <= self.x[0] => self.y[0],
            _ if x >= self.x[n - 1] => self.y[n - 1],
            _ => {
                let (intercept, slope) = self.segment(x);
                intercept + slope * x
            }
        }
    }

    /// Where the curve takes the value `y`; for curves with ascending y, held constant beyond the ends.
    pub fn inverse(&self, y: f64) -> f64 {
        Curve {
            x: self.y.clone(),
            y: self.x.clone(),
        }
        .value(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_points_and_beyond() {
        let curve = Curve {
            x: vec![0.0, 2.0, 4.0],
            y: vec![10.0, 6.0, 0.0],
        };
        assert_eq!(curve.value(1.0), 8.0);
        assert_eq!((curve.value(-1.0), curve.value(9.0)), (10.0, 0.0));
        assert_eq!(curve.segment(3.0), (12.0, -3.0));
        assert_eq!(curve.segment(9.0), (12.0, -3.0));
    }

    #[test]
    fn volume_and_back() {
        let curve = Curve {
            x: vec![1.0, 2.0, 4.0],
            y: vec![0.0, 10.0, 50.0],
        };
        assert_eq!(curve.inverse(curve.value(3.0)), 3.0);
    }
}
