//! Reads GTFS feeds, zipped or as a folder, and cuts a service day's timetable out of them.
//!
//! [`read`] takes up the whole feed and reports everything wrong with it; [`feed::Feed::service_day`] then answers for any
//! date. What would make a timetable wrong is an error (an unknown stop, time running backwards); what the timetable
//! does without is a notice (a missing shape, a trip without a calendar). Fares, translations, pathways and
//! flexible service are not read.
//!
//! Format: General Transit Feed Specification, Schedule reference (gtfs.org), revision of 2025.

use std::path::Path;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::problem::Problems;

pub mod archive;
pub mod calendar;
pub mod feed;
pub mod findings;
mod frequencies;
mod interpolate;
pub mod mode;
mod place;
mod routes;
pub mod service_day;
mod shapes;
pub mod stop_name;
mod stop_times;
mod table;
pub mod time;
mod transfers;
mod trips;

/// Reads a feed.
///
/// # Errors
/// Every problem that would make its timetables wrong, each with file and line.
pub fn read(path: &Path) -> Result<Feed, Problems> {
    Feed::of(&Archive::open(path)?)
}

#[cfg(test)]
mod tests;
