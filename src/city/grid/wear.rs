//! What breaks by itself: every asset has a hazard rate from age, temperature, loading and wind, and fails when its
//! integral passes an exponential threshold drawn for that life.
//!
//! This is an inhomogeneous Poisson process with one draw a life, so all controllers meet the same luck: a controller
//! changes when an asset fails only through what the asset lived through.

use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::fabric::LineHeat;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::Elements;
use crate::city::grid::inlets::Ambient;
use crate::city::grid::state::Wear;
use crate::city::model::grid::Technology;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use crate::solvers::thermal::cable::joint_ageing_factor;
use crate::solvers::thermal::transformer::Ageing;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Seconds of a year.
const YEAR_S: f64 = 8766.0 * 3600.0;
/// Failures of medium-voltage cable with its joints, a kilometre and year, at a normal summer's temperature and mean
/// age (European 20 kV XLPE 1 to 4 a 100 km and year; EPRI 1.8).
const CABLE_KM_Y: f64 = 0.022;
/// The same of 110 kV cable, better laid and tested.
const MESH_CABLE_KM_Y: f64 = 0.004;
/// Failures of overhead line in fair weather, a kilometre and year (0.02 to 0.15 a mile and year in all weathers, most
/// of it storm and trees).
const OVERHEAD_KM_Y: f64 = 0.02;
/// The same of 110 kV line on steel towers.
const MESH_OVERHEAD_KM_Y: f64 = 0.006;
/// Gust from which trees and debris reach medium-voltage lines, and the rise that multiplies the rate by e, metres a
/// second. Chosen so that an hour of 30 m/s gusts fells about 0.03 lines a kilometre, the order that fragility curves
/// for distribution (Panteli et al. 2017) and utilities' storm counts give.
const GUST_M_S: [f64; 2] = [16.0, 1.5];
/// The same for steel towers.
const MESH_GUST_M_S: [f64; 2] = [26.0, 3.5];
/// Failures of a power transformer, a year, at normal ageing (0.005 to 0.015).
const TRANSFORMER_Y: f64 = 0.008;
/// Failures of a service transformer, a year, at normal ageing (kiosks 0.003 to 0.008, pole-mounted 0.01 to 0.03).
const SERVICE_Y: f64 = 0.008;
/// Hot spot from which gas bubbles free themselves from wet paper and the dielectric strength falls, degrees Celsius
/// (IEEE C57.91-2011 annex A: about 140 with 2 % moisture), and the failures an hour of a unit 20 K above it. The rate
/// is chosen (no survey separates it): one unit in 80 that spends an hour at 160 C fails.
const BUBBLES_C: f64 = 140.0;
const BUBBLES_H: f64 = 0.012;
/// Ageing never slows below this factor of normal in the failure rate: not all failures are thermal.
const NOT_THERMAL: f64 = 0.5;
/// Share of a thermal plant's outage rate added for each kelvin above 30 C.
const PLANT_HEAT_K: f64 = 0.08;
/// Age at which the wear-out rate equals the mean, years, and its Weibull exponent less one.
const WEAR_OUT: [f64; 2] = [35.0, 1.2];
/// Time to locate a fault with remote fault indicators, seconds.
const LOCATE_S: u64 = 600;

/// Advances all wear at the slow spacing and breaks what has lived out: hazard rates change over minutes, and a failure
/// a few minutes sooner or later is far inside what any rate is known to.
#[allow(clippy::too_many_arguments, reason = "a system's resources")]
pub fn wear(
    fabric: Res<Fabric>,
    ambient: Res<Ambient>,
    clock: Res<Clock>,
    chance: Res<Chance>,
    mut board: ResMut<WorkBoard>,
    mut record: ResMut<Record>,
    mut queries: ElementQueries,
) {
    if !clock.begins(fabric.slow_s) {
        return;
    }
    let mut all = queries.all();
    let mut log = Log::new(&mut record, clock.t_s());
    let dt_s = f64::from(fabric.slow_s);
    wear_lines(
        &fabric, &ambient, *chance, dt_s, &mut all, &mut log, &mut board,
    );
    wear_transformers(&fabric, *chance, dt_s, &mut all, &mut log, &mut board);
    wear_service(&fabric, *chance, dt_s, &mut all, &mut log, &mut board);
    wear_plants(
        &fabric, &ambient, *chance, dt_s, &mut all, &mut log, &mut board,
    );
}

/// Weibull wear-out relative to the mean rate.
fn age_factor(age_y: f64) -> f64 {
    libm::pow((age_y.max(1.0) / WEAR_OUT[0]).min(2.5), WEAR_OUT[1])
}

