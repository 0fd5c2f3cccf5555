//! Sensors: what controllers see of the truth.
//!
//! A reading is the true value plus the sensor's fixed bias and a noise drawn for this reading alone; some readings do
//! not arrive, and then the last one stands, marked stale. Draws are counter-based, so reading a point more often or
//! never changes nothing for anyone else.

use crate::engine::chance::Chance;
use crate::engine::chance::mix;
use crate::engine::chance::nearly_normal;
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
            // One draw decides whether the reading arrives, another its noise, a third (of counter 0) the bias.
            let arrives = mix(chance.seed(), spec.key, 2 * tick + 1) as f64 / u64::MAX as f64
                >= sensor.dropout;
            if !arrives && !first {
                self.quality[i] = Quality::Stale;
                continue;
            }
            let bias = sensor.bias_sd * nearly_normal(mix(chance.seed(), spec.key, 0));
            let noise = sensor.noise_sd * nearly_normal(mix(chance.seed(), spec.key, 2 * tick + 2));
            let value = truth + bias + noise;
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
