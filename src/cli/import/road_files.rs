//! The road files of `import city`: read, with their warnings told.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::scenario::import::city::roads::RoadFiles;
use crate::scenario::import::tntp;
use crate::scenario::import::tntp::CostFactors;
use std::path::PathBuf;

/// How road files are to be understood.
#[derive(Debug, clap::Args)]
pub(super) struct RoadArguments {
    /// Places of the nodes (`node X Y ;`); without them the network is drawn from its graph
    #[arg(long, value_name = "NODES.tntp", requires = "tntp")]
    tntp_nodes: Option<PathBuf>,
    /// Hours of the busiest time that the trip table and the capacities stand for; both are divided by it
    #[arg(long, value_name = "HOURS", default_value_t = 1.0, value_parser = positive)]
    tntp_period: f64,
    /// Minutes that a unit of length is worth; the file's own factor or 0 if left out
    #[arg(long, value_name = "MIN", requires = "tntp")]
    tntp_distance_factor: Option<f64>,
    /// Minutes that a unit of toll is worth; the file's own factor or 0 if left out
    #[arg(long, value_name = "MIN", requires = "tntp")]
    tntp_toll_factor: Option<f64>,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err(format!("`{text}` is not a positive number")),
    }
}

/// Reads the network and the trips, if they are given.
pub(super) fn read(
    files: Option<&[PathBuf]>,
    how: &RoadArguments,
    global: &Global,
) -> Result<Option<RoadFiles>, CliError> {
    let Some([network, trips]) = files else {
        return Ok(None);
    };
    let network = tntp::read_network(network).map_err(|p| report::input_problems(&p))?;
    let trips = tntp::read_trips(trips).map_err(|p| report::input_problems(&p))?;
    let factors = CostFactors {
        distance: how.tntp_distance_factor,
        toll: how.tntp_toll_factor,
    };
    // Joins the two for the checks alone: trips that name nodes which the network lacks, and values no link can have.
    let joined = network
        .to_assignment(&trips, 1.0, factors)
        .map_err(|p| report::input_problems(&p))?;
    let nodes = match &how.tntp_nodes {
        Some(path) => Some(tntp::read_nodes(path).map_err(|p| report::input_problems(&p))?),
        None => None,
    };
    if !global.quiet {
        for warnings in [&network.warnings, &trips.warnings, &joined.warnings] {
            output::tell_unless_empty(&report::problem_lines(warnings));
        }
    }
    Ok(Some(RoadFiles {
        network,
        trips,
        nodes,
        period_h: how.tntp_period,
        factors,
    }))
}
