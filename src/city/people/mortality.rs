//! From heat that was borne to deaths that are to be expected, by age, with an interval.
//!
//! Attributable fraction on the heat of the last day, calibrated on Chicago 1995 (docs/people.md); no cause of death,
//! no person, no hospital.

/// Heat index of the day from which excess deaths begin, degrees Celsius: that of an average day at which mortality is
/// least in temperate US cities (24 to 25 C at summer humidity), and the weather service's 'caution' (80 F).
pub const COMFORT_C: f64 = 27.0;
/// Time constant of the memory of heat, seconds: the mean age of a sliding day.
pub const MEMORY_S: f64 = 43_200.0;
/// Time constant of each of the two stages between harm and death, seconds. With the memory the mean lag is two days:
/// deaths peak one to three days after the hottest day (Chicago 1995: two; Semenza et al. 1996, Whitman et al. 1997).
pub const LAG_S: f64 = 64_800.0;
/// Estimates: central, low and high.
pub const ESTIMATES: usize = 3;

/// Deaths a thousand a year by age group without heat (US life tables 2019, rounded to the groups).
const BASE_PER_1000_Y: [f64; 4] = [0.4, 3.2, 18.0, 75.0];
/// Increase of the log of the death rate for each kelvin of the day's heat index above comfort, by age group: 0.02 to
/// 0.03 is the range of multi-city studies for moderate heat, higher for the old.
const SLOPE_PER_K: [f64; 4] = [0.008, 0.012, 0.020, 0.024];
/// Excess at which a further kelvin counts three times as much as the first: the curve bends up (the days of great heat
/// waves multiplied deaths, which no straight line through moderate days gives). Calibrated, docs/people.md.
const BEND_K: f64 = 3.5;
/// Scale of the slopes: central, low, high. The published slopes differ by about a third between cities of one climate.
const SCALE: [f64; ESTIMATES] = [1.0, 0.7, 1.25];
/// Log of the largest multiple of the base rate (33), beyond anything observed: the curve is not known there.
const MOST: f64 = 3.5;
/// Relative risk of death in a heat wave for those who live alone (Semenza et al. 1996, odds ratio 2.3).
pub const ALONE: f64 = 2.3;

/// Spacing of the tables, kelvin, and their length; more heat counts as the last entry.
const STEP_K: f64 = 0.25;
const ENTRIES: usize = 161;

/// Tables of excess deaths a person by remembered heat.
#[derive(Clone, Debug, PartialEq)]
pub struct Mortality {
    /// Excess deaths a person and second, by age and estimate.
    rate: [[Vec<f64>; ESTIMATES]; 4],
    /// Excess deaths a person still to come if it were comfortable from now on, by age and estimate.
    rest: [[Vec<f64>; ESTIMATES]; 4],
}

/// A place in the tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    entry: usize,
    share: f64,
}

/// The place of a remembered excess heat, kelvin.
#[must_use]
pub fn place(excess_k: f64) -> Place {
    let at = (excess_k / STEP_K).clamp(0.0, (ENTRIES - 2) as f64);
    let entry = at as usize;
    Place {
        entry,
        share: (at - entry as f64).min(1.0),
    }
}

/// Log of the relative risk at a sustained excess heat, kelvin.
fn log_risk(age: usize, estimate: usize, excess_k: f64) -> f64 {
    let bent = excess_k + excess_k * excess_k / BEND_K;
    (SLOPE_PER_K[age] * SCALE[estimate] * bent).min(MOST)
}

impl Default for Mortality {
    fn default() -> Self {
        Self::new()
    }
}

impl Mortality {
    /// Works the tables out. What is still to come is the integral of the rate while the memory fades,
    /// `T int_0^inf r(x e^-s) ds = T int_0^x r(y)/y dy`.
    #[must_use]
    pub fn new() -> Self {
        let table = |age: usize, estimate: usize| -> Vec<f64> {
            let base = BASE_PER_1000_Y[age] / 1000.0 / (365.25 * 86_400.0);
            (0..ENTRIES)
                .map(|k| base * (libm::exp(log_risk(age, estimate, k as f64 * STEP_K)) - 1.0))
                .collect()
        };
        let rate: [[Vec<f64>; ESTIMATES]; 4] =
            std::array::from_fn(|a| std::array::from_fn(|e| table(a, e)));
        let rest = std::array::from_fn(|a| {
            std::array::from_fn(|e| {
                let r = &rate[a][e];
                // The rate over the heat, which tends to the slope of the rate at 0.
                let over = |k: usize| match k {
                    0 => r[1] / STEP_K,
                    _ => r[k] / (k as f64 * STEP_K),
                };
                let mut sum = 0.0;
                let mut rows = vec![0.0];
                for k in 1..ENTRIES {
                    sum += 0.5 * (over(k - 1) + over(k)) * STEP_K * MEMORY_S;
                    rows.push(sum);
                }
                rows
            })
        });
        Self { rate, rest }
    }

    /// Excess deaths a person and second.
    #[must_use]
    pub fn rate(&self, age: usize, estimate: usize, at: Place) -> f64 {
        read(&self.rate[age][estimate], at)
    }

    /// Excess deaths a person still to come if it were comfortable from now on.
    #[must_use]
    pub fn rest(&self, age: usize, estimate: usize, at: Place) -> f64 {
        read(&self.rest[age][estimate], at)
    }
}

fn read(table: &[f64], at: Place) -> f64 {
    table[at.entry] + at.share * (table[at.entry + 1] - table[at.entry])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moderate_heat_costs_what_studies_say() {
        // Two kelvin above comfort for the old: 2 to 4 % a kelvin, hardly bent yet.
        let per_k = log_risk(3, 0, 2.0) / 2.0;
        assert!((0.02..0.045).contains(&per_k), "{per_k}");
        assert!(log_risk(3, 0, 10.0) > 2.0 * log_risk(3, 0, 5.0));
        assert!(log_risk(3, 0, 8.0) > log_risk(0, 0, 8.0));
    }

    #[test]
    fn what_is_to_come_is_the_fading_memory_integrated() {
        let all = Mortality::new();
        let (age, excess) = (3, 12.0);
        let mut sum = 0.0;
        let dt_s = 60.0;
        for k in 0..20_000 {
            let t = (f64::from(k) + 0.5) * dt_s;
            let now = excess * libm::exp(-t / MEMORY_S);
            sum += all.rate(age, 0, place(now)) * dt_s;
        }
        let rest = all.rest(age, 0, place(excess));
        assert!((rest / sum - 1.0).abs() < 0.01, "{rest} against {sum}");
    }

    #[test]
    fn low_and_high_enclose_the_estimate_and_comfort_kills_nobody() {
        let all = Mortality::new();
        for age in 0..4 {
            assert_eq!(all.rate(age, 0, place(0.0)), 0.0);
            let at = place(9.0);
            assert!(all.rate(age, 1, at) < all.rate(age, 0, at));
            assert!(all.rate(age, 0, at) < all.rate(age, 2, at));
        }
    }
}
