//! Hazards: what can be done to a city at a set time, one a file, and the one table of them.
//!
//! Weather is no hazard: gusts, heat and lightning belong to the weather series, and the elements fail by their own
//! fragility.

pub mod crowd;
pub mod feeder_fault;
pub mod hazard;
pub mod import_limit;
pub mod main_burst;
pub mod outage;
pub mod planned;
pub mod plant_derate;
pub mod road_closure;
pub mod route_closure;
pub mod spec;
pub mod trip;

use crate::city::hazards::hazard::Hazard;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::run::RunPlan;
use crate::engine::element::Elements;
use crate::engine::points::PointsBuilder;
use crate::engine::snapshot::StateRegistry;
use bevy_ecs::prelude::Schedule;
use bevy_ecs::prelude::SystemSet;
use bevy_ecs::world::World;

/// All hazards, in the order in which they are listed.
pub const HAZARDS: &[Hazard] = &[
    outage::HAZARD,
    trip::HAZARD,
    feeder_fault::HAZARD,
    import_limit::HAZARD,
    plant_derate::HAZARD,
    road_closure::HAZARD,
    main_burst::HAZARD,
    route_closure::HAZARD,
    crowd::HAZARD,
];

/// Their descriptions, in the same order.
pub const SPECS: &[&HazardSpec] = &{
    let mut specs = [HAZARDS[0].spec; HAZARDS.len()];
    let mut i = 1;
    while i < specs.len() {
        specs[i] = HAZARDS[i].spec;
        i += 1;
    }
    specs
};

/// The one system of this domain, in the Force stage; goes before the owners of elements apply damage, so that a blow
/// is felt in the step that it is planned for.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HazardSet;

/// Adds the planned events of a run to a world that is being built; the domain has no points.
pub fn install(
    world: &mut World,
    schedules: &mut [Schedule; 2],
    state: &mut StateRegistry,
    _points: &mut PointsBuilder,
    elements: &Elements,
    plan: &RunPlan,
) {
    planned::add(world, schedules, state, elements, &plan.events);
}

/// The hazard of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static HazardSpec> {
    SPECS.iter().copied().find(|s| s.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::model::run::PlannedEvent;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_ranges_are_not_empty() {
        let names: BTreeSet<_> = SPECS.iter().map(|s| s.name).collect();
        assert_eq!(names.len(), SPECS.len());
        for spec in SPECS {
            assert!(!spec.targets.is_empty(), "{}", spec.name);
            if let Some(value) = spec.value {
                assert!(value.min < value.max, "{}", spec.name);
            }
        }
        assert_eq!(SPECS.len(), HAZARDS.len());
        assert_eq!(find("outage").map(|s| s.name), Some("outage"));
        assert_eq!(find("Outage"), None);
    }

    #[test]
    fn descriptions_agree_with_behaviour() {
        let event = |value| PlannedEvent {
            hazard: String::new(),
            at_s: 0,
            until_s: None,
            elements: Vec::new(),
            value,
        };
        for (hazard, spec) in HAZARDS.iter().zip(SPECS) {
            assert_eq!(hazard.spec, *spec);
            let name = spec.name;
            assert!((hazard.blow)(&event(Some(0.5))).is_some(), "{name}");
            let needs_value = (hazard.blow)(&event(None)).is_none();
            assert_eq!(needs_value, spec.value.is_some(), "{name}");
            assert_eq!(
                (hazard.lift)(&event(None)).is_some(),
                spec.lasting,
                "{name}"
            );
        }
    }
}
