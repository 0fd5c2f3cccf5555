//! Carrying out runs: from a prepared description to an outcome, and many of them by a plan.

pub mod execute;
pub mod operator;
pub mod pause;
pub mod plan;
pub mod table;
pub mod tune;
