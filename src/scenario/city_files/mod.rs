//! A city as a folder: `city.toml` and one CSV table for each kind of element.
//!
//! Tables name each other's rows by id, columns carry their units, and numbers are written in the shortest form that
//! reads back the same, so that write, read, write gives the same bytes. Reading checks everything and returns all
//! problems at once. Weather and scenarios have files of their own.

pub mod demand;
pub mod folder;
pub mod header;
pub mod layer;
pub mod network;
pub mod places;
pub mod read_transit;
pub mod roads;
pub mod supply;
pub mod table;
pub mod transit;
pub mod travel;
pub mod validate;
pub mod validate_transit;
mod validate_travel;
pub mod water;
pub mod water_check;

use crate::city::model::city::City;
use crate::city::model::grid::Grid;
use crate::scenario::city_files::header::Header;
use crate::scenario::city_files::table::Ids;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::Table;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Name of the file that makes a folder a city.
pub const HEADER_FILE: &str = "city.toml";

/// Columns and file names of the tables, in the order in which they are written.
pub const TABLES: [(&str, &[&str]); 11] = [
    ("districts.csv", &places::DISTRICTS),
    ("buses.csv", &network::BUSES),
    ("conductors.csv", &network::CONDUCTORS),
    ("lines.csv", &network::LINES),
    ("transformers.csv", &network::TRANSFORMERS),
    ("substations.csv", &places::SUBSTATIONS),
    ("feeders.csv", &demand::FEEDERS),
    ("loads.csv", &demand::LOADS),
    ("plants.csv", &supply::PLANTS),
    ("externals.csv", &supply::EXTERNALS),
    ("batteries.csv", &supply::BATTERIES),
];

/// Ids of the tables that others refer to.
#[derive(Debug, Default)]
pub struct References {
    /// `districts.csv`.
    pub districts: Ids,
    /// `buses.csv`.
    pub buses: Ids,
    /// `conductors.csv`.
    pub conductors: Ids,
    /// `lines.csv`.
    pub lines: Ids,
    /// `substations.csv`.
    pub substations: Ids,
    /// `feeders.csv`.
    pub feeders: Ids,
    /// `loads.csv`.
    pub loads: Ids,
}

