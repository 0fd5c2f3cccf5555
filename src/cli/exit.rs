//! How a command ends: exit codes, and the error that every subcommand returns.
//!
//! Codes are those of the project's command-line contract; rendering happens here and nowhere else.

use std::process::ExitCode;

use miette::GraphicalReportHandler;
use miette::GraphicalTheme;
use miette::Report;

/// A run failed, did not converge or is infeasible.
pub const FAILED: u8 = 1;
/// The command was used wrongly.
pub const USAGE: u8 = 2;
/// A file is missing, unreadable or wrong.
pub const INVALID_INPUT: u8 = 3;
/// A merge lacks shards.
pub const INCOMPLETE: u8 = 4;
/// What was verified does not match.
pub const MISMATCH: u8 = 5;
/// Interrupted, with the state kept.
pub const INTERRUPTED: u8 = 130;

/// Why a command ends with a code other than 0.
#[derive(Debug)]
pub struct CliError {
    code: u8,
    /// What to print; nothing when the outcome has been printed as data.
    report: Option<Report>,
}

impl CliError {
    /// Wrong usage, with a suggestion.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with_help(USAGE, message, help)
    }

    /// A wrong input, rendered by its own report.
    pub fn invalid_input(report: impl Into<Report>) -> Self {
        Self {
            code: INVALID_INPUT,
            report: Some(report.into()),
        }
    }

    /// A wrong input that has no lines to show, with a suggestion.
    pub fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with_help(INVALID_INPUT, message, help)
    }

    /// A failed run, with a suggestion.
    pub fn failed(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with_help(FAILED, message, help)
    }

    /// Shards that a merge lacks, with a suggestion.
    pub fn incomplete(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with_help(INCOMPLETE, message, help)
    }

    /// What was verified and does not match, with a suggestion.
    pub fn mismatch(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::with_help(MISMATCH, message, help)
    }

    /// An outcome that was already printed as data.
    pub fn told(code: u8) -> Self {
        Self { code, report: None }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    fn with_help(code: u8, message: impl Into<String>, help: impl Into<String>) -> Self {
        let message: String = message.into();
        let help: String = help.into();
        Self {
            code,
            report: Some(miette::miette!(help = help, "{message}")),
        }
    }

    /// Prints the error on standard error and gives the exit code.
    pub fn render(&self, no_color: bool) -> ExitCode {
        if let Some(report) = &self.report {
            crate::cli::output::tell(&rendered(report, no_color));
        }
        ExitCode::from(self.code)
    }
}

/// A report as text: coloured on a terminal, unless `no_color` or the environment's `NO_COLOR` say otherwise.
pub(super) fn rendered(report: &Report, no_color: bool) -> String {
    if !no_color {
        return format!("{report:?}");
    }
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    match handler.render_report(&mut text, report.as_ref()) {
        Ok(()) => text,
        Err(_) => format!("{report}"),
    }
}
