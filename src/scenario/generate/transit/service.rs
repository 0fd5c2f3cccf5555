//! When lines run: headways by hour, running times by hour, and the runs that follow from both.
//!
//! Services are two, weekday and weekend. It knows no vehicles but their number in the peak.

use crate::city::model::transit::Pattern;
use crate::city::model::transit::Route;
use crate::city::model::transit::TransitMode;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::transit::lines::Line;
use crate::scenario::generate::transit::lines::Rank;
use crate::scenario::generate::transit::workbook::Workbook;

/// A part of the day with one headway and one pace.
struct Period {
    /// From this time of the service day, seconds.
    from_s: i32,
    /// To this one.
    to_s: i32,
    /// Minutes between departures in a city of 240,000: tram, trunk, orbital, local.
    headway_min: [i32; 4],
    /// Running times against the line's usual ones: streets are slow in the peaks and quick at night.
    pace: f64,
}

const HOUR_S: i32 = 3_600;

/// Weekdays: trams every 8 minutes in the peaks, trunk buses 10, local ones 15 to 20 and 30 off the peaks (docs/sizing.md), less before and after.
const WEEKDAY: [Period; 6] = [
    Period {
        from_s: 5 * HOUR_S,
        to_s: 13 * HOUR_S / 2,
        headway_min: [12, 15, 30, 30],
        pace: 0.94,
    },
    Period {
        from_s: 13 * HOUR_S / 2,
        to_s: 9 * HOUR_S,
        headway_min: [8, 10, 12, 15],
        pace: 1.06,
    },
    Period {
        from_s: 9 * HOUR_S,
        to_s: 15 * HOUR_S,
        headway_min: [8, 12, 15, 20],
        pace: 1.0,
    },
    Period {
        from_s: 15 * HOUR_S,
        to_s: 19 * HOUR_S,
        headway_min: [8, 10, 12, 15],
        pace: 1.08,
    },
    Period {
        from_s: 19 * HOUR_S,
        to_s: 22 * HOUR_S,
        headway_min: [12, 15, 20, 30],
        pace: 0.96,
    },
    Period {
        from_s: 22 * HOUR_S,
        to_s: 49 * HOUR_S / 2,
        headway_min: [15, 20, 30, 30],
        pace: 0.92,
    },
];
/// Weekend days.
const WEEKEND: [Period; 3] = [
    Period {
        from_s: 6 * HOUR_S,
        to_s: 9 * HOUR_S,
        headway_min: [15, 20, 30, 30],
        pace: 0.94,
    },
    Period {
        from_s: 9 * HOUR_S,
        to_s: 20 * HOUR_S,
        headway_min: [10, 15, 20, 30],
        pace: 0.98,
    },
    Period {
        from_s: 20 * HOUR_S,
        to_s: 49 * HOUR_S / 2,
        headway_min: [15, 20, 30, 30],
        pace: 0.92,
    },
];
const WEEKDAYS: [bool; 7] = [true, true, true, true, true, false, false];
const WEEKEND_DAYS: [bool; 7] = [false, false, false, false, false, true, true];

/// Timetabled speeds, halts included, kilometres an hour: in the core and at the edge (docs/sizing.md: trams 17 to 22,
/// buses 15 to 19).
const TRAM_KM_H: (f64, f64) = (19.0, 22.5);
const BUS_KM_H: (f64, f64) = (15.0, 18.4);
/// Planned halts, seconds (docs/sizing.md: dwell 18 to 30 and 12 to 25).
const TRAM_HALT_S: i32 = 20;
const BUS_HALT_S: i32 = 15;
/// Way against the straight line between two stops: tracks are laid straight, streets bend.
const TRAM_DETOUR: f64 = 1.04;
const BUS_DETOUR: f64 = 1.2;
/// Every so many stops a vehicle waits for its time.
const TIMEPOINT_EVERY: usize = 6;
/// Share of the running time that passes between two runs of a vehicle: the layover and the wait for a departure.
const TURNING: f64 = 1.15;

/// Headways that people can remember, minutes.
const HEADWAYS_MIN: [i32; 12] = [5, 6, 7, 8, 10, 12, 15, 20, 30, 40, 45, 60];
/// In larger cities headways go with the fourth root of the people: routes go with the square root and their length with
/// the land, and what is left of the growth of travel is put into more departures.
const GROWTH_EXPONENT: f64 = -0.25;
/// In smaller ones they stretch faster, since a town of 20,000 keeps a line of each kind but not its buses.
const TOWN_EXPONENT: f64 = -0.4;
/// The last of the local lines, this share of them, go where fewer live and run a third less often.
const QUIET_SHARE: f64 = 0.6;
const QUIET_HEADWAY: f64 = 1.33;
/// Tram lines after the first two, which join the longest arms, run a quarter less often.
const THIRD_TRAM_HEADWAY: f64 = 1.25;

/// A run that a line's timetable calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedRun {
    /// Running times.
    pub timing: usize,
    /// Days.
    pub service: usize,
    /// Departure, seconds of the service day.
    pub start_s: i32,
}

/// A line with its runs.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The line.
    pub line: Line,
    /// Its runs, both directions.
    pub runs: Vec<PlannedRun>,
    /// Vehicles that it takes in the peak: round trip over headway.
    pub peak_vehicles: f64,
}

