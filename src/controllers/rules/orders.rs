//! The commands of one decision: one a point, in the order given, each with a reason.

use crate::engine::command::Command;
use crate::engine::points::PointId;

/// Collects commands; a point that the world lacks takes none.
#[derive(Debug, Default)]
pub struct Orders {
    commands: Vec<Command>,
}

impl Orders {
    /// Sets a point; the first order to a point in a decision stands. Returns whether the order was taken.
    pub fn set(&mut self, point: Option<PointId>, value: f64, reason: String) -> bool {
        let Some(point) = point else { return false };
        if !value.is_finite() || self.touches(point) {
            return false;
        }
        self.commands.push(Command {
            actor: "rules".to_owned(),
            point,
            value,
            reason,
        });
        true
    }

    /// Whether a point already has an order.
    #[must_use]
    pub fn touches(&self, point: PointId) -> bool {
        // A decision gives a few dozen orders at most, so a scan is quicker than a set.
        self.commands.iter().any(|c| c.point == point)
    }

    /// The commands, in the order given.
    #[must_use]
    pub fn finish(self) -> Vec<Command> {
        self.commands
    }
}
