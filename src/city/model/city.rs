//! A whole city: where it lies, its districts and its networks.

use crate::city::model::district::District;
use crate::city::model::grid::Grid;
use crate::city::model::roads::Roads;
use crate::city::model::transit::Transit;
use crate::city::model::travel::Travel;
use crate::city::model::water::Water;
use serde::Deserialize;
use serde::Serialize;

/// Where a city lies and how its local coordinates map to the globe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Latitude of the origin of local coordinates, degrees north.
    pub latitude_deg: f64,
    /// Longitude of the origin, degrees east.
    pub longitude_deg: f64,
    /// Height above sea level, metres.
    pub elevation_m: f64,
    /// Local standard time less UTC, hours.
    pub utc_offset_h: f64,
}

/// How a part of a city came to be: a source, or the rule that filled it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// What it speaks of, such as `grid.lines.rating_mva`.
    pub item: String,
    /// Where the values come from, in words.
    pub rule: String,
    /// Whether they were made up by rule rather than read from a file.
    pub synthetic: bool,
}

/// A city.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct City {
    /// Short name, also its folder's name.
    pub name: String,
    /// One paragraph for people.
    pub description: String,
    /// Seed it was generated with; 0 for an imported one.
    pub seed: u64,
    /// Where it lies.
    pub site: Site,
    /// Districts.
    pub districts: Vec<District>,
    /// Electricity network.
    pub grid: Grid,
    /// Travel demand; none where roads and public transport are not modelled.
    pub travel: Option<Travel>,
    /// Road network, if modelled; then there is travel demand too.
    pub roads: Option<Roads>,
    /// Public transport, if modelled; then there is travel demand too.
    pub transit: Option<Transit>,
    /// Drinking water, if modelled.
    pub water: Option<Water>,
    /// Where its values come from.
    pub provenance: Vec<Provenance>,
}

impl City {
    /// Residents of all districts.
    #[must_use]
    pub fn population(&self) -> u64 {
        self.districts.iter().map(|d| u64::from(d.population)).sum()
    }

    /// Customers (homes and businesses) of all loads.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.grid
            .loads
            .iter()
            .map(|l| u64::from(l.homes) + u64::from(l.businesses))
            .sum()
    }
}
