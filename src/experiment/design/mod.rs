//! From an experiment file to the plan of a sweep: what is run, in which order, everything looked at before the first
//! run starts.
//!
//! Order of the runs: those held out, then those for training; within a split by point, scenario, city, replication and
//! controller, so that the runs of a pair stand together. It runs nothing and writes nothing.

pub mod cases;
pub mod design_csv;
pub mod document;
pub mod grid;
pub mod latin_hypercube;
pub mod list;
pub mod names;
pub mod place;
pub mod points;
pub mod seeds;
pub mod settings;
pub mod shards;

use crate::experiment::design::cases::Case;
use crate::experiment::design::cases::Laid;
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
    let points = design(&document, &file, &schema, &mut problems);
    settings::check_factors(&document, &points.factors, &set, &schema, &mut problems);
    let metrics = names::metrics(&document, &mut problems);
    let replications = seeds::replications(&document, &file, &mut problems);
    let series_interval_s = settings::series_interval_s(&document, &file, &mut problems);
    let known = names::references(
        Kind::Controller,
        &document,
        None,
        "controllers",
        &mut problems,
    );
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let seed = replications.first().map_or(1, |r| r.seed);
    let laid = Laid {
        set: settings::pairs(&set),
        hours: file.hours,
        seed,
    };
    let cases = cases::check(&scenarios, &cities, &points, &laid, &mut problems);
    let controllers = match known.is_empty() {
        false => known.into_iter().map(|r| r.name).collect(),
        true => cases::own_controller(&document, &cases, &mut problems),
    };
    let baseline = baseline(&document, &file, &controllers, &mut problems);
    let series = cases::series(&document, &cases, series_interval_s, &mut problems);
    let runs_per_case = replications.len() * controllers.len();
    let count = points.rows.len() as u128 * cases.len() as u128 * runs_per_case as u128;
    if count > MOST_RUNS as u128 {
        let message = format!("the experiment has {count} runs, more than {MOST_RUNS}");
        let help = "split it, or take a latin hypercube instead of a grid";
        problems.push(problem_at(&document.origin, message).help(help));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
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
        set: laid.set,
        factors: points.factors.into_iter().map(|f| f.path).collect(),
        runs_per_shard: shards::runs_per_shard(runs.len(), &cases),
        runs,
    };
    Ok(Designed {
        plan,
        document: text.source.text.clone(),
    })
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
fn baseline(
    document: &Node,
    file: &ExperimentFile,
    controllers: &[String],
    problems: &mut Vec<Problem>,
) -> String {
    let (Some(_), Some(node)) = (&file.baseline, document.get("baseline")) else {
        return controllers.first().cloned().unwrap_or_default();
    };
    match names::resolve(Kind::Controller, node) {
        Ok(name) if controllers.contains(&name) => name,
        Ok(name) => {
            let message = format!("the baseline `{name}` is not among the controllers");
            let help = format!("the controllers are {}", controllers.join(", "));
            problems.push(problem_at(&node.origin, message).help(help));
            name
        }
        Err(problem) => {
            problems.push(problem);
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
                for replication in replications.iter().filter(|r| r.split == split) {
                    for controller in controllers {
                        runs.push(PlannedRun {
                            run_id: u32::try_from(runs.len()).unwrap_or(u32::MAX),
                            point,
                            scenario: case.scenario.clone(),
                            city: case.city.clone(),
                            controller: controller.clone(),
                            replication: replication.number,
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
