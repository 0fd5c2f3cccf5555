//! Power plants, batteries and imports: how many, how large, at which substation, and the dispatches planning checks.

use crate::city::model::grid::Battery;
use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::mesh::spread;

/// Imports contracted, kilowatts a person: 390 MW for 240,000 (SIZING.md: 330 to 400).
const IMPORT_KW: f64 = 1.625;
/// Gas turbines lose this share of capacity for each kelvin above 15 C (SIZING.md: 0.6 to 0.8 %).
const TURBINE_DERATING: f64 = 0.007;
/// Air temperature of the design day less that of the turbines' reference, kelvin.
const DESIGN_K: f64 = 20.0;
/// Losses between the plants and the substations' busbars, share of load.
const LOSSES: f64 = 0.02;
/// Batteries, kilowatts a person: 30 MW for 240,000, in units of 10 MW.
const BATTERY_KW: f64 = 0.125;
const BATTERY_UNIT_MW: f64 = 10.0;
/// Hours at full power: 90 MWh for 30 MW.
const BATTERY_HOURS: f64 = 3.0;
/// Round trip (SIZING.md: 85 to 88 %).
const ROUND_TRIP: f64 = 0.87;

/// A kind of plant.
struct Kind {
    technology: Technology,
    prefix: &'static str,
    name: &'static str,
    /// Capacity, kilowatts a person: 120, 80 and 10 MW for 240,000.
    kw: f64,
    unit_mw: f64,
    /// Share of capacity below which it cannot run.
    least: f64,
    /// Ramp, share of capacity a minute.
    ramp: f64,
    /// Cost of running at no load, dollars an hour and megawatt of capacity; marginal cost at no load, dollars a
    /// megawatt-hour; its rise to full load. Marginal costs stay in SIZING.md's ranges.
    cost: [f64; 3],
    co2: f64,
    derating: f64,
    outages: f64,
}

const KINDS: [Kind; 3] = [
    Kind {
        technology: Technology::CombinedCycle,
        prefix: "CC",
        name: "Combined cycle",
        kw: 0.5,
        unit_mw: 120.0,
        least: 0.4,
        ramp: 0.05,
        cost: [8.0, 44.0, 12.0],
        co2: 375.0,
        derating: TURBINE_DERATING,
        outages: 5.0,
    },
    Kind {
        technology: Technology::GasTurbine,
        prefix: "GT",
        name: "Gas turbine",
        kw: 1.0 / 3.0,
        unit_mw: 40.0,
        least: 0.3,
        ramp: 0.2,
        cost: [10.0, 98.0, 40.0],
        co2: 553.0,
        derating: TURBINE_DERATING,
        outages: 8.0,
    },
    Kind {
        technology: Technology::Diesel,
        prefix: "DG",
        name: "Diesel sets",
        kw: 1.0 / 24.0,
        unit_mw: 10.0,
        least: 0.1,
        ramp: 0.5,
        cost: [5.0, 280.0, 60.0],
        co2: 744.0,
        derating: 0.002,
        outages: 6.0,
    },
];

/// A unit and the substation at which it feeds in.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The plant; its `bus` is filled in when the grid is assembled.
    pub plant: Plant,
    /// Substation.
    pub substation: usize,
    /// Whether it feeds the 110 kV bus; the medium-voltage busbar otherwise.
    pub high_voltage: bool,
}

/// Most imports of a city, megawatts.
#[must_use]
pub fn import_mw(population: u32) -> f64 {
    rounded(1e-3 * f64::from(population) * IMPORT_KW, 0)
}

/// Plans the generating units. Combined cycles stand at the shore, for cooling water, and all far from each other and
/// from the western edge where imports arrive.
#[must_use]
pub fn units(land: &Land, sites: &[Point], population: u32) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    let west = [-land.radius_m, 0.0];
    for kind in &KINDS {
        let total = 1e-3 * f64::from(population) * kind.kw;
        let mut count = libm::round(total / kind.unit_mw) as usize;
        let mut mw = kind.unit_mw;
        // A town too small for one full unit has one small turbine or diesel, and no combined cycle.
        if count == 0 && kind.technology != Technology::CombinedCycle {
            count = 1;
            mw = rounded(total.max(1.0), 0);
        }
        let mut places: Vec<usize> = if kind.technology == Technology::CombinedCycle {
            let mut shore: Vec<usize> = (0..sites.len()).collect();
            shore.sort_by(|&a, &b| {
                land.from_shore(sites[a])
                    .total_cmp(&land.from_shore(sites[b]))
                    .then(a.cmp(&b))
            });
            let near: Vec<Point> = shore
                .iter()
                .take(sites.len().div_ceil(3))
                .map(|&s| sites[s])
                .collect();
            let least = shore.iter().take(near.len()).copied().collect::<Vec<_>>();
            spread(&near, [0.0, land.radius_m], &[west], count)
                .iter()
                .map(|&i| least[i])
                .collect()
        } else {
            let others: Vec<Point> = taken.iter().map(|&s| sites[s]).chain([west]).collect();
            // Turbines stand in pairs.
            let wanted = if kind.technology == Technology::GasTurbine {
                count.div_ceil(2)
            } else {
                count
            };
            spread(sites, west, &others, wanted)
        };
        places.sort_unstable();
        taken.extend(&places);
        for i in 0..count {
            let substation = places[i * places.len() / count];
            units.push(Unit {
                plant: plant(kind, i, mw),
                substation,
                high_voltage: mw > 20.0,
            });
        }
    }
    units
}

