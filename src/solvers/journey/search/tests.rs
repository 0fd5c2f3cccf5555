//! Journeys worked out by hand on lines of a few stops.

use crate::solvers::journey::footpaths::Footpaths;
use crate::solvers::journey::itinerary::Journey;
use crate::solvers::journey::itinerary::Leg;
use crate::solvers::journey::raptor::Raptor;
use crate::solvers::journey::search::Query;
use crate::solvers::journey::search::Search;
use crate::solvers::journey::timetable::Call;
use crate::solvers::journey::timetable::Stop;
use crate::solvers::journey::timetable::Timetable;
use crate::solvers::journey::timetable::Transfer;
use crate::solvers::journey::timetable::TransferRule;
use crate::solvers::journey::timetable::Trip;

/// Trips as lists of (stop, time), between stops too far apart to walk.
fn raptor(trips: &[&[(u32, i32)]], transfers: &[(u32, u32, TransferRule)]) -> Raptor {
    let stops = (0..6).map(|number| Stop {
        latitude_deg: f64::from(number),
        longitude_deg: 0.0,
        station: None,
    });
    let (mut rows, mut calls) = (Vec::new(), Vec::new());
    for (route, trip) in (0_u32..).zip(trips) {
        let first = calls.len() as u32;
        calls.extend(trip.iter().map(|&(stop, time_s)| Call {
            stop,
            arrival_s: time_s,
            departure_s: time_s,
            boarding: true,
            alighting: true,
        }));
        rows.push(Trip {
            calls: (first, calls.len() as u32),
            source: 0,
            route,
            direction: 0,
            block: None,
            shape: None,
            pattern: 0,
            from_day_before: false,
            headway_s: None,
        });
    }
    let transfers = transfers.iter();
    let transfers = transfers.map(|&(from, to, rule)| Transfer { from, to, rule });
    let timetable = Timetable::new(stops.collect(), rows, calls, transfers.collect()).unwrap();
    Raptor::new(&timetable, Footpaths::new(&timetable, 300.0))
}

fn earliest(raptor: &Raptor, from: u32, to: u32) -> Option<Journey> {
    let query = Query {
        from: &[from],
        to: &[to],
        depart_s: 0,
    };
    Search::new(raptor).earliest(raptor, &query)
}

/// Arrival and rides.
fn outcome(raptor: &Raptor, from: u32, to: u32) -> Option<(i32, usize)> {
    earliest(raptor, from, to).map(|journey| (journey.arrive_s, journey.rides()))
}

#[test]
fn of_equal_arrivals_the_one_with_fewer_rides_is_taken() {
    let direct: &[(u32, i32)] = &[(0, 10), (2, 100)];
    let first: &[(u32, i32)] = &[(0, 10), (1, 40)];
    let second: &[(u32, i32)] = &[(1, 50), (2, 100)];
    assert_eq!(
        outcome(&raptor(&[first, second], &[]), 0, 2),
        Some((100, 2))
    );
    assert_eq!(
        outcome(&raptor(&[first, second, direct], &[]), 0, 2),
        Some((100, 1))
    );
}

#[test]
fn pareto_journeys_trade_rides_for_time() {
    let slow: &[(u32, i32)] = &[(0, 10), (2, 200)];
    let first: &[(u32, i32)] = &[(0, 10), (1, 40)];
    let second: &[(u32, i32)] = &[(1, 50), (2, 100)];
    let raptor = raptor(&[slow, first, second], &[]);
    let query = Query {
        from: &[0],
        to: &[2],
        depart_s: 0,
    };
    let journeys = Search::new(&raptor).pareto(&raptor, &query);
    let found: Vec<_> = journeys.iter().map(|j| (j.rides(), j.arrive_s)).collect();
    assert_eq!(found, [(1, 200), (2, 100)]);
}

#[test]
fn walks_are_not_chained() {
    // From 1 one may walk to 2, and from 2 to 3; the vehicle leaves from 3.
    let transfers = [
        (1, 2, TransferRule::Takes(10)),
        (2, 3, TransferRule::Takes(10)),
    ];
    let chained = raptor(&[&[(0, 0), (1, 100)], &[(3, 200), (4, 300)]], &transfers);
    assert_eq!(outcome(&chained, 0, 4), None);
    assert_eq!(outcome(&chained, 0, 2), Some((110, 1)));
    assert_eq!(outcome(&chained, 0, 3), None);
    let direct = raptor(&[&[(0, 0), (1, 100)], &[(2, 200), (4, 300)]], &transfers);
    assert_eq!(outcome(&direct, 0, 4), Some((300, 2)));
}

#[test]
fn changing_takes_its_time_and_starting_does_not() {
    let trips: [&[(u32, i32)]; 3] = [
        &[(0, 0), (1, 100)],
        &[(1, 150), (2, 200)],
        &[(1, 160), (2, 210)],
    ];
    let change = |rule| raptor(&trips, &[(1, 1, rule)]);
    assert_eq!(
        outcome(&change(TransferRule::Takes(50)), 0, 2),
        Some((200, 2))
    );
    assert_eq!(
        outcome(&change(TransferRule::Takes(51)), 0, 2),
        Some((210, 2))
    );
    assert_eq!(outcome(&change(TransferRule::Forbidden), 0, 2), None);
    assert_eq!(
        outcome(&change(TransferRule::Forbidden), 1, 2),
        Some((200, 1))
    );
}

#[test]
fn the_first_walk_begins_as_late_as_it_can() {
    let raptor = raptor(&[&[(1, 500), (2, 600)]], &[(0, 1, TransferRule::Takes(60))]);
    let journey = earliest(&raptor, 0, 2).unwrap();
    assert_eq!((journey.depart_s, journey.arrive_s), (440, 600));
    let walk = Leg::Walk {
        from: 0,
        to: 1,
        depart_s: 440,
        arrive_s: 500,
    };
    assert_eq!(journey.legs[0], walk);
}

#[test]
fn stops_that_do_not_exist_are_nowhere() {
    let raptor = raptor(&[&[(0, 0), (1, 100)]], &[]);
    assert_eq!(outcome(&raptor, 0, 99), None);
    assert_eq!(outcome(&raptor, 99, 1), None);
    assert_eq!(outcome(&raptor, 1, 0), None);
}
