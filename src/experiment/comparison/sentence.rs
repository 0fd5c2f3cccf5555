//! An effect in a sentence that someone can read who knows no statistics.
//!
//! It claims a difference only where [`Finding`] does; otherwise it says what would have been seen.

use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::effect::Finding;
use crate::experiment::comparison::short_name;
use crate::results::metrics;

/// Longest name of a metric that fits a sentence.
const LONGEST_NAME: usize = 64;

/// The sentence.
pub(super) fn of(effect: &Effect, confidence: f64) -> String {
    let controller = short_name(&effect.controller);
    let baseline = short_name(&effect.baseline);
    let name = metric_name(&effect.metric);
    let unit = unit(&effect.unit);
    let sentence = match (effect.finding, effect.difference, effect.interval) {
        (finding @ (Finding::Lower | Finding::Higher), Some(mean), Some(ends)) => {
            let verb = match (finding, effect.better) {
                (Finding::Lower, "lower") => "cuts",
                (Finding::Lower, _) => "lowers",
                _ => "raises",
            };
            let mut ends = ends.map(|x| if mean < 0.0 { -x } else { x });
            ends.sort_by(f64::total_cmp);
            let relative = match effect.relative {
                Some(share) if share.abs() < 10.0 => {
                    format!(" ({} %)", figure(100.0 * share.abs()))
                }
                _ => String::new(),
            };
            format!(
                "{controller} {verb} {name} by {}{unit} a run{relative} against {baseline} ({:.0} % interval {} to {}; \
                 {}).",
                figure(mean.abs()),
                100.0 * confidence,
                figure(ends[0]),
                figure(ends[1]),
                shares(effect)
            )
        }
        (Finding::AllSame, ..) => format!(
            "{controller} and {baseline} have the same {name} in every one of {} pairs.",
            effect.pairs
        ),
        (Finding::NoDifference, Some(mean), Some([low, high])) => {
            // The approximation is that of the mean; where it says that this very mean would have been seen, it does
            // not hold for the ranks that were tested.
            let believable = effect.detectable.filter(|x| *x > mean.abs());
            let seen = believable.map_or_else(String::new, |x| {
                format!(
                    "; one of {}{unit} or more would have been seen with 80 % power",
                    figure(x)
                )
            });
            format!(
                "no difference found between {controller} and {baseline} in {name}: {}{unit} a run ({:.0} % interval \
                 {} to {}; {} pairs{seen}).",
                signed(mean),
                100.0 * confidence,
                signed(low),
                signed(high),
                effect.pairs
            )
        }
        (_, mean, _) => {
            let met = mean.map_or_else(String::new, |mean| {
                format!("; they differ by {}{unit} on average", signed(mean))
            });
            let differing = effect.lower + effect.higher;
            if effect.same > 0 && differing > 0 {
                format!(
                    "too few pairs of {controller} and {baseline} differ in {name} for a statement: {differing} of {}{met}.",
                    effect.pairs
                )
            } else {
                format!(
                    "too few pairs of {controller} and {baseline} for a statement on {name}: {}{met}.",
                    effect.pairs
                )
            }
        }
    };
    if effect.stratum.is_empty() {
        sentence
    } else {
        format!("{}: {sentence}", effect.stratum)
    }
}

/// In how many pairs the controller did better (or lower, where no direction is better).
fn shares(effect: &Effect) -> String {
    let pairs = effect.pairs;
    let (word, count) = match (effect.better_and_worse(), effect.finding) {
        (Some([better, worse]), _) if better >= worse => ("better", better),
        (Some([_, worse]), _) => ("worse", worse),
        (None, Finding::Lower) => ("lower", effect.lower),
        (None, _) => ("higher", effect.higher),
    };
    if count == pairs {
        format!("{pairs} pairs, every pair {word}")
    } else {
        format!("{pairs} pairs, {count} of them {word}")
    }
}

/// What a metric is called in a sentence: the head of its definition if that is short, else its key.
#[must_use]
pub fn metric_name(key: &str) -> String {
    let Some(metric) = metrics::find(key) else {
        return key.to_owned();
    };
    let head = metric.definition.split(": ").next().unwrap_or_default();
    let head = head.trim_end_matches('.');
    let plain = match (head.find(" ("), head.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &head[..open], &head[close + 1..])
        }
        _ => head.to_owned(),
    };
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) if plain.len() <= LONGEST_NAME && !plain.contains([',', ';', '(']) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => key.to_owned(),
    }
}

/// A unit after a number: nothing for a plain number.
fn unit(unit: &str) -> String {
    match unit {
        "" | "1" => String::new(),
        unit => format!(" {unit}"),
    }
}

/// A number for people: three significant digits, whole from 100 on.
#[must_use]
pub fn figure(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    let digits = match size {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.9995 => 2,
        s if s >= 0.1 => 3,
        s if s >= 0.001 => 4,
        _ => return format!("{x:.2e}"),
    };
    format!("{x:.digits$}")
}

/// As [`figure`], with its sign.
#[must_use]
pub fn signed(x: f64) -> String {
    if x > 0.0 {
        format!("+{}", figure(x))
    } else {
        figure(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits() {
        assert_eq!(figure(820.4), "820");
        assert_eq!(figure(-12.345), "-12.3");
        assert_eq!(figure(1.0), "1.00");
        assert_eq!(figure(0.02), "0.0200");
        assert_eq!(figure(0.0), "0");
        assert_eq!(figure(1.5e-7), "1.50e-7");
        assert_eq!(signed(3.0), "+3.00");
    }

    #[test]
    fn metrics_are_called_by_what_they_are() {
        assert_eq!(metric_name("ens_mwh"), "energy not supplied");
        assert_eq!(
            metric_name("saidi_min"),
            "system average interruption duration"
        );
        // Too long for a sentence, and unknown.
        assert_eq!(metric_name("n1_violation_h"), "n1_violation_h");
        assert_eq!(metric_name("own_metric"), "own_metric");
    }
}
