//! Events of a scenario placed in a city: targets become elements, shares become values.

use crate::city::model::city::City;
use crate::city::model::run::PlannedEvent;
use crate::engine::chance::Chance;
use crate::scenario::format::EventFile;
use crate::scenario::format::Targets;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::target::NoTarget;
use crate::scenario::target::elements;
use crate::scenario::tree::Node;
use crate::scenario::validate::ReadEvent;

/// The events of a run in order of time, each beside what stands for it in the resolved scenario.
///
/// Events of a vacant role that are `optional` are left out.
///
/// # Errors
/// Every target that names nothing.
pub fn plan(
    document: &Node,
    files: &[EventFile],
    events: &[ReadEvent],
    city: &City,
    chance: Chance,
) -> Result<Vec<(PlannedEvent, EventFile)>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut planned = Vec::new();
    for event in events {
        let Some(file) = files.get(event.index) else {
            continue;
        };
        let place = event.index.to_string();
        let mut struck: Vec<String> = Vec::new();
        for target in file.target.names() {
            match elements(target, event.hazard, city, chance, event.index as u64) {
                Ok(names) => struck.extend(names),
                Err(NoTarget::Vacant(_)) if file.optional => {}
                Err(NoTarget::Vacant(message)) => {
                    let origin = &document.nearest(&["event", &place, "target"]).origin;
                    let help = "with `optional = true` the event is left out of such a city";
                    problems.push(problem_at(origin, message).help(help));
                }
                Err(NoTarget::Wrong(message, help)) => {
                    let problem = problem_at(
                        &document.nearest(&["event", &place, "target"]).origin,
                        message,
                    );
                    problems.push(problem.maybe_help(help));
                }
            }
        }
        struck.dedup();
        for (value, names) in sized(file, &struck, city) {
            let event_planned = PlannedEvent {
                hazard: event.hazard.name.to_owned(),
                at_s: event.at_s,
                until_s: event.for_s.map(|s| event.at_s + s),
                elements: names.clone(),
                value,
            };
            let resolved = EventFile {
                hazard: event.hazard.name.to_owned(),
                at: None,
                at_s: Some(event.at_s),
                lasts: None,
                for_s: event.for_s,
                target: Targets::Many(names),
                value,
                value_share: None,
                optional: false,
            };
            planned.push((event_planned, resolved));
        }
    }
    if problems.is_empty() {
        // Stable: events of one time keep the document's order.
        planned.sort_by_key(|(p, _)| p.at_s);
        Ok(planned)
    } else {
        Err(problems)
    }
}

/// The struck elements by the value they get: a share gives each its own.
fn sized(file: &EventFile, struck: &[String], city: &City) -> Vec<(Option<f64>, Vec<String>)> {
    if struck.is_empty() {
        return Vec::new();
    }
    match file.value_share {
        None => vec![(file.value, struck.to_vec())],
        Some(share) => struck
            .iter()
            .map(|name| {
                (
                    built_for_mw(name, city).map(|mw| share * mw),
                    vec![name.clone()],
                )
            })
            .collect(),
    }
}

/// What an element was built for, megawatts.
fn built_for_mw(name: &str, city: &City) -> Option<f64> {
    let id = name.strip_prefix("grid/external/")?;
    city.grid
        .externals
        .iter()
        .find(|e| e.id == id)
        .map(|e| e.limit_mw)
}
