//! Heat balance of a bare overhead conductor after IEEE Std 738-2012: rating, temperature, thermal transient.
//!
//! It deliberately leaves out precipitation cooling, corona and the radial temperature gradient, all of which the
//! standard leaves out too; sag is the line model's business.

use std::f64::consts::FRAC_PI_2;
use std::f64::consts::PI;

use crate::solvers::sun::Irradiance;
use crate::solvers::sun::SunPosition;

/// Steady temperatures above this are meaningless (aluminium melts at 660 C); the search stops there.
const HIGHEST_TEMP_C: f64 = 1000.0;

/// Albedo of ground below a line: grass and town, IEEE/CIGRE practice (CIGRE TB 207 gives 0.1 to 0.3).
const GROUND_ALBEDO: f64 = 0.2;

/// A bare stranded conductor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conductor {
    /// Outside diameter, metres.
    pub diameter_m: f64,
    /// A.c. resistance at `temp_low_c`, ohm/m.
    pub resistance_low_ohm_m: f64,
    /// Temperature of the lower resistance, degrees Celsius.
    pub temp_low_c: f64,
    /// A.c. resistance at `temp_high_c`, ohm/m.
    pub resistance_high_ohm_m: f64,
    /// Temperature of the higher resistance, degrees Celsius.
    pub temp_high_c: f64,
    /// Emissivity, 0.2 new to 0.9 weathered.
    pub emissivity: f64,
    /// Solar absorptivity, 0.2 new to 0.9 weathered.
    pub absorptivity: f64,
    /// Heat capacity m Cp, J/(m K).
    pub heat_capacity_j_mk: f64,
}

impl Conductor {
    /// Drake ACSR 26/7 (795 kcmil), the standard's worked example: weathered, m Cp 1309 J/(m K).
    pub const DRAKE: Self = Self {
        diameter_m: 28.14e-3,
        resistance_low_ohm_m: 7.283e-5,
        temp_low_c: 25.0,
        resistance_high_ohm_m: 8.688e-5,
        temp_high_c: 75.0,
        emissivity: 0.8,
        absorptivity: 0.8,
        heat_capacity_j_mk: 1309.0,
    };
}

/// The air around a span. Everything that does not depend on the conductor's temperature is worked out once in `new`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConductorAir {
    ambient_c: f64,
    wind_m_s: f64,
    wind_angle_factor: f64,
    density_numerator: f64,
}

impl ConductorAir {
    /// Air of `ambient_c`, wind of `wind_m_s` at an angle of `wind_angle_rad` between wind and conductor axis
    /// (any real angle; it is folded to 0 to 90 degrees), at an elevation above sea level in metres.
    ///
    /// Wind-angle factor: IEEE 738-2012 eq. (4a); density: eq. (14a).
    #[must_use]
    pub fn new(ambient_c: f64, wind_m_s: f64, wind_angle_rad: f64, elevation_m: f64) -> Self {
        let folded = wind_angle_rad.rem_euclid(PI);
        let phi = folded.min(PI - folded);
        let (sin_2phi, cos_2phi) = libm::sincos(2.0 * phi);
        Self {
            ambient_c,
            wind_m_s: wind_m_s.max(0.0),
            wind_angle_factor: 1.194 - libm::cos(phi) + 0.194 * cos_2phi + 0.368 * sin_2phi,
            density_numerator: 1.293 - 1.525e-4 * elevation_m
                + 6.379e-9 * elevation_m * elevation_m,
        }
    }
}

/// Heat leaving one metre of conductor, W/m, and its slope with conductor temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatLoss {
    /// Convection, W/m (negative when the air is the warmer).
    pub convective_w_m: f64,
    /// Net radiation, W/m.
    pub radiated_w_m: f64,
    /// d(convection + radiation)/dT with the air's film properties held, W/(m K); never negative.
    pub slope_w_mk: f64,
}

