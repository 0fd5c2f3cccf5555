//! `[latin_hypercube]`: each range is cut into as many equal parts as there are points, and each part met once
//! (McKay, Beckman and Conover 1979). Parts are paired at random; no distance between points is sought.

use crate::engine::chance::Chance;
use crate::engine::chance::unit;
use crate::experiment::design::place::Place;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::document::flattened;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::is_number;
use crate::scenario::schema_check::is_whole;
use crate::scenario::schema_check::problem_at;
use crate::scenario::schema_check::schema_at;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;
use rand_chacha::rand_core::Rng;

/// A range to draw from.
struct Range {
    low: f64,
    high: f64,
    whole: bool,
}

/// The points of a `[latin_hypercube]` table, drawn from its own seed. `scenario` is the schema of scenarios.
pub fn points(
    table: &Node,
    samples: u32,
    seed: u64,
    scenario: &serde_json::Value,
    problems: &mut Vec<Problem>,
) -> Points {
    let Some(Node {
        value: Value::Table(entries),
        origin,
    }) = table.get("range")
    else {
        return Points::default();
    };
    let before = problems.len();
    let mut factors = Vec::new();
    let mut columns = Vec::new();
    for entry in flattened("", entries.clone()) {
        let Some(range) = read(&entry, scenario, problems) else {
            continue;
        };
        let draws = column(&entry.key, &range, samples, seed);
        columns.push((draws, Place::Text(entry.node.origin)));
        factors.push(Factor {
            path: entry.key,
            place: Place::Text(entry.key_origin),
        });
    }
    if factors.is_empty() && problems.len() == before {
        let help = "name a path and its range, such as \"event.0.value_share\" = [0.5, 1.0]";
        let message = "`latin_hypercube.range` is empty, so nothing is varied";
        problems.push(problem_at(origin, message).help(help));
    }
    if problems.len() > before {
        return Points::default();
    }
    let level = |(draws, place): &(Vec<String>, Place), i: usize| Level {
        text: draws[i].clone(),
        place: place.clone(),
    };
    let rows = (0..samples as usize).map(|i| columns.iter().map(|c| level(c, i)).collect());
    Points {
        factors,
        rows: rows.collect(),
    }
}

/// Reads `[low, high]`.
fn read(entry: &Entry, scenario: &serde_json::Value, problems: &mut Vec<Problem>) -> Option<Range> {
    let mut wrong = |message: String, help: &str| {
        problems.push(problem_at(&entry.node.origin, message).help(help));
        None
    };
    let key = &entry.key;
    let number = |node: &Node| match node.value {
        Value::Integer(v) => Some(v as f64),
        Value::Real(v) if v.is_finite() => Some(v),
        _ => None,
    };
    let ends: Vec<Option<f64>> = match &entry.node.value {
        Value::List(items) => items.iter().map(number).collect(),
        _ => Vec::new(),
    };
    let [Some(low), Some(high)] = ends[..] else {
        let help = "a range is two numbers, the lowest and the highest value, such as [0.5, 1.0]";
        return wrong(format!("`{key}` has no range"), help);
    };
    if low >= high {
        let help = "the first number is the lowest value, the second the highest";
        return wrong(
            format!("the range of `{key}` is empty: {low} is not below {high}"),
            help,
        );
    }
    // An unknown path is complained about with all others.
    let schema = schema_at(key, scenario).ok();
    if schema.is_some_and(|s| !is_number(s)) {
        let help =
            "take a grid or a list for it, or a key in numbers, such as `at_s` instead of `at`";
        return wrong(format!("`{key}` holds no number"), help);
    }
    let whole = schema.is_some_and(is_whole);
    if whole && (low.fract() != 0.0 || high.fract() != 0.0) {
        let help = "give whole numbers; both ends are drawn";
        return wrong(format!("`{key}` holds whole numbers"), help);
    }
    Some(Range { low, high, whole })
}

/// The levels of one factor, in order of points. Its stream hangs on its path alone, so that a factor more or less
/// leaves the others as they are.
fn column(path: &str, range: &Range, samples: u32, seed: u64) -> Vec<String> {
    let mut rng = Chance::new(seed).rng(path, 0, u64::from(samples));
    let mut parts: Vec<u32> = (0..samples).collect();
    // Fisher and Yates; the bias of the remainder is below 2^-40 for a million parts.
    for i in (1..parts.len()).rev() {
        let j = (rng.next_u64() % (i as u64 + 1)) as usize;
        parts.swap(i, j);
    }
    let draw = |part: u32| {
        let share = (f64::from(part) + unit(&mut rng)) / f64::from(samples);
        level(range, share)
    };
    parts.into_iter().map(draw).collect()
}

/// The level at a share of the range, 0 to below 1, as written in TOML.
fn level(range: &Range, share: f64) -> String {
    if range.whole {
        let count = range.high - range.low + 1.0;
        let whole = (range.low + (share * count).floor()).min(range.high);
        return toml::Value::Integer(whole as i64).to_string();
    }
    let value = range.low + share * (range.high - range.low);
    toml::Value::Float(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(levels: &[String]) -> Vec<f64> {
        levels.iter().map(|l| l.parse().unwrap()).collect()
    }

    #[test]
    fn each_part_of_a_range_is_met_once() {
        let range = Range {
            low: -2.0,
            high: 3.0,
            whole: false,
        };
        for samples in [1, 7, 200] {
            let levels = numbers(&column("a.b", &range, samples, 5));
            let part = |x: f64| ((x + 2.0) / 5.0 * f64::from(samples)).floor() as u32;
            let mut parts: Vec<u32> = levels.into_iter().map(part).collect();
            assert!(samples < 7 || !parts.is_sorted(), "not shuffled");
            parts.sort_unstable();
            assert_eq!(parts, (0..samples).collect::<Vec<_>>());
        }
    }

    #[test]
    fn whole_ranges_meet_both_ends_alike() {
        let range = Range {
            low: 1.0,
            high: 3.0,
            whole: true,
        };
        let levels = column("a.b", &range, 9, 5);
        for level in ["1", "2", "3"] {
            assert_eq!(levels.iter().filter(|l| *l == level).count(), 3);
        }
    }

    #[test]
    fn a_drawing_hangs_on_seed_and_path() {
        let range = Range {
            low: 0.0,
            high: 1.0,
            whole: false,
        };
        let base = column("a", &range, 8, 1);
        assert_eq!(base, column("a", &range, 8, 1));
        assert_ne!(base, column("b", &range, 8, 1));
        assert_ne!(base, column("a", &range, 8, 2));
    }
}
