//! Cities that are part of the program, so that it runs from any folder.
//!
//! Their files under `assets/cities` are the generator's output; a test draws them again and compares every byte.

use crate::city::model::city::City;
use crate::scenario::city_files;
use crate::scenario::generate;
use crate::scenario::generate::CityRecipe;
use crate::scenario::generate::GenerateError;
use crate::scenario::problem::Problems;

/// A city in the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    files: &'static [(&'static str, &'static str)],
}

macro_rules! file {
    ($city:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/assets/cities/",
                $city,
                "/",
                $name
            )),
        )
    };
}

/// The cities in the program.
pub const CITIES: [BuiltIn; 1] = [BuiltIn {
    name: "lakeside",
    summary: "240,000 people in 24 districts on a lake shore; 12 substations, 88 feeders (synthetic)",
    files: &[
        file!("lakeside", "city.toml"),
        file!("lakeside", "districts.csv"),
        file!("lakeside", "buses.csv"),
        file!("lakeside", "conductors.csv"),
        file!("lakeside", "lines.csv"),
        file!("lakeside", "transformers.csv"),
        file!("lakeside", "substations.csv"),
        file!("lakeside", "feeders.csv"),
        file!("lakeside", "loads.csv"),
        file!("lakeside", "plants.csv"),
        file!("lakeside", "externals.csv"),
        file!("lakeside", "batteries.csv"),
        file!("lakeside", "zones.csv"),
        file!("lakeside", "trip_profiles.csv"),
        file!("lakeside", "travel_flows.csv"),
        file!("lakeside", "road_nodes.csv"),
        file!("lakeside", "road_links.csv"),
        file!("lakeside", "road_zones.csv"),
        file!("lakeside", "transit_stops.csv"),
        file!("lakeside", "transit_routes.csv"),
        file!("lakeside", "transit_traction.csv"),
        file!("lakeside", "transit_legs.csv"),
        file!("lakeside", "transit_patterns.csv"),
        file!("lakeside", "transit_timings.csv"),
        file!("lakeside", "transit_services.csv"),
        file!("lakeside", "transit_vehicle_types.csv"),
        file!("lakeside", "transit_depots.csv"),
        file!("lakeside", "transit_fleets.csv"),
        file!("lakeside", "transit_blocks.csv"),
        file!("lakeside", "transit_trips.csv"),
        file!("lakeside", "transit_chargers.csv"),
        file!("lakeside", "transit_transfers.csv"),
        file!("lakeside", "water_nodes.csv"),
        file!("lakeside", "water_mains.csv"),
        file!("lakeside", "water_stations.csv"),
        file!("lakeside", "water_pumps.csv"),
        file!("lakeside", "water_tanks.csv"),
        file!("lakeside", "water_sources.csv"),
        file!("lakeside", "water_valves.csv"),
        file!("lakeside", "water_patterns.csv"),
    ],
}];

/// The built-in city of this name, if there is one.
#[must_use]
pub fn find(name: &str) -> Option<&'static BuiltIn> {
    CITIES.iter().find(|c| c.name == name)
}

impl BuiltIn {
    /// Reads the city.
    ///
    /// # Errors
    /// The problems of its files; none, as tests see to.
    pub fn city(&self) -> Result<City, Problems> {
        city_files::parse(&format!("built-in {}/", self.name), |name| {
            let file = self.files.iter().find(|(file, _)| *file == name);
            file.map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| "is not built in".to_owned())
        })
    }

    /// Draws the city anew from its recipe: what `assets/cities` holds when it is up to date.
    ///
    /// # Errors
    /// When the recipe makes no city.
    pub fn redraw(&self) -> Result<City, GenerateError> {
        generate::city(&CityRecipe::lakeside())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To renew the files after a change of the generator: `AUTOPOLIS_RENEW_CITIES=1 cargo test --release builtin`,
    /// twice, since the texts are compiled in.
    #[test]
    fn the_generator_gives_the_same_bytes() {
        for built_in in &CITIES {
            let drawn = built_in.redraw().unwrap();
            if std::env::var_os("AUTOPOLIS_RENEW_CITIES").is_some() {
                let folder = format!(
                    "{}/assets/cities/{}",
                    env!("CARGO_MANIFEST_DIR"),
                    built_in.name
                );
                city_files::folder::write(&drawn, std::path::Path::new(&folder)).unwrap();
            }
            let rendered = city_files::render(&drawn).unwrap();
            assert_eq!(rendered.len(), built_in.files.len());
            for ((name, text), (file, embedded)) in rendered.iter().zip(built_in.files) {
                assert_eq!(name, file);
                assert!(
                    text == embedded,
                    "assets/cities/{}/{file} is not what the generator draws",
                    built_in.name
                );
            }
        }
    }

    #[test]
    fn built_in_cities_are_sound_and_complete() {
        for built_in in &CITIES {
            let city = built_in.city().unwrap();
            assert_eq!(city, built_in.redraw().unwrap());
            assert_eq!(city.name, built_in.name);
        }
        assert!(find("lakeside").is_some() && find("atlantis").is_none());
    }
}
