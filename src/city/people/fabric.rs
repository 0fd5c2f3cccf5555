//! What is fixed about people: cohorts, their homes, cooling centres and who can reach them, hospitals.
//!
//! Counts are expected numbers (real), so that sums are exact; no person has a name. Nothing here changes in a run.

use crate::city::model::city::City;
use crate::city::model::district::District;
use crate::city::model::grid::Critical;
use crate::city::people::mortality::ALONE;
use crate::city::people::mortality::Mortality;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::element::key_of;
use crate::solvers::thermal::building::BuildingStepper;
use crate::solvers::thermal::building_kind::BuildingKind;
use bevy_ecs::resource::Resource;
use std::sync::Arc;

/// Kinds of dwelling: detached, row, low-rise, high-rise, institutional.
pub const KINDS: usize = 5;
/// Age groups: 0 to 14, 15 to 64, 65 to 74, 75 and over.
pub const AGES: usize = 4;

/// Spacing of the update of homes, visits and exposure, seconds: indoor temperatures move by a tenth of a kelvin in it.
const PERIOD_S: u32 = 300;
/// Updates from one sum of deaths to the next: the memory of heat moves by 2 % meanwhile.
const HARM_PERIODS: u32 = 3;
/// Room in all cooling centres together, share of the population: 'centres hold 2 % of people at most' (Stone et al.
/// 2021 of Atlanta, Detroit and Phoenix).
const CENTRE_ROOM: f64 = 0.02;
/// How far people walk to a centre in the heat, metres.
const WALK_M: f64 = 1000.0;
/// Air changes through open windows an hour beyond the building's own: single-sided openings at night without wind give
/// 1 to 3 (CIBSE AM10, order of magnitude).
const OPEN_WINDOWS_PER_H: f64 = 1.5;
/// Heat carried by an air change of a room 2.5 m high, watts a square metre of floor and kelvin: 2.5 x 1200 / 3600.
const AIR_CHANGE_W_M2_K: f64 = 0.83;

/// A cooling centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Centre {
    /// Its load of the grid.
    pub load: usize,
    /// Its element.
    pub element: Option<ElementId>,
    /// Its district.
    pub district: usize,
    /// Most people at once.
    pub room: f64,
    /// What it draws with all its plant on, megawatts.
    pub full_mw: f64,
}

/// A hospital.
#[derive(Clone, Debug, PartialEq)]
pub struct Hospital {
    /// Its load of the grid.
    pub load: usize,
    /// Its element.
    pub element: Option<ElementId>,
    /// Key of its draws.
    pub key: u64,
}

/// The people of a district for whom one centre is the nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// District.
    pub district: usize,
    /// Centre.
    pub centre: usize,
    /// Share of the district's people who can walk there.
    pub walk: f64,
    /// Share of the district's people who would have to ride.
    pub ride: f64,
}

/// The static data.
#[derive(Resource, Clone, Debug)]
pub struct Fabric {
    /// The city.
    pub city: Arc<City>,
    /// People by district and age.
    pub ages: Vec<[f64; AGES]>,
    /// People by district.
    pub people: Vec<f64>,
    /// Share of a district's people by kind of dwelling, without and with a working air conditioner; sums to 1.
    pub dwellings: Vec<[[f64; 2]; KINDS]>,
    /// How much likelier the old of a district die of heat than the city's, because more of them live alone.
    pub alone: Vec<f64>,
    /// Homes by district, as the grid counts them.
    pub homes: Vec<f64>,
    /// Steps of a home with shut windows, by kind.
    pub shut: [BuildingStepper; KINDS],
    /// Steps of a home with open windows, by kind.
    pub open: [BuildingStepper; KINDS],
    /// Cooling centres.
    pub centres: Vec<Centre>,
    /// Hospitals.
    pub hospitals: Vec<Hospital>,
    /// Who reaches which centre, by district.
    pub reach: Vec<Reach>,
    /// Deaths by heat.
    pub mortality: Mortality,
    /// Spacing of updates, seconds.
    pub period_s: u32,
    /// Spacing of sums of deaths, seconds.
    pub harm_s: u32,
}

/// The kind of building that stands for each kind of dwelling; institutions are much like towers.
const BUILDINGS: [BuildingKind; KINDS] = [
    BuildingKind::Detached,
    BuildingKind::Row,
    BuildingKind::LowRise,
    BuildingKind::HighRise,
    BuildingKind::HighRise,
];

