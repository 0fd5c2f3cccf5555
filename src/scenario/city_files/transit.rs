//! Tables of public transport. Single references are ids; lists, which are long, are row numbers from 0.
//!
//! Legs and running times have no ids: patterns and trips name their rows. Values are judged in `validate_transit`.

use crate::city::model::city::City;
use crate::city::model::transit::Drive;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::scenario::city_files::layer::LayerTables;
use crate::scenario::city_files::table::TableText;
use crate::scenario::city_files::table::name_of;
use crate::scenario::city_files::table::spaced;

/// The layer's tables.
pub const TABLES: &LayerTables = &[
    (
        "transit_stops.csv",
        &["id", "name", "x_m", "y_m", "district", "station"],
    ),
    ("transit_routes.csv", &["id", "name", "mode"]),
    (
        "transit_traction.csv",
        &["id", "load", "rating_kw", "x_m", "y_m"],
    ),
    (
        "transit_legs.csv",
        &["from_stop", "to_stop", "length_m", "road_links", "traction"],
    ),
    (
        "transit_patterns.csv",
        &[
            "id",
            "route",
            "direction",
            "stops",
            "legs",
            "no_boarding",
            "no_alighting",
            "timepoints",
        ],
    ),
    (
        "transit_timings.csv",
        &["pattern", "arrival_s", "departure_s"],
    ),
    ("transit_services.csv", &["id", "days"]),
    (
        "transit_vehicle_types.csv",
        &[
            "id",
            "mode",
            "drive",
            "seats",
            "capacity",
            "doors",
            "energy_kwh_km",
            "cooling_kw_k",
            "battery_kwh",
            "charge_kw",
        ],
    ),
    (
        "transit_depots.csv",
        &["id", "x_m", "y_m", "district", "load", "chargers"],
    ),
    ("transit_fleets.csv", &["depot", "vehicle_type", "vehicles"]),
    ("transit_blocks.csv", &["id", "vehicle_type", "depot"]),
    (
        "transit_trips.csv",
        &["id", "timing", "service", "start_s", "block"],
    ),
    (
        "transit_chargers.csv",
        &["stop", "load", "power_kw", "places"],
    ),
    (
        "transit_transfers.csv",
        &["from_stop", "to_stop", "seconds"],
    ),
];

/// Names of kinds of vehicles.
pub const MODES: [(&str, TransitMode); 6] = [
    ("bus", TransitMode::Bus),
    ("tram", TransitMode::Tram),
    ("metro", TransitMode::Metro),
    ("rail", TransitMode::Rail),
    ("ferry", TransitMode::Ferry),
    ("other", TransitMode::Other),
];
/// Names of drives.
pub const DRIVES: [(&str, Drive); 3] = [
    ("diesel", Drive::Diesel),
    ("battery", Drive::Battery),
    ("electric", Drive::Electric),
];

/// Positions at which a flag has this value.
fn positions(flags: &[bool], value: bool) -> String {
    let at: Vec<usize> = (0..flags.len()).filter(|&i| flags[i] == value).collect();
    spaced(&at)
}

/// Texts of the tables.
///
/// # Errors
/// When the CSV writer fails.
pub fn write(city: &City, transit: &Transit) -> Result<Vec<(&'static str, String)>, csv::Error> {
    let t = transit;
    let load = |l: usize| city.grid.loads[l].id.clone();
    let district = |d: usize| city.districts[d].id.clone();
    let stop = |s: usize| t.stops[s].id.clone();
    let mut files = Vec::with_capacity(TABLES.len());
    let mut table = |rows: Vec<Vec<String>>| -> Result<(), csv::Error> {
        let (file, columns) = TABLES[files.len()];
        let mut text = TableText::new(columns)?;
        for row in rows {
            text.row(&row)?;
        }
        files.push((file, text.text()?));
        Ok(())
    };
    let each = t.stops.iter().map(|s| {
        vec![
            s.id.clone(),
            s.name.clone(),
            s.x_m.to_string(),
            s.y_m.to_string(),
            district(s.district),
            s.station.map_or_else(String::new, |n| n.to_string()),
        ]
    });
    table(each.collect())?;
    let each = t.routes.iter();
    table(
        each.map(|r| vec![r.id.clone(), r.name.clone(), name_of(r.mode, &MODES)])
            .collect(),
    )?;
    let each = t.traction.iter().map(|s| {
        vec![
            s.id.clone(),
            load(s.load),
            s.rating_kw.to_string(),
            s.x_m.to_string(),
            s.y_m.to_string(),
        ]
    });
    table(each.collect())?;
    let each = t.legs.iter().map(|l| {
        vec![
            stop(l.from),
            stop(l.to),
            l.length_m.to_string(),
            spaced(&l.road_links),
            spaced(&l.traction),
        ]
    });
    table(each.collect())?;
    let each = t.patterns.iter().map(|p| {
        vec![
            p.id.clone(),
            t.routes[p.route].id.clone(),
            p.direction.to_string(),
            spaced(&p.stops),
            spaced(&p.legs),
            positions(&p.boarding, false),
            positions(&p.alighting, false),
            positions(&p.timepoint, true),
        ]
    });
    table(each.collect())?;
    let each = t.timings.iter().map(|x| {
        vec![
            t.patterns[x.pattern].id.clone(),
            spaced(&x.arrival_s),
            spaced(&x.departure_s),
        ]
    });
    table(each.collect())?;
    let each = t.services.iter().map(|s| {
        let days = s.days.iter().map(|runs| if *runs { '1' } else { '0' });
        vec![s.id.clone(), days.collect()]
    });
    table(each.collect())?;
    let each = t.vehicle_types.iter().map(|v| {
        vec![
            v.id.clone(),
            name_of(v.mode, &MODES),
            name_of(v.drive, &DRIVES),
            v.seats.to_string(),
            v.capacity.to_string(),
            v.doors.to_string(),
            v.energy_kwh_km.to_string(),
            v.cooling_kw_k.to_string(),
            v.battery_kwh.to_string(),
            v.charge_kw.to_string(),
        ]
    });
    table(each.collect())?;
    let each = t.depots.iter().map(|d| {
        vec![
            d.id.clone(),
            d.x_m.to_string(),
            d.y_m.to_string(),
            district(d.district),
            d.load.map_or_else(String::new, load),
            d.chargers.to_string(),
        ]
    });
    table(each.collect())?;
    let each = t.fleets.iter().map(|f| {
        vec![
            t.depots[f.depot].id.clone(),
            t.vehicle_types[f.vehicle_type].id.clone(),
            f.vehicles.to_string(),
        ]
    });
    table(each.collect())?;
    let each = t.blocks.iter().map(|b| {
        vec![
            b.id.clone(),
            t.vehicle_types[b.vehicle_type].id.clone(),
            t.depots[b.depot].id.clone(),
        ]
    });
    table(each.collect())?;
    let each = t.trips.iter().map(|x| {
        vec![
            x.id.clone(),
            x.timing.to_string(),
            t.services[x.service].id.clone(),
            x.start_s.to_string(),
            t.blocks[x.block].id.clone(),
        ]
    });
    table(each.collect())?;
    let each = t.chargers.iter().map(|c| {
        vec![
            stop(c.stop),
            load(c.load),
            c.power_kw.to_string(),
            c.places.to_string(),
        ]
    });
    table(each.collect())?;
    let each = t.transfers.iter().map(|(from, to, seconds)| {
        vec![
            stop(*from),
            stop(*to),
            seconds.map_or_else(String::new, |s| s.to_string()),
        ]
    });
    table(each.collect())?;
    Ok(files)
}
