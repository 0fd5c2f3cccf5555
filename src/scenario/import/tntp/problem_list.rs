//! Problems of one file as they are found: errors, which refuse it, and warnings, which do not.

use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Errors after which reading stops: a wrong column repeats in every line of a large file, and thousands help nobody.
const MOST_ERRORS: usize = 1000;

/// What was found wrong so far.
pub(super) struct ProblemList<'a> {
    file: &'a str,
    errors: Problems,
    warnings: Vec<Problem>,
    given_up: bool,
}

/// Where a problem is: line and character, from 1.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Spot {
    /// The place of a part of a line's text.
    pub(super) fn of(line: usize, text: &str, part: &str) -> Self {
        // `part` is a slice of `text`, so the distance between them is its offset.
        let offset = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let before = text.get(..offset).unwrap_or_default();
        Self {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The beginning of a line.
    pub(super) fn line(line: usize) -> Self {
        Self { line, column: 1 }
    }
}

impl<'a> ProblemList<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self {
            file,
            errors: Problems::default(),
            warnings: Vec::new(),
            given_up: false,
        }
    }

    /// Notes an error at a place.
    pub(super) fn error(
        &mut self,
        spot: Spot,
        field: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        let problem = self.problem(spot, field, message.into(), help);
        self.errors.push(problem);
    }

    /// Notes an error about the file as a whole.
    pub(super) fn error_of_file(&mut self, field: &str, message: impl Into<String>, help: &str) {
        let problem = Problem::new(self.file, message)
            .field(field)
            .maybe_help(some(help));
        self.errors.push(problem);
    }

    /// Notes a warning at a place.
    pub(super) fn warning(
        &mut self,
        spot: Spot,
        field: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        let problem = self.problem(spot, field, message.into(), help);
        self.warnings.push(problem);
    }

    /// Notes a warning about the file as a whole.
    pub(super) fn warning_of_file(&mut self, field: &str, message: impl Into<String>, help: &str) {
        let problem = Problem::new(self.file, message)
            .field(field)
            .maybe_help(some(help));
        self.warnings.push(problem);
    }

    /// Whether so much is wrong that the rest is not worth reading.
    pub(super) fn is_hopeless(&self) -> bool {
        self.given_up || self.errors.0.len() >= MOST_ERRORS
    }

    /// Ends the reading: what follows would only say the same again.
    pub(super) fn give_up(&mut self) {
        self.given_up = true;
    }

    /// Whether nothing refuses the file so far.
    pub(super) fn is_sound(&self) -> bool {
        self.errors.0.is_empty()
    }

    /// The warnings if nothing is wrong, else the errors; in the order of lines, those of the whole file last.
    pub(super) fn finish(mut self) -> Result<Vec<Problem>, Problems> {
        for list in [&mut self.errors.0, &mut self.warnings] {
            list.sort_by_key(|problem| (problem.line.is_none(), problem.line));
        }
        self.errors.unless(self.warnings)
    }

    fn problem(&self, spot: Spot, field: &str, message: String, help: &str) -> Problem {
        Problem {
            column: Some(spot.column),
            ..Problem::new(self.file, message)
        }
        .at(Some(spot.line))
        .field(field)
        .maybe_help(some(help))
    }
}

fn some(help: &str) -> Option<String> {
    (!help.is_empty()).then(|| help.to_owned())
}
