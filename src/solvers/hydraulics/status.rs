//! When links open, shut, or begin or cease to hold their setting, after a step of the iteration.
//!
//! The rules are EPANET's (Rossman et al. 2020, section 12.1.4). Which of the changes found are made at once, and what is
//! done when they go round in circles, is the solver's business.

use crate::solvers::hydraulics::friction::CUBIC_FOOT_M3;
use crate::solvers::hydraulics::friction::FOOT_M;
use crate::solvers::hydraulics::losses::Losses;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;

/// Heads that differ by less are equal, m: EPANET's 0.0005 ft.
pub const HEAD_TOLERANCE_M: f64 = 0.0005 * FOOT_M;
/// Flows below it are none, m3/s: EPANET's 0.0001 ft3/s.
pub const FLOW_TOLERANCE: f64 = 1e-4 * CUBIC_FOOT_M3;

/// Status of a pressure-reducing or pressure-sustaining valve; its present one for every other link.
pub fn pressure_valve(network: &Network, losses: &Losses, state: &State, k: usize) -> Status {
    let now = state.status[k];
    let link = &network.links[k];
    let (LinkKind::Valve { kind, .. }, Some(setting)) = (&link.kind, state.setting[k]) else {
        return now;
    };
    let (h1, h2, q) = (
        state.head_m[link.from],
        state.head_m[link.to],
        state.flow_m3s[k],
    );
    let tolerance = HEAD_TOLERANCE_M;
    let open_loss = losses.minor_m(k, q);
    if now != Status::Closed && q < -FLOW_TOLERANCE {
        return match kind {
            ValveKind::PressureReducing | ValveKind::PressureSustaining => Status::Closed,
            _ => now,
        };
    }
    match kind {
        ValveKind::PressureReducing => {
            let held = network.nodes[link.to].elevation_m + setting;
            match now {
                Status::Active if h1 - open_loss < held - tolerance => Status::Open,
                Status::Open if h2 >= held + tolerance => Status::Active,
                Status::Closed if h1 >= held + tolerance && h2 < held - tolerance => Status::Active,
                Status::Closed if h1 < held - tolerance && h1 > h2 + tolerance => Status::Open,
                _ => now,
            }
        }
        ValveKind::PressureSustaining => {
            let held = network.nodes[link.from].elevation_m + setting;
            match now {
                Status::Active if h2 + open_loss > held + tolerance => Status::Open,
                Status::Open if h1 < held - tolerance => Status::Active,
                Status::Closed if h2 > held + tolerance && h1 > h2 + tolerance => Status::Open,
                Status::Closed if h1 >= held + tolerance && h1 > h2 + tolerance => Status::Active,
                _ => now,
            }
        }
        _ => now,
    }
}

/// Status of any other link: check valves, pumps, flow-control valves, and what leads to full or empty tanks.
pub fn other_link(network: &Network, state: &State, k: usize) -> Status {
    let link = &network.links[k];
    let dh = state.head_m[link.from] - state.head_m[link.to];
    let before = state.status[k];
    let mut now = match before {
        Status::ShutByTank | Status::CannotLift => Status::Open,
        other => other,
    };
    match &link.kind {
        LinkKind::Pipe {
            check_valve: true, ..
        } => now = check_valve(now, dh, state.flow_m3s[k]),
        LinkKind::Pump { law, .. } => {
            let speed = state.setting[k].unwrap_or(1.0);
            if now.is_open()
                && speed > 0.0
                && -dh > speed * speed * law.shut_off_m() + HEAD_TOLERANCE_M
            {
                now = Status::CannotLift;
            }
        }
        LinkKind::Valve {
            kind: ValveKind::FlowControl,
            ..
        } => {
            if let Some(most) = state.setting[k] {
                now = flow_control(now, dh, state.flow_m3s[k], most);
            }
        }
        LinkKind::Pipe { .. } | LinkKind::Valve { .. } => {}
    }
    by_tanks(network, state, k, now)
}

/// Whether the status of a link other than a pressure valve may change by itself.
pub fn may_change(network: &Network, k: usize) -> bool {
    let link = &network.links[k];
    let tank = |node: usize| matches!(network.nodes[node].kind, NodeKind::Tank(_));
    let by_kind = matches!(
        link.kind,
        LinkKind::Pump { .. }
            | LinkKind::Pipe {
                check_valve: true,
                ..
            }
            | LinkKind::Valve {
                kind: ValveKind::FlowControl,
                ..
            }
    );
    by_kind || tank(link.from) || tank(link.to)
}

fn check_valve(now: Status, dh: f64, q: f64) -> Status {
    if dh < -HEAD_TOLERANCE_M || q < -FLOW_TOLERANCE {
        Status::Closed
    } else if dh > HEAD_TOLERANCE_M {
        Status::Open
    } else {
        now
    }
}

fn flow_control(now: Status, dh: f64, q: f64, most: f64) -> Status {
    if now == Status::Closed {
        now
    } else if dh < -HEAD_TOLERANCE_M || q < -FLOW_TOLERANCE {
        Status::CannotHold
    } else if now == Status::CannotHold && q >= most {
        Status::Active
    } else {
        now
    }
}

/// Shuts what would fill a full tank or drain an empty one.
fn by_tanks(network: &Network, state: &State, k: usize, now: Status) -> Status {
    if !now.is_open() {
        return now;
    }
    let link = &network.links[k];
    for (at, other, into) in [
        (link.from, link.to, -state.flow_m3s[k]),
        (link.to, link.from, state.flow_m3s[k]),
    ] {
        let NodeKind::Tank(tank) = &network.nodes[at].kind else {
            continue;
        };
        let bottom = network.nodes[at].elevation_m;
        let head = state.head_m[at];
        let dh = head - state.head_m[other];
        let is_pump = matches!(link.kind, LinkKind::Pump { .. });
        let full = head >= bottom + tank.max_level_m - HEAD_TOLERANCE_M && !tank.can_overflow;
        let empty = head <= bottom + tank.min_level_m + HEAD_TOLERANCE_M;
        let fills = if is_pump {
            link.to == at
        } else {
            check_valve(Status::Open, dh, -into) == Status::Closed
        };
        let drains = if is_pump {
            link.from == at
        } else {
            // EPANET does not look at the flow here, and lets a tank drain on through a pipe so wide that it shows no loss.
            check_valve(Status::Closed, dh, -into) == Status::Open
                || dh >= -HEAD_TOLERANCE_M && -into > FLOW_TOLERANCE
        };
        if (full && fills) || (empty && drains) {
            return Status::ShutByTank;
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_valve_keeps_its_state_at_balance() {
        assert_eq!(check_valve(Status::Closed, 0.0, 0.0), Status::Closed);
        assert_eq!(check_valve(Status::Open, 0.0, 0.0), Status::Open);
        assert_eq!(check_valve(Status::Closed, 1.0, 0.0), Status::Open);
        assert_eq!(check_valve(Status::Open, 1.0, -1.0), Status::Closed);
        assert_eq!(check_valve(Status::Open, -1.0, 0.0), Status::Closed);
    }

    #[test]
    fn flow_control_holds_again_when_flow_reaches_its_setting() {
        assert_eq!(
            flow_control(Status::Active, -1.0, 0.1, 0.1),
            Status::CannotHold
        );
        assert_eq!(
            flow_control(Status::CannotHold, 1.0, 0.05, 0.1),
            Status::CannotHold
        );
        assert_eq!(
            flow_control(Status::CannotHold, 1.0, 0.1, 0.1),
            Status::Active
        );
    }
}
