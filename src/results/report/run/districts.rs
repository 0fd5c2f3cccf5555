//! Who was hit: districts by outage, and the outage of each fifth of incomes.

use crate::results::report::prose::number;
use crate::results::report::prose::shown;
use crate::results::report::run_folder::DistrictRow;
use crate::results::report::run_folder::RunFolder;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use crate::results::story::words::whole;
use maud::Markup;
use maud::html;

/// The section.
#[must_use]
pub fn body(run: &RunFolder) -> Markup {
    let mut rows: Vec<&DistrictRow> = run.districts.iter().collect();
    let minutes = |d: &DistrictRow| d.outage_min_per_customer.unwrap_or(0.0);
    rows.sort_by(|a, b| minutes(b).total_cmp(&minutes(a)));
    let hit = rows.iter().filter(|d| minutes(d) > 0.0).count();
    let heads = [
        words("District"),
        numbers("People", ""),
        numbers("Income fifth", "1 poorest"),
        numbers("Outage a customer", "min"),
        numbers("Most customers out", ""),
        numbers("Not served", "MWh"),
    ];
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|d| {
            vec![
                cell(&d.name),
                cell(&whole(d.population)),
                cell(&d.income_quintile.to_string()),
                cell(&number(d.outage_min_per_customer)),
                cell(&d.max_customers_out.map_or_else(|| "–".to_owned(), whole)),
                cell(&number(d.unserved_mwh)),
            ]
        })
        .collect();
    html! {
        @if hit == 0 {
            p { "No district lost power for any customer." }
        } @else {
            p { (hit) " of " (rows.len()) " districts lost power for at least some customers." (fairness(run)) }
        }
        (table("Districts, the hardest hit first; as in districts.csv", &heads, &cells))
    }
}

/// Mean outage of the poorest and the richest fifth; nothing where either is missing.
fn fairness(run: &RunFolder) -> String {
    let of = |quintile: u8| {
        let rows = run
            .districts
            .iter()
            .filter(|d| d.income_quintile == quintile);
        let (mut minutes, mut customers) = (0.0, 0.0);
        for d in rows {
            minutes += d.outage_min_per_customer.unwrap_or(0.0) * d.customers;
            customers += d.customers;
        }
        (customers > 0.0).then(|| minutes / customers)
    };
    match (of(1), of(5)) {
        (Some(poor), Some(rich)) => format!(
            " The poorest fifth of the districts lost {} min a customer, the richest {} min.",
            shown(poor),
            shown(rich)
        ),
        _ => String::new(),
    }
}
