//! Overloads: load is moved away from transformers that are or will be too hot, then shed; lines that redispatch could
//! not relieve are relieved by shedding where it helps most.
//!
//! It plans with the hot spot that the present load and the forecast growth lead to, and acts under the relays.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Branch;
use crate::controllers::rules::ledger::Cause;
use crate::controllers::rules::ledger::Switch;
use crate::controllers::rules::room::POWER_FACTOR;
use crate::controllers::rules::room::margin_mva;
use crate::controllers::rules::shedding::shed;
use crate::controllers::rules::transfer::Move;
use crate::controllers::rules::transfer::make;
use crate::controllers::rules::transfer::options;
use std::collections::BTreeMap;

/// Transfers ordered at most for one substation in a decision: what a dispatcher can follow in five minutes.
const TRANSFERS_A_DECISION: usize = 2;
/// Crews sent at most at a time to close ties for one substation; there are a dozen for the whole city.
const CREWS_A_SUBSTATION: usize = 2;
/// Decisions that redispatch is given to relieve a line before load is shed: ramps need one, sensors another.
pub const PATIENCE: u32 = 2;

/// One pass over all overloads.
pub fn act(desk: &mut Desk<'_>) {
    for substation in 0..desk.grid.substations.len() {
        transformers(desk, substation);
    }
    feeders(desk);
    mesh(desk);
}

/// Worst hot spot and loading of a substation, for the reason.
fn worst(desk: &Desk<'_>, substation: usize) -> Option<(usize, f64, f64)> {
    desk.topology.transformers_of[substation]
        .iter()
        .filter(|&&t| desk.now.transformers[t].in_service)
        .map(|&t| {
            let seen = &desk.now.transformers[t];
            (t, seen.hot_spot_c, seen.loading)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)))
}

fn transformers(desk: &mut Desk<'_>, substation: usize) {
    let config = desk.config;
    let Some((t, hot_c, loading)) = worst(desk, substation) else {
        return;
    };
    // Far from any limit, whatever the next hour brings: nothing to compute.
    if loading < 0.7 && hot_c < config.restore_hot_spot_c - 15.0 {
        return;
    }
    let group = &desk.topology.transformers_of[substation];
    let over = |minutes: f64, limit_c: f64, most: f64| {
        let growth = desk.forecast.growth(minutes / 60.0);
        -margin_mva(desk.grid, desk.now, group, growth, minutes, limit_c, most) * POWER_FACTOR
    };
    let to_move = over(
        config.transfer_horizon_min,
        config.transfer_hot_spot_c,
        config.emergency_loading,
    );
    if to_move <= 0.0 {
        return;
    }
    let must_go = over(
        config.shed_horizon_min,
        config.shed_hot_spot_c,
        config.emergency_loading,
    );
    let id = &desk.grid.transformers[t].id;
    let state = format!(
        "{id} hot spot {hot_c:.0} C at {:.0} % load",
        100.0 * loading
    );
    let why = format!(
        "{state}, over {:.0} C within {:.0} min unless {to_move:.1} MW go",
        config.transfer_hot_spot_c, config.transfer_horizon_min
    );
    let mut moved = 0.0;
    for _ in 0..TRANSFERS_A_DECISION {
        let Some(best) = best_move(desk, substation, to_move - moved, true) else {
            break;
        };
        if make(desk, &best, &why) {
            moved += best.mw;
        }
        if moved >= to_move {
            break;
        }
    }
    if moved < to_move && waiting(desk, substation) < CREWS_A_SUBSTATION {
        // No more remote ties: a crew to the best of the others, for the hours to come.
        if let Some(best) = best_move(desk, substation, to_move - moved, false) {
            make(desk, &best, &why);
        }
    }
    let rest = must_go - moved;
    if rest > 0.0 {
        let why = format!(
            "{state}, over {:.0} C or {:.0} % within {:.0} min, {rest:.1} MW too much",
            config.shed_hot_spot_c,
            100.0 * config.emergency_loading,
            config.shed_horizon_min
        );
        let pool = desk.topology.feeders_of[substation].clone();
        shed(desk, &pool, rest, Cause::Substation(substation), &why);
    }
}

/// Transfers off a substation that wait for a crew.
fn waiting(desk: &Desk<'_>, substation: usize) -> usize {
    desk.ledger
        .transfers
        .iter()
        .filter(|t| t.asked && desk.grid.feeders[t.donor].substation == Some(substation))
        .count()
}

