//! `import_limit`: the neighbouring system can sell less than the contract, as when the whole region is short.

use crate::city::hazards::spec::HazardSpec;
use crate::city::hazards::spec::ValueSpec;

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
