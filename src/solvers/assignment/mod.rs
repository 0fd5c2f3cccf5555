//! Traffic assignment: which roads a given number of trips takes when every driver takes a quickest one.
//!
//! [`network`] is the roads, [`performance`] what a link costs at a flow, [`demand`] the trips. The product's solver is
//! [`gradient_projection`]; [`frank_wolfe`] finds the same equilibrium by another way and is the cross-check. Flows are
//! vehicles in the period that capacities are given for; costs are in the unit of the free-flow times.
//!
//! It is static: no queues, no departure times, one class of vehicles, and no link's cost depends on another's flow.

pub mod demand;
pub mod equilibrium;
pub mod error;
mod flow_state;
pub mod frank_wolfe;
pub mod gradient_projection;
mod loading;
pub mod network;
mod path_set;
pub mod performance;
mod shift;
pub mod shortest_path;
#[cfg(test)]
mod tests;
mod tree_queue;
