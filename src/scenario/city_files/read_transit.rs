//! Reads the tables of public transport that `transit` writes.
//!
//! It sees to it that every reference and row number is sound, so that nothing after it can miss; it judges no values.

use crate::city::model::transit::Block;
use crate::city::model::transit::Depot;
use crate::city::model::transit::Fleet;
use crate::city::model::transit::Leg;
use crate::city::model::transit::Pattern;
use crate::city::model::transit::Route;
use crate::city::model::transit::Service;
use crate::city::model::transit::Stop;
use crate::city::model::transit::TerminalCharger;
use crate::city::model::transit::Timing;
use crate::city::model::transit::TractionSubstation;
use crate::city::model::transit::Transit;
use crate::city::model::transit::Trip;
use crate::city::model::transit::VehicleType;
use crate::scenario::city_files::References;
use crate::scenario::city_files::table::Row;
use crate::scenario::city_files::table::Table;
use crate::scenario::city_files::transit::DRIVES;
use crate::scenario::city_files::transit::MODES;
use crate::scenario::problem::Problems;

/// The layer. `road_links` is how many links the city's roads have.
pub fn read(
    tables: &[Table],
    ids: &References,
    road_links: usize,
    problems: &mut Problems,
) -> Transit {
    let [
        stops,
        routes,
        traction,
        legs,
        patterns,
        timings,
        services,
        types,
        depots,
        fleets,
        blocks,
        trips,
        chargers,
        transfers,
    ] = tables
    else {
        return Transit::default();
    };
    let p = problems;
    let stop_ids = stops.ids(p);
    let route_ids = routes.ids(p);
    let pattern_ids = patterns.ids(p);
    let service_ids = services.ids(p);
    let type_ids = types.ids(p);
    let depot_ids = depots.ids(p);
    let block_ids = blocks.ids(p);
    traction.ids(p);
    trips.ids(p);
    let stops = stops.read(p, |row| Stop {
        id: row.text("id"),
        name: row.text("name"),
        x_m: row.number("x_m"),
        y_m: row.number("y_m"),
        district: row.reference("district", &ids.districts),
        station: row.wholes("station").first().copied(),
    });
    let traction = traction.read(p, |row| TractionSubstation {
        id: row.text("id"),
        load: row.reference("load", &ids.loads),
        rating_kw: row.number("rating_kw"),
        x_m: row.number("x_m"),
        y_m: row.number("y_m"),
    });
    let legs = legs.read(p, |row| Leg {
        from: row.reference("from_stop", &stop_ids),
        to: row.reference("to_stop", &stop_ids),
        length_m: row.number("length_m"),
        road_links: row.indices("road_links", road_links),
        traction: row.indices("traction", traction.len()),
    });
    let patterns = patterns.read(p, |row| {
        let stops = row.indices("stops", stops.len());
        let count = stops.len();
        Pattern {
            id: row.text("id"),
            route: row.reference("route", &route_ids),
            direction: row.whole("direction"),
            legs: row.indices("legs", legs.len()),
            boarding: flags(row, "no_boarding", count, false),
            alighting: flags(row, "no_alighting", count, false),
            timepoint: flags(row, "timepoints", count, true),
            stops,
        }
    });
    let timings = timings.read(p, |row| Timing {
        pattern: row.reference("pattern", &pattern_ids),
        arrival_s: row.wholes("arrival_s"),
        departure_s: row.wholes("departure_s"),
    });
    Transit {
        routes: routes.read(p, |row| Route {
            id: row.text("id"),
            name: row.text("name"),
            mode: row.choice("mode", &MODES),
        }),
        services: services.read(p, |row| Service {
            id: row.text("id"),
            days: days(row),
        }),
        trips: trips.read(p, |row| Trip {
            id: row.text("id"),
            timing: row.index("timing", timings.len()),
            service: row.reference("service", &service_ids),
            start_s: row.whole("start_s"),
            block: row.reference("block", &block_ids),
        }),
        blocks: blocks.read(p, |row| Block {
            id: row.text("id"),
            vehicle_type: row.reference("vehicle_type", &type_ids),
            depot: row.reference("depot", &depot_ids),
        }),
        vehicle_types: types.read(p, |row| VehicleType {
            id: row.text("id"),
            mode: row.choice("mode", &MODES),
            drive: row.choice("drive", &DRIVES),
            seats: row.whole("seats"),
            capacity: row.whole("capacity"),
            doors: row.whole("doors"),
            energy_kwh_km: row.number("energy_kwh_km"),
            cooling_kw_k: row.number("cooling_kw_k"),
            battery_kwh: row.number("battery_kwh"),
            charge_kw: row.number("charge_kw"),
        }),
        depots: depots.read(p, |row| Depot {
            id: row.text("id"),
            x_m: row.number("x_m"),
            y_m: row.number("y_m"),
            district: row.reference("district", &ids.districts),
            load: row.optional_reference("load", &ids.loads),
            chargers: row.whole("chargers"),
        }),
        fleets: fleets.read(p, |row| Fleet {
            depot: row.reference("depot", &depot_ids),
            vehicle_type: row.reference("vehicle_type", &type_ids),
            vehicles: row.whole("vehicles"),
        }),
        chargers: chargers.read(p, |row| TerminalCharger {
            stop: row.reference("stop", &stop_ids),
            load: row.reference("load", &ids.loads),
            power_kw: row.number("power_kw"),
            places: row.whole("places"),
        }),
        transfers: transfers.read(p, |row| {
            (
                row.reference("from_stop", &stop_ids),
                row.reference("to_stop", &stop_ids),
                row.wholes("seconds").first().copied(),
            )
        }),
        stops,
        legs,
        patterns,
        timings,
        traction,
    }
}

/// Flags by position: `value` at the positions named, else its opposite.
fn flags(row: &mut Row, field: &str, count: usize, value: bool) -> Vec<bool> {
    let mut flags = vec![!value; count];
    for at in row.indices(field, count) {
        flags[at] = value;
    }
    flags
}

/// Monday to Sunday as seven digits.
fn days(row: &mut Row) -> [bool; 7] {
    let text = row.text("days");
    let mut days = [false; 7];
    let digits: Vec<char> = text.chars().collect();
    if digits.len() == 7 && digits.iter().all(|d| matches!(d, '0' | '1')) {
        for (day, digit) in days.iter_mut().zip(digits) {
            *day = digit == '1';
        }
    } else {
        let message = format!("`{text}` is not seven digits 0 or 1, Monday to Sunday");
        row.complain("days", message, None);
    }
    days
}
