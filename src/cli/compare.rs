//! `autopolis compare RUNS...`: what one controller does better or worse than another, and how sure that is.
//!
//! RUNS are a sweep's folder, its `runs.csv`, or folders of single runs. Exit codes: 0 whatever was found; 3 for files
//! that do not read, unknown metrics or controllers, and runs of which no two pair.

use crate::cli::Global;
use crate::cli::compare::layout::page;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::experiment::comparison::Apart;
use crate::experiment::comparison::CompareError;
use crate::experiment::comparison::Comparison;
use crate::experiment::comparison::Question;
use crate::experiment::comparison::compare;
use crate::experiment::comparison::controllers;
use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::short_name;
use crate::experiment::plan::SweepPlan;
use crate::experiment::run_folders;
use crate::experiment::table::SweepTable;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;

mod layout;

/// Metrics where neither the command nor a plan names any.
const METRICS: [&str; 8] = [
    "composite_cost",
    "ens_mwh",
    "saidi_min",
    "critical_outage_min",
    "asset_failures",
    "energy_cost",
    "co2_t",
    "outage_gini",
];

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A sweep's folder, its runs.csv, or folders of single runs
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Controller that the others are compared with; the experiment's if left out, else `rules`, else the first
    #[arg(long, value_name = "CONTROLLER")]
    baseline: Option<String>,
    /// Controller to compare; all others if left out
    #[arg(long, value_name = "CONTROLLER")]
    controller: Vec<String>,
    /// Metric to compare by, may be repeated; the experiment's if left out
    #[arg(short, long, value_name = "METRIC")]
    metric: Vec<String>,
    /// Keep apart instead of pooling
    #[arg(long, value_enum)]
    by: Vec<By>,
    /// Write every number to a CSV file
    #[arg(short, long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
}

/// What can be kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// Each scenario by itself
    Scenario,
    /// Each city by itself
    City,
    /// Each point of the design by itself
    Point,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let (table, plan) = gather(&arguments.runs)?;
    let question = question(arguments, &table, plan.as_ref());
    let comparison = compare(&table, &question).map_err(|error| refused(&error))?;
    if let Some(file) = &arguments.out {
        write_csv(&comparison, file)?;
        output::tell_unless_empty(&if global.quiet {
            String::new()
        } else {
            format!("wrote {}", file.display())
        });
    }
    if global.json {
        output::json(&comparison)
    } else {
        output::data(&page(&comparison))
    }
}

fn refused(error: &CompareError) -> CliError {
    CliError::input(error.to_string(), error.help())
}

/// The runs as one table, with the plan they follow if they are a sweep's.
fn gather(runs: &[PathBuf]) -> Result<(SweepTable, Option<SweepPlan>), CliError> {
    if let [only] = runs {
        let table = if only.is_dir() {
            only.join("runs.csv")
        } else {
            only.clone()
        };
        if table.is_file() {
            let plan = table.with_file_name("plan.json");
            let plan = plan.is_file().then(|| read_plan(&plan)).transpose()?;
            return Ok((read_table(&table)?, plan));
        }
        if only.join("plan.json").is_file() {
            return Err(CliError::input(
                format!("{} holds a sweep that is not merged yet", only.display()),
                "finish it with `sweep --resume` or `merge`",
            ));
        }
    }
    for path in runs {
        if !path.join("manifest.json").is_file() || path.join("plan.json").is_file() {
            return Err(CliError::input(
                format!("{} is not the folder of a run", path.display()),
                "give one sweep's folder, one runs.csv, or folders of single runs",
            ));
        }
    }
    let table = run_folders::read(runs).map_err(|error| {
        CliError::input(
            error.to_string(),
            "the folder is not whole: make the run again",
        )
    })?;
    Ok((table, None))
}

