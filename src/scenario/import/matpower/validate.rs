//! What the rows of a case say about each other: numbers that must exist, references, islands.
//!
//! Values by themselves are checked while they are read, in `extract`.

use std::collections::BTreeMap;

use crate::scenario::import::matpower::case::BusType;
use crate::scenario::import::matpower::case::MatpowerCase;
use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::problem::Severity;

/// Most problems that come with a suggested bus number.
const MOST_SUGGESTIONS: usize = 200;

/// Checks a case; problems carry line and field. Offsets are filled in later, from the lines.
pub(super) fn validate(case: &MatpowerCase, case_name: &str, problems: &mut Vec<Problem>) {
    let index = numbers(case, case_name, problems);
    // A table that could not be read has a fault without a field.
    let unread = problems
        .iter()
        .any(|problem| problem.field.is_empty() && problem.severity == Severity::Error);
    let before = problems.len();
    endpoints(case, case_name, &index, problems);
    // A branch to nowhere or not read cuts islands off: telling of them as well would only distract.
    if problems.len() == before && !unread {
        sources(case, case_name, &index, problems);
    }
    for row in case.dc_lines.iter().filter(|row| row.in_service) {
        problems.push(
            at(row.line, format!("dc line {} to {} is ignored", row.from, row.to), format!("{case_name}.dcline"))
                .as_warning()
                .with_help("as MATPOWER does unless toggle_dcline switches it on; model it as two injections if it matters"),
        );
    }
}

fn at(line: usize, message: String, field: String) -> Problem {
    Problem::error(line, 0, 0, message).in_field(field)
}

