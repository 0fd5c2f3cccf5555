//! The road network of a city: nodes, one-way links with their performance, and where the zones of travel join it.
//!
//! Links follow the form of Transportation Networks for Research (see `solvers::assignment::performance`). Nothing here
//! changes during a run.

use serde::Deserialize;
use serde::Serialize;

/// A junction or, below [`Roads::first_through`], a centroid that no through traffic passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoadNode {
    /// Stable id, such as `N0123`; an imported network's own node number.
    pub id: String,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// District it lies in.
    pub district: usize,
    /// Load of the grid from which its traffic signals draw; none for a junction without signals.
    pub signal_load: Option<usize>,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoadClass {
    /// Grade-separated, no signals.
    Motorway,
    /// Main road.
    Arterial,
    /// Road that gathers a quarter's traffic.
    Collector,
    /// Between a centroid and the network; not a road on the ground.
    Connector,
}

/// A one-way link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoadLink {
    /// Stable id, such as `R0456`.
    pub id: String,
    /// Node at which it begins.
    pub from: usize,
    /// Node at which it ends.
    pub to: usize,
    /// What it is for.
    pub class: RoadClass,
    /// Length, metres.
    pub length_m: f64,
    /// Time on the empty link, minutes; may be 0.
    pub free_flow_min: f64,
    /// Lanes.
    pub lanes: f64,
    /// Practical capacity, vehicles an hour.
    pub capacity_veh_h: f64,
    /// Share of the free-flow time that is added at capacity.
    pub b: f64,
    /// How sharply time grows with flow.
    pub power: f64,
    /// What is paid at any flow (distance, toll), in minutes.
    pub fixed_min: f64,
}

/// The road network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Roads {
    /// Nodes.
    pub nodes: Vec<RoadNode>,
    /// Nodes before this one are centroids.
    pub first_through: usize,
    /// Links.
    pub links: Vec<RoadLink>,
    /// Node of each zone of travel.
    pub zone_nodes: Vec<usize>,
}
