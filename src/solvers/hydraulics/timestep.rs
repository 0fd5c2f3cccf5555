//! How long a step may be: to the next border, outage, tank that fills or drains, or control that acts.

use crate::solvers::hydraulics::closure::Closure;
use crate::solvers::hydraulics::control::Control;
use crate::solvers::hydraulics::control::When;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::status::FLOW_TOLERANCE;
use crate::solvers::hydraulics::times::DAY_S;
use crate::solvers::hydraulics::times::Times;

/// Shortest step to a level, s: EPANET's grain of time. What would come sooner is passed over, the tank's limits holding, so
/// that two controls on one level cannot stop the clock.
const SHORTEST_S: f64 = 1.0;
/// Flows below it move no level that matters, m3/s.
const IDLE: f64 = 0.01 * FLOW_TOLERANCE;

/// End of the step that begins at `t_s`, never beyond the end of the simulation.
pub fn end_of_step(
    network: &Network,
    state: &State,
    volumes: &[f64],
    times: &Times,
    controls: &[Control],
    closures: &[Closure],
    t_s: f64,
) -> f64 {
    let mut end = times.duration_s.min(times.next_border(t_s));
    let mut cut = |at: f64| {
        if at > t_s && at < end {
            end = at;
        }
    };
    cut(t_s + times.hydraulic_step_s);
    for closure in closures {
        cut(closure.from_s);
        cut(closure.to_s);
    }
    for control in controls {
        match control.when {
            When::Time(at) => cut(at),
            When::Clock(clock) => {
                let wait = (clock - times.clock_s(t_s)).rem_euclid(DAY_S);
                // Times of day are whole seconds; a wait that is rounding is no wait.
                cut(t_s + if wait < 1e-3 { DAY_S } else { wait });
            }
            When::Below { .. } | When::Above { .. } => {}
        }
    }
    let reach = |node: usize, level_m: f64, rising: bool| {
        let NodeKind::Tank(tank) = &network.nodes[node].kind else {
            return None;
        };
        let inflow = state.served_m3s[node];
        let missing = tank.volume_m3(level_m) - volumes[node];
        let right_way = if rising {
            inflow > IDLE && missing > 0.0
        } else {
            inflow < -IDLE && missing < 0.0
        };
        right_way.then(|| {
            let wait = missing / inflow;
            let wait = if times.whole_seconds {
                wait.round()
            } else {
                wait
            };
            t_s + wait.max(SHORTEST_S)
        })
    };
    for (i, node) in network.nodes.iter().enumerate() {
        if let NodeKind::Tank(tank) = &node.kind {
            for at in [
                reach(i, tank.max_level_m, true),
                reach(i, tank.min_level_m, false),
            ]
            .into_iter()
            .flatten()
            {
                cut(at);
            }
        }
    }
    for control in controls {
        let at = match control.when {
            When::Below { node, level_m } => reach(node, level_m, false),
            When::Above { node, level_m } => reach(node, level_m, true),
            When::Time(_) | When::Clock(_) => None,
        };
        let now = (state.status[control.link], state.setting[control.link]);
        let wanted = control.action.result(&network.links[control.link], now);
        if let (Some(at), true) = (at, wanted != now) {
            cut(at);
        }
    }
    end
}
