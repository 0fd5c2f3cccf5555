//! What customers ask for: the day's pattern, the heat of the last half day, and what other domains say of people.
//!
//! Whether they get it is a matter of pressure.

use crate::city::model::water::Pattern;
use crate::city::water::fabric::WaterFabric;
use crate::city::water::inlets::DemandFactor;
use crate::city::water::state::WaterState;

/// Temperature from which homes draw more, degrees Celsius: at and below it demand is that of a mild day.
const MILD_C: f64 = 20.0;
/// Growth of homes' demand a kelvin of half-day mean above it: x 1.3 to 1.5 in a heat wave whose days average 31 to 34 C
/// (SIZING.md section 5).
const HOMES_A_KELVIN: f64 = 0.033;
/// The same of others: cooling towers.
const OTHERS_A_KELVIN: f64 = 0.012;
/// Memory of households for the heat, seconds: gardens and baths follow the day, not the hour.
const MEMORY_S: f64 = 12.0 * 3600.0;

/// Lets the felt temperature follow the air over a time.
pub fn feel(state: &mut WaterState, temp_c: f64, dt_s: f64) {
    state.warmth_c += (temp_c - state.warmth_c) * (1.0 - libm::exp(-dt_s / MEMORY_S));
}

/// Factors of homes' and others' demand at a felt temperature.
#[must_use]
pub fn heat_factors(warmth_c: f64) -> [f64; 2] {
    let over = (warmth_c - MILD_C).max(0.0);
    [1.0 + HOMES_A_KELVIN * over, 1.0 + OTHERS_A_KELVIN * over]
}

/// A pattern at an hour of the day, linear between the middles of hours.
#[must_use]
pub fn at_hour(pattern: &Pattern, hour: f64) -> f64 {
    let n = pattern.by_hour.len();
    if n == 0 {
        return 1.0;
    }
    let place = (hour - 0.5).rem_euclid(n as f64);
    let i = (place as usize).min(n - 1);
    let part = place - i as f64;
    pattern.by_hour[i] * (1.0 - part) + pattern.by_hour[(i + 1) % n] * part
}

/// What each node asks for, m3/s.
pub fn asked(
    fabric: &WaterFabric,
    factor: &DemandFactor,
    warmth_c: f64,
    hour: f64,
    out: &mut Vec<f64>,
) {
    let water = fabric.water();
    let [hot_homes, hot_others] = heat_factors(warmth_c);
    let of = |i: usize| water.patterns.get(i).map_or(1.0, |p| at_hour(p, hour));
    let (homes, others) = (hot_homes * of(0), hot_others * of(1));
    out.clear();
    out.extend(
        water.nodes.iter().map(|n| {
            (n.homes_m3h * homes * factor.of(n.district) + n.others_m3h * others) / 3600.0
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_met_at_the_middle_of_its_hours_and_wraps() {
        let mut pattern = Pattern {
            id: "x".to_owned(),
            by_hour: vec![1.0; 24],
        };
        pattern.by_hour[23] = 3.0;
        assert!((at_hour(&pattern, 23.5) - 3.0).abs() < 1e-12);
        assert!((at_hour(&pattern, 0.0) - 2.0).abs() < 1e-12);
        assert!((at_hour(&pattern, 12.25) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_heat_wave_raises_demand_by_a_third_to_a_half() {
        for day_mean_c in [31.0, 34.0] {
            let [homes, others] = heat_factors(day_mean_c);
            let all = 0.7 * homes + 0.3 * others;
            assert!((1.25..1.5).contains(&all), "{all} at {day_mean_c}");
        }
        assert!((heat_factors(15.0)[0] - 1.0).abs() < 1e-12);
    }
}
