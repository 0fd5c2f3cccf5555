//! Reads trips.txt: which route, service, block and shape each trip belongs to.

use std::collections::BTreeMap;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::FeedTrip;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::problem::did_you_mean;

const COLUMNS: &Columns = &[
    ("route_id", true),
    ("service_id", true),
    ("trip_id", true),
    ("trip_headsign", false),
    ("direction_id", false),
    ("block_id", false),
    ("shape_id", false),
];
const ROUTE: usize = 0;
const SERVICE: usize = 1;
const ID: usize = 2;
const HEADSIGN: usize = 3;
const DIRECTION: usize = 4;
const BLOCK: usize = 5;
const SHAPE: usize = 6;

/// The trips, their numbers by id, and the ids of blocks and shapes in order of appearance.
#[derive(Debug, Default)]
pub(super) struct Trips {
    pub trips: Vec<FeedTrip>,
    pub ids: Ids,
    pub blocks: Vec<String>,
    pub shape_ids: Ids,
}

/// Reads the trips.
pub(super) fn read(
    archive: &Archive,
    routes: &Ids,
    services: &Ids,
    findings: &mut Findings,
) -> Trips {
    let mut found = Trips::default();
    let mut blocks: BTreeMap<Box<[u8]>, u32> = BTreeMap::new();
    let known = |ids: &Ids, wrong: &str| {
        let names: Vec<_> = ids.keys().map(|id| String::from_utf8_lossy(id)).collect();
        did_you_mean(wrong, names.iter().map(AsRef::as_ref))
    };
    each_row(
        archive,
        "trips.txt",
        Presence::Required,
        COLUMNS,
        findings,
        |row, findings| {
            let Some(id) = row.required(ID, findings) else {
                return;
            };
            let number = found.trips.len() as u32;
            if let Some(first) = found.ids.insert(row.bytes(ID).into(), number) {
                let first = found.trips[first as usize].line;
                let message = format!("duplicate id `{id}`, first on line {first}");
                findings.problem(row.problem(ID, message));
            }
            let route = routes.get(row.bytes(ROUTE)).copied();
            // Where the whole file is missing, that is told already.
            if route.is_none() && !routes.is_empty() {
                let wrong = row.text(ROUTE);
                let message = format!("route `{wrong}` is not in routes.txt");
                let help = known(routes, &wrong);
                findings.problem(row.problem(ROUTE, message).maybe_help(help));
            }
            let service = services.get(row.bytes(SERVICE)).copied();
            if service.is_none() {
                let wrong = row.text(SERVICE);
                let message = format!("service `{wrong}` is in no calendar: the trip never runs");
                let help = known(services, &wrong);
                let notice = row.problem(SERVICE, message).maybe_help(help);
                findings.notice("trips that never run", notice);
            }
            let block = (!row.is_blank(BLOCK)).then(|| {
                let next = found.blocks.len() as u32;
                *blocks.entry(row.bytes(BLOCK).into()).or_insert_with(|| {
                    found.blocks.push(row.text(BLOCK).into_owned());
                    next
                })
            });
            let shape = (!row.is_blank(SHAPE)).then(|| {
                let next = found.shape_ids.len() as u32;
                *found
                    .shape_ids
                    .entry(row.bytes(SHAPE).into())
                    .or_insert(next)
            });
            found.trips.push(FeedTrip {
                id: id.into_owned(),
                headsign: row.text(HEADSIGN).into_owned(),
                route: route.unwrap_or(0),
                service,
                direction: row.code(DIRECTION, 1, findings),
                block,
                shape,
                calls: 0..0,
                frequencies: Vec::new(),
                is_flexible: false,
                line: row.line,
            });
        },
    );
    found
}
