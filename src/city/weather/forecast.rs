//! What a weather service would have said: the truth plus an error that grows with lead time.
//!
//! It deliberately knows no weather model: the error is a seeded random field over (time of issue, time it is valid
//! for), so a forecast is a pure function of its arguments, issues that follow each other closely resemble each other,
//! and neighbouring hours of one forecast err alike.

use std::f64::consts::FRAC_PI_2;

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_sample::at;
use crate::engine::chance::mix;
use crate::engine::chance::nearly_normal;

/// Standard deviation of the temperature error one hour ahead, kelvin (a persistence-corrected local forecast).
const TEMP_SD_1_H_C: f64 = 0.5;

/// Standard deviation of the temperature error two days ahead, kelvin (verification of national services: 2 to 3).
const TEMP_SD_48_H_C: f64 = 2.5;

/// Growth exponent that joins the two: ln(2.5 / 0.5) / ln(48).
const GROWTH: f64 = 0.415_74;

/// A synoptic feature is early, late or misjudged for about this long, seconds.
const VALID_SPACING_S: f64 = 9.0 * 3600.0;

/// Forecasts change with new model runs; two runs a day, seconds.
const ISSUE_SPACING_S: f64 = 12.0 * 3600.0;

/// Share of the error's variance that all issues for the same hour have in common (what the models systematically
/// miss about an event); the rest is renewed from run to run.
const COMMON_SHARE: f64 = 0.5;

/// Standard deviation of the temperature error at a lead of `lead_s` seconds, kelvin: 0 now, 0.5 at 1 h, 1.05 at 6 h,
/// 1.9 at 24 h, 2.5 at 48 h.
#[must_use]
pub fn temp_error_sd_c(lead_s: f64) -> f64 {
    let hours = lead_s.max(0.0) / 3600.0;
    if hours == 0.0 {
        0.0
    } else {
        TEMP_SD_1_H_C * libm::pow(hours, GROWTH)
    }
}

/// Forecast issued at `now_s` for `now_s + lead_s` (seconds from the start of the run); nothing for an empty series.
///
/// Errors relative to the temperature's sd at the same lead: dew point 0.6 of it; at 48 h wind speed 30 %, direction 30
/// degrees, irradiance 25 %, rain 60 %, pressure 300 Pa, all smaller nearer by the same law. Additive errors have mean
/// zero and factors mean one, but for the dew point's cap at the temperature. A lead of 0 returns the truth.
#[must_use]
pub fn forecast(
    series: &WeatherSeries,
    now_s: f64,
    lead_s: f64,
    seed: u64,
) -> Option<WeatherRecord> {
    let lead_s = lead_s.max(0.0);
    let truth = at(series, now_s + lead_s)?;
    let sd = temp_error_sd_c(lead_s);
    let relative = sd / TEMP_SD_48_H_C;
    let place = Place::new(now_s, now_s + lead_s);
    let error = |variable: Variable| place.error(seed, variable);
    let factor = |spread: f64, variable: Variable| {
        let s = spread * relative;
        libm::exp(s * error(variable) - 0.5 * s * s)
    };
    let temp_c = truth.temp_c + sd * error(Variable::Temperature);
    let wind = factor(0.30, Variable::Wind);
    let sun = factor(0.25, Variable::Sun);
    Some(WeatherRecord {
        temp_c,
        dew_point_c: (truth.dew_point_c + 0.6 * sd * error(Variable::DewPoint)).min(temp_c),
        pressure_pa: truth.pressure_pa + 300.0 * relative * error(Variable::Pressure),
        wind_m_s: truth.wind_m_s * wind,
        wind_dir_deg: (truth.wind_dir_deg + 30.0 * relative * error(Variable::Direction))
            .rem_euclid(360.0),
        gust_m_s: truth.gust_m_s * wind,
        ghi_w_m2: truth.ghi_w_m2 * sun,
        dni_w_m2: truth.dni_w_m2 * sun,
        dhi_w_m2: truth.dhi_w_m2 * sun,
        rain_mm_h: truth.rain_mm_h * factor(0.60, Variable::Rain),
    })
}

/// Which quantity an error belongs to; the figure keys its random field and must not change.
#[derive(Clone, Copy)]
enum Variable {
    Temperature = 1,
    DewPoint = 2,
    Pressure = 3,
    Wind = 4,
    Direction = 5,
    Sun = 6,
    Rain = 7,
}

/// Keys the forecast's fields apart from every other draw under the same seed ("forecast" in ASCII).
const PROCESS: u64 = 0x666f_7265_6361_7374;

/// Counter of the part of the error that all issues share; the issues' own count from 0.
const ALL_ISSUES: u64 = u64::MAX;

/// A place in the fields of error: four lattice points about an issue and a valid time, and their weights.
struct Place {
    valid: (u64, [f64; 2]),
    issue: (u64, [f64; 2]),
}

