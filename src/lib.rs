//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod solvers;
