//! Steady-state flow of real and reactive power in a balanced network.

pub mod network;
