//! Puts the results of all shards together: the tables in order of runs, their description and the manifest.
//!
//! The bytes are a function of the plan's runs alone: not of the size of shards, of threads, or of who computed them when.
//! It runs nothing and changes no shard.

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use crate::experiment::durable::Draft;
use crate::experiment::folder::MANIFEST;
use crate::experiment::folder::SHARDS;
use crate::experiment::folder::Taken;
use crate::experiment::measured::SeriesColumn;
#[cfg(feature = "parquet")]
use crate::experiment::parquet_file;
#[cfg(feature = "parquet")]
use crate::experiment::parquet_file::ParquetFileError;
use crate::experiment::plan::SweepPlan;
use crate::experiment::report;
use crate::experiment::report::ReportError;
use crate::experiment::shard::Flaw;
use crate::experiment::shard::Shard;
use crate::experiment::shard::VERSION;
use crate::experiment::tables::PARQUET;
use crate::experiment::tables::TABLES;
use crate::experiment::tables::Table;
use crate::experiment::tables::datapackage;
use crate::experiment::tables::unnamed_series;
use crate::results::export::ExportError;
use crate::results::export::table;
use crate::results::report::run_folder::REPORT_FILE;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// Name of the description of the tables.
const DATAPACKAGE: &str = "datapackage.json";

/// Why shards could not be put together.
#[derive(Debug, Error)]
pub enum MergeError {
    /// Shards without a result.
    #[error("{} of {of} shards have no result: {}", .missing.len(), ranges(.missing))]
    Missing {
        /// Their numbers.
        missing: Vec<usize>,
        /// How many the plan has.
        of: usize,
    },
    /// Shards whose result cannot be used, with what is wrong.
    #[error("{}", flaws(.0))]
    Flawed(Vec<(usize, Flaw)>),
    /// Another version of the program made the plan.
    #[error("the plan was made by autopolis {0}, this is {VERSION}")]
    Version(String),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A table that cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The report cannot be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A Parquet file that cannot be written.
    #[cfg(feature = "parquet")]
    #[error(transparent)]
    Parquet(#[from] ParquetFileError),
    /// This program was built without Parquet.
    #[cfg(not(feature = "parquet"))]
    #[error("this program was built without Parquet")]
    NoParquet,
    /// A document that cannot be written: a defect.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Numbers in words, runs of them as ranges, the first few.
fn ranges(numbers: &[usize]) -> String {
    /// More do not help: the rest is found by looking.
    const MOST: usize = 12;
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for n in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *n => *last = *n,
            _ => spans.push((*n, *n)),
        }
    }
    let shown = spans
        .iter()
        .take(MOST)
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first}-{last}"),
        });
    let more = if spans.len() > MOST { ", ..." } else { "" };
    shown.collect::<Vec<_>>().join(", ") + more
}

fn flaws(flawed: &[(usize, Flaw)]) -> String {
    /// One cause mostly spoils them all.
    const MOST: usize = 5;
    let shown = flawed.iter().take(MOST);
    let mut lines: Vec<String> = shown
        .map(|(id, flaw)| format!("shard {id} {flaw}"))
        .collect();
    if flawed.len() > MOST {
        lines.push(format!("and {} more", flawed.len() - MOST));
    }
    lines.join("; ")
}

/// What is written beside the CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Also {
    /// Nothing.
    Nothing,
    /// The large tables as Parquet.
    Parquet,
}

/// What a merge found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Number and error of every run that failed.
    pub failed: Vec<(u32, String)>,
}

/// Puts together what lies in a sweep's folder.
///
/// # Errors
/// [`MergeError`]; then the tables of an earlier merge are still whole.
pub fn merge(taken: &Taken, also: Also) -> Result<Merged, MergeError> {
    let (plan, folder) = (&taken.plan, taken.path.as_path());
    if plan.autopolis != VERSION {
        return Err(MergeError::Version(plan.autopolis.clone()));
    }
    let shards = folder.join(SHARDS);
    let plan_hash = plan.hash();
    let shard = |id| Shard {
        plan,
        plan_hash: &plan_hash,
        id,
        shards: &shards,
    };
    // A first look at all, so that everything that is wrong is told at once.
    let (mut missing, mut flawed) = (Vec::new(), Vec::new());
    let mut series = None;
    for id in 0..plan.shards() {
        match shard(id).result() {
            Ok(Some(part)) if !part.columns.is_empty() => series = series.or(Some(part.columns)),
            Ok(Some(_)) => {}
            Ok(None) => missing.push(id),
            Err(flaw) => flawed.push((id, flaw)),
        }
    }
    if !flawed.is_empty() {
        return Err(MergeError::Flawed(flawed));
    }
    if !missing.is_empty() {
        let of = plan.shards();
        return Err(MergeError::Missing { missing, of });
    }
    let series = series.unwrap_or_else(|| unnamed_series(plan));

    let mut failed = Vec::new();
    let mut files = TABLES
        .iter()
        .map(|table| TableFile::new(folder, table, plan, &series))
        .collect::<Result<Vec<_>, _>>()?;
    for id in 0..plan.shards() {
        let part = match shard(id).result() {
            Ok(Some(part)) => part,
            Ok(None) => {
                let of = plan.shards();
                return Err(MergeError::Missing {
                    missing: vec![id],
                    of,
                });
            }
            Err(flaw) => return Err(MergeError::Flawed(vec![(id, flaw)])),
        };
        for (table, file) in TABLES.iter().zip(&mut files) {
            file.write((table.rows)(&part).as_bytes())?;
        }
        failed.extend(part.failed);
    }
    let hashes = put_in_place(folder, files, plan, &series, also)?;
    write_manifest(folder, plan, &plan_hash, failed.len(), &hashes)?;
    Ok(Merged { failed })
}

