//! The present of a network: heads, flows, statuses, settings, and what is drawn.
//!
//! It is plain data, so that a caller can capture and restore it, or impose it and solve from there.

use crate::solvers::hydraulics::friction::FOOT_M;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::ValveKind;
use serde::Deserialize;
use serde::Serialize;

/// Speed that open pipes and valves begin with, m/s: 1 ft/s, a usual design speed.
const START_SPEED: f64 = FOOT_M;

/// What a link does at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Shut by hand, control, check valve or pressure valve.
    Closed,
    /// Shut because a tank at its end is full or empty.
    ShutByTank,
    /// A pump that cannot lift as high as it should.
    CannotLift,
    /// Open.
    Open,
    /// A valve that holds its setting.
    Active,
    /// A valve that cannot hold its setting and stands open.
    CannotHold,
}

impl Status {
    /// Whether water can pass.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Open | Status::Active | Status::CannotHold)
    }
}

/// Heads, flows and statuses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Head of each node, m. Those of reservoirs and tanks are given, those of junctions found.
    pub head_m: Vec<f64>,
    /// Flow of each link, m3/s, positive from `from` to `to`.
    pub flow_m3s: Vec<f64>,
    /// Status of each link.
    pub status: Vec<Status>,
    /// Speed or setting of each link; `None` for pipes and for valves fixed open or closed.
    pub setting: Vec<Option<f64>>,
    /// Demand asked for at each node, m3/s; given; 0 at reservoirs and tanks.
    pub required_m3s: Vec<f64>,
    /// Demand served at each junction; net inflow of each reservoir and tank, m3/s.
    pub served_m3s: Vec<f64>,
    /// Flow out of each outlet, m3/s.
    pub outlet_m3s: Vec<f64>,
    /// Junctions that no source reaches through open links: they get nothing, and their pressure is that of the air.
    pub isolated: Vec<bool>,
}

impl State {
    /// The state before the first solve: levels, statuses and settings at the start, nothing required.
    pub fn start(network: &Network) -> State {
        let head = |node: &crate::solvers::hydraulics::network::Node| match &node.kind {
            NodeKind::Tank(tank) => node.elevation_m + tank.initial_level_m,
            NodeKind::Junction { .. } | NodeKind::Reservoir { .. } => node.elevation_m,
        };
        let nodes = network.nodes.len();
        let mut state = State {
            head_m: network.nodes.iter().map(head).collect(),
            flow_m3s: vec![0.0; network.links.len()],
            status: Vec::with_capacity(network.links.len()),
            setting: network.links.iter().map(|link| link.setting).collect(),
            required_m3s: vec![0.0; nodes],
            served_m3s: vec![0.0; nodes],
            outlet_m3s: vec![0.0; network.outlets.len()],
            isolated: vec![false; nodes],
        };
        for link in &network.links {
            let holds = matches!(
                link.kind,
                LinkKind::Valve {
                    kind: ValveKind::PressureReducing
                        | ValveKind::PressureSustaining
                        | ValveKind::FlowControl,
                    ..
                }
            );
            state.status.push(match (link.open, link.setting) {
                (_, Some(_)) if holds => Status::Active,
                (true, _) => Status::Open,
                (false, _) => Status::Closed,
            });
        }
        for k in 0..network.links.len() {
            state.flow_m3s[k] = state.usual_flow(network, k);
        }
        state
    }

    /// A flow to begin iterations of a link with.
    pub fn usual_flow(&self, network: &Network, link: usize) -> f64 {
        if !self.status[link].is_open() {
            return 0.0;
        }
        let area = |diameter: f64| std::f64::consts::PI * diameter * diameter / 4.0;
        match &network.links[link].kind {
            LinkKind::Pump { law, .. } => law.design_m3s() * self.setting[link].unwrap_or(1.0),
            LinkKind::Pipe { diameter_m, .. } | LinkKind::Valve { diameter_m, .. } => {
                START_SPEED * area(*diameter_m)
            }
        }
    }

    /// Pressure head of a node, m.
    pub fn pressure_m(&self, network: &Network, node: usize) -> f64 {
        self.head_m[node] - network.nodes[node].elevation_m
    }

    /// Served over required demand, of those that draw; 1 when nothing is required.
    pub fn served_share(&self, network: &Network) -> f64 {
        let (mut served, mut required) = (0.0, 0.0);
        for (i, node) in network.nodes.iter().enumerate() {
            if node.is_junction() && self.required_m3s[i] > 0.0 {
                served += self.served_m3s[i];
                required += self.required_m3s[i];
            }
        }
        if required > 0.0 {
            served / required
        } else {
            1.0
        }
    }
}
