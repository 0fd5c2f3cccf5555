//! Tables of places: districts and substations.
//!
//! Each table has its columns, a writer and a reader side by side. Values are judged in `validate`, not here.

use crate::city::model::city::City;
use crate::city::model::district::AgeMix;
use crate::city::model::district::District;
use crate::city::model::district::DwellingMix;
use crate::city::model::grid::Substation;
use crate::scenario::city_files::References;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::joined;

/// Columns of `districts.csv`.
pub const DISTRICTS: [&str; 22] = [
    "id",
    "name",
    "x_m",
    "y_m",
    "boundary_m",
    "population",
    "households",
    "median_income_kusd",
    "income_quintile",
    "detached",
    "row",
    "low_rise",
    "high_rise",
    "institutional",
    "age_0_14",
    "age_15_64",
    "age_65_74",
    "age_75_plus",
    "alone_over_65",
    "ac_share",
    "pv_mwp",
    "heat_island_k",
];

/// Text of `districts.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_districts(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&DISTRICTS)?;
    for district in &city.districts {
        table.row(&[
            district.id.clone(),
            district.name.clone(),
            district.x_m.to_string(),
            district.y_m.to_string(),
            corners(&district.boundary_m),
            district.population.to_string(),
            district.households.to_string(),
            district.median_income_kusd.to_string(),
            district.income_quintile.to_string(),
            district.dwellings.detached.to_string(),
            district.dwellings.row.to_string(),
            district.dwellings.low_rise.to_string(),
            district.dwellings.high_rise.to_string(),
            district.dwellings.institutional.to_string(),
            district.ages.age_0_14.to_string(),
            district.ages.age_15_64.to_string(),
            district.ages.age_65_74.to_string(),
            district.ages.age_75_plus.to_string(),
            district.alone_over_65.to_string(),
            district.ac_share.to_string(),
            district.pv_mwp.to_string(),
            district.heat_island_k.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `districts.csv`.
pub fn read_district(row: &mut Row) -> District {
    District {
        id: row.text("id"),
        name: row.text("name"),
        x_m: row.number("x_m"),
        y_m: row.number("y_m"),
        boundary_m: row.points("boundary_m"),
        population: row.whole("population"),
        households: row.whole("households"),
        median_income_kusd: row.number("median_income_kusd"),
        income_quintile: row.whole("income_quintile"),
        dwellings: DwellingMix {
            detached: row.number("detached"),
            row: row.number("row"),
            low_rise: row.number("low_rise"),
            high_rise: row.number("high_rise"),
            institutional: row.number("institutional"),
        },
        ages: AgeMix {
            age_0_14: row.number("age_0_14"),
            age_15_64: row.number("age_15_64"),
            age_65_74: row.number("age_65_74"),
            age_75_plus: row.number("age_75_plus"),
        },
        alone_over_65: row.number("alone_over_65"),
        ac_share: row.number("ac_share"),
        pv_mwp: row.number("pv_mwp"),
        heat_island_k: row.number("heat_island_k"),
    }
}

/// Columns of `substations.csv`.
pub const SUBSTATIONS: [&str; 7] = ["id", "name", "hv_bus", "mv_bus", "district", "x_m", "y_m"];

/// Text of `substations.csv`.
///
/// # Errors
/// When the CSV writer fails.
pub fn write_substations(city: &City) -> Result<String, csv::Error> {
    let mut table = TableText::new(&SUBSTATIONS)?;
    for substation in &city.grid.substations {
        table.row(&[
            substation.id.clone(),
            substation.name.clone(),
            city.grid.buses[substation.hv_bus].id.clone(),
            city.grid.buses[substation.mv_bus].id.clone(),
            city.districts[substation.district].id.clone(),
            substation.x_m.to_string(),
            substation.y_m.to_string(),
        ])?;
    }
    table.text()
}

/// One row of `substations.csv`.
pub fn read_substation(row: &mut Row, ids: &References) -> Substation {
    Substation {
        id: row.text("id"),
        name: row.text("name"),
        hv_bus: row.reference("hv_bus", &ids.buses),
        mv_bus: row.reference("mv_bus", &ids.buses),
        district: row.reference("district", &ids.districts),
        x_m: row.number("x_m"),
        y_m: row.number("y_m"),
    }
}

/// Corners as `x y x y ...`.
fn corners(points: &[[f64; 2]]) -> String {
    joined(&points.iter().flatten().copied().collect::<Vec<_>>())
}
