//! `autopolis run [SCENARIO]`: one run, its story on the terminal and its files in a folder.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::exit::INTERRUPTED;
use crate::cli::log;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::report;
use crate::experiment::execute::Ended;
use crate::experiment::execute::ExecuteError;
use crate::experiment::execute::Go;
use crate::experiment::execute::Orders;
use crate::experiment::execute::execute;
use crate::experiment::operator;
use crate::experiment::operator::OperatorCommand;
use crate::experiment::pause::Pause;
use crate::results::export::folder::Extras;
use crate::results::export::folder::Replace;
use crate::results::export::folder::may_replace;
use crate::results::export::folder::write_run_folder;
use crate::results::export::manifest_json::Origin;
use crate::results::export::manifest_json::WallClock;
use crate::results::export::summary_json;
use crate::results::metrics;
use crate::results::outcome::RunOutcome;
use crate::results::story;
use crate::scenario::build::Prepared;
use crate::scenario::build::build;
use crate::scenario::document::Overrides;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Name of the file that holds the operator's commands in a run's folder.
pub(super) const COMMANDS_FILE: &str = "commands.toml";

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Scenario: a built-in name (see `list scenarios`) or a file
    #[arg(default_value = "heat-wave")]
    scenario: String,
    /// Who is at the desk: see `list controllers`, or a controller file [default: the scenario's]
    #[arg(long, value_name = "NAME|FILE")]
    controller: Option<String>,
    /// Seed of weather, failures and noise [default: the scenario's]
    #[arg(long)]
    seed: Option<u64>,
    /// Hours to simulate [default: the scenario's]
    #[arg(long)]
    hours: Option<f64>,
    /// City: a built-in name (see `list cities`), or the folder or file of one [default: the scenario's]
    #[arg(long, value_name = "NAME|FILE|DIR")]
    city: Option<String>,
    /// Set any key of the scenario, as `weather.heat_dome.peak_day=2`
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Timed commands of an operator, from a file of [[command]] tables
    #[arg(long, value_name = "FILE")]
    commands: Option<PathBuf>,
    /// Folder for the results [default: out/<scenario>-<controller>-<seed>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace a folder that holds a run of another configuration
    #[arg(long)]
    force: bool,
    /// Take up a run that was interrupted
    #[arg(long)]
    resume: bool,
    /// Leave the charts out
    #[arg(long)]
    no_charts: bool,
    /// Leave the report out
    #[arg(long)]
    no_report: bool,
    /// Check the conservation laws after every step; a breach ends the run with 1
    #[arg(long)]
    check_laws: bool,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let overrides = Overrides {
        controller: arguments.controller.clone(),
        seed: arguments.seed,
        hours: arguments.hours,
        city: arguments.city.clone(),
        set: pairs(&arguments.set)?,
    };
    let prepared =
        build(&arguments.scenario, &overrides).map_err(|p| report::input_problems(&p))?;
    log::detail(&described(&prepared));
    let (commands, commands_text) = read_commands(arguments.commands.as_deref())?;
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_folder(&prepared));
    let replace = if arguments.force {
        Replace::AnyRun
    } else {
        Replace::SameConfig
    };
    may_replace(&prepared.config_hash, &out, replace).map_err(|e| {
        CliError::usage(
            e.to_string(),
            "choose another folder with --out, or replace it with --force",
        )
    })?;
    let kept = paused_file(&out);
    let resume = if arguments.resume {
        Some(find_pause(&kept, &prepared)?)
    } else {
        None
    };

    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A second handler cannot be set (as in a test harness that has one): then the run just cannot be paused.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed));
    let progress = Progress::new(global, prepared.plan.horizon_s, prepared.plan.start);
    let began = Instant::now();
    let orders = Orders {
        commands,
        resume,
        check_laws: arguments.check_laws,
    };
    let ended = execute(&prepared, orders, |t_s| {
        progress.at(t_s);
        if stop.load(Ordering::Relaxed) {
            Go::Pause
        } else {
            Go::On
        }
    });
    progress.end();
    let outcome = match ended.map_err(execute_error)? {
        Ended::Finished(outcome) => outcome,
        Ended::Paused(pause) => {
            pause.write(&kept).map_err(|e| {
                CliError::failed(e.to_string(), "the state of the interrupted run is lost")
            })?;
            output::tell(&format!(
                "interrupted; the state is kept in {}: the same command with --resume goes on from it",
                kept.display()
            ));
            return Err(CliError::told(INTERRUPTED));
        }
    };
    let run_s = began.elapsed().as_secs_f64();
    let steps = outcome.finished_s / u64::from(outcome.plan.step_s);
    log::detail(&format!(
        "simulated {steps} steps in {run_s:.3} s; {} events, {} decisions; state {}",
        outcome.record.events.len(),
        outcome.record.decisions.len(),
        outcome.state_hash
    ));
    let began = Instant::now();
    let origin = Origin {
        code_hash: None,
        features: Vec::new(),
        wall_clock: Some(WallClock {
            started: jiff_now(),
            run_s,
        }),
    };
    let files = commands_text
        .map(|text| vec![(COMMANDS_FILE.to_owned(), text.into_bytes())])
        .unwrap_or_default();
    let extras = Extras {
        origin,
        replace,
        charts: !arguments.no_charts,
        report: !arguments.no_report,
        files,
    };
    write_run_folder(&outcome, &out, &extras)
        .map_err(|e| CliError::failed(e.to_string(), "nothing was written; is the disk full?"))?;
    log::detail(&format!(
        "wrote {} in {:.3} s",
        out.display(),
        began.elapsed().as_secs_f64()
    ));
    if arguments.resume {
        // The run is complete and written; a state file that cannot be removed does no harm.
        let _ = std::fs::remove_file(&kept);
    }
    tell(&outcome, &out, run_s, global)
}

