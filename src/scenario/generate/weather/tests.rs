//! Tests of the weather generator: its targets in the mean over seeds, its physics in every record.

use std::sync::OnceLock;

use jiff::civil::date;

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_recipe::LakeBreeze;
use crate::city::model::weather_recipe::Storm;
use crate::city::model::weather_recipe::WeatherRecipe;
use crate::scenario::generate::weather::generate;
use crate::solvers::thermal::psychrometrics::heat_index_c;
use crate::solvers::thermal::psychrometrics::relative_humidity_pct;

const SEEDS: u64 = 100;
const HORIZON_S: u32 = 72 * 3600;

fn lakeside() -> WeatherRecipe {
    toml::from_str(include_str!(
        "../../../../tests/data/weather/lakeside_heat_wave.toml"
    ))
    .unwrap()
}

fn july(recipe: &WeatherRecipe, seed: u64) -> WeatherSeries {
    generate(
        recipe,
        date(2026, 7, 13).at(0, 0, 0, 0),
        HORIZON_S,
        600,
        seed,
    )
}

/// Records of one day, 0 the first.
fn day(series: &WeatherSeries, day: usize) -> &[WeatherRecord] {
    &series.records[day * 144..(day + 1) * 144]
}

fn hottest(records: &[WeatherRecord]) -> (usize, f64) {
    records
        .iter()
        .enumerate()
        .fold((0, f64::MIN), |best, (i, r)| {
            if r.temp_c > best.1 {
                (i, r.temp_c)
            } else {
                best
            }
        })
}

fn coldest(records: &[WeatherRecord]) -> (usize, f64) {
    records
        .iter()
        .enumerate()
        .fold((0, f64::MAX), |best, (i, r)| {
            if r.temp_c < best.1 {
                (i, r.temp_c)
            } else {
                best
            }
        })
}

fn heat_index(record: &WeatherRecord) -> f64 {
    heat_index_c(
        record.temp_c,
        relative_humidity_pct(record.temp_c, record.dew_point_c),
    )
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (
        mean,
        (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt(),
    )
}

/// One default heat wave a seed, drawn once for all tests.
fn heat_waves() -> &'static [WeatherSeries] {
    static DRAWN: OnceLock<Vec<WeatherSeries>> = OnceLock::new();
    DRAWN.get_or_init(|| (0..SEEDS).map(|seed| july(&lakeside(), seed)).collect())
}

fn over_seeds(measure: impl Fn(&WeatherSeries) -> f64) -> (f64, f64) {
    let values: Vec<f64> = heat_waves().iter().map(measure).collect();
    moments(&values)
}

#[test]
fn daily_extremes_hit_the_targets_in_the_mean_and_scatter_by_0_8() {
    for (index, (high, low)) in [(36.7, 25.0), (41.1, 27.2), (38.9, 28.9)]
        .into_iter()
        .enumerate()
    {
        let (mean, sd) = over_seeds(|series| hottest(day(series, index)).1);
        assert!(
            (mean - high).abs() < 0.3,
            "day {index}: mean high {mean} against {high}"
        );
        assert!((0.6..1.05).contains(&sd), "day {index}: sd of highs {sd}");
        let (mean, sd) = over_seeds(|series| coldest(&day(series, index)[18..60]).1);
        assert!(
            (mean - low).abs() < 0.3,
            "day {index}: mean low {mean} against {low}"
        );
        assert!((0.3..0.9).contains(&sd), "day {index}: sd of lows {sd}");
    }
}

#[test]
fn hours_of_extremes_and_the_hot_evening() {
    let hours = |(index, _): (usize, f64)| index as f64 / 6.0;
    let (maximum, _) = over_seeds(|series| hours(hottest(day(series, 1))));
    assert!((15.0..17.0).contains(&maximum), "{maximum}");
    let (minimum, _) = over_seeds(|series| hours(coldest(&day(series, 1)[..72])));
    assert!((4.8..6.2).contains(&minimum), "{minimum}");
    let (last_above_35, _) = over_seeds(|series| {
        day(series, 1)
            .iter()
            .rposition(|record| record.temp_c > 35.0)
            .map_or(0.0, |index| index as f64 / 6.0)
    });
    assert!((19.5..21.5).contains(&last_above_35), "{last_above_35}");
}

