//! The links of the roads that buses run on, leg by leg: the quickest way between the nodes nearest to its two stops.
//!
//! It knows no traffic (times on empty links) and gives tracks no roads.

use crate::city::model::roads::RoadClass;
use crate::city::model::roads::Roads;
use crate::city::model::transit::Transit;
use crate::city::model::transit::TransitMode;
use crate::scenario::generate::geometry::Point;
use crate::scenario::generate::geometry::distance;
use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;

/// A way may be longer than the leg by this factor ...
const MOST_DETOUR: f64 = 3.0;
/// ... and this many metres (stops lie beside the nodes of a coarse network); a longer one is no way of this leg.
const SLACK_M: f64 = 1_500.0;
/// Side of the cells in which nodes are looked up, metres.
const CELL_M: f64 = 1_000.0;

/// Fills the links of all legs that buses run on, in the place of those of any roads before.
pub fn lay(transit: &mut Transit, roads: &Roads) {
    for leg in &mut transit.legs {
        leg.road_links.clear();
    }
    let mut on_road = vec![false; transit.legs.len()];
    for pattern in &transit.patterns {
        if transit.routes[pattern.route].mode == TransitMode::Bus {
            for &leg in &pattern.legs {
                on_road[leg] = true;
            }
        }
    }
    let mut from_node: Vec<Vec<usize>> = vec![Vec::new(); roads.nodes.len()];
    for (number, link) in roads.links.iter().enumerate() {
        if link.class != RoadClass::Connector {
            from_node[link.from].push(number);
        }
    }
    let nodes = Nodes::new(roads, &from_node);
    let at: Vec<Option<usize>> = transit
        .stops
        .iter()
        .map(|s| nodes.nearest([s.x_m, s.y_m]))
        .collect();
    let mut search = Search {
        roads,
        from_node: &from_node,
        cost: vec![f64::INFINITY; roads.nodes.len()],
        via: vec![None; roads.nodes.len()],
        touched: Vec::new(),
    };
    for (leg, _) in transit.legs.iter_mut().zip(on_road).filter(|(_, on)| *on) {
        if let (Some(from), Some(to)) = (at[leg.from], at[leg.to])
            && from != to
        {
            leg.road_links = search.way(from, to, MOST_DETOUR * leg.length_m + SLACK_M);
        }
    }
}

/// The nodes by cell.
struct Nodes<'a> {
    roads: &'a Roads,
    cells: BTreeMap<(i64, i64), Vec<usize>>,
}

impl<'a> Nodes<'a> {
    fn new(roads: &'a Roads, from_node: &[Vec<usize>]) -> Self {
        let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for (number, node) in roads.nodes.iter().enumerate() {
            // Centroids are no places on a road.
            if number >= roads.first_through && !from_node[number].is_empty() {
                cells
                    .entry(cell([node.x_m, node.y_m]))
                    .or_default()
                    .push(number);
            }
        }
        Self { roads, cells }
    }

    fn nearest(&self, p: Point) -> Option<usize> {
        let (i, j) = cell(p);
        let gap = |n: usize| distance([self.roads.nodes[n].x_m, self.roads.nodes[n].y_m], p);
        for ring in 1..=MOST_RINGS {
            let keys =
                (i - ring..=i + ring).flat_map(|a| (j - ring..=j + ring).map(move |b| (a, b)));
            let near = keys
                .filter_map(|key| self.cells.get(&key))
                .flatten()
                .copied();
            let best = near.min_by(|&a, &b| gap(a).total_cmp(&gap(b)));
            if best.is_some() {
                return best;
            }
        }
        None
    }
}

/// A stop farther from any road than this many cells is on none.
const MOST_RINGS: i64 = 5;

fn cell(p: Point) -> (i64, i64) {
    (
        libm::floor(p[0] / CELL_M) as i64,
        libm::floor(p[1] / CELL_M) as i64,
    )
}

/// A shortest-path search whose arrays are used again.
struct Search<'a> {
    roads: &'a Roads,
    from_node: &'a [Vec<usize>],
    cost: Vec<f64>,
    via: Vec<Option<usize>>,
    touched: Vec<usize>,
}

/// A node to look at, the cheapest first.
#[derive(PartialEq)]
struct Open(f64, usize, f64);

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl Search<'_> {
    /// The quickest way no longer than `most_m`; empty if there is none.
    fn way(&mut self, from: usize, to: usize, most_m: f64) -> Vec<usize> {
        for node in self.touched.drain(..) {
            self.cost[node] = f64::INFINITY;
            self.via[node] = None;
        }
        let mut open = BinaryHeap::new();
        self.cost[from] = 0.0;
        self.touched.push(from);
        open.push(Reverse(Open(0.0, from, 0.0)));
        while let Some(Reverse(Open(cost, node, length))) = open.pop() {
            if node == to {
                break;
            }
            if cost > self.cost[node] {
                continue;
            }
            for &link in &self.from_node[node] {
                let row = &self.roads.links[link];
                let (next, next_m) = (cost + row.free_flow_min, length + row.length_m);
                if next < self.cost[row.to] && next_m <= most_m {
                    if self.cost[row.to].is_infinite() {
                        self.touched.push(row.to);
                    }
                    self.cost[row.to] = next;
                    self.via[row.to] = Some(link);
                    open.push(Reverse(Open(next, row.to, next_m)));
                }
            }
        }
        let mut way = Vec::new();
        let mut node = to;
        while node != from {
            let Some(link) = self.via[node] else {
                return Vec::new();
            };
            way.push(link);
            node = self.roads.links[link].from;
        }
        way.reverse();
        way
    }
}
