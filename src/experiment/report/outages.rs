//! Who was hit: outage by district, and by fifth of incomes, with intervals over the runs.

use crate::experiment::outcome::DistrictRow;
use crate::experiment::report::bars;
use crate::experiment::report::bars::Group;
use crate::experiment::report::bars::Mean;
use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::interval_of_mean;
use crate::experiment::report::series::MOST_SETTINGS;
use crate::results::report::figure::figure;
use crate::results::report::prose::shown;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use crate::solvers::statistics::descriptive::mean;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most districts drawn; the others are in the table.
const MOST_DISTRICTS: usize = 16;
/// What the bars of both figures are.
const LABEL: &str = "Outage, minutes a customer";
/// How to read an interval.
const NOTE: &str = "Bars are means over runs, whiskers 95 % bootstrap intervals of the mean.";

/// The section on districts.
#[must_use]
pub fn by_district(e: &Evidence<'_>) -> Markup {
    html! { @for s in 0..e.settings.len().min(MOST_SETTINGS) { (districts_of(e, s)) } }
}

fn districts_of(e: &Evidence<'_>, setting: usize) -> Markup {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut minutes: BTreeMap<(&str, usize), Vec<f64>> = BTreeMap::new();
    for (row, controller) in rows(e, setting) {
        names.entry(&row.district).or_insert(&row.name);
        if let Some(value) = row.outage_min_per_customer {
            minutes
                .entry((&row.district, controller))
                .or_default()
                .push(value);
        }
    }
    let mut groups: Vec<Group> = names
        .iter()
        .map(|(id, name)| Group {
            name: (*name).to_owned(),
            means: means(e, |c| minutes.get(&(*id, c)).cloned().unwrap_or_default()),
        })
        .filter(|g| !g.means.is_empty())
        .collect();
    let worst = |g: &Group| g.means.iter().map(|m| m.value).fold(0.0, f64::max);
    groups.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    let Some(first) = groups.first() else {
        return html! { p { (e.titled(setting, "no rows in districts.csv.")) } };
    };
    if worst(first) <= 0.0 {
        return html! { p { (e.titled(setting, "no customer of any district lost power in any run.")) } };
    }
    let title = e.titled(
        setting,
        &format!(
            "the longest outages are in {}, {}",
            first.name,
            listed(e, &first.means, "min a customer")
        ),
    );
    let hit = groups.iter().filter(|g| worst(g) > 0.0);
    let drawn: Vec<Group> = hit.take(MOST_DISTRICTS).cloned().collect();
    let note = if groups.len() > drawn.len() {
        format!(
            "{} of {} districts, in order of the longest of their bars. {NOTE}",
            drawn.len(),
            groups.len()
        )
    } else {
        format!("In order of the longest of their bars. {NOTE}")
    };
    html! {
        (figure(&title, &note, &|room| bars::draw(e, &drawn, LABEL, room)))
        details { summary { "All " (groups.len()) " districts as a table" } (as_table(e, "District", &groups)) }
    }
}

/// The section on equity.
#[must_use]
pub fn by_income(e: &Evidence<'_>) -> Markup {
    html! { @for s in 0..e.settings.len().min(MOST_SETTINGS) { (fifths_of(e, s)) } }
}

fn fifths_of(e: &Evidence<'_>, setting: usize) -> Markup {
    // Customer minutes and customers of each run and fifth.
    let mut sums: BTreeMap<(u8, usize, u32), (f64, f64)> = BTreeMap::new();
    for (row, controller) in rows(e, setting) {
        if let Some(value) = row.outage_min_per_customer {
            let sum = sums
                .entry((row.income_quintile, controller, row.run_id))
                .or_default();
            sum.0 += value * row.customers;
            sum.1 += row.customers;
        }
    }
    let values = |fifth: u8, c: usize| -> Vec<f64> {
        let of = sums.range((fifth, c, 0)..=(fifth, c, u32::MAX));
        of.filter(|(_, (_, customers))| *customers > 0.0)
            .map(|(_, (minutes, customers))| minutes / customers)
            .collect()
    };
    let groups: Vec<Group> = (1..=5)
        .map(|fifth| Group {
            name: match fifth {
                1 => "1, poorest fifth".to_owned(),
                5 => "5, richest fifth".to_owned(),
                n => n.to_string(),
            },
            means: means(e, |c| values(fifth, c)),
        })
        .filter(|g| !g.means.is_empty())
        .collect();
    if groups.is_empty() {
        return html! { p { (e.titled(setting, "no rows in districts.csv.")) } };
    }
    if groups.iter().flat_map(|g| &g.means).all(|m| m.value <= 0.0) {
        return html! { p { (e.titled(setting, "nobody lost power, so nobody bore more of it than others.")) } };
    }
    let gaps: Vec<String> = (0..e.controllers.len())
        .filter_map(|c| {
            let (poor, rich) = (mean(&values(1, c))?, mean(&values(5, c))?);
            Some(format!(
                "{} against {} min with {}",
                shown(poor),
                shown(rich),
                e.name(c)
            ))
        })
        .collect();
    let title = if gaps.is_empty() {
        e.titled(setting, "outage by income of the district")
    } else {
        e.titled(
            setting,
            &format!(
                "outage of the poorest against the richest fifth of districts, {}",
                gaps.join("; ")
            ),
        )
    };
    html! { (figure(&title, NOTE, &|room| bars::draw(e, &groups, LABEL, room))) }
}

/// Rows of districts of the runs of a setting that count, with their controllers.
fn rows<'e>(e: &'e Evidence<'_>, setting: usize) -> impl Iterator<Item = (&'e DistrictRow, usize)> {
    e.folder.districts.iter().filter_map(move |row| {
        let (s, c) = e.place(row.run_id)?;
        (s == setting).then_some((row, c))
    })
}

fn means(e: &Evidence<'_>, values: impl Fn(usize) -> Vec<f64>) -> Vec<Mean> {
    (0..e.controllers.len())
        .filter_map(|controller| {
            let values = values(controller);
            Some(Mean {
                controller,
                value: mean(&values)?,
                interval: interval_of_mean(&values),
            })
        })
        .collect()
}

fn listed(e: &Evidence<'_>, means: &[Mean], unit: &str) -> String {
    let parts: Vec<String> = means
        .iter()
        .map(|m| format!("{} {unit} with {}", shown(m.value), e.name(m.controller)))
        .collect();
    parts.join(", ")
}

fn as_table(e: &Evidence<'_>, what: &str, groups: &[Group]) -> Markup {
    let mut heads = vec![words(what)];
    for c in 0..e.controllers.len() {
        heads.push(numbers(&e.name(c), "min a customer, 95 %"));
    }
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|g| {
            let mut cells = vec![cell(&g.name)];
            for c in 0..e.controllers.len() {
                let found = g.means.iter().find(|m| m.controller == c);
                cells.push(cell(&found.map_or_else(|| "–".to_owned(), in_table)));
            }
            cells
        })
        .collect();
    table("Mean outage over runs with its interval", &heads, &rows)
}

fn in_table(m: &Mean) -> String {
    m.interval.map_or_else(
        || shown(m.value),
        |i| format!("{} ({} to {})", shown(m.value), shown(i.low), shown(i.high)),
    )
}
