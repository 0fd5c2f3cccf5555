//! Reads EnergyPlus weather files (EPW) and cuts a run's weather out of their year.
//!
//! It deliberately reads neither design conditions nor ground temperatures, and believes the file's year: a typical
//! year is stitched together from months of different years, so the year column is ignored.

use std::path::Path;
use std::path::PathBuf;

use jiff::civil::DateTime;

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather::WeatherSeries;
use crate::city::model::weather_sample::between;
use crate::scenario::import::epw::row::Row;

mod row;

/// Longest run of missing hours that is bridged by interpolation; a longer one is an error.
const LONGEST_GAP_H: usize = 12;

/// Strongest gust over the hourly mean wind, for EPW has no gusts (open country, WMO TD 1555 table 1.1: about 1.5).
const GUST_FACTOR: f64 = 1.5;

/// Problems printed before the rest is only counted.
const PRINTED_PROBLEMS: usize = 20;

/// One hour of a weather file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpwHour {
    /// Temperature, dew point, pressure and wind at the end of the hour; irradiance and rain as means over it.
    pub record: WeatherRecord,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
    /// Hour, 1 to 24; it names the end of the interval.
    pub hour: u8,
}

/// A weather file.
#[derive(Clone, Debug, PartialEq)]
pub struct EpwFile {
    /// Name of the place.
    pub location: String,
    /// Where its data come from, as the file says.
    pub data_source: String,
    /// Latitude, degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive.
    pub longitude_deg: f64,
    /// Local standard time ahead of UTC, hours.
    pub utc_offset_h: f64,
    /// Elevation, metres.
    pub elevation_m: f64,
    /// 8760 or (leap year) 8784 hours from 1 January, hour 1.
    pub hours: Vec<EpwHour>,
    /// Missing figures that were filled from their neighbours.
    pub filled: usize,
}

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {field}: {message}", file.display())]
pub struct EpwProblem {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Field of the line.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// Everything wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum EpwError {
    /// The file could not be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file's contents are wrong; all problems, in the order of lines.
    #[error("{}", listed(.0))]
    Invalid(Vec<EpwProblem>),
}

fn listed(problems: &[EpwProblem]) -> String {
    let mut lines: Vec<String> = problems
        .iter()
        .take(PRINTED_PROBLEMS)
        .map(ToString::to_string)
        .collect();
    if problems.len() > PRINTED_PROBLEMS {
        lines.push(format!(
            "... and {} more problems",
            problems.len() - PRINTED_PROBLEMS
        ));
    }
    lines.join("\n")
}

/// The calendar day asked for is not in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{location} has no {month:02}-{day:02} (29 February needs a file of a leap year)")]
pub struct NoSuchDay {
    /// The file's place.
    pub location: String,
    /// Month asked for.
    pub month: i8,
    /// Day asked for.
    pub day: i8,
}

/// Reads a file.
///
/// # Errors
/// [`EpwError::Unreadable`] or all problems of its contents.
pub fn read(path: &Path) -> Result<EpwFile, EpwError> {
    let bytes = std::fs::read(path).map_err(|source| EpwError::Unreadable {
        file: path.to_owned(),
        source,
    })?;
    // Comments of older files are in Latin-1; nothing that is read is.
    parse(path, &String::from_utf8_lossy(&bytes))
}

