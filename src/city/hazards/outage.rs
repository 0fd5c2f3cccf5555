//! `outage`: an element breaks and stays out until crews repair it, or until the event's own end.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "outage",
    summary: "an element breaks: crews must repair it, unless `for` says when it is back",
    targets: &[
        "line",
        "transformer",
        "plant",
        "external",
        "battery",
        "station",
    ],
    value: None,
    lasting: true,
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
    Some(Lift::Repair)
}
