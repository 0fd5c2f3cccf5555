//! The journal of a tuning: every run that it has carried out, so that a killed search goes on where it was.
//!
//! The search itself is a pure function of these results, so that nothing else needs to be kept: a resumed one takes
//! them from here and comes to the same bytes.

use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// Values of the metrics; none where one is not defined.
    Measured(Vec<Option<f64>>),
    /// Why it failed.
    Failed(String),
}

/// Why a journal cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Not a journal.
    #[error("{path} is no journal of `tune`: {problem}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A journal of another search.
    #[error(
        "{0} is the journal of another search: other scenarios, seeds, metrics or length, or another version"
    )]
    Foreign(String),
}

/// The text of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    /// Hash of all that decides a run besides the constants.
    search: String,
    /// Results by what was run.
    runs: BTreeMap<String, RunResult>,
}

/// The results so far, and where they are kept.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    search: String,
    runs: BTreeMap<String, RunResult>,
}

impl Journal {
    /// An empty journal of a search; nothing is written before the first result.
    #[must_use]
    pub fn new(path: &Path, search: &str) -> Self {
        Self {
            path: path.to_path_buf(),
            search: search.to_owned(),
            runs: BTreeMap::new(),
        }
    }

    /// The journal that a former process left, or an empty one if it left none.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn resume(path: &Path, search: &str) -> Result<Self, JournalError> {
        let shown = path.display().to_string();
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::new(path, search));
            }
            Err(source) => {
                return Err(JournalError::Io {
                    path: shown,
                    source,
                });
            }
        };
        let text: Text = serde_json::from_slice(&bytes).map_err(|e| JournalError::Form {
            path: shown.clone(),
            problem: e.to_string(),
        })?;
        if text.search != search {
            return Err(JournalError::Foreign(shown));
        }
        Ok(Self {
            runs: text.runs,
            ..Self::new(path, search)
        })
    }

    /// The result of a run that was carried out before.
    #[must_use]
    pub fn get(&self, run: &str) -> Option<&RunResult> {
        self.runs.get(run)
    }

    /// How many results it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Keeps a result, on disk as well: the whole file under a temporary name, then renamed.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn keep(&mut self, run: String, result: RunResult) -> Result<(), JournalError> {
        self.runs.insert(run, result);
        let failed = |source: std::io::Error| JournalError::Io {
            path: self.path.display().to_string(),
            source,
        };
        let text = Text {
            search: self.search.clone(),
            runs: std::mem::take(&mut self.runs),
        };
        let bytes = serde_json::to_vec(&text);
        self.runs = text.runs;
        let bytes = bytes.map_err(|e| failed(e.into()))?;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        file.persist(&self.path).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// Removes the file, once the search has ended; one that cannot be removed does no harm.
    pub fn discard(self) {
        let _ = std::fs::remove_file(self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again_to_the_last_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j");
        let mut journal = Journal::resume(&path, "a").unwrap();
        let result = RunResult::Measured(vec![Some(0.1 + 0.2), None, Some(1.0 / 3.0)]);
        journal.keep("x".to_owned(), result.clone()).unwrap();
        journal
            .keep("y".to_owned(), RunResult::Failed("no".to_owned()))
            .unwrap();
        let again = Journal::resume(&path, "a").unwrap();
        assert_eq!(again.get("x"), Some(&result));
        assert_eq!(again.len(), 2);
        assert!(matches!(
            Journal::resume(&path, "b"),
            Err(JournalError::Foreign(_))
        ));
        std::fs::write(&path, "{").unwrap();
        assert!(matches!(
            Journal::resume(&path, "a"),
            Err(JournalError::Form { .. })
        ));
    }
}
