//! The high-voltage mesh: rings of 110 kV line with chords, grid supply points, and the line sizes that make it N-1 secure.
//!
//! Topology comes first (tours, then the chords that shorten the longest ways round without crossing a line); sizes
//! follow from DC power flow: the worst overload of any single outage is relieved by the next size up or a parallel
//! circuit until none is left.

use crate::scenario::generate::conductors;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use crate::scenario::generate::geometry::rounded;
use crate::scenario::generate::geometry::segments_cross;
use crate::scenario::generate::security;
use crate::scenario::generate::security::Branch;
use crate::scenario::generate::tour;

/// Route of a 110 kV line over the straight line: it goes round housing.
const ROUTE_FACTOR: f64 = 1.35;
/// Substations in one ring.
const RING: f64 = 13.0;
/// Lines for each substation: 16 for 12 (SIZING.md: 15 to 18).
const LINES_A_SUBSTATION: f64 = 1.33;
/// Most lines at one substation.
const MOST_LINES: usize = 4;
/// Substations for each grid supply point: three for twelve (SIZING.md: two or three ties).
const SUBSTATIONS_A_SUPPLY: f64 = 4.0;
/// Up to this many supply points each have their own line from the neighbouring system; more are joined by a ring.
const STAR: usize = 4;
/// Where the rim begins, share of the distance of the furthest substation.
const RIM: f64 = 0.6;
/// Imports above this come at 380 kV, megawatts: two 110 kV double lines cannot carry more with one of them out.
const EXTRA_HIGH_MW: f64 = 280.0;
/// The neighbouring system's substation lies this far west of the city's edge, metres.
const EXTERNAL_M: f64 = 12_000.0;
/// Within this distance of the core 110 kV goes underground, share of the city's radius.
const CABLE_CORE: f64 = 0.27;
/// Megawatts that a megavolt-ampere of rating carries. Load at 0.97 and the reactance of the transformers below it make
/// 0.93 at 110 kV; the rest covers what DC power flow leaves out: losses, voltages and the reactive power of lines and plants.
const MW_A_MVA: f64 = 0.9;
/// Loading allowed with all elements in service, share of rating.
const INTACT_USE: f64 = 0.9;
/// Overload of a transformer allowed for some hours after an outage (normal emergency loading, IEEE C57.91).
const EMERGENCY_USE: f64 = 1.2;
/// Ratings of 380/110 kV transformers, megavolt-amperes.
const SUPPLY_MVA: [f64; 4] = [160.0, 200.0, 250.0, 300.0];
/// Links for each one relieved in a round beyond the worst.
const LINKS_A_RELIEF: usize = 40;
/// Rounds of reinforcement before giving up; a large city needs one to two for each line.
const ROUNDS: usize = 2_000;

/// What a link of the mesh is built as; its size is a step of the ladder of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 110 kV overhead line.
    Overhead,
    /// 110 kV cable.
    Cable,
    /// 380 kV overhead line.
    ExtraHigh,
    /// 380/110 kV transformer.
    Supply,
}

/// A link between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// From node; the 380 kV one for a transformer.
    pub from: usize,
    /// To node.
    pub to: usize,
    /// What it is.
    pub kind: Kind,
    /// Route length, kilometres; 0 for a transformer.
    pub km: f64,
    /// Step of its ladder of sizes.
    pub step: usize,
}

impl Link {
    /// Conductor and parallel conductors of a line at its step.
    #[must_use]
    pub fn conductor(&self) -> (usize, u32) {
        let ladder: &[(usize, u32)] = match self.kind {
            Kind::Overhead | Kind::Supply => &[
                (conductors::OVERHEAD_243, 1),
                (conductors::OVERHEAD_305, 1),
                (conductors::OVERHEAD_243, 2),
                (conductors::OVERHEAD_305, 2),
            ],
            Kind::Cable => &[(conductors::CABLE_300, 1), (conductors::CABLE_300, 2)],
            Kind::ExtraHigh => &[
                (conductors::OVERHEAD_490, 1),
                (conductors::OVERHEAD_490, 2),
                (conductors::OVERHEAD_490, 3),
                (conductors::OVERHEAD_490, 4),
            ],
        };
        ladder[self.step.min(ladder.len() - 1)]
    }

