//! `autopolis completions`: a script with which a shell completes the program's commands and options.

use crate::cli::command;
use crate::cli::exit::CliError;
use crate::cli::output;
use clap_complete::Shell;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "autopolis", &mut script);
    output::data(&String::from_utf8_lossy(&script))
}
