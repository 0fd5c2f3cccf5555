//! Civil times of a run as people read them, such as `Wed 14 Jul 16:40`; local standard time, no time zones.

use crate::engine::clock::at;
use jiff::civil::DateTime;

/// Weekday, day, month, hour and minute: `Wed 14 Jul 16:40`.
#[must_use]
pub fn stamp(start: DateTime, t_s: u64) -> String {
    at(start, t_s).strftime("%a %-d %b %H:%M").to_string()
}

/// Weekday, day and month: `Wed 14 Jul`.
#[must_use]
pub fn day(start: DateTime, t_s: u64) -> String {
    at(start, t_s).strftime("%a %-d %b").to_string()
}

/// Hour and minute: `16:40`.
#[must_use]
pub fn hour(start: DateTime, t_s: u64) -> String {
    at(start, t_s).strftime("%H:%M").to_string()
}

/// ISO 8601 without a zone: `2027-07-14T16:40:00`.
#[must_use]
pub fn iso(start: DateTime, t_s: u64) -> String {
    at(start, t_s).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Day of the run and hour: `day 2, 17:40`; the first day is day 1.
#[must_use]
pub fn run_day(start: DateTime, t_s: u64) -> String {
    let since = at(start, t_s).date().since(start.date());
    let days = since.map_or(0, |s| s.get_days());
    format!("day {}, {}", days + 1, hour(start, t_s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn times_read_as_people_write_them() {
        // 14 July 2027 is a Wednesday.
        let start = date(2027, 7, 12).at(6, 0, 0, 0);
        let t = 2 * 86_400 + 10 * 3600 + 40 * 60;
        assert_eq!(stamp(start, t), "Wed 14 Jul 16:40");
        assert_eq!(day(start, t), "Wed 14 Jul");
        assert_eq!(iso(start, t), "2027-07-14T16:40:00");
        assert_eq!(run_day(start, t), "day 3, 16:40");
        // Five in the morning after a start at six is the second day, though less than 24 h have passed.
        assert_eq!(run_day(start, 23 * 3600), "day 2, 05:00");
    }
}
