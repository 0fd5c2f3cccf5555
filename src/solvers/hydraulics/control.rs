//! Simple controls: one condition, one action on one link.
//!
//! Controls on tank levels and times act before a moment is solved; those on the pressure of junctions act on heads just
//! found, and the moment is solved further. Rules with several conditions are in [`crate::solvers::hydraulics::rule`].

use crate::solvers::hydraulics::network::Link;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::state::Status;
use crate::solvers::hydraulics::status::HEAD_TOLERANCE_M;
use crate::solvers::hydraulics::times::DAY_S;
use crate::solvers::hydraulics::times::Times;

/// What is done to a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Open it; a pump runs at full speed, a valve is fixed open.
    Open,
    /// Shut it.
    Close,
    /// Give it this speed or setting.
    Set(f64),
}

/// When a control acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// Pressure head or level at or below this, m.
    Below {
        /// Node.
        node: usize,
        /// m above its elevation.
        level_m: f64,
    },
    /// Pressure head or level at or above this, m.
    Above {
        /// Node.
        node: usize,
        /// m above its elevation.
        level_m: f64,
    },
    /// At this time, s.
    Time(f64),
    /// At this time of each day, s.
    Clock(f64),
}

/// A control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// The link.
    pub link: usize,
    /// What is done to it.
    pub action: Action,
    /// When.
    pub when: When,
}

impl Action {
    /// Status and setting that the action asks of a link.
    pub fn result(self, link: &Link, now: (Status, Option<f64>)) -> (Status, Option<f64>) {
        match (&link.kind, self) {
            (LinkKind::Pipe { .. }, Action::Set(0.0)) => (Status::Closed, now.1),
            (LinkKind::Pipe { .. }, Action::Set(_) | Action::Open) => (Status::Open, now.1),
            (LinkKind::Pipe { .. }, Action::Close) => (Status::Closed, now.1),
            (LinkKind::Pump { .. }, Action::Open) => (Status::Open, Some(1.0)),
            (LinkKind::Pump { .. }, Action::Close) => (Status::Closed, Some(0.0)),
            (LinkKind::Pump { .. }, Action::Set(x)) if x > 0.0 => (Status::Open, Some(x)),
            (LinkKind::Pump { .. }, Action::Set(_)) => (Status::Closed, Some(0.0)),
            (LinkKind::Valve { .. }, Action::Open) => (Status::Open, None),
            (LinkKind::Valve { .. }, Action::Close) => (Status::Closed, None),
            (LinkKind::Valve { kind, .. }, Action::Set(x)) => match kind {
                ValveKind::PressureReducing
                | ValveKind::PressureSustaining
                | ValveKind::FlowControl => (Status::Active, Some(x)),
                ValveKind::General { .. } => (Status::Open, None),
                _ => (Status::Open, Some(x)),
            },
        }
    }
}

/// Applies an action; true if it changed anything. What a tank or a high head has shut for the moment stays shut when it
/// is asked to be open, and a valve that cannot hold the setting it is given stands as it is.
pub fn apply(network: &Network, state: &mut State, link: usize, action: Action) -> bool {
    let now = (state.status[link], state.setting[link]);
    let wanted = action.result(&network.links[link], now);
    let same_setting = now.1 == wanted.1;
    let stands = match wanted.0 {
        Status::Open => matches!(
            now.0,
            Status::Open | Status::ShutByTank | Status::CannotLift
        ),
        Status::Active => same_setting,
        other => now.0 == other,
    };
    if stands && same_setting {
        return false;
    }
    state.setting[link] = wanted.1;
    if !stands {
        state.status[link] = wanted.0;
        if wanted.0.is_open() && !now.0.is_open() {
            state.flow_m3s[link] = state.usual_flow(network, link);
        }
    }
    true
}

impl Control {
    /// Whether the condition holds before a moment is solved. Conditions on junctions are never met here.
    pub fn holds_before(&self, network: &Network, state: &State, times: &Times, t_s: f64) -> bool {
        let at = |node: usize| {
            (!network.nodes[node].is_junction()).then(|| state.pressure_m(network, node))
        };
        // What a tank gains or loses in a second, as a level, where times are whole seconds.
        let slack = |node: usize| match &network.nodes[node].kind {
            NodeKind::Tank(tank) if times.whole_seconds => {
                let level = state.pressure_m(network, node);
                let moved = tank.volume_m3(level) + state.served_m3s[node].abs();
                (tank.level_m(moved) - level).abs().max(LEVEL_SLACK_M)
            }
            _ => LEVEL_SLACK_M,
        };
        match self.when {
            When::Below { node, level_m } => {
                at(node).is_some_and(|level| level <= level_m + slack(node))
            }
            When::Above { node, level_m } => {
                at(node).is_some_and(|level| level >= level_m - slack(node))
            }
            When::Time(time_s) => (time_s - t_s).abs() < TIME_SLACK_S,
            When::Clock(clock_s) => {
                let apart = (times.clock_s(t_s) - clock_s).abs();
                apart.min(DAY_S - apart) < TIME_SLACK_S
            }
        }
    }

    /// Whether a condition on a junction's pressure holds at heads just found.
    pub fn holds_after(&self, network: &Network, state: &State) -> bool {
        let at = |node: usize| {
            network.nodes[node]
                .is_junction()
                .then(|| state.pressure_m(network, node))
        };
        match self.when {
            When::Below { node, level_m } => {
                at(node).is_some_and(|p| p <= level_m + HEAD_TOLERANCE_M)
            }
            When::Above { node, level_m } => {
                at(node).is_some_and(|p| p >= level_m - HEAD_TOLERANCE_M)
            }
            When::Time(_) | When::Clock(_) => false,
        }
    }
}

/// Steps end on the moment a level is reached to within rounding; a micrometre is far above that.
const LEVEL_SLACK_M: f64 = 1e-6;
/// Times are numbers that were written down; half a second tells them apart.
const TIME_SLACK_S: f64 = 0.5e-3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::hydraulics::pump::PumpLaw;

    #[test]
    fn pumps_have_speeds_and_pipes_do_not() {
        let pump = Link {
            from: 0,
            to: 1,
            kind: LinkKind::Pump {
                law: PumpLaw::ConstantPower { power_kw: 1.0 },
                speed_pattern: None,
                efficiency: None,
                price: None,
                price_pattern: None,
            },
            open: true,
            setting: Some(1.0),
        };
        let now = (Status::Closed, Some(0.0));
        assert_eq!(
            Action::Set(0.8).result(&pump, now),
            (Status::Open, Some(0.8))
        );
        assert_eq!(
            Action::Set(0.0).result(&pump, now),
            (Status::Closed, Some(0.0))
        );
        assert_eq!(Action::Open.result(&pump, now), (Status::Open, Some(1.0)));
        let pipe = Link {
            kind: LinkKind::Pipe {
                length_m: 1.0,
                diameter_m: 1.0,
                roughness: 100.0,
                minor_loss: 0.0,
                check_valve: false,
            },
            setting: None,
            ..pump
        };
        assert_eq!(
            Action::Set(0.0).result(&pipe, (Status::Open, None)),
            (Status::Closed, None)
        );
    }
}
