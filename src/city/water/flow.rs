//! Heads and flows of the moment, and the volumes that they move: a zero-order hold cut where a tank runs full or empty.
//!
//! Flows are found every five minutes and whenever a pump, valve or hole changes; between, they are constant. An outage is
//! thereby counted from its event to its end, not smeared over a step (a trapezoid would turn minutes into half hours).

use crate::city::water::fabric::WaterFabric;
use crate::city::water::state::WaterState;
use crate::solvers::hydraulics::energy::power_kw;
use crate::solvers::hydraulics::network::DemandModel;
use crate::solvers::hydraulics::solver::Hydraulics;
use crate::solvers::hydraulics::solver::Options;
use crate::solvers::hydraulics::state::Status;

/// Pressure head of full service, metres: 2 bar at the ground brings water to the second floor (poor below 2.1 bar,
/// SIZING.md section 5).
pub const FULL_SERVICE_M: f64 = 20.0;
/// Most times that tanks running full or empty cut a step.
const MOST_CUTS: usize = 12;
/// Time below which a step is over, seconds.
const MOMENT_S: f64 = 1e-6;
/// Most iterations of a solve: from the last flows a handful do.
const MOST_ITERATIONS: u32 = 200;

/// How the moment is solved.
#[must_use]
pub fn options() -> Options {
    Options {
        max_iterations: MOST_ITERATIONS,
        demand: DemandModel::PressureDriven {
            p_min_m: 0.0,
            p_required_m: FULL_SERVICE_M,
            exponent: 0.5,
        },
        ..Options::default()
    }
}

/// Finds heads and flows for the demand asked for at each node, m3/s, of those who are not cut off.
pub fn solve(fabric: &WaterFabric, solver: &mut Hydraulics, state: &mut WaterState, asked: &[f64]) {
    let water = fabric.water();
    let mut holes = vec![0.0; fabric.hole.len()];
    let net = &mut state.net;
    for (n, required) in net.required_m3s.iter_mut().enumerate() {
        *required = if fabric.hole[n].is_some() {
            asked[n]
        } else {
            0.0
        };
    }
    let mut shut = vec![false; water.mains.len()];
    for burst in &state.bursts {
        if burst.isolated {
            shut[burst.main] |= burst.trunk;
            net.required_m3s[burst.node] *= 1.0 - burst.cut;
        } else {
            holes[burst.node] += burst.coefficient;
        }
    }
    for open in &state.hydrants {
        holes[open.node] += open.coefficient;
    }
    for (n, coefficient) in holes.iter().enumerate() {
        if let Some(outlet) = fabric.hole[n] {
            let now = solver.network().outlets[outlet].coefficient;
            if now.to_bits() != coefficient.to_bits() {
                solver.set_outlet(outlet, *coefficient);
            }
            if *coefficient <= 0.0 {
                net.outlet_m3s[outlet] = 0.0;
            }
        }
    }
    for (m, is_shut) in shut.iter().enumerate() {
        match (is_shut, net.status[m]) {
            (true, _) => net.status[m] = Status::Closed,
            (false, Status::Closed) if !water.mains[m].check_valve => {
                net.status[m] = Status::Open;
            }
            (false, _) => {}
        }
    }
    for (s, pumps) in fabric.pumps_of.iter().enumerate() {
        for (k, &p) in pumps.iter().enumerate() {
            let link = fabric.pump_link(p);
            let on = (k as u32) < state.running[s];
            match (on, net.status[link]) {
                (true, Status::Closed) => {
                    net.status[link] = Status::Open;
                    net.flow_m3s[link] = water.pumps[p].flow_m3h / 3600.0;
                }
                (false, _) => net.status[link] = Status::Closed,
                (true, _) => {}
            }
        }
    }
    for (t, tank) in water.tanks.iter().enumerate() {
        net.head_m[tank.node] =
            water.nodes[tank.node].elevation_m + state.volume_m3[t] / tank.area_m2;
    }
    let report = solver.solve(net, &options());
    state.imbalance_m3s = report.imbalance_m3s;
    state.solves[0] += 1;
    state.solves[1] += u64::from(!report.converged);
    state.dirty = false;
}

/// What goes through the net now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// From sources, m3/s.
    pub from_sources: f64,
    /// Asked for, m3/s, those who are cut off included.
    pub asked: f64,
    /// Given, m3/s.
    pub delivered: f64,
    /// Leaked, m3/s.
    pub leaked: f64,
    /// Out of holes, m3/s.
    pub escaped: f64,
    /// Power of all stations, kW.
    pub power_kw: f64,
    /// Residents below the pressure of full service.
    pub low_people: f64,
}

