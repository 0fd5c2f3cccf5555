//! Head loss of every link at its present flow, as the two coefficients of the gradient method.
//!
//! Valves that hold a pressure are not here: they have no loss of their own while they hold it.

use crate::solvers::hydraulics::friction;
use crate::solvers::hydraulics::friction::SLOPE_SI;
use crate::solvers::hydraulics::network::Friction;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::power::hazen_williams_slope;
use crate::solvers::hydraulics::pump::PumpLoss;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;

/// Smallest slope of any loss, m per m3/s (EPANET's 1e-7 ft per ft3/s): below it a loss is taken as linear, so that an
/// idle pipe does not make the matrix singular.
pub const LEAST_SLOPE: f64 = 1e-7 * SLOPE_SI;
/// Largest slope (EPANET's 1e8): as good as shut.
pub const MOST_SLOPE: f64 = 1e8 * SLOPE_SI;
/// Slope of an open valve without loss coefficient (EPANET's 1e-6).
pub const OPEN_VALVE_SLOPE: f64 = 1e-6 * SLOPE_SI;

/// Coefficients of all links: with P the inverse slope and Y the loss over the slope, the next flow is Q - Y + P dH.
#[derive(Clone, Debug)]
pub struct Losses {
    /// Inverse slope, m3/s per m; 0 where nothing passes or a pressure is held.
    pub p: Vec<f64>,
    /// Loss over slope, m3/s.
    pub y: Vec<f64>,
    exponent: f64,
    resistance: Vec<f64>,
    minor: Vec<f64>,
    /// Roughness over diameter, and viscosity times diameter, for Darcy-Weisbach.
    wall: Vec<(f64, f64)>,
    pipes: Vec<usize>,
    others: Vec<usize>,
    slope: Vec<f64>,
}

impl Losses {
    pub fn new(network: &Network) -> Losses {
        let n = network.links.len();
        let mut losses = Losses {
            p: vec![0.0; n],
            y: vec![0.0; n],
            exponent: friction::flow_exponent(network.friction),
            resistance: vec![0.0; n],
            minor: vec![0.0; n],
            wall: vec![(0.0, 0.0); n],
            pipes: Vec::new(),
            others: Vec::new(),
            slope: vec![0.0; n],
        };
        for (k, link) in network.links.iter().enumerate() {
            match &link.kind {
                LinkKind::Pipe {
                    length_m,
                    diameter_m,
                    roughness,
                    minor_loss,
                    ..
                } => {
                    losses.resistance[k] =
                        friction::resistance(network.friction, *length_m, *diameter_m, *roughness);
                    losses.minor[k] = friction::minor_loss(*minor_loss, *diameter_m);
                    losses.wall[k] = (roughness / diameter_m, network.viscosity_m2s * diameter_m);
                    losses.pipes.push(k);
                }
                LinkKind::Valve {
                    diameter_m,
                    minor_loss,
                    ..
                } => {
                    losses.minor[k] = friction::minor_loss(*minor_loss, *diameter_m);
                    losses.others.push(k);
                }
                LinkKind::Pump { .. } => losses.others.push(k),
            }
        }
        losses
    }

    /// The first link whose numbers give no finite resistance, if there is one.
    pub fn unusable(&self) -> Option<usize> {
        let sound = |x: f64| x.is_finite() && x >= 0.0;
        (0..self.minor.len()).find(|&k| !sound(self.resistance[k]) || !sound(self.minor[k]))
    }

    /// Minor loss of a link at its present flow, m.
    pub fn minor_m(&self, link: usize, flow: f64) -> f64 {
        self.minor[link] * flow * flow
    }

    /// Works out all coefficients anew.
    pub fn update(&mut self, network: &Network, state: &State) {
        match network.friction {
            Friction::HazenWilliams => {
                hazen_williams_slope(&state.flow_m3s, &mut self.slope);
                self.by_exponent(state);
            }
            Friction::ChezyManning => {
                for (slope, flow) in self.slope.iter_mut().zip(&state.flow_m3s) {
                    *slope = flow.abs();
                }
                self.by_exponent(state);
            }
            Friction::DarcyWeisbach => self.by_friction_factor(state),
        }
        for at in 0..self.others.len() {
            let k = self.others[at];
            (self.p[k], self.y[k]) = self.other(network, state, k);
        }
    }

    /// Largest disagreement of loss and heads over open links, m.
    pub fn error_m(&self, network: &Network, state: &State) -> f64 {
        let mut worst: f64 = 0.0;
        for (k, link) in network.links.iter().enumerate() {
            if self.p[k] > 0.0 {
                let dh = state.head_m[link.from] - state.head_m[link.to];
                let error = (self.y[k] / self.p[k] - dh).abs();
                worst = if error > worst || error.is_nan() {
                    error
                } else {
                    worst
                };
            }
        }
        worst
    }

