//! One step of the water net: events of supply, demand, pumps, flows, volumes, wear, service.

use crate::city::water::control;
use crate::city::water::demand;
use crate::city::water::events;
use crate::city::water::fabric::Shared;
use crate::city::water::flow;
use crate::city::water::hydrants;
use crate::city::water::inlets::Air;
use crate::city::water::inlets::DemandFactor;
use crate::city::water::inlets::StationPower;
use crate::city::water::outlets::PumpDemand;
use crate::city::water::outlets::Service;
use crate::city::water::publish::Tags;
use crate::city::water::state::WaterState;
use crate::city::water::wear;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::damage::WorkBoard;
use crate::engine::points::Points;
use crate::engine::record::Record;
use crate::solvers::hydraulics::solver::Hydraulics;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::SystemParam;
use serde::Deserialize;
use serde::Serialize;

/// Spacing of solves where nothing happens, seconds: demand and levels change little in five minutes.
const EVERY_S: u32 = 300;

/// This world's solver: the analysed network and room to work in. What it holds is a function of the state.
#[derive(Resource, Clone, Debug)]
pub struct Solver(pub Hydraulics);

/// What each node asks for, m3/s, at the last border of five minutes.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked(pub Vec<f64>);

/// What comes from outside.
#[derive(SystemParam)]
pub struct Inlets<'w> {
    power: Res<'w, StationPower>,
    air: Res<'w, Air>,
    factor: Res<'w, DemandFactor>,
    points: Res<'w, Points>,
    tags: Res<'w, Tags>,
}

/// What goes out.
#[derive(SystemParam)]
pub struct Outlets<'w> {
    asked: ResMut<'w, Asked>,
    service: ResMut<'w, Service>,
    demand: ResMut<'w, PumpDemand>,
    board: ResMut<'w, WorkBoard>,
    record: ResMut<'w, Record>,
}

/// One step (Solve stage).
pub fn step(
    fabric: Res<Shared>,
    inlets: Inlets,
    clock: Res<Clock>,
    chance: Res<Chance>,
    mut solver: ResMut<Solver>,
    mut state: ResMut<WaterState>,
    mut out: Outlets,
) {
    let fabric = &fabric.0;
    let state = &mut *state;
    let record = &mut *out.record;
    let (t_s, dt_s) = (clock.t_s(), f64::from(clock.step_s()));
    let hour = clock.hour_of_day();
    let border = clock.begins(EVERY_S);
    demand::feel(state, inlets.air.temp_c, dt_s);
    events::stations(fabric, state, &inlets.power, t_s, record);
    hydrants::shut(state, t_s);
    if clock.begins(3600) {
        let temp_c = inlets.air.temp_c;
        hydrants::hour(fabric, state, *chance, temp_c, (t_s, hour), record);
    }
    let set: Vec<f64> = inlets
        .tags
        .set
        .iter()
        .map(|p| inlets.points.get(*p))
        .collect();
    state.dirty |= control::control(fabric, state, &set, border);
    let asked = &mut out.asked.0;
    if border || asked.is_empty() {
        demand::asked(fabric, &inlets.factor, state.warmth_c, hour, asked);
    }
    let solved = border || state.dirty;
    if solved {
        flow::solve(fabric, &mut solver.0, state, asked);
    }
    let before = state.solves[0];
    flow::run(fabric, &mut solver.0, state, asked, dt_s);
    wear::wear(fabric, state, *chance, (t_s, dt_s), record, &mut out.board);
    events::tanks(fabric, state, t_s, record);
    if solved || state.solves[0] != before {
        events::districts(fabric, state, asked, &mut out.service, t_s, record);
    }
    let stations = fabric.water().stations.len();
    out.demand.kw.clear();
    let kw = (0..stations).map(|s| flow::station_kw(fabric, state, s));
    out.demand.kw.extend(kw);
}
