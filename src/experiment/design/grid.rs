//! `[factors]`: every combination of the levels, the first factor slowest.

use crate::experiment::design::MOST_RUNS;
use crate::experiment::design::place::Place;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::document::flattened;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;

/// The points of a `[factors]` table.
pub fn points(table: &Node, problems: &mut Vec<Problem>) -> Points {
    let Value::Table(entries) = &table.value else {
        return Points::default();
    };
    let before = problems.len();
    let mut factors = Vec::new();
    let mut levels: Vec<Vec<Level>> = Vec::new();
    for entry in flattened("", entries.clone()) {
        let Value::List(items) = &entry.node.value else {
            let help = format!("write `\"{}\" = [..]`, a list of levels", entry.key);
            let message = format!("the levels of `{}` are no list", entry.key);
            problems.push(problem_at(&entry.node.origin, message).help(help));
            continue;
        };
        let these: Vec<Level> = items.iter().map(Level::of).collect();
        if these.is_empty() {
            let message = format!("`{}` has no levels, so the grid has no points", entry.key);
            problems.push(problem_at(&entry.node.origin, message));
        }
        for (i, level) in these.iter().enumerate() {
            if these[..i].iter().any(|l| l.text == level.text) {
                let message = format!("the level {} of `{}` is there twice", level.text, entry.key);
                problems.push(level.place.problem(message));
            }
        }
        levels.push(these);
        factors.push(Factor {
            path: entry.key,
            place: Place::Text(entry.key_origin),
        });
    }
    if factors.is_empty() && problems.len() == before {
        let help = "name a path and its levels, such as \"event.0.value_share\" = [0.6, 0.8]";
        let message = "`factors` is empty, so the grid has no points";
        problems.push(problem_at(&table.origin, message).help(help));
    }
    if problems.len() > before {
        return Points::default();
    }
    let count: u128 = levels.iter().map(|l| l.len() as u128).product();
    if count > MOST_RUNS as u128 {
        let message = format!("the grid has {count} points, more than {MOST_RUNS}");
        problems.push(problem_at(&table.origin, message));
        return Points::default();
    }
    let mut rows: Vec<Vec<Level>> = vec![Vec::new()];
    for these in &levels {
        let with = |row: &Vec<Level>, level: &Level| {
            [row.as_slice(), std::slice::from_ref(level)].concat()
        };
        let longer = rows
            .iter()
            .flat_map(|row| these.iter().map(move |l| with(row, l)));
        rows = longer.collect();
    }
    Points { factors, rows }
}
