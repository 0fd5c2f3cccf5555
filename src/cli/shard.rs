//! `autopolis shard DIR ID`: one shard of a plan, on one thread; what workers on a cluster call.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::exit::INTERRUPTED;
use crate::cli::output;
use crate::cli::sweep::stop_on_signal;
use crate::cli::sweep_failure;
use crate::experiment::execute::Go;
use crate::experiment::folder;
use crate::experiment::folder::SHARDS;
use crate::experiment::part::Part;
use crate::experiment::preparation::Preparation;
use crate::experiment::shard::Failures;
use crate::experiment::shard::Shard;
use crate::experiment::shard::ShardError;
use crate::experiment::shard::VERSION;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Arguments of `shard`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A valid result that is there is kept. Runs that fail become rows of the result, and are told: it ends with 0 all the
same, since another attempt would give the same. It ends with 5 if a result is there that is corrupted, of another
version or of another plan; with 130 if it was interrupted, nothing being left.")]
pub(super) struct Arguments {
    /// Folder that `autopolis plan` wrote, or the plan.json in it
    #[arg(value_name = "DIR")]
    plan: PathBuf,
    /// Number of the shard, from 0
    #[arg(value_name = "ID")]
    id: usize,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let plan = folder::read_plan(&arguments.plan).map_err(sweep_failure::folder)?;
    if plan.autopolis != VERSION {
        return Err(sweep_failure::plan_version(&plan.autopolis));
    }
    if arguments.id >= plan.shards() {
        return Err(CliError::usage(
            format!("there is no shard {}", arguments.id),
            format!("the plan has {} shards, numbered from 0", plan.shards()),
        ));
    }
    let shards = folder_of(&arguments.plan).join(SHARDS);
    let plan_hash = plan.hash();
    let shard = Shard {
        plan: &plan,
        plan_hash: &plan_hash,
        id: arguments.id,
        shards: &shards,
    };
    let there = shard
        .result()
        .map_err(|flaw| sweep_failure::flaw(arguments.id, &flaw))?;
    let kept = there.is_some();
    let part = match there {
        Some(part) => part,
        None => carried_out(&shard)?,
    };
    tell(&shard, kept, &part, global)
}

/// The plan may be given by its file.
fn folder_of(path: &Path) -> &Path {
    if path.is_dir() {
        return path;
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn carried_out(shard: &Shard<'_>) -> Result<Part, CliError> {
    let stop = stop_on_signal();
    let watch = || {
        if stop.load(Ordering::Relaxed) {
            Go::Pause
        } else {
            Go::On
        }
    };
    let preparation = Preparation::default();
    let part = shard.carry_out(&preparation, Failures::Keep, watch, |_, _| ());
    part.map_err(|error| match error {
        ShardError::Stopped => {
            output::tell("interrupted; nothing of this shard is kept");
            CliError::told(INTERRUPTED)
        }
        other => sweep_failure::shard(other),
    })
}

fn tell(shard: &Shard<'_>, kept: bool, part: &Part, global: &Global) -> Result<(), CliError> {
    let runs = shard.plan.shard(shard.id).len();
    if global.json {
        return output::json(&json!({
            "shard": shard.id,
            "kept": kept,
            "runs": runs,
            "failed": part.failed.len(),
            "folder": shard.folder().display().to_string(),
        }));
    }
    if global.quiet {
        return Ok(());
    }
    for (run_id, error) in &part.failed {
        output::tell(&format!("run {run_id} failed: {error}"));
    }
    let how = if kept { "was there already" } else { "done" };
    output::data(&format!(
        "shard {} of {} {how}: {runs} runs, {} failed",
        shard.id,
        shard.plan.shards(),
        part.failed.len()
    ))
}