#[test]
fn humidity_and_heat_index_of_july_1995() {
    let (peak, _) = over_seeds(|series| {
        series
            .records
            .iter()
            .map(heat_index)
            .fold(f64::MIN, f64::max)
    });
    assert!((50.5..52.5).contains(&peak), "{peak}");
    let (dew, _) = over_seeds(|series| {
        moments(
            &series
                .records
                .iter()
                .map(|r| r.dew_point_c)
                .collect::<Vec<_>>(),
        )
        .0
    });
    assert!((24.0..28.0).contains(&dew), "{dew}");
    let humidity =
        |record: &WeatherRecord| relative_humidity_pct(record.temp_c, record.dew_point_c);
    let (afternoon, _) = over_seeds(|series| humidity(&day(series, 1)[96]));
    assert!((38.0..53.0).contains(&afternoon), "{afternoon}");
    let (dawn, _) = over_seeds(|series| humidity(&day(series, 1)[33]));
    assert!((78.0..92.0).contains(&dawn), "{dawn}");
}

#[test]
fn seeds_differ_and_repeat() {
    assert_eq!(july(&lakeside(), 3), july(&lakeside(), 3));
    let (a, b) = (july(&lakeside(), 3), july(&lakeside(), 4));
    let apart: Vec<f64> = a
        .records
        .iter()
        .zip(&b.records)
        .map(|(x, y)| (x.temp_c - y.temp_c).abs())
        .collect();
    assert!(
        (0.2..3.0).contains(&moments(&apart).0),
        "{}",
        moments(&apart).0
    );
}

#[test]
fn horizon_and_interval_change_nothing_of_the_weather() {
    let start = date(2026, 7, 13).at(5, 20, 0, 0);
    let short = generate(&lakeside(), start, HORIZON_S, 600, 8);
    let long = generate(&lakeside(), start, HORIZON_S + 48 * 3600, 600, 8);
    for (a, b) in short.records.iter().zip(&long.records).take(144 * 2) {
        assert_eq!(a, b);
    }
    assert_eq!(long.records.len(), 120 * 6 + 1);
    let fine = generate(&lakeside(), start, HORIZON_S, 60, 8);
    for (a, b) in short.records.iter().zip(fine.records.iter().step_by(10)) {
        assert_eq!(a, b);
    }
}

#[test]
fn every_record_is_physical() {
    let storm = Storm {
        start_h: 64.0,
        duration_h: 2.0,
        gust_m_s: 28.0,
        rain_mm_h: 45.0,
        temp_drop_c: 9.0,
        wind_dir_deg: 290.0,
    };
    let recipe = WeatherRecipe {
        storm: Some(storm),
        ..lakeside()
    };
    for seed in 0..20 {
        let series = generate(
            &recipe,
            date(2026, 1, 10).at(12, 0, 0, 0),
            20 * 86_400,
            600,
            seed,
        );
        for record in &series.records {
            assert!((-40.0..50.0).contains(&record.temp_c));
            assert!(record.dew_point_c < record.temp_c);
            assert!((90_000.0..105_000.0).contains(&record.pressure_pa));
            assert!((0.0..30.0).contains(&record.wind_m_s) && record.gust_m_s >= record.wind_m_s);
            assert!((0.0..360.0).contains(&record.wind_dir_deg));
            assert!(
                (0.0..1100.0).contains(&record.ghi_w_m2)
                    && (0.0..1100.0).contains(&record.dni_w_m2)
            );
            assert!(record.dhi_w_m2 <= record.ghi_w_m2 + 1e-9 && record.rain_mm_h >= 0.0);
        }
    }
    let series = july(&lakeside(), 1);
    assert_eq!(series.records[12].ghi_w_m2, 0.0);
    assert!(
        (750.0..1000.0).contains(&series.records[78].ghi_w_m2),
        "{}",
        series.records[78].ghi_w_m2
    );
}

