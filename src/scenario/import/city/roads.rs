//! Roads and travel of a city from TNTP files: a network and a trip table, laid onto the city's land.
//!
//! Rules, where the files are silent:
//! - The trip table is the demand of the busiest hour if capacities are by the hour. A table of a longer period is divided
//!   by its hours, and so are the capacities: flow over capacity stays the file's. The other hours follow a weekday's
//!   profile, each with the same pattern of trips.
//! - Places are the node file's, else a drawing of the graph; either is stretched to the land.
//! - Times are minutes. Lengths are in the unit that makes speeds those of roads; where none does, by the time.
//! - Classes follow speed and capacity, lanes the class's capacity of a lane, signals where three streets meet a main road.
//! - People and jobs of a zone follow the trips that leave and enter it; a trip by public transport for every five cars.

use crate::city::model::city::City;
use crate::city::model::city::Provenance;
use crate::city::model::roads::RoadClass;
use crate::city::model::roads::RoadLink;
use crate::city::model::roads::RoadNode;
use crate::city::model::roads::Roads;
use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::scenario::generate;
use crate::scenario::generate::CityRecipe;
use crate::scenario::generate::GenerateError;
use crate::scenario::generate::LEAST_POPULATION;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::geometry::significant;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::roads::give_signals;
use crate::scenario::generate::roads::standard;
use crate::scenario::import::city::layout::Edge;
use crate::scenario::import::city::layout::layout;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::import::tntp::CostFactors;
use crate::scenario::import::tntp::TntpLink;
use crate::scenario::import::tntp::TntpNetwork;
use crate::scenario::import::tntp::TntpNode;
use crate::scenario::import::tntp::TntpTrips;

/// Seed of what is drawn for imported cities, as for those of a case.
const SEED: u64 = 1;
/// Nodes lie within this share of the way to the edge of the land.
const INSIDE: f64 = 0.92;
/// Share of a day's vehicles in the busiest hour (SIZING.md section 4: 9 to 11 %), and over the day: a morning peak at
/// eight, an evening peak at five.
const PEAK_SHARE: f64 = 0.09;
const WEEKDAY: [f64; 24] = [
    0.006, 0.004, 0.003, 0.003, 0.008, 0.020, 0.045, 0.078, 0.090, 0.055, 0.048, 0.050, 0.054,
    0.052, 0.056, 0.068, 0.082, 0.090, 0.068, 0.046, 0.032, 0.022, 0.013, 0.007,
];
/// A weekend day has three quarters of the traffic, spread over its middle.
const WEEKEND: [f64; 24] = [
    0.009, 0.006, 0.004, 0.003, 0.003, 0.005, 0.010, 0.018, 0.029, 0.042, 0.052, 0.058, 0.060,
    0.058, 0.057, 0.056, 0.055, 0.054, 0.050, 0.042, 0.032, 0.023, 0.015, 0.009,
];
/// Vehicles a person and weekday, goods included, and trips by public transport a vehicle: those of a generated city.
const VEHICLES_A_PERSON: f64 = 1.56;
const TRANSIT_A_VEHICLE: f64 = 0.2;
/// Jobs and school places a resident, as in a generated city.
const JOBS_A_PERSON: f64 = 0.66;
/// Most residents of a city that is drawn to go with the roads, unless more are asked for: a grid for millions takes
/// minutes to draw, and roads do not need it.
const MOST_DRAWN: f64 = 500_000.0;
/// Units of length in which published files are, metres: miles, kilometres, feet, metres.
const UNITS_M: [f64; 4] = [1_609.344, 1_000.0, 0.3048, 1.0];
/// Median speeds that a network may have, kilometres an hour.
const SPEEDS_KM_H: [f64; 2] = [20.0, 100.0];
/// Speed where lengths say nothing, kilometres an hour.
const SPEED_KM_H: f64 = 40.0;
/// From this speed on a road is a motorway, kilometres an hour.
const MOTORWAY_KM_H: f64 = 75.0;
/// Capacity of a link that never slows, vehicles an hour: no bound.
const UNBOUNDED_VEH_H: f64 = 99_999.0;

