//! Values of expressions: names, indices, calls, literals.
//!
//! Reads variables and never assigns; assigning is `evaluator`'s.

use crate::scenario::import::matpower::constants;
use crate::scenario::import::matpower::evaluator::Evaluated;
use crate::scenario::import::matpower::evaluator::Evaluator;
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
use crate::scenario::import::matpower::syntax::Row;
use crate::scenario::import::matpower::value::Cell;
use crate::scenario::import::matpower::value::Index;
use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::RowPlace;
use crate::scenario::import::matpower::value::Value;

impl Evaluator<'_> {
    pub(super) fn values(&mut self, list: &[Expr]) -> Evaluated<Vec<Value>> {
        list.iter().map(|item| self.expression(item)).collect()
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Evaluated<Value> {
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
    pub(super) fn peek(&self, expression: &Expr) -> Option<&Value> {
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

    pub(super) fn indices(
        &mut self,
        arguments: &[Expr],
        size: (usize, usize),
    ) -> Evaluated<Vec<Index>> {
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

/// The error for a function that is not known.
pub(super) fn unsupported_call(name: &str, place: Place) -> Problem {
    let message = if name.is_empty() {
        "this cannot be evaluated".to_owned()
    } else {
        format!("the function '{name}' cannot be evaluated")
    };
    place
        .error(message)
        .with_help("load the case in MATPOWER and save the result with savecase")
}
