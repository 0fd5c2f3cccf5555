//! Dispatch: which units run, and how much each gives, at least cost within ramps, ratings and the import limit.
//!
//! Units are committed in merit order against the forecast peak and reserve; outputs come from the DC optimal power
//! flow, and from the plain merit order where that finds none. The balance itself is the slack's.

use crate::city::model::grid::Plant;
use crate::city::model::grid::Technology;
use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Cause;
use crate::controllers::rules::mesh::Bounds;
use crate::controllers::rules::mesh::slack_plant;
use crate::controllers::rules::relief::PATIENCE;
use crate::controllers::rules::room::battery_mw;
use crate::controllers::rules::supply::is_short;

/// Change of a set-point that is worth an order, share of the plant's capacity.
const WORTH_SHARE: f64 = 0.02;
/// Output from which a plant counts as running, megawatts.
const RUNNING_MW: f64 = 0.5;

/// Whether a plant takes what weather gives.
fn is_variable(plant: &Plant) -> bool {
    matches!(plant.technology, Technology::Solar | Technology::Wind)
}

/// Whether running costs nothing by itself: neither a least output nor a no-load cost. Then the optimum decides alone;
/// imported cases, which have no commitment data, are such.
fn is_free_to_run(plant: &Plant) -> bool {
    plant.p_min_mw <= 0.0 && plant.cost_usd_h[0] <= 0.0
}

/// Average cost at full output, dollars a megawatt-hour: the merit of a unit.
fn merit(plant: &Plant) -> f64 {
    let p = plant.p_max_mw.max(1e-3);
    plant.cost_usd_h[0] / p + plant.cost_usd_h[1] + plant.cost_usd_h[2] * p
}

/// One decision on plants.
pub fn act(desk: &mut Desk<'_>) {
    commit(desk);
    let key = changes(desk);
    let due = desk.minutes_since(desk.ledger.dispatched_s) >= desk.config.dispatch_min
        || key != desk.ledger.dispatched_for
        || desk
            .ledger
            .overloaded
            .values()
            .any(|times| *times <= PATIENCE);
    if !due {
        return;
    }
    desk.ledger.dispatched_for = key;
    desk.ledger.dispatched_s = Some(desk.now.t_s);
    // What is shed for want of supply is dispatched for, so that everything runs that can. Batteries count as planned:
    // what they give beyond, in need, the plants are to take over.
    let ahead_h = desk.config.dispatch_min / 60.0;
    // A falling load is left to the slack: set-points that fall ahead of it would push the import over its limit.
    let growth = desk.forecast.growth(ahead_h);
    let batteries = desk.ledger.shaving_mw;
    let shed: f64 = desk
        .ledger
        .shed
        .values()
        .filter(|s| s.cause == Cause::Supply)
        .map(|s| s.was_mw)
        .sum();
    let total = (desk.now.load_mw * growth + shed - batteries).max(0.0);
    let bounds = bounds(desk);
    let optimum = desk.mesh.optimum(
        desk.grid,
        desk.config,
        desk.now,
        total,
        &bounds,
        &mut desk.ledger.trim,
    );
    let (p_mw, how) = match optimum {
        Some(found) => {
            let how = if found.binding.is_empty() {
                "least cost, no branch at its rating".to_owned()
            } else {
                format!("least cost within {}", found.binding.join(", "))
            };
            desk.ledger.line_shed = found.shed_mw;
            (found.p_mw, how)
        }
        None => (merit_order(desk, total, &bounds), "merit order".to_owned()),
    };
    order(desk, &p_mw, total, &how);
}

/// Reserve to be kept, megawatts: the largest unit that runs, or a share of the load, whichever is more.
fn reserve_mw(desk: &Desk<'_>) -> f64 {
    let largest = desk
        .now
        .plants
        .iter()
        .filter(|p| p.p_mw > RUNNING_MW)
        .map(|p| p.available_mw)
        .fold(0.0, f64::max);
    largest.max(desk.config.reserve_share * desk.forecast.at(0.0))
}

