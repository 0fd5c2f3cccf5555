//! What changes on the roads during a run.

use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Traffic as drivers have chosen it: it holds until they choose again.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Routes {
    /// Hour for which they were chosen: hour of the day, 24 more on a weekend; none before the first choice.
    pub slot: Option<u32>,
    /// Share of each link's capacity that they were chosen for.
    pub share: Vec<f64>,
    /// Vehicles an hour that want to use each link.
    pub flow: Vec<f64>,
}

/// What is wrong with the links and nodes.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Obstacles {
    /// Share of a link's capacity that incidents leave, by link; 0 is closed.
    pub open: Vec<f64>,
    /// The event that closed or narrowed a link.
    pub incident: Vec<Option<EventId>>,
    /// The event by which a node's signals are dark, by node.
    pub dark: Vec<Option<EventId>>,
    /// Share of each link's capacity that is left in all.
    pub share: Vec<f64>,
    /// Rain: 0 none, 1 light, 2 heavy.
    pub rain: u8,
}

/// Vehicles that wait in front of narrowed links.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queues {
    /// Vehicles waiting, by link.
    pub vehicles: Vec<f64>,
    /// The event by which a queue outgrew its link, while it does.
    pub spilt: Vec<Option<EventId>>,
    /// Vehicles that came to a narrowed link since the start.
    pub came: f64,
    /// Vehicles that got through one since the start.
    pub left: f64,
}

/// Counters and present rates.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Vehicle-hours lost against the empty network since the start.
    pub delay_veh_h: f64,
    /// Vehicle-hours lost at the same hours of a normal day.
    pub normal_delay_veh_h: f64,
    /// Kilometres driven since the start.
    pub vehicle_km: f64,
    /// Hours that signals were dark, summed over junctions, since the start.
    pub signal_dark_h: f64,
    /// Vehicle-hours lost an hour now, the queues included: vehicles held up at this moment.
    pub delay_veh: f64,
    /// Kilometres driven an hour.
    pub km_h: f64,
    /// Vehicles under way, the queues included.
    pub under_way: f64,
    /// Whether links are narrowed or queues wait, so that each step differs from the last.
    pub disturbed: bool,
}