/// Gives all tables their names, describes them, and tells the hash of each.
fn put_in_place(
    folder: &Path,
    files: Vec<TableFile>,
    plan: &SweepPlan,
    series: &[SeriesColumn],
    also: Also,
) -> Result<BTreeMap<String, String>, MergeError> {
    let mut hashes = BTreeMap::new();
    // Without its manifest a folder does not count as finished.
    durable::remove(&folder.join(MANIFEST))?;
    for (table, file) in TABLES.iter().zip(files) {
        hashes.insert(table.file.to_owned(), file.place()?);
    }
    for name in PARQUET {
        durable::remove(&folder.join(name))?;
    }
    if also == Also::Parquet {
        write_parquet(folder, plan, series, &mut hashes)?;
    }
    let mut package = serde_json::to_vec_pretty(&datapackage(plan, series))?;
    package.push(b'\n');
    durable::write(folder, DATAPACKAGE, &package)?;
    hashes.insert(DATAPACKAGE.to_owned(), hash(&package));
    let page = report::write(folder)?;
    hashes.insert(REPORT_FILE.to_owned(), hash(&page));
    Ok(hashes)
}

#[cfg(feature = "parquet")]
fn write_parquet(
    folder: &Path,
    plan: &SweepPlan,
    series: &[SeriesColumn],
    hashes: &mut BTreeMap<String, String>,
) -> Result<(), MergeError> {
    for name in PARQUET {
        let hash = parquet_file::write(folder, name, plan, series)?;
        hashes.insert(name.to_owned(), hash);
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn write_parquet(
    _: &Path,
    _: &SweepPlan,
    _: &[SeriesColumn],
    _: &mut BTreeMap<String, String>,
) -> Result<(), MergeError> {
    Err(MergeError::NoParquet)
}

fn write_manifest(
    folder: &Path,
    plan: &SweepPlan,
    plan_hash: &str,
    failed: usize,
    hashes: &BTreeMap<String, String>,
) -> Result<(), MergeError> {
    let mut text = serde_json::to_vec_pretty(&json!({
        "autopolis": VERSION,
        "experiment": plan.name,
        "plan": plan_hash,
        "runs": plan.runs.len(),
        "failed": failed,
        "files": hashes,
    }))?;
    text.push(b'\n');
    durable::write(folder, MANIFEST, &text)?;
    Ok(durable::sync_folder(folder)?)
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// A table on its way to the disk.
#[derive(Debug)]
struct TableFile {
    draft: Draft,
    waiting: Vec<u8>,
    hasher: blake3::Hasher,
    place: PathBuf,
}

impl TableFile {
    /// Bytes gathered before they are written.
    const BUFFER: usize = 1 << 18;

    fn new(
        folder: &Path,
        table: &Table,
        plan: &SweepPlan,
        series: &[SeriesColumn],
    ) -> Result<Self, MergeError> {
        let mut header = Vec::new();
        table::end(table::begin(&(table.columns)(plan, series), &mut header)?)?;
        let mut file = Self {
            draft: Draft::new(folder, table.file)?,
            waiting: Vec::new(),
            hasher: blake3::Hasher::new(),
            place: folder.join(table.file),
        };
        file.write(&header)?;
        Ok(file)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() > Self::BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), DiskError> {
        self.hasher.update(&self.waiting);
        let written = self.draft.file().write_all(&self.waiting);
        self.waiting.clear();
        written.map_err(durable::at(&self.place))
    }

    fn place(mut self) -> Result<String, DiskError> {
        self.flush()?;
        self.draft.place()?;
        Ok(self.hasher.finalize().to_hex().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_shards_are_listed_as_ranges() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2, 5, 7-8");
        let odd: Vec<usize> = (0..40).map(|n| 2 * n).collect();
        assert!(ranges(&odd).ends_with("22, ..."), "{}", ranges(&odd));
    }
}
