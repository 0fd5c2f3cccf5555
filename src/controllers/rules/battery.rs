//! Batteries: discharge above a level that the stored energy can hold across the forecast peak, charge in the valley
//! before it, keep a reserve, and give all when supply is short or the transformers above are too hot.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::room::margin_without_batteries;

/// State of charge from which a battery counts as empty, share: its sensor's noise.
const EMPTY: f64 = 0.01;
/// Hours ahead that the plan covers: one day, so that it always holds one peak and one valley.
const PLAN_H: usize = 24;
/// Change of a set-point that is worth an order, share of the power: the load's noise moves the plan by less.
const WORTH_SHARE: f64 = 0.1;
/// Forecast peak over forecast mean from which shaving pays; below it the day is flat.
const FLAT: f64 = 1.02;

/// One decision on batteries.
pub fn act(desk: &mut Desk<'_>) {
    let fleet: f64 = desk.grid.batteries.iter().map(|b| b.power_mw).sum();
    let need = need_mw(desk);
    let mut planned = 0.0;
    for i in 0..desk.grid.batteries.len() {
        let battery = &desk.grid.batteries[i];
        let seen = desk.now.batteries[i];
        let efficiency = libm::sqrt(battery.round_trip.clamp(0.5, 1.0));
        // Energy that reaches the grid.
        let stored = |floor: f64| (seen.soc - floor).max(0.0) * battery.energy_mwh * efficiency;
        let (mut value, mut why) = plan(desk, i, stored(desk.config.battery_reserve), efficiency);
        planned += value;
        // In need the reserve is there to be used: an empty battery stops by itself.
        let part = (need * battery.power_mw / fleet.max(1e-9)).min(battery.power_mw);
        if part > value.max(0.0) && seen.soc > EMPTY {
            value = part;
            why = format!(
                "plants and import lack {need:.1} MW: {} gives {part:.1} MW at {:.0} % charge",
                battery.id,
                100.0 * seen.soc
            );
        }
        if is_hot_above(desk, battery.bus) && seen.soc > EMPTY && value < battery.power_mw {
            value = battery.power_mw;
            why = format!(
                "transformers above are hot: {} gives {value:.1} MW at {:.0} % charge",
                battery.id,
                100.0 * seen.soc
            );
        }
        let worth = WORTH_SHARE * battery.power_mw;
        let full = value.abs() >= battery.power_mw && seen.p_set_mw != value;
        if (value - seen.p_set_mw).abs() > worth || full || (value == 0.0 && seen.p_set_mw != 0.0) {
            desk.orders.set(desk.tags.batteries[i].p_set, value, why);
        }
    }
    desk.ledger.shaving_mw = planned;
}

/// What batteries must give, megawatts: what plants and imports cannot bring within a quarter of an hour, or what
/// keeps the import within its limit until the plants have come up.
fn need_mw(desk: &Desk<'_>) -> f64 {
    let lacking = -margin_without_batteries(desk.grid, desk.config, desk.now, desk.forecast);
    let giving: f64 = desk.now.batteries.iter().map(|b| b.p_mw).sum();
    let over: f64 = desk
        .now
        .externals
        .iter()
        .map(|(p, limit)| p - limit * desk.config.import_use)
        .sum();
    let holding = if desk.grid.externals.is_empty() {
        0.0
    } else {
        over + giving
    };
    lacking.max(holding)
}

/// Whether the transformers that feed a battery's busbar are near their limit and it would relieve them.
fn is_hot_above(desk: &Desk<'_>, bus: usize) -> bool {
    let home = desk.topology.home[bus];
    desk.grid
        .substations
        .iter()
        .enumerate()
        .filter(|(i, s)| {
            s.mv_bus == bus
                || desk
                    .grid
                    .feeders
                    .get(home as usize)
                    .is_some_and(|f| f.substation == Some(*i))
        })
        .any(|(i, _)| {
            desk.topology.transformers_of[i].iter().any(|&t| {
                let seen = &desk.now.transformers[t];
                seen.in_service && seen.hot_spot_c > desk.config.transfer_hot_spot_c
            })
        })
}

