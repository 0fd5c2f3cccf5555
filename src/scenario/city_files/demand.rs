//! Tables of demand: feeders and loads.
//!
//! Each table has its columns, a writer and a reader side by side. Values are judged in `validate`, not here.

use crate::city::model::city::City;
use crate::city::model::grid::Critical;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Load;
use crate::scenario::city_files::References;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::name_of;

/// Names of critical services in files; none is an empty field.
const CRITICALS: [(&str, Option<Critical>); 5] = [
    ("", None),
    ("hospital", Some(Critical::Hospital)),
    ("water_pump", Some(Critical::WaterPump)),
    ("traction", Some(Critical::Traction)),
    ("cooling_centre", Some(Critical::CoolingCentre)),
];

/// Columns of `feeders.csv`.
pub const FEEDERS: [&str; 6] = [
    "id",
    "substation",
    "bus",
    "head_line",
    "priority",
    "rating_mva",
];

/// Text of `feeders.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_feeders(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&FEEDERS)?;
    for feeder in &city.grid.feeders {
        table.row(&[
            feeder.id.clone(),
            feeder
                .substation
                .map_or_else(String::new, |i| city.grid.substations[i].id.clone()),
            city.grid.buses[feeder.bus].id.clone(),
            feeder
                .head_line
                .map_or_else(String::new, |i| city.grid.lines[i].id.clone()),
            feeder.priority.to_string(),
            feeder.rating_mva.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `feeders.csv`.
pub fn read_feeder(row: &mut Row, ids: &References) -> Feeder {
    Feeder {
        id: row.text("id"),
        substation: row.optional_reference("substation", &ids.substations),
        bus: row.reference("bus", &ids.buses),
        head_line: row.optional_reference("head_line", &ids.lines),
        priority: row.whole("priority"),
        rating_mva: row.number("rating_mva"),
    }
}

/// Columns of `loads.csv`.
pub const LOADS: [&str; 18] = [
    "id",
    "bus",
    "district",
    "feeder",
    "homes",
    "businesses",
    "home_mw",
    "commerce_mw",
    "commerce_floor_m2",
    "industry_mw",
    "critical_mw",
    "critical",
    "design_peak_mw",
    "power_factor",
    "pv_mwp",
    "service_units",
    "service_unit_kva",
    "service_age_y",
];

/// Text of `loads.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_loads(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&LOADS)?;
    for load in &city.grid.loads {
        table.row(&[
            load.id.clone(),
            city.grid.buses[load.bus].id.clone(),
            city.districts[load.district].id.clone(),
            city.grid.feeders[load.feeder].id.clone(),
            load.homes.to_string(),
            load.businesses.to_string(),
            load.home_mw.to_string(),
            load.commerce_mw.to_string(),
            load.commerce_floor_m2.to_string(),
            load.industry_mw.to_string(),
            load.critical_mw.to_string(),
            name_of(load.critical, &CRITICALS),
            load.design_peak_mw.to_string(),
            load.power_factor.to_string(),
            load.pv_mwp.to_string(),
            load.service_units.to_string(),
            load.service_unit_kva.to_string(),
            load.service_age_y.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `loads.csv`.
pub fn read_load(row: &mut Row, ids: &References) -> Load {
    Load {
        id: row.text("id"),
        bus: row.reference("bus", &ids.buses),
        district: row.reference("district", &ids.districts),
        feeder: row.reference("feeder", &ids.feeders),
        homes: row.whole("homes"),
        businesses: row.whole("businesses"),
        home_mw: row.number("home_mw"),
        commerce_mw: row.number("commerce_mw"),
        commerce_floor_m2: row.number("commerce_floor_m2"),
        industry_mw: row.number("industry_mw"),
        critical_mw: row.number("critical_mw"),
        critical: row.choice("critical", &CRITICALS),
        design_peak_mw: row.number("design_peak_mw"),
        power_factor: row.number("power_factor"),
        pv_mwp: row.number("pv_mwp"),
        service_units: row.whole("service_units"),
        service_unit_kva: row.number("service_unit_kva"),
        service_age_y: row.number("service_age_y"),
    }
}
