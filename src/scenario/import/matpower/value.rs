//! Values of the MATLAB subset: real matrices that remember the file rows they came from, texts, cells and structs.
//!
//! Arithmetic and indexing live here; names, functions and statements in `evaluator`. No complex numbers, no sparse
//! matrices, no arrays of more than two dimensions.

use std::collections::BTreeMap;

/// Most elements a value may have: far above any published case, far below the machine's memory.
const MAX_ELEMENTS: usize = 20_000_000;

/// Line and byte offset of a matrix row's first element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RowPlace {
    pub line: usize,
    pub offset: usize,
}

/// A real matrix, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Matrix {
    pub rows: usize,
    pub cols: usize,
    pub data: Vec<f64>,
    /// Whether it is a mask, made by a comparison.
    pub logical: bool,
    /// Where each row stands in the file; empty when unknown.
    pub places: Vec<RowPlace>,
}

/// A cell array, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub rows: usize,
    pub cols: usize,
    pub items: Vec<Value>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Matrix(Matrix),
    Text(String),
    Cell(Cell),
    Struct(BTreeMap<String, Value>),
}

/// An index: everything, or positions counted from 1, or a mask.
#[derive(Clone, Debug)]
pub(super) enum Index {
    All,
    At(Matrix),
}

/// What went wrong, without its place.
pub(super) type Outcome<T> = Result<T, String>;

impl Value {
    pub fn scalar(value: f64) -> Self {
        Self::Matrix(Matrix::scalar(value))
    }

    /// A word for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Matrix(_) => "a matrix",
            Self::Text(_) => "a string",
            Self::Cell(_) => "a cell array",
            Self::Struct(_) => "a struct",
        }
    }

    pub fn size(&self) -> (usize, usize) {
        match self {
            Self::Matrix(matrix) => (matrix.rows, matrix.cols),
            Self::Text(text) => (1, text.chars().count()),
            Self::Cell(cell) => (cell.rows, cell.cols),
            Self::Struct(_) => (1, 1),
        }
    }

    pub fn matrix(&self) -> Outcome<&Matrix> {
        match self {
            Self::Matrix(matrix) => Ok(matrix),
            other => Err(format!("expected a matrix, found {}", other.kind())),
        }
    }
}

impl Index {
    /// Positions from 0 along `extent` elements; positions beyond are allowed when `growing`.
    pub fn positions(&self, extent: usize, growing: bool) -> Outcome<Vec<usize>> {
        match self {
            Self::All => Ok((0..extent).collect()),
            Self::At(mask) if mask.logical => {
                let found: Vec<usize> = mask
                    .column_major()
                    .enumerate()
                    .filter(|(_, value)| *value != 0.0)
                    .map(|(at, _)| at)
                    .collect();
                match found.last() {
                    Some(&last) if last >= extent && !growing => Err(format!(
                        "a mask of {} for {extent} elements",
                        mask.data.len()
                    )),
                    _ => Ok(found),
                }
            }
            Self::At(matrix) => matrix
                .column_major()
                .map(|value| {
                    let whole =
                        value.fract() == 0.0 && value >= 1.0 && value <= MAX_ELEMENTS as f64;
                    if !whole {
                        return Err(format!("{value} is not a position"));
                    }
                    let position = value as usize;
                    if position > extent && !growing {
                        return Err(format!(
                            "position {position} lies beyond the {extent} there are"
                        ));
                    }
                    Ok(position - 1)
                })
                .collect(),
        }
    }
}

impl Matrix {
    pub fn scalar(value: f64) -> Self {
        Self {
            rows: 1,
            cols: 1,
            data: vec![value],
            ..Self::default()
        }
    }

    pub fn filled(rows: usize, cols: usize, value: f64) -> Outcome<Self> {
        let count = rows
            .checked_mul(cols)
            .filter(|count| *count <= MAX_ELEMENTS);
        let count = count.ok_or_else(|| format!("a matrix of {rows} by {cols} is too large"))?;
        Ok(Self {
            rows,
            cols,
            data: vec![value; count],
            ..Self::default()
        })
    }

