//! `events.csv`: everything that happened, in order, each with its cause.

use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::number;
use crate::results::outcome::RunOutcome;
use std::io::Write;

/// The columns.
#[must_use]
pub fn columns(_: &RunOutcome) -> Vec<Column> {
    vec![
        column("t_s", "integer", "s", "Time since the start of the run."),
        column("local_time", "datetime", "", "Local standard time."),
        column(
            "event",
            "integer",
            "",
            "Number of the event, unique in the run.",
        ),
        column("kind", "string", "", "What happened."),
        column(
            "element",
            "string",
            "",
            "To which element; empty if to none.",
        ),
        column(
            "cause",
            "integer",
            "",
            "Number of the event that caused it; empty if it came from outside.",
        ),
        column(
            "customers",
            "number",
            "",
            "Customers who lost (positive) or regained (negative) supply by it.",
        ),
        column("note", "string", "", "In words."),
    ]
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut writer = begin(&columns(o), out)?;
    for e in &o.record.events {
        writer.write_record([
            e.t_s.to_string().as_str(),
            &iso(o.plan.start, e.t_s),
            &e.id.0.to_string(),
            &e.kind,
            e.element.map_or("", |x| o.name(x)),
            &e.cause.map_or_else(String::new, |c| c.0.to_string()),
            &number(e.customers),
            &e.note,
        ])?;
    }
    end(writer)
}
