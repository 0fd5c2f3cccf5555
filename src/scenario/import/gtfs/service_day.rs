//! One day of a feed as a timetable: the trips that run, headways written out, and what still runs from the night before.
//!
//! Stops, routes, blocks and shapes keep the feed's numbers, and each trip names its row of the feed. It does not know
//! clock changes: times count from the service day's own midnight (noon less twelve hours), as the feed's do.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::scenario::import::gtfs::calendar::ServiceDate;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::feed::FeedTrip;
use crate::scenario::import::gtfs::place::PLATFORM;
use crate::scenario::import::gtfs::place::STATION;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::solvers::journey::timetable::Call;
use crate::solvers::journey::timetable::DAY_S;
use crate::solvers::journey::timetable::Stop;
use crate::solvers::journey::timetable::Timetable;
use crate::solvers::journey::timetable::Transfer;
use crate::solvers::journey::timetable::Trip;

/// Every row of trips.txt that the date calls for, accounted for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TripCount {
    /// Rows whose service runs on the date.
    pub rows: usize,
    /// Of these, rows left out: on demand, or with fewer than two stops.
    pub left_out: usize,
    /// Of these, rows that stand for several runs by their headways.
    pub by_headway: usize,
    /// Runs of the timetable that begin on the date.
    pub runs: usize,
    /// Runs of the service day before that go on past midnight.
    pub from_day_before: usize,
}

/// One service day.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceDay {
    /// The date, and the day of the calendar that stands for it.
    pub date: ServiceDate,
    /// Stops are rows of [`Feed::stops`], trips name theirs in [`Feed::trips`].
    pub timetable: Timetable,
    /// The trips, accounted for.
    pub count: TripCount,
    /// What was taken in its own way.
    pub notices: Vec<Problem>,
}

impl Feed {
    /// The timetable of a date. Beyond the calendar the nearest matching weekday stands in, with a notice.
    ///
    /// # Errors
    /// When no trip runs on the date.
    pub fn service_day(&self, date: Date) -> Result<ServiceDay, Problems> {
        let mut has_trips = vec![false; self.calendar.services.len()];
        for trip in self.trips.iter().filter(|trip| is_usable(trip)) {
            if let Some(service) = trip.service {
                has_trips[service as usize] = true;
            }
        }
        let has_service = |date: Date| {
            let running = self.calendar.running(date);
            running
                .iter()
                .zip(&has_trips)
                .any(|(runs, has)| *runs && *has)
        };
        let day = self.calendar.day_for(date, has_service);
        let Some(day) = day.filter(|day| has_service(day.used)) else {
            return Err(self.no_service(date, has_service).into());
        };
        let mut notices = Vec::new();
        if day.used != day.asked {
            notices.push(self.stands_in(day));
        }
        let mut built = Builder {
            feed: self,
            trips: Vec::new(),
            calls: Vec::new(),
            is_eve: false,
        };
        let running = self.calendar.running(day.used);
        let mut count = TripCount::default();
        for (row, trip) in self.running_trips(&running) {
            count.rows += 1;
            count.left_out += usize::from(!is_usable(trip));
            count.by_headway += usize::from(!trip.frequencies.is_empty());
            built.run(row, trip);
        }
        count.runs = built.trips.len();
        let eve = date.checked_sub(1.day()).ok();
        if let Some(eve) = eve.and_then(|eve| self.calendar.day_for(eve, has_service)) {
            built.is_eve = true;
            let running = self.calendar.running(eve.used);
            for (row, trip) in self.running_trips(&running) {
                built.run(row, trip);
            }
        }
        count.from_day_before = built.trips.len() - count.runs;
        let stops = self.timetable_stops();
        let transfers = self.timetable_transfers(&stops);
        let timetable = Timetable::new(stops, built.trips, built.calls, transfers)
            .map_err(|error| Problem::new(&self.name, error.to_string()))?;
        Ok(ServiceDay {
            date: day,
            timetable,
            count,
            notices,
        })
    }

