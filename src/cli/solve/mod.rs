//! `autopolis solve`: the solvers as tools of their own, on the field's file formats.

use crate::cli::Global;
use crate::cli::exit::CliError;

mod dispatch;

/// What to solve.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Solve {
    /// Least-cost generation with line limits (DC optimal power flow)
    Dispatch(dispatch::Arguments),
}

/// Runs a solver.
pub(super) fn run(solve: &Solve, global: &Global) -> Result<(), CliError> {
    match solve {
        Solve::Dispatch(arguments) => dispatch::run(arguments, global),
    }
}

/// Columns of branch.csv.
const BRANCH_COLUMNS: [&str; 6] = [
    "from_bus",
    "to_bus",
    "p_from_mw",
    "q_from_mvar",
    "p_to_mw",
    "q_to_mvar",
];

/// A positive number, as an argument.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        Ok(value) => Err(format!("{value} is not a positive number")),
        Err(error) => Err(error.to_string()),
    }
}

/// Milliseconds rounded to a tenth of a microsecond, far below what a clock resolves.
fn milliseconds(elapsed: std::time::Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e7).round() / 1e4
}
