//! The controllers: one policy per file, all behind `engine::control::Controller`, listed once in [`CONTROLLERS`].
//!
//! They know points and the static city; none of them sees the truth, the future or another controller. What they
//! declare about their constants may be read by whoever writes or checks a scenario.

pub mod none;
pub mod parameter;
pub mod rules;

use crate::city::model::city::City;
use crate::city::model::parameters::Parameters;
use crate::city::model::run::RunPlan;
use crate::controllers::none::Nothing;
use crate::controllers::parameter::Declaration;
use crate::controllers::parameter::NOTHING_DECLARED;
use crate::controllers::rules::Rules;
use crate::controllers::rules::parameters as rules_parameters;
use crate::engine::control::Controller;
use crate::engine::points::PointTable;
use thiserror::Error;

/// How a controller is made for one world: the city, its points, the spacing of decisions in seconds, its constants.
/// The error says which constant does not fit.
type Make = fn(&City, &PointTable, u32, &Parameters) -> Result<Box<dyn Controller>, String>;

/// A row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name on the command line.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    /// Its constants.
    pub declared: Declaration,
    make: Make,
}

/// A controller file that is part of the program: a registered controller with other constants.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInFile {
    /// Name on the command line, and in the file.
    pub name: &'static str,
    /// One sentence for people.
    pub summary: &'static str,
    /// The file's text.
    pub text: &'static str,
}

/// All controllers that are code, in order of sophistication.
pub const CONTROLLERS: &[Entry] = &[
    Entry {
        name: "none",
        summary: "Nobody in the control room: protection, the day-ahead schedule and the crews only.",
        declared: NOTHING_DECLARED,
        make: |_, _, _, _| Ok(Box::new(Nothing)),
    },
    Entry {
        name: "rules",
        summary: "A competent control room: dispatch, switching, rotating shedding, restoration, battery, voltage.",
        declared: rules_parameters::DECLARED,
        make: |city, table, _, set| {
            Ok(Box::new(Rules::new(
                city,
                table,
                rules_parameters::config(set)?,
            )))
        },
    },
];

/// All controllers that are files in the program.
pub const FILES: &[BuiltInFile] = &[BuiltInFile {
    name: "tuned",
    summary: "`rules` with parameters found by `tune` on training seeds; these are set, all others as in `rules`.",
    text: include_str!("../../assets/controllers/tuned.toml"),
}];

/// Why there is no controller.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ControllerError {
    /// A name that no controller has.
    #[error(transparent)]
    Unknown(#[from] UnknownController),
    /// Constants that the controller does not take.
    #[error("the controller '{name}' cannot be set up: {problem}")]
    Parameters {
        /// The controller.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

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
            let all: Vec<&str> = names().collect();
            format!(": known are {}", all.join(", "))
        }
    }
}

/// Names of all controllers in the program, code first.
pub fn names() -> impl Iterator<Item = &'static str> {
    let files = FILES.iter().map(|f| f.name);
    CONTROLLERS.iter().map(|c| c.name).chain(files)
}

/// The controller of a name, if it is one that is code.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    CONTROLLERS.iter().find(|c| c.name == name)
}

/// Makes the controller of a run for its world, whose points are in `table`.
///
/// # Errors
/// [`ControllerError`] if nobody has the name of the plan's base, or it does not take the plan's constants.
pub fn build(plan: &RunPlan, table: &PointTable) -> Result<Box<dyn Controller>, ControllerError> {
    let name = &plan.controller_base;
    let entry = find(name).ok_or_else(|| unknown(name))?;
    let set = &plan.controller_parameters;
    let refused = |problem: String| ControllerError::Parameters {
        name: name.clone(),
        problem,
    };
    if let Some(first) = entry.declared.problems(set).into_iter().next() {
        return Err(refused(first.message));
    }
    (entry.make)(&plan.city, table, plan.control_interval_s, set).map_err(refused)
}

/// Checks the name of a controller in the program without building anything.
///
/// # Errors
/// [`UnknownController`] with the nearest name.
pub fn check_name(name: &str) -> Result<(), UnknownController> {
    if names().any(|known| known == name) {
        Ok(())
    } else {
        Err(unknown(name))
    }
}

fn unknown(name: &str) -> UnknownController {
    UnknownController {
        name: name.to_owned(),
        suggestion: nearest(name, names()),
    }
}

/// The known name nearest to a wrong one, if one is near.
fn nearest(wrong: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    /// Jaro-Winkler similarity from which a name counts as a misspelling; the usual threshold of command-line tools.
    const NEAR: f64 = 0.75;
    known
        .map(|name| (name, strsim::jaro_winkler(name, wrong)))
        .filter(|(_, score)| *score >= NEAR)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
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
        assert!(far.to_string().contains("known are none, rules, tuned"));
    }
}
