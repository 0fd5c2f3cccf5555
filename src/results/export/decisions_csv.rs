//! `decisions.csv`: every command, what was asked, what holds, and why.

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
        column("actor", "string", "", "Who gave the command."),
        column("point", "string", "", "Path of the point that it sets."),
        column("unit", "string", "", "Unit of the two values."),
        column("asked", "number", "", "Value asked for, in the row's unit."),
        column(
            "applied",
            "number",
            "",
            "Value that holds after it, in the row's unit.",
        ),
        column(
            "outcome",
            "string",
            "",
            "applied, clipped, rate_limited or refused.",
        ),
        column("reason", "string", "", "Why it was given."),
    ]
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let mut writer = begin(&columns(o), out)?;
    for d in &o.record.decisions {
        let spec = o.points.spec(d.point);
        writer.write_record([
            d.t_s.to_string().as_str(),
            &iso(o.plan.start, d.t_s),
            &d.actor,
            &spec.path,
            &spec.unit,
            &number(d.asked),
            &number(d.applied),
            &d.outcome,
            &d.reason,
        ])?;
    }
    end(writer)
}
