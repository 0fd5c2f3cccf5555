//! `trip`: an element is opened undamaged, as by a relay that misoperates.

use crate::city::hazards::spec::HazardSpec;

/// Description. It does not last: whoever runs the grid may close the element again at once.
pub const SPEC: HazardSpec = HazardSpec {
    name: "trip",
    summary: "an element is switched off undamaged and may be switched on again",
    targets: &["line", "transformer", "feeder", "plant", "battery"],
    value: None,
    lasting: false,
};
