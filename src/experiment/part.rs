//! The part of a sweep's tables that one shard gives: rows without headers, one text a table.
//!
//! Parts put behind each other in order of shards are the tables. It knows no folder; columns are described in `tables`.

use crate::experiment::measured::Measured;
use crate::experiment::measured::SeriesColumn;
use crate::experiment::table::SweepTable;
use crate::experiment::table::TableError;
use crate::results::export::table::maybe;
use crate::results::export::table::number;
use crate::results::metrics;
use serde::Deserialize;
use serde::Serialize;

/// The rows of a shard's runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Number and error of every run that failed.
    pub failed: Vec<(u32, String)>,
    /// Columns of the time series, from the first run that did not fail; empty if all failed.
    pub columns: Vec<SeriesColumn>,
    /// Rows of `runs.csv`.
    pub runs: String,
    /// Rows of `timeseries.csv`.
    pub timeseries: String,
    /// Rows of `districts.csv`.
    pub districts: String,
    /// Rows of `events.csv`.
    pub events: String,
    /// Rows of `decisions.csv`.
    pub decisions: String,
}

impl Part {
    /// Puts a run's rows behind those that are there.
    ///
    /// # Errors
    /// [`TableError::Csv`], which a writer into memory does not give.
    pub fn add(&mut self, factors: &[String], measured: &Measured) -> Result<(), TableError> {
        let run_id = measured.row.run_id.to_string();
        if let Some(error) = &measured.row.error {
            self.failed.push((measured.row.run_id, error.clone()));
        }
        if self.columns.is_empty() {
            self.columns.clone_from(&measured.columns);
        }
        self.runs.push_str(&row(factors, measured)?);
        let series = measured.series.iter().map(|(t_s, values)| {
            let first = [run_id.clone(), t_s.to_string()];
            first.into_iter().chain(values.iter().map(|v| maybe(*v)))
        });
        self.timeseries.push_str(&rows(series)?);
        let districts = measured.districts.iter().map(|d| {
            [
                run_id.clone(),
                d.district.clone(),
                d.name.clone(),
                number(d.customers),
                d.income_quintile.to_string(),
                maybe(d.outage_min_per_customer),
                maybe(d.unserved_mwh),
                maybe(d.customers_interrupted),
            ]
        });
        self.districts.push_str(&rows(districts)?);
        let events = measured.events.iter().map(|e| {
            let customers = number(e.customers);
            [
                run_id.clone(),
                e.kind.clone(),
                e.count.to_string(),
                customers,
            ]
        });
        self.events.push_str(&rows(events)?);
        let decisions = measured.decisions.iter().map(|d| {
            let count = d.count.to_string();
            [run_id.clone(), d.actor.clone(), d.outcome.clone(), count]
        });
        self.decisions.push_str(&rows(decisions)?);
        Ok(())
    }
}

/// The keys of the metrics of `runs.csv`: all that this program knows, so that the columns do not depend on the runs.
#[must_use]
pub fn metric_keys() -> Vec<String> {
    metrics::all().map(|m| m.key.to_owned()).collect()
}

/// The header of `runs.csv`, with its line's end.
///
/// # Errors
/// As [`Part::add`].
pub fn runs_header(factors: &[String]) -> Result<String, TableError> {
    runs_text(SweepTable {
        factors: factors.to_vec(),
        metrics: metric_keys(),
        rows: Vec::new(),
    })
}

fn row(factors: &[String], measured: &Measured) -> Result<String, TableError> {
    let whole = runs_text(SweepTable {
        factors: factors.to_vec(),
        metrics: metric_keys(),
        rows: vec![measured.row.clone()],
    })?;
    let header = runs_header(factors)?;
    Ok(whole.strip_prefix(&header).unwrap_or(&whole).to_owned())
}

fn runs_text(table: SweepTable) -> Result<String, TableError> {
    let mut bytes = Vec::new();
    table.write(&mut bytes)?;
    text(bytes)
}

fn rows<R>(rows: impl Iterator<Item = R>) -> Result<String, TableError>
where
    R: IntoIterator<Item = String>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    text(
        writer
            .into_inner()
            .map_err(|e| csv::Error::from(e.into_error()))?,
    )
}

/// CSV of texts is text.
fn text(bytes: Vec<u8>) -> Result<String, TableError> {
    let wrong = |e| csv::Error::from(std::io::Error::other(e));
    String::from_utf8(bytes).map_err(|e| wrong(e).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use crate::experiment::measured::of_outcome;
    use crate::results::fixture::small;

    #[test]
    fn parts_behind_each_other_are_the_table() {
        let plan = plan(&["none", "rules"], 1);
        let o = small::outcome();
        let both: Vec<Measured> = plan.runs.iter().map(|r| of_outcome(&plan, r, &o)).collect();
        let factors = vec!["a,b".to_owned()];
        let (mut whole, mut first, mut second) =
            (Part::default(), Part::default(), Part::default());
        let with_level = |m: &Measured| {
            let mut m = m.clone();
            m.row.levels = vec!["\"x\"".to_owned()];
            m
        };
        for m in &both {
            whole.add(&factors, &with_level(m)).unwrap();
        }
        first.add(&factors, &with_level(&both[0])).unwrap();
        second.add(&factors, &with_level(&both[1])).unwrap();
        assert_eq!(whole.runs, first.runs.clone() + &second.runs);
        assert_eq!(whole.events, first.events.clone() + &second.events);
        let text = runs_header(&factors).unwrap() + &whole.runs;
        let table = SweepTable::read(text.as_bytes()).unwrap();
        let rows: Vec<_> = both.iter().map(|m| with_level(m).row).collect();
        assert_eq!(table.rows, rows);
    }
}
