//! What the control room did: commands by what they set, what became of them, and a reason as given.

use crate::results::report::run_folder::DecisionLine;
use crate::results::report::run_folder::RunFolder;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use crate::results::story::words::whole;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Commands of one actor on one kind of point.
#[derive(Default)]
struct Kind<'a> {
    applied: usize,
    altered: usize,
    refused: usize,
    reason: &'a str,
}

/// The section.
#[must_use]
pub fn body(run: &RunFolder) -> Markup {
    let mut kinds: BTreeMap<(&str, String), Kind<'_>> = BTreeMap::new();
    for d in &run.decisions {
        let kind = kinds.entry((&d.actor, class(d))).or_default();
        match d.outcome.as_str() {
            "applied" => kind.applied += 1,
            "refused" => kind.refused += 1,
            _ => kind.altered += 1,
        }
        // The last one: by then something has happened.
        if !d.reason.is_empty() {
            kind.reason = &d.reason;
        }
    }
    let heads = [
        words("Who"),
        words("What was set"),
        numbers("Applied", ""),
        numbers("Cut to a limit", ""),
        numbers("Refused", ""),
        words("A reason, as given last"),
    ];
    let rows: Vec<Vec<Markup>> = kinds
        .iter()
        .map(|((actor, class), k)| {
            vec![
                cell(actor),
                html! { code { (class) } },
                cell(&whole(k.applied as f64)),
                cell(&whole(k.altered as f64)),
                cell(&whole(k.refused as f64)),
                cell(k.reason),
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p { "Nobody gave a command: protection, schedules and field crews ran the grid alone." }
        } @else {
            (table("Commands by kind; each with its own reason in decisions.csv", &heads, &rows))
        }
    }
}

/// A point's path with the element's name left open: `grid/plant/*/p_set_mw`.
fn class(d: &DecisionLine) -> String {
    let mut parts: Vec<&str> = d.point.split('/').collect();
    let places = parts.len();
    if places > 3
        && let Some(name) = parts.get_mut(places - 2)
    {
        *name = "*";
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_one_kind_are_one_class() {
        let line = |point: &str| DecisionLine {
            actor: String::new(),
            point: point.to_owned(),
            outcome: String::new(),
            reason: String::new(),
        };
        assert_eq!(
            class(&line("grid/plant/GT1/p_set_mw")),
            "grid/plant/*/p_set_mw"
        );
        assert_eq!(class(&line("grid/shed_mw")), "grid/shed_mw");
    }
}
