//! The folder of a sweep: what lies in it, whose it is, and who may write to it.
//!
//! It runs nothing and puts no tables together.

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use crate::experiment::lock::Lock;
use crate::experiment::lock::LockError;
use crate::experiment::plan::SweepPlan;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// The plan.
pub const PLAN: &str = "plan.json";
/// The experiment's text, as given.
pub const EXPERIMENT: &str = "experiment.toml";
/// What made the folder, and the hashes of its files; written last.
pub const MANIFEST: &str = "manifest.json";
/// Folder of the shards' results.
pub const SHARDS: &str = "shards";

/// Everything that a sweep leaves and that is deleted when another takes its place.
const OWN: [&str; 12] = [
    PLAN,
    EXPERIMENT,
    MANIFEST,
    "runs.csv",
    "timeseries.csv",
    "districts.csv",
    "events.csv",
    "decisions.csv",
    "datapackage.json",
    "report.html",
    "runs.parquet",
    "timeseries.parquet",
];

/// Why a folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Somebody else is at work in it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// It is not the folder of a sweep.
    #[error("{} exists and is not the folder of a sweep; it is left alone", .0.display())]
    Foreign(PathBuf),
    /// It holds another sweep.
    #[error("{} holds the sweep of another plan", .0.display())]
    OtherPlan(PathBuf),
    /// It holds this sweep, half done.
    #[error("{} holds this sweep, not finished", .0.display())]
    Unfinished(PathBuf),
    /// There is no plan in it.
    #[error("there is no plan in {}: {why}", .path.display())]
    NoPlan {
        /// The folder.
        path: PathBuf,
        /// What the system or the reader says.
        why: String,
    },
}

/// What a folder may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// A new sweep; a finished one of the same plan is computed again.
    New,
    /// The same sweep, wherever it stands.
    Resume,
    /// A new sweep in place of any.
    Force,
}

/// A folder that is ready for a sweep, and nobody else's while this lives.
#[derive(Debug)]
pub struct Taken {
    /// The folder.
    pub path: PathBuf,
    /// The plan as it stands in it: shards may be of another size than in the plan that was given.
    pub plan: SweepPlan,
    /// Whether it holds the finished sweep already.
    pub finished: bool,
    _lock: Lock,
}

/// Takes a folder for a sweep, makes it if need be, and writes plan and experiment into it.
///
/// # Errors
/// [`FolderError`]; then the folder is as it was before.
pub fn take(
    path: &Path,
    plan: &SweepPlan,
    document: &str,
    take: Take,
) -> Result<Taken, FolderError> {
    refuse_foreign(path)?;
    fs::create_dir_all(path).map_err(durable::at(path))?;
    let lock = Lock::take(path)?;
    // Seen with the lock in hand: another sweep may have been at work until now.
    refuse_foreign(path)?;
    let found = read_plan(path).ok();
    let same = found.filter(|found| found.hash() == plan.hash());
    let there = path.join(PLAN).exists();
    let finished = same.is_some() && is_finished(path);
    match (take, &same) {
        (Take::Force, _) => clear(path)?,
        (_, None) if there => return Err(FolderError::OtherPlan(path.to_path_buf())),
        (Take::New, Some(_)) if !finished => {
            return Err(FolderError::Unfinished(path.to_path_buf()));
        }
        // The same plan gives the same bytes: the old tables stand until the new ones replace them.
        (Take::New, Some(_)) => durable::remove_folder(&path.join(SHARDS))?,
        _ => {}
    }
    let plan = match (take, same) {
        (Take::Resume, Some(found)) => found,
        _ => plan.clone(),
    };
    write_plan(path, &plan, document)?;
    Ok(Taken {
        path: path.to_path_buf(),
        plan,
        finished: finished && take == Take::Resume,
        _lock: lock,
    })
}

/// Takes a folder with a plan in it, to put its shards together.
///
/// # Errors
/// [`FolderError::NoPlan`], [`FolderError::Lock`].
pub fn take_planned(path: &Path) -> Result<Taken, FolderError> {
    let plan = read_plan(path)?;
    Ok(Taken {
        path: path.to_path_buf(),
        plan,
        finished: false,
        _lock: Lock::take(path)?,
    })
}

/// The plan of a folder; `path` may also be the file itself.
///
/// # Errors
/// [`FolderError::NoPlan`].
pub fn read_plan(path: &Path) -> Result<SweepPlan, FolderError> {
    let file = if path.is_dir() {
        path.join(PLAN)
    } else {
        path.to_path_buf()
    };
    let none = |why: &dyn std::fmt::Display| FolderError::NoPlan {
        path: path.to_path_buf(),
        why: why.to_string(),
    };
    let bytes =
        fs::read(&file).map_err(|e| none(&format!("cannot read {}: {e}", file.display())))?;
    serde_json::from_slice(&bytes).map_err(|e| none(&format!("{}: {e}", file.display())))
}

