//! Drinking water of a generated city: works on the shore, a transmission net to the pump stations, and round each pump
//! station a zone with its own tank.
//!
//! It is drawn from the finished city, so that nothing else of it shifts: people and firms stand where the grid's loads
//! do, works and pump stations at the loads that feed them. A city without such loads gets no water layer. Sizes follow
//! SIZING.md section 5; docs/water.md says how the outcome compares.

pub mod ground;
pub mod mains;
pub mod places;
pub mod tree;

use crate::city::model::city::City;
use crate::city::model::grid::Critical;
use crate::city::model::water::Node;
use crate::city::model::water::Pattern;
use crate::city::model::water::Pump;
use crate::city::model::water::Source;
use crate::city::model::water::Station;
use crate::city::model::water::StationKind;
use crate::city::model::water::Tank;
use crate::city::model::water::Water;
use crate::scenario::generate::assemble::id;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::water::ground::Ground;
use crate::scenario::generate::water::places::Place;

/// Storage a resident, cubic metres: 65 ML for 240,000, half a day and more of the mean (60 to 70 ML).
const STORED_M3: f64 = 65_000.0 / 240_000.0;
/// Depth of tanks between full and empty, metres: elevated steel tanks of this size are 8 to 12 m deep.
const DEPTH_M: f64 = 9.0;
/// Share of a tank that is full at midnight, when a run begins.
const START_SHARE: f64 = 0.8;
/// Head at the works' outlet over the lake, metres: enough to reach the highest pump station with a few metres to spare.
const WORKS_HEAD_M: f64 = 46.0;
/// Water level of the clear wells over the lake, metres.
const CLEAR_WELL_M: f64 = 2.0;
/// Loss of head from the works to a pump station at mean flow, metres; half of what the net is sized for.
const WAY_M: f64 = 4.0;
/// Pressure head wanted at the lowest place of a zone with the tank full, and at its highest with the tank low and peak
/// flow, metres: 5.5 and 2.8 bar with a little to spare.
const HIGHEST_M: f64 = 55.0;
const LOWEST_M: f64 = 29.5;
/// What tank swing and peak flow take from the head at the far end, metres.
const SWING_M: f64 = 4.0;
/// Loss of head to the far end of a zone in the peak hour of the hottest day, metres: what mains are sized for.
pub const PEAK_LOSS_M: f64 = 7.0;
/// Demand of the hottest day over the mean day (SIZING.md: heat x 1.3 to 1.5, highest day 1.5 to 1.8).
const HOT_DAY: f64 = 1.55;
/// Demand in the peak hour of the hottest day over the mean (SIZING.md: 2.0 to 2.5).
pub const PEAK_HOUR: f64 = 2.4;
/// Pumps of a pump station and of a works; one of each stands by on the hottest day.
const BOOSTER_PUMPS: usize = 3;
const WORKS_PUMPS: usize = 4;
/// Efficiency from wire to water of a good pump with its motor.
const EFFICIENCY: f64 = 0.74;
/// Lifting raw water from the intake and treating it, kilowatt-hours a cubic metre: 20 m of lift and 0.13 for mixing,
/// filters, backwash and disinfection.
const PROCESS_KWH_M3: f64 = 0.20;

