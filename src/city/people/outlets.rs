//! What people give to other domains: how many trips they make, what cooling centres draw.
//!
//! Factors only: whose trips and whose taps they are is the other domain's. Air conditioning is in the grid's own demand.

use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What heat and outages change in what people do.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Share of a normal day's trips that is made, by travel profile and then by district of origin, 0 to 1; empty in a
    /// city without travel demand.
    pub trips: Vec<f64>,
    /// Share of the workplaces and shops in a district that are without power and so shut, 0 to 1.
    pub shut: Vec<f64>,
}

impl Activity {
    /// Share of a profile's trips that is made, mean over districts; 1 where nobody said.
    #[must_use]
    pub fn of_profile(&self, profile: usize) -> f64 {
        let n = self.shut.len();
        match self.trips.get(profile * n..(profile + 1) * n) {
            Some(row) if n > 0 => row.iter().sum::<f64>() / n as f64,
            _ => 1.0,
        }
    }
}

/// What cooling centres draw, megawatts by load of the grid.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentreDemand {
    /// Load and megawatts.
    pub mw: Vec<(usize, f64)>,
}
