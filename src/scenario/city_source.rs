//! Finds a city: a built-in name, or the folder or file of one.

use crate::city::model::city::City;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use std::path::Path;
use std::sync::Arc;

/// A city and what its folder holds beside it.
#[derive(Clone, Debug)]
pub struct CitySource {
    /// The city.
    pub city: Arc<City>,
    /// What finds it again from any folder: a built-in name or an absolute path.
    pub reference: String,
    /// Its `weather.epw`, if the folder has one.
    pub epw_bytes: Option<Vec<u8>>,
}

/// Reads a city. A problem whose file is empty speaks of the reference itself.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(reference: &str) -> Result<CitySource, Problems> {
    let _ = Path::new(reference);
    Err(Problems::from(Problem::of_file(
        "",
        format!("there is no city `{reference}`"),
    )))
}
