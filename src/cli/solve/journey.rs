//! `autopolis solve journey GTFS.zip`: the journey that arrives first, by a feed's timetable.
//!
//! What is asked and shown; the search is `solvers::journey`, the reading `scenario::import::gtfs`. Times are the feed's
//! own: local, and past 24:00:00 after midnight.

use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::Date;
use serde::Serialize;

use crate::cli::Global;
use crate::cli::exit;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::cli::solve;
use crate::cli::solve::journey_queries;
use crate::cli::solve::journey_queries::Asked;
use crate::scenario::import::gtfs;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::service_day::ServiceDay;
use crate::scenario::import::gtfs::time;
use crate::solvers::journey::footpaths::Footpaths;
use crate::solvers::journey::itinerary::Journey;
use crate::solvers::journey::itinerary::Leg;
use crate::solvers::journey::raptor::Raptor;
use crate::solvers::journey::search::Query;
use crate::solvers::journey::search::Search;

/// Searches timed for one query: enough that the median is not the first, cold one.
const TIMED_SEARCHES: usize = 11;

/// Arguments of `solve journey`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// GTFS feed: a zip file or a folder
    feed: PathBuf,
    /// Date of travel; beyond the feed's calendar the matching weekday repeats
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    date: Date,
    /// Where to start: a stop's id, or its name if only one place has it
    #[arg(long, value_name = "STOP", required_unless_present = "queries", requires_all = ["to", "depart"])]
    from: Option<String>,
    /// Where to go, likewise
    #[arg(long, value_name = "STOP", required_unless_present = "queries", requires_all = ["from", "depart"])]
    to: Option<String>,
    /// Earliest departure; times after midnight of the same service day go on past 24:00
    #[arg(long, value_name = "HH:MM", required_unless_present = "queries", requires_all = ["from", "to"], value_parser = depart)]
    depart: Option<i32>,
    /// Longest walk between two vehicles and at either end, in a straight line
    #[arg(long, default_value = "300m", value_name = "DISTANCE", value_parser = walk_m)]
    walk: f64,
    /// Answer every row of a CSV file with the columns from, to and depart
    #[arg(long, value_name = "FILE.csv")]
    queries: Option<PathBuf>,
}

/// The JSON object.
#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    answer: Answer,
    query_ms: f64,
    /// The answers to `--queries`, in the order of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    queries: Option<Vec<Row>>,
}

/// An answer to a row of `--queries`.
#[derive(Serialize)]
struct Row {
    from: String,
    to: String,
    depart: String,
    #[serde(flatten)]
    answer: Answer,
}

/// A journey, or null where there is none.
#[derive(Clone, Serialize)]
struct Answer {
    legs: Option<Vec<LegRow>>,
    arrive: Option<String>,
    transfers: Option<usize>,
}

/// A part of a journey.
#[derive(Clone, Serialize)]
struct LegRow {
    /// `walk`, or what runs on the route.
    mode: &'static str,
    from: String,
    from_name: String,
    to: String,
    to_name: String,
    depart: String,
    arrive: String,
    #[serde(flatten)]
    ride: Option<RideRow>,
}

