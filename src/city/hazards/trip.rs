//! `trip`: an element is opened undamaged, as by a relay that misoperates. A plant falls to nothing and ramps up again to
//! its set-point; a battery waits for a new one.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description. It does not last: whoever runs the grid may close the element again at once.
pub const SPEC: HazardSpec = HazardSpec {
    name: "trip",
    summary: "an element is switched off undamaged and may be switched on again",
    targets: &["line", "transformer", "feeder", "plant", "battery"],
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
    Some(Effect::Trip)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    None
}
