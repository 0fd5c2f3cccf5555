//! The headline numbers as cards, and every metric in a table that opens on demand.

use crate::results::report::card::Card;
use crate::results::report::card::cards;
use crate::results::report::prose::number;
use crate::results::report::prose::unit;
use crate::results::report::run_folder::RunFolder;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use maud::Markup;
use maud::html;

/// The metrics that a first look wants, with their names.
const HEADLINE: [(&str, &str); 8] = [
    ("ens_mwh", "Energy not supplied"),
    ("saidi_min", "Mean outage a customer (SAIDI)"),
    ("max_customers_out", "Most customers out at once"),
    ("critical_outage_min", "Critical sites without supply"),
    ("asset_failures", "Failures"),
    ("peak_mw", "Peak demand"),
    ("energy_cost", "Energy cost"),
    ("co2_t", "Carbon dioxide"),
];

/// The section.
#[must_use]
pub fn body(run: &RunFolder) -> Markup {
    let shown: Vec<Card> = HEADLINE
        .iter()
        .filter_map(|(key, name)| {
            let row = run.metric(key)?;
            Some(Card {
                name: (*name).to_owned(),
                value: number(row.value),
                unit: unit(&row.unit).to_owned(),
                note: String::new(),
                definition: row.definition.clone(),
            })
        })
        .collect();
    let heads = [
        words("Metric"),
        numbers("Value", ""),
        words("Unit"),
        words("Better"),
        words("Definition"),
    ];
    let rows: Vec<Vec<Markup>> = run
        .metrics
        .iter()
        .map(|m| {
            vec![
                html! { code { (m.key) } },
                cell(&number(m.value)),
                cell(unit(&m.unit)),
                cell(&m.better),
                cell(&m.definition),
            ]
        })
        .collect();
    html! {
        (cards(&shown))
        details.all { summary { "All " (run.metrics.len()) " metrics with their definitions" }
            (table("Metrics of the run, as in summary.json", &heads, &rows))
        }
    }
}
