//! Runs the statements of a case file and gives back the struct it builds.
//!
//! A statement that touches the case and cannot be evaluated is an error that names the construct; one that fails
//! elsewhere only makes its variable unknown, which matters when the case comes to depend on it. Nothing is executed
//! beyond arithmetic: no files, no other functions.

use std::collections::BTreeMap;

use crate::scenario::import::matpower::constants;
use crate::scenario::import::matpower::functions;
use crate::scenario::import::matpower::operators::binary;
use crate::scenario::import::matpower::operators::logical;
use crate::scenario::import::matpower::operators::range;
use crate::scenario::import::matpower::operators::select;
use crate::scenario::import::matpower::operators::truth;
use crate::scenario::import::matpower::operators::unary;
use crate::scenario::import::matpower::problem::Problem;
use crate::scenario::import::matpower::problem::nearest;
use crate::scenario::import::matpower::syntax::Expr;
use crate::scenario::import::matpower::syntax::ExprKind;
use crate::scenario::import::matpower::syntax::Place;
use crate::scenario::import::matpower::syntax::Program;
use crate::scenario::import::matpower::syntax::Row;
use crate::scenario::import::matpower::syntax::Statement;
use crate::scenario::import::matpower::syntax::StatementKind;
use crate::scenario::import::matpower::value::Cell;
use crate::scenario::import::matpower::value::Index;
use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::RowPlace;
use crate::scenario::import::matpower::value::Value;

type Evaluated<T> = Result<T, Problem>;

/// The struct a case file built, with the lines where its fields were first set.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Fields of the case.
    pub case: BTreeMap<String, Value>,
    /// Where each field was first assigned.
    pub places: BTreeMap<String, Place>,
}

/// Runs a program whose case variable is `case_name`.
pub(super) fn evaluate(
    program: &Program,
    case_name: &str,
    problems: &mut Vec<Problem>,
) -> Workspace {
    let mut evaluator = Evaluator {
        case_name,
        variables: BTreeMap::new(),
        places: BTreeMap::new(),
        last: Vec::new(),
        problems,
    };
    evaluator.run(&program.body);
    let case = match evaluator.variables.remove(case_name) {
        Some(Ok(Value::Struct(fields))) => fields,
        _ => BTreeMap::new(),
    };
    Workspace {
        case,
        places: evaluator.places,
    }
}

struct Evaluator<'a> {
    case_name: &'a str,
    /// Known values, or why a variable is unknown.
    variables: BTreeMap<String, Evaluated<Value>>,
    places: BTreeMap<String, Place>,
    /// What `end` stands for in the indices being evaluated.
    last: Vec<usize>,
    problems: &'a mut Vec<Problem>,
}