    pub fn column(data: Vec<f64>) -> Self {
        Self {
            rows: data.len(),
            cols: 1,
            data,
            ..Self::default()
        }
    }

    pub fn row(data: Vec<f64>) -> Self {
        Self {
            rows: 1,
            cols: data.len(),
            data,
            ..Self::default()
        }
    }

    pub fn is_scalar(&self) -> bool {
        self.data.len() == 1
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn single(&self) -> Outcome<f64> {
        match self.data.as_slice() {
            [value] => Ok(*value),
            _ => Err(format!(
                "expected a number, found a matrix of {} by {}",
                self.rows, self.cols
            )),
        }
    }

    /// True when there is something and nothing of it is zero, as MATLAB reads a condition.
    pub fn truth(&self) -> bool {
        !self.is_empty() && self.data.iter().all(|value| *value != 0.0)
    }

    /// Elements column by column, the order of MATLAB's single index.
    pub fn column_major(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.data.len()).map(|at| self.data[self.linear(at)])
    }

    /// Place in `data` of the element at a single index from 0.
    fn linear(&self, at: usize) -> usize {
        let rows = self.rows.max(1);
        (at % rows) * self.cols + at / rows
    }

    pub fn map(&self, function: impl Fn(f64) -> f64) -> Self {
        let data = self.data.iter().map(|value| function(*value)).collect();
        Self {
            data,
            logical: false,
            ..self.clone()
        }
    }

    pub fn transpose(&self) -> Self {
        let mut data = Vec::with_capacity(self.data.len());
        for col in 0..self.cols {
            data.extend((0..self.rows).map(|row| self.data[row * self.cols + col]));
        }
        Self {
            rows: self.cols,
            cols: self.rows,
            data,
            logical: self.logical,
            places: Vec::new(),
        }
    }

    /// Element by element, a row, column or single number being repeated to fit.
    pub fn zip(&self, other: &Self, function: impl Fn(f64, f64) -> f64) -> Outcome<Self> {
        let fit = |a: usize, b: usize| match (a, b) {
            _ if a == b => Some(a),
            (1, other) | (other, 1) => Some(other),
            _ => None,
        };
        let misfit = || {
            format!(
                "sizes {}x{} and {}x{} do not fit",
                self.rows, self.cols, other.rows, other.cols
            )
        };
        let rows = fit(self.rows, other.rows).ok_or_else(misfit)?;
        let cols = fit(self.cols, other.cols).ok_or_else(misfit)?;
        let mut result = Self::filled(rows, cols, 0.0)?;
        let pick = |matrix: &Self, row: usize, col: usize| {
            let row = if matrix.rows == 1 { 0 } else { row };
            let col = if matrix.cols == 1 { 0 } else { col };
            matrix.data[row * matrix.cols + col]
        };
        for row in 0..rows {
            for col in 0..cols {
                result.data[row * cols + col] =
                    function(pick(self, row, col), pick(other, row, col));
            }
        }
        result.places = [self, other]
            .iter()
            .find(|side| side.places.len() == rows)
            .map(|side| side.places.clone())
            .unwrap_or_default();
        Ok(result)
    }

    /// Matrix product.
    pub fn times(&self, other: &Self) -> Outcome<Self> {
        if self.cols != other.rows {
            return Err(format!(
                "cannot multiply {}x{} by {}x{}",
                self.rows, self.cols, other.rows, other.cols
            ));
        }
        let mut result = Self::filled(self.rows, other.cols, 0.0)?;
        if self
            .rows
            .saturating_mul(other.cols)
            .saturating_mul(self.cols)
            > MAX_ELEMENTS
        {
            return Err("a matrix product too large for a case file".to_owned());
        }
        for row in 0..self.rows {
            for col in 0..other.cols {
                let terms = (0..self.cols)
                    .map(|k| self.data[row * self.cols + k] * other.data[k * other.cols + col]);
                result.data[row * other.cols + col] = terms.sum();
            }
        }
        Ok(result)
    }

