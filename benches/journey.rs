//! Time of a journey query and of what is prepared once a day, on a generated city of crossing lines.
//!
//! The timetable is made here, so that the bench needs no reference data: lines north to south and west to east every 600 m
//! with a stop every 300 m, a vehicle every ten minutes both ways, and walks of 300 m between lines.

use autopolis::solvers::journey::footpaths::Footpaths;
use autopolis::solvers::journey::profile::profile;
use autopolis::solvers::journey::raptor::Raptor;
use autopolis::solvers::journey::search::Query;
use autopolis::solvers::journey::search::Search;
use autopolis::solvers::journey::timetable::Call;
use autopolis::solvers::journey::timetable::Stop;
use autopolis::solvers::journey::timetable::Timetable;
use autopolis::solvers::journey::timetable::Trip;
use divan::Bencher;

fn main() {
    divan::main();
}

/// Stops along a line.
const STOPS_A_LINE: u32 = 40;
/// Distance between stops, degrees of latitude: 300 m.
const SPACING_DEG: f64 = 0.0027;
/// From 05:00, 19 hours of service every ten minutes.
const TRIPS_A_LINE: i32 = 114;

/// A city of `lines` lines each way.
fn city(lines: u32) -> Timetable {
    let (mut stops, mut trips, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for line in 0..2 * lines {
        let across = f64::from(line / 2) * 2.0 * SPACING_DEG;
        let first_stop = stops.len() as u32;
        for place in 0..STOPS_A_LINE {
            let along = f64::from(place) * SPACING_DEG;
            let (north, east) = if line % 2 == 0 {
                (along, across)
            } else {
                (across, along)
            };
            stops.push(Stop {
                latitude_deg: north,
                longitude_deg: east,
                station: None,
            });
        }
        for run in 0..2 * TRIPS_A_LINE {
            let (direction, number) = ((run % 2) as u8, run / 2);
            let first_call = calls.len() as u32;
            for step in 0..STOPS_A_LINE {
                let place = if direction == 0 {
                    step
                } else {
                    STOPS_A_LINE - 1 - step
                };
                let arrival_s = 18_000 + number * 600 + line as i32 * 37 + step as i32 * 70;
                calls.push(Call {
                    stop: first_stop + place,
                    arrival_s,
                    departure_s: arrival_s + 15,
                    boarding: true,
                    alighting: true,
                });
            }
            trips.push(Trip {
                calls: (first_call, calls.len() as u32),
                source: trips.len() as u32,
                route: line,
                direction,
                block: None,
                shape: None,
                pattern: 0,
                from_day_before: false,
                headway_s: None,
            });
        }
    }
    Timetable::new(stops, trips, calls, Vec::new()).unwrap_or_default()
}

/// A pair of stops and a time of day, different for every number.
fn asked(number: u32, stops: u32) -> (u32, u32, i32) {
    let mix = number.wrapping_mul(2_654_435_761);
    (
        mix % stops,
        mix.rotate_left(13) % stops,
        21_600 + (mix % 57_600) as i32,
    )
}

#[divan::bench(args = [10, 30])]
fn query(bencher: Bencher, lines: u32) {
    let timetable = city(lines);
    let raptor = Raptor::new(&timetable, Footpaths::new(&timetable, 300.0));
    let mut search = Search::new(&raptor);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let (from, to, depart_s) = asked(number, raptor.stop_count() as u32);
        let query = Query {
            from: &[from],
            to: &[to],
            depart_s,
        };
        search.earliest(&raptor, &query)
    });
}

#[divan::bench(args = [10])]
fn profile_of_an_hour(bencher: Bencher, lines: u32) {
    let timetable = city(lines);
    let raptor = Raptor::new(&timetable, Footpaths::new(&timetable, 300.0));
    let mut search = Search::new(&raptor);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let (from, to, depart_s) = asked(number, raptor.stop_count() as u32);
        let query = Query {
            from: &[from],
            to: &[to],
            depart_s,
        };
        profile(&mut search, &raptor, &query, depart_s + 3600)
    });
}

#[divan::bench(args = [10, 30])]
fn footpaths(bencher: Bencher, lines: u32) {
    let timetable = city(lines);
    bencher.bench_local(|| Footpaths::new(&timetable, 300.0));
}

#[divan::bench(args = [10, 30])]
fn layout(bencher: Bencher, lines: u32) {
    let timetable = city(lines);
    let footpaths = Footpaths::new(&timetable, 300.0);
    bencher.bench_local(|| Raptor::new(&timetable, footpaths.clone()));
}
