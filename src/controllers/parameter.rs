//! What a controller declares about its constants: key, unit, range, meaning, and which must stay below which.
//!
//! It checks values against that and keeps a search within it. It knows no controller and reads no file.

use crate::city::model::parameters::ParameterValue;
use crate::city::model::parameters::Parameters;
use crate::controllers::nearest;

/// A constant that may be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterSpec {
    /// Key.
    pub key: &'static str,
    /// Unit; `1` for a plain number.
    pub unit: &'static str,
    /// Least value of each of its numbers.
    pub low: &'static [f64],
    /// Greatest value of each of its numbers.
    pub high: &'static [f64],
    /// Whether `tune` searches it unless told otherwise: those that move the outcome of a heat wave or a storm.
    pub searched: bool,
    /// What it does.
    pub about: &'static str,
}

/// One number of a constant: key and position.
pub type Term = (&'static str, usize);

/// `lower` + `gap` must not be above `upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// What must be lower.
    pub lower: Term,
    /// What must be higher.
    pub upper: Term,
    /// By how much at least, in their unit.
    pub gap: f64,
    /// Why.
    pub reason: &'static str,
}

/// All that a controller declares.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its constants.
    pub parameters: &'static [ParameterSpec],
    /// Rules between them. A number that is the upper one of a rule is the lower one of earlier rules only.
    pub orders: &'static [Order],
    /// Its own values.
    pub defaults: fn() -> Parameters,
}

/// A controller without constants.
pub const NOTHING_DECLARED: Declaration = Declaration {
    parameters: &[],
    orders: &[],
    defaults: Parameters::new,
};

/// Something wrong with a set constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    /// The key concerned.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// A span for people: `80 to 118`, or one for each number.
#[must_use]
pub fn range_text(spec: &ParameterSpec) -> String {
    let spans: Vec<String> = spec
        .low
        .iter()
        .zip(spec.high)
        .map(|(low, high)| format!("{low} to {high}"))
        .collect();
    spans.join(", ")
}

/// Name of a number in messages.
fn term_text(term: Term, count: usize) -> String {
    if count > 1 {
        format!("`{}.{}`", term.0, term.1)
    } else {
        format!("`{}`", term.0)
    }
}

impl Declaration {
    /// The declaration of a key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&'static ParameterSpec> {
        self.parameters.iter().find(|p| p.key == key)
    }

    /// The defaults with `set` laid over them.
    #[must_use]
    pub fn filled(&self, set: &Parameters) -> Parameters {
        let mut all = (self.defaults)();
        all.extend(set.iter().map(|(k, v)| (k.clone(), v.clone())));
        all
    }

    /// Everything that is wrong with constants: unknown keys, wrong counts, values out of range, rules between them.
    #[must_use]
    pub fn problems(&self, set: &Parameters) -> Vec<ParameterProblem> {
        let mut problems = Vec::new();
        for (key, value) in set {
            match self.find(key) {
                Some(spec) => problems.extend(value_problem(spec, value)),
                None => problems.push(ParameterProblem {
                    key: key.clone(),
                    message: format!("there is no parameter `{key}`"),
                    help: nearest(key, self.parameters.iter().map(|p| p.key))
                        .map(|near| format!("did you mean `{near}`?")),
                }),
            }
        }
        if !problems.is_empty() {
            return problems;
        }
        let all = self.filled(set);
        let number = |term: Term| {
            all.get(term.0)
                .and_then(|v| v.numbers().get(term.1).copied())
        };
        for order in self.orders {
            let (Some(lower), Some(upper)) = (number(order.lower), number(order.upper)) else {
                continue;
            };
            // Sums of decimal fractions miss by a few units in the last place.
            if lower + order.gap <= upper + 1e-9 {
                continue;
            }
            let count = |term: Term| all.get(term.0).map_or(1, |v| v.numbers().len());
            let below = term_text(order.lower, count(order.lower));
            let above = term_text(order.upper, count(order.upper));
            let by = if order.gap > 0.0 {
                format!("at least {} below", order.gap)
            } else {
                "not above".to_owned()
            };
            // The one that was set is the one to look at.
            let key = if set.contains_key(order.lower.0) {
                order.lower.0
            } else {
                order.upper.0
            };
            problems.push(ParameterProblem {
                key: key.to_owned(),
                message: format!("{below} = {lower} must be {by} {above} = {upper}"),
                help: Some(order.reason.to_owned()),
            });
        }
        problems
    }
}

fn value_problem(spec: &ParameterSpec, value: &ParameterValue) -> Option<ParameterProblem> {
    let numbers = value.numbers();
    let problem = |message: String| {
        Some(ParameterProblem {
            key: spec.key.to_owned(),
            message,
            help: Some(spec.about.to_owned()),
        })
    };
    let is_list = matches!(value, ParameterValue::Many(_));
    if numbers.len() != spec.low.len() || is_list != (spec.low.len() > 1) {
        return problem(match spec.low.len() {
            1 => format!("`{}` is one number", spec.key),
            n => format!("`{}` is a list of {n} numbers", spec.key),
        });
    }
    let inside = numbers
        .iter()
        .zip(spec.low.iter().zip(spec.high))
        .all(|(x, (low, high))| (low..=high).contains(&x));
    if inside {
        return None;
    }
    let shown: Vec<String> = numbers.iter().map(f64::to_string).collect();
    problem(format!(
        "`{}` = {} is outside {} {}",
        spec.key,
        shown.join(", "),
        range_text(spec),
        spec.unit
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: &[ParameterSpec] = &[
        ParameterSpec {
            key: "warm_c",
            unit: "C",
            low: &[50.0],
            high: &[100.0],
            searched: true,
            about: "When it is warm.",
        },
        ParameterSpec {
            key: "hot_c",
            unit: "C",
            low: &[60.0],
            high: &[120.0],
            searched: true,
            about: "When it is hot.",
        },
    ];

    fn declaration() -> Declaration {
        Declaration {
            parameters: SPECS,
            orders: &[Order {
                lower: ("warm_c", 0),
                upper: ("hot_c", 0),
                gap: 5.0,
                reason: "warm comes before hot",
            }],
            defaults: || {
                [("warm_c", 80.0), ("hot_c", 90.0)]
                    .map(|(k, v)| (k.to_owned(), ParameterValue::One(v)))
                    .into()
            },
        }
    }

    fn told(pairs: &[(&str, f64)]) -> Vec<String> {
        let set = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), ParameterValue::One(*v)))
            .collect();
        let problems = declaration().problems(&set);
        problems.into_iter().map(|p| p.message).collect()
    }

    #[test]
    fn every_kind_of_fault_is_told() {
        assert_eq!(told(&[("warm_c", 85.0)]), Vec::<String>::new());
        assert_eq!(
            told(&[("warm_c", 85.5)]),
            ["`warm_c` = 85.5 must be at least 5 below `hot_c` = 90"]
        );
        assert_eq!(
            told(&[("hot_c", 130.0)]),
            ["`hot_c` = 130 is outside 60 to 120 C"]
        );
        assert_eq!(told(&[("hot_f", 99.0)]), ["there is no parameter `hot_f`"]);
        assert_eq!(told(&[("hot_c", f64::NAN)]).len(), 1);
        let list = [("hot_c".to_owned(), ParameterValue::Many(vec![90.0]))].into();
        assert_eq!(
            declaration().problems(&list)[0].message,
            "`hot_c` is one number"
        );
    }
}
