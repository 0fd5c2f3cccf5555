//! Public transport of a generated city: trams on the lines of the rectifiers, buses between and around them, a week's
//! timetable, blocks, vehicles, depots, and where they draw from the grid.
//!
//! The rules that turn a timetable into blocks, fleets and depots serve imported feeds, too. It draws no travellers and
//! changes nothing of the city that it is given; quantities are those of docs/sizing.md, section 4.

pub mod coverage;
pub mod depots;
pub mod fleet;
pub mod lines;
pub mod power;
pub mod rotation;
pub mod service;
pub mod stops;
pub mod vehicles;
pub mod ways;
pub mod workbook;

use crate::city::model::city::City;
use crate::city::model::transit::Transit;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::transit::lines::Line;
use crate::scenario::generate::transit::lines::Rank;
use crate::scenario::generate::transit::rotation::Run;
use crate::scenario::generate::transit::service::Plan;
use crate::scenario::generate::transit::stops::StopMap;
use crate::scenario::generate::transit::vehicles::Kind;
use crate::scenario::generate::transit::workbook::Workbook;

/// Public transport for a city whose grid and districts (and roads, if any) stand.
#[must_use]
pub fn transit(city: &City, land: &Land, blocks: &[Block], seed: u64) -> Transit {
    let population = city.population() as f64;
    let mut map = StopMap::new(&city.districts);
    let lines = lines::lines(
        land,
        blocks,
        city.travel.as_ref(),
        population,
        seed,
        &mut map,
    );
    let mut book = Workbook::default();
    book.transit.stops = map.stops;
    let plans = service::plans(&lines, land, population, &mut book);
    let kinds = kinds(&plans);
    let (depots, depot_of) = depots::for_lines(city, land, &book.transit.stops, &plans, &kinds);
    book.transit.vehicle_types = vehicles::types(&kinds);
    let class_of: Vec<(usize, usize)> = plans
        .iter()
        .zip(&kinds)
        .zip(&depot_of)
        .map(|((_, kind), &depot)| (vehicles::position(&kinds, *kind), depot))
        .collect();
    book.transit.depots = depots;
    assign(&mut book, &plans, &class_of);
    let mut transit = book.finish();
    fleet::size(&mut transit);
    depots::equip(&mut transit);
    power::feed(&mut transit, city);
    transit.chargers = power::terminal_chargers(&transit, city);
    if let Some(roads) = &city.roads {
        ways::lay(&mut transit, roads);
    }
    transit
}

/// Share of the buses that a first estimate finds for the lines on batteries: quiet lines need more than their round trip
/// over their headway, and 40 of 120 vehicles come out (docs/sizing.md).
const BATTERY_SHARE: f64 = 0.26;

/// What runs on each line: trams on tracks; of the buses the quiet lines run on batteries, until their share is reached.
fn kinds(plans: &[Plan]) -> Vec<Kind> {
    let buses: f64 = plans
        .iter()
        .filter(|p| p.line.rank != Rank::Tram)
        .map(|p| p.peak_vehicles)
        .sum();
    let mut left = BATTERY_SHARE * buses;
    let mut kinds = vec![Kind::DieselBus; plans.len()];
    for (kind, plan) in kinds.iter_mut().zip(plans).rev() {
        let need = plan.peak_vehicles;
        if plan.line.rank == Rank::Tram {
            *kind = Kind::Tram;
        } else if plan.line.rank != Rank::Trunk && 0.5 * need < left {
            *kind = Kind::BatteryBus;
            left -= need;
        }
    }
    kinds
}

/// Puts the planned runs of all lines into blocks.
fn assign(book: &mut Workbook, plans: &[Plan], class_of: &[(usize, usize)]) {
    let mut classes: Vec<(usize, usize)> = class_of.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let mut runs = Vec::new();
    let mut names = Vec::new();
    for (plan, class) in plans.iter().zip(class_of) {
        let class = classes.binary_search(class).unwrap_or(0);
        for planned in &plan.runs {
            let timing = &book.transit.timings[planned.timing];
            let pattern = &book.transit.patterns[timing.pattern];
            let (Some(&from), Some(&to)) = (pattern.stops.first(), pattern.stops.last()) else {
                continue;
            };
            let lasts_s = timing.arrival_s.last().copied().unwrap_or(0);
            runs.push(Run {
                class,
                service: planned.service,
                from,
                to,
                start_s: planned.start_s,
                end_s: planned.start_s + lasts_s,
            });
            names.push((planned.timing, &plan.line));
        }
    }
    let chained = rotation::blocks(&runs, rotation::LONGEST_WAIT_S);
    let first = book.transit.blocks.len();
    for class in &chained.class {
        let (vehicle_type, depot) = classes[*class];
        let id = format!("BL{:03}", book.transit.blocks.len() + 1);
        book.block(id, vehicle_type, depot);
    }
    let mut count = std::collections::BTreeMap::<&str, usize>::new();
    for ((run, block), (timing, line)) in runs.iter().zip(&chained.block).zip(&names) {
        let line: &Line = line;
        let number = count.entry(line.id.as_str()).or_default();
        *number += 1;
        let id = format!("{}-{:03}", line.id, number);
        book.trip(id, *timing, run.service, run.start_s, first + block);
    }
}

#[cfg(test)]
mod tests;
