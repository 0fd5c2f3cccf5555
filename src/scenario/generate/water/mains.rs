//! Mains: the transmission net from works to pump stations, and the net of each zone, sized for the hottest day.
//!
//! A zone's water all comes from its hub, where pump station and tank stand, so a tree from the hub sizes the mains; a few
//! more close loops. The mains of the map are the larger ones; the rest of the city's length is shared among them.

use crate::city::model::city::City;
use crate::city::model::water::Main;
use crate::city::model::water::Material;
use crate::city::model::water::Water;
use crate::scenario::generate::assemble::id;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::apportion;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::water::PEAK_HOUR;
use crate::scenario::generate::water::PEAK_LOSS_M;
use crate::scenario::generate::water::tree;

/// Inner diameters that are made, millimetres.
const SIZES_MM: [f64; 14] = [
    200.0, 250.0, 300.0, 350.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0, 1200.0, 1400.0,
    1600.0,
];
/// Streets are no straight lines: route over distance, as for cables.
const ROUTE: f64 = 4.0 / std::f64::consts::PI;
/// Shortest main, metres.
const SHORTEST_M: f64 = 60.0;
/// Mains of a city a resident, kilometres: 1,050 for 240,000 (850 to 1,250).
const KM_A_RESIDENT: f64 = 1050.0 / 240_000.0;
/// Hydrants a resident: 4,000 in a city of 240,000.
const HYDRANTS_A_RESIDENT: f64 = 4000.0 / 240_000.0;
/// Leakage of the mean day at 40 m of pressure head, cubic metres a resident and day: 15 % of 0.36 at the 44 m that
/// zones have in the mean.
const LEAK_M3D: f64 = 0.15 * 0.36 * 40.0 / 44.0;
/// Loss from works to the farthest pump station that the transmission net is sized for, metres.
const WAY_LOSS_M: f64 = 8.0;
/// Flow that it is sized for over the mean: all pumps of the hottest day.
const WAY_FLOW: f64 = 1.7;
/// Least flow that a transmission main is sized for, share of the mean zone's: enough to help a neighbour.
const HELP: f64 = 0.5;
/// Mean age of mains and its spread, years (SIZING.md section 6: mean 45, a fifth past their life).
const AGE_Y: (f64, f64) = (45.0, 24.0);
/// Hazen-Williams C of new lined pipe, and how much it loses a year.
const NEW_C: f64 = 135.0;
const C_A_YEAR: f64 = 0.4;

/// A zone's nodes.
pub struct Zone {
    /// Outlet of its pump station.
    pub hub: usize,
    /// Inlet of its pump station.
    pub suction: usize,
    /// Node of its tank.
    pub tank: usize,
    /// Where its water is drawn.
    pub junctions: Vec<usize>,
    /// Mean demand, cubic metres an hour.
    pub mean_m3h: f64,
}

/// Lays all mains, and gives nodes their leakage and hydrants.
pub fn lay(
    water: &mut Water,
    city: &City,
    zones: &[Zone],
    outlets: &[usize],
    suctions: &[(usize, f64)],
) {
    let mut plans = Vec::new();
    transmission(water, outlets, suctions, &mut plans);
    for zone in zones {
        distribution(water, zone, &mut plans);
    }
    let total = plans.len();
    for (i, plan) in plans.into_iter().enumerate() {
        let main = main(city.seed, i, total, plan);
        water.mains.push(main);
    }
    share_out(water, city);
}

struct Plan {
    ends: (usize, usize),
    length_m: f64,
    diameter_mm: f64,
    check_valve: bool,
}

fn at(water: &Water, node: usize) -> Point {
    [water.nodes[node].x_m, water.nodes[node].y_m]
}

fn route_m(a: Point, b: Point) -> f64 {
    rounded((ROUTE * distance(a, b)).max(SHORTEST_M), 0)
}

/// The least size that carries a flow with no more than a slope of head (Hazen-Williams, C of a middle-aged pipe).
fn size_mm(flow_m3h: f64, slope: f64) -> f64 {
    let q = flow_m3h.abs() / 3600.0;
    let c = NEW_C - C_A_YEAR * AGE_Y.0;
    let fits = |d_mm: &&f64| {
        let d = **d_mm / 1000.0;
        10.667 * libm::pow(q / c, 1.852) / libm::pow(d, 4.871) <= slope
    };
    let fitting = SIZES_MM.iter().find(fits);
    *fitting.unwrap_or(&SIZES_MM[SIZES_MM.len() - 1])
}

fn transmission(
    water: &Water,
    outlets: &[usize],
    suctions: &[(usize, f64)],
    plans: &mut Vec<Plan>,
) {
    let nodes: Vec<usize> = outlets
        .iter()
        .copied()
        .chain(suctions.iter().map(|s| s.0))
        .collect();
    let points: Vec<Point> = nodes.iter().map(|n| at(water, *n)).collect();
    let total: f64 = suctions.iter().map(|s| s.1).sum();
    // Each works gives an equal part.
    let takes: Vec<f64> = outlets
        .iter()
        .map(|_| -total / outlets.len() as f64)
        .chain(suctions.iter().map(|s| s.1))
        .collect();
    let edges = tree::shortest(&points);
    let flows = tree::flows(&edges, &takes);
    let depth = tree::depths(&edges, &points);
    // The farthest station is fed from half the tree's depth at most, since works stand on both sides.
    let far_m = depth.iter().copied().fold(1.0, f64::max) * ROUTE;
    let far_m = if outlets.len() > 1 {
        0.7 * far_m
    } else {
        far_m
    };
    let slope = WAY_LOSS_M / far_m.min(60_000.0);
    let help = HELP * total / suctions.len() as f64;
    for (&(a, b), flow) in edges.iter().zip(&flows) {
        plans.push(Plan {
            ends: (nodes[a], nodes[b]),
            length_m: route_m(points[a], points[b]),
            diameter_mm: size_mm(WAY_FLOW * flow.abs().max(help), slope),
            check_valve: false,
        });
    }
    for (a, b) in tree::loops(&edges, &points, 1.6, 0.4) {
        plans.push(Plan {
            ends: (nodes[a], nodes[b]),
            length_m: route_m(points[a], points[b]),
            diameter_mm: size_mm(WAY_FLOW * help, slope),
            check_valve: false,
        });
    }
}

