//! Autopolis: a city digital-twin simulator.

pub mod city;
pub mod controllers;
pub mod engine;
pub mod scenario;
pub mod solvers;