/// Parses the text of a file; `path` is named in problems alone.
///
/// # Errors
/// [`EpwError::Invalid`] with every problem found.
pub fn parse(path: &Path, text: &str) -> Result<EpwFile, EpwError> {
    let mut problems = Problems {
        file: path,
        found: Vec::new(),
    };
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line));
    let header = location(lines.next().map_or("", |(_, line)| line), &mut problems);
    let mut rows: Vec<(usize, Row)> = Vec::new();
    let mut in_data = false;
    for (line, text) in lines {
        if !in_data {
            in_data = text
                .trim_start()
                .to_ascii_uppercase()
                .starts_with("DATA PERIODS");
        } else if !text.trim().is_empty()
            && let Some(row) = Row::parse(line, text, &mut problems)
        {
            rows.push((line, row));
        }
    }
    if !in_data {
        problems.add(
            1,
            "DATA PERIODS",
            "the header line that precedes the data is missing".to_owned(),
        );
    }
    check_calendar(&rows, &mut problems);
    let filled = fill_gaps(&mut rows, &mut problems);
    match header {
        Some(header) if problems.found.is_empty() => Ok(EpwFile {
            hours: rows.iter().map(|(_, row)| row.hour()).collect(),
            filled,
            ..header
        }),
        _ => Err(EpwError::Invalid(problems.found)),
    }
}

/// Problems as they are found.
struct Problems<'a> {
    file: &'a Path,
    found: Vec<EpwProblem>,
}

impl Problems<'_> {
    fn add(&mut self, line: usize, field: &str, message: String) {
        self.found.push(EpwProblem {
            file: self.file.to_owned(),
            line,
            field: field.to_owned(),
            message,
        });
    }

    /// A finite number between two bounds.
    fn number(
        &mut self,
        line: usize,
        field: &str,
        text: Option<&str>,
        low: f64,
        high: f64,
    ) -> Option<f64> {
        let Some(text) = text.map(str::trim) else {
            self.add(line, field, "is missing: the line is too short".to_owned());
            return None;
        };
        match text.parse::<f64>() {
            Ok(value) if (low..=high).contains(&value) => Some(value),
            Ok(value) => {
                self.add(line, field, format!("{value} is outside {low} to {high}"));
                None
            }
            Err(_) => {
                self.add(line, field, format!("'{text}' is not a number"));
                None
            }
        }
    }
}

fn location(line: &str, problems: &mut Problems) -> Option<EpwFile> {
    let fields: Vec<&str> = line.split(',').collect();
    if !fields[0].trim().eq_ignore_ascii_case("LOCATION") {
        problems.add(
            1,
            "LOCATION",
            "the first line must begin with LOCATION; is this an EPW file?".to_owned(),
        );
        return None;
    }
    let latitude_deg = problems.number(1, "latitude", fields.get(6).copied(), -90.0, 90.0);
    let longitude_deg = problems.number(1, "longitude", fields.get(7).copied(), -180.0, 180.0);
    let utc_offset_h = problems.number(1, "time zone", fields.get(8).copied(), -12.0, 14.0);
    let elevation_m = problems.number(1, "elevation", fields.get(9).copied(), -1000.0, 9999.9);
    Some(EpwFile {
        location: fields.get(1).map_or("", |name| name.trim()).to_owned(),
        data_source: fields.get(4).map_or("", |name| name.trim()).to_owned(),
        latitude_deg: latitude_deg?,
        longitude_deg: longitude_deg?,
        utc_offset_h: utc_offset_h?,
        elevation_m: elevation_m?,
        hours: Vec::new(),
        filled: 0,
    })
}

/// The hours must follow each other through one whole year; the first break is reported, not its consequences.
fn check_calendar(rows: &[(usize, Row)], problems: &mut Problems) {
    let leap = rows.iter().any(|(_, row)| (row.month, row.day) == (2, 29));
    let expected_rows = if leap { 8784 } else { 8760 };
    let mut calendar = row::calendar(leap);
    for (line, row) in rows {
        let got = (row.month, row.day, row.hour);
        match calendar.next() {
            Some(expected) if expected == got => {}
            Some((month, day, hour)) => {
                let message = format!(
                    "month {}, day {}, hour {} where month {month}, day {day}, hour {hour} should follow",
                    got.0, got.1, got.2
                );
                problems.add(*line, "month, day, hour", message);
                return;
            }
            None => break,
        }
    }
    if rows.len() != expected_rows && problems.found.is_empty() {
        let line = rows.last().map_or(1, |(line, _)| *line);
        let message = format!("{} hours where a year has {expected_rows}", rows.len());
        problems.add(line, "data", message);
    }
}

