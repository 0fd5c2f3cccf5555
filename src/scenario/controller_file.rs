//! Controller files: a registered controller with other constants, under a name of its own, and how they were found.
//!
//! It reads and checks them and seats them in a scenario's document. It makes no controller and searches no constants.

use crate::city::model::parameters::Parameters;
use crate::controllers;
use crate::controllers::parameter::ParameterSpec;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::check;
use crate::scenario::schema_check::problem_at;
use crate::scenario::training::Training;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;
use crate::scenario::tree::Origin;
use crate::scenario::tree::Source;
use crate::scenario::tree::Value;
use crate::scenario::tree::parse;
use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// A registered controller with other constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControllerFile {
    /// Its own name; names the runs' folders, so that runs of two files can be told apart.
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9_-]*$"))]
    pub name: String,
    /// The registered controller whose rules act.
    pub base: String,
    /// What it is for, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// Constants of the base; those left out keep their defaults.
    #[serde(default)]
    #[schemars(schema_with = "parameters_schema")]
    pub parameters: Parameters,
    /// What it was tuned on; absent if nobody tuned it. Seeds named here are no evidence for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

/// The JSON schema of controller files.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ControllerFile).to_value()
}

/// The constants that any controller declares, as the schema of a table.
pub fn parameters_schema(_: &mut SchemaGenerator) -> Schema {
    let mut properties = serde_json::Map::new();
    for entry in controllers::CONTROLLERS {
        for spec in entry.declared.parameters {
            properties.insert(spec.key.to_owned(), parameter_schema(entry.name, spec));
        }
    }
    schemars::json_schema!({
        "description": "Constants of the controller, by key; those left out keep their defaults. See `list controllers`.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn parameter_schema(controller: &str, spec: &ParameterSpec) -> serde_json::Value {
    let least = spec.low.iter().copied().fold(f64::INFINITY, f64::min);
    let most = spec.high.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let description = format!("[{}, {controller}] {}", spec.unit, spec.about);
    let number = serde_json::json!({"type": "number", "minimum": least, "maximum": most});
    match spec.low.len() {
        1 => serde_json::json!({
            "description": description, "type": "number", "minimum": least, "maximum": most,
        }),
        n => serde_json::json!({
            "description": description, "type": "array", "items": number, "minItems": n, "maxItems": n,
        }),
    }
}

/// Whether a controller is asked for by the path of a file, not by name.
#[must_use]
pub fn is_path(asked: &str) -> bool {
    asked.contains(['/', '\\']) || asked.ends_with(".toml")
}

/// Whether a file is meant as a controller file: it has a `base`, which no other format has.
#[must_use]
pub fn is_one(path: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.parse::<toml::Table>()
        .is_ok_and(|table| table.contains_key("base"))
}

/// The controller file that a controller is asked for by: a path, or the name of one in the program. None for a
/// controller that is code.
///
/// # Errors
/// An unknown name, a file that cannot be read, everything that is wrong in it.
pub fn read(asked: &str) -> Result<Option<ControllerFile>, Problems> {
    let source = find(asked)
        .map_err(|(message, help)| Problems::from(Problem::new(asked, message).maybe_help(help)))?;
    source
        .map(|source| parse_file(source).map(|(_, file)| file))
        .transpose()
}

/// What a controller was trained on; none for one that nobody tuned. For whoever must keep training and evidence apart.
///
/// # Errors
/// As [`read`].
pub fn training(asked: &str) -> Result<Option<Training>, Problems> {
    Ok(read(asked)?.and_then(|file| file.training))
}

/// What is wrong, and advice.
type Fault = (String, Option<String>);

/// The text of a controller that is not code.
fn find(asked: &str) -> Result<Option<Source>, Fault> {
    if controllers::find(asked).is_some() {
        return Ok(None);
    }
    if let Some(file) = controllers::FILES.iter().find(|f| f.name == asked) {
        let name = format!("built-in:{asked}");
        return Ok(Some(Source::unplaced(&name, file.text)));
    }
    if !is_path(asked) {
        let help = did_you_mean_or_known(asked, controllers::names());
        return Err((format!("there is no controller `{asked}`"), help));
    }
    match std::fs::read_to_string(asked) {
        Ok(text) => Ok(Some(Source {
            name: asked.to_owned(),
            text,
            folder: Path::new(asked).parent().map(Path::to_path_buf),
        })),
        Err(error) => Err((
            format!("cannot read the controller file {asked}: {error}"),
            None,
        )),
    }
}

/// Reads a controller's text; its tree is kept for the places of its values.
fn parse_file(source: Source) -> Result<(Node, ControllerFile), Problems> {
    let built_in = source.name.starts_with("built-in:");
    let name = source.name.clone();
    let node = parse(Arc::new(source)).map_err(|errors| {
        let problems = errors
            .iter()
            .map(|e| problem_at(&e.origin, e.message.clone()));
        Problems(problems.collect())
    })?;
    let mut problems = check(&node, &schema());
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let file: ControllerFile = node
        .to_toml()
        .try_into()
        .map_err(|error: toml::de::Error| Problem::new(name, error.message()))?;
    let at = |path: &[&str]| &node.nearest(path).origin;
    if !is_plain(&file.name) {
        let message = format!("`{}` cannot name a folder everywhere", file.name);
        problems.push(problem_at(at(&["name"]), message).help("use a-z, 0-9, - and _"));
    } else if !built_in && controllers::check_name(&file.name).is_ok() {
        let message = format!("`{}` is the name of a controller in the program", file.name);
        problems.push(problem_at(at(&["name"]), message).help("give the file a name of its own"));
    }
    match controllers::find(&file.base) {
        None => {
            let help =
                did_you_mean_or_known(&file.base, controllers::CONTROLLERS.iter().map(|c| c.name));
            let message = format!("there is no controller `{}` to build on", file.base);
            problems.push(problem_at(at(&["base"]), message).maybe_help(help));
        }
        Some(base) => {
            let found = base.declared.problems(&file.parameters).into_iter();
            problems
                .extend(found.map(|p| {
                    problem_at(at(&["parameters", &p.key]), p.message).maybe_help(p.help)
                }));
        }
    }
    Problems(problems).unless((node, file))
}

/// Whether a name suits folders and tables everywhere.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(plain)
}

/// Replaces a controller file asked for by a scenario's document by what it holds: name, base and constants. Constants
/// that the document has win over the file's. Does nothing if the controller is code or has been resolved before.
///
/// # Errors
/// As [`read`], an unknown name at the place of the document's `controller`.
pub fn seat(document: &mut Node) -> Result<(), Problems> {
    if document.get("controller_base").is_some() {
        return Ok(());
    }
    let Some(Node {
        value: Value::Text(asked),
        origin,
    }) = document.get("controller").cloned()
    else {
        return Ok(());
    };
    let source = find(&asked)
        .map_err(|(message, help)| Problems::from(problem_at(&origin, message).maybe_help(help)))?;
    let Some(source) = source else {
        return Ok(());
    };
    let (mut node, file) = parse_file(source)?;
    let text = |value: String| Node {
        value: Value::Text(value),
        origin: origin.clone(),
    };
    put(document, &origin, "controller", text(file.name));
    put(document, &origin, "controller_base", text(file.base));
    let set = document.remove("controller_parameters");
    let parameters = match (node.remove("parameters"), set) {
        (Some(mut own), Some(set)) => {
            own.overlay(set, &[]);
            Some(own)
        }
        (own, set) => own.or(set),
    };
    if let Some(parameters) = parameters {
        put(document, &origin, "controller_parameters", parameters);
    }
    Ok(())
}

/// Takes another controller's base and constants out of a document that is about to get the controller `asked`: they
/// were meant for the one that leaves.
pub fn unseat(document: &mut Node, asked: &str) {
    if document.text("controller").unwrap_or("rules") != asked {
        document.remove("controller_base");
        document.remove("controller_parameters");
    }
}

fn put(document: &mut Node, origin: &Origin, key: &str, node: Node) {
    document.set(Entry {
        key: key.to_owned(),
        key_origin: origin.clone(),
        node,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document::Overrides;
    use crate::scenario::document::gather;

    fn told(text: &str) -> Vec<String> {
        match parse_file(Source::unplaced("c.toml", text)) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_right_file_has_no_problems_and_is_written_and_read_back() {
        let text = "name = 'a'\nbase = 'rules'\n[parameters]\nshed_hot_spot_c = 118\nv_set_pu = [1, 1.02]\n";
        assert_eq!(told(text), Vec::<String>::new());
        let (_, file) = parse_file(Source::unplaced("c", text)).unwrap();
        assert_eq!(file.parameters["shed_hot_spot_c"].numbers(), [118.0]);
        let again = toml::to_string(&file).unwrap();
        assert!(again.contains("shed_hot_spot_c = 118.0"), "{again}");
        let (_, same) = parse_file(Source::unplaced("c", &again)).unwrap();
        assert_eq!(same, file);
    }

    #[test]
    fn faults_are_told_with_their_lines() {
        let found = told("name = 'rules'\nbase = 'rulse'\n");
        assert!(
            found[0].starts_with("c.toml:1:8: `rules` is the name of"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with(
                "c.toml:2:8: there is no controller `rulse` to build on (did you mean `rules`?)"
            ),
            "{found:?}"
        );
        let found = told(
            "name = 'a'\n[parameters]\nshed_hotspot_c = 118\nshed_horizon_min = 'x'\ncommit_horizon_h = 7\n",
        );
        assert!(
            found[0].starts_with("c.toml:3:1: unknown key `parameters.shed_hotspot_c` (did you mean `shed_hot_spot_c`?)"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("c.toml:4:20: `parameters.shed_horizon_min` must be a number"),
            "{found:?}"
        );
        assert!(
            found[2].contains("`parameters.commit_horizon_h` is 7, but must be"),
            "{found:?}"
        );
        assert!(found[3].contains("`base` is missing"), "{found:?}");
        let found = told("name = 'a'\nbase = 'none'\n[parameters]\nshed_hot_spot_c = 118\n");
        assert!(
            found[0].starts_with("c.toml:4:19: there is no parameter"),
            "{found:?}"
        );
        let found = told("name = 'a'\nbase = 'rules'\n[parameters]\ntransfer_hot_spot_c = 119.5\n");
        assert!(
            found[0].starts_with("c.toml:4:23: `transfer_hot_spot_c` = 119.5 must be at least 1 below `shed_hot_spot_c` = 120"),
            "{found:?}"
        );
        assert!(
            told("name = \n")[0].starts_with("c.toml:1"),
            "{:?}",
            told("name = \n")
        );
    }

    #[test]
    fn constants_belong_to_the_controller_that_they_were_written_for() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let file = write(
            "early.toml",
            "name = 'early'\nbase = 'rules'\n[parameters]\nshed_hot_spot_c = 115\nshed_margin = 0.2\n",
        );
        let scenario = write(
            "mine.toml",
            "extends = 'calm-day'\nname = 'mine'\ncontroller = 'early.toml'\n[controller_parameters]\nshed_margin = 0.3\n",
        );
        let number = |document: &Node, key: &str| {
            let found = document.get("controller_parameters")?.get(key)?.to_toml();
            found.as_float().or(found.as_integer().map(|i| i as f64))
        };
        // A file beside the scenario, whose constants give way to the scenario's.
        let document = gather(&scenario, &Overrides::default()).unwrap();
        assert_eq!(document.text("controller"), Some("early"));
        assert_eq!(document.text("controller_base"), Some("rules"));
        assert_eq!(number(&document, "shed_hot_spot_c"), Some(115.0));
        assert_eq!(number(&document, "shed_margin"), Some(0.3));
        // Another controller leaves them behind, but takes what is set with it.
        let asked = |controller: &str, pairs: &[(&str, &str)]| {
            let controller = Some(controller.to_owned());
            gather(
                &scenario,
                &Overrides {
                    controller,
                    set: pairs
                        .iter()
                        .map(|(p, v)| ((*p).to_owned(), (*v).to_owned()))
                        .collect(),
                    ..Overrides::default()
                },
            )
            .unwrap()
        };
        let document = asked("none", &[]);
        assert_eq!(document.get("controller_base"), None);
        assert_eq!(document.get("controller_parameters"), None);
        let document = asked(&file, &[("controller_parameters.shed_hot_spot_c", "116")]);
        assert_eq!(number(&document, "shed_hot_spot_c"), Some(116.0));
        assert_eq!(number(&document, "shed_margin"), Some(0.2));
    }

    #[test]
    fn the_files_in_the_program_are_sound_and_say_what_they_were_trained_on() {
        for built_in in controllers::FILES {
            let file = read(built_in.name).unwrap().unwrap();
            assert_eq!(file.name, built_in.name);
            let training = training(built_in.name).unwrap().unwrap();
            let seeds = training.seeds();
            assert!(
                seeds.len() >= 4 && seeds.iter().all(|s| *s > 900_000),
                "{seeds:?}"
            );
            // What is recorded is searched, and the record knows what it was divided by.
            assert!(
                file.parameters
                    .keys()
                    .all(|k| training.searched.contains(k))
            );
            let references = training.scenarios.len() * training.objective.len();
            assert_eq!(training.reference.len(), references);
            let document = gather(
                "calm-day",
                &Overrides {
                    controller: Some(built_in.name.to_owned()),
                    ..Overrides::default()
                },
            )
            .unwrap();
            assert_eq!(document.text("controller"), Some(built_in.name));
            assert_eq!(document.text("controller_base"), Some(file.base.as_str()));
        }
        assert_eq!(training("rules").unwrap(), None);
        assert!(training("rulse").is_err());
    }
}
