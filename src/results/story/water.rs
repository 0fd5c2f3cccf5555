//! The story's line on water.

use crate::results::calendar::stamp;
use crate::results::metrics::water::felt;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::list;
use crate::results::story::words::whole;

/// Water: service, storage, bursts and hydrants; nothing in a city without a water net.
#[must_use]
pub fn water(o: &RunOutcome) -> Option<String> {
    let peak = o.highest("water/demand_m3h")?;
    let lowest = o.lowest("water/storage_m3")?;
    let events = |kind: &str| o.record.events.iter().filter(|e| e.kind == kind).count();
    let mut what = Vec::new();
    for (kind, one, many) in [
        (
            "pump_station_dark",
            "a pump station or works lost power",
            "losses of power at pump stations or works",
        ),
        ("main_burst", "a main burst", "mains burst"),
        ("tank_empty", "a tank ran empty", "tanks ran empty"),
    ] {
        match events(kind) {
            0 => {}
            1 => what.push(one.to_owned()),
            n => what.push(format!("{n} {many}")),
        }
    }
    if let Some(open) = o.highest("water/hydrants_open").filter(|h| h.value >= 1.0) {
        what.push(format!(
            "up to {} stood open",
            count(open.value, "hydrant", "hydrants")
        ));
    }
    let mut line = format!(
        "Water: demand peaked at {} m3/h on {}",
        whole(peak.value),
        stamp(o.plan.start, peak.t_s)
    );
    if !what.is_empty() {
        line += &format!("; {}", list(&what));
    }
    line += &format!("; tanks fell to {} ML", amount(lowest.value / 1000.0));
    if felt(o) {
        let unserved = o.final_value("water/unserved_m3").unwrap_or(0.0);
        let low = o
            .highest("water/people_below_2bar")
            .map_or(0.0, |e| e.value);
        let low = if low >= 1.0 {
            format!("up to {} people had less than 2 bar", whole(low))
        } else {
            "nobody had less than 2 bar".to_owned()
        };
        line += &format!(
            "; {} m3 could not be delivered, and {low}.",
            whole(unserved)
        );
    } else {
        line += ", and everybody had water.";
    }
    Some(line)
}
