//! Power and energy of pumps, by their efficiency curves.
//!
//! Standby losses and motors are not modelled: efficiency is from wire to water, as the curve gives it.

use crate::solvers::hydraulics::friction::CUBIC_FOOT_M3;
use crate::solvers::hydraulics::friction::FOOT_M;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::pump::HORSEPOWER;
use crate::solvers::hydraulics::pump::HORSEPOWER_KW;
use crate::solvers::hydraulics::state::State;
use crate::solvers::hydraulics::times::Times;

/// Exponent of speed in the correction of efficiency at reduced speed (Sarbu and Borza 1998, as EPANET 2.2 uses it).
const SPEED_EXPONENT: f64 = 0.1;

/// Electric power that a pump draws now, kW; 0 for one at rest and for any other link.
pub fn power_kw(network: &Network, state: &State, link: usize) -> f64 {
    let LinkKind::Pump { efficiency, .. } = &network.links[link].kind else {
        return 0.0;
    };
    let speed = state.setting[link].unwrap_or(1.0);
    if !state.status[link].is_open() || speed <= 0.0 {
        return 0.0;
    }
    let q = state.flow_m3s[link].abs();
    let ends = &network.links[link];
    let gain = (state.head_m[ends.to] - state.head_m[ends.from]).abs();
    let percent = match efficiency {
        Some(curve) => {
            let at_full = curve.value(q / speed);
            if speed == 1.0 {
                at_full
            } else {
                100.0 - (100.0 - at_full) * libm::pow(1.0 / speed, SPEED_EXPONENT)
            }
        }
        None => network.energy.efficiency_percent,
    };
    let share = percent.clamp(1.0, 100.0) / 100.0;
    let horsepower = gain * q / (FOOT_M * CUBIC_FOOT_M3) * network.specific_gravity / HORSEPOWER;
    horsepower * HORSEPOWER_KW / share
}

/// Energy of one pump over a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct PumpEnergy {
    /// Time it ran, h.
    pub running_h: f64,
    /// Energy drawn, kWh.
    pub energy_kwh: f64,
    /// Highest power, kW.
    pub peak_kw: f64,
    /// Cost of the energy, in the price's currency.
    pub cost: f64,
}

/// Energy of all pumps.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Energy {
    /// By link; zeros for links that are no pumps.
    pub pumps: Vec<PumpEnergy>,
    /// Highest total power, kW.
    pub peak_kw: f64,
}

impl Energy {
    /// Adds a step of `dt_s` that begins at `t_s`, in which power is constant.
    pub fn add(&mut self, network: &Network, state: &State, times: &Times, t_s: f64, dt_s: f64) {
        self.pumps
            .resize(network.links.len(), PumpEnergy::default());
        let hours = dt_s / 3600.0;
        let pattern = |index: Option<usize>| match index.and_then(|i| network.patterns.get(i)) {
            Some(pattern) => times.multiplier(pattern, t_s),
            None => 1.0,
        };
        let defaults = &network.energy;
        let mut total = 0.0;
        for (k, link) in network.links.iter().enumerate() {
            let LinkKind::Pump {
                price,
                price_pattern,
                ..
            } = &link.kind
            else {
                continue;
            };
            let kw = power_kw(network, state, k);
            if !state.status[k].is_open() {
                continue;
            }
            total += kw;
            let tariff =
                price.unwrap_or(defaults.price) * pattern(price_pattern.or(defaults.price_pattern));
            let pump = &mut self.pumps[k];
            pump.running_h += hours;
            pump.energy_kwh += kw * hours;
            pump.peak_kw = pump.peak_kw.max(kw);
            pump.cost += kw * hours * tariff;
        }
        self.peak_kw = self.peak_kw.max(total);
    }
}
