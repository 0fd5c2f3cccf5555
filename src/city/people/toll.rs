//! Who is exposed to heat at home, for how long, and how many deaths are to be expected of it.
//!
//! Expected numbers by district, age and cause; it follows no person and knows no hospital admission.

use crate::city::people::centres::WILLING;
use crate::city::people::day::HABIT_OF_AGE;
use crate::city::people::day::HABITS;
use crate::city::people::day::Whereabouts;
use crate::city::people::fabric::AGES;
use crate::city::people::fabric::Fabric;
use crate::city::people::fabric::KINDS;
use crate::city::people::homes::DARK;
use crate::city::people::homes::LIT;
use crate::city::people::homes::STATES;
use crate::city::people::homes::Stock;
use crate::city::people::homes::class;
use crate::city::people::homes::share_above;
use crate::city::people::mortality::COMFORT_C;
use crate::city::people::mortality::ESTIMATES;
use crate::city::people::mortality::LAG_S;
use crate::city::people::mortality::MEMORY_S;
use crate::city::people::mortality::place;
use crate::solvers::thermal::psychrometrics::heat_index_c;
use crate::solvers::thermal::psychrometrics::saturation_pressure_pa;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Indoor temperature from which people count as exposed, degrees Celsius: where Stone et al. (2021, Environmental
/// Science & Technology 55:6957) put an elevated risk of heat exhaustion in homes; in the humid air of a heat wave it is
/// a heat index of about 40, the weather service's 'danger'.
pub const EXPOSED_C: f64 = 32.0;
/// Dew point indoors over that out of doors, kelvin: moisture of people, cooking and washing.
const MOIST_K: f64 = 1.0;
/// Air of a cooled home up to which its heat index is below comfort at any humidity that its cooling leaves.
const COOL_C: f64 = 26.0;
/// Relative humidity of cooled rooms, per cent.
const COOLED_RH_PCT: f64 = 55.0;

/// Causes of exposure: no air conditioning, no power.
pub const CAUSES: usize = 2;

/// Exposure and harm so far.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Toll {
    /// People exposed now, by district: at home without air conditioning but with power, and without (or just after) it.
    pub exposed: Vec<[f64; CAUSES]>,
    /// Person-hours of exposure by district and age.
    pub person_h: Vec<[f64; AGES]>,
    /// Person-hours of exposure by cause, whole city.
    pub cause_h: [f64; CAUSES],
    /// People at home, in cooling centres and out, by district; they sum to its population.
    pub places: Vec<[f64; 3]>,
    /// Mean indoor temperature of homes with power and without air conditioning, by district, degrees Celsius.
    pub indoor_c: Vec<f64>,
    /// Expected excess deaths of the heat borne so far, by district and estimate, as far as the memory has worked it off.
    pub deaths: Vec<[f64; ESTIMATES]>,
    /// The same, still to come if it were comfortable from now on.
    pub to_come: Vec<[f64; ESTIMATES]>,
    /// Deaths on their way through the two stages of lag.
    pub lag: [f64; 2],
    /// Deaths that have come.
    pub due: f64,
}

/// What acts on people during an update.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// Air out of doors by district, degrees Celsius.
    pub outdoor_c: &'a [f64],
    /// Dew point out of doors, degrees Celsius.
    pub dew_point_c: f64,
    /// Where people are, by habit.
    pub whereabouts: [Whereabouts; HABITS],
}

/// Share of the homes of every class and state that are too hot.
#[derive(Clone, Debug)]
pub struct Hot {
    by_class: Vec<[f64; STATES]>,
    /// Share of a district's people whose home is too hot, by cause.
    pub by_district: Vec<[f64; CAUSES]>,
}

impl Hot {
    /// Works it out.
    #[must_use]
    pub fn of(fabric: &Fabric, stock: &Stock) -> Self {
        let mut by_class = vec![[0.0; STATES]; stock.classes.len()];
        let mut by_district = vec![[0.0; CAUSES]; fabric.people.len()];
        for (district, sums) in by_district.iter_mut().enumerate() {
            for kind in 0..KINDS {
                for cooled in 0..2 {
                    let people = fabric.dwellings[district][kind][cooled];
                    let at = class(district, kind, cooled);
                    for (state, homes) in stock.classes[at].iter().enumerate() {
                        if homes.share <= 0.0 || people <= 0.0 {
                            continue;
                        }
                        let held = cooled == 1 && state == LIT;
                        let hot = share_above(kind, held, homes.air_c, EXPOSED_C);
                        by_class[at][state] = hot;
                        sums[usize::from(state != LIT)] += people * homes.share * hot;
                    }
                }
            }
        }
        Self {
            by_class,
            by_district,
        }
    }

