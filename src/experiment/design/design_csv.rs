//! `design_csv`: points from a table, as SALib and other tools make them: dotted paths in the first line, then a line a
//! point.

use crate::experiment::design::MOST_RUNS;
use crate::experiment::design::place::Place;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::problem::Problem;
use crate::scenario::tree::parse_argument;
use csv::StringRecord;
use std::sync::Arc;

/// The points of a table; `name` is the file's, for messages.
pub fn points(name: &str, text: &str, problems: &mut Vec<Problem>) -> Points {
    let before = problems.len();
    let file: Arc<str> = Arc::from(name);
    // Spreadsheets begin their files with a byte-order mark.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => {
            problems.push(Problem::new(name, error.to_string()));
            return Points::default();
        }
        None => {
            let help = "the first line names dotted paths, each further line is a point";
            problems.push(Problem::new(name, "the table is empty").help(help));
            return Points::default();
        }
    };
    let names: Vec<Arc<str>> = header.iter().map(Arc::from).collect();
    let place = |record: &StringRecord, k: usize| Place::Cell {
        file: Arc::clone(&file),
        line: line(record),
        column: k + 1,
        field: names.get(k).cloned().unwrap_or_default(),
    };
    for (k, path) in names.iter().enumerate() {
        if path.is_empty() {
            problems.push(place(&header, k).problem("the column has no name"));
        } else if names[..k].contains(path) {
            problems.push(place(&header, k).problem("the column is there twice"));
        }
    }
    let mut rows = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(Problem::new(name, error.to_string()));
                break;
            }
        };
        if record.len() != names.len() {
            let message = format!(
                "{} values, but the first line names {} columns",
                record.len(),
                names.len()
            );
            problems.push(Problem::new(name, message).at(Some(line(&record))));
            continue;
        }
        if rows.len() == MOST_RUNS {
            let message = format!("more than {MOST_RUNS} points");
            problems.push(Problem::new(name, message).at(Some(line(&record))));
            break;
        }
        let mut row = Vec::with_capacity(names.len());
        for (k, cell) in record.iter().enumerate() {
            let place = place(&record, k);
            if cell.is_empty() {
                problems.push(place.problem("the value is missing"));
            }
            // TOML where it is TOML, otherwise the text itself: as `--set` reads it.
            let value = parse_argument(cell, 0).to_toml();
            row.push(Level {
                text: value.to_string(),
                place,
            });
        }
        rows.push(row);
    }
    if rows.is_empty() && problems.len() == before {
        let help = "each line after the first is a point";
        problems.push(Problem::new(name, "the table has no points").help(help));
    }
    if problems.len() > before {
        return Points::default();
    }
    let factors = names.iter().enumerate().map(|(k, path)| Factor {
        path: path.to_string(),
        place: place(&header, k),
    });
    Points {
        factors: factors.collect(),
        rows,
    }
}

/// The line on which a record begins.
fn line(record: &StringRecord) -> usize {
    record
        .position()
        .map_or(0, |p| usize::try_from(p.line()).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_settings_are() {
        let mut problems = Vec::new();
        let text = "\u{feff}a.b, c\n1e3,36h\n\"[1, 2]\",true\n";
        let points = points("d.csv", text, &mut problems);
        assert_eq!(problems, []);
        let paths: Vec<&str> = points.factors.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["a.b", "c"]);
        let texts = |row: &[Level]| row.iter().map(|l| l.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&points.rows[0]), ["1000.0", "\"36h\""]);
        assert_eq!(texts(&points.rows[1]), ["[1, 2]", "true"]);
        let told = points.rows[1][0].place.problem("wrong").to_string();
        assert_eq!(told, "d.csv:3:1: a.b: wrong");
    }
}