    /// `self(index)`: a column of elements by single index, in the shape of a row where self or the index is one.
    pub fn at(&self, index: &Index) -> Outcome<Self> {
        let positions = index.positions(self.data.len(), false)?;
        let data: Vec<f64> = positions
            .iter()
            .map(|at| self.data[self.linear(*at)])
            .collect();
        let mut result = match index {
            Index::At(matrix) if !matrix.logical && matrix.rows > 1 && matrix.cols > 1 => {
                let mut shaped = Self {
                    rows: matrix.cols,
                    cols: matrix.rows,
                    data,
                    ..Self::default()
                };
                shaped = shaped.transpose();
                shaped
            }
            Index::At(matrix) if self.rows == 1 || (self.cols != 1 && matrix.rows == 1) => {
                Self::row(data)
            }
            _ => Self::column(data),
        };
        result.logical = self.logical;
        Ok(result)
    }

    /// `self(rows, cols)`.
    pub fn block(&self, rows: &Index, cols: &Index) -> Outcome<Self> {
        let rows = rows
            .positions(self.rows, false)
            .map_err(|reason| format!("row index: {reason}"))?;
        let cols = cols
            .positions(self.cols, false)
            .map_err(|reason| format!("column index: {reason}"))?;
        let mut result = Self::filled(rows.len(), cols.len(), 0.0)?;
        result.data.clear();
        for row in &rows {
            result
                .data
                .extend(cols.iter().map(|col| self.data[row * self.cols + col]));
        }
        result.logical = self.logical;
        if !self.places.is_empty() {
            result.places = rows.iter().map(|row| self.places[*row]).collect();
        }
        Ok(result)
    }

    /// `self(rows, cols) = value`, growing with zeros where the indices reach beyond.
    pub fn set_block(&mut self, rows: &Index, cols: &Index, value: &Self) -> Outcome<()> {
        let extent = |index: &Index, own: usize, given: usize| {
            if matches!(index, Index::All) && own == 0 {
                given
            } else {
                own
            }
        };
        let rows = rows.positions(extent(rows, self.rows, value.rows), true)?;
        let cols = cols.positions(extent(cols, self.cols, value.cols), true)?;
        let fits = value.is_scalar() || (value.rows == rows.len() && value.cols == cols.len());
        if !fits {
            return Err(format!(
                "a {}x{} value does not fit {}x{} places",
                value.rows,
                value.cols,
                rows.len(),
                cols.len()
            ));
        }
        let height = rows.iter().map(|row| row + 1).fold(self.rows, usize::max);
        let width = cols.iter().map(|col| col + 1).fold(self.cols, usize::max);
        self.grow(height, width)?;
        for (i, row) in rows.iter().enumerate() {
            for (j, col) in cols.iter().enumerate() {
                let from = if value.is_scalar() {
                    0
                } else {
                    i * value.cols + j
                };
                self.data[row * self.cols + col] = value.data[from];
            }
        }
        self.logical &= value.logical;
        Ok(())
    }

    /// `self(index) = value`.
    pub fn set_at(&mut self, index: &Index, value: &Self) -> Outcome<()> {
        let positions = index.positions(self.data.len(), true)?;
        if !value.is_scalar() && value.data.len() != positions.len() {
            return Err(format!(
                "{} values do not fit {} places",
                value.data.len(),
                positions.len()
            ));
        }
        let reach = positions.iter().map(|at| at + 1).max().unwrap_or(0);
        if reach > self.data.len() {
            match (self.rows, self.cols) {
                (0 | 1, _) => self.grow(1, reach)?,
                (_, 1) => self.grow(reach, 1)?,
                _ => {
                    return Err(format!(
                        "position {reach} lies beyond the {} there are",
                        self.data.len()
                    ));
                }
            }
        }
        let values: Vec<f64> = value.column_major().collect();
        for (i, at) in positions.iter().enumerate() {
            let place = self.linear(*at);
            self.data[place] = if value.is_scalar() {
                values[0]
            } else {
                values[i]
            };
        }
        Ok(())
    }

