//! What a sweep keeps of one run: its metrics, some series, its districts, and counts of events and decisions.
//!
//! It computes no metric itself and writes no file. A run that cannot be built, breaks a law or panics is measured too: as
//! a failed one.

use crate::engine::points::Keep;
use crate::experiment::contained::contained;
use crate::experiment::execute::Ended;
use crate::experiment::execute::ExecuteError;
use crate::experiment::execute::Go;
use crate::experiment::execute::Orders;
use crate::experiment::execute::execute_with_names;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::SweepPlan;
use crate::experiment::preparation::Preparation;
use crate::experiment::table::RunRow;
use crate::results::export::timeseries_csv;
use crate::results::metrics;
use crate::results::outcome::RunOutcome;
use crate::scenario::build::Prepared;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A column of the time series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesColumn {
    /// Its name, as in the `timeseries.csv` of a single run where that has it.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// What it is.
    pub about: String,
}

/// What a district went through.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictRow {
    /// Id.
    pub district: String,
    /// Name.
    pub name: String,
    /// Homes and businesses.
    pub customers: f64,
    /// 1 poorest to 5.
    pub income_quintile: u8,
    /// Minutes without supply, mean over its customers; none without customers.
    pub outage_min_per_customer: Option<f64>,
    /// Energy not supplied, MWh.
    pub unserved_mwh: Option<f64>,
    /// Sustained customer interruptions.
    pub customers_interrupted: Option<f64>,
}

/// Events of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct EventCount {
    /// What happened.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// Customers who lost supply by them, summed.
    pub customers: f64,
}

/// Commands of an actor with one fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionCount {
    /// Who gave them.
    pub actor: String,
    /// What became of them.
    pub outcome: String,
    /// How many.
    pub count: u64,
}

/// Everything kept of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its row of `runs.csv`.
    pub row: RunRow,
    /// The columns of the series, in order of the plan's; empty for a failed run.
    pub columns: Vec<SeriesColumn>,
    /// Time in seconds and values, in the points' units; none where the run has no such point.
    pub series: Vec<(u64, Vec<Option<f64>>)>,
    /// Its districts, in the city's order.
    pub districts: Vec<DistrictRow>,
    /// Its events by kind, in order of kinds.
    pub events: Vec<EventCount>,
    /// Its commands, in order of actor and fate.
    pub decisions: Vec<DecisionCount>,
}

/// Carries out a run of a plan and measures it; none if `watch` stopped it, which is asked after every step.
pub fn measure(
    preparation: &Preparation,
    plan: &SweepPlan,
    run: &PlannedRun,
    watch: impl Fn() -> Go,
) -> Option<Measured> {
    let prepared = match contained(|| preparation.prepare(plan, run)) {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(problems)) => return Some(failed(run, None, format!("build: {problems}"))),
        Err(panic) => return Some(failed(run, None, format!("panic: {panic}"))),
    };
    let names = preparation.names(&prepared.plan.city);
    let done = contained(|| {
        let orders = Orders::default();
        let keep = |own| preparation.keep_names(own);
        let ended = execute_with_names(&prepared, orders, names.as_ref(), keep, |_| watch())?;
        Ok(match ended {
            Ended::Finished(outcome) => Some(of_outcome(plan, run, &outcome)),
            Ended::Paused(_) => None,
        })
    });
    match done {
        Ok(Ok(measured)) => measured,
        Ok(Err(error)) => {
            let error = format!("{}: {error}", kind(&error));
            Some(failed(run, Some(&prepared), error))
        }
        Err(panic) => Some(failed(run, Some(&prepared), format!("panic: {panic}"))),
    }
}

/// The first word of a failed run's error: what sort of failure it is.
#[must_use]
pub fn kind_of(error: &str) -> &str {
    error.split_once(": ").map_or(error, |(kind, _)| kind)
}

fn kind(error: &ExecuteError) -> &'static str {
    match error {
        ExecuteError::Controller(_) => "controller",
        ExecuteError::Operator(_) => "operator",
        ExecuteError::Snapshot(_) => "state",
        ExecuteError::Law { .. } => "law",
    }
}

