//! The seat of a controller: what it is handed each control interval and what it may return.
//!
//! Controllers know points and the static city, nothing of the ECS. No controller runs inside another's rollout.

use crate::engine::command::Command;
use crate::engine::points::PointTable;
use crate::engine::sensors::Observation;
use jiff::civil::DateTime;
use std::fmt;

/// What a controller sees at one interval.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The points and what is fixed about them.
    pub table: &'a PointTable,
    /// What their sensors read.
    pub seen: &'a Observation,
    /// Seconds since the start of the run.
    pub t_s: u64,
    /// Local standard time.
    pub now: DateTime,
    /// Spacing of intervals, seconds.
    pub interval_s: u32,
}

/// A policy that turns what it sees into commands.
pub trait Controller: Send + Sync + fmt::Debug {
    /// Name, as on the command line.
    fn name(&self) -> &'static str;

    /// Decides for the coming interval. Must be a pure function of its own state and the view.
    fn decide(&mut self, view: &View<'_>) -> Vec<Command>;

    /// Its whole state as bytes, for forks and checkpoints.
    fn capture(&self) -> Vec<u8>;

    /// Takes up a state that `capture` gave; `false` if the bytes are not of this controller.
    fn restore(&mut self, state: &[u8]) -> bool;
}
