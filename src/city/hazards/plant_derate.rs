//! `plant_derate`: a unit keeps only a share of its capacity, as when its cooling water is too warm.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::hazards::spec::ValueSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "plant_derate",
    summary: "a generating unit keeps only a share of its capacity",
    targets: &["plant"],
    value: Some(ValueSpec {
        unit: "share",
        min: 0.0,
        max: 1.0,
        meaning: "share of the capacity at the day's temperature that is left",
    }),
    lasting: true,
};

/// Row of the table.
pub const HAZARD: Hazard = Hazard {
    spec: &SPEC,
    blow,
    lift,
};

fn blow(event: &PlannedEvent) -> Option<Effect> {
    event.value.map(Effect::Derate)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    Some(Lift::Effect(Effect::Derate(1.0)))
}
