//! Real feeds as cities, where the reference data is, and a small feed by hand.

use crate::city::model::city::City;
use crate::city::model::transit::Transit;
use crate::scenario::city_files;
use crate::scenario::city_files::validate_transit;
use crate::scenario::import::city::feed;
use crate::scenario::import::city::feed::base;
use crate::scenario::import::city::feed::demand;
use crate::scenario::import::gtfs;
use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::feed::Feed;
use jiff::civil::Date;
use std::path::PathBuf;

fn reference(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/transit");
    let roots = [root, PathBuf::from("/work/shared/data/transit")];
    let found = roots
        .into_iter()
        .map(|r| r.join(name))
        .find(|p| p.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os("AUTOPOLIS_REQUIRE_REFERENCE").is_none(),
            "no reference data {name}"
        );
        println!("skipped: no reference data");
    }
    found
}

fn town(feed: &Feed, date: Date, people: Option<u32>) -> City {
    let layer = feed::layer(feed, date).unwrap();
    let (mut city, land) = base::drawn("town", &layer, people, None).unwrap();
    base::join(&mut city, &land, layer, &feed.name, None);
    city
}

fn on_day(transit: &Transit, day: usize) -> usize {
    let runs = |t: &&crate::city::model::transit::Trip| transit.services[t.service].days[day];
    transit.trips.iter().filter(runs).count()
}

/// Every run of every day of the week is in the layer, once; blocks can be run; stops lie in districts; files read back.
fn check(name: &str, date: Date) -> Option<City> {
    let feed = gtfs::read(&reference(name)?).unwrap();
    let city = town(&feed, date, Some(60_000));
    let transit = city.transit.as_ref().unwrap();
    let monday = date.weekday().to_monday_zero_offset() as i64;
    for day in 0..7_i64 {
        let that = date
            .checked_add(jiff::Span::new().days(day - monday))
            .unwrap();
        let runs = feed.service_day(that).map_or(0, |d| d.count.runs);
        assert_eq!(on_day(transit, day as usize), runs, "{name} on {that}");
    }
    assert_eq!(
        validate_transit::problems(transit, "", |_, _| None).to_string(),
        ""
    );
    let inside = transit
        .stops
        .iter()
        .filter(|s| demand::contains(&city.districts[s.district].boundary_m, [s.x_m, s.y_m]));
    let inside = inside.count();
    println!(
        "{name}: {inside} of {} stops inside a district",
        transit.stops.len()
    );
    assert!(inside as f64 > 0.97 * transit.stops.len() as f64);
    let files = city_files::render(&city).unwrap();
    let again = city_files::parse("", |file| {
        let found = files.iter().find(|(name, _)| *name == file);
        found.map(|(_, text)| text.clone()).ok_or_else(String::new)
    });
    assert!(again.unwrap() == city, "{name} does not read back");
    Some(city)
}

#[test]
fn val_tampa_is_a_city() {
    let Some(city) = check("hart.zip", Date::constant(2018, 7, 17)) else {
        return;
    };
    let transit = city.transit.unwrap();
    assert!((city.site.latitude_deg - 28.0).abs() < 0.2);
    assert!((city.site.longitude_deg + 82.4).abs() < 0.2);
    assert!((city.site.utc_offset_h + 5.0).abs() < 1e-9);
    // The feed's blocks, and vehicles for them: HART ran some 190 buses in 2018.
    let vehicles: u32 = transit.fleets.iter().map(|f| f.vehicles).sum();
    println!("{vehicles} vehicles");
    assert!((120..300).contains(&vehicles));
}

#[test]
fn val_cairns_is_a_city() {
    check("cairns_gtfs.zip", Date::constant(2014, 6, 3));
}

#[test]
fn val_sao_paulo_is_a_city() {
    check("spo_gtfs.zip", Date::constant(2020, 10, 6));
}

