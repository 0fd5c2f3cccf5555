//! Checks a document tree against the JSON schema of its format: unknown keys, missing keys, wrong types, values out
//! of range; all of them at once, each with its place.
//!
//! It knows the parts of JSON Schema that `schemars` writes for our formats, and no key of any of them. The schema is
//! the one list of keys: what `autopolis schema` prints is what is checked.

use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::tree::Node;
use crate::scenario::tree::Origin;
use crate::scenario::tree::Value;
use serde_json::Value as Json;

/// A problem at a place.
#[must_use]
pub fn problem_at(origin: &Origin, message: impl Into<String>) -> Problem {
    Problem::new(origin.source.name.clone(), message)
        .place(&origin.source.text, origin.span.clone())
}

/// Everything in which a document breaks a schema.
#[must_use]
pub fn check(document: &Node, schema: &Json) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_node(document, "", schema, schema, &mut problems);
    problems
}

/// Follows `$ref`, and takes the one alternative that may fit a value.
fn resolve<'a>(schema: &'a Json, root: &'a Json, value: Option<&Value>) -> &'a Json {
    let mut schema = schema;
    loop {
        if let Some(pointer) = schema["$ref"].as_str() {
            match root.pointer(pointer.trim_start_matches('#')) {
                Some(target) => schema = target,
                None => return schema,
            }
        } else if let Some(choices) = schema["anyOf"].as_array() {
            let fits = |choice: &&Json| {
                let inner = resolve(choice, root, value);
                match value {
                    Some(value) => type_fits(value, inner),
                    None => inner["type"] != "null",
                }
            };
            let fallback = choices.iter().find(|c| c["type"] != "null");
            match choices.iter().find(fits).or(fallback) {
                Some(choice) => schema = choice,
                None => return schema,
            }
        } else {
            return schema;
        }
    }
}

