//! What reaches the roads from outside: power at signals, rain, and how many travel. Couplings write it; the roads only
//! read it.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Power at traffic signals. Empty: all have it.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalPower {
    /// Whether the signals of a node are dark, by node.
    pub dark: Vec<bool>,
    /// The event that darkened them, by node; none where they have power.
    pub cause: Vec<Option<EventId>>,
}

/// Rain on the roads.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// Rain, millimetres an hour.
    pub rain_mm_h: f64,
}

/// How many of the normal day's trips are made. Empty: all of them.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TripFactor {
    /// Districts in a row of `share`.
    pub districts: usize,
    /// Share of trips made, by profile, then by district of origin; not negative and finite.
    pub share: Vec<f64>,
}

impl TripFactor {
    /// Share of the trips of a profile from a district that is made; 1 where nobody said.
    #[must_use]
    pub fn of(&self, profile: usize, district: usize) -> f64 {
        if district >= self.districts {
            return 1.0;
        }
        let at = profile * self.districts + district;
        self.share.get(at).copied().unwrap_or(1.0)
    }
}
