//! One writer a folder: a lock that the system lets go of when its process ends, however it ends.
//!
//! It does not keep shards apart: several attempts at one may run at once.

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use std::fs::File;
use std::fs::TryLockError;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error;

/// Name of the file in the folder.
const NAME: &str = ".lock";

/// Why a folder could not be locked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another autopolis is at work in {}", .0.display())]
    Held(PathBuf),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// A folder's lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// What the system's lock hangs on.
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(NAME);
        loop {
            let mut options = File::options();
            options.create(true).truncate(false).write(true);
            let file = options.open(&path).map_err(durable::at(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held(folder.to_path_buf()));
                }
                Err(TryLockError::Error(error)) => return Err(durable::at(&path)(error).into()),
            }
            // Its last holder may have deleted it between opening and locking: then it keeps nobody out.
            if is_at(&file, &path) {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Deleted while it is held; a file that cannot be deleted is taken over by the next holder.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether an open file is the one that its path leads to.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_a_stale_file_is_no_holder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(NAME), "").unwrap();
        let held = Lock::take(folder.path()).unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(LockError::Held(_))));
        drop(held);
        assert!(!folder.path().join(NAME).exists());
        Lock::take(folder.path()).unwrap();
    }
}
