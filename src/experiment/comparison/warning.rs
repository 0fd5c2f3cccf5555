//! What speaks against a claim: each case in which the data do not carry it, in words.
//!
//! A warning changes no number. `docs/statistics.md` says what to do about each.

use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::pairing::Pairing;
use crate::experiment::comparison::short_name;
use crate::experiment::plan::Split;
use crate::experiment::table::SweepTable;
use serde::Serialize;

/// Fewest pairs from which intervals and tests are near their nominal rates.
pub const FEWEST_PAIRS: usize = 20;

/// What kind of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Fewer than [`FEWEST_PAIRS`].
    FewPairs,
    /// Runs without a partner.
    Unpaired,
    /// Runs that failed.
    Failed,
    /// The same run twice.
    Repeated,
    /// Pairs whose runs were set up differently.
    UnlikeSettings,
    /// Seeds met at several points or scenarios count as several pairs.
    SharedSeeds,
    /// Training runs are there and were left out.
    Training,
    /// A metric has no value in some runs.
    Undefined,
    /// Every difference is zero.
    AllSame,
    /// Mean and median difference disagree in sign.
    HeavyTail,
    /// An end of the BCa interval lies among the outermost few resamples.
    IntervalAtLimits,
    /// The test and the interval disagree.
    Disagreement,
}

/// A warning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// Its kind.
    pub kind: Kind,
    /// In words.
    pub message: String,
}

fn warn(kind: Kind, message: String) -> Warning {
    Warning { kind, message }
}

/// What speaks against all comparisons of a table.
pub(super) fn of_table(table: &SweepTable) -> Vec<Warning> {
    let training = table.rows.iter().filter(|r| r.split == Split::Training);
    let training = training.count();
    if training == 0 {
        return Vec::new();
    }
    let message =
        format!("{training} training runs are left out: a controller may have been tuned on them");
    vec![warn(Kind::Training, message)]
}

/// What speaks against all metrics of a pair of controllers.
pub(super) fn of_pairing(pairing: &Pairing, stratum: &str) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let names = [
        short_name(&pairing.baseline),
        short_name(&pairing.controller),
    ];
    let place = if stratum.is_empty() {
        String::new()
    } else {
        format!("{stratum}: ")
    };
    let mut say = |kind, message: String| warnings.push(warn(kind, format!("{place}{message}")));
    let pairs = pairing.pairs.len();
    if pairs < FEWEST_PAIRS {
        let s = if pairs == 1 { "" } else { "s" };
        say(
            Kind::FewPairs,
            format!(
                "{pairs} pair{s} of {} and {}: under {FEWEST_PAIRS} the intervals are too narrow more often \
                 than they say",
                names[1], names[0]
            ),
        );
    }
    if pairing.failed != [0, 0] {
        let [a, b] = pairing.failed;
        let bias = if a == b {
            "their seeds are not compared"
        } else {
            "what is left of the arm that failed more may be its easier runs, so the comparison leans towards it"
        };
        say(
            Kind::Failed,
            format!(
                "failed runs: {b} of {}, {a} of {}: {bias}",
                names[1], names[0]
            ),
        );
    }
    if pairing.alone != [0, 0] {
        let [a, b] = pairing.alone;
        say(
            Kind::Unpaired,
            format!(
                "runs without a partner, left out: {b} of {}, {a} of {}",
                names[1], names[0]
            ),
        );
    }
    if pairing.repeated != [0, 0] {
        let [a, b] = pairing.repeated;
        say(
            Kind::Repeated,
            format!(
                "runs given more than once, counted once: {b} of {}, {a} of {}",
                names[1], names[0]
            ),
        );
    }
    if pairing.unlike > 0 {
        let setting = pairing.unlike_setting.as_deref().unwrap_or_default();
        say(
            Kind::UnlikeSettings,
            format!(
                "pairs of {} and {} with different settings, left out: {} ({setting})",
                names[1], names[0], pairing.unlike
            ),
        );
    }
    if pairing.seeds < pairs {
        say(
            Kind::SharedSeeds,
            format!(
                "{pairs} pairs of {} and {} over {} scenarios, cities or points share {} seeds: they are not fully \
                 independent, so intervals may be too narrow; keep them apart with --by",
                names[1], names[0], pairing.settings, pairing.seeds
            ),
        );
    }
    warnings
}

/// What speaks against one effect; `at_limits` is the bootstrap's own.
pub(super) fn of_effect(effect: &Effect, undefined: usize, at_limits: bool) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let key = &effect.metric;
    let mut say = |kind, message: String| warnings.push(warn(kind, message));
    if undefined > 0 {
        let message = format!(
            "`{key}` has no value in {undefined} pairs, left out: the others may not be like them"
        );
        say(Kind::Undefined, message);
    }
    if effect.pairs == 0 {
        return warnings;
    }
    if effect.same == effect.pairs {
        let message = format!(
            "`{key}` is the same in every pair: the controllers may not act on it, or be the same"
        );
        say(Kind::AllSame, message);
        return warnings;
    }
    if let (Some(mean), Some(median)) = (effect.difference, effect.median_difference)
        && mean * median < 0.0
    {
        let message = format!(
            "`{key}`: mean and median difference have opposite signs; a few extreme pairs decide the mean"
        );
        say(Kind::HeavyTail, message);
    }
    if at_limits {
        let message = format!(
            "`{key}`: the bootstrap's correction for skew (BCa) ends on its outermost resamples; the interval is \
             uncertain, more pairs are needed"
        );
        say(Kind::IntervalAtLimits, message);
    }
    warnings
}

/// The test finds a difference in ranks and the interval of the mean holds zero, or they point opposite ways.
pub(super) fn disagreement(metric: &str) -> Warning {
    let message = format!(
        "`{metric}`: most pairs differ the same way, but the mean may not; no difference is claimed"
    );
    warn(Kind::Disagreement, message)
}
