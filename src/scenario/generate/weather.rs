//! Generates the weather of a run from a recipe and a seed: climate, correlated noise, and the events of the recipe.
//!
//! It deliberately has no rain outside the recipe's storm, no snow and no fronts: a heat wave is its subject, and a
//! typical-year file serves the rest. Daylight-saving changes within a run are ignored: the clock runs on.

use std::f64::consts::PI;

use jiff::civil::DateTime;

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::scenario::generate::noise::Stream;
use crate::scenario::generate::weather_days::Days;
use crate::scenario::generate::weather_events::Breezes;
use crate::scenario::generate::weather_events::apply_storm;
use crate::solvers::sun::irradiance;
use crate::solvers::sun::solar_hour;
use crate::solvers::sun::sun_position;

/// Spacing of the noise, seconds: fixed, so that a run's weather does not depend on the interval it is sampled at.
const GRID_S: f64 = 600.0;

/// Standard deviation of short-lived temperature noise, kelvin, and how long it lasts, hours.
const TEMP_NOISE: (f64, f64) = (0.30, 1.5);

/// Standard deviation of short-lived dew-point noise, kelvin, and how long it lasts, hours.
const DEW_NOISE: (f64, f64) = (0.35, 3.0);

/// Standard deviation of the logarithm of the wind about its daily course, and how long it lasts, hours.
const WIND_NOISE: (f64, f64) = (0.16, 1.5);

/// Standard deviation of the wind's direction about the day's, degrees, and how long it lasts, hours.
const DIRECTION_NOISE: (f64, f64) = (12.0, 1.5);

/// Spread of cloud cover from hour to hour and how long a field of cloud lasts, hours.
const CLOUD_NOISE: (f64, f64) = (0.22, 2.5);

/// Amplitude of the semidiurnal pressure tide in mid-latitudes, pascals; highest about 10 and 22 h.
const PRESSURE_TIDE_PA: f64 = 60.0;

/// Mean sea-level pressure of continental summers, pascals.
const SEA_LEVEL_PA: f64 = 101_500.0;

/// The closest a dew point comes to the temperature outside fog, kelvin (98 % relative humidity).
const LEAST_DEPRESSION_K: f64 = 0.3;

/// Weather from `start` (clock time of the recipe's zone) for `horizon_s` seconds, every `interval_s` seconds.
///
/// Ask for the run's horizon plus the longest forecast lead. A longer horizon begins with the same weather; every seed
/// scatters about the same climate and the same heat dome. Figures that [`WeatherRecipe::problems`] names give weather
/// that is as odd as they are, never a panic.
#[must_use]
pub fn generate(
    recipe: &WeatherRecipe,
    start: DateTime,
    horizon_s: u32,
    interval_s: u32,
    seed: u64,
) -> WeatherSeries {
    let interval_s = interval_s.max(1);
    let count = (horizon_s.div_ceil(interval_s) + 1).max(2) as usize;
    let start_hour = f64::from(start.hour())
        + f64::from(start.minute()) / 60.0
        + f64::from(start.second()) / 3600.0;
    let span_h = (count - 1) as f64 * f64::from(interval_s) / 3600.0;
    let days = Days::draw(recipe, start.date(), start_hour + span_h, seed);
    let grid = Grid::draw(days, (start_hour + span_h) / 24.0, seed);
    let breezes = Breezes::draw(recipe, start_hour + span_h, seed);
    let records = (0..count)
        .map(|i| {
            let run_h = i as f64 * f64::from(interval_s) / 3600.0;
            record_at(recipe, &grid, &breezes, start_hour + run_h, run_h)
        })
        .collect();
    WeatherSeries {
        interval_s,
        records,
        source: format!("generated from {start}, seed {seed}"),
    }
}

/// Noise on a grid of ten minutes from midnight of the day before the run.
struct Grid {
    days: Days,
    /// Temperature noise, kelvin, and its mean-reverting siblings, all of one length.
    temp: Vec<f64>,
    dew: Vec<f64>,
    wind: Vec<f64>,
    direction: Vec<f64>,
    cloud: Vec<f64>,
}

impl Grid {
    fn draw(days: Days, span_days: f64, seed: u64) -> Self {
        // The day before, the span, and the rest of its last day, whose low or high the last hours approach.
        let count = ((span_days.floor() + 3.0) * 86_400.0 / GRID_S) as usize;
        let series = |process: &str, (sd, hours): (f64, f64)| -> Vec<f64> {
            let correlation = libm::exp(-GRID_S / 3600.0 / hours);
            Stream::new(seed, process)
                .autoregressive(count, correlation)
                .into_iter()
                .map(|x| x * sd)
                .collect()
        };
        let mut grid = Self {
            temp: series("weather/temperature", TEMP_NOISE),
            dew: series("weather/dew-point", DEW_NOISE),
            wind: series("weather/wind", WIND_NOISE),
            direction: series("weather/direction", DIRECTION_NOISE),
            cloud: series("weather/cloud", CLOUD_NOISE),
            days,
        };
        grid.fit_extremes();
        grid
    }

