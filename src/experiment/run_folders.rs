//! Single runs gathered into the table of a sweep, so that they are compared by the same rules.
//!
//! It reads `manifest.json`, `summary.json` and `scenario.toml` of each folder. Settings in which the runs differ
//! become the table's factors, except who sits at the desk, the seed, and what a scenario says of itself: two runs that
//! differ in such a factor do not pair. It cannot know which seeds a controller was tuned on, so every run counts as
//! held out.

use crate::experiment::comparison::short_name;
use crate::experiment::plan::Split;
use crate::experiment::table::RunRow;
use crate::experiment::table::SweepTable;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// Keys of a scenario that two runs of a pair may differ in, or that the table has columns for.
const NO_SETTING: [&str; 8] = [
    "name",
    "description",
    "city",
    "seed",
    "controller",
    "controller_base",
    "controller_parameters",
    "extends",
];

/// Why a folder is no run.
#[derive(Debug, Error)]
pub enum FolderError {
    /// A file of it cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of it does not hold what it should.
    #[error("{path}: {problem}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// What one folder holds.
struct Run {
    row: RunRow,
    metrics: BTreeMap<String, Option<f64>>,
    settings: BTreeMap<String, String>,
}

/// Reads the folders of runs, in the order given.
///
/// # Errors
/// [`FolderError`] with the file concerned.
pub fn read(folders: &[PathBuf]) -> Result<SweepTable, FolderError> {
    let mut runs = Vec::with_capacity(folders.len());
    for folder in folders {
        runs.push(run(folder)?);
    }
    let metrics: BTreeSet<&String> = runs.iter().flat_map(|run| run.metrics.keys()).collect();
    let metrics: Vec<String> = metrics.into_iter().cloned().collect();
    let keys: BTreeSet<&String> = runs.iter().flat_map(|run| run.settings.keys()).collect();
    let differs = |key: &&String| {
        let first = runs.first().and_then(|run| run.settings.get(*key));
        runs.iter().any(|run| run.settings.get(*key) != first)
    };
    let factors: Vec<String> = keys.into_iter().filter(differs).cloned().collect();
    let mut rows = Vec::with_capacity(runs.len());
    for (k, run) in runs.into_iter().enumerate() {
        let level = |key: &String| run.settings.get(key).cloned().unwrap_or_default();
        let value = |key: &String| run.metrics.get(key).copied().flatten();
        let mut row = run.row;
        row.run_id = u32::try_from(k).unwrap_or(u32::MAX);
        row.levels = factors.iter().map(level).collect();
        row.values = metrics.iter().map(value).collect();
        rows.push(row);
    }
    Ok(SweepTable {
        factors,
        metrics,
        rows,
    })
}

fn run(folder: &Path) -> Result<Run, FolderError> {
    let manifest_path = folder.join("manifest.json");
    let manifest = json(&manifest_path)?;
    let wrong = |path: &Path, problem: &str| FolderError::Wrong {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    let text = |key: &str| {
        let found = manifest.get(key).and_then(Value::as_str);
        let problem = format!("the text `{key}` is missing");
        found
            .map(str::to_owned)
            .ok_or_else(|| wrong(&manifest_path, &problem))
    };
    let seed = manifest.get("seed").and_then(Value::as_u64);
    let simulated = &manifest["simulated"];
    let error = match simulated["complete"].as_bool() {
        Some(true) => None,
        _ => Some("it did not reach its horizon".to_owned()),
    };
    let summary_path = folder.join("summary.json");
    let summary = json(&summary_path)?;
    let listed = summary.get("metrics").and_then(Value::as_object);
    let listed = listed.ok_or_else(|| wrong(&summary_path, "`metrics` is missing"))?;
    let mut metrics = BTreeMap::new();
    for (key, metric) in listed {
        metrics.insert(key.clone(), metric["value"].as_f64());
    }
    let scenario_path = folder.join("scenario.toml");
    let document: toml::Table = toml::from_str(&file(&scenario_path)?)
        .map_err(|error| wrong(&scenario_path, error.message()))?;
    let city = text("city")?;
    let mut settings = BTreeMap::new();
    for (key, value) in &document {
        if !NO_SETTING.contains(&key.as_str()) {
            flatten(key, value, &mut settings);
        }
    }
    Ok(Run {
        row: RunRow {
            run_id: 0,
            point: 0,
            scenario: text("scenario")?,
            city,
            controller: controller(&text("controller")?, &document),
            replication: 1,
            seed: seed.ok_or_else(|| wrong(&manifest_path, "the number `seed` is missing"))?,
            split: Split::HeldOut,
            levels: Vec::new(),
            error,
            config_hash: text("config_hash")?,
            state_hash: text("state_hash")?,
            values: Vec::new(),
        },
        metrics,
        settings,
    })
}

/// A controller with constants of its own, set without a name, is another controller: it is called by them.
fn controller(name: &str, document: &toml::Table) -> String {
    let name = short_name(name);
    let set = document
        .get("controller_parameters")
        .and_then(toml::Value::as_table);
    match set {
        Some(set) if !set.is_empty() && !document.contains_key("controller_base") => {
            let set: Vec<String> = set.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            format!("{name} ({})", set.join(", "))
        }
        _ => name.to_owned(),
    }
}

/// The leaves of a value by dotted path; an array is a leaf.
fn flatten(path: &str, value: &toml::Value, into: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{path}.{key}"), value, into);
            }
        }
        value => {
            into.insert(path.to_owned(), value.to_string());
        }
    }
}

