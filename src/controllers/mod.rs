//! The controllers: one policy per file, all behind `engine::control::Controller`, listed once in [`CONTROLLERS`].
//!
//! They know points and the static city; none of them sees the truth, the future or another controller.

pub mod none;
pub mod rules;

use crate::city::model::city::City;
use crate::controllers::none::Nothing;
use crate::controllers::rules::Rules;
use crate::controllers::rules::config::RulesConfig;
use crate::engine::control::Controller;
use crate::engine::points::PointTable;
use thiserror::Error;

/// How a controller is made for one world: the city, its points, and the spacing of decisions in seconds.
type Make = fn(&City, &PointTable, u32) -> Box<dyn Controller>;

/// A row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name on the command line.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    make: Make,
}

/// All controllers, in order of sophistication.
pub const CONTROLLERS: &[Entry] = &[
    Entry {
        name: "none",
        summary: "Nobody in the control room: protection, the day-ahead schedule and the crews only.",
        make: |_, _, _| Box::new(Nothing),
    },
    Entry {
        name: "rules",
        summary: "A competent control room: dispatch, switching, rotating shedding, restoration, battery, voltage.",
        make: |city, table, _| Box::new(Rules::new(city, table, RulesConfig::default())),
    },
];

/// A name that no controller has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown controller '{name}'{}", hint(.suggestion))]
pub struct UnknownController {
    /// The name asked for.
    pub name: String,
    /// The nearest known name, if one is near.
    pub suggestion: Option<&'static str>,
}

fn hint(suggestion: &Option<&'static str>) -> String {
    match suggestion {
        Some(near) => format!(": did you mean '{near}'?"),
        None => {
            let all: Vec<&str> = CONTROLLERS.iter().map(|c| c.name).collect();
            format!(": known are {}", all.join(", "))
        }
    }
}

/// Makes the controller of a name for one world, deciding every `interval_s` seconds.
///
/// # Errors
/// [`UnknownController`] with the nearest name.
pub fn build(
    name: &str,
    city: &City,
    table: &PointTable,
    interval_s: u32,
) -> Result<Box<dyn Controller>, UnknownController> {
    CONTROLLERS
        .iter()
        .find(|c| c.name == name)
        .map(|c| (c.make)(city, table, interval_s))
        .ok_or_else(|| unknown(name))
}

/// Checks a name without building anything.
///
/// # Errors
/// [`UnknownController`] with the nearest name.
pub fn check_name(name: &str) -> Result<(), UnknownController> {
    if CONTROLLERS.iter().any(|c| c.name == name) {
        Ok(())
    } else {
        Err(unknown(name))
    }
}

fn unknown(name: &str) -> UnknownController {
    /// Jaro-Winkler similarity from which a name counts as a misspelling; the usual threshold of command-line tools.
    const NEAR: f64 = 0.75;
    let suggestion = CONTROLLERS
        .iter()
        .map(|c| (c.name, strsim::jaro_winkler(c.name, name)))
        .filter(|(_, score)| *score >= NEAR)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(known, _)| known);
    UnknownController {
        name: name.to_owned(),
        suggestion,
    }
}

#[cfg(test)]
mod tests {
    use crate::controllers::check_name;

    #[test]
    fn a_misspelt_name_meets_its_nearest() {
        assert!(check_name("rules").is_ok());
        let error = check_name("rulse").unwrap_err();
        assert_eq!(error.suggestion, Some("rules"));
        assert!(error.to_string().contains("did you mean 'rules'"));
        let far = check_name("quux").unwrap_err();
        assert!(far.to_string().contains("known are none, rules"));
    }
}
