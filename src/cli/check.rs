//! `autopolis check FILE...`: everything that is wrong with scenarios, experiments, cities and controller files, without
//! running them.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::report;
use crate::experiment::design;
use crate::experiment::design::document::is_experiment;
use crate::experiment::design::size::Size;
use crate::scenario::build::build;
use crate::scenario::city_source;
use crate::scenario::controller_file;
use crate::scenario::document::Overrides;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use serde::Serialize;
use std::path::Path;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenarios and experiments (a file or a built-in name), cities (a folder or its city.toml), controller files
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<String>,
    /// Check scenarios on this city instead of their own
    #[arg(long, value_name = "NAME|FILE|DIR")]
    city: Option<String>,
}

/// One problem as data.
#[derive(Serialize)]
struct ProblemRow<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    field: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
}

/// The JSON object.
#[derive(Serialize)]
struct Summary<'a> {
    ok: bool,
    problems: Vec<ProblemRow<'a>>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let mut problems = Problems::default();
    let mut fine = Vec::new();
    for input in &arguments.inputs {
        match check(input, arguments.city.as_deref()) {
            Ok(line) => fine.push(line),
            Err(found) => problems.0.extend(found.0),
        }
    }
    if global.json {
        let rows = problems.0.iter().map(|problem| ProblemRow {
            file: &problem.file,
            line: problem.line,
            column: problem.column,
            field: problem.field.as_deref(),
            message: &problem.message,
            help: problem.help.as_deref(),
        });
        output::json(&Summary {
            ok: problems.0.is_empty(),
            problems: rows.collect(),
        })?;
        return match problems.0.is_empty() {
            true => Ok(()),
            false => Err(CliError::told(crate::cli::exit::INVALID_INPUT)),
        };
    }
    if !global.quiet {
        output::tell_unless_empty(&fine.join("\n"));
    }
    if problems.0.is_empty() {
        Ok(())
    } else {
        Err(report::input_problems(&problems))
    }
}

/// Checks one input and says in a line what it is.
fn check(input: &str, city: Option<&str>) -> Result<String, Problems> {
    let path = Path::new(input);
    let is_city = path.is_dir() || path.file_name().is_some_and(|name| name == "city.toml");
    if is_city {
        let source = city_source::load(input)?;
        let city = &source.city;
        return Ok(format!(
            "{input}: the city {}, {} people, {} buses: ok",
            city.name,
            city.population(),
            city.grid.buses.len()
        ));
    }
    if is_experiment(input) {
        if city.is_some() {
            let message = "an experiment is checked on its own cities, not on `--city`";
            return Err(Problem::new(input, message)
                .help("check it by itself, or name the city in it")
                .into());
        }
        let plan = design::read(input)?.plan;
        return Ok(format!(
            "{input}: the experiment {}, {}: ok",
            plan.name,
            Size::of(&plan).sentence()
        ));
    }
    if controller_file::is_one(input)
        && let Some(file) = controller_file::read(input)?
    {
        return Ok(format!(
            "{input}: the controller {} on {}, {} parameters: ok",
            file.name,
            file.base,
            file.parameters.len()
        ));
    }
    let overrides = Overrides {
        city: city.map(str::to_owned),
        ..Overrides::default()
    };
    let prepared = build(input, &overrides)?;
    let plan = &prepared.plan;
    Ok(format!(
        "{input}: the scenario {} on {}, {} h, {} planned events: ok",
        plan.scenario,
        plan.city.name,
        plan.horizon_s as f64 / 3600.0,
        plan.events.len()
    ))
}