/// What one rides.
#[derive(Clone, Serialize)]
struct RideRow {
    route_id: String,
    route: String,
    trip_id: String,
    headsign: String,
    /// For a service by headway, whose times are one possible run.
    #[serde(skip_serializing_if = "Option::is_none")]
    headway_s: Option<u32>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let feed = gtfs::read(&arguments.feed).map_err(|problems| report::input_problems(&problems))?;
    let day = feed
        .service_day(arguments.date)
        .map_err(|problems| report::input_problems(&problems))?;
    if !global.quiet {
        output::tell_unless_empty(&notes(&feed, &day));
    }
    let asked = match (&arguments.from, &arguments.to, arguments.depart) {
        (Some(from), Some(to), Some(depart_s)) => {
            Some(journey_queries::asked(&feed, from, to, depart_s))
        }
        _ => None,
    };
    let asked = asked
        .transpose()
        .map_err(|problems| report::input_problems(&problems))?;
    let rows = match &arguments.queries {
        Some(path) => journey_queries::read(path, &feed)
            .map_err(|problems| report::input_problems(&problems))?,
        None => Vec::new(),
    };
    let Some(first) = asked.as_ref().or(rows.first()) else {
        return Err(CliError::input(
            "the file of queries has no rows",
            "its columns are from, to and depart; write one query a row",
        ));
    };
    let raptor = Raptor::new(
        &day.timetable,
        Footpaths::new(&day.timetable, arguments.walk),
    );
    let mut search = Search::new(&raptor);
    let mut times = Vec::new();
    let mut found = None;
    for _ in 0..TIMED_SEARCHES {
        found = timed(&mut search, &raptor, first, &mut times);
    }
    let mut answers = Vec::with_capacity(rows.len());
    if arguments.queries.is_some() {
        times.clear();
        for row in &rows {
            answers.push(timed(&mut search, &raptor, row, &mut times));
        }
    }
    // The mean of two middle times has no more digits than the times.
    let query_ms = (solve::median(&mut times) * 1e4).round() / 1e4;
    let is_found = match asked {
        Some(_) => found.is_some(),
        None => answers.iter().any(Option::is_some),
    };
    if global.json {
        let row = |(row, answer): (&Asked, &Option<Journey>)| Row {
            from: row.from_text.clone(),
            to: row.to_text.clone(),
            depart: clock(row.depart_s),
            answer: described(&feed, &day, answer.as_ref()),
        };
        output::json(&Summary {
            answer: described(&feed, &day, found.as_ref()),
            query_ms,
            queries: arguments
                .queries
                .is_some()
                .then(|| rows.iter().zip(&answers).map(row).collect()),
        })?;
    } else {
        if asked.is_some() && is_found {
            let answer = described(&feed, &day, found.as_ref());
            output::data(&told(&answer, first, query_ms))?;
        }
        if arguments.queries.is_some() {
            output::data(&listed(&feed, &day, &rows, &answers))?;
            if !global.quiet {
                let count = answers.iter().flatten().count();
                output::tell(&format!(
                    "{count} of {} queries have a journey; median {query_ms} ms a query",
                    rows.len()
                ));
            }
        }
    }
    if is_found {
        return Ok(());
    }
    if global.json {
        return Err(CliError::told(exit::FAILED));
    }
    Err(CliError::failed(
        format!(
            "no journey from {} to {} on {} from {} on",
            first.from_text,
            first.to_text,
            arguments.date,
            clock(first.depart_s)
        ),
        "the service day may be over or the walk too short: try an earlier --depart, the next --date or a longer --walk",
    ))
}

/// One search with its time in milliseconds.
fn timed(
    search: &mut Search,
    raptor: &Raptor,
    asked: &Asked,
    times: &mut Vec<f64>,
) -> Option<Journey> {
    let query = Query {
        from: &asked.from,
        to: &asked.to,
        depart_s: asked.depart_s,
    };
    let started = Instant::now();
    let journey = search.earliest(raptor, &query);
    times.push(solve::milliseconds(started.elapsed()));
    journey
}

/// What the reader should know of the feed, in lines.
fn notes(feed: &Feed, day: &ServiceDay) -> String {
    let mut text = String::new();
    for notice in feed.notices.iter().chain(&day.notices) {
        text += &format!("note: {notice}\n");
    }
    text
}

fn described(feed: &Feed, day: &ServiceDay, journey: Option<&Journey>) -> Answer {
    Answer {
        legs: journey.map(|journey| {
            let legs = journey.legs.iter();
            legs.map(|leg| leg_row(feed, day, leg)).collect()
        }),
        arrive: journey.map(|journey| clock(journey.arrive_s)),
        transfers: journey.map(Journey::transfers),
    }
}

fn leg_row(feed: &Feed, day: &ServiceDay, leg: &Leg) -> LegRow {
    let (from, to, mode, ride) = match *leg {
        Leg::Walk { from, to, .. } => (from, to, "walk", None),
        Leg::Ride { from, to, trip, .. } => {
            let run = &day.timetable.trips[trip as usize];
            let source = &feed.trips[run.source as usize];
            let route = &feed.routes[run.route as usize];
            let ride = RideRow {
                route_id: route.id.clone(),
                route: match &route.short_name {
                    short if short.is_empty() => route.long_name.clone(),
                    short => short.clone(),
                },
                trip_id: source.id.clone(),
                headsign: source.headsign.clone(),
                headway_s: run.headway_s,
            };
            (from, to, route.mode.name(), Some(ride))
        }
    };
    let (start, end) = (&feed.stops[from as usize], &feed.stops[to as usize]);
    LegRow {
        mode,
        from: start.id.clone(),
        from_name: start.name.clone(),
        to: end.id.clone(),
        to_name: end.name.clone(),
        depart: clock(leg.depart_s()),
        arrive: clock(leg.arrive_s()),
        ride,
    }
}

