//! What failed first, what weighed most, and what each brought about, by the causes that events name.

use crate::engine::record::Event;
use crate::engine::record::EventId;
use crate::results::calendar::stamp;
use crate::results::outcome::RunOutcome;
use crate::results::story::shedding::is_shed;
use crate::results::story::words::count;
use crate::results::story::words::list;
use crate::results::story::words::sentence;
use crate::results::story::words::thing;
use crate::results::story::words::verb;
use std::collections::BTreeMap;

/// Kinds of events that take something out of service, in the order in which consequences are told.
const LOSSES: [(&str, &str, &str); 11] = [
    ("line_failure", "line failure", "line failures"),
    (
        "transformer_failure",
        "transformer failure",
        "transformer failures",
    ),
    ("plant_failure", "plant failure", "plant failures"),
    (
        "service_unit_failure",
        "failure of service transformers",
        "failures of service transformers",
    ),
    ("line_trip", "line trip", "line trips"),
    ("transformer_trip", "transformer trip", "transformer trips"),
    ("feeder_trip", "feeder trip", "feeder trips"),
    ("island_dark", "dark island", "dark islands"),
    ("voltage_collapse", "voltage collapse", "voltage collapses"),
    (
        "feeder_shed_auto",
        "feeder shed automatically",
        "feeders shed automatically",
    ),
    (
        "feeder_shed",
        "feeder shed by command",
        "feeders shed by command",
    ),
];

/// Several losses of one kind in words: `4 feeders shed automatically`.
#[must_use]
pub fn several(kind: &str, n: f64) -> String {
    let row = LOSSES.iter().find(|(k, _, _)| *k == kind);
    row.map_or_else(
        || count(n, "event", "events"),
        |(_, one, many)| count(n, one, many),
    )
}

fn is_loss(kind: &str) -> bool {
    LOSSES.iter().any(|(k, _, _)| *k == kind)
}

/// The losses that came of one event, itself included.
struct Chain<'a> {
    root: &'a Event,
    losses: Vec<&'a Event>,
    customers: f64,
}

/// Follows causes upwards as long as they are losses too: what came from outside (a hazard) is not a failure.
fn root_of<'a>(by_id: &BTreeMap<EventId, &'a Event>, event: &'a Event) -> &'a Event {
    let mut root = event;
    let mut seen = root;
    while let Some(above) = seen.cause.and_then(|c| by_id.get(&c).copied()) {
        // Causes are older than their effects; anything else would be a loop.
        if above.id >= seen.id {
            break;
        }
        seen = above;
        if is_loss(&above.kind) {
            root = above;
        }
    }
    root
}

/// Every chain of losses, in order of its root.
fn chains(o: &RunOutcome) -> Vec<Chain<'_>> {
    let by_id: BTreeMap<EventId, &Event> = o.record.events.iter().map(|e| (e.id, e)).collect();
    let mut chains: BTreeMap<EventId, Chain<'_>> = BTreeMap::new();
    for event in o.record.events.iter().filter(|e| is_loss(&e.kind)) {
        let root = root_of(&by_id, event);
        let chain = chains.entry(root.id).or_insert_with(|| Chain {
            root,
            losses: Vec::new(),
            customers: 0.0,
        });
        chain.losses.push(event);
        chain.customers += event.customers.max(0.0);
    }
    chains.into_values().collect()
}

/// `line L07 tripped on Wed 14 Jul 16:40 (overload, 118 % for 20 min)`.
fn describe(o: &RunOutcome, event: &Event) -> String {
    if event.kind == "voltage_collapse" {
        return format!(
            "the voltage collapsed on {} ({})",
            stamp(o.plan.start, event.t_s),
            event.note.trim_end_matches('.')
        );
    }
    let who = event
        .element
        .map_or_else(|| "the grid".to_owned(), |e| thing(o, o.name(e)));
    let note = event.note.trim_end_matches('.');
    // What the verb says already is not said again.
    let note = match event.kind.as_str() {
        "service_unit_failure" => note.trim_start_matches("service transformer burnt out, "),
        _ => note,
    };
    let note = if note.is_empty() {
        String::new()
    } else {
        format!(" ({note})")
    };
    format!(
        "{who} {} on {}{note}",
        verb(&event.kind),
        stamp(o.plan.start, event.t_s)
    )
}

