//! Reads MATPOWER cases (format version 2), and hands them to the solvers.
//!
//! It reads the format, not the known files: a case is a MATLAB function, so tables may be followed by statements that
//! convert their units, and those are evaluated (`token`, `syntax`, `evaluate`). Nothing else of MATLAB is run. Every
//! problem of a file is reported with its line. It writes no cases and reads no version 1.

use std::path::Path;

mod case;
mod constants;
mod dispatch;
mod evaluate;
mod extract;
mod functions;
mod network;
mod operators;
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
            let problem = Problem::error(line, 0, 0, "this file is not UTF-8 text")
                .with_help("convert it, for example with: iconv -f latin1 -t utf-8");
            return Err(invalid(
                String::from_utf8_lossy(bytes).into_owned(),
                vec![located(problem, &[])],
            ));
        }
    };
    let mut problems = Vec::new();
    let tokens = token::tokenize(text, &mut problems);
    let program = syntax::parse(&tokens, &mut problems);
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
    let workspace = evaluate::evaluate(&program, case_name, &mut problems);
    let mut case = extract::extract(&program.name, case_name, &workspace, &mut problems);
    validate::validate(&case, case_name, &mut problems);

    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut problems: Vec<Problem> = problems
        .into_iter()
        .map(|problem| located(problem, &starts))
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

/// A problem known by its line alone gets the line's offset.
fn located(mut problem: Problem, starts: &[usize]) -> Problem {
    if problem.offset == 0 && problem.line > 0 {
        problem.offset = starts.get(problem.line - 1).copied().unwrap_or(0);
    }
    problem
}

#[cfg(test)]
mod tests;
