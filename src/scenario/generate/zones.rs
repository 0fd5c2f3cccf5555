//! Zones of travel: the blocks of each district gathered into places where trips begin and end.
//!
//! It decides where people and jobs are counted together, not where they go.

use crate::scenario::generate::blocks::Block;
use crate::scenario::generate::geometry::apportion;
use crate::scenario::generate::travel::ZoneSeed;

/// Zones of a city of 240,000: about 3,000 people each, what a planner's model of such a city has.
const REFERENCE_ZONES: f64 = 80.0;
/// Jobs and places at schools and universities, by resident: an employment rate of 48 % and the young at school
/// (SIZING.md section 7: 16 % below 15).
const JOBS: f64 = 0.48;
const SCHOOL_PLACES: f64 = 0.18;
/// Jobs in works and yards; the others are in shops, offices and public service, which follow commerce.
const INDUSTRY_SHARE: f64 = 0.15;

/// The zones of a city of blocks, district after district; `home` is the district of each block.
#[must_use]
pub fn zones(blocks: &[Block], home: &[usize], population: u32) -> Vec<ZoneSeed> {
    let people = f64::from(population);
    let districts = home.iter().max().map_or(0, |d| d + 1);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); districts];
    for (block, &district) in home.iter().enumerate() {
        members[district].push(block);
    }
    let wanted = libm::round(REFERENCE_ZONES * (people / 240_000.0).sqrt()) as u32;
    let weights: Vec<f64> = members
        .iter()
        .map(|m| m.iter().map(|b| weight(&blocks[*b])).sum())
        .collect();
    // Every district with blocks has a zone, so that nobody is left out.
    let counts = apportion(wanted.saturating_sub(districts as u32), &weights);
    let mut seeds = Vec::new();
    for (district, mut own) in members.into_iter().enumerate() {
        let count = (counts[district] as usize + 1).min(own.len());
        gather(&mut own, count, blocks, &mut |part| {
            seeds.push(seed(part, blocks, district, people));
        });
    }
    seeds
}

/// People and jobs of a block, as shares of the city.
fn weight(block: &Block) -> f64 {
    0.6 * block.shares.people + 0.4 * block.shares.commerce
}

/// Halves blocks across their longer side until there are as many parts as asked for.
fn gather(part: &mut [usize], count: usize, blocks: &[Block], take: &mut impl FnMut(&[usize])) {
    if part.is_empty() {
        return;
    }
    if count <= 1 {
        take(part);
        return;
    }
    let extent = |axis: usize| {
        let (low, high) = part.iter().fold((f64::MAX, f64::MIN), |(l, h), b| {
            let at = blocks[*b].at[axis];
            (l.min(at), h.max(at))
        });
        high - low
    };
    let axis = usize::from(extent(1) > extent(0));
    part.sort_by(|a, b| {
        let (a_at, b_at) = (blocks[*a].at, blocks[*b].at);
        a_at[axis].total_cmp(&b_at[axis]).then(a.cmp(b))
    });
    let left = count / 2;
    let whole: f64 = part.iter().map(|b| weight(&blocks[*b])).sum();
    let target = whole * left as f64 / count as f64;
    let (mut sum, mut cut) = (0.0, 0);
    while cut < part.len() && sum < target {
        sum += weight(&blocks[part[cut]]);
        cut += 1;
    }
    let cut = cut.clamp(left, part.len() - (count - left));
    let (low, high) = part.split_at_mut(cut);
    gather(low, left, blocks, take);
    gather(high, count - left, blocks, take);
}

fn seed(part: &[usize], blocks: &[Block], district: usize, people: f64) -> ZoneSeed {
    let mut seed = ZoneSeed {
        at: [0.0, 0.0],
        district,
        population: 0.0,
        jobs: 0.0,
    };
    let mut whole = 0.0;
    for block in part.iter().map(|b| &blocks[*b]) {
        let own = weight(block);
        whole += own;
        seed.at[0] += own * block.at[0];
        seed.at[1] += own * block.at[1];
        seed.population += f64::from(block.people);
        let industry = INDUSTRY_SHARE * block.shares.industry;
        let service = (1.0 - INDUSTRY_SHARE) * block.shares.commerce;
        seed.jobs += people * (JOBS * (industry + service) + SCHOOL_PLACES * block.shares.people);
    }
    if whole > 0.0 {
        seed.at = seed.at.map(|v| v / whole);
    }
    seed
}
