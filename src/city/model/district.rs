//! A district: the people, homes and roofs of one part of the city.
//!
//! It holds no network element; loads, substations and stops name the district they lie in.

use serde::Deserialize;
use serde::Serialize;

/// Share of dwellings by building kind; the five sum to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DwellingMix {
    /// Detached houses.
    pub detached: f64,
    /// Row (terraced) houses.
    pub row: f64,
    /// Flats in buildings of up to four floors.
    pub low_rise: f64,
    /// Flats in taller buildings.
    pub high_rise: f64,
    /// Homes for the aged, student halls and other institutions.
    pub institutional: f64,
}

/// Share of people by age in years; the four sum to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgeMix {
    /// 0 to 14.
    pub age_0_14: f64,
    /// 15 to 64.
    pub age_15_64: f64,
    /// 65 to 74.
    pub age_65_74: f64,
    /// 75 and over.
    pub age_75_plus: f64,
}

/// One district.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct District {
    /// Stable id, such as `D07`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Centre, metres east of the city's origin.
    pub x_m: f64,
    /// Centre, metres north of the city's origin.
    pub y_m: f64,
    /// Outline, metres east and north of the city's origin, not closed; at least three corners.
    pub boundary_m: Vec<[f64; 2]>,
    /// Residents.
    pub population: u32,
    /// Households (one dwelling each).
    pub households: u32,
    /// Median household income, thousand dollars a year.
    pub median_income_kusd: f64,
    /// City-wide income quintile of the district, 1 (poorest) to 5.
    pub income_quintile: u8,
    /// Building stock.
    pub dwellings: DwellingMix,
    /// Ages.
    pub ages: AgeMix,
    /// Share of residents who are over 65 and live alone.
    pub alone_over_65: f64,
    /// Share of households that own a working air conditioner.
    pub ac_share: f64,
    /// Roof photovoltaics, megawatts peak (already contained in the loads' `pv_mwp`).
    pub pv_mwp: f64,
    /// How much warmer than the weather station the district is on a calm clear night, kelvin.
    pub heat_island_k: f64,
}
