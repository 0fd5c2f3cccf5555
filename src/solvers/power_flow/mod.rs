//! Steady-state flow of real and reactive power in a balanced network.
//!
//! [`network`] is the input; [`newton`] solves the AC equations, with [`q_limits`] and [`distributed_slack`] around it
//! where wanted; [`dc`] is the linear approximation, [`sensitivity`] and [`screening`] what follows from it.

pub mod admittance;
pub mod branch_flow;
pub mod complex;
pub mod error;
pub mod islands;
mod mismatch;
pub mod network;
pub mod newton;
