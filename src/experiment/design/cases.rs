//! The cases of an experiment, its scenarios on its cities, each looked at with every point of the design laid over it,
//! so that a level that cannot be run is found before hours of computing.

use crate::city::twin::Physics;
use crate::engine::points::Keep;
use crate::experiment::design::names::Reference;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::build::Prepared;
use crate::scenario::build::build;
use crate::scenario::document::Overrides;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;
use std::sync::Arc;

/// A scenario on a city.
#[derive(Clone, Debug)]
pub struct Case {
    /// Scenario: a built-in name or an absolute path.
    pub scenario: String,
    /// City laid over the scenario's.
    pub city: Option<String>,
    /// The run that it makes at the first point with the first seed, under the scenario's own controller.
    pub first: Prepared,
    /// Record intervals at all points, seconds, each once.
    pub record_intervals_s: Vec<u32>,
    /// Steps times buses of its longest run.
    pub bus_steps: u64,
}

/// What is laid over every scenario.
#[derive(Clone, Debug)]
pub struct Laid {
    /// Settings.
    pub set: Vec<(String, String)>,
    /// Length, hours.
    pub hours: Option<f64>,
    /// Seed to look with.
    pub seed: u64,
}

/// Problems beyond this many at the points help nobody.
const MOST_PROBLEMS: usize = 40;

/// Looks at every case at every point.
pub fn check(
    scenarios: &[Reference],
    cities: &[Reference],
    points: &Points,
    laid: &Laid,
    problems: &mut Vec<Problem>,
) -> Vec<Case> {
    let mut cases = Vec::new();
    let cities: Vec<Option<&Reference>> = if cities.is_empty() {
        vec![None]
    } else {
        cities.iter().map(Some).collect()
    };
    for scenario in scenarios {
        for city in &cities {
            let mut case: Option<Case> = None;
            for row in &points.rows {
                if problems.len() >= MOST_PROBLEMS {
                    return cases;
                }
                let levels = points.factors.iter().zip(row);
                let levels = levels.map(|(f, l)| (f.path.clone(), l.text.clone()));
                let overrides = Overrides {
                    seed: Some(laid.seed),
                    hours: laid.hours,
                    city: city.map(|c| c.name.clone()),
                    set: laid.set.iter().cloned().chain(levels).collect(),
                    ..Overrides::default()
                };
                match build(&scenario.name, &overrides) {
                    Ok(prepared) => {
                        let bus_steps = prepared.plan.horizon_s / u64::from(prepared.plan.step_s)
                            * prepared.plan.city.grid.buses.len() as u64;
                        let interval = prepared.plan.record_interval_s;
                        let case = case.get_or_insert_with(|| Case {
                            scenario: scenario.name.clone(),
                            city: city.map(|c| c.name.clone()),
                            first: prepared,
                            record_intervals_s: Vec::new(),
                            bus_steps: 0,
                        });
                        case.bus_steps = case.bus_steps.max(bus_steps);
                        if !case.record_intervals_s.contains(&interval) {
                            case.record_intervals_s.push(interval);
                        }
                    }
                    Err(found) => {
                        for problem in found.0 {
                            let problem = placed(problem, points, row);
                            if !problems.contains(&problem) {
                                problems.push(problem);
                            }
                        }
                    }
                }
            }
            cases.extend(case);
        }
    }
    cases
}

/// A problem with a level, moved from the words that were laid over the scenario to where the level stands.
fn placed(problem: Problem, points: &Points, row: &[Level]) -> Problem {
    let Some(place) = &problem.place else {
        return problem;
    };
    let levels = points.factors.iter().zip(row);
    let found = levels
        .filter(|(f, l)| problem.file == "--set" && *place.text == format!("{}={}", f.path, l.text))
        .map(|(_, level)| level)
        .next();
    match found {
        Some(level) => level
            .place
            .problem(problem.message)
            .maybe_help(problem.help),
        None => problem,
    }
}

/// The one controller that all scenarios name, where the experiment names none.
pub fn own_controller(document: &Node, cases: &[Case], problems: &mut Vec<Problem>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for case in cases {
        let name = &case.first.plan.controller;
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.len() > 1 {
        let message = "`controllers` is missing, and the scenarios name different ones";
        let help = format!("for example controllers = [\"{}\"]", names.join("\", \""));
        problems.push(problem_at(&document.origin, message).help(help));
        names.truncate(1);
    }
    names
}

/// Kept as time series unless the experiment says otherwise: what was asked of the city, and what it withstood.
const SERIES: [&str; 7] = [
    "weather/temp_c",
    "grid/demand_mw",
    "grid/unserved_mw",
    "grid/customers_out",
    "grid/max_line_loading_pct",
    "grid/max_transformer_loading_pct",
    "grid/min_voltage_pu",
];

/// The points kept as time series; every case must have and record them.
pub fn series(
    document: &Node,
    cases: &[Case],
    interval_s: u32,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let place = document.nearest(&["series_interval"]);
    for case in cases {
        for every in &case.record_intervals_s {
            if !interval_s.is_multiple_of(*every) {
                let message = format!(
                    "rows every {interval_s} s are no multiple of the {every} s at which {} records",
                    case.first.plan.scenario
                );
                let help = "set `series_interval` to a multiple of `record_interval_s`";
                problems.push(problem_at(&place.origin, message).help(help));
            }
        }
    }
    let given: Vec<(&str, Option<&Node>)> = match document.get("series").map(|n| &n.value) {
        Some(Value::List(items)) => items
            .iter()
            .filter_map(|node| match &node.value {
                Value::Text(path) => Some((path.as_str(), Some(node))),
                _ => None,
            })
            .collect(),
        _ => SERIES.iter().map(|path| (*path, None)).collect(),
    };
    let mut kept: Vec<String> = Vec::new();
    for (path, node) in &given {
        if kept.iter().any(|k| k == path) {
            if let Some(node) = node {
                let message = format!("the point `{path}` is there twice");
                problems.push(problem_at(&node.origin, message));
            }
            continue;
        }
        kept.push((*path).to_owned());
    }
    let mut seen: Vec<*const ()> = Vec::new();
    for case in cases {
        // Points hang on the city alone.
        let city = Arc::as_ptr(&case.first.plan.city).cast::<()>();
        if seen.contains(&city) {
            continue;
        }
        seen.push(city);
        let physics = Physics::new(&Arc::new(case.first.plan.clone()), false);
        let table = physics.points().table();
        for (path, node) in &given {
            let spec = table.find(path).map(|id| table.spec(id));
            if spec.is_some_and(|s| s.keep == Keep::City) {
                continue;
            }
            let Some(node) = node else {
                kept.retain(|k| k != path);
                continue;
            };
            let city = &case.first.plan.city.name;
            let message = match spec {
                Some(_) => format!("the point `{path}` is not one of the whole city"),
                None => format!("there is no point `{path}` in {city}"),
            };
            let known = table.iter().filter(|(_, s)| s.keep == Keep::City);
            let help = did_you_mean_or_known(path, known.map(|(_, s)| s.path.as_str()));
            problems.push(problem_at(&node.origin, message).maybe_help(help));
        }
    }
    kept
}
