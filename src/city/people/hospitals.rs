//! Hospitals when the grid fails them: standby sets, their fuel, and the hours without any power.
//!
//! No patients, no wards: a hospital is on the grid, on its own sets, or dark.

use crate::city::people::fabric::Fabric;
use crate::city::people::inlets::Power;
use crate::engine::chance::Chance;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Probability that the sets do not start (1 % a demand; IEEE 3006.7 gives 0.5 to 1.5 % for emergency diesels, recalled).
const START_FAILS: f64 = 0.01;
/// Fuel on site, hours at load (NFPA 110 class 96 at best, 24 at least).
const FUEL_H: [f64; 2] = [24.0, 96.0];
/// Time until fitters have started sets by hand that did not start by themselves, hours.
const BY_HAND_H: f64 = 1.5;
/// Time in which the tank is filled again once the grid is back, hours.
const REFILL_H: f64 = 12.0;

/// Where a hospital's power comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The grid.
    #[default]
    Grid,
    /// Its own sets (they start within ten seconds, which batteries bridge: NFPA 110 type 10).
    Sets,
    /// Nothing.
    Nothing,
}

/// A hospital's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HospitalState {
    /// Where its power comes from.
    pub source: Source,
    /// Fuel left, hours; none before the first start.
    pub fuel_h: Option<f64>,
    /// Demands on its sets so far.
    pub starts: u64,
    /// Hours until the sets have been started by hand; 0 if nobody is at it.
    pub by_hand_h: f64,
    /// What took its supply.
    pub cause: Option<EventId>,
}

/// All hospitals.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hospitals {
    /// By hospital.
    pub all: Vec<HospitalState>,
    /// Hours without any power, summed.
    pub dark_h: f64,
    /// Hours on their own sets, summed.
    pub sets_h: f64,
}

impl Hospitals {
    /// One step of all hospitals.
    pub fn watch(
        &mut self,
        fabric: &Fabric,
        power: &Power,
        chance: Chance,
        t_s: u64,
        dt_h: f64,
        record: &mut Record,
    ) {
        for (hospital, state) in fabric.hospitals.iter().zip(&mut self.all) {
            let key = hospital.key;
            let tank_h = || {
                FUEL_H[0] + (FUEL_H[1] - FUEL_H[0]) * chance.uniform("people/hospital/fuel", key, 0)
            };
            let mut tell = |kind: &str, cause: Option<EventId>, note: String| {
                record.event(t_s, kind, hospital.element, cause, 0.0, || note)
            };
            if power.is_on(hospital.load) {
                if state.source != Source::Grid {
                    tell("hospital_on_grid", None, String::new());
                    (state.source, state.by_hand_h) = (Source::Grid, 0.0);
                }
                if let Some(fuel_h) = &mut state.fuel_h {
                    let full_h = tank_h();
                    *fuel_h = (*fuel_h + full_h * dt_h / REFILL_H).min(full_h);
                }
                continue;
            }
            if state.source == Source::Grid {
                state.cause = power.cause(hospital.load);
                let fuel_h = *state.fuel_h.get_or_insert_with(tank_h);
                let luck = chance.uniform("people/hospital/start", key, state.starts);
                state.starts += 1;
                if luck < START_FAILS {
                    state.source = Source::Nothing;
                    state.by_hand_h = BY_HAND_H;
                    let note = "its standby sets did not start".to_owned();
                    state.cause = Some(tell("hospital_dark", state.cause, note));
                } else {
                    state.source = Source::Sets;
                    let note = format!("fuel for {fuel_h:.0} h");
                    state.cause = Some(tell("hospital_on_generator", state.cause, note));
                }
            }
            match state.source {
                Source::Sets => {
                    self.sets_h += dt_h;
                    let left_h = state.fuel_h.unwrap_or(0.0) - dt_h;
                    state.fuel_h = Some(left_h.max(0.0));
                    if left_h <= 0.0 {
                        state.source = Source::Nothing;
                        let note = "out of fuel".to_owned();
                        state.cause = Some(tell("hospital_dark", state.cause, note));
                    }
                }
                Source::Nothing => {
                    self.dark_h += dt_h;
                    if state.by_hand_h > 0.0 {
                        state.by_hand_h -= dt_h;
                        if state.by_hand_h <= 0.0 {
                            (state.source, state.by_hand_h) = (Source::Sets, 0.0);
                            let note = "sets started by hand".to_owned();
                            state.cause = Some(tell("hospital_on_generator", state.cause, note));
                        }
                    }
                }
                Source::Grid => {}
            }
        }
    }

    /// How many have no power at all.
    #[must_use]
    pub fn dark(&self) -> usize {
        let dark = |h: &&HospitalState| h.source == Source::Nothing;
        self.all.iter().filter(dark).count()
    }

    /// How many run on their own sets.
    #[must_use]
    pub fn on_sets(&self) -> usize {
        let on = |h: &&HospitalState| h.source == Source::Sets;
        self.all.iter().filter(on).count()
    }
}
