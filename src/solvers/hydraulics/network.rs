//! What a pipe network is: nodes, links, patterns, and how demands depend on pressure. Plain data in SI units.
//!
//! Nothing here changes during a simulation; present heads, flows, statuses and levels are
//! [`crate::solvers::hydraulics::state::State`]. There are no names and no coordinates.

use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::pump::PumpLaw;
use crate::solvers::hydraulics::tank::Tank;

/// Formula for the friction of pipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Friction {
    /// Hazen-Williams: roughness is C, without unit.
    #[default]
    HazenWilliams,
    /// Darcy-Weisbach with Swamee-Jain: roughness is the height of bumps, m.
    DarcyWeisbach,
    /// Chezy-Manning: roughness is Manning's n.
    ChezyManning,
}

/// One part of a junction's demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Base demand, m3/s; negative is a supply.
    pub base_m3s: f64,
    /// Index of its pattern; `None` is constant.
    pub pattern: Option<usize>,
}

/// An outlet to the air at a junction: an emitter, a leak, a burst. Flow = coefficient x (pressure head)^exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlet {
    /// Node.
    pub node: usize,
    /// m3/s at 1 m of pressure head.
    pub coefficient: f64,
    /// Exponent of the pressure head: 0.5 for a fixed hole.
    pub exponent: f64,
    /// Whether air or water may enter at negative pressure.
    pub backflow: bool,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Where pipes meet and water is drawn; its head is unknown.
    Junction {
        /// All demands; they add up.
        demands: Vec<Demand>,
    },
    /// An endless source at a given head: the node's elevation times the pattern.
    Reservoir {
        /// Index of the pattern of its head.
        pattern: Option<usize>,
    },
    /// A tank; the node's elevation is that of its bottom.
    Tank(Tank),
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Elevation, m; of a reservoir its head.
    pub elevation_m: f64,
    /// What it is.
    pub kind: NodeKind,
}

impl Node {
    /// Whether its head is unknown.
    pub fn is_junction(&self) -> bool {
        matches!(self.kind, NodeKind::Junction { .. })
    }
}

/// Kind of a valve, and with it the meaning of its setting.
#[derive(Clone, Debug, PartialEq)]
pub enum ValveKind {
    /// Pressure reducing: setting is the highest pressure head downstream, m.
    PressureReducing,
    /// Pressure sustaining: setting is the lowest pressure head upstream, m.
    PressureSustaining,
    /// Pressure breaker: setting is the head that it takes away, m.
    PressureBreaker,
    /// Flow control: setting is the largest flow, m3/s.
    FlowControl,
    /// Throttle: setting is the loss coefficient, without unit.
    Throttle,
    /// Positional control (EPANET 2.3): setting is the opening, percent; the loss is that of the open valve over the
    /// square of the curve's relative flow capacity. Without a curve capacity is in proportion to opening.
    Positional {
        /// Opening, percent, to relative flow capacity, percent.
        capacity: Option<Curve>,
    },
    /// General purpose: loss by a curve of flow, m3/s, to head, m. It has no setting.
    General {
        /// The loss curve.
        loss: Curve,
    },
}

/// What a link is.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkKind {
    /// A pipe.
    Pipe {
        /// Length, m.
        length_m: f64,
        /// Inner diameter, m.
        diameter_m: f64,
        /// Roughness by the network's formula.
        roughness: f64,
        /// Sum of minor loss coefficients, of velocity head.
        minor_loss: f64,
        /// Whether flow can only go from `from` to `to`.
        check_valve: bool,
    },
    /// A pump from `from` (suction) to `to`; setting is its relative speed.
    Pump {
        /// Head by flow.
        law: PumpLaw,
        /// Index of the pattern of its speed.
        speed_pattern: Option<usize>,
        /// Efficiency, percent by flow, m3/s; `None` takes the network's.
        efficiency: Option<Curve>,
        /// Price of energy, per kWh; `None` takes the network's.
        price: Option<f64>,
        /// Index of the pattern of its price.
        price_pattern: Option<usize>,
    },
    /// A valve from `from` to `to`.
    Valve {
        /// Its kind.
        kind: ValveKind,
        /// Diameter, m.
        diameter_m: f64,
        /// Loss coefficient when fully open.
        minor_loss: f64,
    },
}

/// A link.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Node where positive flow enters.
    pub from: usize,
    /// Node where positive flow leaves.
    pub to: usize,
    /// What it is.
    pub kind: LinkKind,
    /// Whether it is open at the start.
    pub open: bool,
    /// Pump speed or valve setting at the start; `None` for a pipe, and for a valve that is fixed open or closed.
    pub setting: Option<f64>,
}

/// How much of a demand is served at a pressure.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum DemandModel {
    /// All of it, at any pressure.
    #[default]
    DemandDriven,
    /// Wagner's rule: nothing below `p_min_m`, all above `p_required_m`, a power of the pressure's share between.
    PressureDriven {
        /// Pressure head where service begins, m.
        p_min_m: f64,
        /// Pressure head of full service, m.
        p_required_m: f64,
        /// Exponent, customarily 0.5.
        exponent: f64,
    },
}

/// Prices and efficiency of pumps that give none of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnergyDefaults {
    /// Efficiency, percent.
    pub efficiency_percent: f64,
    /// Price, per kWh.
    pub price: f64,
    /// Index of the price's pattern.
    pub price_pattern: Option<usize>,
    /// Price per kW of the highest total power.
    pub demand_charge: f64,
}

impl Default for EnergyDefaults {
    /// EPANET's defaults.
    fn default() -> Self {
        EnergyDefaults {
            efficiency_percent: 75.0,
            price: 0.0,
            price_pattern: None,
            demand_charge: 0.0,
        }
    }
}

/// A network.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Network {
    /// Friction formula of all pipes.
    pub friction: Friction,
    /// Kinematic viscosity, m2/s.
    pub viscosity_m2s: f64,
    /// Density over that of water.
    pub specific_gravity: f64,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Links.
    pub links: Vec<Link>,
    /// Emitters and leaks.
    pub outlets: Vec<Outlet>,
    /// Multipliers, a pattern each.
    pub patterns: Vec<Vec<f64>>,
    /// Factor of all demands.
    pub demand_multiplier: f64,
    /// Energy of pumps.
    pub energy: EnergyDefaults,
}
