//! What a finished sweep came to, on standard output: means a controller, failures, where the files are, what to do next.
//!
//! Means are a first look: differences and their intervals are `compare`'s.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::sweep_progress::first_line;
use crate::cli::sweep_progress::span;
use crate::experiment::measured::kind_of;
use crate::experiment::plan::Split;
use crate::experiment::plan::SweepPlan;
use crate::experiment::table::RunRow;
use crate::experiment::table::SweepTable;
use crate::results::export::table::number;
use crate::results::metrics;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// What it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Seconds.
    pub(super) wall_s: f64,
    /// Runs carried out; those kept from before are not among them.
    pub(super) computed: usize,
    /// Threads.
    pub(super) jobs: usize,
}

/// Failed runs shown of each kind.
const FAILED_SHOWN: usize = 3;

/// Metrics shown side by side; the others are in `runs.csv`.
const METRICS_SHOWN: usize = 5;

/// The runs of a scenario and a controller.
#[derive(Debug)]
struct Group<'a> {
    scenario: &'a str,
    controller: &'a str,
    runs: usize,
    /// Mean of each of the plan's metrics, over the runs that have it.
    means: Vec<Option<f64>>,
}

/// Tells what `DIR/runs.csv` holds, and returns how many runs failed.
pub(super) fn tell(
    plan: &SweepPlan,
    dir: &Path,
    effort: Option<&Effort>,
    global: &Global,
) -> Result<usize, CliError> {
    let path = dir.join("runs.csv");
    let wrong = |e: &dyn std::fmt::Display| {
        CliError::failed(format!("{}: {e}", path.display()), "is the disk full?")
    };
    let file = File::open(&path).map_err(|e| wrong(&e))?;
    let table = SweepTable::read(file).map_err(|e| wrong(&e))?;
    let failed: Vec<(&RunRow, &str)> = table
        .rows
        .iter()
        .filter_map(|row| Some((row, row.error.as_deref()?)))
        .collect();
    let split = shown_split(&table);
    let groups = groups(plan, &table, split);
    if global.json {
        output::json(&as_json(plan, dir, effort, &groups, &failed))?;
    } else {
        let mut text = heading(plan, split);
        text.push_str(&means(plan, &groups));
        text.push_str(&failures(&failed, table.rows.len()));
        text.push_str(&ending(dir, effort, table.rows.len()));
        output::data(&text)?;
    }
    Ok(failed.len())
}

/// Runs that are evidence, where there are any; else those for training.
fn shown_split(table: &SweepTable) -> Split {
    let evidence = |row: &RunRow| row.split == Split::HeldOut;
    if table.rows.iter().any(evidence) {
        Split::HeldOut
    } else {
        Split::Training
    }
}

fn groups<'a>(plan: &SweepPlan, table: &'a SweepTable, split: Split) -> Vec<Group<'a>> {
    let mut rows: Vec<((&str, &str), Vec<&RunRow>)> = Vec::new();
    // In order of the plan.
    for row in table.rows.iter().filter(|row| row.split == split) {
        let key = (row.scenario.as_str(), row.controller.as_str());
        let place = rows.iter().position(|(k, _)| *k == key);
        let place = place.unwrap_or_else(|| {
            rows.push((key, Vec::new()));
            rows.len() - 1
        });
        if row.error.is_none() {
            rows[place].1.push(row);
        }
    }
    let mean = |rows: &[&RunRow], key: &String| {
        let k = table.metric(key)?;
        let values: Vec<f64> = rows.iter().filter_map(|row| row.values[k]).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let group = |((scenario, controller), rows): ((&'a str, &'a str), Vec<&RunRow>)| Group {
        scenario,
        controller,
        runs: rows.len(),
        means: plan.metrics.iter().map(|key| mean(&rows, key)).collect(),
    };
    rows.into_iter().map(group).collect()
}

fn heading(plan: &SweepPlan, split: Split) -> String {
    let points = plan.runs.iter().map(|run| run.point + 1).max().unwrap_or(0);
    let over = if points > 1 {
        format!(" over {points} points of the design")
    } else {
        String::new()
    };
    let seeds = match split {
        Split::HeldOut => "",
        Split::Training => " (training seeds: no evidence)",
    };
    format!("{}: means{over}{seeds}\n\n", plan.name)
}

