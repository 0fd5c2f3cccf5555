//! How hot homes are: by district, kind of dwelling, with and without air conditioning, with and without power.
//!
//! Homes of one class are a distribution: those that have power, those that are dark now, and air-conditioned ones that
//! have power again but are not yet cool. Homes move between the three as the loads of the grid go dark and come back;
//! no home is followed by itself, so within a class the dark ones share one temperature and have a common spread.

use crate::city::people::fabric::Fabric;
use crate::city::people::fabric::KINDS;
use crate::city::people::inlets::Power;
use crate::solvers::thermal::building::BuildingForcing;
use crate::solvers::thermal::building::BuildingState;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Homes with power.
pub const LIT: usize = 0;
/// Homes without power.
pub const DARK: usize = 1;
/// Air-conditioned homes with power again, not yet cool.
pub const RECOVERING: usize = 2;
/// How many.
pub const STATES: usize = 3;

/// Thermostat, degrees Celsius (the grid's homes have the same).
const SET_C: f64 = 24.5;
/// A home counts as recovered when it is this close to those that were never dark, kelvin.
const RECOVERED_K: f64 = 0.5;
/// Windows of homes without cooling are opened when it is warmer than this indoors and cooler out of doors, degrees
/// Celsius.
const WINDOWS_C: f64 = 24.0;
/// Internal gains of a home without power against normal: its people, no appliances.
const GAINS_DARK: f64 = 0.4;
/// Homes without cooling at the start of a run are this much warmer than the air of that hour (midnight as a rule), kelvin.
const START_OVER_K: f64 = 2.0;
/// Spread of temperatures among homes of a class without cooling, kelvin: orientation, floor, habits. Monitored homes
/// differ by 1.5 to 2.5 K within a city (Lomas and Porritt 2017, Building Research and Information 45:1, recalled); flats
/// under the roof are the warm tail.
const SPREAD_K: [f64; KINDS] = [1.5, 1.5, 2.0, 2.0, 2.0];
/// The same for homes that a thermostat holds, kelvin.
const SPREAD_COOLED_K: f64 = 0.7;

/// A share of the homes of a class, alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Homes {
    /// Share of the class's homes, 0 to 1.
    pub share: f64,
    /// Indoor air, degrees Celsius.
    pub air_c: f64,
    /// Mass of the building, degrees Celsius.
    pub mass_c: f64,
    /// Remembered heat of their people by habit, kelvin of heat index above comfort.
    pub heat_k: [f64; 2],
}

/// The homes of a district, kind and ownership, by state of supply.
pub type Class = [Homes; STATES];

/// All homes.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stock {
    /// Classes in order of district, kind, without and with air conditioner.
    pub classes: Vec<Class>,
    /// Share of each load's customers with supply at the last update.
    pub lit: Vec<f64>,
    /// Share of each district's homes that is dark.
    pub dark: Vec<f64>,
}

/// Place of a class.
#[must_use]
pub fn class(district: usize, kind: usize, cooled: usize) -> usize {
    (district * KINDS + kind) * 2 + cooled
}

impl Stock {
    /// Homes at the start of a run, all with power, in air of this temperature.
    #[must_use]
    pub fn new(fabric: &Fabric, air_c: f64) -> Self {
        let districts = fabric.people.len();
        let mut classes = Vec::with_capacity(districts * KINDS * 2);
        for district in &fabric.city.districts {
            for _ in 0..KINDS {
                for cooled in [false, true] {
                    let warm = (air_c + START_OVER_K + 0.5 * district.heat_island_k).max(18.0);
                    let c = if cooled { warm.min(SET_C) } else { warm };
                    let homes = Homes {
                        share: 1.0,
                        air_c: c,
                        mass_c: c,
                        heat_k: [0.0; 2],
                    };
                    classes.push([
                        homes,
                        Homes {
                            share: 0.0,
                            ..homes
                        },
                        Homes {
                            share: 0.0,
                            ..homes
                        },
                    ]);
                }
            }
        }
        Self {
            classes,
            lit: vec![1.0; fabric.city.grid.loads.len()],
            dark: vec![0.0; districts],
        }
    }

    /// Moves homes between the states as loads went dark or came back since the last update.
    pub fn switch(&mut self, fabric: &Fabric, power: &Power) {
        let mut lost = vec![0.0; self.dark.len()];
        let mut gained = vec![0.0; self.dark.len()];
        self.dark.fill(0.0);
        for (l, load) in fabric.city.grid.loads.iter().enumerate() {
            if load.homes == 0 {
                continue;
            }
            let of_district = f64::from(load.homes) / fabric.homes[load.district];
            let now = power.share(l).clamp(0.0, 1.0);
            let change = (now - self.lit[l]) * of_district;
            if change < 0.0 {
                lost[load.district] -= change;
            } else {
                gained[load.district] += change;
            }
            self.dark[load.district] += (1.0 - now) * of_district;
            self.lit[l] = now;
        }
        for district in 0..self.dark.len() {
            if lost[district] <= 0.0 && gained[district] <= 0.0 {
                continue;
            }
            let dark = self.dark[district];
            for kind in 0..KINDS {
                for cooled in 0..2 {
                    let c = &mut self.classes[class(district, kind, cooled)];
                    let to = if cooled == 1 { RECOVERING } else { LIT };
                    pour(c, DARK, to, gained[district]);
                    // Homes that are still warm go dark again as often as others.
                    let with_power = c[LIT].share + c[RECOVERING].share;
                    if with_power > 0.0 {
                        let part = lost[district] / with_power;
                        let warm = c[RECOVERING].share * part;
                        pour(c, RECOVERING, DARK, warm);
                        let cool = lost[district] - warm;
                        pour(c, LIT, DARK, cool);
                    }
                    if dark <= 0.0 {
                        // Rounding leaves no home behind.
                        pour(c, DARK, to, 1.0);
                    }
                }
            }
        }
    }

