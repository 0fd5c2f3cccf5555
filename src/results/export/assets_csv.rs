//! `assets.csv`: every element of every layer, where it stands and what happened to it.

use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::maybe;
use crate::results::export::table::number;
use crate::results::outcome::RunOutcome;
use crate::results::worst::counts;
use std::collections::BTreeMap;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    vec![
        column("element", "string", "", "Name of the element."),
        column(
            "table",
            "string",
            "",
            "What it is: line, transformer, plant, district, ...",
        ),
        column("id", "string", "", "Its id in that table."),
        column("district", "string", "", "District it lies in."),
        column(
            "x_m",
            "number",
            "m",
            "Place, metres east of the city's origin.",
        ),
        column(
            "y_m",
            "number",
            "m",
            "Place, metres north of the city's origin.",
        ),
        column("age_y", "number", "a", "Years in service, where known."),
        column("failures", "integer", "", "Times it broke."),
        column("trips", "integer", "", "Times a relay switched it off."),
        column("jobs", "integer", "", "Jobs that crews started on it."),
        column("events", "integer", "", "Events that name it."),
        column(
            "failed_at_end",
            "integer",
            "",
            "1 if it was broken when the run ended; empty if it has no such point.",
        ),
    ]
}

/// Years in service by element name.
fn ages(o: &RunOutcome) -> BTreeMap<String, f64> {
    let grid = &o.plan.city.grid;
    let lines = grid
        .lines
        .iter()
        .map(|l| (format!("grid/line/{}", l.id), l.age_y));
    let transformers = grid.transformers.iter();
    let transformers = transformers.map(|t| (format!("grid/transformer/{}", t.id), t.age_y));
    let loads = grid.loads.iter().filter(|l| l.service_units > 0);
    let loads = loads.map(|l| (format!("grid/load/{}", l.id), l.service_age_y));
    lines.chain(transformers).chain(loads).collect()
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let counts = counts(o);
    let ages = ages(o);
    let districts = &o.plan.city.districts;
    let mut writer = begin(&columns(o), out)?;
    for (element, e) in o.elements.iter() {
        let (owner, id) = e.name.rsplit_once('/').unwrap_or(("", &e.name));
        let (_, table) = owner.rsplit_once('/').unwrap_or(("", owner));
        let n = counts.get(&element).copied().unwrap_or_default();
        let district = e.district.and_then(|d| districts.get(d));
        writer.write_record([
            e.name.as_str(),
            table,
            id,
            district.map_or("", |d| d.id.as_str()),
            &number(e.at_m[0]),
            &number(e.at_m[1]),
            &maybe(ages.get(&e.name).copied()),
            &n.failures.to_string(),
            &n.trips.to_string(),
            &n.jobs.to_string(),
            &n.events.to_string(),
            &maybe(o.final_value(&format!("{}/failed", e.name))),
        ])?;
    }
    end(writer)
}
