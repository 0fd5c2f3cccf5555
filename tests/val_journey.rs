//! GTFS import and journeys: a feed of ten stops worked out by hand, three agencies' feeds counted independently, and RAPTOR
//! against other methods on thousands of random queries.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

mod common;
#[path = "val_journey/reference.rs"]
mod reference;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use autopolis::scenario::import::gtfs;
use autopolis::scenario::import::gtfs::feed::Feed;
use autopolis::scenario::import::gtfs::service_day::ServiceDay;
use autopolis::solvers::journey::footpaths::Footpaths;
use autopolis::solvers::journey::itinerary::Journey;
use autopolis::solvers::journey::itinerary::Leg;
use autopolis::solvers::journey::profile::profile;
use autopolis::solvers::journey::raptor::Raptor;
use autopolis::solvers::journey::search::Query;
use autopolis::solvers::journey::search::Search;
use autopolis::solvers::journey::timetable::Call;
use autopolis::solvers::journey::timetable::Stop;
use autopolis::solvers::journey::timetable::Timetable;
use autopolis::solvers::journey::timetable::Transfer;
use autopolis::solvers::journey::timetable::TransferRule;
use autopolis::solvers::journey::timetable::Trip;
use jiff::civil::Date;
use reference::TimeExpanded;
use reference::arrivals_by_rides;
use reference::travel;

/// Walk between stops, as `solve journey` has it by default, m.
const WALK_M: f64 = 300.0;
/// Random queries of each feed.
const QUERIES: usize = 1500;
/// Of these, so many are also checked for the fewest rides, which rides every trip of the day in every round.
const COUNTED_QUERIES: usize = 100;

/// Numbers from a linear congruential generator (Knuth's MMIX constants): the same on every machine.
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn tiny() -> Feed {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/gtfs-tiny");
    gtfs::read(&folder).unwrap()
}

fn day(feed: &Feed, date: &str) -> ServiceDay {
    feed.service_day(date.parse().unwrap()).unwrap()
}

fn seconds(text: &str) -> i32 {
    gtfs::time::seconds(text.as_bytes()).unwrap()
}

/// Arrival, transfers and legs (`T1 A-C` for a ride, `C-E` for a walk) of one journey of the tiny feed.
fn asked(
    date: &str,
    walk_m: f64,
    from: &str,
    to: &str,
    depart: &str,
) -> Option<(String, usize, String)> {
    let feed = tiny();
    let day = day(&feed, date);
    let raptor = Raptor::new(&day.timetable, Footpaths::new(&day.timetable, walk_m));
    let query = Query {
        from: &feed.stops_named(from).unwrap(),
        to: &feed.stops_named(to).unwrap(),
        depart_s: seconds(depart),
    };
    let journey = Search::new(&raptor).earliest(&raptor, &query)?;
    let id = |stop: u32| feed.stops[stop as usize].id.as_str();
    let leg = |leg: &Leg| match *leg {
        Leg::Walk { from, to, .. } => format!("{}-{}", id(from), id(to)),
        Leg::Ride { trip, from, to, .. } => {
            let source = day.timetable.trips[trip as usize].source;
            format!("{} {}-{}", feed.trips[source as usize].id, id(from), id(to))
        }
    };
    let legs: Vec<String> = journey.legs.iter().map(leg).collect();
    let arrive = journey.arrive_s;
    let clock = format!(
        "{:02}:{:02}:{:02}",
        arrive / 3600,
        arrive / 60 % 60,
        arrive % 60
    );
    Some((clock, journey.transfers(), legs.join(", ")))
}

/// A Tuesday.
const TUESDAY: &str = "2026-07-14";

