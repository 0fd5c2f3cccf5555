//! Scenarios: from files and recipes to the resolved description of a run.

pub mod generate;
pub mod import;
