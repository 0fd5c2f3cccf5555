//! Moving load over ties: which part of a feeder can go to which neighbour, make-before-break, and back again.
//!
//! Headroom is checked at the tie, the receiving feeder's head and cable, its transformers and the voltage at the tie.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Switch;
use crate::controllers::rules::ledger::Transfer;
use crate::controllers::rules::room::POWER_FACTOR;
use crate::controllers::rules::topology::NONE;

/// Reactive over active power at the power factor assumed.
const TAN_PHI: f64 = 0.33;
/// Load below which a transfer is not worth its switching, megawatts.
const WORTH_MW: f64 = 0.3;

/// A transfer that would be possible.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// What to do.
    pub transfer: Transfer,
    /// Load moved, megawatts.
    pub mw: f64,
}

/// Whether the receiving side can carry `mw` more at a bus: cable by cable, and the voltage there.
#[must_use]
pub fn carries(desk: &Desk<'_>, receiver: usize, bus: usize, mw: f64) -> bool {
    if desk.room.feeder_mw[receiver] < mw {
        return false;
    }
    if let Some(s) = desk.grid.feeders[receiver].substation
        && desk.room.substation_mw[s] < mw
    {
        return false;
    }
    let mut drop_pu = 0.0;
    for at in desk.now.feeding.upward(bus) {
        let line = match desk.now.feeding.via[at] {
            NONE => desk.grid.feeders[receiver].head_line,
            line => Some(line as usize),
        };
        let Some(line) = line else { continue };
        let line = &desk.grid.lines[line];
        if (desk.now.down_mw[at] + mw) / POWER_FACTOR > line.rating_mva {
            return false;
        }
        drop_pu += mw / desk.grid.base_mva * (line.r_pu + line.x_pu * TAN_PHI);
    }
    desk.now.bus_voltage_pu[bus] - drop_pu >= desk.config.transfer_min_voltage_pu
}

/// The best ways to move load off a live feeder, largest first; `to_other` demands another substation, `remote` a tie
/// that needs no crew.
#[must_use]
pub fn options(desk: &Desk<'_>, donor: usize, to_other: bool, remote: bool) -> Vec<Move> {
    let mut found = Vec::new();
    if desk.is_in_transfer(donor) || !desk.now.feeders[donor].closed {
        return found;
    }
    let home = desk.grid.feeders[donor].substation;
    for &tie in &desk.topology.ties_of[donor] {
        let tie = desk.topology.ties[tie];
        if !desk.is_free_tie(tie.line, remote) {
            continue;
        }
        for [mine, theirs] in [tie.ends, [tie.ends[1], tie.ends[0]]] {
            let receiver = desk.now.feeding.fed_by[theirs];
            if desk.now.feeding.fed_by[mine] != donor as u32
                || receiver == NONE
                || receiver == donor as u32
            {
                continue;
            }
            let receiver = receiver as usize;
            let other = &desk.now.feeders[receiver];
            let elsewhere = desk.grid.feeders[receiver].substation != home;
            let donates = desk.ledger.transfers.iter().any(|t| t.donor == receiver);
            if (to_other && !elsewhere) || !other.closed || !other.live || donates {
                continue;
            }
            for bus in desk.now.feeding.upward(mine) {
                let opened = match desk.now.feeding.via[bus] {
                    NONE => Switch::Head(donor),
                    line => Switch::Line(line as usize),
                };
                let mw = desk.now.down_mw[bus];
                if mw < WORTH_MW || desk.is_busy(opened) {
                    continue;
                }
                let fits = (mw / POWER_FACTOR) <= desk.grid.lines[tie.line].rating_mva
                    && carries(desk, receiver, theirs, mw);
                if fits {
                    found.push(Move {
                        transfer: Transfer {
                            donor,
                            receiver,
                            opened,
                            tie: tie.line,
                            since_s: desk.now.t_s,
                            fault: None,
                            asked: !desk.grid.lines[tie.line].remote_controlled,
                        },
                        mw,
                    });
                }
            }
        }
    }
    found.sort_by(|a, b| {
        b.mw.total_cmp(&a.mw)
            .then(a.transfer.tie.cmp(&b.transfer.tie))
            .then(a.transfer.opened.cmp(&b.transfer.opened))
    });
    found
}

/// Closes the tie, then opens the switch (make before break); where a crew has to close the tie, the switch waits for
/// it. Whether the order was taken.
pub fn make(desk: &mut Desk<'_>, option: &Move, why: &str) -> bool {
    let Move { transfer, mw } = *option;
    if desk.is_busy(transfer.opened) {
        return false;
    }
    let what = format!(
        "{why}: transfer {mw:.1} MW of {} to {} via tie {}, opening {}",
        desk.feeder_id(transfer.donor),
        desk.feeder_id(transfer.receiver),
        desk.grid.lines[transfer.tie].id,
        desk.name(transfer.opened),
    );
    let (taken, by_crew) = desk.tie(transfer.tie, true, what.clone());
    if !taken {
        return false;
    }
    if !by_crew {
        desk.switch(transfer.opened, false, what);
        desk.take_room(transfer.donor, -mw, false);
    }
    desk.take_room(transfer.receiver, mw, false);
    desk.ledger.transfers.push(transfer);
    true
}

