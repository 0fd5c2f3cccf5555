//! N-1 screening: how heavily every branch would be loaded after the loss of any one, by outage factors.
//!
//! Linear (no voltages, no reactive power) and blind to what protection and operators do next: it tells where to look.
//! Outages that split an island are flagged, not solved.

use crate::solvers::power_flow::dc::DcPowerFlow;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::sensitivity::Scratch;

/// The heaviest loading found, as a share of the limit, and where.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct WorstLoading {
    /// |flow| / limit; 0 if nothing with a limit is loaded.
    pub loading: f64,
    /// The other branch concerned: the lost one, or the loaded one; none if no other is.
    pub branch: Option<usize>,
}

/// Result of screening every single outage.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Screening {
    /// By lost branch: the heaviest loading anywhere else after its loss, and on which branch.
    pub after_outage: Vec<WorstLoading>,
    /// By monitored branch: its heaviest loading after any other's loss, and whose.
    pub of_branch: Vec<WorstLoading>,
    /// By lost branch: whether its loss splits the island, so that it was left out of the two lists above.
    pub splits: Vec<bool>,
    /// Pairs (outage, loaded branch) beyond the limit.
    pub violations: usize,
}

/// Screens the loss of each branch in turn, given present flows (per unit, from end) and limits (per unit; a branch
/// whose limit is 0 or not finite is not monitored). `bridges` comes from
/// [`crate::solvers::power_flow::islands::bridges`].
///
/// # Errors
/// [`PowerFlowError::Length`] when a slice has not one entry a branch.
pub fn screen(
    dc: &DcPowerFlow,
    bridges: &[bool],
    flow_pu: &[f64],
    limit_pu: &[f64],
) -> Result<Screening, PowerFlowError> {
    let n = dc.branches();
    PowerFlowError::length("bridges", bridges.len(), n)?;
    PowerFlowError::length("flow_pu", flow_pu.len(), n)?;
    PowerFlowError::length("limit_pu", limit_pu.len(), n)?;
    let monitored = |limit: f64| limit > 0.0 && limit.is_finite();
    let share: Vec<f64> = limit_pu
        .iter()
        .map(|&limit| if monitored(limit) { 1.0 / limit } else { 0.0 })
        .collect();
    let mut result = Screening {
        after_outage: vec![WorstLoading::default(); n],
        of_branch: vec![WorstLoading::default(); n],
        splits: bridges.to_vec(),
        violations: 0,
    };
    let mut column = vec![0.0; n];
    let mut scratch = Scratch::default();
    for outage in 0..n {
        if !dc.lodf_column(outage, bridges[outage], &mut column, &mut scratch)? {
            continue;
        }
        let lost = flow_pu[outage];
        let mut worst = WorstLoading::default();
        for branch in (0..n).filter(|&branch| branch != outage) {
            let loading = (flow_pu[branch] + column[branch] * lost).abs() * share[branch];
            if loading > worst.loading {
                worst = WorstLoading {
                    loading,
                    branch: Some(branch),
                };
            }
            if loading > result.of_branch[branch].loading {
                result.of_branch[branch] = WorstLoading {
                    loading,
                    branch: Some(outage),
                };
            }
            result.violations += usize::from(loading > 1.0);
        }
        result.after_outage[outage] = worst;
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::power_flow::islands::bridges;
    use crate::solvers::power_flow::network::Branch;
    use crate::solvers::power_flow::network::Bus;
    use crate::solvers::power_flow::network::BusKind;
    use crate::solvers::power_flow::network::Network;

    /// A triangle 0-1-2 with a spur 2-3; slack 0.
    fn network() -> Network {
        let kinds = [BusKind::Slack, BusKind::Pq, BusKind::Pq, BusKind::Pq];
        let line = |(from, to)| Branch {
            from,
            to,
            r_pu: 0.01,
            x_pu: 0.1,
            b_pu: 0.0,
            tap: 1.0,
            shift_rad: 0.0,
            in_service: true,
        };
        Network {
            base_mva: 100.0,
            buses: kinds
                .map(|kind| Bus {
                    kind,
                    gs_pu: 0.0,
                    bs_pu: 0.0,
                })
                .to_vec(),
            branches: [(0, 1), (1, 2), (0, 2), (2, 3)].map(line).to_vec(),
        }
    }

    #[test]
    fn screening_agrees_with_solving_each_outage() {
        let whole = network();
        let p = [0.0, -0.3, -0.2, -0.4];
        let dc = DcPowerFlow::new(&whole).unwrap();
        let base = dc.solve(&p, &[0.0; 4]).unwrap();
        let limits = [0.5, 0.25, 0.5, 0.5];
        let got = screen(&dc, &bridges(&whole), &base.p_from_pu, &limits).unwrap();
        assert_eq!(got.splits, [false, false, false, true]);
        let mut violations = 0;
        for outage in 0..3 {
            let mut without = whole.clone();
            without.branches[outage].in_service = false;
            let flows = DcPowerFlow::new(&without)
                .unwrap()
                .solve(&p, &[0.0; 4])
                .unwrap()
                .p_from_pu;
            let loadings: Vec<f64> = flows.iter().zip(limits).map(|(f, l)| f.abs() / l).collect();
            violations += loadings.iter().filter(|&&l| l > 1.0).count();
            let worst = loadings.iter().copied().fold(0.0, f64::max);
            assert!(
                (got.after_outage[outage].loading - worst).abs() < 1e-13,
                "{outage}: {got:?}"
            );
        }
        assert_eq!(got.violations, violations);
        // Losing 0-2 sends all 0.9 through 0-1: 1.8 of its limit, the worst it can meet.
        assert!(
            (got.of_branch[0].loading - 1.8).abs() < 1e-13 && got.of_branch[0].branch == Some(2)
        );
    }
}
