//! What people give to other domains: how many trips they make, how much water they want, what cooling centres draw.
//!
//! Factors only: whose trips and whose taps they are is the other domain's. Air conditioning is in the grid's own demand.

use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What heat and outages change in what people do, by district.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Share of the discretionary trips (errands, leisure) that people still make from a district, 0 to 1.
    pub discretionary: Vec<f64>,
    /// Share of the places to go to in a district that are without power and so shut, 0 to 1.
    pub shut: Vec<f64>,
    /// Water wanted against that of a day of 22 degrees, 1 and more.
    pub water: Vec<f64>,
}

/// What cooling centres draw, megawatts by load of the grid.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentreDemand {
    /// Load and megawatts.
    pub mw: Vec<(usize, f64)>,
}
