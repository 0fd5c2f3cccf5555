//! `autopolis solve hydraulics NET.inp`: an EPANET network through time, demand-driven or pressure-driven.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::cli::Global;
use crate::cli::exit;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::solve;
use crate::scenario::import::epanet::EpanetNetwork;
use crate::scenario::import::epanet::read;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::FOOT_M;
use crate::solvers::hydraulics::closure::Closure;
use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::simulation::Moment;
use crate::solvers::hydraulics::simulation::Simulation;
use crate::solvers::hydraulics::simulation::Summary;
use crate::solvers::hydraulics::solver::Hydraulics;

/// Pressure head of full service where neither file nor argument gives one, m: 20 psi, the usual least pressure of fire
/// codes and utilities in the US.
const USUAL_REQUIRED_M: f64 = 20.0 / 0.4333 * FOOT_M;
/// Wagner's exponent.
const USUAL_EXPONENT: f64 = 0.5;

/// Arguments of `solve hydraulics`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// EPANET input file (INP, versions 2.0 to 2.3)
    network: PathBuf,
    /// Let what is served depend on pressure, whatever the file says
    #[arg(long)]
    pda: bool,
    /// Pressure where service begins, in the file's pressure unit [default: the file's, else 0]
    #[arg(
        long,
        value_name = "X",
        requires = "pda",
        allow_negative_numbers = true
    )]
    p_min: Option<f64>,
    /// Pressure of full service, in the file's pressure unit [default: the file's, else 20 psi]
    #[arg(long, value_name = "X", requires = "pda")]
    p_req: Option<f64>,
    /// Exponent of service by pressure [default: the file's, else 0.5]
    #[arg(long, value_name = "X", requires = "pda", value_parser = solve::positive)]
    exponent: Option<f64>,
    /// Length of the simulation in hours [default: the file's]
    #[arg(long, value_name = "H", value_parser = hours)]
    hours: Option<f64>,
    /// Hold a link shut from one hour to another, its own controls suspended; may be repeated
    #[arg(long, value_name = "LINK:FROM:TO", value_parser = outage)]
    close: Vec<Outage>,
    /// Sum of flow changes over sum of flows at convergence [default: the file's, but at most 1e-5]
    #[arg(long, value_name = "X", value_parser = solve::positive)]
    accuracy: Option<f64>,
    /// Simulate this many times and report the median time
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Folder for nodes.csv and links.csv
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A link held shut.
#[derive(Clone, Debug)]
struct Outage {
    link: String,
    from_h: f64,
    to_h: f64,
}

/// The JSON object.
#[derive(Serialize)]
struct Report {
    converged: bool,
    periods: u32,
    iterations: u32,
    solve_ms: f64,
    pcs_min: f64,
    eoh_h: f64,
}

/// A moment's tables.
struct Recorded {
    t_s: f64,
    /// Head, pressure head and demand by node.
    nodes: Vec<[f64; 3]>,
    /// Flow and whether open by link.
    links: Vec<(f64, bool)>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let mut file = read(&arguments.network).map_err(report::epanet_error)?;
    if !global.quiet {
        output::tell_unless_empty(&report::warning_lines(&arguments.network, &file.warnings));
    }
    apply(arguments, &mut file)?;
    let solver = Hydraulics::new(Arc::new(file.network.clone())).map_err(|error| {
        CliError::input(
            format!("{}: {error}", arguments.network.display()),
            "look for extreme lengths, diameters and roughness",
        )
    })?;
    let mut recorded = Vec::new();
    let keep = arguments.out.is_some();
    let mut times = Vec::with_capacity(arguments.repeat as usize);
    let mut summary = Summary::default();
    let mut failed: Vec<f64> = Vec::new();
    for round in 0..arguments.repeat {
        let simulation = Simulation::with(solver.clone(), file.plan.clone());
        let started = Instant::now();
        summary = simulation.run(&mut |network, moment| {
            if round == 0 && keep {
                recorded.push(record(network, &moment));
            }
            if round == 0 && !moment.report.converged {
                failed.push(moment.t_s);
            }
        });
        // The first round also keeps the tables; it counts only when it is the only one.
        if round > 0 || arguments.repeat == 1 {
            times.push(solve::milliseconds(started.elapsed()));
        }
    }
    let solve_ms = solve::median(&mut times);
    if let Some(folder) = &arguments.out {
        write(folder, &file, &recorded)?;
    }
    if global.json {
        output::json(&Report {
            converged: summary.converged,
            periods: summary.moments,
            iterations: summary.iterations,
            solve_ms,
            pcs_min: summary.least_served_share,
            eoh_h: summary.outage_h,
        })?;
    } else {
        output::data(&described(&arguments.network, &file, &summary, solve_ms))?;
    }
    if summary.converged {
        return Ok(());
    }
    if global.json {
        return Err(CliError::told(exit::FAILED));
    }
    Err(CliError::failed(
        format!(
            "{} of {} moments did not converge, the first at {} s",
            summary.failed,
            summary.moments,
            failed.first().copied().unwrap_or_default()
        ),
        "look at valves and pumps that quarrel there, or let service depend on pressure with --pda",
    ))
}

