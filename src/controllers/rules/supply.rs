//! Too little supply: rotating shedding sized to the deficit, and the release of everything shed when there is margin.
//!
//! It counts what plants can reach within a quarter of an hour, imports and batteries; it does not dispatch them.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::ledger::Cause;
use crate::controllers::rules::room::supply_margin;
use crate::controllers::rules::shedding::release_and_rotate;
use crate::controllers::rules::shedding::shed;

/// Decisions in a row in which supply must be short before load is shed: one reading may be noise, while the import
/// limit is only enforced after 15 min.
const PATIENCE: u32 = 2;

/// Sheds for the deficit, then releases and rotates.
pub fn act(desk: &mut Desk<'_>) {
    let margin = supply_margin(desk.grid, desk.config, desk.now, desk.forecast);
    // What relief has just shed helps here too.
    let already: f64 = desk
        .ledger
        .shed
        .values()
        .filter(|s| s.since_s == desk.now.t_s)
        .map(|s| s.was_mw)
        .sum();
    // An import that stays over its limit is a deficit whatever the sum says: something does not deliver.
    let over = excess_mw(desk) - on_its_way_mw(desk);
    desk.ledger.over = if over > 0.0 { desk.ledger.over + 1 } else { 0 };
    let stays = desk.ledger.over >= PATIENCE;
    let deficit = (-margin).max(if stays { over } else { 0.0 }) - already;
    desk.ledger.short = if deficit > 0.0 {
        desk.ledger.short + 1
    } else {
        0
    };
    if is_short(desk) {
        desk.ledger.short_s = Some(desk.now.t_s);
    }
    if desk.ledger.short >= PATIENCE || (stays && deficit > 0.0) {
        let need = deficit * (1.0 + desk.config.shed_margin);
        let why = format!(
            "supply {deficit:.1} MW short of {:.0} MW within 15 min, everything available counted",
            desk.now.load_mw
        );
        let pool: Vec<usize> = (0..desk.grid.feeders.len()).collect();
        shed(desk, &pool, need, Cause::Supply, &why);
    }
    release_and_rotate(desk);
}

/// Import over its limits now, megawatts.
fn excess_mw(desk: &Desk<'_>) -> f64 {
    let over = |(p, limit): &(f64, f64)| (p - limit).max(0.0);
    desk.now.externals.iter().map(over).sum()
}

/// What plants and batteries have been told to give and do not give yet, megawatts.
fn on_its_way_mw(desk: &Desk<'_>) -> f64 {
    let plants: f64 = desk
        .now
        .plants
        .iter()
        .zip(&desk.ledger.plants)
        .map(|(seen, memory)| {
            let told = memory.p_set_mw.unwrap_or(seen.p_mw).min(seen.available_mw);
            (told - seen.p_mw).max(0.0)
        })
        .sum();
    let batteries: f64 = desk
        .now
        .batteries
        .iter()
        .map(|b| {
            if b.soc > 0.01 {
                (b.p_set_mw - b.p_mw).max(0.0)
            } else {
                0.0
            }
        })
        .sum();
    plants + batteries
}

/// Whether supply is short or close to it, for those who can help before load is shed.
#[must_use]
pub fn is_short(desk: &Desk<'_>) -> bool {
    desk.ledger.short > 0 || desk.ledger.shed.values().any(|s| s.cause == Cause::Supply)
}
