//! After trips and faults: transformers and lines taken back, feeders reclosed once, faulted sections isolated, the
//! healthy rest fed over ties, and the normal arrangement restored after the repair.
//!
//! It works remote switches only; crews do the rest by themselves.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Cause;
use crate::controllers::rules::ledger::Shed;
use crate::controllers::rules::ledger::Switch;
use crate::controllers::rules::ledger::Transfer;
use crate::controllers::rules::room::POWER_FACTOR;
use crate::controllers::rules::topology::NONE;
use crate::controllers::rules::transfer::carries;
use crate::controllers::rules::transfer::follow_crews;
use crate::controllers::rules::transfer::undo;

/// Wait before a transformer or mesh line that tripped is taken back, minutes: to look at relays and cool.
const TAKE_BACK_MIN: f64 = 10.0;
/// Wait before a second try, minutes.
const AGAIN_MIN: f64 = 30.0;
/// Loading that a feeder may reach with cold load, share of its rating; the relay starts at 1.3.
const COLD_LOADING: f64 = 1.2;

/// One pass over everything that is out.
pub fn act(desk: &mut Desk<'_>) {
    transformers(desk);
    mesh_lines(desk);
    repaired(desk);
    follow_crews(desk);
    tripped_feeders(desk);
    resupply(desk);
}

fn transformers(desk: &mut Desk<'_>) {
    for t in 0..desk.grid.transformers.len() {
        let seen = desk.now.transformers[t];
        if seen.closed || seen.failed {
            continue;
        }
        let memory = desk.ledger.transformers[t];
        let Some(point) = desk.tags.transformers[t].closed else {
            continue;
        };
        if desk.minutes_since(memory.tripped_s) < TAKE_BACK_MIN
            || desk.minutes_since(memory.closed_s) < AGAIN_MIN
            || seen.hot_spot_c > desk.config.reclose_hot_spot_c
        {
            continue;
        }
        let id = desk.grid.transformers[t].id.clone();
        let mut note = String::new();
        if let Some(s) = desk.grid.transformers[t].substation {
            let of = &desk.topology.transformers_of[s];
            let carried: f64 = of
                .iter()
                .filter(|&&o| desk.now.transformers[o].in_service)
                .map(|&o| desk.grid.transformers[o].rating_mva)
                .sum();
            if carried <= 0.0 {
                note = make_fit(desk, s, t);
            }
        }
        let reason = format!(
            "{id} tripped {:.0} min ago, hot spot {:.0} C < {:.0} C: close{note}",
            desk.minutes_since(memory.tripped_s),
            seen.hot_spot_c,
            desk.config.reclose_hot_spot_c
        );
        if desk.orders.set(Some(point), 1.0, reason) {
            desk.ledger.transformers[t].closed_s = Some(desk.now.t_s);
        }
    }
}

/// Opens feeders of a dead busbar, least important first, until their cold load fits the transformer about to be
/// closed; says so.
fn make_fit(desk: &mut Desk<'_>, substation: usize, transformer: usize) -> String {
    let room = desk.grid.transformers[transformer].rating_mva
        * POWER_FACTOR
        * desk.config.emergency_loading;
    let mut waiting: Vec<(u8, usize, f64)> = desk.topology.feeders_of[substation]
        .iter()
        .filter(|&&f| desk.now.feeders[f].closed)
        .map(|&f| (desk.grid.feeders[f].priority, f, desk.expected_mw(f)))
        .collect();
    waiting.sort_by_key(|w| (w.0, w.1));
    let mut load: f64 = waiting.iter().map(|w| w.2).sum();
    let mut opened = 0;
    for (_, feeder, mw) in waiting {
        if load <= room {
            break;
        }
        let reason = format!(
            "cold load {load:.0} MW at {} against {room:.0} MW: {} ({mw:.1} MW) waits",
            desk.grid.substations[substation].id,
            desk.feeder_id(feeder),
        );
        if desk.switch(Switch::Head(feeder), false, reason) {
            desk.ledger.shed.insert(
                feeder,
                Shed {
                    since_s: desk.now.t_s,
                    cause: Cause::Prepare(substation),
                    was_mw: 0.0,
                },
            );
            load -= mw;
            opened += 1;
        }
    }
    if opened > 0 {
        desk.ledger
            .shed_at
            .insert(Cause::Prepare(substation), desk.now.t_s);
        format!(" with {opened} feeders held back")
    } else {
        String::new()
    }
}

