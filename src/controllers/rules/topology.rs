//! The medium-voltage network as a switching plan: feeder trees, ties, and which feeder feeds which bus right now.
//!
//! It knows closed and open, not volts and amperes; the mesh above the busbars is `mesh`'s.

use crate::city::model::grid::BusRole;
use crate::city::model::grid::Grid;

/// No feeder, line or bus.
pub const NONE: u32 = u32::MAX;

/// A normally open line between two feeders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The line.
    pub line: usize,
    /// Its end buses.
    pub ends: [usize; 2],
}

/// What never changes.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Feeder to which a bus belongs in normal operation, or [`NONE`].
    pub home: Vec<u32>,
    /// Share of its home feeder's design peak that a bus draws.
    pub share: Vec<f64>,
    /// First bus behind each feeder's head line; none without a head line.
    pub root: Vec<Option<usize>>,
    /// Ties, in order of lines.
    pub ties: Vec<Tie>,
    /// Ties with an end on each feeder, as indices into `ties`.
    pub ties_of: Vec<Vec<usize>>,
    /// Feeders of each substation.
    pub feeders_of: Vec<Vec<usize>>,
    /// Transformers of each substation.
    pub transformers_of: Vec<Vec<usize>>,
    /// Lines between medium-voltage buses, of each home feeder (head and sections, not ties).
    pub sections_of: Vec<Vec<usize>>,
    start: Vec<u32>,
    next: Vec<(u32, u32)>,
    medium: Vec<usize>,
}

