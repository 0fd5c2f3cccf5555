//! `autopolis report RUN_OR_SWEEP`: makes the HTML report of a finished folder, by default beside its files.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::cli::sweep_failure;
use crate::experiment::durable;
use crate::experiment::folder::PLAN;
use crate::experiment::outcome::OutcomeError;
use crate::experiment::outcome::SweepOutcome;
use crate::experiment::outcome::check_manifest;
use crate::experiment::report;
use crate::results::report::run;
use crate::results::report::run_folder::FolderError;
use crate::results::report::run_folder::REPORT_FILE;
use crate::results::report::run_folder::RunFolder;
use serde::Serialize;
use std::path::Path;
use std::path::PathBuf;

/// What a wrong folder is answered.
const WHICH: &str = "give the folder that `autopolis run` or `autopolis sweep` left";

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The page needs no network, no script and no other file; it prints. The same folder gives the same bytes.
It ends with 3 if the folder is not a finished run's or sweep's, with 5 if a file was changed since.")]
pub(super) struct Arguments {
    /// Folder of a run or of a sweep
    #[arg(value_name = "RUN_OR_SWEEP")]
    folder: PathBuf,
    /// Where the page goes [default: report.html in the folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct Made {
    report: PathBuf,
    kind: &'static str,
    bytes: usize,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let dir = &arguments.folder;
    let (kind, text) = if dir.join(PLAN).is_file() {
        ("sweep", of_sweep(dir)?)
    } else if dir.join("manifest.json").is_file() {
        ("run", of_run(dir)?)
    } else {
        let shown = dir.display();
        let message = if dir.is_dir() {
            format!("{shown} holds neither manifest.json nor plan.json: no run and no sweep")
        } else {
            format!("there is no folder {shown}")
        };
        return Err(CliError::input(message, WHICH));
    };
    let path = arguments
        .output
        .clone()
        .unwrap_or_else(|| dir.join(REPORT_FILE));
    write(&path, text.as_bytes())?;
    if global.json {
        let bytes = text.len();
        return output::json(&Made {
            report: path,
            kind,
            bytes,
        });
    }
    output::data(&path.display().to_string())
}

fn of_run(dir: &Path) -> Result<String, CliError> {
    let folder = RunFolder::read(dir).map_err(|e| match &e {
        FolderError::Changed { .. } => CliError::mismatch(
            e.to_string(),
            "a report is made of what a run left; `autopolis replay` computes it again",
        ),
        FolderError::Unreadable { .. } | FolderError::Wrong { .. } => {
            CliError::input(e.to_string(), WHICH)
        }
    })?;
    Ok(run::html(&folder))
}

fn of_sweep(dir: &Path) -> Result<String, CliError> {
    let wrong = |e: OutcomeError| {
        if e.is_mismatch() {
            CliError::mismatch(
                e.to_string(),
                "put the tables together again with `autopolis merge DIR`",
            )
        } else {
            CliError::input(
                e.to_string(),
                "is the sweep finished? `autopolis sweep EXPERIMENT --out DIR --resume` goes on with it, `autopolis merge DIR` puts its shards together",
            )
        }
    };
    let outcome = SweepOutcome::read(dir).map_err(wrong)?;
    check_manifest(dir, &outcome).map_err(wrong)?;
    Ok(report::html(&outcome))
}

/// Writes a file under a temporary name beside its place, then renames it; makes its folder if need be.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let Some(name) = path.file_name() else {
        let message = format!("{} is no file name", path.display());
        return Err(CliError::usage(message, "for example -o report.html"));
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)
        .map_err(durable::at(folder))
        .and_then(|()| durable::write(folder, &name.to_string_lossy(), bytes))
        .map_err(sweep_failure::disk)
}
