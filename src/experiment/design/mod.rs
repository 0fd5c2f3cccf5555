//! From an experiment file to the plan of a sweep: what is run, in which order, everything looked at before the first
//! run starts.
//!
//! Order of the runs: those held out, then those for training; within a split by point, scenario, city, replication and
//! controller, so that the runs of a pair stand together. It runs nothing and writes nothing.

pub mod cases;
pub mod design_csv;
pub mod document;
pub mod findings;
pub mod grid;
pub mod latin_hypercube;
pub mod list;
pub mod names;
pub mod place;
pub mod points;
pub mod seeds;
pub mod series;
pub mod settings;
pub mod shards;
pub mod size;
pub mod trained;

use crate::experiment::design::cases::Asked;
use crate::experiment::design::cases::Case;
use crate::experiment::design::document::Text;
use crate::experiment::design::names::Kind;
use crate::experiment::design::points::Points;
use crate::experiment::design::seeds::Replication;
use crate::experiment::format::ExperimentFile;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;
use crate::scenario::format::schema as scenario_schema;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;

/// More runs than this are taken for a mistake.
pub const MOST_RUNS: usize = 1_000_000;

/// An experiment that can be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Designed {
    /// Every run.
    pub plan: SweepPlan,
    /// The experiment's text as given.
    pub document: String,
}

/// Plans an experiment: a built-in name or a file.
///
/// # Errors
/// Everything that is wrong with it, with the tables and files that it names, and with any scenario at any of its points.
pub fn read(experiment: &str) -> Result<Designed, Problems> {
    plan(&document::find(experiment)?)
}

/// Plans an experiment that has been read.
///
/// # Errors
/// As [`read`].
pub fn plan(text: &Text) -> Result<Designed, Problems> {
    let (document, file) = document::parse(text)?;
    let mut problems = Vec::new();
    let name = document::name(text, &document, &file, &mut problems);
    let scenarios = names::references(
        Kind::Scenario,
        &document,
        Some("scenario"),
        "scenarios",
        &mut problems,
    );
    if document.get("scenario").is_none() && document.get("scenarios").is_none() {
        let help = "name one that `autopolis list scenarios` shows, or a file beside this one";
        let message = "`scenario` (or `scenarios`) is missing";
        problems.push(problem_at(&document.origin, message).help(help));
    }
    let cities = names::references(Kind::City, &document, Some("city"), "cities", &mut problems);
    let schema = scenario_schema();
    let set = settings::set(&document, &schema, &mut problems);
    let mut points = design(&document, &file, &schema, &mut problems);
    settings::place_files(&document, &mut points);
    settings::check_factors(&document, &points.factors, &set, &schema, &mut problems);
    let metrics = names::metrics(&document, &mut problems);
    let mut replications = seeds::replications(&document, &file, &mut problems);
    let series_interval_s = series::interval_s(&document, &file, &mut problems);
    let controllers = names::references(
        Kind::Controller,
        &document,
        None,
        "controllers",
        &mut problems,
    );
    // Where the experiment names no controllers, the scenarios have been read when the baseline is looked at.
    let baseline_known = !controllers.is_empty();
    let mut baseline = String::new();
    if baseline_known {
        let names: Vec<&str> = controllers.iter().map(|r| r.name.as_str()).collect();
        baseline = find_baseline(&document, &names, &mut problems);
    }
    let parts = [
        points.rows.len(),
        scenarios.len(),
        cities.len().max(1),
        replications.len(),
        controllers.len().max(1),
    ];
    let count: u128 = parts.iter().map(|n| *n as u128).product();
    if count > MOST_RUNS as u128 {
        let message = format!("the experiment has {count} runs, more than {MOST_RUNS}");
        let help = "split it, or take a latin hypercube instead of a grid";
        problems.push(problem_at(&document.origin, message).help(help));
    }
    if !problems.is_empty() {
        return Err(in_order(problems, &text.source.name));
    }
    let asked = Asked {
        document: &document,
        scenarios: &scenarios,
        cities: &cities,
        controllers: &controllers,
        set: &set,
        hours: file.hours,
        seed: replications.first().map_or(1, |r| r.seed),
    };
    let cases = cases::check(&asked, &points, &mut problems);
    cases::check_names(&asked, &cases, &mut problems);
    let controllers = match controllers.is_empty() {
        false => controllers.into_iter().map(|r| r.name).collect(),
        true => cases::own_controller(&document, &cases, &mut problems),
    };
    if !baseline_known {
        let names: Vec<&str> = controllers.iter().map(String::as_str).collect();
        baseline = find_baseline(&document, &names, &mut problems);
    }
    series::check_interval(&document, &cases, series_interval_s, &mut problems);
    let series = series::paths(&document, &cases, &mut problems);
    let allowed = file.allow_training_seeds;
    trained::keep_apart(
        &document,
        &controllers,
        allowed,
        &mut replications,
        &mut problems,
    );
    if !problems.is_empty() {
        return Err(in_order(problems, &text.source.name));
    }
    let runs = runs(&points, &cases, &replications, &controllers);
    let plan = SweepPlan {
        autopolis: env!("CARGO_PKG_VERSION").to_owned(),
        name,
        description: file.description.clone(),
        baseline,
        metrics,
        series,
        series_interval_s,
        hours: file.hours,
        set: settings::pairs(&set),
        factors: points.factors.into_iter().map(|f| f.path).collect(),
        runs_per_shard: shards::runs_per_shard(runs.len(), &cases),
        runs,
    };
    Ok(Designed {
        plan,
        document: text.source.text.clone(),
    })
}

