//! A run that was stopped on its way: its whole state and record, to go on from.

use crate::city::twin::Checkpoint;
use crate::engine::record::Record;
use serde::Deserialize;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use thiserror::Error;

/// First bytes of a file with a paused run, with the version of its form.
const MAGIC: &[u8] = b"autopolis-pause-1\n";

/// Why a paused run could not be kept or found again.
#[derive(Debug, Error)]
pub enum PauseError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Not a paused run of this version.
    #[error("{0} is not a paused run of this version of autopolis")]
    Foreign(String),
}

/// State and record of a paused run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pause {
    /// Hash of the configuration that it belongs to.
    pub config_hash: String,
    /// The twin's state.
    pub checkpoint: Checkpoint,
    /// What has been recorded so far.
    pub record: Record,
}

impl Pause {
    /// Writes it to a file, under a temporary name first.
    ///
    /// # Errors
    /// [`PauseError::Io`]; then nothing is left.
    pub fn write(&self, path: &Path) -> Result<(), PauseError> {
        let failed = |source: std::io::Error| PauseError::Io {
            path: path.display().to_string(),
            source,
        };
        let bytes = postcard::to_stdvec(self).map_err(|e| failed(std::io::Error::other(e)))?;
        let parent = path
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(parent).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
        file.write_all(MAGIC)
            .and_then(|()| file.write_all(&bytes))
            .map_err(failed)?;
        file.persist(path).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`PauseError`].
    pub fn read(path: &Path) -> Result<Self, PauseError> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| PauseError::Io {
            path: shown.clone(),
            source,
        })?;
        let body = bytes
            .strip_prefix(MAGIC)
            .ok_or_else(|| PauseError::Foreign(shown.clone()))?;
        postcard::from_bytes(body).map_err(|_| PauseError::Foreign(shown))
    }
}
