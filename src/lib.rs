//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod cli;
pub mod scenario;
pub mod solvers;