/// Problems of the experiment's own text in its order, then those of other files.
fn in_order(mut problems: Vec<Problem>, own: &str) -> Problems {
    problems.sort_by_key(|p| (p.file != own, p.file.clone(), p.line, p.column));
    Problems(problems)
}

/// The points of whichever design is given.
fn design(
    document: &Node,
    file: &ExperimentFile,
    scenario: &serde_json::Value,
    problems: &mut Vec<Problem>,
) -> Points {
    const DESIGNS: [&str; 4] = ["factors", "point", "latin_hypercube", "design_csv"];
    let given: Vec<(&str, &Node)> = DESIGNS
        .iter()
        .filter_map(|key| document.get(key).map(|node| (*key, node)))
        .collect();
    if let [(first, _), (second, node), ..] = given[..] {
        let message = format!("`{first}` and `{second}` exclude each other");
        let help = "an experiment has one design: split it, or write all points into one table";
        problems.push(problem_at(&node.origin, message).help(help));
        return Points::default();
    }
    match (given.first(), &file.latin_hypercube) {
        (Some(("factors", node)), _) => grid::points(node, problems),
        (Some(("point", node)), _) => list::points(node, problems),
        (Some((_, node)), Some(cube)) => {
            latin_hypercube::points(node, cube.samples, cube.seed, scenario, problems)
        }
        (Some((_, node)), None) => document::table(node, problems)
            .map(|(name, text)| design_csv::points(&name, &text, problems))
            .unwrap_or_default(),
        (None, _) => Points::single(),
    }
}

/// The controller that the others are compared with.
fn find_baseline(document: &Node, controllers: &[&str], problems: &mut Vec<Problem>) -> String {
    let Some(node) = document.get("baseline") else {
        return controllers.first().copied().unwrap_or_default().to_owned();
    };
    match names::resolve(Kind::Controller, node) {
        Ok(name) if controllers.contains(&name.as_str()) => name,
        Ok(name) => {
            let message = format!("the baseline `{name}` is not among the controllers");
            let help = format!("the controllers are {}", controllers.join(", "));
            problems.push(problem_at(&node.origin, message).help(help));
            name
        }
        Err(found) => {
            problems.extend(found.0);
            String::new()
        }
    }
}

/// Every run, in order.
fn runs(
    points: &Points,
    cases: &[Case],
    replications: &[Replication],
    controllers: &[String],
) -> Vec<PlannedRun> {
    let mut runs = Vec::new();
    for split in [Split::HeldOut, Split::Training] {
        for (point, row) in (0..).zip(&points.rows) {
            let levels: Vec<String> = row.iter().map(|l| l.text.clone()).collect();
            for case in cases {
                let these = replications.iter().filter(|r| r.split == split);
                for (number, replication) in (1..).zip(these) {
                    for controller in controllers {
                        runs.push(PlannedRun {
                            run_id: u32::try_from(runs.len()).unwrap_or(u32::MAX),
                            point,
                            scenario: case.scenario.clone(),
                            city: case.city.clone(),
                            controller: controller.clone(),
                            replication: number,
                            seed: replication.seed,
                            split,
                            levels: levels.clone(),
                        });
                    }
                }
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests;
