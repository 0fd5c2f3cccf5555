//! Optional layers of a city's folder: groups of tables that are there together or not at all.
//!
//! A layer is there if its first table is. It knows no table's columns beyond their names.

use crate::scenario::city_files::table::Table;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// File names and columns of a layer's tables, in the order in which they are written.
pub type LayerTables = [(&'static str, &'static [&'static str])];

/// Reads the tables of a layer; none if its first file cannot be had.
pub fn tables(
    layer: &LayerTables,
    place: &str,
    text: &mut impl FnMut(&str) -> Result<String, String>,
    problems: &mut Problems,
) -> Option<Vec<Table>> {
    let first = text(layer.first()?.0).ok()?;
    let mut first = Some(first);
    let mut tables = Vec::with_capacity(layer.len());
    for (file, columns) in layer {
        let name = format!("{place}{file}");
        let found = match first.take() {
            Some(text) => Ok(text),
            None => text(file),
        };
        tables.push(match found {
            Ok(text) => Table::parse(&name, &text, columns, problems),
            Err(reason) => {
                problems.push(Problem::new(name.clone(), reason));
                Table::empty(&name)
            }
        });
    }
    Some(tables)
}

/// Line of a row of one of a layer's tables, given by its file's name; none if the file is not of the layer.
pub fn line(
    layer: &LayerTables,
    tables: Option<&[Table]>,
    file: &str,
    row: usize,
) -> Option<usize> {
    let index = layer.iter().position(|(name, _)| *name == file)?;
    tables?.get(index)?.line(row)
}