/// Decides which units run: those cheaper than import, and in merit order as many more as the coming peak and the
/// reserve need. A unit once started stays for its shortest run, and until it is well surplus.
fn commit(desk: &mut Desk<'_>) {
    /// Surplus over the need, share of it, from which a running unit may stop: against stopping and starting.
    const SURPLUS: f64 = 1.05;
    let imports: f64 = desk.now.externals.iter().map(|e| e.1).sum::<f64>() * desk.config.import_use;
    let price = desk
        .grid
        .externals
        .iter()
        .map(|e| e.price_usd_mwh)
        .fold(f64::INFINITY, f64::min);
    let slack = slack_plant(desk.grid);
    // Batteries that hold their power for half an hour stand in for reserve until a turbine has started.
    let mut have = imports + battery_mw(desk.grid, desk.now, desk.config.battery_reserve);
    let mut order = Vec::new();
    for (i, plant) in desk.grid.plants.iter().enumerate() {
        let available = desk.now.plants[i].available_mw;
        if plant.technology == Technology::Condenser || available <= 0.0 {
            desk.ledger.plants[i].on_s = None;
        } else if is_variable(plant) {
            have += available;
        } else {
            order.push(i);
        }
    }
    order.sort_by(|&a, &b| {
        let (x, y) = (&desk.grid.plants[a], &desk.grid.plants[b]);
        (Some(b) == slack)
            .cmp(&(Some(a) == slack))
            .then(merit(x).total_cmp(&merit(y)))
            .then(a.cmp(&b))
    });
    let need = desk.forecast.peak(desk.config.commit_horizon_h) + reserve_mw(desk);
    let first = desk.ledger.dispatched_s.is_none();
    for i in order {
        let memory = desk.ledger.plants[i];
        let running = if first {
            desk.now.plants[i].p_mw > RUNNING_MW
        } else {
            memory.on_s.is_some()
        };
        let young = running && desk.minutes_since(memory.on_s) < desk.config.min_up_min;
        let wanted = have < if running { SURPLUS * need } else { need };
        let cheap = merit(&desk.grid.plants[i]) < price && price.is_finite();
        let on =
            young || wanted || cheap || is_free_to_run(&desk.grid.plants[i]) || Some(i) == slack;
        if on {
            have += desk.now.plants[i].available_mw;
        }
        desk.ledger.plants[i].on_s = match (on, memory.on_s) {
            (true, Some(since)) => Some(since),
            (true, None) => Some(desk.now.t_s),
            (false, _) => None,
        };
    }
}

/// What each plant can give until the next dispatch, megawatts; none for those that do not run.
fn bounds(desk: &Desk<'_>) -> Bounds {
    desk.grid
        .plants
        .iter()
        .zip(&desk.now.plants)
        .zip(&desk.ledger.plants)
        .map(|((plant, seen), memory)| {
            if is_variable(plant) {
                return Some((0.0, seen.available_mw));
            }
            memory.on_s?;
            let reach = plant.ramp_mw_min.max(0.0) * desk.config.dispatch_min;
            let most = (seen.p_mw + reach)
                .max(plant.p_min_mw)
                .min(seen.available_mw);
            let least = (seen.p_mw - reach).max(plant.p_min_mw).min(most);
            Some((least, most))
        })
        .collect()
}