/// Timetables of all lines, written into the workbook, whose stops stand.
pub fn plans(lines: &[Line], land: &Land, population: f64, book: &mut Workbook) -> Vec<Plan> {
    let size = population / 240_000.0;
    let exponent = if size < 1.0 {
        TOWN_EXPONENT
    } else {
        GROWTH_EXPONENT
    };
    let growth = libm::pow(size, exponent).clamp(0.75, 2.7);
    let locals = lines.iter().filter(|l| l.rank == Rank::Local).count();
    let first_quiet = lines.len() - libm::floor(QUIET_SHARE * locals as f64) as usize;
    let services = [
        (book.service(WEEKDAYS), &WEEKDAY[..]),
        (book.service(WEEKEND_DAYS), &WEEKEND[..]),
    ];
    lines
        .iter()
        .enumerate()
        .map(|(number, line)| {
            let quiet = if number >= first_quiet {
                QUIET_HEADWAY
            } else if line.rank == Rank::Tram && number >= 2 {
                THIRD_TRAM_HEADWAY
            } else {
                1.0
            };
            plan(number, line, land, growth * quiet, &services, book)
        })
        .collect()
}

fn plan(
    number: usize,
    line: &Line,
    land: &Land,
    stretch: f64,
    services: &[(usize, &[Period])],
    book: &mut Workbook,
) -> Plan {
    let is_tram = line.rank == Rank::Tram;
    book.transit.routes.push(Route {
        id: line.id.clone(),
        name: line.name.clone(),
        mode: if is_tram {
            TransitMode::Tram
        } else {
            TransitMode::Bus
        },
    });
    let mut runs = Vec::new();
    let mut round_s = 0.0;
    for direction in 0..2_u8 {
        let mut stops = line.stops.clone();
        if direction == 1 {
            stops.reverse();
        }
        let detour = if is_tram { TRAM_DETOUR } else { BUS_DETOUR };
        let mut legs = Vec::with_capacity(stops.len());
        let mut usual_s = Vec::with_capacity(stops.len());
        for pair in stops.windows(2) {
            let at = |s: usize| [book.transit.stops[s].x_m, book.transit.stops[s].y_m];
            let (a, b) = (at(pair[0]), at(pair[1]));
            let length_m = rounded(detour * distance(a, b), 0);
            let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
            let out = (distance(middle, [0.0, 0.0]) / (0.5 * land.radius_m)).min(1.0);
            let (slow, quick) = if is_tram { TRAM_KM_H } else { BUS_KM_H };
            usual_s.push(3.6 * length_m / (slow + out * (quick - slow)));
            legs.push(book.leg(pair[0], pair[1], is_tram, length_m));
        }
        round_s += usual_s.iter().sum::<f64>();
        let count = stops.len();
        let pattern = book.pattern(Pattern {
            id: format!("{}-{direction}", line.id),
            route: number,
            direction,
            legs,
            boarding: (0..count).map(|k| k + 1 < count).collect(),
            alighting: (0..count).map(|k| k > 0).collect(),
            timepoint: (0..count)
                .map(|k| k % TIMEPOINT_EVERY == 0 && k + 2 < count)
                .collect(),
            stops,
        });
        for &(service, periods) in services {
            let mut next_s = periods.first().map_or(0, |p| p.from_s);
            // The way back starts half a headway later, so that the two directions meet evenly.
            if direction == 1 {
                next_s += 30 * headway_min(&periods[0], line.rank, stretch);
            }
            for period in periods {
                let timing = timing(book, pattern, &usual_s, period.pace, is_tram);
                while next_s < period.to_s {
                    runs.push(PlannedRun {
                        timing,
                        service,
                        start_s: next_s,
                    });
                    next_s += 60 * headway_min(period, line.rank, stretch);
                }
            }
        }
    }
    let peak_s = 60.0 * f64::from(headway_min(&WEEKDAY[1], line.rank, stretch));
    Plan {
        line: line.clone(),
        runs,
        peak_vehicles: libm::ceil(TURNING * round_s / peak_s),
    }
}

fn headway_min(period: &Period, rank: Rank, stretch: f64) -> i32 {
    let usual = period.headway_min[match rank {
        Rank::Tram => 0,
        Rank::Trunk => 1,
        Rank::Orbital => 2,
        Rank::Local => 3,
    }];
    let wanted = stretch * f64::from(usual);
    let gap = |h: i32| (f64::from(h) - wanted).abs();
    HEADWAYS_MIN
        .into_iter()
        .min_by(|&a, &b| gap(a).total_cmp(&gap(b)))
        .unwrap_or(usual)
}

fn timing(book: &mut Workbook, pattern: usize, usual_s: &[f64], pace: f64, is_tram: bool) -> usize {
    let halt_s = if is_tram { TRAM_HALT_S } else { BUS_HALT_S };
    let mut arrival_s = vec![0];
    let mut departure_s = vec![0];
    let mut at = 0.0;
    for (k, leg_s) in usual_s.iter().enumerate() {
        at += pace * leg_s;
        let left = departure_s[k];
        // In steps of 5 seconds, and never at once.
        let leaves = (5 * libm::round(at / 5.0) as i32).max(left + halt_s + 5);
        let is_last = k + 1 == usual_s.len();
        arrival_s.push(if is_last { leaves } else { leaves - halt_s });
        departure_s.push(leaves);
    }
    book.timing(pattern, arrival_s, departure_s)
}
