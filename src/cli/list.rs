//! `autopolis list`: what there is by name, with a line on each.

use crate::city::hazards;
use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::scenario::builtin::BuiltIn as BuiltInCity;
use crate::scenario::builtin::CITIES;
use crate::scenario::document::BUILT_IN;
use crate::scenario::document::Overrides;
use crate::scenario::document::gather;
use crate::scenario::role::ROLES;
use serde::Serialize;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to list
    #[arg(value_enum)]
    what: What,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum What {
    /// Built-in scenarios
    Scenarios,
    /// Built-in cities
    Cities,
    /// Hazards that an event of a scenario may name
    Hazards,
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
        What::Cities => cities(),
        What::Hazards => hazards(),
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

fn cities() -> Vec<Row> {
    let row = |city: &BuiltInCity| Row {
        name: city.name.to_owned(),
        description: city.summary.to_owned(),
    };
    CITIES.iter().map(row).collect()
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
