//! The seeds of an experiment's replications: which are evidence and which are training, never one of them twice.

use crate::experiment::format::ExperimentFile;
use crate::experiment::plan::Split;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use std::collections::BTreeMap;

/// TOML's largest whole number, and so a scenario's largest seed.
const LARGEST: u64 = i64::MAX as u64;

/// A replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replication {
    /// Its seed.
    pub seed: u64,
    /// What it is for.
    pub split: Split,
}

/// All replications, those held out first.
pub fn replications(
    document: &Node,
    file: &ExperimentFile,
    problems: &mut Vec<Problem>,
) -> Vec<Replication> {
    let held_out = match &file.seeds {
        Some(seeds) => {
            for key in ["replications", "first_seed"] {
                if let Some(node) = document.get(key) {
                    let message = format!("`seeds` and `{key}` exclude each other");
                    problems.push(problem_at(&node.origin, message));
                }
            }
            seeds.clone()
        }
        None => {
            let place = ["first_seed"];
            let first = file.first_seed.unwrap_or(1);
            counted(
                document,
                &place,
                first,
                file.replications.unwrap_or(1),
                problems,
            )
        }
    };
    let mut known: BTreeMap<u64, usize> = BTreeMap::new();
    for (i, seed) in held_out.iter().enumerate() {
        if known.insert(*seed, i).is_some() {
            let origin = &document.nearest(&["seeds", &i.to_string()]).origin;
            problems.push(problem_at(
                origin,
                format!("the seed {seed} is there twice"),
            ));
        }
    }
    let training = match &file.training {
        Some(training) => {
            let place = ["training", "first_seed"];
            let count = training.replications;
            counted(document, &place, training.first_seed, count, problems)
        }
        None => Vec::new(),
    };
    let shared: Vec<u64> = training
        .iter()
        .copied()
        .filter(|s| known.contains_key(s))
        .collect();
    if let (Some(first), Some(last)) = (shared.first(), shared.last()) {
        let which = if first == last {
            format!("seed {first} is")
        } else {
            format!("{} seeds from {first} to {last} are", shared.len())
        };
        let message = format!("{which} both for training and held out");
        let help =
            "a seed that a controller may have been chosen by is no evidence: keep the two apart";
        let origin = &document.nearest(&["training", "first_seed"]).origin;
        problems.push(problem_at(origin, message).help(help));
    }
    let numbered = |seeds: Vec<u64>, split: Split| {
        let all = seeds.into_iter();
        all.map(move |seed| Replication { seed, split })
    };
    numbered(held_out, Split::HeldOut)
        .chain(numbered(training, Split::Training))
        .collect()
}

/// Seeds in a row.
fn counted(
    document: &Node,
    place: &[&str],
    first: u64,
    count: u32,
    problems: &mut Vec<Problem>,
) -> Vec<u64> {
    if first > LARGEST - u64::from(count) {
        let message = format!("{count} seeds from {first} go beyond the largest, {LARGEST}");
        problems.push(problem_at(&document.nearest(place).origin, message));
        return Vec::new();
    }
    (first..first + u64::from(count)).collect()
}