    fn steps(&self) -> usize {
        if self.kind == Kind::Cable { 2 } else { 4 }
    }

    /// Nominal voltage of a line, kilovolts.
    #[must_use]
    pub fn kv(&self) -> f64 {
        if self.kind == Kind::ExtraHigh {
            380.0
        } else {
            110.0
        }
    }

    /// Rating, megavolt-amperes.
    #[must_use]
    pub fn rating_mva(&self) -> f64 {
        if self.kind == Kind::Supply {
            return SUPPLY_MVA[self.step.min(SUPPLY_MVA.len() - 1)];
        }
        let (conductor, bundle) = self.conductor();
        conductors::rating_mva(&conductors::conductors()[conductor], bundle, self.kv())
    }

    fn branch(&self) -> Branch {
        let rating = self.rating_mva();
        let x_pu = if self.kind == Kind::Supply {
            conductors::transformer_pu(rating)[1]
        } else {
            let (conductor, bundle) = self.conductor();
            conductors::impedance_pu(
                &conductors::conductors()[conductor],
                bundle,
                self.kv(),
                self.km,
            )[1]
        };
        let outage = if self.kind == Kind::Supply {
            EMERGENCY_USE
        } else {
            1.0
        };
        Branch {
            from: self.from,
            to: self.to,
            x_pu,
            intact_mw: INTACT_USE * MW_A_MVA * rating,
            outage_mw: outage * MW_A_MVA * rating,
        }
    }
}

/// The mesh: nodes are the substations in order, then the external node, then the 380 kV nodes.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// Substations.
    pub substations: usize,
    /// Position of every node, metres.
    pub nodes: Vec<Point>,
    /// Substation at which each 380 kV node stands.
    pub supply: Vec<usize>,
    /// Links.
    pub links: Vec<Link>,
}

impl Mesh {
    /// The external node.
    #[must_use]
    pub fn external(&self) -> usize {
        self.substations
    }

    /// Whether the neighbouring system is met at 380 kV.
    #[must_use]
    pub fn extra_high(&self) -> bool {
        self.nodes.len() > self.substations + 1
    }

    /// Lays the mesh through the substations of a city with this radius (metres), western edge (metres from the
    /// core) and most imports (megawatts).
    #[must_use]
    pub fn new(sites: &[Point], radius_m: f64, west_m: f64, import_mw: f64) -> Self {
        let mut nodes = sites.to_vec();
        nodes.push([rounded(-west_m - EXTERNAL_M, 0), 0.0]);
        let mut mesh = Self {
            substations: sites.len(),
            nodes,
            supply: Vec::new(),
            links: Vec::new(),
        };
        mesh.lay_rings(radius_m);
        mesh.lay_supply(import_mw);
        mesh
    }

    fn line(&mut self, from: usize, to: usize, kind: Kind) {
        let km = rounded(
            1e-3 * ROUTE_FACTOR * distance(self.nodes[from], self.nodes[to]),
            2,
        )
        .max(0.1);
        self.links.push(Link {
            from,
            to,
            kind,
            km,
            step: 0,
        });
    }

    fn crosses(&self, a: usize, b: usize) -> bool {
        self.links.iter().any(|l| {
            segments_cross(
                self.nodes[a],
                self.nodes[b],
                self.nodes[l.from],
                self.nodes[l.to],
            )
        })
    }

