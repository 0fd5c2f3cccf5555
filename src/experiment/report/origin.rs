//! Where the numbers come from: how to make them again, what failed or is missing, limits, and the files with their hashes.

use crate::experiment::folder::EXPERIMENT;
use crate::experiment::plan::Split;
use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::short;
use crate::results::report::prose::code;
use crate::results::report::run::origin::LIMITS;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most failed or missing runs listed one by one.
const MOST_LISTED: usize = 20;

/// How to reproduce.
#[must_use]
pub fn again(e: &Evidence<'_>) -> Markup {
    let plan = &e.folder.plan;
    let seeds = |split: Split| {
        let of = plan.runs.iter().filter(|r| r.split == split);
        let mut seeds: Vec<u64> = of.map(|r| r.seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        ranges(&seeds)
    };
    let (held_out, training) = (seeds(Split::HeldOut), seeds(Split::Training));
    html! {
        p { "In this folder, with autopolis " (plan.autopolis) ":" }
        (code(&format!("autopolis sweep {EXPERIMENT} --out ../again\nautopolis report ../again")))
        p { "The bytes are the same with any number of threads (" code { "-j" } ") or machines." }
        dl {
            dt { "Experiment" } dd { (plan.name) }
            dt { "Version" } dd { "autopolis " (plan.autopolis) }
            dt { "Plan" } dd { code { (plan.hash()) } }
            dt { "Baseline" } dd { (short(&plan.baseline)) }
            dt { "Held-out seeds" } dd { @if held_out.is_empty() { "none" } @else { (held_out) } }
            @if !training.is_empty() { dt { "Training seeds" } dd { (training) } }
            @if let Some(hours) = plan.hours { dt { "Hours" } dd { (hours) } }
            @if !plan.set.is_empty() {
                dt { "Settings" }
                dd { @for (path, value) in &plan.set { code { (path) " = " (value) } " " } }
            }
            @if !plan.factors.is_empty() {
                dt { "Factors" } dd { @for f in &plan.factors { code { (f) } " " } }
            }
        }
        @if !e.folder.experiment.is_empty() {
            details { summary { "The experiment file" } (code(&e.folder.experiment)) }
        }
    }
}

/// Failed and missing runs.
#[must_use]
pub fn failures(e: &Evidence<'_>) -> Markup {
    let folder = e.folder;
    let failed: Vec<_> = folder
        .table
        .rows
        .iter()
        .filter_map(|r| Some((r, r.error.as_ref()?)))
        .collect();
    let missing = folder.missing();
    let training = folder
        .table
        .rows
        .iter()
        .filter(|r| r.split == Split::Training)
        .count();
    let mut by_error: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, error) in &failed {
        *by_error.entry(error.as_str()).or_default() += 1;
    }
    let runs: Vec<Vec<Markup>> = failed
        .iter()
        .take(MOST_LISTED)
        .map(|(r, error)| {
            vec![
                cell(&r.run_id.to_string()),
                cell(&short(&r.scenario)),
                cell(&short(&r.controller)),
                cell(&r.seed.to_string()),
                cell(error),
            ]
        })
        .collect();
    let heads = [
        numbers("Run", ""),
        words("Scenario"),
        words("Controller"),
        numbers("Seed", ""),
        words("Why"),
    ];
    html! {
        @if failed.is_empty() && missing.is_empty() {
            p { "All " (folder.plan.runs.len()) " planned runs ended at their horizon; none failed, none is missing." }
        } @else {
            p { (failed.len()) " of " (folder.plan.runs.len()) " planned runs failed, " (missing.len()) " are missing. Their pairs are left out of every comparison; if failing has to do with the controller, the rest is biased." }
        }
        @if training > 0 {
            p { (training) " runs are on training seeds: they are in the tables but not evidence." }
        }
        @if !failed.is_empty() {
            ul { @for (error, n) in &by_error { li { (n) " × " (error) } } }
            @let caption = if failed.len() > MOST_LISTED { format!("The first {MOST_LISTED} failed runs; all are in runs.csv") } else { "Failed runs".to_owned() };
            (table(&caption, &heads, &runs))
        }
        @if !missing.is_empty() {
            @let ids: Vec<u64> = missing.iter().map(|r| u64::from(r.run_id)).collect();
            p { "Missing runs: " (ranges(&ids)) "." }
        }
    }
}

/// What the model and the method do not cover.
#[must_use]
pub fn limits(e: &Evidence<'_>) -> Markup {
    html! {
        ul {
            @for limit in LIMITS { li { (limit) } }
            li { "Intervals cover the luck of weather, failures and noise over seeds, for this city and these scenarios; they do not cover errors of the model or of the city's data." }
            @if e.folder.plan.factors.is_empty() { li { "Nothing but the seed was varied: the finding holds for the scenario as it is written." } }
            @else { li { "Charts over time, of districts and of events pool all points of the design." } }
        }
    }
}

/// The files that the report rests on.
#[must_use]
pub fn manifest(e: &Evidence<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = e
        .folder
        .hashes
        .iter()
        .map(|(name, hash)| {
            vec![
                html! { code { (name) } },
                cell(about(name)),
                html! { code { (hash) } },
            ]
        })
        .collect();
    html! {
        p { "Plan " code { (e.folder.plan.hash()) } ", " (e.folder.plan.runs.len()) " runs planned, " (e.folder.table.rows.len()) " in the table, " (e.count()) " of them evidence. The columns are described in " code { "datapackage.json" } "." }
        (table("Files that this report was made from", &[words("File"), words("What it holds"), words("BLAKE3")], &rows))
    }
}

fn about(name: &str) -> &'static str {
    match name {
        "experiment.toml" => "The experiment as given.",
        "runs.csv" => "A row a run with all its metrics.",
        "timeseries.csv" => "Recorded points over time.",
        "districts.csv" => "Outage by district and run.",
        "events.csv" => "Events by kind and run.",
        "decisions.csv" => "Commands by outcome and run.",
        _ => "",
    }
}

/// Numbers in ascending order as ranges: `1 to 4, 9`.
fn ranges(numbers: &[u64]) -> String {
    let mut all: Vec<(u64, u64)> = Vec::new();
    for n in numbers {
        match all.last_mut() {
            Some(last) if n.checked_sub(1) == Some(last.1) => last.1 = *n,
            _ => all.push((*n, *n)),
        }
    }
    let more = all.len().saturating_sub(MOST_LISTED);
    let mut texts: Vec<String> = all
        .iter()
        .take(MOST_LISTED)
        .map(|(a, b)| {
            if a == b {
                a.to_string()
            } else {
                format!("{a} to {b}")
            }
        })
        .collect();
    if more > 0 {
        texts.push(format!("and {more} more ranges"));
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_ranges() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1 to 3, 7, 9 to 10");
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[u64::MAX]), u64::MAX.to_string());
    }
}
