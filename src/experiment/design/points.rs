//! The points of a design: what is varied, and the level of each factor at each point.

use crate::experiment::design::place::Place;
use crate::scenario::tree::Node;

/// Something that is varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Dotted path of a scenario's key.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}

/// A level of a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value, as written in TOML.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

impl Level {
    /// The level that a value of the experiment's text gives.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        Self {
            text: node.to_toml().to_string(),
            place: Place::Text(node.origin.clone()),
        }
    }
}

/// A design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// What is varied.
    pub factors: Vec<Factor>,
    /// The points in order, each with a level a factor.
    pub rows: Vec<Vec<Level>>,
}

impl Points {
    /// The design that varies nothing: one point without factors.
    #[must_use]
    pub fn single() -> Self {
        Self {
            factors: Vec::new(),
            rows: vec![Vec::new()],
        }
    }
}
