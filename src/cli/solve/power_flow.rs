//! `autopolis solve power-flow CASE.m`: the AC power flow of a case file, or its DC approximation.
//!
//! What is asked and shown; the solving and its timing are in `flow_method`.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::Global;
use crate::cli::exit;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::solve;
use crate::cli::solve::flow_method;
use crate::cli::solve::flow_method::Method;
use crate::cli::solve::flow_method::Solved;
use crate::scenario::import::matpower::CaseNetwork;
use crate::scenario::import::matpower::MatpowerCase;
use crate::scenario::import::matpower::Problem;
use crate::scenario::import::matpower::read;
use crate::solvers::power_flow::branch_flow::losses_pu;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::BusKind;

/// Arguments of `solve power-flow`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// MATPOWER case file (format version 2)
    case: PathBuf,
    /// Start from 1 pu and the reference's angle instead of the case's own voltages
    #[arg(long)]
    flat: bool,
    /// Solve the linear approximation: real power and angles alone
    #[arg(long, conflicts_with_all = ["q_limits", "distributed_slack"])]
    dc: bool,
    /// Hold generators within their reactive limits, giving up their voltage where one is reached
    #[arg(long, conflicts_with = "distributed_slack")]
    q_limits: bool,
    /// Share losses and imbalance among generators by APF, or by capacity where the case gives none
    #[arg(long)]
    distributed_slack: bool,
    /// Solve this many times again from the same start and report the median time
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Folder for bus.csv, branch.csv and gen.csv
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The JSON object.
#[derive(Serialize)]
struct Summary {
    converged: bool,
    iterations: u32,
    max_mismatch_pu: f64,
    losses_mw: Option<f64>,
    slack_p_mw: Option<f64>,
    slack_q_mvar: Option<f64>,
    solve_ms: f64,
    cold_ms: f64,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let case = read(&arguments.case).map_err(report::matpower_error)?;
    if !global.quiet {
        output::tell_unless_empty(&report::warning_lines(&arguments.case, &case.warnings));
    }
    let grid = case.to_network();
    let method = match arguments {
        Arguments { dc: true, .. } => Method::Dc,
        Arguments { q_limits: true, .. } => Method::ReactiveLimits,
        Arguments {
            distributed_slack: true,
            ..
        } => Method::DistributedSlack,
        _ => Method::Newton,
    };
    let start = if arguments.flat {
        grid.flat_start()
    } else {
        grid.start.clone()
    };
    let solved = flow_method::solve(method, &case, &grid, &start, arguments.repeat)
        .map_err(|error| report::case_problems(&arguments.case, &[placed(&error, &case)]))?;
    if !global.quiet {
        output::tell_unless_empty(&solved.notes);
    }
    let injections = grid.bus_injections(&solved.voltages, &solved.flows);
    let outputs = grid.generator_outputs(&case, &injections, &solved.participation);
    let at_slack =
        |unit: &usize| grid.network.buses[grid.generator_bus[*unit]].kind == BusKind::Slack;
    let slack = || {
        (0..outputs.len())
            .filter(at_slack)
            .map(|unit| outputs[unit])
    };
    let known = |value: f64| solved.converged.then_some(value);
    let summary = Summary {
        converged: solved.converged,
        iterations: solved.iterations,
        max_mismatch_pu: solved.max_mismatch_pu,
        losses_mw: known(losses_pu(&solved.flows) * case.base_mva),
        slack_p_mw: known(slack().map(|output| output.p_mw).sum()),
        slack_q_mvar: known(slack().map(|output| output.q_mvar).sum()),
        solve_ms: solved.solve_ms,
        cold_ms: solved.cold_ms,
    };
    if solved.converged
        && let Some(folder) = &arguments.out
    {
        write(folder, &case, &grid, &solved)?;
    }
    if global.json {
        output::json(&summary)?;
    } else if solved.converged {
        output::data(&described(&case, &summary, &solved))?;
    }
    if solved.converged {
        return Ok(());
    }
    if global.json {
        return Err(CliError::told(exit::FAILED));
    }
    Err(CliError::failed(
        format!(
            "no solution after {} iterations: the largest mismatch is still {:.3e} pu",
            solved.iterations, solved.max_mismatch_pu
        ),
        if arguments.flat {
            "start from the case's own voltages: leave out --flat"
        } else {
            "try --flat, or lighten the load"
        },
    ))
}

