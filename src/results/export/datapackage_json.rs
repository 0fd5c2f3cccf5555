//! `datapackage.json`: the tables of the folder, column by column (Frictionless Data Package v1, Table Schema).

use crate::results::export::ExportError;
use crate::results::export::files;
use crate::results::export::table::Column;
use crate::results::outcome::RunOutcome;
use serde_json::Value;
use serde_json::json;
use std::io::Write;

/// A column as a field of a Table Schema.
#[must_use]
pub fn field(column: &Column) -> Value {
    let mut field = json!({
        "name": column.name,
        "type": column.kind,
        "description": column.about,
    });
    if column.kind == "datetime" {
        field["format"] = json!("%Y-%m-%dT%H:%M:%S");
    }
    if !column.unit.is_empty() {
        field["unit"] = json!(column.unit);
    }
    field
}

/// A package name as the standard allows it: lower-case letters, digits, `.`, `_` and `-`.
#[must_use]
pub fn plain(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    name.chars()
        .map(|c| {
            if allowed(c) {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// Writes the document.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let tables = files(o).into_iter().filter_map(|file| {
        let columns = (file.columns?)(o);
        let fields: Vec<Value> = columns.iter().map(field).collect();
        Some(json!({
            "name": file.name.trim_end_matches(".csv"),
            "path": file.name,
            "description": file.about,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": { "fields": fields, "missingValues": [""] },
        }))
    });
    let name = format!("{}-{}-{}", o.plan.scenario, o.plan.controller, o.plan.seed);
    let package = json!({
        "profile": "tabular-data-package",
        "name": plain(&name),
        "title": format!("{} in {}", o.plan.scenario, o.plan.city.name),
        "description": "A simulated run: tables by time, by element and by event. Times are local standard time.",
        "resources": tables.collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(out, &package)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::export::FILES;
    use crate::results::fixture::small;

    #[test]
    fn every_table_is_described_with_units() {
        let mut bytes = Vec::new();
        write(&small::outcome(), &mut bytes).unwrap();
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let resources = json["resources"].as_array().unwrap();
        assert_eq!(
            resources.len(),
            FILES.iter().filter(|f| f.columns.is_some()).count()
        );
        let series = &resources[0];
        assert_eq!(series["path"], "timeseries.csv");
        let fields = series["schema"]["fields"].as_array().unwrap();
        let demand = fields.iter().find(|f| f["name"] == "demand_mw").unwrap();
        assert_eq!(demand["unit"], "MW");
        assert_eq!(demand["type"], "number");
    }
}
