//! Local control of pumps: level switches at tanks, staging by flow at works.
//!
//! Every utility has it, so it acts under every controller; a controller overrides a station by its set-point. It knows no
//! prices and looks at nothing but its own tank and pumps.

use crate::city::water::fabric::WaterFabric;
use crate::city::water::state::WaterState;

/// Set-point of a station that leaves it to its own switches.
pub const LOCAL: f64 = -1.0;

/// Share of a tank's depth below which the first, second and third pump start, and above which they stop. Further pumps
/// follow the last. Switches stand so that a night of one or two pumps fills the tank before the morning.
const START: [f64; 3] = [0.90, 0.72, 0.50];
const STOP: [f64; 3] = [0.97, 0.88, 0.70];
/// Flow a pump over that at its best point from which another starts, and below which one stops: both sides of the best
/// point are within a tenth of its efficiency.
const MORE: f64 = 1.2;
const FEWER: f64 = 0.65;

/// Pumps that a level asks for, given how many run.
#[must_use]
pub fn by_level(share: f64, running: u32, pumps: u32) -> u32 {
    let at = |table: [f64; 3], k: u32| table[(k as usize).min(2)];
    let least = (0..pumps).filter(|k| share < at(START, *k)).count() as u32;
    let most = (0..pumps).filter(|k| share < at(STOP, *k)).count() as u32;
    running.clamp(least, most)
}

/// Pumps that a flow asks for, given how many run; at least one.
#[must_use]
pub fn by_flow(flow_m3s: f64, best_m3s: f64, running: u32, pumps: u32) -> u32 {
    let each = flow_m3s / best_m3s.max(1e-9);
    let n = running.max(1);
    let share = each / f64::from(n);
    if running == 0 {
        1
    } else if share > MORE && n < pumps {
        n + 1
    } else if n > 1 && each / f64::from(n - 1) < MORE && share < FEWER {
        n - 1
    } else {
        n
    }
}

/// Sets the pumps of every station by power, set-point and local control; says whether one changed. `border` is whether
/// works may change stages: they look at their flow every few minutes, lest they follow their own transients.
pub fn control(fabric: &WaterFabric, state: &mut WaterState, set: &[f64], border: bool) -> bool {
    let water = fabric.water();
    let mut changed = false;
    for (s, station) in water.stations.iter().enumerate() {
        let pumps = &fabric.pumps_of[s];
        let count = pumps.len() as u32;
        let before = state.running[s];
        let wanted = if !state.is_working(s) {
            0
        } else if set.get(s).is_some_and(|v| *v >= 0.0) {
            (set[s].round() as u32).min(count)
        } else if let Some(t) = station.tank {
            let tank = &water.tanks[t];
            let share = state.volume_m3[t] / (tank.area_m2 * tank.depth_m);
            by_level(share, before, count)
        } else if border || before == 0 {
            let flow: f64 = pumps
                .iter()
                .map(|p| state.net.flow_m3s[fabric.pump_link(*p)])
                .sum();
            let best = pumps
                .first()
                .map_or(1.0, |p| water.pumps[*p].flow_m3h / 3600.0);
            by_flow(flow, best, before, count)
        } else {
            before
        };
        if wanted != before {
            state.running[s] = wanted;
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_switches_have_a_dead_band() {
        assert_eq!(by_level(0.95, 0, 3), 0);
        assert_eq!(by_level(0.89, 0, 3), 1);
        assert_eq!(by_level(0.93, 1, 3), 1);
        assert_eq!(by_level(0.98, 1, 3), 0);
        assert_eq!(by_level(0.40, 0, 3), 3);
        assert_eq!(by_level(0.75, 3, 3), 2);
        assert_eq!(by_level(0.60, 3, 3), 3);
    }

    #[test]
    fn works_stage_by_flow() {
        assert_eq!(by_flow(0.0, 0.1, 0, 4), 1);
        assert_eq!(by_flow(0.13, 0.1, 1, 4), 2);
        assert_eq!(by_flow(0.12, 0.1, 2, 4), 2);
        assert_eq!(by_flow(0.11, 0.1, 2, 4), 1);
        assert_eq!(by_flow(0.60, 0.1, 4, 4), 4);
    }
}
