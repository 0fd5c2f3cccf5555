//! A city from a MATPOWER case and a weather file.
//!
//! The case gives the network: buses, branches, generators and the load of its peak hour. What a case does not hold -
//! places, ratings, conductors, people, feeders, kinds of plant - is filled in by the rules of the files below, marked
//! synthetic and listed in the city's provenance. The weather file gives the place on earth; the map is a drawing of
//! the graph on a generated shore, not the region that the case comes from, so lengths do not follow from impedances.
//! There is no external grid: the largest unit takes the balance.

pub mod feed;
pub mod flows;
pub mod layout;
pub mod network;
pub mod people;
pub mod plants;
pub mod roads;

use crate::city::model::city::City;
use crate::city::model::city::Provenance;
use crate::city::model::city::Site;
use crate::city::model::grid::Grid;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::import::city::layout::Edge;
use crate::scenario::import::city::layout::layout;
use crate::scenario::import::city::network::Part;
use crate::scenario::import::city::people::BusLoad;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::import::matpower::BusType;
use crate::scenario::import::matpower::MatpowerCase;

/// Seed of what is drawn for imported cities: one for all, so that the same files give the same city.
const SEED: u64 = 1;
/// Buses lie within this share of the way to the edge of the land.
const INSIDE: f64 = 0.92;
/// Power factor below which the rest of the reactive load is taken for a shunt: no group of customers is worse.
const LEAST_POWER_FACTOR: f64 = 0.8;
/// Where a city without a weather file lies: the default city's shore.
const DEFAULT_SITE: Site = Site {
    latitude_deg: 41.9,
    longitude_deg: -87.6,
    elevation_m: 180.0,
    utc_offset_h: -6.0,
};

/// Why a case makes no city.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CityImportError {
    /// Nobody draws power.
    #[error("the case {0} has no load: a city needs customers")]
    NoLoad(String),
}

/// Builds a city of the given name.
///
/// # Errors
/// A case without load.
pub fn city(
    name: &str,
    case: &MatpowerCase,
    weather: Option<&EpwFile>,
) -> Result<City, CityImportError> {
    on_land(name, case, weather).map(|(city, _)| city)
}

/// Builds a city of the given name, and tells the land on which it was drawn.
///
/// # Errors
/// A case without load.
pub fn on_land(
    name: &str,
    case: &MatpowerCase,
    weather: Option<&EpwFile>,
) -> Result<(City, Land), CityImportError> {
    let part = Part::of(case);
    let drawn = plants::drawn_mw(case, &part);
    let demand: Vec<f64> = part
        .rows
        .iter()
        .zip(&drawn)
        .map(|(&row, d)| case.buses[row].pd_mw + d)
        .collect();
    let total_mw: f64 = demand.iter().filter(|p| **p > 0.0).sum();
    if total_mw <= 0.0 {
        return Err(CityImportError::NoLoad(case.name.clone()));
    }
    let population = people::population(total_mw);
    let land = Land::new(population, SEED);
    let at = places(case, &part, &land);
    let mut buses = network::buses(case, &part, &at);

    let mut plants = plants::plants(case, &part);
    let mut bus_loads = Vec::new();
    let mut injections = vec![0.0; part.rows.len()];
    for (bus, (&row, &mw)) in part.rows.iter().zip(&demand).enumerate() {
        injections[bus] -= mw;
        let mut reactive = case.buses[row].qd_mvar;
        if mw > 0.0 {
            let power_factor = power_factor(mw, reactive);
            reactive -= mw * (1.0 / (power_factor * power_factor) - 1.0).sqrt();
            bus_loads.push(BusLoad {
                bus,
                mw,
                power_factor,
            });
        } else if mw < 0.0 {
            plants.push(plants::infeed(bus, &buses[bus].id, -mw));
        }
        // What no customer's power factor explains is a shunt of the same size at nominal voltage.
        buses[bus].bs_mvar = rounded(buses[bus].bs_mvar - reactive, 6);
    }
    for row in case
        .generators
        .iter()
        .filter(|g| g.in_service && g.pg_mw > 0.0)
    {
        if let Some(bus) = part.index(row.bus) {
            injections[bus] += row.pg_mw;
        }
    }
    let slack = part
        .rows
        .iter()
        .position(|&row| case.buses[row].kind == BusType::Reference)
        .unwrap_or(0);
    let branches = network::branches(case, &part, &at, &injections, slack);
    let people = people::people(&land, &at, &bus_loads, SEED);
    let centres: Vec<Point> = people.districts.iter().map(|d| [d.x_m, d.y_m]).collect();
    for bus in &mut buses {
        bus.district = nearest(&centres, [bus.x_m, bus.y_m]);
    }
    let site = weather.map_or(DEFAULT_SITE, |file| Site {
        latitude_deg: file.latitude_deg,
        longitude_deg: file.longitude_deg,
        elevation_m: file.elevation_m,
        utc_offset_h: file.utc_offset_h,
    });
    let provenance = provenance(case, weather, &branches);
    let city = City {
        name: name.to_owned(),
        description: format!(
            "A city of {population} people on the network of the case {}{}.",
            case.name,
            weather
                .map(|w| format!(", in the climate of {}", w.location))
                .unwrap_or_default()
        ),
        seed: 0,
        // The Americas run at 60 Hz, nearly all others at 50.
        grid: Grid {
            base_mva: case.base_mva,
            frequency_hz: if site.longitude_deg < -30.0 {
                60.0
            } else {
                50.0
            },
            buses,
            conductors: branches.conductors,
            lines: branches.lines,
            transformers: branches.transformers,
            substations: Vec::new(),
            feeders: people.feeders,
            loads: people.loads,
            plants,
            externals: Vec::new(),
            batteries: Vec::new(),
        },
        site,
        districts: people.districts,
        travel: None,
        roads: None,
        transit: None,
        water: None,
        provenance,
    };
    Ok((city, land))
}

