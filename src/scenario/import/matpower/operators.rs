//! Operators, ranges and reading by index, on the values of the MATLAB subset.
//!
//! Results carry no place in the file: the evaluator knows where it is.

use crate::scenario::import::matpower::value::Cell;
use crate::scenario::import::matpower::value::Index;
use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::Value;

pub(super) fn logical(value: bool) -> Value {
    Value::Matrix(Matrix {
        logical: true,
        ..Matrix::scalar(f64::from(value))
    })
}

pub(super) fn truth(value: &Value) -> Result<bool, String> {
    Ok(value.matrix()?.truth())
}

pub(super) fn range(from: f64, step: f64, to: f64) -> Result<Value, String> {
    let count = ((to - from) / step + 1e-10).floor() + 1.0;
    if !count.is_finite() {
        return Err(format!("the range {from}:{step}:{to} is not finite"));
    }
    if count <= 0.0 {
        return Matrix::filled(1, 0, 0.0).map(Value::Matrix);
    }
    let mut row = Matrix::filled(1, count as usize, 0.0)?;
    for (at, value) in row.data.iter_mut().enumerate() {
        *value = from + at as f64 * step;
    }
    Ok(Value::Matrix(row))
}

pub(super) fn select(value: &Value, index: &[Index]) -> Result<Value, String> {
    match (value, index) {
        (value, []) => Ok(value.clone()),
        (Value::Matrix(matrix), [at]) => matrix.at(at).map(Value::Matrix),
        (Value::Matrix(matrix), [rows, cols]) => matrix.block(rows, cols).map(Value::Matrix),
        (Value::Cell(cell), [at]) => {
            let positions = at.positions(cell.items.len(), false)?;
            let items: Vec<Value> = positions
                .iter()
                .filter_map(|at| cell.items.get(*at).cloned())
                .collect();
            Ok(Value::Cell(Cell {
                rows: items.len(),
                cols: 1,
                items,
            }))
        }
        (other, _) => Err(format!(
            "cannot index {} with {} indices",
            other.kind(),
            index.len()
        )),
    }
}

pub(super) fn unary(symbol: &str, value: &Value) -> Result<Value, String> {
    let matrix = value.matrix()?;
    Ok(Value::Matrix(match symbol {
        "-" => matrix.map(|value| -value),
        "+" => matrix.clone(),
        _ => Matrix {
            logical: true,
            ..matrix.map(|value| f64::from(value == 0.0))
        },
    }))
}

pub(super) fn binary(symbol: &str, left: &Value, right: &Value) -> Result<Value, String> {
    if let (Value::Text(a), Value::Text(b), "==") = (left, right, symbol) {
        return Ok(logical(a == b));
    }
    let (a, b) = (left.matrix()?, right.matrix()?);
    let either = a.is_scalar() || b.is_scalar();
    let compare = |holds: fn(f64, f64) -> bool| {
        a.zip(b, |x, y| f64::from(holds(x, y)))
            .map(|matrix| Matrix {
                logical: true,
                ..matrix
            })
    };
    let result = match symbol {
        "+" => a.zip(b, |x, y| x + y),
        "-" => a.zip(b, |x, y| x - y),
        ".*" => a.zip(b, |x, y| x * y),
        "*" if either => a.zip(b, |x, y| x * y),
        "*" => a.times(b),
        "./" => a.zip(b, |x, y| x / y),
        "/" if b.is_scalar() => a.zip(b, |x, y| x / y),
        ".\\" => a.zip(b, |x, y| y / x),
        "\\" if a.is_scalar() => a.zip(b, |x, y| y / x),
        ".^" => a.zip(b, libm::pow),
        "^" if a.is_scalar() && b.is_scalar() => a.zip(b, libm::pow),
        "==" => compare(|x, y| x == y),
        "~=" | "!=" => compare(|x, y| x != y),
        "<" => compare(|x, y| x < y),
        "<=" => compare(|x, y| x <= y),
        ">" => compare(|x, y| x > y),
        ">=" => compare(|x, y| x >= y),
        "&" | "&&" => compare(|x, y| x != 0.0 && y != 0.0),
        "|" | "||" => compare(|x, y| x != 0.0 || y != 0.0),
        _ => Err(format!(
            "'{symbol}' between matrices of {}x{} and {}x{} cannot be evaluated",
            a.rows, a.cols, b.rows, b.cols
        )),
    };
    result.map(Value::Matrix)
}
