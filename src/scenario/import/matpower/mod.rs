//! Reads MATPOWER cases (format version 2), and hands them to the solvers.
//!
//! It reads the format, not the known files: a case is a MATLAB function, so tables may be followed by statements that
//! convert their units, and those are evaluated (`token`, `parser`, `evaluator`). Nothing else of MATLAB is run. Every
//! problem of a file is reported with its line. It writes no cases and reads no version 1.

use std::path::Path;

mod case;
mod constants;
mod dispatch;
mod evaluator;
mod expression_evaluator;
mod expression_parser;
mod extract;
mod functions;
mod network;
mod operators;
mod parser;
mod problem;
mod syntax;
mod token;
mod validate;
mod value;

pub use case::BranchRow;
pub use case::BusRow;
pub use case::BusType;
pub use case::CostCurve;
pub use case::CostRow;
pub use case::DcLineRow;
pub use case::GeneratorRow;
pub use case::MatpowerCase;
pub use network::CaseNetwork;
pub use network::GeneratorOutput;
pub use problem::MatpowerError;
pub use problem::Problem;
pub use problem::Severity;

/// Reads a case file.
///
/// # Errors
/// When the file cannot be read, or with every problem found in it.
pub fn read(path: &Path) -> Result<MatpowerCase, MatpowerError> {
    let bytes = std::fs::read(path).map_err(|source| MatpowerError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&path.display().to_string(), &bytes)
}

/// Reads a case from the bytes of a file; `file` names it in messages.
///
/// # Errors
/// With every problem found, in the order of the lines, when at least one is an error.
pub fn parse(file: &str, bytes: &[u8]) -> Result<MatpowerCase, MatpowerError> {
    let invalid = |text: String, problems| MatpowerError::Invalid {
        file: file.to_owned(),
        text,
        problems,
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(fault) => {
            let line = bytes[..fault.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            let problem =
                Problem::error(line, fault.valid_up_to(), 0, "this file is not UTF-8 text")
                    .with_help("convert it, for example with: iconv -f latin1 -t utf-8");
            return Err(invalid(
                String::from_utf8_lossy(bytes).into_owned(),
                vec![problem],
            ));
        }
    };
    if text.trim().is_empty() {
        let problem = Problem::error(0, 0, 0, "this file is empty");
        return Err(invalid(String::new(), vec![problem]));
    }
    let mut problems = Vec::new();
    let tokens = token::tokenize(text, &mut problems);
    let program = parser::parse(&tokens, &mut problems);
    if program.outputs.len() > 1 {
        let problem = Problem::error(
            1,
            0,
            0,
            format!(
                "a version 1 case: it returns {} tables instead of one struct",
                program.outputs.len()
            ),
        )
        .with_help("convert it in MATPOWER: savecase(name, loadcase(name))");
        return Err(invalid(text.to_owned(), vec![problem]));
    }
    let case_name = program.outputs.first().map_or("mpc", String::as_str);
    let workspace = evaluator::evaluate(&program, case_name, &mut problems);
    let mut case = extract::extract(&program.name, case_name, &workspace, &mut problems);
    validate::validate(&case, case_name, &mut problems);

    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut problems: Vec<Problem> = problems
        .into_iter()
        .map(|problem| located(problem, text, &starts))
        .collect();
    problems.sort_by_key(|problem| (problem.line == 0, problem.offset));
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
        return Err(invalid(text.to_owned(), problems));
    }
    case.warnings = problems;
    Ok(case)
}

/// A problem known by its line alone gets the line's offset; one about a number of a row gets that number's place.
fn located(mut problem: Problem, text: &str, starts: &[usize]) -> Problem {
    let Some(start) = problem
        .line
        .checked_sub(1)
        .and_then(|line| starts.get(line))
        .copied()
    else {
        return problem;
    };
    if problem.offset < start {
        problem.offset = start;
    }
    if let (Some(element), 0) = (problem.element, problem.length)
        && let Some((offset, length)) = number_in_row(text, start, problem.offset, element)
    {
        (problem.offset, problem.length) = (offset, length);
    }
    problem
}

/// Place of the nth number of the row that begins at `from`, or at the line's start; `None` unless the line is plainly
/// one row of numbers.
fn number_in_row(
    text: &str,
    line_start: usize,
    from: usize,
    element: usize,
) -> Option<(usize, usize)> {
    let line = text.get(line_start..)?.lines().next()?;
    let end = line_start + line.find('%').unwrap_or(line.len());
    let mut row = text.get(from..end)?;
    let mut at = from;
    if let Some(bracket) = row.find('[') {
        at += bracket + 1;
        row = &row[bracket + 1..];
    }
    let row = row.trim_end_matches([']', ';', ' ', '\t', '\r']);
    if row.contains(';') {
        return None;
    }
    let word = row
        .split([' ', '\t', ','])
        .filter(|word| !word.is_empty())
        .nth(element)?;
    word.parse::<f64>().ok()?;
    // `word` is a part of `row`, so the distance between them is its offset.
    let offset = word.as_ptr() as usize - row.as_ptr() as usize;
    Some((at + offset, word.len()))
}

#[cfg(test)]
mod tests;