fn means(plan: &SweepPlan, groups: &[Group<'_>]) -> String {
    let one_scenario = groups.windows(2).all(|g| g[0].scenario == g[1].scenario);
    let mut header = Vec::new();
    if !one_scenario {
        header.push("scenario".to_owned());
    }
    header.extend(["controller".to_owned(), "runs".to_owned()]);
    for key in plan.metrics.iter().take(METRICS_SHOWN) {
        header.push(match metrics::find(key) {
            Some(m) if m.unit != "1" => format!("{key} [{}]", m.unit),
            _ => key.clone(),
        });
    }
    let mut lines = vec![header];
    for group in groups {
        let mut line = Vec::new();
        if !one_scenario {
            line.push(group.scenario.to_owned());
        }
        line.extend([group.controller.to_owned(), group.runs.to_string()]);
        let shown = group.means.iter().take(METRICS_SHOWN);
        line.extend(shown.map(|mean| mean.map_or_else(|| "-".to_owned(), short)));
        lines.push(line);
    }
    let words = if one_scenario { 1 } else { 2 };
    aligned(&lines, words)
}

/// A number with about four digits.
fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1000.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 0.1 {
        format!("{value:.3}")
    } else {
        number(value)
    }
}

/// Columns side by side: the first `words` to the left, numbers to the right.
fn aligned(lines: &[Vec<String>], words: usize) -> String {
    let width = |k: usize| {
        let cells = lines.iter().filter_map(|line| line.get(k));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for line in lines {
        for (k, cell) in line.iter().enumerate() {
            let width = width(k);
            text.push_str("  ");
            text.push_str(&if k < words {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            });
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn by_kind<'a>(failed: &[(&'a RunRow, &'a str)]) -> BTreeMap<&'a str, Vec<(&'a RunRow, &'a str)>> {
    let mut kinds: BTreeMap<&str, Vec<(&RunRow, &str)>> = BTreeMap::new();
    for (row, error) in failed {
        kinds.entry(kind_of(error)).or_default().push((row, error));
    }
    kinds
}

fn failures(failed: &[(&RunRow, &str)], runs: usize) -> String {
    if failed.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{} of {runs} runs failed:\n", failed.len());
    for (kind, rows) in by_kind(failed) {
        text.push_str(&format!("  {kind}: {}\n", rows.len()));
        for (row, error) in rows.iter().take(FAILED_SHOWN) {
            text.push_str(&format!(
                "    run {} ({}, {}, seed {}): {}\n",
                row.run_id,
                row.scenario,
                row.controller,
                row.seed,
                first_line(error)
            ));
        }
        if rows.len() > FAILED_SHOWN {
            text.push_str("    ...\n");
        }
    }
    text
}

fn ending(dir: &Path, effort: Option<&Effort>, runs: usize) -> String {
    let dir = dir.display();
    let took = match effort {
        Some(effort) if effort.computed > 0 => {
            let rate = effort.computed as f64 / effort.wall_s.max(1e-9);
            let threads = match effort.jobs {
                1 => "1 thread".to_owned(),
                n => format!("{n} threads"),
            };
            let kept = match runs.saturating_sub(effort.computed) {
                0 => String::new(),
                n => format!(" ({n} were there already)"),
            };
            format!(
                "{} runs in {} on {threads}, {rate:.2} runs/s{kept}. ",
                effort.computed,
                span(effort.wall_s)
            )
        }
        _ => String::new(),
    };
    format!("\n{took}Results: {dir}\nNext: autopolis compare {dir}, autopolis report {dir}")
}

fn as_json(
    plan: &SweepPlan,
    dir: &Path,
    effort: Option<&Effort>,
    groups: &[Group<'_>],
    failed: &[(&RunRow, &str)],
) -> Value {
    let group = |group: &Group<'_>| {
        let means = plan.metrics.iter().zip(&group.means);
        let means: BTreeMap<&String, &Option<f64>> = means.collect();
        json!({
            "scenario": group.scenario,
            "controller": group.controller,
            "runs": group.runs,
            "means": means,
        })
    };
    let failure = |(row, error): &(&RunRow, &str)| json!({ "run_id": row.run_id, "kind": kind_of(error), "error": error });
    let mut object = json!({
        "experiment": plan.name,
        "folder": dir.display().to_string(),
        "runs": plan.runs.len(),
        "failed": failed.len(),
        "controllers": groups.iter().map(group).collect::<Vec<Value>>(),
        "failures": failed.iter().map(failure).collect::<Vec<Value>>(),
    });
    if let Some(effort) = effort {
        object["computed"] = json!(effort.computed);
        object["jobs"] = json!(effort.jobs);
        object["wall_s"] = json!(effort.wall_s);
        object["runs_per_s"] = json!(effort.computed as f64 / effort.wall_s.max(1e-9));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let cells = |line: &[&str]| line.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let lines = [cells(&["controller", "runs"]), cells(&["none", "12"])];
        assert_eq!(
            aligned(&lines, 1),
            "  controller  runs\n  none          12\n"
        );
        assert_eq!(
            (short(12345.6), short(0.04)),
            ("12346".to_owned(), "0.04".to_owned())
        );
    }
}
