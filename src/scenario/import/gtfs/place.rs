//! Reads stops.txt: stops, the stations they belong to, and where they are.

use std::collections::BTreeMap;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::FeedStop;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::Row;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::problem::did_you_mean;

const COLUMNS: &Columns = &[
    ("stop_id", true),
    ("stop_name", false),
    ("stop_lat", true),
    ("stop_lon", true),
    ("location_type", false),
    ("parent_station", false),
    ("stop_timezone", false),
];
const ID: usize = 0;
const NAME: usize = 1;
const LATITUDE: usize = 2;
const LONGITUDE: usize = 3;
const TYPE: usize = 4;
const PARENT: usize = 5;
const TIME_ZONE: usize = 6;

/// `location_type` of a stop or platform.
pub(super) const PLATFORM: u8 = 0;
/// `location_type` of a station.
pub(super) const STATION: u8 = 1;

/// Numbers by id.
pub(super) type Ids = BTreeMap<Box<[u8]>, u32>;

/// Reads the stops and their numbers by id.
pub(super) fn read(archive: &Archive, findings: &mut Findings) -> (Vec<FeedStop>, Ids) {
    let mut stops: Vec<FeedStop> = Vec::new();
    let mut ids = Ids::new();
    // Line, column and text of each parent, looked up when all stops are known.
    let mut parents: Vec<(usize, String, crate::scenario::problem::Problem)> = Vec::new();
    each_row(
        archive,
        "stops.txt",
        Presence::Required,
        COLUMNS,
        findings,
        |row, findings| {
            let Some(id) = row.required(ID, findings) else {
                return;
            };
            let number = stops.len() as u32;
            if let Some(first) = ids.insert(row.bytes(ID).into(), number) {
                let first = stops[first as usize].line;
                let message = format!("duplicate id `{id}`, first on line {first}");
                findings.problem(row.problem(ID, message));
            }
            let kind = row.code(TYPE, 4, findings);
            let latitude = degrees(row, LATITUDE, 90.0, kind, findings);
            let longitude = degrees(row, LONGITUDE, 180.0, kind, findings);
            if (latitude, longitude) == (Some(0.0), Some(0.0)) {
                let message = "lies at latitude 0, longitude 0, in the Gulf of Guinea";
                findings.notice("stops at 0, 0", row.problem(LATITUDE, message));
            }
            if !row.is_blank(TIME_ZONE) {
                let message = "stop_timezone is not used: times are the agency's";
                findings.notice("stops with a time zone", row.problem(TIME_ZONE, message));
            }
            if !row.is_blank(PARENT) {
                let parent = row.text(PARENT).into_owned();
                let message = format!("station `{parent}` is not in this file");
                parents.push((stops.len(), parent, row.problem(PARENT, message)));
            }
            stops.push(FeedStop {
                id: id.clone().into_owned(),
                name: match row.text(NAME) {
                    name if name.is_empty() => id.into_owned(),
                    name => name.into_owned(),
                },
                latitude_deg: latitude.unwrap_or(f64::NAN),
                longitude_deg: longitude.unwrap_or(f64::NAN),
                kind,
                parent: None,
                line: row.line,
            });
        },
    );
    for (stop, parent, problem) in parents {
        match ids.get(parent.as_bytes()) {
            Some(number) => stops[stop].parent = Some(*number),
            None => {
                let known = stops.iter().filter(|stop| stop.kind == STATION);
                let help = did_you_mean(&parent, known.map(|stop| stop.id.as_str()));
                findings.notice("unknown parent stations", problem.maybe_help(help));
            }
        }
    }
    (stops, ids)
}

/// A coordinate, which entrances and nodes inside a station may lack.
fn degrees(row: &Row, column: usize, most: f64, kind: u8, findings: &mut Findings) -> Option<f64> {
    if row.is_blank(column) {
        if matches!(kind, PLATFORM | STATION) {
            let message = "is blank: nobody can walk to or from here";
            findings.notice("stops without a place", row.problem(column, message));
        }
        return None;
    }
    let value = row.number(column, findings)?;
    if value.abs() > most {
        let message = format!("{value} is not within -{most} to {most} degrees");
        findings.problem(row.problem(column, message));
        return None;
    }
    Some(value)
}
