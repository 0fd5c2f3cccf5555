//! Travel demand made of places with people and jobs: who goes where on a normal day, by car and by public transport.
//!
//! Doubly constrained gravity with exponential deterrence (Wilson, 'A statistical theory of spatial distribution
//! models', Transportation Research 1, 1967), the way home being the way out turned round; then a logit of walking,
//! cycling, public transport and car whose constants are set so that the whole city has the shares of docs/sizing.md.
//! Trips within a zone, on foot and by bicycle are counted in the shares and left out of the table. It draws nothing:
//! the same places give the same demand, so an importer may use it with zones of its own.

use crate::city::model::travel::Flow;
use crate::city::model::travel::Travel;
use crate::city::model::travel::TripProfile;
use crate::city::model::travel::Zone;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;

/// A place where trips begin and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneSeed {
    /// Where it lies, metres.
    pub at: Point,
    /// District.
    pub district: usize,
    /// Residents.
    pub population: f64,
    /// Jobs and school places.
    pub jobs: f64,
}

/// Trips a person and weekday from home to work or school; as many go back (SIZING.md section 4: 3.0 in all, of which
/// a third are of this kind in household surveys).
const WORK_TRIPS: f64 = 0.5;
/// All others: shopping, visits, leisure, and between them.
const ERRAND_TRIPS: f64 = 2.0;
/// Persons in a car.
const CAR_OCCUPANCY: f64 = 1.3;
/// Vans and lorries, in cars' worth of road, over the people's cars: a tenth of urban traffic is goods and service, and
/// a lorry takes the room of two cars (planners' rule of thumb).
const GOODS: f64 = 1.15;
/// Shares of trips by mode (SIZING.md section 4): walking, bicycle, public transport; the rest by car. Public transport
/// is 0.32 trips a person, which at 1.25 boardings a trip are the 0.40 boardings of the sheet.
const WALK: f64 = 0.21;
const BICYCLE: f64 = 0.09;
const TRANSIT: f64 = 0.32 / 3.0;
/// Distance over which the will to travel falls to 1/e, metres, in a city as large as Lakeside: mean car trips of 7 to
/// 9 km to work and 5 to 6 km otherwise come out. It grows with the cube root of the city's spread, since people bear
/// longer ways in larger cities, but not as much longer.
const WORK_REACH_M: f64 = 5_500.0;
const ERRAND_REACH_M: f64 = 3_000.0;
/// Root mean square distance of Lakeside's people from their centre, metres.
const REFERENCE_SPREAD_M: f64 = 7_000.0;
/// Slopes of the logit, by kilometre against the car: a walker gives up after one, a cyclist after four.
const WALK_PER_KM: f64 = -1.6;
const BICYCLE_PER_KM: f64 = -0.45;
/// Public transport: worth less where the walk to the stop is most of the way (over km), more between dense places.
const TRANSIT_OVER_KM: f64 = -1.0;
const TRANSIT_DENSITY: f64 = 1.5;
/// A place is dense by what lies within this share of the city's spread.
const DENSITY_REACH: f64 = 0.25;
/// Smallest flows that together are this share of all trips are dropped and the others raised to the same margins.
const DROPPED_SHARE: f64 = 0.04;
/// Rounds of balancing: rows and columns then agree within a thousandth.
const ROUNDS: usize = 40;

