//! What reaches the crews from outside: how slow the streets are. Couplings write it; the domain only reads it.

use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Slowest streets that crews put up with: beyond, they go another way or call for an escort.
const MOST: f64 = 4.0;

/// Time on the streets over that of a normal day at the same hour. Empty: as on a normal day.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Streets {
    /// By district.
    pub slowdown: Vec<f64>,
}

impl Streets {
    /// Time to a place in a district over that of a normal day, 1 to 4. Empty streets do not make a crew faster: the
    /// drawn times have the drive to the yard, loading and looking for the place in them.
    #[must_use]
    pub fn to(&self, district: Option<usize>) -> f64 {
        let slowdown = district.and_then(|d| self.slowdown.get(d).copied());
        slowdown.unwrap_or(1.0).clamp(1.0, MOST)
    }
}
