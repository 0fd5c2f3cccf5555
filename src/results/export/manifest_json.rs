//! `manifest.json`: what made the folder, and the hash of every file in it.
//!
//! All but the field `wall_clock` follows from the outcome and the program; that field is handed in from outside.

use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::outcome::RunOutcome;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// What the manifest says of the program and of real time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Hash of the program's code, if known.
    pub code_hash: Option<String>,
    /// Features it was built with.
    pub features: Vec<String>,
    /// When and for how long it ran in real time; left out where bytes must be the same again.
    pub wall_clock: Option<WallClock>,
}

/// Real time spent; outside the deterministic part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WallClock {
    /// When the run began, RFC 3339.
    pub started: String,
    /// Seconds that the simulation took.
    pub run_s: f64,
}

/// The document; `files` holds the BLAKE3 hash of every other file by name.
#[must_use]
pub fn value(o: &RunOutcome, origin: &Origin, files: &BTreeMap<String, String>) -> Value {
    let plan = &o.plan;
    let mut manifest = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "code_hash": origin.code_hash,
        "features": origin.features,
        "scenario": plan.scenario,
        "city": plan.city.name,
        "controller": plan.controller,
        "seed": plan.seed,
        "config_hash": o.config_hash,
        "state_hash": o.state_hash,
        "simulated": {
            "start": iso(plan.start, 0),
            "end": iso(plan.start, o.finished_s),
            "finished_s": o.finished_s,
            "horizon_s": plan.horizon_s,
            "complete": o.finished_s >= plan.horizon_s,
            "step_s": plan.step_s,
            "control_interval_s": plan.control_interval_s,
            "record_interval_s": plan.record_interval_s,
        },
        "files": files,
    });
    if let Some(wall) = &origin.wall_clock {
        manifest["wall_clock"] = json!(wall);
    }
    manifest
}

/// Writes the document.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(
    o: &RunOutcome,
    origin: &Origin,
    files: &BTreeMap<String, String>,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    serde_json::to_writer_pretty(out, &value(o, origin, files))?;
    Ok(())
}
