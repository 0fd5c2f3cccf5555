//! What the water works give to other domains: what stations draw, and the service of districts. Couplings read it.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What each station draws when it has supply.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PumpDemand {
    /// Power by station, kilowatts.
    pub kw: Vec<f64>,
}

/// Service by district.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Mean pressure at the ground, weighted by residents, bar.
    pub pressure_bar: Vec<f64>,
    /// Served over asked for; 1 where nothing is asked for.
    pub share: Vec<f64>,
    /// The event that took the pressure; none where it is good.
    pub cause: Vec<Option<EventId>>,
}
