//! Lays a recipe's heat dome and storm onto the year of a weather file.
//!
//! The rule. A dome's figures belong to the recipe's climate, so what is kept is each day's departure from it:
//! target = the file's normal of that date + (dome's figure - the recipe's normal of that date), where the file's normal
//! is the mean over the 31 days around the date. The file's temperature is then shifted so that each day's low (02 to
//! 10 h) and high (11 to 21 h) reach their targets, the shift running linearly from extreme to extreme; its dew point
//! is shifted likewise from noon to noon; and its sun is that of the clearest of those 31 days, because air that sinks
//! has no clouds. Where the dome builds up and breaks down, all three are taken in part.
//!
//! It deliberately leaves wind and pressure to the file.

use jiff::civil::DateTime;

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::scenario::generate::noise::Stream;
use crate::scenario::generate::weather_days::Climate;
use crate::scenario::generate::weather_days::Dome;
use crate::scenario::generate::weather_events::apply_storm;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::import::epw::NoSuchDay;

/// Days to each side of a date over which the file's normals are taken: a month is what climate normals are given for.
const HALF_WINDOW: i64 = 15;

/// The closest a dew point comes to the temperature, kelvin (as in generated weather).
const LEAST_DEPRESSION_K: f64 = 0.3;

/// Lows scatter less over seeds than highs (as in generated weather).
const LOW_SHARE: f64 = 0.75;

/// The file's weather from `start` with the recipe's heat dome and storm on it; the seed scatters the dome alone.
///
/// # Errors
/// [`NoSuchDay`] if the file has no day to start with.
pub fn lay_on(
    file: &EpwFile,
    recipe: &WeatherRecipe,
    start: DateTime,
    horizon_s: u32,
    interval_s: u32,
    seed: u64,
) -> Result<WeatherSeries, NoSuchDay> {
    let mut series = file.cut(start, horizon_s, interval_s)?;
    let start_hour = f64::from(start.hour())
        + f64::from(start.minute()) / 60.0
        + f64::from(start.second()) / 3600.0;
    let span_h = start_hour + f64::from(horizon_s) / 3600.0;
    let overlay = Overlay::new(file, recipe, start, span_h, seed);
    let clear = overlay.clearest_day(start, file);
    let sun = clear.and_then(|date| file.cut(date, 86_400, interval_s).ok());
    for (i, record) in series.records.iter_mut().enumerate() {
        let run_h = i as f64 * f64::from(interval_s) / 3600.0;
        let clock_h = start_hour + run_h;
        record.temp_c += overlay.temp_shift(clock_h);
        record.dew_point_c += overlay.dew_shift(clock_h);
        if let Some(sun) = &sun {
            let second = (clock_h.rem_euclid(24.0) * 3600.0).round() as usize;
            let bright = sun.records.get(second / interval_s.max(1) as usize);
            take_sun(record, bright, overlay.weight(clock_h));
        }
        let shade = apply_storm(recipe, run_h, 0.0, record);
        // Global irradiance under cloud: Kasten and Czeplak 1980, equation 4; the beam goes with the clear share.
        let global = 1.0 - 0.75 * libm::pow(shade, 3.4);
        record.ghi_w_m2 *= global;
        record.dni_w_m2 *= 1.0 - shade;
        record.dhi_w_m2 = if shade > 0.5 {
            record.ghi_w_m2
        } else {
            record.dhi_w_m2 * global
        };
        record.dew_point_c = record.dew_point_c.min(record.temp_c - LEAST_DEPRESSION_K);
    }
    if recipe.heat_dome.is_some() {
        series
            .source
            .push_str(", with a heat dome laid on its normals");
    }
    if recipe.storm.is_some() {
        series.source.push_str(", with a storm");
    }
    Ok(series)
}

/// Mixes the clear day's sun in.
fn take_sun(record: &mut WeatherRecord, bright: Option<&WeatherRecord>, weight: f64) {
    let Some(bright) = bright else { return };
    let mix = |own: f64, clear: f64| own + (clear - own) * weight;
    record.ghi_w_m2 = mix(record.ghi_w_m2, bright.ghi_w_m2);
    record.dni_w_m2 = mix(record.dni_w_m2, bright.dni_w_m2);
    record.dhi_w_m2 = mix(record.dhi_w_m2, bright.dhi_w_m2);
    record.rain_mm_h *= 1.0 - weight;
}

/// A value that is linear in time between knots and constant beyond them.
#[derive(Default)]
struct Knots(Vec<(f64, f64)>);

impl Knots {
    fn at(&self, hour: f64) -> f64 {
        let next = self.0.partition_point(|(h, _)| *h <= hour);
        match (next.checked_sub(1).map(|i| self.0[i]), self.0.get(next)) {
            (Some((h0, v0)), Some((h1, v1))) => v0 + (v1 - v0) * (hour - h0) / (h1 - h0),
            (Some((_, value)), None) => value,
            (None, Some((_, value))) => *value,
            (None, None) => 0.0,
        }
    }
}

