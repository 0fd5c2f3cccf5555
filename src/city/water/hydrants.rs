//! Hydrants that people open in the heat, and that crews or the evening shut again.
//!
//! Chicago, July 2001: 634 of 47,000 in a day, 54 of Lakeside's 4,000. They are opened by day, more in poor and hot
//! districts, and not wide: 15 to 25 L/s (SIZING.md section 5).

use crate::city::water::fabric::WaterFabric;
use crate::city::water::state::OpenHydrants;
use crate::city::water::state::WaterState;
use crate::engine::chance::Chance;
use crate::engine::record::Record;

/// Share of hydrants opened in an hour a kelvin above [`FROM_C`], in a district of middling income. On a day of 38 C the
/// ten hours from 11 to 21 h stand a mean of 5 K above it: 54 of 4,000 in a day.
const A_KELVIN_H: f64 = 0.0135 / (10.0 * 5.0);
/// Temperature from which they are opened, degrees Celsius.
const FROM_C: f64 = 31.0;
/// Hours between which they are opened.
const HOURS: [f64; 2] = [11.0, 21.0];
/// How much more or less by income quintile, from the poorest (chosen; mean 1): homes without cooling and yards.
const BY_QUINTILE: [f64; 5] = [2.0, 1.4, 0.9, 0.5, 0.2];
/// Flow of one, litres a second, smallest and largest, at 40 m of pressure head.
const FLOW_L_S: [f64; 2] = [15.0, 25.0];
const AT_M: f64 = 40.0;
/// How long one stays open, hours.
const OPEN_H: [f64; 2] = [1.0, 4.0];

/// Opens and shuts what is due at the border of an hour.
pub fn hour(
    fabric: &WaterFabric,
    state: &mut WaterState,
    chance: Chance,
    temp_c: f64,
    (t_s, hour_of_day): (u64, f64),
    record: &mut Record,
) {
    if temp_c <= FROM_C || !(HOURS[0]..HOURS[1]).contains(&hour_of_day) {
        return;
    }
    let water = fabric.water();
    let districts = &fabric.city.districts;
    let turn = t_s / 3600;
    let mut opened: Vec<(usize, u32)> = Vec::new();
    for (n, node) in water.nodes.iter().enumerate() {
        if node.hydrants == 0 {
            continue;
        }
        let quintile = usize::from(districts[node.district].income_quintile).clamp(1, 5) - 1;
        let mean =
            f64::from(node.hydrants) * A_KELVIN_H * (temp_c - FROM_C) * BY_QUINTILE[quintile];
        let count = poisson(
            mean,
            chance.uniform("water/hydrants", fabric.node_keys[n], turn),
        );
        if count > 0 {
            opened.push((n, count.min(node.hydrants)));
        }
    }
    if opened.is_empty() {
        return;
    }
    let all: u32 = opened.iter().map(|o| o.1).sum();
    let event = record.event(t_s, "hydrants_opened", None, None, 0.0, || {
        let mut by: Vec<(u32, &str)> = Vec::new();
        for (n, count) in &opened {
            let name = districts[water.nodes[*n].district].name.as_str();
            match by.iter_mut().find(|b| b.1 == name) {
                Some(b) => b.0 += count,
                None => by.push((*count, name)),
            }
        }
        by.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        format!(
            "{all} hydrants opened at {temp_c:.0} C, most in {}",
            by[0].1
        )
    });
    state.totals.hydrants += u64::from(all);
    for (node, count) in opened {
        let draw = |what: &str, [low, high]: [f64; 2]| {
            low + (high - low) * chance.uniform(what, fabric.node_keys[node], turn)
        };
        let flow = draw("water/hydrants/flow", FLOW_L_S) * f64::from(count) / 1000.0;
        state.hydrants.push(OpenHydrants {
            node,
            count,
            coefficient: flow / AT_M.sqrt(),
            until_s: t_s + (3600.0 * draw("water/hydrants/time", OPEN_H)) as u64,
            event,
        });
    }
    state.dirty = true;
}

/// Shuts hydrants whose time is over.
pub fn shut(state: &mut WaterState, t_s: u64) {
    let before = state.hydrants.len();
    state.hydrants.retain(|h| h.until_s > t_s);
    state.dirty |= state.hydrants.len() != before;
}

/// The Poisson number of a mean below which a uniform draw falls.
fn poisson(mean: f64, draw: f64) -> u32 {
    let mut probability = libm::exp(-mean);
    let mut below = probability;
    let mut count = 0;
    while draw >= below && count < 200 {
        count += 1;
        probability *= mean / f64::from(count);
        below += probability;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_numbers_have_their_mean() {
        let n = 10_000;
        let sum: u32 = (0..n)
            .map(|i| poisson(0.7, (f64::from(i) + 0.5) / f64::from(n)))
            .sum();
        assert!((f64::from(sum) / f64::from(n) - 0.7).abs() < 1e-3);
    }
}
