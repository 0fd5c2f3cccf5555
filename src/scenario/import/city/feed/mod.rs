//! Public transport of a city from a GTFS feed: the week round a date as stops, patterns, running times, trips, blocks.
//!
//! What a feed does not hold is filled by rule and said so: kinds of vehicles by the routes' modes, blocks first in first
//! out at terminals where it has none, depots among the terminals, fleets by the peak. It makes no grid and no people.

pub mod base;
pub mod blocks;
pub mod demand;
pub mod depots;
pub mod lengths;
pub mod projection;
pub mod warp;
pub mod week;

use crate::city::model::transit::Pattern;
use crate::city::model::transit::Route;
use crate::city::model::transit::Stop;
use crate::city::model::transit::Transit;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::transit::fleet;
use crate::scenario::generate::transit::vehicles;
use crate::scenario::generate::transit::vehicles::Kind;
use crate::scenario::generate::transit::workbook::Workbook;
use crate::scenario::import::city::feed::lengths::Lengths;
use crate::scenario::import::city::feed::projection::Projection;
use crate::scenario::import::city::feed::week::Week;
use crate::scenario::import::city::feed::week::WeekRun;
use crate::scenario::import::gtfs::feed::Feed;
use crate::scenario::import::gtfs::feed::FeedCall;
use crate::scenario::import::gtfs::mode::Mode;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::solvers::journey::timetable::TransferRule;
use jiff::civil::Date;

/// `location_type` of a station.
const STATION: u8 = 1;

/// A feed's week as a layer of a city, before it hangs on any grid.
#[derive(Debug)]
pub struct FeedLayer {
    /// The layer; districts of stops and depots are 0 yet.
    pub transit: Transit,
    /// How the map lies on the globe.
    pub projection: Projection,
    /// How much runs.
    pub supply: Supply,
    /// What was filled in or left out, in words.
    pub notes: Vec<String>,
    /// What the reader had to say.
    pub notices: Vec<Problem>,
}

/// How much runs on the date that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supply {
    /// Runs.
    pub runs: usize,
    /// Vehicle-hours between first and last stops.
    pub vehicle_h: f64,
    /// The same times the capacity of each vehicle.
    pub place_h: f64,
    /// Places that pass each stop.
    pub places_at: Vec<f64>,
    /// The largest kind of vehicle at each stop.
    pub kind_at: Vec<Option<Kind>>,
}

/// Makes the layer of the week round a date.
///
/// # Errors
/// When no trip runs on the date.
pub fn layer(feed: &Feed, date: Date) -> Result<FeedLayer, Problems> {
    let week = Week::of(feed, date)?;
    let (numbers, used) = stops_in_use(feed, &week);
    let projection = Projection::about(feed, &week);
    let at: Vec<Point> = used
        .iter()
        .map(|&s| projection.point(&feed.stops[s]))
        .collect();
    let kinds: Vec<Kind> = feed.routes.iter().map(|r| kind(r.mode)).collect();
    let mut book = Workbook::default();
    book.transit.stops = stops(feed, &used, &at);
    book.transit.routes = routes(feed, &kinds);
    let mut lengths = Lengths::new(feed, &projection);
    let mut runs = Vec::with_capacity(week.runs.len());
    let mut supply = Supply {
        places_at: vec![0.0; used.len()],
        kind_at: vec![None; used.len()],
        ..Supply::default()
    };
    // Rows stand together, and with them their pattern and times.
    let mut last: Option<(usize, usize)> = None;
    for run in &week.runs {
        let trip = &feed.trips[run.trip];
        let calls = feed.calls_of(trip);
        let kind = kinds[trip.route as usize];
        let timing = match last {
            Some((of, timing)) if of == run.trip => timing,
            _ => {
                let stops: Vec<usize> = calls.iter().map(|c| numbers[c.stop as usize]).collect();
                timing_of(run, feed, &stops, &at, kind, &mut lengths, &mut book)
            }
        };
        last = Some((run.trip, timing));
        let service = book.service(run.days);
        let end_s = calls.last().map_or(0, |c| c.arrival_s) - calls[0].departure_s;
        if run.days[week.asked_day] {
            let capacity = f64::from(kind.vehicle_type().capacity);
            supply.runs += 1;
            supply.vehicle_h += f64::from(end_s) / 3600.0;
            supply.place_h += capacity * f64::from(end_s) / 3600.0;
            for call in calls {
                let stop = numbers[call.stop as usize];
                supply.places_at[stop] += capacity;
                supply.kind_at[stop] = supply.kind_at[stop].max(Some(kind));
            }
        }
        runs.push(blocks::FeedRun {
            id: run.id(feed),
            block: trip.block,
            kind,
            timing,
            service,
            days: run.days,
            start_s: run.start_s,
            end_s: run.start_s + end_s,
        });
    }
    book.transit.vehicle_types = vehicles::types(&kinds_in_use(&runs));
    let mut notes = week.notes(feed);
    notes.extend(blocks::assign(&runs, feed, &at, &mut book));
    let mut transit = book.finish();
    transit.transfers = transfers(feed, &numbers);
    depots::place(&mut transit);
    fleet::size(&mut transit);
    Ok(FeedLayer {
        transit,
        projection,
        supply,
        notes,
        notices: week.notices,
    })
}

