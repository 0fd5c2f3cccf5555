//! One hourly line of an EPW file: which column is what, and which figure means 'missing'.
//!
//! It deliberately judges a line by itself; the year as a whole is the reader's business.

use crate::city::model::weather::WeatherRecord;
use crate::city::model::weather_sample::direction_between;
use crate::scenario::import::epw::EpwHour;
use crate::scenario::import::epw::GUST_FACTOR;
use crate::scenario::import::epw::Problems;
use crate::solvers::thermal::psychrometrics::dew_point_c;

/// A column of figures: name, position, code from which on it is missing, and bounds (EnergyPlus Auxiliary Programs,
/// 'EnergyPlus Weather File (EPW) Data Dictionary').
struct Column {
    name: &'static str,
    position: usize,
    missing_from: f64,
    low: f64,
    high: f64,
}

const fn column(
    name: &'static str,
    position: usize,
    missing_from: f64,
    low: f64,
    high: f64,
) -> Column {
    Column {
        name,
        position,
        missing_from,
        low,
        high,
    }
}

const TEMP: usize = 0;
const DEW_POINT: usize = 1;
const PRESSURE: usize = 2;
const GHI: usize = 3;
const DNI: usize = 4;
const DHI: usize = 5;
const WIND_DIR: usize = 6;
const WIND: usize = 7;

const COLUMNS: [Column; 8] = [
    column("dry-bulb temperature", 6, 99.9, -90.0, 70.0),
    column("dew point", 7, 99.9, -90.0, 70.0),
    column("atmospheric pressure", 9, 999_999.0, 31_000.0, 120_000.0),
    column("global horizontal radiation", 13, 9999.0, 0.0, 2000.0),
    column("direct normal radiation", 14, 9999.0, 0.0, 2000.0),
    column("diffuse horizontal radiation", 15, 9999.0, 0.0, 2000.0),
    column("wind direction", 20, 999.0, 0.0, 360.0),
    column("wind speed", 21, 999.0, 0.0, 100.0),
];

const HUMIDITY: Column = column("relative humidity", 8, 999.0, 0.0, 110.0);
const RAIN_DEPTH: Column = column("liquid precipitation depth", 33, 999.0, 0.0, 500.0);
const RAIN_HOURS: Column = column("liquid precipitation quantity", 34, 99.0, 0.0, 24.0);

/// Names of the figures that are filled across gaps, in the order of [`Row::values`].
pub(super) const FILLED_FIELDS: [&str; 8] = [
    COLUMNS[0].name,
    COLUMNS[1].name,
    COLUMNS[2].name,
    COLUMNS[3].name,
    COLUMNS[4].name,
    COLUMNS[5].name,
    COLUMNS[6].name,
    COLUMNS[7].name,
];

/// One line: its place in the year, its figures (`None` where missing), and its rain.
pub(super) struct Row {
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) values: [Option<f64>; 8],
    rain_mm_h: f64,
}

impl Row {
    /// Parses a line; what is wrong with it goes to `problems`, and nothing comes back.
    pub(super) fn parse(line: usize, text: &str, problems: &mut Problems) -> Option<Self> {
        let fields: Vec<&str> = text.split(',').collect();
        let before = problems.found.len();
        let mut whole = |name: &str, position: usize, high: f64| {
            problems
                .number(line, name, fields.get(position).copied(), 1.0, high)
                .map_or(0, |value| value as u8)
        };
        let (month, day, hour) = (
            whole("month", 1, 12.0),
            whole("day", 2, 31.0),
            whole("hour", 3, 24.0),
        );
        let mut values = [None; 8];
        for (value, column) in values.iter_mut().zip(&COLUMNS) {
            *value = column.read(line, &fields, problems);
        }
        if values[DEW_POINT].is_none()
            && let (Some(temp), Some(humidity)) =
                (values[TEMP], HUMIDITY.read(line, &fields, problems))
        {
            values[DEW_POINT] = Some(dew_point_c(temp, humidity));
        }
        // Files of dry seasons and old files leave rain out: no figure is no rain.
        let mut rain = |column: &Column| match fields.get(column.position) {
            Some(_) => column.read(line, &fields, problems).unwrap_or(0.0),
            None => 0.0,
        };
        let rain_mm_h = rain(&RAIN_DEPTH) / rain(&RAIN_HOURS).max(1.0);
        (problems.found.len() == before).then_some(Self {
            month,
            day,
            hour,
            values,
            rain_mm_h,
        })
    }

    /// Fills one figure a share of the way between its neighbours `a` and `b`.
    pub(super) fn fill(&mut self, field: usize, a: f64, b: f64, share: f64) {
        self.values[field] = Some(if field == WIND_DIR {
            direction_between(a, b, share)
        } else {
            a + (b - a) * share
        });
    }

    /// The hour; the reader has filled every figure by then.
    pub(super) fn hour(&self) -> EpwHour {
        let value = |field: usize| self.values[field].unwrap_or(0.0);
        let record = WeatherRecord {
            temp_c: value(TEMP),
            dew_point_c: value(DEW_POINT),
            pressure_pa: value(PRESSURE),
            wind_m_s: value(WIND),
            wind_dir_deg: value(WIND_DIR),
            gust_m_s: GUST_FACTOR * value(WIND),
            ghi_w_m2: value(GHI),
            dni_w_m2: value(DNI),
            dhi_w_m2: value(DHI),
            rain_mm_h: self.rain_mm_h,
        };
        EpwHour {
            record,
            month: self.month,
            day: self.day,
            hour: self.hour,
        }
    }
}

impl Column {
    /// The figure of a line; nothing if it is blank, coded as missing, or wrong (which is then a problem).
    fn read(&self, line: usize, fields: &[&str], problems: &mut Problems) -> Option<f64> {
        let text = fields.get(self.position).copied();
        match text.map(str::trim) {
            Some("") => None,
            Some(text)
                if text
                    .parse::<f64>()
                    .is_ok_and(|value| value >= self.missing_from && value.is_finite()) =>
            {
                None
            }
            _ => problems.number(line, self.name, text, self.low, self.high),
        }
    }
}

/// Month, day and hour of every hour of a year.
pub(super) fn calendar(leap: bool) -> impl Iterator<Item = (u8, u8, u8)> {
    let days = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    (1..=12_u8).zip(days).flat_map(|(month, days)| {
        (1..=days).flat_map(move |day| (1..=24).map(move |hour| (month, day, hour)))
    })
}
