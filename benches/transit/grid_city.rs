//! A made-up city of crossing lines, as large as one likes: streets in a square, a line on each, zones between.
//!
//! No roads, no grid; every line runs both ways from 5 to 24 h.

use autopolis::city::model::city::City;
use autopolis::city::model::city::Site;
use autopolis::city::model::grid::Grid;
use autopolis::city::model::transit::Block;
use autopolis::city::model::transit::Depot;
use autopolis::city::model::transit::Drive;
use autopolis::city::model::transit::Fleet;
use autopolis::city::model::transit::Leg;
use autopolis::city::model::transit::Pattern;
use autopolis::city::model::transit::Route;
use autopolis::city::model::transit::Service;
use autopolis::city::model::transit::Stop;
use autopolis::city::model::transit::Timing;
use autopolis::city::model::transit::Transit;
use autopolis::city::model::transit::TransitMode;
use autopolis::city::model::transit::Trip;
use autopolis::city::model::transit::VehicleType;
use autopolis::city::model::travel::Flow;
use autopolis::city::model::travel::Travel;
use autopolis::city::model::travel::TripProfile;
use autopolis::city::model::travel::Zone;
use std::sync::Arc;

/// Stops and lines are this far apart, metres.
const SPACING_M: f64 = 600.0;
/// Running time of a leg and halt, seconds.
const LEG_S: i32 = 95;
const HALT_S: i32 = 20;

/// A city of `lines` east-west and as many north-south lines, each crossing all others.
pub fn grid_city(lines: usize, headway_s: i32, passengers: f64) -> Arc<City> {
    let mut transit = Transit::default();
    transit.services.push(Service {
        id: "daily".into(),
        days: [true; 7],
    });
    for across in [false, true] {
        for line in 0..lines {
            add_line(&mut transit, lines, line, across, headway_s);
        }
    }
    transit.vehicle_types.push(VehicleType {
        id: "bus".into(),
        mode: TransitMode::Bus,
        drive: Drive::Diesel,
        seats: 45,
        capacity: 120,
        doors: 4,
        energy_kwh_km: 0.0,
        cooling_kw_k: 0.0,
        battery_kwh: 0.0,
        charge_kw: 0.0,
    });
    transit.depots.push(Depot {
        id: "D".into(),
        x_m: 0.0,
        y_m: 0.0,
        district: 0,
        load: None,
        chargers: 0,
    });
    transit.fleets.push(Fleet {
        depot: 0,
        vehicle_type: 0,
        vehicles: (transit.blocks.len() + transit.blocks.len() / 10) as u32,
    });
    Arc::new(City {
        name: "crossing".into(),
        description: String::new(),
        seed: 0,
        site: Site {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            elevation_m: 0.0,
            utc_offset_h: 0.0,
        },
        districts: Vec::new(),
        grid: empty_grid(),
        travel: Some(travel(lines, passengers)),
        roads: None,
        transit: Some(transit),
        water: None,
        provenance: Vec::new(),
    })
}

