//! `autopolis import city`: a city folder from the field's own files.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::new::wrote_city;
use crate::cli::output;
use crate::cli::report;
use crate::scenario::city_files::folder;
use crate::scenario::city_source::WEATHER_FILE;
use crate::scenario::import::city::city;
use crate::scenario::import::epw;
use crate::scenario::import::matpower;
use std::path::Path;
use std::path::PathBuf;

/// What to import.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Import {
    /// A city: its network from a MATPOWER case, its climate from a weather file
    City(Arguments),
}

/// Arguments of `import city`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// MATPOWER case file (format version 2): network, plants and the load of the design day
    #[arg(long, value_name = "CASE.m")]
    matpower: PathBuf,
    /// Typical-year weather file (EPW): the climate and the place on earth; without it weather is generated
    #[arg(long, value_name = "FILE.epw")]
    epw: Option<PathBuf>,
    /// Name of the city; the folder's name if left out
    #[arg(long)]
    name: Option<String>,
    /// Folder to write; an older city there is replaced
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub(super) fn run(import: &Import, global: &Global) -> Result<(), CliError> {
    let Import::City(arguments) = import;
    let case = matpower::read(&arguments.matpower).map_err(report::matpower_error)?;
    if !global.quiet {
        output::tell_unless_empty(&report::warning_lines(&arguments.matpower, &case.warnings));
    }
    let weather = match &arguments.epw {
        Some(path) => Some((read(path)?, path)),
        None => None,
    };
    let weather = match weather {
        Some((bytes, path)) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let file = epw::parse(path, &text).map_err(|error| {
                CliError::invalid_input(miette::miette!(
                    help = "is this an EnergyPlus weather file?",
                    "{error}"
                ))
            })?;
            Some((file, bytes))
        }
        None => None,
    };
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => arguments
            .out
            .file_name()
            .map_or_else(|| case.name.clone(), |n| n.to_string_lossy().into_owned()),
    };
    let imported = city(&name, &case, weather.as_ref().map(|(file, _)| file)).map_err(|error| {
        CliError::invalid_input(miette::miette!(
            help = "a city is made of the case's loads and generators",
            "{error}"
        ))
    })?;
    folder::write(&imported, &arguments.out)
        .map_err(|error| CliError::failed(error.to_string(), "choose another folder with -o"))?;
    if let Some((_, bytes)) = &weather {
        write(&arguments.out.join(WEATHER_FILE), bytes)?;
    }
    wrote_city(&imported, &arguments.out, global)
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| {
        CliError::invalid_input(miette::miette!(
            help = "is the path right? It is looked for from the present folder",
            "cannot read {}: {error}",
            path.display()
        ))
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(|error| {
        CliError::failed(
            format!("cannot write {}: {error}", path.display()),
            "choose another folder with -o",
        )
    })
}
