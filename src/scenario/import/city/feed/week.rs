//! The runs of a feed in the week round a date: headways written out, the same run of several services kept once.
//!
//! Beyond the calendar the matching weekday stands in, as for a single day. It knows no places.

use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A run of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekRun {
    /// Its row in the feed's trips.
    pub trip: usize,
    /// Which run of the row it is, if a headway stands for several.
    pub nth: Option<u32>,
    /// Departure from the first stop, seconds of the service day.
    pub start_s: i32,
    /// Monday to Sunday.
    pub days: [bool; 7],
}

impl WeekRun {
    /// Its id: the row's, with a number where one row stands for several.
    #[must_use]
    pub fn id(&self, feed: &Feed) -> String {
        let id = &feed.trips[self.trip].id;
        match self.nth {
            Some(nth) => format!("{id}#{nth}"),
            None => id.clone(),
        }
    }
}

/// A week of a feed.
#[derive(Clone, Debug)]
pub struct Week {
    /// Its runs, in the feed's order.
    pub runs: Vec<WeekRun>,
    /// Day of the week of the date asked for, Monday 0.
    pub asked_day: usize,
    /// Dates of the calendar that stand for Monday to Sunday; none where nothing runs.
    pub used: [Option<Date>; 7],
    /// Rows of trips.txt that run in the week.
    pub rows: usize,
    /// Of these, rows left out: on demand, or with fewer than two stops.
    pub left_out: usize,
    /// Rows that were the same run as another on other days, and joined it.
    pub joined: usize,
    /// What the reader had to say of the date.
    pub notices: Vec<Problem>,
}

impl Week {
    /// The week, Monday to Sunday, that holds a date.
    ///
    /// # Errors
    /// When no trip runs on the date.
    pub fn of(feed: &Feed, date: Date) -> Result<Self, Problems> {
        let notices = feed.service_day(date)?.notices;
        let mut has_trips = vec![false; feed.calendar.services.len()];
        for trip in feed.trips.iter().filter(|t| t.calls.len() >= 2) {
            if let Some(service) = trip.service {
                has_trips[service as usize] = true;
            }
        }
        let has_service = |date: Date| {
            let running = feed.calendar.running(date);
            running.iter().zip(&has_trips).any(|(a, b)| *a && *b)
        };
        let asked_day = date.weekday().to_monday_zero_offset() as usize;
        let mut used = [None; 7];
        let mut days = vec![[false; 7]; has_trips.len()];
        for (day, used) in used.iter_mut().enumerate() {
            let ahead = day as i64 - asked_day as i64;
            let Ok(date) = date.checked_add(ahead.days()) else {
                continue;
            };
            let Some(stands) = feed.calendar.day_for(date, has_service) else {
                continue;
            };
            *used = Some(stands.used);
            for (days, runs) in days.iter_mut().zip(feed.calendar.running(stands.used)) {
                days[day] = runs;
            }
        }
        let mut week = Self {
            runs: Vec::new(),
            asked_day,
            used,
            rows: 0,
            left_out: 0,
            joined: 0,
            notices,
        };
        week.collect(feed, &days);
        Ok(week)
    }

    fn collect(&mut self, feed: &Feed, days: &[[bool; 7]]) {
        // Rows that differ in nothing but their days: same route, way, times and block.
        let mut known: BTreeMap<Vec<i32>, Vec<usize>> = BTreeMap::new();
        for (row, trip) in feed.trips.iter().enumerate() {
            let Some(days) = trip.service.map(|s| days[s as usize]) else {
                continue;
            };
            if days == [false; 7] {
                continue;
            }
            self.rows += 1;
            let calls = feed.calls_of(trip);
            if calls.len() < 2 {
                self.left_out += 1;
                continue;
            }
            if trip.frequencies.is_empty() {
                let mut key = vec![
                    trip.route as i32,
                    i32::from(trip.direction),
                    trip.block.map_or(-1, |b| b as i32),
                ];
                key.extend(
                    calls
                        .iter()
                        .flat_map(|c| [c.stop as i32, c.arrival_s, c.departure_s]),
                );
                let same = known.entry(key).or_default();
                let apart = |&&run: &&usize| {
                    let other = &self.runs[run].days;
                    !other.iter().zip(days).any(|(a, b)| *a && b)
                };
                if let Some(&run) = same.iter().find(apart) {
                    for (a, b) in self.runs[run].days.iter_mut().zip(days) {
                        *a |= b;
                    }
                    self.joined += 1;
                    continue;
                }
                same.push(self.runs.len());
                self.runs.push(WeekRun {
                    trip: row,
                    nth: None,
                    start_s: calls[0].departure_s,
                    days,
                });
            }
            let mut nth = 0;
            for frequency in &trip.frequencies {
                let step = usize::try_from(frequency.headway_s).unwrap_or(usize::MAX);
                for start_s in (frequency.start_s..frequency.end_s).step_by(step) {
                    nth += 1;
                    self.runs.push(WeekRun {
                        trip: row,
                        nth: Some(nth),
                        start_s,
                        days,
                    });
                }
            }
        }
    }

    /// What was joined and left out, in words.
    #[must_use]
    pub fn notes(&self, feed: &Feed) -> Vec<String> {
        let used: Vec<String> = self
            .used
            .iter()
            .map(|d| d.map_or_else(|| "none".to_owned(), |d| d.to_string()))
            .collect();
        let mut notes = vec![format!(
            "{} of {} rows of trips.txt run in the week; Monday to Sunday stand for {}",
            self.rows,
            feed.trips.len(),
            used.join(", ")
        )];
        if self.left_out > 0 {
            notes.push(format!(
                "{} rows left out: on demand, or with fewer than two stops",
                self.left_out
            ));
        }
        if self.joined > 0 {
            notes.push(format!(
                "{} rows were another's run on other days and joined it",
                self.joined
            ));
        }
        let by_headway = self.runs.iter().filter(|r| r.nth.is_some()).count();
        if by_headway > 0 {
            notes.push(format!("{by_headway} runs written out from headways"));
        }
        notes
    }
}
