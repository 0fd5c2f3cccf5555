//! Where a factor or a level stands, for messages: in the experiment's text, or in a cell of a table beside it.

use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Origin;
use std::sync::Arc;

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// In the experiment's text.
    Text(Origin),
    /// In a table.
    Cell {
        /// File.
        file: Arc<str>,
        /// Line, from 1.
        line: usize,
        /// Number of the column, from 1.
        column: usize,
        /// Its name.
        field: Arc<str>,
    },
}

impl Place {
    /// A problem with what stands there.
    #[must_use]
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        match self {
            Self::Text(origin) => problem_at(origin, message),
            Self::Cell {
                file,
                line,
                column,
                field,
            } => Problem {
                column: Some(*column),
                ..Problem::new(&**file, message)
                    .at(Some(*line))
                    .field(&**field)
            },
        }
    }
}
