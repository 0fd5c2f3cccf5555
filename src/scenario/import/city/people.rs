//! The people of an imported city: as many as its load says, in districts drawn round its buses, on feeders of their own.
//!
//! Rule: the case's real load is the city's peak on its design day, and 2.1 kW of it stand for a person (SIZING.md
//! section 2: 516 MW for 240,000 people). Every bus's load is split into feeders of about 6 MW, twelve at most; a
//! feeder is one place with its own share of people, shops and industry. Districts, incomes, ages, homes and critical
//! sites are drawn over these places by the generator of synthetic cities.

use crate::city::model::district::District;
use crate::city::model::grid::Critical;
use crate::city::model::grid::Feeder;
use crate::city::model::grid::Load;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::critical;
use crate::scenario::generate::demand;
use crate::scenario::generate::demand::Shares;
use crate::scenario::generate::districts;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::apportion;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::loads;

/// Peak of a person on the hottest design day, kilowatts.
pub const PEAK_KW_A_PERSON: f64 = 2.1;
/// Peak of a feeder, megawatts: the middle of SIZING.md's 5 to 7.
const FEEDER_MW: f64 = 6.0;
/// Most feeders of a bus, so that a large case stays a model of feeders and not of streets.
const MOST_FEEDERS: f64 = 12.0;
/// Rating of a feeder over its design peak.
const FEEDER_MARGIN: f64 = 1.5;
/// Most districts.
const MOST_DISTRICTS: usize = 24;
/// Residents of a district where that gives fewer than the most.
const DISTRICT_PEOPLE: f64 = 10_000.0;
/// Service transformers of feeders that stand for many: rating (kVA) and loading on the design day.
const SERVICE: (f64, f64) = (400.0, 0.55);
/// Their mean age, years (SIZING.md section 6).
const SERVICE_AGE_Y: f64 = 28.0;
/// Golden angle, radians: feeders spiral out from their bus.
const GOLDEN_RAD: f64 = 2.399_963_229_728_653;

/// What hangs on one bus.
#[derive(Clone, Copy, Debug)]
pub struct BusLoad {
    /// Bus.
    pub bus: usize,
    /// Real load on the design day, megawatts, positive.
    pub mw: f64,
    /// Power factor, lagging.
    pub power_factor: f64,
}

/// The people and their loads.
#[derive(Debug)]
pub struct People {
    /// Districts.
    pub districts: Vec<District>,
    /// Feeders.
    pub feeders: Vec<Feeder>,
    /// Loads.
    pub loads: Vec<Load>,
}

/// Residents behind a load, megawatts.
#[must_use]
pub fn population(total_mw: f64) -> u32 {
    libm::round(1e3 * total_mw / PEAK_KW_A_PERSON).clamp(1.0, 4e9) as u32
}

