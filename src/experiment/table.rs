//! `runs.csv`: a row a run, what it was and what its metrics came to. Written by a merge, read by all that compares.
//!
//! It holds the whole numbers, in the shortest form that reads back the same; it computes no statistics.

use crate::experiment::plan::Split;
use std::io::Read;
use std::io::Write;
use thiserror::Error;

/// Columns before the factors.
const FIRST: [&str; 8] = [
    "run_id",
    "point",
    "scenario",
    "city",
    "controller",
    "replication",
    "seed",
    "split",
];

/// Columns between the factors and the metrics.
const MIDDLE: [&str; 4] = ["status", "error", "config_hash", "state_hash"];

/// What is wrong with a `runs.csv`.
#[derive(Debug, Error)]
pub enum TableError {
    /// The CSV itself.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A column that must be there is not.
    #[error("line 1: the column `{0}` is missing or out of place")]
    Column(String),
    /// A field that does not read.
    #[error("line {line}: `{field}` = `{found}` is {problem}")]
    Field {
        /// Line in the file, from 1.
        line: u64,
        /// Column.
        field: String,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// Its number in the plan.
    pub run_id: u32,
    /// Its point in the design.
    pub point: u32,
    /// Scenario's name.
    pub scenario: String,
    /// City's name.
    pub city: String,
    /// Controller, as asked for.
    pub controller: String,
    /// Number of the replication, from 1.
    pub replication: u32,
    /// Seed.
    pub seed: u64,
    /// What it is for.
    pub split: Split,
    /// Levels of the factors, in the table's order.
    pub levels: Vec<String>,
    /// Why it failed; none if it ended at its horizon.
    pub error: Option<String>,
    /// Hash of its configuration; empty if it could not be built.
    pub config_hash: String,
    /// Hash of its final state; empty if it failed.
    pub state_hash: String,
    /// Values of the metrics, in the table's order; none where one is not defined.
    pub values: Vec<Option<f64>>,
}

/// All runs of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepTable {
    /// What is varied, dotted paths of scenario keys.
    pub factors: Vec<String>,
    /// Keys of the metrics.
    pub metrics: Vec<String>,
    /// The runs, in order of their numbers.
    pub rows: Vec<RunRow>,
}

impl SweepTable {
    /// Position of a metric.
    #[must_use]
    pub fn metric(&self, key: &str) -> Option<usize> {
        self.metrics.iter().position(|m| m == key)
    }

    /// Writes the table.
    ///
    /// # Errors
    /// [`TableError::Csv`] if the writer refuses.
    pub fn write(&self, out: impl Write) -> Result<(), TableError> {
        let mut writer = csv::Writer::from_writer(out);
        let names = FIRST.iter().copied().map(str::to_owned);
        let names = names.chain(self.factors.iter().cloned());
        let names = names.chain(MIDDLE.iter().copied().map(str::to_owned));
        writer.write_record(names.chain(self.metrics.iter().cloned()))?;
        for row in &self.rows {
            let mut fields = vec![
                row.run_id.to_string(),
                row.point.to_string(),
                row.scenario.clone(),
                row.city.clone(),
                row.controller.clone(),
                row.replication.to_string(),
                row.seed.to_string(),
                row.split.as_str().to_owned(),
            ];
            fields.extend(row.levels.iter().cloned());
            let status = if row.error.is_some() { "failed" } else { "ok" };
            fields.push(status.to_owned());
            fields.push(row.error.clone().unwrap_or_default());
            fields.push(row.config_hash.clone());
            fields.push(row.state_hash.clone());
            let values = row.values.iter();
            fields.extend(values.map(|v| v.map_or_else(String::new, |v| v.to_string())));
            writer.write_record(&fields)?;
        }
        writer.flush().map_err(csv::Error::from)?;
        Ok(())
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`TableError`] with line and field.
    pub fn read(input: impl Read) -> Result<Self, TableError> {
        let mut reader = csv::Reader::from_reader(input);
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        for (k, name) in FIRST.iter().enumerate() {
            if names.get(k).map(String::as_str) != Some(name) {
                return Err(TableError::Column((*name).to_owned()));
            }
        }
        let rest = &names[FIRST.len()..];
        let middle = rest
            .iter()
            .position(|n| n == MIDDLE[0])
            .ok_or_else(|| TableError::Column(MIDDLE[0].to_owned()))?;
        for (k, name) in MIDDLE.iter().enumerate() {
            if rest.get(middle + k).map(String::as_str) != Some(name) {
                return Err(TableError::Column((*name).to_owned()));
            }
        }
        let metrics = rest[middle + MIDDLE.len()..].to_vec();
        let mut table = Self {
            factors: rest[..middle].to_vec(),
            metrics,
            rows: Vec::new(),
        };
        for record in reader.records() {
            let record = record?;
            table.rows.push(table.row(&names, &record)?);
        }
        Ok(table)
    }

