//! `autopolis plan EXPERIMENT --out DIR`: the plan of a sweep as a file, for shards on several machines.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::sweep::default_folder;
use crate::cli::sweep_failure;
use crate::experiment::design;
use crate::experiment::folder;
use crate::experiment::folder::Take;
use serde_json::json;
use std::num::NonZeroU32;
use std::path::PathBuf;

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A sweep by hand, on any machines that share the folder:
  autopolis plan heat.toml --out out/h     prints the number of shards, say 12
  autopolis shard out/h 0                  and so on to 11, anywhere, in any order, twice if need be
  autopolis merge out/h                    the same tables as `autopolis sweep heat.toml`")]
pub(super) struct Arguments {
    /// Experiment: a built-in name or a TOML file
    experiment: String,
    /// Folder for plan and results [default: out/<name of the experiment>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Consecutive runs of a shard [default: some seconds of work]
    #[arg(long, value_name = "N")]
    runs_per_shard: Option<NonZeroU32>,
    /// Begin anew in a folder that holds another sweep, or a part of this one
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let mut designed =
        design::read(&arguments.experiment).map_err(|p| report::input_problems(&p))?;
    let plan = &mut designed.plan;
    if let Some(runs) = arguments.runs_per_shard {
        plan.runs_per_shard = runs.get();
    }
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_folder(plan));
    let how = if arguments.force {
        Take::Force
    } else {
        Take::New
    };
    folder::take(&out, plan, &designed.document, how).map_err(sweep_failure::folder)?;
    if global.json {
        return output::json(&json!({
            "folder": out.display().to_string(),
            "plan": plan.hash(),
            "runs": plan.runs.len(),
            "shards": plan.shards(),
            "runs_per_shard": plan.runs_per_shard,
        }));
    }
    if !global.quiet {
        let last = plan.shards().saturating_sub(1);
        output::tell(&format!(
            "{} runs in {} shards of {}; next: autopolis shard {} ID for each ID from 0 to {last}",
            plan.runs.len(),
            plan.shards(),
            plan.runs_per_shard,
            out.display()
        ));
    }
    output::data(&plan.shards().to_string())
}
