//! The links of a TNTP network file, one a line.
//!
//! Columns by position: init node, term node, capacity, length, free-flow time, B, power, then speed limit, toll and type,
//! of which trailing ones may be missing and further ones may follow. The type is not kept.

use crate::scenario::import::tntp::metadata::Metadata;
use crate::scenario::import::tntp::metadata::node_number;
use crate::scenario::import::tntp::metadata::numbered_lines;
use crate::scenario::import::tntp::metadata::shortened;
use crate::scenario::import::tntp::metadata::without_comment;
use crate::scenario::import::tntp::problem_list::ProblemList;
use crate::scenario::import::tntp::problem_list::Spot;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// Columns that cost a link its meaning when they are missing.
const REQUIRED: [&str; 7] = [
    "init node",
    "term node",
    "capacity",
    "length",
    "free flow time",
    "B",
    "power",
];
/// Position of the optional columns that are read.
const SPEED: usize = 7;
const TOLL: usize = 8;

/// A link as the file gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpLink {
    /// Line in the file, from 1.
    pub line: usize,
    /// Node it leaves, from 1.
    pub from: u32,
    /// Node it enters, from 1.
    pub to: u32,
    /// Capacity, vehicles in the trips' period.
    pub capacity: f64,
    /// Length, in the file's unit.
    pub length: f64,
    /// Time on the empty link, in the file's unit.
    pub free_flow_time: f64,
    /// B of the link's performance function.
    pub b: f64,
    /// Power of the link's performance function.
    pub power: f64,
    /// Speed, in the file's unit; files differ in whether it means a limit, and some leave it 0.
    pub speed: Option<f64>,
    /// Toll, in the file's unit of money; 0 where the file has no such column.
    pub toll: f64,
}

/// A network file.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpNetwork {
    /// The file's name as given.
    pub file: String,
    /// Number of zones, which are the first nodes; `None` where the file does not say.
    pub zones: Option<usize>,
    /// Number of nodes; they are numbered from 1.
    pub nodes: usize,
    /// First node that trips may pass through; those below it are centroids.
    pub first_through: usize,
    /// Units of time that a unit of length costs, where the file says.
    pub distance_factor: Option<f64>,
    /// Units of time that a unit of toll costs, where the file says.
    pub toll_factor: Option<f64>,
    /// Links in the order of the file.
    pub links: Vec<TntpLink>,
    /// What the reader should know.
    pub warnings: Vec<Problem>,
}

/// More nodes than any published network by a thousand times; a slip of the pen must not fill the memory.
const MOST_NODES: usize = 50_000_000;

/// Parses a network file.
pub(super) fn parse(file: &str, text: &str) -> Result<TntpNetwork, Problems> {
    let mut problems = ProblemList::new(file);
    let mut metadata = Metadata::default();
    let mut links = Vec::new();
    let mut rows = 0;
    for (line, text) in numbered_lines(text) {
        let content = without_comment(text).trim_start();
        if content.starts_with('<') {
            metadata.take(line, text, &mut problems);
            continue;
        }
        for record in content
            .split(';')
            .filter(|record| !record.trim().is_empty())
        {
            rows += 1;
            let fields: Vec<&str> = record.split_whitespace().collect();
            if rows == 1 && fields[0].to_ascii_lowercase().starts_with("origin") {
                problems.error(
                    Spot::line(line),
                    fields[0],
                    "this is a table of trips, not a network",
                    "the network comes first: NET.tntp TRIPS.tntp",
                );
                return Err(problems.finish().err().unwrap_or_default());
            }
            if rows == 1 && is_header(&fields) {
                continue;
            }
            if let Some(link) = link(line, text, &fields, &mut problems) {
                links.push(link);
            }
        }
        if problems.is_hopeless() {
            break;
        }
    }
    let network = assembled(file, &metadata, links, &mut problems);
    if network.nodes > MOST_NODES {
        let message = format!("{} are more than this reader takes", network.nodes);
        problems.error_of_file(
            "NUMBER OF NODES",
            message,
            "is a digit too many in the file?",
        );
    }
    let warnings = problems.finish()?;
    Ok(TntpNetwork {
        warnings,
        ..network
    })
}

/// Whether a first row names the columns instead of giving a link.
fn is_header(fields: &[&str]) -> bool {
    fields.len() > 2
        && fields
            .iter()
            .take(4)
            .all(|field| field.parse::<f64>().is_err())
}

