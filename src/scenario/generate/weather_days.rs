//! The days of generated weather: each day's drawn extremes and the temperature's course through them.
//!
//! It deliberately stops at the day's scale; what happens within hours is the generator's noise and events.

use std::f64::consts::PI;

use jiff::civil::Date;

use crate::city::model::weather_recipe::HeatDome;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::city::model::weather_sample::direction_between;
use crate::scenario::generate::noise::Stream;
use crate::solvers::sun::declination_rad;
use crate::solvers::sun::solar_hour;

/// Warmest day of the mid-latitude year, days from 1 January; the southern hemisphere's figures are simply swapped.
const WARMEST_DAY: f64 = 201.0;

/// How alike one day's anomaly is to the next's: weather systems last three to five days.
const DAY_CORRELATION: f64 = 0.6;

/// Lows and dew points scatter less than highs (radiation's night and moist air are steadier).
const LOW_SHARE: f64 = 0.75;
const DEW_SHARE: f64 = 0.75;

/// Standard deviation of daily pressure in a mid-latitude summer, pascals.
const PRESSURE_SD_PA: f64 = 350.0;

/// The air warms for this many hours past solar noon.
const MAXIMUM_LAG_H: f64 = 3.1;

/// One day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Low of the early morning and when it falls, degrees Celsius and clock hours.
    pub(super) low_c: f64,
    low_hour: f64,
    /// High of the afternoon and when it falls, degrees Celsius and clock hours.
    pub(super) high_c: f64,
    high_hour: f64,
    /// Knots that course plus noise need in order to reach the low and the high.
    low_knot_c: f64,
    high_knot_c: f64,
    /// Dew point at noon, degrees Celsius.
    pub(super) dew_point_c: f64,
    /// Logarithm of the day's wind over the recipe's mean.
    pub(super) wind_log: f64,
    /// Direction the day's wind comes from, degrees.
    pub(super) wind_dir_deg: f64,
    /// Departure of pressure from its mean at noon, pascals.
    pub(super) pressure_anomaly_pa: f64,
    /// Mean cloud cover of the day, 0 to 1.
    pub(super) cloud: f64,
}

impl Day {
    /// How much cloud cover wanders on this day: least at the clear and the overcast end.
    pub(super) fn cloud_spread(&self) -> f64 {
        0.35 + 2.6 * self.cloud * (1.0 - self.cloud)
    }
}

/// Consecutive days, the first of them the day before the run starts.
pub(super) struct Days {
    days: Vec<Day>,
    first_day_of_year: f64,
}

