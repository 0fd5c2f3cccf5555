//! How a solve is asked for, how it went, and why a network cannot be solved at all.
//!
//! Plain data; the method is in [`crate::solvers::hydraulics::solver`].

use crate::solvers::hydraulics::network::DemandModel;

/// How to solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Sum of flow changes over sum of flows at convergence.
    pub accuracy: f64,
    /// Most iterations.
    pub max_iterations: u32,
    /// Statuses other than of pressure valves are looked at every so many iterations,
    pub check_every: u32,
    /// up to this one, and at each balance.
    pub check_until: u32,
    /// Below this relative flow change steps are shortened to 0.6 and pressure valves move; 0 for never.
    pub damp_limit: f64,
    /// How demand depends on pressure.
    pub demand: DemandModel,
}

impl Default for Options {
    /// EPANET's, but for an accuracy of 1e-5 and enough iterations.
    fn default() -> Self {
        Options {
            accuracy: 1e-5,
            max_iterations: 500,
            check_every: 2,
            check_until: 10,
            damp_limit: 0.0,
            demand: DemandModel::DemandDriven,
        }
    }
}

/// How a solve went. Non-convergence is no error.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Report {
    /// Whether flows, heads, balances and statuses all agree.
    pub converged: bool,
    /// Linear systems solved.
    pub iterations: u32,
    /// Sum of flow changes over sum of flows, of the last step.
    pub relative_change: f64,
    /// Largest disagreement of loss and heads, m.
    pub head_error_m: f64,
    /// Largest imbalance of a junction, m3/s.
    pub imbalance_m3s: f64,
    /// Whether statuses were frozen to get an answer.
    pub frozen: bool,
}

/// Why a network cannot be solved at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HydraulicsError {
    /// A link names a node that does not exist.
    #[error("link {link} names node {node}, which does not exist")]
    NoSuchNode {
        /// Link.
        link: usize,
        /// Node.
        node: usize,
    },
    /// No node has a given head.
    #[error("the network has neither a reservoir nor a tank")]
    NoSource,
    /// A link whose numbers give no finite resistance.
    #[error("link {link} has no finite resistance")]
    NoResistance {
        /// Link.
        link: usize,
    },
    /// A valve that holds a pressure or a flow stands directly at a reservoir or tank.
    #[error("valve {link} is connected to a reservoir or tank")]
    ValveAtSource {
        /// Link.
        link: usize,
    },
}
