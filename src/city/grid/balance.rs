//! Keeping islands in balance: generation follows load within its limits, under-frequency relays shed the rest, and
//! under-voltage relays relieve what has no solution.

use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::flow::FlowState;
use crate::city::grid::topology::Topology;
use crate::city::model::grid::Technology;
use crate::engine::record::EventId;

/// Share of its generators' capacity that an island may load before its frequency sags for good.
const USABLE: f64 = 0.99;
/// Frequency deviation at full load step, share of nominal (5 % droop; ENTSO-E practice 4 to 8 %).
const DROOP: f64 = 0.05;
/// Share of an island's demand that one stage of under-frequency or under-voltage relays sheds (EU 2017/2196: six or
/// more stages to 45 % in all).
const STAGE: f64 = 0.075;

/// Balances every island that no neighbour holds. Returns the last shedding, or none if nothing opened.
pub fn balance(
    fabric: &Fabric,
    state: &mut FlowState,
    topology: &Topology,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let grid = fabric.grid();
    let nominal_hz = grid.frequency_hz;
    state.frequency_hz = nominal_hz;
    let total_served: f64 = all.loads.iter().map(|l| l.served_mw).sum();
    let mut last = None;
    for (i, island) in topology.islands.iter().enumerate() {
        if island.external {
            continue;
        }
        let here = |bus: usize| topology.island_of_bus[bus] == Some(i);
        let mut served = 0.0;
        let mut fixed = 0.0;
        for (l, _) in grid.loads.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            served += all.loads[l].served_mw;
            fixed += if all.loads[l].supplied > 0.0 {
                all.loads[l].pv_mw
            } else {
                0.0
            };
        }
        for (b, _) in grid
            .batteries
            .iter()
            .enumerate()
            .filter(|(_, r)| here(r.bus))
        {
            fixed += all.batteries[b].p_mw;
        }
        // Losses of the last step, shared by load: good enough to place generators, the slack takes what is left.
        let losses = if total_served > 0.0 {
            state.losses_mw * served / total_served
        } else {
            0.0
        };
        let follows = |technology: Technology| {
            !matches!(
                technology,
                Technology::Solar | Technology::Wind | Technology::Condenser
            )
        };
        let mut scheduled = 0.0;
        let (mut up, mut down) = (0.0, 0.0);
        for (p, row) in grid.plants.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            let plant = &all.plants[p];
            if follows(row.technology) {
                scheduled += plant.p_mw;
                up += (plant.available_mw * USABLE - plant.p_mw).max(0.0);
                down += plant.p_mw.max(0.0);
            } else {
                fixed += plant.p_mw;
            }
        }
        let needed = served + losses - fixed;
        let mismatch = needed - scheduled;
        let capacity = scheduled + up;
        if capacity > 0.0 {
            let sag = DROOP * nominal_hz * (mismatch / capacity).clamp(-1.0, 1.0);
            state.frequency_hz = state.frequency_hz.min(nominal_hz - sag);
        }
        if mismatch > up + 1e-6 {
            let short = mismatch - up;
            if let Some(id) = shed(
                fabric,
                topology,
                i,
                short.max(STAGE * served * 0.2),
                "under-frequency",
                None,
                all,
                log,
            ) {
                last = Some(id);
                continue;
            }
        }
        let (share, room) = if mismatch >= 0.0 {
            (mismatch.min(up), up)
        } else {
            (mismatch.max(-down), down)
        };
        for (p, row) in grid.plants.iter().enumerate().filter(|(_, r)| here(r.bus)) {
            let plant = &mut all.plants[p];
            if room > 0.0 && follows(row.technology) {
                let own = if share >= 0.0 {
                    (plant.available_mw * USABLE - plant.p_mw).max(0.0)
                } else {
                    plant.p_mw.max(0.0)
                };
                plant.p_mw += share * own / room;
            }
        }
    }
    last
}

/// Sheds a stage in islands whose flow has no solution, or everything if it is hopeless.
pub fn relieve(
    fabric: &Fabric,
    topology: &Topology,
    islands: &[usize],
    hopeless: bool,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let mut last = None;
    for &island in islands {
        let served: f64 = fabric
            .grid()
            .loads
            .iter()
            .enumerate()
            .filter(|(_, row)| topology.island_of_bus[row.bus] == Some(island))
            .map(|(l, _)| all.loads[l].served_mw)
            .sum();
        let amount = if hopeless { served } else { STAGE * served };
        let id = log.event("voltage_collapse", None, None, 0.0, || {
            format!(
                "no solution of the flow with {served:.0} MW served; relays shed {amount:.0} MW"
            )
        });
        last = shed(
            fabric,
            topology,
            island,
            amount,
            "under-voltage",
            Some(id),
            all,
            log,
        )
        .or(Some(id));
    }
    last
}

/// Opens feeders of an island in order of priority until `amount_mw` of served load is off.
#[allow(
    clippy::too_many_arguments,
    reason = "a relay's order: where, how much, by whom, why"
)]
pub fn shed(
    fabric: &Fabric,
    topology: &Topology,
    island: usize,
    amount_mw: f64,
    relay: &str,
    cause: Option<EventId>,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let grid = fabric.grid();
    let mut order: Vec<usize> = (0..grid.feeders.len())
        .filter(|&f| {
            all.feeders[f].breaker.closed
                && topology.island_of_bus[grid.feeders[f].bus] == Some(island)
        })
        .collect();
    order.sort_by_key(|&f| (grid.feeders[f].priority, f));
    let mut left = amount_mw;
    let mut last = None;
    for f in order {
        if left <= 0.0 {
            break;
        }
        let served: f64 = fabric.loads_of_feeder[f]
            .iter()
            .map(|&l| all.loads[l].served_mw)
            .sum();
        if served <= 0.0 {
            continue;
        }
        last = Some(open(fabric, f, relay, cause, all, log));
        left -= served;
    }
    last
}

/// Opens a feeder by an automatic scheme.
fn open(
    fabric: &Fabric,
    feeder: usize,
    relay: &str,
    cause: Option<EventId>,
    all: &mut Elements,
    log: &mut Log,
) -> EventId {
    let customers = all.supplied_customers(fabric, feeder);
    let served: f64 = fabric.loads_of_feeder[feeder]
        .iter()
        .map(|&l| all.loads[l].served_mw)
        .sum();
    let id = log.event(
        "feeder_shed_auto",
        Some(fabric.feeder_ids[feeder]),
        cause,
        customers,
        || format!("{relay} relays took off {served:.1} MW"),
    );
    let breaker = &mut all.feeders[feeder].breaker;
    breaker.closed = false;
    breaker.tripped = true;
    breaker.commanded_open = false;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
    id
}