fn numbers(
    case: &MatpowerCase,
    case_name: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<u32, usize> {
    let mut index = BTreeMap::new();
    let free = case
        .buses
        .iter()
        .map(|bus| bus.number)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    for (at_row, bus) in case.buses.iter().enumerate() {
        if bus.number == 0 {
            continue;
        }
        if let Some(first) = index.insert(bus.number, at_row) {
            let message = format!(
                "bus {} is given twice, first on line {}",
                bus.number, case.buses[first].line
            );
            problems.push(
                at(bus.line, message, format!("{case_name}.bus BUS_I"))
                    .about(0)
                    .with_help(format!("renumber it: {free} is free")),
            );
        }
    }
    index
}

fn endpoints(
    case: &MatpowerCase,
    case_name: &str,
    index: &BTreeMap<u32, usize>,
    problems: &mut Vec<Problem>,
) {
    let mut check = |number: u32, line: usize, table: &str, column: &str, element: usize| {
        if number == 0 || index.contains_key(&number) || index.is_empty() {
            return;
        }
        let problem = at(
            line,
            format!("there is no bus {number}"),
            format!("{case_name}.{table} {column}"),
        )
        .about(element);
        // A search through all buses each: enough for what anyone reads of a thoroughly broken file.
        let near = if problems.len() < MOST_SUGGESTIONS {
            nearest_number(number, index)
        } else {
            None
        };
        problems.push(match near {
            Some(near) => problem.with_help(format!("did you mean bus {near}?")),
            None => problem,
        });
    };
    for row in &case.generators {
        check(row.bus, row.line, "gen", "GEN_BUS", 0);
    }
    for row in &case.branches {
        check(row.from, row.line, "branch", "F_BUS", 0);
        check(row.to, row.line, "branch", "T_BUS", 1);
    }
    for row in &case.dc_lines {
        check(row.from, row.line, "dcline", "F_BUS", 0);
        check(row.to, row.line, "dcline", "T_BUS", 1);
    }
}

/// The bus whose number is written most alike, or failing that the nearest one.
fn nearest_number(number: u32, index: &BTreeMap<u32, usize>) -> Option<u32> {
    let written = number.to_string();
    let alike = |other: &u32| {
        (
            strsim::damerau_levenshtein(&written, &other.to_string()),
            other.abs_diff(number),
        )
    };
    index.keys().copied().min_by_key(alike)
}

/// Every island needs one bus that holds voltage and angle.
fn sources(
    case: &MatpowerCase,
    case_name: &str,
    index: &BTreeMap<u32, usize>,
    problems: &mut Vec<Problem>,
) {
    let field = || format!("{case_name}.bus BUS_TYPE");
    if case.buses.is_empty() || case.generators.is_empty() {
        return;
    }
    let has_unit = units_at(case, index);
    let reference = |bus: usize| case.buses[bus].kind == BusType::Reference && has_unit[bus];
    let controlled = |bus: usize| case.buses[bus].kind == BusType::Pv && has_unit[bus];
    let all = || 0..case.buses.len();
    if !all().any(reference) {
        let named = case.buses.iter().find(|bus| bus.kind == BusType::Reference);
        let what = match named {
            Some(bus) => format!(
                "the reference bus {} has no generator in service",
                bus.number
            ),
            None => "there is no reference bus (type 3)".to_owned(),
        };
        let line = named.map_or(0, |bus| bus.line);
        problems.push(match all().find(|bus| controlled(*bus)) {
            Some(first) => at(line, what, field()).as_warning().with_help(format!(
                "as MATPOWER does, the first PV bus ({}) takes its place",
                case.buses[first].number
            )),
            None => at(line, what, field())
                .with_help("give one bus with a generator in service the type 3"),
        });
        return;
    }
    for members in islands(case, index) {
        let references = members.iter().filter(|bus| reference(**bus)).count();
        let first = &case.buses[members[0]];
        let island = format!(
            "the island of {} buses with bus {}",
            members.len(),
            first.number
        );
        let load: f64 = members.iter().map(|bus| case.buses[*bus].pd_mw).sum();
        if references > 1 {
            let message =
                format!("{island} has {references} reference buses; each holds its angle");
            problems.push(at(first.line, message, field()).as_warning());
        } else if references == 0 {
            let problem = match members.iter().find(|bus| controlled(**bus)) {
                Some(bus) => at(
                    first.line,
                    format!("{island} has no reference bus"),
                    field(),
                )
                .with_help(format!(
                    "its first PV bus ({}) takes its place",
                    case.buses[*bus].number
                )),
                None => at(
                    first.line,
                    format!("{island} has no source: its load of {load} MW is not served"),
                    field(),
                )
                .with_help("connect it, or give its buses type 4"),
            };
            problems.push(problem.as_warning());
        }
    }
}

/// For each bus, whether a generator is in service there.
pub(super) fn units_at(case: &MatpowerCase, index: &BTreeMap<u32, usize>) -> Vec<bool> {
    let mut found = vec![false; case.buses.len()];
    for row in case.generators.iter().filter(|row| row.in_service) {
        if let Some(bus) = index.get(&row.bus) {
            found[*bus] = true;
        }
    }
    found
}

/// Connected groups of buses that are not isolated, each in bus order, over branches in service.
pub(super) fn islands(case: &MatpowerCase, index: &BTreeMap<u32, usize>) -> Vec<Vec<usize>> {
    let live = |bus: usize| case.buses[bus].kind != BusType::Isolated;
    let mut near = vec![Vec::new(); case.buses.len()];
    for row in case.branches.iter().filter(|row| row.in_service) {
        if let (Some(&from), Some(&to)) = (index.get(&row.from), index.get(&row.to))
            && live(from)
            && live(to)
        {
            near[from].push(to);
            near[to].push(from);
        }
    }
    let mut seen = vec![false; case.buses.len()];
    let mut groups = Vec::new();
    for start in (0..case.buses.len()).filter(|bus| live(*bus)) {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut members = vec![start];
        let mut next = 0;
        while let Some(&bus) = members.get(next) {
            next += 1;
            for &other in &near[bus] {
                if !seen[other] {
                    seen[other] = true;
                    members.push(other);
                }
            }
        }
        members.sort_unstable();
        groups.push(members);
    }
    groups
}