/// What is about to run, for `-v`.
fn described(prepared: &Prepared) -> String {
    let plan = &prepared.plan;
    let grid = &plan.city.grid;
    format!(
        "{}: {:.0} h from {} in steps of {} s, {} planned events, configuration {}\n{}: {} people, {} buses, {} lines, \
         {} transformers, {} plants",
        plan.scenario,
        plan.horizon_s as f64 / 3600.0,
        plan.start,
        plan.step_s,
        plan.events.len(),
        prepared.config_hash,
        plan.city.name,
        plan.city.population(),
        grid.buses.len(),
        grid.lines.len(),
        grid.transformers.len(),
        grid.plants.len()
    )
}

/// The story on standard output, or the summary as JSON.
fn tell(outcome: &RunOutcome, out: &Path, run_s: f64, global: &Global) -> Result<(), CliError> {
    if global.json {
        let mut bytes = Vec::new();
        summary_json::write(outcome, &mut bytes)
            .map_err(|e| CliError::failed(e.to_string(), "this is a defect: please report it"))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|e| CliError::failed(e.to_string(), "this is a defect: please report it"))?;
        return output::json(&value);
    }
    let plan = &outcome.plan;
    let mut text = format!(
        "{} in {}, controller {}, seed {}\n\n",
        plan.scenario,
        story::words::city_name(&plan.city.name),
        plan.controller,
        plan.seed
    );
    for sentence in story::tell(outcome) {
        text.push_str(&wrapped(&sentence));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&summary_table(outcome));
    let hours = outcome.finished_s as f64 / 3600.0;
    text.push_str(&format!(
        "\n{hours:.0} h simulated in {run_s:.1} s. Results: {}",
        out.display()
    ));
    output::data(&text)
}

