//! The run folder: written under a temporary name beside its place, then renamed; on any error nothing is left.
//!
//! Replacing moves the old folder aside, the new one in, and then deletes the old one; if the second move fails the
//! old one is moved back. A folder that is not a run's is never touched.

use crate::results::charts;
use crate::results::export::ExportError;
use crate::results::export::files;
use crate::results::export::manifest_json;
use crate::results::export::manifest_json::Origin;
use crate::results::outcome::RunOutcome;
use crate::results::report;
use crate::results::report::run_folder::REPORT_FILE;
use crate::results::report::run_folder::RunFolder;
use std::collections::BTreeMap;
use std::fs;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// What may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replace {
    /// Nothing.
    Never,
    /// A run of the same configuration.
    #[default]
    SameConfig,
    /// Any run.
    AnyRun,
}

/// What else goes into the folder.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// Program and real time.
    pub origin: Origin,
    /// What may be replaced.
    pub replace: Replace,
    /// Whether charts are drawn.
    pub charts: bool,
    /// Whether a report is made of all of it.
    pub report: bool,
    /// More files by name, such as `audit.jsonl`.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Writes everything that a run leaves.
///
/// # Errors
/// [`ExportError`]; then the place is as it was before.
pub fn write_run_folder(o: &RunOutcome, dir: &Path, extras: &Extras) -> Result<(), ExportError> {
    may_replace(&o.config_hash, dir, extras.replace)?;
    let parent = match dir.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(at(&parent))?;
    let draft = temporary(&parent, dir)?;
    fill(o, draft.path(), extras)?;
    put_in_place(draft, &parent, dir)
}