/// Share of a weekday's trips by hour of departure; morning peak at 7 and 8, evening at 16 and 17. With the volumes
/// above, the busiest hour has 9 to 10 % of the day (SIZING.md section 4).
const TO_WORK: [f64; 24] = [
    0.004, 0.003, 0.003, 0.006, 0.018, 0.050, 0.130, 0.275, 0.260, 0.090, 0.035, 0.022, 0.030,
    0.035, 0.020, 0.012, 0.010, 0.008, 0.006, 0.005, 0.004, 0.003, 0.003, 0.003,
];
const FROM_WORK: [f64; 24] = [
    0.006, 0.004, 0.003, 0.002, 0.002, 0.003, 0.008, 0.012, 0.012, 0.012, 0.015, 0.025, 0.050,
    0.045, 0.060, 0.120, 0.205, 0.225, 0.105, 0.050, 0.026, 0.020, 0.018, 0.012,
];
const ERRANDS: [f64; 24] = [
    0.006, 0.004, 0.003, 0.002, 0.003, 0.008, 0.020, 0.046, 0.062, 0.056, 0.061, 0.065, 0.066,
    0.063, 0.065, 0.074, 0.082, 0.087, 0.078, 0.062, 0.045, 0.034, 0.024, 0.014,
];
/// Of a weekday's trips, those of a weekend day: a quarter of the work trips, nearly all others, later in the day.
const WEEKEND_WORK: f64 = 0.25;
const WEEKEND_ERRANDS: f64 = 0.95;
const WEEKEND_HOURS: [f64; 24] = [
    0.012, 0.009, 0.006, 0.004, 0.003, 0.004, 0.008, 0.016, 0.030, 0.050, 0.068, 0.078, 0.080,
    0.078, 0.077, 0.076, 0.075, 0.073, 0.070, 0.060, 0.046, 0.034, 0.026, 0.017,
];

/// Travel demand of a city whose people and jobs are in these places; in the order of the seeds.
#[must_use]
pub fn travel(seeds: &[ZoneSeed]) -> Travel {
    let width = seeds.len().to_string().len().max(3);
    let zones: Vec<Zone> = seeds
        .iter()
        .enumerate()
        .map(|(i, seed)| Zone {
            id: format!("Z{:0width$}", i + 1),
            x_m: rounded(seed.at[0], 0),
            y_m: rounded(seed.at[1], 0),
            district: seed.district,
            population: rounded(seed.population, 0),
            jobs: rounded(seed.jobs, 0),
        })
        .collect();
    let place = Places::of(seeds);
    let people: f64 = seeds.iter().map(|s| s.population).sum();
    let jobs: f64 = seeds.iter().map(|s| s.jobs).sum();
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let homes: Vec<f64> = seeds.iter().map(|s| share(s.population, people)).collect();
    let works: Vec<f64> = seeds.iter().map(|s| share(s.jobs, jobs)).collect();
    let mixed: Vec<f64> = homes
        .iter()
        .zip(&works)
        .map(|(h, w)| 0.5 * (h + w))
        .collect();
    let to_work = gravity(&place, &homes, &works, WORK_TRIPS * people, WORK_REACH_M);
    let errands = gravity(
        &place,
        &mixed,
        &mixed,
        ERRAND_TRIPS * people,
        ERRAND_REACH_M,
    );
    let from_work = transposed(&to_work, seeds.len());
    let purposes = [to_work, from_work, errands];
    let split = Split::of(&place, &purposes);
    let flows = flows(seeds.len(), &purposes, &split);
    Travel {
        zones,
        profiles: profiles(),
        flows,
    }
}

fn profiles() -> Vec<TripProfile> {
    let row = |id: &str, weekday: [f64; 24], weekend: f64, discretionary: f64| {
        // Written with few digits and summing to 1 exactly enough: the last hour takes the rounding.
        let sum: f64 = weekday.iter().sum();
        let mut shares: Vec<f64> = weekday.iter().map(|v| rounded(v / sum, 4)).collect();
        let rest: f64 = 1.0 - shares[..23].iter().sum::<f64>();
        shares[23] = rounded(rest, 4);
        let whole: f64 = WEEKEND_HOURS.iter().sum();
        TripProfile {
            id: id.to_owned(),
            weekday: shares,
            weekend: WEEKEND_HOURS
                .map(|v| rounded(weekend * v / whole, 4))
                .to_vec(),
            discretionary,
        }
    };
    vec![
        row("to_work", TO_WORK, WEEKEND_WORK, 0.1),
        row("from_work", FROM_WORK, WEEKEND_WORK, 0.1),
        row("errands", ERRANDS, WEEKEND_ERRANDS, 0.6),
    ]
}

