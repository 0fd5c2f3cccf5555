//! A world as its deciders see it: it can be stepped, forked, observed and checked, and has a hash.
//!
//! `city::twin` implements this; the living core and its tests know nothing else of a city.

use crate::engine::command::Command;
use crate::engine::points::Points;
use crate::engine::snapshot::SnapshotError;

/// A law of the world that did not hold after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Name of the law, such as `grid/power_balance`.
    pub law: &'static str,
    /// By how much, and where, in words.
    pub detail: String,
}

/// A running world.
pub trait World: Send {
    /// Gives commands, to be applied at the next step border.
    fn command(&mut self, commands: Vec<Command>);

    /// Runs one step.
    fn step(&mut self);

    /// Seconds since the start.
    fn t_s(&self) -> u64;

    /// The true values of all points.
    fn points(&self) -> &Points;

    /// A world in the same state that keeps no record and holds the present set-points.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part of the state cannot be captured.
    fn fork(&mut self) -> Result<Box<dyn World>, SnapshotError>;

    /// BLAKE3 hash of the whole state, in hexadecimal.
    ///
    /// # Errors
    /// [`SnapshotError`] if a part of the state cannot be captured.
    fn hash(&mut self) -> Result<String, SnapshotError>;

    /// The conservation laws that do not hold now; empty if all is well.
    fn breaches(&mut self) -> Vec<Breach>;
}
