//! Commands: the only way in. A command sets one controllable point at a step border.
//!
//! The queue checks range and rate and records what became of each; what a value means is the owning domain's.

use crate::engine::clock::Clock;
use crate::engine::points::Access;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::record::DecisionRow;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// A request to set a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Who gives it: a controller's name or a person's role.
    pub actor: String,
    /// The point.
    pub point: PointId,
    /// The value, in the point's unit.
    pub value: f64,
    /// Why, in words.
    pub reason: String,
}

/// Commands given but not yet applied, and the set-points just applied, which domains read in the next step.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Commands {
    /// Waiting for the Act stage.
    pub queued: Vec<Command>,
    /// Applied in the last Act stage: point and value, in order. Domains act on edges (a breaker told to close) here.
    pub applied: Vec<(PointId, f64)>,
}

/// Applies all queued commands in order: unknown access is refused, values are clipped to range and rate.
pub fn apply(
    mut commands: ResMut<Commands>,
    mut points: ResMut<Points>,
    mut record: ResMut<Record>,
    clock: Res<Clock>,
) {
    let queue = std::mem::take(&mut commands.queued);
    commands.applied.clear();
    let minutes = f64::from(clock.step_s()) / 60.0;
    for command in queue {
        let spec = points.table().spec(command.point).clone();
        let before = points.get(command.point);
        let (value, outcome) = if spec.access != Access::Controllable || !command.value.is_finite()
        {
            (before, "refused")
        } else {
            let clipped = command.value.clamp(spec.range[0], spec.range[1]);
            let most = spec.rate_per_min * minutes;
            let limited = clipped.clamp(before - most, before + most);
            let outcome = if limited.to_bits() != clipped.to_bits() {
                "rate_limited"
            } else if clipped.to_bits() != command.value.to_bits() {
                "clipped"
            } else {
                "applied"
            };
            (limited, outcome)
        };
        if outcome != "refused" {
            points.publish(command.point, value);
            commands.applied.push((command.point, value));
        }
        if record.keep {
            record.decisions.push(DecisionRow {
                t_s: clock.t_s(),
                actor: command.actor,
                point: command.point,
                asked: command.value,
                applied: value,
                outcome: outcome.to_owned(),
                reason: command.reason,
            });
        }
    }
}