/// Solar heat gain, W/m, under the standard's clear sky.
///
/// `line_azimuth_rad` is the direction of the line clockwise from north. IEEE 738-2012 eqs. (8), (9), (18), (19), with
/// the coefficients of table 3 for clear or industrial air.
#[must_use]
pub fn clear_sky_gain_w_m(
    conductor: &Conductor,
    sun: SunPosition,
    line_azimuth_rad: f64,
    elevation_m: f64,
    industrial_air: bool,
) -> f64 {
    const CLEAR: [f64; 7] = [
        -42.2391,
        63.8044,
        -1.9220,
        3.46921e-2,
        -3.61118e-4,
        1.94318e-6,
        -4.07608e-9,
    ];
    const INDUSTRIAL: [f64; 7] = [
        53.1821, 14.2110, 6.6138e-1, -3.1658e-2, 5.4654e-4, -4.3446e-6, 1.3236e-8,
    ];
    if sun.altitude_rad <= 0.0 {
        return 0.0;
    }
    let altitude_deg = sun.altitude_rad.to_degrees();
    let coefficients = if industrial_air { &INDUSTRIAL } else { &CLEAR };
    let sea_level = coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, c| sum * altitude_deg + c)
        .max(0.0);
    let at_elevation =
        sea_level * (1.0 + 1.148e-4 * elevation_m - 1.108e-8 * elevation_m * elevation_m);
    conductor.absorptivity
        * at_elevation
        * sin_incidence(sun, line_azimuth_rad)
        * conductor.diameter_m
}

/// Solar heat gain, W/m, from measured irradiance.
///
/// Beam on the projected area, plus isotropic sky and ground radiance on the two halves of the cylinder, which each
/// catch D pi/2 times their horizontal irradiance (the form of CIGRE TB 207 without its beam-to-ground detail).
#[must_use]
pub fn measured_gain_w_m(
    conductor: &Conductor,
    sun: SunPosition,
    line_azimuth_rad: f64,
    sky: Irradiance,
) -> f64 {
    let beam = sky.dni_w_m2 * sin_incidence(sun, line_azimuth_rad);
    let diffuse = FRAC_PI_2 * (sky.dhi_w_m2 + GROUND_ALBEDO * sky.ghi_w_m2);
    conductor.absorptivity * conductor.diameter_m * (beam + diffuse)
}

fn sin_incidence(sun: SunPosition, line_azimuth_rad: f64) -> f64 {
    let cos_theta = libm::cos(sun.altitude_rad) * libm::cos(sun.azimuth_rad - line_azimuth_rad);
    (1.0 - cos_theta * cos_theta).max(0.0).sqrt()
}

impl Conductor {
    /// A.c. resistance at a conductor temperature, ohm/m; linear between (and beyond) the two given points, eq. (10).
    #[must_use]
    pub fn resistance_ohm_m(&self, temp_c: f64) -> f64 {
        self.resistance_low_ohm_m + self.resistance_slope() * (temp_c - self.temp_low_c)
    }

    fn resistance_slope(&self) -> f64 {
        (self.resistance_high_ohm_m - self.resistance_low_ohm_m)
            / (self.temp_high_c - self.temp_low_c)
    }

