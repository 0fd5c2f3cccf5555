//! `route_closure`: a route of public transport is closed, as for works, a police order or a damaged track. Vehicles under
//! way run to their end; trips that come due are cancelled.

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::hazard::Lift;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::PlannedEvent;
use crate::engine::damage::Effect;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "route_closure",
    summary: "a route of public transport is closed: trips that come due are cancelled",
    targets: &["route"],
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
