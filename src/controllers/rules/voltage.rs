//! Voltage: tap changers' set-points by load level, corrected by what feeders read, lowered while supply is short.

use crate::controllers::rules::desk::Desk;
use crate::controllers::rules::topology::NONE;

/// Least change of a set-point, per unit: more than one tap of 1.5 % would hide, less than two.
const STEP_PU: f64 = 0.01;
/// Least time between changes at one transformer, minutes: spares the tap changer.
const REST_MIN: f64 = 15.0;
/// Time that a reduction is kept after the last sign of short supply, minutes.
const REDUCTION_MIN: f64 = 30.0;
/// Set-points that are ever ordered, per unit: what customers' equipment is built for, feeder drop included.
const ALLOWED_PU: [f64; 2] = [0.95, 1.06];
/// Shares of rating between which the set-point rises from its lowest to its highest.
const LOADING: [f64; 2] = [0.3, 0.8];

/// One decision on set-points. Transformers in parallel always get the same one, or a current would circulate between
/// their taps.
pub fn act(desk: &mut Desk<'_>) {
    // A reduction stays for a while after supply has recovered: up and down with every reading would wear the taps out.
    let reduce = desk.minutes_since(desk.ledger.short_s) < REDUCTION_MIN;
    let voltages = feeder_voltages(desk);
    for (substation, &[least, most]) in voltages.iter().enumerate() {
        let group: Vec<usize> = desk.topology.transformers_of[substation]
            .iter()
            .copied()
            .filter(|&t| {
                desk.now.transformers[t].in_service
                    && desk.grid.transformers[t].tap_step != 0.0
                    && desk.tags.transformers[t].v_set.is_some()
            })
            .collect();
        if group.is_empty() {
            continue;
        }
        let loading = group
            .iter()
            .map(|&t| desk.now.transformers[t].loading)
            .sum::<f64>()
            / group.len() as f64;
        let machines: Vec<usize> = (0..desk.grid.plants.len())
            .filter(|&p| desk.grid.plants[p].bus == desk.grid.substations[substation].mv_bus)
            .collect();
        let runs = machines
            .iter()
            .any(|&p| desk.now.plants[p].p_mw > 0.1 || desk.ledger.plants[p].on_s.is_some());
        let (target, why) = if runs {
            // A machine on the busbar and the tap changers must ask for the same, and a step would be the machine's
            // to make, in reactive power: so nothing moves while it runs.
            (
                desk.now.v_set_pu[group[0]],
                "a machine runs on the busbar".to_owned(),
            )
        } else {
            target(
                desk,
                desk.now.v_set_pu[group[0]],
                loading,
                [least, most],
                reduce,
            )
        };
        for p in machines {
            if runs && (desk.now.plants[p].v_set_pu - target).abs() > 1e-9 {
                let reason = format!(
                    "{} asks for what the tap changers hold, {target:.3} pu",
                    desk.grid.plants[p].id
                );
                desk.orders.set(desk.tags.plants[p].v_set, target, reason);
            }
        }
        let alike = group
            .iter()
            .all(|&t| (desk.now.v_set_pu[t] - desk.now.v_set_pu[group[0]]).abs() < 1e-9);
        let far = group
            .iter()
            .any(|&t| (target - desk.now.v_set_pu[t]).abs() >= STEP_PU);
        let rests = group
            .iter()
            .any(|&t| desk.minutes_since(desk.ledger.transformers[t].tapped_s) < REST_MIN);
        let urgent = least < desk.config.feeder_voltage_pu[0];
        if alike && (!far || (rests && !urgent)) {
            continue;
        }
        for t in group {
            let reason = format!(
                "{why}: {} holds {target:.3} pu",
                desk.grid.transformers[t].id
            );
            if desk
                .orders
                .set(desk.tags.transformers[t].v_set, target, reason)
            {
                desk.ledger.transformers[t].tapped_s = Some(desk.now.t_s);
            }
        }
    }
}

/// Set-point for a loading and the feeders' voltages at the present set-point, per unit, and why.
fn target(
    desk: &Desk<'_>,
    now_pu: f64,
    loading: f64,
    [least, most]: [f64; 2],
    reduce: bool,
) -> (f64, String) {
    let [low, high] = desk.config.v_set_pu;
    let level = ((loading - LOADING[0]) / (LOADING[1] - LOADING[0])).clamp(0.0, 1.0);
    let mut target = low + level * (high - low);
    let mut why = format!("{:.0} % load", 100.0 * loading);
    let [floor, ceiling] = desk.config.feeder_voltage_pu;
    if reduce && least.is_finite() {
        target = target.min(desk.config.v_set_short_pu);
        why = format!("supply is short, {why}");
    }
    if most > 0.0 && most - now_pu + target > ceiling {
        target = ceiling - (most - now_pu);
        why = format!("{why}, feeder at {most:.3} pu");
    }
    if least.is_finite() && least - now_pu + target < floor {
        target = floor - (least - now_pu);
        why = format!("{why}, feeder end at {least:.3} pu");
    }
    // Whole thousandths, so that a set-point reads as one.
    (
        (target.clamp(ALLOWED_PU[0], ALLOWED_PU[1]) * 1000.0).round() / 1000.0,
        why,
    )
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