/// Distances between places, and how dense each is.
struct Places {
    count: usize,
    /// Row-major, metres; within a place half the way to its nearest neighbour.
    apart_m: Vec<f64>,
    spread_m: f64,
    /// People and jobs nearby, the densest place being 1.
    density: Vec<f64>,
}

impl Places {
    fn of(seeds: &[ZoneSeed]) -> Self {
        let count = seeds.len();
        let weight: f64 = seeds.iter().map(|s| s.population + s.jobs).sum::<f64>();
        let weight = weight.max(f64::MIN_POSITIVE);
        let mean = [0, 1].map(|k| {
            let sum: f64 = seeds
                .iter()
                .map(|s| (s.population + s.jobs) * s.at[k])
                .sum();
            sum / weight
        });
        let squares: f64 = seeds
            .iter()
            .map(|s| (s.population + s.jobs) * distance(s.at, mean) * distance(s.at, mean))
            .sum();
        let spread_m = (squares / weight).sqrt().max(100.0);
        let mut apart_m = vec![0.0; count * count];
        for (i, a) in seeds.iter().enumerate() {
            let mut nearest = f64::INFINITY;
            for (j, b) in seeds.iter().enumerate().filter(|(j, _)| *j != i) {
                let d = distance(a.at, b.at).max(50.0);
                apart_m[i * count + j] = d;
                nearest = nearest.min(d);
            }
            apart_m[i * count + i] = if nearest.is_finite() {
                0.5 * nearest
            } else {
                500.0
            };
        }
        let mut density: Vec<f64> = (0..count)
            .map(|i| {
                (0..count)
                    .map(|j| {
                        let near = libm::exp(-apart_m[i * count + j] / (DENSITY_REACH * spread_m));
                        near * (seeds[j].population + seeds[j].jobs)
                    })
                    .sum()
            })
            .collect();
        let most = density.iter().fold(f64::MIN_POSITIVE, |m, d| m.max(*d));
        for d in &mut density {
            *d /= most;
        }
        Self {
            count,
            apart_m,
            spread_m,
            density,
        }
    }
}

/// Trips from place to place, row-major: `total` of them, leaving and arriving in the given shares.
fn gravity(place: &Places, leave: &[f64], arrive: &[f64], total: f64, reach_m: f64) -> Vec<f64> {
    let reach = reach_m * libm::cbrt(place.spread_m / REFERENCE_SPREAD_M);
    let mut trips: Vec<f64> = place
        .apart_m
        .iter()
        .enumerate()
        .map(|(at, d)| {
            let (i, j) = (at / place.count, at % place.count);
            leave[i] * arrive[j] * libm::exp(-d / reach)
        })
        .collect();
    let rows: Vec<f64> = leave.iter().map(|s| total * s).collect();
    let columns: Vec<f64> = arrive.iter().map(|s| total * s).collect();
    balance(&mut trips, &rows, &columns);
    trips
}

/// Scales rows and columns in turn to the sums asked for (iterative proportional fitting), columns last.
fn balance(trips: &mut [f64], rows: &[f64], columns: &[f64]) {
    let n = rows.len();
    for _ in 0..ROUNDS {
        for (row, want) in trips.chunks_exact_mut(n.max(1)).zip(rows) {
            let sum: f64 = row.iter().sum();
            if sum > 0.0 {
                row.iter_mut().for_each(|t| *t *= want / sum);
            }
        }
        let mut sums = vec![0.0; n];
        for row in trips.chunks_exact(n.max(1)) {
            sums.iter_mut().zip(row).for_each(|(s, t)| *s += t);
        }
        for row in trips.chunks_exact_mut(n.max(1)) {
            for ((t, sum), want) in row.iter_mut().zip(&sums).zip(columns) {
                if *sum > 0.0 {
                    *t *= want / sum;
                }
            }
        }
    }
}

fn transposed(trips: &[f64], n: usize) -> Vec<f64> {
    (0..n * n).map(|at| trips[(at % n) * n + at / n]).collect()
}

