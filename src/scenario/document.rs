//! Gathers one scenario document from its texts: the file, what it extends, its `[set]` table, the overrides.
//!
//! It checks syntax, keys, types and ranges; rules that span keys are in `validate`, and nothing is looked up in a city.

use crate::scenario::controller_file;
use crate::scenario::format;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::check;
use crate::scenario::schema_check::check_path;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;
use crate::scenario::tree::Origin;
use crate::scenario::tree::Source;
use crate::scenario::tree::Value;
use crate::scenario::tree::parse;
use crate::scenario::tree::parse_argument;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The built-in scenarios, the default one first.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "heat-wave",
        text: include_str!("../../scenarios/heat-wave.toml"),
    },
    BuiltIn {
        name: "heat-wave-transformer-loss",
        text: include_str!("../../scenarios/heat-wave-transformer-loss.toml"),
    },
    BuiltIn {
        name: "heat-wave-substation-loss",
        text: include_str!("../../scenarios/heat-wave-substation-loss.toml"),
    },
    BuiltIn {
        name: "transit-disruption",
        text: include_str!("../../scenarios/transit-disruption.toml"),
    },
    BuiltIn {
        name: "storm",
        text: include_str!("../../scenarios/storm.toml"),
    },
    BuiltIn {
        name: "calm-day",
        text: include_str!("../../scenarios/calm-day.toml"),
    },
];

/// What is laid over a scenario from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Controller: a name, or a controller file, seen from the current folder.
    pub controller: Option<String>,
    /// Seed.
    pub seed: Option<u64>,
    /// Length, hours.
    pub hours: Option<f64>,
    /// City: a built-in name, folder or file, seen from the current folder.
    pub city: Option<String>,
    /// Values by dotted path.
    pub set: Vec<(String, String)>,
}

/// Lists that an extending scenario adds to; all others it replaces.
const APPENDED: &[&str] = &["event"];

/// The merged document of a scenario (a built-in name or a file), without `extends` and `set`, its keys, types and
/// ranges checked.
///
/// # Errors
/// Everything that is wrong with its texts.
pub fn gather(scenario: &str, overrides: &Overrides) -> Result<Node, Problems> {
    let mut problems = Vec::new();
    let mut chain = Vec::new();
    let document = load(scenario, None, &mut chain, &mut problems);
    let Some(mut document) = document else {
        return Err(Problems(problems));
    };
    let schema = format::schema();
    for argument in override_arguments(overrides) {
        lay(&mut document, argument, &schema, &mut problems);
    }
    if problems.is_empty()
        && let Err(found) = controller_file::seat(&mut document)
    {
        problems.extend(found.0);
        return Err(Problems(problems));
    }
    // What merging alone can break (a value set to a wrong type, a key still missing) shows only now; what a single
    // text broke has been said already.
    if problems.is_empty() {
        problems = check(&document, &schema);
    }
    if problems.is_empty() {
        Ok(document)
    } else {
        Err(Problems(problems))
    }
}

/// A path and its value from outside or from `[set]`.
struct Argument {
    path: String,
    path_origin: Origin,
    node: Node,
}

impl Argument {
    fn new(path: &str, value: &str) -> Self {
        let node = parse_argument(&format!("{path}={value}"), path.len() + 1);
        Self::with_node(path, node)
    }

    fn with_node(path: &str, node: Node) -> Self {
        let path_origin = Origin {
            source: Arc::clone(&node.origin.source),
            span: 0..path.len(),
        };
        Self {
            path: path.to_owned(),
            path_origin,
            node,
        }
    }
}

fn override_arguments(overrides: &Overrides) -> Vec<Argument> {
    let mut list: Vec<Argument> = overrides
        .set
        .iter()
        .map(|(path, value)| Argument::new(path, value))
        .collect();
    // Plain words, never read as TOML: a city folder may be called `12`.
    for (key, value) in [
        ("controller", &overrides.controller),
        ("city", &overrides.city),
    ] {
        if let Some(value) = value {
            let mut node = parse_argument(&format!("{key}={value}"), key.len() + 1);
            node.value = Value::Text(value.clone());
            list.push(Argument::with_node(key, node));
        }
    }
    if let Some(seed) = overrides.seed {
        list.push(Argument::new("seed", &seed.to_string()));
    }
    if let Some(hours) = overrides.hours {
        list.push(Argument::new("hours", &format!("{hours:?}")));
    }
    controller_first(&mut list);
    list
}

