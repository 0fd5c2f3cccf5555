//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod scenario;
pub mod solvers;
