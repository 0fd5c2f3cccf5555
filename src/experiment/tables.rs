//! The tables of a sweep's folder, column by column: for headers, `datapackage.json` and Parquet alike.
//!
//! It holds no rows.

use crate::experiment::measured::SeriesColumn;
use crate::experiment::measured::unnamed;
use crate::experiment::part::Part;
use crate::experiment::plan::SweepPlan;
use crate::results::export::datapackage_json::field;
use crate::results::export::datapackage_json::plain;
use crate::results::export::table::Column;
use crate::results::export::table::column;
use crate::results::metrics;
use serde_json::Value;
use serde_json::json;

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Name of its file.
    pub file: &'static str,
    /// What it holds.
    pub about: &'static str,
    /// Its columns.
    pub columns: fn(&SweepPlan, &[SeriesColumn]) -> Vec<Column>,
    /// Its rows in the part of a shard.
    pub rows: fn(&Part) -> &str,
}

/// The tables that may also be written as Parquet.
pub const PARQUET: [&str; 2] = ["runs.parquet", "timeseries.parquet"];

/// All tables.
pub const TABLES: [Table; 5] = [
    Table {
        file: "runs.csv",
        about: "A row a run: what it was and what its metrics came to.",
        columns: |plan, _| runs(plan),
        rows: |part| &part.runs,
    },
    Table {
        file: "timeseries.csv",
        about: "Values for the whole city, a row for a run and a time. Failed runs have none.",
        columns: |_, series| timeseries(series),
        rows: |part| &part.timeseries,
    },
    Table {
        file: "districts.csv",
        about: "What each district lost, a row for a run and a district. Failed runs have none.",
        columns: |_, _| districts(),
        rows: |part| &part.districts,
    },
    Table {
        file: "events.csv",
        about: "What failed, tripped and was switched, counted: a row for a run and a kind of event.",
        columns: |_, _| events(),
        rows: |part| &part.events,
    },
    Table {
        file: "decisions.csv",
        about: "Commands given to the city, counted: a row for a run, an actor and what became of them.",
        columns: |_, _| decisions(),
        rows: |part| &part.decisions,
    },
];

/// The columns of the series where no run has named them: all failed.
#[must_use]
pub fn unnamed_series(plan: &SweepPlan) -> Vec<SeriesColumn> {
    let column = |path: &String| SeriesColumn {
        name: unnamed(path),
        unit: String::new(),
        about: String::new(),
    };
    plan.series.iter().map(column).collect()
}

fn run_id() -> Column {
    column(
        "run_id",
        "integer",
        "",
        "Number of the run in the plan, from 0.",
    )
}

fn runs(plan: &SweepPlan) -> Vec<Column> {
    let mut all = vec![
        run_id(),
        column(
            "point",
            "integer",
            "",
            "Number of its point in the design, from 0.",
        ),
        column("scenario", "string", "", "Name of the scenario."),
        column("city", "string", "", "Name of the city."),
        column("controller", "string", "", "Who was at the desk."),
        column(
            "replication",
            "integer",
            "",
            "Number of the replication, from 1.",
        ),
        column(
            "seed",
            "integer",
            "",
            "Seed of weather, failures and noise; runs that differ in the controller alone share it.",
        ),
        column(
            "split",
            "string",
            "",
            "training (its seed may have been used to choose a controller; no evidence) or held-out.",
        ),
    ];
    all.extend(plan.factors.iter().enumerate().map(|(k, path)| {
        let levels = plan.runs.iter().filter_map(|run| run.levels.get(k));
        let kind = kind_of_levels(levels.map(String::as_str));
        column(path, kind, "", "Level of the factor, as written in TOML.")
    }));
    all.extend([
        column("status", "string", "", "ok or failed."),
        column("error", "string", "", "Why it failed; empty if it did not."),
        column(
            "config_hash",
            "string",
            "",
            "BLAKE3 hash of all that decides the run.",
        ),
        column(
            "state_hash",
            "string",
            "",
            "BLAKE3 hash of the city's final state.",
        ),
    ]);
    all.extend(metrics::all().map(|m| {
        let about = format!("{} Better: {}.", m.definition, m.better.as_str());
        column(m.key, "number", m.unit, &about)
    }));
    all
}

