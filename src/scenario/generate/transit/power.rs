//! Where public transport draws from the grid: rectifiers, depots, chargers at terminals.
//!
//! Rectifiers take the sites that the grid has for them. Depots and chargers get a load of their own, with no service
//! transformer of the neighbourhood, at the bus of the load next to them. It judges no feeder.

use crate::city::model::city::City;
use crate::city::model::grid::Critical;
use crate::city::model::grid::Load;
use crate::city::model::transit::Drive;
use crate::city::model::transit::TerminalCharger;
use crate::city::model::transit::TractionSubstation;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance_squared;
use std::collections::BTreeMap;

/// Rated power of a rectifier station, kilowatts: 1 to 1.5 MW (docs/sizing.md, section 4).
const RECTIFIER_KW: f64 = 1_200.0;
/// Substations that feed a section of line: the two nearest, so that the loss of one leaves the other.
const FEEDING: usize = 2;
/// Power of a charger at a terminal, kilowatts, and vehicles at once.
const TERMINAL_KW: f64 = 150.0;
const TERMINAL_PLACES: u32 = 2;
/// Power factor of chargers, which correct theirs.
const CHARGER_POWER_FACTOR: f64 = 0.98;
/// A terminal charger for this many battery vehicles.
const VEHICLES_A_CHARGER: usize = 12;

/// Place of a load.
fn place(city: &City, load: usize) -> Point {
    let bus = &city.grid.buses[city.grid.loads[load].bus];
    [bus.x_m, bus.y_m]
}

/// The load nearest to a point among those that fit.
fn nearest_load(city: &City, p: Point, fits: impl Fn(usize) -> bool) -> Option<usize> {
    let gap = |load: &usize| distance_squared(place(city, *load), p);
    (0..city.grid.loads.len())
        .filter(|load| fits(*load))
        .min_by(|a, b| gap(a).total_cmp(&gap(b)))
}

/// Gives electric lines their traction substations, and depots with charging points their load.
pub fn feed(transit: &mut Transit, city: &City) {
    // Metros and railways take their power from the transmission system: their trains draw more than feeders can give.
    let is_electric: Vec<bool> = transit
        .vehicle_types
        .iter()
        .map(|t| {
            t.drive == Drive::Electric && matches!(t.mode, TransitMode::Tram | TransitMode::Bus)
        })
        .collect();
    let mut fed = vec![false; transit.legs.len()];
    for trip in &transit.trips {
        if is_electric[transit.blocks[trip.block].vehicle_type] {
            let pattern = transit.timings[trip.timing].pattern;
            for &leg in &transit.patterns[pattern].legs {
                fed[leg] = true;
            }
        }
    }
    if fed.contains(&true) {
        let loads = city.grid.loads.iter().enumerate();
        transit.traction = loads
            .filter(|(_, load)| load.critical == Some(Critical::Traction))
            .map(|(load, row)| {
                let at = place(city, load);
                TractionSubstation {
                    id: row.id.clone(),
                    load,
                    rating_kw: RECTIFIER_KW,
                    x_m: at[0],
                    y_m: at[1],
                }
            })
            .collect();
    }
    for (leg, _) in transit.legs.iter_mut().zip(fed).filter(|(_, fed)| *fed) {
        let (a, b) = (&transit.stops[leg.from], &transit.stops[leg.to]);
        let middle = [0.5 * (a.x_m + b.x_m), 0.5 * (a.y_m + b.y_m)];
        let mut near: Vec<(f64, usize)> = transit
            .traction
            .iter()
            .enumerate()
            .map(|(i, s)| (distance_squared([s.x_m, s.y_m], middle), i))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        leg.traction = near.iter().take(FEEDING).map(|(_, i)| *i).collect();
    }
    for depot in &mut transit.depots {
        depot.load = if depot.chargers > 0 {
            nearest_load(city, [depot.x_m, depot.y_m], |load| {
                city.grid.loads[load].critical.is_none()
            })
        } else {
            None
        };
    }
}

/// Gives depots and terminal chargers loads of their own at the buses of the loads that they were laid to: their power would
/// burn the neighbourhood's service transformers out. Call it once, when the city has its public transport.
pub fn give_own_loads(city: &mut City) {
    let Some(transit) = &mut city.transit else {
        return;
    };
    let loads = &mut city.grid.loads;
    let mut own = |id: String, next_to: usize| {
        let neighbour = loads[next_to].clone();
        loads.push(Load {
            id,
            homes: 0,
            businesses: 1,
            home_mw: 0.0,
            commerce_mw: 0.0,
            commerce_floor_m2: 0.0,
            industry_mw: 0.0,
            critical_mw: 0.0,
            critical: None,
            // Vehicles charge by night and between trips: at the peak hour that the network is sized for, next to nothing.
            design_peak_mw: 0.0,
            power_factor: CHARGER_POWER_FACTOR,
            pv_mwp: 0.0,
            service_units: 0,
            service_unit_kva: 0.0,
            service_age_y: 0.0,
            ..neighbour
        });
        loads.len() - 1
    };
    for depot in &mut transit.depots {
        if let Some(load) = depot.load {
            depot.load = Some(own(depot.id.clone(), load));
        }
    }
    for (number, charger) in transit.chargers.iter_mut().enumerate() {
        charger.load = own(format!("CHARGE-{}", number + 1), charger.load);
    }
}

/// Chargers at the terminals where battery vehicles turn most often.
#[must_use]
pub fn terminal_chargers(transit: &Transit, city: &City) -> Vec<TerminalCharger> {
    let is_battery =
        |vehicle_type: usize| transit.vehicle_types[vehicle_type].drive == Drive::Battery;
    let vehicles: u32 = transit
        .fleets
        .iter()
        .filter(|f| is_battery(f.vehicle_type))
        .map(|f| f.vehicles)
        .sum();
    let mut turns: BTreeMap<usize, usize> = BTreeMap::new();
    for trip in &transit.trips {
        if is_battery(transit.blocks[trip.block].vehicle_type) {
            let pattern = transit.timings[trip.timing].pattern;
            if let Some(&end) = transit.patterns[pattern].stops.last() {
                *turns.entry(end).or_default() += 1;
            }
        }
    }
    let mut order: Vec<(usize, usize)> = turns.into_iter().collect();
    order.sort_by_key(|&(stop, turns)| (std::cmp::Reverse(turns), stop));
    let wanted = (vehicles as usize).div_ceil(VEHICLES_A_CHARGER);
    let mut chargers = Vec::new();
    for (stop, _) in order.into_iter().take(wanted) {
        let at = [transit.stops[stop].x_m, transit.stops[stop].y_m];
        // One site, one load: two domains' sites at one load would overwrite each other's demand.
        let free = |load: usize| {
            city.grid.loads[load].critical.is_none()
                && transit.depots.iter().all(|d| d.load != Some(load))
                && chargers.iter().all(|c: &TerminalCharger| c.load != load)
        };
        if let Some(load) = nearest_load(city, at, free) {
            chargers.push(TerminalCharger {
                stop,
                load,
                power_kw: TERMINAL_KW,
                places: TERMINAL_PLACES,
            });
        }
    }
    chargers.sort_by_key(|c| c.stop);
    chargers
}
