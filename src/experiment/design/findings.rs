//! What is wrong at the points of a design, told once each and where the experiment says it: a level that suits no
//! scenario is one problem, however many points have it.

use crate::experiment::design::cases::Asked;
use crate::experiment::design::names::Reference;
use crate::experiment::design::place::Place;
use crate::experiment::design::points::Level;
use crate::experiment::design::points::Points;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::tree::Origin;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// More problems than this help nobody.
const MOST: usize = 40;

/// File, line, column, message.
type Key = (String, Option<usize>, Option<usize>, String);

/// The problems found so far.
#[derive(Debug)]
pub struct Findings<'a> {
    points: &'a Points,
    /// Where the experiment says what is laid over every scenario, by the words in which the scenario meets it.
    words: BTreeMap<String, Origin>,
    seen: BTreeSet<Key>,
    found: Vec<Problem>,
}

impl<'a> Findings<'a> {
    /// None yet.
    #[must_use]
    pub fn new(asked: &Asked, points: &'a Points) -> Self {
        let mut words = BTreeMap::new();
        for entry in asked.set {
            let text = format!("{}={}", entry.key, entry.node.to_toml());
            words.insert(text, entry.node.origin.clone());
        }
        if let (Some(hours), Some(node)) = (asked.hours, asked.document.get("hours")) {
            words.insert(format!("hours={hours:?}"), node.origin.clone());
        }
        for controller in asked.controllers {
            let text = format!("controller={}", controller.name);
            words.insert(text, controller.node.origin.clone());
        }
        Self {
            points,
            words,
            seen: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// Whether to stop looking.
    #[must_use]
    pub fn enough(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Takes note of what is wrong with a scenario at a point, on a city laid over it.
    pub fn note<T>(
        &mut self,
        point: usize,
        row: &[Level],
        city: Option<&Reference>,
        outcome: Result<T, Problems>,
    ) -> Option<T> {
        let problems = match outcome {
            Ok(value) => return Some(value),
            Err(problems) => problems,
        };
        for problem in problems.0 {
            let laid_over = problem.file == "--set";
            let place = problem.place.as_ref().filter(|_| laid_over);
            let place = place.and_then(|p| self.place(&p.text, row, city));
            let placed = match place {
                Some(place) => place.problem(problem.message).maybe_help(problem.help),
                None => problem,
            };
            let key = (
                placed.file.clone(),
                placed.line,
                placed.column,
                placed.message.clone(),
            );
            if self.seen.insert(key) {
                self.found.push(self.at_point(placed, point, row));
            }
        }
        None
    }

    /// Everything found.
    #[must_use]
    pub fn found(self) -> Vec<Problem> {
        self.found
    }

    /// Where the experiment says what a scenario met as `path=value`.
    fn place(&self, text: &str, row: &[Level], city: Option<&Reference>) -> Option<Place> {
        let mut levels = self.points.factors.iter().zip(row);
        let level = levels.find(|(f, l)| {
            let rest = text.strip_prefix(f.path.as_str());
            rest.and_then(|r| r.strip_prefix('=')) == Some(l.text.as_str())
        });
        if let Some((_, level)) = level {
            return Some(level.place.clone());
        }
        if let Some(city) = city
            && text.strip_prefix("city=") == Some(city.name.as_str())
        {
            return Some(Place::Text(city.node.origin.clone()));
        }
        self.words.get(text).cloned().map(Place::Text)
    }

    /// The same problem with the first point that has it.
    fn at_point(&self, problem: Problem, point: usize, row: &[Level]) -> Problem {
        if row.is_empty() {
            return problem;
        }
        let levels = self.points.factors.iter().zip(row);
        let levels: Vec<String> = levels
            .map(|(f, l)| format!("{} = {}", f.path, l.text))
            .collect();
        let at = format!("at point {point}: {}", levels.join(", "));
        let help = match &problem.help {
            Some(help) => format!("{help}; {at}"),
            None => at,
        };
        problem.help(help)
    }
}
