//! Which junctions no source reaches through open links, and what their heads should be taken for.
//!
//! Shut links pass nothing at all here, so a part that they cut off has no equation that fixes its head. Such a part is
//! given one: that of its surroundings if nothing is asked for in it (EPANET's figure there, where shut links leak a
//! trifle), otherwise one so low that check valves, pumps and pressure valves which could feed it open. Nothing flows in
//! it, so the head is the same throughout; the lift of a pump that turns there for nothing is left out.

use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;

/// Head of a part that asks for water and gets none, with demand that ignores pressure: below any that occurs.
const STARVED_M: f64 = -1e6;

/// A cut-off part.
#[derive(Clone, Debug)]
struct Part {
    /// Its head, m.
    head_m: f64,
    /// Nodes beyond the shut links at its border, one a link; empty when the head is settled.
    border: Vec<usize>,
}

/// Rounds in which heads of neighbouring parts are brought together.
const ROUNDS: usize = 20;
/// No part.
const NONE: usize = usize::MAX;

/// Parts without a source.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// What the present parts were worked out from.
    status: Vec<Status>,
    pumps: Vec<usize>,
    turning: Vec<bool>,
    passes: Vec<bool>,
    holds: Vec<bool>,
    wants: Vec<bool>,
    known: bool,
    parent: Vec<u32>,
    part_of: Vec<usize>,
    parts: Vec<Part>,
}

impl Isolation {
    pub fn new(network: &Network) -> Isolation {
        Isolation {
            status: Vec::new(),
            pumps: (0..network.links.len())
                .filter(|&k| matches!(network.links[k].kind, LinkKind::Pump { .. }))
                .collect(),
            turning: Vec::new(),
            passes: vec![false; network.links.len()],
            holds: vec![false; network.links.len()],
            wants: vec![false; network.nodes.len()],
            known: false,
            parent: (0..network.nodes.len() as u32).collect(),
            part_of: vec![NONE; network.nodes.len()],
            parts: Vec::new(),
        }
    }

    /// Before a solve: the parts of the last one stand if the same junctions ask for water.
    pub fn begin(&mut self, state: &mut State) {
        for (i, &part) in self.part_of.iter().enumerate() {
            state.isolated[i] = part != NONE;
            self.known &= part == NONE || self.wants[i] == (state.required_m3s[i] > 0.0);
        }
    }

    /// Works out the parts anew if a status has changed; true if so. `least_pressure_m` is where service begins, where
    /// demand depends on pressure.
    pub fn update(
        &mut self,
        network: &Network,
        state: &mut State,
        least_pressure_m: Option<f64>,
    ) -> bool {
        // Within a solve nothing but statuses and the speeds of pumps decides.
        let turns = |k: &usize| state.setting[*k].unwrap_or(1.0) > 0.0;
        let same_pumps = || {
            self.pumps
                .iter()
                .zip(&self.turning)
                .all(|(k, now)| turns(k) == *now)
        };
        if self.known && self.status == state.status && same_pumps() {
            return false;
        }
        self.status.clone_from(&state.status);
        self.turning.clear();
        self.turning.extend(self.pumps.iter().map(turns));
        for (k, link) in network.links.iter().enumerate() {
            let holds = state.status[k] == Status::Active && holds_pressure(&link.kind);
            let running = match link.kind {
                LinkKind::Pump { .. } => state.setting[k].unwrap_or(1.0) > 0.0,
                _ => true,
            };
            self.passes[k] = state.status[k].is_open() && running && !holds;
            self.holds[k] = holds;
        }
        for (wants, required) in self.wants.iter_mut().zip(&state.required_m3s) {
            *wants = *required > 0.0;
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
        let mut part_of_root = vec![NONE; network.nodes.len()];
        self.parts.clear();
        for i in 0..network.nodes.len() {
            let root = self.root(i);
            state.isolated[i] = !live[root];
            self.part_of[i] = NONE;
            if live[root] {
                continue;
            }
            if part_of_root[root] == NONE {
                part_of_root[root] = self.parts.len();
                self.parts.push(Part {
                    head_m: f64::INFINITY,
                    border: Vec::new(),
                });
            }
            let part = part_of_root[root];
            self.part_of[i] = part;
            if self.wants[i] {
                let head = match least_pressure_m {
                    Some(p) => network.nodes[i].elevation_m + p,
                    None => STARVED_M,
                };
                self.parts[part].head_m = self.parts[part].head_m.min(head);
            }
        }
        // An active pressure valve with an isolated inlet asks for water there.
        for (k, link) in network.links.iter().enumerate() {
            if self.holds[k] && self.part_of[link.from] != NONE {
                self.parts[self.part_of[link.from]].head_m = STARVED_M;
            }
        }
        for (k, link) in network.links.iter().enumerate() {
            if self.passes[k] || self.holds[k] {
                continue;
            }
            for (inside, outside) in [(link.from, link.to), (link.to, link.from)] {
                let part = self.part_of[inside];
                if part != NONE && self.parts[part].head_m == f64::INFINITY {
                    self.parts[part].border.push(outside);
                }
            }
        }
        for (i, &part) in self.part_of.iter().enumerate() {
            if part != NONE && self.parts[part].head_m == f64::INFINITY {
                self.parts[part].head_m = state.head_m[i];
            }
        }
        true
    }

    /// Whether there are cut-off parts.
    pub fn any(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Gives every cut-off junction the head of its part: where nothing is asked for, the mean of what surrounds it.
    pub fn settle(&mut self, state: &mut State) {
        for _ in 0..ROUNDS {
            for at in 0..self.parts.len() {
                let part = &self.parts[at];
                if part.border.is_empty() {
                    continue;
                }
                let outside = |&node: &usize| match self.part_of[node] {
                    NONE => state.head_m[node],
                    other => self.parts[other].head_m,
                };
                let sum: f64 = part.border.iter().map(outside).sum();
                self.parts[at].head_m = sum / self.parts[at].border.len() as f64;
            }
        }
        for (i, &part) in self.part_of.iter().enumerate() {
            if part != NONE {
                state.head_m[i] = self.parts[part].head_m;
            }
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
