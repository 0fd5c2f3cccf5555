//! The roads of a synthetic city: the plan of `streets` with lengths, speeds, lanes, signals and the ways to its zones.
//!
//! Congestion is not drawn: lanes are what the busiest hours ask for (`lanes`). How it compares with real cities is in
//! docs/sizing.md.

use crate::city::model::district::District;
use crate::city::model::grid::Grid;
use crate::city::model::roads::RoadClass;
use crate::city::model::roads::RoadLink;
use crate::city::model::roads::RoadNode;
use crate::city::model::roads::Roads;
use crate::city::model::travel::Travel;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::lanes;
use crate::scenario::generate::streets::StreetPlan;
use crate::scenario::generate::streets::streets;

/// Streets bend: length against the straight line.
const DETOUR: f64 = 1.1;
/// Ways from a zone to the streets around it.
const CONNECTORS: usize = 3;
/// Speed on them, kilometres an hour: residential streets.
const CONNECTOR_KM_H: f64 = 25.0;
/// No bound: a connector stands for many streets.
const CONNECTOR_VEH_H: f64 = 99_999.0;
/// Streets that meet where signals stand.
const SIGNAL_STREETS: usize = 3;

/// What a class of road offers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standard {
    /// Speed on the empty road, kilometres an hour; on streets the wait at signals is in it.
    pub speed_km_h: f64,
    /// Practical capacity of a lane, vehicles an hour.
    pub lane_veh_h: f64,
    /// Share of the free-flow time added at capacity.
    pub b: f64,
    /// How sharply time grows.
    pub power: f64,
}

/// The standard of a class. Lanes: SIZING.md section 4: 600 to 900 veh/h behind signals, of which collectors, which yield
/// to main roads, get less; 2,200 on motorways, of which nine tenths are practical. B and power lie between the Bureau of Public Roads' 0.15 and 4 (1964), which is too
/// forgiving near capacity, and Horowitz's fits to the Highway Capacity Manual of 1985 (0.56 to 1, 3.6 to 10).
#[must_use]
pub fn standard(class: RoadClass, ramp: bool) -> Standard {
    let (speed_km_h, lane_veh_h, b, power) = match (class, ramp) {
        (RoadClass::Motorway, _) => (100.0, 2_000.0, 0.6, 5.0),
        (RoadClass::Arterial, true) => (60.0, 1_200.0, 0.6, 5.0),
        (RoadClass::Arterial, false) => (45.0, 600.0, 1.0, 4.0),
        (RoadClass::Collector, _) => (30.0, 450.0, 1.0, 4.0),
        (RoadClass::Connector, _) => (CONNECTOR_KM_H, CONNECTOR_VEH_H, 0.0, 4.0),
    };
    Standard {
        speed_km_h,
        lane_veh_h,
        b,
        power,
    }
}

/// Draws the roads of a city for its travel demand.
#[must_use]
pub fn roads(
    land: &Land,
    districts: &[District],
    grid: &Grid,
    travel: &Travel,
    population: u32,
    seed: u64,
) -> Roads {
    let plan = streets(land, population, seed);
    let mut roads = unsized_roads(&plan, districts, travel);
    give_signals(&mut roads, grid);
    let ramps: Vec<bool> = plan.streets.iter().flat_map(|s| [s.ramp, s.ramp]).collect();
    lanes::size(&mut roads, travel, &ramps);
    roads
}

/// Nodes and links with the least lanes of their class.
fn unsized_roads(plan: &StreetPlan, districts: &[District], travel: &Travel) -> Roads {
    let centres: Vec<Point> = districts.iter().map(|d| [d.x_m, d.y_m]).collect();
    let zones = travel.zones.len();
    let places: Vec<Point> = travel
        .zones
        .iter()
        .map(|z| [z.x_m, z.y_m])
        .chain(plan.at.iter().map(|p| p.map(|v| rounded(v, 0))))
        .collect();
    let width = places.len().to_string().len().max(4);
    let nodes = places
        .iter()
        .enumerate()
        .map(|(i, at)| RoadNode {
            id: format!("N{:0width$}", i + 1),
            x_m: at[0],
            y_m: at[1],
            district: travel
                .zones
                .get(i)
                .map_or_else(|| nearest(&centres, *at), |z| z.district),
            signal_load: None,
        })
        .collect();
    let mut ends: Vec<(usize, usize, RoadClass, bool)> = Vec::new();
    for street in &plan.streets {
        let (a, b) = (zones + street.from, zones + street.to);
        ends.push((a, b, street.class, street.ramp));
        ends.push((b, a, street.class, street.ramp));
    }
    for zone in 0..zones {
        let mut near: Vec<usize> = (0..plan.at.len()).filter(|i| !plan.motorway[*i]).collect();
        let d = |i: &usize| distance_squared(places[zone], places[zones + i]);
        near.sort_by(|a, b| d(a).total_cmp(&d(b)).then(a.cmp(b)));
        for junction in near.into_iter().take(CONNECTORS) {
            ends.push((zone, zones + junction, RoadClass::Connector, false));
            ends.push((zones + junction, zone, RoadClass::Connector, false));
        }
    }
    let width = ends.len().to_string().len().max(4);
    let links = ends
        .iter()
        .enumerate()
        .map(|(i, &(from, to, class, ramp))| {
            let standard = standard(class, ramp);
            let length_m = rounded((DETOUR * distance(places[from], places[to])).max(50.0), 0);
            RoadLink {
                id: format!("R{:0width$}", i + 1),
                from,
                to,
                class,
                length_m,
                free_flow_min: rounded(length_m / 1e3 / standard.speed_km_h * 60.0, 3),
                lanes: 1.0,
                capacity_veh_h: standard.lane_veh_h,
                b: standard.b,
                power: standard.power,
                fixed_min: 0.0,
            }
        })
        .collect();
    Roads {
        nodes,
        first_through: zones,
        links,
        zone_nodes: (0..zones).collect(),
    }
}

/// Signals where three streets or more meet and one of them is a main road. They hang on the supply of the street: the
/// nearest load of ordinary customers.
pub fn give_signals(roads: &mut Roads, grid: &Grid) {
    let loads: Vec<usize> = (0..grid.loads.len())
        .filter(|l| grid.loads[*l].critical.is_none())
        .collect();
    let places: Vec<Point> = loads
        .iter()
        .map(|l| {
            let bus = &grid.buses[grid.loads[*l].bus];
            [bus.x_m, bus.y_m]
        })
        .collect();
    let mut meet = vec![(0, false); roads.nodes.len()];
    for link in &roads.links {
        match link.class {
            RoadClass::Arterial => meet[link.to] = (meet[link.to].0 + 1, true),
            RoadClass::Collector => meet[link.to].0 += 1,
            RoadClass::Motorway | RoadClass::Connector => {}
        }
    }
    for (node, (count, main)) in roads.nodes.iter_mut().zip(meet) {
        if main && count >= SIGNAL_STREETS {
            node.signal_load = loads.get(nearest(&places, [node.x_m, node.y_m])).copied();
        }
    }
}