/// What a city's roads are made of.
#[derive(Debug)]
pub struct RoadFiles {
    /// Network.
    pub network: TntpNetwork,
    /// Trip table.
    pub trips: TntpTrips,
    /// Places of the nodes, if there is a file of them.
    pub nodes: Option<Vec<TntpNode>>,
    /// Hours of the busiest time of a day that the table and the capacities stand for; positive.
    pub period_h: f64,
    /// What distance and tolls are worth.
    pub factors: CostFactors,
}

impl RoadFiles {
    /// Vehicles in the busiest hour.
    fn peak_vehicles(&self) -> f64 {
        let trips = self.trips.trips.iter().filter(|t| t.from != t.to);
        trips.map(|t| t.flow).sum::<f64>() / self.period_h
    }

    /// Residents of a city with so many trips.
    #[must_use]
    pub fn population(&self) -> u32 {
        let people = self.peak_vehicles() / PEAK_SHARE / VEHICLES_A_PERSON;
        (1_000.0 * libm::round(people / 1_000.0)).clamp(f64::from(LEAST_POPULATION), MOST_DRAWN)
            as u32
    }

    /// Zones: nodes from 1 to this.
    fn zones(&self) -> usize {
        let named = self.network.zones.or(self.trips.zones).unwrap_or(0);
        let used = self.trips.trips.iter().map(|t| t.from.max(t.to) as usize);
        used.fold(named, usize::max).min(self.network.nodes)
    }
}

/// A city drawn for road files alone, with `people` residents or as many as the trips suggest.
///
/// # Errors
/// When no city can be drawn with this population.
pub fn drawn(
    name: &str,
    files: &RoadFiles,
    people: Option<u32>,
    weather: Option<&EpwFile>,
) -> Result<(City, Land), GenerateError> {
    let people = people.unwrap_or_else(|| files.population());
    let mut recipe = CityRecipe::new(name, people, SEED);
    if let Some(file) = weather {
        recipe.site.latitude_deg = file.latitude_deg;
        recipe.site.longitude_deg = file.longitude_deg;
        recipe.site.elevation_m = file.elevation_m;
        recipe.site.utc_offset_h = file.utc_offset_h;
    }
    let ground = generate::ground(&recipe)?;
    Ok((ground.city, ground.land))
}

/// Lays the roads onto a city and joins their trips to its travel demand. Says what was made up.
pub fn join(city: &mut City, land: &Land, files: &RoadFiles) {
    let at = places(files, land);
    let centres: Vec<Point> = city.districts.iter().map(|d| [d.x_m, d.y_m]).collect();
    let district = |p: Point| nearest(&centres, p);
    let zones = files.zones();
    let mut roads = network(files, &at, &district);
    give_signals(&mut roads, &city.grid);
    // Zones that the city has already (a feed's) drive nowhere: the table has the cars.
    let mut travel = city.travel.take().unwrap_or_default();
    for flow in &mut travel.flows {
        flow.car_trips = 0.0;
    }
    travel.flows.retain(|f| f.transit_trips > 0.0);
    let has_transit = !travel.flows.is_empty();
    let junctions: Vec<usize> = (roads.first_through..roads.nodes.len()).collect();
    let junction_at: Vec<Point> = junctions.iter().map(|n| at[*n]).collect();
    roads.zone_nodes = travel
        .zones
        .iter()
        .map(|z| junctions[nearest(&junction_at, [z.x_m, z.y_m])])
        .chain(0..zones)
        .collect();
    add_trips(&mut travel, files, &at, &district, city, !has_transit);
    city.travel = Some(travel);
    city.roads = Some(roads);
    note(city, files);
}

