//! What happened: the story, and the main events in order with what caused them.

use crate::results::report::run_folder::EventRow;
use crate::results::report::run_folder::RunFolder;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use crate::results::story::words::whole;
use jiff::civil::DateTime;
use maud::Markup;
use maud::html;
use std::collections::BTreeMap;

/// Most rows of the timeline.
const MOST: usize = 24;

/// Kinds that a timeline leaves out: the ordinary work that follows from the rest.
const ORDINARY: [&str; 3] = ["work_started", "work_finished", "repaired"];

/// Kinds in words, where their own words do not do.
const WORDS: [(&str, &str); 11] = [
    ("feeder_shed_auto", "feeder shed by its relay"),
    ("feeder_shed", "feeder shed by command"),
    ("feeder_restored", "feeder restored"),
    ("closed_by_crew", "closed again by a crew"),
    ("import_over_limit", "import over its limit"),
    ("hazard_started", "imposed by the scenario"),
    ("hazard_ended", "end of what was imposed"),
    ("service_unit_failure", "service transformer burnt out"),
    ("island_dark", "part of the grid dark"),
    ("line_trip", "line tripped"),
    ("plant_failure", "plant failed"),
];

/// A kind of event in words.
#[must_use]
pub fn kind_in_words(kind: &str) -> String {
    let known = WORDS.iter().find(|(k, _)| *k == kind);
    known.map_or_else(|| kind.replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Events of one kind at one time with one cause: one row.
struct Moment<'a> {
    first: &'a EventRow,
    count: usize,
    customers: f64,
}

/// The section.
#[must_use]
pub fn body(run: &RunFolder, story: &[String]) -> Markup {
    let by_number: BTreeMap<u64, &EventRow> = run.events.iter().map(|e| (e.event, e)).collect();
    let mut moments: Vec<Moment<'_>> = Vec::new();
    let mut places: BTreeMap<(&str, &str, Option<u64>), usize> = BTreeMap::new();
    for e in run
        .events
        .iter()
        .filter(|e| !ORDINARY.contains(&e.kind.as_str()))
    {
        let key = (e.local_time.as_str(), e.kind.as_str(), e.cause);
        let place = *places.entry(key).or_insert(moments.len());
        if place == moments.len() {
            moments.push(Moment {
                first: e,
                count: 0,
                customers: 0.0,
            });
        }
        if let Some(moment) = moments.get_mut(place) {
            moment.count += 1;
            moment.customers += e.customers.unwrap_or(0.0);
        }
    }
    let all = moments.len();
    let kept = weightiest(moments);
    let heads = [
        words("Local time"),
        words("What happened"),
        numbers("Customers", "+ lost power, − regained"),
        words("Caused by"),
    ];
    let rows: Vec<Vec<Markup>> = kept
        .iter()
        .map(|m| {
            let cause = m.first.cause.and_then(|c| by_number.get(&c));
            vec![
                html! { span.time { (when(&m.first.local_time)) } },
                what(m),
                cell(&signed(m.customers)),
                html! { @if let Some(c) = cause {
                    (kind_in_words(&c.kind)) @if !c.element.is_empty() { " (" (element(&c.element)) ")" }
                } @else { "–" } },
            ]
        })
        .collect();
    html! {
        @for line in story { p { (line) } }
        h3 { "Main events" }
        @if rows.is_empty() {
            p { "Nothing failed, tripped or was switched off." }
        } @else {
            @let caption = if all > kept.len() {
                format!("The {} weightiest of {all} moments, in order; all {} events are in events.csv", kept.len(), run.events.len())
            } else {
                format!("All moments but the daily work of crews; all {} events are in events.csv", run.events.len())
            };
            (table(&caption, &heads, &rows))
        }
    }
}

/// The moments that moved most customers, and what the scenario imposed, in order of time.
fn weightiest(moments: Vec<Moment<'_>>) -> Vec<Moment<'_>> {
    let mut ranked: Vec<(usize, Moment<'_>)> = moments.into_iter().enumerate().collect();
    let weight = |m: &Moment<'_>| {
        if m.first.kind.starts_with("hazard") {
            f64::INFINITY
        } else {
            m.customers.abs()
        }
    };
    ranked.sort_by(|a, b| weight(&b.1).total_cmp(&weight(&a.1)));
    ranked.truncate(MOST);
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, m)| m).collect()
}

fn what(m: &Moment<'_>) -> Markup {
    let words = kind_in_words(&m.first.kind);
    let note = m.first.note.trim_start_matches(words.as_str());
    let note = with_elements(note.trim_start_matches([',', ' ']));
    // What a scenario imposes names its element in the note.
    let named = m.first.element.is_empty() || m.first.kind.starts_with("hazard");
    html! {
        @if m.count > 1 { (m.count) " × " (words) }
        @else {
            (words) @if !named { ": " (element(&m.first.element)) }
            @if !note.is_empty() { span.sub { (note) } }
        }
    }
}

/// A text in which elements' full names are what people call them.
fn with_elements(text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            if word.matches('/').count() == 2 {
                element(word)
            } else {
                word.to_owned()
            }
        })
        .collect();
    words.join(" ")
}

/// An element's full name as people say it: `feeder F031` for `grid/feeder/F031`.
fn element(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        [_, "load", id] => format!("bus {id}"),
        [_, "external", id] => format!("external grid {id}"),
        [_, table, id] => format!("{} {id}", table.replace('_', " ")),
        _ => name.to_owned(),
    }
}

/// An ISO time as people write it; as it stands if it is none.
fn when(iso: &str) -> String {
    iso.parse::<DateTime>().map_or_else(
        |_| iso.to_owned(),
        |t| t.strftime("%a %-d %b %H:%M").to_string(),
    )
}

fn signed(customers: f64) -> String {
    match customers.round() {
        n if n > 0.0 => format!("+{}", whole(n)),
        n if n < 0.0 => format!("−{}", whole(-n)),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_times_read_as_people_say_them() {
        assert_eq!(element("grid/load/B0536"), "bus B0536");
        assert_eq!(element("grid/feeder/F031"), "feeder F031");
        assert_eq!(element("odd"), "odd");
        assert_eq!(
            with_elements("a limit of 9 MW on grid/external/EXT"),
            "a limit of 9 MW on external grid EXT"
        );
        assert_eq!(when("2027-07-13T13:21:00"), "Tue 13 Jul 13:21");
        assert_eq!(when("<b>"), "<b>");
        assert_eq!(kind_in_words("voltage_collapse"), "voltage collapse");
        assert_eq!(signed(-98.2), "−98");
    }
}