/// Outputs by merit order, megawatts: the price at which plants within their bounds and imports within the limit
/// meet the load, lines ignored.
#[must_use]
pub fn merit_order(desk: &Desk<'_>, total_mw: f64, bounds: &Bounds) -> Vec<f64> {
    /// Highest price looked at, dollars a megawatt-hour; above every plant's.
    const HIGHEST: f64 = 10_000.0;
    /// Width over which units of constant cost come in, dollars a megawatt-hour, so that the price is unique.
    const STEP: f64 = 0.01;
    let gives = |c1: f64, c2: f64, least: f64, most: f64, price: f64| {
        let slope = 2.0 * c2.max(0.0) + STEP / (most - least).max(1e-9);
        let base = c1 + 2.0 * c2.max(0.0) * least;
        (least + (price - base).max(0.0) / slope).min(most)
    };
    let plant_at = |i: usize, price: f64| match bounds[i] {
        Some((least, most)) => {
            let cost = desk.grid.plants[i].cost_usd_h;
            gives(cost[1], cost[2], least, most, price)
        }
        None => 0.0,
    };
    let sum_at = |price: f64| {
        let plants: f64 = (0..bounds.len()).map(|i| plant_at(i, price)).sum();
        let imports: f64 = desk
            .grid
            .externals
            .iter()
            .zip(&desk.now.externals)
            .map(|(e, seen)| {
                let most = (seen.1 * desk.config.import_use).max(0.0);
                gives(e.price_usd_mwh, 0.0, 0.0, most, price)
            })
            .sum();
        plants + imports
    };
    let (mut low, mut high) = (-HIGHEST, HIGHEST);
    // Fifty halvings of 20,000 dollars: below the STEP by six orders of magnitude.
    for _ in 0..50 {
        let price = 0.5 * (low + high);
        if sum_at(price) < total_mw {
            low = price;
        } else {
            high = price;
        }
    }
    (0..bounds.len()).map(|i| plant_at(i, high)).collect()
}

/// What a dispatch depends on besides load and ratings: availability, commitment, topology; hashed (FNV-1a).
fn changes(desk: &Desk<'_>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut mix = |value: u64| {
        hash ^= value;
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    };
    for ((plant, seen), memory) in desk
        .grid
        .plants
        .iter()
        .zip(&desk.now.plants)
        .zip(&desk.ledger.plants)
    {
        // Steps of a quarter of the capacity: an outage counts, a warm hour or a cloud does not.
        let level = (4.0 * seen.available_mw / plant.p_max_mw.max(1.0)).round();
        mix(if is_variable(plant) { 0 } else { level as u64 });
        mix(u64::from(memory.on_s.is_some()));
    }
    for &line in desk.mesh.lines() {
        mix(u64::from(desk.now.line_closed[line]));
    }
    mix(u64::from(is_short(desk)));
    hash
}

/// Orders what differs enough from the set-points in force.
fn order(desk: &mut Desk<'_>, p_mw: &[f64], total_mw: f64, how: &str) {
    let slack = slack_plant(desk.grid);
    for (i, plant) in desk.grid.plants.iter().enumerate() {
        if plant.technology == Technology::Condenser || Some(i) == slack {
            continue;
        }
        let memory = desk.ledger.plants[i];
        let value = if is_variable(plant) {
            plant.p_max_mw
        } else if memory.on_s.is_some() {
            p_mw[i]
        } else {
            0.0
        };
        let worth = WORTH_SHARE * plant.p_max_mw;
        let stops = value == 0.0 && memory.p_set_mw != Some(0.0);
        let moved = memory
            .p_set_mw
            .is_none_or(|before| (value - before).abs() > worth);
        if !(moved || stops) {
            continue;
        }
        let reason = if is_variable(plant) {
            format!("{} takes what the weather gives", plant.id)
        } else if desk.now.plants[i].available_mw <= 0.0 {
            format!(
                "{} has nothing to give: set-point to 0 until it is back",
                plant.id
            )
        } else if memory.on_s.is_none() {
            format!(
                "{} is not needed for {total_mw:.0} MW and reserve: stop",
                plant.id
            )
        } else {
            format!(
                "{} to {value:.1} MW for a load of {total_mw:.0} MW in {:.0} min ({how})",
                plant.id, desk.config.dispatch_min
            )
        };
        if desk.orders.set(desk.tags.plants[i].p_set, value, reason) {
            desk.ledger.plants[i].p_set_mw = Some(value);
        }
    }
}
