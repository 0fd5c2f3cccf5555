//! What has been read of an INP file so far, and how its words become numbers, names and problems.
//!
//! What the sections mean is in files of their own.

use std::collections::BTreeMap;

use crate::scenario::import::epanet::EpanetNetwork;
use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::SECTION_NAMES;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::line::Word;
use crate::scenario::import::epanet::line::split;
use crate::scenario::import::epanet::units::FlowUnit;
use crate::scenario::import::epanet::units::PressureUnit;
use crate::scenario::import::epanet::units::Units;
use crate::scenario::import::matpower::Problem;
use crate::scenario::problem::did_you_mean;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::network::Network;
use crate::solvers::hydraulics::simulation::Plan;

/// Names of one kind with their indices. Names keep their case, as in EPANET.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Index by name.
    pub index: BTreeMap<String, usize>,
    /// Names in order.
    pub list: Vec<String>,
    /// Line of each.
    pub line: Vec<usize>,
}

impl Names {
    /// Adds a name; `None` when it is taken.
    pub fn add(&mut self, name: &str, line: usize) -> Option<usize> {
        if self.index.contains_key(name) {
            return None;
        }
        let index = self.list.len();
        self.index.insert(name.to_owned(), index);
        self.list.push(name.to_owned());
        self.line.push(line);
        Some(index)
    }
}

/// A curve as it stands in the file, in its own units.
#[derive(Clone, Debug, Default)]
pub struct RawCurve {
    /// The points.
    pub points: Curve,
    /// Line of the first.
    pub line: usize,
}

/// The reading of one file.
pub struct Reader<'t> {
    lines: Vec<Line<'t>>,
    problems: Vec<Problem>,
    /// Units.
    pub units: Units,
    /// Names of nodes.
    pub nodes: Names,
    /// Names of links.
    pub links: Names,
    /// Names of patterns.
    pub patterns: Names,
    /// Names of curves.
    pub curves: Names,
    /// Curves, in the file's units.
    pub raw_curves: Vec<RawCurve>,
    /// The network so far.
    pub network: Network,
    /// Times, controls and options so far.
    pub plan: Plan,
    /// Name of the pattern of demands without one.
    pub default_pattern: Option<String>,
    /// Exponent of emitters.
    pub emitter_exponent: f64,
    /// Whether emitters let water in.
    pub emitter_backflow: bool,
    /// Coordinates.
    pub coordinates: BTreeMap<usize, (f64, f64)>,
}

impl<'t> Reader<'t> {
    /// Splits the text; unknown sections are warned of.
    pub fn new(text: &'t str) -> Reader<'t> {
        let (lines, unknown) = split(text);
        let mut reader = Reader {
            lines,
            problems: Vec::new(),
            units: Units {
                flow: FlowUnit::default(),
                pressure: PressureUnit::Psi,
                specific_gravity: 1.0,
            },
            nodes: Names::default(),
            links: Names::default(),
            patterns: Names::default(),
            curves: Names::default(),
            raw_curves: Vec::new(),
            network: Network {
                specific_gravity: 1.0,
                demand_multiplier: 1.0,
                ..Network::default()
            },
            plan: Plan::default(),
            default_pattern: Some("1".to_owned()),
            emitter_exponent: 0.5,
            emitter_backflow: true,
            coordinates: BTreeMap::new(),
        };
        for section in unknown {
            let name = section.head.text.trim_matches(['[', ']']);
            let mut problem = Problem::error(
                section.number,
                section.head.offset,
                section.head.text.len(),
                "this section is not known and is passed over",
            )
            .as_warning()
            .in_field(section.head.text);
            problem.help = did_you_mean(&name.to_uppercase(), SECTION_NAMES);
            reader.problems.push(problem);
        }
        reader
    }

    /// Lines of a section, in order.
    pub fn lines_of(&self, section: Section) -> impl Iterator<Item = &Line<'t>> {
        self.lines
            .iter()
            .filter(move |line| line.section == section)
    }

