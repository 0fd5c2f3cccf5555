//! Problems found in input files: all of them at once, each with file, line, field and what to do about it.
//!
//! Plain data; how a problem is drawn on a terminal is the command line's business.

use std::fmt;

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
}
