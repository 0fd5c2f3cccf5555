//! Rules that span several keys of a scenario, and what its words mean: times, hazards, values, weather figures.
//!
//! Keys, types and single ranges have been checked before (`schema_check`); the city is not looked at here.

use crate::city::hazards;
use crate::city::hazards::spec::HazardSpec;
use crate::city::model::city::Site;
use crate::controllers;
use crate::scenario::controller_file::is_plain;
use crate::scenario::duration;
use crate::scenario::format::EventFile;
use crate::scenario::format::ScenarioFile;
use crate::scenario::problem::Problem;
use crate::scenario::problem::did_you_mean_or_known;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::weather::recipe;
use jiff::civil::DateTime;

/// An event whose words have been read, but whose targets have not been looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadEvent {
    /// Position in the document.
    pub index: usize,
    /// The hazard.
    pub hazard: &'static HazardSpec,
    /// Seconds after the start.
    pub at_s: u64,
    /// How long it lasts, seconds.
    pub for_s: Option<u64>,
}

/// A scenario whose words have been read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadScenario {
    /// Start.
    pub start: DateTime,
    /// Length, seconds.
    pub horizon_s: u64,
    /// Events, in the document's order.
    pub events: Vec<ReadEvent>,
}

/// Reads and checks.
///
/// # Errors
/// Everything that is wrong.
pub fn validate(document: &Node, file: &ScenarioFile) -> Result<ReadScenario, Vec<Problem>> {
    let mut checker = Checker {
        document,
        problems: Vec::new(),
    };
    let start = checker.start(file);
    let horizon_s = checker.horizon(file);
    checker.name(file);
    checker.controller(file);
    checker.weather(file);
    let events: Vec<ReadEvent> = file
        .event
        .iter()
        .enumerate()
        .filter_map(|(index, event)| checker.event(index, event, horizon_s))
        .collect();
    match start {
        Some(start) if checker.problems.is_empty() => Ok(ReadScenario {
            start,
            horizon_s,
            events,
        }),
        _ => Err(checker.problems),
    }
}

