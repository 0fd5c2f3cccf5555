//! Carrying out runs: from a prepared description to an outcome, and many of them by a plan.

pub mod builtin;
pub mod comparison;
pub mod contained;
pub mod design;
pub mod durable;
pub mod execute;
#[cfg(test)]
pub mod fixture;
pub mod folder;
pub mod format;
pub mod lock;
pub mod measured;
pub mod merge;
pub mod operator;
pub mod outcome;
#[cfg(feature = "parquet")]
pub mod parquet_file;
pub mod part;
pub mod pause;
pub mod plan;
pub mod preparation;
pub mod report;
pub mod run_folders;
pub mod shard;
pub mod sweep;
pub mod table;
pub mod tables;
pub mod template;
pub mod tune;
