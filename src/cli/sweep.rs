//! `autopolis sweep EXPERIMENT`: all runs of an experiment on all cores, their tables in a folder, a summary on the terminal.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::exit::FAILED;
use crate::cli::exit::INTERRUPTED;
use crate::cli::output;
use crate::cli::report;
use crate::cli::sweep_failure;
use crate::cli::sweep_progress::Progress;
use crate::cli::sweep_summary;
use crate::cli::sweep_summary::Effort;
use crate::experiment::design;
use crate::experiment::durable;
use crate::experiment::folder;
use crate::experiment::folder::SHARDS;
use crate::experiment::folder::Take;
use crate::experiment::folder::Taken;
use crate::experiment::merge::Also;
use crate::experiment::merge::merge;
use crate::experiment::plan::SweepPlan;
use crate::experiment::shard::Failures;
use crate::experiment::shard::ShardError;
use crate::experiment::sweep::SweepError;
use crate::experiment::sweep::sweep;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It ends with 0; with 1 if a run failed; with 130 if it was interrupted, finished shards being kept.")]
pub(super) struct Arguments {
    /// Experiment: a built-in name or a TOML file
    experiment: String,
    /// Threads, each with one run at a time [default: all cores]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Folder for the results [default: out/<name of the experiment>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with what the folder holds of this experiment; finished shards are kept
    #[arg(long)]
    resume: bool,
    /// Begin anew in a folder that holds another sweep, or a part of this one
    #[arg(long, conflicts_with = "resume")]
    force: bool,
    /// Keep failed runs as rows and go on, instead of stopping at the first
    #[arg(long)]
    keep_going: bool,
    /// Write runs and time series as Parquet too (needs a build with the feature `parquet`)
    #[arg(long)]
    parquet: bool,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let also = also(arguments.parquet)?;
    let designed = design::read(&arguments.experiment).map_err(|p| report::input_problems(&p))?;
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_folder(&designed.plan));
    let how = match (arguments.resume, arguments.force) {
        (true, _) => Take::Resume,
        (_, true) => Take::Force,
        _ => Take::New,
    };
    let taken = folder::take(&out, &designed.plan, &designed.document, how)
        .map_err(sweep_failure::folder)?;
    let jobs = arguments.jobs.map_or_else(cores, NonZeroUsize::get);
    let began = Instant::now();
    let computed = if taken.finished {
        output::tell_unless_empty(if global.quiet {
            ""
        } else {
            "this sweep is finished already; nothing is left to compute"
        });
        0
    } else {
        carry_out(arguments, &taken, jobs, global)?
    };
    if !taken.finished {
        merge(&taken, also).map_err(sweep_failure::merge)?;
    }
    durable::remove_folder(&out.join(SHARDS)).map_err(sweep_failure::disk)?;
    let effort = Effort {
        wall_s: began.elapsed().as_secs_f64(),
        computed,
        jobs,
    };
    let failed = sweep_summary::tell(&taken.plan, &out, Some(&effort), global)?;
    if failed == 0 {
        Ok(())
    } else {
        Err(CliError::told(FAILED))
    }
}

/// Carries out what is left, and tells how many runs that were.
fn carry_out(
    arguments: &Arguments,
    taken: &Taken,
    jobs: usize,
    global: &Global,
) -> Result<usize, CliError> {
    let stop = stop_on_signal();
    let progress = Progress::new(global, taken.plan.runs.len());
    let failures = if arguments.keep_going {
        Failures::Keep
    } else {
        Failures::Refuse
    };
    let ended = sweep(taken, jobs, failures, &stop, &|news| progress.news(&news));
    progress.end();
    match ended {
        Ok(()) => Ok(progress.computed()),
        Err(SweepError::Shard(ShardError::Stopped)) => {
            output::tell(&format!(
                "interrupted; finished shards are kept in {}: the same command with --resume goes on from there",
                taken.path.display()
            ));
            Err(CliError::told(INTERRUPTED))
        }
        Err(error) => Err(sweep_failure::sweep(error)),
    }
}

/// A flag that SIGINT and SIGTERM set.
pub(super) fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A second handler cannot be set (as in a test harness that has one): then it just cannot be stopped gently.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
    stop
}

/// What is written beside the CSV; refused where this build cannot.
pub(super) fn also(parquet: bool) -> Result<Also, CliError> {
    if parquet && !cfg!(feature = "parquet") {
        return Err(CliError::usage(
            "this autopolis was built without Parquet",
            "build it with `cargo build --release --features parquet`, or read the CSV",
        ));
    }
    Ok(if parquet {
        Also::Parquet
    } else {
        Also::Nothing
    })
}

/// Where the results of an experiment go.
pub(super) fn default_folder(plan: &SweepPlan) -> PathBuf {
    Path::new("out").join(&plan.name)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
