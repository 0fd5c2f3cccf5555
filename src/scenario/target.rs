//! From what an event names, a role or an element, to the names of the elements that it strikes in a city.
//!
//! Rule for things made of others: a substation stands for all its transformers, and a feeder for its first line,
//! where the hazard strikes those and not the thing itself.

use crate::city::hazards::spec::HazardSpec;
use crate::city::model::city::City;
use crate::engine::chance::Chance;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::role;

/// Why a target names no element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTarget {
    /// The city has nothing in this role; an event may allow it.
    Vacant(String),
    /// The target is wrong, with advice.
    Wrong(String, Option<String>),
}

/// Ids of one table of the grid or the roads, by its singular name.
fn ids<'a>(city: &'a City, table: &str) -> Option<Vec<&'a str>> {
    let grid = &city.grid;
    let list = match table {
        "bus" => grid.buses.iter().map(|e| e.id.as_str()).collect(),
        "line" => grid.lines.iter().map(|e| e.id.as_str()).collect(),
        "transformer" => grid.transformers.iter().map(|e| e.id.as_str()).collect(),
        "substation" => grid.substations.iter().map(|e| e.id.as_str()).collect(),
        "feeder" => grid.feeders.iter().map(|e| e.id.as_str()).collect(),
        "load" => grid.loads.iter().map(|e| e.id.as_str()).collect(),
        "plant" => grid.plants.iter().map(|e| e.id.as_str()).collect(),
        "external" => grid.externals.iter().map(|e| e.id.as_str()).collect(),
        "battery" => grid.batteries.iter().map(|e| e.id.as_str()).collect(),
        "link" => {
            let roads = city.roads.iter();
            roads
                .flat_map(|r| &r.links)
                .map(|e| e.id.as_str())
                .collect()
        }
        "route" => {
            let transit = city.transit.iter();
            let routes = transit.flat_map(|t| &t.routes);
            routes.map(|e| e.id.as_str()).collect()
        }
        "stop" => {
            let transit = city.transit.iter();
            let stops = transit.flat_map(|t| &t.stops);
            stops.map(|e| e.id.as_str()).collect()
        }
        "main" => {
            let water = city.water.iter();
            let mains = water.flat_map(|w| &w.mains);
            mains.map(|e| e.id.as_str()).collect()
        }
        "station" => {
            let water = city.water.iter();
            let stations = water.flat_map(|w| &w.stations);
            stations.map(|e| e.id.as_str()).collect()
        }
        _ => return None,
    };
    Some(list)
}

/// Tables of the grid.
const TABLES: &[&str] = &[
    "bus",
    "line",
    "transformer",
    "substation",
    "feeder",
    "load",
    "plant",
    "external",
    "battery",
];

/// Tables of the roads that can be struck.
const ROAD_TABLES: &[&str] = &["link"];

/// Tables of public transport that can be struck.
const TRANSIT_TABLES: &[&str] = &["route", "stop"];

/// Tables of the water that can be struck.
const WATER_TABLES: &[&str] = &["main", "station"];

/// Elements that a hazard strikes when aimed at a target. `counter` tells the random roles of several events apart.
///
/// # Errors
/// [`NoTarget`].
pub fn elements(
    target: &str,
    hazard: &HazardSpec,
    city: &City,
    chance: Chance,
    counter: u64,
) -> Result<Vec<String>, NoTarget> {
    let name = if target.contains('/') {
        target.to_owned()
    } else {
        match role::find(target) {
            Some(found) => found.pick(city, chance, counter).ok_or_else(|| {
                NoTarget::Vacant(format!(
                    "the city {} has no {}",
                    city.name,
                    target.replace('_', " ")
                ))
            })?,
            None => {
                return Err(NoTarget::Wrong(
                    format!("`{target}` is neither an element nor a role"),
                    advice_for_bare_name(target, city),
                ));
            }
        }
    };
    let (table, id) = split(&name, city)?;
    let strikes = |table: &str| hazard.targets.contains(&table);
    if strikes(table) {
        return Ok(vec![name]);
    }
    let grid = &city.grid;
    let parts: Vec<String> = match table {
        "substation" if strikes("transformer") => {
            let substation = grid.substations.iter().position(|s| s.id == id);
            let own = grid
                .transformers
                .iter()
                .filter(|t| t.substation == substation);
            own.map(|t| format!("grid/transformer/{}", t.id)).collect()
        }
        "feeder" if strikes("line") => {
            let feeder = grid.feeders.iter().find(|f| f.id == id);
            let head = feeder.and_then(|f| f.head_line);
            head.map(|l| format!("grid/line/{}", grid.lines[l].id))
                .into_iter()
                .collect()
        }
        _ => {
            let message = format!("`{}` cannot strike a {table}", hazard.name);
            return Err(NoTarget::Wrong(
                message,
                Some(format!("it strikes: {}", hazard.targets.join(", "))),
            ));
        }
    };
    if parts.is_empty() {
        return Err(NoTarget::Vacant(format!(
            "`{name}` has nothing that `{}` strikes",
            hazard.name
        )));
    }
    Ok(parts)
}

/// Table and id of an element's name, which must exist.
fn split<'n>(name: &'n str, city: &City) -> Result<(&'static str, &'n str), NoTarget> {
    let layers = [
        ("grid/", TABLES),
        ("road/", ROAD_TABLES),
        ("transit/", TRANSIT_TABLES),
        ("water/", WATER_TABLES),
    ];
    let unknown_table = |table: &str| {
        let tables = layers.iter().flat_map(|(_, tables)| tables.iter().copied());
        NoTarget::Wrong(
            format!(
                "`{name}` names no element: an element is <layer>/<table>/<id>, its layer grid, road, transit or water"
            ),
            did_you_mean_or_known(table, tables),
        )
    };
    let found = layers
        .iter()
        .find_map(|(layer, tables)| Some((*tables, name.strip_prefix(layer)?)));
    let Some((tables, rest)) = found else {
        return Err(unknown_table(""));
    };
    let (table, id) = rest.split_once('/').ok_or_else(|| unknown_table(rest))?;
    let table = tables
        .iter()
        .find(|t| **t == table)
        .ok_or_else(|| unknown_table(table))?;
    let known = ids(city, table).unwrap_or_default();
    if known.contains(&id) {
        Ok((table, id))
    } else {
        let help = did_you_mean_or_known(id, known);
        Err(NoTarget::Wrong(
            format!("the city {} has no {table} `{id}`", city.name),
            help,
        ))
    }
}

/// A bare name may be a misspelt role, or an id without its table.
fn advice_for_bare_name(target: &str, city: &City) -> Option<String> {
    let table = TABLES
        .iter()
        .find(|t| ids(city, t).is_some_and(|list| list.contains(&target)));
    match table {
        Some(table) => Some(format!("did you mean `grid/{table}/{target}`?")),
        None => did_you_mean_or_known(target, role::ROLES.iter().map(|r| r.name)),
    }
}
