//! Tables of travel demand: zones, profiles and flows.

use crate::city::model::city::City;
use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::scenario::city_files::References;
use crate::scenario::city_files::layer::LayerTables;
use crate::scenario::city_files::table::Ids;
use crate::scenario::city_files::table::Table;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::joined;
use crate::scenario::problem::Problems;

/// The layer's tables.
pub const TABLES: &LayerTables = &[
    (
        "zones.csv",
        &["id", "x_m", "y_m", "district", "population", "jobs"],
    ),
    (
        "trip_profiles.csv",
        &["id", "weekday_share", "weekend_share", "discretionary"],
    ),
    (
        "travel_flows.csv",
        &[
            "from_zone",
            "to_zone",
            "profile",
            "car_trips",
            "transit_trips",
        ],
    ),
];

/// Texts of the tables.
///
/// # Errors
/// When the CSV writer fails.
pub fn write(city: &City, travel: &Travel) -> Result<Vec<(&'static str, String)>, csv::Error> {
    let [zones, profiles, flows] = [TABLES[0], TABLES[1], TABLES[2]];
    let mut table = TableText::new(zones.1)?;
    for zone in &travel.zones {
        table.row(&[
            zone.id.clone(),
            zone.x_m.to_string(),
            zone.y_m.to_string(),
            city.districts[zone.district].id.clone(),
            zone.population.to_string(),
            zone.jobs.to_string(),
        ])?;
    }
    let zones_text = table.text()?;
    let mut table = TableText::new(profiles.1)?;
    for profile in &travel.profiles {
        table.row(&[
            profile.id.clone(),
            joined(&profile.weekday),
            joined(&profile.weekend),
            profile.discretionary.to_string(),
        ])?;
    }
    let profiles_text = table.text()?;
    let mut table = TableText::new(flows.1)?;
    for flow in &travel.flows {
        table.row(&[
            travel.zones[flow.from].id.clone(),
            travel.zones[flow.to].id.clone(),
            travel.profiles[flow.profile].id.clone(),
            flow.car_trips.to_string(),
            flow.transit_trips.to_string(),
        ])?;
    }
    Ok(vec![
        (zones.0, zones_text),
        (profiles.0, profiles_text),
        (flows.0, table.text()?),
    ])
}

/// The layer, and the ids of its zones for the layers that refer to them.
pub fn read(tables: &[Table], ids: &References, problems: &mut Problems) -> (Travel, Ids) {
    let [zones, profiles, flows] = tables else {
        return Default::default();
    };
    let zone_ids = zones.ids(problems);
    let profile_ids = profiles.ids(problems);
    let travel = Travel {
        zones: zones.read(problems, |row| Zone {
            id: row.text("id"),
            x_m: row.number("x_m"),
            y_m: row.number("y_m"),
            district: row.reference("district", &ids.districts),
            population: row.number("population"),
            jobs: row.number("jobs"),
        }),
        profiles: profiles.read(problems, |row| TripProfile {
            id: row.text("id"),
            weekday: row.numbers("weekday_share"),
            weekend: row.numbers("weekend_share"),
            discretionary: row.number("discretionary"),
        }),
        flows: flows.read(problems, |row| Flow {
            from: row.reference("from_zone", &zone_ids),
            to: row.reference("to_zone", &zone_ids),
            profile: row.reference("profile", &profile_ids),
            car_trips: row.number("car_trips"),
            transit_trips: row.number("transit_trips"),
        }),
    };
    (travel, zone_ids)
}
