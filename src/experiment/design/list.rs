//! `[[point]]`: the points one by one, all with the same factors.

use crate::experiment::design::place::Place;
use crate::experiment::design::points::Factor;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::document::flattened;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Entry;
use crate::scenario::tree::Node;
use crate::scenario::tree::Value;

/// The points of `[[point]]` tables; the first one gives the order of the factors.
pub fn points(list: &Node, problems: &mut Vec<Problem>) -> Points {
    let Value::List(items) = &list.value else {
        return Points::default();
    };
    let before = problems.len();
    let tables: Vec<Vec<Entry>> = items
        .iter()
        .map(|item| match &item.value {
            Value::Table(entries) => flattened("", entries.clone()),
            _ => Vec::new(),
        })
        .collect();
    let mut factors: Vec<Factor> = Vec::new();
    for entry in tables.iter().flatten() {
        if factors.iter().all(|f| f.path != entry.key) {
            factors.push(Factor {
                path: entry.key.clone(),
                place: Place::Text(entry.key_origin.clone()),
            });
        }
    }
    let mut rows = Vec::new();
    for ((i, item), entries) in items.iter().enumerate().zip(&tables) {
        let mut row = Vec::new();
        for factor in &factors {
            match entries.iter().find(|e| e.key == factor.path) {
                Some(entry) => row.push(Level::of(&entry.node)),
                None => {
                    let message = format!("point {i} has no `{}`, but others have", factor.path);
                    let help = "every point names the same paths";
                    problems.push(problem_at(&item.origin, message).help(help));
                }
            }
        }
        rows.push(row);
    }
    if factors.is_empty() && problems.len() == before {
        problems.push(problem_at(&list.origin, "no `point` names a path"));
    }
    if problems.len() > before {
        return Points::default();
    }
    Points { factors, rows }
}