/// Puts the arguments into the file's plan.
fn apply(arguments: &Arguments, file: &mut EpanetNetwork) -> Result<(), CliError> {
    if let Some(hours) = arguments.hours {
        file.plan.times.duration_s = (hours * 3600.0).round();
    }
    if let Some(accuracy) = arguments.accuracy {
        file.plan.options.accuracy = accuracy;
    }
    if arguments.pda {
        let (p_min, p_required, exponent) = match file.plan.options.demand {
            DemandModel::PressureDriven {
                p_min_m,
                p_required_m,
                exponent,
            } => (p_min_m, p_required_m, exponent),
            DemandModel::DemandDriven => (0.0, USUAL_REQUIRED_M, USUAL_EXPONENT),
        };
        let unit = file.units.pressure_m();
        let p_min_m = arguments.p_min.map_or(p_min, |p| p * unit);
        let p_required_m = arguments.p_req.map_or(p_required, |p| p * unit);
        if !(p_min_m.is_finite() && p_required_m.is_finite() && p_min_m < p_required_m) {
            return Err(CliError::usage(
                "the pressure of full service must be above that where service begins",
                "give --p-min and --p-req in the file's pressure unit",
            ));
        }
        file.plan.options.demand = DemandModel::PressureDriven {
            p_min_m,
            p_required_m,
            exponent: arguments.exponent.unwrap_or(exponent),
        };
    }
    for outage in &arguments.close {
        let Some(link) = file.link(&outage.link) else {
            let known = file.link_ids.iter().map(String::as_str);
            return Err(CliError::input(
                format!(
                    "{} has no link `{}`",
                    arguments.network.display(),
                    outage.link
                ),
                did_you_mean_or_known(&outage.link, known).unwrap_or_default(),
            ));
        };
        file.plan.closures.push(Closure {
            link,
            from_s: (outage.from_h * 3600.0).round(),
            to_s: (outage.to_h * 3600.0).round(),
        });
    }
    Ok(())
}

fn record(network: &Network, moment: &Moment<'_>) -> Recorded {
    let state = moment.state;
    let node = |i: usize| {
        let drawn = network
            .outlets
            .iter()
            .zip(&state.outlet_m3s)
            .filter(|(outlet, _)| outlet.node == i)
            .map(|(_, flow)| flow)
            .sum::<f64>();
        [
            state.head_m[i],
            state.pressure_m(network, i),
            state.served_m3s[i] + drawn,
        ]
    };
    let link = |k: usize| (state.flow_m3s[k], state.status[k].is_open());
    Recorded {
        t_s: moment.t_s,
        nodes: (0..network.nodes.len()).map(node).collect(),
        links: (0..network.links.len()).map(link).collect(),
    }
}

fn write(folder: &Path, file: &EpanetNetwork, recorded: &[Recorded]) -> Result<(), CliError> {
    let rows = recorded.iter().flat_map(|moment| {
        file.node_ids.iter().zip(&moment.nodes).map(|(id, values)| {
            let mut row = vec![moment.t_s.to_string(), id.clone()];
            row.extend(values.iter().map(f64::to_string));
            row
        })
    });
    output::table(
        folder,
        "nodes.csv",
        &["t_s", "node_id", "head_m", "pressure_m", "demand_m3s"],
        rows,
    )?;
    let rows = recorded.iter().flat_map(|moment| {
        file.link_ids
            .iter()
            .zip(&moment.links)
            .map(|(id, (flow, open))| {
                vec![
                    moment.t_s.to_string(),
                    id.clone(),
                    flow.to_string(),
                    u8::from(*open).to_string(),
                ]
            })
    });
    output::table(
        folder,
        "links.csv",
        &["t_s", "link_id", "flow_m3s", "open"],
        rows,
    )
}

fn described(path: &Path, file: &EpanetNetwork, summary: &Summary, solve_ms: f64) -> String {
    let energy: f64 = summary
        .energy
        .pumps
        .iter()
        .map(|pump| pump.energy_kwh)
        .sum();
    let network = &file.network;
    let junctions = network
        .nodes
        .iter()
        .filter(|node| node.is_junction())
        .count();
    format!(
        "{}: {} junctions, {} links, {} h: {} moments, {} iterations, {solve_ms} ms\nleast share served {:.6}, equivalent to {:.6} h without water, {:.3} m3 not served\nlargest imbalance of a junction {:.2e} m3/s\npumps: {energy:.3} kWh, peak {:.3} kW\n",
        path.display(),
        junctions,
        network.links.len(),
        file.plan.times.duration_s / 3600.0,
        summary.moments,
        summary.iterations,
        summary.least_served_share,
        summary.outage_h,
        summary.unserved_m3,
        summary.worst_imbalance_m3s,
        summary.energy.peak_kw,
    )
}

/// Hours from 0 to a century.
fn hours(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=876_600.0).contains(&value) => Ok(value),
        Ok(value) => Err(format!("{value} is not between 0 hours and a century")),
        Err(error) => Err(error.to_string()),
    }
}

/// LINK:FROM:TO; the name may hold colons.
fn outage(text: &str) -> Result<Outage, String> {
    let mut parts = text.rsplitn(3, ':');
    let (Some(to), Some(from), Some(link)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("write LINK:FROM:TO with hours, such as 335:6:18".to_owned());
    };
    let (from_h, to_h) = (hours(from)?, hours(to)?);
    if link.is_empty() || from_h >= to_h {
        return Err("the link is named first, then the earlier hour, then the later".to_owned());
    }
    Ok(Outage {
        link: link.to_owned(),
        from_h,
        to_h,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_are_read_from_the_right() {
        let read = outage("a:b:6:18.5").unwrap();
        assert_eq!(
            (read.link.as_str(), read.from_h, read.to_h),
            ("a:b", 6.0, 18.5)
        );
        assert!(outage("335:6").is_err() && outage("335:18:6").is_err() && outage(":1:2").is_err());
    }
}
