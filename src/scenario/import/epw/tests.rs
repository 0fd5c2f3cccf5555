//! Tests of the EPW reader on a made-up year whose figures are known in closed form.

use std::fmt::Write;
use std::path::Path;

use jiff::civil::date;
use proptest::prelude::*;

use crate::scenario::import::epw::EpwError;
use crate::scenario::import::epw::EpwProblem;
use crate::scenario::import::epw::parse;
use crate::scenario::import::epw::row::calendar;

/// Temperature of the made-up year: the hour of the day, plus the month over 10.
fn year(leap: bool, edit: impl Fn(usize, &mut Vec<String>)) -> String {
    let mut text = String::from(
        "LOCATION,Testville,TS,XXX,made up,000000,41.5,-87.5,-6.0,200.0\nDATA PERIODS,1,1,Data,Sunday,1/1,12/31\n",
    );
    for (index, (month, day, hour)) in calendar(leap).enumerate() {
        let temp = f64::from(hour) + f64::from(month) / 10.0;
        let sun = if (9..=16).contains(&hour) {
            100 * i32::from(hour)
        } else {
            0
        };
        let line = format!(
            "19{},{month},{day},{hour},0,?,{temp},10.0,50,99000,0,0,300,{sun},{sun},0,0,0,0,0,180,3.0,0,0,9999,0,0,0,0,0,0,0,0,999,99",
            60 + month
        );
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        edit(index, &mut fields);
        writeln!(text, "{}", fields.join(",")).unwrap();
    }
    text
}

fn problems(text: &str) -> Vec<EpwProblem> {
    match parse(Path::new("test.epw"), text) {
        Err(EpwError::Invalid(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn header_and_hours() {
    let file = parse(Path::new("test.epw"), &year(false, |_, _| {})).unwrap();
    assert_eq!(file.location, "Testville");
    assert_eq!(
        (
            file.latitude_deg,
            file.longitude_deg,
            file.utc_offset_h,
            file.elevation_m
        ),
        (41.5, -87.5, -6.0, 200.0)
    );
    assert_eq!(file.hours.len(), 8760);
    assert_eq!(file.filled, 0);
    let last = file.hours[8759];
    assert_eq!((last.month, last.day, last.hour), (12, 31, 24));
    assert!((last.record.temp_c - 25.2).abs() < 1e-12);
    assert_eq!(last.record.rain_mm_h, 0.0);
}

#[test]
fn hour_names_the_end_of_its_interval() {
    let file = parse(Path::new("test.epw"), &year(false, |_, _| {})).unwrap();
    let series = file
        .cut(date(2031, 7, 13).at(9, 0, 0, 0), 3600, 900)
        .unwrap();
    // At 9 h the record of hour 9 holds: 9.7; a quarter later linear towards 10.7.
    assert!((series.records[0].temp_c - 9.7).abs() < 1e-9);
    assert!((series.records[1].temp_c - 9.95).abs() < 1e-9);
    assert!((series.records[4].temp_c - 10.7).abs() < 1e-9);
    // Hour 10's mean irradiance (1000) belongs to 9:30; at 9:00 halfway between hours 9 and 10.
    assert!((series.records[2].ghi_w_m2 - 1000.0).abs() < 1e-9);
    assert!((series.records[0].ghi_w_m2 - 950.0).abs() < 1e-9);
    assert_eq!(series.records.len(), 5);
}

#[test]
fn year_wraps_and_leap_days_are_honest() {
    let file = parse(Path::new("test.epw"), &year(false, |_, _| {})).unwrap();
    let series = file
        .cut(date(2031, 12, 31).at(23, 0, 0, 0), 7200, 3600)
        .unwrap();
    let temps: Vec<f64> = series.records.iter().map(|record| record.temp_c).collect();
    assert!(
        (temps[0] - 24.2).abs() < 1e-9
            && (temps[1] - 25.2).abs() < 1e-9
            && (temps[2] - 1.1).abs() < 1e-9
    );
    assert!(file.cut(date(2032, 2, 29).at(0, 0, 0, 0), 60, 60).is_err());
    let leap = parse(Path::new("test.epw"), &year(true, |_, _| {})).unwrap();
    assert!(leap.cut(date(2032, 2, 29).at(0, 0, 0, 0), 60, 60).is_ok());
}

#[test]
fn missing_codes_are_filled_or_named() {
    let gap = |index: usize| (4000..4003).contains(&index);
    let text = year(false, |index, fields| {
        if gap(index) {
            fields[6] = "99.9".to_owned();
            fields[9] = "999999.".to_owned();
        }
        if index == 5000 {
            fields[7] = "99.9".to_owned();
        }
    });
    let file = parse(Path::new("test.epw"), &text).unwrap();
    assert_eq!(file.filled, 6);
    assert!(
        (file.hours[4001].record.temp_c
            - 0.5 * (file.hours[3999].record.temp_c + file.hours[4003].record.temp_c))
            .abs()
            < 1e-9
    );
    // A missing dew point with a known humidity comes from that, not from the neighbours.
    let temp = file.hours[5000].record.temp_c;
    assert!(
        (file.hours[5000].record.dew_point_c
            - crate::solvers::thermal::psychrometrics::dew_point_c(temp, 50.0))
        .abs()
            < 1e-12
    );

    let long = year(false, |index, fields| {
        if (100..130).contains(&index) {
            fields[21] = "999".to_owned();
        }
    });
    let found = problems(&long);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].line, found[0].field.as_str()),
        (103, "wind speed")
    );
}

#[test]
fn all_problems_at_once_with_line_and_field() {
    let text = year(false, |index, fields| match index {
        10 => fields[6] = "warm".to_owned(),
        20 => fields[13] = "-5".to_owned(),
        30 => fields.truncate(15),
        _ => {}
    });
    let found = problems(&text);
    let named: Vec<(usize, &str)> = found
        .iter()
        .map(|problem| (problem.line, problem.field.as_str()))
        .collect();
    assert!(named.contains(&(13, "dry-bulb temperature")), "{named:?}");
    assert!(named.contains(&(23, "global horizontal radiation")));
    assert!(named.contains(&(33, "wind speed")));
    assert!(
        EpwError::Invalid(found)
            .to_string()
            .contains("test.epw:13: dry-bulb temperature: 'warm' is not a number")
    );
}

#[test]
fn truncated_and_foreign_files_say_so() {
    let whole = year(false, |_, _| {});
    let cut: String = whole
        .lines()
        .take(5000)
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(
        problems(&cut)
            .iter()
            .any(|problem| problem.message.contains("4998 hours where a year has 8760"))
    );
    assert_eq!(problems("a,b,c\n1,2,3\n")[0].field, "LOCATION");
    assert!(!problems("").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn mutated_text_never_panics(
        edits in prop::collection::vec((0_usize..1_300_000, "[ -~é,\n]{0,6}", 0_usize..40), 1..12),
        keep in 0_usize..1_300_000,
    ) {
        let mut text = year(false, |_, _| {});
        for (at, insert, remove) in edits {
            let from = (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
            let to = (from + remove..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len()).max(from);
            text.replace_range(from..to, &insert);
        }
        let end = (0..=keep.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        for candidate in [&text, &text[..end]] {
            if let Ok(file) = parse(Path::new("mutated.epw"), candidate) {
                let series = file.cut(date(2031, 7, 1).at(0, 0, 0, 0), 86_400, 600);
                prop_assert!(series.is_ok_and(|series| series.records.iter().all(|record| record.temp_c.is_finite())));
            }
        }
    }
}