/// Why a city cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The header cannot be put in TOML.
    #[error("city.toml cannot be written: {0}")]
    Header(#[from] toml::ser::Error),
    /// A table cannot be put in CSV.
    #[error("a table cannot be written: {0}")]
    Table(#[from] csv::Error),
    /// The folder is there and is not a city.
    #[error("{0} exists and is not a city folder (no {HEADER_FILE} in it): it is left alone")]
    NotACity(String),
    /// The system refused.
    #[error("{path}: {source}")]
    System {
        /// File or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The files of a city: name and text.
///
/// # Errors
/// When a value cannot be put in its format.
pub fn render(city: &City) -> Result<Vec<(&'static str, String)>, WriteError> {
    let mut files = vec![
        (HEADER_FILE, toml::to_string(&Header::of(city))?),
        ("districts.csv", places::write_districts(city)?),
        ("buses.csv", network::write_buses(city)?),
        ("conductors.csv", network::write_conductors(city)?),
        ("lines.csv", network::write_lines(city)?),
        ("transformers.csv", network::write_transformers(city)?),
        ("substations.csv", places::write_substations(city)?),
        ("feeders.csv", demand::write_feeders(city)?),
        ("loads.csv", demand::write_loads(city)?),
        ("plants.csv", supply::write_plants(city)?),
        ("externals.csv", supply::write_externals(city)?),
        ("batteries.csv", supply::write_batteries(city)?),
    ];
    if let Some(travel) = &city.travel {
        files.extend(travel::write(city, travel)?);
    }
    if let Some(roads) = &city.roads {
        files.extend(roads::write(city, roads)?);
    }
    if let Some(transit) = &city.transit {
        files.extend(transit::write(city, transit)?);
    }
    if let Some(water) = &city.water {
        files.extend(water::write(city, water)?);
    }
    Ok(files)
}

/// Reads a city from the texts of its files; `text` gives the text of a file by name, or why there is none. `place`
/// is put before file names in problems, such as the folder's path and a slash.
///
/// # Errors
/// All problems found.
pub fn parse(
    place: &str,
    mut text: impl FnMut(&str) -> Result<String, String>,
) -> Result<City, Problems> {
    let mut problems = Problems::default();
    let mut get = |file: &str, problems: &mut Problems| match text(file) {
        Ok(text) => Some(text),
        Err(reason) => {
            problems.push(Problem::new(format!("{place}{file}"), reason));
            None
        }
    };
    let header = get(HEADER_FILE, &mut problems)
        .and_then(|text| Header::parse(&format!("{place}{HEADER_FILE}"), &text, &mut problems));
    let mut tables = Vec::with_capacity(TABLES.len());
    for (file, columns) in TABLES {
        match get(file, &mut problems) {
            Some(text) => tables.push(Table::parse(
                &format!("{place}{file}"),
                &text,
                columns,
                &mut problems,
            )),
            None => tables.push(Table::empty(&format!("{place}{file}"))),
        }
    }
    let Ok(
        [
            districts,
            buses,
            conductors,
            lines,
            transformers,
            substations,
            feeders,
            loads,
            plants,
            externals,
            batteries,
        ],
    ) = <[Table; TABLES.len()]>::try_from(tables)
    else {
        return Err(problems);
    };
    let ids = References {
        districts: districts.ids(&mut problems),
        buses: buses.ids(&mut problems),
        conductors: conductors.ids(&mut problems),
        lines: lines.ids(&mut problems),
        substations: substations.ids(&mut problems),
        feeders: feeders.ids(&mut problems),
        loads: loads.ids(&mut problems),
    };
    for table in [&transformers, &plants, &externals, &batteries] {
        table.ids(&mut problems);
    }
    let p = &mut problems;
    let grid = Grid {
        base_mva: header.as_ref().map_or(1.0, |h| h.base.base_mva),
        frequency_hz: header.as_ref().map_or(1.0, |h| h.base.frequency_hz),
        buses: buses.read(p, |row: &mut Row| network::read_bus(row, &ids)),
        conductors: conductors.read(p, network::read_conductor),
        lines: lines.read(p, |row: &mut Row| network::read_line(row, &ids)),
        transformers: transformers.read(p, |row: &mut Row| network::read_transformer(row, &ids)),
        substations: substations.read(p, |row: &mut Row| places::read_substation(row, &ids)),
        feeders: feeders.read(p, |row: &mut Row| demand::read_feeder(row, &ids)),
        loads: loads.read(p, |row: &mut Row| demand::read_load(row, &ids)),
        plants: plants.read(p, |row: &mut Row| supply::read_plant(row, &ids)),
        externals: externals.read(p, |row: &mut Row| supply::read_external(row, &ids)),
        batteries: batteries.read(p, |row: &mut Row| supply::read_battery(row, &ids)),
    };
    let districts_read = districts.read(p, places::read_district);
    let travel_tables = layer::tables(travel::TABLES, place, &mut text, p);
    let road_tables = layer::tables(roads::TABLES, place, &mut text, p);
    let (travel, zone_ids) = travel_tables
        .as_ref()
        .map(|tables| travel::read(tables, &ids, p))
        .unzip();
    let zone_ids = zone_ids.unwrap_or_default();
    let zones = travel.as_ref().map_or(0, |t| t.zones.len());
    let roads = road_tables
        .as_ref()
        .map(|tables| roads::read(tables, &ids, &zone_ids, zones, p).0);
    let road_links = roads.as_ref().map_or(0, |r| r.links.len());
    let transit_tables = layer::tables(transit::TABLES, place, &mut text, p);
    let transit = transit_tables
        .as_ref()
        .map(|tables| read_transit::read(tables, &ids, road_links, p));
    let water_tables = layer::tables(water::TABLES, place, &mut text, p);
    let water = water_tables
        .as_ref()
        .map(|tables| water::read(tables, &ids, p));
    // Indices are sound only if every reference was; values are judged on what can be trusted.
    let Some(header) = header.filter(|_| p.0.is_empty()) else {
        return Err(problems);
    };
    let city = City {
        travel,
        roads,
        transit,
        water,
        ..header.city(districts_read, grid)
    };
    let tables = [
        districts,
        buses,
        conductors,
        lines,
        transformers,
        substations,
        feeders,
        loads,
        plants,
        externals,
        batteries,
    ];
    let mut found = validate::problems(&city, place, |file, row| {
        TABLES
            .iter()
            .position(|(name, _)| *name == file)
            .and_then(|i| tables[i].line(row))
            .or_else(|| layer::line(travel::TABLES, travel_tables.as_deref(), file, row))
            .or_else(|| layer::line(roads::TABLES, road_tables.as_deref(), file, row))
            .or_else(|| layer::line(water::TABLES, water_tables.as_deref(), file, row))
    });
    if let Some(transit) = &city.transit {
        let line = |file: &str, row: usize| {
            layer::line(transit::TABLES, transit_tables.as_deref(), file, row)
        };
        found
            .0
            .extend(validate_transit::problems(transit, place, line).0);
    }
    found.unless(city)
}