/// A new controller comes before its constants: seating it takes the old one's away.
fn controller_first(arguments: &mut [Argument]) {
    arguments.sort_by_key(|a| a.path != "controller");
}

/// Reads a scenario's text and everything that it extends, outermost last.
fn load(
    reference: &str,
    asked_by: Option<&Origin>,
    chain: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Option<Node> {
    let source = match find(reference, asked_by) {
        Ok(source) => Arc::new(source),
        Err(found) => {
            problems.extend(found.0);
            return None;
        }
    };
    if chain.contains(&source.name) {
        let circle = format!(
            "scenarios extend each other in a circle: {} -> {}",
            chain.join(" -> "),
            source.name
        );
        problems.push(match asked_by {
            Some(origin) => problem_at(origin, circle),
            None => Problem::new(source.name.clone(), circle),
        });
        return None;
    }
    chain.push(source.name.clone());
    let mut own = match parse(Arc::clone(&source)) {
        Ok(node) => node,
        Err(errors) => {
            problems.extend(
                errors
                    .iter()
                    .map(|e| problem_at(&e.origin, e.message.clone())),
            );
            return None;
        }
    };
    let schema = format::schema();
    if own.get("extends").is_some() {
        problems.extend(check(&own, &partial(&schema)));
    } else {
        problems.extend(check(&own, &schema));
    }
    let base = match own.remove("extends") {
        Some(Node {
            value: Value::Text(name),
            origin,
        }) => Some(load(&name, Some(&origin), chain, problems)?),
        _ => None,
    };
    let set = own.remove("set");
    place_paths(&mut own);
    let mut document = match base {
        Some(mut base) => {
            if let Some(controller) = own.text("controller") {
                controller_file::unseat(&mut base, controller);
            }
            base.overlay(own, APPENDED);
            base.origin = Origin { source, span: 0..0 };
            base
        }
        None => own,
    };
    if let Some(Node {
        value: Value::Table(entries),
        ..
    }) = set
    {
        let mut arguments: Vec<Argument> = flattened("", entries)
            .into_iter()
            .map(|entry| Argument {
                path: entry.key,
                path_origin: entry.key_origin,
                node: entry.node,
            })
            .collect();
        controller_first(&mut arguments);
        for argument in arguments {
            lay(&mut document, argument, &schema, problems);
        }
    }
    Some(document)
}

/// The schema for a text that extends another and so need not be whole by itself; its own events must be.
fn partial(schema: &serde_json::Value) -> serde_json::Value {
    let mut partial = schema.clone();
    let whole = serde_json::Value::Array(Vec::new());
    partial["required"] = whole.clone();
    if let Some(parts) = partial["$defs"].as_object_mut() {
        for (_, part) in parts.iter_mut().filter(|(name, _)| *name != "EventFile") {
            part["required"] = whole.clone();
        }
    }
    partial
}

/// `[set]` may quote its paths or nest them: both give dotted paths to values that are no tables.
pub fn flattened(before: &str, entries: Vec<Entry>) -> Vec<Entry> {
    let mut list = Vec::new();
    for mut entry in entries {
        if !before.is_empty() {
            entry.key = format!("{before}.{}", entry.key);
        }
        match entry.node.value {
            Value::Table(below) => list.extend(flattened(&entry.key, below)),
            _ => list.push(entry),
        }
    }
    list
}

/// Finds a scenario's text by built-in name or by path.
fn find(reference: &str, asked_by: Option<&Origin>) -> Result<Source, Problems> {
    if let Some(built_in) = BUILT_IN.iter().find(|b| b.name == reference) {
        return Ok(Source::unplaced(
            &format!("built-in:{reference}"),
            built_in.text,
        ));
    }
    let folder = asked_by.and_then(|o| o.source.folder.clone());
    let path = folder.map_or_else(|| PathBuf::from(reference), |f| f.join(reference));
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Source {
            // One name for one file however it is reached, so that circles are seen.
            name: if asked_by.is_some() {
                canonical(&path)
            } else {
                path.display().to_string()
            },
            text,
            folder: path.parent().map(Path::to_path_buf),
        }),
        Err(error) => {
            let looks_like_a_path = reference.contains(['/', '\\', '.']);
            let message = if looks_like_a_path {
                format!("cannot read the scenario {}: {error}", path.display())
            } else {
                format!("there is no scenario `{reference}`")
            };
            let problem = match asked_by {
                Some(origin) => problem_at(origin, message),
                None => Problem::new(reference, message),
            };
            let known = did_you_mean_or_known(reference, BUILT_IN.iter().map(|b| b.name));
            let known = known.filter(|_| !looks_like_a_path);
            Err(problem.maybe_help(known).into())
        }
    }
}

