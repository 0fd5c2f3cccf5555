//! City blocks: the land cut into places of equal weight, each of which becomes one load bus.
//!
//! A raster of land use is halved again and again across its longer side, so that every block holds the same mix of
//! customers and load whatever its size: small downtown, large at the edge, in the pattern of a street grid.

use crate::scenario::generate::demand::CUSTOMERS_A_BUS;
use crate::scenario::generate::demand::PERSONS_A_BUSINESS;
use crate::scenario::generate::demand::PERSONS_A_HOME;
use crate::scenario::generate::demand::SHARE_IN_HOUSEHOLDS;
use crate::scenario::generate::demand::Shares;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::apportion;
use crate::scenario::generate::geometry::area;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::land::Land;

/// Raster cells for each block: enough that a block's share of the city is right within a few per cent.
const CELLS_A_BLOCK: f64 = 48.0;

/// A place with about 190 customers.
#[derive(Clone, Debug)]
pub struct Block {
    /// Centre, metres.
    pub at: Point,
    /// What it holds of the city.
    pub shares: Shares,
    /// Ground, square kilometres.
    pub area_km2: f64,
    /// Residents.
    pub people: u32,
    /// Household customers.
    pub homes: u32,
    /// Other customers.
    pub businesses: u32,
}

struct Cell {
    at: Point,
    shares: Shares,
    weight: f64,
}

/// Cuts the land of a city into blocks.
#[must_use]
pub fn blocks(land: &Land, population: u32) -> Vec<Block> {
    let customers =
        f64::from(population) * (SHARE_IN_HOUSEHOLDS / PERSONS_A_HOME + 1.0 / PERSONS_A_BUSINESS);
    let count = libm::round(customers / CUSTOMERS_A_BUS) as usize;
    let side = (area(&land.outline) / (count as f64 * CELLS_A_BLOCK)).sqrt();
    let mut cells = raster(land, side, f64::from(population));
    let mut blocks = Vec::with_capacity(count);
    halve(&mut cells, count, 1e-6 * side * side, &mut blocks);
    let people = apportion(
        population,
        &blocks
            .iter()
            .map(|b: &Block| b.shares.people)
            .collect::<Vec<_>>(),
    );
    let homes = libm::round(f64::from(population) * SHARE_IN_HOUSEHOLDS / PERSONS_A_HOME) as u32;
    let homes = apportion(
        homes,
        &people.iter().map(|&p| f64::from(p)).collect::<Vec<_>>(),
    );
    let businesses = libm::round(f64::from(population) / PERSONS_A_BUSINESS) as u32;
    let businesses = apportion(
        businesses,
        &blocks.iter().map(|b| b.shares.commerce).collect::<Vec<_>>(),
    );
    for (i, block) in blocks.iter_mut().enumerate() {
        block.people = people[i];
        block.homes = homes[i];
        block.businesses = businesses[i];
    }
    blocks
}

fn raster(land: &Land, side: f64, population: f64) -> Vec<Cell> {
    let reach = land
        .outline
        .iter()
        .flat_map(|p| p.iter())
        .fold(0.0_f64, |m, v| m.max(v.abs()));
    let steps = libm::ceil(reach / side) as i64;
    let mut cells = Vec::new();
    let mut total = Shares::default();
    for j in -steps..steps {
        for i in -steps..steps {
            let at = [(i as f64 + 0.5) * side, (j as f64 + 0.5) * side];
            let density = land.density(at);
            if density.people > 0.0 {
                let shares = Shares {
                    people: density.people,
                    commerce: density.commerce,
                    industry: density.industry,
                };
                total.add(shares);
                cells.push(Cell {
                    at,
                    shares,
                    weight: 0.0,
                });
            }
        }
    }
    let all = Shares {
        people: 1.0,
        commerce: 1.0,
        industry: 1.0,
    }
    .peak_35_mw(population);
    for cell in &mut cells {
        cell.shares.people /= total.people;
        cell.shares.commerce /= total.commerce;
        cell.shares.industry /= total.industry;
        // Half by customers and half by load, so that neither a tower block nor a mall makes a giant bus.
        cell.weight =
            0.5 * cell.shares.customers() + 0.5 * cell.shares.peak_35_mw(population) / all;
    }
    cells
}

fn halve(cells: &mut [Cell], count: usize, cell_km2: f64, blocks: &mut Vec<Block>) {
    if count <= 1 || cells.len() < 2 {
        blocks.push(block(cells, cell_km2));
        return;
    }
    let extent = |axis: usize| {
        let (low, high) = cells.iter().fold((f64::MAX, f64::MIN), |(l, h), c| {
            (l.min(c.at[axis]), h.max(c.at[axis]))
        });
        high - low
    };
    let axis = usize::from(extent(1) > extent(0));
    cells.sort_by(|a, b| {
        a.at[axis]
            .total_cmp(&b.at[axis])
            .then(a.at[1 - axis].total_cmp(&b.at[1 - axis]))
    });
    let left = count / 2;
    let target = cells.iter().map(|c| c.weight).sum::<f64>() * left as f64 / count as f64;
    let mut sum = 0.0;
    let mut cut = 0;
    while cut < cells.len() && sum + 0.5 * cells[cut].weight < target {
        sum += cells[cut].weight;
        cut += 1;
    }
    // Each side keeps at least one cell a block.
    let cut = cut.clamp(
        left.min(cells.len() - 1),
        cells.len().saturating_sub(count - left).max(1),
    );
    let (low, high) = cells.split_at_mut(cut);
    halve(low, left, cell_km2, blocks);
    halve(high, count - left, cell_km2, blocks);
}

fn block(cells: &[Cell], cell_km2: f64) -> Block {
    let mut shares = Shares::default();
    let (mut x, mut y, mut weight) = (0.0, 0.0, 0.0);
    for cell in cells {
        shares.add(cell.shares);
        x += cell.weight * cell.at[0];
        y += cell.weight * cell.at[1];
        weight += cell.weight;
    }
    let at = [rounded(x / weight, 0), rounded(y / weight, 0)];
    Block {
        at,
        shares,
        area_km2: cells.len() as f64 * cell_km2,
        people: 0,
        homes: 0,
        businesses: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_the_city_in_about_equal_parts() {
        let land = Land::new(240_000, 1);
        let blocks = blocks(&land, 240_000);
        assert_eq!(blocks.iter().map(|b| b.people).sum::<u32>(), 240_000);
        let customers: u32 = blocks.iter().map(|b| b.homes + b.businesses).sum();
        assert!((115_000..=115_100).contains(&customers), "{customers}");
        assert!((595..=615).contains(&blocks.len()), "{}", blocks.len());
        for block in &blocks {
            assert!(land.contains(block.at));
            assert!(
                (40..=340).contains(&(block.homes + block.businesses)),
                "{block:?}"
            );
        }
    }
}