fn failed(run: &PlannedRun, prepared: Option<&Prepared>, error: String) -> Measured {
    let named = |name: fn(&Prepared) -> &String| prepared.map(|p| name(p).clone());
    let row = RunRow {
        run_id: run.run_id,
        point: run.point,
        scenario: named(|p| &p.plan.scenario).unwrap_or_else(|| run.scenario.clone()),
        city: named(|p| &p.plan.city.name)
            .or_else(|| run.city.clone())
            .unwrap_or_default(),
        controller: run.controller.clone(),
        replication: run.replication,
        seed: run.seed,
        split: run.split,
        levels: run.levels.clone(),
        error: Some(error),
        config_hash: named(|p| &p.config_hash).unwrap_or_default(),
        state_hash: String::new(),
        values: vec![None; metrics::all().count()],
    };
    Measured {
        row,
        columns: Vec::new(),
        series: Vec::new(),
        districts: Vec::new(),
        events: Vec::new(),
        decisions: Vec::new(),
    }
}

/// Measures a run that has ended at its horizon.
#[must_use]
pub fn of_outcome(plan: &SweepPlan, run: &PlannedRun, o: &RunOutcome) -> Measured {
    let found = metrics::evaluate(o);
    let value = |key: &str| found.iter().find(|(m, _)| m.key == key).and_then(|m| m.1);
    let row = RunRow {
        run_id: run.run_id,
        point: run.point,
        scenario: o.plan.scenario.clone(),
        city: o.plan.city.name.clone(),
        controller: run.controller.clone(),
        replication: run.replication,
        seed: run.seed,
        split: run.split,
        levels: run.levels.clone(),
        error: None,
        config_hash: o.config_hash.clone(),
        state_hash: o.state_hash.clone(),
        values: metrics::all().map(|m| value(m.key)).collect(),
    };
    Measured {
        row,
        columns: columns(plan, o),
        series: series(plan, o),
        districts: districts(o),
        events: events(o),
        decisions: decisions(o),
    }
}

fn columns(plan: &SweepPlan, o: &RunOutcome) -> Vec<SeriesColumn> {
    let names = timeseries_csv::names(o);
    let column = |path: &String| match o.points.find(path) {
        Some(id) => {
            let spec = o.points.spec(id);
            let own = names.get(path).filter(|_| spec.keep == Keep::City);
            SeriesColumn {
                name: own.cloned().unwrap_or_else(|| unnamed(path)),
                unit: spec.unit.clone(),
                about: spec.about.clone(),
            }
        }
        None => SeriesColumn {
            name: unnamed(path),
            unit: String::new(),
            about: String::new(),
        },
    };
    plan.series.iter().map(column).collect()
}

/// The column of a point that a run's `timeseries.csv` does not name.
#[must_use]
pub fn unnamed(path: &str) -> String {
    path.replace('/', "_")
}

fn series(plan: &SweepPlan, o: &RunOutcome) -> Vec<(u64, Vec<Option<f64>>)> {
    if plan.series.is_empty() {
        return Vec::new();
    }
    let recorded = &o.record.series;
    let width = recorded.points.len();
    let places: Vec<Option<usize>> = plan
        .series
        .iter()
        .map(|path| {
            let id = o.points.find(path)?;
            recorded.points.iter().position(|p| *p == id)
        })
        .collect();
    let every_s = u64::from(plan.series_interval_s.max(1));
    let rows = recorded.t_s.iter().enumerate();
    rows.filter(|(_, t_s)| t_s.is_multiple_of(every_s))
        .map(|(row, t_s)| {
            let value = |place: &Option<usize>| place.map(|j| recorded.values[row * width + j]);
            (*t_s, places.iter().map(value).collect())
        })
        .collect()
}

