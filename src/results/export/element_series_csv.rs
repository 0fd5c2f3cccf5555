//! `element_series.csv`: a row for an element and a time, a column for a quantity.
//!
//! An observation is an element at a time, so every quantity keeps one unit and one type, as a column of bare values
//! would not, and the file is half as long. A quantity that an element does not have is empty. Rows are ordered by
//! time, then by element in order of element ids.

use crate::engine::points::Keep;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::number;
use crate::results::export::timeseries_csv::quantity;
use crate::results::outcome::RunOutcome;
use std::collections::BTreeMap;
use std::io::Write;

/// The quantities in order of first appearance, as columns.
fn quantities(o: &RunOutcome) -> Vec<Column> {
    let mut all: Vec<Column> = Vec::new();
    for id in &o.record.series.points {
        let spec = o.points.spec(*id);
        let name = quantity(&spec.path);
        if spec.keep == Keep::Element && !all.iter().any(|c| c.name == name) {
            all.push(column(name, "number", &spec.unit, &spec.about));
        }
    }
    all
}

/// The columns.
#[must_use]
pub fn columns(o: &RunOutcome) -> Vec<Column> {
    let mut all = vec![
        column("t_s", "integer", "s", "Time since the start of the run."),
        column("element", "string", "", "Name of the element."),
    ];
    all.extend(quantities(o));
    all
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let quantities = quantities(o);
    let series = &o.record.series;
    let width = series.points.len();
    // For every element, where each quantity stands in the record's rows.
    let mut sources: BTreeMap<_, Vec<Option<usize>>> = BTreeMap::new();
    for (j, id) in series.points.iter().enumerate() {
        let spec = o.points.spec(*id);
        let (Keep::Element, Some(element)) = (spec.keep, spec.element) else {
            continue;
        };
        let name = quantity(&spec.path);
        let row = sources
            .entry(element)
            .or_insert_with(|| vec![None; quantities.len()]);
        if let Some(q) = quantities.iter().position(|c| c.name == name) {
            row[q] = Some(j);
        }
    }
    let mut writer = begin(&columns(o), out)?;
    for (row, t_s) in series.t_s.iter().enumerate() {
        let t = t_s.to_string();
        for (element, columns) in &sources {
            writer.write_field(&t)?;
            writer.write_field(o.name(*element))?;
            for source in columns {
                match source {
                    Some(j) => writer.write_field(number(series.values[row * width + j]))?,
                    None => writer.write_field("")?,
                }
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    end(writer)
}
