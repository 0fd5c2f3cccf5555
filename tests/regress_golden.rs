//! Golden runs: each folder of `tests/golden` is run and its summary compared with what it was (see the README there,
//! which says how to renew it).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics and tells")]

use autopolis::experiment::execute::Ended;
use autopolis::experiment::execute::Go;
use autopolis::experiment::execute::Orders;
use autopolis::experiment::execute::execute;
use autopolis::results::metrics;
use autopolis::scenario::build::build;
use autopolis::scenario::document::Overrides;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    reason: String,
    metric: BTreeMap<String, Golden>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    value: f64,
    tolerance: f64,
}

impl Golden {
    fn holds(&self, value: f64) -> bool {
        (value - self.value).abs() <= self.tolerance * self.value.abs().max(1.0)
    }
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|p| p.is_dir()).collect();
    cases.sort();
    cases
}

fn summary(case: &Path) -> BTreeMap<String, f64> {
    let scenario = case.join("scenario.toml").display().to_string();
    let prepared = build(&scenario, &Overrides::default()).unwrap_or_else(|p| panic!("{p}"));
    match execute(&prepared, Orders::default(), |_| Go::On).unwrap() {
        Ended::Finished(outcome) => metrics::evaluate(&outcome)
            .into_iter()
            .filter_map(|(metric, value)| Some((metric.key.to_owned(), value?)))
            .collect(),
        Ended::Paused(_) => panic!("nobody paused it"),
    }
}

#[test]
fn regress_summaries_of_golden_runs() {
    let renew = std::env::var("AUTOPOLIS_RENEW_GOLDEN").as_deref() == Ok("1");
    let mut changed = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 4);
    for case in cases {
        let path = case.join("expected.toml");
        let mut expected: Expected = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!expected.reason.is_empty() && expected.metric.len() >= 6);
        let summary = summary(&case);
        for (key, golden) in &mut expected.metric {
            let value = *summary
                .get(key)
                .unwrap_or_else(|| panic!("{}: no metric {key}", path.display()));
            if renew {
                // Six significant digits, far below any tolerance, make a readable diff.
                golden.value = format!("{value:.5e}").parse().unwrap();
            } else if !golden.holds(value) {
                let name = case.file_name().unwrap().display();
                changed.push(format!("{name}: {key} is {value}, was {}", golden.value));
            }
        }
        if renew {
            fs::write(&path, toml::to_string(&expected).unwrap()).unwrap();
        }
    }
    assert!(
        changed.is_empty(),
        "{}\nsee tests/golden/README.md for how to renew",
        changed.join("\n")
    );
}

#[test]
fn a_golden_value_can_be_missed() {
    let golden = Golden {
        value: 200.0,
        tolerance: 0.01,
    };
    assert!(golden.holds(201.9) && !golden.holds(202.1) && !golden.holds(f64::NAN));
    let none = Golden {
        value: 0.0,
        tolerance: 0.05,
    };
    assert!(none.holds(0.04) && !none.holds(0.06));
}