    /// The same, copied, for reading while problems are noted.
    pub fn take(&self, section: Section) -> Vec<Line<'t>> {
        self.lines_of(section).cloned().collect()
    }

    /// Notes a problem with a word of a line, or with the whole line if it has not that many.
    pub fn fault(
        &mut self,
        line: &Line<'_>,
        word: usize,
        field: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let mut problem = match line.words.get(word) {
            Some(word) => Problem::error(line.number, word.offset, word.text.len(), message),
            None => Problem::error(line.number, 0, 0, message),
        }
        .in_field(field);
        problem.help = help;
        self.problems.push(problem);
    }

    /// As [`Reader::fault`], but the file can still be used.
    pub fn warn(
        &mut self,
        line: &Line<'_>,
        word: usize,
        field: &str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.fault(line, word, field, message, help);
        if let Some(last) = self.problems.pop() {
            self.problems.push(last.as_warning());
        }
    }

    /// Notes a problem with a line by its number, or with the file as a whole (0).
    pub fn fault_at(&mut self, number: usize, field: &str, message: String, help: &str) {
        let problem = Problem::error(number, 0, 0, message)
            .in_field(field)
            .with_help(help);
        self.problems.push(problem);
    }

    /// As [`Reader::fault_at`], but the file can still be used.
    pub fn warn_at(&mut self, number: usize, field: &str, message: String, help: &str) {
        let problem = Problem::error(number, 0, 0, message)
            .in_field(field)
            .with_help(help)
            .as_warning();
        self.problems.push(problem);
    }

    /// The word at a place as a finite number.
    pub fn number(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<f64> {
        let Some(text) = line.words.get(word).map(|word| word.text) else {
            self.fault(line, word, field, "this number is missing", None);
            return None;
        };
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(value),
            _ => {
                let help = text
                    .contains(',')
                    .then(|| "decimals are set off by a point".to_owned());
                self.fault(line, word, field, format!("`{text}` is not a number"), help);
                None
            }
        }
    }

    /// As [`Reader::number`], which must be above 0.
    pub fn positive(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<f64> {
        let value = self.number(line, word, field)?;
        if value > 0.0 {
            return Some(value);
        }
        self.fault(line, word, field, format!("{value} is not above 0"), None);
        None
    }

    /// As [`Reader::number`], which must not be negative.
    pub fn not_negative(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<f64> {
        let value = self.number(line, word, field)?;
        if value >= 0.0 {
            return Some(value);
        }
        self.fault(line, word, field, format!("{value} is negative"), None);
        None
    }

    /// A number that may be left out.
    pub fn number_or(&mut self, line: &Line<'_>, word: usize, field: &str, default: f64) -> f64 {
        if line.words.len() <= word {
            return default;
        }
        self.number(line, word, field).unwrap_or(default)
    }

    /// The node that a word names.
    pub fn node(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<usize> {
        let found = lookup(&self.nodes, line.words.get(word));
        self.found(found, line, word, field, "node")
    }

    /// The link that a word names.
    pub fn link(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<usize> {
        let found = lookup(&self.links, line.words.get(word));
        self.found(found, line, word, field, "link")
    }

    /// The pattern that a word names.
    pub fn pattern(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<usize> {
        let found = lookup(&self.patterns, line.words.get(word));
        self.found(found, line, word, field, "pattern")
    }

    /// The pattern that a word names, if there is such a word.
    pub fn pattern_if_any(&mut self, line: &Line<'_>, word: usize, field: &str) -> Option<usize> {
        match line.words.get(word).map(|word| word.text) {
            None | Some("" | "*") => None,
            Some(_) => self.pattern(line, word, field),
        }
    }

    /// The curve that a word names, with its axes in SI.
    pub fn curve(
        &mut self,
        line: &Line<'_>,
        word: usize,
        field: &str,
        (x, y): (f64, f64),
    ) -> Option<Curve> {
        let found = lookup(&self.curves, line.words.get(word));
        let index = self.found(found, line, word, field, "curve")?;
        let raw = &self.raw_curves[index].points;
        Some(Curve {
            x: raw.x.iter().map(|value| value * x).collect(),
            y: raw.y.iter().map(|value| value * y).collect(),
        })
    }

    fn found(
        &mut self,
        found: Result<usize, Option<String>>,
        line: &Line<'_>,
        word: usize,
        field: &str,
        what: &str,
    ) -> Option<usize> {
        match found {
            Ok(index) => Some(index),
            Err(help) => {
                let message = match line.words.get(word) {
                    Some(word) => format!("there is no {what} `{}`", word.text),
                    None => format!("the name of a {what} is missing"),
                };
                self.fault(line, word, field, message, help);
                None
            }
        }
    }

    /// The network and the problems, in the order of the file.
    pub fn finish(self, title: Vec<String>) -> (EpanetNetwork, Vec<Problem>) {
        let mut problems = self.problems;
        problems.sort_by_key(|problem| (problem.line == 0, problem.line, problem.offset));
        let network = EpanetNetwork {
            title,
            node_ids: self.nodes.list,
            link_ids: self.links.list,
            network: self.network,
            plan: self.plan,
            units: self.units,
            coordinates: self.coordinates,
            warnings: Vec::new(),
        };
        (network, problems)
    }
}

/// Index of a name, or what may be meant.
fn lookup(names: &Names, word: Option<&Word<'_>>) -> Result<usize, Option<String>> {
    let Some(word) = word else {
        return Err(None);
    };
    names.index.get(word.text).copied().ok_or_else(|| {
        let known = names.list.iter().map(String::as_str);
        did_you_mean_or_known(word.text, known)
    })
}

/// Whether a word is a keyword: keywords are told by their first letters, whatever the case.
pub fn is(word: Option<&Word<'_>>, keyword: &str) -> bool {
    word.is_some_and(|word| {
        word.text
            .get(..keyword.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(keyword))
    })
}
