//! Controllers compared pair by pair: from `runs.csv` to what may be said of every metric.
//!
//! Evidence is what was held out and ended at its horizon. A pair is two runs equal in scenario, city, point and seed
//! with different controllers: both met the same weather and luck, so their difference is the controllers'. It runs
//! nothing, prints nothing and draws nothing; `docs/statistics.md` says which number answers which question.

pub mod effect;
pub mod pairing;
pub mod resampling;
pub mod sentence;
pub mod warning;

use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::pairing::Pairing;
use crate::experiment::comparison::warning::Warning;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;
use crate::experiment::table::RunRow;
use crate::experiment::table::SweepTable;
use crate::scenario::problem::did_you_mean;
use crate::solvers::statistics::holm::holm;
use serde::Serialize;
use std::collections::BTreeSet;
use thiserror::Error;

/// What to keep apart rather than pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Apart {
    /// Each scenario by itself.
    Scenario,
    /// Each city by itself.
    City,
    /// Each point of the design by itself.
    Point,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The controller that the others are compared with.
    pub baseline: String,
    /// The others; empty for all that the table has.
    pub controllers: Vec<String>,
    /// Keys of the metrics.
    pub metrics: Vec<String>,
    /// What is kept apart; everything else is pooled.
    pub apart: Vec<Apart>,
    /// Confidence of the intervals; one less it is the level of the tests.
    pub confidence: f64,
    /// Number of bootstrap resamples.
    pub resamples: usize,
}

impl Question {
    /// All controllers against a baseline at 95 %, with 10 000 resamples, everything pooled.
    #[must_use]
    pub fn new(baseline: &str, metrics: &[String]) -> Self {
        Self {
            baseline: baseline.to_owned(),
            controllers: Vec::new(),
            metrics: metrics.to_vec(),
            apart: Vec::new(),
            confidence: 0.95,
            resamples: 10_000,
        }
    }

    /// What the plan of a sweep is about.
    #[must_use]
    pub fn of_plan(plan: &SweepPlan) -> Self {
        Self::new(&plan.baseline, &plan.metrics)
    }
}

/// Why nothing can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompareError {
    /// The runs have no such metric.
    #[error("the runs have no metric `{key}`")]
    UnknownMetric {
        /// As asked.
        key: String,
        /// Advice.
        help: String,
    },
    /// No run has this controller.
    #[error("no run has the controller `{name}`")]
    NoSuchController {
        /// As asked.
        name: String,
        /// Advice.
        help: String,
    },
    /// The baseline is the only controller.
    #[error("all runs have the controller `{0}`: there is nothing to compare it with")]
    OnlyOneController(String),
    /// No two runs differ in nothing but the controller.
    #[error("nothing pairs with `{baseline}`: {why}")]
    NothingPairs {
        /// The baseline.
        baseline: String,
        /// What keeps the runs apart.
        why: String,
    },
}

impl CompareError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownMetric { help, .. } | Self::NoSuchController { help, .. } => help.clone(),
            Self::OnlyOneController(_) => {
                "add a run of another controller, on the same scenario and seed".to_owned()
            }
            Self::NothingPairs { .. } => {
                "a pair is two runs equal in scenario, city, point and seed, with different controllers".to_owned()
            }
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The controller that the others were compared with.
    pub baseline: String,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Number of bootstrap resamples.
    pub resamples: usize,
    /// Number of tests whose p values were adjusted together.
    pub family: usize,
    /// A row a stratum, controller and metric, in this order.
    pub effects: Vec<Effect>,
    /// What speaks against reading too much into all of them.
    pub warnings: Vec<Warning>,
}

