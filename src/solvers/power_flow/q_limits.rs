//! Reactive limits of generators: PV buses that would exceed them become PQ buses at the limit.
//!
//! As MATPOWER's `pf.enforce_q_lims = 1`: after each solve all violators at once are pinned, and a pinned bus is not
//! released again within the solve. Limits of slack buses are not enforced (moving the slack is the caller's affair);
//! they are reported.

use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::BusKind;
use crate::solvers::power_flow::network::Injections;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::power_flow::newton::NewtonOptions;
use crate::solvers::power_flow::newton::NewtonReport;
use crate::solvers::power_flow::newton::PowerFlow;

/// Limits on net reactive injection (generation limit less load) of each bus, per unit; read at PV and slack buses.
/// Infinite means none.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReactiveLimits {
    /// Least reactive injection.
    pub q_min_pu: Vec<f64>,
    /// Most reactive injection.
    pub q_max_pu: Vec<f64>,
}

/// A bus held at a reactive limit instead of at its voltage set-point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PinnedBus {
    /// The bus.
    pub bus: usize,
    /// Reactive injection it is held at, per unit.
    pub q_pu: f64,
    /// Whether that is the upper limit.
    pub at_max: bool,
}

/// Outcome of a solve with reactive limits.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitedReport {
    /// The last Newton solve; iterations are summed over all.
    pub newton: NewtonReport,
    /// Buses that ended at a limit, in order of bus.
    pub pinned: Vec<PinnedBus>,
    /// Slack buses beyond their limit, which is not enforced.
    pub slack_beyond_limit: Vec<usize>,
    /// Newton solves made.
    pub rounds: u32,
}

/// Violation that is tolerated, per unit: MATPOWER's `opf.violation`.
const TOLERANCE_PU: f64 = 5e-6;

/// Solves with reactive limits. The bus kinds of `flow` are the same afterwards as before.
///
/// # Errors
/// [`PowerFlowError::Length`] when a slice has not one entry a bus. Failing to converge is not an error.
pub fn solve_with_q_limits(
    flow: &mut PowerFlow,
    injections: &Injections,
    limits: &ReactiveLimits,
    voltages: &mut Voltages,
    options: &NewtonOptions,
) -> Result<LimitedReport, PowerFlowError> {
    let n = flow.network().buses.len();
    PowerFlowError::length("q_min_pu", limits.q_min_pu.len(), n)?;
    PowerFlowError::length("q_max_pu", limits.q_max_pu.len(), n)?;
    let mut asked = injections.clone();
    let mut pinned: Vec<PinnedBus> = Vec::new();
    let outcome = pin_until_quiet(flow, &mut asked, limits, voltages, options, &mut pinned);
    for pin in &pinned {
        flow.hold_voltage(pin.bus, true)?;
    }
    let (newton, rounds) = outcome?;
    let mut slack_beyond_limit = Vec::new();
    if newton.converged {
        for power in flow.slack_power(voltages)? {
            if violation(limits, power.bus, power.q_pu).is_some() {
                slack_beyond_limit.push(power.bus);
            }
        }
    }
    pinned.sort_unstable_by_key(|pin| pin.bus);
    Ok(LimitedReport {
        newton,
        pinned,
        slack_beyond_limit,
        rounds,
    })
}

/// Solves and pins until no PV bus is beyond its limits. Returns the report of all solves and their number.
fn pin_until_quiet(
    flow: &mut PowerFlow,
    asked: &mut Injections,
    limits: &ReactiveLimits,
    voltages: &mut Voltages,
    options: &NewtonOptions,
    pinned: &mut Vec<PinnedBus>,
) -> Result<(NewtonReport, u32), PowerFlowError> {
    let start = voltages.clone();
    let mut steps = 0;
    let mut rounds = 0;
    loop {
        let mut report = flow.solve(asked, voltages, options)?;
        steps += report.iterations;
        rounds += 1;
        report.iterations = steps;
        if !report.converged {
            // An intermediate solution is no answer to the question asked.
            voltages.clone_from(&start);
            return Ok((report, rounds));
        }
        let before = pinned.len();
        for bus in 0..flow.network().buses.len() {
            if flow.network().buses[bus].kind != BusKind::Pv {
                continue;
            }
            let q = flow.bus_power(bus, voltages)?.q_pu;
            if let Some((q_pu, at_max)) = violation(limits, bus, q) {
                pinned.push(PinnedBus { bus, q_pu, at_max });
            }
        }
        if pinned.len() == before {
            return Ok((report, rounds));
        }
        for pin in &pinned[before..] {
            flow.hold_voltage(pin.bus, false)?;
            asked.q_pu[pin.bus] = pin.q_pu;
        }
    }
}

/// The limit that a reactive injection violates, and whether it is the upper one.
fn violation(limits: &ReactiveLimits, bus: usize, q_pu: f64) -> Option<(f64, bool)> {
    if q_pu > limits.q_max_pu[bus] + TOLERANCE_PU {
        Some((limits.q_max_pu[bus], true))
    } else if q_pu < limits.q_min_pu[bus] - TOLERANCE_PU {
        Some((limits.q_min_pu[bus], false))
    } else {
        None
    }
}
