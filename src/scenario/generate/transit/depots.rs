//! Depots: how many, where, for which lines, and their charging points.
//!
//! It builds no roads to them: a vehicle's empty way is not part of the timetable.

use crate::city::model::city::City;
use crate::city::model::transit::Depot;
use crate::city::model::transit::Drive;
use crate::city::model::transit::Stop;
use crate::city::model::transit::Transit;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::transit::service::Plan;
use crate::scenario::generate::transit::vehicles::Kind;

/// Vehicles at the peak for which a depot is built: larger ones lose more on empty ways than they save in halls.
pub const VEHICLES_A_DEPOT: f64 = 60.0;
/// Bus depots stand inland, between the core and the edge, this share of the way.
const BUS_REACH: f64 = 0.3;
/// Their bearings, radians: from north-west round to south.
const BEARINGS: (f64, f64) = (1.9, 4.6);
/// Charging points for each battery vehicle: they charge in turn through the night, the last ones from midday on.
const CHARGERS_A_VEHICLE: f64 = 0.6;

/// The depots of a generated city and the depot of each line. Trams have theirs at the ends of their longest lines; of
/// the buses, those on batteries share depots of their own where there is more than one.
#[must_use]
pub fn for_lines(
    city: &City,
    land: &Land,
    stops: &[Stop],
    plans: &[Plan],
    kinds: &[Kind],
) -> (Vec<Depot>, Vec<usize>) {
    let at = |stop: usize| -> Point { [stops[stop].x_m, stops[stop].y_m] };
    let centres: Vec<Point> = city.districts.iter().map(|d| [d.x_m, d.y_m]).collect();
    let mut depots: Vec<Depot> = Vec::new();
    let mut add = |p: Point| {
        depots.push(Depot {
            id: format!("DEP{}", depots.len() + 1),
            x_m: rounded(p[0], 0),
            y_m: rounded(p[1], 0),
            district: nearest(&centres, p),
            load: None,
            chargers: 0,
        });
        depots.len() - 1
    };
    let need = |fits: &dyn Fn(Kind) -> bool| -> f64 {
        let both = plans.iter().zip(kinds);
        both.filter(|(_, k)| fits(**k))
            .map(|(p, _)| p.peak_vehicles)
            .sum()
    };
    let depots_for = |vehicles: f64| (libm::round(vehicles / VEHICLES_A_DEPOT) as usize).max(1);
    let trams = need(&|k| k == Kind::Tram);
    let mut tram_depots: Vec<usize> = Vec::new();
    if trams > 0.0 {
        let count = depots_for(trams);
        let tram_lines = plans.iter().zip(kinds).filter(|(_, k)| **k == Kind::Tram);
        for (plan, _) in tram_lines.take(count) {
            let end = plan.line.stops.last().copied().unwrap_or(0);
            tram_depots.push(add(at(end)));
        }
    }
    let battery = need(&|k| k == Kind::BatteryBus);
    let diesel = need(&|k| k == Kind::DieselBus);
    let count = depots_for(battery + diesel);
    let with_chargers = if count > 1 && battery > 0.0 {
        (libm::round(count as f64 * battery / (battery + diesel)) as usize).clamp(1, count - 1)
    } else {
        0
    };
    let bus_depots: Vec<usize> = (0..count)
        .map(|i| {
            let part = (i as f64 + 0.5) / count as f64;
            let bearing = BEARINGS.0 + (BEARINGS.1 - BEARINGS.0) * part;
            let r = BUS_REACH * land.reach(bearing);
            add([r * libm::cos(bearing), r * libm::sin(bearing)])
        })
        .collect();
    let depot_of = plans
        .iter()
        .zip(kinds)
        .map(|(plan, kind)| {
            let own: &[usize] = match kind {
                Kind::Tram => &tram_depots,
                Kind::BatteryBus if with_chargers > 0 => &bus_depots[..with_chargers],
                _ => &bus_depots[with_chargers..],
            };
            let ends = [plan.line.stops.first(), plan.line.stops.last()];
            let gap = |depot: usize| {
                let d = [depots[depot].x_m, depots[depot].y_m];
                let ends = ends.iter().flatten();
                ends.map(|&&s| distance(at(s), d))
                    .fold(f64::INFINITY, f64::min)
            };
            own.iter()
                .copied()
                .min_by(|&a, &b| gap(a).total_cmp(&gap(b)))
                .unwrap_or(0)
        })
        .collect();
    (depots, depot_of)
}

/// Gives the depots with battery vehicles their charging points.
pub fn equip(transit: &mut Transit) {
    for fleet in &transit.fleets {
        if transit.vehicle_types[fleet.vehicle_type].drive == Drive::Battery {
            let points = libm::ceil(CHARGERS_A_VEHICLE * f64::from(fleet.vehicles));
            transit.depots[fleet.depot].chargers += points as u32;
        }
    }
}
