//! The trips of a TNTP file: `Origin 3`, then `destination : flow;` as often as wanted, over any number of lines.

use crate::scenario::import::tntp::metadata::Metadata;
use crate::scenario::import::tntp::metadata::node_number;
use crate::scenario::import::tntp::metadata::numbered_lines;
use crate::scenario::import::tntp::metadata::shortened;
use crate::scenario::import::tntp::metadata::without_comment;
use crate::scenario::import::tntp::problem_list::ProblemList;
use crate::scenario::import::tntp::problem_list::Spot;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// How far the sum of flows may be from the declared total, relative: published totals are rounded to a few digits.
const TOTAL_TOLERANCE: f64 = 1e-4;

/// Trips from one zone to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TntpTrip {
    /// Line in the file, from 1.
    pub line: u32,
    /// Origin node, from 1.
    pub from: u32,
    /// Destination node, from 1.
    pub to: u32,
    /// Vehicles in the period of the capacities.
    pub flow: f64,
}

/// A file of trips.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpTrips {
    /// The file's name as given.
    pub file: String,
    /// Number of zones, where the file says.
    pub zones: Option<usize>,
    /// Pairs with trips, in the order of the file; those without are left out.
    pub trips: Vec<TntpTrip>,
    /// What the reader should know.
    pub warnings: Vec<Problem>,
}

/// What the next word of the file should be.
#[derive(Clone, Copy)]
enum Next {
    /// A node number after the word `Origin`.
    Origin,
    /// A destination, or the next `Origin`.
    Destination,
    /// The colon after a destination.
    Colon { to: Option<u32> },
    /// The flow to a destination.
    Flow { to: Option<u32> },
}

/// Parses a file of trips.
pub(super) fn parse(file: &str, text: &str) -> Result<TntpTrips, Problems> {
    let mut reading = Reading {
        problems: ProblemList::new(file),
        next: Next::Destination,
        origin: None,
        origins: 0,
        trips: Vec::new(),
        seen: Vec::new(),
        sum: 0.0,
        last: Spot::line(1),
    };
    let mut metadata = Metadata::default();
    for (line, text) in numbered_lines(text) {
        let content = without_comment(text);
        if content.trim_start().starts_with('<') {
            metadata.take(line, text, &mut reading.problems);
            continue;
        }
        reading.line(line, text, content);
        if reading.problems.is_hopeless() {
            break;
        }
    }
    reading.interrupted();
    reading.finish(file, &metadata)
}

struct Reading<'a> {
    problems: ProblemList<'a>,
    next: Next,
    /// The present origin; `None` before the first and after one that could not be read.
    origin: Option<u32>,
    origins: u32,
    trips: Vec<TntpTrip>,
    /// By destination, the origin block that named it last.
    seen: Vec<u32>,
    sum: f64,
    last: Spot,
}

