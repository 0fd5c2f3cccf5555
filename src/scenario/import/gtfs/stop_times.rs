//! Reads stop_times.txt: the calls of every trip, in order, with all times known.
//!
//! Blank times are filled by `interpolate`. Service on demand (windows and areas instead of times and stops) is left out.

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::FeedCall;
use crate::scenario::import::gtfs::feed::FeedStop;
use crate::scenario::import::gtfs::feed::FeedTrip;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::interpolate;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::place::PLATFORM;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::Row;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::import::gtfs::time;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean;

const COLUMNS: &Columns = &[
    ("trip_id", true),
    ("arrival_time", true),
    ("departure_time", true),
    ("stop_id", true),
    ("stop_sequence", true),
    ("pickup_type", false),
    ("drop_off_type", false),
    ("shape_dist_traveled", false),
    ("location_id", false),
    ("location_group_id", false),
    ("start_pickup_drop_off_window", false),
    ("timepoint", false),
];
const TRIP: usize = 0;
const ARRIVAL: usize = 1;
const DEPARTURE: usize = 2;
const STOP: usize = 3;
const SEQUENCE: usize = 4;
const PICKUP: usize = 5;
const DROP_OFF: usize = 6;
const DISTANCE: usize = 7;
const TIMEPOINT: usize = 11;
/// The columns that only service on demand has.
const ON_DEMAND: [usize; 3] = [8, 9, 10];

/// A row as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimedStop {
    pub trip: u32,
    pub sequence: u32,
    pub line: usize,
    pub stop: u32,
    pub arrival_s: Option<i32>,
    pub departure_s: Option<i32>,
    /// Along the trip, in the feed's own unit; NaN where blank.
    pub distance: f64,
    pub pickup: u8,
    pub drop_off: u8,
    /// What the feed says of it, if anything.
    pub timepoint: Option<bool>,
}

/// Reads the calls, trip after trip, and tells each trip where its own are.
pub(super) fn read(
    archive: &Archive,
    stops: &[FeedStop],
    stop_ids: &Ids,
    trips: &mut [FeedTrip],
    trip_ids: &Ids,
    findings: &mut Findings,
) -> Vec<FeedCall> {
    let mut rows: Vec<TimedStop> = Vec::new();
    // Rows of a trip mostly stand together.
    let mut last: (Vec<u8>, Option<u32>) = (Vec::new(), None);
    each_row(
        archive,
        "stop_times.txt",
        Presence::Required,
        COLUMNS,
        findings,
        |row, findings| {
            let id = row.bytes(TRIP);
            if last.1.is_none() || last.0 != id {
                last = (id.to_vec(), trip_ids.get(id).copied());
            }
            let Some(trip) = last.1 else {
                if trip_ids.is_empty() {
                    return;
                }
                let message = format!("trip `{}` is not in trips.txt", row.text(TRIP));
                findings.problem(row.problem(TRIP, message));
                return;
            };
            if ON_DEMAND.iter().any(|&column| !row.is_blank(column)) {
                trips[trip as usize].is_flexible = true;
                return;
            }
            rows.extend(timed_stop(row, trip, stops, stop_ids, findings));
        },
    );
    rows.sort_by_key(|row| (row.trip, row.sequence, row.line));
    let path = archive.path_of("stop_times.txt");
    let mut calls: Vec<FeedCall> = Vec::with_capacity(rows.len());
    for rows in rows.chunk_by_mut(|a, b| a.trip == b.trip) {
        let trip = &mut trips[rows[0].trip as usize];
        let first = calls.len() as u32;
        let place = |line: usize, field: &str, message: String| {
            Problem::new(&path, message).at(Some(line)).field(field)
        };
        for pair in rows.windows(2) {
            if pair[0].sequence == pair[1].sequence {
                let message = format!(
                    "trip `{}` has {} twice, first on line {}",
                    trip.id, pair[0].sequence, pair[0].line
                );
                findings.problem(place(pair[1].line, "stop_sequence", message));
            }
        }
        if trip.is_flexible {
            continue;
        }
        // Before blank times are filled: where some are blank, those given are the ones that are kept.
        let some_blank = rows.iter().any(is_blank);
        for row in rows.iter_mut() {
            let given = some_blank && !is_blank(row);
            row.timepoint = Some(row.timepoint.unwrap_or(given));
        }
        if let Err(line) = interpolate::fill(rows, stops) {
            let message = format!("trip `{}` has no time at its first or last stop", trip.id);
            findings.problem(
                place(line, "arrival_time", message).help("only times between can be left blank"),
            );
            continue;
        }
        for row in rows.iter() {
            let times = (
                row.arrival_s.or(row.departure_s),
                row.departure_s.or(row.arrival_s),
            );
            if let (Some(arrival_s), Some(departure_s)) = times {
                calls.push(FeedCall {
                    stop: row.stop,
                    arrival_s,
                    departure_s,
                    pickup: row.pickup,
                    drop_off: row.drop_off,
                    is_timepoint: row.timepoint == Some(true),
                });
            }
        }
        let own = &calls[first as usize..];
        let mut before_s = i32::MIN;
        for (call, row) in own.iter().zip(rows.iter()) {
            let (field, message) = if call.departure_s < call.arrival_s {
                let message = "leaves before it arrives";
                ("departure_time", format!("trip `{}` {message}", trip.id))
            } else if call.arrival_s < before_s {
                let message = "arrives before it left the stop before";
                ("arrival_time", format!("trip `{}` {message}", trip.id))
            } else {
                before_s = call.departure_s;
                continue;
            };
            findings
                .problem(place(row.line, field, message).help(
                    "times after midnight go on past 24:00:00; is the order of stops right?",
                ));
            before_s = call.departure_s.max(call.arrival_s);
        }
        trip.calls = first..calls.len() as u32;
    }
    lonely(archive, trips, findings);
    calls
}

