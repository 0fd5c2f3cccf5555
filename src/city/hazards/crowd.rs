//! `crowd`: many people come to one place by public transport, or leave it, as before and after a match. They set out evenly
//! over the time that it lasts, from all over the city in proportion to who lives there.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::hazards::spec::ValueSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "crowd",
    summary: "more people set out by public transport for one stop, or leave it",
    targets: &["stop"],
    value: Some(ValueSpec {
        unit: "persons_h",
        min: -100_000.0,
        max: 100_000.0,
        meaning: "people an hour who set out for the stop; negative for those who leave it",
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
    event.value.map(Effect::Crowd)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    Some(Lift::Effect(Effect::Crowd(0.0)))
}
