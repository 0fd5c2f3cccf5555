//! A buried medium-voltage cable: conductor temperature, rating in warm or dry soil, ageing of its joints.
//!
//! It deliberately lumps the thermal circuit of IEC 60287/60853 into two exponentials (cable and near soil) scaled to
//! the rated point, and knows nothing of grouping, ducts or moisture migration beyond one resistivity ratio.

use std::f64::consts::PI;

/// Boltzmann constant, eV/K (CODATA 2018).
const BOLTZMANN_EV_K: f64 = 8.617_333e-5;

/// Activation energy of joint failure, eV. Chosen, not measured: warming a joint from a calm summer's 50 C to a heat
/// wave's 70 to 75 C then multiplies its failure rate by 3.4 to 4.7, within the 3 to 6 that utilities report
/// (SIZING.md, reliability). The accelerated-ageing value for bulk XLPE, about 1.1 eV, is for the insulation alone.
const JOINT_ACTIVATION_EV: f64 = 0.6;

/// Reference temperature of the joint ageing factor: a normally loaded cable in summer, degrees Celsius.
const JOINT_REFERENCE_C: f64 = 50.0;

/// Linear temperature coefficient of aluminium's resistance at 20 C, 1/K (IEC 60228 / 60287-1-1 table 1).
const ALUMINIUM_PER_K: f64 = 4.03e-3;

/// Thermal data of a buried cable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cable {
    /// Rated current at `reference_soil_c` and the reference soil resistivity, A.
    pub rated_a: f64,
    /// Highest continuous conductor temperature, degrees Celsius.
    pub max_temp_c: f64,
    /// Soil temperature of the rating, degrees Celsius.
    pub reference_soil_c: f64,
    /// Share of the rated temperature rise that falls across the cable itself; the rest falls across the soil.
    pub cable_share: f64,
    /// Time constant of the cable part, seconds.
    pub cable_time_s: f64,
    /// Time constant of the near soil, seconds.
    pub soil_time_s: f64,
}

impl Cable {
    /// XLPE 20 kV cable of this rated current: 90 C conductor in 20 C soil (IEC 60502-2 annex B). The cable carries
    /// about 30 % of the rise and follows in 40 min; the soil within a metre follows in 12 h (IEC 60853-2 orders).
    #[must_use]
    pub const fn xlpe(rated_a: f64) -> Self {
        Self {
            rated_a,
            max_temp_c: 90.0,
            reference_soil_c: 20.0,
            cable_share: 0.30,
            cable_time_s: 2400.0,
            soil_time_s: 43_200.0,
        }
    }
}

/// Temperature rises that a cable remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CableState {
    /// Rise of the conductor over the cable's surface, K.
    pub cable_rise_k: f64,
    /// Rise of the cable's surface over undisturbed soil, K.
    pub soil_rise_k: f64,
}

impl CableState {
    /// Conductor temperature, degrees Celsius, in undisturbed soil of `soil_c`.
    #[must_use]
    pub fn conductor_c(&self, soil_c: f64) -> f64 {
        soil_c + self.cable_rise_k + self.soil_rise_k
    }
}

/// Fractions of a difference that survive one step; depends on the type and the step length alone, so keep it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CableDecay {
    cable: f64,
    soil: f64,
}

impl Cable {
    /// Decays over a step of `dt_s` seconds.
    #[must_use]
    pub fn decay(&self, dt_s: f64) -> CableDecay {
        CableDecay {
            cable: libm::exp(-dt_s / self.cable_time_s),
            soil: libm::exp(-dt_s / self.soil_time_s),
        }
    }

    /// The state after one step of constant current (A); `soil_resistivity_ratio` is today's thermal resistivity over
    /// that of the rating (1 normal, 1.5 and more when a hot week has dried the trench). The loss follows the
    /// conductor's resistance at its present temperature.
    #[must_use]
    pub fn step(
        &self,
        decay: &CableDecay,
        state: CableState,
        current_a: f64,
        soil_c: f64,
        soil_resistivity_ratio: f64,
    ) -> CableState {
        // Copper loss relative to the rated point. The resistance is capped at its 250 C value (the short-circuit
        // limit of XLPE): a cable past that has failed, and the feedback must not run away inside one step.
        let temp = state.conductor_c(soil_c).min(250.0);
        let load = current_a / self.rated_a;
        let loss = load * load * self.resistance_ratio(temp);
        let rated_rise = self.max_temp_c - self.reference_soil_c;
        let cable_end = loss * rated_rise * self.cable_share;
        let soil_end = loss * rated_rise * (1.0 - self.cable_share) * soil_resistivity_ratio;
        CableState {
            cable_rise_k: cable_end + (state.cable_rise_k - cable_end) * decay.cable,
            soil_rise_k: soil_end + (state.soil_rise_k - soil_end) * decay.soil,
        }
    }

    /// The state that a constant current (A) leads to.
    #[must_use]
    pub fn steady(&self, current_a: f64, soil_c: f64, soil_resistivity_ratio: f64) -> CableState {
        let forever = CableDecay {
            cable: 0.0,
            soil: 0.0,
        };
        let mut state = CableState::default();
        // A fixed point whose contraction is about 0.3 at rated load: 40 rounds reach double precision.
        for _ in 0..40 {
            state = self.step(&forever, state, current_a, soil_c, soil_resistivity_ratio);
        }
        state
    }

    fn resistance_ratio(&self, temp_c: f64) -> f64 {
        (1.0 + ALUMINIUM_PER_K * (temp_c - 20.0))
            / (1.0 + ALUMINIUM_PER_K * (self.max_temp_c - 20.0))
    }

