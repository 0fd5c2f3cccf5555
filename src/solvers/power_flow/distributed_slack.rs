//! Losses and imbalance shared among generators by participation factors, instead of falling on the slack bus alone.
//!
//! An outer loop around the Newton solve: what the slack bus gives beyond its share is handed out, and the next solve
//! starts where the last ended. The slack bus keeps its role as angle reference. Limits of generators are not looked at.

use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::islands::NO_ISLAND;
use crate::solvers::power_flow::network::Injections;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::power_flow::newton::NewtonOptions;
use crate::solvers::power_flow::newton::NewtonReport;
use crate::solvers::power_flow::newton::PowerFlow;

/// Outcome of a solve with distributed slack.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributedReport {
    /// The last Newton solve; iterations are summed over all. Not converged, too, when the sharing has not settled.
    pub newton: NewtonReport,
    /// By island: real power handed out, per unit (negative when there was too much).
    pub shared_pu: Vec<f64>,
    /// Newton solves made.
    pub rounds: u32,
}

/// The remainder shrinks by the marginal losses (a few per cent) each round, so that eight digits take about six rounds.
const MAX_ROUNDS: u32 = 30;

/// Mismatch that rounding alone leaves at a bus of a large network, per unit.
const ROUNDING_PU: f64 = 1e-12;

/// Solves with the imbalance of each island shared in proportion to `participation` (one entry a bus, not negative; an
/// island where all are zero keeps its slack bus alone). Here `injections.p_pu` is read at slack buses as well: it is
/// what they are scheduled to give.
///
/// # Errors
/// [`PowerFlowError::Length`] when a slice has not one entry a bus, [`PowerFlowError::BadValue`] for a negative factor.
pub fn solve_with_distributed_slack(
    flow: &mut PowerFlow,
    injections: &Injections,
    participation: &[f64],
    voltages: &mut Voltages,
    options: &NewtonOptions,
) -> Result<DistributedReport, PowerFlowError> {
    let n = flow.network().buses.len();
    flow.check_injections(injections)?;
    PowerFlowError::length("participation", participation.len(), n)?;
    let islands = flow.islands().clone();
    let mut total = vec![0.0; islands.count];
    for (bus, &factor) in participation.iter().enumerate() {
        if !factor.is_finite() || factor < 0.0 {
            return Err(PowerFlowError::BadValue {
                element: "bus",
                index: bus,
            });
        }
        if islands.of_bus[bus] != NO_ISLAND {
            total[islands.of_bus[bus] as usize] += factor;
        }
    }
    // What is shared is a sum over all buses, so each may be off by its part of the tolerance only; below the floor
    // rounding would keep Newton from ever stopping.
    let inner = NewtonOptions {
        tolerance_pu: (options.tolerance_pu / n as f64).max(ROUNDING_PU),
        ..*options
    };
    let start = voltages.clone();
    let mut asked = injections.clone();
    let mut shared_pu = vec![0.0; islands.count];
    let mut steps = 0;
    let mut rounds = 0;
    loop {
        let mut newton = flow.solve(&asked, voltages, &inner)?;
        steps += newton.iterations;
        rounds += 1;
        newton.iterations = steps;
        if !newton.converged {
            voltages.clone_from(&start);
            return Ok(DistributedReport {
                newton,
                shared_pu,
                rounds,
            });
        }
        let mut remainder: f64 = 0.0;
        for power in flow.slack_power(voltages)? {
            let island = islands.of_bus[power.bus] as usize;
            if total[island] > 0.0 {
                let excess = power.p_pu - asked.p_pu[power.bus];
                shared_pu[island] += excess;
                remainder = remainder.max(excess.abs());
            }
        }
        if remainder <= options.tolerance_pu {
            return Ok(DistributedReport {
                newton,
                shared_pu,
                rounds,
            });
        }
        if rounds == MAX_ROUNDS {
            newton.converged = false;
            newton.max_mismatch_pu = remainder;
            voltages.clone_from(&start);
            return Ok(DistributedReport {
                newton,
                shared_pu,
                rounds,
            });
        }
        for (bus, &factor) in participation
            .iter()
            .enumerate()
            .filter(|(_, factor)| **factor > 0.0)
        {
            let island = islands.of_bus[bus];
            if island != NO_ISLAND {
                let island = island as usize;
                asked.p_pu[bus] = injections.p_pu[bus] + factor / total[island] * shared_pu[island];
            }
        }
    }
}
