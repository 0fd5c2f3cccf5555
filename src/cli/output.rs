//! Where results go: standard output, standard error, CSV files in a folder.
//!
//! A reader that closes the pipe early (`| head`) is no error. Files are written under a temporary name and renamed,
//! so that an interrupted command leaves nothing half-written.

use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;

use crate::cli::exit::CliError;
use crate::cli::log;

/// Writes a line of data to standard output.
///
/// # Errors
/// When standard output cannot be written, a closed pipe excepted.
pub fn data(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::failed(
            format!("cannot write to standard output: {error}"),
            "is the disk full?",
        )),
        _ => Ok(()),
    }
}

/// Writes a line to standard error. There is nowhere to report a failure of that, so it is not reported.
pub fn tell(text: &str) {
    log::keep(text);
    let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
}

/// Writes lines to standard error, if there are any.
pub fn tell_unless_empty(text: &str) {
    if !text.is_empty() {
        tell(text);
    }
}

/// Writes one JSON object to standard output.
///
/// # Errors
/// As `data`.
pub fn json(object: &impl serde::Serialize) -> Result<(), CliError> {
    match serde_json::to_string(object) {
        Ok(text) => data(&text),
        Err(error) => Err(CliError::failed(
            format!("cannot write JSON: {error}"),
            "this is a defect: please report it",
        )),
    }
}

/// Writes a table as `folder/name`, making the folder if need be.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn table(
    folder: &Path,
    name: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), CliError> {
    let failed = |error: &dyn std::fmt::Display| {
        let message = format!("cannot write {}: {error}", folder.join(name).display());
        CliError::failed(message, "choose another folder with --out")
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::Builder::new()
        .prefix(name)
        .suffix(".partial")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    {
        let mut writer = csv::Writer::from_writer(file.as_file_mut());
        writer
            .write_record(header)
            .map_err(|error| failed(&error))?;
        for row in rows {
            writer.write_record(&row).map_err(|error| failed(&error))?;
        }
        writer.flush().map_err(|error| failed(&error))?;
    }
    let kept = file
        .persist(folder.join(name))
        .map_err(|error| failed(&error))?;
    readable_by_all(&kept).map_err(|error| failed(&error))
}

/// Temporary files are private to their owner; results are not.
#[cfg(unix)]
pub(super) fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(super) fn readable_by_all(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
