//! What a run's folder holds, read back for its report: manifest, metrics, story, events, districts, decisions, charts.
//!
//! Every file is checked against its hash in the manifest, so that a report never speaks of numbers that were changed
//! afterwards. The time at which the run was computed is left out: a report is a function of results.

use crate::results::charts::CHARTS;
use crate::results::metrics;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// Name of the report in a folder.
pub const REPORT_FILE: &str = "report.html";

/// Why a folder cannot be read.
#[derive(Debug, Error)]
pub enum FolderError {
    /// A file is missing or unreadable.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path}: {problem}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file is not the one that the manifest names.
    #[error("{path} was changed after it was written: its hash is not the manifest's")]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

/// A metric with its value.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MetricRow {
    /// Key.
    #[serde(skip)]
    pub key: String,
    /// Value; none where it is not defined for this run.
    pub value: Option<f64>,
    /// Unit; `1` for a plain number.
    pub unit: String,
    /// `lower`, `higher` or `neither`.
    pub better: String,
    /// What it is.
    pub definition: String,
}

/// A row of `events.csv`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EventRow {
    /// Local standard time, ISO 8601.
    pub local_time: String,
    /// Number.
    pub event: u64,
    /// What happened.
    pub kind: String,
    /// To which element; empty if to none.
    pub element: String,
    /// Number of the event that caused it.
    pub cause: Option<u64>,
    /// Customers who lost (positive) or regained supply; none where the number was not finite.
    pub customers: Option<f64>,
    /// In words.
    pub note: String,
}

/// A row of `districts.csv`; what a run did not record is missing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DistrictRow {
    /// Name.
    pub name: String,
    /// People.
    pub population: f64,
    /// Customers.
    pub customers: f64,
    /// Income quintile, 1 poorest to 5.
    pub income_quintile: u8,
    /// Energy not supplied, MWh.
    pub unserved_mwh: Option<f64>,
    /// Minutes without supply, mean over customers.
    pub outage_min_per_customer: Option<f64>,
    /// Most customers without supply at one time.
    pub max_customers_out: Option<f64>,
}

/// A row of `decisions.csv`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DecisionLine {
    /// Who gave the command.
    pub actor: String,
    /// The point it sets.
    pub point: String,
    /// `applied`, `clipped`, `rate_limited` or `refused`.
    pub outcome: String,
    /// Why it was given.
    pub reason: String,
}

/// A table of the folder with its columns, from `datapackage.json`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct TableRow {
    /// File.
    pub path: String,
    /// What it holds.
    pub description: String,
    schema: Schema,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Schema {
    fields: Vec<Field>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Unit; empty if none.
    #[serde(default)]
    pub unit: String,
    /// What it is.
    pub description: String,
}

impl TableRow {
    /// Its columns.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.schema.fields
    }
}

/// A run's folder.
#[derive(Clone, Debug)]
pub struct RunFolder {
    /// `manifest.json` without what the report must not depend on.
    pub manifest: Value,
    /// Metrics in the order of the registry.
    pub metrics: Vec<MetricRow>,
    /// The story, a sentence or more a line.
    pub story: Vec<String>,
    /// Events in order.
    pub events: Vec<EventRow>,
    /// Districts in order.
    pub districts: Vec<DistrictRow>,
    /// Commands in order.
    pub decisions: Vec<DecisionLine>,
    /// Charts in reading order: name, what it shows, SVG text.
    pub charts: Vec<(&'static str, &'static str, String)>,
    /// Tables.
    pub tables: Vec<TableRow>,
}

#[derive(Deserialize)]
struct Summary {
    metrics: BTreeMap<String, MetricRow>,
    story: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    resources: Vec<TableRow>,
}

impl RunFolder {
    /// Reads a finished folder.
    ///
    /// # Errors
    /// [`FolderError`] with the file.
    pub fn read(dir: &Path) -> Result<Self, FolderError> {
        let path = dir.join("manifest.json");
        let bytes = bytes_of(&path)?;
        let manifest = serde_json::from_slice(&bytes).map_err(|e| FolderError::Wrong {
            path,
            problem: e.to_string(),
        })?;
        Self::with_manifest(dir, manifest)
    }

