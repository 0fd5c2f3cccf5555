//! Who travels on a feed that does not say: zones of clustered stops, people and jobs by what runs there, and as many
//! passengers as the service of the weekday would carry elsewhere.
//!
//! All of it is made up by rule and marked so. It knows no census.

use crate::city::model::city::City;
use crate::city::model::district::District;
use crate::city::model::transit::Stop;
use crate::city::model::travel::Travel;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::transit::vehicles::Kind;
use crate::scenario::generate::travel;
use crate::scenario::generate::travel::ZoneSeed;
use crate::scenario::import::city::feed::Supply;

/// Residents for each stop in use by the largest vehicle that halts there: Tampa has some 400 residents a bus stop and
/// Cairns as many; tram stops and stations stand farther apart and serve more (chosen).
const RESIDENTS_A_STOP: [(Kind, f64); 4] = [
    (Kind::Metro, 10_000.0),
    (Kind::Rail, 10_000.0),
    (Kind::Tram, 1_500.0),
    (Kind::Ferry, 1_500.0),
];
const RESIDENTS_A_BUS_STOP: f64 = 400.0;
/// Boardings for each place and hour that vehicles run on a weekday: Lakeside's 96,000 boardings on its buses and trams
/// of docs/sizing.md give 0.4 to 0.5; a bus of 75 places then has 30 an hour, as North American city buses do.
const BOARDINGS_A_PLACE_H: f64 = 0.4;
/// Boardings a trip: a quarter of the riders change once.
const BOARDINGS_A_TRIP: f64 = 1.25;
/// Zones of a feed of the least size, and how they grow with its stops.
const ZONES: (usize, usize) = (24, 160);
/// A zone for this many stops.
const STOPS_A_ZONE: usize = 12;
/// Jobs and school places a resident.
const JOBS_A_RESIDENT: f64 = 0.65;

/// Residents of the area that a feed serves.
#[must_use]
pub fn population(supply: &Supply) -> f64 {
    let of = |kind: Kind| {
        let known = RESIDENTS_A_STOP.iter().find(|(k, _)| *k == kind);
        known.map_or(RESIDENTS_A_BUS_STOP, |k| k.1)
    };
    supply.kind_at.iter().flatten().map(|&kind| of(kind)).sum()
}

/// Travel demand of a weekday.
#[must_use]
pub fn demand(city: &City, stops: &[Stop], supply: &Supply) -> Travel {
    let seeds = zones(stops, supply, city.population() as f64);
    let mut travel = travel::travel(&seeds);
    let trips: f64 = travel.flows.iter().map(|f| f.transit_trips).sum();
    let wanted = BOARDINGS_A_PLACE_H * supply.place_h / BOARDINGS_A_TRIP;
    if trips > 0.0 {
        for flow in &mut travel.flows {
            flow.transit_trips = rounded(flow.transit_trips * wanted / trips, 2);
        }
    }
    travel
}

/// Groups of stops with equal traffic, found by halving across the longer side.
fn zones(stops: &[Stop], supply: &Supply, population: f64) -> Vec<ZoneSeed> {
    let served: Vec<usize> = (0..stops.len())
        .filter(|&s| supply.places_at[s] > 0.0)
        .collect();
    let count = (served.len() / STOPS_A_ZONE)
        .clamp(ZONES.0, ZONES.1)
        .min(served.len());
    let mut groups = Vec::with_capacity(count);
    // Between traffic and mere number: the core must not take all zones, nor the edge.
    let weight = |s: usize| supply.places_at[s].sqrt();
    halve(stops, served, count, &weight, &mut groups);
    let people: Vec<f64> = groups.iter().map(|g| g.len() as f64).collect();
    let work: Vec<f64> = groups
        .iter()
        .map(|g| g.iter().map(|&s| supply.places_at[s]).sum())
        .collect();
    let (all_people, all_work): (f64, f64) = (people.iter().sum(), work.iter().sum());
    groups
        .iter()
        .zip(people.iter().zip(&work))
        .map(|(group, (people, work))| {
            let total: f64 = group.iter().map(|&s| weight(s)).sum();
            let mean = |of: fn(&Stop) -> f64| {
                group
                    .iter()
                    .map(|&s| weight(s) * of(&stops[s]))
                    .sum::<f64>()
                    / total
            };
            let centre = [mean(|s| s.x_m), mean(|s| s.y_m)];
            // At one of its own stops, so that nobody's walk begins in a bay or a park.
            let gap = |s: usize| distance_squared([stops[s].x_m, stops[s].y_m], centre);
            let own = group
                .iter()
                .copied()
                .min_by(|&a, &b| gap(a).total_cmp(&gap(b)))
                .unwrap_or(0);
            ZoneSeed {
                at: [stops[own].x_m, stops[own].y_m],
                district: stops[own].district,
                population: population * people / all_people,
                jobs: JOBS_A_RESIDENT * population * work / all_work,
            }
        })
        .collect()
}

fn halve(
    stops: &[Stop],
    mut group: Vec<usize>,
    count: usize,
    weight: &dyn Fn(usize) -> f64,
    groups: &mut Vec<Vec<usize>>,
) {
    if count <= 1 || group.len() <= 1 {
        if !group.is_empty() {
            groups.push(group);
        }
        return;
    }
    let range = |of: fn(&Stop) -> f64| {
        let values = group.iter().map(|&s| of(&stops[s]));
        let most = values.clone().fold(f64::NEG_INFINITY, f64::max);
        most - values.fold(f64::INFINITY, f64::min)
    };
    let of: fn(&Stop) -> f64 = if range(|s| s.x_m) >= range(|s| s.y_m) {
        |s| s.x_m
    } else {
        |s| s.y_m
    };
    group.sort_by(|&a, &b| of(&stops[a]).total_cmp(&of(&stops[b])).then(a.cmp(&b)));
    let low = count / 2;
    let total: f64 = group.iter().map(|&s| weight(s)).sum();
    let aim = total * low as f64 / count as f64;
    let mut sum = 0.0;
    let mut cut = 0;
    for &s in &group {
        if sum >= aim {
            break;
        }
        sum += weight(s);
        cut += 1;
    }
    // Both halves must have a stop for each of their zones, as far as there are any.
    let least = low.min(group.len() - 1);
    let most = (group.len() - (count - low).min(group.len() - 1)).max(least);
    let rest = group.split_off(cut.clamp(least, most).max(1));
    halve(stops, group, low, weight, groups);
    halve(stops, rest, count - low, weight, groups);
}

/// The district that holds a point, or the one whose centre is nearest.
#[must_use]
pub fn district_of(districts: &[District], p: Point) -> usize {
    let within = districts.iter().position(|d| contains(&d.boundary_m, p));
    within.unwrap_or_else(|| {
        let gap = |d: &District| distance_squared([d.x_m, d.y_m], p);
        let all = districts.iter().enumerate();
        all.min_by(|a, b| gap(a.1).total_cmp(&gap(b.1)))
            .map_or(0, |d| d.0)
    })
}

/// Whether a polygon holds a point (even-odd rule).
#[must_use]
pub fn contains(corners: &[Point], p: Point) -> bool {
    let mut inside = false;
    for i in 0..corners.len() {
        let (a, b) = (corners[i], corners[(i + 1) % corners.len()]);
        if (a[1] > p[1]) != (b[1] > p[1]) {
            let x = a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
            if p[0] < x {
                inside = !inside;
            }
        }
    }
    inside
}
