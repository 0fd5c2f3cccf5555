//! Voltage: tap changers' set-points by load level, corrected by what feeders read, lowered while supply is short.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::supply::is_short;
use crate::controllers::rules::topology::NONE;

/// Least change of a set-point, per unit: more than one tap of 1.5 % would hide, less than two.
const STEP_PU: f64 = 0.01;
/// Least time between changes at one transformer, minutes: spares the tap changer.
const REST_MIN: f64 = 15.0;
/// Shares of rating between which the set-point rises from its lowest to its highest.
const LOADING: [f64; 2] = [0.3, 0.8];

/// One decision on set-points.
pub fn act(desk: &mut Desk<'_>) {
    let short = is_short(desk);
    let voltages = feeder_voltages(desk);
    for (substation, &[least, most]) in voltages.iter().enumerate() {
        for at in 0..desk.topology.transformers_of[substation].len() {
            let t = desk.topology.transformers_of[substation][at];
            let seen = desk.now.transformers[t];
            let Some(point) = desk.tags.transformers[t].v_set else {
                continue;
            };
            if !seen.in_service || desk.grid.transformers[t].tap_step == 0.0 {
                continue;
            }
            let [low, high] = desk.config.v_set_pu;
            let level = ((seen.loading - LOADING[0]) / (LOADING[1] - LOADING[0])).clamp(0.0, 1.0);
            let mut target = low + level * (high - low);
            let mut why = format!("{:.0} % load", 100.0 * seen.loading);
            let [floor, ceiling] = desk.config.feeder_voltage_pu;
            if least < floor {
                target += floor - least;
                why = format!("{why}, feeder end at {least:.3} pu");
            }
            if most > ceiling {
                target -= most - ceiling;
                why = format!("{why}, feeder at {most:.3} pu");
            }
            if short && least > floor {
                // Reduction as far as the feeder ends allow.
                target = target.min(desk.config.v_set_short_pu.max(target - (least - floor)));
                why = format!("supply is short, {why}");
            }
            let before = desk.now.v_set_pu[t];
            let urgent = short || least < floor;
            let rests = desk.minutes_since(desk.ledger.transformers[t].tapped_s) < REST_MIN;
            if (target - before).abs() < STEP_PU || (rests && !urgent) {
                continue;
            }
            let reason = format!(
                "{why}: {} holds {target:.3} pu",
                desk.grid.transformers[t].id
            );
            if desk.orders.set(Some(point), target, reason) {
                desk.ledger.transformers[t].tapped_s = Some(desk.now.t_s);
            }
        }
    }
}

/// Lowest and highest voltage of what each substation's feeders feed now, per unit; dark buses left out.
fn feeder_voltages(desk: &Desk<'_>) -> Vec<[f64; 2]> {
    /// Voltage under which a bus counts as dark, per unit.
    const DARK_PU: f64 = 0.3;
    let mut found = vec![[f64::INFINITY, 0.0f64]; desk.grid.substations.len()];
    for &bus in &desk.now.feeding.order {
        let bus = bus as usize;
        let feeder = desk.now.feeding.fed_by[bus];
        let pu = desk.now.bus_voltage_pu[bus];
        if feeder != NONE
            && pu > DARK_PU
            && let Some(s) = desk.grid.feeders[feeder as usize].substation
        {
            found[s] = [found[s][0].min(pu), found[s][1].max(pu)];
        }
    }
    found
}