    /// Moves the knots of the daily course so that course and noise together reach each day's drawn low and high
    /// (noise alone would push every maximum up and every minimum down). Three rounds settle it below 0.05 K.
    fn fit_extremes(&mut self) {
        for _ in 0..3 {
            for index in 0..self.days.len() {
                let midnight_h = (index as f64 - 1.0) * 24.0;
                let window = |from_h: f64, to_h: f64| {
                    let steps = ((to_h - from_h) * 3600.0 / GRID_S) as usize;
                    (0..=steps).map(move |step| midnight_h + from_h + step as f64 * GRID_S / 3600.0)
                };
                let coldest = window(2.0, 10.0)
                    .map(|h| self.temp_c(h))
                    .fold(f64::INFINITY, f64::min);
                let hottest = window(11.0, 21.0)
                    .map(|h| self.temp_c(h))
                    .fold(f64::NEG_INFINITY, f64::max);
                self.days.shift_knots(index, coldest, hottest);
            }
        }
    }

    /// Linear interpolation of grid noise at `clock_h` hours from midnight of the run's first day.
    fn noise(series: &[f64], clock_h: f64) -> f64 {
        let position = ((clock_h + 24.0) * 3600.0 / GRID_S).max(0.0);
        let index = position as usize;
        let Some(&last) = series.last() else {
            return 0.0;
        };
        let a = series.get(index).copied().unwrap_or(last);
        let b = series.get(index + 1).copied().unwrap_or(last);
        a + (b - a) * (position - index as f64)
    }

    fn temp_c(&self, clock_h: f64) -> f64 {
        self.days.course_c(clock_h) + Self::noise(&self.temp, clock_h)
    }
}

fn record_at(
    recipe: &WeatherRecipe,
    grid: &Grid,
    breezes: &Breezes,
    clock_h: f64,
    run_h: f64,
) -> WeatherRecord {
    let day = grid.days.at_noon_blend(clock_h);
    let hour = clock_h.rem_euclid(24.0);
    let temp_c = grid.temp_c(clock_h);
    // Evapotranspiration and the shallow evening layer raise the dew point after sunset; deep mixing lowers it.
    let dew_course = 0.5 * libm::cos(2.0 * PI * (hour - 20.0) / 24.0);
    let dew_point_c = day.dew_point_c + dew_course + Grid::noise(&grid.dew, clock_h);

    // Wind follows mixing: most in mid-afternoon, least before dawn. Gusts are steeper in convective air.
    let mixing = 0.5 * (1.0 + libm::cos(2.0 * PI * (hour - 15.5) / 24.0));
    let wind_m_s = recipe.mean_wind_m_s
        * (0.62 + 0.76 * mixing)
        * libm::exp(day.wind_log + Grid::noise(&grid.wind, clock_h));
    let gust_noise = Grid::noise(&grid.wind, clock_h).abs();
    let wind_dir_deg = (day.wind_dir_deg + Grid::noise(&grid.direction, clock_h)).rem_euclid(360.0);

    let cloud =
        (day.cloud + Grid::noise(&grid.cloud, clock_h) * day.cloud_spread()).clamp(0.0, 1.0);
    let tide_pa = PRESSURE_TIDE_PA * libm::cos(4.0 * PI * (hour - 10.0) / 24.0);
    let pressure_pa = (SEA_LEVEL_PA + day.pressure_anomaly_pa + tide_pa)
        * libm::pow(1.0 - 2.255_77e-5 * recipe.elevation_m, 5.255_88);

    let mut record = WeatherRecord {
        temp_c,
        dew_point_c,
        pressure_pa,
        wind_m_s,
        wind_dir_deg,
        gust_m_s: wind_m_s * (1.35 + 0.25 * mixing + 0.5 * gust_noise),
        ghi_w_m2: 0.0,
        dni_w_m2: 0.0,
        dhi_w_m2: 0.0,
        rain_mm_h: 0.0,
    };
    breezes.apply(recipe, clock_h, &mut record);
    let cloud = apply_storm(recipe, run_h, cloud, &mut record);
    record.dew_point_c = record.dew_point_c.min(record.temp_c - LEAST_DEPRESSION_K);

    let day_of_year = grid.days.day_of_year(clock_h);
    let solar = solar_hour(hour, recipe.longitude_deg, recipe.utc_offset_h, day_of_year);
    let sky = irradiance(
        sun_position(recipe.latitude_deg, day_of_year, solar),
        day_of_year,
        cloud,
    );
    record.ghi_w_m2 = sky.ghi_w_m2;
    record.dni_w_m2 = sky.dni_w_m2;
    record.dhi_w_m2 = sky.dhi_w_m2;
    record
}

#[cfg(test)]
mod tests;
