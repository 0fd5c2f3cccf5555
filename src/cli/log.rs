//! The log: what the program says, and what it says only with `-v`, kept in a file of `--log-file` with times.
//!
//! One log a process, opened once. It is for people; nothing reads it back.

use crate::cli::Global;
use crate::cli::exit::CliError;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::sync::OnceLock;

/// What the process has been told about its log.
#[derive(Debug)]
struct Log {
    verbose: bool,
    file: Option<Mutex<File>>,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Opens the log that the options ask for; the file is added to.
///
/// # Errors
/// When the file cannot be opened.
pub(super) fn open(global: &Global) -> Result<(), CliError> {
    let file = match &global.log_file {
        None => None,
        Some(path) => {
            let opened = File::options().create(true).append(true).open(path);
            Some(Mutex::new(opened.map_err(|e| {
                CliError::usage(
                    format!("cannot write the log {}: {e}", path.display()),
                    "give --log-file a file in a folder that exists",
                )
            })?))
        }
    };
    // A second command of one process (in tests) keeps the first one's log.
    let _ = LOG.set(Log {
        verbose: global.verbose && !global.quiet,
        file,
    });
    keep(&std::env::args().collect::<Vec<_>>().join(" "));
    Ok(())
}

/// Keeps a text in the log file, if there is one. There is nowhere to report a failure of that.
pub(super) fn keep(text: &str) {
    let file = LOG.get().and_then(|log| log.file.as_ref());
    if let Some(Ok(mut file)) = file.map(Mutex::lock) {
        let now = jiff::Timestamp::now();
        for line in text.trim_end().lines() {
            let _ = writeln!(file, "{now:.3} {line}");
        }
    }
}

/// Says a detail: on standard error with `-v`, in the log file always.
pub(super) fn detail(text: &str) {
    if LOG.get().is_some_and(|log| log.verbose) {
        let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
    }
    keep(text);
}