/// The narrowest type that holds every level.
fn kind_of_levels<'a>(levels: impl Iterator<Item = &'a str> + Clone) -> &'static str {
    if levels.clone().all(|level| level.parse::<i64>().is_ok()) {
        "integer"
    } else if levels
        .clone()
        .all(|level| level.parse::<f64>().is_ok_and(f64::is_finite))
    {
        "number"
    } else {
        "string"
    }
}

fn timeseries(series: &[SeriesColumn]) -> Vec<Column> {
    let time = column("t_s", "integer", "s", "Time since the start of the run.");
    let values = series
        .iter()
        .map(|c| column(&c.name, "number", &c.unit, &c.about));
    [run_id(), time].into_iter().chain(values).collect()
}

fn districts() -> Vec<Column> {
    vec![
        run_id(),
        column("district", "string", "", "Id of the district."),
        column("name", "string", "", "Name of the district."),
        column(
            "customers",
            "number",
            "",
            "Electricity customers: homes and businesses.",
        ),
        column(
            "income_quintile",
            "integer",
            "",
            "Income quintile, 1 poorest to 5.",
        ),
        column(
            "outage_min_per_customer",
            "number",
            "min",
            "Minutes without supply, mean over customers.",
        ),
        column("unserved_mwh", "number", "MWh", "Energy not supplied."),
        column(
            "customers_interrupted",
            "number",
            "",
            "Sustained customer interruptions (longer than 5 min).",
        ),
    ]
}

fn events() -> Vec<Column> {
    vec![
        run_id(),
        column("kind", "string", "", "What happened."),
        column("count", "integer", "", "How often."),
        column(
            "customers",
            "number",
            "",
            "Customers who lost supply by them, summed.",
        ),
    ]
}

fn decisions() -> Vec<Column> {
    vec![
        run_id(),
        column("actor", "string", "", "Who gave the commands."),
        column(
            "outcome",
            "string",
            "",
            "applied, clipped, rate_limited or refused.",
        ),
        column("count", "integer", "", "How many."),
    ]
}

/// The package's description (Frictionless Data Package v1, Table Schema).
#[must_use]
pub fn datapackage(plan: &SweepPlan, series: &[SeriesColumn]) -> Value {
    let resource = |table: &Table| {
        let columns = (table.columns)(plan, series);
        let fields: Vec<Value> = columns.iter().map(field).collect();
        let mut schema = json!({ "fields": fields, "missingValues": [""] });
        if table.file == "runs.csv" {
            schema["primaryKey"] = json!("run_id");
        } else {
            schema["foreignKeys"] = json!([{
                "fields": "run_id",
                "reference": { "resource": "runs", "fields": "run_id" },
            }]);
        }
        json!({
            "name": table.file.trim_end_matches(".csv"),
            "path": table.file,
            "description": table.about,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": schema,
        })
    };
    let description = if plan.description.is_empty() {
        "A sweep of simulated runs: tables by run, by time, by district and by event."
    } else {
        &plan.description
    };
    json!({
        "profile": "tabular-data-package",
        "name": plain(&plan.name),
        "title": plan.name,
        "description": description,
        "resources": TABLES.iter().map(resource).collect::<Vec<Value>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use crate::experiment::part::runs_header;

    #[test]
    fn runs_are_described_as_they_are_written() {
        let mut plan = plan(&["none"], 2);
        plan.factors = vec!["hours".to_owned(), "city".to_owned()];
        for run in &mut plan.runs {
            run.levels = vec!["1.5".to_owned(), "\"a\"".to_owned()];
        }
        let columns = runs(&plan);
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let header = runs_header(&plan.factors).unwrap();
        assert_eq!(names, header.trim_end().split(',').collect::<Vec<_>>());
        assert_eq!((columns[8].kind, columns[9].kind), ("number", "string"));
    }
}
