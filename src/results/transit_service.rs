//! Public transport as planned and as operated, run by run, from the halts that the record holds.
//!
//! It measures punctuality, headways and loads; it knows no chart and no file, and nothing of passengers beyond counts.

use crate::city::model::transit::Transit;
use crate::engine::record::StopVisit;
use crate::results::outcome::RunOutcome;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A day, seconds.
pub const DAY_S: i64 = 86_400;
/// A departure counts as on time from this much before the plan, seconds ...
pub const EARLY_S: f64 = 60.0;
/// ... to this much after it (docs/sizing.md: -1 to +5 min).
pub const LATE_S: f64 = 300.0;
/// A gap this long, seconds, is a night or a pause, not a headway.
const PAUSE_S: f64 = 7_200.0;

/// A run as operated.
#[derive(Clone, Debug)]
pub struct OperatedRun<'a> {
    /// Midnight of its service day, seconds after that of the run's first day.
    pub day_s: i64,
    /// Trip.
    pub trip: usize,
    /// Its halts in the order of its pattern.
    pub halts: Vec<&'a StopVisit>,
}

/// How well a route did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RouteQuality {
    /// Departures from first stops and time points, where a vehicle waits for its time.
    pub departures: usize,
    /// Of these, on time.
    pub on_time: usize,
    /// Passengers who got on.
    pub boardings: u64,
    /// Passengers left behind for want of room.
    pub denied: u64,
    /// Runs that should have begun.
    pub planned: usize,
    /// Of these, runs without any halt.
    pub missing: usize,
    /// Mean wait of passengers who come at random, beyond that of the plan, minutes; none without two departures.
    pub excess_wait_min: Option<f64>,
}

impl RouteQuality {
    /// Share of departures on time, per cent.
    #[must_use]
    pub fn on_time_pct(&self) -> f64 {
        100.0 * self.on_time as f64 / self.departures.max(1) as f64
    }
}

/// The service of a whole run.
#[derive(Debug)]
pub struct Service<'a> {
    /// The plan.
    pub transit: &'a Transit,
    /// Operated runs by service day and trip.
    pub operated: BTreeMap<(i64, usize), OperatedRun<'a>>,
    /// Planned runs that should have begun while the simulation ran, by service day and trip.
    pub planned: BTreeSet<(i64, usize)>,
    /// Start of the simulation, seconds after midnight of its first day.
    pub from_s: i64,
    /// Its end, likewise.
    pub to_s: i64,
}

impl<'a> Service<'a> {
    /// The service of an outcome; none without public transport or halts.
    #[must_use]
    pub fn of(o: &'a RunOutcome) -> Option<Self> {
        let transit = o.plan.city.transit.as_ref()?;
        if o.record.stop_visits.is_empty() {
            return None;
        }
        let mut operated: BTreeMap<(i64, usize), OperatedRun> = BTreeMap::new();
        for halt in &o.record.stop_visits {
            let trip = halt.trip as usize;
            let run = operated
                .entry((halt.day_s, trip))
                .or_insert_with(|| OperatedRun {
                    day_s: halt.day_s,
                    trip,
                    halts: Vec::new(),
                });
            run.halts.push(halt);
        }
        for run in operated.values_mut() {
            run.halts.sort_by_key(|h| h.position);
        }
        let start = o.plan.start;
        let from_s = i64::from(start.hour()) * 3600
            + i64::from(start.minute()) * 60
            + i64::from(start.second());
        let to_s = from_s + o.finished_s as i64;
        let weekday = i64::from(start.weekday().to_monday_zero_offset());
        let mut planned = BTreeSet::new();
        // The service day before may reach into the first hours.
        for day in -1..=to_s.div_euclid(DAY_S) {
            let of_week = (weekday + day).rem_euclid(7) as usize;
            for (number, trip) in transit.trips.iter().enumerate() {
                let begins = day * DAY_S + i64::from(trip.start_s);
                if transit.services[trip.service].days[of_week] && (from_s..to_s).contains(&begins)
                {
                    planned.insert((day * DAY_S, number));
                }
            }
        }
        Some(Self {
            transit,
            operated,
            planned,
            from_s,
            to_s,
        })
    }

