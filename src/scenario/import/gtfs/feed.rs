//! A whole feed, checked, as plain data: what it says of all its days.
//!
//! It holds no fares and no real-time data, and no timetable of a day: `service_day` makes that.

use std::ops::Range;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::calendar;
use crate::scenario::import::gtfs::calendar::Calendar;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::frequencies;
use crate::scenario::import::gtfs::mode::Mode;
use crate::scenario::import::gtfs::place;
use crate::scenario::import::gtfs::routes;
use crate::scenario::import::gtfs::shapes;
use crate::scenario::import::gtfs::stop_times;
use crate::scenario::import::gtfs::transfers;
use crate::scenario::import::gtfs::trips;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::solvers::journey::timetable::TransferRule;

/// A row of agency.txt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agency {
    /// Its id; may be blank where there is one agency.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Time zone of its times, as the tz database names it.
    pub time_zone: String,
}

/// A row of stops.txt: a stop, a station, an entrance or another place.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedStop {
    /// Its id.
    pub id: String,
    /// Its name; its id where that is blank.
    pub name: String,
    /// Latitude, degrees; NaN where blank.
    pub latitude_deg: f64,
    /// Longitude, degrees; NaN where blank.
    pub longitude_deg: f64,
    /// `location_type`: 0 stop, 1 station, 2 entrance, 3 node, 4 boarding area.
    pub kind: u8,
    /// The row it belongs to.
    pub parent: Option<u32>,
    /// Line of the file.
    pub line: usize,
}

/// A row of routes.txt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its id.
    pub id: String,
    /// What is written on the vehicle.
    pub short_name: String,
    /// Its full name.
    pub long_name: String,
    /// What runs on it.
    pub mode: Mode,
    /// Its agency, where it names a known one.
    pub agency: Option<u32>,
    /// Red, green, blue.
    pub color: Option<[u8; 3]>,
}

/// A headway of a trip (a row of frequencies.txt).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// First departure from the first stop, seconds of the service day.
    pub start_s: i32,
    /// No departure at or after this time.
    pub end_s: i32,
    /// Seconds between departures; positive.
    pub headway_s: u32,
    /// Whether the departures are a timetable (`exact_times` 1) rather than a mean headway.
    pub is_exact: bool,
}

/// A row of trips.txt with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedTrip {
    /// Its id.
    pub id: String,
    /// Where it says it goes.
    pub headsign: String,
    /// Its route.
    pub route: u32,
    /// The service it runs with; none if no calendar knows it.
    pub service: Option<u32>,
    /// Direction of the route, 0 or 1.
    pub direction: u8,
    /// Its block.
    pub block: Option<u32>,
    /// Its shape.
    pub shape: Option<u32>,
    /// Its calls in [`Feed::calls`].
    pub calls: Range<u32>,
    /// Its headways; without any it runs once, at its own times.
    pub frequencies: Vec<Frequency>,
    /// Whether it serves areas on demand; then it is left out.
    pub is_flexible: bool,
    /// Line of the file.
    pub line: usize,
}

/// A call of a trip, its times known or filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedCall {
    /// The stop.
    pub stop: u32,
    /// Arrival, seconds of the service day.
    pub arrival_s: i32,
    /// Departure.
    pub departure_s: i32,
    /// `pickup_type`: 0 regular, 1 none, 2 by telephone, 3 by asking the driver.
    pub pickup: u8,
    /// `drop_off_type`, likewise.
    pub drop_off: u8,
    /// Whether a vehicle waits for its time there: `timepoint` 1, or where the feed does not say, a time given among
    /// blank ones.
    pub is_timepoint: bool,
}

/// A path on the ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Its id.
    pub id: String,
    /// Latitude and longitude of its points in order, degrees; none if the feed has it not.
    pub points_deg: Vec<[f64; 2]>,
}

/// A rule for changing between two stops or stations, or within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedTransfer {
    /// Where one gets off.
    pub from: u32,
    /// Where one gets on.
    pub to: u32,
    /// What holds.
    pub rule: TransferRule,
}

/// A feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    /// As the user named it.
    pub name: String,
    /// The agencies.
    pub agencies: Vec<Agency>,
    /// All places of stops.txt.
    pub stops: Vec<FeedStop>,
    /// The routes.
    pub routes: Vec<Route>,
    /// Which services run when.
    pub calendar: Calendar,
    /// The trips.
    pub trips: Vec<FeedTrip>,
    /// Calls, trip after trip.
    pub calls: Vec<FeedCall>,
    /// Ids of the blocks.
    pub blocks: Vec<String>,
    /// The shapes that trips name.
    pub shapes: Vec<Shape>,
    /// Rules for changing.
    pub transfers: Vec<FeedTransfer>,
    /// What the timetable does without, or takes in its own way.
    pub notices: Vec<Problem>,
}

impl Feed {
    /// Reads the files of a feed.
    ///
    /// # Errors
    /// Every problem that would make its timetables wrong, each with file and line.
    pub fn of(archive: &Archive) -> Result<Self, Problems> {
        let findings = &mut Findings::default();
        let agencies = routes::agencies(archive, findings);
        let (stops, stop_ids) = place::read(archive, findings);
        let (routes, route_ids) = routes::routes(archive, &agencies, findings);
        let (calendar, service_ids) = calendar::read(archive, findings);
        let mut read = trips::read(archive, &route_ids, &service_ids, findings);
        let calls = stop_times::read(
            archive,
            &stops,
            &stop_ids,
            &mut read.trips,
            &read.ids,
            findings,
        );
        frequencies::read(archive, &mut read.trips, &read.ids, findings);
        let shapes = shapes::read(archive, &read.shape_ids, findings);
        let transfers = transfers::read(archive, &stop_ids, findings);
        let notices = std::mem::take(findings).close()?;
        Ok(Self {
            name: archive.name.clone(),
            agencies,
            stops,
            routes,
            calendar,
            trips: read.trips,
            calls,
            blocks: read.blocks,
            shapes,
            transfers,
            notices,
        })
    }

    /// The calls of a trip.
    #[must_use]
    pub fn calls_of(&self, trip: &FeedTrip) -> &[FeedCall] {
        &self.calls[trip.calls.start as usize..trip.calls.end as usize]
    }

    /// The time zone of the feed's times; empty where it says none.
    #[must_use]
    pub fn time_zone(&self) -> &str {
        let first = self.agencies.first();
        first.map_or("", |agency| agency.time_zone.as_str())
    }
}
