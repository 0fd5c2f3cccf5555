//! One CSV table: its text, its rows, and typed access to fields that notes every problem instead of stopping at the first.

use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::problem::did_you_mean;
use std::collections::BTreeMap;

/// A parsed table whose columns are all there.
#[derive(Debug)]
pub struct Table {
    /// File name.
    pub file: String,
    /// Position of each wanted column in a record.
    columns: BTreeMap<&'static str, usize>,
    /// Line number and fields of each row.
    rows: Vec<(usize, csv::StringRecord)>,
}

impl Table {
    /// A table without columns or rows, in the place of one that could not be read.
    #[must_use]
    pub fn empty(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            columns: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    /// Parses a table, noting unknown, missing and repeated columns and rows of the wrong length.
    pub fn parse(file: &str, text: &str, wanted: &[&'static str], problems: &mut Problems) -> Self {
        let mut table = Self::empty(file);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                problems.push(Problem::new(file, format!("not a CSV table: {error}")).at(Some(1)));
                return table;
            }
        };
        let before = problems.0.len();
        for (i, name) in header.iter().enumerate() {
            let place = |message: String| {
                Problem {
                    column: Some(i + 1),
                    ..Problem::new(file, message)
                }
                .at(Some(1))
                .field(name)
            };
            match wanted.iter().find(|w| **w == name) {
                None => {
                    let help = did_you_mean(name, wanted.iter().copied());
                    problems.push(Problem {
                        help,
                        ..place("unknown column".to_owned())
                    });
                }
                Some(known) => {
                    if table.columns.insert(known, i).is_some() {
                        problems.push(place("column appears twice".to_owned()));
                    }
                }
            }
        }
        for name in wanted.iter().filter(|w| !table.columns.contains_key(**w)) {
            problems.push(
                Problem::new(file, "column is missing")
                    .at(Some(1))
                    .field(*name),
            );
        }
        let columns_sound = problems.0.len() == before;
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, |p| p.line() as usize);
                    if record.len() == header.len() {
                        table.rows.push((line, record));
                    } else {
                        let message = format!(
                            "row has {} fields, the header {}",
                            record.len(),
                            header.len()
                        );
                        problems.push(Problem::new(file, message).at(Some(line)));
                    }
                }
                Err(error) => {
                    let line = error.position().map(|p| p.line() as usize);
                    problems.push(Problem::new(file, format!("unreadable row: {error}")).at(line));
                }
            }
        }
        if !columns_sound {
            // Fields of unknown columns would only repeat the same complaint in every row.
            table.rows.clear();
        }
        table
    }

    /// Line of the i-th row.
    #[must_use]
    pub fn line(&self, row: usize) -> Option<usize> {
        self.rows.get(row).map(|r| r.0)
    }

    /// Builds one value a row.
    pub fn read<T>(&self, problems: &mut Problems, mut build: impl FnMut(&mut Row) -> T) -> Vec<T> {
        self.rows
            .iter()
            .map(|(line, record)| {
                build(&mut Row {
                    table: self,
                    line: *line,
                    record,
                    problems,
                })
            })
            .collect()
    }

    /// Positions of the rows by their id, noting empty and repeated ones.
    pub fn ids(&self, problems: &mut Problems) -> Ids {
        let mut ids = Ids {
            file: self.file.clone(),
            by_name: BTreeMap::new(),
        };
        let Some(&column) = self.columns.get("id") else {
            return ids;
        };
        for (i, (line, record)) in self.rows.iter().enumerate() {
            let name = record.get(column).unwrap_or_default();
            let place = |message: String| {
                Problem {
                    column: Some(column + 1),
                    ..Problem::new(&self.file, message)
                }
                .at(Some(*line))
                .field("id")
            };
            if name.is_empty() {
                problems.push(place("id is empty".to_owned()));
            } else if let Some(first) = ids.by_name.insert(name.to_owned(), i) {
                let first = self.rows[first].0;
                problems.push(place(format!(
                    "duplicate id `{name}`, first on line {first}"
                )));
            }
        }
        ids
    }
}

/// Positions of a table's rows by id.
#[derive(Debug, Default)]
pub struct Ids {
    file: String,
    by_name: BTreeMap<String, usize>,
}

/// One row being read.
#[derive(Debug)]
pub struct Row<'a> {
    table: &'a Table,
    line: usize,
    record: &'a csv::StringRecord,
    problems: &'a mut Problems,
}

