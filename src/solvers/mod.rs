//! Pure numerics: arrays in, arrays out.
//!
//! Solvers know no ECS, no files, no clock and no randomness; everything they need is an argument. Units are in the
//! names of fields and slices (`p_pu`, `temp_c`). Non-convergence is data, never a panic.

pub mod assignment;
pub mod dispatch;
pub mod hydraulics;
pub mod journey;
pub mod optimise;
pub mod power_flow;
pub mod route_set;
pub mod sparse;
pub mod statistics;
pub mod sun;
pub mod thermal;
