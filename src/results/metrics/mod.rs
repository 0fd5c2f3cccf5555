//! The registry of metrics: one row each, with unit, direction and the definition that is printed with the value.
//!
//! A metric is a pure function of a [`RunOutcome`]. A metric of a layer that a run does not have is absent; one whose
//! value is not defined for this run (a ratio over nothing) is there without a value.

pub mod energy;
pub mod equity;
pub mod health;
pub mod loading;
pub mod reliability;
pub mod traffic;
pub mod transit;
pub mod upkeep;
pub mod water;

use crate::results::outcome::RunOutcome;

/// Which way a metric should move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Lower is better.
    Lower,
    /// Higher is better.
    Higher,
    /// Descriptive only.
    Neither,
}

impl Better {
    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Neither => "neither",
        }
    }
}

/// A row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Key in `summary.json` and column name in `runs.csv`.
    pub key: &'static str,
    /// Unit; `1` for a plain number.
    pub unit: &'static str,
    /// Which way it should move.
    pub better: Better,
    /// What it is, in one or two sentences.
    pub definition: &'static str,
    /// Layer whose points it needs.
    pub layer: &'static str,
    /// Its value; none where it is not defined.
    pub compute: fn(&RunOutcome) -> Option<f64>,
}

/// All metrics by family, in the order in which they are written.
pub const METRICS: &[&[Metric]] = &[
    reliability::METRICS,
    loading::METRICS,
    energy::METRICS,
    upkeep::METRICS,
    traffic::METRICS,
    equity::METRICS,
    transit::METRICS,
    health::METRICS,
    water::METRICS,
];

/// All metrics in order.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().flat_map(|family| family.iter())
}

/// The metric of a key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Metric> {
    all().find(|m| m.key == key)
}

/// Every metric of the layers that the run has, with its value; a value that is not finite counts as not defined.
#[must_use]
pub fn evaluate(outcome: &RunOutcome) -> Vec<(&'static Metric, Option<f64>)> {
    all()
        .filter(|m| outcome.has_layer(m.layer))
        .map(|m| (m, (m.compute)(outcome).filter(|v| v.is_finite())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_snake_case_and_defined() {
        let mut keys = BTreeSet::new();
        for m in all() {
            assert!(keys.insert(m.key), "{} twice", m.key);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(m.key.chars().all(plain), "{}", m.key);
            assert!(
                m.definition.ends_with('.') && !m.unit.is_empty(),
                "{}",
                m.key
            );
        }
        assert!(find("ens_mwh").is_some() && find("no_such").is_none());
    }
}
