//! Whether a network's indices and values make sense, before anything is solved. Islands are checked elsewhere.

use crate::solvers::power_flow::error::PowerFlowError;
use crate::solvers::power_flow::network::Branch;
use crate::solvers::power_flow::network::Network;

/// Checks indices and values of a whole network.
pub(crate) fn check(network: &Network) -> Result<(), PowerFlowError> {
    let buses = network.buses.len();
    for (index, bus) in network.buses.iter().enumerate() {
        if !bus.gs_pu.is_finite() || !bus.bs_pu.is_finite() {
            return Err(PowerFlowError::BadValue {
                element: "bus",
                index,
            });
        }
    }
    for (index, branch) in network.branches.iter().enumerate() {
        if branch.from >= buses || branch.to >= buses {
            return Err(PowerFlowError::NoSuchBus {
                branch: index,
                buses,
            });
        }
        if branch.in_service {
            check_branch(index, branch)?;
        }
    }
    Ok(())
}

/// Checks the values of a branch in service.
pub(crate) fn check_branch(index: usize, branch: &Branch) -> Result<(), PowerFlowError> {
    if branch.from == branch.to {
        return Err(PowerFlowError::Loop {
            branch: index,
            bus: branch.from,
        });
    }
    let values = [
        branch.r_pu,
        branch.x_pu,
        branch.b_pu,
        branch.tap,
        branch.shift_rad,
    ];
    if values.iter().any(|v| !v.is_finite()) || branch.tap <= 0.0 {
        return Err(PowerFlowError::BadValue {
            element: "branch",
            index,
        });
    }
    if branch.r_pu == 0.0 && branch.x_pu == 0.0 {
        return Err(PowerFlowError::NoImpedance { branch: index });
    }
    Ok(())
}