impl Row<'_> {
    pub(super) fn complain(&mut self, field: &str, message: String, help: Option<String>) {
        let column = self.table.columns.get(field).map(|c| c + 1);
        let problem = Problem::new(&self.table.file, message)
            .at(Some(self.line))
            .field(field);
        self.problems.push(Problem {
            column,
            help,
            ..problem
        });
    }

    /// The field's text.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.table
            .columns
            .get(field)
            .and_then(|&c| self.record.get(c))
            .unwrap_or_default()
            .to_owned()
    }

    /// A finite number.
    pub fn number(&mut self, field: &str) -> f64 {
        let text = self.text(field);
        self.finite(field, &text)
    }

    fn finite(&mut self, field: &str, text: &str) -> f64 {
        match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => value,
            Ok(_) => {
                self.complain(field, format!("`{text}` is not a finite number"), None);
                0.0
            }
            Err(_) => {
                self.complain(field, format!("`{text}` is not a number"), None);
                0.0
            }
        }
    }

    /// Finite numbers separated by spaces.
    pub fn numbers(&mut self, field: &str) -> Vec<f64> {
        let text = self.text(field);
        text.split_whitespace()
            .map(|part| self.finite(field, part))
            .collect()
    }

    /// Points as `x y x y ...`.
    pub fn points(&mut self, field: &str) -> Vec<[f64; 2]> {
        let values = self.numbers(field);
        if values.len() % 2 == 1 {
            let message = format!("has {} numbers; points need pairs", values.len());
            self.complain(field, message, None);
        }
        values.chunks_exact(2).map(|p| [p[0], p[1]]).collect()
    }

    /// A whole number in the range of its type.
    pub fn whole<T: std::str::FromStr + Default>(&mut self, field: &str) -> T {
        let text = self.text(field);
        text.trim().parse::<T>().unwrap_or_else(|_| {
            self.complain(
                field,
                format!("`{text}` is not a whole number in range"),
                None,
            );
            T::default()
        })
    }

    /// Whole numbers separated by spaces.
    pub fn wholes<T: std::str::FromStr>(&mut self, field: &str) -> Vec<T> {
        let text = self.text(field);
        let mut values = Vec::new();
        for part in text.split_whitespace() {
            match part.parse::<T>() {
                Ok(value) => values.push(value),
                Err(_) => {
                    let message = format!("`{part}` is not a whole number in range");
                    self.complain(field, message, None);
                }
            }
        }
        values
    }

    /// Row numbers of a table of `count` rows, from 0, separated by spaces.
    pub fn indices(&mut self, field: &str, count: usize) -> Vec<usize> {
        let mut values = self.wholes::<usize>(field);
        if let Some(wrong) = values.iter().find(|v| **v >= count) {
            let message = format!("there is no row {wrong}: the last is {}", count as i64 - 1);
            self.complain(field, message, None);
            values.clear();
        }
        values
    }

    /// A row number of a table of `count` rows, from 0.
    pub fn index(&mut self, field: &str, count: usize) -> usize {
        let values = self.indices(field, count);
        match values[..] {
            [value] => value,
            _ => {
                let message = format!("has {} row numbers, not one", values.len());
                self.complain(field, message, None);
                0
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, field: &str) -> bool {
        self.choice(field, &[("false", false), ("true", true)])
    }

    /// One of some names; the first if it is none of them.
    pub fn choice<T: Copy>(&mut self, field: &str, choices: &[(&str, T)]) -> T {
        let text = self.text(field);
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = did_you_mean(&text, names.iter().copied())
            .unwrap_or_else(|| format!("one of: {}", names.join(", ")));
        self.complain(field, format!("unknown value `{text}`"), Some(help));
        choices[0].1
    }

    /// The row of another table named in this field.
    pub fn reference(&mut self, field: &str, ids: &Ids) -> usize {
        let text = self.text(field);
        if let Some(&row) = ids.by_name.get(&text) {
            return row;
        }
        let help = did_you_mean(&text, ids.by_name.keys().map(String::as_str));
        self.complain(field, format!("no `{text}` in {}", ids.file), help);
        0
    }

    /// The row named in this field, or none if it is empty.
    pub fn optional_reference(&mut self, field: &str, ids: &Ids) -> Option<usize> {
        if self.text(field).is_empty() {
            None
        } else {
            Some(self.reference(field, ids))
        }
    }
}

/// A table being written.
#[derive(Debug)]
pub struct TableText {
    writer: csv::Writer<Vec<u8>>,
}

impl TableText {
    /// A table with these columns and no rows.
    ///
    /// # Errors
    /// When the CSV writer fails.
    pub fn new(columns: &[&str]) -> Result<Self, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns)?;
        Ok(Self { writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the row has not one field a column.
    pub fn row(&mut self, fields: &[String]) -> Result<(), csv::Error> {
        self.writer.write_record(fields)
    }

    /// The table's text.
    ///
    /// # Errors
    /// When the CSV writer fails.
    pub fn text(self) -> Result<String, csv::Error> {
        let bytes = self
            .writer
            .into_inner()
            .map_err(|e| csv::Error::from(e.into_error()))?;
        String::from_utf8(bytes).map_err(|e| csv::Error::from(std::io::Error::other(e)))
    }
}

/// The name of a value among choices.
#[must_use]
pub fn name_of<T: PartialEq + Copy>(value: T, choices: &[(&str, T)]) -> String {
    choices
        .iter()
        .find(|(_, v)| *v == value)
        .map_or_else(String::new, |(name, _)| (*name).to_owned())
}

/// Numbers separated by spaces, each in the shortest form that reads back the same.
#[must_use]
pub fn joined(values: &[f64]) -> String {
    values
        .iter()
        .map(f64::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Values separated by spaces.
#[must_use]
pub fn spaced<T: ToString>(values: &[T]) -> String {
    values
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_of_a_table_come_at_once() {
        let mut problems = Problems::default();
        let table = Table::parse(
            "t.csv",
            "id,x_m\na,1.5\na,nan\nb,two\nc,1,2\n",
            &["id", "x_m"],
            &mut problems,
        );
        table.ids(&mut problems);
        let values = table.read(&mut problems, |row| row.number("x_m"));
        assert_eq!(values, vec![1.5, 0.0, 0.0]);
        let text: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            [
                "t.csv:5: row has 3 fields, the header 2",
                "t.csv:3:1: id: duplicate id `a`, first on line 2",
                "t.csv:3:2: x_m: `nan` is not a finite number",
                "t.csv:4:2: x_m: `two` is not a number",
            ]
        );
    }

    #[test]
    fn a_misspelt_column_is_named_once() {
        let mut problems = Problems::default();
        let table = Table::parse("t.csv", "id,x_n\na,1.5\n", &["id", "x_m"], &mut problems);
        assert!(
            table
                .read(&mut problems, |row| row.number("x_m"))
                .is_empty()
        );
        assert_eq!(problems.0.len(), 2);
        assert_eq!(problems.0[0].help.as_deref(), Some("did you mean `x_m`?"));
    }
}
