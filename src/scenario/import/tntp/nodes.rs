//! Node coordinates of a TNTP network: `node X Y ;`, a line each, in any unit and projection.
//!
//! Coordinates are kept as they stand: published files do not say what they are.

use crate::scenario::import::tntp::metadata::numbered_lines;
use crate::scenario::import::tntp::metadata::without_comment;
use crate::scenario::import::tntp::problem_list::ProblemList;
use crate::scenario::import::tntp::problem_list::Spot;
use crate::scenario::problem::Problems;

/// A node's coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TntpNode {
    /// Number, from 1.
    pub node: u32,
    /// First coordinate: eastward, or longitude.
    pub x: f64,
    /// Second coordinate: northward, or latitude.
    pub y: f64,
}

/// Parses a node file.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<TntpNode>, Problems> {
    let mut problems = ProblemList::new(file);
    let mut nodes = Vec::new();
    for (number, line) in numbered_lines(text) {
        let line = without_comment(line);
        let fields: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || c == ';' || c == ',')
            .filter(|f| !f.is_empty())
            .collect();
        let is_heading = fields.first().is_none_or(|f| {
            f.starts_with('<') || f.chars().next().is_some_and(char::is_alphabetic)
        });
        if is_heading || problems.is_hopeless() {
            continue;
        }
        let read = |k: usize| fields.get(k).and_then(|f| f.parse::<f64>().ok());
        let node = fields[0].parse::<u32>().ok().filter(|n| *n > 0);
        match (node, read(1), read(2)) {
            (Some(node), Some(x), Some(y)) if x.is_finite() && y.is_finite() => {
                nodes.push(TntpNode { node, x, y });
            }
            _ => problems.error(
                Spot::line(number),
                "node",
                "not a node number and two coordinates",
                "a line is `node X Y ;`",
            ),
        }
    }
    if nodes.is_empty() {
        problems.error_of_file("node", "no node in it", "is this a node file?");
    }
    problems.finish()?;
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_passed_over_and_bad_lines_named() {
        let nodes = parse("n", "Node\tX\tY\t;\n1\t-96.77\t43.61\t;\n~ note\n2 5 6;\n").unwrap();
        assert_eq!(nodes.len(), 2);
        assert_eq!((nodes[0].node, nodes[0].x, nodes[1].y), (1, -96.77, 6.0));
        let wrong = parse("n", "1 2\n0 1 1\n").unwrap_err().to_string();
        assert!(wrong.contains("n:1") && wrong.contains("n:2"), "{wrong}");
        assert!(parse("n", "node X Y ;\n").is_err());
    }
}