/// The table's zones, profile and flows.
fn add_trips(
    travel: &mut Travel,
    files: &RoadFiles,
    at: &[Point],
    district: &impl Fn(Point) -> usize,
    city: &City,
    with_transit: bool,
) {
    let (first, profile, zones) = (travel.zones.len(), travel.profiles.len(), files.zones());
    let mut leave = vec![0.0; zones];
    let mut enter = vec![0.0; zones];
    let day = 1.0 / (PEAK_SHARE * files.period_h);
    let trips = files
        .trips
        .trips
        .iter()
        .filter(|t| t.from != t.to && t.flow > 0.0);
    for trip in trips {
        let (from, to) = (trip.from as usize - 1, trip.to as usize - 1);
        leave[from] += trip.flow;
        enter[to] += trip.flow;
        let car_trips = significant(trip.flow * day, 6);
        let transit_trips = if with_transit {
            rounded(TRANSIT_A_VEHICLE * car_trips, 1)
        } else {
            0.0
        };
        travel.flows.push(Flow {
            from: first + from,
            to: first + to,
            profile,
            car_trips,
            transit_trips,
        });
    }
    travel.flows[..].sort_by_key(|f| (f.from, f.to, f.profile));
    let all: f64 = leave.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    // People are counted once: where a feed's zones have them, the table's have none.
    let people = if first == 0 {
        f64::from(u32::try_from(city.population()).unwrap_or(u32::MAX))
    } else {
        0.0
    };
    for zone in 0..zones {
        travel.zones.push(Zone {
            id: format!("Z{}", zone + 1),
            x_m: at[zone][0],
            y_m: at[zone][1],
            district: district(at[zone]),
            population: rounded(people * leave[zone] / all, 0),
            jobs: rounded(JOBS_A_PERSON * people * enter[zone] / all, 0),
        });
    }
    travel.profiles.push(TripProfile {
        id: "table".to_owned(),
        weekday: WEEKDAY.to_vec(),
        weekend: WEEKEND.to_vec(),
        discretionary: 0.4,
    });
}

/// Places of the nodes on the land, metres.
fn places(files: &RoadFiles, land: &Land) -> Vec<Point> {
    let count = files.network.nodes;
    let mut at = vec![None; count];
    for row in files.nodes.iter().flatten() {
        if let Some(place) = at.get_mut(row.node as usize - 1) {
            *place = Some([row.x, row.y]);
        }
    }
    let known: Vec<Point> = at.iter().flatten().copied().collect();
    let disc: Vec<Point> = if known.len() == count {
        on_disc(&known)
    } else {
        let edges: Vec<Edge> = files
            .network
            .links
            .iter()
            .map(|l| Edge {
                from: l.from as usize - 1,
                to: l.to as usize - 1,
                // The drawing takes the root of this for the length.
                x_pu: l.free_flow_time * l.free_flow_time,
            })
            .collect();
        layout(count, &edges)
    };
    disc.into_iter()
        .map(|p| {
            let bearing = libm::atan2(p[1], p[0]);
            let r = INSIDE * libm::hypot(p[0], p[1]) * land.reach(bearing);
            [
                rounded(r * libm::cos(bearing), 0),
                rounded(r * libm::sin(bearing), 0),
            ]
        })
        .collect()
}

/// Coordinates moved and scaled so that the mean is the origin and the farthest lies at distance 1. Degrees are made as
/// long as they are at their latitude.
fn on_disc(known: &[Point]) -> Vec<Point> {
    let count = known.len().max(1) as f64;
    let mean = [0, 1].map(|k| known.iter().map(|p| p[k]).sum::<f64>() / count);
    let degrees = known
        .iter()
        .all(|p| p[0].abs() <= 180.0 && p[1].abs() <= 90.0);
    let spread = |k: usize| {
        known
            .iter()
            .map(|p| (p[k] - mean[k]).abs())
            .fold(0.0, f64::max)
    };
    // A drawing in small numbers is no map of degrees; a city spans less than five.
    let shrink = if degrees && spread(0) < 5.0 && spread(1) < 5.0 {
        libm::cos(mean[1].to_radians())
    } else {
        1.0
    };
    let centred: Vec<Point> = known
        .iter()
        .map(|p| [(p[0] - mean[0]) * shrink, p[1] - mean[1]])
        .collect();
    let reach = centred
        .iter()
        .map(|p| libm::hypot(p[0], p[1]))
        .fold(f64::MIN_POSITIVE, f64::max);
    centred.into_iter().map(|p| p.map(|v| v / reach)).collect()
}

/// Metres in a unit of the file's length; none where no unit makes its speeds those of roads.
fn unit_m(links: &[TntpLink]) -> Option<f64> {
    let mut speeds: Vec<f64> = links
        .iter()
        .filter(|l| l.free_flow_time > 0.0 && l.length > 0.0)
        .map(|l| l.length / l.free_flow_time * 60.0 / 1e3)
        .collect();
    speeds.sort_by(f64::total_cmp);
    let median = *speeds.get(speeds.len() / 2)?;
    UNITS_M
        .into_iter()
        .find(|unit| (SPEEDS_KM_H[0]..=SPEEDS_KM_H[1]).contains(&(median * unit)))
}

