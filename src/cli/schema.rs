//! `autopolis schema`: the JSON schema of a file format, for editors and validators.

use crate::cli::exit::CliError;
use crate::cli::output;
use crate::experiment::format as experiment;
use crate::scenario::city_files::header;
use crate::scenario::controller_file;
use crate::scenario::format;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which format
    #[arg(value_enum)]
    format: Format,
}

/// Formats with a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Scenario files
    Scenario,
    /// The `city.toml` of a city's folder
    City,
    /// Controller files
    Controller,
    /// Experiment files
    Experiment,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let schema = match arguments.format {
        Format::Scenario => format::schema(),
        Format::City => header::schema(),
        Format::Controller => controller_file::schema(),
        Format::Experiment => experiment::schema(),
    };
    output::json(&schema)
}
