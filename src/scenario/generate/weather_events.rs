//! Events on top of generated weather: the recipe's thunderstorm and its lake breezes.
//!
//! It deliberately scripts them (time and strength are the recipe's); only whether a breeze blows is drawn.

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::city::model::weather_sample::direction_between;
use crate::scenario::generate::noise::Stream;

/// A gust front passes within this time, hours.
const FRONT_H: f64 = 1.0 / 6.0;

/// The anvil shades the ground this long before the rain, hours.
const ANVIL_H: f64 = 0.75;

/// Cloud clears and outflow air warms again with this time constant, hours.
const RECOVERY_H: f64 = 3.0;

/// Onset, height and end of a lake breeze, clock hours.
const BREEZE_HOURS: [f64; 4] = [11.0, 14.0, 17.0, 20.0];

/// Wind of a developed lake breeze, m/s.
const BREEZE_WIND_M_S: f64 = 4.5;

/// Applies the recipe's storm, `run_h` hours into the run, and returns the cloud cover under it.
pub(super) fn apply_storm(
    recipe: &WeatherRecipe,
    run_h: f64,
    cloud: f64,
    record: &mut WeatherRecord,
) -> f64 {
    let Some(storm) = &recipe.storm else {
        return cloud;
    };
    let since_h = run_h - storm.start_h;
    let duration_h = storm.duration_h.max(FRONT_H);
    if since_h < -ANVIL_H {
        return cloud;
    }
    let after_h = (since_h - duration_h).max(0.0);
    let recovery = libm::exp(-after_h / RECOVERY_H);
    let shade = ((since_h + ANVIL_H) / ANVIL_H).clamp(0.0, 1.0) * recovery;
    let cloud = cloud.max(shade);
    if since_h < 0.0 {
        return cloud;
    }
    // Outflow: the front is the strongest, the rest dies away over the rain's duration.
    let rise = (since_h / FRONT_H).min(1.0);
    let outflow = rise * libm::exp(-2.0 * (since_h - FRONT_H).max(0.0) / duration_h);
    record.gust_m_s += (storm.gust_m_s - record.gust_m_s).max(0.0) * outflow;
    // A gust is about 1.7 times the ten-minute mean in outflow.
    record.wind_m_s += (storm.gust_m_s / 1.7 - record.wind_m_s).max(0.0) * outflow;
    record.wind_dir_deg = direction_between(record.wind_dir_deg, storm.wind_dir_deg, outflow);
    // Rain: a core after a fifth of the duration, stratiform rain after it.
    let share = since_h / duration_h;
    let rain = if share < 0.2 {
        share / 0.2
    } else {
        ((1.0 - share) / 0.8).max(0.0)
    };
    record.rain_mm_h = storm.rain_mm_h * rain * rain;
    record.temp_c -= storm.temp_drop_c * rise * recovery;
    cloud
}

/// Which days have a lake breeze.
pub(super) struct Breezes(Vec<bool>);

impl Breezes {
    pub(super) fn draw(recipe: &WeatherRecipe, span_h: f64, seed: u64) -> Self {
        let Some(breeze) = &recipe.lake_breeze else {
            return Self(Vec::new());
        };
        let mut stream = Stream::new(seed, "weather/lake-breeze");
        let days = (span_h / 24.0).floor() as usize + 1;
        Self(
            (0..days)
                .map(|_| stream.uniform() < breeze.daily_probability)
                .collect(),
        )
    }

    /// Applies the breeze at `clock_h` hours from midnight of the run's first day.
    pub(super) fn apply(&self, recipe: &WeatherRecipe, clock_h: f64, record: &mut WeatherRecord) {
        let Some(breeze) = &recipe.lake_breeze else {
            return;
        };
        let day = (clock_h / 24.0).floor();
        if !self.0.get(day as usize).copied().unwrap_or(false) {
            return;
        }
        let hour = clock_h - 24.0 * day;
        let [onset, full, fading, end] = BREEZE_HOURS;
        let strength = if hour < full {
            (hour - onset) / (full - onset)
        } else {
            (end - hour) / (end - fading)
        };
        let strength = strength.clamp(0.0, 1.0);
        record.temp_c -= breeze.cooling_c * strength;
        record.wind_dir_deg = direction_between(record.wind_dir_deg, breeze.wind_dir_deg, strength);
        record.wind_m_s += (BREEZE_WIND_M_S - record.wind_m_s) * strength;
        record.gust_m_s = record.gust_m_s.max(1.4 * record.wind_m_s);
    }
}