    fn lay_rings(&mut self, radius_m: f64) {
        let members: Vec<usize> = (0..self.substations).collect();
        let groups = (libm::round(self.substations as f64 / RING) as usize).max(1);
        let mut group = vec![0; self.substations];
        let kind = |mesh: &Self, a: usize, b: usize| {
            let (p, q) = (mesh.nodes[a], mesh.nodes[b]);
            let middle = [0.5 * (p[0] + q[0]), 0.5 * (p[1] + q[1])];
            if distance(middle, [0.0, 0.0]) < CABLE_CORE * radius_m {
                Kind::Cable
            } else {
                Kind::Overhead
            }
        };
        for (g, part) in tour::parts(&self.nodes, &members, groups)
            .iter()
            .enumerate()
        {
            let ring = tour::tour(&self.nodes, part);
            ring.iter().for_each(|&m| group[m] = g);
            // Two substations are joined by one line only.
            let lines = if ring.len() == 2 { 1 } else { ring.len() };
            for i in 0..lines.min(ring.len()) {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                if a != b {
                    self.line(a, b, kind(self, a, b));
                }
            }
        }
        let wanted = if self.substations < 4 {
            0
        } else {
            libm::round(LINES_A_SUBSTATION * self.substations as f64) as usize
        };
        // Chords and links between rings, each time the one that shortens a way most for its own length.
        while self.links.len() < wanted {
            let ways = self.ways_km();
            let degree = |mesh: &Self, a: usize| {
                mesh.links
                    .iter()
                    .filter(|l| l.from == a || l.to == a)
                    .count()
            };
            let degrees: Vec<usize> = (0..self.substations).map(|a| degree(self, a)).collect();
            let mut best: Option<(f64, usize, usize)> = None;
            for a in 0..self.substations {
                for b in (a + 1)..self.substations {
                    if degrees[a] >= MOST_LINES || degrees[b] >= MOST_LINES || self.joined(a, b) {
                        continue;
                    }
                    let km = 1e-3 * ROUTE_FACTOR * distance(self.nodes[a], self.nodes[b]);
                    // Rings that are not joined yet are as far apart as half the city's rim.
                    let way = ways[a][b].min(1e-3 * 3.0 * radius_m + 4.0 * km);
                    let bonus = if group[a] == group[b] { 1.0 } else { 1.5 };
                    let score = bonus * (way / km) / (1.0 + km / 12.0);
                    if best.is_none_or(|(s, _, _)| score > s) && !self.crosses(a, b) {
                        best = Some((score, a, b));
                    }
                }
            }
            let Some((_, a, b)) = best else { break };
            self.line(a, b, kind(self, a, b));
        }
    }

    fn joined(&self, a: usize, b: usize) -> bool {
        self.links
            .iter()
            .any(|l| (l.from == a && l.to == b) || (l.from == b && l.to == a))
    }

    /// Shortest ways along the lines between all substations, kilometres (Dijkstra from each).
    fn ways_km(&self) -> Vec<Vec<f64>> {
        let n = self.substations;
        let mut neighbours = vec![Vec::new(); n];
        for link in &self.links {
            neighbours[link.from].push((link.to, link.km));
            neighbours[link.to].push((link.from, link.km));
        }
        (0..n)
            .map(|start| {
                let mut way = vec![f64::INFINITY; n];
                let mut done = vec![false; n];
                way[start] = 0.0;
                for _ in 0..n {
                    let open = (0..n).filter(|&i| !done[i] && way[i].is_finite());
                    let Some(i) = open.min_by(|&a, &b| way[a].total_cmp(&way[b])) else {
                        break;
                    };
                    done[i] = true;
                    for &(j, km) in &neighbours[i] {
                        way[j] = way[j].min(way[i] + km);
                    }
                }
                way
            })
            .collect()
    }

    fn lay_supply(&mut self, import_mw: f64) {
        let external = self.external();
        let wanted = (libm::round(self.substations as f64 / SUBSTATIONS_A_SUPPLY) as usize)
            .clamp(2, self.substations);
        // Few supply points stand at the rim, so that 380 kV lines need not cross the city.
        let from_core = |s: &usize| distance(self.nodes[*s], [0.0, 0.0]);
        let rim = (0..self.substations)
            .map(|s| from_core(&s))
            .fold(0.0, f64::max);
        let mut outer: Vec<usize> = (0..self.substations)
            .filter(|s| from_core(s) > RIM * rim)
            .collect();
        if outer.len() < wanted || wanted > STAR {
            outer = (0..self.substations).collect();
        }
        let places: Vec<Point> = outer.iter().map(|&s| self.nodes[s]).collect();
        let supply: Vec<usize> = spread(&places, self.nodes[external], &[], wanted)
            .iter()
            .map(|&i| outer[i])
            .collect();
        if import_mw <= EXTRA_HIGH_MW {
            for &s in &supply {
                self.line(external, s, Kind::Overhead);
            }
            return;
        }
        for &s in &supply {
            let node = self.nodes.len();
            self.nodes.push(self.nodes[s]);
            self.supply.push(s);
            self.links.push(Link {
                from: node,
                to: s,
                kind: Kind::Supply,
                km: 0.0,
                step: 0,
            });
        }
        let first = external + 1;
        let mut members: Vec<usize> = (first..self.nodes.len()).collect();
        if members.len() > STAR {
            let ring = tour::tour(&self.nodes, &members);
            for i in 0..ring.len() {
                self.line(ring[i], ring[(i + 1) % ring.len()], Kind::ExtraHigh);
            }
            let to_external = |m: &usize| distance(self.nodes[*m], self.nodes[external]);
            members.sort_by(|a, b| to_external(a).total_cmp(&to_external(b)).then(a.cmp(b)));
            members.truncate(STAR);
        }
        for &m in &members {
            self.line(external, m, Kind::ExtraHigh);
        }
    }

