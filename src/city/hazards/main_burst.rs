//! `main_burst`: a water main breaks; it runs out until crews have shut the valves, and is mended after.
//!
//! The main of the map itself breaks, not one of the small ones that it stands for; it does not end by itself.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "main_burst",
    summary: "a water main breaks: it runs out until crews shut its valves, and they mend it",
    targets: &["main"],
    value: None,
    lasting: false,
};

/// Row of the table.
pub const HAZARD: Hazard = Hazard {
    spec: &SPEC,
    blow,
    lift,
};

fn blow(_event: &PlannedEvent) -> Option<Effect> {
    Some(Effect::Fail)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    None
}
