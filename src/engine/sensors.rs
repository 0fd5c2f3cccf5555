//! Sensors: what controllers see of the truth.
//!
//! A reading is the true value plus the sensor's fixed bias and a noise drawn for this reading alone; some readings do
//! not arrive, and then the last one stands, marked stale. Draws are counter-based, so reading a point more often or
//! never changes nothing for anyone else.

use crate::engine::chance::Chance;
use crate::engine::chance::normal;
use crate::engine::chance::unit;
use crate::engine::element::key_of;
use crate::engine::points::Access;
use crate::engine::points::PointId;
use crate::engine::points::PointTable;
use crate::engine::points::Points;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// How far a reading can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quality {
    /// Fresh and in range.
    Good,
    /// The last reading that arrived; this one did not.
    Stale,
    /// Fresh but outside the plausible range.
    Implausible,
}

/// The frozen view of all points that the deciders of one interval share.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Step at which it was taken.
    pub tick: u64,
    /// Values in order of point ids, in the points' units.
    pub values: Vec<f64>,
    /// Their quality.
    pub quality: Vec<Quality>,
}

impl Observation {
    /// The observed value of a point.
    #[must_use]
    pub fn get(&self, id: PointId) -> f64 {
        self.values[id.index()]
    }

    /// The quality of a point's reading.
    #[must_use]
    pub fn quality(&self, id: PointId) -> Quality {
        self.quality[id.index()]
    }

    /// Takes a new view of the truth at a step; set-points are known exactly.
    pub fn take(&mut self, points: &Points, chance: Chance, tick: u64) {
        let first = self.values.len() != points.values().len();
        if first {
            self.values = points.values().to_vec();
            self.quality = vec![Quality::Good; self.values.len()];
        }
        self.tick = tick;
        let table: &PointTable = points.table();
        for (id, spec) in table.iter() {
            let i = id.index();
            let truth = points.get(id);
            let sensor = spec.sensor;
            if spec.access == Access::Controllable || sensor == Default::default() {
                self.values[i] = truth;
                self.quality[i] = Quality::Good;
                continue;
            }
            let key = key_of(&spec.path);
            let mut rng = chance.rng("sensor/reading", key, tick);
            if unit(&mut rng) < sensor.dropout && !first {
                self.quality[i] = Quality::Stale;
                continue;
            }
            let bias = if sensor.bias_sd > 0.0 {
                sensor.bias_sd * chance.normal("sensor/bias", key, 0)
            } else {
                0.0
            };
            let value = truth + bias + sensor.noise_sd * normal(&mut rng);
            self.values[i] = value;
            let plausible = value >= spec.range[0] && value <= spec.range[1];
            self.quality[i] = if plausible {
                Quality::Good
            } else {
                Quality::Implausible
            };
        }
    }
}
