//! The points that are kept as time series, and the spacing of their rows.

use crate::city::twin::Physics;
use crate::engine::points::Keep;
use crate::experiment::design::cases::Case;
use crate::experiment::format::ExperimentFile;
use crate::scenario::duration;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;
use std::sync::Arc;

/// Spacing unless the experiment says otherwise: the hour, seconds.
const INTERVAL_S: u32 = 3600;

/// Kept unless the experiment says otherwise: what was asked of the city, and what it withstood.
const SERIES: [&str; 7] = [
    "weather/temp_c",
    "grid/demand_mw",
    "grid/unserved_mw",
    "grid/customers_out",
    "grid/max_line_loading_pct",
    "grid/max_transformer_loading_pct",
    "grid/min_voltage_pu",
];

/// Spacing of the rows, seconds.
pub fn interval_s(document: &Node, file: &ExperimentFile, problems: &mut Vec<Problem>) -> u32 {
    let (Some(text), Some(node)) = (&file.series_interval, document.get("series_interval")) else {
        return INTERVAL_S;
    };
    let message = match duration::parse(text).map(u32::try_from) {
        Ok(Ok(seconds)) if seconds > 0 => return seconds,
        Ok(Ok(_)) => "`series_interval` must be more than nothing".to_owned(),
        Ok(Err(_)) => "`series_interval` is too long".to_owned(),
        Err(message) => message,
    };
    problems.push(problem_at(&node.origin, message));
    INTERVAL_S
}

/// Checks the spacing against what the cases record.
pub fn check_interval(
    document: &Node,
    cases: &[Case],
    interval_s: u32,
    problems: &mut Vec<Problem>,
) {
    let place = &document.nearest(&["series_interval"]).origin;
    for case in cases {
        let intervals = case.record_intervals_s.iter();
        for every in intervals.filter(|every| !interval_s.is_multiple_of(**every)) {
            let name = &case.first.plan.scenario;
            let message = format!(
                "time series every {interval_s} s are no multiple of the {every} s at which {name} records"
            );
            let help = "set `series_interval` to a multiple of `record_interval_s`";
            problems.push(problem_at(place, message).help(help));
        }
    }
}

/// Paths of the points that are kept; every case must have and record those that the experiment names.
pub fn paths(document: &Node, cases: &[Case], problems: &mut Vec<Problem>) -> Vec<String> {
    let named = match document.get("series").map(|n| &n.value) {
        Some(Value::List(items)) => Some(items.as_slice()),
        _ => None,
    };
    let mut kept: Vec<String> = Vec::new();
    for node in named.unwrap_or_default() {
        let Value::Text(path) = &node.value else {
            continue;
        };
        if kept.contains(path) {
            let message = format!("the point `{path}` is there twice");
            problems.push(problem_at(&node.origin, message));
        } else {
            kept.push(path.clone());
        }
    }
    if named.is_none() {
        kept = SERIES.iter().map(|path| (*path).to_owned()).collect();
    }
    for (i, case) in cases.iter().enumerate() {
        let city = &case.first.plan.city;
        // Points hang on the city alone.
        let same = |other: &Case| other.first.plan.city == *city;
        if cases[..i].iter().any(same) {
            continue;
        }
        let physics = Physics::new(&Arc::new(case.first.plan.clone()), false);
        let table = physics.points().table();
        let keep = |path: &str| table.find(path).map(|id| table.spec(id).keep);
        if named.is_none() {
            kept.retain(|path| keep(path) == Some(Keep::City));
        }
        for node in named.unwrap_or_default() {
            let Value::Text(path) = &node.value else {
                continue;
            };
            let message = match keep(path) {
                Some(Keep::City) => continue,
                Some(_) => format!("the point `{path}` is not one of the whole city"),
                None => format!("there is no point `{path}` in {}", city.name),
            };
            let known = table.iter().filter(|(_, s)| s.keep == Keep::City);
            let help = did_you_mean_or_known(path, known.map(|(_, s)| s.path.as_str()));
            problems.push(problem_at(&node.origin, message).maybe_help(help));
        }
    }
    kept
}
