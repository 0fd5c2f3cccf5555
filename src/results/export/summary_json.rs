//! `summary.json`: metrics with unit, direction and definition, and the story.
//!
//! Metrics stand in the order of their registry; one that is not defined for this run has the value null.

use crate::results::export::ExportError;
use crate::results::metrics::Metric;
use crate::results::metrics::evaluate;
use crate::results::outcome::RunOutcome;
use crate::results::story;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;
use std::io::Write;

#[derive(Serialize)]
struct Row {
    value: Option<f64>,
    unit: &'static str,
    better: &'static str,
    definition: &'static str,
}

struct Metrics(Vec<(&'static Metric, Option<f64>)>);

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (m, value) in &self.0 {
            let row = Row {
                value: *value,
                unit: m.unit,
                better: m.better.as_str(),
                definition: m.definition,
            };
            map.serialize_entry(m.key, &row)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Summary {
    metrics: Metrics,
    story: Vec<String>,
}

/// Writes the document.
///
/// # Errors
/// [`ExportError`] if the writer refuses.
pub fn write(o: &RunOutcome, out: &mut dyn Write) -> Result<(), ExportError> {
    let summary = Summary {
        metrics: Metrics(evaluate(o)),
        story: story::tell(o),
    };
    serde_json::to_writer_pretty(out, &summary)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn shape_is_that_of_the_contract() {
        let mut bytes = Vec::new();
        write(&small::outcome(), &mut bytes).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["metrics", "story"]);
        let ens = &json["metrics"]["ens_mwh"];
        assert_eq!(ens["value"], 5.0);
        assert_eq!(ens["unit"], "MWh");
        assert_eq!(ens["better"], "lower");
        assert!(
            ens["definition"]
                .as_str()
                .unwrap()
                .starts_with("Energy not supplied")
        );
        assert!(!json["story"].as_array().unwrap().is_empty());
    }
}