const FILES: [(&str, &str); 6] = [
    (
        "agency.txt",
        "agency_id,agency_name,agency_timezone\nA,A,UTC\n",
    ),
    (
        "stops.txt",
        "stop_id,stop_name,stop_lat,stop_lon\na,A,10.00,20.00\nb,B,10.01,20.00\nc,C,10.02,20.01\n",
    ),
    (
        "routes.txt",
        "route_id,route_short_name,route_type\nR,1,3\nT,2,0\n",
    ),
    (
        "calendar.txt",
        "service_id,start_date,end_date,monday,tuesday,wednesday,thursday,friday,saturday,sunday\n\
         W,20260701,20260731,1,1,1,1,0,0,0\nF,20260701,20260731,0,0,0,0,1,0,0\n",
    ),
    (
        "trips.txt",
        "route_id,service_id,trip_id,direction_id,block_id\nR,W,w1,0,B\nR,F,f1,0,B\nR,W,w2,1,B\nT,W,t,0,\n",
    ),
    (
        "stop_times.txt",
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n\
         w1,08:00:00,08:00:00,a,1\nw1,08:05:00,08:05:00,b,2\nw1,08:10:00,08:10:00,c,3\n\
         f1,08:00:00,08:00:00,a,1\nf1,08:05:00,08:05:00,b,2\nf1,08:10:00,08:10:00,c,3\n\
         w2,08:05:00,08:05:00,c,1\nw2,08:20:00,08:20:00,a,2\n\
         t,07:00:00,07:00:00,a,1\nt,07:10:00,07:10:00,b,2\n",
    ),
];

fn small() -> Feed {
    let mut files: Vec<(&str, &[u8])> = FILES.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    files.push((
        "frequencies.txt",
        b"trip_id,start_time,end_time,headway_secs\nt,07:00:00,08:00:00,900\n",
    ));
    Feed::of(&Archive::of_files("small", &files)).unwrap()
}

#[test]
fn runs_of_several_days_join_headways_are_written_out_and_overlaps_split() {
    let city = town(&small(), Date::constant(2026, 7, 14), Some(20_000));
    let transit = city.transit.as_ref().unwrap();
    let trip = |id: &str| transit.trips.iter().find(|t| t.id == id).unwrap();
    // Friday's run is Monday's.
    let w1 = trip("w1");
    assert_eq!(
        transit.services[w1.service].days,
        [true, true, true, true, true, false, false]
    );
    assert!(transit.trips.iter().all(|t| t.id != "f1"));
    // The second run of block B leaves before the first ends: two vehicles.
    assert_ne!(w1.block, trip("w2").block);
    // Every 15 min from 7 to 8, by one tram line: 10 min out, so a vehicle does not come back; four blocks.
    let trams: Vec<_> = transit
        .trips
        .iter()
        .filter(|t| t.id.starts_with("t#"))
        .collect();
    assert_eq!(trams.len(), 4);
    assert_eq!(trams[1].start_s - trams[0].start_s, 900);
    assert_eq!(transit.blocks.len(), 6);
    // Trams hang on rectifiers of the grid that was drawn.
    let timing = &transit.timings[trams[0].timing];
    let leg = transit.patterns[timing.pattern].legs[0];
    assert_eq!(transit.legs[leg].traction.len(), 2);
    // Timepoints: the feed says nothing, so the first stop and half-way.
    let timing = &transit.timings[w1.timing];
    assert_eq!(
        transit.patterns[timing.pattern].timepoint,
        [true, true, false]
    );
    assert!((city.site.latitude_deg - 10.01).abs() < 0.02);
}

#[test]
fn a_day_without_service_is_refused_with_the_next_that_has_some() {
    let problems = feed::layer(&small(), Date::constant(2026, 7, 19)).unwrap_err();
    let text = problems.to_string();
    assert!(text.contains("no trips run on"), "{text}");
    assert!(text.contains("the nearest date with service"), "{text}");
}

#[test]
fn demand_follows_the_service() {
    let city = town(&small(), Date::constant(2026, 7, 14), Some(20_000));
    let travel = city.travel.unwrap();
    let passengers: f64 = travel.flows.iter().map(|f| f.transit_trips).sum();
    // Buses 25 min of 75 places, four trams 10 min of 180 each: 151 place-hours, 0.4 boardings each, 1.25 a trip.
    let wanted = 0.4 * (75.0 * 25.0 / 60.0 + 4.0 * 180.0 * 10.0 / 60.0) / 1.25;
    assert!((passengers - wanted).abs() < 1.0, "{passengers} {wanted}");
}
