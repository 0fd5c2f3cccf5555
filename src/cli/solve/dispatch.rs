//! `autopolis solve dispatch CASE.m`: MATPOWER's DC optimal power flow on a case file.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use crate::cli::Global;
use crate::cli::exit;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::solve;
use crate::scenario::import::matpower::MatpowerCase;
use crate::scenario::import::matpower::Problem;
use crate::scenario::import::matpower::read;
use crate::solvers::dispatch::Dispatch;
use crate::solvers::dispatch::DispatchSolution;
use crate::solvers::dispatch::DispatchStatus;
use crate::solvers::dispatch::problem::DispatchError;
use crate::solvers::dispatch::problem::DispatchProblem;
use crate::solvers::dispatch::solve as solve_dispatch;

/// Arguments of `solve dispatch`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// MATPOWER case file (format version 2)
    case: PathBuf,
    /// Multiply every branch rating by this
    #[arg(long, default_value_t = 1.0, value_name = "X", value_parser = solve::positive)]
    rate_scale: f64,
    /// Allow load to go unserved at this price per MWh; where that cannot help, must-run output gives way at it too
    #[arg(long, value_name = "X", value_parser = solve::positive)]
    shed_cost: Option<f64>,
    /// Folder for bus.csv, branch.csv, gen.csv and prices.csv
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The JSON object.
#[derive(Serialize)]
struct Summary {
    status: &'static str,
    objective: Option<f64>,
    solve_ms: f64,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let case = read(&arguments.case).map_err(report::matpower_error)?;
    if !global.quiet {
        output::tell_unless_empty(&report::warning_lines(&arguments.case, &case.warnings));
    }
    let problem = case
        .to_dispatch(arguments.rate_scale, arguments.shed_cost)
        .map_err(|problems| report::case_problems(&arguments.case, &problems))?;
    let started = Instant::now();
    let dispatch = dispatched(problem, arguments, &case)?;
    let solve_ms = solve::milliseconds(started.elapsed());

    if let (Some(folder), Some(solution)) = (&arguments.out, &dispatch.solution) {
        write(folder, &case, solution)?;
    }
    let status = match dispatch.status {
        DispatchStatus::Optimal => "optimal",
        DispatchStatus::Infeasible => "infeasible",
        DispatchStatus::Unbounded => "unbounded",
        DispatchStatus::NotConverged => "not_converged",
    };
    let objective = dispatch
        .solution
        .as_ref()
        .map(|solution| solution.objective);
    if global.json {
        output::json(&Summary {
            status,
            objective,
            solve_ms,
        })?;
    } else if let Some(solution) = &dispatch.solution {
        output::data(&described(&case, solution, solve_ms))?;
    }
    match dispatch.status {
        DispatchStatus::Optimal => Ok(()),
        _ if global.json => Err(CliError::told(exit::FAILED)),
        DispatchStatus::Infeasible => Err(CliError::failed(
            "no dispatch meets the limits",
            match arguments.shed_cost {
                None => {
                    "allow load to go unserved with --shed-cost, or raise the ratings with --rate-scale"
                }
                Some(_) => {
                    "a limit holds that neither shedding nor curtailing can relieve: look at fixed units and angle limits"
                }
            },
        )),
        _ => Err(CliError::failed(
            format!("the dispatch ended {status}"),
            "look for unbounded units and extreme costs",
        )),
    }
}

/// Solves; if shedding load cannot make the case feasible, must-run units may be curtailed at the same price.
fn dispatched(
    mut problem: DispatchProblem,
    arguments: &Arguments,
    case: &MatpowerCase,
) -> Result<Dispatch, CliError> {
    let attempt = |problem: &DispatchProblem| {
        solve_dispatch(problem).map_err(|errors| {
            let problems: Vec<Problem> = errors.iter().map(|error| placed(error, case)).collect();
            report::case_problems(&arguments.case, &problems)
        })
    };
    let first = attempt(&problem)?;
    if first.status != DispatchStatus::Infeasible || arguments.shed_cost.is_none() {
        return Ok(first);
    }
    problem
        .units
        .iter_mut()
        .for_each(|unit| unit.curtail_cost = arguments.shed_cost);
    attempt(&problem)
}