/// Fills missing figures linearly across gaps of at most twelve hours (the year is a ring) and returns how many.
fn fill_gaps(rows: &mut [(usize, Row)], problems: &mut Problems) -> usize {
    let count = rows.len();
    let mut filled = 0;
    for (field, name) in row::FILLED_FIELDS.iter().enumerate() {
        let known: Vec<usize> = (0..count)
            .filter(|&index| rows[index].1.values[field].is_some())
            .collect();
        if known.len() == count {
            continue;
        }
        for (position, &from) in known.iter().enumerate() {
            let to = known.get(position + 1).copied().unwrap_or(known[0] + count);
            let gap = to - from - 1;
            if gap > LONGEST_GAP_H {
                let line = rows[(from + 1) % count].0;
                problems.add(
                    line,
                    name,
                    format!("missing for {gap} hours; at most {LONGEST_GAP_H} are bridged"),
                );
                continue;
            }
            let (Some(a), Some(b)) = (rows[from].1.values[field], rows[to % count].1.values[field])
            else {
                continue;
            };
            for step in 1..=gap {
                let share = step as f64 / (gap + 1) as f64;
                rows[(from + step) % count].1.fill(field, a, b, share);
                filled += 1;
            }
        }
        if known.is_empty() {
            problems.add(rows[0].0, name, "missing in the whole file".to_owned());
        }
    }
    filled
}

impl EpwFile {
    /// The weather of a run that starts at a date and time of the file's local standard time (the year is ignored),
    /// for `horizon_s` seconds, every `interval_s` seconds; after 31 December comes 1 January.
    ///
    /// Figures of an instant (temperature, dew point, pressure, wind) are linear between the ends of hours; those of an
    /// interval (irradiance, rain) are linear between the middles of hours, which keeps a day's sum.
    ///
    /// # Errors
    /// [`NoSuchDay`] for 29 February of a file without one.
    pub fn cut(
        &self,
        start: DateTime,
        horizon_s: u32,
        interval_s: u32,
    ) -> Result<WeatherSeries, NoSuchDay> {
        let (month, day) = (start.month(), start.day());
        let first = self
            .hours
            .iter()
            .position(|hour| {
                i16::from(hour.month) == i16::from(month) && i16::from(hour.day) == i16::from(day)
            })
            .ok_or_else(|| NoSuchDay {
                location: self.location.clone(),
                month,
                day,
            })?;
        let interval_s = interval_s.max(1);
        let count = (horizon_s.div_ceil(interval_s) + 1).max(2);
        let start_s = f64::from(start.hour()) * 3600.0
            + f64::from(start.minute()) * 60.0
            + f64::from(start.second());
        let records = (0..count)
            .map(|i| {
                let hours =
                    first as f64 + (start_s + f64::from(i) * f64::from(interval_s)) / 3600.0;
                // Record k stands for the instant k + 1 and for the interval whose middle is k + 1/2.
                let instant = self.blend(hours - 1.0);
                let interval = self.blend(hours - 0.5);
                WeatherRecord {
                    ghi_w_m2: interval.ghi_w_m2,
                    dni_w_m2: interval.dni_w_m2,
                    dhi_w_m2: interval.dhi_w_m2,
                    rain_mm_h: interval.rain_mm_h,
                    ..instant
                }
            })
            .collect();
        let source = format!(
            "{} ({}), from {month:02}-{day:02}",
            self.location, self.data_source
        );
        Ok(WeatherSeries {
            interval_s,
            records,
            source,
        })
    }

    /// The record a fraction of the way between two neighbours on the ring of the year.
    fn blend(&self, position: f64) -> WeatherRecord {
        let count = self.hours.len();
        let floor = position.floor();
        let index = (floor as i64).rem_euclid(count as i64) as usize;
        between(
            &self.hours[index].record,
            &self.hours[(index + 1) % count].record,
            position - floor,
        )
    }
}

#[cfg(test)]
mod tests;
