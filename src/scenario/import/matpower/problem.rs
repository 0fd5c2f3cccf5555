//! What can be wrong with a case file, and where.
//!
//! A reading reports every problem it finds, not the first. Rendering is not done here: the command line does that.

use std::path::PathBuf;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The case can be used, but the reader should know.
    Warning,
    /// The case cannot be used.
    Error,
}

/// One thing wrong with a case file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the case can still be used.
    pub severity: Severity,
    /// Line in the file, from 1; 0 when the problem belongs to the file as a whole.
    pub line: usize,
    /// Byte offset of the construct in the text.
    pub offset: usize,
    /// Length of the construct in bytes, 0 for a whole line.
    pub length: usize,
    /// Which number of the row is meant, from 0; the place is then narrowed to it.
    pub element: Option<usize>,
    /// The field concerned, such as `mpc.branch F_BUS`; empty when none.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place in the text.
    pub fn error(line: usize, offset: usize, length: usize, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            line,
            offset,
            length,
            element: None,
            field: String::new(),
            message: message.into(),
            help: None,
        }
    }

    /// The same problem as a warning.
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same problem with the field it concerns.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// The same problem about one number of the row, from 0.
    pub fn about(mut self, element: usize) -> Self {
        self.element = Some(element);
        self
    }

    /// The same problem with a suggestion.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a case could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MatpowerError {
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
    #[error("{file}: {} problem(s) in this MATPOWER case", problems.len())]
    Invalid {
        /// The file's name as given.
        file: String,
        /// Its text, to show the lines concerned.
        text: String,
        /// Every problem found, in the order of the file; at least one is an error.
        problems: Vec<Problem>,
    },
}

/// The nearest of several words, if any is near enough to suggest.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    // Two edits in a short word, three in a longer one: beyond that a suggestion misleads.
    let limit = if word.len() <= 4 { 1 } else { 3 };
    known
        .map(|other| (strsim::damerau_levenshtein(word, other), other))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, other)| other)
}
