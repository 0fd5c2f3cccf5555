//! `autopolis list`: what there is by name, with a line on each.

use crate::city::hazards;
use crate::city::model::parameters::Parameters;
use crate::city::twin::Physics;
use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::controllers;
use crate::controllers::parameter::ParameterSpec;
use crate::engine::points::Access;
use crate::engine::points::PointSpec;
use crate::experiment::builtin::BuiltIn as BuiltInExperiment;
use crate::experiment::builtin::EXPERIMENTS;
use crate::experiment::design;
use crate::results::metrics;
use crate::scenario::build::build;
use crate::scenario::builtin::BuiltIn as BuiltInCity;
use crate::scenario::builtin::CITIES;
use crate::scenario::controller_file;
use crate::scenario::document::BUILT_IN;
use crate::scenario::document::Overrides;
use crate::scenario::document::gather;
use crate::scenario::role::ROLES;
use serde::Serialize;
use std::sync::Arc;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// City whose points are listed
    #[arg(long, value_name = "NAME|FILE|DIR", default_value = "lakeside")]
    city: String,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum What {
    /// Built-in scenarios
    Scenarios,
    /// Built-in experiments
    Experiments,
    /// Built-in cities
    Cities,
    /// Hazards that an event of a scenario may name
    Hazards,
    /// Who can sit at the desk
    Controllers,
    /// Metrics of a run, with unit and definition
    Metrics,
    /// Points of a city: what controllers see and set
    Points,
    /// Roles that a target of an event may name instead of an element
    Roles,
}

/// One line.
#[derive(Serialize)]
struct Row {
    name: String,
    description: String,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let rows = match arguments.what {
        What::Scenarios => scenarios()?,
        What::Experiments => experiments()?,
        What::Cities => cities(),
        What::Hazards => hazards(),
        What::Controllers => return controllers(global),
        What::Metrics => metrics(),
        What::Points => points(&arguments.city)?,
        What::Roles => roles(),
    };
    if global.json {
        return output::json(&rows);
    }
    let width = rows.iter().map(|r| r.name.len()).max().unwrap_or(0);
    let lines: Vec<String> = rows
        .iter()
        .map(|r| format!("{:width$}  {}", r.name, r.description))
        .collect();
    output::data(&lines.join("\n"))
}

fn scenarios() -> Result<Vec<Row>, CliError> {
    let mut rows = Vec::new();
    for built_in in BUILT_IN {
        let document = gather(built_in.name, &Overrides::default())
            .map_err(|problems| report::input_problems(&problems))?;
        rows.push(Row {
            name: built_in.name.to_owned(),
            description: document.text("description").unwrap_or_default().to_owned(),
        });
    }
    Ok(rows)
}

fn experiments() -> Result<Vec<Row>, CliError> {
    let row = |experiment: &BuiltInExperiment| {
        let designed = design::read(experiment.name);
        let designed = designed.map_err(|problems| report::input_problems(&problems))?;
        Ok(Row {
            name: experiment.name.to_owned(),
            description: designed.plan.description,
        })
    };
    EXPERIMENTS.iter().map(row).collect()
}

fn cities() -> Vec<Row> {
    let row = |city: &BuiltInCity| Row {
        name: city.name.to_owned(),
        description: city.summary.to_owned(),
    };
    CITIES.iter().map(row).collect()
}

/// A controller with what may be set on it.
#[derive(Serialize)]
struct ControllerRow {
    name: &'static str,
    description: &'static str,
    parameters: Vec<ParameterRow>,
}

/// A constant of a controller.
#[derive(Serialize)]
struct ParameterRow {
    key: &'static str,
    unit: &'static str,
    low: Vec<f64>,
    high: Vec<f64>,
    value: Vec<f64>,
    /// Whether `tune` searches it unless told otherwise.
    searched: bool,
    description: &'static str,
}

