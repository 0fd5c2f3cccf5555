//! How domains tell each other that a thing broke or was mended, without knowing each other.
//!
//! Hazards and wear send [`Damage`]; the domain that owns the element applies it. Whoever mends sends [`Repair`].

use crate::engine::element::ElementId;
use crate::engine::record::EventId;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// What happens to an element.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// It breaks and stays out until it is repaired.
    Fail,
    /// It is switched off undamaged and may be switched on again.
    Trip,
    /// Only this share of its capacity is left; 1 restores it.
    Derate(f64),
    /// A limit that it carries is set to this value in the limit's own unit.
    Limit(f64),
    /// So many more people an hour set out for it; negative for those who leave it, 0 ends it.
    Crowd(f64),
    /// The limit that it was built with holds again.
    ClearLimit,
}

/// Something struck an element.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Damage {
    /// The element.
    pub element: ElementId,
    /// What happens to it.
    pub effect: Effect,
    /// The event that caused it.
    pub cause: EventId,
}

/// A failed element works again (it is not switched on by that).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repair {
    /// The element.
    pub element: ElementId,
    /// The event that ended the repair.
    pub cause: EventId,
}

/// Messages waiting for the domain that owns the element; applied in the Force stage in the order they were sent.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DamageQueue {
    /// Blows not yet applied.
    pub damages: Vec<Damage>,
    /// Repairs not yet applied.
    pub repairs: Vec<Repair>,
}

/// Work that a domain asks crews for; the maintenance domain takes it up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkRequest {
    /// The element to work on.
    pub element: ElementId,
    /// What kind of work.
    pub work: Work,
    /// Customers who wait for it, for ranking.
    pub customers: f64,
    /// The event that made it necessary.
    pub cause: EventId,
}

/// Kinds of field work; durations belong to the maintenance domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    /// Go there and bring a switch into the position that its set-point now asks for (what tripped undamaged, and
    /// switches without remote control).
    Switch,
    /// Find a cable fault, isolate it and mend it.
    RepairCable,
    /// Mend an overhead line.
    RepairOverhead,
    /// Replace a service transformer.
    ReplaceServiceUnit,
    /// Repair or replace a power transformer.
    RepairTransformer,
    /// Bring a generating unit back.
    RepairPlant,
    /// Shut the valves round a burst water main, dig it up and mend it.
    RepairMain,
}

/// Requests not yet taken up, and work reported done, between the owning domain and the crews.
///
/// The owner may file the same (element, work) again: it stays one order and its customers are brought up to date; only
/// each [`Work::ReplaceServiceUnit`] is a unit of its own. Whoever mends or closes an element without the crews calls
/// the order off, or they will isolate it all the same.
/// In `isolated` and `done` the `cause` is the crews' own event (work started, work finished), so that what the owner
/// does about it chains back to the request.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkBoard {
    /// Newly asked for.
    pub requests: Vec<WorkRequest>,
    /// No longer needed: the owner calls off an order that it filed in an earlier step.
    pub cancelled: Vec<(ElementId, Work)>,
    /// Crew has isolated the fault: the healthy part may be switched on (sent once a job, before its end).
    pub isolated: Vec<WorkRequest>,
    /// Finished; the owner applies the effect in the next Force stage.
    pub done: Vec<WorkRequest>,
}