fn mesh_lines(desk: &mut Desk<'_>) {
    let mut out = std::collections::BTreeMap::new();
    for &line in desk.mesh.lines() {
        if desk.now.line_closed[line]
            || desk.now.line_failed[line]
            || desk.grid.lines[line].normally_open
        {
            continue;
        }
        let since = desk
            .ledger
            .line_tripped_s
            .get(&line)
            .copied()
            .unwrap_or(desk.now.t_s);
        out.insert(line, since);
        let last = desk.ledger.line_closed_s.get(&line).copied();
        if desk.minutes_since(Some(since)) < TAKE_BACK_MIN || desk.minutes_since(last) < AGAIN_MIN {
            continue;
        }
        let reason = format!(
            "{} tripped {:.0} min ago and is sound: close",
            desk.grid.lines[line].id,
            desk.minutes_since(Some(since))
        );
        if desk.switch(Switch::Line(line), true, reason) {
            desk.ledger.line_closed_s.insert(line, desk.now.t_s);
        }
    }
    desk.ledger.line_tripped_s = out;
}

/// Goes back to the normal arrangement around sections that have been repaired.
fn repaired(desk: &mut Desk<'_>) {
    let done: Vec<usize> = desk
        .ledger
        .isolated
        .keys()
        .copied()
        .filter(|&line| !desk.now.line_failed[line])
        .collect();
    for line in done {
        let why = format!("{} is repaired", desk.grid.lines[line].id);
        for at in (0..desk.ledger.transfers.len()).rev() {
            let transfer = desk.ledger.transfers[at];
            if transfer.fault != Some(line) {
                continue;
            }
            if !transfer.asked {
                undo(desk, at, &why);
            } else if desk.tie(transfer.tie, false, why.clone()).0 {
                desk.ledger.transfers.remove(at);
            }
        }
        for switch in desk.ledger.isolated.remove(&line).unwrap_or_default() {
            if !desk.is_closed(switch) {
                let reason = format!("{why}: close {}", desk.name(switch));
                desk.switch(switch, true, reason);
            }
        }
    }
}

fn tripped_feeders(desk: &mut Desk<'_>) {
    for feeder in 0..desk.grid.feeders.len() {
        let seen = desk.now.feeders[feeder];
        if !seen.tripped || desk.is_busy(Switch::Head(feeder)) {
            continue;
        }
        let located = desk.topology.sections_of[feeder]
            .iter()
            .copied()
            .find(|&l| desk.now.line_failed[l]);
        if let Some(line) = located {
            isolate(desk, feeder, line);
            continue;
        }
        let memory = desk.ledger.feeders[feeder];
        let substation = desk.grid.feeders[feeder].substation;
        // One try a trip: a second trip soon after the first means a fault, which the crew or the fault locator finds.
        if desk.minutes_since(memory.tripped_s) < desk.config.reclose_wait_min
            || desk.minutes_since(memory.reclosed_s) < desk.config.reclose_reset_min
            || !seen.live
            || substation.is_some_and(|s| desk.room.restored[s])
        {
            continue;
        }
        let expected = desk.expected_mw(feeder);
        let rating = desk.grid.feeders[feeder].rating_mva * POWER_FACTOR;
        let local = substation.map_or(f64::INFINITY, |s| desk.room.substation_mw[s]);
        if desk.room.supply_mw < expected || local < expected || expected > COLD_LOADING * rating {
            continue;
        }
        let reason = format!(
            "{} tripped {:.0} min ago, no fault seen, {expected:.1} MW expected: reclose once",
            desk.feeder_id(feeder),
            desk.minutes_since(memory.tripped_s),
        );
        reclose(desk, feeder, expected, reason);
    }
}

fn reclose(desk: &mut Desk<'_>, feeder: usize, expected_mw: f64, reason: String) {
    if desk.switch(Switch::Head(feeder), true, reason) {
        desk.ledger.feeders[feeder].reclosed_s = Some(desk.now.t_s);
        desk.ledger.shed.remove(&feeder);
        desk.take_room(feeder, expected_mw, true);
        if let Some(s) = desk.grid.feeders[feeder].substation {
            desk.room.restored[s] = true;
        }
    }
}