fn distribution(water: &Water, zone: &Zone, plans: &mut Vec<Plan>) {
    let nodes: Vec<usize> = std::iter::once(zone.hub)
        .chain(zone.junctions.iter().copied())
        .collect();
    let points: Vec<Point> = nodes.iter().map(|n| at(water, *n)).collect();
    let peak = |n: &usize| {
        let node = &water.nodes[*n];
        PEAK_HOUR * (node.homes_m3h + node.others_m3h)
    };
    let takes: Vec<f64> = nodes.iter().map(peak).collect();
    let edges = tree::shortest(&points);
    let flows = tree::flows(&edges, &takes);
    let far_m = tree::depths(&edges, &points)
        .iter()
        .copied()
        .fold(1.0, f64::max)
        * ROUTE;
    let slope = PEAK_LOSS_M / far_m;
    for (&(a, b), flow) in edges.iter().zip(&flows) {
        plans.push(Plan {
            ends: (nodes[a], nodes[b]),
            length_m: route_m(points[a], points[b]),
            diameter_mm: size_mm(*flow, slope),
            check_valve: false,
        });
    }
    for (a, b) in tree::loops(&edges, &points, 2.0, 0.35) {
        plans.push(Plan {
            ends: (nodes[a], nodes[b]),
            length_m: route_m(points[a], points[b]),
            diameter_mm: size_mm(0.5 * (takes[a] + takes[b]), slope).max(250.0),
            check_valve: false,
        });
    }
    // The tank's own main, and the way past the pump station, which opens when the zone has less head than the net.
    let wide_mm = size_mm(PEAK_HOUR * zone.mean_m3h, 2e-3);
    plans.push(Plan {
        ends: (zone.hub, zone.tank),
        length_m: 200.0,
        diameter_mm: wide_mm,
        check_valve: false,
    });
    plans.push(Plan {
        ends: (zone.suction, zone.hub),
        length_m: SHORTEST_M,
        diameter_mm: wide_mm,
        check_valve: true,
    });
}

fn main(seed: u64, i: usize, total: usize, plan: Plan) -> Main {
    let mut draw = Draw::new(seed, "water/mains", i as u64);
    let age_y = rounded((AGE_Y.0 + AGE_Y.1 * draw.normal()).clamp(1.0, 120.0), 0);
    let material = if plan.diameter_mm >= 700.0 {
        Material::Steel
    } else if age_y > 58.0 {
        Material::CastIron
    } else if age_y > 25.0 || draw.unit() < 0.3 {
        Material::DuctileIron
    } else {
        Material::Plastic
    };
    Main {
        id: id("M", i, total, 3),
        from: plan.ends.0,
        to: plan.ends.1,
        length_m: plan.length_m,
        diameter_mm: plan.diameter_mm,
        roughness: rounded((NEW_C - C_A_YEAR * age_y).max(85.0), 0),
        check_valve: plan.check_valve,
        material,
        age_y,
        stands_for_km: 0.0,
    }
}

/// Shares the city's length of mains, its leakage and its hydrants among mains and nodes.
fn share_out(water: &mut Water, city: &City) {
    let people = city.population() as f64;
    let own_km: f64 = water.mains.iter().map(|m| 1e-3 * m.length_m).sum();
    let small_km = (KM_A_RESIDENT * people - own_km).max(0.0);
    let serves = |m: &Main| {
        let of = |n: usize| (water.nodes[n].people * 0.5 + 20.0).sqrt();
        let drawn = |n: usize| water.nodes[n].homes_m3h + water.nodes[n].others_m3h > 0.0;
        if drawn(m.from) || drawn(m.to) {
            of(m.from) + of(m.to)
        } else {
            0.0
        }
    };
    let weights: Vec<f64> = water.mains.iter().map(serves).collect();
    let all: f64 = weights.iter().sum();
    for (main, weight) in water.mains.iter_mut().zip(&weights) {
        main.stands_for_km = rounded(1e-3 * main.length_m + small_km * weight / all.max(1e-9), 2);
    }
    let mut leaky = vec![0.0; water.nodes.len()];
    let mut km = vec![0.0; water.nodes.len()];
    for main in &water.mains {
        // Old mains leak more: twice as much at 90 years as at 45.
        let leaks = main.stands_for_km * (0.2 + 0.8 * main.age_y / AGE_Y.0);
        for end in [main.from, main.to] {
            let drawn = water.nodes[end].homes_m3h + water.nodes[end].others_m3h > 0.0;
            if drawn {
                leaky[end] += leaks;
                km[end] += main.stands_for_km;
            }
        }
    }
    let all: f64 = leaky.iter().sum();
    let hydrants = apportion((HYDRANTS_A_RESIDENT * people) as u32, &km);
    for (i, node) in water.nodes.iter_mut().enumerate() {
        node.leak_m3h = rounded(LEAK_M3D * people / 24.0 * leaky[i] / all.max(1e-9), 3);
        node.hydrants = hydrants[i];
    }
}
