//! Tanks: level and volume, full and empty.
//!
//! Inflow and time are the simulation's business.

use crate::solvers::hydraulics::curve::Curve;

/// A tank above the elevation of its bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Tank {
    /// Level at the start, m.
    pub initial_level_m: f64,
    /// Lowest level, m.
    pub min_level_m: f64,
    /// Highest level, m.
    pub max_level_m: f64,
    /// Area of the cylinder, m2; with a volume curve a mean one.
    pub area_m2: f64,
    /// Volume at the lowest level of a cylinder, m3; 0 takes area x lowest level.
    pub min_volume_m3: f64,
    /// Volume, m3, by level, m.
    pub volume: Option<Curve>,
    /// Whether a full tank spills rather than shuts its inlet.
    pub can_overflow: bool,
}

impl Tank {
    /// Volume at a level, m3.
    pub fn volume_m3(&self, level_m: f64) -> f64 {
        match &self.volume {
            Some(curve) => curve.value(level_m),
            None => self.lowest() + (level_m - self.min_level_m) * self.area_m2,
        }
    }

    /// Level at a volume, m.
    pub fn level_m(&self, volume_m3: f64) -> f64 {
        match &self.volume {
            Some(curve) => curve.inverse(volume_m3),
            None => self.min_level_m + (volume_m3 - self.lowest()) / self.area_m2,
        }
    }

    /// Volume of the empty tank, m3.
    pub fn min_m3(&self) -> f64 {
        self.volume_m3(self.min_level_m)
    }

    /// Volume of the full tank, m3.
    pub fn max_m3(&self) -> f64 {
        self.volume_m3(self.max_level_m)
    }

    fn lowest(&self) -> f64 {
        if self.min_volume_m3 > 0.0 {
            self.min_volume_m3
        } else {
            self.min_level_m * self.area_m2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cylinder_and_curve() {
        let mut tank = Tank {
            initial_level_m: 2.0,
            min_level_m: 1.0,
            max_level_m: 5.0,
            area_m2: 10.0,
            min_volume_m3: 0.0,
            volume: None,
            can_overflow: false,
        };
        assert_eq!((tank.min_m3(), tank.max_m3()), (10.0, 50.0));
        assert_eq!(tank.level_m(tank.volume_m3(3.25)), 3.25);
        tank.min_volume_m3 = 4.0;
        assert_eq!(tank.volume_m3(2.0), 14.0);
        tank.volume = Some(Curve {
            x: vec![1.0, 5.0],
            y: vec![0.0, 80.0],
        });
        assert_eq!((tank.volume_m3(2.0), tank.level_m(40.0)), (20.0, 3.0));
    }
}
