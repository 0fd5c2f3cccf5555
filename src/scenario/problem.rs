//! Problems found in input files: all of them at once, each with file, line, field and what to do about it.
//!
//! Plain data; how a problem is drawn on a terminal is the command line's business.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A part of a text, for showing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The whole text.
    pub text: Arc<str>,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// One thing wrong with the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// File, as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column: of a table its number, of other text the character; from 1.
    pub column: Option<usize>,
    /// Field, key or table column.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What might be meant, or what would be right.
    pub help: Option<String>,
    /// The part of the text concerned, where the reader kept it.
    pub place: Option<Place>,
}

impl Problem {
    /// A problem with a file as a whole.
    #[must_use]
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            message: message.into(),
            ..Self::default()
        }
    }

    /// The same problem at a line.
    #[must_use]
    pub fn at(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }

    /// The same problem at a part of a text, which gives line and column.
    #[must_use]
    pub fn place(mut self, text: &str, span: Range<usize>) -> Self {
        if let Some(before) = text.get(..span.start) {
            let line_start = before.rfind('\n').map_or(0, |i| i + 1);
            self.line = Some(before.matches('\n').count() + 1);
            self.column = Some(before[line_start..].chars().count() + 1);
        }
        self.place = Some(Place {
            text: Arc::from(text),
            span,
        });
        self
    }

    /// The same problem in a field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with advice, if there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        f.write_str(": ")?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

/// All problems of one input; an error when there is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// The value if nothing is wrong, else the problems.
    ///
    /// # Errors
    /// When there is a problem.
    pub fn unless<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The known name nearest to a wrong one, as advice; none if nothing is near.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let score = strsim::jaro_winkler(wrong, name);
        if best.is_none_or(|(s, _)| score > s) {
            best = Some((score, name));
        }
    }
    // Below this likeness suggestions are noise.
    best.filter(|(score, _)| *score >= 0.8)
        .map(|(_, name)| format!("did you mean `{name}`?"))
}

/// More names than this do not fit a line that is read.
const MOST_LISTED: usize = 24;

/// As [`did_you_mean`]; where nothing is near, all known names if they are few, else some of them.
#[must_use]
pub fn did_you_mean_or_known<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    did_you_mean(wrong, known.iter().copied()).or_else(|| match known.len() {
        0 => None,
        n if n <= MOST_LISTED => Some(format!("known: {}", known.join(", "))),
        _ => Some(format!("for example {}", known[..8].join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_like_a_compilers() {
        let problem = Problem {
            column: Some(3),
            ..Problem::new("lines.csv", "negative")
        }
        .at(Some(7))
        .field("r_pu")
        .help("use 0.01");
        assert_eq!(
            problem.to_string(),
            "lines.csv:7:3: r_pu: negative (use 0.01)"
        );
    }

    #[test]
    fn suggestions_are_near_or_none() {
        assert_eq!(
            did_you_mean("lenght_km", ["length_km", "rating_mva"]),
            Some("did you mean `length_km`?".to_owned())
        );
        assert_eq!(did_you_mean("zzz", ["length_km"]), None);
    }

    #[test]
    fn places_give_lines_and_columns_from_one() {
        let problem = Problem::new("x.toml", "wrong").place("a = 1\nb\u{fc} = 2\n", 11..12);
        assert_eq!(problem.to_string(), "x.toml:2:5: wrong");
    }

    #[test]
    fn known_names_are_listed_where_none_is_near() {
        assert_eq!(
            did_you_mean_or_known("zzz", ["hours", "seed"]).as_deref(),
            Some("known: hours, seed")
        );
    }
}