/// What a chain brought about beyond its root, and whom it cut off.
fn consequences(chain: &Chain<'_>) -> String {
    let mut parts = Vec::new();
    for (kind, one, many) in LOSSES {
        let n = chain
            .losses
            .iter()
            .filter(|e| e.kind == kind && e.id != chain.root.id)
            .count();
        if n > 0 {
            parts.push(count(n as f64, one, many));
        }
    }
    let cut = if chain.customers >= 0.5 {
        Some(format!(
            "cut off {}",
            count(chain.customers, "customer", "customers")
        ))
    } else {
        None
    };
    match (parts.is_empty(), cut) {
        (true, None) => "no customer lost supply by it".to_owned(),
        (true, Some(cut)) => format!("it {cut}"),
        (false, None) => format!("it led to {}, but cut off no customer", list(&parts)),
        (false, Some(cut)) => format!("it led to {} and {cut}", list(&parts)),
    }
}

/// The chains that began with a fault; shedding that no fault brought about is told elsewhere.
fn faults(o: &RunOutcome) -> Vec<Chain<'_>> {
    let mut chains = chains(o);
    chains.retain(|c| !is_shed(&c.root.kind));
    chains
}

/// The first fault of the run and what came of it; says so if there was none.
#[must_use]
pub fn first_failure(o: &RunOutcome) -> Option<String> {
    let chains = faults(o);
    let Some(first) = chains.iter().min_by_key(|c| (c.root.t_s, c.root.id)) else {
        return o
            .has_layer("grid")
            .then(|| "No equipment failed.".to_owned());
    };
    Some(format!(
        "{}{}; {}.",
        if chains.len() > 1 {
            "The first fault: "
        } else {
            "One fault: "
        },
        describe(o, first.root),
        consequences(first)
    ))
}

/// The fault that cut off most customers, if it is not the first; and how many others there were.
#[must_use]
pub fn gravest(o: &RunOutcome) -> Option<String> {
    let chains = faults(o);
    let first = chains.iter().min_by_key(|c| (c.root.t_s, c.root.id))?;
    let mut gravest = first;
    for chain in &chains {
        if chain.customers > gravest.customers {
            gravest = chain;
        }
    }
    let told = if gravest.root.id == first.root.id {
        1
    } else {
        2
    };
    let others = chains.len().saturating_sub(told);
    let mut line = String::new();
    if told == 2 {
        line = format!(
            "The worst fault: {}; {}.",
            describe(o, gravest.root),
            consequences(gravest)
        );
    }
    if others > 0 {
        let customers: f64 = chains
            .iter()
            .filter(|c| c.root.id != first.root.id && c.root.id != gravest.root.id)
            .map(|c| c.customers)
            .sum();
        let separate = sentence(&count(others as f64, "other fault", "other faults"));
        let cut = if customers >= 0.5 {
            count(customers, "customer", "customers")
        } else {
            "nobody".to_owned()
        };
        let gap = if line.is_empty() { "" } else { " " };
        line += &format!("{gap}{separate} cut off {cut}.");
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;
    use crate::results::fixture::small;

    #[test]
    fn causes_are_followed_to_the_first_loss() {
        let o = heat_wave::outcome();
        let all = chains(&o);
        let transformer = all
            .iter()
            .find(|c| c.root.kind == "transformer_failure")
            .unwrap();
        // The transformer, the line trip it led to, and three feeders shed; the heat wave itself is no failure.
        assert_eq!(transformer.losses.len(), 5);
        assert!((transformer.customers - 7400.0).abs() < 1e-9);
    }

    #[test]
    fn a_single_fault_is_told_in_the_singular() {
        let o = small::outcome();
        let line = first_failure(&o).unwrap();
        assert_eq!(
            line,
            "One fault: line L1 failed on Mon 12 Jul 01:00 (joint failed at 92 C); it cut off 400 customers."
        );
        assert_eq!(gravest(&o), None);
    }
}
