//! Which services run on which date: calendar.txt, calendar_dates.txt, and the day that stands in for a date beyond them.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::Row;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::import::gtfs::time;
use crate::scenario::problem::Problem;

const WEEK_COLUMNS: &Columns = &[
    ("service_id", true),
    ("start_date", true),
    ("end_date", true),
    ("monday", true),
    ("tuesday", true),
    ("wednesday", true),
    ("thursday", true),
    ("friday", true),
    ("saturday", true),
    ("sunday", true),
];
const MONDAY: usize = 3;
const DATE_COLUMNS: &Columns = &[
    ("service_id", true),
    ("date", true),
    ("exception_type", true),
];

/// Longest time between a date and the calendar that is searched for a day with service, in days: a year and a week.
const LONGEST_SEARCH_DAYS: i32 = 373;

/// One row of calendar.txt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Week {
    service: u32,
    first: Date,
    last: Date,
    /// Monday first.
    days: [bool; 7],
}

/// The calendar of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Ids of the services, in order of appearance.
    pub services: Vec<String>,
    weeks: Vec<Week>,
    /// Services added (true) or taken away on single dates.
    exceptions: BTreeMap<Date, Vec<(u32, bool)>>,
}

/// The day of a feed that is used for a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceDate {
    /// The date asked for.
    pub asked: Date,
    /// The date of the calendar whose service runs: the same, or for a date beyond the calendar a matching weekday.
    pub used: Date,
}

/// Reads the calendar and the services' numbers by id.
pub(super) fn read(archive: &Archive, findings: &mut Findings) -> (Calendar, Ids) {
    let mut calendar = Calendar::default();
    let mut ids = Ids::new();
    if archive.file("calendar.txt").is_none() && archive.file("calendar_dates.txt").is_none() {
        findings.problem(
            Problem::new(
                archive.path_of("calendar.txt"),
                "the file is missing, and calendar_dates.txt too",
            )
            .help("a feed must say on which days its services run"),
        );
    }
    each_row(
        archive,
        "calendar.txt",
        Presence::Optional,
        WEEK_COLUMNS,
        findings,
        |row, findings| {
            let Some(service) = calendar.service(row, &mut ids, findings) else {
                return;
            };
            let (first, last) = (date(row, 1, findings), date(row, 2, findings));
            let (Some(first), Some(last)) = (first, last) else {
                return;
            };
            if last < first {
                let message = "ends before it starts: the row says nothing";
                findings.notice("calendars that never run", row.problem(2, message));
            }
            let mut days = [false; 7];
            for (day, runs) in days.iter_mut().enumerate() {
                *runs = row.code(MONDAY + day, 1, findings) == 1;
            }
            calendar.weeks.push(Week {
                service,
                first,
                last,
                days,
            });
        },
    );
    each_row(
        archive,
        "calendar_dates.txt",
        Presence::Optional,
        DATE_COLUMNS,
        findings,
        |row, findings| {
            let Some(service) = calendar.service(row, &mut ids, findings) else {
                return;
            };
            let Some(date) = date(row, 1, findings) else {
                return;
            };
            let added = match row.bytes(2) {
                b"1" => true,
                b"2" => false,
                _ => {
                    let message = format!("`{}` is neither 1 (added) nor 2 (removed)", row.text(2));
                    findings.problem(row.problem(2, message));
                    return;
                }
            };
            let exceptions = calendar.exceptions.entry(date).or_default();
            exceptions.push((service, added));
        },
    );
    (calendar, ids)
}

fn date(row: &Row, column: usize, findings: &mut Findings) -> Option<Date> {
    let text = row.required(column, findings)?;
    let date = time::date(row.bytes(column));
    if date.is_none() {
        let message = format!("`{text}` is no date");
        findings.problem(
            row.problem(column, message)
                .help("dates are written YYYYMMDD"),
        );
    }
    date
}

impl Calendar {
    fn service(&mut self, row: &Row, ids: &mut Ids, findings: &mut Findings) -> Option<u32> {
        let id = row.required(0, findings)?;
        let next = self.services.len() as u32;
        let number = *ids.entry(row.bytes(0).into()).or_insert(next);
        if number == next {
            self.services.push(id.into_owned());
        }
        Some(number)
    }

    /// First and last date that the calendar speaks of.
    #[must_use]
    pub fn span(&self) -> Option<(Date, Date)> {
        let weeks = self.weeks.iter().filter(|week| week.first <= week.last);
        let dates = self.exceptions.keys();
        let first = weeks.clone().map(|week| week.first);
        let last = weeks.map(|week| week.last);
        Some((
            first.chain(dates.clone().copied()).min()?,
            last.chain(dates.copied()).max()?,
        ))
    }

