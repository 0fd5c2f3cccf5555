//! The ways to solve a case's power flow, timed, with one kind of result.
//!
//! Times are of the solve alone: reading and writing files are not counted.

use std::time::Instant;

use crate::cli::solve;
use crate::scenario::import::matpower::CaseNetwork;
use crate::scenario::import::matpower::MatpowerCase;
use crate::solvers::power_flow::dc::DcPowerFlow;
use crate::solvers::power_flow::distributed_slack::solve_with_distributed_slack;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::BranchFlow;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::power_flow::newton::NewtonOptions;
use crate::solvers::power_flow::newton::NewtonReport;
use crate::solvers::power_flow::newton::PowerFlow;
use crate::solvers::power_flow::q_limits::ReactiveLimits;
use crate::solvers::power_flow::q_limits::solve_with_q_limits;

/// How to solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// AC, one slack bus, no reactive limits: MATPOWER's default.
    Newton,
    /// AC within reactive limits.
    ReactiveLimits,
    /// AC, the imbalance shared among generators.
    DistributedSlack,
    /// The linear approximation.
    Dc,
}

/// What a solve left.
pub(super) struct Solved {
    pub converged: bool,
    pub iterations: u32,
    pub max_mismatch_pu: f64,
    pub voltages: Voltages,
    pub flows: Vec<BranchFlow>,
    /// Share of each generator in the imbalance; empty when the slack bus takes it all.
    pub participation: Vec<f64>,
    /// Median of the warm solves.
    pub solve_ms: f64,
    /// The first solve with everything it prepares.
    pub cold_ms: f64,
    /// What the reader should know, in lines.
    pub notes: String,
}

/// Solves once cold and `repeat` times warm, always from `start`.
pub(super) fn solve(
    method: Method,
    case: &MatpowerCase,
    grid: &CaseNetwork,
    start: &Voltages,
    repeat: u32,
) -> Result<Solved, PowerFlowError> {
    if method == Method::Dc {
        return direct(grid, repeat);
    }
    let participation = if method == Method::DistributedSlack {
        grid.participation(case)
    } else {
        Vec::new()
    };
    let at_bus = grid.per_bus(&participation);
    let limits = reactive_limits(case, grid);
    let mut notes = String::new();
    let mut attempt =
        |flow: &mut PowerFlow, voltages: &mut Voltages| -> Result<NewtonReport, PowerFlowError> {
            let options = NewtonOptions::default();
            match method {
                Method::ReactiveLimits => {
                    let outcome =
                        solve_with_q_limits(flow, &grid.injections, &limits, voltages, &options)?;
                    notes = format!("{} buses at a reactive limit\n", outcome.pinned.len());
                    for bus in &outcome.slack_beyond_limit {
                        notes += &format!(
                            "the slack bus {} is beyond its reactive limit\n",
                            case.buses[*bus].number
                        );
                    }
                    Ok(outcome.newton)
                }
                Method::DistributedSlack => {
                    let outcome = solve_with_distributed_slack(
                        flow,
                        &grid.injections,
                        &at_bus,
                        voltages,
                        &options,
                    )?;
                    Ok(outcome.newton)
                }
                Method::Newton | Method::Dc => flow.solve(&grid.injections, voltages, &options),
            }
        };
    let mut voltages = start.clone();
    let cold = Instant::now();
    let mut flow = PowerFlow::new(&grid.network)?;
    let mut outcome = attempt(&mut flow, &mut voltages)?;
    let cold_ms = solve::milliseconds(cold.elapsed());
    let mut times = Vec::with_capacity(repeat as usize);
    for _ in 0..repeat {
        voltages.clone_from(start);
        let warm = Instant::now();
        outcome = attempt(&mut flow, &mut voltages)?;
        times.push(solve::milliseconds(warm.elapsed()));
    }
    let mut flows = vec![BranchFlow::default(); grid.network.branches.len()];
    flow.branch_flows(&voltages, &mut flows)?;
    Ok(Solved {
        converged: outcome.converged,
        iterations: outcome.iterations,
        max_mismatch_pu: outcome.max_mismatch_pu,
        voltages,
        flows,
        participation,
        solve_ms: solve::median(&mut times),
        cold_ms,
        notes,
    })
}

fn direct(grid: &CaseNetwork, repeat: u32) -> Result<Solved, PowerFlowError> {
    let injections = &grid.injections;
    let cold = Instant::now();
    let flow = DcPowerFlow::new(&grid.network)?;
    let mut solution = flow.solve(&injections.p_pu, &injections.angle_set_rad)?;
    let cold_ms = solve::milliseconds(cold.elapsed());
    let mut times = Vec::with_capacity(repeat as usize);
    for _ in 0..repeat {
        let warm = Instant::now();
        solution = flow.solve(&injections.p_pu, &injections.angle_set_rad)?;
        times.push(solve::milliseconds(warm.elapsed()));
    }
    // The DC model holds every live voltage at 1 pu and loses nothing.
    let vm = |kind: BusKind| if kind == BusKind::Isolated { 0.0 } else { 1.0 };
    let voltages = Voltages {
        vm_pu: grid.network.buses.iter().map(|bus| vm(bus.kind)).collect(),
        va_rad: solution.va_rad,
    };
    let flow_of = |p: &f64| BranchFlow {
        p_from_pu: *p,
        p_to_pu: -p,
        ..BranchFlow::default()
    };
    let flows: Vec<BranchFlow> = solution.p_from_pu.iter().map(flow_of).collect();
    let given = grid.bus_injections(&voltages, &flows);
    let unknown = |bus: &usize| matches!(grid.network.buses[*bus].kind, BusKind::Pq | BusKind::Pv);
    let mismatch = |bus: usize| (given[bus].0 / grid.network.base_mva - injections.p_pu[bus]).abs();
    Ok(Solved {
        converged: true,
        iterations: 1,
        max_mismatch_pu: (0..given.len())
            .filter(unknown)
            .map(mismatch)
            .fold(0.0, f64::max),
        voltages,
        flows,
        participation: Vec::new(),
        solve_ms: solve::median(&mut times),
        cold_ms,
        notes: String::new(),
    })
}

/// Limits on each bus's net reactive injection: those of its running generators less its load.
fn reactive_limits(case: &MatpowerCase, grid: &CaseNetwork) -> ReactiveLimits {
    let load = |bus: usize| -case.buses[bus].qd_mvar / case.base_mva;
    let buses = || (0..case.buses.len()).map(load).collect::<Vec<f64>>();
    let mut limits = ReactiveLimits {
        q_min_pu: buses(),
        q_max_pu: buses(),
    };
    for (unit, row) in case
        .generators
        .iter()
        .enumerate()
        .filter(|(unit, _)| grid.generator_on[*unit])
    {
        let bus = grid.generator_bus[unit];
        limits.q_min_pu[bus] += row.q_min_mvar / case.base_mva;
        limits.q_max_pu[bus] += row.q_max_mvar / case.base_mva;
    }
    limits
}
