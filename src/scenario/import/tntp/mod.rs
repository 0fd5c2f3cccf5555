//! Reads road networks and trip tables in the TNTP format, and hands them to the traffic assignment.
//!
//! The format is that of Transportation Networks for Research (its README, section 'TNTP Data format'). Published files
//! keep to it loosely, so the reader is liberal where the meaning is plain (spacing, letter case, missing trailing
//! columns, missing tags) and strict where it is not. Every problem of a file is reported with its line and field.
//!
//! Flow files are not read, nor the asymmetric networks' extra cost terms.

use std::path::Path;

use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

mod links;
mod metadata;
mod nodes;
mod problem_list;
mod to_assignment;
mod trips;

pub use links::TntpLink;
pub use links::TntpNetwork;
pub use nodes::TntpNode;
pub use to_assignment::CostFactors;
pub use to_assignment::TntpAssignment;
pub use trips::TntpTrip;
pub use trips::TntpTrips;

/// Reads a network file.
///
/// # Errors
/// When the file cannot be read, or with every problem found in it.
pub fn read_network(path: &Path) -> Result<TntpNetwork, Problems> {
    links::parse(&path.display().to_string(), &text_of(path)?)
}

/// Reads a network from the text of a file; `file` names it in messages.
///
/// # Errors
/// With every problem found, in the order of the lines.
pub fn parse_network(file: &str, text: &str) -> Result<TntpNetwork, Problems> {
    links::parse(file, text)
}

/// Reads a file of trips.
///
/// # Errors
/// When the file cannot be read, or with every problem found in it.
pub fn read_trips(path: &Path) -> Result<TntpTrips, Problems> {
    trips::parse(&path.display().to_string(), &text_of(path)?)
}

/// Reads trips from the text of a file; `file` names it in messages.
///
/// # Errors
/// With every problem found, in the order of the lines.
pub fn parse_trips(file: &str, text: &str) -> Result<TntpTrips, Problems> {
    trips::parse(file, text)
}

/// Reads a file of node coordinates.
///
/// # Errors
/// When the file cannot be read, or with every problem found in it.
pub fn read_nodes(path: &Path) -> Result<Vec<TntpNode>, Problems> {
    nodes::parse(&path.display().to_string(), &text_of(path)?)
}

fn text_of(path: &Path) -> Result<String, Problems> {
    match std::fs::read(path) {
        // Comments of older files are in Latin-1; nothing that is read is.
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(Problem::new(
            path.display().to_string(),
            format!("cannot read: {error}"),
        )
        .help("is the path right? It is looked for from the present folder")
        .into()),
    }
}

#[cfg(test)]
mod tests;