#[test]
fn journeys_of_the_tiny_feed_are_those_worked_out_by_hand() {
    for (from, to, depart, arrive, transfers, legs) in [
        // The express leaves 12 min later and overtakes.
        ("A", "D", "08:00", "08:30:00", 0, "T3 A-D"),
        // C at 08:20, 107 s on foot, the shuttle of 08:30.
        ("A", "F", "08:00", "08:45:00", 1, "T1 A-C, C-E, F1 E-F"),
        // D at 08:30 (or 08:41 by T1); 240 s are too long for the tram of 08:33:45.
        ("A", "H", "08:00", "09:05:00", 1, "T3 A-D, D-G, M2 G-H"),
        // Blank times, filled by the distance given and by the straight line.
        ("A", "B", "08:50", "09:10:00", 0, "T4 A-B"),
        ("A", "C", "08:50", "09:30:00", 0, "T4 A-C"),
        ("A", "B", "08:00", "08:10:00", 0, "T1 A-B"),
        // Nobody gets on T2 at C.
        ("C", "D", "08:25", "09:40:00", 0, "T4 C-D"),
        // Past midnight, before midnight and after it.
        ("A", "D", "23:45", "24:40:00", 0, "T5 A-D"),
        ("B", "D", "00:01", "00:40:00", 0, "T5 B-D"),
        // The headways' first runs of each kind.
        ("E", "F", "08:45", "09:05:00", 0, "F1 E-F"),
        ("E", "F", "08:55", "09:15:00", 0, "F1 E-F"),
        ("E", "F", "09:01", "09:35:00", 0, "F1 E-F"),
        // On foot, and within a station however large.
        ("C", "E", "10:00", "10:01:47", 0, "C-E"),
        ("G2", "H", "08:00", "08:43:45", 0, "G2-G, M1 G-H"),
        ("Hazel", "H", "08:00", "08:43:45", 0, "M1 G-H"),
        ("A", "A", "08:00", "08:00:00", 0, ""),
    ] {
        let expected = Some((arrive.to_owned(), transfers, legs.to_owned()));
        assert_eq!(
            asked(TUESDAY, WALK_M, from, to, depart),
            expected,
            "{from} to {to} at {depart}"
        );
    }
    for (walk_m, from, to, depart) in [
        (WALK_M, "D", "A", "08:00"),
        (WALK_M, "E", "F", "09:41"),
        (0.0, "A", "F", "08:00"),
    ] {
        assert_eq!(
            asked(TUESDAY, walk_m, from, to, depart),
            None,
            "{from} to {to}"
        );
    }
    // On Monday nothing runs on from Sunday.
    let monday = asked("2026-07-13", WALK_M, "B", "D", "00:01");
    assert_eq!(monday.unwrap().0, "08:30:00");
}

#[test]
fn the_tiny_feed_is_accounted_for() {
    let feed = tiny();
    assert_eq!(feed.notices, []);
    let tuesday = day(&feed, TUESDAY);
    let count = tuesday.count;
    assert_eq!((count.rows, count.left_out, count.by_headway), (8, 0, 1));
    // Five buses, two trams, six shuttles by headway and three by timetable; T5 of Monday.
    assert_eq!((count.runs, count.from_day_before), (16, 1));
    let timetable = &tuesday.timetable;
    // T1, T4 and T5 share a pattern; T2 has other rules, T3 overtakes; shuttle; tram.
    let trips: Vec<usize> = timetable.patterns.iter().map(|p| p.trips.len()).collect();
    assert_eq!(trips, [4, 1, 1, 9, 2]);
    let block = feed.blocks.iter().position(|id| id == "b1").unwrap();
    let ids = |trips: &[u32]| -> Vec<&str> {
        let source = |trip: &u32| timetable.trips[*trip as usize].source as usize;
        trips
            .iter()
            .map(|t| feed.trips[source(t)].id.as_str())
            .collect()
    };
    assert_eq!(ids(&timetable.trips_by_block()[block]), ["T1", "T4"]);
    let headways: Vec<Option<u32>> = timetable.trips.iter().map(|t| t.headway_s).collect();
    assert_eq!(headways.iter().filter(|h| **h == Some(600)).count(), 6);
    assert_eq!(feed.shapes[0].points_deg.len(), 3);
    // 3 July is taken away, 4 July (a Saturday) added; beyond the calendar the weekday repeats.
    assert!(feed.service_day("2026-07-03".parse().unwrap()).is_err());
    assert_eq!(day(&feed, "2026-07-04").count.rows, 8);
    let beyond = day(&feed, "2030-01-01");
    assert_eq!(beyond.date.used, Date::constant(2026, 12, 29));
    assert_eq!(beyond.timetable.trips, timetable.trips);
    assert_eq!(beyond.timetable.calls, timetable.calls);
}

#[test]
fn a_profile_is_every_best_departure_of_the_span() {
    let feed = tiny();
    let day = day(&feed, TUESDAY);
    let raptor = Raptor::new(&day.timetable, Footpaths::new(&day.timetable, WALK_M));
    let (from, to) = (
        feed.stops_named("A").unwrap(),
        feed.stops_named("D").unwrap(),
    );
    let query = Query {
        from: &from,
        to: &to,
        depart_s: seconds("08:00"),
    };
    let found = profile(&mut Search::new(&raptor), &raptor, &query, seconds("09:00"));
    let times: Vec<(i32, i32)> = found.iter().map(|j| (j.depart_s, j.arrive_s)).collect();
    let minutes = |from: &str, to: &str| (seconds(from), seconds(to));
    // T1 and T2 are overtaken by T3, which leaves later.
    assert_eq!(
        times,
        [minutes("08:12", "08:30"), minutes("09:00", "09:40")]
    );
}

