//! What is wrong with an input, and where: collected, so that a reader sees all of it at once.
//!
//! It does not print; `cli` renders.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use strsim::jaro_winkler;

/// The place in a text that a problem speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The whole text, for a snippet.
    pub text: Arc<str>,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File, `built-in:<name>` or `--set`.
    pub file: String,
    /// Place in it, if it has one.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What would be right, if that can be said.
    pub help: Option<String>,
}

impl Problem {
    /// A problem of a file as a whole.
    #[must_use]
    pub fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            place: None,
            message: message.into(),
            help: None,
        }
    }

    /// The same with a piece of advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Line and column, both from 1 and the column in characters, if the problem has a place.
    #[must_use]
    pub fn line_column(&self) -> Option<(usize, usize)> {
        let place = self.place.as_ref()?;
        let before = place.text.get(..place.span.start)?;
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        Some((line, before[line_start..].chars().count() + 1))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line_column() {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.message)?,
            None => write!(f, "{}: {}", self.file, self.message)?,
        }
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with an input; never empty where it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Similarity below which a name is no plausible misspelling of another: 0.8 keeps `weathr` and `hour`, and drops
/// words that merely share letters.
const LEAST_SIMILARITY: f64 = 0.8;

/// Advice for a name that does not exist: the nearest of those that do, or all of them where they are few.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    let mut best: Option<(f64, &str)> = None;
    for name in &known {
        let score = jaro_winkler(wrong, name);
        if score >= LEAST_SIMILARITY && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, name));
        }
    }
    match best {
        Some((_, name)) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() => None,
        // More names than this do not fit a line that is read.
        None if known.len() <= 24 => Some(format!("known: {}", known.join(", "))),
        None => Some(format!("for example {}", known[..8].join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let problem = Problem {
            place: Some(Place {
                text: Arc::from("a = 1\nbü = 2\n"),
                span: 11..12,
            }),
            ..Problem::of_file("x.toml", "wrong").with_help("try 3")
        };
        assert_eq!(problem.line_column(), Some((2, 5)));
        assert_eq!(problem.to_string(), "x.toml:2:5: wrong (try 3)");
    }

    #[test]
    fn near_names_are_suggested() {
        let known = ["hours", "seed", "weather"];
        assert_eq!(
            did_you_mean("weathr", known).as_deref(),
            Some("did you mean `weather`?")
        );
        assert_eq!(
            did_you_mean("zzz", known).as_deref(),
            Some("known: hours, seed, weather")
        );
    }
}
