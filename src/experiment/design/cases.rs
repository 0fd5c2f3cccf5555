//! The cases of an experiment, its scenarios on its cities, each looked at with every point of the design laid over it,
//! so that a level that cannot be run is found before hours of computing.
//!
//! City and weather are read once a case; at each further point only the scenario's own rules and the targets of its
//! events are looked at, unless a factor decides the weather's source.

use crate::engine::chance::Chance;
use crate::experiment::design::findings::Findings;
use crate::experiment::design::names::Reference;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::build::Prepared;
use crate::scenario::build::build;
use crate::scenario::build::read;
use crate::scenario::document::Overrides;
use crate::scenario::event;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;

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

/// What an experiment lays over its scenarios, and where it says so.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The experiment.
    pub document: &'a Node,
    /// Its scenarios.
    pub scenarios: &'a [Reference<'a>],
    /// Its cities; none for the scenarios' own.
    pub cities: &'a [Reference<'a>],
    /// Its controllers; none for the scenarios' own.
    pub controllers: &'a [Reference<'a>],
    /// Its settings.
    pub set: &'a [Entry],
    /// Its length, hours.
    pub hours: Option<f64>,
    /// A seed to look with.
    pub seed: u64,
}

/// Keys that decide where a scenario's weather comes from.
const WEATHER_SOURCE: [&str; 2] = ["weather.epw", "start"];

/// Keys whose values suit one controller and not another.
const CONTROLLER_PARAMETERS: &str = "controller_parameters";

/// Looks at every case at every point.
pub fn check(asked: &Asked, points: &Points, problems: &mut Vec<Problem>) -> Vec<Case> {
    let cities: Vec<Option<&Reference>> = if asked.cities.is_empty() {
        vec![None]
    } else {
        asked.cities.iter().map(Some).collect()
    };
    let mut findings = Findings::new(asked, points);
    let mut cases = Vec::new();
    for scenario in asked.scenarios {
        for city in &cities {
            cases.extend(case(asked, scenario, *city, points, &mut findings));
        }
    }
    problems.extend(findings.found());
    cases
}

/// One case at every point; none if nothing could be built.
fn case(
    asked: &Asked,
    scenario: &Reference,
    city: Option<&Reference>,
    points: &Points,
    findings: &mut Findings,
) -> Option<Case> {
    let varies = |begin: &str| points.factors.iter().any(|f| f.path.starts_with(begin));
    let weather_varies = WEATHER_SOURCE.iter().any(|key| varies(key));
    let mut case: Option<Case> = None;
    for (point, row) in points.rows.iter().enumerate() {
        if findings.enough() {
            break;
        }
        let overrides = overrides(asked, city, &points.factors, row);
        if point == 0 || varies(CONTROLLER_PARAMETERS) {
            for controller in asked.controllers {
                let seated = Overrides {
                    controller: Some(controller.name.clone()),
                    ..overrides.clone()
                };
                findings.note(point, row, city, read(&scenario.name, &seated));
            }
        }
        match &mut case {
            Some(case) if !weather_varies => {
                let looked = look(&scenario.name, &overrides, case);
                findings.note(point, row, city, looked);
            }
            _ => {
                let built = build(&scenario.name, &overrides);
                if let Some(built) = findings.note(point, row, city, built) {
                    let case = case.get_or_insert_with(|| Case {
                        scenario: scenario.name.clone(),
                        city: city.map(|c| c.name.clone()),
                        first: built.clone(),
                        record_intervals_s: Vec::new(),
                        bus_steps: 0,
                    });
                    let plan = &built.plan;
                    case.meet(plan.horizon_s, plan.step_s, plan.record_interval_s);
                }
            }
        }
    }
    case
}

/// Looks at a further point of a case that has been built at another one.
fn look(scenario: &str, overrides: &Overrides, case: &mut Case) -> Result<(), Problems> {
    let (document, file, read) = read(scenario, overrides)?;
    let chance = Chance::new(file.seed);
    let city = &case.first.plan.city;
    event::plan(&document, &file.event, &read.events, city, chance).map_err(Problems)?;
    case.meet(read.horizon_s, file.step_s, file.record_interval_s);
    Ok(())
}

impl Case {
    /// Takes a point's times into account.
    fn meet(&mut self, horizon_s: u64, step_s: u32, record_interval_s: u32) {
        let buses = self.first.plan.city.grid.buses.len() as u64;
        let steps = horizon_s / u64::from(step_s.max(1));
        self.bus_steps = self.bus_steps.max(steps * buses);
        if !self.record_intervals_s.contains(&record_interval_s) {
            self.record_intervals_s.push(record_interval_s);
        }
    }
}

/// What a point lays over a scenario, its controller left to it.
fn overrides(
    asked: &Asked,
    city: Option<&Reference>,
    factors: &[Factor],
    row: &[Level],
) -> Overrides {
    let set = asked.set.iter();
    let set = set.map(|e| (e.key.clone(), e.node.to_toml().to_string()));
    let levels = factors.iter().zip(row);
    let levels = levels.map(|(f, l)| (f.path.clone(), l.text.clone()));
    Overrides {
        controller: None,
        seed: Some(asked.seed),
        hours: asked.hours,
        city: city.map(|c| c.name.clone()),
        set: set.chain(levels).collect(),
    }
}

/// Refuses two scenarios or two cities of one name: their rows could not be told apart.
pub fn check_names(asked: &Asked, cases: &[Case], problems: &mut Vec<Problem>) {
    let mut seen: Vec<&Case> = Vec::new();
    for case in cases {
        let plan = &case.first.plan;
        for other in &seen {
            let theirs = &other.first.plan;
            let scenario = asked.scenarios.iter().find(|r| r.name == case.scenario);
            if let Some(place) = scenario
                && case.scenario != other.scenario
                && plan.scenario == theirs.scenario
            {
                let message = format!("two scenarios are called `{}`", plan.scenario);
                let help = "give one of them another `name`, so that their runs can be told apart";
                once(problems, problem_at(&place.node.origin, message).help(help));
            }
            let city = asked
                .cities
                .iter()
                .find(|r| case.city.as_ref() == Some(&r.name));
            if let Some(place) = city
                && case.city != other.city
                && plan.city.name == theirs.city.name
            {
                let message = format!("two cities are called `{}`", plan.city.name);
                let help = "give one of them another name, so that their runs can be told apart";
                once(problems, problem_at(&place.node.origin, message).help(help));
            }
        }
        seen.push(case);
    }
}

fn once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
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