    /// Factor on the rated current in soil of another temperature and thermal resistivity:
    /// sqrt((T_max - T_soil) / (T_max - T_ref)) of IEC 60287-1-1, over the root of the changed thermal resistance;
    /// 0 in soil as hot as the limit.
    #[must_use]
    pub fn rating_factor(&self, soil_c: f64, soil_resistivity_ratio: f64) -> f64 {
        let temperature =
            (self.max_temp_c - soil_c).max(0.0) / (self.max_temp_c - self.reference_soil_c);
        let resistance = self.cable_share + (1.0 - self.cable_share) * soil_resistivity_ratio;
        (temperature / resistance).sqrt()
    }
}

/// Failure rate of a joint at this conductor temperature (degrees Celsius), relative to 50 C (Arrhenius).
#[must_use]
pub fn joint_ageing_factor(conductor_c: f64) -> f64 {
    let reference = 1.0 / (JOINT_REFERENCE_C + 273.15);
    libm::exp(JOINT_ACTIVATION_EV / BOLTZMANN_EV_K * (reference - 1.0 / (conductor_c + 273.15)))
}

/// Undisturbed soil temperature, degrees Celsius, at a depth in metres on a day of the year (Kusuda and Achenbach
/// 1965): annual mean and half-range of the air's daily means, coldest day of the year (about 20 in the north), thermal
/// diffusivity 0.05 m2/day for moist loam.
#[must_use]
pub fn soil_temp_c(
    annual_mean_c: f64,
    annual_amplitude_k: f64,
    coldest_day: f64,
    depth_m: f64,
    day_of_year: f64,
) -> f64 {
    const DIFFUSIVITY_M2_DAY: f64 = 0.05;
    const YEAR_DAYS: f64 = 365.0;
    let damping = depth_m * (PI / (YEAR_DAYS * DIFFUSIVITY_M2_DAY)).sqrt();
    let lag_days = 0.5 * depth_m * (YEAR_DAYS / (PI * DIFFUSIVITY_M2_DAY)).sqrt();
    let phase = 2.0 * PI / YEAR_DAYS * (day_of_year - coldest_day - lag_days);
    annual_mean_c - annual_amplitude_k * libm::exp(-damping) * libm::cos(phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rated_current_reaches_the_rated_temperature() {
        let cable = Cable::xlpe(319.0);
        assert!((cable.steady(319.0, 20.0, 1.0).conductor_c(20.0) - 90.0).abs() < 1e-9);
        assert!(cable.steady(160.0, 20.0, 1.0).conductor_c(20.0) < 20.0 + 70.0 / 3.8);
    }

    #[test]
    fn iec_60502_soil_temperature_factors() {
        // IEC 60502-2 table B.11, 90 C cables: 0.96 at 25 C, 0.93 at 30 C, 0.89 at 35 C, 1.07 at 10 C.
        let cable = Cable::xlpe(319.0);
        for (soil, factor) in [(25.0, 0.96), (30.0, 0.93), (35.0, 0.89), (10.0, 1.07)] {
            assert!(
                (cable.rating_factor(soil, 1.0) - factor).abs() < 0.005,
                "{soil}"
            );
        }
        assert_eq!(cable.rating_factor(95.0, 1.0), 0.0);
    }

    #[test]
    fn warm_dry_soil_costs_7_to_12_percent() {
        let factor = Cable::xlpe(319.0).rating_factor(25.0, 1.2);
        assert!((0.88..0.93).contains(&factor), "{factor}");
    }

    #[test]
    fn derated_current_reaches_exactly_the_limit() {
        let cable = Cable::xlpe(421.0);
        let amps = 421.0 * cable.rating_factor(28.0, 1.3);
        assert!((cable.steady(amps, 28.0, 1.3).conductor_c(28.0) - 90.0).abs() < 1e-9);
    }

    #[test]
    fn heating_takes_hours_and_the_step_length_hardly_matters() {
        let cable = Cable::xlpe(319.0);
        let run = |dt_s: f64, hours: f64| {
            let decay = cable.decay(dt_s);
            let mut state = CableState::default();
            for _ in 0..(hours * 3600.0 / dt_s) as usize {
                state = cable.step(&decay, state, 319.0, 20.0, 1.0);
            }
            state.conductor_c(20.0)
        };
        assert!((40.0..60.0).contains(&run(60.0, 4.0)), "{}", run(60.0, 4.0));
        assert!((run(60.0, 12.0) - run(300.0, 12.0)).abs() < 0.1);
        assert!((run(300.0, 400.0) - 90.0).abs() < 1e-3);
    }

    #[test]
    fn joints_fail_3_to_6_times_as_often_in_a_heat_wave() {
        assert!((joint_ageing_factor(50.0) - 1.0).abs() < 1e-12);
        for temp in [70.0, 75.0] {
            assert!(
                (3.0..6.0).contains(&joint_ageing_factor(temp)),
                "{}",
                joint_ageing_factor(temp)
            );
        }
    }

    #[test]
    fn soil_lags_and_damps_the_year() {
        // At 1 m in July near Chicago (mean 10 C, amplitude 14.5 K) soil is 15 to 20 C; hottest weeks after the air.
        let july = soil_temp_c(10.0, 14.5, 20.0, 1.0, 196.0);
        assert!((16.0..21.0).contains(&july), "{july}");
        assert!(soil_temp_c(10.0, 14.5, 20.0, 1.0, 220.0) > july);
        assert!((soil_temp_c(10.0, 14.5, 20.0, 0.0, 20.0) + 4.5).abs() < 1e-9);
    }
}
