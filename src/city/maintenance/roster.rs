//! Who is on shift: the city's own crews by hour of the day, and crews lent by other utilities in a major event.
//!
//! It knows no orders and no places. Every crew belongs to one shift, which a major event stretches for the day's crews
//! to 16 hours; a job in hand when the shift ends is finished on overtime, without limit.

use crate::engine::chance::Chance;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;
use std::ops::Range;

// Two-person crews per 100,000 customers by shift, and those that mutual aid adds: SIZING.md section 6 (a utility's rule
// of thumb).
const DAY_PER_100K: f64 = 7.0;
const EVENING_PER_100K: f64 = 3.0;
const NIGHT_PER_100K: f64 = 2.0;
const AID_PER_100K: [f64; 2] = [6.0, 10.0];
/// Hours between the call for aid and its arrival (SIZING.md section 6).
const AID_DELAY_H: [f64; 2] = [12.0, 24.0];
/// A call goes out when more orders are open than this many rounds of the whole day shift: a first round of repairs takes
/// most of a day, so beyond two the city's own crews would need more than the time that aid takes to come.
const MAJOR_EVENT_ROUNDS: u32 = 2;

/// Water crews a resident: 4 to 5 in a city of 240,000 (SIZING.md section 6).
const WATER_PER_RESIDENT: f64 = 4.5 / 240_000.0;
/// Numbers of water crews begin here, clear of all line crews.
const WATER_FROM: u32 = 1_000_000;

// Shift borders, hours of the day: the usual three shifts of eight hours.
const DAY_FROM_H: f64 = 7.0;
const EVENING_FROM_H: f64 = 15.0;
const NIGHT_FROM_H: f64 = 23.0;

/// The crews that a city employs; static during a run.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roster {
    /// Crews of the day shift, 7 to 15 h.
    pub day: u32,
    /// Crews of the evening shift, 15 to 23 h.
    pub evening: u32,
    /// Crews of the night shift, 23 to 7 h.
    pub night: u32,
    /// Fewest and most crews that mutual aid lends.
    pub aid: [u32; 2],
    /// Crews for water mains, by day; 0 where no water net is modelled.
    pub water: u32,
}

/// Crews lent by others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aid {
    /// None here and none called.
    #[default]
    None,
    /// Called, not yet here.
    Called {
        /// When they arrive, seconds since the start of the run.
        arrive_s: u64,
        /// How many.
        crews: u32,
    },
    /// They work here, from 7 to 23 h, as the city's day crews do meanwhile (16 hours, SIZING.md section 6).
    Here {
        /// How many.
        crews: u32,
    },
}

impl Roster {
    /// The roster of a city with this many customers; no shift is without a crew.
    #[must_use]
    pub fn of(customers: u64) -> Self {
        let crews = |per_100k: f64| ((customers as f64 / 1e5 * per_100k).round() as u32).max(1);
        Self {
            day: crews(DAY_PER_100K),
            evening: crews(EVENING_PER_100K),
            night: crews(NIGHT_PER_100K),
            aid: AID_PER_100K.map(crews),
            water: 0,
        }
    }

    /// The same with the water crews of a city of this many residents, at least one.
    #[must_use]
    pub fn with_water(self, residents: u64) -> Self {
        let crews = (residents as f64 * WATER_PER_RESIDENT).round() as u32;
        Self {
            water: crews.max(1),
            ..self
        }
    }

    /// Water crews on shift at an hour of the day, by number: all by day, half in the evening, one at night.
    pub fn water_on_shift(&self, hour_of_day: f64) -> Range<u32> {
        let count = if (DAY_FROM_H..EVENING_FROM_H).contains(&hour_of_day) {
            self.water
        } else if (EVENING_FROM_H..NIGHT_FROM_H).contains(&hour_of_day) {
            self.water.div_ceil(2)
        } else {
            self.water.min(1)
        };
        WATER_FROM..WATER_FROM + count
    }

    /// Crews of the city's own, all shifts.
    #[must_use]
    pub fn own(&self) -> u32 {
        self.day + self.evening + self.night
    }

    /// The city's own crews on shift at an hour of the day, as a range of crew numbers.
    #[must_use]
    pub fn shift(&self, hour_of_day: f64) -> Range<u32> {
        if (DAY_FROM_H..EVENING_FROM_H).contains(&hour_of_day) {
            0..self.day
        } else if (EVENING_FROM_H..NIGHT_FROM_H).contains(&hour_of_day) {
            self.day..self.day + self.evening
        } else {
            self.day + self.evening..self.own()
        }
    }

