//! Whether a city's public transport makes sense: patterns that hang together, times that run forward, blocks that one
//! vehicle can run, capacities that carry someone.
//!
//! It takes the layer itself, so an imported one can be judged before it is written. Indices are taken to be in range.

use crate::city::model::transit::Drive;
use crate::city::model::transit::Transit;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Problems named of each table; more only repeat the same mistake.
const MOST_PROBLEMS: usize = 50;

/// Collects problems by table.
struct Judge<'a, L> {
    place: &'a str,
    line: L,
    found: Problems,
}

impl<L: Fn(&str, usize) -> Option<usize>> Judge<'_, L> {
    fn say(&mut self, file: &str, row: usize, field: &str, message: String) {
        let name = format!("{}{file}", self.place);
        let of_file = self.found.0.iter().filter(|p| p.file == name).count();
        if of_file >= MOST_PROBLEMS {
            return;
        }
        let line = (self.line)(file, row);
        let message = match line {
            Some(_) => message,
            None => format!("row {}: {message}", row + 1),
        };
        self.found
            .push(Problem::new(name, message).at(line).field(field));
    }
}

/// All problems of the layer. `line` gives the line of a row of a table, if it was read from one.
#[must_use]
pub fn problems(
    transit: &Transit,
    place: &str,
    line: impl Fn(&str, usize) -> Option<usize>,
) -> Problems {
    let mut judge = Judge {
        place,
        line,
        found: Problems::default(),
    };
    let j = &mut judge;
    values(transit, j);
    for (row, pattern) in transit.patterns.iter().enumerate() {
        let file = "transit_patterns.csv";
        let count = pattern.stops.len();
        if count < 2 {
            j.say(
                file,
                row,
                "stops",
                format!("{count} stops; a pattern needs two"),
            );
        }
        if pattern.direction > 1 {
            j.say(
                file,
                row,
                "direction",
                format!("{} is not 0 or 1", pattern.direction),
            );
        }
        if pattern.legs.len() + 1 != count {
            let message = format!("{} legs between {count} stops", pattern.legs.len());
            j.say(file, row, "legs", message);
            continue;
        }
        for (k, &leg) in pattern.legs.iter().enumerate() {
            let leg = &transit.legs[leg];
            if (leg.from, leg.to) != (pattern.stops[k], pattern.stops[k + 1]) {
                let ids = [leg.from, leg.to].map(|s| transit.stops[s].id.as_str());
                let message = format!(
                    "the leg at position {k} goes from `{}` to `{}`, the stops do not",
                    ids[0], ids[1]
                );
                j.say(file, row, "legs", message);
            }
        }
    }
    for (row, timing) in transit.timings.iter().enumerate() {
        if let Some(message) = disorder(
            &timing.arrival_s,
            &timing.departure_s,
            transit.patterns[timing.pattern].stops.len(),
        ) {
            j.say("transit_timings.csv", row, "arrival_s", message);
        }
    }
    blocks(transit, j);
    judge.found
}

/// What is wrong with a pattern's times, if anything.
fn disorder(arrival_s: &[i32], departure_s: &[i32], stops: usize) -> Option<String> {
    if arrival_s.len() != stops || departure_s.len() != stops {
        return Some(format!(
            "{} arrivals and {} departures at {stops} stops",
            arrival_s.len(),
            departure_s.len()
        ));
    }
    if departure_s.first() != Some(&0) {
        return Some("the first departure is not 0".to_owned());
    }
    let mut before = i32::MIN;
    for (k, (arrives, leaves)) in arrival_s.iter().zip(departure_s).enumerate() {
        if *arrives < before || leaves < arrives {
            return Some(format!("time runs backwards at position {k}"));
        }
        before = *leaves;
    }
    None
}