impl Days {
    /// Days to cover `span_h` hours from midnight of `start`, one before and two after.
    pub(super) fn draw(recipe: &WeatherRecipe, start: Date, span_h: f64, seed: u64) -> Self {
        let count = (span_h / 24.0).floor() as usize + 4;
        let series = |process: &str, correlation: f64| {
            Stream::new(seed, process).autoregressive(count, correlation)
        };
        let high = series("weather/day/high", DAY_CORRELATION);
        let low = series("weather/day/low", DAY_CORRELATION);
        let dew = series("weather/day/dew-point", DAY_CORRELATION);
        let wind = series("weather/day/wind", 0.4);
        let direction = series("weather/day/direction", 0.4);
        let cloud = series("weather/day/cloud", 0.4);
        let pressure = series("weather/day/pressure", 0.5);
        let hours = series("weather/day/hours", 0.0);
        let first_day_of_year = f64::from(start.day_of_year()) - 1.0;
        let days = (0..count)
            .map(|index| {
                let day_of_year = first_day_of_year + index as f64;
                let climate = Climate::on(recipe, day_of_year);
                let dome = recipe
                    .heat_dome
                    .as_ref()
                    .and_then(|dome| Dome::on(dome, index as i64));
                let weight = dome.as_ref().map_or(0.0, |dome| dome.weight);
                let blend = |calm: f64, under: f64| calm + (under - calm) * weight;
                let target = |calm: f64, under: fn(&Dome) -> f64| {
                    blend(calm, dome.as_ref().map_or(calm, under))
                };
                let spread = blend(
                    recipe.day_to_day_sd_c,
                    recipe.heat_dome.as_ref().map_or(0.0, |d| d.high_sd_c),
                );

                let high_c = target(climate.high_c, |dome| dome.high_c) + spread * high[index];
                // Warm days have warm nights: the low shares most of the high's anomaly.
                let low_anomaly = 0.7 * high[index] + (1.0_f64 - 0.49).sqrt() * low[index];
                let low_c =
                    target(climate.low_c, |dome| dome.low_c) + LOW_SHARE * spread * low_anomaly;
                let dew_anomaly = 0.5 * high[index] + 0.75_f64.sqrt() * dew[index];
                // Outside the dome a warm anomaly may outrun its low; keep at least 3 K of daily range.
                let low_c = low_c.min(high_c - 3.0);
                let sun = SolarDay::on(recipe, day_of_year);
                Day {
                    low_c,
                    low_hour: (sun.rise_h + 0.1 + 0.15 * hours[index]).clamp(4.0, 8.5),
                    high_c,
                    high_hour: (sun.noon_h + MAXIMUM_LAG_H + 0.3 * high[index].clamp(-2.0, 2.0))
                        .clamp(14.0, 17.0),
                    low_knot_c: low_c,
                    high_knot_c: high_c,
                    // Dew takes what exceeds the night's low out of the air.
                    dew_point_c: (target(climate.dew_point_c, |dome| dome.dew_point_c)
                        + DEW_SHARE * spread * dew_anomaly)
                        .min(low_c - 0.3),
                    wind_log: 0.20 * wind[index],
                    pressure_anomaly_pa: PRESSURE_SD_PA * pressure[index],
                    wind_dir_deg: recipe.prevailing_wind_dir_deg
                        + blend(45.0, 15.0) * direction[index],
                    cloud: (target(recipe.mean_cloud, |dome| dome.cloud)
                        + blend(0.25, 0.06) * cloud[index])
                        .clamp(0.0, 1.0),
                }
            })
            .collect();
        Self {
            days,
            first_day_of_year,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    /// The day `offset` days after the run's first, held at both ends.
    pub(super) fn day(&self, offset: i64) -> Day {
        self.days[(offset + 1).clamp(0, self.days.len() as i64 - 1) as usize]
    }

    /// Day of the year at `clock_h` hours from midnight of the run's first day.
    pub(super) fn day_of_year(&self, clock_h: f64) -> f64 {
        self.first_day_of_year + 1.0 + (clock_h / 24.0).floor()
    }

    /// The day's slowly varying quantities, linear from noon to noon.
    pub(super) fn at_noon_blend(&self, clock_h: f64) -> Day {
        let position = (clock_h - 12.0) / 24.0;
        let index = position.floor();
        let fraction = position - index;
        let (a, b) = (self.day(index as i64), self.day(index as i64 + 1));
        let mix = |x: f64, y: f64| x + (y - x) * fraction;
        Day {
            dew_point_c: mix(a.dew_point_c, b.dew_point_c),
            wind_log: mix(a.wind_log, b.wind_log),
            wind_dir_deg: direction_between(a.wind_dir_deg, b.wind_dir_deg, fraction),
            pressure_anomaly_pa: mix(a.pressure_anomaly_pa, b.pressure_anomaly_pa),
            cloud: mix(a.cloud, b.cloud),
            ..a
        }
    }

    /// Moves a day's knots by what its coldest and hottest air missed its low and high by.
    pub(super) fn shift_knots(&mut self, index: usize, coldest_c: f64, hottest_c: f64) {
        let day = &mut self.days[index];
        day.low_knot_c += day.low_c - coldest_c;
        day.high_knot_c += day.high_c - hottest_c;
    }

    /// The temperature's course at `clock_h` hours from midnight of the run's first day.
    pub(super) fn course_c(&self, clock_h: f64) -> f64 {
        let offset = (clock_h / 24.0).floor();
        let hour = clock_h - 24.0 * offset;
        let (yesterday, today, tomorrow) = (
            self.day(offset as i64 - 1),
            self.day(offset as i64),
            self.day(offset as i64 + 1),
        );
        // Warming follows a cosine, a little quicker at first; cooling is quickest about sunset and slow at night:
        // exponents that hold 41 C days above 35 C until about 20 h.
        let cosine = |share: f64, power: f64| {
            0.5 * (1.0 - libm::cos(PI * libm::pow(share.clamp(0.0, 1.0), power)))
        };
        if hour < today.low_hour {
            let night = today.low_hour + 24.0 - yesterday.high_hour;
            let share = cosine((hour + 24.0 - yesterday.high_hour) / night, 0.65);
            yesterday.high_knot_c + (today.low_knot_c - yesterday.high_knot_c) * share
        } else if hour < today.high_hour {
            let share = cosine(
                (hour - today.low_hour) / (today.high_hour - today.low_hour),
                0.85,
            );
            today.low_knot_c + (today.high_knot_c - today.low_knot_c) * share
        } else {
            let night = tomorrow.low_hour + 24.0 - today.high_hour;
            let share = cosine((hour - today.high_hour) / night, 0.65);
            today.high_knot_c + (tomorrow.low_knot_c - today.high_knot_c) * share
        }
    }
}

/// Climate of one day of the year.
pub(super) struct Climate {
    pub(super) high_c: f64,
    pub(super) low_c: f64,
    pub(super) dew_point_c: f64,
}

impl Climate {
    pub(super) fn on(recipe: &WeatherRecipe, day_of_year: f64) -> Self {
        let july = 0.5 * (1.0 + libm::cos(2.0 * PI * (day_of_year - WARMEST_DAY) / 365.25));
        let season = |january: f64, july_value: f64| january + (july_value - january) * july;
        Self {
            high_c: season(recipe.mean_january_high_c, recipe.mean_july_high_c),
            low_c: season(recipe.mean_january_low_c, recipe.mean_july_low_c),
            dew_point_c: season(
                recipe.mean_january_dew_point_c,
                recipe.mean_july_dew_point_c,
            ),
        }
    }
}

/// A heat dome's targets on one day, and how far they hold.
pub(super) struct Dome {
    pub(super) high_c: f64,
    pub(super) low_c: f64,
    pub(super) dew_point_c: f64,
    cloud: f64,
    pub(super) weight: f64,
}

impl Dome {
    /// The dome on day `index` (0 is the day before the run); nothing beyond its ramps.
    pub(super) fn on(dome: &HeatDome, index: i64) -> Option<Self> {
        let peak =
            dome.high_c
                .iter()
                .enumerate()
                .fold((0, f64::NEG_INFINITY), |best, (entry, &high)| {
                    if high > best.1 { (entry, high) } else { best }
                });
        let last = dome
            .high_c
            .len()
            .min(dome.low_c.len())
            .min(dome.dew_point_c.len()) as i64
            - 1;
        let entry = index - i64::from(dome.peak_day) + peak.0 as i64;
        let beyond = (-entry).max(entry - last).max(0);
        let weight = 1.0 - beyond as f64 / (f64::from(dome.ramp_days) + 1.0);
        if weight <= 0.0 || last < 0 {
            return None;
        }
        let held = entry.clamp(0, last) as usize;
        Some(Self {
            high_c: dome.high_c[held],
            low_c: dome.low_c[held],
            dew_point_c: dome.dew_point_c[held],
            cloud: dome.cloud,
            weight,
        })
    }
}

/// Clock hours of sunrise and solar noon.
struct SolarDay {
    rise_h: f64,
    noon_h: f64,
}

impl SolarDay {
    fn on(recipe: &WeatherRecipe, day_of_year: f64) -> Self {
        let noon_h =
            24.0 - solar_hour(12.0, recipe.longitude_deg, recipe.utc_offset_h, day_of_year);
        let latitude = recipe.latitude_deg.clamp(-89.0, 89.0).to_radians();
        let cos_rise = -libm::tan(latitude) * libm::tan(declination_rad(day_of_year));
        let half_day_h = libm::acos(cos_rise.clamp(-1.0, 1.0)) * 12.0 / PI;
        Self {
            rise_h: noon_h - half_day_h,
            noon_h,
        }
    }
}
