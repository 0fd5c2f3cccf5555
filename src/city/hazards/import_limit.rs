//! `import_limit`: the neighbouring system can sell less than the contract, as when the whole region is short.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::hazards::spec::ValueSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "import_limit",
    summary: "imports over an external grid are limited to a value",
    targets: &["external"],
    value: Some(ValueSpec {
        unit: "mw",
        min: 0.0,
        max: 100_000.0,
        meaning: "most that may be imported over all ties",
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
    event.value.map(Effect::Limit)
}

fn lift(_event: &PlannedEvent) -> Option<Lift> {
    Some(Lift::Effect(Effect::ClearLimit))
}
