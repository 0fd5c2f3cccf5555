//! `feeder_fault`: a short circuit on a line; its protection opens it, crews must find and mend it.
//!
//! It is what an `outage` of a line is as well; this one is the word for it where nothing else is meant, and it does not
//! end by itself.

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
