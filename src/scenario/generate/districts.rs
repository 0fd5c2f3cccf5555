//! Districts: the city's people, their homes and means, drawn around sites spread by population.
//!
//! Blocks belong to the district of the nearest site; a district's outline is its site's Voronoi cell, cut by the
//! city's outline. City-wide shares (ages, dwellings) are met exactly by iterative proportional fitting.

use crate::city::model::district::AgeMix;
use crate::city::model::district::District;
use crate::city::model::district::DwellingMix;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::nearer_part;
use crate::scenario::generate::geometry::nearest;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;
use crate::scenario::generate::names;

/// Districts of a city of 240,000.
const REFERENCE_COUNT: f64 = 24.0;
/// Larger cities have larger districts, too.
const COUNT_EXPONENT: f64 = 0.6;
/// Rounds of Lloyd's relaxation: enough for compact districts, few enough to keep them uneven.
const RELAXATIONS: usize = 6;
/// Ages 0-14 / 15-64 / 65-74 / 75+ (SIZING.md section 7).
const AGES: [f64; 4] = [0.16, 0.65, 0.11, 0.08];
/// Dwellings detached / row / low-rise / high-rise / institutional (SIZING.md section 7).
const DWELLINGS: [f64; 5] = [0.30, 0.20, 0.33, 0.14, 0.03];
/// Residents over 65 who live alone (SIZING.md section 7).
const ALONE_OVER_65: f64 = 0.06;
/// Households with air conditioning by income quintile (SIZING.md section 2).
const AC_BY_QUINTILE: [f64; 5] = [0.58, 0.68, 0.75, 0.83, 0.90];
/// Median household income by rank of the district at 0, 1/4, 1/2, 3/4 and 1, thousand dollars a year: household
/// quintiles of 16 to 200 (SIZING.md section 7), narrowed because each district mixes them.
const INCOME_BY_RANK: [f64; 5] = [26.0, 42.0, 60.0, 84.0, 135.0];
/// Night-time excess of the densest core over the station, kelvin (SIZING.md section 1: 2 to 3 on the core).
const HEAT_ISLAND_K: f64 = 3.0;

/// The districts of a city, and the district of each block.
#[must_use]
pub fn districts(
    land: &Land,
    blocks: &[Block],
    population: u32,
    seed: u64,
) -> (Vec<District>, Vec<usize>) {
    let wanted = REFERENCE_COUNT * libm::pow(f64::from(population) / 240_000.0, COUNT_EXPONENT);
    let count = (libm::round(wanted) as usize).clamp(6, blocks.len());
    among(land, blocks, count, seed)
}

/// A given number of districts, at most one a block, and the district of each block.
#[must_use]
pub fn among(
    land: &Land,
    blocks: &[Block],
    count: usize,
    seed: u64,
) -> (Vec<District>, Vec<usize>) {
    let sites = sites(blocks, count, seed);
    let home: Vec<usize> = blocks.iter().map(|b| nearest(&sites, b.at)).collect();
    let names = names::districts(&sites, land, seed);
    let mut districts: Vec<District> = sites
        .iter()
        .enumerate()
        .map(|(i, &site)| {
            let mut people = 0;
            let mut households = 0;
            for (block, _) in blocks.iter().zip(&home).filter(|(_, h)| **h == i) {
                people += block.people;
                households += block.homes;
            }
            District {
                id: format!(
                    "D{:0width$}",
                    i + 1,
                    width = if sites.len() < 100 { 2 } else { 3 }
                ),
                name: names[i].clone(),
                x_m: rounded(site[0], 0),
                y_m: rounded(site[1], 0),
                boundary_m: boundary(land, &sites, i),
                population: people,
                households,
                median_income_kusd: 0.0,
                income_quintile: 1,
                dwellings: DwellingMix {
                    detached: 0.0,
                    row: 0.0,
                    low_rise: 0.0,
                    high_rise: 0.0,
                    institutional: 0.0,
                },
                ages: AgeMix {
                    age_0_14: 0.0,
                    age_15_64: 0.0,
                    age_65_74: 0.0,
                    age_75_plus: 0.0,
                },
                alone_over_65: 0.0,
                ac_share: 0.0,
                pv_mwp: 0.0,
                heat_island_k: 0.0,
            }
        })
        .collect();
    let density = densities(blocks, &home, &districts);
    give_means(&mut districts, land, seed);
    give_homes(&mut districts, &density);
    give_ages(&mut districts, &density, seed);
    let densest = density.iter().fold(0.0_f64, |m, d| m.max(*d));
    for (district, d) in districts.iter_mut().zip(&density) {
        // The lake keeps the first two kilometres a little cooler.
        let breeze = 0.6 * libm::exp(-land.from_shore([district.x_m, district.y_m]) / 2_000.0);
        let island = HEAT_ISLAND_K * libm::pow(d / densest, 0.6) - breeze;
        district.heat_island_k = rounded(island.max(0.0), 2);
    }
    (districts, home)
}

