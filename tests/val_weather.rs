//! Weather against outside truth: EPW files of the reference data, and the sun against the figures in them.

#![allow(clippy::print_stdout, reason = "a skipped test must say so")]

use std::path::PathBuf;

use autopolis::scenario::import::epw;
use autopolis::solvers::sun::irradiance;
use autopolis::solvers::sun::solar_hour;
use autopolis::solvers::sun::sun_position;

/// Annual mean and highest dry-bulb temperature, and sum of global horizontal radiation (Wh/m2), of Chicago TMY3.
const EPW_MEAN_TEMP_C: f64 = 9.987990867579914;
const EPW_HOTTEST_C: f64 = 35.0;
const EPW_GHI_SUM: f64 = 1406646.0;

/// A file of the reference data; nothing (and a word about it) where there is none.
fn reference(path: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folders = [
        std::env::var_os("AUTOPOLIS_REFERENCE_DATA").map(PathBuf::from),
        Some(beside),
        Some(PathBuf::from("/work/shared/data")),
    ];
    let found = folders
        .into_iter()
        .flatten()
        .map(|folder| folder.join(path))
        .find(|file| file.exists());
    if found.is_none() {
        assert!(
            std::env::var_os("AUTOPOLIS_REQUIRE_REFERENCE").is_none(),
            "{path} is required and absent"
        );
        println!("skipped: no reference data ({path})");
    }
    found
}

#[test]
fn val_epw_chicago_tmy3() {
    let Some(path) = reference("weather/chicago_tmy3.epw") else {
        return;
    };
    let file = epw::read(&path).unwrap();
    assert_eq!(
        (
            file.latitude_deg,
            file.longitude_deg,
            file.utc_offset_h,
            file.elevation_m
        ),
        (41.98, -87.92, -6.0, 201.0)
    );
    assert!(file.location.starts_with("Chicago Ohare"));
    assert_eq!(file.hours.len(), 8760);
    // 7 July, hour 4, as printed in the file.
    let hour = file
        .hours
        .iter()
        .find(|hour| (hour.month, hour.day, hour.hour) == (7, 7, 4))
        .unwrap();
    assert_eq!(
        (
            hour.record.temp_c,
            hour.record.dew_point_c,
            hour.record.pressure_pa
        ),
        (21.1, 21.1, 99_900.0)
    );
    // Sums and extremes taken from the columns with Python.
    let mean = file
        .hours
        .iter()
        .map(|hour| hour.record.temp_c)
        .sum::<f64>()
        / 8760.0;
    assert!((mean - EPW_MEAN_TEMP_C).abs() < 1e-6, "{mean}");
    let sun: f64 = file.hours.iter().map(|hour| hour.record.ghi_w_m2).sum();
    assert!((sun - EPW_GHI_SUM).abs() < 1e-6, "{sun}");
    let hottest = file
        .hours
        .iter()
        .map(|hour| hour.record.temp_c)
        .fold(f64::MIN, f64::max);
    assert_eq!(hottest, EPW_HOTTEST_C);

    // Finer cuts keep a day's energy and stay within the hourly extremes.
    let day = file
        .cut(jiff::civil::date(2026, 7, 14).at(0, 0, 0, 0), 86_400, 600)
        .unwrap();
    let fine: f64 = day
        .records
        .iter()
        .take(144)
        .map(|record| record.ghi_w_m2 / 6.0)
        .sum();
    let coarse: f64 = file
        .hours
        .iter()
        .filter(|h| (h.month, h.day) == (7, 14))
        .map(|h| h.record.ghi_w_m2)
        .sum();
    assert!(
        (fine / coarse - 1.0).abs() < 1e-9,
        "{fine} against {coarse}"
    );
}

#[test]
fn val_epw_granada_swec() {
    let Some(path) = reference("weather/granada_swec.epw") else {
        return;
    };
    let file = epw::read(&path).unwrap();
    assert_eq!(
        (
            file.latitude_deg,
            file.longitude_deg,
            file.utc_offset_h,
            file.elevation_m
        ),
        (37.18, -3.78, 1.0, 559.0)
    );
    assert_eq!(file.hours.len(), 8760);
    assert!(
        file.hours
            .iter()
            .all(|hour| (hour.record.wind_m_s - 6.7).abs() < 1e-9)
    );
    let start = jiff::civil::date(2026, 12, 31).at(12, 0, 0, 0);
    let series = file.cut(start, 86_400, 300).unwrap();
    assert_eq!(series.records.len(), 289);
    assert!(
        series
            .records
            .iter()
            .all(|record| record.temp_c > -10.0 && record.dew_point_c <= record.temp_c + 0.5)
    );
}

#[test]
fn val_sun_against_extraterrestrial_radiation_of_tmy3() {
    let Some(path) = reference("weather/chicago_tmy3.epw") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let (mut worst, mut sum, mut compared) = (0.0_f64, 0.0, 0);
    let (mut clear_model, mut clear_measured) = (0.0, 0.0);
    let mut hour_of_year = 0.0;
    for line in text.lines().skip(8) {
        let column: Vec<f64> = line
            .split(',')
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        let (horizontal, normal) = (column[10], column[11]);
        // The middle of hours in which the sun is up throughout (the normal is near its constant) and above 6 degrees.
        let day = (hour_of_year / 24.0_f64).floor() + 1.0;
        let solar = solar_hour(column[3] - 0.5, -87.92, -6.0, day);
        hour_of_year += 1.0;
        if normal < 1300.0 || horizontal < 0.1 * normal {
            continue;
        }
        let sun = sun_position(41.98, day, solar);
        let error = sun.altitude_rad.to_degrees() - (horizontal / normal).asin().to_degrees();
        worst = worst.max(error.abs());
        sum += error;
        compared += 1;
        // Cloudless summer hours by the file's own sky cover.
        if column[22] == 0.0 && (6.0..=8.0).contains(&column[1]) && horizontal > 400.0 {
            clear_model += irradiance(sun, day, 0.0).ghi_w_m2;
            clear_measured += column[13];
        }
    }
    assert!(compared > 3500, "{compared}");
    // The file's mean over an hour differs from its middle by up to 0.7 degrees when the sun is high.
    assert!(
        (sum / f64::from(compared)).abs() < 0.1,
        "mean altitude error {} degrees",
        sum / f64::from(compared)
    );
    assert!(worst < 0.8, "worst altitude error {worst} degrees");
    assert!(clear_measured > 10_000.0);
    let ratio = clear_model / clear_measured;
    assert!(
        (0.93..1.10).contains(&ratio),
        "clear sky over measured {ratio}"
    );
}