/// Peak shaving over the coming day. Discharge is positive.
fn plan(desk: &Desk<'_>, i: usize, usable_mwh: f64, efficiency: f64) -> (f64, String) {
    let battery = &desk.grid.batteries[i];
    let seen = desk.now.batteries[i];
    // Shares of several batteries of the city's shaving, by power.
    let fleet: f64 = desk.grid.batteries.iter().map(|b| b.power_mw).sum();
    let share = battery.power_mw / fleet.max(1e-9);
    let load: Vec<f64> = (0..=PLAN_H)
        .map(|h| desk.forecast.at(h as f64) * share)
        .collect();
    let now = (desk.now.load_mw + desk.now.unserved_mw) * share;
    let mean = load.iter().sum::<f64>() / load.len() as f64;
    let (at_peak, peak) =
        load.iter().copied().enumerate().fold(
            (0, 0.0),
            |best, (h, mw)| if mw > best.1 { (h, mw) } else { best },
        );
    if peak < FLAT * mean {
        return (0.0, format!("{} rests: the coming day is flat", battery.id));
    }
    // With the battery full by the peak; until then it may still be charged.
    let full = (1.0 - desk.config.battery_reserve) * battery.energy_mwh * efficiency;
    let today: f64 = if at_peak <= 3 { usable_mwh } else { full };
    let top = level(&load, battery.power_mw, today, true);
    if now > top && usable_mwh > 0.0 {
        let value = (now - top).min(battery.power_mw);
        return (
            value,
            format!(
                "{} shaves {value:.1} MW above {:.0} MW; peak of {:.0} MW in {at_peak} h",
                battery.id,
                top / share,
                peak / share
            ),
        );
    }
    let room = (1.0 - seen.soc).max(0.0) * battery.energy_mwh / efficiency;
    // Hours until load rises over the level that will be shaved: the time left for charging.
    let until = load
        .iter()
        .position(|mw| *mw > top)
        .unwrap_or(PLAN_H)
        .max(1);
    let bottom = level(&load[..until], battery.power_mw, room, false);
    // A charge above the shaving level would make the peak that it is for.
    let value = (bottom - now).min(top - now).clamp(0.0, battery.power_mw);
    if value > 0.0 && room > 0.01 * battery.energy_mwh {
        (
            -value,
            format!(
                "{} charges {value:.1} MW in the valley, {:.0} % charged, peak of {:.0} MW in {at_peak} h",
                battery.id,
                100.0 * seen.soc,
                peak / share
            ),
        )
    } else {
        (
            0.0,
            format!(
                "{} waits for the peak of {:.0} MW in {at_peak} h",
                battery.id,
                peak / share
            ),
        )
    }
}

/// Level to which hourly loads can be cut (`above`) or filled with at most `power_mw` and `energy_mwh`, megawatts.
#[must_use]
fn level(load: &[f64], power_mw: f64, energy_mwh: f64, above: bool) -> f64 {
    let (mut low, mut high) = load.iter().fold((f64::INFINITY, 0.0f64), |(a, b), &mw| {
        (a.min(mw), b.max(mw))
    });
    if !above {
        // Filling at full power may lift the level over the highest hour.
        high += power_mw;
    } else {
        low = (low - power_mw).max(0.0);
    }
    let energy = |at: f64| -> f64 {
        load.iter()
            .map(|&mw| {
                let gap = if above { mw - at } else { at - mw };
                gap.clamp(0.0, power_mw)
            })
            .sum()
    };
    // Thirty halvings of a few hundred megawatts: watts.
    for _ in 0..30 {
        let at = 0.5 * (low + high);
        let too_much = energy(at) > energy_mwh;
        if too_much == above {
            low = at;
        } else {
            high = at;
        }
    }
    if above { high } else { low }
}

#[cfg(test)]
mod tests {
    use crate::controllers::rules::battery::level;

    #[test]
    fn the_level_uses_exactly_the_energy() {
        // 100, 120, 140, 120: 30 MWh above 120 - 5 = 115: 5 + 25 + 5 = 35, so the level is 350 / 3 = 116.67.
        let load = [100.0, 120.0, 140.0, 120.0];
        assert!((level(&load, 50.0, 30.0, true) - 350.0 / 3.0).abs() < 1e-6);
        // With 10 MW the hour of 140 takes 10 and the others what is left of 16: 3 each.
        assert!((level(&load, 10.0, 16.0, true) - 117.0).abs() < 1e-6);
        // Filling 20 MWh from below: the first hour to 120.
        assert!((level(&load, 50.0, 20.0, false) - 120.0).abs() < 1e-6);
    }
}
