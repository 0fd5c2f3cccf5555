//! `autopolis solve assignment NET.tntp TRIPS.tntp`: the user equilibrium of a road network.

use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use crate::cli::Global;
use crate::cli::exit;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::solve;
use crate::scenario::import::tntp::CostFactors;
use crate::scenario::import::tntp::TntpAssignment;
use crate::scenario::import::tntp::TntpNetwork;
use crate::scenario::import::tntp::read_network;
use crate::scenario::import::tntp::read_trips;
use crate::scenario::problem::Problem;
use crate::solvers::assignment::equilibrium::AssignmentOptions;
use crate::solvers::assignment::equilibrium::Equilibrium;
use crate::solvers::assignment::error::AssignmentError;
use crate::solvers::assignment::frank_wolfe;
use crate::solvers::assignment::gradient_projection;
use crate::solvers::assignment::gradient_projection::PathFlows;

/// Arguments of `solve assignment`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Network in the TNTP format
    network: PathBuf,
    /// Trips in the TNTP format
    trips: PathBuf,
    /// Relative gap to reach: how much of the total cost is more than quickest paths would cost
    #[arg(long, default_value_t = 1e-6, value_name = "X", value_parser = solve::positive)]
    gap: f64,
    /// Multiply all trips by this
    #[arg(long, default_value_t = 1.0, value_name = "F", value_parser = solve::positive)]
    demand_factor: f64,
    /// Units of time that a unit of length costs; the file's own factor or 0 if left out
    #[arg(long, value_name = "F", value_parser = not_negative)]
    distance_factor: Option<f64>,
    /// Units of time that a unit of toll costs; the file's own factor or 0 if left out
    #[arg(long, value_name = "F", value_parser = not_negative)]
    toll_factor: Option<f64>,
    /// How to find the equilibrium
    #[arg(long, value_enum, default_value_t = Method::GradientProjection)]
    method: Method,
    /// Give up after this many iterations
    #[arg(long, default_value_t = 5000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_iterations: u32,
    /// Solve this many times, each time from nothing, and report the median time
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Folder for flows.csv
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A way to the equilibrium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Method {
    /// Path-based gradient projection
    GradientProjection,
    /// Bi-conjugate Frank-Wolfe, the independent cross-check; slow below a gap of 1e-5
    FrankWolfe,
}

/// The JSON object.
#[derive(Serialize)]
struct Summary {
    gap: f64,
    objective: f64,
    tstt: f64,
    iterations: u32,
    max_node_imbalance: f64,
    /// Only where some trips have no way.
    #[serde(skip_serializing_if = "Option::is_none")]
    unserved_trips: Option<f64>,
    solve_ms: f64,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let network = read_network(&arguments.network);
    let trips = read_trips(&arguments.trips);
    // Both files are read before either is refused, so that all problems come at once.
    let (network, trips) = match (network, trips) {
        (Ok(network), Ok(trips)) => (network, trips),
        (network, trips) => {
            let mut problems = network.err().unwrap_or_default();
            problems.0.extend(trips.err().unwrap_or_default().0);
            return Err(report::input_problems(&problems));
        }
    };
    let factors = CostFactors {
        distance: arguments.distance_factor,
        toll: arguments.toll_factor,
    };
    let input = network
        .to_assignment(&trips, arguments.demand_factor, factors)
        .map_err(|problems| report::input_problems(&problems))?;
    if !global.quiet {
        let warnings = [&network.warnings, &trips.warnings, &input.warnings];
        let warnings: Vec<Problem> = warnings.into_iter().flatten().cloned().collect();
        output::tell_unless_empty(&report::problem_lines(&warnings));
    }
    drop(trips);
    let mut times = Vec::with_capacity(arguments.repeat as usize);
    let mut found = None;
    for _ in 0..arguments.repeat {
        let started = Instant::now();
        let equilibrium = equilibrium(arguments, &input).map_err(|error| {
            let file = arguments.network.display().to_string();
            report::input_problems(&Problem::new(file, error.to_string()).into())
        })?;
        times.push(solve::milliseconds(started.elapsed()));
        found = Some(equilibrium);
    }
    let Some(found) = found else {
        return Ok(());
    };
    if !global.quiet {
        output::tell_unless_empty(&unserved(&found));
    }
    if let Some(folder) = &arguments.out {
        write(folder, &network, &found)?;
    }
    let summary = Summary {
        gap: found.gap,
        objective: found.objective,
        tstt: found.total_cost,
        iterations: found.iterations,
        max_node_imbalance: found.max_node_imbalance,
        unserved_trips: (!found.unserved.is_empty()).then(|| found.unserved_trips()),
        solve_ms: solve::median(&mut times),
    };
    if global.json {
        output::json(&summary)?;
    } else if found.converged {
        output::data(&described(&network, &input, &summary))?;
    }
    if found.converged {
        return Ok(());
    }
    if global.json {
        return Err(CliError::told(exit::FAILED));
    }
    Err(CliError::failed(
        format!(
            "the gap is still {:.3e} after {} iterations, {:.1e} was asked for",
            found.gap, found.iterations, arguments.gap
        ),
        match arguments.method {
            Method::FrankWolfe => "allow more with --max-iterations, or leave out --method",
            Method::GradientProjection => {
                "allow more with --max-iterations; below a gap of about 1e-14 rounding rules"
            }
        },
    ))
}