fn canonical(path: &Path) -> String {
    std::fs::canonicalize(path)
        .unwrap_or_else(|_| path.to_path_buf())
        .display()
        .to_string()
}

/// Paths in a text are seen from its own folder: makes them absolute, so that they can be merged.
fn place_paths(document: &mut Node) {
    let Some(folder) = document.origin.source.folder.clone() else {
        return;
    };
    if let Value::Table(entries) = &mut document.value {
        for entry in entries {
            match entry.key.as_str() {
                "city" => place_path(&mut entry.node, &folder),
                "controller" if entry.node.is_text(controller_file::is_path) => {
                    place_path(&mut entry.node, &folder);
                }
                "weather" => {
                    if let Value::Table(weather) = &mut entry.node.value {
                        for part in weather.iter_mut().filter(|e| e.key == "epw") {
                            place_path(&mut part.node, &folder);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn place_path(node: &mut Node, folder: &Path) {
    if let Value::Text(text) = &mut node.value {
        let there = folder.join(&*text);
        // A built-in name is no path; a wrong path is complained about as it was written.
        if there.exists() {
            *text = canonical(&there);
        }
    }
}

/// Lays one value over the document at its path.
fn lay(
    document: &mut Node,
    argument: Argument,
    schema: &serde_json::Value,
    problems: &mut Vec<Problem>,
) {
    let place = Origin {
        source: Arc::clone(&argument.path_origin.source),
        span: argument.path_origin.span.clone(),
    };
    if let Err((message, help)) = check_path(&argument.path, schema) {
        let problem = problem_at(&place, message);
        problems.push(problem.maybe_help(help));
        return;
    }
    if argument.path == "extends" || argument.path.starts_with("set.") || argument.path == "set" {
        problems.push(problem_at(
            &place,
            format!("`{}` cannot be set from outside", argument.path),
        ));
        return;
    }
    if let ("controller", Value::Text(controller)) = (&*argument.path, &argument.node.value) {
        controller_file::unseat(document, controller);
    }
    let steps: Vec<&str> = argument.path.split('.').collect();
    if let Err(message) = put(document, &steps, argument.path_origin, argument.node) {
        problems.push(problem_at(
            &place,
            format!("`{}`: {message}", argument.path),
        ));
    }
}

fn put(at: &mut Node, steps: &[&str], key_origin: Origin, node: Node) -> Result<(), String> {
    let Some((first, rest)) = steps.split_first() else {
        *at = node;
        return Ok(());
    };
    match &mut at.value {
        Value::List(items) => {
            let count = items.len();
            match first.parse().ok().and_then(|i: usize| items.get_mut(i)) {
                Some(item) => put(item, rest, key_origin, node),
                None => Err(format!("there are {count} entries, counted from 0")),
            }
        }
        Value::Table(entries) => match entries.iter_mut().find(|e| e.key == *first) {
            Some(entry) => put(&mut entry.node, rest, key_origin, node),
            None => {
                let mut below = Node {
                    value: Value::Table(Vec::new()),
                    origin: key_origin.clone(),
                };
                put(&mut below, rest, key_origin.clone(), node)?;
                entries.push(Entry {
                    key: (*first).to_owned(),
                    key_origin,
                    node: below,
                });
                Ok(())
            }
        },
        _ => Err("it holds a single value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(result: Result<Node, Problems>) -> String {
        result.unwrap_err().to_string()
    }

    fn set(pairs: &[(&str, &str)]) -> Overrides {
        Overrides {
            set: pairs
                .iter()
                .map(|(p, v)| ((*p).to_owned(), (*v).to_owned()))
                .collect(),
            ..Overrides::default()
        }
    }

    #[test]
    fn every_built_in_scenario_is_whole() {
        for built_in in BUILT_IN {
            let document =
                gather(built_in.name, &Overrides::default()).unwrap_or_else(|p| panic!("{p}"));
            assert_eq!(document.text("name"), Some(built_in.name));
            assert!(document.text("description").is_some_and(|d| d.len() > 20));
            assert_eq!(document.get("extends"), None);
        }
    }

    #[test]
    fn values_are_laid_over_at_their_paths() {
        let overrides = Overrides {
            seed: Some(7),
            hours: Some(3.0),
            controller: Some("none".to_owned()),
            ..set(&[
                ("weather.heat_dome.high_c", "[40, 42, 41]"),
                ("event.0.at", "30h"),
            ])
        };
        let document = gather("heat-wave", &overrides).unwrap();
        assert_eq!(
            document.get("seed").map(|n| &n.value),
            Some(&Value::Integer(7))
        );
        assert_eq!(document.text("controller"), Some("none"));
        assert_eq!(
            document.nearest(&["event", "0", "at"]).value,
            Value::Text("30h".to_owned())
        );
        assert_eq!(
            document
                .nearest(&["weather", "heat_dome", "high_c", "1"])
                .value,
            Value::Integer(42)
        );
    }

    #[test]
    fn unknown_paths_are_refused_with_the_nearest() {
        let text = messages(gather(
            "heat-wave",
            &set(&[("weather.heat_dom.high_c", "[40]"), ("houre", "3")]),
        ));
        assert!(
            text.contains(
                "unknown path `weather.heat_dom.high_c` (did you mean `weather.heat_dome`?)"
            ),
            "{text}"
        );
        assert!(
            text.contains("unknown path `houre` (did you mean `hours`?)"),
            "{text}"
        );
        let text = messages(gather("heat-wave", &set(&[("event.99.at", "3h")])));
        assert!(text.contains("counted from 0"), "{text}");
    }

    #[test]
    fn unknown_scenarios_are_refused_with_the_nearest() {
        let text = messages(gather("heat-wav", &Overrides::default()));
        assert_eq!(
            text,
            "heat-wav: there is no scenario `heat-wav` (did you mean `heat-wave`?)"
        );
    }

    #[test]
    fn circles_of_extends_are_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.toml"),
            "extends = \"b.toml\"\nname = \"a\"\n",
        )
        .unwrap();
        std::fs::write(
            folder.path().join("b.toml"),
            "extends = \"a.toml\"\nname = \"b\"\n",
        )
        .unwrap();
        let text = messages(gather(
            &folder.path().join("a.toml").display().to_string(),
            &Overrides::default(),
        ));
        assert!(text.contains("in a circle"), "{text}");
    }

    #[test]
    fn extending_adds_events_and_its_set_table_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let text = "extends = \"heat-wave\"\nname = \"mine\"\n[set]\nhours = 5\n\"weather.heat_dome.peak_day\" = 1\n\
                    [[event]]\nhazard = \"trip\"\nat = \"1h\"\ntarget = \"random_line\"\n";
        std::fs::write(&path, text).unwrap();
        let base = gather("heat-wave", &Overrides::default()).unwrap();
        let mine = gather(&path.display().to_string(), &Overrides::default()).unwrap();
        let events = |node: &Node| match &node.nearest(&["event"]).value {
            Value::List(list) => list.len(),
            _ => 0,
        };
        assert_eq!(events(&mine), events(&base) + 1);
        assert_eq!(
            mine.get("hours").map(|n| &n.value),
            Some(&Value::Integer(5))
        );
        assert_eq!(
            mine.nearest(&["weather", "heat_dome", "peak_day"]).value,
            Value::Integer(1)
        );
    }
}