fn network(files: &RoadFiles, at: &[Point], district: &impl Fn(Point) -> usize) -> Roads {
    let net = &files.network;
    let nodes = at
        .iter()
        .enumerate()
        .map(|(i, p)| RoadNode {
            id: (i + 1).to_string(),
            x_m: p[0],
            y_m: p[1],
            district: district(*p),
            signal_load: None,
        })
        .collect();
    let unit = unit_m(&net.links);
    let per_length = files
        .factors
        .distance
        .or(net.distance_factor)
        .unwrap_or(0.0);
    let per_toll = files.factors.toll.or(net.toll_factor).unwrap_or(0.0);
    let first_through = net.first_through - 1;
    let slows = |l: &TntpLink| l.free_flow_time > 0.0 && l.b > 0.0 && l.power > 0.0;
    let mut capacities: Vec<f64> = net
        .links
        .iter()
        .filter(|l| slows(l))
        .map(|l| l.capacity / files.period_h)
        .collect();
    capacities.sort_by(f64::total_cmp);
    let median = capacities.get(capacities.len() / 2).copied().unwrap_or(0.0);
    let links = net
        .links
        .iter()
        // Without capacity a link that slows is closed.
        .filter(|l| !slows(l) || l.capacity > 0.0)
        .enumerate()
        .map(|(i, l)| {
            let performance = l.performance(per_length, per_toll);
            let (from, to) = (l.from as usize - 1, l.to as usize - 1);
            let length_m = match unit {
                Some(unit) => l.length * unit,
                None => l.free_flow_time * SPEED_KM_H * 1e3 / 60.0,
            };
            let speed_km_h = length_m / l.free_flow_time.max(1e-9) * 60.0 / 1e3;
            let capacity_veh_h = if slows(l) {
                l.capacity / files.period_h
            } else {
                UNBOUNDED_VEH_H
            };
            let class = if !slows(l) || from < first_through || to < first_through {
                RoadClass::Connector
            } else if speed_km_h >= MOTORWAY_KM_H && unit.is_some() {
                RoadClass::Motorway
            } else if capacity_veh_h >= median {
                RoadClass::Arterial
            } else {
                RoadClass::Collector
            };
            let lane = standard(class, false).lane_veh_h;
            RoadLink {
                id: format!("R{:04}", i + 1),
                from,
                to,
                class,
                length_m: rounded(length_m, 1),
                free_flow_min: performance.free_flow_time,
                lanes: (capacity_veh_h / lane).round().max(1.0),
                capacity_veh_h,
                b: performance.b,
                power: performance.power,
                fixed_min: performance.fixed_cost,
            }
        })
        .collect();
    Roads {
        nodes,
        first_through,
        links,
        zone_nodes: Vec::new(),
    }
}

fn note(city: &mut City, files: &RoadFiles) {
    let note = |item: &str, rule: String, synthetic: bool| Provenance {
        item: item.to_owned(),
        rule,
        synthetic,
    };
    let place = if files.nodes.is_some() {
        "the node file, stretched to the city's land"
    } else {
        "drawing of the graph by stress majorisation, stretched to the city's land"
    };
    let length = match unit_m(&files.network.links) {
        Some(unit) => {
            format!("the file's, in units of {unit} m, which make its speeds those of roads")
        }
        None => format!(
            "by the time at {SPEED_KM_H} km/h: no unit makes the file's lengths those of roads"
        ),
    };
    city.provenance.extend([
        note(
            "roads.links",
            format!("TNTP network {}", files.network.file),
            false,
        ),
        note("roads.nodes.x_m, y_m", place.to_owned(), true),
        note("roads.links.length_m", length, true),
        note(
            "roads.links.class, lanes",
            "by speed and capacity; signals where three streets meet a main road, on the nearest load".to_owned(),
            true,
        ),
        note(
            "travel.flows",
            format!(
                "TNTP trips {}: the table and the capacities over {} h are the busiest hour, {PEAK_SHARE} of a weekday; the \
                 same pattern at all hours",
                files.trips.file, files.period_h
            ),
            false,
        ),
        note(
            "travel.zones",
            "people and jobs by the trips that leave and enter; public transport 0.2 trips a vehicle".to_owned(),
            true,
        ),
    ]);
}
