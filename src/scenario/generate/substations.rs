//! Substations: how many, how large, where, and which blocks each feeds.
//!
//! Service areas are cells of a power diagram (a Voronoi diagram with weights), so they are convex and feeders of
//! different substations never cross; the weights are tuned until every substation has the load it is built for.

use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::demand::POWER_FACTOR;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::distance_squared;
use crate::scenario::generate::geometry::rounded;

/// Transformer ratings in use, megavolt-amperes; two of them in each substation.
const UNITS_MVA: [f64; 3] = [25.0, 40.0, 63.0];
/// Mean firm capacity of a substation, megavolt-amperes: four of 63, six of 40 and two of 25 (SIZING.md section 2).
const MEAN_FIRM_MVA: f64 = 542.0 / 12.0;
/// Share of the firm capacity that the 35 C peak takes: 458 of 542 MVA in SIZING.md.
const FIRM_USE: f64 = 0.845;
/// Least and largest share when the catalogue's steps do not fit.
const FIRM_USE_BAND: (f64, f64) = (0.76, 0.87);
/// One substation in four has grown past its plan and exceeds its firm capacity at 41 C (SIZING.md: two to four of twelve).
const GROWN_SHARE: f64 = 0.25;
/// Load of a grown substation at 41 C, share of its firm capacity.
const GROWN_USE: f64 = 1.06;
/// Rounds of balancing; the worst error is below 2 % well before.
const ROUNDS: usize = 240;

/// Peaks of a block, megawatts, critical sites included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// At 35 C.
    pub at_35_mw: f64,
    /// At 41 C.
    pub at_41_mw: f64,
}

/// A substation's plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where it stands.
    pub at: Point,
    /// Rating of each of its two transformers, megavolt-amperes.
    pub unit_mva: f64,
    /// Blocks it feeds.
    pub blocks: Vec<usize>,
    /// Peak at 35 C, megawatts.
    pub peak_35_mw: f64,
    /// Peak at 41 C, megawatts.
    pub peak_41_mw: f64,
}

/// Transformer ratings of the substations of a city with this 35 C peak, largest first.
fn ratings(peak_mva: f64) -> Vec<f64> {
    let count = (libm::round(peak_mva / (FIRM_USE * MEAN_FIRM_MVA)) as usize).max(2);
    let large = libm::round(count as f64 / 3.0) as usize;
    let small = libm::round(count as f64 / 6.0) as usize;
    let mut steps: Vec<usize> = (0..count)
        .map(|i| {
            if i < large {
                2
            } else if i < count - small {
                1
            } else {
                0
            }
        })
        .collect();
    let firm = |steps: &[usize]| steps.iter().map(|&s| UNITS_MVA[s]).sum::<f64>();
    while peak_mva / firm(&steps) < FIRM_USE_BAND.0 {
        let mut trial = steps.clone();
        let Some(i) = (0..count)
            .rev()
            .filter(|&i| steps[i] > 0)
            .max_by_key(|&i| (steps[i], i))
        else {
            break;
        };
        trial[i] -= 1;
        if peak_mva / firm(&trial) > FIRM_USE_BAND.1 {
            break;
        }
        steps = trial;
    }
    while peak_mva / firm(&steps) > FIRM_USE_BAND.1 {
        match (0..count)
            .filter(|&i| steps[i] < 2)
            .min_by_key(|&i| (steps[i], i))
        {
            Some(i) => steps[i] += 1,
            None => steps.push(0),
        }
    }
    steps.sort_unstable_by(|a, b| b.cmp(a));
    steps.iter().map(|&s| UNITS_MVA[s]).collect()
}

/// Load at 41 C that each substation is to carry, megawatts.
fn targets(ratings: &[f64], peak_41_mw: f64, seed: u64) -> Vec<f64> {
    let firm_mw: Vec<f64> = ratings.iter().map(|r| r * POWER_FACTOR).collect();
    let all: f64 = firm_mw.iter().sum();
    let mut uses = vec![peak_41_mw / all; ratings.len()];
    // A city with room to spare has no overgrown substation.
    if peak_41_mw / all > 0.93 {
        let mut order: Vec<usize> = (0..ratings.len()).collect();
        let mut draw = Draw::new(seed, "substations/grown", 0);
        for i in (1..order.len()).rev() {
            order.swap(i, draw.below(i + 1));
        }
        let count = libm::round(GROWN_SHARE * ratings.len() as f64) as usize;
        let grown: f64 = order[..count].iter().map(|&i| firm_mw[i]).sum();
        uses = vec![(peak_41_mw - GROWN_USE * grown) / (all - grown); ratings.len()];
        for &i in &order[..count] {
            uses[i] = GROWN_USE;
        }
    }
    uses.iter().zip(&firm_mw).map(|(u, f)| u * f).collect()
}

