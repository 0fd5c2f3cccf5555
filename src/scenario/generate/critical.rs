//! Critical sites: hospitals, water works and pumps, tram rectifiers, cooling centres, and where they stand.

use crate::city::model::grid::Critical;
use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::demand::CRITICAL_KW;
use crate::scenario::generate::draw::Draw;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;

/// A kind of site and how much of the critical demand it has.
struct Kind {
    critical: Critical,
    prefix: &'static str,
    /// Sites in a city of 240,000 (SIZING.md sections 4, 5 and 7).
    count: f64,
    least: usize,
    /// Share of the city's critical demand of 24 MW: traction 10 MW (fleet peak 8-10), water 3.9 MW (peak 4),
    /// hospitals 7.5 MW (2.5 MW each) and cooling centres 2.6 MW (0.2 MW each).
    share: f64,
}

const KINDS: [Kind; 5] = [
    Kind {
        critical: Critical::Hospital,
        prefix: "HOSP",
        count: 3.0,
        least: 1,
        share: 7.5 / 24.0,
    },
    Kind {
        critical: Critical::WaterPump,
        prefix: "WORKS",
        count: 2.0,
        least: 1,
        share: 2.4 / 24.0,
    },
    Kind {
        critical: Critical::WaterPump,
        prefix: "PUMP",
        count: 6.0,
        least: 2,
        share: 1.5 / 24.0,
    },
    Kind {
        critical: Critical::Traction,
        prefix: "RECT",
        count: 20.0,
        least: 2,
        share: 10.0 / 24.0,
    },
    Kind {
        critical: Critical::CoolingCentre,
        prefix: "COOL",
        count: 13.0,
        least: 2,
        share: 2.6 / 24.0,
    },
];

/// One critical site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Id of its load, such as `HOSP-1`.
    pub id: String,
    /// What it is.
    pub critical: Critical,
    /// Block whose bus feeds it.
    pub block: usize,
    /// Its demand, megawatts.
    pub mw: f64,
}

/// Places the critical sites, at most one of them on a block.
#[must_use]
pub fn sites(land: &Land, blocks: &[Block], population: u32, seed: u64) -> Vec<Site> {
    let total_mw = 1e-3 * f64::from(population) * CRITICAL_KW;
    let mut taken = vec![false; blocks.len()];
    let mut sites = Vec::new();
    for kind in &KINDS {
        let count =
            (libm::round(kind.count * f64::from(population) / 240_000.0) as usize).max(kind.least);
        for k in 0..count {
            let at = target(kind, k, count, land, blocks, seed);
            let free = (0..blocks.len()).filter(|&b| !taken[b]);
            let best = free
                .min_by(|&a, &b| distance(blocks[a].at, at).total_cmp(&distance(blocks[b].at, at)));
            let Some(block) = best else { continue };
            taken[block] = true;
            sites.push(Site {
                id: format!("{}-{}", kind.prefix, k + 1),
                critical: kind.critical,
                block,
                mw: rounded(total_mw * kind.share / count as f64, 4),
            });
        }
    }
    sites
}

/// Where the k-th of `count` sites would like to stand.
fn target(kind: &Kind, k: usize, count: usize, land: &Land, blocks: &[Block], seed: u64) -> Point {
    let part = (k as f64 + 0.5) / count as f64;
    match kind.prefix {
        // Intakes on the shore, north and south of the core.
        "WORKS" => {
            let bearing = std::f64::consts::PI * (part - 0.5);
            let r = 0.97 * land.reach(bearing);
            [r * libm::cos(bearing), r * libm::sin(bearing)]
        }
        // Trams run on five lines out of the core.
        "RECT" => {
            let lines = 5.0_f64.min(count as f64);
            let line = (k as f64) % lines;
            let step = ((k as f64) / lines).floor();
            let bearing = 1.35 + 3.6 * line / (lines - 1.0).max(1.0);
            let steps = (count as f64 / lines).ceil();
            let r = 0.62 * land.reach(bearing) * (step + 0.5) / steps;
            [r * libm::cos(bearing), r * libm::sin(bearing)]
        }
        // One in every equal part of the population (blocks are in the order of the halving), a random one there.
        _ => {
            let shift = Draw::new(seed, kind.prefix, k as u64).uniform(-0.3, 0.3) / count as f64;
            blocks[((part + shift) * blocks.len() as f64) as usize % blocks.len()].at
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate::blocks::blocks;

    #[test]
    fn critical_demand_is_a_tenth_of_a_kilowatt_a_person() {
        let land = Land::new(240_000, 1);
        let blocks = blocks(&land, 240_000);
        let sites = sites(&land, &blocks, 240_000, 1);
        assert!((sites.iter().map(|s| s.mw).sum::<f64>() - 24.0).abs() < 0.01);
        assert_eq!(
            sites
                .iter()
                .filter(|s| s.critical == Critical::Hospital)
                .count(),
            3
        );
        assert_eq!(
            sites
                .iter()
                .filter(|s| s.critical == Critical::WaterPump)
                .count(),
            8
        );
        let mut taken: Vec<usize> = sites.iter().map(|s| s.block).collect();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), sites.len());
    }
}
