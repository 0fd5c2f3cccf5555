//! Who can walk where between vehicles, and how long a change within a stop takes.
//!
//! Two stops are linked when they lie within the limit in a straight line, when they belong to one station, or when the
//! timetable's transfers say so. Links are not chained: between two rides there is one walk, so that the limit means
//! what it says. No street network is known here; the detour is a factor.

use crate::solvers::journey::timetable::Stop;
use crate::solvers::journey::timetable::Timetable;
use crate::solvers::journey::timetable::TransferRule;

/// Pace on foot, m/s. OpenTripPlanner's default; the Transit Capacity and Quality of Service Manual (TCRP 165, 2013) and
/// the Highway Capacity Manual lie around it (1.2 to 1.5 m/s).
pub const WALK_SPEED_M_S: f64 = 1.33;

/// Way on foot over the straight line: 4/pi, the mean of |cos| + |sin| over all directions, which is what a rectangular
/// grid of streets makes of it. Measured cities lie between 1.2 and 1.4.
pub const DETOUR_FACTOR: f64 = 4.0 / std::f64::consts::PI;

/// Mean radius of the earth, m (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A change that cannot be made.
const NEVER: u32 = u32::MAX;

/// A way on foot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footpath {
    /// Where it leads.
    pub to: u32,
    /// How long it takes, seconds.
    pub seconds: u32,
}

/// All ways on foot of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footpaths {
    /// Where each stop's paths begin; one more than there are stops.
    first: Vec<u32>,
    paths: Vec<Footpath>,
    /// Least time between getting off and getting on at the same stop, seconds.
    change_s: Vec<u32>,
}

impl Footpaths {
    /// Links stops up to `limit_m` metres apart in a straight line (none for 0), those of one station, and those of the
    /// timetable's transfers, which overrule the rest for their pair.
    #[must_use]
    pub fn new(timetable: &Timetable, limit_m: f64) -> Self {
        let stops = &timetable.stops;
        // (from, to, seconds); transfers come last and overrule.
        let mut links = near(stops, limit_m);
        links.extend(within_stations(stops));
        links.sort_unstable();
        links.dedup();
        let mut change_s = vec![0; stops.len()];
        let mut ruled: Vec<(u32, u32, u32)> = Vec::new();
        for transfer in &timetable.transfers {
            let (from, to) = (transfer.from, transfer.to);
            let seconds = match transfer.rule {
                TransferRule::Takes(seconds) => seconds,
                TransferRule::Forbidden => NEVER,
                TransferRule::Walk if from == to => 0,
                TransferRule::Walk => {
                    match walk_s(distance_m(&stops[from as usize], &stops[to as usize])) {
                        Some(seconds) => seconds,
                        None => continue,
                    }
                }
            };
            if from == to {
                change_s[from as usize] = seconds;
            } else {
                ruled.push((from, to, seconds));
            }
        }
        ruled.sort_unstable();
        links.retain(|&(from, to, _)| {
            let place = ruled.binary_search_by_key(&(from, to), |&(a, b, _)| (a, b));
            place.is_err()
        });
        links.extend(ruled.iter().filter(|link| link.2 != NEVER));
        links.sort_unstable();
        links.dedup_by_key(|&mut (from, to, _)| (from, to));
        let mut first = vec![0_u32; stops.len() + 1];
        for &(from, _, _) in &links {
            first[from as usize + 1] += 1;
        }
        for stop in 0..stops.len() {
            first[stop + 1] += first[stop];
        }
        let paths = links
            .iter()
            .map(|&(_, to, seconds)| Footpath { to, seconds });
        Self {
            first,
            paths: paths.collect(),
            change_s,
        }
    }

    /// The ways on foot from a stop, by the number of the stop they lead to.
    #[must_use]
    pub fn from(&self, stop: u32) -> &[Footpath] {
        let stop = stop as usize;
        &self.paths[self.first[stop] as usize..self.first[stop + 1] as usize]
    }

    /// Seconds from one stop to another on foot, if they are linked; 0 to itself.
    #[must_use]
    pub fn between(&self, from: u32, to: u32) -> Option<u32> {
        if from == to {
            return Some(0);
        }
        let paths = self.from(from);
        let place = paths.binary_search_by_key(&to, |path| path.to).ok()?;
        Some(paths[place].seconds)
    }

    /// Least seconds between getting off and getting on at the same stop; `None` where one may not change.
    #[must_use]
    pub fn change_s(&self, stop: u32) -> Option<u32> {
        let seconds = self.change_s[stop as usize];
        (seconds != NEVER).then_some(seconds)
    }

