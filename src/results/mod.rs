//! What a run leaves for people and for statistics: metrics, files, charts and the story told from one record.
//!
//! Everything here is a pure function of a [`outcome::RunOutcome`]; nothing reads a running world, a clock on the
//! wall or a random number. A metric is a row in [`metrics`], a file an exporter in [`export`], a picture a row in
//! [`charts`].

pub mod calendar;
pub mod charts;
pub mod export;
pub mod metrics;
pub mod outcome;
pub mod report;
pub mod story;
pub mod transit_service;
pub mod worst;

#[cfg(test)]
pub(crate) mod fixture;
