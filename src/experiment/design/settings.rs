//! `[set]` and the paths of factors: what an experiment may lay over a scenario, and what it may not.

use crate::experiment::design::names;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Points;
use crate::scenario::document::flattened;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::check_path;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;
use crate::scenario::tree::parse_argument;
use serde_json::Value as Json;

/// Paths that cannot be set or varied, and what to do instead.
const TAKEN: [(&str, &str); 8] = [
    ("seed", "use `first_seed` or `seeds`"),
    ("controller", "use `controllers`"),
    ("controller_base", "use `controllers`"),
    ("city", "use `cities`"),
    ("name", "a scenario is called as its file calls it"),
    ("description", "it changes no run"),
    ("extends", "name the scenario in `scenario`"),
    ("set", "name the paths themselves"),
];

/// Scenario keys that hold a file.
const FILES: [&str; 1] = ["weather.epw"];

/// What `[set]` holds, as dotted paths.
pub fn set(document: &Node, scenario: &Json, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let Some(Node {
        value: Value::Table(entries),
        ..
    }) = document.get("set")
    else {
        return Vec::new();
    };
    let mut entries = flattened("", entries.clone());
    for entry in &mut entries {
        let place = |message: String| problem_at(&entry.key_origin, message);
        if let Some((message, help)) = refused(&entry.key, document, scenario, "set") {
            problems.push(place(message).maybe_help(help));
        }
        if let Value::Text(text) = &entry.node.value
            && FILES.contains(&entry.key.as_str())
            && let Some(path) = names::absolute(&entry.node, text)
        {
            entry.node.value = Value::Text(path);
        }
    }
    entries
}

/// Settings as a plan holds them: path, and value as written in TOML.
#[must_use]
pub fn pairs(set: &[Entry]) -> Vec<(String, String)> {
    set.iter()
        .map(|e| (e.key.clone(), e.node.to_toml().to_string()))
        .collect()
}

/// Makes levels that name files absolute; like all paths they are seen from the experiment's file.
pub fn place_files(document: &Node, points: &mut Points) {
    for (k, factor) in points.factors.iter().enumerate() {
        if !FILES.contains(&factor.path.as_str()) {
            continue;
        }
        for level in points.rows.iter_mut().filter_map(|row| row.get_mut(k)) {
            if let Value::Text(text) = parse_argument(&level.text, 0).value
                && let Some(path) = names::absolute(document, &text)
            {
                level.text = toml::Value::String(path).to_string();
            }
        }
    }
}

/// Checks the paths of factors.
pub fn check_factors(
    document: &Node,
    factors: &[Factor],
    set: &[Entry],
    scenario: &Json,
    problems: &mut Vec<Problem>,
) {
    for (i, factor) in factors.iter().enumerate() {
        if let Some((message, help)) = refused(&factor.path, document, scenario, "varied") {
            problems.push(factor.place.problem(message).maybe_help(help));
        }
        if set.iter().any(|e| overlap(&e.key, &factor.path)) {
            let message = format!("`{}` is both set and varied", factor.path);
            let help = "take it out of `[set]`";
            problems.push(factor.place.problem(message).help(help));
        }
        if let Some(other) = factors[..i].iter().find(|f| overlap(&f.path, &factor.path)) {
            let message = format!("`{}` and `{}` vary the same", other.path, factor.path);
            problems.push(factor.place.problem(message));
        }
    }
}

/// Whether one path is the other or lies in it.
fn overlap(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let rest = long.strip_prefix(short);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Why a path cannot be set or varied, with advice.
fn refused(
    path: &str,
    document: &Node,
    scenario: &Json,
    verb: &str,
) -> Option<(String, Option<String>)> {
    let first = path.split('.').next().unwrap_or_default();
    if let Some((_, help)) = TAKEN.iter().find(|(taken, _)| *taken == first) {
        let message = format!("`{first}` cannot be {verb} in an experiment");
        return Some((message, Some((*help).to_owned())));
    }
    if path == "hours" && document.get("hours").is_some() {
        let message = format!("`hours` is given for all runs, so it cannot be {verb}");
        return Some((message, Some("take one of the two out".to_owned())));
    }
    check_path(path, scenario).err()
}