/// What kind of vehicle runs on a route of this mode.
fn kind(mode: Mode) -> Kind {
    match mode {
        Mode::Bus | Mode::Taxi => Kind::DieselBus,
        Mode::Coach => Kind::Coach,
        Mode::Trolleybus => Kind::Trolleybus,
        Mode::Tram => Kind::Tram,
        Mode::Metro => Kind::Metro,
        Mode::Rail => Kind::Rail,
        Mode::Ferry => Kind::Ferry,
        Mode::CableTram
        | Mode::AerialLift
        | Mode::Funicular
        | Mode::Monorail
        | Mode::Air
        | Mode::Other => Kind::Other,
    }
}

fn kinds_in_use(runs: &[blocks::FeedRun]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = runs.iter().map(|r| r.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Number of each of the feed's stops in the layer, and the feed's stops that the layer has.
fn stops_in_use(feed: &Feed, week: &Week) -> (Vec<usize>, Vec<usize>) {
    let mut numbers = vec![usize::MAX; feed.stops.len()];
    for run in &week.runs {
        for call in feed.calls_of(&feed.trips[run.trip]) {
            numbers[call.stop as usize] = 0;
        }
    }
    let used: Vec<usize> = (0..numbers.len()).filter(|&s| numbers[s] == 0).collect();
    for (number, &stop) in used.iter().enumerate() {
        numbers[stop] = number;
    }
    (numbers, used)
}

fn stops(feed: &Feed, used: &[usize], at: &[Point]) -> Vec<Stop> {
    let rows = used.iter().zip(at);
    rows.map(|(&row, p)| {
        let stop = &feed.stops[row];
        let station = stop
            .parent
            .filter(|parent| feed.stops[*parent as usize].kind == STATION);
        Stop {
            id: stop.id.clone(),
            name: stop.name.clone(),
            x_m: p[0],
            y_m: p[1],
            district: 0,
            station,
        }
    })
    .collect()
}

fn routes(feed: &Feed, kinds: &[Kind]) -> Vec<Route> {
    let rows = feed.routes.iter().zip(kinds);
    rows.map(|(route, kind)| {
        let names = [route.short_name.as_str(), route.long_name.as_str()];
        let name = names.map(str::trim).join(" ");
        Route {
            id: route.id.clone(),
            name: match name.trim() {
                "" => route.id.clone(),
                name => name.to_owned(),
            },
            mode: kind.vehicle_type().mode,
        }
    })
    .collect()
}

/// Running times of a trip, with its pattern and legs.
fn timing_of(
    run: &WeekRun,
    feed: &Feed,
    stops: &[usize],
    at: &[Point],
    kind: Kind,
    lengths: &mut Lengths,
    book: &mut Workbook,
) -> usize {
    let trip = &feed.trips[run.trip];
    let calls = feed.calls_of(trip);
    let metres = lengths.of(trip, stops, at);
    let own_track = !kind.is_on_roads();
    let legs = stops
        .windows(2)
        .zip(metres)
        .map(|(pair, m)| book.leg(pair[0], pair[1], own_track, m))
        .collect();
    let number = book.transit.patterns.len() + 1;
    let pattern = book.pattern(Pattern {
        id: format!("P{number:04}"),
        route: trip.route as usize,
        direction: trip.direction.min(1),
        stops: stops.to_vec(),
        legs,
        // 2 and 3 are service on request: it can be had. Nobody boards at the end or gets off at the start.
        boarding: calls
            .iter()
            .enumerate()
            .map(|(k, c)| c.pickup != 1 && k + 1 < calls.len())
            .collect(),
        alighting: calls
            .iter()
            .enumerate()
            .map(|(k, c)| c.drop_off != 1 && k > 0)
            .collect(),
        timepoint: timepoints(calls),
    });
    let first_s = calls[0].departure_s;
    book.timing(
        pattern,
        calls.iter().map(|c| c.arrival_s - first_s).collect(),
        calls.iter().map(|c| c.departure_s - first_s).collect(),
    )
}

/// Where vehicles wait: as the feed says; where it does not, at the first stop and half-way.
fn timepoints(calls: &[FeedCall]) -> Vec<bool> {
    let last = calls.len() - 1;
    let said = calls.iter().any(|c| c.is_timepoint);
    let each = calls.iter().enumerate();
    each.map(|(k, call)| {
        let here = if said {
            call.is_timepoint
        } else {
            k == calls.len() / 2
        };
        k < last && (k == 0 || here)
    })
    .collect()
}

/// The feed's rules for changing between stops in use; a station stands for its stops, unless these have rules of their own.
fn transfers(feed: &Feed, numbers: &[usize]) -> Vec<(usize, usize, Option<u32>)> {
    let members = |place: u32| -> Vec<u32> {
        if feed.stops[place as usize].kind == STATION {
            let all = 0_u32..feed.stops.len() as u32;
            all.filter(|s| feed.stops[*s as usize].parent == Some(place))
                .collect()
        } else {
            vec![place]
        }
    };
    let mut rules: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (row, transfer) in feed.transfers.iter().enumerate() {
        let (from, to) = (members(transfer.from), members(transfer.to));
        let generality = from.len() * to.len();
        for a in &from {
            for b in &to {
                let pair = [numbers[*a as usize], numbers[*b as usize]];
                if pair[0] != pair[1] && !pair.contains(&usize::MAX) {
                    rules.push((pair[0], pair[1], generality, row));
                }
            }
        }
    }
    rules.sort_unstable();
    rules.dedup_by_key(|rule| (rule.0, rule.1));
    let rule = |(from, to, _, row): (usize, usize, usize, usize)| match feed.transfers[row].rule {
        TransferRule::Walk => None,
        TransferRule::Takes(seconds) => Some((from, to, Some(seconds))),
        TransferRule::Forbidden => Some((from, to, None)),
    };
    rules.into_iter().filter_map(rule).collect()
}

#[cfg(test)]
mod tests;
