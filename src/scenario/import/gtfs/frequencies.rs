//! Reads frequencies.txt: trips that run again and again at a headway.

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::FeedTrip;
use crate::scenario::import::gtfs::feed::Frequency;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::import::gtfs::time;
use crate::scenario::problem::Problem;

const COLUMNS: &Columns = &[
    ("trip_id", true),
    ("start_time", true),
    ("end_time", true),
    ("headway_secs", true),
    ("exact_times", false),
];

/// Calls that one feed's headways may stand for: fifty times Sao Paulo's, a gigabyte; more is a wrong headway.
const MOST_CALLS: i64 = 50_000_000;

/// Reads the headways into their trips.
pub(super) fn read(archive: &Archive, trips: &mut [FeedTrip], ids: &Ids, findings: &mut Findings) {
    let mut calls = 0_i64;
    each_row(
        archive,
        "frequencies.txt",
        Presence::Optional,
        COLUMNS,
        findings,
        |row, findings| {
            let Some(&trip) = ids.get(row.bytes(0)) else {
                let message = format!("trip `{}` is not in trips.txt", row.text(0));
                findings.problem(row.problem(0, message));
                return;
            };
            let mut time_at = |column: usize| {
                let time = time::seconds(row.bytes(column));
                if time.is_none() {
                    let message = format!("`{}` is no time", row.text(column));
                    findings.problem(
                        row.problem(column, message)
                            .help("times are written HH:MM:SS and may pass 24:00:00"),
                    );
                }
                time
            };
            let (start, end) = (time_at(1), time_at(2));
            let headway = row.whole::<u32>(3, findings);
            if row.is_blank(3) || headway == Some(0) {
                findings.problem(row.problem(3, "must be a positive number of seconds"));
            }
            let (Some(start_s), Some(end_s), Some(headway_s @ 1..)) = (start, end, headway) else {
                return;
            };
            if end_s <= start_s {
                let message = "is not after start_time: nothing runs";
                findings.notice("headways that never run", row.problem(2, message));
            }
            let runs = i64::from((end_s - start_s).max(0)) / i64::from(headway_s) + 1;
            calls += runs * trips[trip as usize].calls.len() as i64;
            let is_exact = row.code(4, 1, findings) == 1;
            let frequencies = &mut trips[trip as usize].frequencies;
            let overlaps = |other: &Frequency| start_s < other.end_s && other.start_s < end_s;
            if frequencies.iter().any(overlaps) {
                let message = "overlaps another headway of the trip: both run";
                findings.notice("overlapping headways", row.problem(1, message));
            }
            if calls <= MOST_CALLS {
                frequencies.push(Frequency {
                    start_s,
                    end_s,
                    headway_s,
                    is_exact,
                });
            }
        },
    );
    if calls > MOST_CALLS {
        let message = format!("its headways make {calls} calls at stops, more than any city has");
        findings.problem(
            Problem::new(archive.path_of("frequencies.txt"), message)
                .help("headway_secs is in seconds"),
        );
    }
}