/// Shares of car and public transport by pair, row-major.
struct Split {
    car: Vec<f64>,
    transit: Vec<f64>,
}

impl Split {
    fn of(place: &Places, purposes: &[Vec<f64>]) -> Self {
        let n = place.count;
        let trips: Vec<f64> = (0..n * n)
            .map(|at| purposes.iter().map(|p| p[at]).sum())
            .collect();
        let all: f64 = trips.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        // Attraction of walking, bicycle and public transport against the car, before constants.
        let pulls: Vec<[f64; 3]> = place
            .apart_m
            .iter()
            .enumerate()
            .map(|(at, d)| {
                let km = d / 1e3;
                let dense = place.density[at / n] + place.density[at % n];
                let inside = at / n == at % n;
                [
                    libm::exp(WALK_PER_KM * km),
                    libm::exp(BICYCLE_PER_KM * km),
                    if inside {
                        0.0
                    } else {
                        libm::exp(TRANSIT_OVER_KM / km + TRANSIT_DENSITY * dense)
                    },
                ]
            })
            .collect();
        let wanted = [WALK, BICYCLE, TRANSIT];
        let mut constants = [1.0; 3];
        for _ in 0..ROUNDS {
            let mut got = [0.0; 3];
            for (pull, trips) in pulls.iter().zip(&trips) {
                let parts = [0, 1, 2].map(|m| constants[m] * pull[m]);
                let sum = 1.0 + parts.iter().sum::<f64>();
                for (g, part) in got.iter_mut().zip(parts) {
                    *g += trips * part / sum;
                }
            }
            for m in 0..3 {
                if got[m] > 0.0 {
                    constants[m] *= wanted[m] * all / got[m];
                }
            }
        }
        let share = |pull: &[f64; 3], own: f64| {
            own / (1.0 + (0..3).map(|m| constants[m] * pull[m]).sum::<f64>())
        };
        Self {
            car: pulls.iter().map(|p| share(p, 1.0)).collect(),
            transit: pulls
                .iter()
                .map(|p| share(p, constants[2] * p[2]))
                .collect(),
        }
    }
}

/// The table: small flows dropped, the rest raised so that each zone sends and receives as many as before.
fn flows(n: usize, purposes: &[Vec<f64>], split: &Split) -> Vec<Flow> {
    let off_diagonal = |at: &usize| at / n != at % n;
    let kept: Vec<[Vec<f64>; 2]> = purposes
        .iter()
        .map(|trips| {
            [&split.car, &split.transit].map(|shares| {
                let mut all: Vec<f64> = trips.iter().zip(shares).map(|(t, s)| t * s).collect();
                (0..n * n)
                    .filter(|at| !off_diagonal(at))
                    .for_each(|at| all[at] = 0.0);
                sparse(all, n)
            })
        })
        .collect();
    let mut flows = Vec::new();
    for at in (0..n * n).filter(off_diagonal) {
        for (profile, [car, transit]) in kept.iter().enumerate() {
            let flow = Flow {
                from: at / n,
                to: at % n,
                profile,
                car_trips: rounded(GOODS * car[at] / CAR_OCCUPANCY, 1),
                transit_trips: rounded(transit[at], 1),
            };
            if flow.car_trips > 0.0 || flow.transit_trips > 0.0 {
                flows.push(flow);
            }
        }
    }
    flows
}