/// Power factor of a load as a group of customers may have it: lagging, and none too low.
fn power_factor(mw: f64, mvar: f64) -> f64 {
    if mvar <= 0.0 {
        return 1.0;
    }
    let exact = mw / (mw * mw + mvar * mvar).sqrt();
    rounded(exact.max(LEAST_POWER_FACTOR), 6)
}

/// Places of the buses on the land, metres: the drawing of the graph, stretched to the land's outline.
fn places(case: &MatpowerCase, part: &Part, land: &Land) -> Vec<Point> {
    let edges: Vec<Edge> = part
        .branches(case)
        .map(|(b, from, to)| Edge {
            from,
            to,
            x_pu: b.x_pu,
        })
        .collect();
    layout(part.rows.len(), &edges)
        .into_iter()
        .map(|p| {
            let r = (p[0] * p[0] + p[1] * p[1]).sqrt();
            let bearing = libm::atan2(p[1], p[0]);
            let reach = INSIDE * r * land.reach(bearing);
            [
                rounded(reach * libm::cos(bearing), 1),
                rounded(reach * libm::sin(bearing), 1),
            ]
        })
        .collect()
}

fn provenance(
    case: &MatpowerCase,
    weather: Option<&EpwFile>,
    branches: &network::Branches,
) -> Vec<Provenance> {
    let read = |item: &str, rule: String| Provenance {
        item: item.to_owned(),
        rule,
        synthetic: false,
    };
    let made = |item: &str, rule: &str| Provenance {
        item: item.to_owned(),
        rule: rule.to_owned(),
        synthetic: true,
    };
    let mut list = vec![
        read(
            "grid.buses, impedances, taps, set-points, costs",
            format!("MATPOWER case {}", case.name),
        ),
        made(
            "grid.buses.x_m, y_m",
            "drawing of the graph by stress majorisation, stretched to a generated shore",
        ),
        made(
            "grid.lines.length_km",
            "1.27 times the straight line of the drawing; impedances stay the case's",
        ),
        made(
            "grid.lines.conductor, bundle",
            "standard type of the voltage, in as many conductors a phase as the rating needs",
        ),
        made(
            "grid.loads",
            "the case's load is the peak of the design day; 2.1 kW a person; classes of docs/sizing.md; each bus in \
             feeders of about 6 MW, twelve at most",
        ),
        made(
            "grid.plants.technology, co2, derating, outages, ramp",
            "by marginal cost and size",
        ),
        made(
            "grid.plants.schedule",
            "the case's output, following a hot working day",
        ),
        made(
            "districts",
            "drawn by the generator of synthetic cities round the case's buses",
        ),
        made(
            "grid.*.age_y, service units",
            "drawn; means of docs/sizing.md",
        ),
    ];
    if branches.rated_by_rule > 0 {
        list.push(made(
            "grid.lines.rating_mva, grid.transformers.rating_mva",
            &format!(
                "{} branches without a rating: 1.3 times the worst DC flow intact or after one loss, at least one \
                 circuit, rounded up to whole circuits or 10 MVA",
                branches.rated_by_rule
            ),
        ));
    }
    if branches.left_out > 0 {
        list.push(made(
            "grid.transformers",
            &format!(
                "{} transformers out of service in the case are left out",
                branches.left_out
            ),
        ));
    }
    match weather {
        Some(file) => list.push(read(
            "site, weather",
            format!("{} ({})", file.location, file.data_source),
        )),
        None => list.push(made(
            "site",
            "the default city's place, for want of a weather file",
        )),
    }
    list
}

#[cfg(test)]
mod tests;
