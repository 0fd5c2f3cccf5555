//! `autopolis replay RUN`: runs a recorded run again and compares state and files, bit for bit.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::exit::MISMATCH;
use crate::cli::output;
use crate::cli::report;
use crate::cli::run::COMMANDS_FILE;
use crate::cli::run::execute_error;
use crate::cli::run::read_commands;
use crate::experiment::execute::Ended;
use crate::experiment::execute::Go;
use crate::experiment::execute::Orders;
use crate::experiment::execute::execute;
use crate::results::export::folder::Extras;
use crate::results::export::folder::write_run_folder;
use crate::results::outcome::RunOutcome;
use crate::results::report::run_folder::REPORT_FILE;
use crate::scenario::build::build;
use crate::scenario::document::Overrides;
use serde::Serialize;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Folder of the run
    run: PathBuf,
}

/// What the comparison found.
#[derive(Debug, Serialize)]
struct Verdict {
    identical: bool,
    state_hash: String,
    recorded_state_hash: String,
    differing_files: Vec<String>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let dir = &arguments.run;
    let manifest = manifest(dir)?;
    let scenario = dir.join("scenario.toml");
    let prepared = build(&scenario.to_string_lossy(), &Overrides::default())
        .map_err(|p| report::input_problems(&p))?;
    let recorded_config = text(&manifest, "config_hash");
    if recorded_config != prepared.config_hash {
        output::tell(
            "note: scenario, city, weather or version differ from the recorded run's; the outcome may too",
        );
    }
    let kept = dir.join(COMMANDS_FILE);
    let (commands, commands_text) = read_commands(kept.exists().then_some(kept.as_path()))?;
    let orders = Orders {
        commands,
        ..Orders::default()
    };
    let ended = execute(&prepared, orders, |_| Go::On).map_err(execute_error)?;
    let Ended::Finished(outcome) = ended else {
        return Err(CliError::failed(
            "the replay did not finish",
            "this is a defect: please report it",
        ));
    };
    let differing_files = compare(&outcome, dir, &manifest, commands_text)?;
    let recorded_state_hash = text(&manifest, "state_hash");
    let verdict = Verdict {
        identical: outcome.state_hash == recorded_state_hash && differing_files.is_empty(),
        state_hash: outcome.state_hash.clone(),
        recorded_state_hash,
        differing_files,
    };
    if global.json {
        output::json(&verdict)?;
    } else if verdict.identical {
        output::data(&format!(
            "identical: state {} and every file",
            &verdict.state_hash[..16]
        ))?;
    } else {
        let files = if verdict.differing_files.is_empty() {
            String::new()
        } else {
            format!(
                "; files that differ: {}",
                verdict.differing_files.join(", ")
            )
        };
        output::data(&format!(
            "different: state {} recorded, {} replayed{files}",
            verdict.recorded_state_hash, verdict.state_hash
        ))?;
    }
    if verdict.identical {
        Ok(())
    } else {
        Err(CliError::told(MISMATCH))
    }
}

fn manifest(dir: &Path) -> Result<serde_json::Value, CliError> {
    let path = dir.join("manifest.json");
    let shown = path.display().to_string();
    let bytes = std::fs::read(&path).map_err(|e| {
        CliError::input(
            format!("cannot read {shown}: {e}"),
            "give the folder of a run",
        )
    })?;
    serde_json::from_slice(&bytes).map_err(|e| {
        CliError::input(
            format!("{shown} is not a manifest: {e}"),
            "give the folder of a run",
        )
    })
}

fn text(manifest: &serde_json::Value, key: &str) -> String {
    manifest
        .get(key)
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// Names of the recorded files whose bytes a fresh export does not give again. Charts are compared only if recorded.
fn compare(
    outcome: &RunOutcome,
    dir: &Path,
    manifest: &serde_json::Value,
    commands_text: Option<String>,
) -> Result<Vec<String>, CliError> {
    let failed = |e: &dyn std::fmt::Display| CliError::failed(e.to_string(), "is the disk full?");
    let scratch = tempfile::tempdir().map_err(|e| failed(&e))?;
    let fresh = scratch.path().join("run");
    let names: Vec<String> = manifest
        .get("files")
        .and_then(serde_json::Value::as_object)
        .map(|files| files.keys().cloned().collect())
        .unwrap_or_default();
    let charts = names.iter().any(|n| n.starts_with("charts/"));
    let report = names.iter().any(|n| n == REPORT_FILE);
    // An input, read from the recorded folder itself; the report names it.
    let files = commands_text
        .map(|text| vec![(COMMANDS_FILE.to_owned(), text.into_bytes())])
        .unwrap_or_default();
    write_run_folder(
        outcome,
        &fresh,
        &Extras {
            charts,
            report,
            files,
            ..Extras::default()
        },
    )
    .map_err(|e| failed(&e))?;
    let mut differing = Vec::new();
    for name in names {
        let same = match (
            std::fs::read(dir.join(&name)),
            std::fs::read(fresh.join(&name)),
        ) {
            (Ok(recorded), Ok(again)) => recorded == again,
            _ => false,
        };
        if !same {
            differing.push(name);
        }
    }
    Ok(differing)
}
