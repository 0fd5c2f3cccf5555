//! A shard: some consecutive runs of a plan, carried out on one thread, and the folder with their result.
//!
//! The result is a function of plan, number of the shard and program alone. It is valid when `done.json`, written last,
//! says so and the part has the hash that stands there. Several attempts at one shard may run at once, on several
//! machines: they write the same bytes. It puts no parts together.

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use crate::experiment::execute::Go;
use crate::experiment::measured::measure;
use crate::experiment::part::Part;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::SweepPlan;
use crate::experiment::preparation::Preparation;
use crate::experiment::table::TableError;
use serde::Deserialize;
use serde::Serialize;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// Version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name of the file with the rows.
const PART: &str = "part.json";

/// Name of the file that makes a result valid.
const DONE: &str = "done.json";

/// `done.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    /// Version of the program that wrote it.
    autopolis: String,
    /// Hash of the plan.
    plan: String,
    /// Number of the shard.
    shard: usize,
    /// Number of its first run.
    first_run: u32,
    /// How many runs it holds.
    runs: usize,
    /// BLAKE3 hash of the part, hexadecimal.
    part: String,
}

/// Why a result that is there cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// Bytes changed, or are missing.
    #[error("is corrupted: {0}")]
    Corrupted(String),
    /// Another version of the program wrote it.
    #[error("was computed by autopolis {0}, this is {VERSION}")]
    Version(String),
    /// It belongs to another plan.
    #[error("belongs to another plan ({0})")]
    Plan(String),
    /// It holds other runs.
    #[error("holds other runs than shard {shard} of this plan: {runs} from run {first_run} on")]
    Runs {
        /// Number of the shard.
        shard: usize,
        /// First run that it holds.
        first_run: u32,
        /// How many it holds.
        runs: usize,
    },
}

/// Why a shard gave no result.
#[derive(Debug, Error)]
pub enum ShardError {
    /// It was asked to stop.
    #[error("stopped")]
    Stopped,
    /// A run failed and failures were not to be kept.
    #[error("run {run_id} failed: {error}")]
    Failed {
        /// Number of the run.
        run_id: u32,
        /// Why.
        error: String,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A table that cannot be written: a defect.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A part that cannot be written: a defect.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// What happens to a run that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failures {
    /// It becomes a row.
    Keep,
    /// It ends the shard.
    Refuse,
}

/// A shard of a plan, and where its result belongs.
#[derive(Clone, Copy, Debug)]
pub struct Shard<'a> {
    /// The plan.
    pub plan: &'a SweepPlan,
    /// Its hash.
    pub plan_hash: &'a str,
    /// Number of the shard, from 0.
    pub id: usize,
    /// The folder that holds the folders of all shards.
    pub shards: &'a Path,
}

