//! What can go wrong with a sweep's folder, shards and merge, with exit codes and advice.

use crate::cli::exit::CliError;
use crate::experiment::durable::DiskError;
use crate::experiment::folder::FolderError;
use crate::experiment::lock::LockError;
use crate::experiment::merge::MergeError;
use crate::experiment::shard::Flaw;
use crate::experiment::shard::ShardError;
use crate::experiment::sweep::SweepError;

const DEFECT: &str = "this is a defect: please report it";

/// The disk refused.
pub(super) fn disk(error: DiskError) -> CliError {
    CliError::failed(
        error.to_string(),
        "is the disk full, or the folder not yours?",
    )
}

/// A folder that cannot be used.
pub(super) fn folder(error: FolderError) -> CliError {
    let said = error.to_string();
    match error {
        FolderError::Disk(error) | FolderError::Lock(LockError::Disk(error)) => disk(error),
        FolderError::Lock(LockError::Held(_)) => CliError::usage(
            said,
            "wait for it, stop it, or choose another folder with --out",
        ),
        FolderError::Foreign(_) => CliError::usage(said, "choose another folder with --out"),
        FolderError::OtherPlan(_) => CliError::usage(
            said,
            "the experiment, its files or the version have changed: choose another folder with --out, or begin anew with --force",
        ),
        FolderError::Unfinished(_) => CliError::usage(
            said,
            "go on with it by --resume, or begin anew with --force",
        ),
        FolderError::NoPlan { .. } => {
            CliError::input(said, "`autopolis plan EXPERIMENT --out DIR` writes one")
        }
    }
}

/// A shard's result that cannot be used.
pub(super) fn flaw(shard: usize, flaw: &Flaw) -> CliError {
    CliError::mismatch(format!("shard {shard} {flaw}"), flaw_help(flaw))
}

fn flaw_help(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::Corrupted(_) => {
            "delete its folder and compute it again: `autopolis shard DIR ID`, or `autopolis sweep EXPERIMENT --out DIR --resume`"
        }
        Flaw::Version(_) => {
            "use one version for all shards: delete the folder of this one and compute it again"
        }
        Flaw::Plan(_) | Flaw::Runs { .. } => {
            "results of two plans lie in one folder: delete those of the other, or plan into a folder of its own"
        }
    }
}

/// Another version of the program made the plan.
pub(super) fn plan_version(version: &str) -> CliError {
    CliError::mismatch(
        format!(
            "the plan was made by autopolis {version}, this is {}",
            env!("CARGO_PKG_VERSION")
        ),
        "plan anew with this version, or use that one",
    )
}

/// A shard that gave no result.
pub(super) fn shard(error: ShardError) -> CliError {
    let said = error.to_string();
    match error {
        ShardError::Disk(error) => disk(error),
        ShardError::Failed { .. } => CliError::failed(
            said,
            "finished shards are kept: mend it and go on with --resume, or keep failed runs as rows with --keep-going",
        ),
        ShardError::Stopped | ShardError::Table(_) | ShardError::Json(_) => {
            CliError::failed(said, DEFECT)
        }
    }
}

/// A sweep that did not end.
pub(super) fn sweep(error: SweepError) -> CliError {
    match error {
        SweepError::Shard(error) => shard(error),
        SweepError::Threads { .. } => CliError::failed(error.to_string(), "try fewer with -j"),
    }
}

/// Shards that could not be put together.
pub(super) fn merge(error: MergeError) -> CliError {
    let said = error.to_string();
    match error {
        MergeError::Missing { .. } => CliError::incomplete(
            said,
            "compute them with `autopolis shard DIR ID`, then merge again",
        ),
        MergeError::Flawed(flawed) => {
            let help = flawed.first().map_or(DEFECT, |(_, flaw)| flaw_help(flaw));
            CliError::mismatch(said, help)
        }
        MergeError::Version(version) => plan_version(&version),
        MergeError::Disk(error) => disk(error),
        _ => CliError::failed(said, "is the disk full?"),
    }
}
