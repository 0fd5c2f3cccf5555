//! Keeps evidence apart from what a controller was tuned on: seeds that its file names as seen.
//!
//! A seed counts as seen in every scenario. Draws are a function of the seed, and scenarios that extend one another share
//! their weather; so the same seed in another scenario can be the same heat wave again.

use crate::experiment::design::seeds::Replication;
use crate::experiment::plan::Split;
use crate::scenario::controller_file;
use crate::scenario::problem::Problem;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use std::collections::BTreeSet;

/// Seeds that a controller (a registered name or the absolute path of a file) was tuned on; none if nobody tuned it.
fn seen(controller: &str) -> BTreeSet<u64> {
    // What is wrong with the file is told where it is laid over the scenarios.
    let training = controller_file::training(controller).ok().flatten();
    training.map(|t| t.seeds()).into_iter().flatten().collect()
}

/// Finds the held-out replications whose seeds one of the controllers was tuned on. They are refused, or, if `allowed`,
/// turned into training runs for all controllers, since the runs of a pair belong to one split.
pub fn keep_apart(
    document: &Node,
    controllers: &[String],
    allowed: bool,
    replications: &mut [Replication],
    problems: &mut Vec<Problem>,
) {
    for (i, controller) in controllers.iter().enumerate() {
        let seen = seen(controller);
        let mut met = Vec::new();
        for replication in replications.iter_mut() {
            if replication.split == Split::HeldOut && seen.contains(&replication.seed) {
                met.push(replication.seed);
                if allowed {
                    replication.split = Split::Training;
                }
            }
        }
        if allowed || met.is_empty() {
            continue;
        }
        let shown: Vec<String> = met.iter().take(5).map(u64::to_string).collect();
        let more = if met.len() > shown.len() { ", .." } else { "" };
        let message = format!(
            "the controller was tuned on {} of the held-out seeds: {}{more}",
            met.len(),
            shown.join(", ")
        );
        let help = "take other seeds; with `allow_training_seeds = true` these runs count as training, never as evidence";
        let place = document.nearest(&["controllers", &i.to_string()]);
        problems.push(problem_at(&place.origin, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::tree::Source;
    use crate::scenario::tree::parse;
    use std::sync::Arc;

    #[test]
    fn seeds_that_were_seen_are_refused_or_count_as_training() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tuned.toml");
        let text = "name = 'early'\nbase = 'rules'\n[training]\nautopolis = '0'\nmethod = ''\nscenarios = []\n\
                    search_seeds = [1, 2]\nchoice_seeds = [7]\nbudget = 1\nsearched = []\nchosen = '1'\nobjective = []\n\
                    reference = []\n[training.result]\nsearch_cost_default = 1\nsearch_cost_chosen = 1\n\
                    choice_cost_default = 1\nchoice_cost_chosen = 1\nfailed_runs = 0\n";
        std::fs::write(&path, text).unwrap();
        let controllers = ["none".to_owned(), path.display().to_string()];
        let text = "controllers = ['none', 'tuned.toml']\n";
        let document = parse(Arc::new(Source::unplaced("x", text))).unwrap();
        let held_out = [2, 3, 7].map(|seed| Replication {
            seed,
            split: Split::HeldOut,
        });
        let mut problems = Vec::new();
        let mut refused = held_out;
        keep_apart(&document, &controllers, false, &mut refused, &mut problems);
        assert_eq!(refused, held_out);
        assert!(
            problems[0]
                .to_string()
                .starts_with("x:1:24: the controller was tuned on 2 of the held-out seeds: 2, 7"),
            "{problems:?}"
        );
        let mut allowed = held_out;
        problems.clear();
        keep_apart(&document, &controllers, true, &mut allowed, &mut problems);
        assert_eq!(problems, []);
        let splits = allowed.map(|r| r.split);
        assert_eq!(splits, [Split::Training, Split::HeldOut, Split::Training]);
        assert!(!seen("tuned").is_empty() && seen("rules").is_empty());
    }
}
