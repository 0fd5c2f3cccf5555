//! A building and its air conditioner, standing for a fleet of many alike: equivalent thermal parameters with an
//! indoor-air and a mass node, and a thermostat whose duty is a share of the fleet that runs.
//!
//! It deliberately has no zones, no moisture balance and no on/off cycling: over hundreds of units cycling averages to
//! a duty in [0, 1]. After an outage every unit finds its room warm, the duty saturates at 1, and cold-load pick-up
//! emerges without being told to.

/// Air conditioner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirConditioner {
    /// Total (sensible and latent) cooling capacity at 35 C outdoors, W.
    pub capacity_w: f64,
    /// Coefficient of performance at 35 C outdoors.
    pub cop: f64,
    /// Width of the thermostat's proportional band, K: the spread of set-points and dead bands over the fleet.
    pub band_k: f64,
}

impl AirConditioner {
    /// Cooling capacity, W, at an outdoor temperature: -0.93 %/K around 35 C.
    /// GridLAB-D `residential/house_e`, default cooling capacity curve: 1.48924533 - 0.00514995 T (Fahrenheit).
    #[must_use]
    pub fn capacity_at_w(&self, outdoor_c: f64) -> f64 {
        self.capacity_w * (1.489_245_33 - 0.005_149_95 * (outdoor_c * 1.8 + 32.0)).clamp(0.0, 1.25)
    }

    /// Coefficient of performance at an outdoor temperature: -1.9 %/K around 35 C.
    /// GridLAB-D, default cooling COP curve: COP / (-0.01363961 + 0.01066989 T) (Fahrenheit), held below 80 F.
    #[must_use]
    pub fn cop_at(&self, outdoor_c: f64) -> f64 {
        let fahrenheit = (outdoor_c * 1.8 + 32.0).max(80.0);
        self.cop / (-0.013_639_61 + 0.010_669_89 * fahrenheit)
    }
}

/// Total over sensible cooling load in air of this outdoor humidity ratio (kg/kg).
///
/// 8 % for the moisture of people, plus ventilation: the latent load of outdoor air is 2501 (w - 0.0105) / (1.006 dT)
/// of its sensible load (indoor air at 26 C and 50 % holds 0.0105), about 1.5 at a dew point of 25 C and dT 16 K; with
/// ventilation 15 % of the sensible load that makes 23 (w - 0.0105). So 1.08 in dry air and 1.30 in a humid heat wave,
/// the ends of GridLAB-D's humidity factor (1.1 to 1.4) and of practice (sensible heat ratio 0.93 to 0.75).
#[must_use]
pub fn latent_factor(outdoor_humidity_ratio: f64) -> f64 {
    1.08 + 23.0 * (outdoor_humidity_ratio - 0.0105).clamp(0.0, 0.02)
}

/// Thermal parameters of one dwelling (or of a whole commercial building).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Building {
    /// Heat loss coefficient to outdoors, conduction and infiltration, W/K.
    pub ua_w_k: f64,
    /// Coupling of indoor air and mass, W/K.
    pub mass_coupling_w_k: f64,
    /// Heat capacity of air and furniture, J/K.
    pub air_capacity_j_k: f64,
    /// Heat capacity of the mass, J/K.
    pub mass_capacity_j_k: f64,
    /// Solar gain per global horizontal irradiance, m2 (windows, orientation, shading and roof together).
    pub solar_aperture_m2: f64,
    /// Share of the solar gain that heats the air at once; the rest heats the mass.
    pub solar_to_air: f64,
    /// Mean internal gain of people and appliances, W.
    pub internal_gain_w: f64,
    /// Air conditioner, used where there is one.
    pub air_conditioner: AirConditioner,
}

/// Temperatures that a building remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildingState {
    /// Indoor air, degrees Celsius.
    pub air_c: f64,
    /// Mass, degrees Celsius.
    pub mass_c: f64,
}

/// What acts on a building during a step; constant over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildingForcing {
    /// Outdoor air, degrees Celsius.
    pub outdoor_c: f64,
    /// Global horizontal irradiance, W/m2.
    pub ghi_w_m2: f64,
    /// Factor on the mean internal gain (occupancy, and 0.2 or so in an outage).
    pub internal_factor: f64,
    /// Total over sensible load, from [`latent_factor`].
    pub latent_factor: f64,
    /// Thermostat set-point, degrees Celsius: the middle of the proportional band.
    pub set_point_c: f64,
    /// Share of the fleet's air conditioners that may run, 0 (none, or no supply) to 1.
    pub cooling_available: f64,
}

/// What a step gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildingOutcome {
    /// State at the end of the step.
    pub state: BuildingState,
    /// Share of the fleet's cooling capacity in use, 0 to 1, mean of the step.
    pub duty: f64,
    /// Electric power of the air conditioning, W, mean of the step.
    pub electric_w: f64,
    /// Sensible heat removed from the air, W, mean of the step.
    pub cooling_w: f64,
}

