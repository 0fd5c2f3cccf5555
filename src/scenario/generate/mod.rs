//! The synthetic city: a whole, plausible city of any size drawn from a name, a population and a seed.
//!
//! Order of drawing: land, blocks, districts, critical sites, substations, feeders, ties, mesh, plants, travel, roads. Every random
//! choice has its own stream (`draw`), so the same recipe gives the same bytes and a change in one part shifts no
//! draws elsewhere. How the default city compares with real ones is in `docs/sizing.md`.

pub mod assemble;
pub mod blocks;
pub mod conductors;
pub mod critical;
pub mod demand;
pub mod districts;
pub mod draw;
pub mod feeders;
pub mod geometry;
pub mod land;
pub mod lanes;
pub mod loads;
pub mod mesh;
pub mod names;
mod noise;
pub mod plants;
pub mod roads;
pub mod security;
pub mod streets;
pub mod substations;
pub mod ties;
pub mod tour;
pub mod transit;
pub mod travel;
pub mod water;
pub mod weather;
mod weather_days;
mod weather_events;
pub mod weather_overlay;
pub mod zones;

use crate::city::model::city::City;
use crate::city::model::city::Provenance;
use crate::city::model::city::Site;
use crate::scenario::generate::assemble::Plans;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::mesh::Mesh;
use crate::scenario::generate::substations::Peak;

/// Fewest residents: below, one substation would do and there is no mesh to speak of.
pub const LEAST_POPULATION: u32 = 20_000;
/// Most residents.
pub const MOST_POPULATION: u32 = 3_000_000;

/// What a city is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct CityRecipe {
    /// Short name, also its folder's name.
    pub name: String,
    /// Residents, 20,000 to 3 million.
    pub population: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// Where it lies.
    pub site: Site,
}

impl CityRecipe {
    /// A city on Lakeside's shore: 41.9 degrees north, where summers are hot and humid.
    #[must_use]
    pub fn new(name: &str, population: u32, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            population,
            seed,
            site: Site {
                latitude_deg: 41.9,
                longitude_deg: -87.6,
                elevation_m: 180.0,
                utc_offset_h: -6.0,
            },
        }
    }

    /// The default city.
    #[must_use]
    pub fn lakeside() -> Self {
        Self::new("lakeside", 240_000, LAKESIDE_SEED)
    }
}

/// Seed of the default city.
const LAKESIDE_SEED: u64 = 1995;

/// Why a recipe makes no city.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// Population out of range.
    #[error(
        "population {0} is out of range: a generated city has {LEAST_POPULATION} to {MOST_POPULATION} people"
    )]
    Population(u32),
    /// A coordinate that is not one.
    #[error("{field} {value} is out of range: {range}")]
    Site {
        /// Field of the recipe.
        field: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// The mesh could not be reinforced enough.
    #[error(
        "the mesh stays insecure: an outage loads an element to {loading_pct:.0} % of its limit; try another seed"
    )]
    Insecure {
        /// Worst loading, per cent of the limit.
        loading_pct: f64,
    },
}

fn check(recipe: &CityRecipe) -> Result<(), GenerateError> {
    if !(LEAST_POPULATION..=MOST_POPULATION).contains(&recipe.population) {
        return Err(GenerateError::Population(recipe.population));
    }
    let within = |field, value: f64, low: f64, high: f64, range| {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err(GenerateError::Site {
                field,
                value,
                range,
            })
        }
    };
    within(
        "latitude_deg",
        recipe.site.latitude_deg,
        -90.0,
        90.0,
        "-90 to 90 degrees",
    )?;
    within(
        "longitude_deg",
        recipe.site.longitude_deg,
        -180.0,
        180.0,
        "-180 to 180 degrees",
    )?;
    within(
        "elevation_m",
        recipe.site.elevation_m,
        -450.0,
        5_500.0,
        "-450 to 5,500 m",
    )?;
    within(
        "utc_offset_h",
        recipe.site.utc_offset_h,
        -12.0,
        14.0,
        "-12 to 14 h",
    )
}

/// Draws a city with all its layers.
///
/// # Errors
/// A recipe out of range, or a mesh that cannot be made N-1 secure.
pub fn city(recipe: &CityRecipe) -> Result<City, GenerateError> {
    let Ground {
        mut city,
        land,
        blocks,
        home,
    } = ground(recipe)?;
    let (population, seed) = (recipe.population, recipe.seed);
    let travel = travel::travel(&zones::zones(&blocks, &home, population));
    let roads = roads::roads(
        &land,
        &city.districts,
        &city.grid,
        &travel,
        population,
        seed,
    );
    city.travel = Some(travel);
    city.roads = Some(roads);
    city.water = water::water(&city);
    city.transit = Some(transit::transit(&city, &land, &blocks, seed));
    transit::power::give_own_loads(&mut city);
    city.provenance.extend(made_up(&[
        ("travel", "doubly constrained gravity and a logit of modes, to the shares of docs/sizing.md"),
        ("roads", "street grid finer where more people live; lanes by assigning the peak hours; signals on the nearest load"),
        ("water", "zones round the pump stations, each with a tank; mains sized for the hottest day by docs/water.md"),
        ("transit", "lines, headways and speeds of docs/sizing.md; blocks first in, first out at terminals; fleets by the peak"),
    ]));
    Ok(city)
}