/// A journey in lines for people.
fn told(answer: &Answer, asked: &Asked, query_ms: f64) -> String {
    let legs = answer.legs.as_deref().unwrap_or_default();
    let mut text = format!(
        "{} to {}: arrive {}, {} transfer{}, found in {query_ms} ms\n",
        asked.from_text,
        asked.to_text,
        answer.arrive.as_deref().unwrap_or_default(),
        answer.transfers.unwrap_or(0),
        if answer.transfers == Some(1) { "" } else { "s" },
    );
    if legs.is_empty() {
        text += "one is there already\n";
    }
    for leg in legs {
        let how = match &leg.ride {
            None => "on foot".to_owned(),
            Some(ride) => {
                let headway = ride.headway_s.map_or_else(String::new, |s| {
                    format!(", every {} min", f64::from(s) / 60.0)
                });
                let headsign = match ride.headsign.as_str() {
                    "" => String::new(),
                    headsign => format!(" to {headsign}"),
                };
                format!(
                    "{} {}{headsign}{headway} (trip {})",
                    leg.mode, ride.route, ride.trip_id
                )
            }
        };
        text += &format!(
            "  {} {} ({}) -> {} {} ({}), {how}\n",
            leg.depart, leg.from_name, leg.from, leg.arrive, leg.to_name, leg.to
        );
    }
    text
}

/// The answers to many queries as a table.
fn listed(feed: &Feed, day: &ServiceDay, rows: &[Asked], answers: &[Option<Journey>]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut lines = vec![["from", "to", "depart", "arrive", "transfers"].map(str::to_owned)];
    for (row, journey) in rows.iter().zip(answers) {
        let answer = described(feed, day, journey.as_ref());
        lines.push([
            row.from_text.clone(),
            row.to_text.clone(),
            clock(row.depart_s),
            answer.arrive.unwrap_or_default(),
            answer.transfers.map_or_else(String::new, |n| n.to_string()),
        ]);
    }
    for line in lines {
        // Writing to memory does not fail.
        let _ = table.write_record(line);
    }
    let bytes = table.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A time as GTFS writes it.
fn clock(time_s: i32) -> String {
    let sign = if time_s < 0 { "-" } else { "" };
    let time_s = time_s.unsigned_abs();
    let (hours, minutes) = (time_s / 3600, time_s / 60 % 60);
    format!("{sign}{hours:02}:{minutes:02}:{:02}", time_s % 60)
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no date: write YYYY-MM-DD"))
}

/// A time of day as an argument, seconds.
pub(super) fn depart(text: &str) -> Result<i32, String> {
    time::seconds(text.trim().as_bytes())
        .ok_or_else(|| format!("`{text}` is no time: write HH:MM, past 24:00 after midnight"))
}

/// A distance in metres, as an argument: `300m`, `300`, `0.3km`.
fn walk_m(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let (number, unit_m) = match text.strip_suffix("km") {
        Some(number) => (number, 1000.0),
        None => (text.strip_suffix('m').unwrap_or(text), 1.0),
    };
    let metres = number.trim().parse::<f64>().map(|value| value * unit_m);
    match metres {
        Ok(metres) if (0.0..=LONGEST_WALK_M).contains(&metres) => Ok(metres),
        _ => Err(format!(
            "`{text}` is no distance from 0 to {} km: write for example 300m",
            LONGEST_WALK_M / 1000.0
        )),
    }
}

/// Longest walk that may be asked for, m: two hours and a half. Beyond it every stop of a city would be linked with every other.
const LONGEST_WALK_M: f64 = 10_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_units() {
        assert_eq!(walk_m("300m"), Ok(300.0));
        assert_eq!(walk_m("300"), Ok(300.0));
        assert_eq!(walk_m("0.3km"), Ok(300.0));
        for wrong in ["", "-1", "far", "nan", "11km"] {
            assert!(walk_m(wrong).is_err(), "{wrong}");
        }
        assert_eq!(depart("25:10"), Ok(90_600));
        assert!(depart("8").is_err() && date("2026-02-30").is_err());
    }

    #[test]
    fn clocks_go_on_past_midnight() {
        assert_eq!(clock(90_605), "25:10:05");
        assert_eq!(clock(-60), "-00:01:00");
    }
}
