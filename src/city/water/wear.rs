//! Mains that burst: each has a hazard rate from length, age, material, pressure, warmth and surges, and bursts when its
//! integral passes a threshold drawn for that life, as everything in the city does. All controllers meet the same luck.

use crate::city::model::water::Main;
use crate::city::model::water::Material;
use crate::city::water::fabric::WaterFabric;
use crate::city::water::state::Burst;
use crate::city::water::state::WaterState;
use crate::city::water::state::Wear;
use crate::engine::chance::Chance;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::record::EventId;
use crate::engine::record::Record;

/// Seconds of a year.
const YEAR_S: f64 = 8766.0 * 3600.0;
/// Bursts a kilometre and year of a net of mean age (Utah State University 2023: 260,000 a year on 2.3 million miles).
const BURSTS_KM_Y: f64 = 0.07;
/// Growth of the rate by age, a year (Shamir and Howard 1979: 0.01 to 0.15), about the mean age.
const GROWTH_Y: f64 = 0.03;
const MEAN_AGE_Y: f64 = 45.0;
/// Pressure at which the rate holds; it goes with pressure (Lambert and Thornton 2011: exponents 0.5 to 3).
const USUAL_M: f64 = 45.0;
/// Growth a kelvin of warmth above 20 C: dry clay shrinks about pipes (chosen: +25 % in a heat wave).
const A_KELVIN: f64 = 0.02;
/// Rate while pumps' stop or start shakes a zone, over the usual, and how long that lasts, seconds. Surges are behind a
/// good part of bursts after outages; the factor is chosen, no survey separates it.
const SURGE: f64 = 12.0;
/// Length of a surge, seconds.
pub const SURGE_S: u64 = 1800;
/// Hole of a burst over the main's area, smallest and largest, log-uniform: a 200 mm main loses 15 to 110 L/s at 45 m.
const HOLE: [f64; 2] = [0.025, 0.2];
/// Largest diameter that counts for the hole, metres: a wide main splits, it does not open whole.
const WIDEST_M: f64 = 0.4;
/// Diameter of the small mains that are not drawn, metres.
const SMALL_M: f64 = 0.15;
/// Discharge coefficient of an orifice times the root of twice gravity, m^0.5/s.
const ORIFICE: f64 = 0.6 * 4.429_446_918;
/// Length between valves on small mains, kilometres: what is cut off while one is mended.
const VALVES_KM: f64 = 0.4;

/// The rate of a main, a year.
#[must_use]
pub fn rate_y(main: &Main, pressure_m: f64, warmth_c: f64, surge: bool) -> f64 {
    let material = match main.material {
        Material::CastIron => 1.2,
        Material::Steel => 0.7,
        Material::DuctileIron => 0.7,
        Material::Plastic => 0.6,
    };
    let age = libm::exp(GROWTH_Y * (main.age_y - MEAN_AGE_Y)).clamp(0.3, 5.0);
    let pressure = (pressure_m / USUAL_M).clamp(0.2, 3.0);
    let warm = 1.0 + A_KELVIN * (warmth_c - 20.0).max(0.0);
    let shaken = if surge { SURGE } else { 1.0 };
    BURSTS_KM_Y * main.stands_for_km * material * age * pressure * warm * shaken
}

/// The wear of each main at the start of a run.
#[must_use]
pub fn begin(fabric: &WaterFabric, chance: Chance) -> Vec<Wear> {
    let keys = fabric.main_keys.iter();
    keys.map(|key| Wear {
        threshold: chance.exponential("water/main/burst", *key, 0),
        ..Wear::default()
    })
    .collect()
}

/// Lets mains wear for a time; those whose time has come burst.
pub fn wear(
    fabric: &WaterFabric,
    state: &mut WaterState,
    chance: Chance,
    (t_s, dt_s): (u64, f64),
    record: &mut Record,
    board: &mut WorkBoard,
) {
    let water = fabric.water();
    for (m, main) in water.mains.iter().enumerate() {
        let head = |n: usize| (state.net.head_m[n] - water.nodes[n].elevation_m).max(0.0);
        let pressure_m = 0.5 * (head(main.from) + head(main.to));
        let surge = state.surge_until_s[fabric.zone[main.to]] > t_s;
        let rate = rate_y(main, pressure_m, state.warmth_c, surge);
        let wear = &mut state.wear[m];
        wear.lived += rate * dt_s / YEAR_S;
        if wear.lived >= wear.threshold {
            burst(fabric, state, chance, (m, t_s), None, record, board);
        }
    }
}

/// Bursts a main and asks for its repair.
pub fn burst(
    fabric: &WaterFabric,
    state: &mut WaterState,
    chance: Chance,
    (m, t_s): (usize, u64),
    cause: Option<EventId>,
    record: &mut Record,
    board: &mut WorkBoard,
) {
    let water = fabric.water();
    let main = &water.mains[m];
    let key = fabric.main_keys[m];
    let wear = &mut state.wear[m];
    let life = wear.life;
    *wear = Wear {
        lived: 0.0,
        threshold: chance.exponential("water/main/burst", key, life + 1),
        life: life + 1,
    };
    let drawn = |what: &str| chance.uniform(what, key, life);
    let own = 1e-3 * main.length_m / main.stands_for_km.max(1e-9);
    let trunk = cause.is_some() || drawn("water/main/trunk") < own;
    let diameter_m = if trunk {
        (1e-3 * main.diameter_mm).min(WIDEST_M)
    } else {
        SMALL_M
    };
    let share = HOLE[0] * libm::pow(HOLE[1] / HOLE[0], drawn("water/main/hole"));
    let area_m2 = share * 0.25 * std::f64::consts::PI * diameter_m * diameter_m;
    // The hole is at the end that draws more; a main between works and tanks has it at whichever is a junction.
    let draws = |n: usize| {
        let node = &water.nodes[n];
        (fabric.hole[n].is_some(), node.homes_m3h + node.others_m3h)
    };
    let node = if draws(main.from) > draws(main.to) {
        main.from
    } else {
        main.to
    };
    let local_km: f64 = water
        .mains
        .iter()
        .filter(|o| o.from == node || o.to == node)
        .map(|o| 0.5 * o.stands_for_km)
        .sum();
    let cut = if trunk {
        0.0
    } else {
        (VALVES_KM / local_km.max(VALVES_KM)).min(1.0)
    };
    let coefficient = ORIFICE * area_m2;
    let pressure_m = (state.net.head_m[node] - water.nodes[node].elevation_m).max(0.0);
    let element = fabric.ids.mains[m];
    let event = record.event(t_s, "main_burst", Some(element), cause, 0.0, || {
        format!(
            "a {:.0} mm main of {:.0} years burst: {:.0} L/s at {:.1} bar",
            1000.0
                * if trunk {
                    1e-3 * main.diameter_mm
                } else {
                    SMALL_M
                },
            main.age_y,
            1000.0 * coefficient * pressure_m.sqrt(),
            pressure_m / 10.2
        )
    });
    state.bursts.push(Burst {
        main: m,
        trunk,
        node,
        coefficient,
        cut,
        isolated: false,
        event,
    });
    state.totals.bursts += 1;
    state.dirty = true;
    board.requests.push(WorkRequest {
        element,
        work: Work::RepairMain,
        customers: 0.0,
        cause: event,
    });
}
