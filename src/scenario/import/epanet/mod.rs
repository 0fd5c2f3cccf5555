//! Reads EPANET input files (INP) of versions 2.0 to 2.3 into a pipe network with its times, controls and rules, in SI.
//!
//! Sections on hydraulics are read in full; water quality, reporting and drawing are passed over, but for coordinates.
//! Conversion factors are EPANET's own, rounded as they are, so that heads agree with it. Every problem of a file is
//! reported with its line. It writes no INP and reads no hydraulics or map files that an INP may name.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use crate::scenario::import::matpower::Problem;
use crate::scenario::import::matpower::Severity;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::simulation::Plan;

mod controls;
mod energy;
mod leakage;
mod line;
mod links;
mod nodes;
mod options;
mod reader;
mod rules;
mod tables;
mod times;
pub mod units;
mod validate;

use line::Section;
use reader::Reader;
use units::Units;

/// What an INP file describes.
#[derive(Clone, Debug, PartialEq)]
pub struct EpanetNetwork {
    /// Lines of the title.
    pub title: Vec<String>,
    /// Name of each node, in the order of the network's nodes.
    pub node_ids: Vec<String>,
    /// Name of each link, in the order of the network's links.
    pub link_ids: Vec<String>,
    /// The network, in SI.
    pub network: Network,
    /// Times, controls, rules and options; no closures.
    pub plan: Plan,
    /// The file's units.
    pub units: Units,
    /// Coordinates by node, in the file's own map units.
    pub coordinates: BTreeMap<usize, (f64, f64)>,
    /// What the reader should know.
    pub warnings: Vec<Problem>,
}

impl EpanetNetwork {
    /// Index of a link by name.
    pub fn link(&self, id: &str) -> Option<usize> {
        self.link_ids.iter().position(|known| known == id)
    }

    /// Index of a node by name.
    pub fn node(&self, id: &str) -> Option<usize> {
        self.node_ids.iter().position(|known| known == id)
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum EpanetError {
    /// The file is missing or unreadable.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The file was read and is wrong.
    #[error("{file}: {} problem(s) in this EPANET file", problems.len())]
    Invalid {
        /// The file's name as given.
        file: String,
        /// Its text, to show the lines concerned.
        text: String,
        /// Every problem found, in the order of the file; at least one is an error.
        problems: Vec<Problem>,
    },
}

/// Reads a file.
///
/// # Errors
/// When the file cannot be read, or with every problem found in it.
pub fn read(path: &Path) -> Result<EpanetNetwork, EpanetError> {
    let bytes = std::fs::read(path).map_err(|source| EpanetError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&path.display().to_string(), &bytes)
}

/// Reads the bytes of a file; `file` names it in messages. Text that is not UTF-8 is taken for Latin-1.
///
/// # Errors
/// With every problem found, in the order of the lines, when at least one is an error.
pub fn parse(file: &str, bytes: &[u8]) -> Result<EpanetNetwork, EpanetError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    let mut reader = Reader::new(&text);
    options::read(&mut reader);
    tables::read(&mut reader);
    nodes::read(&mut reader);
    links::read(&mut reader);
    nodes::read_demands(&mut reader);
    leakage::read(&mut reader);
    energy::read(&mut reader);
    times::read(&mut reader);
    controls::read(&mut reader);
    rules::read(&mut reader);
    validate::check(&mut reader);
    let title = reader
        .lines_of(Section::Title)
        .map(|line| line.text.trim().to_owned())
        .collect();
    let (network, problems) = reader.finish(title);
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
        return Err(EpanetError::Invalid {
            file: file.to_owned(),
            text,
            problems,
        });
    }
    Ok(EpanetNetwork {
        warnings: problems,
        ..network
    })
}

#[cfg(test)]
mod tests;