impl Place {
    /// The place of a forecast; times in seconds from the start of the run.
    fn new(issue_s: f64, valid_s: f64) -> Self {
        // Cosine and sine weights square-sum to one, so the variance is one between the lattice points too.
        let split = |t_s: f64, spacing_s: f64| {
            let position = t_s.max(0.0) / spacing_s;
            let cell = position.floor();
            let (far, near) = libm::sincos(FRAC_PI_2 * (position - cell));
            (cell as u64, [near, far])
        };
        Self {
            valid: split(valid_s, VALID_SPACING_S),
            issue: split(issue_s, ISSUE_SPACING_S),
        }
    }

    /// The error here of mean 0 and standard deviation 1, nearly normal; smooth in both times.
    fn error(&self, seed: u64, variable: Variable) -> f64 {
        let field = mix(seed, PROCESS, variable as u64);
        let normal = |valid: u64, issue: u64| nearly_normal(mix(field, valid, issue));
        let (mut common, mut renewed) = (0.0, 0.0);
        for (v, valid_weight) in (self.valid.0..).zip(self.valid.1) {
            common += valid_weight * normal(v, ALL_ISSUES);
            for (i, issue_weight) in (self.issue.0..).zip(self.issue.1) {
                renewed += valid_weight * issue_weight * normal(v, i);
            }
        }
        COMMON_SHARE.sqrt() * common + (1.0 - COMMON_SHARE).sqrt() * renewed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant() -> WeatherSeries {
        let record = WeatherRecord {
            temp_c: 30.0,
            dew_point_c: 20.0,
            pressure_pa: 101_325.0,
            wind_m_s: 4.0,
            wind_dir_deg: 200.0,
            gust_m_s: 7.0,
            ghi_w_m2: 600.0,
            dni_w_m2: 500.0,
            dhi_w_m2: 150.0,
            rain_mm_h: 1.0,
        };
        WeatherSeries {
            interval_s: 3600,
            records: vec![record; 200],
            source: String::new(),
        }
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (
            mean,
            (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt(),
        )
    }

    #[test]
    fn error_is_unbiased_and_grows_as_documented() {
        let series = constant();
        for (hours, sd) in [(1.0, 0.5), (6.0, 1.05), (24.0, 1.87), (48.0, 2.5)] {
            let errors: Vec<f64> = (0..4000)
                .filter_map(|seed| forecast(&series, 30_000.0, hours * 3600.0, seed))
                .map(|record| record.temp_c - 30.0)
                .collect();
            let (mean, spread) = moments(&errors);
            // Four standard errors of the mean and of the standard deviation.
            assert!(mean.abs() < 4.0 * sd / 63.0, "{hours} h: mean {mean}");
            assert!(
                (spread / sd - 1.0).abs() < 0.05,
                "{hours} h: sd {spread} against {sd}"
            );
        }
        let winds: Vec<f64> = (0..4000)
            .filter_map(|seed| forecast(&series, 0.0, 172_800.0, seed))
            .map(|record| record.wind_m_s)
            .collect();
        assert!((moments(&winds).0 / 4.0 - 1.0).abs() < 0.02);
    }

    #[test]
    fn nowcast_is_the_truth() {
        assert_eq!(
            forecast(&constant(), 7200.0, 0.0, 5),
            at(&constant(), 7200.0)
        );
        assert_eq!(
            forecast(
                &WeatherSeries {
                    records: vec![],
                    ..constant()
                },
                0.0,
                60.0,
                5
            ),
            None
        );
    }

    #[test]
    fn issues_five_minutes_apart_resemble_each_other() {
        let series = constant();
        let errors = |now_s: f64, valid_s: f64| -> Vec<f64> {
            (0..2000)
                .filter_map(|seed| forecast(&series, now_s, valid_s - now_s, seed))
                .map(|record| record.temp_c - 30.0)
                .collect()
        };
        let correlation = |a: &[f64], b: &[f64]| {
            let product = a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / a.len() as f64;
            product / (moments(a).1 * moments(b).1)
        };
        let valid_s = 100_000.0;
        let base = errors(20_000.0, valid_s);
        assert!(correlation(&base, &errors(20_300.0, valid_s)) > 0.99);
        let next_run = correlation(&base, &errors(20_000.0 + 43_200.0, valid_s));
        assert!((0.4..0.85).contains(&next_run), "{next_run}");
        assert!(correlation(&base, &errors(20_000.0, valid_s + 3600.0)) > 0.9);
        assert!(correlation(&base, &errors(20_000.0, valid_s + 86_400.0)).abs() < 0.1);
    }

    #[test]
    fn same_arguments_same_forecast_other_seed_another() {
        let series = constant();
        assert_eq!(
            forecast(&series, 60.0, 7200.0, 9),
            forecast(&series, 60.0, 7200.0, 9)
        );
        assert_ne!(
            forecast(&series, 60.0, 7200.0, 9),
            forecast(&series, 60.0, 7200.0, 10)
        );
    }
}