/// A city with its grid and no other layer, and what it was drawn on.
#[derive(Debug)]
pub struct Ground {
    /// The city.
    pub city: City,
    /// The land it stands on.
    pub land: Land,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// District of each block.
    pub home: Vec<usize>,
}

/// Draws a city with its grid and no other layer.
///
/// # Errors
/// A recipe out of range, or a mesh that cannot be made N-1 secure.
pub fn ground(recipe: &CityRecipe) -> Result<Ground, GenerateError> {
    check(recipe)?;
    let (population, seed) = (recipe.population, recipe.seed);
    let land = Land::new(population, seed);
    let blocks = blocks::blocks(&land, population);
    let (mut districts, home) = districts::districts(&land, &blocks, population, seed);
    let critical = critical::sites(&land, &blocks, population, seed);
    let mut peaks: Vec<Peak> = blocks
        .iter()
        .map(|b| Peak {
            at_35_mw: b.shares.peak_35_mw(f64::from(population)),
            at_41_mw: b.shares.peak_41_mw(f64::from(population)),
        })
        .collect();
    for site in &critical {
        peaks[site.block].at_35_mw += site.mw;
        peaks[site.block].at_41_mw += site.mw;
    }
    let substations = substations::substations(&blocks, &peaks, seed);
    let feeders = feeders::feeders(&substations, &blocks, &peaks);
    let ties = ties::ties(&substations, &feeders, &blocks);
    let sites: Vec<Point> = substations.iter().map(|s| s.at).collect();
    let import_mw = plants::import_mw(population);
    let mut mesh = Mesh::new(
        &sites,
        land.radius_m,
        land.reach(std::f64::consts::PI),
        import_mw,
    );
    let units = plants::units(&land, &sites, population);
    let peaks_mw: Vec<f64> = substations.iter().map(|s| s.peak_35_mw).collect();
    let left = mesh.reinforce(&plants::dispatches(&units, &peaks_mw, mesh.nodes.len()));
    if left > 1.0 {
        return Err(GenerateError::Insecure {
            loading_pct: rounded(100.0 * left, 0),
        });
    }
    let mut grid = assemble::grid(&Plans {
        population,
        seed,
        districts: &districts,
        blocks: &blocks,
        home: &home,
        critical: &critical,
        substations: &substations,
        feeders: &feeders,
        ties: &ties,
        mesh: &mesh,
    });
    for external in &mut grid.externals {
        external.limit_mw = import_mw;
    }
    for (mut battery, s) in plants::batteries(&sites, &units, population) {
        battery.bus = grid.substations[s].mv_bus;
        grid.batteries.push(battery);
    }
    for unit in units {
        let substation = &grid.substations[unit.substation];
        let mut plant = unit.plant;
        plant.bus = if unit.high_voltage {
            substation.hv_bus
        } else {
            substation.mv_bus
        };
        grid.plants.push(plant);
    }
    loads::give_roofs(&mut grid.loads, &mut districts, population);
    let city = City {
        name: recipe.name.clone(),
        description: format!(
            "A synthetic city of {population} people in {} districts on the western shore of an inland sea, fed by {} \
             substations and {} feeders, N-1 secure on a 35 C design day. Drawn with seed {seed}; no real place.",
            districts.len(),
            grid.substations.len(),
            grid.feeders.len()
        ),
        seed,
        site: recipe.site.clone(),
        districts,
        grid,
        travel: None,
        roads: None,
        transit: None,
        water: None,
        provenance: provenance(),
    };
    Ok(Ground {
        city,
        land,
        blocks,
        home,
    })
}

fn provenance() -> Vec<Provenance> {
    made_up(&[
        (
            "districts",
            "drawn by the generator; shares and incomes of docs/sizing.md",
        ),
        (
            "grid.conductors",
            "pandapower standard types; diameters and masses of EN 50182",
        ),
        (
            "grid.lines",
            "route 4/pi times the straight line; sizes by DC power flow until N-1 secure at the 35 C peak",
        ),
        (
            "grid.loads",
            "peaks a person of docs/sizing.md; one bus stands for two to four service transformers",
        ),
        (
            "grid.plants",
            "fleet of docs/sizing.md, in proportion to population",
        ),
    ])
}

fn made_up(rows: &[(&str, &str)]) -> Vec<Provenance> {
    let row = |(item, rule): &(&str, &str)| Provenance {
        item: (*item).to_owned(),
        rule: (*rule).to_owned(),
        synthetic: true,
    };
    rows.iter().map(row).collect()
}
