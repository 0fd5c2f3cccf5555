//! What the grid gives to other domains: supply and voltage at each load. Couplings read it; nobody else does.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Supply at each load after the last solve.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Supply {
    /// Share of the customers that is supplied, by load: 0 dark, 1 all.
    pub share: Vec<f64>,
    /// Voltage at the load's bus, per unit; 0 when dead.
    pub voltage_pu: Vec<f64>,
    /// The event that left a load dark, for what follows from it elsewhere; none where it has supply.
    pub cause: Vec<Option<EventId>>,
}

impl Supply {
    /// Whether a load with a single customer (a site) has supply.
    #[must_use]
    pub fn is_on(&self, load: usize) -> bool {
        self.share.get(load).copied().unwrap_or(1.0) > 0.0
    }
}