    /// Reads a folder whose manifest is at hand, as while it is being written.
    ///
    /// # Errors
    /// [`FolderError`] with the file.
    pub fn with_manifest(dir: &Path, mut manifest: Value) -> Result<Self, FolderError> {
        if let Some(all) = manifest.as_object_mut() {
            all.remove("wall_clock");
        }
        if let Some(files) = manifest.get_mut("files").and_then(Value::as_object_mut) {
            files.remove(REPORT_FILE);
        }
        let files = Files {
            dir,
            manifest: &manifest,
        };
        let summary: Summary = files.json("summary.json")?;
        let mut by_key = summary.metrics;
        let mut metrics: Vec<MetricRow> = Vec::with_capacity(by_key.len());
        for key in metrics::all().map(|m| m.key) {
            if let Some(row) = by_key.remove(key) {
                let key = key.to_owned();
                metrics.push(MetricRow { key, ..row });
            }
        }
        metrics.extend(
            by_key
                .into_iter()
                .map(|(key, row)| MetricRow { key, ..row }),
        );
        let package: Package = files.json("datapackage.json")?;
        let mut charts = Vec::new();
        for chart in CHARTS {
            let name = format!("charts/{}.svg", chart.name);
            if files.hash(&name).is_some() {
                let bytes = files.checked(&name)?;
                let svg = String::from_utf8(bytes).map_err(|e| files.wrong(&name, &e))?;
                charts.push((chart.name, chart.about, svg));
            }
        }
        Ok(Self {
            metrics,
            story: summary.story,
            events: files.table("events.csv")?,
            districts: files.table("districts.csv")?,
            decisions: files.table("decisions.csv")?,
            charts,
            tables: package.resources,
            manifest,
        })
    }

    /// A text of the manifest; empty if it is not there.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.manifest
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A metric's row.
    #[must_use]
    pub fn metric(&self, key: &str) -> Option<&MetricRow> {
        self.metrics.iter().find(|m| m.key == key)
    }

    /// A metric's value.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<f64> {
        self.metric(key)?.value
    }

    /// Files with their hashes, by name.
    #[must_use]
    pub fn hashes(&self) -> Vec<(&str, &str)> {
        let files = self.manifest.get("files").and_then(Value::as_object);
        let pairs = files.into_iter().flatten();
        pairs
            .filter_map(|(name, hash)| Some((name.as_str(), hash.as_str()?)))
            .collect()
    }
}

/// The files of a folder with the manifest that names their hashes.
struct Files<'a> {
    dir: &'a Path,
    manifest: &'a Value,
}

impl Files<'_> {
    fn hash(&self, name: &str) -> Option<&str> {
        self.manifest.get("files")?.get(name)?.as_str()
    }

    fn wrong(&self, name: &str, problem: &dyn std::fmt::Display) -> FolderError {
        FolderError::Wrong {
            path: self.dir.join(name),
            problem: problem.to_string(),
        }
    }

    fn checked(&self, name: &str) -> Result<Vec<u8>, FolderError> {
        let path = self.dir.join(name);
        let Some(hash) = self.hash(name) else {
            return Err(self.wrong(
                "manifest.json",
                &format!("`files` does not name `{name}`: not the folder of a run"),
            ));
        };
        let bytes = bytes_of(&path)?;
        if blake3::hash(&bytes).to_hex().as_str() == hash {
            Ok(bytes)
        } else {
            Err(FolderError::Changed { path })
        }
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, FolderError> {
        serde_json::from_slice(&self.checked(name)?).map_err(|e| self.wrong(name, &e))
    }

    fn table<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, FolderError> {
        let bytes = self.checked(name)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
        rows.map_err(|e| self.wrong(name, &e))
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, FolderError> {
    std::fs::read(path).map_err(|source| FolderError::Unreadable {
        path: path.to_path_buf(),
        source,
    })
}
