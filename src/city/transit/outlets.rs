//! What public transport gives to other domains: its draw of power, and how well people get about. Couplings read it;
//! nobody else does.

use crate::city::model::transit::Transit;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What the traction substations draw from the grid, mean of the last step.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TractionDemand {
    /// By substation, kilowatts, losses of the rectifiers included.
    pub kw: Vec<f64>,
}

/// Loads of the grid through which public transport draws; static, for the couplings.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Feeds {
    /// Load of each traction substation.
    pub traction: Vec<usize>,
    /// Load of each depot, if it has one of its own.
    pub depots: Vec<Option<usize>>,
    /// Load of each terminal charger.
    pub chargers: Vec<usize>,
}

impl Feeds {
    /// The loads that the model names.
    #[must_use]
    pub fn of(transit: &Transit) -> Self {
        Self {
            traction: transit.traction.iter().map(|t| t.load).collect(),
            depots: transit.depots.iter().map(|d| d.load).collect(),
            chargers: transit.chargers.iter().map(|c| c.load).collect(),
        }
    }
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