    /// People of a district by age who are at home and too hot, those in centres included.
    fn at_home(&self, fabric: &Fabric, moment: &Moment, district: usize) -> [f64; AGES] {
        let hot: f64 = self.by_district[district].iter().sum();
        std::array::from_fn(|age| {
            fabric.ages[district][age] * moment.whereabouts[HABIT_OF_AGE[age]].home * hot
        })
    }

    /// People by district who would go to a cooling centre if they could get there.
    #[must_use]
    pub fn wanting(&self, fabric: &Fabric, moment: &Moment) -> Vec<f64> {
        (0..fabric.people.len())
            .map(|district| {
                let hot = self.at_home(fabric, moment, district);
                hot.iter().zip(WILLING).map(|(n, w)| n * w).sum()
            })
            .collect()
    }
}

impl Toll {
    /// Nothing so far.
    #[must_use]
    pub fn new(fabric: &Fabric) -> Self {
        let districts = fabric.people.len();
        Self {
            exposed: vec![[0.0; CAUSES]; districts],
            person_h: vec![[0.0; AGES]; districts],
            places: fabric.people.iter().map(|n| [*n, 0.0, 0.0]).collect(),
            indoor_c: vec![0.0; districts],
            deaths: vec![[0.0; ESTIMATES]; districts],
            to_come: vec![[0.0; ESTIMATES]; districts],
            ..Self::default()
        }
    }

    /// One update of exposure and of the memory of heat; `visitors` is the number of people of each district in centres.
    pub fn expose(
        &mut self,
        fabric: &Fabric,
        stock: &mut Stock,
        hot: &Hot,
        moment: &Moment,
        visitors: &[f64],
    ) {
        let dt_s = f64::from(fabric.period_s);
        let keep = libm::exp(-dt_s / MEMORY_S);
        let vapour_pa = saturation_pressure_pa(moment.dew_point_c + MOIST_K);
        let wanting = hot.wanting(fabric, moment);
        for district in 0..fabric.people.len() {
            let at_home = hot.at_home(fabric, moment, district);
            let here = visitors[district];
            // Visitors come from hot homes in proportion to those who would go, by age.
            let taken = if wanting[district] > 0.0 {
                here / wanting[district]
            } else {
                0.0
            };
            let away: [f64; AGES] = std::array::from_fn(|a| (WILLING[a] * taken).min(1.0));
            let mut exposed = 0.0;
            for age in 0..AGES {
                let n = at_home[age] * (1.0 - away[age]);
                self.person_h[district][age] += n * dt_s / 3600.0;
                exposed += n;
            }
            let by_cause = hot.by_district[district];
            let all: f64 = by_cause.iter().sum();
            self.exposed[district] = by_cause.map(|share| {
                if all > 0.0 {
                    exposed * share / all
                } else {
                    0.0
                }
            });
            for cause in 0..CAUSES {
                self.cause_h[cause] += self.exposed[district][cause] * dt_s / 3600.0;
            }
            let out: f64 = (0..AGES)
                .map(|a| {
                    let w = moment.whereabouts[HABIT_OF_AGE[a]];
                    fabric.ages[district][a] * (w.elsewhere + w.outdoors)
                })
                .sum();
            self.places[district] = [fabric.people[district] - out - here, here, out];
            let outdoor_c = moment.outdoor_c[district];
            let outdoors_k = excess_k(outdoor_c, saturation_pressure_pa(moment.dew_point_c));
            let relief = by_habit(&fabric.ages[district], &away);
            for kind in 0..KINDS {
                for cooled in 0..2 {
                    if fabric.dwellings[district][kind][cooled] <= 0.0 {
                        continue;
                    }
                    let at = class(district, kind, cooled);
                    for (state, homes) in stock.classes[at].iter_mut().enumerate() {
                        if homes.share <= 0.0 {
                            continue;
                        }
                        let indoors_k = if cooled == 0 || state == DARK {
                            excess_k(homes.air_c, vapour_pa)
                        } else if homes.air_c <= COOL_C {
                            0.0
                        } else {
                            (heat_index_c(homes.air_c, COOLED_RH_PCT) - COMFORT_C).max(0.0)
                        };
                        let too_hot = hot.by_class[at][state];
                        let habits = homes.heat_k.iter_mut().zip(&moment.whereabouts);
                        for ((heat_k, w), relief) in habits.zip(&relief) {
                            let felt = w.home * (1.0 - relief * too_hot) * indoors_k
                                + w.outdoors * outdoors_k;
                            *heat_k = felt + (*heat_k - felt) * keep;
                        }
                    }
                }
            }
        }
        self.temperatures(fabric, stock);
    }

