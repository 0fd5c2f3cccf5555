//! The paths in use between each pair of a demand, with their flows.
//!
//! Arcs of all paths lie in one list; the paths of a pair are chained. Paths run from origin to destination, so that
//! adding up their costs gives the same bits as the search that found them. It knows no costs.

use crate::solvers::assignment::demand::Demand;
use crate::solvers::assignment::network::RoadNetwork;

/// In place of a path: there is none.
const NONE: u32 = u32::MAX;

/// One path.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Path {
    flow: f64,
    first: usize,
    length: u32,
    next: u32,
}

/// Paths by pair.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct PathSet {
    head: Vec<u32>,
    paths: Vec<Path>,
    arcs: Vec<u32>,
    free: Vec<u32>,
    /// Arcs in the list that no path uses any more.
    unused: usize,
}

impl PathSet {
    /// No paths for `pairs` pairs.
    pub(super) fn new(pairs: usize) -> Self {
        Self {
            head: vec![NONE; pairs],
            ..Self::default()
        }
    }

    /// The first path of a pair.
    #[inline]
    pub(super) fn first(&self, pair: usize) -> Option<u32> {
        some(self.head[pair])
    }

    /// The path after a path.
    #[inline]
    pub(super) fn next(&self, path: u32) -> Option<u32> {
        some(self.paths[path as usize].next)
    }

    /// All paths of a pair.
    pub(super) fn of(&self, pair: usize) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.first(pair), |path| self.next(*path))
    }

    /// Arcs of a path, from origin to destination.
    #[inline]
    pub(super) fn arcs(&self, path: u32) -> &[u32] {
        let path = &self.paths[path as usize];
        &self.arcs[path.first..path.first + path.length as usize]
    }

    /// Vehicles on a path.
    #[inline]
    pub(super) fn flow(&self, path: u32) -> f64 {
        self.paths[path as usize].flow
    }

    /// Sets the vehicles on a path.
    #[inline]
    pub(super) fn set_flow(&mut self, path: u32, flow: f64) {
        self.paths[path as usize].flow = flow;
    }

    /// Adds a path to a pair, given its arcs from destination to origin.
    pub(super) fn add_reversed(
        &mut self,
        pair: usize,
        arcs: impl Iterator<Item = u32>,
        flow: f64,
    ) -> u32 {
        let first = self.arcs.len();
        self.arcs.extend(arcs);
        self.arcs[first..].reverse();
        let path = Path {
            flow,
            first,
            length: (self.arcs.len() - first) as u32,
            next: self.head[pair],
        };
        let index = match self.free.pop() {
            Some(index) => {
                self.paths[index as usize] = path;
                index
            }
            None => {
                self.paths.push(path);
                (self.paths.len() - 1) as u32
            }
        };
        self.head[pair] = index;
        index
    }

    /// Takes from a pair the paths that `keep` refuses.
    pub(super) fn retain(&mut self, pair: usize, mut keep: impl FnMut(&Self, u32) -> bool) {
        let mut before = NONE;
        let mut path = self.head[pair];
        while path != NONE {
            let next = self.paths[path as usize].next;
            if keep(self, path) {
                before = path;
            } else {
                match before {
                    NONE => self.head[pair] = next,
                    before => self.paths[before as usize].next = next,
                }
                self.unused += self.paths[path as usize].length as usize;
                self.free.push(path);
            }
            path = next;
        }
    }

    /// Gives the list of arcs back its order and drops what is unused, when half of it or more is.
    pub(super) fn tidy(&mut self) {
        if 2 * self.unused < self.arcs.len() || self.unused == 0 {
            return;
        }
        let mut kept = Self::new(self.head.len());
        kept.arcs.reserve(self.arcs.len() - self.unused);
        for pair in 0..self.head.len() {
            kept.copy(pair, self, pair);
        }
        *self = kept;
    }

    /// Makes the flows of each pair add up to its trips: in proportion if they are far from it, else by the largest.
    /// A pair whose paths carry nothing loads its first.
    pub(super) fn fit(&mut self, trips: &[f64]) {
        for (pair, trips) in trips.iter().enumerate() {
            let sum: f64 = self.of(pair).map(|path| self.flow(path)).sum();
            if sum == *trips {
                continue;
            }
            let factor = trips / sum;
            let (mut largest, mut others, mut most) = (NONE, 0.0, f64::NEG_INFINITY);
            let mut at = self.head[pair];
            while at != NONE {
                let path = &mut self.paths[at as usize];
                path.flow = if factor.is_finite() {
                    path.flow * factor
                } else {
                    0.0
                };
                others += path.flow;
                if path.flow > most {
                    (most, largest) = (path.flow, at);
                }
                at = path.next;
            }
            if largest != NONE {
                let path = &mut self.paths[largest as usize];
                path.flow = (trips - (others - path.flow)).max(0.0);
            }
        }
    }

    /// Adds up the flows of all paths into `flow`, by arc.
    pub(super) fn load(&self, flow: &mut [f64]) {
        flow.fill(0.0);
        let mut lost = vec![0.0; flow.len()];
        for pair in 0..self.head.len() {
            for path in self.of(pair) {
                let amount = self.flow(path);
                for arc in self.arcs(path) {
                    // Kahan's sum: vehicles that enter a node leave it to the last digit.
                    let arc = *arc as usize;
                    let corrected = amount - lost[arc];
                    let sum = flow[arc] + corrected;
                    lost[arc] = (sum - flow[arc]) - corrected;
                    flow[arc] = sum;
                }
            }
        }
    }

    /// The paths of `old` for another demand, where it has the same pairs, with their flows.
    pub(super) fn carried_over(&self, old: &Demand, new: &Demand) -> Self {
        let mut carried = Self::new(new.pairs());
        let mut before = old.iter().enumerate().peekable();
        for (pair, (origin, destination, _)) in new.iter().enumerate() {
            while before
                .next_if(|(_, (from, to, _))| (*from, *to) < (origin, destination))
                .is_some()
            {}
            if let Some((twin, _)) =
                before.next_if(|(_, (from, to, _))| (*from, *to) == (origin, destination))
            {
                carried.copy(pair, self, twin);
            }
        }
        carried
    }

    /// Whether the paths are those of this network and demand: arcs exist, join, and lead from origin to destination.
    pub(super) fn fits(&self, network: &RoadNetwork, demand: &Demand) -> bool {
        let (heads, tails) = (network.heads(), network.tails());
        let leads = |arcs: &[u32], origin: usize, destination: usize| {
            let mut at = origin;
            for arc in arcs {
                let arc = *arc as usize;
                if arc >= heads.len() || tails[arc] as usize != at {
                    return false;
                }
                at = heads[arc] as usize;
            }
            at == destination
        };
        self.head.len() == demand.pairs()
            && demand
                .iter()
                .enumerate()
                .all(|(pair, (origin, destination, _))| {
                    self.of(pair)
                        .all(|path| leads(self.arcs(path), origin, destination))
                })
    }

    /// Copies the paths of a pair of another set, in their order.
    fn copy(&mut self, pair: usize, from: &Self, twin: usize) {
        let mut last = NONE;
        for path in from.of(twin) {
            let first = self.arcs.len();
            self.arcs.extend_from_slice(from.arcs(path));
            let index = self.paths.len() as u32;
            self.paths.push(Path {
                flow: from.flow(path),
                first,
                length: (self.arcs.len() - first) as u32,
                next: NONE,
            });
            match last {
                NONE => self.head[pair] = index,
                last => self.paths[last as usize].next = index,
            }
            last = index;
        }
    }
}

