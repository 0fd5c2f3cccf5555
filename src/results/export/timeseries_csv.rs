//! `timeseries.csv`: a row a record interval, a column for every point kept for the whole city.
//!
//! A column is named by the last word of its point's path, which carries the unit; by the whole path where two points
//! share a last word.

use crate::engine::points::Keep;
use crate::engine::points::PointSpec;
use crate::results::calendar::iso;
use crate::results::export::ExportError;
use crate::results::export::table::Column;
use crate::results::export::table::begin;
use crate::results::export::table::column;
use crate::results::export::table::end;
use crate::results::export::table::number;
use crate::results::outcome::RunOutcome;
use std::collections::BTreeMap;
use std::io::Write;

/// The last word of a path.
#[must_use]
pub fn quantity(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// Positions in the record's columns, with the points, of all that is kept for the city.
fn kept(o: &RunOutcome) -> Vec<(usize, &PointSpec)> {
    let ids = o.record.series.points.iter().enumerate();
    ids.map(|(j, id)| (j, o.points.spec(*id)))
        .filter(|(_, spec)| spec.keep == Keep::City)
        .collect()
}

/// Column names by the paths of the points that are kept for the city.
#[must_use]
pub fn names(o: &RunOutcome) -> BTreeMap<String, String> {
    let kept = kept(o);
    let mut uses: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, spec) in &kept {
        *uses.entry(quantity(&spec.path)).or_default() += 1;
    }
    let name = |path: &str| {
        let last = quantity(path);
        if uses.get(last).is_some_and(|n| *n > 1) {
            path.replace('/', "_")
        } else {
            last.to_owned()
        }
    };
    let paths = kept.iter().map(|(_, spec)| &spec.path);
    paths.map(|path| (path.clone(), name(path))).collect()
}

/// The columns.
#[must_use]
pub fn columns(o: &RunOutcome) -> Vec<Column> {
    let names = names(o);
    let mut all = vec![
        column("t_s", "integer", "s", "Time since the start of the run."),
        column("local_time", "datetime", "", "Local standard time."),
    ];
    all.extend(kept(o).iter().map(|(_, spec)| {
        let name = names.get(&spec.path).map_or("", String::as_str);
        column(name, "number", &spec.unit, &spec.about)
    }));
    all
}

/// Writes the table.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let kept = kept(o);
    let series = &o.record.series;
    let width = series.points.len();
    let mut writer = begin(&columns(o), out)?;
    for (row, t_s) in series.t_s.iter().enumerate() {
        writer.write_field(t_s.to_string())?;
        writer.write_field(iso(o.plan.start, *t_s))?;
        for (j, _) in &kept {
            writer.write_field(number(series.values[row * width + j]))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    end(writer)
}