/// Notes the trips that carry nobody.
fn lonely(archive: &Archive, trips: &[FeedTrip], findings: &mut Findings) {
    for trip in trips.iter().filter(|trip| trip.calls.len() < 2) {
        let (kind, message) = if trip.is_flexible {
            ("trips on demand", "runs on demand and is left out")
        } else {
            (
                "trips without stops",
                "has fewer than two stops and is left out",
            )
        };
        let message = format!("trip `{}` {message}", trip.id);
        let notice = Problem::new(archive.path_of("trips.txt"), message);
        findings.notice(kind, notice.at(Some(trip.line)));
    }
}

fn timed_stop(
    row: &Row,
    trip: u32,
    stops: &[FeedStop],
    stop_ids: &Ids,
    findings: &mut Findings,
) -> Option<TimedStop> {
    let stop = stop_ids.get(row.bytes(STOP)).copied();
    match stop {
        None if stop_ids.is_empty() => {}
        None => {
            let wrong = row.text(STOP);
            let message = format!("stop `{wrong}` is not in stops.txt");
            let help = did_you_mean(&wrong, stops.iter().map(|stop| stop.id.as_str()));
            findings.problem(row.problem(STOP, message).maybe_help(help));
        }
        Some(number) if stops[number as usize].kind != PLATFORM => {
            let message = format!(
                "`{}` is a station or entrance: taken as a stop",
                row.text(STOP)
            );
            findings.notice("calls at no platform", row.problem(STOP, message));
        }
        Some(_) => {}
    }
    let arrival_s = time_at(row, ARRIVAL, findings);
    let departure_s = time_at(row, DEPARTURE, findings);
    let distance = match row.bytes(DISTANCE) {
        b"" => f64::NAN,
        text => {
            let number = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok());
            number.unwrap_or_else(|| {
                let message = format!("`{}` is not a number: not used", row.text(DISTANCE));
                findings.notice("wrong distances", row.problem(DISTANCE, message));
                f64::NAN
            })
        }
    };
    if row.is_blank(SEQUENCE) {
        findings.problem(row.problem(SEQUENCE, "is blank"));
    }
    Some(TimedStop {
        trip,
        sequence: row.whole(SEQUENCE, findings)?,
        line: row.line,
        stop: stop?,
        arrival_s,
        departure_s,
        distance,
        pickup: row.code(PICKUP, 3, findings),
        drop_off: row.code(DROP_OFF, 3, findings),
        timepoint: match row.bytes(TIMEPOINT) {
            b"1" => Some(true),
            b"0" => Some(false),
            _ => None,
        },
    })
}

fn is_blank(row: &TimedStop) -> bool {
    row.arrival_s.is_none() && row.departure_s.is_none()
}

/// A time; blank is `None`, and so is what is noted as a problem.
fn time_at(row: &Row, column: usize, findings: &mut Findings) -> Option<i32> {
    if row.is_blank(column) {
        return None;
    }
    let time = time::seconds(row.bytes(column));
    if time.is_none() {
        let message = format!("`{}` is no time", row.text(column));
        findings.problem(
            row.problem(column, message)
                .help("times are written HH:MM:SS and may pass 24:00:00"),
        );
    }
    time
}