    fn by_exponent(&mut self, state: &State) {
        for &k in &self.pipes {
            let flow = state.flow_m3s[k];
            if !state.status[k].is_open() {
                (self.p[k], self.y[k]) = (0.0, flow);
                continue;
            }
            let q = flow.abs();
            let raw = self.exponent * self.resistance[k] * self.slope[k];
            let (mut slope, mut loss) = if raw < LEAST_SLOPE {
                (LEAST_SLOPE, LEAST_SLOPE * q)
            } else {
                (raw, self.resistance[k] * self.slope[k] * q)
            };
            loss += self.minor[k] * q * q;
            slope += 2.0 * self.minor[k] * q;
            let p = 1.0 / slope;
            (self.p[k], self.y[k]) = (p, (loss * p).copysign(flow));
        }
    }

    fn by_friction_factor(&mut self, state: &State) {
        for &k in &self.pipes {
            let flow = state.flow_m3s[k];
            if !state.status[k].is_open() {
                (self.p[k], self.y[k]) = (0.0, flow);
                continue;
            }
            let (relative, viscous) = self.wall[k];
            let (loss, slope) = friction::darcy_weisbach(
                flow.abs(),
                self.resistance[k],
                self.minor[k],
                relative,
                viscous,
            );
            let slope = slope.max(LEAST_SLOPE);
            (self.p[k], self.y[k]) = (1.0 / slope, (loss / slope).copysign(flow));
        }
    }

    fn other(&self, network: &Network, state: &State, k: usize) -> (f64, f64) {
        let (flow, status) = (state.flow_m3s[k], state.status[k]);
        if !status.is_open() {
            return (0.0, flow);
        }
        match (&network.links[k].kind, state.setting[k]) {
            (LinkKind::Pump { law, .. }, speed) => {
                let speed = speed.unwrap_or(1.0);
                if speed <= 0.0 {
                    return (0.0, flow);
                }
                let PumpLoss { loss_m, slope } = law.loss(flow, speed, LEAST_SLOPE, MOST_SLOPE);
                (1.0 / slope, loss_m / slope)
            }
            (
                LinkKind::Valve {
                    kind,
                    diameter_m,
                    minor_loss,
                },
                setting,
            ) => match (kind, setting) {
                (ValveKind::General { loss }, _) => {
                    let q = flow.abs();
                    let (h0, slope) = loss.segment(q);
                    let slope = slope.max(LEAST_SLOPE);
                    (1.0 / slope, (h0 / slope + q).copysign(flow))
                }
                (ValveKind::Throttle, Some(coefficient)) => {
                    open_valve(friction::minor_loss(coefficient, *diameter_m), flow)
                }
                (ValveKind::Positional { capacity }, Some(opening)) => {
                    let relative = match capacity {
                        Some(curve) => curve.value(opening) / 100.0,
                        None => opening / 100.0,
                    };
                    if opening >= 100.0 || relative >= 1.0 {
                        return open_valve(self.minor[k], flow);
                    }
                    let coefficient = minor_loss / (relative * relative).max(f64::MIN_POSITIVE);
                    let minor = friction::minor_loss(coefficient, *diameter_m);
                    open_valve(minor.min(MOST_SLOPE), flow)
                }
                (ValveKind::PressureBreaker, Some(head))
                    if head != 0.0 && self.minor_m(k, flow) <= head =>
                {
                    (
                        MOST_SLOPE / (SLOPE_SI * SLOPE_SI),
                        head * MOST_SLOPE / (SLOPE_SI * SLOPE_SI),
                    )
                }
                (ValveKind::FlowControl, Some(most)) if status == Status::Active => {
                    (1.0 / MOST_SLOPE, flow - most)
                }
                (ValveKind::PressureReducing | ValveKind::PressureSustaining, Some(_))
                    if status == Status::Active =>
                {
                    (0.0, 0.0)
                }
                _ => open_valve(self.minor[k], flow),
            },
            (LinkKind::Pipe { .. }, _) => (self.p[k], self.y[k]),
        }
    }
}

/// Coefficients of an open valve with a loss of `minor` m at 1 m3/s.
fn open_valve(minor: f64, flow: f64) -> (f64, f64) {
    if minor <= 0.0 {
        return (1.0 / OPEN_VALVE_SLOPE, flow);
    }
    let slope = 2.0 * minor * flow.abs();
    if slope < LEAST_SLOPE {
        (1.0 / LEAST_SLOPE, flow)
    } else {
        (1.0 / slope, flow / 2.0)
    }
}
