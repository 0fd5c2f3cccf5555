//! `autopolis import city`: a city folder from the field's own files.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::new::wrote_city;
use crate::cli::output;
use crate::cli::report;
use crate::scenario::city_files::folder;
use crate::scenario::city_files::validate_transit;
use crate::scenario::city_source::WEATHER_FILE;
use crate::scenario::generate::transit::ways;
use crate::scenario::import::city::feed as feed_city;
use crate::scenario::import::city::feed::FeedLayer;
use crate::scenario::import::city::feed::base;
use crate::scenario::import::city::on_land;
use crate::scenario::import::city::roads as road_city;
use crate::scenario::import::epw;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::import::gtfs;
use crate::scenario::import::matpower;
use crate::scenario::import::matpower::MatpowerCase;
use jiff::civil::Date;
use std::path::Path;
use std::path::PathBuf;

mod road_files;

/// What to import.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Import {
    /// A city: its grid from a MATPOWER case, public transport from a GTFS feed, roads from TNTP files, its climate from a
    /// weather file; layers that are not given are generated or left out
    City(Arguments),
}

/// Arguments of `import city`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("layers").required(true).multiple(true).args(["matpower", "gtfs", "tntp"])))]
pub(super) struct Arguments {
    /// MATPOWER case file (format version 2): network, plants and the load of the design day; without it a grid is
    /// generated to match
    #[arg(long, value_name = "CASE.m")]
    matpower: Option<PathBuf>,
    /// GTFS feed, a zip or a folder: stops, timetable and vehicles; it anchors the map, and travel demand is made to match
    #[arg(long, value_name = "FEED.zip", requires = "date")]
    gtfs: Option<PathBuf>,
    /// Date whose week the timetable is taken from; beyond the feed's calendar the matching weekdays stand in
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, requires = "gtfs")]
    date: Option<Date>,
    /// Residents of a generated city; by the feed's stops or the table's trips if left out
    #[arg(long, value_name = "N", conflicts_with = "matpower")]
    population: Option<u32>,
    /// Road network and trip table in the TNTP format; their demand is the busiest hour's
    #[arg(long, num_args = 2, value_names = ["NET.tntp", "TRIPS.tntp"])]
    tntp: Option<Vec<PathBuf>>,
    #[command(flatten)]
    roads: road_files::RoadArguments,
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
    let case = match &arguments.matpower {
        Some(path) => Some(case(path, global)?),
        None => None,
    };
    let layer = match (&arguments.gtfs, arguments.date) {
        (Some(path), Some(date)) => Some((layer(path, date, global)?, path)),
        _ => None,
    };
    let roads = road_files::read(arguments.tntp.as_deref(), &arguments.roads, global)?;
    let weather = match &arguments.epw {
        Some(path) => Some(weather(path)?),
        None => None,
    };
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => arguments
            .out
            .file_name()
            .map_or_else(|| "city".to_owned(), |n| n.to_string_lossy().into_owned()),
    };
    let file = weather.as_ref().map(|(file, _)| file);
    let (mut imported, land) = match (&case, &layer) {
        (Some(case), _) => on_land(&name, case, file).map_err(|error| {
            CliError::invalid_input(miette::miette!(
                help = "a city is made of the case's loads and generators",
                "{error}"
            ))
        })?,
        (None, Some((layer, _))) => {
            base::drawn(&name, layer, arguments.population, file).map_err(|error| {
                CliError::invalid_input(miette::miette!(
                    help = "--population sets the residents",
                    "{error}"
                ))
            })?
        }
        // The argument group asks for one of the three.
        (None, None) => match &roads {
            Some(files) => {
                road_city::drawn(&name, files, arguments.population, file).map_err(|error| {
                    CliError::invalid_input(miette::miette!(
                        help = "--population sets the residents",
                        "{error}"
                    ))
                })?
            }
            None => {
                return Err(CliError::failed(
                    "nothing to import".to_owned(),
                    "give --matpower, --gtfs or --tntp",
                ));
            }
        },
    };
    if let Some((layer, path)) = layer {
        let feed = path
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        base::join(&mut imported, &land, layer, &feed, file);
        if let Some(transit) = &imported.transit {
            let place = format!("{}/", arguments.out.display());
            validate_transit::problems(transit, &place, |_, _| None)
                .unless(())
                .map_err(|problems| report::input_problems(&problems))?;
        }
    }
    if let Some(files) = &roads {
        road_city::join(&mut imported, &land, files);
        // Buses run on the roads that came last.
        if let (Some(transit), Some(roads)) = (&mut imported.transit, &imported.roads) {
            ways::lay(transit, roads);
        }
    }
    folder::write(&imported, &arguments.out)
        .map_err(|error| CliError::failed(error.to_string(), "choose another folder with -o"))?;
    if let Some((_, bytes)) = &weather {
        write(&arguments.out.join(WEATHER_FILE), bytes)?;
    }
    wrote_city(&imported, &arguments.out, global)?;
    if let Some(transit) = imported
        .transit
        .as_ref()
        .filter(|_| arguments.gtfs.is_some())
        && !global.quiet
        && !global.json
    {
        let vehicles: u32 = transit.fleets.iter().map(|f| f.vehicles).sum();
        output::tell(&format!(
            "public transport: {} stops, {} routes, {} patterns, {} trips of the week in {} blocks, {vehicles} vehicles, \
             {} depots",
            transit.stops.len(),
            transit.routes.len(),
            transit.patterns.len(),
            transit.trips.len(),
            transit.blocks.len(),
            transit.depots.len()
        ));
    }
    Ok(())
}

fn case(path: &Path, global: &Global) -> Result<MatpowerCase, CliError> {
    let case = matpower::read(path).map_err(report::matpower_error)?;
    if !global.quiet {
        output::tell_unless_empty(&report::warning_lines(path, &case.warnings));
    }
    Ok(case)
}

fn layer(path: &Path, date: Date, global: &Global) -> Result<FeedLayer, CliError> {
    let feed = gtfs::read(path).map_err(|problems| report::input_problems(&problems))?;
    let layer =
        feed_city::layer(&feed, date).map_err(|problems| report::input_problems(&problems))?;
    if !global.quiet {
        output::tell_unless_empty(&report::problem_lines(&feed.notices));
        output::tell_unless_empty(&report::problem_lines(&layer.notices));
    }
    Ok(layer)
}

fn weather(path: &Path) -> Result<(EpwFile, Vec<u8>), CliError> {
    let bytes = read(path)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file = epw::parse(path, &text).map_err(|error| {
        CliError::invalid_input(miette::miette!(
            help = "is this an EnergyPlus weather file?",
            "{error}"
        ))
    })?;
    Ok((file, bytes))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no date: write YYYY-MM-DD"))
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
