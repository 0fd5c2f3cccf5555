//! `feeder_fault`: a short circuit on a line; its protection opens it, crews must find and mend it.
//!
//! It differs from an outage in that the whole feeder goes dark until the fault is isolated.

use crate::city::hazards::spec::HazardSpec;

/// Description.
pub const SPEC: HazardSpec = HazardSpec {
    name: "feeder_fault",
    summary: "a short circuit on a line or cable: the feeder trips, crews isolate and mend it",
    targets: &["line"],
    value: None,
    lasting: false,
};
