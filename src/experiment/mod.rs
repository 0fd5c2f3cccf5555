//! Carrying out runs: from a prepared description to an outcome.

pub mod execute;
pub mod operator;
pub mod pause;