fn read_table(path: &Path) -> Result<SweepTable, CliError> {
    let failed = |error: &dyn std::fmt::Display| {
        CliError::input(
            format!("{}: {error}", path.display()),
            "give the runs.csv that a sweep wrote",
        )
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    SweepTable::read(BufReader::new(file)).map_err(|error| failed(&error))
}

fn read_plan(path: &Path) -> Result<SweepPlan, CliError> {
    let failed = |error: &dyn std::fmt::Display| {
        CliError::input(
            format!("{} is not a plan: {error}", path.display()),
            "give runs.csv alone, copied elsewhere, to do without it",
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    serde_json::from_str(&text).map_err(|error| failed(&error))
}

fn question(arguments: &Arguments, table: &SweepTable, plan: Option<&SweepPlan>) -> Question {
    let names = controllers(table);
    let full = |name: &String| full_name(name, &names);
    let planned = plan.map(|plan| plan.baseline.clone());
    let usual = names.iter().find(|name| *name == "rules").cloned();
    let baseline = arguments.baseline.as_ref().map(full);
    let baseline = baseline.or(planned).or(usual);
    let baseline = baseline.or_else(|| names.first().cloned());
    let asked = if arguments.metric.is_empty() {
        let planned = plan.map_or_else(Vec::new, |plan| plan.metrics.clone());
        let usual = METRICS.iter().map(|key| (*key).to_owned());
        let wanted = planned.into_iter().chain(usual.filter(|_| plan.is_none()));
        wanted.filter(|key| table.metric(key).is_some()).collect()
    } else {
        arguments.metric.clone()
    };
    let apart = |by: &By| match by {
        By::Scenario => Apart::Scenario,
        By::City => Apart::City,
        By::Point => Apart::Point,
    };
    Question {
        controllers: arguments.controller.iter().map(full).collect(),
        apart: arguments.by.iter().map(apart).collect(),
        ..Question::new(&baseline.unwrap_or_default(), &asked)
    }
}

/// A controller file may be given as the table has it or by its stem, if only one file has that stem.
fn full_name(name: &str, names: &[String]) -> String {
    let mut alike = names.iter().filter(|full| short_name(full) == name);
    match (alike.next(), alike.next()) {
        (Some(full), None) if !names.iter().any(|n| n == name) => full.clone(),
        _ => name.to_owned(),
    }
}

/// Columns of `--out`; differences are controller less baseline.
const HEADER: [&str; 34] = [
    "stratum",
    "metric",
    "unit",
    "better",
    "controller",
    "baseline",
    "finding",
    "pairs",
    "baseline_mean",
    "controller_mean",
    "difference",
    "difference_low",
    "difference_high",
    "bca_low",
    "bca_high",
    "t_low",
    "t_high",
    "median_difference",
    "difference_sd",
    "relative",
    "relative_low",
    "relative_high",
    "p",
    "p_method",
    "adjusted_p",
    "hedges_dz",
    "rank_biserial",
    "lower",
    "same",
    "higher",
    "cvar_90_baseline",
    "cvar_90_controller",
    "cvar_95_baseline",
    "cvar_95_controller",
];

fn write_csv(comparison: &Comparison, file: &Path) -> Result<(), CliError> {
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| {
        CliError::usage(
            format!("--out {} names no file", file.display()),
            "give a file such as comparison.csv",
        )
    })?;
    let rows = comparison.effects.iter().map(csv_row);
    output::table(folder, name, &HEADER, rows)
}

fn csv_row(effect: &Effect) -> Vec<String> {
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    let end = |ends: Option<[f64; 2]>, k: usize| number(ends.map(|ends| ends[k]));
    let word = |x: Option<&str>| x.unwrap_or_default().to_owned();
    let finding = serde_json::to_value(effect.finding).ok();
    vec![
        effect.stratum.clone(),
        effect.metric.clone(),
        effect.unit.clone(),
        effect.better.to_owned(),
        effect.controller.clone(),
        effect.baseline.clone(),
        word(finding.as_ref().and_then(serde_json::Value::as_str)),
        effect.pairs.to_string(),
        number(effect.baseline_mean),
        number(effect.controller_mean),
        number(effect.difference),
        end(effect.interval, 0),
        end(effect.interval, 1),
        end(effect.bca_interval, 0),
        end(effect.bca_interval, 1),
        end(effect.t_interval, 0),
        end(effect.t_interval, 1),
        number(effect.median_difference),
        number(effect.difference_sd),
        number(effect.relative),
        end(effect.relative_interval, 0),
        end(effect.relative_interval, 1),
        number(effect.p),
        word(effect.p_method),
        number(effect.adjusted_p),
        number(effect.hedges_dz),
        number(effect.rank_biserial),
        effect.lower.to_string(),
        effect.same.to_string(),
        effect.higher.to_string(),
        end(effect.cvar_90, 0),
        end(effect.cvar_90, 1),
        end(effect.cvar_95, 0),
        end(effect.cvar_95, 1),
    ]
}