    fn row(&self, names: &[String], record: &csv::StringRecord) -> Result<RunRow, TableError> {
        let line = record.position().map_or(0, csv::Position::line);
        let at = |k: usize| record.get(k).unwrap_or_default();
        let wrong = |k: usize, problem: &'static str| TableError::Field {
            line,
            field: names.get(k).cloned().unwrap_or_default(),
            found: at(k).to_owned(),
            problem,
        };
        let whole = |k: usize| {
            at(k)
                .parse::<u32>()
                .map_err(|_| wrong(k, "no whole number"))
        };
        let split = match at(7) {
            "training" => Split::Training,
            "held-out" => Split::HeldOut,
            _ => return Err(wrong(7, "neither `training` nor `held-out`")),
        };
        let middle = FIRST.len() + self.factors.len();
        let error = match at(middle) {
            "ok" => None,
            "failed" => Some(at(middle + 1).to_owned()),
            _ => return Err(wrong(middle, "neither `ok` nor `failed`")),
        };
        let first_metric = middle + MIDDLE.len();
        let mut values = Vec::with_capacity(self.metrics.len());
        for k in first_metric..first_metric + self.metrics.len() {
            values.push(match at(k) {
                "" => None,
                text => match text.parse::<f64>() {
                    Ok(value) if value.is_finite() => Some(value),
                    _ => return Err(wrong(k, "no finite number")),
                },
            });
        }
        Ok(RunRow {
            run_id: whole(0)?,
            point: whole(1)?,
            scenario: at(2).to_owned(),
            city: at(3).to_owned(),
            controller: at(4).to_owned(),
            replication: whole(5)?,
            seed: at(6).parse().map_err(|_| wrong(6, "no seed"))?,
            split,
            levels: (FIRST.len()..middle).map(|k| at(k).to_owned()).collect(),
            error,
            config_hash: at(middle + 2).to_owned(),
            state_hash: at(middle + 3).to_owned(),
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SweepTable {
        let row = |run_id, error: Option<&str>| RunRow {
            run_id,
            point: 1,
            scenario: "heat, wave".to_owned(),
            city: "lakeside".to_owned(),
            controller: "none".to_owned(),
            replication: 2,
            seed: u64::MAX,
            split: Split::HeldOut,
            levels: vec!["[1, 2]".to_owned()],
            error: error.map(str::to_owned),
            config_hash: "aa".to_owned(),
            state_hash: String::new(),
            values: vec![Some(0.1 + 0.2), None],
        };
        SweepTable {
            factors: vec!["hours".to_owned()],
            metrics: vec!["ens_mwh".to_owned(), "caidi_min".to_owned()],
            rows: vec![row(0, None), row(1, Some("it \"broke\"\nhere"))],
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let mut bytes = Vec::new();
        table().write(&mut bytes).unwrap();
        assert_eq!(SweepTable::read(bytes.as_slice()).unwrap(), table());
    }

    #[test]
    fn a_wrong_field_is_named_with_its_line() {
        let mut bytes = Vec::new();
        table().write(&mut bytes).unwrap();
        let text = String::from_utf8(bytes)
            .unwrap()
            .replace("0.30000000000000004,\n", "many,\n");
        let error = SweepTable::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("line 2: `ens_mwh` = `many`"), "{error}");
        let error = SweepTable::read(&b"run_id,seed\n"[..]).unwrap_err();
        assert!(error.to_string().contains("`point` is missing"), "{error}");
    }
}
