//! Problems of input files as reports with the lines concerned, all at once.

use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;
use miette::NamedSource;
use miette::SourceSpan;
use thiserror::Error;

use crate::cli::exit::CliError;
use crate::scenario::import::epanet::EpanetError;
use crate::scenario::import::matpower::MatpowerError;
use crate::scenario::import::matpower::Problem;
use crate::scenario::import::matpower::Severity;
use crate::scenario::problem;
use crate::scenario::problem::Problems;

/// Most problems shown with their lines: a wrong column repeats in every row, and thousands help nobody.
const MOST_SHOWN: usize = 50;

/// A file with everything wrong in it.
#[derive(Debug, Error, Diagnostic)]
#[error("{summary}")]
struct FileReport {
    summary: String,
    #[help]
    help: Option<String>,
    #[related]
    problems: Vec<ProblemReport>,
}

#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
struct ProblemReport {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    source_code: NamedSource<Arc<String>>,
    label: String,
    #[label("{label}")]
    span: Option<SourceSpan>,
    #[diagnostic(severity)]
    severity: miette::Severity,
}

/// The error for a case that could not be read.
pub(super) fn matpower_error(error: MatpowerError) -> CliError {
    match error {
        MatpowerError::Unreadable { path, source } => {
            let help =
                format!("{source}; is the path right? It is looked for from the present folder");
            let message = format!("cannot read {}", path.display());
            CliError::invalid_input(miette::miette!(help = help, "{message}"))
        }
        MatpowerError::Invalid {
            file,
            text,
            problems,
        } => CliError::invalid_input(file_report(&file, text, &problems)),
    }
}

/// The error for an EPANET file that could not be read.
pub(super) fn epanet_error(error: EpanetError) -> CliError {
    match error {
        EpanetError::Unreadable { path, source } => {
            let help =
                format!("{source}; is the path right? It is looked for from the present folder");
            let message = format!("cannot read {}", path.display());
            CliError::invalid_input(miette::miette!(help = help, "{message}"))
        }
        EpanetError::Invalid {
            file,
            text,
            problems,
        } => CliError::invalid_input(file_report(&file, text, &problems)),
    }
}

/// The error for a case that was read but cannot be used as asked. Problems are placed by their lines.
pub(super) fn case_problems(path: &Path, problems: &[Problem]) -> CliError {
    let text = std::fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    CliError::invalid_input(file_report(&path.display().to_string(), text, problems))
}

/// The error for inputs of a scenario or a city, each problem shown with its lines.
pub(super) fn input_problems(problems: &Problems) -> CliError {
    CliError::invalid_input(problems_report(problems))
}

/// Problems of possibly several texts as one report.
fn problems_report(problems: &Problems) -> FileReport {
    let count = problems.0.len();
    let hidden = count.saturating_sub(MOST_SHOWN);
    let shown = problems.0.iter().take(MOST_SHOWN).map(|problem| {
        let (text, span) = match &problem.place {
            Some(place) => {
                // An empty span marks nothing; its first character does.
                let length = place.span.len().max(1);
                (
                    place.text.to_string(),
                    Some((place.span.start, length).into()),
                )
            }
            None => (String::new(), None),
        };
        let message = match &problem.place {
            Some(_) => problem.message.clone(),
            None => problem::Problem {
                help: None,
                ..problem.clone()
            }
            .to_string(),
        };
        ProblemReport {
            message,
            help: problem.help.clone(),
            source_code: NamedSource::new(&problem.file, Arc::new(text)),
            label: "here".to_owned(),
            span,
            severity: miette::Severity::Error,
        }
    });
    FileReport {
        summary: format!("{count} problem{}", if count == 1 { "" } else { "s" }),
        help: (hidden > 0).then(|| format!("{hidden} more are not shown: mend these first")),
        problems: shown.collect(),
    }
}

/// Warnings as short lines for standard error.
pub(super) fn warning_lines(path: &Path, warnings: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let place = if problem.line > 0 {
            format!(":{}", problem.line)
        } else {
            String::new()
        };
        let help = problem
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!(
            "warning: {}{place}: {}: {}{help}\n",
            path.display(),
            problem.field,
            problem.message
        )
    };
    let mut text: String = warnings.iter().take(MOST_SHOWN).map(line).collect();
    if warnings.len() > MOST_SHOWN {
        text += &format!("warning: and {} more\n", warnings.len() - MOST_SHOWN);
    }
    text
}

/// Warnings of input files as short lines for standard error.
pub(super) fn problem_lines(warnings: &[problem::Problem]) -> String {
    let mut text: String = warnings
        .iter()
        .take(MOST_SHOWN)
        .map(|problem| format!("warning: {problem}\n"))
        .collect();
    if warnings.len() > MOST_SHOWN {
        text += &format!("warning: and {} more\n", warnings.len() - MOST_SHOWN);
    }
    text
}

fn file_report(file: &str, text: String, problems: &[Problem]) -> miette::Report {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let warnings = problems.len() - errors;
    let count = |number: usize, word: &str| {
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    };
    let mut summary = format!("{file}: {}", count(errors, "error"));
    if warnings > 0 {
        summary += &format!(" and {}", count(warnings, "warning"));
    }
    let hidden = problems.len().saturating_sub(MOST_SHOWN);
    let help = (hidden > 0).then(|| format!("{hidden} more are not shown: mend these first"));
    let text = Arc::new(text);
    let shown = problems.iter().take(MOST_SHOWN).map(|problem| {
        let field = if problem.field.is_empty() {
            String::new()
        } else {
            format!("{}: ", problem.field)
        };
        ProblemReport {
            message: format!("{field}{}", problem.message),
            help: problem.help.clone(),
            source_code: NamedSource::new(file, Arc::clone(&text)),
            label: "here".to_owned(),
            span: span(problem, &text, &starts),
            severity: match problem.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
        }
    });
    FileReport {
        summary,
        help,
        problems: shown.collect(),
    }
    .into()
}

/// The construct, or its whole line without the blanks round it; `None` when it has no place.
fn span(problem: &Problem, text: &str, starts: &[usize]) -> Option<SourceSpan> {
    let start = starts.get(problem.line.checked_sub(1)?).copied()?;
    let line = text[start..].lines().next().unwrap_or("");
    let end = start + line.trim_end().len();
    let first = start + line.len() - line.trim_start().len();
    if problem.length > 0 && (start..=end).contains(&problem.offset) {
        // A construct over several lines is shown by its first.
        let length = problem.length.min(end - problem.offset).max(1);
        return Some((problem.offset, length).into());
    }
    Some((first, end.saturating_sub(first).max(1)).into())
}