/// Draws the people round the buses at their places (metres) on a land.
#[must_use]
pub fn people(land: &Land, at: &[Point], bus_loads: &[BusLoad], seed: u64) -> People {
    let total: f64 = bus_loads.iter().map(|l| l.mw).sum();
    let population = population(total);
    let mut blocks: Vec<Block> = Vec::new();
    let mut feeders: Vec<Feeder> = Vec::new();
    let mut peaks: Vec<(f64, f64)> = Vec::new();
    for load in bus_loads {
        let count = libm::round(load.mw / FEEDER_MW).clamp(1.0, MOST_FEEDERS) as usize;
        // As much ground as its share of the city's people.
        let area_km2 =
            1e-6 * std::f64::consts::PI * land.radius_m * land.radius_m * load.mw / total;
        let reach_m = 1e3 * (area_km2 / std::f64::consts::PI).sqrt();
        for k in 0..count {
            let mw = load.mw / count as f64;
            let r = reach_m * ((k as f64 + 0.5) / count as f64).sqrt();
            let angle = GOLDEN_RAD * k as f64;
            let centre = at[load.bus];
            blocks.push(Block {
                at: ashore(
                    land,
                    [
                        centre[0] + r * libm::cos(angle),
                        centre[1] + r * libm::sin(angle),
                    ],
                    centre,
                ),
                shares: Shares {
                    people: mw / total,
                    commerce: mw / total,
                    industry: mw / total,
                },
                area_km2: area_km2 / count as f64,
                people: 0,
                homes: 0,
                businesses: 0,
            });
            feeders.push(Feeder {
                id: format!("F{:04}", feeders.len() + 1),
                substation: None,
                bus: load.bus,
                head_line: None,
                // Ordinary feeders are shed in an order drawn once; critical ones are raised below.
                priority: 1 + Draw::new(seed, "import/priority", feeders.len() as u64).below(3)
                    as u8,
                rating_mva: rounded(FEEDER_MARGIN * mw / load.power_factor, 2),
            });
            peaks.push((mw, load.power_factor));
        }
    }
    settle(&mut blocks, population);
    let count = libm::round(f64::from(population) / DISTRICT_PEOPLE) as usize;
    let count = count.clamp(1, MOST_DISTRICTS).min(blocks.len());
    let (mut districts, home) = districts::among(land, &blocks, count, seed);
    let sites = critical::sites(land, &blocks, population, seed);
    let mut loads: Vec<Load> = Vec::new();
    for (i, (block, &(mw, power_factor))) in blocks.iter().zip(&peaks).enumerate() {
        let site = sites.iter().find(|s| s.block == i);
        let critical_mw = site.map_or(0.0, |s| s.mw).min(0.5 * mw);
        loads.push(block_load(
            i,
            block,
            mw - critical_mw,
            power_factor,
            home[i],
        ));
        if let Some(site) = site {
            let mut load = loads::critical_load(site, home[i]);
            load.bus = feeders[i].bus;
            load.feeder = i;
            load.critical_mw = rounded(critical_mw, 4);
            load.design_peak_mw = load.critical_mw;
            load.power_factor = power_factor;
            let least = match site.critical {
                Critical::Hospital | Critical::WaterPump => 5,
                Critical::Traction | Critical::CoolingCentre => 4,
            };
            feeders[i].priority = feeders[i].priority.max(least);
            loads.push(load);
        }
    }
    for load in &mut loads {
        if load.critical.is_none() {
            load.bus = feeders[load.feeder].bus;
        }
    }
    loads::give_roofs(&mut loads, &mut districts, population);
    People {
        districts,
        feeders,
        loads,
    }
}

/// A place on land: the point itself, or part of the way back to its bus.
fn ashore(land: &Land, wish: Point, centre: Point) -> Point {
    for step in 0..=4 {
        let t = 1.0 - 0.25 * f64::from(step);
        let p = [
            centre[0] + t * (wish[0] - centre[0]),
            centre[1] + t * (wish[1] - centre[1]),
        ];
        if land.contains(p) {
            return p;
        }
    }
    centre
}

/// Gives each block its whole people, homes and businesses.
fn settle(blocks: &mut [Block], population: u32) {
    let weights: Vec<f64> = blocks.iter().map(|b| b.shares.people).collect();
    let homes =
        libm::round(f64::from(population) * demand::SHARE_IN_HOUSEHOLDS / demand::PERSONS_A_HOME)
            as u32;
    let businesses = libm::round(f64::from(population) / demand::PERSONS_A_BUSINESS) as u32;
    let parts = [population, homes, businesses].map(|total| apportion(total, &weights));
    for (i, block) in blocks.iter_mut().enumerate() {
        block.people = parts[0][i];
        block.homes = parts[1][i];
        block.businesses = parts[2][i];
    }
}

/// The ordinary customers of a feeder; `mw` is their peak.
fn block_load(feeder: usize, block: &Block, mw: f64, power_factor: f64, district: usize) -> Load {
    let people = 1e-3 * f64::from(block.people);
    let units = 1e3 * mw / power_factor / SERVICE.1 / SERVICE.0;
    Load {
        id: format!("C{:04}", feeder + 1),
        bus: 0,
        district,
        feeder,
        homes: block.homes,
        businesses: block.businesses,
        home_mw: rounded(people * demand::HOME_BASE_KW, 5),
        commerce_mw: rounded(people * demand::COMMERCE_BASE_KW, 5),
        commerce_floor_m2: rounded(1e3 * people * demand::COMMERCE_FLOOR_M2, 0),
        industry_mw: rounded(people * demand::INDUSTRY_KW, 5),
        critical_mw: 0.0,
        critical: None,
        design_peak_mw: rounded(mw, 5),
        power_factor,
        pv_mwp: 0.0,
        service_units: libm::round(units).max(1.0) as u32,
        service_unit_kva: SERVICE.0,
        service_age_y: SERVICE_AGE_Y,
    }
}