/// Opens the remote switches around a located fault and closes the head for what lies before it.
fn isolate(desk: &mut Desk<'_>, feeder: usize, fault: usize) {
    if desk.ledger.isolated.contains_key(&fault) {
        return;
    }
    let remote = |line: usize| {
        desk.grid.lines[line].remote_controlled && desk.tags.lines[line].closed.is_some()
    };
    let mut zone = vec![false; desk.grid.buses.len()];
    let mut boundary = Vec::new();
    if remote(fault) {
        boundary.push(fault);
    } else {
        let line = &desk.grid.lines[fault];
        let mut stack: Vec<usize> = [line.from, line.to]
            .into_iter()
            .filter(|&b| desk.topology.home[b] == feeder as u32)
            .collect();
        for &bus in &stack {
            zone[bus] = true;
        }
        while let Some(bus) = stack.pop() {
            for (next, other) in desk.topology.neighbours(bus) {
                if !desk.now.line_closed[next] || zone[other] || next == fault {
                    continue;
                }
                if remote(next) {
                    boundary.push(next);
                } else {
                    zone[other] = true;
                    stack.push(other);
                }
            }
        }
        // A remote line with both ends in the zone was met twice, and one met from inside only once is a border.
        boundary.sort_unstable();
        boundary.dedup();
    }
    let head = desk.grid.feeders[feeder].head_line;
    let blocked = head == Some(fault) || desk.topology.root[feeder].is_none_or(|root| zone[root]);
    let switches: Vec<Switch> = boundary.iter().map(|&l| Switch::Line(l)).collect();
    if switches.iter().any(|&s| desk.is_busy(s)) {
        return;
    }
    let fault_id = desk.grid.lines[fault].id.clone();
    for &switch in &switches {
        let reason = format!("fault located on {fault_id}: open {}", desk.name(switch));
        desk.switch(switch, false, reason);
    }
    desk.ledger.isolated.insert(fault, switches);
    let expected = desk.expected_mw(feeder);
    if !blocked && desk.now.feeders[feeder].live && !boundary.is_empty() {
        let reason = format!(
            "{fault_id} isolated: close {} for the sound part before it",
            desk.feeder_id(feeder)
        );
        reclose(desk, feeder, expected, reason);
    }
}

/// Feeds dark but sound parts over a free remote tie.
fn resupply(desk: &mut Desk<'_>) {
    for feeder in 0..desk.grid.feeders.len() {
        let seen = desk.now.feeders[feeder];
        let dead_bar = seen.closed && !seen.live;
        let fault = desk
            .ledger
            .isolated
            .keys()
            .copied()
            .chain(desk.topology.sections_of[feeder].iter().copied())
            .find(|&l| desk.now.line_failed[l] && desk.topology.sections_of[feeder].contains(&l));
        if desk.ledger.shed.contains_key(&feeder) || desk.topology.root[feeder].is_none() {
            continue;
        }
        if dead_bar && fault.is_none() && !desk.is_in_transfer(feeder) {
            feed_from_tie(desk, feeder, None);
        } else if let Some(line) = fault
            // Until the fault is cut out, closing a tie would only trip the neighbour as well.
            && (desk.ledger.isolated.contains_key(&line) || !desk.now.line_closed[line])
        {
            feed_from_tie(desk, feeder, Some(line));
        }
    }
}

/// Finds dark parts of a feeder and closes the first tie that carries one of them: a remote one, or failing that one
/// to which a crew goes.
fn feed_from_tie(desk: &mut Desk<'_>, feeder: usize, fault: Option<usize>) {
    let waits = desk
        .ledger
        .transfers
        .iter()
        .any(|t| t.asked && t.donor == feeder);
    for remote in [true, false] {
        if !remote && waits {
            return;
        }
        if let Some(found) = way_in(desk, feeder, fault, remote) {
            feed(desk, &found, fault);
            return;
        }
    }
}

/// A way to feed a dark part.
#[derive(Clone, Copy)]
struct WayIn {
    feeder: usize,
    receiver: usize,
    tie: usize,
    opened: Option<Switch>,
    mw: f64,
    cold_mw: f64,
}

