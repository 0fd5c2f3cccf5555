//! Queries of `solve journey`: one from the command line, or many from a CSV file.

use std::path::Path;

use crate::cli::solve::journey;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean;

/// Columns of the file.
const COLUMNS: [&str; 3] = ["from", "to", "depart"];

/// A query with its stops found.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// As it was written.
    pub from_text: String,
    /// As it was written.
    pub to_text: String,
    /// Stops to start from.
    pub from: Vec<u32>,
    /// Stops to end at.
    pub to: Vec<u32>,
    /// Earliest departure, seconds of the service day.
    pub depart_s: i32,
}

/// A query of the command line.
pub(super) fn asked(feed: &Feed, from: &str, to: &str, depart_s: i32) -> Result<Asked, Problems> {
    let mut problems = Problems::default();
    let mut find = |flag: &str, text: &str| {
        feed.stops_named(text).unwrap_or_else(|problem| {
            problems.push((*problem).field(flag));
            Vec::new()
        })
    };
    let asked = Asked {
        from_text: from.to_owned(),
        to_text: to.to_owned(),
        from: find("--from", from),
        to: find("--to", to),
        depart_s,
    };
    problems.unless(asked)
}

/// The queries of a file.
///
/// # Errors
/// Everything wrong with it, with lines.
pub(super) fn read(path: &Path, feed: &Feed) -> Result<Vec<Asked>, Problems> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        Problem::new(&file, format!("cannot be read: {error}"))
            .help("is the path right? It is looked for from the present folder")
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
    let header = reader
        .headers()
        .cloned()
        .map_err(|error| Problem::new(&file, format!("is not a CSV table: {error}")))?;
    let mut problems = Problems::default();
    let mut places = [0; 3];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        match header.iter().position(|name| name == column) {
            Some(found) => *place = found,
            None => problems.push(
                Problem::new(&file, "the column is missing")
                    .at(Some(1))
                    .field(column)
                    .maybe_help(did_you_mean(column, header.iter())),
            ),
        }
    }
    if !problems.0.is_empty() {
        return Err(problems);
    }
    let mut queries = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(|place| place.line() as usize);
                problems.push(Problem::new(&file, format!("unreadable row: {error}")).at(line));
                continue;
            }
        };
        let line = record.position().map(|place| place.line() as usize);
        let [from, to, depart] = places.map(|place| record.get(place).unwrap_or_default());
        let mut placed = |problem: Problem, column: &str| {
            problems.push(Problem {
                file: file.clone(),
                ..problem.at(line).field(column)
            });
        };
        let depart_s = journey::depart(depart)
            .map_err(|message| placed(Problem::new("", message), "depart"))
            .unwrap_or_default();
        let mut find = |text: &str, column: &str| {
            feed.stops_named(text)
                .map_err(|problem| placed(*problem, column))
                .unwrap_or_default()
        };
        queries.push(Asked {
            from_text: from.to_owned(),
            to_text: to.to_owned(),
            from: find(from, "from"),
            to: find(to, "to"),
            depart_s,
        });
    }
    problems.unless(queries)
}
