//! Simulated time: whole steps from a civil start, local standard time, no daylight saving and no wall clock.

use bevy_ecs::resource::Resource;
use jiff::ToSpan;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde::Serialize;

/// The clock of one world.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    start: DateTime,
    step_s: u32,
    tick: u64,
}

impl Clock {
    /// A clock that stands at `start` (local standard time) and advances by `step_s` seconds.
    #[must_use]
    pub fn new(start: DateTime, step_s: u32) -> Self {
        Self {
            start,
            step_s,
            tick: 0,
        }
    }

    /// Steps done so far; during a step, the index of that step.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Length of a step, seconds.
    #[must_use]
    pub fn step_s(&self) -> u32 {
        self.step_s
    }

    /// Length of a step, hours.
    #[must_use]
    pub fn step_h(&self) -> f64 {
        f64::from(self.step_s) / 3600.0
    }

    /// Seconds since the start, at the beginning of the current step.
    #[must_use]
    pub fn t_s(&self) -> u64 {
        self.tick * u64::from(self.step_s)
    }

    /// Whether the current step begins an interval of `every_s` seconds (a multiple of the step).
    #[must_use]
    pub fn begins(&self, every_s: u32) -> bool {
        self.t_s().is_multiple_of(u64::from(every_s))
    }

    /// Local standard time at the beginning of the current step.
    #[must_use]
    pub fn now(&self) -> DateTime {
        at(self.start, self.t_s())
    }

    /// Start of the run.
    #[must_use]
    pub fn start(&self) -> DateTime {
        self.start
    }

    /// Hour of the day in [0, 24), with its fraction.
    #[must_use]
    pub fn hour_of_day(&self) -> f64 {
        let start_s = i64::from(self.start.hour()) * 3600
            + i64::from(self.start.minute()) * 60
            + i64::from(self.start.second());
        let s = (start_s.unsigned_abs() + self.t_s()) % 86_400;
        s as f64 / 3600.0
    }

    /// Day of the year, 1 to 366.
    #[must_use]
    pub fn day_of_year(&self) -> i16 {
        self.now().day_of_year()
    }

    /// Whether the current day is a Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(&self) -> bool {
        matches!(
            self.now().weekday(),
            jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
        )
    }

    /// Ends the current step.
    pub fn advance(&mut self) {
        self.tick += 1;
    }
}

/// The civil time `t_s` seconds after `start`; the start itself where the calendar ends (year 9999).
#[must_use]
pub fn at(start: DateTime, t_s: u64) -> DateTime {
    i64::try_from(t_s)
        .ok()
        .and_then(|s| start.checked_add(s.seconds()).ok())
        .unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn hours_wrap_at_midnight() {
        let mut clock = Clock::new(date(2027, 7, 12).at(23, 30, 0, 0), 1800);
        assert!((clock.hour_of_day() - 23.5).abs() < 1e-12);
        clock.advance();
        assert!(clock.hour_of_day().abs() < 1e-12);
        assert_eq!(clock.now(), date(2027, 7, 13).at(0, 0, 0, 0));
    }

    #[test]
    fn weekend_is_known() {
        assert!(Clock::new(date(2027, 7, 17).at(0, 0, 0, 0), 60).is_weekend());
        assert!(!Clock::new(date(2027, 7, 16).at(0, 0, 0, 0), 60).is_weekend());
    }
}
