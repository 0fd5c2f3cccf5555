//! Hazards: what can be done to a city at a set time, one a file, and the one table of them.
//!
//! Weather is no hazard: gusts, heat and lightning belong to the weather series, and the elements fail by their own
//! fragility.

pub mod feeder_fault;
pub mod import_limit;
pub mod outage;
pub mod plant_derate;
pub mod spec;
pub mod trip;

use crate::city::hazards::spec::HazardSpec;

/// All hazards, in the order in which they are listed.
pub const SPECS: &[&HazardSpec] = &[
    &outage::SPEC,
    &trip::SPEC,
    &feeder_fault::SPEC,
    &import_limit::SPEC,
    &plant_derate::SPEC,
];

/// The hazard of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static HazardSpec> {
    SPECS.iter().copied().find(|s| s.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert_eq!(find("outage").map(|s| s.name), Some("outage"));
        assert_eq!(find("Outage"), None);
    }
}
