//! Which buses are connected to which source through closed switches, and through which branch each is fed.
//!
//! A pure function of the switches and of which sources can hold an island; nothing is remembered between steps.

use crate::city::model::grid::Grid;
use std::collections::VecDeque;

/// One connected, energised part of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Island {
    /// Bus whose source takes the balance.
    pub slack_bus: usize,
    /// Whether that source is a neighbouring system.
    pub external: bool,
}

/// The network as switched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// Island of each bus; none where dark.
    pub island_of_bus: Vec<Option<usize>>,
    /// Energised parts, in order of their slack bus.
    pub islands: Vec<Island>,
    /// Branch that feeds each live bus on its shortest way from the slack; none at the slack and where dark.
    pub fed_by: Vec<Option<usize>>,
}

impl Topology {
    /// Whether a bus is energised.
    #[must_use]
    pub fn live(&self, bus: usize) -> bool {
        self.island_of_bus[bus].is_some()
    }

    /// The branches from a bus up to its source, nearest first.
    pub fn upstream<'a>(&'a self, grid: &'a Grid, bus: usize) -> impl Iterator<Item = usize> + 'a {
        let mut at = bus;
        std::iter::from_fn(move || {
            let branch = self.fed_by[at]?;
            let (from, to) = ends(grid, branch);
            at = if to == at { from } else { to };
            Some(branch)
        })
    }
}

/// From and to bus of a branch; lines come first, transformers after them.
#[must_use]
pub fn ends(grid: &Grid, branch: usize) -> (usize, usize) {
    match grid.lines.get(branch) {
        Some(line) => (line.from, line.to),
        None => {
            let t = &grid.transformers[branch - grid.lines.len()];
            (t.from, t.to)
        }
    }
}

/// Branches at each bus, in compressed rows: `branch[start[b]..start[b + 1]]`.
#[derive(Clone, Debug, Default)]
pub struct Incidence {
    start: Vec<usize>,
    branch: Vec<usize>,
}

impl Incidence {
    /// The incidence of a grid, all switches ignored.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        let branches = grid.lines.len() + grid.transformers.len();
        let mut start = vec![0; grid.buses.len() + 1];
        for k in 0..branches {
            let (f, t) = ends(grid, k);
            start[f + 1] += 1;
            start[t + 1] += 1;
        }
        for b in 0..grid.buses.len() {
            start[b + 1] += start[b];
        }
        let mut next = start.clone();
        let mut branch = vec![0; 2 * branches];
        for k in 0..branches {
            let (f, t) = ends(grid, k);
            branch[next[f]] = k;
            next[f] += 1;
            branch[next[t]] = k;
            next[t] += 1;
        }
        Self { start, branch }
    }

    /// Branches at a bus.
    #[must_use]
    pub fn at(&self, bus: usize) -> &[usize] {
        &self.branch[self.start[bus]..self.start[bus + 1]]
    }
}

/// Connects buses through the branches that are on. `sources` are (bus, external, strength): externals hold an island
/// first, then the strongest; ties go to the lower bus index.
#[must_use]
pub fn connect(
    grid: &Grid,
    incidence: &Incidence,
    on: &[bool],
    sources: &[(usize, bool, f64)],
) -> Topology {
    let n = grid.buses.len();
    let mut order: Vec<&(usize, bool, f64)> = sources.iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.total_cmp(&a.2)).then(a.0.cmp(&b.0)));
    let mut topology = Topology {
        island_of_bus: vec![None; n],
        islands: Vec::new(),
        fed_by: vec![None; n],
    };
    let mut queue = VecDeque::new();
    for &&(bus, external, _) in &order {
        if topology.island_of_bus[bus].is_some() {
            continue;
        }
        let island = topology.islands.len();
        topology.islands.push(Island {
            slack_bus: bus,
            external,
        });
        topology.island_of_bus[bus] = Some(island);
        queue.push_back(bus);
        while let Some(at) = queue.pop_front() {
            for &k in incidence.at(at) {
                if !on[k] {
                    continue;
                }
                let (f, t) = ends(grid, k);
                let other = if f == at { t } else { f };
                if topology.island_of_bus[other].is_none() {
                    topology.island_of_bus[other] = Some(island);
                    topology.fed_by[other] = Some(k);
                    queue.push_back(other);
                }
            }
        }
    }
    topology
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::grid::fixture::city;

    /// Lines L1 L2 L3 A1 A2 B1 B2 TIE, then T1 T2, all on but `off` and the tie.
    fn switched(off: &[usize], sources: &[(usize, bool, f64)]) -> Topology {
        let grid = city().grid;
        let on: Vec<bool> = (0..10).map(|k| k != 7 && !off.contains(&k)).collect();
        connect(&grid, &Incidence::new(&grid), &on, sources)
    }

    const NEIGHBOUR: (usize, bool, f64) = (0, true, f64::INFINITY);
    const PLANT: (usize, bool, f64) = (1, false, 10.0);

    #[test]
    fn a_neighbour_holds_all_that_hangs_together() {
        let topology = switched(&[], &[PLANT, NEIGHBOUR]);
        assert_eq!(
            topology.islands,
            [Island {
                slack_bus: 0,
                external: true
            }]
        );
        assert!((0..8).all(|bus| topology.live(bus)));
        let grid = city().grid;
        // From node b: A2, A1, the first transformer, L1.
        let way: Vec<usize> = topology.upstream(&grid, 4).collect();
        assert_eq!(way, [4, 3, 8, 0]);
        assert_eq!(topology.upstream(&grid, 0).count(), 0);
    }

    #[test]
    fn what_is_cut_off_is_dark_and_a_plant_holds_its_own() {
        let topology = switched(&[3], &[NEIGHBOUR]);
        let dark: Vec<usize> = (0..8).filter(|&bus| !topology.live(bus)).collect();
        assert_eq!(dark, [3, 4]);
        let topology = switched(&[0, 1], &[PLANT, NEIGHBOUR]);
        assert_eq!(topology.islands.len(), 2);
        assert_eq!(topology.islands[1].slack_bus, 1);
        assert_eq!(topology.island_of_bus[0], Some(0));
        assert!((1..8).all(|bus| topology.island_of_bus[bus] == Some(1)));
    }

    #[test]
    fn the_stronger_source_holds_an_island_and_the_lower_bus_decides_a_tie() {
        let slack = |sources: &[(usize, bool, f64)]| switched(&[], sources).islands[0].slack_bus;
        assert_eq!(slack(&[(1, false, 10.0), (7, false, 20.0)]), 7);
        assert_eq!(slack(&[(7, false, 10.0), (1, false, 10.0)]), 1);
        assert!(switched(&[], &[]).islands.is_empty());
    }
}