fn file(path: &Path) -> Result<String, FolderError> {
    fs::read_to_string(path).map_err(|source| FolderError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn json(path: &Path) -> Result<Value, FolderError> {
    serde_json::from_str(&file(path)?).map_err(|error| FolderError::Wrong {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(room: &Path, name: &str, seed: u64, scenario: &str) -> PathBuf {
        let folder = room.join(name);
        fs::create_dir(&folder).unwrap();
        let manifest = format!(
            "{{\"scenario\": \"calm-day\", \"city\": \"lakeside\", \"controller\": \"rules\", \"seed\": {seed}, \
             \"config_hash\": \"a\", \"state_hash\": \"b\", \"simulated\": {{\"complete\": true}}}}"
        );
        let summary = "{\"metrics\": {\"b\": {\"value\": 1.5}, \"a\": {\"value\": null}}}";
        fs::write(folder.join("manifest.json"), manifest).unwrap();
        fs::write(folder.join("summary.json"), summary).unwrap();
        fs::write(folder.join("scenario.toml"), scenario).unwrap();
        folder
    }

    #[test]
    fn settings_that_differ_are_factors_and_the_desk_is_none() {
        let room = tempfile::tempdir().unwrap();
        let first = "hours = 2.0\nseed = 1\n[weather]\nmean = 3\nwind = 1\n";
        let second = "hours = 2.0\nseed = 2\n[weather]\nmean = 4\nwind = 1\n[controller_parameters]\nx = 1\n";
        let folders = [
            folder(room.path(), "one", 1, first),
            folder(room.path(), "two", 2, second),
        ];
        let table = read(&folders).unwrap();
        assert_eq!(table.factors, ["weather.mean"]);
        assert_eq!(table.metrics, ["a", "b"]);
        assert_eq!(table.rows[1].levels, ["4"]);
        assert_eq!(table.rows[1].values, [None, Some(1.5)]);
        assert_eq!(table.rows[0].controller, "rules");
        assert_eq!(table.rows[1].controller, "rules (x = 1)");
    }

    #[test]
    fn what_is_no_run_is_named() {
        let room = tempfile::tempdir().unwrap();
        let error = read(&[room.path().to_owned()]).unwrap_err().to_string();
        assert!(error.contains("manifest.json"), "{error}");
        let bad = folder(room.path(), "bad", 1, "hours = ");
        assert!(matches!(read(&[bad]), Err(FolderError::Wrong { .. })));
    }
}
