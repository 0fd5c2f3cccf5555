//! What an experiment names: scenarios, cities, controllers, metrics. Paths are seen from the experiment's file and become
//! absolute; whether a file holds what it should is looked at elsewhere.

use crate::controllers;
use crate::results::metrics;
use crate::scenario::builtin;
use crate::scenario::document::BUILT_IN;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;
use std::path::PathBuf;

/// A kind of thing that can be named or be a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scenario.
    Scenario,
    /// A city.
    City,
    /// A controller.
    Controller,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::City => "city",
            Self::Controller => "controller",
        }
    }

    fn known(self) -> Vec<&'static str> {
        match self {
            Self::Scenario => BUILT_IN.iter().map(|b| b.name).collect(),
            Self::City => builtin::CITIES.iter().map(|c| c.name).collect(),
            Self::Controller => controllers::names().collect(),
        }
    }
}

/// A name that was found, and where it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference<'a> {
    /// Registered name or absolute path.
    pub name: String,
    /// Where it was given.
    pub node: &'a Node,
}

/// The things of a kind that `one` or `many` of the document names, none of them twice; empty if neither is given.
pub fn references<'a>(
    kind: Kind,
    document: &'a Node,
    one: Option<&str>,
    many: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Reference<'a>> {
    let (single, several) = (one.and_then(|key| document.get(key)), document.get(many));
    if let (Some(_), Some(several)) = (single, several) {
        let message = format!("`{}` and `{many}` exclude each other", kind.word());
        problems.push(problem_at(&several.origin, message));
    }
    let nodes: Vec<&Node> = match several.map(|n| &n.value) {
        Some(Value::List(items)) => single.into_iter().chain(items).collect(),
        _ => single.into_iter().collect(),
    };
    let mut found: Vec<Reference<'a>> = Vec::new();
    for node in nodes {
        match resolve(kind, node) {
            Ok(name) if found.iter().any(|r| r.name == name) => {
                let message = format!("the {} `{name}` is there twice", kind.word());
                problems.push(problem_at(&node.origin, message));
            }
            Ok(name) => found.push(Reference { name, node }),
            Err(found) => problems.extend(found.0),
        }
    }
    found
}

/// The registered name or absolute path that a text stands for.
///
/// # Errors
/// That there is no such thing, with the nearest.
pub fn resolve(kind: Kind, node: &Node) -> Result<String, Problems> {
    let Value::Text(text) = &node.value else {
        return Err(problem_at(&node.origin, "not a name").into());
    };
    let known = kind.known();
    if known.contains(&text.as_str()) {
        return Ok(text.clone());
    }
    if let Some(path) = absolute(node, text) {
        return Ok(path);
    }
    let word = kind.word();
    // A path is complained about as one; advice on names would be noise.
    let looks_like_a_path = text.contains(['/', '\\', '.']);
    let message = if looks_like_a_path {
        format!("there is no file `{text}` for the {word}")
    } else {
        format!("there is no {word} `{text}`")
    };
    let help = did_you_mean_or_known(text, known).filter(|_| !looks_like_a_path);
    Err(problem_at(&node.origin, message).maybe_help(help).into())
}

/// The absolute path of a file or folder named in a text, if it is there.
#[must_use]
pub fn absolute(node: &Node, text: &str) -> Option<String> {
    let folder = node.origin.source.folder.clone();
    let path = folder.map_or_else(|| PathBuf::from(text), |f| f.join(text));
    let found = std::fs::canonicalize(path).ok()?;
    Some(found.display().to_string())
}

/// What an experiment is about unless it says otherwise: supply, service to critical sites, strain, money, carbon and
/// fairness. Those that the program does not have (yet) are left out.
const METRICS: [&str; 10] = [
    "ens_mwh",
    "saidi_min",
    "critical_outage_min",
    "customers_interrupted",
    "max_transformer_loading_pct",
    "asset_failures",
    "energy_cost",
    "co2_t",
    "outage_gini",
    "composite_cost",
];

/// The metrics of an experiment.
pub fn metrics(document: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(Node {
        value: Value::List(items),
        ..
    }) = document.get("metrics")
    else {
        let there = METRICS.iter().filter(|key| metrics::find(key).is_some());
        return there.map(|key| (*key).to_owned()).collect();
    };
    let mut found: Vec<String> = Vec::new();
    for node in items {
        let Value::Text(key) = &node.value else {
            continue;
        };
        if metrics::find(key).is_none() {
            let help = did_you_mean_or_known(key, metrics::all().map(|m| m.key));
            let message = format!("there is no metric `{key}`");
            problems.push(problem_at(&node.origin, message).maybe_help(help));
        } else if found.contains(key) {
            let message = format!("the metric `{key}` is there twice");
            problems.push(problem_at(&node.origin, message));
        } else {
            found.push(key.clone());
        }
    }
    found
}