fn sites(blocks: &[Block], count: usize, seed: u64) -> Vec<Point> {
    let mut draw = Draw::new(seed, "districts/sites", 0);
    // Every n-th block in the order of the halving, from a random start: spread by weight from the outset.
    let offset = draw.unit();
    let mut sites: Vec<Point> = (0..count)
        .map(|i| {
            blocks[(((i as f64 + offset) * blocks.len() as f64 / count as f64) as usize)
                .min(blocks.len() - 1)]
            .at
        })
        .collect();
    for _ in 0..RELAXATIONS {
        let mut sums = vec![(0.0, 0.0, 0.0); count];
        for block in blocks {
            let sum = &mut sums[nearest(&sites, block.at)];
            let weight = block.shares.people.sqrt() * block.area_km2.sqrt();
            *sum = (
                sum.0 + weight * block.at[0],
                sum.1 + weight * block.at[1],
                sum.2 + weight,
            );
        }
        for (site, sum) in sites.iter_mut().zip(&sums) {
            if sum.2 > 0.0 {
                *site = [sum.0 / sum.2, sum.1 / sum.2];
            }
        }
    }
    sites
}

fn boundary(land: &Land, sites: &[Point], own: usize) -> Vec<Point> {
    let mut corners = land.outline.clone();
    for (other, &site) in sites.iter().enumerate() {
        if other != own {
            corners = nearer_part(&corners, sites[own], site);
        }
    }
    let mut corners: Vec<Point> = corners
        .iter()
        .map(|p| [rounded(p[0], 0), rounded(p[1], 0)])
        .collect();
    corners.dedup();
    corners
}

/// Residents a square kilometre of the blocks in each district.
fn densities(blocks: &[Block], home: &[usize], districts: &[District]) -> Vec<f64> {
    let mut km2 = vec![0.0; districts.len()];
    for (block, &district) in blocks.iter().zip(home) {
        km2[district] += block.area_km2;
    }
    districts
        .iter()
        .zip(&km2)
        .map(|(d, a)| f64::from(d.population) / a.max(1e-6))
        .collect()
}

/// Incomes: a rich and a poor sector (Hoyt), a gradient outwards (Burgess), a view of the lake, and chance.
fn give_means(districts: &mut [District], land: &Land, seed: u64) {
    let axis = Draw::new(seed, "districts/sector", 0).uniform(0.0, std::f64::consts::TAU);
    let score = |i: usize, d: &District| {
        let at = [d.x_m, d.y_m];
        let bearing = libm::atan2(at[1], at[0]);
        let r = distance(at, [0.0, 0.0]) / land.radius_m;
        let lake = libm::exp(-land.from_shore(at) / (0.12 * land.radius_m));
        0.7 * r.min(1.0) * libm::cos(bearing - axis)
            + 0.5 * r
            + 0.6 * lake
            + 0.35 * Draw::new(seed, "districts/income", i as u64).normal()
    };
    let mut order: Vec<(f64, usize)> = districts
        .iter()
        .enumerate()
        .map(|(i, d)| (score(i, d), i))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total: f64 = districts.iter().map(|d| f64::from(d.population)).sum();
    let mut below = 0.0;
    for (_, i) in order {
        let people = f64::from(districts[i].population);
        let rank = ((below + 0.5 * people) / total).clamp(0.0, 1.0);
        below += people;
        let step = ((4.0 * rank) as usize).min(3);
        let part = 4.0 * rank - step as f64;
        let income =
            INCOME_BY_RANK[step] + part * (INCOME_BY_RANK[step + 1] - INCOME_BY_RANK[step]);
        let quintile = ((5.0 * rank) as usize).min(4);
        let chance = 0.015 * Draw::new(seed, "districts/ac", i as u64).normal();
        let district = &mut districts[i];
        district.median_income_kusd = rounded(income, 1);
        district.income_quintile = quintile as u8 + 1;
        district.ac_share = rounded((AC_BY_QUINTILE[quintile] + chance).clamp(0.5, 0.95), 3);
    }
}

fn give_homes(districts: &mut [District], density: &[f64]) {
    let logs: Vec<f64> = density.iter().map(|d| libm::log(d.max(1.0))).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let spread = (logs.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>() / logs.len() as f64)
        .sqrt()
        .max(1e-9);
    let mut mixes: Vec<Vec<f64>> = districts
        .iter()
        .zip(&logs)
        .map(|(d, l)| {
            let dense = (l - mean) / spread;
            let rich = (d.median_income_kusd - 60.0) / 40.0;
            vec![
                libm::exp(-dense + 0.4 * rich),
                libm::exp(-0.1 * dense),
                libm::exp(0.5 * dense - 0.2 * rich),
                libm::exp(1.3 * dense),
                libm::exp(0.2 * dense),
            ]
        })
        .collect();
    let weights: Vec<f64> = districts.iter().map(|d| f64::from(d.households)).collect();
    fit(&mut mixes, &weights, &DWELLINGS);
    for (district, mix) in districts.iter_mut().zip(&mixes) {
        let mix = whole(mix);
        district.dwellings = DwellingMix {
            detached: mix[0],
            row: mix[1],
            low_rise: mix[2],
            high_rise: mix[3],
            institutional: mix[4],
        };
    }
}

