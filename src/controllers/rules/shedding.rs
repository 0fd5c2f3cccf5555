//! Rotating shedding: whose turn it is, how long, and the way back one feeder a substation and interval.
//!
//! Why and how much is shed is decided by `relief` and `supply`. Feeders of the last priority (hospitals, pumps) are
//! taken only when nothing else is left.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Branch;
use crate::controllers::rules::ledger::Cause;
use crate::controllers::rules::ledger::Shed;
use crate::controllers::rules::ledger::Switch;

/// Priority that is shed only when nothing else is left: hospitals and pumps.
const LAST_RESORT: u8 = 5;
/// Load below which a feeder is not worth opening, megawatts: a few times the noise of its sensor.
const WORTH_MW: f64 = 0.5;
/// Priority whose feeders hold critical services (traction, cooling centres), and the turns that others take before.
const CRITICAL: u8 = 4;
const TURNS_BEFORE_CRITICAL: u32 = 2;
/// Feeders opened at most to let one come back in a rotation: two make up for cold load of twice the usual.
const ROTATION_PARTNERS: usize = 3;

/// Priority of a feeder with all that it carries now.
fn priority(desk: &Desk<'_>, feeder: usize) -> u8 {
    desk.ledger
        .transfers
        .iter()
        .filter(|t| t.receiver == feeder)
        .map(|t| desk.grid.feeders[t.donor].priority)
        .fold(desk.grid.feeders[feeder].priority, u8::max)
}

fn can_be_shed(desk: &Desk<'_>, feeder: usize) -> bool {
    let now = &desk.now.feeders[feeder];
    now.closed && now.live && now.p_mw > WORTH_MW && !desk.is_busy(Switch::Head(feeder))
}

/// Whose turn it is: never the last resort before others, then who has borne fewest rotations, then priority.
fn turn(desk: &Desk<'_>, feeder: usize) -> (bool, u32, u8) {
    let priority = priority(desk, feeder);
    let rounds = desk.ledger.feeders[feeder].rounds;
    let turn = if priority >= CRITICAL {
        rounds + TURNS_BEFORE_CRITICAL
    } else {
        rounds
    };
    (priority >= LAST_RESORT, turn, priority)
}

/// Chooses feeders from a pool whose load adds up to a need, megawatts; within one turn the smallest that suffices
/// alone, else the largest first.
#[must_use]
pub fn choose(desk: &Desk<'_>, pool: &[usize], need_mw: f64, last_resort: bool) -> Vec<usize> {
    let mut open: Vec<((bool, u32, u8), usize)> = pool
        .iter()
        .copied()
        .filter(|&f| can_be_shed(desk, f))
        .map(|f| (turn(desk, f), f))
        .filter(|(turn, _)| last_resort || !turn.0)
        .collect();
    open.sort_unstable();
    let mut chosen = Vec::new();
    let mut need = need_mw;
    let mut at = 0;
    while need > 0.0 && at < open.len() {
        let end = open[at..]
            .iter()
            .position(|(turn, _)| *turn != open[at].0)
            .map_or(open.len(), |n| at + n);
        let mut class: Vec<usize> = open[at..end].iter().map(|(_, f)| *f).collect();
        let load = |f: usize| desk.now.feeders[f].p_mw;
        class.sort_by(|a, b| load(*b).total_cmp(&load(*a)).then(a.cmp(b)));
        while need > 0.0 && !class.is_empty() {
            let enough = class.iter().rposition(|&f| load(f) >= need).unwrap_or(0);
            let feeder = class.remove(enough);
            need -= load(feeder);
            chosen.push(feeder);
        }
        at = end;
    }
    chosen
}

/// Opens one feeder.
fn open(desk: &mut Desk<'_>, feeder: usize, cause: Cause, reason: String) -> f64 {
    if !desk.switch(Switch::Head(feeder), false, reason) {
        return 0.0;
    }
    let was_mw = desk.now.feeders[feeder].p_mw;
    desk.ledger.shed.insert(
        feeder,
        Shed {
            since_s: desk.now.t_s,
            cause,
            was_mw,
        },
    );
    desk.ledger.feeders[feeder].dark_s = Some(desk.now.t_s);
    desk.take_room(feeder, -was_mw, true);
    was_mw
}

/// Sheds feeders of a pool for a need in megawatts; returns what was shed. `why` is the reason but for the feeder.
pub fn shed(desk: &mut Desk<'_>, pool: &[usize], need_mw: f64, cause: Cause, why: &str) -> f64 {
    let mut total = 0.0;
    for feeder in choose(desk, pool, need_mw, true) {
        let reason = format!(
            "{why}: shed {} ({:.1} MW, priority {}, turn {}) for {:.0} min",
            desk.feeder_id(feeder),
            desk.now.feeders[feeder].p_mw,
            desk.grid.feeders[feeder].priority,
            desk.ledger.feeders[feeder].rounds + 1,
            desk.config.rotation_min,
        );
        total += open(desk, feeder, cause, reason);
    }
    if total > 0.0 {
        desk.ledger.shed_at.insert(cause, desk.now.t_s);
    }
    total
}

