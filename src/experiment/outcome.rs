//! What a sweep came to, read back from its folder: the plan, the runs, and the tables by run. It checks that they belong together; it
//! computes nothing and writes nothing.

use crate::experiment::folder::EXPERIMENT;
use crate::experiment::folder::MANIFEST;
use crate::experiment::folder::PLAN;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;
use crate::experiment::table::RunRow;
use crate::experiment::table::SweepTable;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// A row a run.
const RUNS_FILE: &str = "runs.csv";

/// Why a sweep's folder cannot be read.
#[derive(Debug, Error)]
pub enum OutcomeError {
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
    /// A row belongs to no run of the plan, or to a run that the plan describes otherwise.
    #[error("{path} does not belong to the plan beside it: {problem}")]
    OtherPlan {
        /// The file.
        path: PathBuf,
        /// What differs.
        problem: String,
    },
}

impl OutcomeError {
    /// Whether files contradict each other, rather than one being missing or wrong.
    #[must_use]
    pub fn is_mismatch(&self) -> bool {
        matches!(self, Self::OtherPlan { .. })
    }
}

/// A row of `districts.csv`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DistrictRow {
    /// Its run.
    pub run_id: u32,
    /// Identifier in its city.
    pub district: String,
    /// Name.
    pub name: String,
    /// Customers.
    pub customers: f64,
    /// Income quintile, 1 poorest to 5.
    pub income_quintile: u8,
    /// Minutes without supply, mean over customers.
    pub outage_min_per_customer: Option<f64>,
}

/// A row of `events.csv`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EventCount {
    /// Its run.
    pub run_id: u32,
    /// What happened.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// Customers who lost supply by it, in sum.
    pub customers: f64,
}

/// A row of `decisions.csv`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DecisionCount {
    /// Its run.
    pub run_id: u32,
    /// Who gave the commands.
    pub actor: String,
    /// What became of them.
    pub outcome: String,
    /// How many.
    pub count: u64,
}

/// `timeseries.csv`: rows of runs and times, a column a recorded point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesTable {
    /// Names of the columns after run and time.
    pub names: Vec<String>,
    /// Run, time in seconds, values in order of the names (none where a run had none).
    pub rows: Vec<(u32, u64, Vec<Option<f64>>)>,
}

/// What a sweep's folder holds.
#[derive(Clone, Debug)]
pub struct SweepOutcome {
    /// The plan.
    pub plan: SweepPlan,
    /// The experiment as it was given; empty if it was not kept.
    pub experiment: String,
    /// `runs.csv`.
    pub table: SweepTable,
    /// `timeseries.csv`.
    pub series: SeriesTable,
    /// `districts.csv`.
    pub districts: Vec<DistrictRow>,
    /// `events.csv`.
    pub events: Vec<EventCount>,
    /// `decisions.csv`.
    pub decisions: Vec<DecisionCount>,
    /// Tables with the hash of their bytes (BLAKE3, hexadecimal), by name: what the report rests on. The plan's file is
    /// not among them, since it holds the size of shards, which decides no result.
    pub hashes: Vec<(&'static str, String)>,
}

impl SweepOutcome {
    /// Whether a folder is a sweep's, by what it holds.
    #[must_use]
    pub fn is_one(dir: &Path) -> bool {
        dir.join(PLAN).is_file()
    }

    /// Reads a folder.
    ///
    /// # Errors
    /// [`OutcomeError`] with the file.
    pub fn read(dir: &Path) -> Result<Self, OutcomeError> {
        let mut files = Files {
            dir,
            hashes: Vec::new(),
        };
        let plan: SweepPlan = files.json(PLAN)?;
        files.hashes.clear();
        let experiment = if dir.join(EXPERIMENT).is_file() {
            let bytes = files.bytes(EXPERIMENT)?;
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            String::new()
        };
        let bytes = files.bytes(RUNS_FILE)?;
        let table = SweepTable::read(bytes.as_slice()).map_err(|e| files.wrong(RUNS_FILE, &e))?;
        let series = files.series()?;
        let districts: Vec<DistrictRow> = files.rows("districts.csv")?;
        let events: Vec<EventCount> = files.rows("events.csv")?;
        let decisions: Vec<DecisionCount> = files.rows("decisions.csv")?;
        let folder = Self {
            plan,
            experiment,
            table,
            series,
            districts,
            events,
            decisions,
            hashes: files.hashes,
        };
        folder.check(dir)?;
        Ok(folder)
    }