/// Adds to a hazard integral; true when it passes its threshold.
fn lived_out(
    wear: &mut Wear,
    chance: Chance,
    process: &str,
    key: u64,
    rate_y: f64,
    dt_s: f64,
) -> bool {
    if wear.threshold <= 0.0 {
        wear.threshold = chance.exponential(process, key, u64::from(wear.failures));
    }
    wear.hazard += rate_y * dt_s / YEAR_S;
    wear.hazard >= wear.threshold
}

/// Starts the next life.
fn renew(wear: &mut Wear) {
    wear.failures += 1;
    wear.hazard = 0.0;
    wear.threshold = 0.0;
}

fn wear_lines(
    fabric: &Fabric,
    ambient: &Ambient,
    chance: Chance,
    dt_s: f64,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    let storm = |[from, by]: [f64; 2]| libm::exp(((ambient.gust_m_s - from) / by).clamp(0.0, 11.0));
    let (gust, mesh_gust) = (storm(GUST_M_S), storm(MESH_GUST_M_S));
    for i in 0..all.lines.len() {
        let line = &mut all.lines[i];
        if line.wear.failed {
            continue;
        }
        let row = &fabric.grid().lines[i];
        let mesh = fabric.transmission[i];
        let per_km_y = match (&fabric.line_heat[i], mesh) {
            (LineHeat::Cable { .. }, true) => {
                MESH_CABLE_KM_Y * joint_ageing_factor(line.conductor_c)
            }
            (LineHeat::Cable { .. }, false) => CABLE_KM_Y * joint_ageing_factor(line.conductor_c),
            (LineHeat::Overhead { .. }, true) => MESH_OVERHEAD_KM_Y * mesh_gust,
            (LineHeat::Overhead { .. }, false) => OVERHEAD_KM_Y * gust,
        };
        let rate = per_km_y * row.length_km * age_factor(row.age_y);
        if lived_out(
            &mut line.wear,
            chance,
            "grid/line/failure",
            fabric.keys.lines[i],
            rate,
            dt_s,
        ) {
            let (conductor_c, gust_m_s) = (line.conductor_c, ambient.gust_m_s);
            fail_line(fabric, all, i, None, log, board, || {
                match fabric.line_heat[i] {
                    LineHeat::Cable { .. } => {
                        format!("cable joint gave way, conductor at {conductor_c:.0} C")
                    }
                    LineHeat::Overhead { .. } => {
                        format!("overhead line down, gusts of {gust_m_s:.0} m/s")
                    }
                }
            });
        }
    }
}

/// Breaks a line and asks for its repair; the flow clears the fault.
pub fn fail_line(
    fabric: &Fabric,
    all: &mut Elements,
    line: usize,
    cause: Option<EventId>,
    log: &mut Log,
    board: &mut WorkBoard,
    note: impl FnOnce() -> String,
) {
    let id = log.event(
        "line_failure",
        Some(fabric.line_ids[line]),
        cause,
        0.0,
        note,
    );
    let state = &mut all.lines[line];
    renew(&mut state.wear);
    state.wear.failed = true;
    state.wear.cause = Some(id);
    state.located_at_s = fabric.grid().lines[line]
        .remote_controlled
        .then_some(log.t_s() + LOCATE_S);
    let work = mending(fabric, line);
    let to = fabric.grid().lines[line].to;
    let customers = customers_near(fabric, to);
    board.requests.push(WorkRequest {
        element: fabric.line_ids[line],
        work,
        customers,
        cause: id,
    });
}

/// The kind of work that mends a line.
#[must_use]
pub fn mending(fabric: &Fabric, line: usize) -> Work {
    match fabric.line_heat[line] {
        LineHeat::Cable { .. } => Work::RepairCable,
        LineHeat::Overhead { .. } => Work::RepairOverhead,
    }
}

/// Customers of the feeder on which a bus's loads hang: who waits for a repair there.
fn customers_near(fabric: &Fabric, bus: usize) -> f64 {
    let feeder = fabric
        .grid()
        .loads
        .iter()
        .find(|l| l.bus == bus)
        .map(|l| l.feeder);
    feeder.map_or(0.0, |f| {
        fabric.loads_of_feeder[f]
            .iter()
            .map(|&l| fabric.customers[l])
            .sum()
    })
}

fn wear_transformers(
    fabric: &Fabric,
    chance: Chance,
    dt_s: f64,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    for i in 0..all.transformers.len() {
        let t = &mut all.transformers[i];
        if t.wear.failed {
            continue;
        }
        let row = &fabric.grid().transformers[i];
        let hot_spot_c = t.heat.hot_spot_c();
        let rate = TRANSFORMER_Y
            * age_factor(row.age_y)
            * Ageing::C57_91.factor(hot_spot_c).max(NOT_THERMAL)
            + bubbles_y(hot_spot_c);
        if lived_out(
            &mut t.wear,
            chance,
            "grid/transformer/failure",
            fabric.keys.transformers[i],
            rate,
            dt_s,
        ) {
            fail_transformer(fabric, all, i, None, log, board, || {
                format!("winding insulation broke down at {hot_spot_c:.0} C")
            });
        }
    }
}

