//! Tables of supply: plants, external grids and batteries.
//!
//! Each table has its columns, a writer and a reader side by side. Values are judged in `validate`, not here.

use crate::city::model::city::City;
use crate::city::model::grid::Battery;
use crate::city::model::grid::ExternalGrid;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::scenario::city_files::References;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::joined;
use crate::scenario::city_files::table::name_of;

/// Names of technologies in files.
const TECHNOLOGIES: [(&str, Technology); 8] = [
    ("combined_cycle", Technology::CombinedCycle),
    ("gas_turbine", Technology::GasTurbine),
    ("diesel", Technology::Diesel),
    ("steam", Technology::Steam),
    ("hydro", Technology::Hydro),
    ("solar", Technology::Solar),
    ("wind", Technology::Wind),
    ("condenser", Technology::Condenser),
];

/// Columns of `plants.csv`.
pub const PLANTS: [&str; 17] = [
    "id",
    "name",
    "bus",
    "technology",
    "p_min_mw",
    "p_max_mw",
    "q_min_mvar",
    "q_max_mvar",
    "v_set_pu",
    "ramp_mw_min",
    "cost_usd_h",
    "cost_usd_mwh",
    "cost_usd_mw2h",
    "co2_kg_mwh",
    "derating_per_k",
    "forced_outages_y",
    "schedule_share",
];

/// Text of `plants.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_plants(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&PLANTS)?;
    for plant in &city.grid.plants {
        table.row(&[
            plant.id.clone(),
            plant.name.clone(),
            city.grid.buses[plant.bus].id.clone(),
            name_of(plant.technology, &TECHNOLOGIES),
            plant.p_min_mw.to_string(),
            plant.p_max_mw.to_string(),
            plant.q_min_mvar.to_string(),
            plant.q_max_mvar.to_string(),
            plant.v_set_pu.to_string(),
            plant.ramp_mw_min.to_string(),
            plant.cost_usd_h[0].to_string(),
            plant.cost_usd_h[1].to_string(),
            plant.cost_usd_h[2].to_string(),
            plant.co2_kg_mwh.to_string(),
            plant.derating_per_k.to_string(),
            plant.forced_outages_y.to_string(),
            joined(&plant.schedule),
        ])?;
    }
    table.text()
}

/// One row of `plants.csv`.
pub fn read_plant(row: &mut Row, ids: &References) -> Plant {
    Plant {
        id: row.text("id"),
        name: row.text("name"),
        bus: row.reference("bus", &ids.buses),
        technology: row.choice("technology", &TECHNOLOGIES),
        p_min_mw: row.number("p_min_mw"),
        p_max_mw: row.number("p_max_mw"),
        q_min_mvar: row.number("q_min_mvar"),
        q_max_mvar: row.number("q_max_mvar"),
        v_set_pu: row.number("v_set_pu"),
        ramp_mw_min: row.number("ramp_mw_min"),
        cost_usd_h: [
            row.number("cost_usd_h"),
            row.number("cost_usd_mwh"),
            row.number("cost_usd_mw2h"),
        ],
        co2_kg_mwh: row.number("co2_kg_mwh"),
        derating_per_k: row.number("derating_per_k"),
        forced_outages_y: row.number("forced_outages_y"),
        schedule: row.numbers("schedule_share"),
    }
}

/// Columns of `externals.csv`.
pub const EXTERNALS: [&str; 6] = [
    "id",
    "bus",
    "v_set_pu",
    "limit_mw",
    "price_usd_mwh",
    "co2_kg_mwh",
];

/// Text of `externals.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_externals(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&EXTERNALS)?;
    for external in &city.grid.externals {
        table.row(&[
            external.id.clone(),
            city.grid.buses[external.bus].id.clone(),
            external.v_set_pu.to_string(),
            external.limit_mw.to_string(),
            external.price_usd_mwh.to_string(),
            external.co2_kg_mwh.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `externals.csv`.
pub fn read_external(row: &mut Row, ids: &References) -> ExternalGrid {
    ExternalGrid {
        id: row.text("id"),
        bus: row.reference("bus", &ids.buses),
        v_set_pu: row.number("v_set_pu"),
        limit_mw: row.number("limit_mw"),
        price_usd_mwh: row.number("price_usd_mwh"),
        co2_kg_mwh: row.number("co2_kg_mwh"),
    }
}

/// Columns of `batteries.csv`.
pub const BATTERIES: [&str; 6] = [
    "id",
    "bus",
    "power_mw",
    "energy_mwh",
    "round_trip",
    "initial_soc",
];

/// Text of `batteries.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_batteries(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&BATTERIES)?;
    for battery in &city.grid.batteries {
        table.row(&[
            battery.id.clone(),
            city.grid.buses[battery.bus].id.clone(),
            battery.power_mw.to_string(),
            battery.energy_mwh.to_string(),
            battery.round_trip.to_string(),
            battery.initial_soc.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `batteries.csv`.
pub fn read_battery(row: &mut Row, ids: &References) -> Battery {
    Battery {
        id: row.text("id"),
        bus: row.reference("bus", &ids.buses),
        power_mw: row.number("power_mw"),
        energy_mwh: row.number("energy_mwh"),
        round_trip: row.number("round_trip"),
        initial_soc: row.number("initial_soc"),
    }
}
