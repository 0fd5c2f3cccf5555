//! Files that are there whole or not at all, also after a power cut: temporary name, sync, rename.
//!
//! It knows no content.

use std::fs::File;
use std::fs::Permissions;
use std::io::Error;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use thiserror::Error as ThisError;

/// A file or folder that the system refused to read or write.
#[derive(Debug, ThisError)]
#[error("{}: {source}", .path.display())]
pub struct DiskError {
    /// File or folder.
    pub path: PathBuf,
    /// Why.
    pub source: Error,
}

/// Names a path in a system's error.
pub fn at(path: &Path) -> impl FnOnce(Error) -> DiskError {
    let path = path.to_path_buf();
    move |source| DiskError { path, source }
}

/// A temporary file that becomes `folder/name` when it is put in place, and is deleted when it is not.
#[derive(Debug)]
pub struct Draft {
    file: tempfile::NamedTempFile,
    place: PathBuf,
}

impl Draft {
    /// Begins a file. The temporary name is unique to this attempt and begins with a dot.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn new(folder: &Path, name: &str) -> Result<Self, DiskError> {
        let mut builder = tempfile::Builder::new();
        let prefix = format!(".{name}.partial-");
        builder.prefix(&prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are private to their owner; results are not (less the umask).
            builder.permissions(Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(at(folder))?;
        Ok(Self {
            file,
            place: folder.join(name),
        })
    }

    /// Where the content goes.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Writes the content to the disk and gives the file its name. The folder is to be synced after it.
    ///
    /// # Errors
    /// [`DiskError`]; then nothing is left.
    pub fn place(self) -> Result<(), DiskError> {
        self.file.as_file().sync_all().map_err(at(&self.place))?;
        let placed = self.file.persist(&self.place);
        placed.map_err(|e| e.error).map_err(at(&self.place))?;
        Ok(())
    }
}

/// Writes a file of these bytes, over one of its name.
///
/// # Errors
/// [`DiskError`]; then an old one is still there.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
    let mut draft = Draft::new(folder, name)?;
    let written = draft.file().write_all(bytes);
    written.map_err(at(&folder.join(name)))?;
    draft.place()
}

/// Writes a folder's names to the disk.
///
/// # Errors
/// [`DiskError`].
pub fn sync_folder(folder: &Path) -> Result<(), DiskError> {
    let opened = File::open(folder).map_err(at(folder))?;
    opened.sync_all().map_err(at(folder))
}

/// Deletes a file that may not be there.
///
/// # Errors
/// [`DiskError`].
pub fn remove(path: &Path) -> Result<(), DiskError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// Deletes a folder with all in it that may not be there.
///
/// # Errors
/// [`DiskError`].
pub fn remove_folder(path: &Path) -> Result<(), DiskError> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_is_dropped_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a", b"old").unwrap();
        let mut draft = Draft::new(folder.path(), "a").unwrap();
        draft.file().write_all(b"half").unwrap();
        drop(draft);
        let names = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 1);
        assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), b"old");
        write(folder.path(), "a", b"new").unwrap();
        assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), b"new");
    }
}