fn give_ages(districts: &mut [District], density: &[f64], seed: u64) {
    let densest = density.iter().fold(0.0_f64, |m, d| m.max(*d));
    let weights: Vec<f64> = districts.iter().map(|d| f64::from(d.population)).collect();
    let mut mixes: Vec<Vec<f64>> = Vec::new();
    let mut alone: Vec<Vec<f64>> = Vec::new();
    for (i, _) in districts.iter().enumerate() {
        let dense = (density[i] / densest).sqrt();
        let mut draw = Draw::new(seed, "districts/ages", i as u64);
        let old = 0.22 * draw.normal();
        // Families live further out, the working young downtown, the old in pockets.
        mixes.push(vec![
            AGES[0] * libm::exp(-0.6 * dense),
            AGES[1] * libm::exp(0.25 * dense),
            AGES[2] * libm::exp(old),
            AGES[3] * libm::exp(1.3 * old),
        ]);
        let share = ALONE_OVER_65 * libm::exp(1.1 * old + 0.4 * dense + 0.1 * draw.normal());
        alone.push(vec![share, 1.0 - share]);
    }
    fit(&mut mixes, &weights, &AGES);
    fit(&mut alone, &weights, &[ALONE_OVER_65, 1.0 - ALONE_OVER_65]);
    for (i, district) in districts.iter_mut().enumerate() {
        let mix = whole(&mixes[i]);
        district.ages = AgeMix {
            age_0_14: mix[0],
            age_15_64: mix[1],
            age_65_74: mix[2],
            age_75_plus: mix[3],
        };
        district.alone_over_65 = rounded(alone[i][0].min(0.9 * (mix[2] + mix[3])), 4);
    }
}

/// Iterative proportional fitting: rows sum to 1, and the weighted mean of each column is its target.
fn fit(rows: &mut [Vec<f64>], weights: &[f64], targets: &[f64]) {
    let total: f64 = weights.iter().sum();
    for _ in 0..60 {
        for (k, target) in targets.iter().enumerate() {
            let mean = rows.iter().zip(weights).map(|(r, w)| r[k] * w).sum::<f64>() / total;
            rows.iter_mut().for_each(|row| row[k] *= target / mean);
        }
        for row in rows.iter_mut() {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|v| *v /= sum);
        }
    }
}

/// Shares in ten-thousandths that still sum to exactly 1 in decimals: the largest takes what rounding left.
fn whole(shares: &[f64]) -> Vec<f64> {
    let mut parts: Vec<i64> = shares.iter().map(|s| libm::round(1e4 * s) as i64).collect();
    let rest = 10_000 - parts.iter().sum::<i64>();
    if let Some(largest) = (0..parts.len()).max_by_key(|&i| (parts[i], std::cmp::Reverse(i))) {
        parts[largest] += rest;
    }
    parts.iter().map(|&p| p as f64 / 1e4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate::blocks::blocks;
    use crate::scenario::generate::geometry::area;

    #[test]
    fn districts_cover_the_city_and_meet_its_shares() {
        let land = Land::new(240_000, 1);
        let blocks = blocks(&land, 240_000);
        let (districts, home) = districts(&land, &blocks, 240_000, 1);
        assert_eq!(districts.len(), 24);
        assert_eq!(home.len(), blocks.len());
        assert_eq!(districts.iter().map(|d| d.population).sum::<u32>(), 240_000);
        let covered: f64 = districts.iter().map(|d| area(&d.boundary_m)).sum();
        assert!((covered / area(&land.outline) - 1.0).abs() < 1e-3);
        let people: f64 = 240_000.0;
        let old: f64 = districts
            .iter()
            .map(|d| d.ages.age_75_plus * f64::from(d.population))
            .sum::<f64>()
            / people;
        assert!((old - 0.08).abs() < 1e-3, "{old}");
        let cooled: f64 = districts
            .iter()
            .map(|d| d.ac_share * f64::from(d.population))
            .sum::<f64>()
            / people;
        assert!((0.72..0.78).contains(&cooled), "{cooled}");
        for d in &districts {
            let m = d.dwellings;
            assert!(
                (m.detached + m.row + m.low_rise + m.high_rise + m.institutional - 1.0).abs()
                    < 1e-12
            );
            assert!(d.population > 0 && d.boundary_m.len() >= 3);
            assert!((0.0..=3.0).contains(&d.heat_island_k));
        }
        for quintile in 1..=5 {
            assert!(
                districts.iter().any(|d| d.income_quintile == quintile),
                "no district in quintile {quintile}"
            );
        }
    }
}