    /// Heat loss at a conductor temperature: the larger of natural and the two forced convections (eqs. 3a, 3b, 5a),
    /// and radiation (eq. 7a).
    #[must_use]
    pub fn heat_loss(&self, air: &ConductorAir, temp_c: f64) -> HeatLoss {
        let difference = temp_c - air.ambient_c;
        let film_c = 0.5 * (temp_c + air.ambient_c);
        let film_k = film_c + 273.0;
        let viscosity = 1.458e-6 * film_k * film_k.sqrt() / (film_c + 383.4);
        let density = air.density_numerator / (1.0 + 0.00367 * film_c);
        let conductivity = 2.424e-2 + 7.477e-5 * film_c - 4.407e-9 * film_c * film_c;

        let diameter_3_4 = self.diameter_m.sqrt() * self.diameter_m.sqrt().sqrt();
        let quarter = difference.abs().sqrt().sqrt();
        let natural_w_mk = 3.645 * density.sqrt() * diameter_3_4 * quarter;
        let reynolds = self.diameter_m * density * air.wind_m_s / viscosity;
        let forced_w_mk = if reynolds > 0.0 {
            let log_re = libm::log(reynolds);
            let low = 1.01 + 1.35 * libm::exp(0.52 * log_re);
            let high = 0.754 * libm::exp(0.6 * log_re);
            air.wind_angle_factor * low.max(high) * conductivity
        } else {
            0.0
        };
        // Natural convection goes with the 1.25th power of the difference, so its slope is 1.25 times its quotient.
        let (convection_w_mk, convection_slope) = if natural_w_mk > forced_w_mk {
            (natural_w_mk, 1.25 * natural_w_mk)
        } else {
            (forced_w_mk, forced_w_mk)
        };

        let body = (temp_c + 273.0) / 100.0;
        let sky = (air.ambient_c + 273.0) / 100.0;
        let body_2 = body * body;
        let sky_2 = sky * sky;
        let radiation = 17.8 * self.diameter_m * self.emissivity;
        HeatLoss {
            convective_w_m: convection_w_mk * difference,
            radiated_w_m: radiation * (body_2 * body_2 - sky_2 * sky_2),
            slope_w_mk: convection_slope + radiation * 4.0 * body_2 * body / 100.0,
        }
    }

    /// Current, A, that holds the conductor at `max_temp_c` for ever (eq. 1b); 0 when sun and air alone exceed it.
    #[must_use]
    pub fn rating_a(&self, air: &ConductorAir, solar_gain_w_m: f64, max_temp_c: f64) -> f64 {
        let loss = self.heat_loss(air, max_temp_c);
        let net = loss.convective_w_m + loss.radiated_w_m - solar_gain_w_m;
        (net.max(0.0) / self.resistance_ohm_m(max_temp_c)).sqrt()
    }

    /// Conductor temperature, degrees Celsius, that a current (A) reaches in the end; at most 1000 C.
    #[must_use]
    pub fn steady_temp_c(&self, air: &ConductorAir, solar_gain_w_m: f64, current_a: f64) -> f64 {
        // Newton kept inside a bracket: heating minus loss falls with temperature over the whole bracket.
        let (mut low, mut high) = (air.ambient_c - 1.0, HIGHEST_TEMP_C);
        let mut temp = air.ambient_c + 10.0;
        for _ in 0..60 {
            let (surplus, slope) = self.surplus(air, solar_gain_w_m, current_a, temp);
            if surplus > 0.0 {
                low = temp;
            } else {
                high = temp;
            }
            let newton = temp - surplus / slope;
            let next = if newton > low && newton < high {
                newton
            } else {
                0.5 * (low + high)
            };
            if (next - temp).abs() < 1e-9 {
                return next;
            }
            temp = next;
        }
        temp
    }

    /// Conductor temperature after `dt_s` seconds of constant current and weather.
    ///
    /// One exponential Rosenbrock-Euler step of m Cp dT/dt = I^2 R(T) + q_s - q_c - q_r: second order, exact in the
    /// steady state, stable for any step.
    #[must_use]
    pub fn step_temp_c(
        &self,
        air: &ConductorAir,
        solar_gain_w_m: f64,
        current_a: f64,
        temp_c: f64,
        dt_s: f64,
    ) -> f64 {
        let (surplus, slope) = self.surplus(air, solar_gain_w_m, current_a, temp_c);
        let exponent = slope / self.heat_capacity_j_mk * dt_s;
        let mean_decay = if exponent.abs() < 1e-9 {
            1.0
        } else {
            libm::expm1(exponent) / exponent
        };
        (temp_c + surplus / self.heat_capacity_j_mk * dt_s * mean_decay).min(HIGHEST_TEMP_C)
    }

