//! Steady-state flow of real and reactive power in a balanced network.
//!
//! [`network`] is the input; [`newton`] solves the AC equations, with [`q_limits`] and [`distributed_slack`] around it
//! where wanted; [`dc`] is the linear approximation, [`sensitivity`] and [`screening`] what follows from it.

pub mod admittance;
pub mod branch_flow;
mod check;
pub mod complex;
pub mod dc;
pub mod distributed_slack;
pub mod error;
pub mod islands;
mod mismatch;
pub mod network;
pub mod newton;
pub mod q_limits;
pub mod screening;
pub mod sensitivity;
mod step_control;
#[cfg(test)]
mod two_bus;
