//! The few MATLAB functions that published cases call, on real matrices.
//!
//! Transcendental ones come from `libm`, so that a case reads to the same bits everywhere. A function not listed is an
//! error of the caller's making: nothing is guessed.

use crate::scenario::import::matpower::value::Matrix;
use crate::scenario::import::matpower::value::Outcome;
use crate::scenario::import::matpower::value::Value;

/// Named numbers.
pub(super) fn constant(name: &str) -> Option<f64> {
    Some(match name {
        "pi" => std::f64::consts::PI,
        "Inf" | "inf" => f64::INFINITY,
        "NaN" | "nan" | "NA" => f64::NAN,
        "eps" => f64::EPSILON,
        "true" => 1.0,
        "false" => 0.0,
        _ => return None,
    })
}

/// Names that only show something or change the session: calling them cannot alter a case.
pub(super) fn is_harmless(name: &str) -> bool {
    matches!(
        name,
        "disp"
            | "display"
            | "fprintf"
            | "printf"
            | "warning"
            | "format"
            | "more"
            | "clc"
            | "close"
            | "figure"
            | "tic"
            | "toc"
    )
}

/// Calls a function; `None` when there is none of that name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Outcome<Value>> {
    if let Some(function) = unary(name) {
        return Some(one(arguments).map(|matrix| Value::Matrix(matrix.map(function))));
    }
    Some(match name {
        "sum" => reduce(arguments, 0.0, |total, value| total + value),
        "prod" => reduce(arguments, 1.0, |total, value| total * value),
        "max" => extreme(arguments, f64::max),
        "min" => extreme(arguments, f64::min),
        "any" => reduce(arguments, 0.0, |found, value| {
            f64::from(found != 0.0 || value != 0.0)
        })
        .map(mask),
        "all" => reduce(arguments, 1.0, |held, value| {
            f64::from(held != 0.0 && value != 0.0)
        })
        .map(mask),
        "size" => size(arguments),
        "numel" => {
            any(arguments).map(|value| Value::scalar((value.size().0 * value.size().1) as f64))
        }
        "length" => any(arguments).map(|value| {
            let (rows, cols) = value.size();
            Value::scalar(if rows == 0 || cols == 0 {
                0.0
            } else {
                rows.max(cols) as f64
            })
        }),
        "isempty" => any(arguments)
            .map(|value| Value::scalar(f64::from(value.size().0 * value.size().1 == 0)))
            .map(mask),
        "zeros" => filled(arguments, 0.0),
        "ones" => filled(arguments, 1.0),
        "eye" => filled(arguments, 0.0).and_then(|value| {
            let mut matrix = value.matrix()?.clone();
            for at in 0..matrix.rows.min(matrix.cols) {
                matrix.data[at * matrix.cols + at] = 1.0;
            }
            Ok(Value::Matrix(matrix))
        }),
        "find" => one(arguments).map(|matrix| {
            let found = matrix
                .column_major()
                .enumerate()
                .filter(|(_, value)| *value != 0.0)
                .map(|(at, _)| (at + 1) as f64);
            let found: Vec<f64> = found.collect();
            Value::Matrix(if matrix.rows == 1 {
                Matrix::row(found)
            } else {
                Matrix::column(found)
            })
        }),
        "isnan" => one(arguments)
            .map(|matrix| mask(Value::Matrix(matrix.map(|value| f64::from(value.is_nan()))))),
        "isinf" => one(arguments).map(|matrix| {
            mask(Value::Matrix(
                matrix.map(|value| f64::from(value.is_infinite())),
            ))
        }),
        "not" => one(arguments)
            .map(|matrix| mask(Value::Matrix(matrix.map(|value| f64::from(value == 0.0))))),
        "logical" => one(arguments)
            .map(|matrix| mask(Value::Matrix(matrix.map(|value| f64::from(value != 0.0))))),
        "hypot" => two(arguments, libm::hypot),
        "atan2" => two(arguments, libm::atan2),
        "power" => two(arguments, libm::pow),
        "mod" => two(arguments, |a, b| {
            if b == 0.0 { a } else { a - (a / b).floor() * b }
        }),
        "rem" => two(arguments, |a, b| if b == 0.0 { a } else { a % b }),
        "repmat" => repeat(arguments),
        "struct" if arguments.is_empty() => Ok(Value::Struct(std::collections::BTreeMap::new())),
        _ => return None,
    })
}

fn unary(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "sin" => libm::sin,
        "cos" => libm::cos,
        "tan" => libm::tan,
        "asin" => libm::asin,
        "acos" => libm::acos,
        "atan" => libm::atan,
        "exp" => libm::exp,
        "log" => libm::log,
        "log10" => libm::log10,
        "log2" => libm::log2,
        "sqrt" => f64::sqrt,
        "abs" => f64::abs,
        "floor" => f64::floor,
        "ceil" => f64::ceil,
        "round" => f64::round,
        "fix" => f64::trunc,
        "sign" => |value| if value == 0.0 { 0.0 } else { value.signum() },
        "deg2rad" => f64::to_radians,
        "rad2deg" => f64::to_degrees,
        "double" | "full" | "real" => |value| value,
        _ => return None,
    })
}

fn any(arguments: &[Value]) -> Outcome<&Value> {
    match arguments {
        [value] => Ok(value),
        _ => Err(format!("expected one argument, found {}", arguments.len())),
    }
}

