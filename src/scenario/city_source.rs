//! Finds a city: a built-in name, or the folder of one (or the `city.toml` in it).

use crate::city::model::city::City;
use crate::scenario::builtin;
use crate::scenario::city_files::HEADER_FILE;
use crate::scenario::city_files::folder;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use std::path::Path;
use std::sync::Arc;

/// The weather of a city, in its folder.
pub const WEATHER_FILE: &str = "weather.epw";

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

/// Reads a city. A problem without a file speaks of the reference itself.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(reference: &str) -> Result<CitySource, Problems> {
    if let Some(built_in) = builtin::find(reference) {
        return Ok(CitySource {
            city: Arc::new(built_in.city()?),
            reference: reference.to_owned(),
            epw_bytes: None,
        });
    }
    let path = Path::new(reference);
    let path = match path.file_name() {
        Some(name) if name == HEADER_FILE => path.parent().unwrap_or(path),
        _ => path,
    };
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    if !path.join(HEADER_FILE).is_file() {
        let message = if path.exists() {
            format!("`{reference}` is no city: it holds no {HEADER_FILE}")
        } else {
            format!("there is no city `{reference}`")
        };
        let known = builtin::CITIES.iter().map(|c| c.name);
        return Err(Problem::new("", message)
            .maybe_help(did_you_mean_or_known(reference, known))
            .into());
    }
    let city = folder::read(path)?;
    let weather = path.join(WEATHER_FILE);
    let epw_bytes = match std::fs::read(&weather) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            return Err(Problem::new(weather.display().to_string(), message).into());
        }
    };
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    Ok(CitySource {
        city: Arc::new(city),
        reference: absolute.display().to_string(),
        epw_bytes,
    })
}
