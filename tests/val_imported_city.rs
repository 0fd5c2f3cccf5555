//! The IEEE 118-bus case in Chicago's typical year, as a newcomer would import it: sums against the published case, and
//! the heat wave against Chicago 1995.

mod common;

use autopolis::scenario::build::build;
use autopolis::scenario::city_files::folder;
use autopolis::scenario::document::Overrides;
use autopolis::scenario::import::city::city;
use autopolis::scenario::import::epw;
use autopolis::scenario::import::matpower;

/// Load of case118 in `case118_summary.json` and in the case's own header, megawatts.
const CASE_LOAD_MW: f64 = 4242.0;

#[test]
fn val_case118_in_chicago_meets_the_heat_wave_of_1995() {
    let Some(data) = common::reference_data() else {
        return;
    };
    let case = matpower::read(&data.join("power/case118.m")).unwrap();
    let weather_path = data.join("weather/chicago_tmy3.epw");
    let weather = epw::read(&weather_path).unwrap();
    let imported = city("c118", &case, Some(&weather)).unwrap();
    let grid = &imported.grid;
    assert_eq!(
        grid.lines.len() + grid.transformers.len(),
        case.branches.len()
    );
    assert_eq!(grid.buses.len(), 118);
    assert_eq!(grid.plants.len(), 54);
    let peak: f64 = grid.loads.iter().map(|l| l.design_peak_mw).sum();
    assert!((peak - CASE_LOAD_MW).abs() < 0.5, "{peak}");
    assert!(imported.districts.len() <= 24);

    let room = tempfile::tempdir().unwrap();
    let town = room.path().join("c118");
    folder::write(&imported, &town).unwrap();
    std::fs::copy(&weather_path, town.join("weather.epw")).unwrap();
    let overrides = Overrides {
        city: Some(town.display().to_string()),
        ..Overrides::default()
    };
    let plan = build("heat-wave", &overrides)
        .unwrap_or_else(|p| panic!("{p}"))
        .plan;
    assert_eq!(*plan.city, imported);
    let per_day = 86_400 / plan.weather.interval_s as usize;
    let day = |day: usize| &plan.weather.records[day * per_day..(day + 1) * per_day];
    // Midway 98/106/102 F; normals of the file and of the date differ from the scenario's July means by up to 1.5 K,
    // and a seed scatters by 0.8 K a standard deviation.
    for (k, measured) in [36.7, 41.1, 38.9].into_iter().enumerate() {
        let high = day(k).iter().map(|r| r.temp_c).fold(f64::MIN, f64::max);
        assert!((high - measured).abs() < 3.0, "day {}: {high}", k + 1);
    }
    // Clear July days at 42 degrees north bring 7 to 8.5 kWh/m2.
    let sun =
        day(1).iter().map(|r| r.ghi_w_m2).sum::<f64>() * f64::from(plan.weather.interval_s) / 3.6e6;
    assert!((6.5..9.0).contains(&sun), "{sun}");
    assert!(
        plan.weather
            .records
            .iter()
            .all(|r| r.dew_point_c < r.temp_c)
    );
}
