//! `autopolis tune SCENARIO...`: better constants for a controller, searched on training seeds, as a controller file.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::exit::INTERRUPTED;
use crate::cli::output;
use crate::cli::progress::Counter;
use crate::cli::report;
use crate::controllers;
use crate::experiment::tune::FIRST_SEED;
use crate::experiment::tune::REPLICATIONS;
use crate::experiment::tune::TuneSettings;
use crate::experiment::tune::search::Row;
use crate::experiment::tune::search::TuneError;
use crate::experiment::tune::search::Tuned;
use crate::experiment::tune::search::Tuning;
use crate::scenario::controller_file::ControllerFile;
use crate::scenario::controller_file::is_plain;
use crate::scenario::training::Training;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// Arguments of `tune`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenarios to tune on: built-in names or files; each counts the same
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Candidates to try; each is run once a scenario and replication
    #[arg(long, value_name = "N")]
    budget: u32,
    /// First training seed; the next ones follow. They are no evidence afterwards
    #[arg(long, value_name = "S", default_value_t = FIRST_SEED)]
    first_seed: u64,
    /// Seeds that every candidate is run with
    #[arg(long, value_name = "R", default_value_t = REPLICATIONS)]
    replications: u32,
    /// Parameters to search, see `list controllers` [default: those that matter in a heat wave or a storm]
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    parameters: Vec<String>,
    /// Metric to make low, with its weight [default: the composite cost of the metrics that exist]
    #[arg(long, value_name = "METRIC[=WEIGHT]", value_delimiter = ',')]
    objective: Vec<String>,
    /// Hours to simulate [default: the scenarios']
    #[arg(long, value_name = "H")]
    hours: Option<f64>,
    /// Runs at a time [default: one a processor]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// The controller file to write; its name is the controller's [default: tuned-<first scenario>.toml]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Take up a search that was interrupted or killed
    #[arg(long)]
    resume: bool,
    /// Replace the output if it exists
    #[arg(long)]
    force: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Said<'a> {
    file: String,
    controller: &'a ControllerFile,
    candidate_costs: &'a [f64],
    choice_means: &'a [Row],
    evidence: bool,
    next: Vec<String>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let output = output_path(arguments);
    let settings = TuneSettings {
        scenarios: arguments.scenarios.clone(),
        budget: arguments.budget,
        first_seed: arguments.first_seed,
        replications: arguments.replications,
        parameters: arguments.parameters.clone(),
        objective: objective(&arguments.objective)?,
        hours: arguments.hours,
        name: name(&output)?,
    };
    if output.exists() && !arguments.force {
        return Err(CliError::usage(
            format!("{} exists", output.display()),
            "choose another file with -o, or replace it with --force",
        ));
    }
    let kept = journal_path(&output);
    if kept.exists() && !arguments.resume && !arguments.force {
        return Err(CliError::usage(
            format!(
                "{} is the journal of a search that did not end",
                kept.display()
            ),
            "go on from it with --resume, or begin anew with --force",
        ));
    }
    let tuning = Tuning::prepare(settings).map_err(|p| report::input_problems(&p))?;
    let journal = tuning.journal(&kept, arguments.resume).map_err(|e| {
        CliError::input(
            e.to_string(),
            "begin anew without --resume and with --force",
        )
    })?;
    if arguments.resume && !global.quiet {
        output::tell(&format!(
            "{} runs are taken from {}",
            journal.len(),
            kept.display()
        ));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A second handler cannot be set (as in a test harness that has one): then it just cannot be stopped softly.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
    let counter = Counter::new(global, tuning.runs(), "runs");
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.jobs.unwrap_or(0))
        .build()
        .map_err(|e| CliError::failed(e.to_string(), "ask for fewer threads with -j"))?;
    let ended = pool.install(|| tuning.run(journal, &stop, &|done| counter.at(done)));
    counter.end();
    let (tuned, journal) = ended.map_err(|error| match error {
        TuneError::Input(problems) => report::input_problems(&problems),
        TuneError::Journal(error) => CliError::failed(error.to_string(), "is the disk full?"),
        TuneError::Stopped => {
            output::tell(&format!(
                "interrupted; the runs done are kept in {}: the same command with --resume goes on from them",
                kept.display()
            ));
            CliError::told(INTERRUPTED)
        }
    })?;
    write(&output, &tuned.file)
        .map_err(|e| CliError::failed(format!("{}: {e}", output.display()), "is the disk full?"))?;
    journal.discard();
    tell(&tuned, &output, global)
}

fn output_path(arguments: &Arguments) -> PathBuf {
    arguments.output.clone().unwrap_or_else(|| {
        let first = arguments.scenarios.first().map_or("", String::as_str);
        let stem = Path::new(first).file_stem().unwrap_or_default();
        PathBuf::from(format!("tuned-{}.toml", stem.to_string_lossy()))
    })
}