/// One solve from nothing.
fn equilibrium(
    arguments: &Arguments,
    input: &TntpAssignment,
) -> Result<Equilibrium, AssignmentError> {
    let options = AssignmentOptions {
        gap: arguments.gap,
        max_iterations: arguments.max_iterations,
    };
    let TntpAssignment {
        network,
        links,
        demand,
        ..
    } = input;
    match arguments.method {
        Method::GradientProjection => {
            let mut paths = PathFlows::default();
            gradient_projection::solve(network, links, demand, &mut paths, &options)
        }
        Method::FrankWolfe => frank_wolfe::solve(network, links, demand, &options),
    }
}

/// Pairs listed by name; the rest is counted.
const MOST_LISTED: usize = 5;

/// What is said of trips that have no way.
fn unserved(found: &Equilibrium) -> String {
    if found.unserved.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = found
        .unserved
        .iter()
        .take(MOST_LISTED)
        .map(|pair| format!("{} to {}", pair.origin + 1, pair.destination + 1))
        .collect();
    let rest = found.unserved.len() - pairs.len();
    let and_more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!(
        "warning: {} trips of {} pairs have no way and are left out: {}{and_more}\n",
        found.unserved_trips(),
        found.unserved.len(),
        pairs.join(", ")
    )
}

fn described(network: &TntpNetwork, input: &TntpAssignment, summary: &Summary) -> String {
    format!(
        "{}: {} trips of {} pairs on {} links, {} within their zones left out\nrelative gap {:.2e} after {} iterations, {} ms\nobjective {:.6}, total cost {:.6}, largest imbalance of a node {:.1e} vehicles\n",
        network.file,
        input.demand.total(),
        input.demand.pairs(),
        network.links.len(),
        input.demand.intrazonal(),
        summary.gap,
        summary.iterations,
        summary.solve_ms,
        summary.objective,
        summary.tstt,
        summary.max_node_imbalance,
    )
}

fn write(folder: &Path, network: &TntpNetwork, found: &Equilibrium) -> Result<(), CliError> {
    let states = found.flow.iter().zip(&found.cost);
    let rows = network
        .links
        .iter()
        .zip(states)
        .map(|(link, (flow, cost))| {
            vec![
                link.from.to_string(),
                link.to.to_string(),
                flow.to_string(),
                cost.to_string(),
            ]
        });
    let columns = ["from_node", "to_node", "flow", "cost"];
    output::table(folder, "flows.csv", &columns, rows)
}

/// A number of 0 or more, as an argument.
fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        Ok(value) => Err(format!("{value} is not a number of 0 or more")),
        Err(error) => Err(error.to_string()),
    }
}