fn one(arguments: &[Value]) -> Outcome<&Matrix> {
    any(arguments)?.matrix()
}

fn two(arguments: &[Value], function: fn(f64, f64) -> f64) -> Outcome<Value> {
    match arguments {
        [a, b] => a.matrix()?.zip(b.matrix()?, function).map(Value::Matrix),
        _ => Err(format!("expected two arguments, found {}", arguments.len())),
    }
}

fn mask(value: Value) -> Value {
    match value {
        Value::Matrix(matrix) => Value::Matrix(Matrix {
            logical: true,
            ..matrix
        }),
        other => other,
    }
}

/// Along columns, or along the row of a row; a second argument 1 or 2 names the dimension.
fn reduce(arguments: &[Value], start: f64, step: impl Fn(f64, f64) -> f64) -> Outcome<Value> {
    let (matrix, dimension) = match arguments {
        [value] => (value.matrix()?, None),
        [value, dimension] => (value.matrix()?, Some(dimension.matrix()?.single()?)),
        _ => {
            return Err(format!(
                "expected one or two arguments, found {}",
                arguments.len()
            ));
        }
    };
    let across = dimension.map_or(matrix.rows == 1, |dimension| dimension == 2.0);
    let matrix = if across {
        matrix.clone()
    } else {
        matrix.transpose()
    };
    let totals: Vec<f64> = if matrix.cols == 0 {
        vec![start; matrix.rows.max(1)]
    } else {
        matrix
            .data
            .chunks(matrix.cols)
            .map(|row| row.iter().fold(start, |total, value| step(total, *value)))
            .collect()
    };
    Ok(Value::Matrix(if across {
        Matrix::column(totals)
    } else {
        Matrix::row(totals)
    }))
}

fn extreme(arguments: &[Value], pick: fn(f64, f64) -> f64) -> Outcome<Value> {
    if arguments.len() == 2 {
        return two(arguments, pick);
    }
    let matrix = one(arguments)?;
    if matrix.is_empty() {
        return Ok(Value::Matrix(Matrix::default()));
    }
    // `f64::max` and `f64::min` prefer a number to NaN, as MATLAB does.
    reduce(arguments, f64::NAN, pick)
}

fn dimension(value: &Value) -> Outcome<usize> {
    let number = value.matrix()?.single()?;
    // Beyond 1e9 the size check refuses anyway; the bound keeps the conversion exact.
    if number.fract() == 0.0 && (0.0..=1e9).contains(&number) {
        Ok(number as usize)
    } else {
        Err(format!("{number} is not a size"))
    }
}

fn filled(arguments: &[Value], value: f64) -> Outcome<Value> {
    let (rows, cols) = match arguments {
        [] => (1, 1),
        [Value::Matrix(size)] if size.data.len() == 2 => (
            dimension(&Value::scalar(size.data[0]))?,
            dimension(&Value::scalar(size.data[1]))?,
        ),
        [side] => (dimension(side)?, dimension(side)?),
        [rows, cols] => (dimension(rows)?, dimension(cols)?),
        _ => return Err("more than two dimensions".to_owned()),
    };
    Matrix::filled(rows, cols, value).map(Value::Matrix)
}

fn size(arguments: &[Value]) -> Outcome<Value> {
    match arguments {
        [value] => Ok(Value::Matrix(Matrix::row(vec![
            value.size().0 as f64,
            value.size().1 as f64,
        ]))),
        [value, dimension] => {
            let dimension = dimension.matrix()?.single()?;
            Ok(Value::scalar(match dimension {
                1.0 => value.size().0 as f64,
                2.0 => value.size().1 as f64,
                _ => 1.0,
            }))
        }
        _ => Err(format!(
            "expected one or two arguments, found {}",
            arguments.len()
        )),
    }
}

fn repeat(arguments: &[Value]) -> Outcome<Value> {
    let [value, rows, cols] = arguments else {
        return Err("expected a matrix and two counts".to_owned());
    };
    let (matrix, down, across) = (value.matrix()?, dimension(rows)?, dimension(cols)?);
    let mut result = Matrix::filled(
        matrix.rows.saturating_mul(down),
        matrix.cols.saturating_mul(across),
        0.0,
    )?;
    for row in 0..result.rows {
        for col in 0..result.cols {
            result.data[row * result.cols + col] =
                matrix.data[(row % matrix.rows) * matrix.cols + col % matrix.cols];
        }
    }
    Ok(Value::Matrix(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &str, arguments: &[Value]) -> Vec<f64> {
        call(name, arguments)
            .unwrap()
            .unwrap()
            .matrix()
            .unwrap()
            .data
            .clone()
    }

    #[test]
    fn reductions_follow_matlab() {
        let square = Value::Matrix(Matrix {
            rows: 2,
            cols: 2,
            data: vec![1.0, 2.0, 3.0, 4.0],
            ..Matrix::default()
        });
        assert_eq!(result("sum", std::slice::from_ref(&square)), [4.0, 6.0]);
        assert_eq!(
            result("sum", &[square.clone(), Value::scalar(2.0)]),
            [3.0, 7.0]
        );
        assert_eq!(result("max", std::slice::from_ref(&square)), [3.0, 4.0]);
        assert_eq!(result("size", &[square]), [2.0, 2.0]);
    }

    #[test]
    fn unknown_names_are_not_guessed() {
        assert!(call("scale_load", &[]).is_none());
    }
}