/// A solver's complaint at the line of the case it comes from.
fn placed(error: &PowerFlowError, case: &MatpowerCase) -> Problem {
    let number = |bus: &usize| case.buses.get(*bus).map_or(0, |row| row.number);
    let at_bus = |bus: &usize, message: String| {
        Problem::error(
            case.buses.get(*bus).map_or(0, |row| row.line),
            0,
            0,
            message,
        )
        .in_field("bus")
    };
    let at_branch = |branch: &usize| {
        Problem::error(
            case.branches.get(*branch).map_or(0, |row| row.line),
            0,
            0,
            error.to_string(),
        )
        .in_field("branch")
    };
    match error {
        PowerFlowError::TwoSlacks { first, second } => {
            let message = format!(
                "buses {} and {} are both references in one island",
                number(first),
                number(second)
            );
            at_bus(second, message).with_help("give all but one of them type 2")
        }
        PowerFlowError::NoSlack { bus } => {
            let message = format!("bus {} is in an island without a reference", number(bus));
            at_bus(bus, message)
                .with_help("give one bus of the island type 3 and a generator in service")
        }
        PowerFlowError::Loop { branch, .. }
        | PowerFlowError::NoImpedance { branch }
        | PowerFlowError::NoReactance { branch }
        | PowerFlowError::NoSuchBus { branch, .. }
        | PowerFlowError::NotBuilt { branch } => at_branch(branch),
        PowerFlowError::BadValue {
            element: "branch",
            index,
        } => at_branch(index),
        PowerFlowError::BadValue { index, .. } | PowerFlowError::Singular { bus: index } => {
            at_bus(index, error.to_string())
        }
        PowerFlowError::Length { .. } => Problem::error(0, 0, 0, error.to_string()),
    }
}

fn described(case: &MatpowerCase, summary: &Summary, solved: &Solved) -> String {
    let live = || solved.voltages.vm_pu.iter().copied().filter(|vm| *vm > 0.0);
    format!(
        "{}: solved in {} iterations, largest mismatch {:.2e} pu, {} ms ({} ms cold)\nlosses {:.4} MW, slack {:.4} MW and {:.4} Mvar\nvoltages {:.4} to {:.4} pu\n",
        case.name,
        summary.iterations,
        summary.max_mismatch_pu,
        summary.solve_ms,
        summary.cold_ms,
        summary.losses_mw.unwrap_or_default(),
        summary.slack_p_mw.unwrap_or_default(),
        summary.slack_q_mvar.unwrap_or_default(),
        live().fold(f64::INFINITY, f64::min),
        live().fold(0.0, f64::max),
    )
}

fn write(
    folder: &Path,
    case: &MatpowerCase,
    grid: &CaseNetwork,
    solved: &Solved,
) -> Result<(), CliError> {
    let base = case.base_mva;
    let voltages = solved.voltages.vm_pu.iter().zip(&solved.voltages.va_rad);
    let rows = case.buses.iter().zip(voltages).map(|(bus, (vm, va))| {
        vec![
            bus.number.to_string(),
            vm.to_string(),
            va.to_degrees().to_string(),
        ]
    });
    output::table(folder, "bus.csv", &solve::BUS_COLUMNS, rows)?;
    let rows = case.branches.iter().zip(&solved.flows).map(|(row, flow)| {
        let ends = [flow.p_from_pu, flow.q_from_pu, flow.p_to_pu, flow.q_to_pu];
        let numbers = [row.from.to_string(), row.to.to_string()];
        numbers
            .into_iter()
            .chain(ends.map(|end| (end * base).to_string()))
            .collect()
    });
    output::table(folder, "branch.csv", &solve::BRANCH_COLUMNS, rows)?;
    let injections = grid.bus_injections(&solved.voltages, &solved.flows);
    let outputs = grid.generator_outputs(case, &injections, &solved.participation);
    let rows = case
        .generators
        .iter()
        .zip(outputs)
        .map(|(row, output)| vec![row.bus.to_string(), output.p_mw.to_string()]);
    output::table(folder, "gen.csv", &solve::GENERATOR_COLUMNS, rows)
}
