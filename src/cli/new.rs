//! `autopolis new`: files to start from.

use crate::cli::Global;
use crate::cli::exit::CliError;
use crate::cli::output;
use crate::scenario::template;
use std::path::Path;
use std::path::PathBuf;

/// What to write.
#[derive(Debug, clap::Subcommand)]
pub(super) enum New {
    /// A scenario file with its usual keys and comments
    Scenario(ScenarioArguments),
}

/// Arguments of `new scenario`.
#[derive(Debug, clap::Args)]
pub(super) struct ScenarioArguments {
    /// Name of the scenario, also its file's name
    #[arg(long, default_value = "my-scenario")]
    name: String,
    /// Seed of its random streams
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// Runs the command.
pub(super) fn run(new: &New, global: &Global) -> Result<(), CliError> {
    match new {
        New::Scenario(arguments) => scenario(arguments, global),
    }
}

fn scenario(arguments: &ScenarioArguments, global: &Global) -> Result<(), CliError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if arguments.name.is_empty() || !arguments.name.chars().all(plain) {
        return Err(CliError::usage(
            format!("`{}` cannot name a scenario", arguments.name),
            "use a-z, 0-9, - and _",
        ));
    }
    let path = arguments.out.join(format!("{}.toml", arguments.name));
    write_new(&path, &template::scenario(&arguments.name, arguments.seed))?;
    if !global.quiet {
        output::tell(&format!(
            "wrote {0}; check it with: autopolis check {0}",
            path.display()
        ));
    }
    Ok(())
}

/// Writes a file that must not exist yet.
fn write_new(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        let help = if error.kind() == std::io::ErrorKind::AlreadyExists {
            "choose another --name, or move the old file away"
        } else {
            "choose another folder with -o"
        };
        CliError::usage(format!("cannot write {}: {error}", path.display()), help)
    };
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)
}