    /// Net heating, W/m, and its slope, W/(m K). The slope is kept negative (a fault current's resistance feedback
    /// may outrun the loss; the step then falls back to the loss's own slope, which cannot blow up).
    fn surplus(
        &self,
        air: &ConductorAir,
        solar_gain_w_m: f64,
        current_a: f64,
        temp_c: f64,
    ) -> (f64, f64) {
        let loss = self.heat_loss(air, temp_c);
        let current_2 = current_a * current_a;
        let surplus = current_2 * self.resistance_ohm_m(temp_c) + solar_gain_w_m
            - loss.convective_w_m
            - loss.radiated_w_m;
        let slope = current_2 * self.resistance_slope() - loss.slope_w_mk;
        (surplus, if slope < 0.0 { slope } else { -loss.slope_w_mk })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::sun::sun_position;

    fn air(ambient_c: f64) -> ConductorAir {
        ConductorAir::new(ambient_c, 0.61, FRAC_PI_2, 0.0)
    }

    #[test]
    fn wind_angle_factor_is_one_across_and_symmetric() {
        assert!((air(40.0).wind_angle_factor - 1.0).abs() < 1e-9);
        let a = ConductorAir::new(40.0, 1.0, 0.4, 0.0);
        let b = ConductorAir::new(40.0, 1.0, PI - 0.4, 0.0);
        let c = ConductorAir::new(40.0, 1.0, -0.4, 0.0);
        assert!((a.wind_angle_factor - b.wind_angle_factor).abs() < 1e-12);
        assert!((a.wind_angle_factor - c.wind_angle_factor).abs() < 1e-12);
        let along = ConductorAir::new(40.0, 1.0, 0.0, 0.0);
        assert!((along.wind_angle_factor - 0.388).abs() < 1e-12);
    }

    #[test]
    fn steady_temperature_inverts_the_rating() {
        let drake = Conductor::DRAKE;
        for max_temp in [50.0, 75.0, 100.0, 150.0] {
            let amps = drake.rating_a(&air(35.0), 20.0, max_temp);
            assert!((drake.steady_temp_c(&air(35.0), 20.0, amps) - max_temp).abs() < 1e-6);
        }
        assert_eq!(drake.rating_a(&air(80.0), 20.0, 75.0), 0.0);
    }

    #[test]
    fn transient_settles_at_the_steady_temperature_for_any_step() {
        let drake = Conductor::DRAKE;
        let steady = drake.steady_temp_c(&air(40.0), 22.0, 1200.0);
        for dt_s in [1.0, 60.0, 300.0, 3600.0, 1e7] {
            let mut temp = 40.0;
            for _ in 0..20_000 {
                temp = drake.step_temp_c(&air(40.0), 22.0, 1200.0, temp, dt_s);
            }
            assert!(
                (temp - steady).abs() < 1e-6,
                "step {dt_s}: {temp} against {steady}"
            );
        }
    }

    #[test]
    fn minute_steps_follow_one_second_steps() {
        let drake = Conductor::DRAKE;
        let (mut coarse, mut fine) = (80.0, 80.0);
        for minute in 0..60 {
            // The standard's example: 800 A to 1200 A.
            coarse = drake.step_temp_c(&air(40.0), 22.4, 1200.0, coarse, 60.0);
            for _ in 0..60 {
                fine = drake.step_temp_c(&air(40.0), 22.4, 1200.0, fine, 1.0);
            }
            assert!(
                (coarse - fine).abs() < 0.05,
                "minute {minute}: {coarse} against {fine}"
            );
        }
    }

    #[test]
    fn measured_clear_sky_agrees_with_the_standards_curve() {
        let sun = sun_position(30.0, 161.0, 11.0);
        let clear = clear_sky_gain_w_m(&Conductor::DRAKE, sun, FRAC_PI_2, 0.0, false);
        let sky = crate::solvers::sun::irradiance(sun, 161.0, 0.0);
        let measured = measured_gain_w_m(&Conductor::DRAKE, sun, FRAC_PI_2, sky);
        // The standard's total-heat curve omits ground reflection and counts sky light as beam.
        assert!(
            (measured / clear - 1.0).abs() < 0.5,
            "{measured} against {clear}"
        );
        assert!(measured > clear);
    }

    #[test]
    fn thin_air_cools_less() {
        let high = ConductorAir::new(40.0, 0.61, FRAC_PI_2, 2000.0);
        assert!(
            Conductor::DRAKE.rating_a(&high, 22.4, 100.0)
                < Conductor::DRAKE.rating_a(&air(40.0), 22.4, 100.0)
        );
    }
}
