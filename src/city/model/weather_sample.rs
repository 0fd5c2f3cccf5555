//! Weather between the records of a series: linear, the wind's direction along the shorter arc.
//!
//! It deliberately does not extrapolate: before the first and after the last record it holds them.

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;

/// The record a fraction (0 to 1) of the way from `a` to `b`.
#[must_use]
pub fn between(a: &WeatherRecord, b: &WeatherRecord, fraction: f64) -> WeatherRecord {
    let mix = |x: f64, y: f64| x + (y - x) * fraction;
    WeatherRecord {
        temp_c: mix(a.temp_c, b.temp_c),
        dew_point_c: mix(a.dew_point_c, b.dew_point_c),
        pressure_pa: mix(a.pressure_pa, b.pressure_pa),
        wind_m_s: mix(a.wind_m_s, b.wind_m_s),
        wind_dir_deg: direction_between(a.wind_dir_deg, b.wind_dir_deg, fraction),
        gust_m_s: mix(a.gust_m_s, b.gust_m_s),
        ghi_w_m2: mix(a.ghi_w_m2, b.ghi_w_m2),
        dni_w_m2: mix(a.dni_w_m2, b.dni_w_m2),
        dhi_w_m2: mix(a.dhi_w_m2, b.dhi_w_m2),
        rain_mm_h: mix(a.rain_mm_h, b.rain_mm_h),
    }
}

/// The direction a fraction of the way from one to another along the shorter arc, degrees in [0, 360).
#[must_use]
pub fn direction_between(from_deg: f64, to_deg: f64, fraction: f64) -> f64 {
    let arc = (to_deg - from_deg + 180.0).rem_euclid(360.0) - 180.0;
    (from_deg + arc * fraction).rem_euclid(360.0)
}

/// The weather at `t_s` seconds from the start of the run, held at both ends; nothing for a series without records.
#[must_use]
pub fn at(series: &WeatherSeries, t_s: f64) -> Option<WeatherRecord> {
    let last = series.records.len().checked_sub(1)?;
    let position = (t_s / f64::from(series.interval_s.max(1))).clamp(0.0, last as f64);
    let index = position as usize;
    let a = series.records.get(index)?;
    let b = series.records.get(index + 1).unwrap_or(a);
    Some(between(a, b, position - index as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(temp_c: f64, wind_dir_deg: f64) -> WeatherRecord {
        WeatherRecord {
            temp_c,
            dew_point_c: 10.0,
            pressure_pa: 101_325.0,
            wind_m_s: 3.0,
            wind_dir_deg,
            gust_m_s: 5.0,
            ghi_w_m2: 0.0,
            dni_w_m2: 0.0,
            dhi_w_m2: 0.0,
            rain_mm_h: 0.0,
        }
    }

    #[test]
    fn linear_between_held_at_the_ends() {
        let series = WeatherSeries {
            interval_s: 600,
            records: vec![record(20.0, 350.0), record(26.0, 10.0)],
            source: String::new(),
        };
        let quarter = at(&series, 150.0).unwrap();
        assert!((quarter.temp_c - 21.5).abs() < 1e-12);
        assert!((quarter.wind_dir_deg - 355.0).abs() < 1e-12);
        assert_eq!(at(&series, -5.0).unwrap().temp_c, 20.0);
        assert_eq!(at(&series, 1e9).unwrap().temp_c, 26.0);
        assert_eq!(
            at(
                &WeatherSeries {
                    records: vec![],
                    ..series
                },
                0.0
            ),
            None
        );
    }

    #[test]
    fn direction_takes_the_shorter_arc() {
        assert!((direction_between(10.0, 350.0, 0.75) - 355.0).abs() < 1e-12);
        assert!((direction_between(90.0, 180.0, 0.5) - 135.0).abs() < 1e-12);
    }
}