fn add_line(transit: &mut Transit, lines: usize, line: usize, across: bool, headway_s: i32) {
    let route = transit.routes.len();
    transit.routes.push(Route {
        id: format!("{}{line}", if across { 'N' } else { 'E' }),
        name: String::new(),
        mode: TransitMode::Bus,
    });
    let n = lines;
    let cycle = LEG_S + HALT_S;
    let half = (n as i32 - 1) * cycle + 420;
    let vehicles = (2 * half + headway_s - 1) / headway_s;
    let round = vehicles * headway_s;
    let first_timing = transit.timings.len();
    for side in 0..2_usize {
        let (first_stop, first_leg) = (transit.stops.len(), transit.legs.len());
        for k in 0..n {
            let at = if side == 0 { k } else { n - 1 - k } as f64 * SPACING_M;
            let street = line as f64 * SPACING_M;
            let beside = 10.0 + 10.0 * side as f64;
            let (x_m, y_m) = if across {
                (street + beside, at)
            } else {
                (at, street + beside)
            };
            transit.stops.push(Stop {
                id: format!("{route}-{side}-{k}"),
                name: String::new(),
                x_m,
                y_m,
                district: 0,
                station: None,
            });
        }
        for k in 0..n - 1 {
            transit.legs.push(Leg {
                from: first_stop + k,
                to: first_stop + k + 1,
                length_m: SPACING_M,
                road_links: Vec::new(),
                traction: Vec::new(),
            });
        }
        transit.patterns.push(Pattern {
            id: format!("{route}-{side}"),
            route,
            direction: side as u8,
            stops: (first_stop..first_stop + n).collect(),
            legs: (first_leg..first_leg + n - 1).collect(),
            boarding: vec![true; n],
            alighting: vec![true; n],
            timepoint: (0..n).map(|k| k % 6 == 0).collect(),
        });
        transit.timings.push(Timing {
            pattern: transit.patterns.len() - 1,
            arrival_s: (0..n as i32).map(|k| (k * cycle - HALT_S).max(0)).collect(),
            departure_s: (0..n as i32).map(|k| k * cycle).collect(),
        });
    }
    for b in 0..vehicles {
        let block = transit.blocks.len();
        transit.blocks.push(Block {
            id: format!("{route}-{b}"),
            vehicle_type: 0,
            depot: 0,
        });
        let mut start = 5 * 3600 + b * headway_s;
        while start < 24 * 3600 {
            for side in 0..2_usize {
                transit.trips.push(Trip {
                    id: format!("{route}-{start}-{side}"),
                    timing: first_timing + side,
                    service: 0,
                    start_s: start + side as i32 * round / 2,
                    block,
                });
            }
            start += round;
        }
    }
}

/// Zones between the streets, one to four crossings; everybody goes everywhere, less the farther.
fn travel(lines: usize, passengers: f64) -> Travel {
    let side = lines / 2;
    let mut travel = Travel::default();
    for y in 0..side {
        for x in 0..side {
            travel.zones.push(Zone {
                id: format!("Z{x}-{y}"),
                x_m: (2.0 * x as f64 + 0.5) * SPACING_M,
                y_m: (2.0 * y as f64 + 0.5) * SPACING_M,
                district: 0,
                population: 1000.0,
                jobs: 500.0,
            });
        }
    }
    // Shares of a working day: peaks of a tenth.
    let shape = [
        0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 5.0, 10.0, 9.0, 6.0, 5.0, 5.0, 5.0, 5.0, 6.0, 7.0, 9.0, 9.0,
        6.0, 4.0, 3.0, 2.0, 1.0, 1.0,
    ];
    let sum: f64 = shape.iter().sum();
    let day: Vec<f64> = shape.iter().map(|s| s / sum).collect();
    travel.profiles.push(TripProfile {
        id: "all".into(),
        weekday: day.clone(),
        weekend: day,
        discretionary: 0.0,
    });
    let place = |z: usize| ((z % side) as f64, (z / side) as f64);
    let far = |a: usize, b: usize| {
        let ((ax, ay), (bx, by)) = (place(a), place(b));
        (ax - bx).abs() + (ay - by).abs()
    };
    let zones = side * side;
    let weight = |a: usize, b: usize| (-0.25 * far(a, b)).exp();
    let mut total = 0.0;
    for a in 0..zones {
        total += (0..zones)
            .filter(|b| *b != a)
            .map(|b| weight(a, b))
            .sum::<f64>();
    }
    for from in 0..zones {
        for to in (0..zones).filter(|to| *to != from) {
            travel.flows.push(Flow {
                from,
                to,
                profile: 0,
                car_trips: 0.0,
                transit_trips: passengers * weight(from, to) / total,
            });
        }
    }
    travel
}

fn empty_grid() -> Grid {
    Grid {
        base_mva: 100.0,
        frequency_hz: 50.0,
        buses: Vec::new(),
        conductors: Vec::new(),
        lines: Vec::new(),
        transformers: Vec::new(),
        substations: Vec::new(),
        feeders: Vec::new(),
        loads: Vec::new(),
        plants: Vec::new(),
        externals: Vec::new(),
        batteries: Vec::new(),
    }
}