    /// One update of all temperatures: `outdoor_c` by district, irradiance, and total over sensible cooling load.
    pub fn step(&mut self, fabric: &Fabric, outdoor_c: &[f64], ghi_w_m2: f64, latent_factor: f64) {
        for (district, outdoor) in outdoor_c.iter().enumerate() {
            for kind in 0..KINDS {
                for cooled in 0..2 {
                    if fabric.dwellings[district][kind][cooled] <= 0.0 {
                        continue;
                    }
                    let c = &mut self.classes[class(district, kind, cooled)];
                    for (state, homes) in c.iter_mut().enumerate() {
                        if homes.share <= 0.0 {
                            continue;
                        }
                        let cooling = cooled == 1 && state != DARK;
                        let windows = !cooling && homes.air_c > WINDOWS_C && homes.air_c > *outdoor;
                        let stepper = if windows {
                            &fabric.open[kind]
                        } else {
                            &fabric.shut[kind]
                        };
                        let forcing = BuildingForcing {
                            outdoor_c: *outdoor,
                            ghi_w_m2,
                            internal_factor: if state == DARK { GAINS_DARK } else { 1.0 },
                            latent_factor,
                            set_point_c: SET_C,
                            cooling_available: if cooling { 1.0 } else { 0.0 },
                        };
                        let before = BuildingState {
                            air_c: homes.air_c,
                            mass_c: homes.mass_c,
                        };
                        let after = stepper.step(before, &forcing).state;
                        (homes.air_c, homes.mass_c) = (after.air_c, after.mass_c);
                    }
                    if c[RECOVERING].share > 0.0
                        && (c[LIT].share <= 0.0 || c[RECOVERING].air_c < c[LIT].air_c + RECOVERED_K)
                        && c[RECOVERING].air_c < SET_C + 2.0
                    {
                        pour(c, RECOVERING, LIT, 1.0);
                    }
                }
            }
        }
    }
}

/// Moves up to `amount` of a class's homes from one state to another; temperatures and remembered heat mix.
fn pour(class: &mut Class, from: usize, to: usize, amount: f64) {
    let moved = amount.min(class[from].share);
    if moved <= 0.0 {
        return;
    }
    let source = class[from];
    let target = &mut class[to];
    let share = target.share + moved;
    let mix = |there: f64, here: f64| (target.share * there + moved * here) / share;
    *target = Homes {
        share,
        air_c: mix(target.air_c, source.air_c),
        mass_c: mix(target.mass_c, source.mass_c),
        heat_k: [
            mix(target.heat_k[0], source.heat_k[0]),
            mix(target.heat_k[1], source.heat_k[1]),
        ],
    };
    class[from].share = source.share - moved;
}

/// Share of homes of a kind that are at or above a limit when their mean is `air_c`; `held` if a thermostat holds them.
#[must_use]
pub fn share_above(kind: usize, held: bool, air_c: f64, limit_c: f64) -> f64 {
    let spread = if held {
        SPREAD_COOLED_K
    } else {
        SPREAD_K[kind]
    };
    let z = (air_c - limit_c) / spread;
    if z <= -4.0 {
        0.0
    } else if z >= 4.0 {
        1.0
    } else {
        0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn homes(share: f64, air_c: f64) -> Homes {
        Homes {
            share,
            air_c,
            mass_c: air_c,
            heat_k: [air_c; 2],
        }
    }

    #[test]
    fn homes_that_move_take_their_heat_along() {
        let mut c = [homes(0.75, 25.0), homes(0.25, 35.0), homes(0.0, 0.0)];
        pour(&mut c, LIT, DARK, 0.25);
        assert_eq!(c[LIT].share, 0.5);
        assert_eq!(c[DARK].share, 0.5);
        assert!((c[DARK].air_c - 30.0).abs() < 1e-12);
        pour(&mut c, DARK, RECOVERING, 2.0);
        assert_eq!(c[DARK].share, 0.0);
        assert_eq!(c[RECOVERING], homes(0.5, 30.0));
    }

    #[test]
    fn half_the_homes_are_above_their_mean() {
        assert!((share_above(0, false, 32.0, 32.0) - 0.5).abs() < 1e-12);
        // One spread above the mean: 15.9 %.
        assert!((share_above(2, false, 30.0, 32.0) - 0.158_655).abs() < 1e-5);
        assert_eq!(share_above(0, true, 25.0, 32.0), 0.0);
    }
}