/// Checks one query against both other methods; the second only where asked.
fn check(
    timetable: &Timetable,
    raptor: &Raptor,
    search: &mut Search,
    second: &TimeExpanded,
    query: (u32, u32, i32),
    count_rides: bool,
) -> bool {
    let (from, to, depart_s) = query;
    let ask = Query {
        from: &[from],
        to: &[to],
        depart_s,
    };
    let footpaths = raptor.footpaths();
    let journey = search.earliest(raptor, &ask);
    let arrival = journey.as_ref().map(|journey| journey.arrive_s);
    assert_eq!(arrival, second.arrival(from, to, depart_s), "{query:?}");
    if let Some(journey) = &journey {
        travel(timetable, footpaths, query, journey);
    }
    if count_rides {
        let by_rides = arrivals_by_rides(timetable, footpaths, from, to, depart_s);
        // A step of the staircase is a journey that more rides make earlier.
        let mut steps: Vec<(usize, i32)> = Vec::new();
        for (rides, &arrive_s) in by_rides.iter().enumerate() {
            if arrive_s < steps.last().map_or(i32::MAX, |step| step.1) {
                steps.push((rides, arrive_s));
            }
        }
        let found: Vec<Journey> = search.pareto(raptor, &ask);
        let pairs: Vec<(usize, i32)> = found.iter().map(|j| (j.rides(), j.arrive_s)).collect();
        assert_eq!(pairs, steps, "{query:?}");
        assert_eq!(found.last(), journey.as_ref(), "{query:?}");
        for journey in &found {
            travel(timetable, footpaths, query, journey);
        }
    }
    journey.is_some()
}

/// Random networks with everything that is odd: loops, overtaking, stops without boarding, times that stand still, changes that
/// take time or are forbidden, trips of the day before.
#[test]
fn random_networks_give_the_same_journeys_by_every_method() {
    let mut found = 0;
    for seed in 0..2000 {
        let mut draws = Draws(seed);
        let stops: Vec<Stop> = (0..12)
            .map(|_| Stop {
                latitude_deg: draws.below(60) as f64 * 1e-4,
                longitude_deg: draws.below(60) as f64 * 1e-4,
                station: (draws.below(4) == 0).then(|| draws.below(2) as u32),
            })
            .collect();
        let (mut trips, mut calls) = (Vec::new(), Vec::new());
        for _ in 0..1 + draws.below(6) {
            let line: Vec<u32> = (0..2 + draws.below(6))
                .map(|_| draws.below(12) as u32)
                .collect();
            let closed: Vec<(bool, bool)> = line
                .iter()
                .map(|_| (draws.below(8) > 0, draws.below(8) > 0))
                .collect();
            for _ in 0..1 + draws.below(8) {
                let first = calls.len() as u32;
                let mut time_s = draws.below(7200) as i32 - 600;
                for (&stop, &(boarding, alighting)) in line.iter().zip(&closed) {
                    let arrival_s = time_s;
                    let departure_s = arrival_s + draws.below(3) as i32 * 20;
                    time_s = departure_s + draws.below(4) as i32 * 60;
                    calls.push(Call {
                        stop,
                        arrival_s,
                        departure_s,
                        boarding,
                        alighting,
                    });
                }
                trips.push(Trip {
                    calls: (first, calls.len() as u32),
                    source: 0,
                    route: 0,
                    direction: 0,
                    block: None,
                    shape: None,
                    pattern: 0,
                    from_day_before: false,
                    headway_s: None,
                });
            }
        }
        let mut rules = BTreeMap::new();
        for _ in 0..draws.below(6) {
            let rule = match draws.below(3) {
                0 => TransferRule::Forbidden,
                1 => TransferRule::Walk,
                _ => TransferRule::Takes(draws.below(400) as u32),
            };
            rules.insert((draws.below(12) as u32, draws.below(12) as u32), rule);
        }
        let transfers = rules.into_iter();
        let transfers = transfers.map(|((from, to), rule)| Transfer { from, to, rule });
        let timetable = Timetable::new(stops, trips, calls, transfers.collect()).unwrap();
        let footpaths = Footpaths::new(&timetable, draws.below(200) as f64);
        let second = TimeExpanded::new(&timetable, &footpaths);
        let raptor = Raptor::new(&timetable, footpaths.clone());
        let mut search = Search::new(&raptor);
        for _ in 0..25 {
            let query = (
                draws.below(12) as u32,
                draws.below(12) as u32,
                draws.below(6000) as i32,
            );
            found += usize::from(check(
                &timetable,
                &raptor,
                &mut search,
                &second,
                query,
                true,
            ));
        }
    }
    // Of 50,000; neither all nor none, or the networks would test nothing.
    assert!((10_000..45_000).contains(&found), "{found}");
}