    /// `self(rows, :) = []` or `self(:, cols) = []`.
    pub fn delete(&mut self, rows: &Index, cols: &Index) -> Outcome<()> {
        let keep = |extent: usize, gone: Vec<usize>| {
            let kept: Vec<f64> = (0..extent)
                .filter(|at| !gone.contains(at))
                .map(|at| (at + 1) as f64)
                .collect();
            Index::At(Self::row(kept))
        };
        *self = match (rows, cols) {
            (Index::At(_), Index::All) => self.block(
                &keep(self.rows, rows.positions(self.rows, false)?),
                &Index::All,
            )?,
            (Index::All, Index::At(_)) => self.block(
                &Index::All,
                &keep(self.cols, cols.positions(self.cols, false)?),
            )?,
            _ => return Err("only whole rows or whole columns can be deleted".to_owned()),
        };
        Ok(())
    }

    fn grow(&mut self, rows: usize, cols: usize) -> Outcome<()> {
        if rows == self.rows && cols == self.cols {
            return Ok(());
        }
        let mut grown = Self::filled(rows, cols, 0.0)?;
        for row in 0..self.rows {
            let from = &self.data[row * self.cols..(row + 1) * self.cols];
            grown.data[row * cols..row * cols + self.cols].copy_from_slice(from);
        }
        if !self.places.is_empty() {
            let last = self.places.last().copied().unwrap_or_default();
            grown.places = self.places.clone();
            grown.places.resize(rows, last);
        }
        *self = grown;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, cols: usize, data: &[f64]) -> Matrix {
        Matrix {
            rows,
            cols,
            data: data.to_vec(),
            ..Matrix::default()
        }
    }

    fn at(positions: &[f64]) -> Index {
        Index::At(Matrix::row(positions.to_vec()))
    }

    #[test]
    fn single_index_runs_down_columns() {
        let m = matrix(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(m.at(&at(&[2.0])).unwrap().data, [3.0]);
        assert_eq!(m.at(&Index::All).unwrap().data, [1.0, 3.0, 2.0, 4.0]);
    }

    #[test]
    fn blocks_are_read_written_and_deleted() {
        let mut m = matrix(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(
            m.block(&Index::All, &at(&[3.0, 1.0])).unwrap().data,
            [3.0, 1.0, 6.0, 4.0]
        );
        m.set_block(&at(&[3.0]), &Index::All, &Matrix::scalar(9.0))
            .unwrap();
        assert_eq!((m.rows, m.data[8]), (3, 9.0));
        m.delete(&at(&[1.0]), &Index::All).unwrap();
        assert_eq!(m.data, [4.0, 5.0, 6.0, 9.0, 9.0, 9.0]);
        assert!(m.block(&at(&[4.0]), &Index::All).is_err());
    }

    #[test]
    fn rows_and_columns_are_repeated_to_fit() {
        let sum = matrix(2, 1, &[1.0, 2.0])
            .zip(&matrix(1, 2, &[10.0, 20.0]), |a, b| a + b)
            .unwrap();
        assert_eq!(sum.data, [11.0, 21.0, 12.0, 22.0]);
        assert!(
            matrix(2, 1, &[1.0, 2.0])
                .zip(&matrix(3, 1, &[0.0; 3]), |a, _| a)
                .is_err()
        );
    }

    #[test]
    fn sizes_are_bounded() {
        assert!(Matrix::filled(1 << 20, 1 << 20, 0.0).is_err());
        assert!(
            Matrix::default()
                .set_at(&at(&[1e12]), &Matrix::scalar(1.0))
                .is_err()
        );
    }
}
