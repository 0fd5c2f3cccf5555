//! `autopolis new`: files to start from.

use crate::city::model::city::City;
use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::experiment::template as experiment_template;
use crate::scenario::city_files::folder;
use crate::scenario::generate;
use crate::scenario::generate::CityRecipe;
use crate::scenario::template;
use serde::Serialize;
use std::path::Path;
use std::path::PathBuf;

/// What to write.
#[derive(Debug, clap::Subcommand)]
pub(super) enum New {
    /// A scenario file with its usual keys and comments
    Scenario(ScenarioArguments),
    /// An experiment file with its usual keys and comments
    Experiment(ExperimentArguments),
    /// A synthetic city of any size, drawn from a seed
    City(CityArguments),
}

/// Arguments of `new city`.
#[derive(Debug, clap::Args)]
pub(super) struct CityArguments {
    /// Residents, 20000 to 3000000
    #[arg(long, default_value_t = 240_000, value_name = "N")]
    population: u32,
    /// Seed of its drawing
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of the city; the folder's name if left out
    #[arg(long)]
    name: Option<String>,
    /// Folder to write; an older city there is replaced
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
}

/// Arguments of `new scenario`.
#[derive(Debug, clap::Args)]
pub(super) struct ScenarioArguments {
    /// Name of the scenario, also its file's name
    #[arg(long, default_value = "my-scenario")]
    name: String,
    /// Seed of its random streams
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// Arguments of `new experiment`.
#[derive(Debug, clap::Args)]
pub(super) struct ExperimentArguments {
    /// Name of the experiment, also its file's name
    #[arg(long, default_value = "my-experiment")]
    name: String,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// Runs the command.
pub(super) fn run(new: &New, global: &Global) -> Result<(), CliError> {
    match new {
        New::Scenario(arguments) => scenario(arguments, global),
        New::Experiment(arguments) => experiment(arguments, global),
        New::City(arguments) => city(arguments, global),
    }
}

fn scenario(arguments: &ScenarioArguments, global: &Global) -> Result<(), CliError> {
    let text = template::scenario(&arguments.name, arguments.seed);
    start(&arguments.name, "a scenario", &arguments.out, &text, global)
}

fn experiment(arguments: &ExperimentArguments, global: &Global) -> Result<(), CliError> {
    let text = experiment_template::experiment(&arguments.name);
    start(
        &arguments.name,
        "an experiment",
        &arguments.out,
        &text,
        global,
    )
}

/// Writes a file to start from, and says how to go on.
fn start(
    name: &str,
    what: &str,
    folder: &Path,
    text: &str,
    global: &Global,
) -> Result<(), CliError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !starts_well || !name.chars().all(plain) {
        return Err(CliError::usage(
            format!("`{name}` cannot name {what}"),
            "use a-z, 0-9, - and _, beginning with a letter or a digit",
        ));
    }
    let path = folder.join(format!("{name}.toml"));
    write_new(&path, text)?;
    if !global.quiet {
        output::tell(&format!(
            "wrote {0}; check it with: autopolis check {0}",
            path.display()
        ));
    }
    Ok(())
}

fn city(arguments: &CityArguments, global: &Global) -> Result<(), CliError> {
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => arguments
            .out
            .file_name()
            .map_or_else(|| "city".to_owned(), |n| n.to_string_lossy().into_owned()),
    };
    let recipe = CityRecipe::new(&name, arguments.population, arguments.seed);
    let city = generate::city(&recipe)
        .map_err(|error| CliError::usage(error.to_string(), "see `autopolis new city --help`"))?;
    folder::write(&city, &arguments.out)
        .map_err(|error| CliError::failed(error.to_string(), "choose another folder with -o"))?;
    wrote_city(&city, &arguments.out, global)
}

/// Says what city was written, and how to go on.
pub(super) fn wrote_city(city: &City, folder: &Path, global: &Global) -> Result<(), CliError> {
    let grid = &city.grid;
    let summary = CitySummary {
        folder: folder.display().to_string(),
        name: &city.name,
        population: city.population(),
        districts: city.districts.len(),
        buses: grid.buses.len(),
        lines: grid.lines.len(),
        transformers: grid.transformers.len(),
        feeders: grid.feeders.len(),
        plants: grid.plants.len(),
        design_peak_mw: grid.loads.iter().map(|l| l.design_peak_mw).sum(),
    };
    if global.json {
        return output::json(&summary);
    }
    if !global.quiet {
        output::tell(&format!(
            "wrote {}: {} people in {} districts, {} buses, {} lines, {} transformers, {} feeders, {} plants, design \
             peak {:.0} MW\nrun it with: autopolis run heat-wave --city {} --out out/{}",
            summary.folder,
            summary.population,
            summary.districts,
            summary.buses,
            summary.lines,
            summary.transformers,
            summary.feeders,
            summary.plants,
            summary.design_peak_mw,
            summary.folder,
            summary.name
        ));
    }
    Ok(())
}

/// The JSON object of a written city.
#[derive(Serialize)]
struct CitySummary<'a> {
    folder: String,
    name: &'a str,
    population: u64,
    districts: usize,
    buses: usize,
    lines: usize,
    transformers: usize,
    feeders: usize,
    plants: usize,
    design_peak_mw: f64,
}

/// Writes a file that must not exist yet.
fn write_new(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        let help = if error.kind() == std::io::ErrorKind::AlreadyExists {
            "choose another --name, or move the old file away"
        } else {
            "choose another folder with -o"
        };
        CliError::usage(format!("cannot write {}: {error}", path.display()), help)
    };
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)
}
