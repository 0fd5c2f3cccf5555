//! `outage`: an element breaks and stays out until crews repair it, or until the event's own end.

use crate::city::hazards::spec::HazardSpec;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "outage",
    summary: "an element breaks: crews must repair it, unless `for` says when it is back",
    targets: &["line", "transformer", "plant", "external", "battery"],
    value: None,
    lasting: true,
};
