//! Drinking water: where it is drawn, the mains that carry it, and the works, pumps, tanks and valves that move it.
//!
//! Plain data; nothing here changes during a run. A main of the model is a trunk main of the street map: besides its own
//! length it stands for the small mains around it that are not drawn (`stands_for_km`), which leak and burst with it.

use serde::Deserialize;
use serde::Serialize;

/// A place where mains meet and water is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Stable id, such as `W012`.
    pub id: String,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// Ground (of a tank its bottom, of a source its water level), metres above sea level.
    pub elevation_m: f64,
    /// District whose people it serves.
    pub district: usize,
    /// Residents served.
    pub people: f64,
    /// Mean demand of homes on a mild day, cubic metres an hour.
    pub homes_m3h: f64,
    /// Mean demand of shops, offices and industry, cubic metres an hour.
    pub others_m3h: f64,
    /// Leakage at 40 m of pressure head, cubic metres an hour.
    pub leak_m3h: f64,
    /// Hydrants on its mains.
    pub hydrants: u32,
}

/// What a main is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// Grey cast iron, laid to the 1960s.
    CastIron,
    /// Ductile iron.
    DuctileIron,
    /// Plastic.
    Plastic,
    /// Steel.
    Steel,
}

/// A main; positive flow goes from `from` to `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Main {
    /// Stable id, such as `M034`.
    pub id: String,
    /// Node at one end.
    pub from: usize,
    /// Node at the other.
    pub to: usize,
    /// Length, metres.
    pub length_m: f64,
    /// Inner diameter, millimetres.
    pub diameter_mm: f64,
    /// Hazen-Williams C.
    pub roughness: f64,
    /// Whether a check valve lets water pass from `from` to `to` alone (the way past a pump station).
    pub check_valve: bool,
    /// What it is made of.
    pub material: Material,
    /// Years in service.
    pub age_y: f64,
    /// Length of mains that it stands for, its own included, kilometres.
    pub stands_for_km: f64,
}

/// What a station is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StationKind {
    /// A treatment works with its high-lift pumps.
    Works,
    /// A pump station within the network.
    Booster,
}

/// A site with pumps and one supply of electricity; it has no standby sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Stable id, such as `PUMP-1`.
    pub id: String,
    /// What it is.
    pub kind: StationKind,
    /// Load of the grid that feeds it.
    pub load: usize,
    /// Tank whose level switches its pumps; none where their own flow does.
    pub tank: Option<usize>,
    /// Power besides the pumps for each flow through it (raw water, treatment), kilowatt-hours a cubic metre.
    pub process_kwh_m3: f64,
    /// Power of lights, controls and ventilation, kilowatts.
    pub standing_kw: f64,
}

/// A pump; water goes from `from` to `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Stable id, such as `PUMP-1-A`.
    pub id: String,
    /// Station.
    pub station: usize,
    /// Node on its suction side.
    pub from: usize,
    /// Node that it lifts to.
    pub to: usize,
    /// Flow at its best point, cubic metres an hour.
    pub flow_m3h: f64,
    /// Lift there, metres; at no flow 4/3 of it.
    pub head_m: f64,
    /// Efficiency from wire to water, share.
    pub efficiency: f64,
}

/// A tank; its node's elevation is its bottom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tank {
    /// Stable id, such as `T1`.
    pub id: String,
    /// Its node.
    pub node: usize,
    /// Area, square metres.
    pub area_m2: f64,
    /// Highest level above its bottom, metres.
    pub depth_m: f64,
    /// Level at the start of a run, metres.
    pub start_m: f64,
}

/// A source whose level does not fall: the clear well of a works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Stable id, such as `CW1`.
    pub id: String,
    /// Its node; the node's elevation is the water level.
    pub node: usize,
}

/// A pressure-reducing valve; water goes from `from` to `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Valve {
    /// Stable id, such as `V1`.
    pub id: String,
    /// Node upstream.
    pub from: usize,
    /// Node downstream.
    pub to: usize,
    /// Diameter, millimetres.
    pub diameter_mm: f64,
    /// Highest pressure head downstream, metres.
    pub setting_m: f64,
}

/// How demand goes through a day.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Pattern {
    /// Of `homes` or `others`.
    pub id: String,
    /// Demand over the day's mean, by hour of the day.
    pub by_hour: Vec<f64>,
}

/// The water network of a city.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Water {
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Mains.
    pub mains: Vec<Main>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Pumps.
    pub pumps: Vec<Pump>,
    /// Tanks.
    pub tanks: Vec<Tank>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Valves.
    pub valves: Vec<Valve>,
    /// The day of homes and the day of others, in this order.
    pub patterns: Vec<Pattern>,
}
