//! Ways that travellers consider from a zone to another: up to four a pair of zones and level of service.
//!
//! A level is an hour of a kind of day with its own frequencies; hours alike share one. Ways are worked out when a zone is
//! first left in a level, by one search to all stops, and kept for all worlds. Who takes which is drawn elsewhere; crowds
//! and delays of the day are not known here.

use crate::city::model::city::City;
use crate::city::model::travel::Zone;
use crate::city::transit::fabric::NO_PAIR;
use crate::city::transit::fabric::Network;
use crate::solvers::journey::footpaths::DETOUR_FACTOR;
use crate::solvers::journey::footpaths::WALK_SPEED_M_S;
use crate::solvers::journey::frequency::FrequencySearch;
use crate::solvers::journey::frequency::FrequentLine;
use crate::solvers::journey::frequency::NO_WAY;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Weight of a minute on foot and of a minute of waiting against one in the vehicle: 2 (MODELS.md: walk x2, wait 2 to 2.5).
const WALK_WEIGHT: f32 = 2.0;
/// See [`WALK_WEIGHT`].
const WAIT_WEIGHT: f32 = 2.0;
/// A change, minutes of riding (MODELS.md: 5 to 10).
const CHANGE_MIN: f32 = 8.0;
/// Rides of a way at most. Three reach everything in a city; more is walked or driven.
const RIDES: usize = 3;
/// Ways kept for a pair of zones.
const WAYS: usize = 4;
/// How much worse than the best a way may be, minutes; beyond, the logit gives it under 2 %.
const WORSE_MIN: f32 = 20.0;
/// Walk to a stop within the zone, metres straight: people live spread over it, and who uses a stop lives near it (planners
/// reckon with 400 m to a bus at most, 800 m to rail).
const WITHIN_M: f64 = 300.0;
/// How far beyond its own bounds a zone's people go to a stop, metres straight.
const BEYOND_M: f64 = 700.0;
/// Largest radius of a zone, metres: a wider one has its people round its middle (chosen).
const RADIUS_M: f64 = 900.0;
/// Stops to which a zone has access at most, the nearest.
const ACCESS_STOPS: usize = 30;
/// Stops between which one changes on foot, metres straight; 300 m as in the journey solver's reference.
const CHANGE_M: f64 = 300.0;
/// Headway from which travellers look the departure up, minutes (TCQSM, TCRP 165: random arrivals below 10 to 12).
pub const TIMED_FROM_MIN: f32 = 12.0;
/// Time before the planned departure at which they then come, minutes (chosen; surveys give 4 to 7).
pub const EARLY_MIN: f32 = 5.0;

/// One ride of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Where one gets on and off.
    pub pair: u32,
    /// Line of the search (others may do as well).
    pub line: u32,
    /// Way on foot before it, seconds.
    pub walk_s: u16,
    /// Planned time in the vehicle, seconds.
    pub ride_s: u16,
}

/// A way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Generalised cost without crowding, minutes of riding.
    pub cost_min: f32,
    /// First of its rides in [`Plan::hops`].
    pub first: u32,
    /// How many rides.
    pub count: u8,
    /// Whether one looks the first departure up.
    pub timed: bool,
    /// Way on foot at the end, seconds.
    pub egress_s: u16,
}

/// Ways from one zone to all others in one level of service.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Where each destination's ways begin; one more than there are zones.
    pub first_way: Vec<u32>,
    /// Ways by destination, best first.
    pub ways: Vec<Way>,
    /// Rides of the ways.
    pub hops: Vec<Hop>,
}

impl Plan {
    /// Ways to a zone, with the number of the first.
    #[must_use]
    pub fn to(&self, zone: u32) -> (u32, &[Way]) {
        let first = self.first_way[zone as usize];
        let end = self.first_way[zone as usize + 1];
        (first, &self.ways[first as usize..end as usize])
    }

    /// A ride of a way; none after the last.
    #[must_use]
    pub fn hop(&self, way: u32, leg: u8) -> Option<Hop> {
        let way = self.ways.get(way as usize)?;
        if leg >= way.count {
            return None;
        }
        self.hops
            .get(way.first as usize + usize::from(leg))
            .copied()
    }
}

/// Lines as they run in a level.
#[derive(Clone, Debug, Default)]
struct Level {
    lines: Vec<FrequentLine>,
    patterns: Vec<u32>,
}