/// The metrics that a first look wants, a line each.
fn summary_table(outcome: &RunOutcome) -> String {
    // Key, label, and whether a zero is worth a line.
    const SHOWN: [(&str, &str, bool); 14] = [
        ("peak_mw", "Peak demand", true),
        ("ens_mwh", "Energy not served", true),
        ("saidi_min", "Mean outage a customer (SAIDI)", true),
        ("saifi", "Interruptions a customer (SAIFI)", true),
        ("longest_outage_h", "Longest outage", false),
        ("max_customers_out", "Most customers out at once", true),
        (
            "critical_outage_min",
            "Critical sites without supply",
            false,
        ),
        ("feeders_shed", "Feeders shed", false),
        ("line_failures", "Line failures", false),
        ("transformer_failures", "Power transformer failures", false),
        (
            "service_unit_failures",
            "Service transformers burnt out",
            false,
        ),
        ("plant_failures", "Plant failures", false),
        ("energy_cost", "Energy cost", true),
        ("co2_t", "Carbon dioxide", true),
    ];
    let values = metrics::evaluate(outcome);
    let rows: Vec<(&str, String, &str)> = SHOWN
        .iter()
        .filter_map(|(key, label, zero)| {
            let (metric, value) = values.iter().find(|(m, _)| m.key == *key)?;
            let value = value.filter(|v| *zero || *v > 0.0)?;
            let shown = match *key {
                // A hundredth of an interruption a customer is a difference.
                "saifi" if value > 0.0 => format!("{value:.2}"),
                _ => story::words::amount(value),
            };
            let unit = if metric.unit == "1" { "" } else { metric.unit };
            Some((*label, shown, unit))
        })
        .collect();
    let wide = rows.iter().map(|r| r.1.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (label, shown, unit) in &rows {
        let line = format!("  {label:<32} {shown:>wide$} {unit}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Wraps a sentence for an 80-column terminal, indented.
fn wrapped(sentence: &str) -> String {
    const WIDTH: usize = 80;
    let mut text = String::from("  ");
    let mut column = 2;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if column + length + 1 > WIDTH && column > 2 {
            text.push_str("\n  ");
            column = 2;
        } else if column > 2 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

fn pairs(set: &[String]) -> Result<Vec<(String, String)>, CliError> {
    set.iter()
        .map(|pair| match pair.split_once('=') {
            Some((path, value)) if !path.is_empty() => {
                Ok((path.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(CliError::usage(
                format!("`--set {pair}` is not PATH=VALUE"),
                "for example --set hours=24",
            )),
        })
        .collect()
}

/// Reads a file of operator commands; the text is kept for the run's folder.
pub(super) fn read_commands(
    path: Option<&Path>,
) -> Result<(Vec<OperatorCommand>, Option<String>), CliError> {
    let Some(path) = path else {
        return Ok((Vec::new(), None));
    };
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| CliError::input(format!("cannot read {shown}: {e}"), "is the path right?"))?;
    let commands = operator::parse(&text).map_err(|e| {
        CliError::input(
            format!("{shown}: {e}"),
            "a command is [[command]] with at, point, value and reason",
        )
    })?;
    Ok((commands, Some(text)))
}

/// What went wrong while running, with the right exit code.
pub(super) fn execute_error(error: ExecuteError) -> CliError {
    match error {
        ExecuteError::Controller(e) => {
            CliError::input(e.to_string(), "see `autopolis list controllers`")
        }
        ExecuteError::Operator(e) => CliError::input(e.to_string(), "see `autopolis list points`"),
        other => CliError::failed(
            other.to_string(),
            "this is a defect: please report it with the command",
        ),
    }
}

fn default_folder(prepared: &Prepared) -> PathBuf {
    let plan = &prepared.plan;
    Path::new("out").join(format!(
        "{}-{}-{}",
        plan.scenario, plan.controller, plan.seed
    ))
}

/// Where the state of an interrupted run is kept: beside its folder, which does not exist yet.
fn paused_file(out: &Path) -> PathBuf {
    let name = out
        .file_name()
        .map_or_else(|| "run".to_owned(), |n| n.to_string_lossy().into_owned());
    out.with_file_name(format!(".{name}.paused"))
}

fn find_pause(kept: &Path, prepared: &Prepared) -> Result<Pause, CliError> {
    let pause = Pause::read(kept).map_err(|e| {
        CliError::input(
            e.to_string(),
            "there is nothing to resume: run without --resume",
        )
    })?;
    if pause.config_hash != prepared.config_hash {
        return Err(CliError::input(
            format!("{} is of another configuration", kept.display()),
            "give the same scenario, controller, seed and settings as before, or run without --resume",
        ));
    }
    Ok(pause)
}

/// The time of day outside, RFC 3339 in UTC; for the manifest alone.
fn jiff_now() -> String {
    jiff::Timestamp::now().to_string()
}