    /// All crews on shift at an hour of the day, by number: the city's own, the day's crews that stay on to 23 h once aid
    /// is called, and lent ones.
    pub fn on_shift(&self, hour_of_day: f64, aid: Aid) -> impl Iterator<Item = u32> {
        let is_evening = (EVENING_FROM_H..NIGHT_FROM_H).contains(&hour_of_day);
        let held_over = if is_evening && aid != Aid::None {
            self.day
        } else {
            0
        };
        let lent = match aid {
            Aid::Here { crews } if (DAY_FROM_H..NIGHT_FROM_H).contains(&hour_of_day) => crews,
            _ => 0,
        };
        let own = (0..held_over).chain(self.shift(hour_of_day));
        own.chain(self.own()..self.own() + lent)
    }

    /// A crew's name in notes.
    #[must_use]
    pub fn name(&self, crew: u32) -> String {
        if crew >= WATER_FROM {
            format!("water crew {}", crew - WATER_FROM + 1)
        } else if crew < self.own() {
            format!("crew {}", crew + 1)
        } else {
            format!("aid crew {}", crew - self.own() + 1)
        }
    }

    /// Whether this many open orders are a major event.
    #[must_use]
    pub fn is_major(&self, open_orders: usize) -> bool {
        open_orders > (MAJOR_EVENT_ROUNDS * self.day) as usize
    }

    /// Whether so few orders are open that lent crews go home: one round of the day shift.
    #[must_use]
    pub fn is_over(&self, open_orders: usize) -> bool {
        open_orders <= self.day as usize
    }

    /// A call for aid at `now_s`, the `call`-th of the run.
    #[must_use]
    pub fn call(&self, chance: Chance, call: u64, now_s: u64) -> Aid {
        let delay = chance.uniform("maintenance/aid/delay", 0, call);
        let delay_h = AID_DELAY_H[0] + delay * (AID_DELAY_H[1] - AID_DELAY_H[0]);
        let [least, most] = self.aid;
        let more = chance.uniform("maintenance/aid/crews", 0, call) * f64::from(most - least + 1);
        Aid::Called {
            arrive_s: now_s + (delay_h * 3600.0) as u64,
            crews: least + more as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crews_follow_the_shift_and_the_city() {
        // Lakeside's 115,000 customers: 8.05, 3.45 and 2.3 crews.
        let roster = Roster::of(115_000);
        assert_eq!((roster.day, roster.evening, roster.night), (8, 3, 2));
        assert_eq!(roster.aid, [7, 12]);
        for (hour, crews) in [
            (6.99, 2),
            (7.0, 8),
            (14.99, 8),
            (15.0, 3),
            (23.0, 2),
            (0.0, 2),
        ] {
            assert_eq!(roster.shift(hour).len(), crews, "at {hour} h");
        }
        let hamlet = Roster::of(0);
        assert_eq!((hamlet.day, hamlet.evening, hamlet.night), (1, 1, 1));
    }

    #[test]
    fn a_crew_belongs_to_one_shift() {
        let roster = Roster::of(115_000);
        let mut seen = Vec::new();
        for hour in [8.0, 16.0, 1.0] {
            seen.extend(roster.shift(hour));
        }
        assert_eq!(seen, (0..13).collect::<Vec<u32>>());
    }

    #[test]
    fn aid_rests_at_night_and_comes_within_its_range() {
        let roster = Roster::of(100_000);
        let here = Aid::Here { crews: 8 };
        assert_eq!(roster.on_shift(12.0, here).count(), 15);
        assert_eq!(roster.on_shift(20.0, here).count(), 7 + 3 + 8);
        assert_eq!(roster.on_shift(2.0, here).count(), 2);
        let called = Aid::Called {
            arrive_s: 0,
            crews: 8,
        };
        for (hour, crews) in [(12.0, 7), (20.0, 10), (2.0, 2)] {
            assert_eq!(roster.on_shift(hour, called).count(), crews, "at {hour} h");
        }
        let (mut fewest, mut most) = (u32::MAX, 0);
        for call in 0..200 {
            let Aid::Called { arrive_s, crews } = roster.call(Chance::new(3), call, 1000) else {
                unreachable!("a call is a call");
            };
            assert!((44_200..=87_400).contains(&arrive_s));
            (fewest, most) = (fewest.min(crews), most.max(crews));
        }
        assert_eq!((fewest, most), (6, 10));
    }
}
