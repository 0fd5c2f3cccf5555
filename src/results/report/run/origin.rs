//! Where a report's numbers come from: how to make them again, what they do not cover, the files with their columns.

use crate::results::report::prose::code;
use crate::results::report::prose::short;
use crate::results::report::run_folder::RunFolder;
use crate::results::report::table::cell;
use crate::results::report::table::table;
use crate::results::report::table::words;
use maud::Markup;
use maud::html;
use serde_json::Value;

/// What the model does not have yet, a sentence each; shared by the reports of runs and of sweeps.
pub const LIMITS: [&str; 6] = [
    "Electricity alone, with weather, wear and field crews: no transit, no water, no telecom, no population that moves, \
     falls ill or reacts. What would fail with the power, or make it fail, is not in these numbers.",
    "The twin reads a city's files. It does not follow live data, and nothing it does reaches a real grid.",
    "The built-in city is synthetic, and one bus of it stands for two to four real service transformers. What an \
     imported network does not say (ratings, customers, places) was filled in by rule and is marked synthetic.",
    "Weather is one station's, moved between neighbourhoods by a fixed heat-island figure.",
    "Within a minute the grid is steady: no frequency, no protection faster than a step.",
    "Read results as differences between runs of one seed, over several seeds; not as a forecast for a place.",
];

/// How to reproduce.
#[must_use]
pub fn again(run: &RunFolder) -> Markup {
    let has_commands = run
        .hashes()
        .iter()
        .any(|(name, _)| *name == "commands.toml");
    let commands = if has_commands {
        " --commands commands.toml"
    } else {
        ""
    };
    let text = format!("autopolis replay .\nautopolis run scenario.toml{commands} --out ../again");
    let number = |key: &str| {
        run.manifest
            .get(key)
            .and_then(Value::as_u64)
            .map_or_else(String::new, |n| n.to_string())
    };
    let simulated = |key: &str| {
        let value = run.manifest.get("simulated").and_then(|s| s.get(key));
        value.map_or_else(String::new, |v| {
            v.as_str().map_or_else(|| v.to_string(), str::to_owned)
        })
    };
    html! {
        p { "In this folder, with autopolis " (run.text("version")) ":" }
        (code(&text))
        p { "The first computes the run again and compares it bit for bit, the second leaves it in another folder. " code { "scenario.toml" } " holds the scenario as resolved, with every setting and the seed. Another controller on the same seed meets the same weather and the same luck." }
        dl {
            dt { "Version" } dd { "autopolis " (run.text("version")) }
            dt { "Scenario" } dd { (run.text("scenario")) }
            dt { "City" } dd { (run.text("city")) }
            dt { "Controller" } dd { (run.text("controller")) }
            dt { "Seed" } dd { (number("seed")) }
            dt { "Simulated" } dd {
                (simulated("start")) " to " (simulated("end")) ", local standard time, in steps of " (simulated("step_s")) " s"
                @if simulated("complete") == "false" { " (stopped before its horizon)" }
            }
            dt { "Configuration" } dd { code { (run.text("config_hash")) } }
            dt { "Final state" } dd { code { (run.text("state_hash")) } }
        }
    }
}

/// What the model does not have.
#[must_use]
pub fn limits() -> Markup {
    html! { ul { @for limit in LIMITS { li { (limit) } } } }
}

/// The files, their hashes and the columns of the tables.
#[must_use]
pub fn files(run: &RunFolder) -> Markup {
    let heads = [
        words("File"),
        words("What it holds"),
        words("BLAKE3, first digits"),
    ];
    let about = |name: &str| {
        let table = run.tables.iter().find(|t| t.path == name);
        table.map_or_else(|| other(name).to_owned(), |table| table.description.clone())
    };
    let rows: Vec<Vec<Markup>> = run
        .hashes()
        .iter()
        .map(|(name, hash)| {
            vec![
                html! { code { (name) } },
                cell(&about(name)),
                html! { code { (short(hash)) } },
            ]
        })
        .collect();
    html! {
        (table("Files of the run; whole hashes in manifest.json", &heads, &rows))
        @for t in &run.tables {
            @let columns: Vec<Vec<Markup>> = t.fields().iter().map(|f| vec![
                html! { code { (f.name) } }, cell(&f.unit), cell(&f.description),
            ]).collect();
            details { summary { "Columns of " (t.path) }
                (table(&t.description, &[words("Column"), words("Unit"), words("Meaning")], &columns))
            }
        }
    }
}

fn other(name: &str) -> &'static str {
    match name {
        "scenario.toml" => "The scenario as resolved.",
        "summary.json" => "Metrics with units and definitions, and the story.",
        "map.geojson" => "Districts and network with their worst state (RFC 7946).",
        "datapackage.json" => "Description of the tables (Frictionless Data Package).",
        "commands.toml" => "The operator's commands.",
        name if name.starts_with("charts/") => "A chart of this report.",
        _ => "",
    }
}