impl Shard<'_> {
    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.shards.join(format!("{:05}", self.id))
    }

    fn runs(&self) -> &[PlannedRun] {
        self.plan.shard(self.id)
    }

    /// The result that is there; none if there is none.
    ///
    /// # Errors
    /// [`Flaw`] if it cannot be used.
    pub fn result(&self) -> Result<Option<Part>, Flaw> {
        let folder = self.folder();
        let bytes = match std::fs::read(folder.join(DONE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Flaw::Corrupted(format!("{DONE}: {error}"))),
        };
        let corrupted =
            |name: &str, why: &dyn std::fmt::Display| Flaw::Corrupted(format!("{name}: {why}"));
        let done: Done = serde_json::from_slice(&bytes).map_err(|e| corrupted(DONE, &e))?;
        if done.autopolis != VERSION {
            return Err(Flaw::Version(done.autopolis));
        }
        if done.plan != self.plan_hash {
            return Err(Flaw::Plan(done.plan));
        }
        if (done.shard, done.first_run, done.runs) != self.extent() {
            return Err(Flaw::Runs {
                shard: self.id,
                first_run: done.first_run,
                runs: done.runs,
            });
        }
        let part = std::fs::read(folder.join(PART)).map_err(|e| corrupted(PART, &e))?;
        if blake3::hash(&part).to_hex().as_str() != done.part {
            return Err(corrupted(
                PART,
                &"its bytes are not those that were written",
            ));
        }
        let part = serde_json::from_slice(&part).map_err(|e| corrupted(PART, &e))?;
        Ok(Some(part))
    }

    /// Number, first run and count of runs.
    fn extent(&self) -> (usize, u32, usize) {
        let runs = self.runs();
        (self.id, runs.first().map_or(0, |r| r.run_id), runs.len())
    }

    /// Carries out its runs and writes the result over any that is there. `watch` is asked after every step whether to go
    /// on; `ran` is told each run that ended, with its error if it failed.
    ///
    /// # Errors
    /// [`ShardError`]; then no new result is there.
    pub fn carry_out(
        &self,
        preparation: &Preparation,
        failures: Failures,
        watch: impl Fn() -> Go,
        ran: impl Fn(u32, Option<&str>),
    ) -> Result<Part, ShardError> {
        let mut part = Part::default();
        for run in self.runs() {
            let measured =
                measure(preparation, self.plan, run, &watch).ok_or(ShardError::Stopped)?;
            let error = measured.row.error.as_deref();
            ran(run.run_id, error);
            if let (Some(error), Failures::Refuse) = (error, failures) {
                return Err(ShardError::Failed {
                    run_id: run.run_id,
                    error: error.to_owned(),
                });
            }
            part.add(&self.plan.factors, &measured)?;
        }
        if watch() == Go::Pause {
            return Err(ShardError::Stopped);
        }
        self.write(&part)?;
        Ok(part)
    }

    fn write(&self, part: &Part) -> Result<(), ShardError> {
        let bytes = serde_json::to_vec(part)?;
        let (shard, first_run, runs) = self.extent();
        let done = Done {
            autopolis: VERSION.to_owned(),
            plan: self.plan_hash.to_owned(),
            shard,
            first_run,
            runs,
            part: blake3::hash(&bytes).to_hex().to_string(),
        };
        let done = serde_json::to_vec_pretty(&done)?;
        let folder = self.folder();
        std::fs::create_dir_all(&folder).map_err(durable::at(&folder))?;
        // A twin attempt writes the same two files, so that any order of its steps and ours leaves a valid result.
        durable::write(&folder, PART, &bytes)?;
        durable::write(&folder, DONE, &done)?;
        durable::sync_folder(&folder)?;
        durable::sync_folder(self.shards)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use std::fs;

    fn carried_out(shard: &Shard<'_>) -> Part {
        let preparation = Preparation::default();
        let ran = |_: u32, _: Option<&str>| ();
        let part = shard.carry_out(&preparation, Failures::Keep, || Go::On, ran);
        part.unwrap()
    }

    #[test]
    fn a_result_is_kept_and_every_flaw_of_it_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(&["none", "rules"], 2);
        let hash = plan.hash();
        let shard = Shard {
            plan: &plan,
            plan_hash: &hash,
            id: 1,
            shards: folder.path(),
        };
        assert_eq!(shard.result(), Ok(None));
        let part = carried_out(&shard);
        assert_eq!(part.runs.lines().count(), 2);
        assert_eq!(shard.result(), Ok(Some(part.clone())));

        let done = shard.folder().join(DONE);
        let good = fs::read_to_string(&done).unwrap();
        fs::write(&done, good.replace(VERSION, "0.0.1")).unwrap();
        assert_eq!(shard.result(), Err(Flaw::Version("0.0.1".to_owned())));
        fs::write(&done, good.replace(&hash, "beef")).unwrap();
        assert_eq!(shard.result(), Err(Flaw::Plan("beef".to_owned())));
        fs::write(&done, &good[..good.len() / 2]).unwrap();
        assert!(matches!(shard.result(), Err(Flaw::Corrupted(_))));
        fs::write(&done, &good).unwrap();

        let file = shard.folder().join(PART);
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, &bytes).unwrap();
        assert!(matches!(shard.result(), Err(Flaw::Corrupted(_))));
        assert_eq!(carried_out(&shard), part);
        assert_eq!(shard.result(), Ok(Some(part)));

        let mut other = plan.clone();
        other.runs_per_shard = 1;
        let resized = Shard {
            plan: &other,
            ..shard
        };
        assert!(matches!(resized.result(), Err(Flaw::Runs { .. })));
    }

    #[test]
    fn a_refused_failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(&["none", "rulse"], 1);
        let hash = plan.hash();
        let shard = Shard {
            plan: &plan,
            plan_hash: &hash,
            id: 0,
            shards: folder.path(),
        };
        let preparation = Preparation::default();
        let ran = |_: u32, _: Option<&str>| ();
        let refused = shard.carry_out(&preparation, Failures::Refuse, || Go::On, ran);
        assert!(matches!(refused, Err(ShardError::Failed { run_id: 1, .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(carried_out(&shard).failed.len(), 1);
    }
}