impl Fabric {
    /// Works it out for a city.
    #[must_use]
    pub fn new(city: &Arc<City>, elements: &Elements, step_s: u32) -> Self {
        let period_s = if PERIOD_S.is_multiple_of(step_s) {
            PERIOD_S
        } else {
            step_s
        };
        let dt_s = f64::from(period_s);
        let people: Vec<f64> = city
            .districts
            .iter()
            .map(|d| f64::from(d.population))
            .collect();
        let mut homes = vec![0.0; people.len()];
        for load in &city.grid.loads {
            homes[load.district] += f64::from(load.homes);
        }
        let sites = |wanted: Critical| {
            let loads = city.grid.loads.iter().enumerate();
            loads.filter(move |(_, l)| l.critical == Some(wanted))
        };
        let element = |id: &str| elements.find(&format!("grid/load/{id}"));
        let count = sites(Critical::CoolingCentre).count().max(1) as f64;
        let room = (CENTRE_ROOM * people.iter().sum::<f64>() / count).round();
        let centres: Vec<Centre> = sites(Critical::CoolingCentre)
            .map(|(l, row)| Centre {
                load: l,
                element: element(&row.id),
                district: row.district,
                room,
                full_mw: row.critical_mw,
            })
            .collect();
        let hospitals = sites(Critical::Hospital)
            .map(|(l, row)| Hospital {
                load: l,
                element: element(&row.id),
                key: key_of(&row.id),
            })
            .collect();
        Self {
            ages: ages(city),
            dwellings: dwellings(city),
            alone: alone(city),
            reach: reach(city, &centres, &homes),
            shut: BUILDINGS.map(|kind| kind.typical().stepper(dt_s)),
            open: BUILDINGS.map(|kind| {
                let mut building = kind.typical();
                building.ua_w_k += AIR_CHANGE_W_M2_K * OPEN_WINDOWS_PER_H * kind.floor_m2();
                building.stepper(dt_s)
            }),
            city: Arc::clone(city),
            people,
            homes,
            centres,
            hospitals,
            mortality: Mortality::new(),
            period_s,
            harm_s: period_s * HARM_PERIODS,
        }
    }
}

fn ages(city: &City) -> Vec<[f64; AGES]> {
    let of = |d: &District| {
        let a = [
            d.ages.age_0_14,
            d.ages.age_15_64,
            d.ages.age_65_74,
            d.ages.age_75_plus,
        ];
        let sum: f64 = a.iter().sum();
        let people = f64::from(d.population);
        a.map(|x| {
            if sum > 0.0 {
                people * x / sum
            } else {
                people / 4.0
            }
        })
    };
    city.districts.iter().map(of).collect()
}

/// Ownership of air conditioners is taken alike in all kinds of dwelling of a district and at all ages.
fn dwellings(city: &City) -> Vec<[[f64; 2]; KINDS]> {
    let of = |d: &District| {
        let m = &d.dwellings;
        let kinds = [m.detached, m.row, m.low_rise, m.high_rise, m.institutional];
        let sum: f64 = kinds.iter().sum();
        let ac = d.ac_share.clamp(0.0, 1.0);
        kinds.map(|k| {
            let share = if sum > 0.0 {
                k / sum
            } else {
                1.0 / KINDS as f64
            };
            [share * (1.0 - ac), share * ac]
        })
    };
    city.districts.iter().map(of).collect()
}

/// Weights of mean 1 over the city's old: those who live alone count [`ALONE`] times.
fn alone(city: &City) -> Vec<f64> {
    let old = |d: &District| d.ages.age_65_74 + d.ages.age_75_plus;
    let weight = |d: &District| {
        let share = if old(d) > 0.0 {
            (d.alone_over_65 / old(d)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        1.0 + (ALONE - 1.0) * share
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for d in &city.districts {
        let n = f64::from(d.population) * old(d);
        sum += n * weight(d);
        count += n;
    }
    let mean = if count > 0.0 { sum / count } else { 1.0 };
    city.districts.iter().map(|d| weight(d) / mean).collect()
}

/// Every load with homes stands for the people around its bus; they go to the nearest centre.
fn reach(city: &City, centres: &[Centre], homes: &[f64]) -> Vec<Reach> {
    let buses = &city.grid.buses;
    let mut walk = vec![vec![0.0; centres.len()]; homes.len()];
    let mut ride = walk.clone();
    for load in city.grid.loads.iter().filter(|l| l.homes > 0) {
        let at = &buses[load.bus];
        let mut nearest: Option<(usize, f64)> = None;
        for (c, centre) in centres.iter().enumerate() {
            let to = &buses[city.grid.loads[centre.load].bus];
            let away = libm::hypot(to.x_m - at.x_m, to.y_m - at.y_m);
            if nearest.is_none_or(|(_, least)| away < least) {
                nearest = Some((c, away));
            }
        }
        let share = f64::from(load.homes) / homes[load.district];
        match nearest {
            Some((c, away)) if away <= WALK_M => walk[load.district][c] += share,
            Some((c, _)) => ride[load.district][c] += share,
            None => {}
        }
    }
    let mut rows = Vec::new();
    for district in 0..homes.len() {
        for centre in 0..centres.len() {
            let (walk, ride) = (walk[district][centre], ride[district][centre]);
            if walk + ride > 0.0 {
                rows.push(Reach {
                    district,
                    centre,
                    walk,
                    ride,
                });
            }
        }
    }
    rows
}
