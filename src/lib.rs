//! Autopolis: a city digital-twin simulator.

pub mod solvers;