    /// Makes the mesh N-1 secure for every dispatch (net injections by node, megawatts; the external node balances).
    /// Returns the worst loading left over, share of the limit; above 1 it could not be made secure.
    pub fn reinforce(&mut self, dispatches: &[Vec<f64>]) -> f64 {
        let mut left = f64::INFINITY;
        for _ in 0..ROUNDS {
            let branches: Vec<Branch> = self.links.iter().map(Link::branch).collect();
            let Some(loadings) =
                security::loadings(self.nodes.len(), self.external(), &branches, dispatches)
            else {
                break;
            };
            let mut over: Vec<(f64, usize)> =
                loadings.iter().enumerate().map(|(l, &x)| (x, l)).collect();
            over.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            left = over.first().map_or(0.0, |o| o.0);
            if left <= 1.0 {
                break;
            }
            // The worst first, and in a large mesh some more that are overloaded far from it.
            over.truncate(1 + over.len() / LINKS_A_RELIEF);
            for (_, l) in over.into_iter().filter(|o| o.0 > 1.0) {
                let link = &mut self.links[l];
                if link.step + 1 < link.steps() {
                    link.step += 1;
                } else {
                    let twin = *link;
                    self.links.push(twin);
                }
            }
        }
        left
    }
}

/// Chooses `count` points far from each other and from `others`; the first is the one nearest to `start`.
#[must_use]
pub fn spread(points: &[Point], start: Point, others: &[Point], count: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::with_capacity(count);
    while chosen.len() < count.min(points.len()) {
        let free = (0..points.len()).filter(|i| !chosen.contains(i));
        let near = |i: usize| {
            chosen
                .iter()
                .map(|&c| points[c])
                .chain(others.iter().copied())
                .map(|p| distance(points[i], p))
                .fold(f64::MAX, f64::min)
        };
        let best = if chosen.is_empty() && others.is_empty() {
            free.min_by(|&a, &b| distance(points[a], start).total_cmp(&distance(points[b], start)))
        } else {
            free.max_by(|&a, &b| near(a).total_cmp(&near(b)).then(b.cmp(&a)))
        };
        match best {
            Some(i) => chosen.push(i),
            None => break,
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reinforcement_makes_a_starved_ring_secure() {
        let sites = [
            [0.0, 5_000.0],
            [5_000.0, 0.0],
            [0.0, -5_000.0],
            [-5_000.0, 0.0],
        ];
        let mut mesh = Mesh::new(&sites, 8_000.0, 8_000.0, 250.0);
        assert_eq!(
            mesh.links
                .iter()
                .filter(|l| l.from == mesh.external())
                .count(),
            2
        );
        let mut p = vec![-60.0; 4];
        p.push(240.0);
        let before = mesh.links.iter().map(Link::rating_mva).sum::<f64>();
        assert!(mesh.reinforce(&[p]) <= 1.0);
        assert!(mesh.links.iter().map(Link::rating_mva).sum::<f64>() > before);
    }

    #[test]
    fn spread_points_are_far_apart() {
        let points = [[0.0, 0.0], [1.0, 0.0], [10.0, 0.0], [5.0, 0.0]];
        assert_eq!(spread(&points, [-1.0, 0.0], &[], 3), vec![0, 2, 3]);
    }
}
