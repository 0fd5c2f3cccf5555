//! Where people are over the day: at home, elsewhere under a roof, out of doors.
//!
//! Two habits, that of working age and that of everybody else; no person, no trip, no purpose.

/// Habits: people of working age, and children with the old.
pub const HABITS: usize = 2;

/// Habit of each age group (0 to 14, 15 to 64, 65 to 74, 75 and over).
pub const HABIT_OF_AGE: [usize; 4] = [1, 0, 1, 1];

/// Heat index from which discretionary time out of doors falls, degrees Celsius: where the US National Weather Service
/// begins to advise extreme caution (90 F).
const CAUTION_C: f64 = 32.2;
/// Share of discretionary trips lost for each kelvin above it, and the least that is left. US travel surveys and
/// fare-box counts show losses of 5 to 20 % on very hot days, most of it leisure (order of magnitude, recalled).
const LOSS_PER_K: f64 = 0.02;
const LEAST: f64 = 0.6;

/// Where the people of one habit are: shares that sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whereabouts {
    /// At home (or in a cooling centre instead).
    pub home: f64,
    /// At work, in shops and other rooms that are cooled while they have power.
    pub elsewhere: f64,
    /// Out of doors.
    pub outdoors: f64,
}

/// Share of discretionary trips that are made at a heat index out of doors, degrees Celsius.
#[must_use]
pub fn discretionary(heat_index_c: f64) -> f64 {
    (1.0 - LOSS_PER_K * (heat_index_c - CAUTION_C).max(0.0)).max(LEAST)
}

/// Where the people of a habit are at an hour of the day in [0, 24); `shut` is the share of the rooms elsewhere that are
/// without power, `active` the share of discretionary trips that is made. Whoever does not go out is at home.
///
/// Hours at home, elsewhere and out of doors follow the US National Human Activity Pattern Survey (Klepeis et al. 2001:
/// 69 % of time at home, 18 % elsewhere indoors, 7.6 % out of doors, the rest in vehicles, here counted elsewhere).
#[must_use]
pub fn whereabouts(habit: usize, hour: f64, weekend: bool, shut: f64, active: f64) -> Whereabouts {
    let day = plateau(hour, 7.5, 9.5, 16.5, 18.5);
    let evening = plateau(hour, 16.5, 18.5, 20.5, 22.5);
    let (elsewhere, outdoors) = match (habit, weekend) {
        (0, false) => (
            0.04 + 0.46 * day + 0.18 * evening,
            0.05 * day + 0.12 * evening,
        ),
        (0, true) => (
            0.04 + 0.26 * day + 0.20 * evening,
            0.12 * day + 0.13 * evening,
        ),
        (_, false) => (
            0.01 + 0.20 * day + 0.08 * evening,
            0.10 * day + 0.10 * evening,
        ),
        (_, true) => (
            0.01 + 0.16 * day + 0.08 * evening,
            0.12 * day + 0.10 * evening,
        ),
    };
    let outdoors = outdoors * active;
    let elsewhere = elsewhere * (1.0 - shut.clamp(0.0, 1.0));
    Whereabouts {
        home: 1.0 - elsewhere - outdoors,
        elsewhere,
        outdoors,
    }
}

/// 0 before `a`, 1 from `b` to `c`, 0 after `d`, straight between.
fn plateau(hour: f64, a: f64, b: f64, c: f64, d: f64) -> f64 {
    ((hour - a) / (b - a))
        .min((d - hour) / (d - c))
        .clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_looks_like_the_survey() {
        let mut at_home = [0.0; HABITS];
        for quarter in 0..96 {
            for (habit, sum) in at_home.iter_mut().enumerate() {
                let w = whereabouts(habit, f64::from(quarter) / 4.0, false, 0.0, 1.0);
                assert!((w.home + w.elsewhere + w.outdoors - 1.0).abs() < 1e-12);
                assert!(w.home > 0.3 && w.elsewhere >= 0.0 && w.outdoors >= 0.0);
                *sum += w.home / 96.0;
            }
        }
        // Klepeis et al. 2001: 69 % of all time at home; the old and children more.
        assert!((0.66..0.78).contains(&at_home[0]), "{at_home:?}");
        assert!((0.80..0.92).contains(&at_home[1]), "{at_home:?}");
    }

    #[test]
    fn who_finds_the_office_dark_goes_home() {
        let lit = whereabouts(0, 12.0, false, 0.0, 1.0);
        let dark = whereabouts(0, 12.0, false, 1.0, 1.0);
        assert_eq!(dark.elsewhere, 0.0);
        assert!((dark.home - lit.home - lit.elsewhere).abs() < 1e-12);
        assert_eq!(discretionary(30.0), 1.0);
        assert!((discretionary(42.2) - 0.8).abs() < 1e-12);
        assert_eq!(discretionary(80.0), LEAST);
    }
}