/// All ways, worked out as they are asked for.
#[derive(Debug)]
pub struct Plans {
    zones: usize,
    stops: usize,
    levels: Vec<Level>,
    /// Level by weekday (Monday first) and hour.
    level_of: Vec<u32>,
    /// Stops of a zone with the seconds on foot.
    access: Vec<Vec<(u32, u32)>>,
    /// Stops to walk to after a ride with the cost of it, the stop itself first.
    paths: Vec<Vec<(u32, f32)>>,
    /// Whether some flow leads from zone to zone.
    wanted: Vec<bool>,
    /// Cost of walking all the way, by pair of zones.
    on_foot: Vec<f32>,
    /// Lines of the network's patterns, for telling ways apart.
    line_of: Vec<u32>,
    plans: Vec<OnceLock<Plan>>,
}

impl Plans {
    /// Prepares for a city; cheap beside the searches.
    #[must_use]
    pub fn new(net: &Network, city: &City) -> Self {
        let travel = city.travel.clone().unwrap_or_default();
        let zones = travel.zones.len();
        let (levels, level_of) = levels(net);
        let mut wanted = vec![false; zones * zones];
        for flow in travel.flows.iter().filter(|f| f.transit_trips > 0.0) {
            wanted[flow.from * zones + flow.to] = true;
        }
        let place = |zone: usize| [travel.zones[zone].x_m, travel.zones[zone].y_m];
        let transit = net.transit();
        let stop = |stop: usize| [transit.stops[stop].x_m, transit.stops[stop].y_m];
        let mut on_foot = vec![0.0; zones * zones];
        for a in 0..zones {
            for b in 0..zones {
                on_foot[a * zones + b] = WALK_WEIGHT * walk_s(place(a), place(b)) as f32 / 60.0;
            }
        }
        let radius = radii(&travel.zones);
        let access = (0..zones).map(|zone| {
            let mut near: Vec<(f64, u32)> = (0..transit.stops.len())
                .map(|s| (metres(place(zone), stop(s)) - radius[zone], s as u32))
                .filter(|n| n.0 <= BEYOND_M)
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near.truncate(ACCESS_STOPS);
            near.iter()
                .map(|&(beyond, s)| (s, walk_s([0.0, 0.0], [WITHIN_M + beyond.max(0.0), 0.0])))
                .collect()
        });
        let access = access.collect();
        Self {
            zones,
            stops: net.stops,
            plans: (0..levels.len() * zones).map(|_| OnceLock::new()).collect(),
            levels,
            level_of,
            access,
            paths: paths(net),
            wanted,
            on_foot,
            line_of: net.patterns.iter().map(|p| p.line).collect(),
        }
    }

    /// Number of the plan of a zone at an hour of a weekday (Monday 0).
    #[must_use]
    pub fn number(&self, weekday: usize, hour: usize, zone: u32) -> u32 {
        let level = self.level_of[(weekday % 7) * 24 + hour % 24];
        level * self.zones as u32 + zone
    }

    /// A plan by its number, worked out if nobody asked before.
    #[must_use]
    pub fn get(&self, net: &Network, number: u32) -> &Plan {
        self.plans[number as usize].get_or_init(|| self.search(net, number as usize))
    }