struct Checker<'a> {
    document: &'a Node,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn wrong(&mut self, path: &[&str], message: String, help: Option<String>) {
        let problem = problem_at(&self.document.nearest(path).origin, message);
        self.problems.push(problem.maybe_help(help));
    }

    fn name(&mut self, file: &ScenarioFile) {
        self.plain("name", &file.name);
    }

    fn plain(&mut self, key: &str, name: &str) {
        if !is_plain(name) {
            let message = format!("`{name}` cannot name a folder everywhere");
            self.wrong(&[key], message, Some("use a-z, 0-9, - and _".to_owned()));
        }
    }

    fn controller(&mut self, file: &ScenarioFile) {
        self.plain("controller", &file.controller);
        let key = match &file.controller_base {
            Some(_) => "controller_base",
            None => "controller",
        };
        let name = file.controller_base.as_ref().unwrap_or(&file.controller);
        let Some(entry) = controllers::find(name) else {
            let help = did_you_mean_or_known(name, controllers::CONTROLLERS.iter().map(|c| c.name));
            self.wrong(&[key], format!("there is no controller `{name}`"), help);
            return;
        };
        if file.controller_base.is_some() && controllers::find(&file.controller).is_some() {
            let message = format!("`{}` is a controller by itself", file.controller);
            let help = "leave `controller_base` out, or give the controller another name";
            self.wrong(&[key], message, Some(help.to_owned()));
        }
        if entry.declared.parameters.is_empty() && !file.controller_parameters.is_empty() {
            let message = format!("the controller `{}` takes no parameters", file.controller);
            self.wrong(&["controller_parameters"], message, None);
            return;
        }
        for problem in entry.declared.problems(&file.controller_parameters) {
            let path = ["controller_parameters", problem.key.as_str()];
            self.wrong(&path, problem.message, problem.help);
        }
    }

    fn start(&mut self, file: &ScenarioFile) -> Option<DateTime> {
        let given = &file.start;
        let wrong =
            "a start is a local date and time without an offset, such as 2027-07-12T00:00:00";
        let (Some(date), Some(time), None) = (given.date, given.time, given.offset) else {
            self.wrong(
                &["start"],
                format!("`start` is {given}"),
                Some(wrong.to_owned()),
            );
            return None;
        };
        let fields = (
            i16::try_from(date.year),
            i8::try_from(date.month),
            i8::try_from(date.day),
            i8::try_from(time.hour),
            i8::try_from(time.minute),
            i8::try_from(time.second.unwrap_or(0)),
        );
        let civil = match fields {
            (Ok(y), Ok(mo), Ok(d), Ok(h), Ok(mi), Ok(s)) => {
                DateTime::new(y, mo, d, h, mi, s, 0).ok()
            }
            _ => None,
        };
        if civil.is_none() {
            self.wrong(
                &["start"],
                format!("there is no {given}"),
                Some(wrong.to_owned()),
            );
        }
        civil
    }

    fn horizon(&mut self, file: &ScenarioFile) -> u64 {
        let seconds = file.hours * 3600.0;
        let step = u64::from(file.step_s);
        let whole = seconds.round() as u64;
        if !whole.is_multiple_of(step) || whole == 0 || (seconds - whole as f64).abs() > 1e-6 {
            let message =
                format!("`hours` is {seconds} s, which is no multiple of `step_s` = {step}");
            self.wrong(&["hours"], message, None);
        }
        for (key, interval) in [
            ("control_interval_s", file.control_interval_s),
            ("record_interval_s", file.record_interval_s),
        ] {
            if !interval.is_multiple_of(file.step_s) {
                let message = format!("`{key}` = {interval} is no multiple of `step_s` = {step}");
                self.wrong(&[key], message, None);
            }
        }
        whole
    }

    fn weather(&mut self, file: &ScenarioFile) {
        if file.weather.epw.is_some() && file.weather.lake_breeze.is_some() {
            let help =
                "a weather file already contains its breezes: leave `lake_breeze` out".to_owned();
            self.wrong(
                &["weather", "lake_breeze"],
                "`epw` and `lake_breeze` exclude each other".to_owned(),
                Some(help),
            );
        }
        // Any place will do: only the figures of the scenario are judged.
        let nowhere = Site {
            latitude_deg: 0.0,
            longitude_deg: 0.0,
            elevation_m: 0.0,
            utc_offset_h: 0.0,
        };
        for problem in recipe(&file.weather, &nowhere).problems() {
            let dotted = problem.field.replace('[', ".").replace(']', "");
            let event = dotted.starts_with("heat_dome")
                || dotted.starts_with("storm")
                || dotted.starts_with("lake_breeze");
            let path = if event {
                format!("weather.{dotted}")
            } else {
                format!("weather.climate.{dotted}")
            };
            let steps: Vec<&str> = path.split('.').collect();
            self.wrong(&steps, format!("`{path}`: {}", problem.message), None);
        }
    }

    /// Whether the horizon was cut from outside while the event is the scenario's own: then it is left out, not wrong.
    fn cut_short(&self, place: &str) -> bool {
        let outside = |path: &[&str]| self.document.nearest(path).origin.source.name == "--set";
        outside(&["hours"]) && !outside(&["event", place])
    }

    fn event(&mut self, index: usize, event: &EventFile, horizon_s: u64) -> Option<ReadEvent> {
        let before = self.problems.len();
        let place = index.to_string();
        let at_key = |key| ["event", place.as_str(), key];
        let Some(hazard) = hazards::find(&event.hazard) else {
            let help = did_you_mean_or_known(&event.hazard, hazards::SPECS.iter().map(|s| s.name));
            self.wrong(
                &at_key("hazard"),
                format!("there is no hazard `{}`", event.hazard),
                help,
            );
            return None;
        };
        let at_s = self.time(&place, ("at", event.at.as_deref()), ("at_s", event.at_s));
        let for_s = self.time(
            &place,
            ("for", event.lasts.as_deref()),
            ("for_s", event.for_s),
        );
        if event.at.is_none() && event.at_s.is_none() {
            self.wrong(
                &["event", &place],
                "an event needs `at` or `at_s`".to_owned(),
                Some("for example at = \"36h\"".to_owned()),
            );
        }
        if at_s.is_some_and(|t| t >= horizon_s) && !self.cut_short(&place) {
            let key = if event.at.is_some() { "at" } else { "at_s" };
            self.wrong(
                &at_key(key),
                format!(
                    "the run ends at {} h, before this event",
                    horizon_s as f64 / 3600.0
                ),
                None,
            );
        }
        if for_s.is_some() && !hazard.lasting {
            let key = if event.lasts.is_some() {
                "for"
            } else {
                "for_s"
            };
            let help = Some("leave it out: crews or the control room end it".to_owned());
            self.wrong(
                &at_key(key),
                format!("`{}` does not end by itself", hazard.name),
                help,
            );
        }
        if for_s == Some(0) {
            self.wrong(
                &at_key("for"),
                "an event that lasts no time does nothing".to_owned(),
                None,
            );
        }
        if event.target.names().is_empty() {
            self.wrong(
                &at_key("target"),
                "an event needs a target".to_owned(),
                None,
            );
        }
        self.value(&place, event, hazard);
        if self.problems.len() > before {
            return None;
        }
        Some(ReadEvent {
            index,
            hazard,
            at_s: at_s?,
            for_s,
        })
    }

    /// A time given in words or in seconds, not both.
    fn time(
        &mut self,
        place: &str,
        words: (&str, Option<&str>),
        seconds: (&str, Option<u64>),
    ) -> Option<u64> {
        match (words.1, seconds.1) {
            (Some(_), Some(_)) => {
                let message = format!("give `{}` or `{}`, not both", words.0, seconds.0);
                self.wrong(&["event", place, seconds.0], message, None);
                None
            }
            (Some(text), None) => match duration::parse(text) {
                Ok(value) => Some(value),
                Err(message) => {
                    self.wrong(&["event", place, words.0], message, None);
                    None
                }
            },
            (None, value) => value,
        }
    }

    fn value(&mut self, place: &str, event: &EventFile, hazard: &HazardSpec) {
        let at_key = |key| ["event", place, key];
        match (&hazard.value, event.value, event.value_share) {
            (None, None, None) => {}
            (None, ..) => {
                let key = if event.value.is_some() {
                    "value"
                } else {
                    "value_share"
                };
                self.wrong(&at_key(key), format!("`{}` has no size", hazard.name), None);
            }
            (Some(spec), None, None) => {
                let message = format!("`{}` needs a `value`", hazard.name);
                self.wrong(
                    &["event", place],
                    message,
                    Some(format!("{}: {}", spec.unit, spec.meaning)),
                );
            }
            (Some(_), Some(_), Some(_)) => {
                self.wrong(
                    &at_key("value_share"),
                    "give `value` or `value_share`, not both".to_owned(),
                    None,
                );
            }
            (Some(spec), Some(value), None) => {
                if !(spec.min..=spec.max).contains(&value) {
                    let message = format!(
                        "`value` = {value} is outside {} to {} {}",
                        spec.min, spec.max, spec.unit
                    );
                    self.wrong(&at_key("value"), message, Some(spec.meaning.to_owned()));
                }
            }
            (Some(spec), None, Some(_)) => {
                if spec.unit != "mw" {
                    let help = Some(format!("`value` is {}: {}", spec.unit, spec.meaning));
                    self.wrong(
                        &at_key("value_share"),
                        format!("the size of `{}` is no power", hazard.name),
                        help,
                    );
                }
            }
        }
    }
}
