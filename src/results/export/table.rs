//! CSV tables: columns described as data, and numbers written the same way everywhere.

use crate::results::export::ExportError;
use std::io::Write;

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name, with the unit as its last word where it has one.
    pub name: String,
    /// Frictionless type: `number`, `integer`, `string` or `datetime`.
    pub kind: &'static str,
    /// Unit; empty if none.
    pub unit: String,
    /// What it is.
    pub about: String,
}

/// A column.
#[must_use]
pub fn column(name: &str, kind: &'static str, unit: &str, about: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        about: about.to_owned(),
    }
}

/// Decimals kept in tables: a watt in a megawatt, a second in an hour to 4 ms; more is noise of the solver.
const DECIMALS: f64 = 1e6;

/// A number as tables hold it: at most six decimals, empty if it is not finite.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded = (value * DECIMALS).round() / DECIMALS;
    if !rounded.is_finite() {
        return format!("{value}");
    }
    // Adding 0 turns -0 into 0.
    format!("{}", rounded + 0.0)
}

/// A number that may be missing.
#[must_use]
pub fn maybe(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

/// A CSV writer with the header written.
///
/// # Errors
/// [`ExportError::Csv`] if the writer refuses.
pub fn begin<'a>(
    columns: &[Column],
    out: &'a mut dyn Write,
) -> Result<csv::Writer<&'a mut dyn Write>, ExportError> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().map(|c| c.name.as_str()))?;
    Ok(writer)
}

/// Flushes the last rows.
///
/// # Errors
/// [`ExportError::Csv`] if the writer refuses.
pub fn end(mut writer: csv::Writer<&mut dyn Write>) -> Result<(), ExportError> {
    writer.flush().map_err(|e| ExportError::Csv(e.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_plain() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.000_000_04), "0");
        assert_eq!(number(2.0 / 3.0), "0.666667");
        assert_eq!(number(f64::NAN), "");
        assert_eq!(maybe(None), "");
    }
}