/// Plans the substations of a city.
#[must_use]
pub fn substations(blocks: &[Block], peaks: &[Peak], seed: u64) -> Vec<Plan> {
    let peak_35: f64 = peaks.iter().map(|p| p.at_35_mw).sum();
    let peak_41: f64 = peaks.iter().map(|p| p.at_41_mw).sum();
    let ratings = ratings(peak_35 / POWER_FACTOR);
    let targets = targets(&ratings, peak_41, seed);
    let mut sites = first_sites(blocks, peaks, ratings.len());
    // The densest places get the largest units, which makes service areas alike in size.
    let home = nearest_sites(blocks, &sites, &vec![0.0; sites.len()]);
    let mut ground = vec![0.0; sites.len()];
    for (block, &site) in blocks.iter().zip(&home) {
        ground[site] += block.area_km2;
    }
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by(|&a, &b| ground[a].total_cmp(&ground[b]).then(a.cmp(&b)));
    sites = order.iter().map(|&i| sites[i]).collect();
    let home = balance(blocks, peaks, &mut sites, &targets);
    let mut plans: Vec<Plan> = sites
        .iter()
        .zip(&ratings)
        .map(|(&site, &unit_mva)| Plan {
            at: [rounded(site[0], 0), rounded(site[1], 0)],
            unit_mva,
            blocks: Vec::new(),
            peak_35_mw: 0.0,
            peak_41_mw: 0.0,
        })
        .collect();
    for (block, &site) in home.iter().enumerate() {
        plans[site].blocks.push(block);
        plans[site].peak_35_mw += peaks[block].at_35_mw;
        plans[site].peak_41_mw += peaks[block].at_41_mw;
    }
    plans.retain(|p| !p.blocks.is_empty());
    for plan in &mut plans {
        // What the catalogue and the balance left over the firm capacity at 35 C gets the next larger unit.
        while plan.peak_35_mw > plan.unit_mva * POWER_FACTOR {
            match UNITS_MVA.iter().find(|&&u| u > plan.unit_mva) {
                Some(&unit) => plan.unit_mva = unit,
                None => break,
            }
        }
    }
    plans.sort_by(|a, b| distance(a.at, [0.0, 0.0]).total_cmp(&distance(b.at, [0.0, 0.0])));
    plans
}

/// Load centres of runs of blocks in the order of the halving, each with the same load.
fn first_sites(blocks: &[Block], peaks: &[Peak], count: usize) -> Vec<Point> {
    let total: f64 = peaks.iter().map(|p| p.at_41_mw).sum();
    let mut sums = vec![(0.0, 0.0, 0.0); count];
    let mut before = 0.0;
    for (block, peak) in blocks.iter().zip(peaks) {
        let run = (((before + 0.5 * peak.at_41_mw) / total * count as f64) as usize).min(count - 1);
        before += peak.at_41_mw;
        let sum = &mut sums[run];
        *sum = (
            sum.0 + peak.at_41_mw * block.at[0],
            sum.1 + peak.at_41_mw * block.at[1],
            sum.2 + peak.at_41_mw,
        );
    }
    sums.iter()
        .map(|s| [s.0 / s.2.max(1e-9), s.1 / s.2.max(1e-9)])
        .collect()
}

fn nearest_sites(blocks: &[Block], sites: &[Point], weights: &[f64]) -> Vec<usize> {
    blocks
        .iter()
        .map(|block| {
            let mut best = (0, f64::INFINITY);
            for (i, (&site, weight)) in sites.iter().zip(weights).enumerate() {
                let power = distance_squared(block.at, site) - weight;
                if power < best.1 {
                    best = (i, power);
                }
            }
            best.0
        })
        .collect()
}

/// Moves sites to their load centres and tunes the diagram's weights; returns the best assignment found.
fn balance(blocks: &[Block], peaks: &[Peak], sites: &mut [Point], targets: &[f64]) -> Vec<usize> {
    let count = sites.len();
    let ground: f64 = blocks.iter().map(|b| b.area_km2).sum::<f64>() * 1e6 / count as f64;
    let mut weights = vec![0.0; count];
    let mut best: (f64, Vec<usize>) = (f64::INFINITY, Vec::new());
    for round in 0..ROUNDS {
        let home = nearest_sites(blocks, sites, &weights);
        let mut loads = vec![0.0; count];
        let mut sums = vec![(0.0, 0.0, 0.0); count];
        for ((block, peak), &site) in blocks.iter().zip(peaks).zip(&home) {
            loads[site] += peak.at_41_mw;
            // Halfway between the load's centre and the ground's: a substation serves its far edge, too.
            let weight = (peak.at_41_mw * block.area_km2).sqrt();
            let sum = &mut sums[site];
            *sum = (
                sum.0 + weight * block.at[0],
                sum.1 + weight * block.at[1],
                sum.2 + weight,
            );
        }
        let settled = round >= ROUNDS / 2;
        let error = loads
            .iter()
            .zip(targets)
            .map(|(l, t)| (l / t - 1.0).abs())
            .fold(0.0, f64::max);
        if settled && error < best.0 {
            best = (error, home);
        }
        let gain = 0.25 * ground / (1.0 + round as f64 / 40.0);
        for i in 0..count {
            weights[i] += gain * (targets[i] - loads[i]) / targets[i];
            if !settled && sums[i].2 > 0.0 {
                let pull = 0.3;
                sites[i][0] += pull * (sums[i].0 / sums[i].2 - sites[i][0]);
                sites[i][1] += pull * (sums[i].1 / sums[i].2 - sites[i][1]);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lakeside_has_the_twelve_sites_of_the_sizing_sheet() {
        let ratings = ratings(444.0 / 0.97);
        let count = |mva: f64| ratings.iter().filter(|r| **r == mva).count();
        assert_eq!((count(63.0), count(40.0), count(25.0)), (4, 6, 2));
        assert_eq!(ratings.iter().sum::<f64>(), 542.0);
    }

    #[test]
    fn a_town_has_two_small_ones() {
        assert_eq!(ratings(37.0 / 0.97), vec![25.0, 25.0]);
    }

    #[test]
    fn targets_add_up_to_the_load() {
        let ratings = ratings(444.0 / 0.97);
        let targets = targets(&ratings, 516.0, 1);
        assert!((targets.iter().sum::<f64>() - 516.0).abs() < 1e-9);
        let over = targets
            .iter()
            .zip(&ratings)
            .filter(|(t, r)| **t > **r * POWER_FACTOR)
            .count();
        assert_eq!(over, 3);
    }
}
