//! `autopolis solve`: the solvers as tools of their own, on the field's file formats.

use crate::cli::Global;
use crate::cli::exit::CliError;

mod assignment;
mod dispatch;
mod flow_method;
mod hydraulics;
mod journey;
mod journey_queries;
mod power_flow;

/// What to solve.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Solve {
    /// Voltages and flows of an electric network
    PowerFlow(power_flow::Arguments),
    /// Least-cost generation with line limits (DC optimal power flow)
    Dispatch(dispatch::Arguments),
    /// Traffic on a road network at user equilibrium
    Assignment(assignment::Arguments),
    /// The first arrival by public transport, from a GTFS feed
    Journey(journey::Arguments),
    /// Heads and flows of a water network through time
    Hydraulics(hydraulics::Arguments),
}

/// Runs a solver.
pub(super) fn run(solve: &Solve, global: &Global) -> Result<(), CliError> {
    match solve {
        Solve::PowerFlow(arguments) => power_flow::run(arguments, global),
        Solve::Dispatch(arguments) => dispatch::run(arguments, global),
        Solve::Assignment(arguments) => assignment::run(arguments, global),
        Solve::Journey(arguments) => journey::run(arguments, global),
        Solve::Hydraulics(arguments) => hydraulics::run(arguments, global),
    }
}

/// Columns of bus.csv.
const BUS_COLUMNS: [&str; 3] = ["bus_id", "vm_pu", "va_deg"];
/// Columns of gen.csv.
const GENERATOR_COLUMNS: [&str; 2] = ["bus_id", "p_mw"];
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

/// Middle of the times, the mean of the middle two for an even count; 0 for none.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    let half = times.len() / 2;
    match times.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => times[half],
        _ => (times[half - 1] + times[half]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn only_positive_numbers_pass() {
        assert_eq!(positive("2.5"), Ok(2.5));
        assert!(
            positive("0").is_err()
                && positive("-1").is_err()
                && positive("inf").is_err()
                && positive("x").is_err()
        );
    }
}
