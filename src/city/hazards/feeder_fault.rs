//! `feeder_fault`: a short circuit on a line; its protection opens it, crews must find and mend it.
//!
//! It differs from an outage in that the whole feeder goes dark until the fault is isolated.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "feeder_fault",
    summary: "a short circuit on a line or cable: the feeder trips, crews isolate and mend it",
    targets: &["line"],
    value: None,
    lasting: false,
};

/// Row of the table.
pub const HAZARD: Hazard = Hazard {
    spec: &SPEC,
    blow,
    lift,
};

/// The same blow as an outage: that the feeder's breaker opens on it is the grid's own doing.
fn blow(_event: &PlannedEvent) -> Option<Effect> {
    Some(Effect::Fail)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    None
}
