//! The weather that a scenario's run meets: which base it has, and the series drawn from it.
//!
//! The physics is the generator's and the overlay's (`generate`); here is only the choice between them.

use crate::city::model::city::Site;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::scenario::format::CHICAGO;
use crate::scenario::format::WeatherFile;
use crate::scenario::generate::weather::generate;
use crate::scenario::generate::weather_overlay::lay_on;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::import::epw::NoSuchDay;
use jiff::civil::DateTime;

/// Longest lead at which a controller may ask for a forecast, seconds: the day-ahead market's two days.
pub const LONGEST_LEAD_S: u64 = 172_800;

/// Spacing of a run's weather, seconds: the finest step at which stations report.
pub const INTERVAL_S: u32 = 300;

/// The recipe of a scenario's weather at a place.
#[must_use]
pub fn recipe(weather: &WeatherFile, site: &Site) -> WeatherRecipe {
    let climate = weather.climate.as_ref().unwrap_or(&CHICAGO);
    WeatherRecipe {
        heat_dome: weather.heat_dome.clone(),
        storm: weather.storm.clone(),
        lake_breeze: weather.lake_breeze.clone(),
        ..climate.recipe(
            site.latitude_deg,
            site.longitude_deg,
            site.utc_offset_h,
            site.elevation_m,
        )
    }
}

/// The series for a run: from a weather file if there is one, generated otherwise.
///
/// # Errors
/// [`NoSuchDay`] if the file lacks the run's first day.
pub fn series(
    weather: &WeatherFile,
    file: Option<&EpwFile>,
    site: &Site,
    start: DateTime,
    horizon_s: u64,
    seed: u64,
) -> Result<WeatherSeries, NoSuchDay> {
    let recipe = recipe(weather, site);
    let span_s = u32::try_from(horizon_s + LONGEST_LEAD_S).unwrap_or(u32::MAX);
    match file {
        Some(file) => lay_on(file, &recipe, start, span_s, INTERVAL_S, seed),
        None => Ok(generate(&recipe, start, span_s, INTERVAL_S, seed)),
    }
}