impl Reading<'_> {
    fn line(&mut self, line: usize, text: &str, content: &str) {
        let mut rest = content;
        while let Some(first) = rest.chars().next() {
            if first.is_whitespace() || first == ';' {
                if first == ';' {
                    self.interrupted();
                }
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let is_separator = |c: char| matches!(c, ':' | ',' | '=');
            let end = if is_separator(first) {
                first.len_utf8()
            } else if first.is_ascii_alphabetic() {
                // `Origin3` is a word and a number.
                rest.find(|c: char| !c.is_ascii_alphabetic())
                    .unwrap_or(rest.len())
            } else {
                rest.find(|c: char| c.is_whitespace() || c == ';' || is_separator(c))
                    .unwrap_or(rest.len())
            };
            let (word, after) = rest.split_at(end);
            rest = after;
            let spot = if self.needs_spot(word) {
                Spot::of(line, text, word)
            } else {
                Spot::line(line)
            };
            self.word(spot, word);
            if self.problems.is_hopeless() {
                return;
            }
        }
    }

    /// Columns are counted for what may go wrong: most words are plain and there are millions.
    fn needs_spot(&self, word: &str) -> bool {
        !word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b':')
            || self.origin.is_none()
    }

    fn word(&mut self, spot: Spot, word: &str) {
        self.last = spot;
        if word.eq_ignore_ascii_case("origin") {
            self.interrupted();
            self.next = Next::Origin;
            return;
        }
        let is_separator = matches!(word, ":" | "," | "=");
        match self.next {
            Next::Origin if is_separator => {}
            Next::Origin => {
                self.origin = node_number(word);
                self.origins += 1;
                self.next = Next::Destination;
                if self.origin.is_none() {
                    let message = format!("'{}' is not a zone number", shortened(word));
                    self.problems
                        .error(spot, "Origin", message, "zones are numbered from 1");
                }
            }
            Next::Destination if self.origins == 0 => self.before_any_origin(spot, word),
            Next::Destination => {
                let to = node_number(word);
                if to.is_none() {
                    let message = format!("'{}' is not a zone number", shortened(word));
                    let help = if word.chars().all(char::is_alphabetic) {
                        "a block begins with the word Origin; comments begin with ~"
                    } else {
                        "zones are numbered from 1; entries are written 2 : 14.5;"
                    };
                    self.problems.error(spot, "destination", message, help);
                }
                self.next = Next::Colon { to };
            }
            Next::Colon { to } if is_separator => self.next = Next::Flow { to },
            Next::Colon { to } => {
                let message = format!("':' is missing before '{}'", shortened(word));
                // After a destination that was no number this only says the same again.
                if to.is_some() {
                    let help = "entries are written 2 : 14.5;";
                    self.problems.error(spot, "flow", message, help);
                }
                self.next = Next::Destination;
            }
            Next::Flow { to } => {
                self.next = Next::Destination;
                self.flow(spot, word, to);
            }
        }
    }

    fn flow(&mut self, spot: Spot, word: &str, to: Option<u32>) {
        let flow = match word.parse::<f64>() {
            Ok(flow) if flow.is_finite() && flow >= 0.0 => flow,
            Ok(flow) => {
                let message = format!("{flow} is not a number of 0 or more");
                self.problems.error(spot, "flow", message, "");
                return;
            }
            Err(_) => {
                let message = format!("'{}' is not a number", shortened(word));
                self.problems.error(spot, "flow", message, "");
                return;
            }
        };
        let (Some(from), Some(to)) = (self.origin, to) else {
            return;
        };
        self.sum += flow;
        if flow == 0.0 {
            return;
        }
        // A number of zones that a byte too many has made huge must not fill the memory.
        const MOST_TRACKED: u32 = 10_000_000;
        if to < MOST_TRACKED {
            let at = to as usize;
            if self.seen.len() <= at {
                self.seen.resize(at + 1, 0);
            }
            if self.seen[at] == self.origins {
                let message =
                    format!("zone {to} is given again for origin {from}; the flows are added");
                self.problems.warning(spot, "destination", message, "");
            }
            self.seen[at] = self.origins;
        }
        self.trips.push(TntpTrip {
            line: spot.line as u32,
            from,
            to,
            flow,
        });
    }

    /// An entry that ends before it is whole.
    fn interrupted(&mut self) {
        let message = match self.next {
            Next::Origin => "the word Origin is not followed by a zone".to_owned(),
            Next::Colon { to: Some(to) } | Next::Flow { to: Some(to) } => {
                format!("zone {to} has no flow")
            }
            _ => String::new(),
        };
        if !message.is_empty() {
            let help = "entries are written 2 : 14.5;";
            self.problems.error(self.last, "flow", message, help);
        }
        self.next = Next::Destination;
    }

    /// Without an origin nothing that follows means anything.
    fn before_any_origin(&mut self, spot: Spot, word: &str) {
        self.problems.error(
            spot,
            "Origin",
            format!("'{}' comes before the first Origin", shortened(word)),
            "is this a file of trips? A network comes first: NET.tntp TRIPS.tntp",
        );
        self.problems.give_up();
    }

    fn finish(mut self, file: &str, metadata: &Metadata) -> Result<TntpTrips, Problems> {
        let zones = metadata.count("NUMBER OF ZONES", &mut self.problems);
        if self.problems.is_sound() {
            if self.origins == 0 {
                let help = "is this a file of trips?";
                self.problems
                    .error_of_file("Origin", "the file has none", help);
            }
            if let Some(said) = metadata.value("TOTAL OD FLOW")
                && (said.number - self.sum).abs() > TOTAL_TOLERANCE * said.number.max(self.sum)
            {
                let message = format!(
                    "{} is declared and the flows add up to {}",
                    said.number, self.sum
                );
                self.problems.warning(
                    said.spot,
                    "TOTAL OD FLOW",
                    message,
                    "is the file cut short? The flows are used as they are",
                );
            }
        }
        let warnings = self.problems.finish()?;
        Ok(TntpTrips {
            file: file.to_owned(),
            zones,
            trips: self.trips,
            warnings,
        })
    }
}