    fn running_trips<'a>(
        &'a self,
        running: &'a [bool],
    ) -> impl Iterator<Item = (u32, &'a FeedTrip)> {
        let runs = |trip: &FeedTrip| {
            trip.service
                .is_some_and(|service| running[service as usize])
        };
        (0_u32..)
            .zip(&self.trips)
            .filter(move |(_, trip)| runs(trip))
    }

    /// All places; those that are no stops of vehicles lie nowhere, so that nobody walks to them.
    fn timetable_stops(&self) -> Vec<Stop> {
        let mut is_called = vec![false; self.stops.len()];
        for call in &self.calls {
            is_called[call.stop as usize] = true;
        }
        let stops = self.stops.iter().zip(is_called);
        stops
            .map(|(stop, is_called)| {
                let is_stop = is_called || stop.kind == PLATFORM;
                let place = |degrees: f64| if is_stop { degrees } else { f64::NAN };
                let parent = stop
                    .parent
                    .filter(|parent| is_stop && self.stops[*parent as usize].kind == STATION);
                Stop {
                    latitude_deg: place(stop.latitude_deg),
                    longitude_deg: place(stop.longitude_deg),
                    station: parent,
                }
            })
            .collect()
    }

    /// Rules between stations hold between all their stops, unless the stops have rules of their own. A rule for a station
    /// with itself holds between its stops and within each.
    fn timetable_transfers(&self, stops: &[Stop]) -> Vec<Transfer> {
        let members = |place: u32| -> Vec<u32> {
            if self.stops[place as usize].kind == STATION {
                self.platforms_of(place, stops)
            } else {
                vec![place]
            }
        };
        // How many of the two ends are stations: the less, the nearer the rule; then the earlier row.
        let mut rules: Vec<(u32, u32, u8, usize)> = Vec::new();
        for (row, transfer) in self.transfers.iter().enumerate() {
            let is_station = |place: u32| u8::from(self.stops[place as usize].kind == STATION);
            let generality = is_station(transfer.from) + is_station(transfer.to);
            for from in members(transfer.from) {
                for to in members(transfer.to) {
                    rules.push((from, to, generality, row));
                }
            }
        }
        rules.sort_unstable();
        rules.dedup_by_key(|rule| (rule.0, rule.1));
        let transfer = |(from, to, _, row): (u32, u32, u8, usize)| Transfer {
            from,
            to,
            rule: self.transfers[row].rule,
        };
        rules.into_iter().map(transfer).collect()
    }

    /// The stops of vehicles that belong to a station.
    fn platforms_of(&self, station: u32, stops: &[Stop]) -> Vec<u32> {
        let belongs =
            |(number, stop): (u32, &Stop)| (stop.station == Some(station)).then_some(number);
        (0_u32..).zip(stops).filter_map(belongs).collect()
    }

    fn stands_in(&self, day: ServiceDate) -> Problem {
        Problem::new(
            &self.name,
            format!(
                "{} is beyond the feed's calendar ({}): the timetable of {} stands in for it",
                spelled(day.asked),
                self.spelled_span(),
                spelled(day.used)
            ),
        )
    }

    fn spelled_span(&self) -> String {
        self.calendar
            .span()
            .map_or_else(|| "empty".to_owned(), |(a, b)| format!("{a} to {b}"))
    }

    fn no_service(&self, date: Date, has_service: impl Fn(Date) -> bool) -> Problem {
        let message = match self.calendar.span() {
            Some((first, last)) if (first..=last).contains(&date) => {
                format!("no trips run on {}", spelled(date))
            }
            _ => format!(
                "no trips run on {}, nor on that weekday in the feed's calendar ({})",
                spelled(date),
                self.spelled_span()
            ),
        };
        let nearest = self.calendar.nearest_service(date, has_service);
        Problem::new(&self.name, message).help(nearest.map_or_else(
            || "no trip of the feed runs on any day".to_owned(),
            |date| format!("the nearest date with service is {}", spelled(date)),
        ))
    }
}

/// A date with its weekday.
fn spelled(date: Date) -> String {
    format!("{:?} {date}", date.weekday())
}

/// Whether a trip can carry anyone.
fn is_usable(trip: &FeedTrip) -> bool {
    trip.calls.len() >= 2
}

/// Trips and calls as they are made.
struct Builder<'a> {
    feed: &'a Feed,
    trips: Vec<Trip>,
    calls: Vec<Call>,
    /// Whether the trips are those of the day before, a day earlier.
    is_eve: bool,
}

impl Builder<'_> {
    /// Adds the runs of a row; of the day before only what still runs after midnight.
    fn run(&mut self, row: u32, trip: &FeedTrip) {
        let shift_s = if self.is_eve { -DAY_S } else { 0 };
        if !is_usable(trip) {
            return;
        }
        if trip.frequencies.is_empty() {
            self.add(row, trip, shift_s, None);
        }
        let starts_s = self.feed.calls_of(trip)[0].departure_s;
        for frequency in &trip.frequencies {
            let headway_s = (!frequency.is_exact).then_some(frequency.headway_s);
            let step = usize::try_from(frequency.headway_s).unwrap_or(usize::MAX);
            for start_s in (frequency.start_s..frequency.end_s).step_by(step) {
                self.add(row, trip, shift_s + start_s - starts_s, headway_s);
            }
        }
    }

    fn add(&mut self, row: u32, trip: &FeedTrip, shift_s: i32, headway_s: Option<u32>) {
        let calls = self.feed.calls_of(trip);
        let ends_s = calls.last().map_or(0, |call| call.arrival_s) + shift_s;
        if self.is_eve && ends_s <= 0 {
            return;
        }
        let first = self.calls.len() as u32;
        self.calls.extend(calls.iter().map(|call| Call {
            stop: call.stop,
            arrival_s: call.arrival_s + shift_s,
            departure_s: call.departure_s + shift_s,
            // 2 and 3 are service on request: it can be had.
            boarding: call.pickup != 1,
            alighting: call.drop_off != 1,
        }));
        self.trips.push(Trip {
            calls: (first, self.calls.len() as u32),
            source: row,
            route: trip.route,
            direction: trip.direction,
            block: trip.block,
            shape: trip.shape,
            pattern: 0,
            from_day_before: self.is_eve,
            headway_s,
        });
    }
}