    /// Number of levels of service.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.levels.len()
    }

    fn search(&self, net: &Network, number: usize) -> Plan {
        let (level, zone) = (&self.levels[number / self.zones], number % self.zones);
        let access: Vec<(u32, f32)> = self.access[zone]
            .iter()
            .map(|&(stop, s)| (stop, WALK_WEIGHT * s as f32 / 60.0))
            .collect();
        let mut search = FrequencySearch::default();
        search.run(&level.lines, self.stops, &access, RIDES, |stop| {
            &self.paths[stop as usize]
        });
        let mut plan = Plan::default();
        for to in 0..self.zones {
            plan.first_way.push(plan.ways.len() as u32);
            if self.wanted[zone * self.zones + to] {
                self.ways_to(net, level, &search, (zone, to), &mut plan);
            }
        }
        plan.first_way.push(plan.ways.len() as u32);
        plan
    }

    fn ways_to(
        &self,
        net: &Network,
        level: &Level,
        search: &FrequencySearch,
        (from, to): (usize, usize),
        plan: &mut Plan,
    ) {
        let mut found: Vec<(f32, u32, usize, u32)> = Vec::new();
        for &(stop, seconds) in &self.access[to] {
            for rides in 1..=RIDES {
                let cost = search.cost(rides, stop) + WALK_WEIGHT * seconds as f32 / 60.0;
                if cost < NO_WAY {
                    found.push((cost, stop, rides, seconds));
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.2, a.1).cmp(&(b.2, b.1))));
        let on_foot = self.on_foot[from * self.zones + to];
        let most = found
            .first()
            .map_or(0.0, |f| (f.0 + WORSE_MIN).min(on_foot));
        let mut known: Vec<Vec<u32>> = Vec::new();
        for (cost, stop, rides, egress_s) in found {
            if cost > most || known.len() == WAYS {
                break;
            }
            let way = search.rides(rides, stop, &level.lines);
            let lines: Vec<u32> = way
                .iter()
                .map(|ride| self.line_of[level.patterns[ride.line as usize] as usize])
                .collect();
            // The same lines from or to a neighbouring stop, or a line left only to be taken again, is no other way.
            if known.contains(&lines) || lines.windows(2).any(|two| two[0] == two[1]) {
                continue;
            }
            let first = plan.hops.len() as u32;
            let mut at = None;
            let mut sound = true;
            let mut timed = false;
            for ride in &way {
                let line = &level.lines[ride.line as usize];
                let (i, j) = (usize::from(ride.board), usize::from(ride.alight));
                let pair = net.pair(level.patterns[ride.line as usize] as usize, i, j);
                sound &= pair != NO_PAIR;
                let walk_s = match at {
                    None => self.access[from]
                        .iter()
                        .find(|a| a.0 == line.stops[i])
                        .map_or(0, |a| a.1),
                    Some(stop) => self.change_s(stop, line.stops[i]),
                };
                if at.is_none() {
                    timed = line.first_wait[i] < line.later_wait[i];
                }
                at = Some(line.stops[j]);
                plan.hops.push(Hop {
                    pair,
                    line: self.line_of[level.patterns[ride.line as usize] as usize],
                    walk_s: walk_s.min(u32::from(u16::MAX)) as u16,
                    ride_s: ((line.minutes[j] - line.minutes[i]) * 60.0).clamp(0.0, 65_000.0)
                        as u16,
                });
            }
            if !sound {
                plan.hops.truncate(first as usize);
                continue;
            }
            known.push(lines);
            plan.ways.push(Way {
                cost_min: cost,
                first,
                count: way.len() as u8,
                timed,
                egress_s: egress_s.min(u32::from(u16::MAX)) as u16,
            });
        }
    }

    /// Seconds on foot between two stops of a change.
    fn change_s(&self, from: u32, to: u32) -> u32 {
        let path = self.paths[from as usize].iter().find(|p| p.0 == to);
        path.map_or(0, |p| {
            ((p.1 - CHANGE_MIN) * 60.0 / WALK_WEIGHT).max(0.0) as u32
        })
    }
}

fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// Radius of each zone, metres: half the mean way to its four nearest neighbours, [`RADIUS_M`] at most.
fn radii(zones: &[Zone]) -> Vec<f64> {
    let radius = zones.iter().map(|zone| {
        let at = [zone.x_m, zone.y_m];
        let mut far: Vec<f64> = zones.iter().map(|z| metres(at, [z.x_m, z.y_m])).collect();
        far.sort_by(f64::total_cmp);
        let near = far.get(1..far.len().min(5)).unwrap_or_default();
        let radius = 0.5 * near.iter().sum::<f64>() / near.len().max(1) as f64;
        radius.min(RADIUS_M)
    });
    radius.collect()
}

/// Seconds on foot, with the journey solver's pace and detour.
fn walk_s(a: [f64; 2], b: [f64; 2]) -> u32 {
    (metres(a, b) * DETOUR_FACTOR / WALK_SPEED_M_S) as u32
}

/// Changes on foot: near stops, those of a station, and what the source says.
fn paths(net: &Network) -> Vec<Vec<(u32, f32)>> {
    let transit = net.transit();
    let cost = |seconds: u32| CHANGE_MIN + WALK_WEIGHT * seconds as f32 / 60.0;
    let mut order: Vec<usize> = (0..transit.stops.len()).collect();
    order.sort_by(|&a, &b| {
        transit.stops[a]
            .x_m
            .total_cmp(&transit.stops[b].x_m)
            .then(a.cmp(&b))
    });
    let at = |s: usize| [transit.stops[s].x_m, transit.stops[s].y_m];
    let mut links: BTreeMap<(usize, usize), Option<u32>> = BTreeMap::new();
    for (k, &a) in order.iter().enumerate() {
        for &b in &order[k + 1..] {
            if transit.stops[b].x_m - transit.stops[a].x_m > CHANGE_M {
                break;
            }
            if metres(at(a), at(b)) <= CHANGE_M {
                links.insert((a, b), Some(walk_s(at(a), at(b))));
                links.insert((b, a), Some(walk_s(at(a), at(b))));
            }
        }
    }
    let mut stations: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (s, stop) in transit.stops.iter().enumerate() {
        if let Some(station) = stop.station {
            stations.entry(station).or_default().push(s);
        }
    }
    for members in stations.values() {
        for &a in members {
            for &b in members.iter().filter(|b| **b != a) {
                links.insert((a, b), Some(walk_s(at(a), at(b))));
            }
        }
    }
    for &(from, to, seconds) in transit.transfers.iter().filter(|t| t.0 != t.1) {
        links.insert((from, to), seconds);
    }
    let mut paths: Vec<Vec<(u32, f32)>> = (0..transit.stops.len())
        .map(|s| vec![(s as u32, cost(0))])
        .collect();
    for ((from, to), seconds) in links {
        if let Some(seconds) = seconds {
            paths[from].push((to as u32, cost(seconds)));
        }
    }
    paths
}