    /// Pattern of a trip.
    #[must_use]
    pub fn pattern(&self, trip: usize) -> usize {
        self.transit.timings[self.transit.trips[trip].timing].pattern
    }

    /// Route of a trip.
    #[must_use]
    pub fn route(&self, trip: usize) -> usize {
        self.transit.patterns[self.pattern(trip)].route
    }

    /// Planned departure of a trip at a position, seconds after midnight of the first day.
    #[must_use]
    pub fn planned_s(&self, day_s: i64, trip: usize, position: usize) -> f64 {
        let row = &self.transit.trips[trip];
        let timing = &self.transit.timings[row.timing];
        let after = timing.departure_s.get(position).copied().unwrap_or(0);
        (day_s + i64::from(row.start_s) + i64::from(after)) as f64
    }

    /// How well each route did; none for one that should not have run and did not.
    #[must_use]
    pub fn quality(&self) -> Vec<Option<RouteQuality>> {
        let mut all: Vec<Option<RouteQuality>> = vec![None; self.transit.routes.len()];
        for run in self.operated.values() {
            let quality = all[self.route(run.trip)].get_or_insert_default();
            let pattern = &self.transit.patterns[self.pattern(run.trip)];
            let last = pattern.stops.len() - 1;
            for halt in &run.halts {
                quality.boardings += u64::from(halt.boarded);
                quality.denied += u64::from(halt.denied);
                let position = usize::from(halt.position);
                if position < last && (position == 0 || pattern.timepoint[position]) {
                    let late = f64::from(halt.departure_s - halt.planned_s);
                    quality.departures += 1;
                    quality.on_time += usize::from((-EARLY_S..=LATE_S).contains(&late));
                }
            }
        }
        for key in &self.planned {
            let quality = all[self.route(key.1)].get_or_insert_default();
            quality.planned += 1;
            quality.missing += usize::from(!self.operated.contains_key(key));
        }
        for (route, quality) in all.iter_mut().enumerate() {
            if let Some(quality) = quality {
                quality.excess_wait_min = self.excess_wait_min(route);
            }
        }
        all
    }

    /// Excess wait of a route: over its directions and stops, half the mean square headway over the mean one, as operated
    /// less as planned (TCQSM; SIZING and MODELS call it the same).
    fn excess_wait_min(&self, route: usize) -> Option<f64> {
        let mut actual: BTreeMap<(u8, usize), Vec<f64>> = BTreeMap::new();
        let mut plan: BTreeMap<(u8, usize), Vec<f64>> = BTreeMap::new();
        for run in self
            .operated
            .values()
            .filter(|r| self.route(r.trip) == route)
        {
            let pattern = &self.transit.patterns[self.pattern(run.trip)];
            for halt in &run.halts {
                let stop = pattern.stops[usize::from(halt.position)];
                let place = (pattern.direction, stop);
                actual
                    .entry(place)
                    .or_default()
                    .push(f64::from(halt.departure_s));
            }
        }
        for &(day_s, trip) in self.planned.iter().filter(|k| self.route(k.1) == route) {
            let pattern = &self.transit.patterns[self.pattern(trip)];
            for (position, stop) in pattern.stops.iter().enumerate() {
                let t = self.planned_s(day_s, trip, position);
                // What should have left after the end has no counterpart.
                if t < self.to_s as f64 {
                    plan.entry((pattern.direction, *stop)).or_default().push(t);
                }
            }
        }
        let wait_min = |times: BTreeMap<(u8, usize), Vec<f64>>| {
            let (mut squares, mut sum) = (0.0, 0.0);
            for mut times in times.into_values() {
                times.sort_by(f64::total_cmp);
                for pair in times.windows(2) {
                    let headway = pair[1] - pair[0];
                    if headway < PAUSE_S {
                        squares += headway * headway;
                        sum += headway;
                    }
                }
            }
            (sum > 0.0).then(|| squares / (2.0 * sum) / 60.0)
        };
        Some(wait_min(actual)? - wait_min(plan)?)
    }