/// The water layer of a city; none if it has no loads that are works and pump stations.
#[must_use]
pub fn water(city: &City) -> Option<Water> {
    let loads = &city.grid.loads;
    let sites = |works: bool| -> Vec<usize> {
        let is = |l: &&usize| loads[**l].id.starts_with("WORKS") == works;
        let pumps: Vec<usize> = (0..loads.len())
            .filter(|l| loads[*l].critical == Some(Critical::WaterPump))
            .collect();
        pumps.iter().filter(is).copied().collect()
    };
    let (works, boosters) = (sites(true), sites(false));
    if works.is_empty() || boosters.is_empty() {
        return None;
    }
    let at = |load: usize| -> Point {
        let bus = &city.grid.buses[loads[load].bus];
        [bus.x_m, bus.y_m]
    };
    let stands: Vec<Point> = boosters.iter().map(|b| at(*b)).collect();
    let ground = Ground::new(city);
    let places = places::places(city, &stands);
    let mut water = Water {
        patterns: patterns(),
        ..Water::default()
    };
    for (i, place) in places.iter().enumerate() {
        water.nodes.push(junction(
            id("W", i, places.len(), 3),
            place,
            ground.elevation_m(place.at),
        ));
    }
    let district = |load: usize| loads[load].district;
    let bare = |id: String, at: Point, elevation_m: f64, district: usize| Node {
        id,
        x_m: at[0],
        y_m: at[1],
        elevation_m: rounded(elevation_m, 2),
        district,
        people: 0.0,
        homes_m3h: 0.0,
        others_m3h: 0.0,
        leak_m3h: 0.0,
        hydrants: 0,
    };
    let total_m3h: f64 = places.iter().map(Place::mean_m3h).sum();
    // Works: clear well, pumps, outlet.
    let mut outlets = Vec::new();
    for (w, &load) in works.iter().enumerate() {
        let name = loads[load].id.clone();
        let (well, out) = (water.nodes.len(), water.nodes.len() + 1);
        let lake = ground.lake_m;
        water.nodes.push(bare(
            format!("{name}-CW"),
            at(load),
            lake + CLEAR_WELL_M,
            district(load),
        ));
        water.nodes.push(bare(
            format!("{name}-OUT"),
            at(load),
            ground.elevation_m(at(load)),
            district(load),
        ));
        water.sources.push(Source {
            id: id("CW", w, works.len(), 1),
            node: well,
        });
        let share_m3h = HOT_DAY * total_m3h / works.len() as f64;
        let flow_m3h = share_m3h / (WORKS_PUMPS - 1) as f64;
        add_station(
            &mut water,
            &name,
            (StationKind::Works, load, None),
            (well, out),
            (WORKS_PUMPS, flow_m3h, WORKS_HEAD_M - CLEAR_WELL_M),
        );
        outlets.push(out);
    }
    // Pump stations: suction, hub, tank, and the zone's mains.
    let mut suctions = Vec::new();
    let mut zones = Vec::new();
    for (z, &load) in boosters.iter().enumerate() {
        let mine: Vec<usize> = (0..places.len()).filter(|p| places[*p].zone == z).collect();
        let name = loads[load].id.clone();
        let place_m = ground.elevation_m(at(load));
        let heights = mine.iter().map(|p| water.nodes[*p].elevation_m);
        let lowest = heights.clone().fold(place_m, f64::min);
        let highest = heights.fold(place_m, f64::max);
        let zone_m3h: f64 = mine.iter().map(|p| places[*p].mean_m3h()).sum();
        let people: f64 = mine.iter().map(|p| places[*p].people).sum();
        let full_m = 0.5 * (lowest + HIGHEST_M + highest + LOWEST_M + SWING_M + PEAK_LOSS_M);
        let first = water.nodes.len();
        let (suction, hub, tank_node) = (first, first + 1, first + 2);
        water.nodes.push(bare(
            format!("{name}-IN"),
            at(load),
            place_m,
            district(load),
        ));
        water.nodes.push(bare(
            format!("{name}-OUT"),
            at(load),
            place_m,
            district(load),
        ));
        let beside = [at(load)[0] + 120.0, at(load)[1] + 90.0];
        water.nodes.push(bare(
            format!("{name}-TANK"),
            beside,
            full_m - DEPTH_M,
            district(load),
        ));
        let tank = water.tanks.len();
        water.tanks.push(Tank {
            id: id("T", z, boosters.len(), 1),
            node: tank_node,
            area_m2: rounded((STORED_M3 * people / DEPTH_M).max(20.0), 0),
            depth_m: DEPTH_M,
            start_m: rounded(START_SHARE * DEPTH_M, 2),
        });
        let lift_m = full_m - 0.2 * DEPTH_M - (ground.lake_m + WORKS_HEAD_M - WAY_M) + 1.0;
        let flow_m3h = HOT_DAY * zone_m3h / (BOOSTER_PUMPS - 1) as f64;
        add_station(
            &mut water,
            &name,
            (StationKind::Booster, load, Some(tank)),
            (suction, hub),
            (BOOSTER_PUMPS, flow_m3h, lift_m.max(8.0)),
        );
        suctions.push((suction, zone_m3h));
        zones.push(mains::Zone {
            hub,
            suction,
            tank: tank_node,
            junctions: mine,
            mean_m3h: zone_m3h,
        });
    }
    mains::lay(&mut water, city, &zones, &outlets, &suctions);
    Some(water)
}

fn junction(id: String, place: &Place, elevation_m: f64) -> Node {
    Node {
        id,
        x_m: rounded(place.at[0], 0),
        y_m: rounded(place.at[1], 0),
        elevation_m: rounded(elevation_m, 2),
        district: place.district,
        people: rounded(place.people, 1),
        homes_m3h: rounded(place.homes_m3h, 3),
        others_m3h: rounded(place.others_m3h, 3),
        leak_m3h: 0.0,
        hydrants: 0,
    }
}

/// Adds a station with a number of equal pumps.
fn add_station(
    water: &mut Water,
    name: &str,
    (kind, load, tank): (StationKind, usize, Option<usize>),
    (from, to): (usize, usize),
    (count, flow_m3h, head_m): (usize, f64, f64),
) {
    let station = water.stations.len();
    let works = kind == StationKind::Works;
    water.stations.push(Station {
        id: name.to_owned(),
        kind,
        load,
        tank,
        process_kwh_m3: if works { PROCESS_KWH_M3 } else { 0.0 },
        standing_kw: if works { 40.0 } else { 4.0 },
    });
    for letter in ('A'..='Z').take(count) {
        water.pumps.push(Pump {
            id: format!("{name}-{letter}"),
            station,
            from,
            to,
            flow_m3h: rounded(flow_m3h, 1),
            head_m: rounded(head_m, 1),
            efficiency: EFFICIENCY,
        });
    }
}

/// The day of homes, with peaks before work and in the evening (summer: gardens), and that of firms.
fn patterns() -> Vec<Pattern> {
    const HOMES: [f64; 24] = [
        0.35, 0.28, 0.25, 0.25, 0.32, 0.65, 1.25, 1.60, 1.50, 1.25, 1.10, 1.05, 1.05, 1.00, 0.95,
        1.00, 1.10, 1.35, 1.65, 1.80, 1.60, 1.25, 0.90, 0.55,
    ];
    const OTHERS: [f64; 24] = [
        0.45, 0.42, 0.40, 0.40, 0.45, 0.60, 0.85, 1.15, 1.45, 1.55, 1.60, 1.60, 1.55, 1.55, 1.55,
        1.50, 1.45, 1.30, 1.10, 0.95, 0.80, 0.70, 0.60, 0.50,
    ];
    let day = |id: &str, shape: [f64; 24]| {
        let mean = shape.iter().sum::<f64>() / 24.0;
        Pattern {
            id: id.to_owned(),
            by_hour: shape.iter().map(|v| rounded(v / mean, 3)).collect(),
        }
    };
    vec![day("homes", HOMES), day("others", OTHERS)]
}
