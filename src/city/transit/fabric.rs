//! Public transport as the domain reads it: the model in dense arrays, shared by all worlds of a city.
//!
//! Nothing in it changes during a run but the ways that travellers look up, which are worked out when first asked for
//! and the same whoever asks first.

use crate::city::model::city::City;
use crate::city::model::transit::Pattern;
use crate::city::model::transit::Timing;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::city::model::transit::VehicleType;
use crate::city::transit::days::Day;
use crate::city::transit::days::Week;
use crate::city::transit::demand::Demand;
use crate::city::transit::plans::Plans;
use crate::engine::element::key_of;
use bevy_ecs::resource::Resource;
use std::sync::Arc;

/// No such pair: a stop to itself.
pub const NO_PAIR: u32 = u32::MAX;

/// A vehicle of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Depot.
    pub depot: u32,
    /// Type.
    pub vehicle_type: u32,
    /// Key of its random streams.
    pub key: u64,
}

/// What a pattern needs beside the model's row.
#[derive(Clone, Debug, Default)]
pub struct PatternView {
    /// Line: a route in one direction.
    pub line: u32,
    /// Whether its vehicles run on a track, where none overtakes.
    pub rail: bool,
    /// Place (line and stop) by position.
    pub places: Vec<u32>,
    /// First of its pairs in [`Network::pair_of`].
    first_pair: u32,
}

/// The network.
#[derive(Debug)]
pub struct Network {
    city: Arc<City>,
    empty: Transit,
    /// By pattern.
    pub patterns: Vec<PatternView>,
    /// Pairs of a stop to get on and one to get off that a pattern serves: from, to.
    pub pairs: Vec<(u32, u32)>,
    /// Pair by pattern and the two positions.
    pair_of: Vec<u32>,
    /// Number of places.
    pub places: usize,
    /// Lines: twice the routes.
    pub lines: usize,
    /// Service days.
    pub week: Week,
    /// The fleet, in order of depots and types.
    pub units: Vec<Unit>,
    /// Keys of trips' random streams.
    pub trip_keys: Vec<u64>,
    /// Share of a planned leg's time that is running, by timing; the rest is the halt at its end, where a timetable gives
    /// halts no time of their own.
    pub running_less_s: Vec<f32>,
    /// Charger at a stop, if any.
    pub charger_at: Vec<Option<u32>>,
    /// Number of stops.
    pub stops: usize,
}

/// Network, travellers' ways and demand of a city; static.
#[derive(Resource, Clone, Debug)]
pub struct Fabric(pub Arc<Shared>);

/// What all worlds of a city share.
#[derive(Debug)]
pub struct Shared {
    /// The network.
    pub net: Network,
    /// Ways from zone to zone.
    pub plans: Plans,
    /// Who wants to travel.
    pub demand: Demand,
}

impl Fabric {
    /// Lays a city out; none without public transport.
    #[must_use]
    pub fn new(city: &Arc<City>) -> Option<Self> {
        city.transit.as_ref()?;
        let net = Network::new(city);
        let plans = Plans::new(&net, city);
        let demand = Demand::new(city);
        Some(Self(Arc::new(Shared { net, plans, demand })))
    }
}

impl Network {
    /// Lays a city's public transport out.
    #[must_use]
    pub fn new(city: &Arc<City>) -> Self {
        let empty = Transit::default();
        let transit = city.transit.as_ref().unwrap_or(&empty);
        let (patterns, places) = views(transit);
        let week = Week::new(transit, |p, i| patterns[p].places[i] as usize);
        let mut net = Self {
            patterns,
            pairs: Vec::new(),
            pair_of: Vec::new(),
            places,
            lines: transit.routes.len() * 2,
            week,
            units: units(transit),
            trip_keys: transit.trips.iter().map(|t| key_of(&t.id)).collect(),
            running_less_s: transit.timings.iter().map(halt_in_running).collect(),
            charger_at: vec![None; transit.stops.len()],
            stops: transit.stops.len(),
            city: Arc::clone(city),
            empty: Transit::default(),
        };
        for (number, charger) in (0_u32..).zip(&transit.chargers) {
            net.charger_at[charger.stop] = Some(number);
        }
        net.number_pairs(transit);
        net
    }

    fn number_pairs(&mut self, transit: &Transit) {
        let mut all: Vec<(u32, u32)> = Vec::new();
        for pattern in &transit.patterns {
            for (i, &from) in pattern.stops.iter().enumerate() {
                let later = pattern.stops[i + 1..].iter();
                all.extend(later.map(|&to| (from as u32, to as u32)));
            }
            // Long patterns repeat pairs: keep the list short while it grows.
            if all.len() > 4_000_000 {
                all.sort_unstable();
                all.dedup();
            }
        }
        all.sort_unstable();
        all.dedup();
        all.retain(|(from, to)| from != to);
        for (view, pattern) in self.patterns.iter_mut().zip(&transit.patterns) {
            view.first_pair = self.pair_of.len() as u32;
            for (i, &from) in pattern.stops.iter().enumerate() {
                for &to in &pattern.stops[i + 1..] {
                    let place = all.binary_search(&(from as u32, to as u32));
                    self.pair_of.push(place.map_or(NO_PAIR, |k| k as u32));
                }
            }
        }
        self.pairs = all;
    }

