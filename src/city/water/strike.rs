//! Damage from outside and the crews' work, applied at the beginning of a step.

use crate::city::water::fabric::Shared;
use crate::city::water::fabric::WaterFabric;
use crate::city::water::state::WaterState;
use crate::city::water::wear;
use crate::engine::chance::Chance;
use crate::engine::clock::Clock;
use crate::engine::damage::Damage;
use crate::engine::damage::DamageQueue;
use crate::engine::damage::Effect;
use crate::engine::damage::Repair;
use crate::engine::damage::Work;
use crate::engine::damage::WorkBoard;
use crate::engine::damage::WorkRequest;
use crate::engine::element::ElementId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

enum Mine {
    Main(usize),
    Station(usize),
}

fn mine(fabric: &WaterFabric, element: ElementId) -> Option<Mine> {
    let at = |ids: &[ElementId]| ids.binary_search(&element).ok();
    at(&fabric.ids.mains)
        .map(Mine::Main)
        .or_else(|| at(&fabric.ids.stations).map(Mine::Station))
}

/// Applies damage and work (Force stage).
pub fn strike(
    fabric: Res<Shared>,
    clock: Res<Clock>,
    chance: Res<Chance>,
    mut state: ResMut<WaterState>,
    mut queue: ResMut<DamageQueue>,
    mut board: ResMut<WorkBoard>,
    mut record: ResMut<Record>,
) {
    let fabric = &fabric.0;
    let t_s = clock.t_s();
    let is_mine = |e: ElementId| mine(fabric, e).is_some();
    if queue.damages.iter().any(|d| is_mine(d.element)) {
        let (own, others): (Vec<Damage>, Vec<Damage>) =
            queue.damages.drain(..).partition(|d| is_mine(d.element));
        queue.damages = others;
        for blow in own {
            hit(
                fabric,
                &mut state,
                *chance,
                blow,
                t_s,
                &mut record,
                &mut board,
            );
        }
    }
    if queue.repairs.iter().any(|r| is_mine(r.element)) {
        let (own, others): (Vec<Repair>, Vec<Repair>) =
            queue.repairs.drain(..).partition(|r| is_mine(r.element));
        queue.repairs = others;
        for repair in own {
            mended(fabric, &mut state, repair, t_s, &mut record, &mut board);
        }
    }
    for job in take(&mut board.isolated, fabric) {
        isolated(fabric, &mut state, job, t_s, &mut record);
    }
    for job in take(&mut board.done, fabric) {
        let repair = Repair {
            element: job.element,
            cause: job.cause,
        };
        finish(fabric, &mut state, repair, t_s, &mut record);
    }
}

fn take(jobs: &mut Vec<WorkRequest>, fabric: &WaterFabric) -> Vec<WorkRequest> {
    if !jobs.iter().any(|j| mine(fabric, j.element).is_some()) {
        return Vec::new();
    }
    let (own, others) = jobs
        .drain(..)
        .partition(|j| mine(fabric, j.element).is_some());
    *jobs = others;
    own
}

fn hit(
    fabric: &WaterFabric,
    state: &mut WaterState,
    chance: Chance,
    blow: Damage,
    t_s: u64,
    record: &mut Record,
    board: &mut WorkBoard,
) {
    match (mine(fabric, blow.element), blow.effect) {
        (Some(Mine::Main(m)), Effect::Fail) if !state.bursts.iter().any(|b| b.main == m) => {
            let cause = Some(blow.cause);
            wear::burst(fabric, state, chance, (m, t_s), cause, record, board);
        }
        (Some(Mine::Station(s)), Effect::Fail | Effect::Trip) if state.failed[s].is_none() => {
            let name = &fabric.water().stations[s].id;
            let id = record.event(
                t_s,
                "station_failure",
                Some(blow.element),
                Some(blow.cause),
                0.0,
                || format!("{name} is out of order: its pumps stand"),
            );
            state.failed[s] = Some(id);
            state.dirty = true;
            board.requests.push(WorkRequest {
                element: blow.element,
                work: Work::RepairPlant,
                customers: 0.0,
                cause: id,
            });
        }
        _ => {}
    }
}

/// Mended from outside: the crews are called off.
fn mended(
    fabric: &WaterFabric,
    state: &mut WaterState,
    repair: Repair,
    t_s: u64,
    record: &mut Record,
    board: &mut WorkBoard,
) {
    finish(fabric, state, repair, t_s, record);
    for work in [Work::RepairMain, Work::RepairPlant] {
        board.cancelled.push((repair.element, work));
    }
}

fn isolated(
    fabric: &WaterFabric,
    state: &mut WaterState,
    job: WorkRequest,
    t_s: u64,
    record: &mut Record,
) {
    let Some(Mine::Main(m)) = mine(fabric, job.element) else {
        return;
    };
    for burst in state
        .bursts
        .iter_mut()
        .filter(|b| b.main == m && !b.isolated)
    {
        burst.isolated = true;
        state.dirty = true;
        let cut = burst.cut * fabric.water().nodes[burst.node].people;
        record.event(
            t_s,
            "main_isolated",
            Some(job.element),
            Some(job.cause),
            0.0,
            || format!("valves shut: the hole is stopped, about {cut:.0} people are cut off"),
        );
    }
}

fn finish(
    fabric: &WaterFabric,
    state: &mut WaterState,
    repair: Repair,
    t_s: u64,
    record: &mut Record,
) {
    let (element, cause) = (Some(repair.element), Some(repair.cause));
    match mine(fabric, repair.element) {
        Some(Mine::Main(m)) => {
            let before = state.bursts.len();
            state.bursts.retain(|b| b.main != m);
            if state.bursts.len() != before {
                state.dirty = true;
                record.event(t_s, "main_repaired", element, cause, 0.0, || {
                    "mended and flushed, valves open".to_owned()
                });
            }
        }
        Some(Mine::Station(s)) if state.failed[s].take().is_some() => {
            state.dirty = true;
            record.event(t_s, "station_repaired", element, cause, 0.0, || {
                "works again".to_owned()
            });
        }
        _ => {}
    }
}
