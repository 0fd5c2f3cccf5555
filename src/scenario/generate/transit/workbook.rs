//! A timetable while it is being written: equal legs, patterns, running times and services are kept once.
//!
//! It judges nothing: `city_files` does that with whatever came out.

use crate::city::model::transit::Block;
use crate::city::model::transit::Leg;
use crate::city::model::transit::Pattern;
use crate::city::model::transit::Service;
use crate::city::model::transit::Timing;
use crate::city::model::transit::Transit;
use crate::city::model::transit::Trip;
use std::collections::BTreeMap;

/// What makes a pattern: route, direction, stops, and the positions without boarding and without alighting.
type PatternKey = (usize, u8, Vec<usize>, Vec<bool>, Vec<bool>);

/// A timetable being written.
#[derive(Debug, Default)]
pub struct Workbook {
    /// What stands so far.
    pub transit: Transit,
    legs: BTreeMap<(usize, usize, bool), usize>,
    patterns: BTreeMap<PatternKey, usize>,
    timings: BTreeMap<(usize, Vec<i32>, Vec<i32>), usize>,
    services: BTreeMap<[bool; 7], usize>,
}

impl Workbook {
    /// The leg between two stops; the first to name it gives its length, metres.
    pub fn leg(&mut self, from: usize, to: usize, own_track: bool, length_m: f64) -> usize {
        let legs = &mut self.transit.legs;
        *self.legs.entry((from, to, own_track)).or_insert_with(|| {
            legs.push(Leg {
                from,
                to,
                length_m,
                road_links: Vec::new(),
                traction: Vec::new(),
            });
            legs.len() - 1
        })
    }

    /// The pattern like this one, or a new one with the next number of its route and direction for an id.
    pub fn pattern(&mut self, pattern: Pattern) -> usize {
        let key = (
            pattern.route,
            pattern.direction,
            pattern.stops.clone(),
            pattern.boarding.clone(),
            pattern.alighting.clone(),
        );
        let patterns = &mut self.transit.patterns;
        *self.patterns.entry(key).or_insert_with(|| {
            patterns.push(pattern);
            patterns.len() - 1
        })
    }

    /// Running times of a pattern.
    pub fn timing(&mut self, pattern: usize, arrival_s: Vec<i32>, departure_s: Vec<i32>) -> usize {
        let timings = &mut self.transit.timings;
        let key = (pattern, arrival_s.clone(), departure_s.clone());
        *self.timings.entry(key).or_insert_with(|| {
            timings.push(Timing {
                pattern,
                arrival_s,
                departure_s,
            });
            timings.len() - 1
        })
    }

    /// The service of some days of the week.
    pub fn service(&mut self, days: [bool; 7]) -> usize {
        let services = &mut self.transit.services;
        *self.services.entry(days).or_insert_with(|| {
            services.push(Service {
                id: name(days),
                days,
            });
            services.len() - 1
        })
    }

    /// Adds a block.
    pub fn block(&mut self, id: String, vehicle_type: usize, depot: usize) -> usize {
        self.transit.blocks.push(Block {
            id,
            vehicle_type,
            depot,
        });
        self.transit.blocks.len() - 1
    }

    /// Adds a trip.
    pub fn trip(&mut self, id: String, timing: usize, service: usize, start_s: i32, block: usize) {
        self.transit.trips.push(Trip {
            id,
            timing,
            service,
            start_s,
            block,
        });
    }

    /// The whole, its trips in order of block and start.
    #[must_use]
    pub fn finish(mut self) -> Transit {
        self.transit
            .trips
            .sort_by(|a, b| (a.block, a.start_s, &a.id).cmp(&(b.block, b.start_s, &b.id)));
        self.transit
    }
}

/// A word for some days of the week.
fn name(days: [bool; 7]) -> String {
    match days {
        [true, true, true, true, true, false, false] => "weekday".to_owned(),
        [false, false, false, false, false, true, true] => "weekend".to_owned(),
        [true, true, true, true, true, true, true] => "daily".to_owned(),
        _ => {
            let names = ["mo", "tu", "we", "th", "fr", "sa", "su"];
            let on: Vec<&str> = names
                .iter()
                .zip(days)
                .filter(|(_, runs)| *runs)
                .map(|(name, _)| *name)
                .collect();
            if on.is_empty() {
                "never".to_owned()
            } else {
                on.join("-")
            }
        }
    }
}