/// Shifts by clock hour from midnight of the run's first day.
struct Overlay {
    temp: Knots,
    dew: Knots,
    /// Weight of the dome by day, from the day before the run.
    weights: Vec<f64>,
}

/// Extremes of a day of the file.
struct DayOfFile {
    high: (f64, f64),
    low: (f64, f64),
    dew_c: f64,
    sun: f64,
}

/// The day `offset` days after the file's hour `first`; the year is a ring.
fn day_of(file: &EpwFile, first: usize, offset: i64) -> DayOfFile {
    let count = file.hours.len() as i64;
    let at = |hour: i64| {
        // Record k stands for the end of its hour.
        let index = (first as i64 + 24 * offset + hour - 1).rem_euclid(count.max(1));
        &file.hours[index as usize].record
    };
    let mut day = DayOfFile {
        high: (f64::NEG_INFINITY, 15.0),
        low: (f64::INFINITY, 5.0),
        dew_c: 0.0,
        sun: 0.0,
    };
    for hour in 1..=24 {
        let record = at(hour);
        if (11..=21).contains(&hour) && record.temp_c > day.high.0 {
            day.high = (record.temp_c, hour as f64);
        }
        if (2..=10).contains(&hour) && record.temp_c < day.low.0 {
            day.low = (record.temp_c, hour as f64);
        }
        day.dew_c += record.dew_point_c / 24.0;
        day.sun += record.ghi_w_m2;
    }
    day
}

/// The file's first hour of a date.
fn first_hour(file: &EpwFile, month: i8, day: i8) -> Option<usize> {
    file.hours
        .iter()
        .position(|h| i16::from(h.month) == i16::from(month) && i16::from(h.day) == i16::from(day))
}

impl Overlay {
    fn new(
        file: &EpwFile,
        recipe: &WeatherRecipe,
        start: DateTime,
        span_h: f64,
        seed: u64,
    ) -> Self {
        let mut overlay = Self {
            temp: Knots::default(),
            dew: Knots::default(),
            weights: Vec::new(),
        };
        let (Some(dome), Some(first)) = (
            &recipe.heat_dome,
            first_hour(file, start.month(), start.day()),
        ) else {
            return overlay;
        };
        // One day before the run to one after it, so that shifts at both ends run into something.
        let count = (span_h / 24.0).floor() as usize + 3;
        let high_noise = Stream::new(seed, "weather/day/high").autoregressive(count, 0.0);
        let low_noise = Stream::new(seed, "weather/day/low").autoregressive(count, 0.0);
        for index in 0..count {
            let offset = index as i64 - 1;
            let own = day_of(file, first, offset);
            let midnight_h = 24.0 * offset as f64;
            let (mut high, mut low, mut dew) = (0.0, 0.0, 0.0);
            let on = Dome::on(dome, index as i64);
            if let Some(on) = &on {
                let mut normal = [0.0; 3];
                let days = (2 * HALF_WINDOW + 1) as f64;
                for around in -HALF_WINDOW..=HALF_WINDOW {
                    let day = day_of(file, first, offset + around);
                    normal[0] += day.high.0 / days;
                    normal[1] += day.low.0 / days;
                    normal[2] += day.dew_c / days;
                }
                let climate = Climate::on(
                    recipe,
                    f64::from(start.date().day_of_year()) + offset as f64,
                );
                let sd = dome.high_sd_c;
                high = normal[0] + on.high_c - climate.high_c + sd * high_noise[index] - own.high.0;
                low = normal[1] + on.low_c - climate.low_c + LOW_SHARE * sd * low_noise[index]
                    - own.low.0;
                dew = normal[2] + on.dew_point_c - climate.dew_point_c - own.dew_c;
                high *= on.weight;
                low *= on.weight;
                dew *= on.weight;
            }
            overlay.weights.push(on.map_or(0.0, |d| d.weight));
            overlay.temp.0.push((midnight_h + own.low.1, low));
            overlay.temp.0.push((midnight_h + own.high.1, high));
            overlay.dew.0.push((midnight_h + 12.0, dew));
        }
        overlay
    }

    fn temp_shift(&self, clock_h: f64) -> f64 {
        self.temp.at(clock_h)
    }

    fn dew_shift(&self, clock_h: f64) -> f64 {
        self.dew.at(clock_h)
    }

    /// The dome's weight; it changes at midnight, when there is no sun to jump.
    fn weight(&self, clock_h: f64) -> f64 {
        let index = (clock_h / 24.0).floor() + 1.0;
        self.weights.get(index as usize).copied().unwrap_or(0.0)
    }

