//! `autopolis merge DIR`: the tables of a sweep from the results of its shards.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::sweep::also;
use crate::cli::sweep_failure;
use crate::cli::sweep_summary;
use crate::experiment::folder;
use crate::experiment::merge::MergeError;
use crate::experiment::merge::merge;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `merge`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The shards' results are kept. It ends with 0, also if runs failed (they are rows, and told); with 4 if shards are missing,
which are listed; with 5 if one is corrupted, of another version or of another plan.")]
pub(super) struct Arguments {
    /// Folder that `autopolis plan` wrote and `autopolis shard` filled
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write runs and time series as Parquet too (needs a build with the feature `parquet`)
    #[arg(long)]
    parquet: bool,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let also = also(arguments.parquet)?;
    let taken = folder::take_planned(&arguments.dir).map_err(sweep_failure::folder)?;
    let merged = match merge(&taken, also) {
        Ok(merged) => merged,
        Err(error) => {
            if let (true, MergeError::Missing { missing, of }) = (global.json, &error) {
                output::json(&json!({ "missing": missing, "shards": of }))?;
            }
            return Err(sweep_failure::merge(error));
        }
    };
    sweep_summary::tell(&taken.plan, &arguments.dir, None, global)?;
    if !merged.failed.is_empty() && !global.quiet {
        output::tell("runs failed: they are rows of runs.csv with their errors, and no evidence");
    }
    Ok(())
}