/// One link; what is wrong with it goes to `problems`.
fn link(line: usize, text: &str, fields: &[&str], problems: &mut ProblemList) -> Option<TntpLink> {
    if fields.len() < REQUIRED.len() {
        problems.error(
            Spot::line(line),
            REQUIRED[fields.len()],
            format!(
                "is missing: the line has {} columns of at least {}",
                fields.len(),
                REQUIRED.len()
            ),
            "columns are init node, term node, capacity, length, free flow time, B, power, speed, toll, type; each line ends with ;",
        );
        return None;
    }
    let mut node = |position: usize| {
        let word = fields[position];
        let number = node_number(word);
        if number.is_none() {
            let message = format!("'{}' is not a node number", shortened(word));
            let spot = Spot::of(line, text, word);
            problems.error(
                spot,
                REQUIRED[position],
                message,
                "nodes are numbered from 1",
            );
        }
        number
    };
    let (from, to) = (node(0), node(1));
    let mut number = |position: usize, name: &str| {
        let word = fields[position];
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Some(number),
            Ok(number) => {
                let message = format!("{number} is not a number of 0 or more");
                problems.error(Spot::of(line, text, word), name, message, "");
                None
            }
            Err(_) => {
                let message = format!("'{}' is not a number", shortened(word));
                problems.error(Spot::of(line, text, word), name, message, "");
                None
            }
        }
    };
    let values: Vec<Option<f64>> = (2..REQUIRED.len())
        .map(|position| number(position, REQUIRED[position]))
        .collect();
    let toll = match fields.get(TOLL) {
        Some(_) => number(TOLL, "toll"),
        None => Some(0.0),
    };
    Some(TntpLink {
        line,
        from: from?,
        to: to?,
        capacity: values[0]?,
        length: values[1]?,
        free_flow_time: values[2]?,
        b: values[3]?,
        power: values[4]?,
        speed: fields.get(SPEED).and_then(|word| word.parse().ok()),
        toll: toll?,
    })
}

/// The network, its counts checked against its links.
fn assembled(
    file: &str,
    metadata: &Metadata,
    links: Vec<TntpLink>,
    problems: &mut ProblemList,
) -> TntpNetwork {
    let zones = metadata.count("NUMBER OF ZONES", problems);
    let greatest = links
        .iter()
        .map(|link| link.from.max(link.to))
        .max()
        .unwrap_or(0) as usize;
    let nodes = metadata
        .count("NUMBER OF NODES", problems)
        .unwrap_or(greatest);
    let first_through = metadata
        .count("FIRST THRU NODE", problems)
        .unwrap_or_else(|| {
            problems.warning_of_file(
                "FIRST THRU NODE",
                "is missing: trips may pass through every node",
                "",
            );
            1
        });
    for link in &links {
        for (field, node) in [("init node", link.from), ("term node", link.to)] {
            if node as usize > nodes {
                problems.error(
                    Spot::line(link.line),
                    field,
                    format!("{node} is beyond the {nodes} nodes that the file declares"),
                    "correct the link or <NUMBER OF NODES>",
                );
            }
        }
        if link.from == link.to {
            let message = format!(
                "the link begins and ends at node {}: it is never used",
                link.to
            );
            problems.warning(Spot::line(link.line), "term node", message, "");
        }
        if link.capacity == 0.0 && link.free_flow_time * link.b * link.power > 0.0 {
            problems.warning(
                Spot::line(link.line),
                "capacity",
                "is 0: the link is taken as closed",
                "give it a capacity, or B 0 if it never slows",
            );
        }
        if problems.is_hopeless() {
            break;
        }
    }
    if let Some(zones) = zones.filter(|zones| *zones > nodes) {
        let message = format!("{zones} zones are more than the {nodes} nodes");
        problems.error_of_file(
            "NUMBER OF ZONES",
            message,
            "zones are the first of the nodes",
        );
    }
    // With lines that could not be read, a wrong count would only repeat what is known.
    if problems.is_sound() {
        if links.is_empty() {
            problems.error_of_file("links", "the file has none", "is this a network file?");
        }
        match metadata.value("NUMBER OF LINKS") {
            Some(said) if links.len() as f64 + 0.5 < said.number => problems.error(
                said.spot,
                "NUMBER OF LINKS",
                format!("{} are declared and {} follow", said.number, links.len()),
                "is the file cut short? Else correct the count",
            ),
            Some(said) if said.number + 0.5 < links.len() as f64 => problems.warning(
                said.spot,
                "NUMBER OF LINKS",
                format!(
                    "{} are declared and {} follow; all are used",
                    said.number,
                    links.len()
                ),
                "",
            ),
            _ => {}
        }
    }
    TntpNetwork {
        file: file.to_owned(),
        zones,
        nodes,
        first_through: first_through.max(1),
        distance_factor: metadata.value("DISTANCE FACTOR").map(|value| value.number),
        toll_factor: metadata.value("TOLL FACTOR").map(|value| value.number),
        links,
        warnings: Vec::new(),
    }
}
