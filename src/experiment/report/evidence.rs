//! The runs that count, by setting and controller, with their names and colours, and intervals of their means.

use crate::engine::chance::mix;
use crate::experiment::outcome::SweepOutcome;
use crate::experiment::report::spread::capital;
use crate::experiment::table::RunRow;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::PEERS;
use crate::results::story::words::city_name;
use crate::solvers::statistics::bootstrap::bootstrap;
use crate::solvers::statistics::descriptive::mean;
use crate::solvers::statistics::interval::Interval;
use std::collections::BTreeMap;
use std::path::Path;

/// Resamples of an interval in a picture: its ends move by less than a line's width with more.
const RESAMPLES: usize = 1000;
/// Confidence of every interval.
const CONFIDENCE: f64 = 0.95;
/// Seed of the resampling; any one number, so that the same runs give the same picture.
const SEED: u64 = 20_270_712;

/// A scenario in a city: what runs are pooled by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// Scenario, as in `runs.csv`.
    pub scenario: String,
    /// City, as in `runs.csv`.
    pub city: String,
}

impl Setting {
    /// In words.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "{} in {}",
            short(&self.scenario),
            city_name(&short(&self.city))
        )
    }
}

/// The evidence of a sweep.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The folder.
    pub folder: &'a SweepOutcome,
    /// Settings with any run, in order of the table.
    pub settings: Vec<Setting>,
    /// Controllers with any run, the baseline first, then in order of the table.
    pub controllers: Vec<String>,
    rows: BTreeMap<(usize, usize), Vec<&'a RunRow>>,
    /// Setting and controller of each run that counts.
    places: BTreeMap<u32, (usize, usize)>,
}

impl<'a> Evidence<'a> {
    /// Sorts the runs that count.
    #[must_use]
    pub fn of(folder: &'a SweepOutcome) -> Self {
        let mut settings: Vec<Setting> = Vec::new();
        let mut controllers: Vec<String> = Vec::new();
        let mut rows: BTreeMap<(usize, usize), Vec<&RunRow>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        if folder
            .evidence()
            .any(|row| row.controller == folder.plan.baseline)
        {
            controllers.push(folder.plan.baseline.clone());
        }
        for row in folder.evidence() {
            let setting = Setting {
                scenario: row.scenario.clone(),
                city: row.city.clone(),
            };
            let s = place(&mut settings, setting);
            let c = place(&mut controllers, row.controller.clone());
            rows.entry((s, c)).or_default().push(row);
            places.insert(row.run_id, (s, c));
        }
        Self {
            folder,
            settings,
            controllers,
            rows,
            places,
        }
    }

    /// What a title begins with: the setting where there are several, else nothing; then the title as a sentence.
    #[must_use]
    pub fn titled(&self, setting: usize, title: &str) -> String {
        match self.settings.get(setting) {
            Some(s) if self.settings.len() > 1 => format!("{}: {title}", capital(&s.name())),
            _ => capital(title),
        }
    }

    /// The runs of a setting with a controller, in order.
    #[must_use]
    pub fn runs(&self, setting: usize, controller: usize) -> &[&'a RunRow] {
        self.rows
            .get(&(setting, controller))
            .map_or(&[], Vec::as_slice)
    }

    /// Setting and controller of a run that counts.
    #[must_use]
    pub fn place(&self, run_id: u32) -> Option<(usize, usize)> {
        self.places.get(&run_id).copied()
    }

    /// How many runs count.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Values of a metric where they are defined, in order of the runs.
    #[must_use]
    pub fn values(&self, setting: usize, controller: usize, metric: &str) -> Vec<f64> {
        let Some(k) = self.folder.table.metric(metric) else {
            return Vec::new();
        };
        let runs = self.runs(setting, controller).iter();
        runs.filter_map(|r| r.values.get(k).copied().flatten())
            .collect()
    }

    /// Name of a controller.
    #[must_use]
    pub fn name(&self, controller: usize) -> String {
        self.controllers
            .get(controller)
            .map_or_else(String::new, |c| short(c))
    }

    /// The metrics that the report is about: the plan's that the table has.
    #[must_use]
    pub fn metrics(&self) -> Vec<&'a str> {
        let wanted = self.folder.plan.metrics.iter().map(String::as_str);
        wanted
            .filter(|key| self.folder.table.metric(key).is_some())
            .collect()
    }
}

/// Colour of a controller: grey for the one that others are compared with.
#[must_use]
pub fn color(controller: usize) -> Color {
    match controller {
        0 => GREY,
        k => PEERS[(k - 1) % PEERS.len()],
    }
}

/// A name without the folders and the ending of a file.
#[must_use]
pub fn short(name: &str) -> String {
    if !name.contains(['/', '\\']) {
        return name.to_owned();
    }
    let stem = Path::new(name).file_stem();
    stem.map_or_else(|| name.to_owned(), |s| s.to_string_lossy().into_owned())
}

/// Bootstrap interval of a mean, 95 %; none for fewer than two values or where all are the same.
#[must_use]
pub fn interval_of_mean(values: &[f64]) -> Option<Interval> {
    let of = |taken: &[usize]| {
        let sum: f64 = taken.iter().filter_map(|k| values.get(*k)).sum();
        sum / taken.len() as f64
    };
    let mut drawn = 0;
    let mut index = |n: usize| {
        drawn += 1;
        (mix(SEED, n as u64, drawn) % n as u64) as usize
    };
    mean(values)?;
    let found = bootstrap(values.len(), &of, RESAMPLES, CONFIDENCE, &mut index)?;
    found.expanded(CONFIDENCE).filter(|i| i.width() > 0.0)
}

fn place<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|x| *x == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_by_their_stem() {
        assert_eq!(short("/home/x/my-own.toml"), "my-own");
        assert_eq!(short("rules"), "rules");
    }

    #[test]
    fn intervals_are_about_the_mean_and_the_same_twice() {
        let values: Vec<f64> = (0..50).map(f64::from).collect();
        let a = interval_of_mean(&values).unwrap();
        // Mean 24.5, standard error 14.577 / sqrt 50 = 2.06: 20.5 to 28.5, give or take the resampling.
        assert!(
            (a.low - 20.5).abs() < 0.6 && (a.high - 28.5).abs() < 0.6,
            "{a:?}"
        );
        assert_eq!(Some(a), interval_of_mean(&values));
        assert_eq!(interval_of_mean(&[3.0]), None);
        assert_eq!(interval_of_mean(&[3.0, 3.0]), None);
    }
}
