//! One CSV table of a feed: rows with named fields, lenient in form, and problems placed at line and column.
//!
//! Spaces around fields, a byte-order mark, CRLF, short and long rows and unknown columns pass, as they do in real feeds;
//! text that is not UTF-8 is read with replacement characters. What a field means is the reader's business.

use std::borrow::Cow;
use std::str::FromStr;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean;

/// A file's columns: name, and whether the file is useless without.
pub(super) type Columns = [(&'static str, bool)];

/// More lines than this inside one row mean that a quotation mark is not closed and swallows what follows.
const MOST_LINES_OF_A_ROW: usize = 20;

/// Whether a feed must have a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// One row.
pub(super) struct Row<'a> {
    path: &'a str,
    columns: &'a Columns,
    /// Where each column stands.
    places: &'a [Option<usize>],
    record: &'a csv::ByteRecord,
    /// Line of the file, from 1.
    pub line: usize,
}

/// Reads a file of the feed row by row. An absent optional file has no rows.
pub(super) fn each_row(
    archive: &Archive,
    file: &str,
    presence: Presence,
    columns: &Columns,
    findings: &mut Findings,
    mut read: impl FnMut(&Row, &mut Findings),
) {
    let path = archive.path_of(file);
    let Some(bytes) = archive.file(file) else {
        if presence == Presence::Required {
            findings.problem(
                Problem::new(path, "the file is missing").help("every GTFS feed must have it"),
            );
        }
        return;
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        findings.problem(Problem::new(path, "is UTF-16 text").help("save it as UTF-8"));
        return;
    }
    if bytes.trim_ascii().is_empty() {
        if presence == Presence::Required {
            findings.problem(Problem::new(path, "the file is empty"));
        }
        return;
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    if let Err(error) = reader.read_byte_record(&mut record) {
        findings.problem(Problem::new(path, format!("is not a CSV table: {error}")));
        return;
    }
    let header: Vec<String> = record
        .iter()
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase())
        .collect();
    let place = |name: &str| header.iter().position(|found| found == name);
    let places: Vec<Option<usize>> = columns.iter().map(|(name, _)| place(name)).collect();
    let mut sound = true;
    for ((name, required), place) in columns.iter().zip(&places) {
        if *required && place.is_none() {
            sound = false;
            findings.problem(
                Problem::new(&path, "the column is missing")
                    .at(Some(1))
                    .field(*name)
                    .maybe_help(did_you_mean(name, header.iter().map(String::as_str))),
            );
        }
    }
    if !sound {
        return;
    }
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                findings.problem(Problem::new(&path, format!("unreadable: {error}")));
                break;
            }
        }
        let line = record.position().map_or(0, |place| place.line() as usize);
        if record.as_slice().iter().filter(|b| **b == b'\n').count() > MOST_LINES_OF_A_ROW {
            findings.problem(
                Problem::new(&path, "a field runs over many lines")
                    .at(Some(line))
                    .help("a quotation mark is opened there and not closed"),
            );
            continue;
        }
        // Blank lines with separators end many a spreadsheet's export.
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        let row = Row {
            path: &path,
            columns,
            places: &places,
            record: &record,
            line,
        };
        read(&row, findings);
    }
}

impl Row<'_> {
    /// A field's bytes without spaces around them; empty where there are none.
    pub fn bytes(&self, column: usize) -> &[u8] {
        let place = self.places[column];
        let field = place.and_then(|place| self.record.get(place));
        field.unwrap_or_default().trim_ascii()
    }

    /// A field's text.
    pub fn text(&self, column: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes(column))
    }

    /// Whether a field says nothing.
    pub fn is_blank(&self, column: usize) -> bool {
        self.bytes(column).is_empty()
    }

    /// A problem with a field.
    pub fn problem(&self, column: usize, message: impl Into<String>) -> Problem {
        Problem {
            column: self.places[column].map(|place| place + 1),
            ..Problem::new(self.path, message)
                .at(Some(self.line))
                .field(self.columns[column].0)
        }
    }

    /// A field that must say something.
    pub fn required(&self, column: usize, findings: &mut Findings) -> Option<Cow<'_, str>> {
        if self.is_blank(column) {
            findings.problem(self.problem(column, "is blank"));
            return None;
        }
        Some(self.text(column))
    }

    /// A whole number; blank is `None`, and so is what is noted as a problem.
    pub fn whole<T: FromStr>(&self, column: usize, findings: &mut Findings) -> Option<T> {
        if self.is_blank(column) {
            return None;
        }
        let text = self.text(column);
        let number = text.parse().ok();
        if number.is_none() {
            let message = format!("`{text}` is not a whole number in range");
            findings.problem(self.problem(column, message));
        }
        number
    }

    /// A code of the specification; blank is 0, and what is no small number is noted and taken as 0.
    pub fn code(&self, column: usize, most: u8, findings: &mut Findings) -> u8 {
        if self.is_blank(column) {
            return 0;
        }
        let text = self.text(column);
        match text.parse::<u8>() {
            Ok(code) if code <= most => code,
            _ => {
                let message = format!("`{text}` is none of 0 to {most}: taken as 0");
                findings.notice("unknown codes", self.problem(column, message));
                0
            }
        }
    }

    /// A finite number; blank is `None`, and so is what is noted as a problem.
    pub fn number(&self, column: usize, findings: &mut Findings) -> Option<f64> {
        if self.is_blank(column) {
            return None;
        }
        let text = self.text(column);
        let number = text.parse::<f64>().ok().filter(|value| value.is_finite());
        if number.is_none() {
            let message = format!("`{text}` is not a number");
            findings.problem(self.problem(column, message));
        }
        number
    }
}