    /// Runs of the plan without a row.
    #[must_use]
    pub fn missing(&self) -> Vec<&PlannedRun> {
        let there: Vec<u32> = self.table.rows.iter().map(|r| r.run_id).collect();
        let planned = self.plan.runs.iter();
        planned
            .filter(|r| there.binary_search(&r.run_id).is_err())
            .collect()
    }

    /// The rows that are evidence: ended at their horizon, on a seed kept apart.
    pub fn evidence(&self) -> impl Iterator<Item = &RunRow> {
        let rows = self.table.rows.iter();
        rows.filter(|r| r.error.is_none() && r.split == Split::HeldOut)
    }

    /// Every table's rows belong to runs of the plan, and the runs are what the plan says.
    fn check(&self, dir: &Path) -> Result<(), OutcomeError> {
        let other = |name: &str, problem: String| OutcomeError::OtherPlan {
            path: dir.join(name),
            problem,
        };
        if self.table.factors != self.plan.factors {
            let problem = format!(
                "its factors are {:?}, the plan's {:?}",
                self.table.factors, self.plan.factors
            );
            return Err(other(RUNS_FILE, problem));
        }
        let mut last = None;
        for row in &self.table.rows {
            let id = row.run_id;
            if last.is_some_and(|l| l >= id) {
                return Err(other(RUNS_FILE, format!("run {id} is out of order")));
            }
            last = Some(id);
            let Some(planned) = self.planned(id) else {
                return Err(other(RUNS_FILE, format!("the plan has no run {id}")));
            };
            let same = planned.seed == row.seed
                && planned.point == row.point
                && planned.replication == row.replication
                && planned.split == row.split
                && planned.levels == row.levels
                && planned.controller == row.controller;
            if !same {
                return Err(other(
                    RUNS_FILE,
                    format!("run {id} has another seed, point or controller"),
                ));
            }
        }
        let known = |name: &str, id: u32| match self.planned(id) {
            Some(_) => Ok(()),
            None => Err(other(name, format!("the plan has no run {id}"))),
        };
        for (id, _, _) in &self.series.rows {
            known("timeseries.csv", *id)?;
        }
        for row in &self.districts {
            known("districts.csv", row.run_id)?;
        }
        for row in &self.events {
            known("events.csv", row.run_id)?;
        }
        for row in &self.decisions {
            known("decisions.csv", row.run_id)?;
        }
        Ok(())
    }

    fn planned(&self, id: u32) -> Option<&PlannedRun> {
        let runs = &self.plan.runs;
        let at = runs.get(id as usize).filter(|r| r.run_id == id);
        at.or_else(|| runs.iter().find(|r| r.run_id == id))
    }
}

/// The files of a folder, hashed as they are read.
struct Files<'a> {
    dir: &'a Path,
    hashes: Vec<(&'static str, String)>,
}

impl Files<'_> {
    fn wrong(&self, name: &str, problem: &dyn std::fmt::Display) -> OutcomeError {
        OutcomeError::Wrong {
            path: self.dir.join(name),
            problem: problem.to_string(),
        }
    }

    fn bytes(&mut self, name: &'static str) -> Result<Vec<u8>, OutcomeError> {
        let path = self.dir.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let hash = blake3::hash(&bytes).to_hex().to_string();
                self.hashes.push((name, hash));
                Ok(bytes)
            }
            Err(source) => Err(OutcomeError::Unreadable { path, source }),
        }
    }

    fn json<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, OutcomeError> {
        let bytes = self.bytes(name)?;
        serde_json::from_slice(&bytes).map_err(|e| self.wrong(name, &e))
    }

    fn rows<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Vec<T>, OutcomeError> {
        let bytes = self.bytes(name)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
        rows.map_err(|e| self.wrong(name, &e))
    }

    fn series(&mut self) -> Result<SeriesTable, OutcomeError> {
        const NAME: &str = "timeseries.csv";
        let bytes = self.bytes(NAME)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let mut names: Vec<String> = match reader.headers() {
            Ok(names) => names.iter().map(str::to_owned).collect(),
            Err(e) => return Err(self.wrong(NAME, &e)),
        };
        if names.get(..2) != Some(&["run_id".to_owned(), "t_s".to_owned()]) {
            return Err(self.wrong(NAME, &"line 1: it must begin with `run_id,t_s`"));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| self.wrong(NAME, &e))?;
            let line = record.position().map_or(0, csv::Position::line);
            let bad = |k: usize| {
                let name = names.get(k).map_or("", String::as_str);
                let found = record.get(k).unwrap_or_default();
                self.wrong(
                    NAME,
                    &format!("line {line}: `{name}` = `{found}` is no number"),
                )
            };
            let at = |k: usize| record.get(k).unwrap_or_default();
            let id = at(0).parse().map_err(|_| bad(0))?;
            let t_s = at(1).parse().map_err(|_| bad(1))?;
            let mut values = Vec::with_capacity(names.len() - 2);
            for k in 2..names.len() {
                values.push(match at(k) {
                    "" => None,
                    text => match text.parse::<f64>() {
                        Ok(value) if value.is_finite() => Some(value),
                        _ => return Err(bad(k)),
                    },
                });
            }
            rows.push((id, t_s, values));
        }
        Ok(SeriesTable {
            names: names.split_off(2),
            rows,
        })
    }
}

