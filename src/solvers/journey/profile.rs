//! The journeys of a span of departures: for each, none leaves later and arrives no later with no more rides.
//!
//! The candidates are the departures one can catch by starting just in time; each is one search, the latest first, since a
//! later departure dominates earlier ones. It is meant for one pair of stops, not for all of a city's.

use crate::solvers::journey::itinerary::Journey;
use crate::solvers::journey::raptor::Raptor;
use crate::solvers::journey::search::Query;
use crate::solvers::journey::search::Search;

/// Journeys with departures from `query.depart_s` to `until_s` inclusive, earliest departure first; journeys on foot alone
/// appear once, at the end of the span, where nothing beats them.
pub fn profile(search: &mut Search, raptor: &Raptor, query: &Query, until_s: i32) -> Vec<Journey> {
    let mut starts: Vec<i32> = Vec::new();
    let span = query.depart_s..=until_s;
    let exists = |stop: &&u32| (**stop as usize) < raptor.stop_count();
    for &source in query.from.iter().filter(exists) {
        let mut start_at = |stop: u32, seconds: u32| {
            let leave = |departure: i32| departure.saturating_sub_unsigned(seconds);
            let departures = raptor.departures_from(stop).map(leave);
            starts.extend(departures.filter(|start| span.contains(start)));
        };
        start_at(source, 0);
        for path in raptor.footpaths.from(source) {
            start_at(path.to, path.seconds);
        }
    }
    starts.push(until_s);
    starts.retain(|start| span.contains(start));
    starts.sort_unstable();
    starts.dedup();
    let mut kept: Vec<Journey> = Vec::new();
    // Best arrival so far by number of rides, not increasing.
    let mut best_s: Vec<i32> = Vec::new();
    for &depart_s in starts.iter().rev() {
        let later = Query { depart_s, ..*query };
        for journey in search.pareto(raptor, &later) {
            let rides = journey.rides();
            if rides == 0 && depart_s != until_s {
                continue;
            }
            let bound = best_s[..best_s.len().min(rides + 1)].iter().min();
            if bound.is_some_and(|&bound| journey.arrive_s >= bound) {
                continue;
            }
            if best_s.len() <= rides {
                best_s.resize(rides + 1, i32::MAX);
            }
            best_s[rides] = journey.arrive_s;
            kept.push(journey);
        }
    }
    kept.sort_by_key(|journey| (journey.depart_s, journey.arrive_s, journey.rides()));
    kept
}