/// A dispatch error at the line of the case it comes from.
fn placed(error: &DispatchError, case: &MatpowerCase) -> Problem {
    let (line, field) = match error {
        DispatchError::NotConvex { unit, .. } | DispatchError::MalformedCost { unit, .. } => (
            case.gen_costs.get(*unit).map_or(0, |row| row.line),
            "gencost",
        ),
        DispatchError::NoReactance { branch } => (
            case.branches.get(*branch).map_or(0, |row| row.line),
            "branch BR_X",
        ),
        DispatchError::NoSuchBus { .. } | DispatchError::NotANumber { .. } => (0, ""),
    };
    Problem::error(line, 0, 0, error.to_string()).in_field(field)
}

fn described(case: &MatpowerCase, solution: &DispatchSolution, solve_ms: f64) -> String {
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let live = || {
        solution
            .lmp
            .iter()
            .copied()
            .filter(|price| price.is_finite())
    };
    let mut text = format!(
        "{}: least cost {:.6} per hour, found in {solve_ms} ms\ngeneration {:.3} MW, load shed {:.3} MW, must-run output curtailed {:.3} MW\nprices {:.4} to {:.4} per MWh\n",
        case.name,
        solution.objective,
        sum(&solution.p_mw),
        sum(&solution.shed_mw).abs(),
        sum(&solution.curtailed_mw).abs(),
        live().fold(f64::INFINITY, f64::min),
        live().fold(f64::NEG_INFINITY, f64::max),
    );
    text += &format!("binding branches: {}\n", solution.binding.len());
    for &branch in &solution.binding {
        let row = &case.branches[branch];
        let (flow, price) = (solution.flow_mw[branch], solution.shadow_price[branch]);
        text += &format!(
            "  {} to {}: {flow:.3} MW, worth {price:.4} per MW more\n",
            row.from, row.to
        );
    }
    text
}

fn write(
    folder: &std::path::Path,
    case: &MatpowerCase,
    solution: &DispatchSolution,
) -> Result<(), CliError> {
    let buses = case.buses.iter().enumerate();
    // The DC model holds every voltage at 1 pu; a dead bus has none, hence no price.
    let voltage = |at: usize| {
        if solution.lmp[at].is_finite() {
            "1"
        } else {
            "0"
        }
    };
    let rows = buses.clone().map(|(at, bus)| {
        vec![
            bus.number.to_string(),
            voltage(at).to_owned(),
            solution.va_rad[at].to_degrees().to_string(),
        ]
    });
    output::table(folder, "bus.csv", &solve::BUS_COLUMNS, rows)?;
    let rows = case
        .branches
        .iter()
        .zip(&solution.flow_mw)
        .map(|(row, flow)| {
            let zero = || "0".to_owned();
            vec![
                row.from.to_string(),
                row.to.to_string(),
                flow.to_string(),
                zero(),
                (-flow).to_string(),
                zero(),
            ]
        });
    output::table(folder, "branch.csv", &solve::BRANCH_COLUMNS, rows)?;
    let rows = case
        .generators
        .iter()
        .zip(&solution.p_mw)
        .map(|(row, p)| vec![row.bus.to_string(), p.to_string()]);
    output::table(folder, "gen.csv", &solve::GENERATOR_COLUMNS, rows)?;
    let rows = buses.map(|(at, bus)| {
        vec![
            bus.number.to_string(),
            solution.lmp[at].to_string(),
            bus.pd_mw.to_string(),
            solution.shed_mw[at].to_string(),
        ]
    });
    output::table(
        folder,
        "prices.csv",
        &["bus_id", "lmp_per_mwh", "load_mw", "shed_mw"],
        rows,
    )
}
