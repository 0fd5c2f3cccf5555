//! The space that is searched: coordinates on the whole line to constants of a controller, always allowed ones.
//!
//! Each number of each searched constant is a coordinate: mapped into its range by `unit_box`, rounded to what a person
//! would write, then pulled below what it must stay below. It evaluates nothing.

use crate::city::model::parameters::Parameters;
use crate::controllers::parameter::Declaration;
use crate::controllers::parameter::Term;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::optimise::unit_box::from_unit;
use crate::solvers::optimise::unit_box::into_unit;

/// One coordinate.
#[derive(Clone, Debug, PartialEq)]
struct Dimension {
    term: Term,
    low: f64,
    high: f64,
}

/// The searched constants of a controller.
#[derive(Clone, Debug)]
pub struct Space {
    declared: Declaration,
    defaults: Parameters,
    keys: Vec<&'static str>,
    dimensions: Vec<Dimension>,
}

impl Space {
    /// The space of some constants; of those that the controller declares for it if none is named.
    ///
    /// # Errors
    /// Unknown keys, keys named twice.
    pub fn new(declared: Declaration, named: &[String]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut keys: Vec<&'static str> = Vec::new();
        for name in named {
            match declared.find(name) {
                Some(spec) if keys.contains(&spec.key) => {
                    problems.push(Problem::new(
                        "--parameters",
                        format!("`{name}` is named twice"),
                    ));
                }
                Some(spec) => keys.push(spec.key),
                None => {
                    let help =
                        did_you_mean_or_known(name, declared.parameters.iter().map(|p| p.key));
                    let message = format!("there is no parameter `{name}`");
                    problems.push(Problem::new("--parameters", message).maybe_help(help));
                }
            }
        }
        if named.is_empty() {
            let searched = declared.parameters.iter().filter(|p| p.searched);
            keys = searched.map(|p| p.key).collect();
        }
        let defaults = (declared.defaults)();
        let dimensions = dimensions(&declared, &defaults, &keys);
        problems.unless(Self {
            declared,
            defaults,
            keys,
            dimensions,
        })
    }

    /// Keys that are searched.
    #[must_use]
    pub fn keys(&self) -> &[&'static str] {
        &self.keys
    }

    /// The coordinates of the defaults.
    #[must_use]
    pub fn start(&self) -> Vec<f64> {
        let unit = |d: &Dimension| {
            let span = d.high - d.low;
            let value = number(&self.defaults, d.term);
            if span > 0.0 {
                from_unit((value - d.low) / span)
            } else {
                0.0
            }
        };
        self.dimensions.iter().map(unit).collect()
    }

    /// The constants at a point: the searched ones alone, allowed whatever the point is.
    #[must_use]
    pub fn parameters(&self, point: &[f64]) -> Parameters {
        let mut all = self.defaults.clone();
        for (d, x) in self.dimensions.iter().zip(point) {
            let value = rounded(d.low + (d.high - d.low) * into_unit(*x)).clamp(d.low, d.high);
            set(&mut all, d.term, value);
        }
        // From the top down: no number that has pushed another is moved afterwards (`Declaration::orders`).
        for order in self.declared.orders {
            let most = number(&all, order.upper) - order.gap;
            if number(&all, order.lower) > most {
                set(&mut all, order.lower, rounded(most).min(most));
            }
        }
        all.retain(|key, _| self.keys.contains(&key.as_str()));
        all
    }
}

/// The searched numbers with the part of their range that the numbers which are not searched leave.
fn dimensions(declared: &Declaration, defaults: &Parameters, keys: &[&str]) -> Vec<Dimension> {
    let mut all = Vec::new();
    for spec in declared.parameters {
        for (index, (low, high)) in spec.low.iter().zip(spec.high).enumerate() {
            let term = (spec.key, index);
            let fixed = number(defaults, term);
            let searched = keys.contains(&spec.key);
            let (low, high) = if searched {
                (*low, *high)
            } else {
                (fixed, fixed)
            };
            all.push(Dimension { term, low, high });
        }
    }
    let find = |all: &[Dimension], term: Term| all.iter().position(|d| d.term == term);
    // A bound travels one rule a round, so that as many rounds as rules are enough.
    for _ in declared.orders {
        for order in declared.orders {
            let (Some(lower), Some(upper)) = (find(&all, order.lower), find(&all, order.upper))
            else {
                continue;
            };
            all[upper].low = all[upper].low.max(all[lower].low + order.gap);
            all[lower].high = all[lower].high.min(all[upper].high - order.gap);
        }
    }
    all.retain(|d| keys.contains(&d.term.0));
    all
}

fn number(parameters: &Parameters, term: Term) -> f64 {
    let value = parameters.get(term.0);
    let found = value.and_then(|v| v.numbers().get(term.1).copied());
    found.unwrap_or_default()
}

fn set(parameters: &mut Parameters, term: Term, value: f64) {
    if let Some(old) = parameters.get_mut(term.0) {
        *old = old.with(term.1, value);
    }
}

/// To four digits: more would claim what no run can tell, and could not be read.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::rules::parameters::DECLARED;
    use crate::engine::chance::Chance;

    fn space(keys: &[&str]) -> Space {
        let named: Vec<String> = keys.iter().map(|k| (*k).to_owned()).collect();
        Space::new(DECLARED, &named).unwrap()
    }

    #[test]
    fn the_defaults_are_where_it_starts() {
        let space = space(&[]);
        let found = space.parameters(&space.start());
        assert_eq!(found.len(), space.keys().len());
        assert!(space.keys().len() >= 5);
        for (key, value) in &found {
            assert_eq!(value, &space.defaults[key], "{key}");
        }
    }

    /// Whatever the point and whichever keys are searched.
    #[test]
    fn every_point_is_allowed() {
        let every: Vec<&str> = DECLARED.parameters.iter().map(|p| p.key).collect();
        let chance = Chance::new(1);
        for (s, keys) in [
            &every[..],
            &[],
            &["shed_hot_spot_c"],
            &["transfer_hot_spot_c"],
            &["restore_hot_spot_c", "shed_hot_spot_c"],
            &["v_set_pu", "line_use"],
        ]
        .into_iter()
        .enumerate()
        {
            let space = space(keys);
            for k in 0..300 {
                let point: Vec<f64> = (0..space.dimensions.len())
                    .map(|i| 0.5 + 1.5 * chance.normal("points", s as u64, k * 100 + i as u64))
                    .collect();
                let found = space.parameters(&point);
                assert_eq!(DECLARED.problems(&found), Vec::new(), "{keys:?} {point:?}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_told_with_what_was_meant() {
        let told = Space::new(DECLARED, &["shed_hotspot_c".to_owned()]).unwrap_err();
        assert!(
            told.to_string().contains("did you mean `shed_hot_spot_c`?"),
            "{told}"
        );
    }
}
