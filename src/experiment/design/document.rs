//! Finds and reads an experiment's text and the table beside it, and checks keys, types and single ranges.

use crate::experiment::builtin;
use crate::experiment::format;
use crate::experiment::format::ExperimentFile;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::check;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree;
use crate::scenario::tree::Node;
use crate::scenario::tree::Source;
use crate::scenario::tree::Value;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// An experiment's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The text, and the folder that its paths start from.
    pub source: Arc<Source>,
    /// What it is called unless it says otherwise.
    pub stem: String,
}

/// Finds an experiment by built-in name or by path.
///
/// # Errors
/// That there is none, with the nearest name.
pub fn find(experiment: &str) -> Result<Text, Problems> {
    if let Some(built_in) = builtin::find(experiment) {
        let name = format!("built-in:{experiment}");
        return Ok(Text {
            source: Arc::new(Source::unplaced(&name, built_in.text)),
            stem: experiment.to_owned(),
        });
    }
    let path = Path::new(experiment);
    let text = std::fs::read_to_string(path).map_err(|error| {
        let looks_like_a_path = experiment.contains(['/', '\\', '.']);
        if looks_like_a_path {
            let message = format!("cannot read the experiment: {error}");
            return Problem::new(experiment, message);
        }
        let known = builtin::EXPERIMENTS.iter().map(|e| e.name);
        Problem::new(experiment, format!("there is no experiment `{experiment}`"))
            .maybe_help(did_you_mean_or_known(experiment, known))
    })?;
    let stem = path.file_stem().unwrap_or_default();
    Ok(Text {
        source: Arc::new(Source {
            name: experiment.to_owned(),
            text,
            folder: path.parent().map(Path::to_path_buf),
        }),
        stem: stem.to_string_lossy().into_owned(),
    })
}

/// Keys that an experiment has and a scenario has not.
const OWN_KEYS: [&str; 10] = [
    "scenario",
    "scenarios",
    "controllers",
    "replications",
    "first_seed",
    "seeds",
    "factors",
    "point",
    "latin_hypercube",
    "design_csv",
];

/// Keys that a scenario has and an experiment has not.
const SCENARIOS_KEYS: [&str; 4] = ["extends", "start", "weather", "event"];

/// Whether an input (a built-in name or a file) is meant as an experiment, not as a scenario.
#[must_use]
pub fn is_experiment(input: &str) -> bool {
    if builtin::find(input).is_some() {
        return true;
    }
    let Ok(text) = std::fs::read_to_string(input) else {
        return false;
    };
    let Ok(document) = tree::parse(Arc::new(Source::unplaced(input, &text))) else {
        return false;
    };
    let has = |keys: &[&str]| keys.iter().any(|key| document.get(key).is_some());
    has(&OWN_KEYS) && !has(&SCENARIOS_KEYS)
}

/// Reads an experiment's text.
///
/// # Errors
/// What is no TOML; keys, types and values that the schema refuses.
pub fn parse(text: &Text) -> Result<(Node, ExperimentFile), Problems> {
    let document = tree::parse(Arc::clone(&text.source)).map_err(|errors| {
        let found = errors.iter();
        Problems(
            found
                .map(|e| problem_at(&e.origin, e.message.clone()))
                .collect(),
        )
    })?;
    let problems = check(&document, &format::schema());
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let file = document
        .to_toml()
        .try_into()
        .map_err(|error: toml::de::Error| {
            Problem::new(text.source.name.clone(), error.message())
        })?;
    Ok((document, file))
}

/// The experiment's name.
pub fn name(
    text: &Text,
    document: &Node,
    file: &ExperimentFile,
    problems: &mut Vec<Problem>,
) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let Some(name) = &file.name else {
        // A file may be called as its folder allows; a sweep's folder must be possible everywhere.
        let lower = text.stem.to_lowercase();
        let safe = lower.chars().map(|c| if plain(c) { c } else { '-' });
        let safe: String = safe.collect();
        let safe = safe.trim_matches(['-', '_']);
        return if safe.is_empty() {
            "experiment".to_owned()
        } else {
            safe.to_owned()
        };
    };
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !starts_well || !name.chars().all(plain) {
        let message = format!("`{name}` cannot name a folder everywhere");
        let help = "use a-z, 0-9, - and _, beginning with a letter or a digit";
        problems.push(problem_at(&document.nearest(&["name"]).origin, message).help(help));
    }
    name.clone()
}

/// Name and text of the table that a key names, seen from the experiment's file.
pub fn table(node: &Node, problems: &mut Vec<Problem>) -> Option<(String, String)> {
    let Value::Text(name) = &node.value else {
        return None;
    };
    let folder = node.origin.source.folder.clone();
    let path = folder.map_or_else(|| PathBuf::from(name), |f| f.join(name));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some((path.display().to_string(), text)),
        Err(error) => {
            let message = format!("cannot read the table {}: {error}", path.display());
            problems.push(problem_at(&node.origin, message));
            None
        }
    }
}