impl Topology {
    /// Derives the plan from the static network.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        let buses = grid.buses.len();
        let role = |bus: usize| grid.buses[bus].role;
        let mut is_head = vec![false; grid.lines.len()];
        for feeder in &grid.feeders {
            if let Some(line) = feeder.head_line {
                is_head[line] = true;
            }
        }
        let within = |line: usize| {
            let l = &grid.lines[line];
            role(l.from) == BusRole::Feeder && role(l.to) == BusRole::Feeder && !is_head[line]
        };
        let mut start = vec![0u32; buses + 1];
        for (i, line) in grid.lines.iter().enumerate() {
            if within(i) {
                start[line.from + 1] += 1;
                start[line.to + 1] += 1;
            }
        }
        for bus in 0..buses {
            start[bus + 1] += start[bus];
        }
        let mut fill = start.clone();
        let mut next = vec![(NONE, NONE); start[buses] as usize];
        for (i, line) in grid.lines.iter().enumerate() {
            if within(i) {
                for (a, b) in [(line.from, line.to), (line.to, line.from)] {
                    next[fill[a] as usize] = (i as u32, b as u32);
                    fill[a] += 1;
                }
            }
        }
        let root: Vec<Option<usize>> = grid
            .feeders
            .iter()
            .map(|f| {
                f.head_line.map(|line| {
                    let l = &grid.lines[line];
                    if l.from == f.bus { l.to } else { l.from }
                })
            })
            .collect();
        let mut topology = Self {
            home: vec![NONE; buses],
            share: vec![0.0; buses],
            root,
            ties: (0..grid.lines.len())
                .filter(|&i| within(i) && grid.lines[i].normally_open)
                .map(|line| Tie {
                    line,
                    ends: [grid.lines[line].from, grid.lines[line].to],
                })
                .collect(),
            ties_of: vec![Vec::new(); grid.feeders.len()],
            feeders_of: vec![Vec::new(); grid.substations.len()],
            transformers_of: vec![Vec::new(); grid.substations.len()],
            sections_of: vec![Vec::new(); grid.feeders.len()],
            start,
            next,
            medium: (0..buses).filter(|&b| role(b) == BusRole::Feeder).collect(),
        };
        for (i, feeder) in grid.feeders.iter().enumerate() {
            if let Some(s) = feeder.substation {
                topology.feeders_of[s].push(i);
            }
        }
        for (i, transformer) in grid.transformers.iter().enumerate() {
            if let Some(s) = transformer.substation {
                topology.transformers_of[s].push(i);
            }
        }
        let normal = topology.trace(|_| true, |line| !grid.lines[line].normally_open);
        topology.home.clone_from(&normal.fed_by);
        for &bus in &normal.order {
            let bus = bus as usize;
            let feeder = normal.fed_by[bus] as usize;
            match normal.via[bus] {
                NONE => topology.sections_of[feeder].extend(grid.feeders[feeder].head_line),
                line => topology.sections_of[feeder].push(line as usize),
            }
        }
        for (i, tie) in topology.ties.iter().enumerate() {
            let [a, b] = tie.ends.map(|bus| normal.fed_by[bus]);
            for feeder in [a, b] {
                // A tie within one feeder moves nothing to a neighbour.
                if feeder != NONE && a != b {
                    topology.ties_of[feeder as usize].push(i);
                }
            }
        }
        let mut total = vec![0.0; grid.feeders.len()];
        for load in &grid.loads {
            total[load.feeder] += load.design_peak_mw;
        }
        for load in &grid.loads {
            if total[load.feeder] > 0.0 {
                topology.share[load.bus] += load.design_peak_mw / total[load.feeder];
            }
        }
        topology
    }

    /// Lines within the medium-voltage network at a bus, and the buses at their other ends; heads are not among them.
    pub fn neighbours(&self, bus: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let range = self.start[bus] as usize..self.start[bus + 1] as usize;
        self.next[range]
            .iter()
            .map(|&(line, other)| (line as usize, other as usize))
    }

    /// Follows the closed lines from the feeders whose heads are closed.
    pub fn trace(
        &self,
        head_closed: impl Fn(usize) -> bool,
        line_closed: impl Fn(usize) -> bool,
    ) -> Feeding {
        let buses = self.home.len();
        let mut feeding = Feeding {
            fed_by: vec![NONE; buses],
            via: vec![NONE; buses],
            parent: vec![NONE; buses],
            order: Vec::with_capacity(self.medium.len()),
        };
        for (feeder, root) in self.root.iter().enumerate() {
            let Some(root) = *root else { continue };
            if !head_closed(feeder) || feeding.fed_by[root] != NONE {
                continue;
            }
            let first = feeding.order.len();
            feeding.fed_by[root] = feeder as u32;
            feeding.order.push(root as u32);
            let mut at = first;
            while at < feeding.order.len() {
                let bus = feeding.order[at] as usize;
                at += 1;
                for (line, other) in self.neighbours(bus) {
                    if feeding.fed_by[other] == NONE && line_closed(line) {
                        feeding.fed_by[other] = feeder as u32;
                        feeding.via[other] = line as u32;
                        feeding.parent[other] = bus as u32;
                        feeding.order.push(other as u32);
                    }
                }
            }
        }
        feeding
    }
}

/// Which feeder feeds each bus, and along which line.
#[derive(Clone, Debug, Default)]
pub struct Feeding {
    /// Feeder whose head feeds the bus, or [`NONE`] if it is dark.
    pub fed_by: Vec<u32>,
    /// Line towards the source; [`NONE`] at the first bus behind a head.
    pub via: Vec<u32>,
    /// Bus at the other end of `via`.
    pub parent: Vec<u32>,
    /// Fed buses, sources before what they feed.
    pub order: Vec<u32>,
}

impl Feeding {
    /// Load behind each bus, itself included, megawatts, from the load at each.
    #[must_use]
    pub fn downstream(&self, bus_mw: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; bus_mw.len()];
        for &bus in self.order.iter().rev() {
            let bus = bus as usize;
            sum[bus] += bus_mw[bus];
            if self.parent[bus] != NONE {
                sum[self.parent[bus] as usize] += sum[bus];
            }
        }
        sum
    }

    /// Buses from one up to the first behind the head, both included.
    pub fn upward(&self, bus: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = bus as u32;
        std::iter::from_fn(move || {
            if at == NONE {
                return None;
            }
            let here = at as usize;
            at = self.parent[here];
            Some(here)
        })
    }
}
