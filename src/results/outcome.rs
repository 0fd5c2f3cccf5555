//! What a finished run hands over: its plan, its names, the final value of every point and the record.
//!
//! It answers questions by point path and integrates series; it knows no metric and no file.

use crate::city::model::run::RunPlan;
use crate::engine::clock::at;
use crate::engine::element::ElementId;
use crate::engine::element::Elements;
use crate::engine::points::PointTable;
use crate::engine::record::Record;
use jiff::civil::DateTime;
use std::sync::Arc;

/// A run that has ended, complete or interrupted.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// What was run.
    pub plan: RunPlan,
    /// Names of all elements.
    pub elements: Elements,
    /// Descriptions of all points.
    pub points: Arc<PointTable>,
    /// Final value of every point, in order of point ids, in the points' units.
    pub finals: Vec<f64>,
    /// Events, decisions and series.
    pub record: Record,
    /// BLAKE3 hash of the world's final state, hexadecimal.
    pub state_hash: String,
    /// BLAKE3 hash of the resolved configuration, hexadecimal.
    pub config_hash: String,
    /// The scenario as resolved, TOML.
    pub scenario_toml: String,
    /// Simulated time at which the run ended, seconds after its start.
    pub finished_s: u64,
}

/// A value and the first time at which it stood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extreme {
    /// The value, in the point's unit.
    pub value: f64,
    /// Seconds after the start of the run.
    pub t_s: u64,
}

impl RunOutcome {
    /// Final value of a point.
    #[must_use]
    pub fn final_value(&self, path: &str) -> Option<f64> {
        let id = self.points.find(path)?;
        self.finals.get(id.index()).copied()
    }

    /// Recorded values of a point, one for each of [`Self::times_s`].
    #[must_use]
    pub fn series(&self, path: &str) -> Option<Vec<f64>> {
        self.record.series.column(self.points.find(path)?)
    }

    /// Times of the recorded rows, seconds after the start.
    #[must_use]
    pub fn times_s(&self) -> &[u64] {
        &self.record.series.t_s
    }

    /// How long each recorded row holds, hours: to the next row, the last one to the end of the run.
    #[must_use]
    pub fn holds_h(&self) -> Vec<f64> {
        let t = self.times_s();
        (0..t.len())
            .map(|k| {
                let until = t.get(k + 1).copied().unwrap_or(self.finished_s);
                until.saturating_sub(t[k]) as f64 / 3600.0
            })
            .collect()
    }

    /// Integral of a recorded point over the run, in the point's unit times hours: every row holds until the next
    /// (zero-order hold).
    #[must_use]
    pub fn integral_h(&self, path: &str) -> Option<f64> {
        let series = self.series(path)?;
        Some(series.iter().zip(self.holds_h()).map(|(v, h)| v * h).sum())
    }

    /// Hours for which a recorded point exceeded a limit.
    #[must_use]
    pub fn hours_above(&self, path: &str, limit: f64) -> Option<f64> {
        let series = self.series(path)?;
        let held = series.iter().zip(self.holds_h());
        Some(held.filter(|(v, _)| **v > limit).map(|(_, h)| h).sum())
    }

    /// Largest recorded value of a point; none if it was not recorded.
    #[must_use]
    pub fn highest(&self, path: &str) -> Option<Extreme> {
        self.extreme(path, |new, best| new > best)
    }

    /// Smallest recorded value of a point; none if it was not recorded.
    #[must_use]
    pub fn lowest(&self, path: &str) -> Option<Extreme> {
        self.extreme(path, |new, best| new < best)
    }

    fn extreme(&self, path: &str, better: fn(f64, f64) -> bool) -> Option<Extreme> {
        let series = self.series(path)?;
        let mut best: Option<Extreme> = None;
        for (value, t_s) in series.into_iter().zip(self.times_s().iter().copied()) {
            if value.is_finite() && best.is_none_or(|b| better(value, b.value)) {
                best = Some(Extreme { value, t_s });
            }
        }
        best
    }

    /// Local standard time, `t_s` seconds after the start.
    #[must_use]
    pub fn local(&self, t_s: u64) -> DateTime {
        at(self.plan.start, t_s)
    }

    /// Name of an element.
    #[must_use]
    pub fn name(&self, element: ElementId) -> &str {
        &self.elements.get(element).name
    }

    /// Whether any point of a layer (`grid`, `maintenance`, ...) exists.
    #[must_use]
    pub fn has_layer(&self, layer: &str) -> bool {
        self.points.iter().any(|(_, spec)| {
            spec.path
                .strip_prefix(layer)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Customers of each district, from its loads.
    #[must_use]
    pub fn district_customers(&self) -> Vec<f64> {
        let city = &self.plan.city;
        let mut sum = vec![0.0; city.districts.len()];
        for load in &city.grid.loads {
            if let Some(s) = sum.get_mut(load.district) {
                *s += f64::from(load.homes) + f64::from(load.businesses);
            }
        }
        sum
    }

    /// Outage minutes a customer of each district; none for a district without customers or meter.
    #[must_use]
    pub fn district_outage_min(&self) -> Vec<Option<f64>> {
        let districts = &self.plan.city.districts;
        let customers = self.district_customers();
        districts
            .iter()
            .zip(customers)
            .map(|(d, n)| {
                let hours = self.final_value(&format!("district/{}/customer_out_h", d.id))?;
                (n > 0.0).then(|| hours * 60.0 / n)
            })
            .collect()
    }
}
