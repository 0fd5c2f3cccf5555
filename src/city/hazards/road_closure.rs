//! `road_closure`: a link of the roads is closed, as by an accident, a burst main or a fallen tree. Drivers queue until
//! they learn of it.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "road_closure",
    summary: "a road is closed in one direction; drivers wait until they learn of it and go another way",
    targets: &["link"],
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