    /// The route with most trouble: most minutes of excess wait over all who got on; of those with departures.
    #[must_use]
    pub fn most_troubled(&self, quality: &[Option<RouteQuality>]) -> Option<usize> {
        let trouble = |q: &RouteQuality| {
            let missing = q.missing as f64 / q.planned.max(1) as f64;
            q.excess_wait_min.unwrap_or(0.0).max(0.0) * (q.boardings + 1) as f64 + missing
        };
        let known = quality.iter().enumerate();
        known
            .filter_map(|(route, q)| q.filter(|q| q.departures > 0).map(|q| (route, trouble(&q))))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
            .map(|r| r.0)
    }

    /// The pattern of a route and direction with most runs, planned or operated.
    #[must_use]
    pub fn main_pattern(&self, route: usize, direction: u8) -> Option<usize> {
        let mut count: BTreeMap<usize, usize> = BTreeMap::new();
        let trips = self.planned.iter().chain(self.operated.keys());
        for pattern in trips.map(|key| self.pattern(key.1)) {
            let row = &self.transit.patterns[pattern];
            if row.route == route && row.direction == direction {
                *count.entry(pattern).or_default() += row.stops.len();
            }
        }
        count
            .into_iter()
            .max_by_key(|(pattern, n)| (*n, std::cmp::Reverse(*pattern)))
            .map(|c| c.0)
    }

    /// Way from the first stop of a pattern to each, kilometres.
    #[must_use]
    pub fn way_km(&self, pattern: usize) -> Vec<f64> {
        let mut way = vec![0.0];
        let mut sum = 0.0;
        for &leg in &self.transit.patterns[pattern].legs {
            sum += 1e-3 * self.transit.legs[leg].length_m;
            way.push(sum);
        }
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;

    #[test]
    fn punctuality_and_excess_wait_by_hand() {
        let mut o = heat_wave::outcome();
        // Keep three runs of one route, ten minutes apart, and delay the middle one by eight minutes everywhere.
        let service = Service::of(&o).unwrap();
        let route = service.route(0);
        let mut keys: Vec<(i64, usize)> = service
            .planned
            .iter()
            .copied()
            .filter(|k| {
                service.route(k.1) == route
                    && service.transit.patterns[service.pattern(k.1)].direction == 0
            })
            .collect();
        keys.sort_by(|a, b| {
            service
                .planned_s(a.0, a.1, 0)
                .total_cmp(&service.planned_s(b.0, b.1, 0))
        });
        let keys = keys[20..23].to_vec();
        let visits: Vec<StopVisit> = keys
            .iter()
            .enumerate()
            .map(|(k, key)| {
                let planned_s = service.planned_s(key.0, key.1, 0) as f32;
                StopVisit {
                    day_s: key.0,
                    trip: key.1 as u32,
                    position: 0,
                    vehicle: 0,
                    arrival_s: planned_s,
                    departure_s: planned_s + if k == 1 { 480.0 } else { 0.0 },
                    planned_s,
                    boarded: 1,
                    alighted: 0,
                    load: 1,
                    denied: 0,
                }
            })
            .collect();
        let gaps = [
            service.planned_s(keys[1].0, keys[1].1, 0) - service.planned_s(keys[0].0, keys[0].1, 0),
            service.planned_s(keys[2].0, keys[2].1, 0) - service.planned_s(keys[1].0, keys[1].1, 0),
        ];
        assert_eq!(gaps, [600.0, 600.0]);
        o.record.stop_visits = visits;
        let service = Service::of(&o).unwrap();
        let quality = service.quality()[route].unwrap();
        assert_eq!((quality.departures, quality.on_time), (3, 2));
        // Headways of 18 and 2 minutes instead of 10 and 10: (18^2 + 2^2) / 40 = 8.2 min of wait.
        let plan_min = 8.2 - quality.excess_wait_min.unwrap();
        assert!((4.5..6.5).contains(&plan_min), "{plan_min}");
        assert!(quality.missing > 0 && quality.missing < quality.planned);
    }
}