/// Checks the files of a finished sweep against the hashes in its manifest, where it has one.
///
/// # Errors
/// [`OutcomeError::Wrong`] if the manifest does not read; [`OutcomeError::OtherPlan`] if a file was changed.
pub fn check_manifest(dir: &Path, folder: &SweepOutcome) -> Result<(), OutcomeError> {
    let path = dir.join(MANIFEST);
    let Ok(bytes) = std::fs::read(&path) else {
        return Ok(());
    };
    let manifest: Value = serde_json::from_slice(&bytes).map_err(|e| OutcomeError::Wrong {
        path,
        problem: e.to_string(),
    })?;
    for (name, hash) in &folder.hashes {
        let noted = manifest.get("files").and_then(|files| files.get(*name));
        if noted.and_then(Value::as_str).is_some_and(|n| n != hash) {
            return Err(OutcomeError::OtherPlan {
                path: dir.join(name),
                problem: "its hash is not the manifest's; it was changed after the sweep"
                    .to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PLANNED: &str = r#"{"autopolis":"0","name":"a","description":"","baseline":"none","metrics":["ens_mwh"],"series":[],
        "series_interval_s":60,"hours":null,"set":[],"factors":[],"runs_per_shard":1,"runs":[{"run_id":0,"point":0,
        "scenario":"s","city":null,"controller":"none","replication":1,"seed":7,"split":"held-out","levels":[]}]}"#;
    const HEAD: &str = "run_id,point,scenario,city,controller,replication,seed,split,status,error,config_hash,state_hash,ens_mwh\n";

    /// A folder with one row of each of two tables.
    fn folder(run: &str, series: &str) -> tempfile::TempDir {
        let tmp = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(tmp.path().join(name), text).unwrap();
        write(PLAN, PLANNED);
        write(RUNS_FILE, &format!("{HEAD}{run}\n"));
        write("timeseries.csv", &format!("run_id,t_s,a_mw\n{series}\n"));
        write(
            "districts.csv",
            "run_id,district,name,customers,income_quintile,outage_min_per_customer,unserved_mwh,customers_interrupted\n",
        );
        write("events.csv", "run_id,kind,count,customers\n");
        write("decisions.csv", "run_id,actor,outcome,count\n");
        tmp
    }

    const GOOD: &str = "0,0,s,c,none,1,7,held-out,ok,,a,b,1.5";

    #[test]
    fn what_belongs_together_is_read() {
        let tmp = folder(GOOD, "0,3600,2");
        let read = SweepOutcome::read(tmp.path()).unwrap();
        assert_eq!(read.series.rows, [(0, 3600, vec![Some(2.0)])]);
        assert!(read.missing().is_empty() && read.evidence().count() == 1);
        // The plan's own file is not among what the report rests on.
        assert!(read.hashes.iter().all(|(name, _)| *name != PLAN));
    }

    #[test]
    fn rows_of_another_plan_are_told() {
        let other_seed = folder(&GOOD.replace(",7,", ",8,"), "0,3600,2");
        let other_run = folder(GOOD, "9,3600,2");
        for tmp in [other_seed, other_run] {
            let error = SweepOutcome::read(tmp.path()).unwrap_err();
            assert!(error.is_mismatch(), "{error}");
        }
    }

    #[test]
    fn wrong_fields_are_named_with_their_line() {
        let tmp = folder(GOOD, "0,3600,much");
        let error = SweepOutcome::read(tmp.path()).unwrap_err().to_string();
        assert!(
            error.contains("timeseries.csv: line 2: `a_mw` = `much`"),
            "{error}"
        );
        fs::remove_file(tmp.path().join("events.csv")).unwrap();
        let tmp = folder(GOOD, "0,3600,2");
        fs::remove_file(tmp.path().join("events.csv")).unwrap();
        let error = SweepOutcome::read(tmp.path()).unwrap_err();
        assert!(
            !error.is_mismatch() && error.to_string().contains("events.csv"),
            "{error}"
        );
    }
}
