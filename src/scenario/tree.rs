//! A TOML document as a tree in which every key and value knows the text it came from.
//!
//! It is what lets several files (`extends`) and `--set` be merged and still be complained about by file and line.
//! It knows no scenario key.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use toml::de::DeTable;
use toml::de::DeValue;

/// A text that was read: a file, an embedded scenario or a `--set` argument.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Name for messages: a path, `built-in:heat-wave` or `--set`.
    pub name: String,
    /// The text itself.
    pub text: String,
    /// Folder that relative paths in it start from; none for the current one.
    pub folder: Option<PathBuf>,
}

impl Source {
    /// A text whose relative paths start from the current folder.
    #[must_use]
    pub fn unplaced(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            folder: None,
        }
    }
}

/// Where a key or a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text.
    pub source: Arc<Source>,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// A value with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_origin: Origin,
    /// Its value.
    pub node: Node,
}

/// A TOML value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// A date, a time or both.
    Time(toml::value::Datetime),
    /// An array, or an array of tables.
    List(Vec<Node>),
    /// A table, in order of keys.
    Table(Vec<Entry>),
}

/// A message with the place it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub origin: Origin,
}

impl Value {
    /// The type's name for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "a whole number",
            Self::Real(_) => "a real number",
            Self::Bool(_) => "true or false",
            Self::Time(_) => "a date-time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The value under a key, if this is a table that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.node),
            _ => None,
        }
    }

    /// Whether this is a text that `fits`.
    #[must_use]
    pub fn is_text(&self, fits: impl Fn(&str) -> bool) -> bool {
        matches!(&self.value, Value::Text(text) if fits(text))
    }

    /// The text under a key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key).map(|n| &n.value) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value at a path of keys and list positions; the deepest node that exists if the path does not.
    #[must_use]
    pub fn nearest(&self, path: &[&str]) -> &Self {
        let mut node = self;
        for step in path {
            let next = match &node.value {
                Value::Table(_) => node.get(step),
                Value::List(items) => step.parse().ok().and_then(|i: usize| items.get(i)),
                _ => None,
            };
            match next {
                Some(found) => node = found,
                None => break,
            }
        }
        node
    }

    /// Sets a key of a table, replacing what was there.
    pub fn set(&mut self, entry: Entry) {
        if let Value::Table(entries) = &mut self.value {
            match entries.iter_mut().find(|e| e.key == entry.key) {
                Some(old) => *old = entry,
                None => entries.push(entry),
            }
        }
    }

    /// Removes a key of a table.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let Value::Table(entries) = &mut self.value else {
            return None;
        };
        let at = entries.iter().position(|e| e.key == key)?;
        Some(entries.remove(at).node)
    }

    /// Lays another document over this one: tables key by key, lists named in `appended` (paths with dots) one behind
    /// the other, everything else replaced.
    pub fn overlay(&mut self, over: Self, appended: &[&str]) {
        self.overlay_at("", over, appended);
    }

    fn overlay_at(&mut self, path: &str, over: Self, appended: &[&str]) {
        match (&mut self.value, over.value) {
            (Value::Table(_), Value::Table(entries)) => {
                for entry in entries {
                    let below = if path.is_empty() {
                        entry.key.clone()
                    } else {
                        format!("{path}.{}", entry.key)
                    };
                    let mine = match &mut self.value {
                        Value::Table(list) => list.iter_mut().find(|e| e.key == entry.key),
                        _ => None,
                    };
                    match mine {
                        Some(old) => {
                            old.key_origin = entry.key_origin;
                            old.node.overlay_at(&below, entry.node, appended);
                        }
                        None => self.set(entry),
                    }
                }
            }
            (Value::List(mine), Value::List(more)) if appended.contains(&path) => {
                mine.extend(more);
            }
            (_, value) => {
                self.value = value;
                self.origin = over.origin;
            }
        }
    }

    /// As a plain TOML value, without origins.
    #[must_use]
    pub fn to_toml(&self) -> toml::Value {
        match &self.value {
            Value::Text(v) => toml::Value::String(v.clone()),
            Value::Integer(v) => toml::Value::Integer(*v),
            Value::Real(v) => toml::Value::Float(*v),
            Value::Bool(v) => toml::Value::Boolean(*v),
            Value::Time(v) => toml::Value::Datetime(*v),
            Value::List(v) => toml::Value::Array(v.iter().map(Self::to_toml).collect()),
            Value::Table(v) => toml::Value::Table(
                v.iter()
                    .map(|e| (e.key.clone(), e.node.to_toml()))
                    .collect(),
            ),
        }
    }
}

