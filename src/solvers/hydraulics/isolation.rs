//! Which junctions no source reaches through open links, and what their heads should be taken for.
//!
//! Shut links pass nothing at all here, so a part that they cut off has no equation that fixes its head. One node of each
//! such part is tied to a head: that of its surroundings if nothing is asked for in it (EPANET's figure there, where shut
//! links leak a trifle), otherwise one so low that check valves, pumps and pressure valves which could feed it open.

use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;

/// Head of a part that asks for water and gets none, with demand that ignores pressure: below any that occurs.
const STARVED_M: f64 = -1e6;

/// A cut-off part, tied at one node.
#[derive(Clone, Debug)]
pub struct Tie {
    /// The node.
    pub node: usize,
    /// Its head, m.
    pub head_m: f64,
    /// Shut links at the border of the part, as (node inside, node outside); empty when the head is settled.
    border: Vec<(usize, usize)>,
}

/// Parts without a source.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// What the present parts were worked out from.
    passes: Vec<bool>,
    holds: Vec<bool>,
    wants: Vec<bool>,
    known: bool,
    parent: Vec<u32>,
    /// One tie a part.
    pub ties: Vec<Tie>,
}

impl Isolation {
    pub fn new(network: &Network) -> Isolation {
        Isolation {
            passes: vec![false; network.links.len()],
            holds: vec![false; network.links.len()],
            wants: vec![false; network.nodes.len()],
            known: false,
            parent: (0..network.nodes.len() as u32).collect(),
            ties: Vec::new(),
        }
    }

    /// Makes the next update work out the parts whatever has changed.
    pub fn forget(&mut self) {
        self.known = false;
    }

    /// Works out the parts anew if a status has changed. `least_head(i)` is the head at which junction `i` first gets
    /// water, where demand depends on pressure.
    pub fn update(
        &mut self,
        network: &Network,
        state: &mut State,
        least_pressure_m: Option<f64>,
    ) -> bool {
        let mut same = self.known;
        for (k, link) in network.links.iter().enumerate() {
            let holds = state.status[k] == Status::Active && holds_pressure(&link.kind);
            let running = match link.kind {
                LinkKind::Pump { .. } => state.setting[k].unwrap_or(1.0) > 0.0,
                _ => true,
            };
            let passes = state.status[k].is_open() && running && !holds;
            same &= self.passes[k] == passes && self.holds[k] == holds;
            self.passes[k] = passes;
            self.holds[k] = holds;
        }
        for (i, wants) in self.wants.iter_mut().enumerate() {
            let now = state.required_m3s[i] > 0.0;
            same &= *wants == now || !state.isolated[i];
            *wants = now;
        }
        if same {
            return false;
        }
        self.known = true;
        for (i, parent) in self.parent.iter_mut().enumerate() {
            *parent = i as u32;
        }
        for (k, link) in network.links.iter().enumerate() {
            if self.passes[k] {
                self.join(link.from, link.to);
            }
        }
        let mut live = vec![false; network.nodes.len()];
        for (i, node) in network.nodes.iter().enumerate() {
            if !node.is_junction() {
                let root = self.root(i);
                live[root] = true;
            }
        }
        for (k, link) in network.links.iter().enumerate() {
            if self.holds[k] {
                let held = match held_end(&link.kind) {
                    End::From => link.from,
                    End::To => link.to,
                };
                let root = self.root(held);
                live[root] = true;
            }
        }
        let mut part_of_root = vec![usize::MAX; network.nodes.len()];
        self.ties.clear();
        let mut low: Vec<f64> = Vec::new();
        for i in 0..network.nodes.len() {
            let root = self.root(i);
            state.isolated[i] = !live[root];
            if live[root] {
                continue;
            }
            if part_of_root[root] == usize::MAX {
                part_of_root[root] = self.ties.len();
                self.ties.push(Tie {
                    node: i,
                    head_m: state.head_m[i].max(network.nodes[i].elevation_m),
                    border: Vec::new(),
                });
                low.push(f64::INFINITY);
            }
            let part = part_of_root[root];
            if self.wants[i] {
                let head = match least_pressure_m {
                    Some(p) => network.nodes[i].elevation_m + p,
                    None => STARVED_M,
                };
                if head < low[part] {
                    low[part] = head;
                    self.ties[part].node = i;
                    self.ties[part].head_m = head;
                }
            }
        }
        // An active pressure valve with an isolated inlet asks for water there.
        for (k, link) in network.links.iter().enumerate() {
            if self.holds[k] && state.isolated[link.from] {
                let part = part_of_root[self.root(link.from)];
                low[part] = STARVED_M;
                self.ties[part].node = link.from;
                self.ties[part].head_m = STARVED_M;
            }
        }
        for (k, link) in network.links.iter().enumerate() {
            if self.passes[k] || self.holds[k] {
                continue;
            }
            for (inside, outside) in [(link.from, link.to), (link.to, link.from)] {
                let part = part_of_root[self.root(inside)];
                if part != usize::MAX && low[part] == f64::INFINITY {
                    self.ties[part].border.push((inside, outside));
                }
            }
        }
        true
    }

    /// Moves the heads of parts where nothing is asked for towards the mean of what surrounds them.
    pub fn settle(&mut self, head_m: &[f64]) {
        for tie in self.ties.iter_mut().filter(|tie| !tie.border.is_empty()) {
            let apart: f64 = tie
                .border
                .iter()
                .map(|&(inside, outside)| head_m[outside] - head_m[inside])
                .sum();
            tie.head_m = head_m[tie.node] + apart / tie.border.len() as f64;
        }
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.parent[i] as usize != i {
            let up = self.parent[self.parent[i] as usize];
            self.parent[i] = up;
            i = up as usize;
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b) as u32;
    }
}

/// End of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Upstream.
    From,
    /// Downstream.
    To,
}

/// Whether a link, when active, holds a pressure.
pub fn holds_pressure(kind: &LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Valve {
            kind: ValveKind::PressureReducing | ValveKind::PressureSustaining,
            ..
        }
    )
}

/// The end where a pressure valve holds its setting.
pub fn held_end(kind: &LinkKind) -> End {
    match kind {
        LinkKind::Valve {
            kind: ValveKind::PressureSustaining,
            ..
        } => End::From,
        _ => End::To,
    }
}
