//! The command line: what can be asked, one file a subcommand.
//!
//! This is the only module that prints. Data goes to standard output, everything else to standard error.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::FromArgMatches;
use clap::Parser;

use crate::cli::exit::CliError;

mod check;
mod compare;
mod completions;
mod examples;
pub mod exit;
mod import;
mod list;
mod log;
mod man;
mod merge;
mod new;
pub mod output;
mod plan;
pub mod progress;
mod replay;
mod report;
mod report_page;
mod run;
mod schema;
mod shard;
mod solve;
mod sweep;
mod sweep_failure;
mod sweep_progress;
mod sweep_summary;
mod tune;

/// A city digital-twin simulator.
#[derive(Debug, Parser)]
#[command(
    name = "autopolis",
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Options of every subcommand.
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every subcommand.
#[derive(Clone, Debug, clap::Args)]
pub struct Global {
    /// Print one JSON object on standard output, alone
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error: what was read, how long each part took
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Add all messages to a file, with the time of each
    #[arg(long, global = true, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// Progress on standard error
    #[arg(long, global = true, value_enum, default_value_t = progress::Style::Auto)]
    pub progress: progress::Style,
    /// Colour nothing
    #[arg(long, global = true)]
    pub no_color: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run a scenario on a city and leave metrics, events and charts
    Run(run::Arguments),
    /// Search better constants for a controller on training seeds
    Tune(tune::Arguments),
    /// Run a recorded run again and compare it bit for bit
    Replay(replay::Arguments),
    /// Carry out all runs of an experiment, on all cores
    Sweep(sweep::Arguments),
    /// Write the plan of an experiment, to be carried out in shards on several machines
    Plan(plan::Arguments),
    /// Carry out one shard of a plan, on one core
    Shard(shard::Arguments),
    /// Put the results of all shards of a plan together
    Merge(merge::Arguments),
    /// Compare controllers on the same weather and luck, pair by pair
    Compare(compare::Arguments),
    /// Make the report of a run or of a sweep: one HTML page
    Report(report_page::Arguments),
    /// Check scenarios and cities, and list everything that is wrong
    /// Check scenarios, experiments and cities, and list everything that is wrong
    /// Check scenarios, cities and controller files, and list everything that is wrong
    Check(check::Arguments),
    /// Print the JSON schema of a file format
    Schema(schema::Arguments),
    /// Write a new scenario, experiment or city to start from
    #[command(subcommand)]
    New(new::New),
    /// Make a city from the field's own files
    #[command(subcommand)]
    Import(import::Import),
    /// List what there is by name
    List(list::Arguments),
    /// Solve one network problem from a file
    #[command(subcommand)]
    Solve(solve::Solve),
    /// Print a script with which a shell completes commands and options
    Completions(completions::Arguments),
    /// Write the manual pages to a folder
    Man(man::Arguments),
}

/// Parses the arguments. Help and version are printed and end with 0, a wrong usage with 2.
///
/// # Errors
/// With the exit code, everything having been printed.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitCode> {
    let parsed = command().try_get_matches_from(arguments);
    let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| {
        // A reader that closed the pipe has seen enough: nothing is left to report to.
        let _ = error.print();
        if error.use_stderr() {
            ExitCode::from(exit::USAGE)
        } else {
            ExitCode::SUCCESS
        }
    })
}

/// The whole command, with examples.
fn command() -> clap::Command {
    examples::with_examples(Cli::command())
}

/// Runs a command.
///
/// # Errors
/// With what to print and the exit code.
pub fn run(cli: &Cli) -> Result<(), CliError> {
    log::open(&cli.global)?;
    match &cli.command {
        Command::Run(arguments) => run::run(arguments, &cli.global),
        Command::Tune(arguments) => tune::run(arguments, &cli.global),
        Command::Replay(arguments) => replay::run(arguments, &cli.global),
        Command::Sweep(arguments) => sweep::run(arguments, &cli.global),
        Command::Plan(arguments) => plan::run(arguments, &cli.global),
        Command::Shard(arguments) => shard::run(arguments, &cli.global),
        Command::Merge(arguments) => merge::run(arguments, &cli.global),
        Command::Compare(arguments) => compare::run(arguments, &cli.global),
        Command::Report(arguments) => report_page::run(arguments, &cli.global),
        Command::Check(arguments) => check::run(arguments, &cli.global),
        Command::Schema(arguments) => schema::run(arguments),
        Command::New(new) => new::run(new, &cli.global),
        Command::Import(import) => import::run(import, &cli.global),
        Command::List(arguments) => list::run(arguments, &cli.global),
        Command::Solve(solve) => solve::run(solve, &cli.global),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Man(arguments) => man::run(arguments, &cli.global),
    }
}