/// Controllers with their parameters; of one that is a file, those that it sets.
fn controllers(global: &Global) -> Result<(), CliError> {
    let mut rows = Vec::new();
    for entry in controllers::CONTROLLERS {
        let values = (entry.declared.defaults)();
        rows.push(ControllerRow {
            name: entry.name,
            description: entry.summary,
            parameters: parameter_rows(entry.declared.parameters, &values),
        });
    }
    for built_in in controllers::FILES {
        let file = controller_file::read(built_in.name)
            .map_err(|problems| report::input_problems(&problems))?;
        let (values, specs) = match file.as_ref().and_then(|f| controllers::find(&f.base)) {
            Some(base) => (file.map(|f| f.parameters), base.declared.parameters),
            None => (None, &[][..]),
        };
        rows.push(ControllerRow {
            name: built_in.name,
            description: built_in.summary,
            parameters: parameter_rows(specs, &values.unwrap_or_default()),
        });
    }
    if global.json {
        return output::json(&rows);
    }
    let mut text = String::new();
    for row in &rows {
        text += &format!("{:<8}  {}\n", row.name, row.description);
        for p in &row.parameters {
            let value: Vec<String> = p.value.iter().map(|v| v.to_string()).collect();
            text += &format!(
                "    {:<24} {:>12} {:<4} {}\n",
                p.key,
                value.join(", "),
                if p.unit == "1" { "" } else { p.unit },
                p.description
            );
        }
    }
    output::data(&text)
}

/// The constants among `specs` that have a value.
fn parameter_rows(specs: &'static [ParameterSpec], values: &Parameters) -> Vec<ParameterRow> {
    let row = |spec: &'static ParameterSpec| {
        Some(ParameterRow {
            key: spec.key,
            unit: spec.unit,
            low: spec.low.to_vec(),
            high: spec.high.to_vec(),
            value: values.get(spec.key)?.numbers().to_vec(),
            searched: spec.searched,
            description: spec.about,
        })
    };
    specs.iter().filter_map(row).collect()
}

fn metrics() -> Vec<Row> {
    let row = |metric: &metrics::Metric| Row {
        name: metric.key.to_owned(),
        description: format!(
            "[{}, {}] {}",
            metric.unit,
            metric.better.as_str(),
            metric.definition
        ),
    };
    metrics::all().map(row).collect()
}

/// The points of a city, as the default scenario's world has them.
fn points(city: &str) -> Result<Vec<Row>, CliError> {
    let overrides = Overrides {
        city: Some(city.to_owned()),
        ..Overrides::default()
    };
    let prepared = build(BUILT_IN[0].name, &overrides)
        .map_err(|problems| report::input_problems(&problems))?;
    let physics = Physics::new(&Arc::new(prepared.plan), false);
    let row = |spec: &PointSpec| Row {
        name: spec.path.clone(),
        description: match spec.access {
            Access::Measured => format!("[{}] {}", unit(spec), spec.about),
            Access::Controllable => format!(
                "[{}, set {} to {}] {}",
                unit(spec),
                spec.range[0],
                spec.range[1],
                spec.about
            ),
        },
    };
    let table = physics.points().table();
    Ok(table.iter().map(|(_, spec)| row(spec)).collect())
}

fn unit(spec: &PointSpec) -> &str {
    if spec.unit.is_empty() {
        "1"
    } else {
        &spec.unit
    }
}

fn hazards() -> Vec<Row> {
    let row = |spec: &&hazards::spec::HazardSpec| {
        let size = spec
            .value
            .map(|v| format!("; value in {}: {}", v.unit, v.meaning))
            .unwrap_or_default();
        Row {
            name: spec.name.to_owned(),
            description: format!(
                "{} (strikes {}{size})",
                spec.summary,
                spec.targets.join(", ")
            ),
        }
    };
    hazards::SPECS.iter().map(row).collect()
}

fn roles() -> Vec<Row> {
    let row = |role: &crate::scenario::role::Role| Row {
        name: role.name.to_owned(),
        description: role.summary.to_owned(),
    };
    ROLES.iter().map(row).collect()
}