    /// Number of ways on foot, both directions counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether nothing is linked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}

/// Seconds on foot for a straight line, rounded up; `None` for a distance that is not known or beyond a day's walk.
fn walk_s(distance_m: f64) -> Option<u32> {
    let seconds = (distance_m * DETOUR_FACTOR / WALK_SPEED_M_S).ceil();
    (seconds <= f64::from(crate::solvers::journey::timetable::DAY_S)).then_some(seconds as u32)
}

/// Great-circle distance in metres (haversine); NaN where a position is unknown.
#[must_use]
pub fn distance_m(a: &Stop, b: &Stop) -> f64 {
    let half = |from: f64, to: f64| libm::sin((to - from).to_radians() / 2.0);
    let (north, east) = (
        half(a.latitude_deg, b.latitude_deg),
        half(a.longitude_deg, b.longitude_deg),
    );
    let cosines = libm::cos(a.latitude_deg.to_radians()) * libm::cos(b.latitude_deg.to_radians());
    let square = north * north + cosines * east * east;
    // Rounding may carry antipodes past 1; NaN passes through `clamp`.
    2.0 * EARTH_RADIUS_M * libm::asin(square.sqrt().clamp(0.0, 1.0))
}

/// All ordered pairs within the limit. Stops are sorted by latitude, so that each looks at a band alone.
fn near(stops: &[Stop], limit_m: f64) -> Vec<(u32, u32, u32)> {
    let mut links = Vec::new();
    if !(limit_m > 0.0 && limit_m.is_finite()) {
        return links;
    }
    let mut order: Vec<u32> = (0..stops.len() as u32).collect();
    order.retain(|&stop| stops[stop as usize].latitude_deg.is_finite());
    let latitude = |stop: u32| stops[stop as usize].latitude_deg;
    order.sort_by(|&a, &b| latitude(a).total_cmp(&latitude(b)).then(a.cmp(&b)));
    // A hair wider than the limit: the exact test follows.
    let band_deg = (limit_m / EARTH_RADIUS_M).to_degrees() * 1.001;
    for (place, &a) in order.iter().enumerate() {
        for &b in &order[place + 1..] {
            if latitude(b) - latitude(a) > band_deg {
                break;
            }
            let distance = distance_m(&stops[a as usize], &stops[b as usize]);
            if let (true, Some(seconds)) = (distance <= limit_m, walk_s(distance)) {
                links.push((a, b, seconds));
                links.push((b, a, seconds));
            }
        }
    }
    links
}

/// All ordered pairs of stops of one station.
fn within_stations(stops: &[Stop]) -> Vec<(u32, u32, u32)> {
    let mut members: Vec<(u32, u32)> = (0_u32..)
        .zip(stops)
        .filter_map(|(stop, row)| Some((row.station?, stop)))
        .collect();
    members.sort_unstable();
    let mut links = Vec::new();
    for station in members.chunk_by(|a, b| a.0 == b.0) {
        for &(_, from) in station {
            for &(_, to) in station.iter().filter(|(_, to)| *to != from) {
                let distance = distance_m(&stops[from as usize], &stops[to as usize]);
                links.extend(walk_s(distance).map(|seconds| (from, to, seconds)));
            }
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::journey::timetable::Transfer;

    fn stop(latitude_deg: f64, longitude_deg: f64, station: Option<u32>) -> Stop {
        Stop {
            latitude_deg,
            longitude_deg,
            station,
        }
    }

    fn made(stops: Vec<Stop>, transfers: Vec<Transfer>, limit_m: f64) -> Footpaths {
        let timetable = Timetable::new(stops, Vec::new(), Vec::new(), transfers).unwrap();
        Footpaths::new(&timetable, limit_m)
    }

    #[test]
    fn a_degree_of_a_great_circle_is_a_360th_of_the_earth() {
        let degree = 2.0 * std::f64::consts::PI * EARTH_RADIUS_M / 360.0;
        let equator = distance_m(&stop(0.0, 10.0, None), &stop(0.0, 11.0, None));
        let meridian = distance_m(&stop(60.0, 10.0, None), &stop(61.0, 10.0, None));
        // A nanometre a metre: far above rounding, far below any use.
        assert!((equator - degree).abs() < 1e-4 && (meridian - degree).abs() < 1e-4);
        assert!(distance_m(&stop(f64::NAN, 0.0, None), &stop(0.0, 0.0, None)).is_nan());
    }

    #[test]
    fn the_limit_is_a_straight_line_and_the_time_a_detour() {
        // 0.001 degrees of latitude are 111.195 m, so 141.6 m on foot and 106.4 s.
        let stops = || {
            vec![
                stop(0.0, 0.0, None),
                stop(0.001, 0.0, None),
                stop(f64::NAN, f64::NAN, None),
            ]
        };
        let paths = made(stops(), Vec::new(), 112.0);
        assert_eq!(
            paths.from(0),
            [Footpath {
                to: 1,
                seconds: 107
            }]
        );
        assert_eq!(
            paths.from(1),
            [Footpath {
                to: 0,
                seconds: 107
            }]
        );
        assert_eq!(paths.from(2), []);
        assert!(made(stops(), Vec::new(), 111.0).is_empty());
        assert!(made(stops(), Vec::new(), 0.0).is_empty());
    }

    #[test]
    fn stations_are_linked_at_any_limit() {
        let paths = made(
            vec![stop(0.0, 0.0, Some(3)), stop(0.001, 0.0, Some(3))],
            Vec::new(),
            0.0,
        );
        assert_eq!(paths.between(0, 1), Some(107));
    }

    #[test]
    fn transfers_overrule_the_distance() {
        let rule = |from, to, rule| Transfer { from, to, rule };
        let stops = vec![
            stop(0.0, 0.0, None),
            stop(0.001, 0.0, None),
            stop(1.0, 0.0, None),
        ];
        let transfers = vec![
            rule(0, 1, TransferRule::Forbidden),
            rule(1, 0, TransferRule::Takes(30)),
            rule(0, 2, TransferRule::Takes(600)),
            rule(1, 1, TransferRule::Takes(90)),
            rule(2, 2, TransferRule::Forbidden),
        ];
        let paths = made(stops, transfers, 200.0);
        assert_eq!(paths.between(0, 1), None);
        assert_eq!(paths.between(1, 0), Some(30));
        assert_eq!(paths.between(0, 2), Some(600));
        assert_eq!(
            [paths.change_s(0), paths.change_s(1), paths.change_s(2)],
            [Some(0), Some(90), None]
        );
    }
}