fn types(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(name) => vec![name],
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn type_fits(value: &Value, schema: &Json) -> bool {
    let names = types(schema);
    let wants_time = schema["x-toml-type"] == "local-date-time";
    names.is_empty()
        || names.iter().any(|name| match value {
            Value::Text(_) => *name == "string" && !wants_time,
            Value::Integer(_) => *name == "integer" || *name == "number",
            Value::Real(_) => *name == "number",
            Value::Bool(_) => *name == "boolean",
            Value::Time(_) => *name == "string" && wants_time,
            Value::List(_) => *name == "array",
            Value::Table(_) => *name == "object",
        })
}

fn expected(schema: &Json) -> String {
    if schema["x-toml-type"] == "local-date-time" {
        return "a date-time such as 2027-07-12T00:00:00".to_owned();
    }
    let words: Vec<&str> = types(schema)
        .into_iter()
        .filter_map(|name| match name {
            "string" => Some("a string"),
            "integer" => Some("a whole number"),
            "number" => Some("a number"),
            "boolean" => Some("true or false"),
            "array" => Some("a list"),
            "object" => Some("a table"),
            _ => None,
        })
        .collect();
    words.join(" or ")
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn check_node(node: &Node, path: &str, schema: &Json, root: &Json, problems: &mut Vec<Problem>) {
    let schema = resolve(schema, root, Some(&node.value));
    if !type_fits(&node.value, schema) {
        let help = schema["description"].as_str().unwrap_or_default();
        let problem = problem_at(
            &node.origin,
            format!(
                "`{path}` must be {}, not {}",
                expected(schema),
                node.value.kind()
            ),
        );
        problems.push(if help.is_empty() {
            problem
        } else {
            problem.help(help)
        });
        return;
    }
    check_choices(node, path, schema, problems);
    check_bounds(node, path, schema, problems);
    match &node.value {
        Value::List(items) => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            if (items.len() as u64) < least {
                let message = format!("`{path}` needs at least {least} entries");
                problems.push(problem_at(&node.origin, message));
            }
            for (i, item) in items.iter().enumerate() {
                check_node(
                    item,
                    &join(path, &i.to_string()),
                    &schema["items"],
                    root,
                    problems,
                );
            }
        }
        Value::Table(entries) => {
            let properties = schema["properties"].as_object();
            for entry in entries {
                match properties.and_then(|p| p.get(&entry.key)) {
                    Some(below) => {
                        check_node(&entry.node, &join(path, &entry.key), below, root, problems);
                    }
                    None if schema["additionalProperties"] == Json::Bool(false) => {
                        let message = format!("unknown key `{}`", join(path, &entry.key));
                        let problem = problem_at(&entry.key_origin, message);
                        let known = properties
                            .into_iter()
                            .flat_map(|p| p.keys().map(String::as_str));
                        problems.push(problem.maybe_help(did_you_mean_or_known(&entry.key, known)));
                    }
                    None => {}
                }
            }
            for key in schema["required"].as_array().into_iter().flatten() {
                let key = key.as_str().unwrap_or_default();
                if node.get(key).is_none() {
                    let message = format!("`{}` is missing", join(path, key));
                    let help = properties.and_then(|p| p.get(key)?["description"].as_str());
                    let problem = problem_at(&node.origin, message);
                    problems.push(problem.maybe_help(help.map(str::to_owned)));
                }
            }
        }
        _ => {}
    }
}

fn check_choices(node: &Node, path: &str, schema: &Json, problems: &mut Vec<Problem>) {
    let Value::Text(text) = &node.value else {
        return;
    };
    let choices: Vec<&str> = match (&schema["enum"], &schema["oneOf"]) {
        (Json::Array(names), _) => names.iter().filter_map(Json::as_str).collect(),
        (_, Json::Array(names)) => names.iter().filter_map(|n| n["const"].as_str()).collect(),
        _ => return,
    };
    if !choices.contains(&text.as_str()) {
        let problem = problem_at(&node.origin, format!("`{path}` cannot be `{text}`"));
        problems.push(problem.maybe_help(did_you_mean_or_known(text, choices)));
    }
}

fn check_bounds(node: &Node, path: &str, schema: &Json, problems: &mut Vec<Problem>) {
    let number = match node.value {
        Value::Integer(v) => v as f64,
        Value::Real(v) => v,
        _ => return,
    };
    let bound = |key: &str| schema[key].as_f64();
    let low = bound("minimum").is_some_and(|least| number < least)
        || bound("exclusiveMinimum").is_some_and(|least| number <= least);
    let high = bound("maximum").is_some_and(|most| number > most);
    if low || high || number.is_nan() {
        let from = bound("minimum").map(|v| format!("at least {v}"));
        let above = bound("exclusiveMinimum").map(|v| format!("more than {v}"));
        let to = bound("maximum").map(|v| format!("at most {v}"));
        let range: Vec<String> = [from, above, to].into_iter().flatten().collect();
        let message = format!("`{path}` is {number}, but must be {}", range.join(" and "));
        problems.push(problem_at(&node.origin, message));
    }
}

/// Whether a dotted path names something that a document of this schema can hold; advice if it does not.
///
/// # Errors
/// What is unknown, and the nearest known path.
pub fn check_path(path: &str, schema: &Json) -> Result<(), (String, Option<String>)> {
    schema_at(path, schema).map(|_| ())
}

/// Whether a schema takes numbers.
#[must_use]
pub fn is_number(schema: &Json) -> bool {
    let names = types(schema);
    names.contains(&"integer") || names.contains(&"number")
}

/// Whether a schema asks for whole numbers.
#[must_use]
pub fn is_whole(schema: &Json) -> bool {
    let names = types(schema);
    names.contains(&"integer") && !names.contains(&"number")
}

/// The part of a schema that speaks of a dotted path.
///
/// # Errors
/// As [`check_path`].
pub fn schema_at<'a>(path: &str, schema: &'a Json) -> Result<&'a Json, (String, Option<String>)> {
    let mut at = resolve(schema, schema, None);
    let mut before = String::new();
    for step in path.split('.') {
        // An optional list or table is written as a choice of itself and null.
        if let Some(properties) = at["properties"].as_object() {
            match properties.get(step) {
                Some(below) => at = resolve(below, schema, None),
                None => {
                    let names: Vec<String> = properties.keys().map(|k| join(&before, k)).collect();
                    let help = did_you_mean_or_known(
                        &join(&before, step),
                        names.iter().map(String::as_str),
                    );
                    return Err((format!("unknown path `{path}`"), help));
                }
            }
        } else if at["items"].is_object() {
            if step.parse::<usize>().is_err() {
                return Err((
                    format!("unknown path `{path}`"),
                    Some(format!(
                        "`{before}` is a list: name an entry, such as `{before}.0`"
                    )),
                ));
            }
            at = resolve(&at["items"], schema, None);
        } else {
            return Err((
                format!("unknown path `{path}`"),
                Some(format!("`{before}` holds a single value")),
            ));
        }
        before = join(&before, step);
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::tree::Source;
    use crate::scenario::tree::parse;
    use serde_json::json;
    use std::sync::Arc;

    fn schema() -> Json {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "hours": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 100},
                "mode": {"oneOf": [{"const": "fast"}, {"const": "slow"}]},
                "list": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            },
            "$defs": {"Item": {
                "type": "object", "additionalProperties": false, "properties": {"x": {"type": "integer"}},
            }},
        })
    }

    fn messages(text: &str) -> Vec<String> {
        let node = parse(Arc::new(Source::unplaced("t", text))).unwrap();
        check(&node, &schema())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_right_document_has_no_problems() {
        let text = "name = 'a'\nhours = 3\nmode = 'slow'\neither = ['b']\n[[list]]\nx = 1\n";
        assert_eq!(messages(text), Vec::<String>::new());
    }

    #[test]
    fn all_problems_are_found_with_their_places() {
        let found =
            messages("hour = 3\nhours = 101\nmode = 'fats'\neither = 3\n[[list]]\nx = 1.5\n");
        assert_eq!(
            found,
            [
                "t:1:1: unknown key `hour` (did you mean `hours`?)",
                "t:2:9: `hours` is 101, but must be more than 0 and at most 100",
                "t:3:8: `mode` cannot be `fats` (did you mean `fast`?)",
                "t:4:10: `either` must be a string, not a whole number",
                "t:6:5: `list.0.x` must be a whole number, not a real number",
                "t:1:1: `name` is missing",
            ]
        );
    }

    #[test]
    fn paths_are_checked_against_the_schema() {
        assert_eq!(check_path("list.0.x", &schema()), Ok(()));
        assert_eq!(check_path("hours", &schema()), Ok(()));
        let (message, help) = check_path("list.0.y", &schema()).unwrap_err();
        assert_eq!(message, "unknown path `list.0.y`");
        assert_eq!(help.as_deref(), Some("did you mean `list.0.x`?"));
        assert!(check_path("list.x", &schema()).is_err());
        assert!(check_path("hours.x", &schema()).is_err());
    }
}
