//! Timed commands of a person, from a file: `[[command]]` tables with `at`, `point`, `value`, `reason`.
//!
//! They are inputs of a run, recorded beside it, so that a replay repeats them.

use crate::engine::command::Command;
use crate::engine::points::Access;
use crate::engine::points::PointTable;
use crate::scenario::duration::parse as seconds;
use serde::Deserialize;
use thiserror::Error;

/// One command and when it is given.
#[derive(Clone, Debug, PartialEq)]
pub struct OperatorCommand {
    /// Seconds after the start of the run.
    pub at_s: u64,
    /// Path of the point.
    pub point: String,
    /// Value, in the point's unit.
    pub value: f64,
    /// Why, in words.
    pub reason: String,
}

/// What is wrong with a file of commands.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum OperatorError {
    /// Not TOML of this form.
    #[error("{0}")]
    Syntax(String),
    /// A time that is not one.
    #[error("command {index}: `at = \"{at}\"` is not a time: {reason}")]
    Time {
        /// Position in the file, from 1.
        index: usize,
        /// What was given.
        at: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No such point.
    #[error("there is no point `{point}`{hint}")]
    Point {
        /// What was given.
        point: String,
        /// The nearest path, if one is near.
        hint: String,
    },
    /// A point that cannot be set.
    #[error("`{0}` is measured, not controllable")]
    Measured(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    command: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    at: String,
    point: String,
    value: f64,
    #[serde(default)]
    reason: String,
}

/// Reads a file's text; commands come back in order of time, those of one time in the file's order.
///
/// # Errors
/// [`OperatorError::Syntax`] or [`OperatorError::Time`].
pub fn parse(text: &str) -> Result<Vec<OperatorCommand>, OperatorError> {
    let file: File = toml::from_str(text).map_err(|e| OperatorError::Syntax(e.to_string()))?;
    let mut commands = Vec::new();
    for (i, row) in file.command.into_iter().enumerate() {
        let at_s = seconds(&row.at).map_err(|e| OperatorError::Time {
            index: i + 1,
            at: row.at.clone(),
            reason: e,
        })?;
        commands.push(OperatorCommand {
            at_s,
            point: row.point,
            value: row.value,
            reason: row.reason,
        });
    }
    commands.sort_by_key(|c| c.at_s);
    Ok(commands)
}

impl OperatorCommand {
    /// The command in a world.
    ///
    /// # Errors
    /// [`OperatorError`] if there is no such point or it cannot be set.
    pub fn resolve(&self, table: &PointTable) -> Result<Command, OperatorError> {
        let Some(point) = table.find(&self.point) else {
            return Err(OperatorError::Point {
                point: self.point.clone(),
                hint: hint(&self.point, table),
            });
        };
        if table.spec(point).access != Access::Controllable {
            return Err(OperatorError::Measured(self.point.clone()));
        }
        let reason = self.reason.clone();
        Ok(Command {
            actor: "operator".to_owned(),
            point,
            value: self.value,
            reason,
        })
    }
}

/// The nearest controllable path, as an addition to a message.
fn hint(path: &str, table: &PointTable) -> String {
    let controllable = table
        .iter()
        .filter(|(_, spec)| spec.access == Access::Controllable);
    let near = controllable.map(|(_, s)| (strsim::jaro_winkler(&s.path, path), &s.path));
    let best = near
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.8);
    best.map_or_else(String::new, |(_, known)| {
        format!(": did you mean `{known}`?")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_come_in_order_of_time() {
        let text = "[[command]]\nat = \"2h\"\npoint = \"a\"\nvalue = 1\n[[command]]\nat = \"30min\"\npoint = \"b\"\nvalue = 0\n";
        let commands = parse(text).expect("two good commands");
        assert_eq!(
            commands.iter().map(|c| c.at_s).collect::<Vec<_>>(),
            [1800, 7200]
        );
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = "[[command]]\nat = \"2h\"\npoint = \"a\"\nvalue = 1\nforce = true\n";
        assert!(matches!(parse(text), Err(OperatorError::Syntax(_))));
    }
}