/// Breaks a transformer (its breakers open) and asks for its repair.
pub fn fail_transformer(
    fabric: &Fabric,
    all: &mut Elements,
    transformer: usize,
    cause: Option<EventId>,
    log: &mut Log,
    board: &mut WorkBoard,
    note: impl FnOnce() -> String,
) {
    let id = log.event(
        "transformer_failure",
        Some(fabric.transformer_ids[transformer]),
        cause,
        0.0,
        note,
    );
    let state = &mut all.transformers[transformer];
    renew(&mut state.wear);
    state.wear.failed = true;
    state.wear.cause = Some(id);
    state.breaker.closed = false;
    state.breaker.tripped = true;
    state.breaker.commanded_open = false;
    state.breaker.cause = Some(id);
    let request = WorkRequest {
        element: fabric.transformer_ids[transformer],
        work: Work::RepairTransformer,
        customers: 0.0,
        cause: id,
    };
    board.requests.push(request);
}

/// Failures a year added by bubbles at a hot-spot temperature.
fn bubbles_y(hot_spot_c: f64) -> f64 {
    let over = (hot_spot_c - BUBBLES_C).max(0.0) / 20.0;
    BUBBLES_H * over * over * 8766.0
}

fn wear_service(
    fabric: &Fabric,
    chance: Chance,
    dt_s: f64,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    for l in 0..all.loads.len() {
        let row = &fabric.grid().loads[l];
        let state = &mut all.loads[l];
        let sound = row.service_units.saturating_sub(state.failed_units);
        if sound == 0 {
            continue;
        }
        let hot_spot_c = state.heat.hot_spot_c();
        let each = SERVICE_Y
            * age_factor(row.service_age_y)
            * Ageing::C57_91.factor(hot_spot_c).max(NOT_THERMAL)
            + bubbles_y(hot_spot_c);
        let rate = each * f64::from(sound);
        if lived_out(
            &mut state.wear,
            chance,
            "grid/load/service-failure",
            fabric.keys.loads[l],
            rate,
            dt_s,
        ) {
            renew(&mut state.wear);
            state.failed_units += 1;
            let customers =
                fabric.customers[l] / f64::from(row.service_units) * state.supplied.min(1.0);
            let id = log.event(
                "service_unit_failure",
                Some(fabric.load_ids[l]),
                None,
                customers,
                || format!("service transformer burnt out, hot spot {hot_spot_c:.0} C"),
            );
            state.wear.cause = Some(id);
            let request = WorkRequest {
                element: fabric.load_ids[l],
                work: Work::ReplaceServiceUnit,
                customers,
                cause: id,
            };
            board.requests.push(request);
        }
    }
}

fn wear_plants(
    fabric: &Fabric,
    ambient: &Ambient,
    chance: Chance,
    dt_s: f64,
    all: &mut Elements,
    log: &mut Log,
    board: &mut WorkBoard,
) {
    for p in 0..all.plants.len() {
        let row = &fabric.grid().plants[p];
        let plant = &mut all.plants[p];
        if plant.wear.failed || plant.p_mw <= 0.0 {
            continue;
        }
        let thermal = !matches!(
            row.technology,
            Technology::Solar | Technology::Wind | Technology::Hydro
        );
        let heat = if thermal {
            1.0 + PLANT_HEAT_K * (ambient.temp_c - 30.0).max(0.0)
        } else {
            1.0
        };
        let rate = row.forced_outages_y * heat;
        if lived_out(
            &mut plant.wear,
            chance,
            "grid/plant/failure",
            fabric.keys.plants[p],
            rate,
            dt_s,
        ) {
            let lost_mw = plant.p_mw;
            fail_plant(fabric, all, p, None, log, board, || {
                format!("forced outage, {lost_mw:.0} MW lost")
            });
        }
    }
}

/// Takes a plant off and asks for its repair.
pub fn fail_plant(
    fabric: &Fabric,
    all: &mut Elements,
    plant: usize,
    cause: Option<EventId>,
    log: &mut Log,
    board: &mut WorkBoard,
    note: impl FnOnce() -> String,
) {
    let id = log.event(
        "plant_failure",
        Some(fabric.plant_ids[plant]),
        cause,
        0.0,
        note,
    );
    let state = &mut all.plants[plant];
    renew(&mut state.wear);
    state.wear.failed = true;
    state.wear.cause = Some(id);
    state.p_mw = 0.0;
    board.requests.push(WorkRequest {
        element: fabric.plant_ids[plant],
        work: Work::RepairPlant,
        customers: 0.0,
        cause: id,
    });
}