/// The transfer off a substation that covers a need with the least load moved, else the one that moves most.
fn best_move(desk: &Desk<'_>, substation: usize, need_mw: f64, remote: bool) -> Option<Move> {
    let mut best: Option<Move> = None;
    for &feeder in &desk.topology.feeders_of[substation] {
        for option in options(desk, feeder, true, remote) {
            let better = best.is_none_or(|b| {
                let (covers, covered) = (option.mw >= need_mw, b.mw >= need_mw);
                if covers && covered {
                    option.mw < b.mw
                } else {
                    covers || (!covered && option.mw > b.mw)
                }
            });
            if better {
                best = Some(option);
            }
        }
    }
    best
}

/// Moves the end of an overloaded feeder to any neighbour; what is left is its relay's to judge, since shedding the
/// whole feeder by hand would put the same customers out for certain.
fn feeders(desk: &mut Desk<'_>) {
    for feeder in 0..desk.grid.feeders.len() {
        let loading = desk.now.feeders[feeder].loading;
        if loading < desk.config.feeder_overload || !desk.now.feeders[feeder].closed {
            continue;
        }
        let need = (loading - 1.0) * desk.grid.feeders[feeder].rating_mva * POWER_FACTOR;
        let fit = options(desk, feeder, false, true)
            .into_iter()
            .filter(|o| !matches!(o.transfer.opened, Switch::Head(_)))
            .min_by(|a, b| {
                let gap = |o: &Move| {
                    if o.mw >= need {
                        o.mw - need
                    } else {
                        1e3 + need - o.mw
                    }
                };
                gap(a).total_cmp(&gap(b))
            });
        if let Some(option) = fit {
            let why = format!(
                "{} at {:.0} % of its cable",
                desk.feeder_id(feeder),
                100.0 * loading
            );
            make(desk, &option, &why);
        }
    }
}

/// Branches of the mesh that stay overloaded after redispatch, or are badly so at once: load is shed where the last
/// optimal power flow found no other way.
fn mesh(desk: &mut Desk<'_>) {
    let config = desk.config;
    let mut still = BTreeMap::new();
    let mut worst: Option<(Branch, f64)> = None;
    for &branch in desk.mesh.branches() {
        let (loading, over, at_once) = match branch {
            Branch::Line(line) => {
                let loading = desk.now.lines[line].loading;
                let over = desk.now.line_closed[line] && loading >= config.line_overload;
                (loading, over, loading >= config.line_emergency)
            }
            Branch::Transformer(t) => {
                let seen = &desk.now.transformers[t];
                let hot =
                    seen.hot_spot_c >= config.transfer_hot_spot_c && seen.loading > config.line_use;
                let over = seen.in_service && (hot || seen.loading >= config.receive_loading);
                let at_once = seen.hot_spot_c >= config.shed_hot_spot_c
                    || seen.loading >= config.emergency_loading;
                (seen.loading, over, at_once)
            }
        };
        if !over {
            continue;
        }
        let times = desk.ledger.overloaded.get(&branch).map_or(1, |n| n + 1);
        still.insert(branch, times);
        if (times > PATIENCE || at_once) && worst.is_none_or(|(_, most)| loading > most) {
            worst = Some((branch, loading));
        }
    }
    desk.ledger.overloaded = still;
    let Some((branch, loading)) = worst else {
        return;
    };
    let (cause, id, rating_mva) = match branch {
        Branch::Line(i) => (
            Cause::Line(i),
            &desk.grid.lines[i].id,
            desk.now.lines[i].rating_mva,
        ),
        Branch::Transformer(i) => {
            let row = &desk.grid.transformers[i];
            (Cause::Transformer(i), &row.id, row.rating_mva)
        }
    };
    let why = format!(
        "{id} at {:.0} % of {rating_mva:.0} MVA after redispatch",
        100.0 * loading
    );
    for (bus, mw) in std::mem::take(&mut desk.ledger.line_shed) {
        let pool: Vec<usize> = (0..desk.grid.feeders.len())
            .filter(|&f| desk.mesh.of_bus(desk.grid.feeders[f].bus) == Some(bus))
            .collect();
        shed(desk, &pool, mw, cause, &why);
    }
}