#[inline]
fn some(path: u32) -> Option<u32> {
    (path != NONE).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(set: &PathSet, pair: usize) -> Vec<(Vec<u32>, f64)> {
        set.of(pair)
            .map(|path| (set.arcs(path).to_vec(), set.flow(path)))
            .collect()
    }

    #[test]
    fn paths_are_added_dropped_and_tidied() {
        let mut set = PathSet::new(2);
        set.add_reversed(0, [2, 1].into_iter(), 3.0);
        set.add_reversed(1, [7].into_iter(), 1.0);
        set.add_reversed(0, [5, 4, 3].into_iter(), 0.0);
        assert_eq!(flows(&set, 0), [(vec![3, 4, 5], 0.0), (vec![1, 2], 3.0)]);
        set.retain(0, |set, path| set.flow(path) > 0.0);
        assert_eq!(flows(&set, 0), [(vec![1, 2], 3.0)]);
        set.tidy();
        assert_eq!(set.arcs, [1, 2, 7]);
        assert_eq!(
            (flows(&set, 0).len(), flows(&set, 1)),
            (1, vec![(vec![7], 1.0)])
        );
        let mut flow = vec![0.0; 8];
        set.load(&mut flow);
        assert_eq!(flow, [0.0, 3.0, 3.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn flows_are_fitted_to_trips() {
        let mut set = PathSet::new(2);
        set.add_reversed(0, [1].into_iter(), 3.0);
        set.add_reversed(0, [2].into_iter(), 1.0);
        set.add_reversed(1, [3].into_iter(), 0.0);
        set.fit(&[8.0, 5.0]);
        assert_eq!(flows(&set, 0), [(vec![2], 2.0), (vec![1], 6.0)]);
        assert_eq!(flows(&set, 1), [(vec![3], 5.0)]);
    }

    #[test]
    fn paths_follow_their_pair_to_another_demand() {
        let old = Demand::new(4, [(0, 1, 1.0), (0, 2, 1.0), (2, 1, 1.0)]).unwrap();
        let new = Demand::new(4, [(0, 2, 9.0), (1, 2, 9.0), (2, 1, 9.0)]).unwrap();
        let mut set = PathSet::new(3);
        for pair in 0..3 {
            set.add_reversed(pair, [pair as u32].into_iter(), 1.0);
        }
        let carried = set.carried_over(&old, &new);
        assert_eq!(flows(&carried, 0), [(vec![1], 1.0)]);
        assert!(flows(&carried, 1).is_empty());
        assert_eq!(flows(&carried, 2), [(vec![2], 1.0)]);
    }
}