/// A building made ready for one length of step: the exact solution of its two linear equations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildingStepper {
    building: Building,
    /// State transition, air row then mass row.
    transition: [[f64; 2]; 2],
    /// Kelvin of air and of mass gained by one watt into the air over the step.
    air_input: [f64; 2],
    /// Kelvin of air and of mass gained by one watt into the mass over the step.
    mass_input: [f64; 2],
}

impl Building {
    /// Prepares steps of `dt_s` seconds: x' = A x + B u solved exactly for constant u by the eigenvalues of A.
    #[must_use]
    pub fn stepper(&self, dt_s: f64) -> BuildingStepper {
        let (ca, cm) = (self.air_capacity_j_k, self.mass_capacity_j_k);
        let (ua, h) = (self.ua_w_k, self.mass_coupling_w_k);
        let a = [[-(ua + h) / ca, h / ca], [h / cm, -h / cm]];
        let half_trace = 0.5 * (a[0][0] + a[1][1]);
        let determinant = ua * h / (ca * cm);
        // Both eigenvalues are real, distinct and negative: the product of the couplings is positive.
        let spread = (half_trace * half_trace - determinant).sqrt();
        let (slow, fast) = (determinant / (half_trace - spread), half_trace - spread);
        let (e_slow, e_fast) = (libm::exp(slow * dt_s), libm::exp(fast * dt_s));
        // Cayley-Hamilton: exp(A t) = c1 A + c0 I.
        let c1 = (e_slow - e_fast) / (slow - fast);
        let c0 = e_slow - slow * c1;
        let transition = [
            [c0 + c1 * a[0][0], c1 * a[0][1]],
            [c1 * a[1][0], c0 + c1 * a[1][1]],
        ];
        // The input response is A^-1 (exp(A t) - I) B; A^-1 = adj(A) / det.
        let growth = [
            [transition[0][0] - 1.0, transition[0][1]],
            [transition[1][0], transition[1][1] - 1.0],
        ];
        let inverse = [
            [a[1][1] / determinant, -a[0][1] / determinant],
            [-a[1][0] / determinant, a[0][0] / determinant],
        ];
        let response = |row: usize, column: usize| {
            inverse[row][0] * growth[0][column] + inverse[row][1] * growth[1][column]
        };
        BuildingStepper {
            building: *self,
            transition,
            air_input: [response(0, 0) / ca, response(1, 0) / ca],
            mass_input: [response(0, 1) / cm, response(1, 1) / cm],
        }
    }
}