fn plant(kind: &Kind, i: usize, mw: f64) -> Plant {
    let [fixed, marginal, rise] = kind.cost;
    Plant {
        id: format!("{}{}", kind.prefix, i + 1),
        name: format!("{} {}", kind.name, i + 1),
        bus: 0,
        technology: kind.technology,
        p_min_mw: rounded(kind.least * mw, 2),
        p_max_mw: mw,
        q_min_mvar: rounded(-0.35 * mw, 2),
        q_max_mvar: rounded(0.6 * mw, 2),
        v_set_pu: if mw > 20.0 { 1.03 } else { 1.02 },
        ramp_mw_min: rounded(kind.ramp * mw, 3),
        cost_usd_h: [
            rounded(fixed * mw, 2),
            marginal,
            rounded(0.5 * rise / mw, 5),
        ],
        co2_kg_mwh: kind.co2,
        derating_per_k: kind.derating,
        forced_outages_y: kind.outages,
        schedule: schedule(kind.technology),
    }
}

/// The day-ahead schedule of a summer working day, share of capacity by hour.
fn schedule(technology: Technology) -> Vec<f64> {
    (0..24)
        .map(|hour| match technology {
            Technology::CombinedCycle => match hour {
                0..=5 => 0.55,
                6 | 7 | 23 => 0.75,
                8 | 9 => 0.9,
                _ => 1.0,
            },
            Technology::GasTurbine => match hour {
                15..=19 => 1.0,
                13 | 14 | 20 | 21 => 0.5,
                _ => 0.0,
            },
            _ => 0.0,
        })
        .collect()
}

/// Plans the batteries and the substation of each.
#[must_use]
pub fn batteries(sites: &[Point], units: &[Unit], population: u32) -> Vec<(Battery, usize)> {
    let total = 1e-3 * f64::from(population) * BATTERY_KW;
    let count = (libm::round(total / BATTERY_UNIT_MW) as usize).clamp(1, sites.len());
    let power = rounded(total / count as f64, 1);
    let plants: Vec<Point> = units
        .iter()
        .filter(|u| u.high_voltage)
        .map(|u| sites[u.substation])
        .collect();
    spread(sites, [0.0, 0.0], &plants, count)
        .into_iter()
        .enumerate()
        .map(|(i, substation)| {
            let battery = Battery {
                id: format!("BAT{}", i + 1),
                bus: 0,
                power_mw: power,
                energy_mwh: rounded(power * BATTERY_HOURS, 1),
                round_trip: ROUND_TRIP,
                initial_soc: 0.6,
            };
            (battery, substation)
        })
        .collect()
}

/// Net injections by mesh node on the design day, megawatts: each set of plants that may run against the full load.
#[must_use]
pub fn dispatches(units: &[Unit], peaks_mw: &[f64], nodes: usize) -> Vec<Vec<f64>> {
    let sets: [fn(&Unit) -> bool; 4] = [
        // Merit order; the combined cycles lost and the turbines started; all; none but imports is beyond the contract,
        // so the last drops only every other unit.
        |u| u.plant.technology == Technology::CombinedCycle,
        |u| u.plant.technology != Technology::CombinedCycle,
        |_| true,
        |u| u.plant.id.ends_with(['1', '3', '5', '7', '9']),
    ];
    sets.iter()
        .map(|runs| {
            let mut p = vec![0.0; nodes];
            for (node, peak) in peaks_mw.iter().enumerate() {
                p[node] -= peak * (1.0 + LOSSES);
            }
            for unit in units.iter().filter(|u| runs(u)) {
                p[unit.substation] +=
                    unit.plant.p_max_mw * (1.0 - unit.plant.derating_per_k * DESIGN_K);
            }
            p
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of_sites(n: usize) -> Vec<Point> {
        (0..n).map(|i| [-1_000.0 * i as f64, 500.0]).collect()
    }

    #[test]
    fn lakeside_has_the_fleet_of_the_sizing_sheet() {
        let land = Land::new(240_000, 1);
        let units = units(&land, &line_of_sites(12), 240_000);
        let total = |t: Technology| {
            units
                .iter()
                .filter(|u| u.plant.technology == t)
                .map(|u| u.plant.p_max_mw)
                .sum::<f64>()
        };
        assert_eq!(total(Technology::CombinedCycle), 120.0);
        assert_eq!(total(Technology::GasTurbine), 80.0);
        assert_eq!(total(Technology::Diesel), 10.0);
        assert_eq!(import_mw(240_000), 390.0);
        let stored: f64 = batteries(&line_of_sites(12), &units, 240_000)
            .iter()
            .map(|(b, _)| b.energy_mwh)
            .sum();
        assert_eq!(stored, 90.0);
        // Marginal cost of the combined cycle: 44 to 56 dollars.
        let cost = units[0].plant.cost_usd_h;
        assert!((cost[1] + 2.0 * cost[2] * 120.0 - 56.0).abs() < 1e-9);
    }
}