fn way_in(desk: &Desk<'_>, feeder: usize, fault: Option<usize>, remote: bool) -> Option<WayIn> {
    let feeding = &desk.now.feeding;
    let mut seen = vec![false; desk.grid.buses.len()];
    for &tie in &desk.topology.ties_of[feeder] {
        let tie = desk.topology.ties[tie];
        if !desk.is_free_tie(tie.line, remote) {
            continue;
        }
        for [mine, theirs] in [tie.ends, [tie.ends[1], tie.ends[0]]] {
            let receiver = feeding.fed_by[theirs];
            if desk.topology.home[mine] != feeder as u32 || receiver == NONE || seen[mine] {
                continue;
            }
            let receiver = receiver as usize;
            let other = desk.now.feeders[receiver];
            if receiver == feeder || !other.closed || !other.live {
                continue;
            }
            let dark = feeding.fed_by[mine] == NONE
                || (feeding.fed_by[mine] == feeder as u32 && !desk.now.feeders[feeder].live);
            if !dark {
                continue;
            }
            let Some((mw, opened)) = dark_part(desk, feeder, mine, fault, &mut seen) else {
                continue;
            };
            let cold_mw = mw * desk.cold_factor(desk.ledger.feeders[feeder].dark_s);
            if opened.is_some_and(|s| desk.is_busy(s))
                || desk.room.supply_mw < cold_mw
                || !carries(desk, receiver, theirs, cold_mw)
            {
                // Another tie may carry the same part.
                seen[mine] = false;
                continue;
            }
            return Some(WayIn {
                feeder,
                receiver,
                tie: tie.line,
                opened,
                mw,
                cold_mw,
            });
        }
    }
    None
}

fn feed(desk: &mut Desk<'_>, way: &WayIn, fault: Option<usize>) {
    let feeder = way.feeder;
    let reason = format!(
        "{}: {:.1} MW of {} ({:.1} MW cold) to {} via tie {}",
        fault.map_or_else(
            || format!("busbar of {} dead", desk.feeder_id(feeder)),
            |l| format!("{} is cut out", desk.grid.lines[l].id)
        ),
        way.mw,
        desk.feeder_id(feeder),
        way.cold_mw,
        desk.feeder_id(way.receiver),
        desk.grid.lines[way.tie].id,
    );
    // Break before make: the part is dark, and its own source may come back at any time.
    if let Some(switch) = way.opened
        && desk.is_closed(switch)
    {
        desk.switch(switch, false, reason.clone());
    }
    let (taken, by_crew) = desk.tie(way.tie, true, reason);
    if taken {
        desk.take_room(way.receiver, way.cold_mw, true);
        desk.ledger.transfers.push(Transfer {
            donor: feeder,
            receiver: way.receiver,
            opened: way.opened.unwrap_or(Switch::Head(feeder)),
            tie: way.tie,
            since_s: desk.now.t_s,
            fault,
            asked: by_crew,
        });
    }
}

/// Load of the dark part around a bus, and the switch that keeps it from its own source; none if it holds the fault
/// or, with a fault, still hangs on a closed head.
fn dark_part(
    desk: &Desk<'_>,
    feeder: usize,
    from: usize,
    fault: Option<usize>,
    seen: &mut [bool],
) -> Option<(f64, Option<Switch>)> {
    let opened_now = |line: usize| {
        desk.tags.lines[line]
            .closed
            .is_some_and(|p| desk.orders.touches(p))
    };
    let mut stack = vec![from];
    seen[from] = true;
    let mut mw = 0.0;
    let mut border = None;
    let mut sound = true;
    while let Some(bus) = stack.pop() {
        mw += desk.now.bus_mw[bus];
        sound &= desk.topology.home[bus] == feeder as u32;
        for (line, other) in desk.topology.neighbours(bus) {
            if desk.now.line_failed[line] {
                // Its switches are open, or the part would be at the fault.
                sound &= !desk.now.line_closed[line] || opened_now(line);
                border = border.or(Some(Switch::Line(line)));
            } else if !desk.now.line_closed[line] || opened_now(line) {
                let mine = desk
                    .ledger
                    .isolated
                    .values()
                    .flatten()
                    .any(|s| *s == Switch::Line(line));
                if mine {
                    border = border.or(Some(Switch::Line(line)));
                }
            } else if !seen[other] {
                seen[other] = true;
                stack.push(other);
            }
        }
    }
    let holds_root = desk.topology.root[feeder].is_some_and(|root| seen[root]);
    if !sound || mw <= 0.0 || (fault.is_some() && holds_root && desk.now.feeders[feeder].closed) {
        return None;
    }
    if holds_root {
        border = Some(Switch::Head(feeder));
    }
    Some((mw, border))
}
