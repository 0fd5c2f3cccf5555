//! What the roads give to other domains: how long each link takes, and how much slower a district's streets are than on
//! a normal day. Couplings read it; nobody else does.

use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Times on the links, after the last solve. Empty before the first.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkTimes {
    /// Minutes now, queue included, by link; a closed link takes what going round it takes.
    pub min: Vec<f64>,
    /// Minutes at this hour of a normal day, by link.
    pub normal_min: Vec<f64>,
}

/// How much longer ways take than at this hour of a normal day.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DistrictTraffic {
    /// Time now over normal time, by district, weighed by a normal day's vehicles; 1 where there is no road.
    pub slowdown: Vec<f64>,
}