fn districts(o: &RunOutcome) -> Vec<DistrictRow> {
    let customers = o.district_customers();
    let minutes = o.district_outage_min();
    let districts = o.plan.city.districts.iter().zip(customers).zip(minutes);
    districts
        .map(|((d, customers), outage_min_per_customer)| {
            let last = |quantity: &str| o.final_value(&format!("district/{}/{quantity}", d.id));
            DistrictRow {
                district: d.id.clone(),
                name: d.name.clone(),
                customers,
                income_quintile: d.income_quintile,
                outage_min_per_customer,
                unserved_mwh: last("unserved_mwh"),
                customers_interrupted: last("customers_interrupted"),
            }
        })
        .collect()
}

fn events(o: &RunOutcome) -> Vec<EventCount> {
    let mut kinds: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    for event in &o.record.events {
        let sum = kinds.entry(&event.kind).or_default();
        sum.0 += 1;
        sum.1 += event.customers.max(0.0);
    }
    let count = |(kind, (count, customers)): (&str, (u64, f64))| EventCount {
        kind: kind.to_owned(),
        count,
        customers,
    };
    kinds.into_iter().map(count).collect()
}

fn decisions(o: &RunOutcome) -> Vec<DecisionCount> {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for decision in &o.record.decisions {
        *counts
            .entry((&decision.actor, &decision.outcome))
            .or_default() += 1;
    }
    let count = |((actor, outcome), count): ((&str, &str), u64)| DecisionCount {
        actor: actor.to_owned(),
        outcome: outcome.to_owned(),
        count,
    };
    counts.into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use crate::results::fixture::small;

    #[test]
    fn counts_and_sums_of_a_small_run() {
        let o = small::outcome();
        let plan = plan(&["none"], 1);
        let m = of_outcome(&plan, &plan.runs[0], &o);
        let events: u64 = m.events.iter().map(|e| e.count).sum();
        assert_eq!(events, o.record.events.len() as u64);
        let lost = o.record.events.iter().map(|e| e.customers);
        let lost: f64 = lost.filter(|c| *c > 0.0).sum();
        let summed: f64 = m.events.iter().map(|e| e.customers).sum();
        assert!((summed - lost).abs() < 1e-9 && lost > 0.0);
        let decisions: u64 = m.decisions.iter().map(|d| d.count).sum();
        assert_eq!(decisions, o.record.decisions.len() as u64);
        // District A: 400 h over 400 customers, 60 min.
        assert!((m.districts[0].outage_min_per_customer.unwrap() - 60.0).abs() < 1e-9);
        let every = u64::from(plan.series_interval_s);
        assert!(m.series.iter().all(|(t_s, _)| t_s.is_multiple_of(every)));
        assert_eq!(m.columns[0].name, "demand_mw");
        assert_eq!(m.columns[0].unit, "MW");
    }

    #[test]
    fn failures_are_rows_with_their_kind() {
        let mut plan = plan(&["none", "rulse"], 1);
        let run = |plan: &SweepPlan, k: usize| {
            measure(&Preparation::default(), plan, &plan.runs[k], || Go::On).unwrap()
        };
        let row = run(&plan, 1).row;
        let error = row.error.unwrap();
        assert_eq!(kind_of(&error), "build");
        assert!(error.contains("did you mean `rules`"), "{error}");
        assert!(row.config_hash.is_empty() && row.state_hash.is_empty());
        assert!(row.values.iter().all(Option::is_none));
        plan.runs[0].scenario = "nowhere".to_owned();
        let row = run(&plan, 0).row;
        assert_eq!(kind_of(row.error.as_deref().unwrap()), "build");
        assert_eq!(row.scenario, "nowhere");
    }

    #[test]
    fn a_panic_of_a_run_is_a_failed_row() {
        let plan = plan(&["none"], 1);
        let m = measure(&Preparation::default(), &plan, &plan.runs[0], || {
            panic!("it broke")
        });
        let error = m.unwrap().row.error.unwrap();
        assert!(error.starts_with("panic: it broke ("), "{error}");
    }

    #[test]
    fn a_stopped_run_is_not_measured() {
        let plan = plan(&["none"], 1);
        let preparation = Preparation::default();
        assert!(measure(&preparation, &plan, &plan.runs[0], || Go::Pause).is_none());
    }
}