impl Rates {
    /// Served over asked for.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.asked > 0.0 {
            (self.delivered / self.asked).min(1.0)
        } else {
            1.0
        }
    }
}

/// The rates of the present flows.
#[must_use]
pub fn rates(fabric: &WaterFabric, state: &WaterState, asked: &[f64]) -> Rates {
    let water = fabric.water();
    let net = &state.net;
    let mut rates = Rates::default();
    for source in &water.sources {
        rates.from_sources -= net.served_m3s[source.node];
    }
    for (n, node) in water.nodes.iter().enumerate() {
        if fabric.hole[n].is_none() {
            continue;
        }
        rates.asked += asked[n];
        rates.delivered += net.served_m3s[n];
        if net.head_m[n] - node.elevation_m < FULL_SERVICE_M {
            rates.low_people += node.people;
        }
    }
    rates.leaked = net.outlet_m3s[..fabric.leaks].iter().sum();
    rates.escaped = net.outlet_m3s[fabric.leaks..].iter().sum();
    rates.power_kw = (0..water.stations.len())
        .map(|s| station_kw(fabric, state, s))
        .sum();
    rates
}

/// Power that a station draws, kW; one that has no supply draws nothing.
#[must_use]
pub fn station_kw(fabric: &WaterFabric, state: &WaterState, station: usize) -> f64 {
    if state.dark[station].is_some() {
        return 0.0;
    }
    let row = &fabric.water().stations[station];
    let network = fabric.solver.network();
    let mut kw = row.standing_kw;
    for &p in &fabric.pumps_of[station] {
        let link = fabric.pump_link(p);
        kw += power_kw(network, &state.net, link);
        kw += row.process_kwh_m3 * 3600.0 * state.net.flow_m3s[link].max(0.0);
    }
    kw
}

/// Lets the present flows run for a step, finding them anew where a tank runs full or empty.
pub fn run(
    fabric: &WaterFabric,
    solver: &mut Hydraulics,
    state: &mut WaterState,
    asked: &[f64],
    dt_s: f64,
) {
    let mut left_s = dt_s;
    for _ in 0..MOST_CUTS {
        let lasts_s = until_cut(fabric, state, left_s);
        hold(fabric, state, asked, lasts_s);
        left_s -= lasts_s;
        if left_s <= MOMENT_S {
            return;
        }
        solve(fabric, solver, state, asked);
    }
    hold(fabric, state, asked, left_s);
}

/// Seconds until the first tank runs full or empty, at most `left_s`.
fn until_cut(fabric: &WaterFabric, state: &WaterState, left_s: f64) -> f64 {
    let mut least = left_s;
    for (t, tank) in fabric.water().tanks.iter().enumerate() {
        let inflow = state.net.served_m3s[tank.node];
        let full = tank.area_m2 * tank.depth_m;
        let lasts = if inflow > 0.0 {
            (full - state.volume_m3[t]) / inflow
        } else if inflow < 0.0 {
            state.volume_m3[t] / -inflow
        } else {
            continue;
        };
        // A tank that is at its end already has been seen by the solve.
        if lasts > MOMENT_S {
            least = least.min(lasts);
        }
    }
    least
}

/// Adds what the present flows move in a time, zero-order hold.
fn hold(fabric: &WaterFabric, state: &mut WaterState, asked: &[f64], dt_s: f64) {
    let now = rates(fabric, state, asked);
    let totals = &mut state.totals;
    totals.from_sources_m3 += now.from_sources * dt_s;
    totals.asked_m3 += now.asked * dt_s;
    totals.delivered_m3 += now.delivered * dt_s;
    totals.unserved_m3 += (now.asked - now.delivered).max(0.0) * dt_s;
    totals.leaked_m3 += now.leaked * dt_s;
    totals.escaped_m3 += now.escaped * dt_s;
    totals.energy_kwh += now.power_kw * dt_s / 3600.0;
    totals.low_person_h += now.low_people * dt_s / 3600.0;
    totals.least_share = totals.least_share.min(now.share());
    for (t, tank) in fabric.water().tanks.iter().enumerate() {
        let wanted = state.volume_m3[t] + state.net.served_m3s[tank.node] * dt_s;
        let within = wanted.clamp(0.0, tank.area_m2 * tank.depth_m);
        totals.clipped_m3 += wanted - within;
        state.volume_m3[t] = within;
    }
}
