//! What public transport gives to other domains: its draw of power, and how well people get about. Couplings read it;
//! nobody else does.

use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What the traction substations draw from the grid, mean of the last step.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TractionDemand {
    /// By substation, kilowatts, losses of the rectifiers included.
    pub kw: Vec<f64>,
}

/// What charging draws from the grid, mean of the last step.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChargeDemand {
    /// By depot, kilowatts, losses of the chargers included.
    pub depot_kw: Vec<f64>,
    /// By terminal charger, kilowatts, losses included.
    pub charger_kw: Vec<f64>,
}

/// How well people get about, by district.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// Smoothed wait of those who got on at the district's stops, minutes.
    pub wait_min: Vec<f64>,
    /// Smoothed share of those who waited at the district's stops and were carried (the rest gave up); 1 on a good day.
    pub carried: Vec<f64>,
}
