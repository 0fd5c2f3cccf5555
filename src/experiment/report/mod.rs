//! The report of a sweep: one HTML page made from its folder, the same bytes from the same folder.
//!
//! Only runs on seeds kept apart that ended at their horizon are evidence; the page says how many there are and what is
//! missing. Statistics are those of `experiment::comparison` and `solvers::statistics`.

pub mod activity;
pub mod bars;
pub mod evidence;
pub mod factors;
pub mod finding;
pub mod frame;
pub mod origin;
pub mod outages;
pub mod pairs;
pub mod pareto;
pub mod series;
pub mod spread;
pub mod stress;

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use crate::experiment::outcome::OutcomeError;
use crate::experiment::outcome::SweepOutcome;
use crate::experiment::report::evidence::Evidence;
use crate::results::report::page::Page;
use crate::results::report::page::section;
use crate::results::report::run_folder::REPORT_FILE;
use std::path::Path;
use thiserror::Error;

/// Why a report cannot be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The folder cannot be read.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// The page cannot be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Reads a sweep's folder and writes its report beside the tables, under a temporary name first; gives its bytes.
///
/// # Errors
/// [`ReportError`]; then an older report is left as it was.
pub fn write(dir: &Path) -> Result<Vec<u8>, ReportError> {
    let text = html(&SweepOutcome::read(dir)?).into_bytes();
    durable::write(dir, REPORT_FILE, &text)?;
    Ok(text)
}

/// The report as HTML.
#[must_use]
pub fn html(folder: &SweepOutcome) -> String {
    let e = Evidence::of(folder);
    let plan = &folder.plan;
    let found = finding::comparison(&e);
    let headline = e.metrics().first().copied().unwrap_or("ens_mwh");
    let mut sections = vec![
        section("again", "How to reproduce", origin::again(&e)),
        section("pairs", "Paired differences", pairs::body(&found)),
        section("series", "Over time", series::body(&e)),
        section("front", "What it costs", pareto::body(&e)),
        section("outages", "Outage by district", outages::by_district(&e)),
        section(
            "stress",
            "Stress, run by run and hour by hour",
            stress::body(&e),
        ),
        section("decisions", "Decisions and alarms", activity::body(&e)),
        section("equity", "Equity", outages::by_income(&e)),
        section(
            "failures",
            "Failures and missing runs",
            origin::failures(&e),
        ),
        section("limits", "Limits", origin::limits(&e)),
        section("manifest", "Manifest", origin::manifest(&e)),
    ];
    if !plan.factors.is_empty() {
        sections.insert(
            4,
            section("factors", "Main effects", factors::body(&e, headline)),
        );
    }
    let page = Page {
        kind: "Report of an experiment".to_owned(),
        title: plan.name.clone(),
        lead: finding::lead(&e, &found),
        sections,
        foot: format!(
            "Made by autopolis {} from the files of the sweep. The same folder gives the same report, byte for byte.",
            plan.autopolis
        ),
    };
    page.html()
}
