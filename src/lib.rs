//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod cli;
pub mod controllers;
pub mod engine;
pub mod experiment;
pub mod results;
pub mod scenario;
pub mod solvers;