/// Whether the cause of a shedding no longer forbids a return, room aside.
fn has_passed(desk: &Desk<'_>, cause: Cause) -> bool {
    let quiet = desk.minutes_since(desk.ledger.shed_at.get(&cause).copied())
        >= desk.config.release_wait_min;
    match cause {
        Cause::Line(line) => {
            quiet
                && desk.now.lines[line].loading < desk.config.line_use - 0.05
                && !desk.ledger.overloaded.contains_key(&Branch::Line(line))
        }
        Cause::Transformer(t) => {
            quiet
                && desk.now.transformers[t].hot_spot_c < desk.config.restore_hot_spot_c
                && desk.now.transformers[t].loading < 1.0
        }
        Cause::Supply | Cause::Substation(_) | Cause::Prepare(_) => quiet,
    }
}

/// Closes one feeder again.
fn close(desk: &mut Desk<'_>, feeder: usize, expected_mw: f64, reason: String) {
    if desk.switch(Switch::Head(feeder), true, reason) {
        desk.take_room(feeder, expected_mw, true);
        desk.ledger.shed.remove(&feeder);
        let memory = &mut desk.ledger.feeders[feeder];
        memory.rounds += 1;
        memory.released_s = Some(desk.now.t_s);
        if let Some(s) = desk.grid.feeders[feeder].substation {
            desk.room.restored[s] = true;
        }
    }
}

/// Takes shed feeders back where there is room, and rotates those whose time is up where there is none.
pub fn release_and_rotate(desk: &mut Desk<'_>) {
    let mut order: Vec<(u8, u64, usize)> = desk
        .ledger
        .shed
        .iter()
        .map(|(&f, shed)| (u8::MAX - priority(desk, f), shed.since_s, f))
        .collect();
    order.sort_unstable();
    for (_, since_s, feeder) in order {
        let Some(shed) = desk.ledger.shed.get(&feeder).copied() else {
            continue;
        };
        let minutes = desk.minutes_since(Some(since_s));
        let substation = desk.grid.feeders[feeder].substation;
        let waits = minutes < desk.config.shed_least_min
            || !desk.now.feeders[feeder].live
            || desk.is_busy(Switch::Head(feeder))
            || substation.is_some_and(|s| desk.room.restored[s]);
        if waits {
            continue;
        }
        let expected = desk.expected_mw(feeder);
        let local = substation.map_or(f64::INFINITY, |s| desk.room.substation_mw[s]);
        if has_passed(desk, shed.cause) && desk.room.supply_mw >= expected && local >= expected {
            let reason = format!(
                "margin {:.0} MW of supply{} against {expected:.1} MW expected (cold load x{:.1}): restore {} after {minutes:.0} min",
                desk.room.supply_mw,
                substation.map_or(String::new(), |s| format!(
                    " and {local:.0} MW at {}",
                    desk.grid.substations[s].id
                )),
                desk.cold_factor(desk.ledger.feeders[feeder].dark_s),
                desk.feeder_id(feeder),
            );
            close(desk, feeder, expected, reason);
        } else if minutes >= desk.config.rotation_min {
            rotate(desk, feeder, shed, expected, local);
        }
    }
}

/// Lets another bear it: opens partners of no later turn until the return of `feeder` fits.
fn rotate(desk: &mut Desk<'_>, feeder: usize, shed: Shed, expected_mw: f64, local_mw: f64) {
    let home = desk.grid.feeders[feeder].substation;
    let same_substation = |f: &usize| desk.grid.feeders[*f].substation == home;
    let (pool, room_mw): (Vec<usize>, f64) = match shed.cause {
        Cause::Supply => ((0..desk.grid.feeders.len()).collect(), desk.room.supply_mw),
        Cause::Substation(_) | Cause::Prepare(_) | Cause::Line(_) | Cause::Transformer(_) => (
            (0..desk.grid.feeders.len())
                .filter(same_substation)
                .collect(),
            local_mw.min(desk.room.supply_mw),
        ),
    };
    // The longer one has borne it, the more turns others are behind: nobody sits in the dark for a whole day.
    let borne = desk.minutes_since(Some(shed.since_s)) / desk.config.rotation_min;
    let mine = turn(desk, feeder).1 + borne.floor() as u32;
    let pool: Vec<usize> = pool
        .into_iter()
        .filter(|&f| turn(desk, f).1 < mine)
        .collect();
    let need = (expected_mw - room_mw.min(expected_mw)).min(expected_mw);
    let partners = choose(desk, &pool, need, false);
    let relief: f64 = partners.iter().map(|&f| desk.now.feeders[f].p_mw).sum();
    if partners.is_empty() || partners.len() > ROTATION_PARTNERS || relief < need {
        return;
    }
    // What the partners free at another substation does not help this one.
    if local_mw < expected_mw && !partners.iter().all(same_substation) {
        return;
    }
    for partner in partners {
        let reason = format!(
            "rotation after {:.0} min: {} ({:.1} MW) relieves {} ({expected_mw:.1} MW with cold load)",
            desk.minutes_since(Some(shed.since_s)),
            desk.feeder_id(partner),
            desk.now.feeders[partner].p_mw,
            desk.feeder_id(feeder),
        );
        open(desk, partner, shed.cause, reason);
    }
    let reason = format!(
        "rotation: {} back after {:.0} min, {relief:.1} MW opened in its place",
        desk.feeder_id(feeder),
        desk.minutes_since(Some(shed.since_s)),
    );
    close(desk, feeder, expected_mw, reason);
}