/// Reads a document; all syntax errors at once.
///
/// # Errors
/// Every place at which the text is not TOML.
pub fn parse(source: Arc<Source>) -> Result<Node, Vec<SyntaxError>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let end = source.text.len();
    let mut found: Vec<SyntaxError> = errors
        .into_iter()
        .map(|e| SyntaxError {
            message: format!("not TOML: {}", e.message()),
            origin: Origin {
                source: Arc::clone(&source),
                span: e.span().unwrap_or(end..end),
            },
        })
        .collect();
    let node = table_node(table.get_ref(), 0..end, &source, &mut found);
    if found.is_empty() {
        Ok(node)
    } else {
        Err(found)
    }
}

fn table_node(
    table: &DeTable<'_>,
    span: Range<usize>,
    source: &Arc<Source>,
    errors: &mut Vec<SyntaxError>,
) -> Node {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_origin: Origin {
                source: Arc::clone(source),
                span: key.span(),
            },
            node: value_node(value.get_ref(), value.span(), source, errors),
        })
        .collect();
    // The parser sorts keys; the order of the text reads better in messages and in what is written back.
    entries.sort_by_key(|e| e.key_origin.span.start);
    Node {
        value: Value::Table(entries),
        origin: Origin {
            source: Arc::clone(source),
            span,
        },
    }
}

fn value_node(
    value: &DeValue<'_>,
    span: Range<usize>,
    source: &Arc<Source>,
    errors: &mut Vec<SyntaxError>,
) -> Node {
    let origin = Origin {
        source: Arc::clone(source),
        span: span.clone(),
    };
    let mut wrong = |what: &str| {
        errors.push(SyntaxError {
            message: format!("{what} is out of range"),
            origin: origin.clone(),
        });
    };
    let value = match value {
        DeValue::String(v) => Value::Text(v.to_string()),
        DeValue::Integer(v) => match i64::from_str_radix(v.as_str(), v.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                wrong("the whole number");
                Value::Integer(0)
            }
        },
        DeValue::Float(v) => match v.as_str().parse::<f64>() {
            Ok(number) => Value::Real(number),
            Err(_) => {
                wrong("the real number");
                Value::Real(0.0)
            }
        },
        DeValue::Boolean(v) => Value::Bool(*v),
        DeValue::Datetime(v) => Value::Time(*v),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| value_node(item.get_ref(), item.span(), source, errors))
                .collect(),
        ),
        DeValue::Table(table) => return table_node(table, span, source, errors),
    };
    Node { value, origin }
}

/// Reads the value of a `--set path=value`: TOML where it is TOML, otherwise the text itself, so that
/// `controller=rules` needs no inner quotes.
#[must_use]
pub fn parse_argument(argument: &str, value_start: usize) -> Node {
    let source = Arc::new(Source::unplaced("--set", argument));
    let text = &argument[value_start..];
    let mut errors = Vec::new();
    let (parsed, syntax) = DeValue::parse_recoverable(text);
    let span = value_start..argument.len();
    let node = value_node(parsed.get_ref(), span.clone(), &source, &mut errors);
    if syntax.is_empty() && errors.is_empty() {
        node
    } else {
        Node {
            value: Value::Text(text.to_owned()),
            origin: Origin { source, span },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(Arc::new(Source::unplaced("t.toml", text))).unwrap()
    }

    #[test]
    fn values_know_their_place() {
        let node = read("a = 1\n[b]\nc = \"x\"\n");
        let c = node.get("b").and_then(|b| b.get("c")).unwrap();
        assert_eq!(c.value, Value::Text("x".to_owned()));
        assert_eq!(&c.origin.source.text[c.origin.span.clone()], "\"x\"");
        assert_eq!(node.nearest(&["b", "zzz"]).value.kind(), "a table");
    }

    #[test]
    fn overlay_merges_tables_replaces_lists_and_appends_the_named_ones() {
        let mut base = read("a = 1\nl = [1, 2]\n[[event]]\nn = 1\n[t]\nx = 1\ny = 2\n");
        base.overlay(read("l = [3]\n[[event]]\nn = 2\n[t]\ny = 5\n"), &["event"]);
        let expected =
            read("a = 1\nl = [3]\n[[event]]\nn = 1\n[[event]]\nn = 2\n[t]\nx = 1\ny = 5\n");
        assert_eq!(base.to_toml(), expected.to_toml());
    }

    #[test]
    fn all_syntax_errors_are_reported() {
        let source = Arc::new(Source::unplaced("t", "a = \nb = 99999999999999999999\n"));
        let errors = parse(source).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
    }

    #[test]
    fn arguments_are_toml_or_plain_words() {
        let value = |text: &str| parse_argument(text, 2).value;
        assert_eq!(value("a=12"), Value::Integer(12));
        assert_eq!(value("a=rules"), Value::Text("rules".to_owned()));
        assert_eq!(value("a=\"12\""), Value::Text("12".to_owned()));
        assert_eq!(value("a=36h"), Value::Text("36h".to_owned()));
        assert!(matches!(value("a=[1, 2]"), Value::List(list) if list.len() == 2));
    }
}