/// Levels of service and which hour of which weekday has which.
fn levels(net: &Network) -> (Vec<Level>, Vec<u32>) {
    let mut levels = Vec::new();
    let mut level_of = vec![0; 7 * 24];
    let mut known: BTreeMap<Vec<u16>, u32> = BTreeMap::new();
    for weekday in 0..7 {
        for hour in 0..24 {
            // Departures in the two hours around: half-hourly and hourly lines do not come and go with the clock.
            let middle = hour as i32 * 3600 + 1800;
            let (counts, example) = departures(net, weekday, middle);
            let next = levels.len() as u32;
            let number = *known.entry(counts.clone()).or_insert(next);
            if number == next {
                levels.push(level(net, &counts, &example));
            }
            level_of[weekday * 24 + hour] = number;
        }
    }
    (levels, level_of)
}

/// Trips by pattern that begin within an hour of a time of a weekday, and a timing of each pattern.
fn departures(net: &Network, weekday: usize, middle_s: i32) -> (Vec<u16>, Vec<Option<usize>>) {
    let transit = net.transit();
    let mut counts = vec![0; transit.patterns.len()];
    let mut example = vec![None; transit.patterns.len()];
    for (back, shift) in [(0, 0), (6, 86_400)] {
        let day = &net.week.days[net.week.of_weekday[(weekday + back) % 7]];
        for &trip in &day.trips {
            let row = &transit.trips[trip as usize];
            if (row.start_s - shift - middle_s).abs() <= 3600 {
                let pattern = transit.timings[row.timing].pattern;
                counts[pattern] += 1;
                example[pattern].get_or_insert(row.timing);
            }
        }
    }
    (counts, example)
}

fn level(net: &Network, counts: &[u16], example: &[Option<usize>]) -> Level {
    let transit = net.transit();
    // Departures an hour by place: patterns of one line share their stops' headway.
    let mut hourly = vec![0.0_f32; net.places];
    for (view, &count) in net.patterns.iter().zip(counts) {
        for &place in &view.places {
            hourly[place as usize] += f32::from(count) / 2.0;
        }
    }
    let mut level = Level::default();
    for (number, pattern) in transit.patterns.iter().enumerate() {
        let Some(timing) = example[number] else {
            continue;
        };
        let timing = &transit.timings[timing];
        let n = pattern.stops.len();
        let mut line = FrequentLine {
            stops: pattern.stops.iter().map(|s| *s as u32).collect(),
            alighting: pattern.alighting.clone(),
            ..FrequentLine::default()
        };
        for position in 0..n {
            let place = net.patterns[number].places[position] as usize;
            let wait = 30.0 / hourly[place];
            let boarding = pattern.boarding[position] && position + 1 < n;
            let cost = |wait: f32| if boarding { WAIT_WEIGHT * wait } else { NO_WAY };
            line.minutes.push(timing.arrival_s[position] as f32 / 60.0);
            line.later_wait.push(cost(wait));
            line.first_wait.push(cost(first_wait_min(wait)));
        }
        level.lines.push(line);
        level.patterns.push(number as u32);
    }
    level
}

/// What waiting for the first ride costs, minutes of waiting: half the headway while people come at random; from
/// [`TIMED_FROM_MIN`] they come in time, and the rest of the half headway, spent at home, counts a fifth (chosen).
fn first_wait_min(half_headway: f32) -> f32 {
    if half_headway * 2.0 < TIMED_FROM_MIN {
        half_headway
    } else {
        EARLY_MIN.min(half_headway) + 0.2 * (half_headway - EARLY_MIN).max(0.0)
    }
}