fn values<L: Fn(&str, usize) -> Option<usize>>(transit: &Transit, j: &mut Judge<L>) {
    let mut positive = |file: &str, row: usize, field: &str, value: f64| {
        if value.is_nan() || value <= 0.0 {
            j.say(file, row, field, format!("{value} is not positive"));
        }
    };
    for (row, t) in transit.vehicle_types.iter().enumerate() {
        let file = "transit_vehicle_types.csv";
        positive(file, row, "capacity", f64::from(t.capacity));
        positive(file, row, "doors", f64::from(t.doors));
        if t.drive == Drive::Battery {
            positive(file, row, "battery_kwh", t.battery_kwh);
            positive(file, row, "charge_kw", t.charge_kw);
        }
        if t.drive != Drive::Diesel {
            positive(file, row, "energy_kwh_km", t.energy_kwh_km);
        }
    }
    for (row, t) in transit.traction.iter().enumerate() {
        positive("transit_traction.csv", row, "rating_kw", t.rating_kw);
    }
    for (row, c) in transit.chargers.iter().enumerate() {
        positive("transit_chargers.csv", row, "power_kw", c.power_kw);
        positive("transit_chargers.csv", row, "places", f64::from(c.places));
    }
    for (row, t) in transit.vehicle_types.iter().enumerate() {
        let file = "transit_vehicle_types.csv";
        if t.seats > t.capacity {
            let message = format!("{} seats in a vehicle for {}", t.seats, t.capacity);
            j.say(file, row, "seats", message);
        }
        for (field, value) in [
            ("energy_kwh_km", t.energy_kwh_km),
            ("cooling_kw_k", t.cooling_kw_k),
        ] {
            if value < 0.0 {
                j.say(file, row, field, format!("{value} is negative"));
            }
        }
    }
    for (row, leg) in transit.legs.iter().enumerate() {
        if leg.length_m < 0.0 {
            let message = format!("{} is negative", leg.length_m);
            j.say("transit_legs.csv", row, "length_m", message);
        }
    }
}

/// Trips in order of block and start; of a block, no two at once on any day.
fn blocks<L: Fn(&str, usize) -> Option<usize>>(transit: &Transit, j: &mut Judge<L>) {
    let file = "transit_trips.csv";
    let end_s = |row: usize| {
        let trip = &transit.trips[row];
        let last = transit.timings[trip.timing].arrival_s.last();
        trip.start_s.saturating_add(last.copied().unwrap_or(0))
    };
    // End and row of the last trip of the block, by day.
    let mut last: [Option<(i32, usize)>; 7] = [None; 7];
    for (row, trip) in transit.trips.iter().enumerate() {
        if let Some(before) = row.checked_sub(1).map(|r| &transit.trips[r]) {
            if before.block != trip.block {
                last = [None; 7];
            }
            if (before.block, before.start_s) > (trip.block, trip.start_s) {
                let message = "trips must stand in order of their block and start".to_owned();
                j.say(file, row, "start_s", message);
                return;
            }
        }
        for (day, runs) in transit.services[trip.service].days.iter().enumerate() {
            if !runs {
                continue;
            }
            if let Some((end, other)) = last[day]
                && end > trip.start_s
            {
                let message = format!(
                    "`{}` leaves at {} s while `{}` of the same block runs until {end} s",
                    trip.id, trip.start_s, transit.trips[other].id
                );
                j.say(file, row, "start_s", message);
                break;
            }
            last[day] = Some((end_s(row), row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate;
    use crate::scenario::generate::CityRecipe;

    fn town() -> Transit {
        let city = generate::city(&CityRecipe::new("town", 20_000, 5)).unwrap();
        city.transit.unwrap()
    }

    fn found(transit: &Transit) -> String {
        problems(transit, "", |_, _| None).to_string()
    }

    #[test]
    fn a_generated_timetable_has_no_problems() {
        assert_eq!(found(&town()), "");
    }

    #[test]
    fn what_no_vehicle_can_run_is_named() {
        let mut transit = town();
        let block = transit.trips[0].block;
        assert_eq!(transit.trips[1].block, block);
        transit.trips[1].start_s = transit.trips[0].start_s + 60;
        assert!(found(&transit).contains("of the same block runs until"));
        let mut transit = town();
        transit.timings[0].arrival_s[1] = -5;
        assert!(found(&transit).contains("time runs backwards at position 1"));
        let mut transit = town();
        transit.patterns[0].legs.swap(0, 1);
        assert!(found(&transit).contains("the stops do not"));
        let mut transit = town();
        transit.vehicle_types[0].capacity = 0;
        assert!(found(&transit).contains("0 is not positive"));
    }
}
