//! What a dispatch gives: its status, and when optimal outputs, flows and prices.
//!
//! Plain data, by the indices of the problem.

/// How a dispatch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DispatchStatus {
    /// A least-cost dispatch was found.
    Optimal,
    /// No dispatch meets the limits. With prices on shedding and on curtailing must-run units one does.
    Infeasible,
    /// Cost has no lower bound: some unit or bid without limit earns money.
    Unbounded,
    /// The iteration stopped short of the tolerance.
    NotConverged,
}

/// A least-cost dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchSolution {
    /// Cost per hour: of units (constants included), shedding, curtailing and bids.
    pub objective: f64,
    /// Output of each unit, MW; 0 out of service.
    pub p_mw: Vec<f64>,
    /// Output of each unit below its must-run minimum, MW.
    pub curtailed_mw: Vec<f64>,
    /// Load left unserved at each bus, MW.
    pub shed_mw: Vec<f64>,
    /// Reduction accepted of each bid, MW.
    pub bid_mw: Vec<f64>,
    /// Flow into each branch at its from end, MW.
    pub flow_mw: Vec<f64>,
    /// Angle of each bus, radians.
    pub va_rad: Vec<f64>,
    /// Price at each bus: cost of one more MW of load there, per MWh. NaN at a dead bus.
    pub lmp: Vec<f64>,
    /// What one more MW of limit would save on each branch, per MWh.
    pub shadow_price: Vec<f64>,
    /// Indices of the branches whose flow limit binds.
    pub binding: Vec<usize>,
}

/// Outcome of a dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// How it ended.
    pub status: DispatchStatus,
    /// Interior-point iterations.
    pub iterations: u32,
    /// The dispatch, when optimal.
    pub solution: Option<DispatchSolution>,
}