fn write_plan(path: &Path, plan: &SweepPlan, document: &str) -> Result<(), DiskError> {
    let failed = |e: serde_json::Error| durable::at(&path.join(PLAN))(e.into());
    let mut text = serde_json::to_string_pretty(plan).map_err(failed)?;
    text.push('\n');
    // The plan first: it makes the folder a sweep's.
    durable::write(path, PLAN, text.as_bytes())?;
    durable::write(path, EXPERIMENT, document.as_bytes())?;
    fs::create_dir_all(path.join(SHARDS)).map_err(durable::at(path))?;
    durable::sync_folder(path)
}

/// Whether a folder holds all that its manifest lists, unchanged.
#[must_use]
pub fn is_finished(path: &Path) -> bool {
    let Ok(bytes) = fs::read(path.join(MANIFEST)) else {
        return false;
    };
    let Ok(manifest) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return false;
    };
    let files = manifest.get("files").cloned().unwrap_or_default();
    let Ok(files) = serde_json::from_value::<BTreeMap<String, String>>(files) else {
        return false;
    };
    let unchanged = |(name, hash): (&String, &String)| {
        let mut hasher = blake3::Hasher::new();
        let read =
            fs::File::open(path.join(name)).and_then(|mut f| std::io::copy(&mut f, &mut hasher));
        read.is_ok() && hasher.finalize().to_hex().as_str() == hash
    };
    !files.is_empty() && files.iter().all(unchanged)
}

/// A folder is a sweep's, empty, or absent; what begins with a dot does not count.
fn refuse_foreign(path: &Path) -> Result<(), FolderError> {
    let foreign = || FolderError::Foreign(path.to_path_buf());
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(foreign()),
        Err(error) => return Err(durable::at(path)(error).into()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(durable::at(path))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    let ours = names.iter().any(|name| name == PLAN);
    if ours || names.iter().all(|name| name.starts_with('.')) {
        Ok(())
    } else {
        Err(foreign())
    }
}

fn clear(path: &Path) -> Result<(), DiskError> {
    // The manifest first: without it nothing counts as finished. The plan last: it makes the folder a sweep's.
    durable::remove(&path.join(MANIFEST))?;
    durable::remove_folder(&path.join(SHARDS))?;
    for name in OWN.iter().filter(|name| **name != PLAN) {
        durable::remove(&path.join(name))?;
    }
    durable::remove(&path.join(PLAN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;

    fn taken(path: &Path, plan: &SweepPlan, how: Take) -> Result<Taken, FolderError> {
        take(path, plan, "scenario = \"calm-day\"\n", how)
    }

    #[test]
    fn whose_a_folder_is_decides_what_may_be_done() {
        let outside = tempfile::tempdir().unwrap();
        let path = outside.path().join("a/b");
        let one = plan(&["none"], 2);
        let two = plan(&["none"], 3);
        // Absent, with and without --resume.
        drop(taken(&path, &one, Take::Resume).unwrap());
        // Half done.
        let refused = taken(&path, &one, Take::New).unwrap_err();
        assert!(matches!(refused, FolderError::Unfinished(_)));
        let mut smaller = one.clone();
        smaller.runs_per_shard = 1;
        let resumed = taken(&path, &smaller, Take::Resume).unwrap();
        assert_eq!(resumed.plan.runs_per_shard, one.runs_per_shard);
        assert!(!resumed.finished);
        // At work.
        let locked = taken(&path, &one, Take::Resume).unwrap_err();
        assert!(matches!(locked, FolderError::Lock(_)), "{locked}");
        drop(resumed);
        // Another's.
        for how in [Take::New, Take::Resume] {
            let refused = taken(&path, &two, how).unwrap_err();
            assert!(matches!(refused, FolderError::OtherPlan(_)));
        }
        fs::write(path.join("notes.txt"), "mine").unwrap();
        drop(taken(&path, &two, Take::Force).unwrap());
        assert_eq!(read_plan(&path).unwrap(), two);
        assert!(path.join("notes.txt").exists());
        assert!(!path.join(".lock").exists());
        // Nobody's.
        let foreign = taken(outside.path(), &one, Take::Force).unwrap_err();
        assert!(matches!(foreign, FolderError::Foreign(_)));
    }
}
