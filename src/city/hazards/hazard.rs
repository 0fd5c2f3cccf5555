//! What a hazard does: a row of the table, which joins its description to its blow and its end.

use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// How the end of an event undoes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lift {
    /// By another effect, such as full capacity again.
    Effect(Effect),
    /// The element works again.
    Repair,
}

/// A hazard.
#[derive(Clone, Copy, Debug)]
pub struct Hazard {
    /// What it says of itself.
    pub spec: &'static HazardSpec,
    /// What it does to each element of an event; none if the event lacks the size that it needs.
    pub blow: fn(&PlannedEvent) -> Option<Effect>,
    /// What the event's own end does to each; none if only crews or the control room end it.
    pub lift: fn(&PlannedEvent) -> Option<Lift>,
}
