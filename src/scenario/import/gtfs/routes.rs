//! Reads agency.txt and routes.txt.

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::Agency;
use crate::scenario::import::gtfs::feed::Route;
use crate::scenario::import::gtfs::findings::Findings;
use crate::scenario::import::gtfs::mode::Mode;
use crate::scenario::import::gtfs::place::Ids;
use crate::scenario::import::gtfs::table::Columns;
use crate::scenario::import::gtfs::table::Presence;
use crate::scenario::import::gtfs::table::each_row;
use crate::scenario::problem::Problem;

const AGENCY_COLUMNS: &Columns = &[
    ("agency_id", false),
    ("agency_name", false),
    ("agency_timezone", false),
];
const ROUTE_COLUMNS: &Columns = &[
    ("route_id", true),
    ("agency_id", false),
    ("route_short_name", false),
    ("route_long_name", false),
    ("route_type", true),
    ("route_color", false),
];

/// Reads the agencies. Their time zone is noted: a feed has one, and its times are local to it.
pub(super) fn agencies(archive: &Archive, findings: &mut Findings) -> Vec<Agency> {
    let mut agencies: Vec<Agency> = Vec::new();
    each_row(
        archive,
        "agency.txt",
        Presence::Required,
        AGENCY_COLUMNS,
        findings,
        |row, findings| {
            let agency = Agency {
                id: row.text(0).into_owned(),
                name: row.text(1).into_owned(),
                time_zone: row.text(2).into_owned(),
            };
            if agency.time_zone.is_empty() {
                let message = "is blank: the feed's times are taken as local";
                findings.notice("agencies without a time zone", row.problem(2, message));
            }
            if let Some(first) = agencies.first()
                && first.time_zone != agency.time_zone
            {
                let message = format!(
                    "`{}` where the first agency has `{}`, which is taken for all",
                    agency.time_zone, first.time_zone
                );
                findings.notice("differing time zones", row.problem(2, message));
            }
            agencies.push(agency);
        },
    );
    agencies
}

/// Reads the routes and their numbers by id.
pub(super) fn routes(
    archive: &Archive,
    agencies: &[Agency],
    findings: &mut Findings,
) -> (Vec<Route>, Ids) {
    let mut routes: Vec<Route> = Vec::new();
    let mut ids = Ids::new();
    each_row(
        archive,
        "routes.txt",
        Presence::Required,
        ROUTE_COLUMNS,
        findings,
        |row, findings| {
            let Some(id) = row.required(0, findings) else {
                return;
            };
            if ids
                .insert(row.bytes(0).into(), routes.len() as u32)
                .is_some()
            {
                findings.problem(row.problem(0, format!("duplicate id `{id}`")));
            }
            let kind = row.whole::<u16>(4, findings);
            let mode = kind.and_then(Mode::of_route_type);
            if mode.is_none() {
                let message = format!("`{}` is no known route type: taken as other", row.text(4));
                findings.notice("unknown route types", row.problem(4, message));
            }
            let agency = row.text(1);
            let known = agencies.iter().position(|known| known.id == agency);
            routes.push(Route {
                id: id.into_owned(),
                short_name: row.text(2).into_owned(),
                long_name: row.text(3).into_owned(),
                mode: mode.unwrap_or(Mode::Other),
                agency: known.map(|agency| agency as u32),
                color: color(row.bytes(5)),
            });
        },
    );
    if routes.is_empty() && !findings.is_fatal() {
        let path = archive.path_of("routes.txt");
        findings.problem(Problem::new(path, "has no routes"));
    }
    (routes, ids)
}

/// Red, green, blue of six hexadecimal digits, with or without `#`; anything else is no colour.
fn color(text: &[u8]) -> Option<[u8; 3]> {
    let digits = std::str::from_utf8(text.strip_prefix(b"#").unwrap_or(text)).ok()?;
    let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    fits.then_some([red, green, blue])
}

#[cfg(test)]
mod tests {
    use super::color;

    #[test]
    fn colours_are_six_digits_or_none() {
        assert_eq!(color(b"09346D"), Some([0x09, 0x34, 0x6d]));
        assert_eq!(color(b"#FFFFFF"), Some([255; 3]));
        for wrong in ["", "FFF", "a\u{20ac}bc", "+12345", "GGGGGG"] {
            assert_eq!(color(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