/// Completes transfers whose tie a crew has closed, and calls off those that took too long or are no longer wanted.
pub fn follow_crews(desk: &mut Desk<'_>) {
    /// Longest wait for a crew that is to relieve an overload, minutes: twice the longest manual switching of 45 to
    /// 120 min; by then the peak is over. For those in the dark there is no end to waiting.
    const WAIT_MIN: f64 = 240.0;
    for at in (0..desk.ledger.transfers.len()).rev() {
        let transfer = desk.ledger.transfers[at];
        if !transfer.asked {
            continue;
        }
        let tie = desk.grid.lines[transfer.tie].id.clone();
        if desk.now.line_closed[transfer.tie] {
            desk.ledger.transfers[at].asked = false;
            if desk.is_closed(transfer.opened) {
                let reason = format!(
                    "tie {tie} closed by the crew: open {} of {}",
                    desk.name(transfer.opened),
                    desk.feeder_id(transfer.donor)
                );
                desk.switch(transfer.opened, false, reason);
            }
            continue;
        }
        // The load that was to go counts as gone to the receiver, or two crews would be sent to fill one feeder.
        let mw = planned_mw(desk, &transfer);
        desk.take_room(transfer.receiver, mw, false);
        let waited = desk.minutes_since(Some(transfer.since_s));
        let home_again = transfer.fault.is_none()
            && desk.now.feeders[transfer.donor].live
            && !desk.is_closed(transfer.opened);
        let receiver = desk.now.feeders[transfer.receiver];
        let relief = desk.is_closed(transfer.opened);
        if (relief && waited > WAIT_MIN) || home_again || !receiver.closed || !receiver.live {
            let reason =
                format!("tie {tie} is no longer wanted after {waited:.0} min: call the crew off");
            if desk.tie(transfer.tie, false, reason.clone()).0 {
                desk.ledger.transfers.remove(at);
                if transfer.fault.is_none() && !desk.is_closed(transfer.opened) {
                    desk.switch(transfer.opened, true, reason);
                }
            }
        }
    }
}

/// Load behind the switch that a transfer will open, megawatts.
fn planned_mw(desk: &Desk<'_>, transfer: &Transfer) -> f64 {
    match transfer.opened {
        Switch::Head(feeder) => desk.now.feeders[feeder].demand_mw,
        Switch::Line(line) => {
            let line = &desk.grid.lines[line];
            desk.now.down_mw[line.from].min(desk.now.down_mw[line.to])
        }
    }
}

/// Load that a transfer carries now, megawatts.
#[must_use]
pub fn carried_mw(desk: &Desk<'_>, transfer: &Transfer) -> f64 {
    let tie = &desk.grid.lines[transfer.tie];
    [tie.from, tie.to]
        .iter()
        .filter(|&&bus| desk.now.feeding.via[bus] == transfer.tie as u32)
        .map(|&bus| desk.now.down_mw[bus])
        .sum()
}

/// Restores the normal arrangement of one transfer: closes the switch, then opens the tie. Whether it was ordered. A
/// tie that a crew opens leaves the ring closed until then.
pub fn undo(desk: &mut Desk<'_>, at: usize, why: &str) -> bool {
    let transfer = desk.ledger.transfers[at];
    let opened = transfer.opened;
    let tie_busy = desk.tags.lines[transfer.tie]
        .closed
        .is_none_or(|point| desk.orders.touches(point));
    if transfer.asked || tie_busy || desk.is_busy(opened) {
        return false;
    }
    let mw = carried_mw(desk, &transfer);
    let what = format!(
        "{why}: {mw:.1} MW of {} back from {}, closing {}, opening tie {}",
        desk.feeder_id(transfer.donor),
        desk.feeder_id(transfer.receiver),
        desk.name(opened),
        desk.grid.lines[transfer.tie].id,
    );
    desk.switch(opened, true, what.clone());
    desk.tie(transfer.tie, false, what);
    desk.take_room(transfer.donor, mw, false);
    desk.take_room(transfer.receiver, -mw, false);
    desk.ledger.transfers.remove(at);
    true
}

/// Takes relief transfers back, latest first, where the home substation is whole and will stay within its limits.
pub fn undo_where_possible(desk: &mut Desk<'_>) {
    /// Room over load that a return needs, so that it is not moved again in the next hour.
    const SURPLUS: f64 = 1.3;
    /// Shortest stay, minutes.
    const STAY_MIN: f64 = 60.0;
    /// Growth of the load over the next three hours from which a return waits for the evening.
    const RISING: f64 = 1.03;
    let rising = desk.forecast.growth(3.0) > RISING;
    for at in (0..desk.ledger.transfers.len()).rev() {
        let transfer = desk.ledger.transfers[at];
        let donor = transfer.donor;
        if transfer.fault.is_some()
            || rising
            || desk.minutes_since(Some(transfer.since_s)) < STAY_MIN
            || !desk.now.feeders[donor].live
        {
            continue;
        }
        let mw = carried_mw(desk, &transfer);
        let Some(s) = desk.grid.feeders[donor].substation else {
            continue;
        };
        if desk.room.whole[s]
            && desk.room.substation_mw[s] >= SURPLUS * mw
            && desk.room.feeder_mw[donor] >= mw
        {
            let why = format!(
                "{} has {:.0} MW of room",
                desk.grid.substations[s].id, desk.room.substation_mw[s]
            );
            undo(desk, at, &why);
        }
    }
}