    /// Whether each service runs on a date of the calendar.
    #[must_use]
    pub fn running(&self, date: Date) -> Vec<bool> {
        let mut running = vec![false; self.services.len()];
        let weekday = date.weekday().to_monday_zero_offset() as usize;
        for week in &self.weeks {
            if (week.first..=week.last).contains(&date) && week.days[weekday] {
                running[week.service as usize] = true;
            }
        }
        for &(service, added) in self.exceptions.get(&date).map_or(&[][..], Vec::as_slice) {
            running[service as usize] = added;
        }
        running
    }

    /// The day whose service runs on a date: the date itself within the calendar, else the nearest matching weekday in it
    /// that has service, preferring days without exceptions (a holiday at the calendar's end is no typical day).
    /// `None` where no such day exists; `has_service` says whether trips run on a date.
    #[must_use]
    pub fn day_for(&self, asked: Date, has_service: impl Fn(Date) -> bool) -> Option<ServiceDate> {
        let (first, last) = self.span()?;
        if (first..=last).contains(&asked) {
            return Some(ServiceDate { asked, used: asked });
        }
        let (edge, step) = if asked < first {
            (first, 1)
        } else {
            (last, -1)
        };
        let weekday = asked.weekday();
        let near = (0..=LONGEST_SEARCH_DAYS)
            .filter_map(|days| edge.checked_add((days * step).days()).ok())
            .filter(|date| (first..=last).contains(date) && date.weekday() == weekday);
        let mut fallback = None;
        for used in near.filter(|date| has_service(*date)) {
            if !self.exceptions.contains_key(&used) {
                return Some(ServiceDate { asked, used });
            }
            fallback = fallback.or(Some(ServiceDate { asked, used }));
        }
        fallback
    }

    /// The date with service nearest to a date of the calendar, the earlier of two.
    #[must_use]
    pub fn nearest_service(&self, date: Date, has_service: impl Fn(Date) -> bool) -> Option<Date> {
        let (first, last) = self.span()?;
        let date = date.clamp(first, last);
        (0..=LONGEST_SEARCH_DAYS)
            .flat_map(|days| [-days, days])
            .filter_map(|days| date.checked_add(days.days()).ok())
            .find(|near| (first..=last).contains(near) && has_service(*near))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(week: &str, dates: &str) -> Calendar {
        let week = format!(
            "service_id,start_date,end_date,monday,tuesday,wednesday,thursday,friday,saturday,sunday\n{week}"
        );
        let dates = format!("service_id,date,exception_type\n{dates}");
        let files = [
            ("calendar.txt", week.as_bytes()),
            ("calendar_dates.txt", dates.as_bytes()),
        ];
        let mut findings = Findings::default();
        let (calendar, _) = read(&Archive::of_files("feed", &files), &mut findings);
        findings.close().unwrap();
        calendar
    }

    fn july(day: i8) -> Date {
        Date::constant(2026, 7, day)
    }

    #[test]
    fn exceptions_add_and_remove() {
        // 14 July 2026 is a Tuesday.
        let found = calendar(
            "W,20260701,20260731,1,1,1,1,1,0,0\nS,20260701,20260731,0,0,0,0,0,1,1\n",
            "W,20260714,2\nS,20260714,1\n",
        );
        assert_eq!(found.running(july(13)), [true, false]);
        assert_eq!(found.running(july(14)), [false, true]);
        assert_eq!(found.running(july(18)), [false, true]);
        assert_eq!(found.running(Date::constant(2026, 8, 3)), [false, false]);
    }

    #[test]
    fn beyond_the_calendar_the_matching_weekday_repeats() {
        let found = calendar("W,20260701,20260731,1,1,1,1,1,0,0\n", "W,20260728,2\n");
        let runs = |date: Date| found.running(date)[0];
        let used = |date: Date| found.day_for(date, runs).map(|day| day.used);
        assert_eq!(used(july(14)), Some(july(14)));
        // Tuesdays: the last one, the 28th, is an exception without service.
        assert_eq!(used(Date::constant(2030, 1, 1)), Some(july(21)));
        assert_eq!(used(Date::constant(2026, 6, 30)), Some(july(7)));
        assert_eq!(used(Date::constant(2026, 8, 2)), None);
    }

    #[test]
    fn a_calendar_of_dates_alone_has_a_span() {
        let found = calendar("", "D,20260714,1\nD,20260716,1\n");
        assert_eq!(found.span(), Some((july(14), july(16))));
        let runs = |date: Date| found.running(date)[0];
        let day = found.day_for(Date::constant(2026, 7, 21), runs);
        assert_eq!(day.map(|day| day.used), Some(july(14)));
        assert_eq!(found.nearest_service(july(15), runs), Some(july(14)));
    }
}
