//! What flows where once the voltages are known: branch flows, losses, and power at any bus.
//!
//! Nothing is solved here. Equations: MATPOWER User's Manual 8.0, section 3.2 and 3.6.

use crate::solvers::power_flow::admittance::BranchAdmittance;
use crate::solvers::power_flow::complex::Complex;
use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::BranchFlow;
use crate::solvers::power_flow::network::Voltages;
use crate::solvers::power_flow::newton::PowerFlow;

/// Net power into the network at a bus, per unit.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct BusPower {
    /// The bus.
    pub bus: usize,
    /// Real power, generation less load.
    pub p_pu: f64,
    /// Reactive power, generation less load.
    pub q_pu: f64,
}

impl PowerFlow {
    /// Flow at both ends of every branch; zero where it carries nothing.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus or branch.
    pub fn branch_flows(
        &self,
        voltages: &Voltages,
        flows: &mut [BranchFlow],
    ) -> Result<(), PowerFlowError> {
        let network = self.network();
        self.check_voltages(voltages)?;
        PowerFlowError::length("flows", flows.len(), network.branches.len())?;
        for (index, (flow, branch)) in flows.iter_mut().zip(&network.branches).enumerate() {
            if !self.matrix.has(index) {
                *flow = BranchFlow::default();
                continue;
            }
            let (vf, vt) = (voltages.vm_pu[branch.from], voltages.vm_pu[branch.to]);
            let across = voltages.va_rad[branch.from] - voltages.va_rad[branch.to];
            *flow = two_port_flow(&self.matrix.branch[index], vf, vt, across);
        }
        Ok(())
    }

    /// Net power into the network at a bus for the given voltages: what generators less loads there must give. Zero for
    /// an isolated bus.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus, [`PowerFlowError::BadValue`] for no such bus.
    pub fn bus_power(&self, bus: usize, voltages: &Voltages) -> Result<BusPower, PowerFlowError> {
        self.check_voltages(voltages)?;
        let Some(&at) = self.positions().get(bus) else {
            return Err(PowerFlowError::BadValue {
                element: "bus",
                index: bus,
            });
        };
        if at == u32::MAX {
            return Ok(BusPower {
                bus,
                ..BusPower::default()
            });
        }
        let at = at as usize;
        let (vm, va) = (voltages.vm_pu[bus], voltages.va_rad[bus]);
        let mut sum = self.matrix.diagonal[at].conj().scaled(vm * vm);
        let span = self.matrix.start[at] as usize..self.matrix.start[at + 1] as usize;
        for (y, &j) in self.matrix.value[span.clone()]
            .iter()
            .zip(&self.matrix.column[span])
        {
            let other = self.bus_at(j as usize);
            let turned =
                Complex::from_polar(vm * voltages.vm_pu[other], va - voltages.va_rad[other]);
            sum += turned * y.conj();
        }
        Ok(BusPower {
            bus,
            p_pu: sum.re,
            q_pu: sum.im,
        })
    }

    /// Net power into the network at the slack bus of each island.
    ///
    /// # Errors
    /// [`PowerFlowError::Length`] when a slice has not one entry a bus.
    pub fn slack_power(&self, voltages: &Voltages) -> Result<Vec<BusPower>, PowerFlowError> {
        self.slack_buses()
            .iter()
            .map(|&bus| self.bus_power(bus, voltages))
            .collect()
    }

    fn check_voltages(&self, voltages: &Voltages) -> Result<(), PowerFlowError> {
        let n = self.network().buses.len();
        PowerFlowError::length("vm_pu", voltages.vm_pu.len(), n)?;
        PowerFlowError::length("va_rad", voltages.va_rad.len(), n)
    }
}

/// Real power lost in branches, per unit: what goes in at one end and does not come out at the other.
pub fn losses_pu(flows: &[BranchFlow]) -> f64 {
    flows.iter().map(|f| f.p_from_pu + f.p_to_pu).sum()
}

/// Flow through a two-port for end magnitudes (per unit) and the angle of the from end over the to end (radians).
fn two_port_flow(y: &BranchAdmittance, vf: f64, vt: f64, across_rad: f64) -> BranchFlow {
    let product = Complex::from_polar(vf * vt, across_rad);
    let from = y.ff.conj().scaled(vf * vf) + product * y.ft.conj();
    let to = y.tt.conj().scaled(vt * vt) + product.conj() * y.tf.conj();
    BranchFlow {
        p_from_pu: from.re,
        q_from_pu: from.im,
        p_to_pu: to.re,
        q_to_pu: to.im,
    }
}
