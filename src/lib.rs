//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod engine;
pub mod results;
pub mod solvers;