/// Configuration hash of the run that a folder holds; none if there is no readable run.
#[must_use]
pub fn config_hash_of(dir: &Path) -> Option<String> {
    let text = fs::read(dir.join("manifest.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(manifest.get("config_hash")?.as_str()?.to_owned())
}

/// Whether a run of a configuration may be written to a folder; to be asked before it is run, too.
///
/// # Errors
/// [`ExportError::Taken`] or [`ExportError::NotARun`].
pub fn may_replace(config_hash: &str, dir: &Path, replace: Replace) -> Result<(), ExportError> {
    if fs::symlink_metadata(dir).is_err() {
        return Ok(());
    }
    let path = dir.to_path_buf();
    if fs::read_dir(dir).is_ok_and(|mut d| d.next().is_none()) {
        return Ok(());
    }
    let Some(found) = config_hash_of(dir) else {
        return Err(ExportError::NotARun { path });
    };
    match replace {
        Replace::AnyRun => Ok(()),
        Replace::SameConfig if found == config_hash => Ok(()),
        Replace::SameConfig | Replace::Never => Err(ExportError::Taken { path }),
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
    let path = path.to_path_buf();
    move |source| ExportError::Io { path, source }
}

/// A hidden folder beside `dir` that is deleted when dropped.
fn temporary(parent: &Path, dir: &Path) -> Result<tempfile::TempDir, ExportError> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.partial-");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The folder stays, so it gets an ordinary folder's permissions (less the umask), not a private one's.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent).map_err(at(parent))
}

/// Writes one file and returns the hash of what was written.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<String, ExportError> {
    let file = fs::File::create_new(path).map_err(at(path))?;
    let mut out = Hashing {
        inner: BufWriter::new(file),
        hash: blake3::Hasher::new(),
    };
    write(&mut out).map_err(|e| e.in_file(path))?;
    out.inner.flush().map_err(at(path))?;
    Ok(out.hash.finalize().to_hex().to_string())
}

/// A writer that hashes what passes.
struct Hashing<W> {
    inner: W,
    hash: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(buf)?;
        self.hash.update(&buf[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn fill(o: &RunOutcome, dir: &Path, extras: &Extras) -> Result<(), ExportError> {
    let mut hashes = BTreeMap::new();
    for file in files(o) {
        let hash = write_file(&dir.join(file.name), |out| (file.write)(o, out))?;
        hashes.insert(file.name.to_owned(), hash);
    }
    for (name, bytes) in &extras.files {
        let path = dir.join(name);
        if Path::new(name).file_name() != Some(name.as_ref()) || hashes.contains_key(name) {
            return Err(ExportError::Name { name: name.clone() });
        }
        let hash = write_file(&path, |out| out.write_all(bytes).map_err(at(&path)))?;
        hashes.insert(name.clone(), hash);
    }
    if extras.charts {
        let folder = dir.join("charts");
        fs::create_dir(&folder).map_err(at(&folder))?;
        for chart in charts::CHARTS {
            let Some(drawing) = (chart.draw)(o) else {
                continue;
            };
            let svg = folder.join(format!("{}.svg", chart.name));
            let text = charts::render::svg(&drawing).map_err(|e| e.of(chart.name))?;
            let hash = write_file(&svg, |out| out.write_all(text.as_bytes()).map_err(at(&svg)))?;
            hashes.insert(format!("charts/{}.svg", chart.name), hash);
            let png = folder.join(format!("{}.png", chart.name));
            charts::render::png(&drawing, &png).map_err(|e| e.of(chart.name))?;
            let bytes = fs::read(&png).map_err(at(&png))?;
            let hash = blake3::hash(&bytes).to_hex().to_string();
            hashes.insert(format!("charts/{}.png", chart.name), hash);
        }
    }
    if extras.report {
        // From the files as they are: the same that a later `report` reads.
        let manifest = manifest_json::value(o, &extras.origin, &hashes);
        let folder = RunFolder::with_manifest(dir, manifest)?;
        let path = dir.join(REPORT_FILE);
        let text = report::run::html(&folder);
        let hash = write_file(&path, |out| {
            out.write_all(text.as_bytes()).map_err(at(&path))
        })?;
        hashes.insert(REPORT_FILE.to_owned(), hash);
    }
    write_file(&dir.join("manifest.json"), |out| {
        manifest_json::write(o, &extras.origin, &hashes, out)
    })?;
    Ok(())
}

fn put_in_place(draft: tempfile::TempDir, parent: &Path, dir: &Path) -> Result<(), ExportError> {
    if fs::symlink_metadata(dir).is_err() {
        fs::rename(draft.path(), dir).map_err(at(dir))?;
        // Renamed away: there is nothing left to delete.
        let _ = draft.keep();
        return Ok(());
    }
    let aside = temporary(parent, dir)?;
    let old = aside.path().join("old");
    fs::rename(dir, &old).map_err(at(dir))?;
    if let Err(source) = fs::rename(draft.path(), dir) {
        let path = dir.to_path_buf();
        if fs::rename(&old, dir).is_err() {
            // Better a stray folder than a lost run.
            let _ = aside.keep();
        }
        return Err(ExportError::Io { path, source });
    }
    let _ = draft.keep();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::export::FILES;
    use crate::results::fixture::small;

    fn read_all(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut folders = vec![dir.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    all.insert(
                        path.strip_prefix(dir).unwrap().to_path_buf(),
                        fs::read(&path).unwrap(),
                    );
                }
            }
        }
        all
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn same_outcome_same_bytes() {
        let tmp = tempfile::tempdir().unwrap();
        let o = small::outcome();
        let extras = Extras {
            charts: true,
            report: true,
            files: vec![("audit.jsonl".to_owned(), b"{}\n".to_vec())],
            ..Extras::default()
        };
        for name in ["a", "b"] {
            write_run_folder(&o, &tmp.path().join(name), &extras).unwrap();
        }
        let (a, b) = (
            read_all(&tmp.path().join("a")),
            read_all(&tmp.path().join("b")),
        );
        assert!(a == b && a.len() > FILES.len());
        assert_eq!(names(tmp.path()), ["a", "b"]);
        let manifest: serde_json::Value =
            serde_json::from_slice(&a[Path::new("manifest.json")]).unwrap();
        for (path, bytes) in &a {
            let hash = blake3::hash(bytes).to_hex().to_string();
            if path != Path::new("manifest.json") {
                assert_eq!(
                    manifest["files"][path.to_str().unwrap()],
                    hash,
                    "{}",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn a_run_stopped_before_its_first_row_is_written_too() {
        let tmp = tempfile::tempdir().unwrap();
        let mut o = small::outcome();
        o.record = crate::engine::record::Record::new(true);
        o.finished_s = 0;
        let extras = Extras {
            charts: true,
            ..Extras::default()
        };
        let dir = tmp.path().join("run");
        write_run_folder(&o, &dir, &extras).unwrap();
        let all = read_all(&dir);
        let manifest: serde_json::Value =
            serde_json::from_slice(&all[Path::new("manifest.json")]).unwrap();
        assert_eq!(manifest["simulated"]["complete"], false);
        // The map needs no series.
        assert!(all.contains_key(Path::new("charts/map.svg")));
        assert!(!all.contains_key(Path::new("charts/supply.svg")));
    }

    #[test]
    fn only_the_same_configuration_is_replaced_unless_told() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = tmp.path().join("run");
        let mut o = small::outcome();
        write_run_folder(&o, &dir, &Extras::default()).unwrap();
        o.state_hash = "cc".repeat(32);
        write_run_folder(&o, &dir, &Extras::default()).unwrap();
        let text = fs::read_to_string(dir.join("manifest.json")).unwrap();
        assert!(text.contains(&o.state_hash));
        o.config_hash = "dd".repeat(32);
        let refused = write_run_folder(&o, &dir, &Extras::default());
        assert!(matches!(refused, Err(ExportError::Taken { .. })));
        let force = Extras {
            replace: Replace::AnyRun,
            ..Extras::default()
        };
        write_run_folder(&o, &dir, &force).unwrap();
        assert_eq!(config_hash_of(&dir), Some(o.config_hash.clone()));
        assert_eq!(names(tmp.path()), ["run"]);
        // A folder that is no run's is left alone even then.
        let home = tmp.path().join("home");
        fs::create_dir(&home).unwrap();
        fs::write(home.join("thesis.txt"), "years of work").unwrap();
        let refused = write_run_folder(&o, &home, &force);
        assert!(matches!(refused, Err(ExportError::NotARun { .. })));
        assert!(home.join("thesis.txt").exists());
    }

    #[test]
    fn an_error_leaves_the_old_run_and_nothing_else() {
        let tmp = tempfile::tempdir().unwrap();
        let dir = tmp.path().join("run");
        let o = small::outcome();
        write_run_folder(&o, &dir, &Extras::default()).unwrap();
        let before = read_all(&dir);
        let bad = Extras {
            // Fails after all tables are written.
            files: vec![("../escape".to_owned(), Vec::new())],
            ..Extras::default()
        };
        assert!(matches!(
            write_run_folder(&o, &dir, &bad),
            Err(ExportError::Name { .. })
        ));
        assert!(read_all(&dir) == before);
        assert_eq!(names(tmp.path()), ["run"]);
        // A parent that cannot hold a folder.
        let file = tmp.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = write_run_folder(&o, &file.join("run"), &Extras::default());
        assert!(matches!(refused, Err(ExportError::Io { .. })));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_device_names_the_file() {
        use std::fs::OpenOptions;
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut out = BufWriter::new(full);
        let o = small::outcome();
        let file = FILES.iter().find(|f| f.name == "events.csv").unwrap();
        let written =
            (file.write)(&o, &mut out).and_then(|()| out.flush().map_err(at(Path::new("x"))));
        let error = written.unwrap_err().in_file(Path::new("x/events.csv"));
        assert!(error.to_string().contains("No space left"), "{error}");
    }
}
