//! Decisions and alarms: what was commanded and what happened, a run on average.

use crate::experiment::report::evidence::Evidence;
use crate::results::report::prose::shown;
use crate::results::report::run::timeline::kind_in_words;
use crate::results::report::table::Head;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Events of a kind and customers who lost power by them, by controller.
type ByController = BTreeMap<usize, (u64, f64)>;

/// The section.
#[must_use]
pub fn body(e: &Evidence<'_>) -> Markup {
    html! {
        h3 { "Commands" }
        (commands(e))
        h3 { "Events" }
        (events(e))
    }
}

/// Runs of each controller over all settings.
fn runs(e: &Evidence<'_>) -> Vec<f64> {
    let settings = 0..e.settings.len();
    (0..e.controllers.len())
        .map(|c| {
            let all: usize = settings.clone().map(|s| e.runs(s, c).len()).sum();
            all as f64
        })
        .collect()
}

fn commands(e: &Evidence<'_>) -> Markup {
    let mut counts: BTreeMap<(usize, &str, &str), u64> = BTreeMap::new();
    for row in &e.folder.decisions {
        if let Some((_, c)) = e.place(row.run_id) {
            *counts.entry((c, &row.actor, &row.outcome)).or_default() += row.count;
        }
    }
    if counts.is_empty() {
        return html! { p { "Nobody gave a command in any run." } };
    }
    let runs = runs(e);
    let heads = [
        words("Controller of the run"),
        words("Who gave them"),
        words("What became of them"),
        numbers("A run", ""),
        numbers("All runs", ""),
    ];
    let rows: Vec<Vec<Markup>> = counts
        .iter()
        .map(|((c, actor, outcome), n)| {
            let a_run = *n as f64 / runs.get(*c).copied().unwrap_or(1.0).max(1.0);
            vec![
                cell(&e.name(*c)),
                cell(actor),
                cell(&outcome.replace('_', " ")),
                cell(&shown(a_run)),
                cell(&shown(*n as f64)),
            ]
        })
        .collect();
    let silent: Vec<String> = (0..e.controllers.len())
        .filter(|c| !counts.keys().any(|(k, _, _)| k == c))
        .map(|c| e.name(c))
        .collect();
    html! {
        (table("Commands by what became of them", &heads, &rows))
        @if !silent.is_empty() { p { "No command was given with " (silent.join(", ")) "." } }
    }
}

fn events(e: &Evidence<'_>) -> Markup {
    let mut counts: BTreeMap<&str, ByController> = BTreeMap::new();
    for row in &e.folder.events {
        if let Some((_, c)) = e.place(row.run_id) {
            let cell = counts.entry(&row.kind).or_default().entry(c).or_default();
            cell.0 += row.count;
            cell.1 += row.customers;
        }
    }
    if counts.is_empty() {
        return html! { p { "Nothing happened in any run: no failure, no trip, no switching." } };
    }
    let runs = runs(e);
    let mut kinds: Vec<(&str, ByController)> = counts.into_iter().collect();
    let customers = |by: &ByController| by.values().map(|v| v.1).sum::<f64>();
    kinds.sort_by(|a, b| customers(&b.1).total_cmp(&customers(&a.1)));
    let mut heads: Vec<Head> = vec![words("Event")];
    for c in 0..e.controllers.len() {
        heads.push(numbers(&e.name(c), "a run"));
    }
    for c in 0..e.controllers.len() {
        heads.push(numbers(&e.name(c), "customers who lost power a run"));
    }
    let rows: Vec<Vec<Markup>> = kinds
        .iter()
        .map(|(kind, by)| {
            let mut cells = vec![cell(&kind_in_words(kind))];
            let of = |c: usize| by.get(&c).copied().unwrap_or_default();
            let share = |c: usize, x: f64| x / runs.get(c).copied().unwrap_or(1.0).max(1.0);
            for c in 0..e.controllers.len() {
                cells.push(cell(&shown(share(c, of(c).0 as f64))));
            }
            for c in 0..e.controllers.len() {
                cells.push(cell(&shown(share(c, of(c).1))));
            }
            cells
        })
        .collect();
    table(
        "Events by kind, mean over runs, those that cut off most customers first",
        &heads,
        &rows,
    )
}