/// The controller's name: its file's.
fn name(output: &Path) -> Result<String, CliError> {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let is_toml = output.extension().is_some_and(|e| e == "toml");
    if !is_plain(&stem) || !is_toml {
        return Err(CliError::usage(
            format!("{} cannot name a controller", output.display()),
            "the file's name is the controller's: use a-z, 0-9, - and _, and .toml",
        ));
    }
    if controllers::check_name(&stem).is_ok() {
        return Err(CliError::usage(
            format!("`{stem}` is the name of a controller in the program"),
            "choose another file with -o",
        ));
    }
    Ok(stem.into_owned())
}

/// The journal stands beside the output.
fn journal_path(output: &Path) -> PathBuf {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!(".{name}.journal"))
}

fn objective(given: &[String]) -> Result<Vec<(String, f64)>, CliError> {
    given
        .iter()
        .map(|term| match term.split_once('=') {
            None => Ok((term.clone(), 1.0)),
            Some((metric, weight)) => match weight.trim().parse() {
                Ok(weight) => Ok((metric.trim().to_owned(), weight)),
                Err(_) => Err(CliError::usage(
                    format!("`--objective {term}` is not METRIC=WEIGHT"),
                    "for example --objective ens_mwh=2",
                )),
            },
        })
        .collect()
}

/// Writes the file under a temporary name and renames it.
fn write(path: &Path, file: &ControllerFile) -> std::io::Result<()> {
    let text = toml::to_string(file).map_err(std::io::Error::other)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut partial = tempfile::NamedTempFile::new_in(folder)?;
    write!(
        partial,
        "# A controller file, written by `autopolis tune`. What stands under [training] is how it was found, and no\n\
         # evidence that it is better: its seeds were chosen by. Judge it by a sweep on other seeds.\n\n{text}"
    )?;
    let kept = partial.persist(path).map_err(|e| e.error)?;
    output::readable_by_all(&kept)
}

fn tell(tuned: &Tuned, output: &Path, global: &Global) -> Result<(), CliError> {
    let Some(training) = &tuned.file.training else {
        return Ok(());
    };
    if global.json {
        return output::json(&Said {
            file: output.display().to_string(),
            controller: &tuned.file,
            candidate_costs: &tuned.costs,
            choice_means: &tuned.rows,
            evidence: false,
            next: next(training, output),
        });
    }
    let mut text = format!(
        "{} of {} candidates: {}\n\n",
        match training.chosen.as_str() {
            "defaults" => "The defaults were not beaten by the best".to_owned(),
            "mean" => "Chosen is where the search ended, after".to_owned(),
            number => format!("Chosen is number {number}"),
        },
        training.budget,
        output.display()
    );
    let result = &training.result;
    text += &format!(
        "{:<42} {:>10} {:>10}\n",
        "on training seeds", "default", "tuned"
    );
    text += &format!(
        "{:<42} {:>10.4} {:>10.4}\n{:<42} {:>10.4} {:>10.4}\n",
        "cost, seeds of the search",
        result.search_cost_default,
        result.search_cost_chosen,
        "cost, seeds of the choice",
        result.choice_cost_default,
        result.choice_cost_chosen
    );
    for row in &tuned.rows {
        let label = format!("{}: {}", row.scenario, row.metric);
        text += &format!("{label:<42} {:>10.1} {:>10.1}\n", row.default, row.chosen);
    }
    if result.failed_runs > 0 {
        text += &format!(
            "\n{} runs failed and were counted as ten times the defaults' cost.\n",
            result.failed_runs
        );
    }
    text += "\nThis is no evidence: it was chosen because it is low on these seeds. A test on seeds it has not seen:\n";
    for line in next(training, output) {
        text += &format!("  {line}\n");
    }
    output::data(&text)
}

/// The commands of a test on held-out seeds.
fn next(training: &Training, output: &Path) -> Vec<String> {
    let list: Vec<String> = training
        .scenarios
        .iter()
        .map(|s| format!("\"{s}\""))
        .collect();
    let hours = training
        .hours
        .map(|h| format!("hours = {h}\\n"))
        .unwrap_or_default();
    let last = training.seeds().last().copied().unwrap_or(0);
    let first = if training.seeds().iter().any(|s| (1..=1000).contains(s)) {
        last + 1
    } else {
        1
    };
    vec![
        format!(
            "printf 'scenarios = [{}]\\ncontrollers = [\"rules\", \"{}\"]\\nreplications = 30\\nfirst_seed = {first}\\n{hours}' > held-out.toml",
            list.join(", "),
            output.display()
        ),
        "autopolis sweep held-out.toml --out held-out".to_owned(),
        format!(
            "autopolis compare held-out --baseline rules --metric {}",
            training
                .objective
                .first()
                .map_or("ens_mwh", |t| t.metric.as_str())
        ),
    ]
}
