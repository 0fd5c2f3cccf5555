//! The command line: what can be asked, one file a subcommand.
//!
//! This is the only module that prints. Data goes to standard output, everything else to standard error.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::exit::CliError;

mod check;
pub mod exit;
mod import;
mod list;
mod new;
pub mod output;
pub mod progress;
mod replay;
mod report;
mod run;
mod schema;
mod solve;
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
    /// Check scenarios, cities and controller files, and list everything that is wrong
    Check(check::Arguments),
    /// Print the JSON schema of a file format
    Schema(schema::Arguments),
    /// Write a new scenario to start from
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
}

/// Parses the arguments. Help and version are printed and end with 0, a wrong usage with 2.
///
/// # Errors
/// With the exit code, everything having been printed.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(arguments).map_err(|error| {
        // A reader that closed the pipe has seen enough: nothing is left to report to.
        let _ = error.print();
        if error.use_stderr() {
            ExitCode::from(exit::USAGE)
        } else {
            ExitCode::SUCCESS
        }
    })
}

/// Runs a command.
///
/// # Errors
/// With what to print and the exit code.
pub fn run(cli: &Cli) -> Result<(), CliError> {
    match &cli.command {
        Command::Run(arguments) => run::run(arguments, &cli.global),
        Command::Tune(arguments) => tune::run(arguments, &cli.global),
        Command::Replay(arguments) => replay::run(arguments, &cli.global),
        Command::Check(arguments) => check::run(arguments, &cli.global),
        Command::Schema(arguments) => schema::run(arguments),
        Command::New(new) => new::run(new, &cli.global),
        Command::Import(import) => import::run(import, &cli.global),
        Command::List(arguments) => list::run(arguments, &cli.global),
        Command::Solve(solve) => solve::run(solve, &cli.global),
    }
}
