//! Keeps the ledger true to what is observed: trips noticed, own actions that events or crews have overtaken dropped.

use crate::controllers::rules::ledger::Ledger;
use crate::controllers::rules::situation::Situation;

/// One pass before anything is decided.
pub fn update(ledger: &mut Ledger, now: &Situation) {
    for (feeder, seen) in now.feeders.iter().enumerate() {
        let memory = &mut ledger.feeders[feeder];
        memory.tripped_s = match (seen.tripped, memory.tripped_s) {
            (true, Some(since)) => Some(since),
            (true, None) => Some(now.t_s),
            (false, _) => None,
        };
        if seen.closed && seen.live {
            memory.dark_s = None;
            if seen.p_mw > 0.0 {
                memory.last_mw = seen.p_mw;
            }
        } else if memory.dark_s.is_none() {
            memory.dark_s = Some(now.t_s);
        }
    }
    // A crew or an operator may have closed what was shed, and a relay may have opened it for its own reasons.
    ledger
        .shed
        .retain(|&f, _| !now.feeders[f].closed && !now.feeders[f].tripped);
    for (t, seen) in now.transformers.iter().enumerate() {
        let memory = &mut ledger.transformers[t];
        memory.tripped_s = match (seen.closed || seen.failed, memory.tripped_s) {
            (true, _) => None,
            (false, Some(since)) => Some(since),
            (false, None) => Some(now.t_s),
        };
    }
    ledger
        .transfers
        .retain(|t| t.asked || now.line_closed[t.tie]);
}