/// A table of a feed by column names, read by the csv crate alone.
fn table(zip: &Path, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let Ok(mut entry) = archive.by_name(file) else {
        return Vec::new();
    };
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Trips of a date by an independent reading of the calendar: (rows of trips.txt, of these rows with headways, runs).
fn independent_count(zip: &Path, yyyymmdd: &str, weekday: &str) -> (usize, usize, usize) {
    let mut services: BTreeMap<String, bool> = BTreeMap::new();
    for row in table(zip, "calendar.txt") {
        let within = row["start_date"].as_str() <= yyyymmdd && yyyymmdd <= row["end_date"].as_str();
        services.insert(row["service_id"].clone(), within && row[weekday] == "1");
    }
    for row in table(zip, "calendar_dates.txt") {
        if row["date"] == yyyymmdd {
            services.insert(row["service_id"].clone(), row["exception_type"] == "1");
        }
    }
    let mut headways: BTreeMap<String, usize> = BTreeMap::new();
    for row in table(zip, "frequencies.txt") {
        let (start, end) = (seconds(&row["start_time"]), seconds(&row["end_time"]));
        let headway: i32 = row["headway_secs"].parse().unwrap();
        let departures = (0..).take_while(|run| start + run * headway < end).count();
        *headways.entry(row["trip_id"].clone()).or_default() += departures;
    }
    let running = table(zip, "trips.txt");
    let running = running.iter().filter(|row| services[&row["service_id"]]);
    let runs = running
        .clone()
        .map(|row| headways.get(&row["trip_id"]).copied());
    (
        running.count(),
        runs.clone().flatten().count(),
        runs.map(|runs| runs.unwrap_or(1)).sum(),
    )
}

/// One agency's feed on one of its weekdays: imported as it is, counted independently, searched by three methods.
fn agency(file: &str, date: &str, weekday: &str) {
    let Some(data) = common::reference_data() else {
        return;
    };
    let zip = data.join("transit").join(file);
    let feed = gtfs::read(&zip).unwrap();
    let day = day(&feed, date);
    let (rows, by_headway, runs) = independent_count(&zip, &date.replace('-', ""), weekday);
    let count = day.count;
    assert!(rows > 30 && runs >= rows);
    assert_eq!((count.rows, count.by_headway), (rows, by_headway));
    assert_eq!((count.runs, count.left_out), (runs, 0));
    let timetable = &day.timetable;
    let of_today = timetable.trips.iter().filter(|trip| !trip.from_day_before);
    assert_eq!(of_today.count(), runs);
    // Every run of every trip is in exactly one pattern, where nobody overtakes.
    let mut seen = vec![0; timetable.trips.len()];
    for (number, pattern) in timetable.patterns.iter().enumerate() {
        for &trip in &pattern.trips {
            seen[trip as usize] += 1;
            assert_eq!(timetable.trips[trip as usize].pattern as usize, number);
        }
        for pair in pattern.trips.windows(2) {
            let (first, second) = (timetable.calls_of(pair[0]), timetable.calls_of(pair[1]));
            let ahead =
                |(a, b): (&Call, &Call)| a.departure_s > b.departure_s || a.arrival_s > b.arrival_s;
            assert!(!first.iter().zip(second).any(ahead));
        }
    }
    assert!(seen.iter().all(|count| *count == 1));

    let footpaths = Footpaths::new(timetable, WALK_M);
    let second = TimeExpanded::new(timetable, &footpaths);
    let raptor = Raptor::new(timetable, footpaths.clone());
    let mut search = Search::new(&raptor);
    let mut draws = Draws(2026);
    let stops = timetable.stops.len() as u64;
    let mut found = 0;
    for number in 0..QUERIES {
        let query = (
            draws.below(stops) as u32,
            draws.below(stops) as u32,
            draws.below(86_400) as i32,
        );
        let is_counted = number < COUNTED_QUERIES;
        found += usize::from(check(
            timetable,
            &raptor,
            &mut search,
            &second,
            query,
            is_counted,
        ));
    }
    assert!(found > QUERIES / 3, "{found} of {QUERIES} found a journey");
}

#[test]
fn tampa_is_imported_as_it_is_and_every_method_agrees() {
    agency("hart.zip", "2018-06-12", "tuesday");
}

#[test]
fn cairns_is_imported_as_it_is_and_every_method_agrees() {
    agency("cairns_gtfs.zip", "2014-06-06", "friday");
}

#[test]
fn sao_paulo_is_imported_as_it_is_and_every_method_agrees() {
    agency("spo_gtfs.zip", "2019-06-08", "saturday");
}