/// Compares.
///
/// # Errors
/// [`CompareError`] if a name is unknown or nothing pairs.
pub fn compare(table: &SweepTable, question: &Question) -> Result<Comparison, CompareError> {
    let names = controllers(table);
    let known = |name: &str| {
        if names.iter().any(|n| n == name) {
            return Ok(());
        }
        let all = format!("they have {}", names.join(", "));
        let help = did_you_mean(name, names.iter().map(String::as_str));
        Err(CompareError::NoSuchController {
            name: name.to_owned(),
            help: help.unwrap_or(all),
        })
    };
    known(&question.baseline)?;
    for name in &question.controllers {
        known(name)?;
    }
    let mut metrics = Vec::new();
    for key in &question.metrics {
        let column = table
            .metric(key)
            .ok_or_else(|| unknown_metric(table, key))?;
        if !metrics.contains(&column) {
            metrics.push(column);
        }
    }
    let mut others = Vec::new();
    let asked = &question.controllers;
    for name in if asked.is_empty() { &names } else { asked } {
        if *name != question.baseline && !others.contains(name) {
            others.push(name.clone());
        }
    }
    if others.is_empty() {
        return Err(CompareError::OnlyOneController(question.baseline.clone()));
    }
    let mut warnings = Vec::new();
    let mut effects = Vec::new();
    for (stratum, rows) in strata(table, &question.apart) {
        for controller in &others {
            let pairing = Pairing::of(table, &rows, &question.baseline, controller);
            warnings.extend(warning::of_pairing(&pairing, &stratum));
            for column in &metrics {
                effects.extend(Effect::of(table, *column, &pairing, &stratum, question));
            }
        }
    }
    if effects.iter().all(|e| e.pairs == 0) {
        return Err(CompareError::NothingPairs {
            baseline: question.baseline.clone(),
            why: pairing::why_nothing_pairs(table, &question.baseline, &others),
        });
    }
    warnings.splice(0..0, warning::of_table(table));
    let family = adjust(&mut effects);
    for effect in &mut effects {
        effect.conclude(question.confidence, family);
    }
    Ok(Comparison {
        baseline: question.baseline.clone(),
        confidence: question.confidence,
        resamples: question.resamples,
        family,
        effects,
        warnings,
    })
}

/// Adjusts the p values of all effects together; gives their number.
fn adjust(effects: &mut [Effect]) -> usize {
    let raw: Vec<f64> = effects.iter().filter_map(|e| e.p).collect();
    let mut adjusted = holm(&raw).unwrap_or_default().into_iter();
    for effect in effects {
        if effect.p.is_some() {
            effect.adjusted_p = adjusted.next();
        }
    }
    raw.len()
}

/// The controllers of a table, in the order in which they first occur.
#[must_use]
pub fn controllers(table: &SweepTable) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for row in &table.rows {
        if !names.contains(&row.controller) {
            names.push(row.controller.clone());
        }
    }
    names
}

/// A controller as people call it: the stem of a file's path, else the name itself.
#[must_use]
pub fn short_name(controller: &str) -> &str {
    let file = controller.rsplit(['/', '\\']).next().unwrap_or(controller);
    if file == controller {
        return controller;
    }
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Whether a run is evidence: held out, and at its horizon.
#[must_use]
pub fn is_evidence(row: &RunRow) -> bool {
    row.split == Split::HeldOut && row.error.is_none()
}

/// Positions of rows by what is kept apart, with a name for each group: empty where everything is pooled.
fn strata(table: &SweepTable, apart: &[Apart]) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (k, row) in table.rows.iter().enumerate() {
        let mut parts = Vec::new();
        for what in [Apart::Scenario, Apart::City, Apart::Point] {
            if !apart.contains(&what) {
                continue;
            }
            parts.push(match what {
                Apart::Scenario => short_name(&row.scenario).to_owned(),
                Apart::City => short_name(&row.city).to_owned(),
                Apart::Point => point_name(table, row),
            });
        }
        let name = parts.join(", ");
        match groups.iter_mut().find(|(n, _)| *n == name) {
            Some((_, rows)) => rows.push(k),
            None => groups.push((name, vec![k])),
        }
    }
    groups
}

fn point_name(table: &SweepTable, row: &RunRow) -> String {
    let levels = table.factors.iter().zip(&row.levels);
    let levels: Vec<String> = levels.map(|(f, l)| format!("{f} = {l}")).collect();
    format!("point {} ({})", row.point, levels.join(", "))
}

fn unknown_metric(table: &SweepTable, key: &str) -> CompareError {
    let known: BTreeSet<&str> = table.metrics.iter().map(String::as_str).collect();
    CompareError::UnknownMetric {
        key: key.to_owned(),
        help: did_you_mean(key, known)
            .unwrap_or_else(|| "`autopolis list metrics` lists them".to_owned()),
    }
}

#[cfg(test)]
mod tests;