    fn temperatures(&mut self, fabric: &Fabric, stock: &Stock) {
        for (district, indoor_c) in self.indoor_c.iter_mut().enumerate() {
            let (mut sum, mut people) = (0.0, 0.0);
            for kind in 0..KINDS {
                let homes = &stock.classes[class(district, kind, 0)][LIT];
                let n = fabric.dwellings[district][kind][0] * homes.share;
                sum += n * homes.air_c;
                people += n;
            }
            // Where nobody without air conditioning has power, the last value stands.
            if people > 0.0 {
                *indoor_c = sum / people;
            }
        }
    }

    /// Sums deaths over a span of `dt_s` seconds in which the memory of heat stays as it is.
    pub fn reckon(&mut self, fabric: &Fabric, stock: &Stock, dt_s: f64) {
        let mut came = 0.0;
        for district in 0..fabric.people.len() {
            let mut rate = [0.0; ESTIMATES];
            let mut rest = [0.0; ESTIMATES];
            for kind in 0..KINDS {
                for cooled in 0..2 {
                    let of = fabric.dwellings[district][kind][cooled];
                    if of <= 0.0 {
                        continue;
                    }
                    for homes in &stock.classes[class(district, kind, cooled)] {
                        if homes.share <= 0.0 {
                            continue;
                        }
                        for habit in 0..HABITS {
                            if homes.heat_k[habit] < TRACE_K {
                                continue;
                            }
                            let at = place(homes.heat_k[habit]);
                            for age in (0..AGES).filter(|a| HABIT_OF_AGE[*a] == habit) {
                                let risk = if age >= 2 {
                                    fabric.alone[district]
                                } else {
                                    1.0
                                };
                                let n = fabric.ages[district][age] * of * homes.share * risk;
                                for e in 0..ESTIMATES {
                                    rate[e] += n * fabric.mortality.rate(age, e, at);
                                    rest[e] += n * fabric.mortality.rest(age, e, at);
                                }
                            }
                        }
                    }
                }
            }
            for (deaths, rate) in self.deaths[district].iter_mut().zip(&rate) {
                *deaths += rate * dt_s;
            }
            came += rate[0] * dt_s;
            self.to_come[district] = rest;
        }
        let pass = 1.0 - libm::exp(-dt_s / LAG_S);
        self.lag[0] += came;
        let (first, second) = (self.lag[0] * pass, self.lag[1] * pass);
        self.lag[0] -= first;
        self.lag[1] += first - second;
        self.due += second;
    }

    /// Expected excess deaths within ten days of the heat so far, by district, of an estimate.
    pub fn expected(&self, estimate: usize) -> impl Iterator<Item = f64> {
        let rows = self.deaths.iter().zip(&self.to_come);
        rows.map(move |(d, c)| d[estimate] + c[estimate])
    }
}

/// Remembered heat that changes no one's odds by as much as a thousandth, kelvin.
const TRACE_K: f64 = 0.02;

/// Heat index above comfort of air at a temperature with a vapour pressure, kelvin; 0 below.
fn excess_k(air_c: f64, vapour_pa: f64) -> f64 {
    let humidity = (100.0 * vapour_pa / saturation_pressure_pa(air_c)).min(100.0);
    (heat_index_c(air_c, humidity) - COMFORT_C).max(0.0)
}

/// Mean over the ages of each habit.
fn by_habit(people: &[f64; AGES], values: &[f64; AGES]) -> [f64; HABITS] {
    let (mut sum, mut n) = ([0.0; HABITS], [0.0; HABITS]);
    for age in 0..AGES {
        sum[HABIT_OF_AGE[age]] += people[age] * values[age];
        n[HABIT_OF_AGE[age]] += people[age];
    }
    std::array::from_fn(|h| if n[h] > 0.0 { sum[h] / n[h] } else { 0.0 })
}