    /// The model.
    #[must_use]
    pub fn transit(&self) -> &Transit {
        self.city.transit.as_ref().unwrap_or(&self.empty)
    }

    /// The zone of travel nearest to a place, metres east and north; none without zones.
    #[must_use]
    pub fn zone_at(&self, [x_m, y_m]: [f64; 2]) -> Option<u32> {
        let zones = self.city.travel.iter().flat_map(|t| &t.zones);
        let square = |x: f64, y: f64| (x - x_m) * (x - x_m) + (y - y_m) * (y - y_m);
        let near = (0_u32..).zip(zones.map(|z| square(z.x_m, z.y_m)));
        near.min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(zone, _)| zone)
    }

    /// Pair of getting on at position `i` and off at `j > i` of a pattern; [`NO_PAIR`] if both are one stop.
    #[must_use]
    pub fn pair(&self, pattern: usize, i: usize, j: usize) -> u32 {
        let n = self.patterns[pattern].places.len();
        let row = i * n - i * (i + 1) / 2;
        self.pair_of[self.patterns[pattern].first_pair as usize + row + (j - i - 1)]
    }

    /// Pairs of getting on at position `i`, by the position of getting off from `i + 1`.
    #[must_use]
    pub fn pairs_from(&self, pattern: usize, i: usize) -> &[u32] {
        let view = &self.patterns[pattern];
        let n = view.places.len();
        let first = view.first_pair as usize + i * n - i * (i + 1) / 2;
        &self.pair_of[first..first + (n - 1 - i)]
    }

    /// The day of service of a day counted from a run's first, whose weekday (Monday 0) is given.
    #[must_use]
    pub fn day(&self, first_weekday: usize, day: i32) -> &Day {
        let weekday = (first_weekday as i32 + day).rem_euclid(7) as usize;
        &self.week.days[self.week.of_weekday[weekday]]
    }

    /// Timing of a trip.
    #[must_use]
    pub fn timing(&self, trip: u32) -> &Timing {
        let transit = self.transit();
        &transit.timings[transit.trips[trip as usize].timing]
    }

    /// Pattern of a trip, with its number.
    #[must_use]
    pub fn pattern(&self, trip: u32) -> (usize, &Pattern) {
        let number = self.timing(trip).pattern;
        (number, &self.transit().patterns[number])
    }

    /// Type of a vehicle.
    #[must_use]
    pub fn type_of(&self, vehicle: usize) -> &VehicleType {
        &self.transit().vehicle_types[self.units[vehicle].vehicle_type as usize]
    }
}

/// Patterns with their lines and places; the number of places.
fn views(transit: &Transit) -> (Vec<PatternView>, usize) {
    // (line, stop, how often the pattern has been there before)
    let mut keys: Vec<(u32, u32, u32)> = Vec::new();
    let key = |pattern: &Pattern, i: usize| {
        let line = (pattern.route * 2 + usize::from(pattern.direction.min(1))) as u32;
        let stop = pattern.stops[i];
        let before = pattern.stops[..i].iter().filter(|s| **s == stop).count();
        (line, stop as u32, before as u32)
    };
    for pattern in &transit.patterns {
        keys.extend((0..pattern.stops.len()).map(|i| key(pattern, i)));
    }
    keys.sort_unstable();
    keys.dedup();
    let views = transit.patterns.iter().map(|pattern| PatternView {
        line: (pattern.route * 2 + usize::from(pattern.direction.min(1))) as u32,
        rail: matches!(
            transit.routes[pattern.route].mode,
            TransitMode::Tram | TransitMode::Metro | TransitMode::Rail
        ),
        places: (0..pattern.stops.len())
            .map(|i| keys.binary_search(&key(pattern, i)).map_or(0, |k| k as u32))
            .collect(),
        first_pair: 0,
    });
    (views.collect(), keys.len())
}

fn units(transit: &Transit) -> Vec<Unit> {
    let mut units = Vec::new();
    for fleet in &transit.fleets {
        let depot = &transit.depots[fleet.depot].id;
        let kind = &transit.vehicle_types[fleet.vehicle_type].id;
        units.extend((0..fleet.vehicles).map(|n| Unit {
            depot: fleet.depot as u32,
            vehicle_type: fleet.vehicle_type as u32,
            key: key_of(&format!("transit/vehicle/{depot}/{kind}/{n}")),
        }));
    }
    units
}

/// Seconds of halt that a timetable hides in its running times: real feeds mostly give one time for arrival and
/// departure. Then a leg's planned time holds a halt of 15 s, the middle of what buses need (SIZING.md, section 4).
fn halt_in_running(timing: &Timing) -> f32 {
    const HIDDEN_HALT_S: f32 = 15.0;
    let inner = 1..timing.arrival_s.len().saturating_sub(1);
    let (mut halts, mut n) = (0, 0);
    for i in inner {
        halts += timing.departure_s[i] - timing.arrival_s[i];
        n += 1;
    }
    if n > 0 && halts < 5 * n {
        HIDDEN_HALT_S
    } else {
        0.0
    }
}
