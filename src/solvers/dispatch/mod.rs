//! Least-cost dispatch of generation over a DC network, with line limits, priced shedding and flexibility bids.
//!
//! The DC optimal power flow of the MATPOWER User's Manual 8.0, section 6.2: real power only, no losses. It commits no
//! units (start-up and shut-down costs are left out) and knows no time: one call is one moment.

mod dc_opf;
mod outcome;
pub mod problem;
mod programme;

pub use dc_opf::solve;
pub use outcome::Dispatch;
pub use outcome::DispatchSolution;
pub use outcome::DispatchStatus;