impl BuildingStepper {
    /// One step under constant forcing.
    ///
    /// The duty is that of the temperature at the end of the step (implicit), so the thermostat cannot hunt however
    /// long the step: duty = (T_air - (set - band/2)) / band, within [0, `cooling_available`].
    #[must_use]
    pub fn step(&self, state: BuildingState, forcing: &BuildingForcing) -> BuildingOutcome {
        let building = &self.building;
        let unit = &building.air_conditioner;
        let solar = building.solar_aperture_m2 * forcing.ghi_w_m2;
        let to_air = building.ua_w_k * forcing.outdoor_c
            + building.solar_to_air * solar
            + building.internal_gain_w * forcing.internal_factor;
        let to_mass = (1.0 - building.solar_to_air) * solar;
        let free = |row: usize| {
            self.transition[row][0] * state.air_c
                + self.transition[row][1] * state.mass_c
                + self.air_input[row] * to_air
                + self.mass_input[row] * to_mass
        };
        let (free_air, free_mass) = (free(0), free(1));

        let capacity = unit.capacity_at_w(forcing.outdoor_c);
        let sensible = capacity / forcing.latent_factor;
        let low = forcing.set_point_c - 0.5 * unit.band_k;
        let wanted = (free_air - low) / (unit.band_k + self.air_input[0] * sensible);
        let duty = wanted.clamp(0.0, forcing.cooling_available.clamp(0.0, 1.0));
        let cooling = duty * sensible;
        BuildingOutcome {
            state: BuildingState {
                air_c: free_air - self.air_input[0] * cooling,
                mass_c: free_mass - self.air_input[1] * cooling,
            },
            duty,
            electric_w: duty * capacity / unit.cop_at(forcing.outdoor_c),
            cooling_w: cooling,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::thermal::building_kind::BuildingKind;

    fn hot(outdoor_c: f64, cooling_available: f64) -> BuildingForcing {
        BuildingForcing {
            outdoor_c,
            ghi_w_m2: 600.0,
            internal_factor: 1.0,
            latent_factor: 1.3,
            set_point_c: 25.0,
            cooling_available,
        }
    }

    #[test]
    fn without_cooling_the_steady_state_balances_by_hand() {
        let building = BuildingKind::Row.typical();
        let stepper = building.stepper(300.0);
        let mut state = BuildingState {
            air_c: 20.0,
            mass_c: 20.0,
        };
        for _ in 0..20_000 {
            state = stepper.step(state, &hot(30.0, 0.0)).state;
        }
        let solar = building.solar_aperture_m2 * 600.0;
        let air = 30.0 + (solar + building.internal_gain_w) / building.ua_w_k;
        assert!(
            (state.air_c - air).abs() < 1e-9,
            "{} against {air}",
            state.air_c
        );
        assert!((state.mass_c - air - 0.7 * solar / building.mass_coupling_w_k).abs() < 1e-9);
    }

    #[test]
    fn steps_of_any_length_compose_exactly() {
        let building = BuildingKind::Detached.typical();
        let (short, long) = (building.stepper(60.0), building.stepper(3600.0));
        let start = BuildingState {
            air_c: 24.0,
            mass_c: 27.0,
        };
        let mut state = start;
        for _ in 0..60 {
            state = short.step(state, &hot(36.0, 0.0)).state;
        }
        let once = long.step(start, &hot(36.0, 0.0)).state;
        assert!((state.air_c - once.air_c).abs() < 1e-9);
        assert!((state.mass_c - once.mass_c).abs() < 1e-9);
    }

    #[test]
    fn energy_is_conserved_over_a_short_step() {
        let building = BuildingKind::LowRise.typical();
        let stepper = building.stepper(1.0);
        let start = BuildingState {
            air_c: 26.0,
            mass_c: 27.0,
        };
        let outcome = stepper.step(start, &hot(38.0, 1.0));
        let stored = building.air_capacity_j_k * (outcome.state.air_c - start.air_c)
            + building.mass_capacity_j_k * (outcome.state.mass_c - start.mass_c);
        let gained = building.ua_w_k * (38.0 - start.air_c)
            + building.solar_aperture_m2 * 600.0
            + building.internal_gain_w
            - outcome.cooling_w;
        assert!(
            (stored / gained - 1.0).abs() < 1e-3,
            "{stored} against {gained}"
        );
    }

    #[test]
    fn cold_load_pick_up_emerges_after_an_outage() {
        let stepper = BuildingKind::LowRise.typical().stepper(60.0);
        let mut state = BuildingState {
            air_c: 25.0,
            mass_c: 25.5,
        };
        let mut before = 0.0;
        for _ in 0..1440 {
            let outcome = stepper.step(state, &hot(31.0, 1.0));
            state = outcome.state;
            before = outcome.electric_w;
        }
        for _ in 0..90 {
            let outcome = stepper.step(
                state,
                &BuildingForcing {
                    internal_factor: 0.2,
                    ..hot(31.0, 0.0)
                },
            );
            assert_eq!(outcome.electric_w, 0.0);
            state = outcome.state;
        }
        assert!((26.0..32.0).contains(&state.air_c), "{}", state.air_c);
        let mut minutes_above = 0;
        let first = stepper.step(state, &hot(31.0, 1.0));
        assert_eq!(first.duty, 1.0);
        for _ in 0..600 {
            let outcome = stepper.step(state, &hot(31.0, 1.0));
            state = outcome.state;
            if outcome.electric_w > 1.1 * before {
                minutes_above += 1;
            }
        }
        // SIZING.md: 1.5 to 2.5 times for 20 to 60 min after 30 min and more; cooling alone, decaying within hours.
        assert!(
            (1.3..2.6).contains(&(first.electric_w / before)),
            "{}",
            first.electric_w / before
        );
        assert!((20..240).contains(&minutes_above), "{minutes_above}");
    }

    #[test]
    fn air_conditioner_fades_in_heat() {
        let unit = BuildingKind::Detached.typical().air_conditioner;
        assert!((unit.capacity_at_w(35.0) / unit.capacity_w - 1.0).abs() < 1e-6);
        assert!((unit.cop_at(35.0) / unit.cop - 1.0).abs() < 1e-6);
        assert!((unit.capacity_at_w(41.0) / unit.capacity_w - 0.944).abs() < 0.001);
        assert!((unit.cop_at(41.0) / unit.cop - 0.897).abs() < 0.001);
        assert!((latent_factor(0.0201) - 1.30).abs() < 0.01);
        assert!((latent_factor(0.005) - 1.08).abs() < 1e-12);
    }

    #[test]
    fn higher_set_point_draws_less() {
        let stepper = BuildingKind::Detached.typical().stepper(60.0);
        let state = BuildingState {
            air_c: 25.0,
            mass_c: 25.5,
        };
        let normal = stepper.step(state, &hot(35.0, 1.0));
        let saving = stepper.step(
            state,
            &BuildingForcing {
                set_point_c: 27.0,
                ..hot(35.0, 1.0)
            },
        );
        assert!(saving.electric_w < 0.5 * normal.electric_w);
    }
}