    /// Midnight of the sunniest of the days around the start, in the file's calendar.
    fn clearest_day(&self, start: DateTime, file: &EpwFile) -> Option<DateTime> {
        if self.weights.is_empty() {
            return None;
        }
        let first = first_hour(file, start.month(), start.day())?;
        let mut best = (f64::NEG_INFINITY, 0);
        for offset in -HALF_WINDOW..=HALF_WINDOW {
            let sun = day_of(file, first, offset).sun;
            if sun > best.0 {
                best = (sun, offset);
            }
        }
        let index = (first as i64 + 24 * best.1).rem_euclid(file.hours.len() as i64) as usize;
        let hour = &file.hours[index];
        // A leap year has every day that a file can have.
        DateTime::new(
            2028,
            i8::try_from(hour.month).ok()?,
            i8::try_from(hour.day).ok()?,
            0,
            0,
            0,
            0,
        )
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::model::weather_recipe::HeatDome;
    use crate::city::model::weather_recipe::Storm;
    use crate::scenario::format::CHICAGO;
    use crate::scenario::import::epw::EpwHour;

    /// A year of equal days: 20 C at 05 h, 30 C at 15 h, dew point 15 C, sun from 06 to 18 h.
    fn file() -> EpwFile {
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut hours = Vec::new();
        for (m, days) in months.iter().enumerate() {
            for day in 1..=*days {
                for hour in 1..=24_u8 {
                    let away = (f64::from(hour) - 15.0)
                        .abs()
                        .min(24.0 - (f64::from(hour) - 15.0).abs());
                    let up = f64::from((6..18).contains(&hour));
                    let record = WeatherRecord {
                        temp_c: if (5..=15).contains(&hour) {
                            35.0 - f64::from(20 - hour)
                        } else {
                            30.0 - away * 10.0 / 14.0
                        },
                        dew_point_c: 15.0,
                        pressure_pa: 100_000.0,
                        wind_m_s: 3.0,
                        wind_dir_deg: 200.0,
                        gust_m_s: 5.0,
                        ghi_w_m2: 500.0 * up,
                        dni_w_m2: 400.0 * up,
                        dhi_w_m2: 100.0 * up,
                        rain_mm_h: 0.0,
                    };
                    hours.push(EpwHour {
                        record,
                        month: m as u8 + 1,
                        day,
                        hour,
                    });
                }
            }
        }
        EpwFile {
            location: "Flat".to_owned(),
            data_source: "test".to_owned(),
            latitude_deg: 42.0,
            longitude_deg: -88.0,
            utc_offset_h: -6.0,
            elevation_m: 200.0,
            hours,
            filled: 0,
        }
    }

    fn recipe() -> WeatherRecipe {
        CHICAGO.recipe(42.0, -88.0, -6.0, 200.0)
    }

    fn dome() -> HeatDome {
        HeatDome {
            peak_day: 1,
            high_c: vec![CHICAGO.mean_july_high_c + 10.0],
            low_c: vec![CHICAGO.mean_july_low_c + 6.0],
            dew_point_c: vec![CHICAGO.mean_july_dew_point_c + 4.0],
            ramp_days: 1,
            high_sd_c: 0.0,
            cloud: 0.1,
        }
    }

    fn start() -> DateTime {
        // The warmest day of the recipe's climate, on which its normals are July's own.
        DateTime::constant(2027, 7, 20, 0, 0, 0, 0)
    }

    #[test]
    fn a_departure_from_the_climate_becomes_the_same_departure_from_the_files_normals() {
        let recipe = WeatherRecipe {
            heat_dome: Some(dome()),
            ..recipe()
        };
        let series = lay_on(&file(), &recipe, start(), 3 * 86_400, 3600, 1).unwrap();
        assert!(
            (series.records[15].temp_c - 40.0).abs() < 0.02,
            "{}",
            series.records[15].temp_c
        );
        assert!((series.records[5].temp_c - 26.0).abs() < 0.02);
        assert!((series.records[12].dew_point_c - 19.0).abs() < 0.02);
        // The dome breaks down over one day: half the departure is left on it, none on the next.
        assert!((series.records[24 + 15].temp_c - 35.0).abs() < 0.02);
        assert!((series.records[48 + 15].temp_c - 30.0).abs() < 1e-9);
    }

    #[test]
    fn without_events_the_file_is_untouched() {
        let plain = file().cut(start(), 86_400, 900).unwrap();
        assert_eq!(
            lay_on(&file(), &recipe(), start(), 86_400, 900, 7).unwrap(),
            plain
        );
    }

    #[test]
    fn a_storm_takes_the_sun_and_brings_gusts() {
        let storm = Storm {
            start_h: 12.0,
            duration_h: 2.0,
            gust_m_s: 30.0,
            rain_mm_h: 40.0,
            temp_drop_c: 8.0,
            wind_dir_deg: 290.0,
        };
        let recipe = WeatherRecipe {
            storm: Some(storm),
            ..recipe()
        };
        let series = lay_on(&file(), &recipe, start(), 86_400, 600, 1).unwrap();
        let front = &series.records[73];
        assert!((front.gust_m_s - 30.0).abs() < 1e-9);
        assert!(front.ghi_w_m2 < 130.0 && front.dni_w_m2 < 1.0);
        assert!((series.records[60].ghi_w_m2 - 500.0).abs() < 1e-9);
    }
}
