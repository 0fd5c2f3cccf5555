//! Constants set for a controller, by key: what a scenario, a controller file or a search hands it.
//!
//! Plain data: which keys a controller has, their units and ranges are declared beside the controller.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// The value of one constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// A number.
    One(f64),
    /// Several numbers under one key.
    Many(Vec<f64>),
}

impl ParameterValue {
    /// Its numbers.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::One(number) => std::slice::from_ref(number),
            Self::Many(numbers) => numbers,
        }
    }

    /// The same kind of value with one number changed; unchanged if there is no such number.
    #[must_use]
    pub fn with(&self, index: usize, number: f64) -> Self {
        let mut changed = self.clone();
        match &mut changed {
            Self::One(old) if index == 0 => *old = number,
            Self::One(_) => {}
            Self::Many(numbers) => {
                if let Some(old) = numbers.get_mut(index) {
                    *old = number;
                }
            }
        }
        changed
    }
}

/// Constants by key; a key that is absent keeps the controller's default.
pub type Parameters = BTreeMap<String, ParameterValue>;