impl Evaluator<'_> {
    /// False once a `return` was met.
    fn run(&mut self, body: &[Statement]) -> bool {
        body.iter().all(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Return => return false,
            StatementKind::Assign(targets, value) => {
                self.assignment(targets, value, statement.place)
            }
            StatementKind::Expression(expression) => self.expression_statement(expression),
            StatementKind::If(arms) => return self.condition(arms, statement.place),
            StatementKind::Unsupported { keyword, assigns } => {
                if assigns.iter().any(|name| name == self.case_name) {
                    let message = format!(
                        "a '{keyword}' block that uses {} cannot be evaluated",
                        self.case_name
                    );
                    self.problems.push(statement.place.error(message).with_help(
                        "write the result out: load the case in MATPOWER and save it with savecase",
                    ));
                }
                for name in assigns {
                    let reason = statement.place.error(format!(
                        "'{name}' may be set by a '{keyword}' block, which is not evaluated"
                    ));
                    self.variables.entry(name.clone()).or_insert(Err(reason));
                }
            }
        }
        true
    }

    fn expression_statement(&mut self, expression: &Expr) {
        let (name, arguments) = match &expression.kind {
            ExprKind::Name(name) => (name, &[][..]),
            ExprKind::Apply(base, arguments) => match &base.kind {
                ExprKind::Name(name) => (name, arguments.as_slice()),
                _ => return,
            },
            _ => return,
        };
        if name == "define_constants" {
            for (name, value) in constants::all() {
                self.variables
                    .insert(name.to_owned(), Ok(Value::scalar(value)));
            }
        } else if name == "error" && !matches!(arguments, []) {
            self.problems.push(
                expression
                    .place
                    .error("the case stops here with an error of its own"),
            );
        } else if !self.variables.contains_key(name)
            && !functions::is_harmless(name)
            && functions::call(name, &[]).is_none()
        {
            let message = format!("'{name}' is not evaluated");
            self.problems.push(
                expression
                    .place
                    .error(message)
                    .as_warning()
                    .with_help("if it changes the case, save the result with savecase"),
            );
        }
    }

    fn condition(&mut self, arms: &[(Option<Expr>, Vec<Statement>)], place: Place) -> bool {
        for (condition, body) in arms {
            let Some(condition) = condition else {
                return self.run(body);
            };
            match self.expression(condition).and_then(|value| {
                Ok(truth(&value).map_err(|reason| condition.place.error(reason))?)
            }) {
                Ok(true) => return self.run(body),
                Ok(false) => {}
                Err(reason) => {
                    let touches = arms
                        .iter()
                        .flat_map(|(_, body)| body)
                        .any(|inner| self.touches_case(inner));
                    if touches {
                        self.problems.push(reason.in_field("if").with_help(
                            "its blocks change the case, so the condition must be known",
                        ));
                    } else {
                        let unknown =
                            place.error("set in a block whose condition cannot be evaluated");
                        self.forget(arms.iter().flat_map(|(_, body)| body), &unknown);
                    }
                    return true;
                }
            }
        }
        true
    }

    fn touches_case(&self, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Assign(targets, _) => targets
                .iter()
                .flatten()
                .any(|target| root(target) == Some(self.case_name)),
            StatementKind::If(arms) => arms
                .iter()
                .flat_map(|(_, body)| body)
                .any(|inner| self.touches_case(inner)),
            StatementKind::Unsupported { assigns, .. } => {
                assigns.iter().any(|name| name == self.case_name)
            }
            StatementKind::Return => true,
            StatementKind::Expression(_) => false,
        }
    }

    fn forget<'s>(&mut self, body: impl Iterator<Item = &'s Statement>, reason: &Problem) {
        for statement in body {
            if let StatementKind::Assign(targets, _) = &statement.kind {
                for name in targets.iter().flatten().filter_map(root) {
                    self.variables.insert(name.to_owned(), Err(reason.clone()));
                }
            }
        }
    }

    fn assignment(&mut self, targets: &[Option<Expr>], value: &Expr, place: Place) {
        let results = self.results(targets.len(), value);
        let results = match results {
            Ok(results) => results,
            Err(reason) => {
                for target in targets.iter().flatten() {
                    self.fail(target, reason.clone());
                }
                return;
            }
        };
        for (target, result) in targets.iter().zip(results) {
            let Some(target) = target else { continue };
            let deletes = matches!(&value.kind, ExprKind::Matrix(rows) if rows.is_empty());
            if let Err(reason) = self.store(target, result, deletes) {
                self.fail(target, reason);
            }
        }
        if let [Some(target)] = targets
            && let Some(field) = case_field(target, self.case_name)
        {
            self.places.entry(field.to_owned()).or_insert(place);
        }
    }

    /// An assignment that cannot be done: an error in the case, an unknown variable elsewhere.
    fn fail(&mut self, target: &Expr, reason: Problem) {
        match root(target) {
            Some(name) if name == self.case_name => {
                if let Some(field) = case_field(target, self.case_name) {
                    self.places.entry(field.to_owned()).or_insert(target.place);
                    let reason = if reason.field.is_empty() {
                        reason.in_field(format!("{name}.{field}"))
                    } else {
                        reason
                    };
                    self.problems.push(reason);
                } else {
                    self.problems.push(reason);
                }
            }
            Some(name) => {
                self.variables.insert(name.to_owned(), Err(reason));
            }
            None => self
                .problems
                .push(target.place.error("cannot assign to this")),
        }
    }

    /// Values for `count` targets.
    fn results(&mut self, count: usize, value: &Expr) -> Evaluated<Vec<Value>> {
        if count == 1 {
            return Ok(vec![self.expression(value)?]);
        }
        let (name, arguments) = match &value.kind {
            ExprKind::Name(name) => (name.as_str(), &[][..]),
            ExprKind::Apply(base, arguments) => match &base.kind {
                ExprKind::Name(name) => (name.as_str(), arguments.as_slice()),
                _ => ("", &[][..]),
            },
            _ => ("", &[][..]),
        };
        if let Some(constants) = constants::index_function(name) {
            if count > constants.len() {
                return Err(value.place.error(format!(
                    "{name} returns {} values, {count} are asked for",
                    constants.len()
                )));
            }
            return Ok(constants
                .iter()
                .take(count)
                .map(|(_, column)| Value::scalar(*column))
                .collect());
        }
        if name == "deal" {
            let values = self.values(arguments)?;
            return match values.as_slice() {
                [single] => Ok(vec![single.clone(); count]),
                many if many.len() == count => Ok(values),
                many => Err(value.place.error(format!(
                    "deal has {} values for {count} targets",
                    many.len()
                ))),
            };
        }
        if name == "size" && count == 2 {
            let (rows, cols) = self.values(arguments)?.first().map_or((0, 0), Value::size);
            return Ok(vec![Value::scalar(rows as f64), Value::scalar(cols as f64)]);
        }
        Err(unsupported_call(name, value.place))
    }

    fn values(&mut self, list: &[Expr]) -> Evaluated<Vec<Value>> {
        list.iter().map(|item| self.expression(item)).collect()
    }

    fn expression(&mut self, expression: &Expr) -> Evaluated<Value> {
        let place = expression.place;
        let fault = |reason: String| place.error(reason);
        match &expression.kind {
            ExprKind::Number(value) => Ok(Value::scalar(*value)),
            ExprKind::Text(text) => Ok(Value::Text(text.clone())),
            ExprKind::Name(name) => self.name(name, place),
            ExprKind::All => Ok(Value::Text(":".to_owned())),
            ExprKind::Last => match self.last.last() {
                Some(last) => Ok(Value::scalar(*last as f64)),
                None => Err(place.error("'end' outside an index")),
            },
            ExprKind::Unary(symbol, operand) => {
                let value = self.expression(operand)?;
                unary(symbol, &value).map_err(fault)
            }
            ExprKind::Binary(symbol, left, right) => {
                let left = self.expression(left)?;
                if matches!(*symbol, "&&" | "||") {
                    let known = truth(&left).map_err(fault)?;
                    if known == (*symbol == "||") {
                        return Ok(logical(known));
                    }
                    let right = self.expression(right)?;
                    return truth(&right).map(logical).map_err(fault);
                }
                let right = self.expression(right)?;
                binary(symbol, &left, &right).map_err(fault)
            }
            ExprKind::Transpose(operand) => match self.expression(operand)? {
                Value::Matrix(matrix) => Ok(Value::Matrix(matrix.transpose())),
                Value::Cell(cell) if cell.rows <= 1 || cell.cols <= 1 => Ok(Value::Cell(Cell {
                    rows: cell.cols,
                    cols: cell.rows,
                    items: cell.items,
                })),
                other => Err(place.error(format!("cannot transpose {}", other.kind()))),
            },
            ExprKind::Apply(base, arguments) => self.apply(base, arguments, place),
            ExprKind::Content(base, arguments) => {
                let value = self.expression(base)?;
                let Value::Cell(cell) = value else {
                    return Err(place.error(format!("braces index {}", value.kind())));
                };
                let index = self.indices(arguments, (cell.rows, cell.cols))?;
                let found = match index.as_slice() {
                    [at] => at.positions(cell.items.len(), false),
                    [row, col] => row.positions(cell.rows, false).and_then(|rows| {
                        let cols = col.positions(cell.cols, false)?;
                        Ok(rows
                            .iter()
                            .flat_map(|row| cols.iter().map(move |col| row * cell.cols + col))
                            .collect())
                    }),
                    _ => Err("a cell takes one or two indices".to_owned()),
                };
                match found.map_err(fault)?.as_slice() {
                    [at] => cell
                        .items
                        .get(*at)
                        .cloned()
                        .ok_or_else(|| place.error("no such cell")),
                    _ => Err(place.error("braces must name one cell")),
                }
            }
            ExprKind::Field(..) => match self.peek(expression) {
                Some(value) => Ok(value.clone()),
                None => Err(self.missing(expression)),
            },
            ExprKind::Matrix(rows) => self.matrix(rows, place),
            ExprKind::Cell(rows) => self.cell(rows),
            ExprKind::Range { from, step, to } => {
                let mut number = |part: &Expr| -> Evaluated<f64> {
                    let value = self.expression(part)?;
                    value
                        .matrix()
                        .and_then(Matrix::single)
                        .map_err(|reason| part.place.error(reason))
                };
                let (from, to) = (number(from)?, number(to)?);
                let step = step.as_ref().map_or(Ok(1.0), |step| number(step))?;
                range(from, step, to).map_err(fault)
            }
            ExprKind::Unsupported(what) => Err(place.error(format!("{what} cannot be evaluated"))),
        }
    }

    fn name(&mut self, name: &str, place: Place) -> Evaluated<Value> {
        match self.variables.get(name) {
            Some(Ok(value)) => return Ok(value.clone()),
            Some(Err(reason)) => {
                let because = format!(
                    "'{name}' is unknown here: {} (line {})",
                    reason.message, reason.line
                );
                return Err(place.error(because));
            }
            None => {}
        }
        if let Some(value) = functions::constant(name) {
            let is_logical = matches!(name, "true" | "false");
            return Ok(if is_logical {
                logical(value != 0.0)
            } else {
                Value::scalar(value)
            });
        }
        if let Some(constants) = constants::index_function(name) {
            return Ok(Value::scalar(constants[0].1));
        }
        match functions::call(name, &[]) {
            Some(Ok(value)) => Ok(value),
            Some(Err(reason)) => Err(place.error(format!("{name}: {reason}"))),
            None => Err(self.undefined(name, place)),
        }
    }

    fn undefined(&self, name: &str, place: Place) -> Problem {
        let known = self.variables.keys().map(String::as_str);
        let problem = place.error(format!("'{name}' is not defined"));
        match nearest(name, known) {
            Some(near) => problem.with_help(format!("did you mean '{near}'?")),
            None => problem
                .with_help("column names come from define_constants or idx_bus, idx_brch, idx_gen"),
        }
    }

    /// The value of a name or a chain of fields, without copying it.
    fn peek(&self, expression: &Expr) -> Option<&Value> {
        match &expression.kind {
            ExprKind::Name(name) => self.variables.get(name)?.as_ref().ok(),
            ExprKind::Field(base, field) => match self.peek(base)? {
                Value::Struct(fields) => fields.get(field),
                _ => None,
            },
            _ => None,
        }
    }

    fn missing(&self, expression: &Expr) -> Problem {
        if let ExprKind::Field(base, field) = &expression.kind {
            if let Some(Value::Struct(fields)) = self.peek(base) {
                let problem = expression
                    .place
                    .error(format!("there is no field '{field}' yet"));
                return match nearest(field, fields.keys().map(String::as_str)) {
                    Some(near) => problem.with_help(format!("did you mean '{near}'?")),
                    None => problem,
                };
            }
            if let ExprKind::Name(name) = &base.kind {
                return self.undefined(name, base.place);
            }
        }
        expression.place.error("this is not known")
    }

    fn apply(&mut self, base: &Expr, arguments: &[Expr], place: Place) -> Evaluated<Value> {
        if let ExprKind::Name(name) = &base.kind
            && !self.variables.contains_key(name)
        {
            let values = self.values(arguments)?;
            return match functions::call(name, &values) {
                Some(result) => result.map_err(|reason| place.error(format!("{name}: {reason}"))),
                None if functions::constant(name).is_some() => self.name(name, place),
                None => Err(unsupported_call(name, place)),
            };
        }
        let Some(size) = self.peek(base).map(Value::size) else {
            let value = self.expression(base)?;
            let index = self.indices(arguments, value.size())?;
            return select(&value, &index).map_err(|reason| place.error(reason));
        };
        let index = self.indices(arguments, size)?;
        match self.peek(base) {
            Some(value) => select(value, &index).map_err(|reason| place.error(reason)),
            None => Err(self.missing(base)),
        }
    }

    fn indices(&mut self, arguments: &[Expr], size: (usize, usize)) -> Evaluated<Vec<Index>> {
        let mut indices = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            if matches!(argument.kind, ExprKind::All) {
                indices.push(Index::All);
                continue;
            }
            self.last.push(match (arguments.len(), at) {
                (1, _) => size.0 * size.1,
                (_, 0) => size.0,
                _ => size.1,
            });
            let value = self.expression(argument);
            self.last.pop();
            match value? {
                Value::Matrix(matrix) => indices.push(Index::At(matrix)),
                other => {
                    return Err(argument
                        .place
                        .error(format!("{} is not an index", other.kind())));
                }
            }
        }
        Ok(indices)
    }

    fn store(&mut self, target: &Expr, value: Value, deletes: bool) -> Evaluated<()> {
        let (holder, arguments) = match &target.kind {
            ExprKind::Apply(base, arguments) => (base.as_ref(), Some(arguments)),
            _ => (target, None),
        };
        let index = match arguments {
            Some(arguments) => {
                let size = self.peek(holder).map_or((0, 0), Value::size);
                Some(self.indices(arguments, size)?)
            }
            None => None,
        };
        let Some(slot) = self.slot(holder) else {
            return Err(target
                .place
                .error("cannot assign to this")
                .with_help("assign to a name, a field or an index of one"));
        };
        let Some(index) = index else {
            *slot = value;
            return Ok(());
        };
        let fault = |reason: String| target.place.error(reason);
        let (Value::Matrix(matrix), Value::Matrix(value)) = (&mut *slot, &value) else {
            return Err(fault(format!(
                "cannot put {} into part of {}",
                value.kind(),
                slot.kind()
            )));
        };
        match index.as_slice() {
            [rows, cols] if deletes => matrix.delete(rows, cols).map_err(fault),
            [rows, cols] => matrix.set_block(rows, cols, value).map_err(fault),
            [at] => matrix.set_at(at, value).map_err(fault),
            _ => Err(fault("one or two indices are supported".to_owned())),
        }
    }

    /// The place a name or chain of fields denotes, made if need be.
    fn slot(&mut self, holder: &Expr) -> Option<&mut Value> {
        let empty = || Value::Matrix(Matrix::default());
        match &holder.kind {
            ExprKind::Name(name) => {
                let entry = self
                    .variables
                    .entry(name.clone())
                    .or_insert_with(|| Ok(empty()));
                if entry.is_err() {
                    *entry = Ok(empty());
                }
                entry.as_mut().ok()
            }
            ExprKind::Field(base, field) => {
                let owner = self.slot(base)?;
                if matches!(owner, Value::Matrix(matrix) if matrix.is_empty()) {
                    *owner = Value::Struct(BTreeMap::new());
                }
                match owner {
                    Value::Struct(fields) => {
                        Some(fields.entry(field.clone()).or_insert_with(empty))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A matrix literal. Rows of another width than the first are reported and fitted, so that reading can go on.
    fn matrix(&mut self, rows: &[Row], place: Place) -> Evaluated<Value> {
        let mut result = Matrix::default();
        let mut text: Option<String> = None;
        let mut expected: Option<(usize, usize)> = None;
        for row in rows {
            let bands = self.values(&row.items)?;
            let mut matrices = Vec::with_capacity(bands.len());
            for band in bands {
                match band {
                    Value::Matrix(matrix) => matrices.push(matrix),
                    Value::Text(part) => text.get_or_insert_default().push_str(&part),
                    other => return Err(place.error(format!("{} inside a matrix", other.kind()))),
                }
            }
            let matrices: Vec<Matrix> = matrices
                .into_iter()
                .filter(|matrix| !matrix.is_empty())
                .collect();
            let Some(first) = matrices.first() else {
                continue;
            };
            let height = first.rows;
            if matrices.iter().any(|matrix| matrix.rows != height) {
                return Err(Problem::error(
                    row.line,
                    row.offset,
                    1,
                    "parts of different heights side by side",
                ));
            }
            let width: usize = matrices.iter().map(|matrix| matrix.cols).sum();
            let (columns, since) = *expected.get_or_insert((width, row.line));
            if width != columns {
                let message =
                    format!("this row has {width} columns, the first (line {since}) has {columns}");
                let end = row
                    .items
                    .last()
                    .map_or(row.offset, |item| item.place.offset + item.place.length);
                self.problems.push(
                    Problem::error(
                        row.line,
                        row.offset,
                        end.saturating_sub(row.offset),
                        message,
                    )
                    .with_help("a missing or extra number, or a missing ';'"),
                );
            }
            for line in 0..height {
                let before = result.data.len();
                for matrix in &matrices {
                    result.data.extend_from_slice(
                        &matrix.data[line * matrix.cols..(line + 1) * matrix.cols],
                    );
                }
                result.data.resize(before + columns, 0.0);
                let own = matrices
                    .iter()
                    .find_map(|matrix| matrix.places.get(line))
                    .copied();
                result.places.push(own.unwrap_or(RowPlace {
                    line: row.line,
                    offset: row.offset,
                }));
            }
            result.cols = columns;
            result.rows += height;
        }
        match text {
            Some(text) if result.is_empty() => Ok(Value::Text(text)),
            Some(_) => Err(place.error("numbers and strings in one matrix")),
            None => Ok(Value::Matrix(result)),
        }
    }

    fn cell(&mut self, rows: &[Row]) -> Evaluated<Value> {
        let cols = rows.first().map_or(0, |row| row.items.len());
        let mut items = Vec::new();
        for row in rows {
            if row.items.len() != cols {
                let message = format!(
                    "this row has {} cells, the first has {cols}",
                    row.items.len()
                );
                return Err(Problem::error(row.line, row.offset, 1, message));
            }
            items.extend(self.values(&row.items)?);
        }
        Ok(Value::Cell(Cell {
            rows: rows.len(),
            cols,
            items,
        }))
    }
}

/// The variable that a target belongs to.
fn root(target: &Expr) -> Option<&str> {
    match &target.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Field(base, _) | ExprKind::Apply(base, _) | ExprKind::Content(base, _) => {
            root(base)
        }
        _ => None,
    }
}

/// The field of the case that a target belongs to.
fn case_field<'e>(target: &'e Expr, case_name: &str) -> Option<&'e str> {
    match &target.kind {
        ExprKind::Field(base, field) => match &base.kind {
            ExprKind::Name(name) if name == case_name => Some(field),
            _ => case_field(base, case_name),
        },
        ExprKind::Apply(base, _) | ExprKind::Content(base, _) => case_field(base, case_name),
        _ => None,
    }
}

fn unsupported_call(name: &str, place: Place) -> Problem {
    let message = if name.is_empty() {
        "this cannot be evaluated".to_owned()
    } else {
        format!("the function '{name}' cannot be evaluated")
    };
    place
        .error(message)
        .with_help("load the case in MATPOWER and save the result with savecase")
}
