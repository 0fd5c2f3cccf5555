//! Linear sensitivities of branch flows: to injections (PTDF) and to outages (LODF).
//!
//! One column at a time from the factorised DC equations; no dense matrix is kept here. MATPOWER `makePTDF`,
//! `makeLODF`; equations in Wood, Wollenberg, Sheblé, Power Generation, Operation, and Control, 3rd ed., 7.4.

use crate::solvers::power_flow::dc::DcPowerFlow;
use crate::solvers::power_flow::error::PowerFlowError;

/// Scratch for repeated columns.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    angles: Vec<f64>,
    work: Vec<f64>,
}

impl DcPowerFlow {
    /// Power transfer distribution factors of one bus: change of the flow of every branch (at its from end) for one
    /// unit more injected at `bus` and taken out at its island's slack.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when `column` has not one entry a branch, [`PowerFlowError::BadValue`] for no such bus.
    pub fn ptdf_column(
        &self,
        bus: usize,
        column: &mut [f64],
        scratch: &mut Scratch,
    ) -> Result<(), PowerFlowError> {
        if bus >= self.buses() {
            return Err(PowerFlowError::BadValue {
                element: "bus",
                index: bus,
            });
        }
        PowerFlowError::length("column", column.len(), self.branches())?;
        let Scratch { angles, work } = scratch;
        self.transfer(&[(bus, 1.0)], angles, work);
        for (entry, branch) in column.iter_mut().zip(&self.branches) {
            *entry = self.flow(branch, angles);
        }
        Ok(())
    }

    /// Line outage distribution factors of one outage: change of the flow of every branch for each unit that flowed on
    /// branch `outage` before it was lost; -1 for the branch itself. `false`, and zeros, when its loss splits the island
    /// (pass what [`crate::solvers::power_flow::islands::bridges`] says) or when it carries nothing.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when `column` has not one entry a branch, [`PowerFlowError::BadValue`] for no such branch.
    pub fn lodf_column(
        &self,
        outage: usize,
        is_bridge: bool,
        column: &mut [f64],
        scratch: &mut Scratch,
    ) -> Result<bool, PowerFlowError> {
        let Some(lost) = self.branches.get(outage) else {
            return Err(PowerFlowError::BadValue {
                element: "branch",
                index: outage,
            });
        };
        PowerFlowError::length("column", column.len(), self.branches())?;
        if is_bridge || lost.b_pu == 0.0 {
            column.fill(0.0);
            return Ok(false);
        }
        let Scratch { angles, work } = scratch;
        self.transfer(&[(lost.from, 1.0), (lost.to, -1.0)], angles, work);
        // Of a unit sent from end to end, the share not taking the branch itself is what its outage must reroute.
        let elsewhere = 1.0 - self.flow(lost, angles);
        let scale = 1.0 / elsewhere;
        for (entry, branch) in column.iter_mut().zip(&self.branches) {
            *entry = self.flow(branch, angles) * scale;
        }
        column[outage] = -1.0;
        Ok(true)
    }
}
