//! `autopolis man DIR`: manual pages, one a subcommand.

use crate::cli::Global;
use crate::cli::command;
use crate::cli::exit::CliError;
use crate::cli::output;
use clap::Command;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Folder to write the pages to, such as ~/.local/share/man/man1; made if need be
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, global: &Global) -> Result<(), CliError> {
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    let mut root = command();
    // Options of all subcommands reach them only in a built command.
    root.build();
    let mut pages = Vec::new();
    collect(&root, "", &mut pages);
    for (name, page) in &pages {
        let path = folder.join(format!("{name}.1"));
        write(folder, &path, page).map_err(|e| failed(&path, &e))?;
    }
    if !global.quiet {
        output::tell(&format!(
            "wrote {} manual pages to {}: `man {}` shows the first",
            pages.len(),
            folder.display(),
            folder.join("autopolis.1").display()
        ));
    }
    Ok(())
}

/// Names and texts of the pages of a command and all below it; the built-in `help` needs none.
fn collect(command: &Command, parent: &str, pages: &mut Vec<(String, Vec<u8>)>) {
    let name = if parent.is_empty() {
        command.get_name().to_owned()
    } else {
        format!("{parent}-{}", command.get_name())
    };
    let page = clap_mangen::Man::new(command.clone())
        .title(name.clone())
        .source(concat!("autopolis ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    // A vector takes everything.
    if page.render(&mut text).is_ok() {
        pages.push((name.clone(), text));
    }
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        collect(sub, &name, pages);
    }
}

/// Under a temporary name first, so that no page is ever half there.
fn write(folder: &Path, path: &Path, page: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, page)?;
    let kept = file.persist(path).map_err(|e| e.error)?;
    output::readable_by_all(&kept)
}

fn failed(path: &Path, error: &std::io::Error) -> CliError {
    CliError::failed(
        format!("cannot write {}: {error}", path.display()),
        "choose another folder",
    )
}