fn sparse(mut trips: Vec<f64>, n: usize) -> Vec<f64> {
    let sums = |trips: &[f64]| {
        let rows: Vec<f64> = trips
            .chunks_exact(n.max(1))
            .map(|r| r.iter().sum())
            .collect();
        let columns: Vec<f64> = (0..n)
            .map(|j| trips.iter().skip(j).step_by(n.max(1)).sum())
            .collect();
        (rows, columns)
    };
    let (rows, columns) = sums(&trips);
    let mut order: Vec<usize> = (0..trips.len()).collect();
    order.sort_by(|a, b| trips[*a].total_cmp(&trips[*b]).then(a.cmp(b)));
    let mut left = DROPPED_SHARE * rows.iter().sum::<f64>();
    for at in order {
        left -= trips[at];
        if left < 0.0 {
            break;
        }
        trips[at] = 0.0;
    }
    balance(&mut trips, &rows, &columns);
    trips
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A town of 20 places in two rows, its jobs in the middle.
    fn seeds() -> Vec<ZoneSeed> {
        (0..20)
            .map(|i| {
                let at = [1_000.0 * f64::from(i % 10), 1_500.0 * f64::from(i / 10)];
                ZoneSeed {
                    at,
                    district: (i / 10) as usize,
                    population: 1_000.0 + 50.0 * f64::from(i),
                    jobs: 300.0 + 2_000.0 * f64::from(u8::from((4..6).contains(&(i % 10)))),
                }
            })
            .collect()
    }

    #[test]
    fn shares_and_volumes_are_those_of_the_sizing_sheet() {
        let travel = travel(&seeds());
        let people: f64 = seeds().iter().map(|s| s.population).sum();
        let transit: f64 = travel.flows.iter().map(|f| f.transit_trips).sum();
        // Rounding to a tenth of a trip; no transit within a zone, so all of it is in the table.
        assert!(
            (transit / people - 0.32).abs() < 0.005,
            "{}",
            transit / people
        );
        let cars: f64 = travel.flows.iter().map(|f| f.car_trips).sum();
        let most = 3.0 * (1.0 - WALK - BICYCLE - TRANSIT) * GOODS / CAR_OCCUPANCY;
        let rate = cars / people;
        // Some of the car trips stay within a zone.
        assert!(rate < most && rate > 0.75 * most, "{rate} of {most}");
        let busiest = (0..24)
            .map(|h| {
                let trips: f64 = travel
                    .flows
                    .iter()
                    .map(|f| f.car_trips * travel.profiles[f.profile].weekday[h])
                    .sum();
                trips / cars
            })
            .fold(0.0_f64, f64::max);
        assert!((0.085..0.115).contains(&busiest), "{busiest}");
    }

    #[test]
    fn the_way_home_is_the_way_out_turned_round() {
        let travel = travel(&seeds());
        let table = |profile: usize| {
            let mut sums = vec![0.0; 400];
            for f in travel.flows.iter().filter(|f| f.profile == profile) {
                sums[f.from * 20 + f.to] = f.car_trips;
            }
            sums
        };
        let (out, home) = (table(0), table(1));
        let total: f64 = out.iter().sum();
        let differ: f64 = out
            .iter()
            .zip(transposed(&home, 20))
            .map(|(a, b)| (a - b).abs())
            .sum();
        // Balancing ends with columns, so the two differ by its tolerance, and by rounding.
        assert!(differ < 0.01 * total, "{differ} of {total}");
        for f in travel.flows.windows(2) {
            assert!((f[0].from, f[0].to, f[0].profile) < (f[1].from, f[1].to, f[1].profile));
        }
    }

    #[test]
    fn margins_survive_the_dropping_of_small_flows() {
        let n = 3;
        let full = vec![0.0, 90.0, 1.0, 80.0, 0.0, 60.0, 1.5, 70.0, 0.0];
        let kept = sparse(full.clone(), n);
        assert_eq!((kept[2], kept[6]), (0.0, 0.0));
        let sum = |v: &[f64], j: usize| v[j] + v[j + 3] + v[j + 6];
        for j in 0..n {
            assert!((sum(&kept, j) / sum(&full, j) - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn profiles_sum_to_a_day() {
        for profile in profiles() {
            let sum: f64 = profile.weekday.iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{} {sum}", profile.id);
            assert_eq!((profile.weekday.len(), profile.weekend.len()), (24, 24));
        }
    }

    #[test]
    fn no_place_and_one_place_make_no_flows() {
        assert!(travel(&[]).flows.is_empty());
        assert!(travel(&seeds()[..1]).flows.is_empty());
    }
}
