//! Feeders switched off to save the rest: by which relays or by command, how many customers, in which districts.

use crate::engine::record::Event;
use crate::results::calendar::stamp;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::list;

/// Why feeders are shed: words of the event's note (none for a command), who did it and to what end.
const WHY: [(&str, &str); 4] = [
    (
        "import-limit",
        "Relays switched off {times}, to bring the import back within its limit",
    ),
    (
        "under-frequency",
        "Relays switched off {times}, because supply fell short of demand",
    ),
    (
        "under-voltage",
        "Relays switched off {times}, because the voltage was failing",
    ),
    ("", "Relays switched off {times}"),
];

/// Whether an event is a feeder shed, by relay or by command.
#[must_use]
pub fn is_shed(kind: &str) -> bool {
    matches!(kind, "feeder_shed" | "feeder_shed_auto")
}

/// What was shed for which reason, and who was cut off by it; none if nothing was.
#[must_use]
pub fn shedding(o: &RunOutcome) -> Option<String> {
    let sheds: Vec<&Event> = o
        .record
        .events
        .iter()
        .filter(|e| is_shed(&e.kind))
        .collect();
    let first = sheds.first()?;
    let mut groups: [Vec<&Event>; WHY.len()] = Default::default();
    let mut commanded: Vec<&Event> = Vec::new();
    for event in &sheds {
        if event.kind == "feeder_shed" {
            commanded.push(event);
            continue;
        }
        let why = WHY.iter().position(|(word, _)| event.note.contains(word));
        if let Some(group) = why.and_then(|w| groups.get_mut(w)) {
            group.push(event);
        }
    }
    let mut parts: Vec<String> = WHY
        .iter()
        .zip(&groups)
        .filter(|(_, events)| !events.is_empty())
        .map(|((_, text), events)| text.replace("{times}", &feeders(events)))
        .collect();
    if !commanded.is_empty() {
        let most = o.highest("grid/shed_mw").filter(|e| e.value >= 0.05);
        let most = most.map_or_else(String::new, |e| {
            format!(", up to {} MW at a time", amount(e.value))
        });
        parts.push(format!(
            "The control room switched off {}{most}",
            feeders(&commanded)
        ));
    }
    let when = stamp(o.plan.start, first.t_s);
    let since = if sheds.iter().all(|e| e.t_s == first.t_s) {
        format!("on {when}")
    } else {
        format!("from {when} on")
    };
    Some(format!("{} ({since}{}).", parts.join(". "), who(o, &sheds)))
}

/// `6 feeders, 14 times in sum, with 10,200 customers`; customers count as often as they were switched off.
fn feeders(events: &[&Event]) -> String {
    let customers: f64 = events.iter().map(|e| e.customers.max(0.0)).sum();
    let mut elements: Vec<_> = events.iter().map(|e| e.element).collect();
    elements.sort();
    elements.dedup();
    let times = if elements.len() < events.len() {
        format!(", {} times in sum,", events.len())
    } else {
        String::new()
    };
    format!(
        "{}{times} with {}",
        count(elements.len() as f64, "feeder", "feeders"),
        count(customers, "customer", "customers")
    )
}

/// The three districts that lost most customers by it, as the feeders' customers live.
fn who(o: &RunOutcome, sheds: &[&Event]) -> String {
    let city = &o.plan.city;
    let grid = &city.grid;
    let mut lost = vec![0.0; city.districts.len()];
    for event in sheds {
        let Some(element) = event.element else {
            continue;
        };
        let id = o.name(element).trim_start_matches("grid/feeder/");
        let Some(feeder) = grid.feeders.iter().position(|f| f.id == id) else {
            continue;
        };
        let loads = || grid.loads.iter().filter(|l| l.feeder == feeder);
        let total: f64 = loads()
            .map(|l| f64::from(l.homes) + f64::from(l.businesses))
            .sum();
        for l in loads().filter(|_| total > 0.0) {
            if let Some(sum) = lost.get_mut(l.district) {
                let share = (f64::from(l.homes) + f64::from(l.businesses)) / total;
                *sum += event.customers.max(0.0) * share;
            }
        }
    }
    let mut hit: Vec<(f64, &str)> = lost
        .into_iter()
        .zip(&city.districts)
        .filter(|(n, _)| *n >= 0.5)
        .map(|(n, d)| (n, d.name.as_str()))
        .collect();
    hit.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named: Vec<String> = hit.iter().take(3).map(|(_, d)| (*d).to_owned()).collect();
    match hit.len() {
        0 => String::new(),
        n if n > 3 => format!(", most in {}", list(&named)),
        _ => format!(", in {}", list(&named)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::calm;
    use crate::results::fixture::small;

    #[test]
    fn relays_and_commands_are_told_apart() {
        let mut o = small::outcome();
        let element = o.record.events[0].element;
        let r = &mut o.record;
        for t_s in [3600, 7200] {
            r.event(t_s, "feeder_shed_auto", element, None, 120.0, || {
                "import-limit relays took off 5.0 MW".to_owned()
            });
        }
        r.event(7200, "feeder_shed", element, None, 80.0, String::new);
        assert_eq!(
            shedding(&o).unwrap(),
            "Relays switched off 1 feeder, 2 times in sum, with 240 customers, to bring the import back within its \
             limit. The control room switched off 1 feeder with 80 customers, up to 2 MW at a time (from Mon 12 Jul \
             01:00 on)."
        );
        assert_eq!(shedding(&calm::outcome()), None);
    }
}
