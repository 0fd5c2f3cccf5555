//! Reads transfers.txt: how long changing takes, and where it cannot be done.
//!
//! Rules for single routes or trips, and for staying aboard (types 4 and 5), are counted and not used.

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::FeedTransfer;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::each_row;
use crate::solvers::journey::timetable::TransferRule;

const COLUMNS: &Columns = &[
    ("from_stop_id", true),
    ("to_stop_id", true),
    ("transfer_type", false),
    ("min_transfer_time", false),
    ("from_route_id", false),
    ("to_route_id", false),
    ("from_trip_id", false),
    ("to_trip_id", false),
];

/// Longest change that is believed, seconds: a day.
const LONGEST_S: u32 = 86_400;

/// Reads the rules for stops and stations.
pub(super) fn read(archive: &Archive, stops: &Ids, findings: &mut Findings) -> Vec<FeedTransfer> {
    let mut transfers = Vec::new();
    each_row(
        archive,
        "transfers.txt",
        Presence::Optional,
        COLUMNS,
        findings,
        |row, findings| {
            let kind = row.code(2, 5, findings);
            if kind > 3 || (4..8).any(|column| !row.is_blank(column)) {
                let message = "a rule for single routes or trips is not used";
                findings.notice("rules for routes or trips", row.problem(2, message));
                return;
            }
            let mut stop_at = |column: usize| {
                let number = stops.get(row.bytes(column)).copied();
                if number.is_none() {
                    let message = format!(
                        "stop `{}` is not in stops.txt: the rule is not used",
                        row.text(column)
                    );
                    findings.notice("rules for unknown stops", row.problem(column, message));
                }
                number
            };
            let (Some(from), Some(to)) = (stop_at(0), stop_at(1)) else {
                return;
            };
            let rule = match kind {
                3 => TransferRule::Forbidden,
                2 => {
                    let seconds = row.whole::<u32>(3, findings).unwrap_or(0);
                    TransferRule::Takes(seconds.min(LONGEST_S))
                }
                _ => TransferRule::Walk,
            };
            transfers.push(FeedTransfer { from, to, rule });
        },
    );
    transfers
}
