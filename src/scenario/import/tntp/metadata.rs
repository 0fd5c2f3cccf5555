//! The head of a TNTP file, `<TAG> value` a line, and what of a line is not a comment.
//!
//! It knows tags, not what they are for.

use crate::scenario::import::tntp::problem_list::ProblemList;
use crate::scenario::import::tntp::problem_list::Spot;
use crate::scenario::problem::did_you_mean;

/// Tags of published files; others are passed over.
const KNOWN: [&str; 8] = [
    "NUMBER OF ZONES",
    "NUMBER OF NODES",
    "NUMBER OF LINKS",
    "FIRST THRU NODE",
    "TOTAL OD FLOW",
    "DISTANCE FACTOR",
    "TOLL FACTOR",
    "END OF METADATA",
];

/// Tags that carry text of no consequence.
const IGNORED: [&str; 2] = ["ORIGINAL HEADER", "USER TYPE"];

/// A tag's value with its place.
#[derive(Clone, Copy)]
pub(super) struct Value {
    pub(super) number: f64,
    pub(super) spot: Spot,
}

/// The tags of one file.
#[derive(Default)]
pub(super) struct Metadata {
    values: [Option<Value>; KNOWN.len()],
}

impl Metadata {
    /// Takes up a line that begins with `<`.
    pub(super) fn take(&mut self, line: usize, text: &str, problems: &mut ProblemList) {
        let trimmed = text.trim();
        let Some((tag, rest)) = trimmed.strip_prefix('<').and_then(|t| t.split_once('>')) else {
            problems.error(
                Spot::line(line),
                "metadata",
                format!("'{}' has no closing '>'", shortened(trimmed)),
                "a tag is written <NUMBER OF NODES> 24",
            );
            return;
        };
        let words: Vec<String> = tag
            .split_whitespace()
            .map(str::to_ascii_uppercase)
            .collect();
        let tag = words.join(" ");
        if IGNORED.contains(&tag.as_str()) {
            return;
        }
        let Some(known) = KNOWN.iter().position(|known| *known == tag) else {
            if let Some(help) = did_you_mean(&tag, KNOWN) {
                problems.warning(Spot::line(line), &tag, "is an unknown tag", &help);
            }
            return;
        };
        if tag == "END OF METADATA" {
            return;
        }
        let field = KNOWN[known];
        let Some(word) = rest.split_whitespace().next() else {
            problems.error(Spot::line(line), field, "has no value", "");
            return;
        };
        let spot = Spot::of(line, text, word);
        match word.trim_end_matches(';').parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => {
                let value = Value { number, spot };
                match self.values[known].replace(value) {
                    Some(before) if before.number != number => problems.error(
                        spot,
                        field,
                        format!("is {number} here and {} before", before.number),
                        "leave one of them out",
                    ),
                    _ => {}
                }
            }
            _ => problems.error(
                spot,
                field,
                format!("'{}' is not a number of 0 or more", shortened(word)),
                "",
            ),
        }
    }

    /// A tag's value, if the file gives it.
    pub(super) fn value(&self, tag: &str) -> Option<Value> {
        let known = KNOWN.iter().position(|known| *known == tag)?;
        self.values[known]
    }

    /// A tag's value as a count; one with a fraction is a problem.
    pub(super) fn count(&self, tag: &str, problems: &mut ProblemList) -> Option<usize> {
        let value = self.value(tag)?;
        if value.number.fract() == 0.0 && value.number < f64::from(u32::MAX) {
            return Some(value.number as usize);
        }
        problems.error(
            value.spot,
            tag,
            format!("{} is not a whole number", value.number),
            "",
        );
        None
    }
}

/// A line without its comment.
pub(super) fn without_comment(line: &str) -> &str {
    line.split('~').next().unwrap_or_default()
}

/// Lines of a text with their numbers from 1, a byte order mark left out.
pub(super) fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
}

/// A word fit for a message.
pub(super) fn shortened(word: &str) -> String {
    const MOST: usize = 40;
    if word.chars().count() <= MOST {
        return word.to_owned();
    }
    let begin: String = word.chars().take(MOST).collect();
    format!("{begin}...")
}

/// A node's number, which may be written with a fraction of zero.
pub(super) fn node_number(word: &str) -> Option<u32> {
    if let Ok(number) = word.parse::<u32>() {
        return (number > 0).then_some(number);
    }
    let number = word.parse::<f64>().ok()?;
    (number >= 1.0 && number < f64::from(u32::MAX) && number.fract() == 0.0)
        .then_some(number as u32)
}