#[test]
fn storm_brings_gust_rain_cloud_and_cool_air() {
    let storm = Storm {
        start_h: 64.0,
        duration_h: 2.0,
        gust_m_s: 28.0,
        rain_mm_h: 45.0,
        temp_drop_c: 9.0,
        wind_dir_deg: 290.0,
    };
    let calm = july(&lakeside(), 2);
    let wild = july(
        &WeatherRecipe {
            storm: Some(storm),
            ..lakeside()
        },
        2,
    );
    let onset = 64 * 6;
    assert_eq!(calm.records[..onset - 6], wild.records[..onset - 6]);
    let during = &wild.records[onset..onset + 12];
    let most = |f: fn(&WeatherRecord) -> f64| during.iter().map(f).fold(f64::MIN, f64::max);
    assert!(
        (most(|r| r.gust_m_s) - 28.0).abs() < 0.5,
        "{}",
        most(|r| r.gust_m_s)
    );
    assert!(
        (35.0..=45.0).contains(&most(|r| r.rain_mm_h)),
        "{}",
        most(|r| r.rain_mm_h)
    );
    let drop = calm.records[onset + 6].temp_c - wild.records[onset + 6].temp_c;
    assert!((drop - 9.0).abs() < 1e-9, "{drop}");
    assert!(wild.records[onset + 6].ghi_w_m2 < 0.3 * calm.records[onset + 6].ghi_w_m2 + 1.0);
    assert_eq!(wild.records[onset + 13].rain_mm_h, 0.0);
}

#[test]
fn lake_breeze_cools_the_afternoon_and_turns_the_wind() {
    let breeze = LakeBreeze {
        daily_probability: 1.0,
        cooling_c: 5.0,
        wind_dir_deg: 80.0,
    };
    let inland = july(&lakeside(), 2);
    let shore = july(
        &WeatherRecipe {
            lake_breeze: Some(breeze),
            ..lakeside()
        },
        2,
    );
    let at_15_h = 15 * 6;
    assert!((inland.records[at_15_h].temp_c - shore.records[at_15_h].temp_c - 5.0).abs() < 1e-9);
    assert!((shore.records[at_15_h].wind_dir_deg - 80.0).abs() < 1e-9);
    assert_eq!(
        inland.records[at_15_h + 54].temp_c,
        shore.records[at_15_h + 54].temp_c
    );
}

#[test]
fn without_a_dome_july_is_the_climates() {
    let recipe = WeatherRecipe {
        heat_dome: None,
        ..lakeside()
    };
    let (mut highs, mut lows) = (Vec::new(), Vec::new());
    for seed in 0..40 {
        let series = generate(
            &recipe,
            date(2026, 7, 13).at(0, 0, 0, 0),
            14 * 86_400,
            600,
            seed,
        );
        for index in 0..14 {
            highs.push(hottest(day(&series, index)).1);
            lows.push(coldest(&day(&series, index)[..60]).1);
        }
    }
    let ((high, high_sd), (low, _)) = (moments(&highs), moments(&lows));
    assert!((high - 29.0).abs() < 0.8, "{high}");
    assert!((2.8..4.2).contains(&high_sd), "{high_sd}");
    assert!((low - 19.5).abs() < 0.9, "{low}");
}

#[test]
fn recipe_names_its_problems_and_refuses_unknown_fields() {
    assert!(lakeside().problems().is_empty());
    let mut recipe = lakeside();
    recipe.latitude_deg = 141.9;
    if let Some(dome) = &mut recipe.heat_dome {
        dome.low_c.pop();
        dome.dew_point_c[1] = 40.0;
    }
    let fields: Vec<String> = recipe
        .problems()
        .into_iter()
        .map(|problem| problem.field)
        .collect();
    assert_eq!(
        fields,
        ["latitude_deg", "heat_dome.dew_point_c[1]", "heat_dome"]
    );
    let text = include_str!("../../../../tests/data/weather/lakeside_heat_wave.toml")
        .replace("peak_day", "peak_dy");
    assert!(toml::from_str::<WeatherRecipe>(&text).is_err());
}
