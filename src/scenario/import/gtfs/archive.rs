//! The files of a feed, from a zip archive or a folder, as bytes.
//!
//! It takes the files it knows and leaves the rest. Some agencies zip a folder instead of its files: the file nearest to
//! the top is taken. It writes nothing and unpacks nothing to disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::io::Read;
use std::io::Seek;
use std::path::Path;

use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;

/// The files that are read.
pub const FILES: [&str; 10] = [
    "agency.txt",
    "calendar.txt",
    "calendar_dates.txt",
    "frequencies.txt",
    "routes.txt",
    "shapes.txt",
    "stop_times.txt",
    "stops.txt",
    "transfers.txt",
    "trips.txt",
];

/// Largest unpacked file, bytes: four times the largest national feed's stop_times.txt, and an end to zip bombs.
const MOST_BYTES: u64 = 4 << 30;

/// A feed's files.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// The feed, as the user named it.
    pub name: String,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Archive {
    /// Opens a zip file or a folder.
    ///
    /// # Errors
    /// When it cannot be read, is no whole zip archive, or holds no file of a feed.
    pub fn open(path: &Path) -> Result<Self, Problems> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Self::of_folder(name, path);
        }
        let file = File::open(path).map_err(|error| {
            Problem::new(&name, format!("cannot be read: {error}"))
                .help("is the path right? It is looked for from the present folder")
        })?;
        Self::of_zip(name, BufReader::new(file))
    }

    /// Takes files as they are, for feeds made in memory; unknown names are left out.
    #[must_use]
    pub fn of_files(name: &str, given: &[(&str, &[u8])]) -> Self {
        let find = |wanted| given.iter().find(|(file, _)| file == wanted);
        let files = FILES.iter().filter_map(|wanted| {
            let (_, bytes) = find(wanted)?;
            Some((*wanted, bytes.to_vec()))
        });
        Self {
            name: name.to_owned(),
            files: files.collect(),
        }
    }

    /// Reads a zip archive.
    ///
    /// # Errors
    /// When it is no whole zip archive or holds no file of a feed.
    pub fn of_zip(name: String, source: impl Read + Seek) -> Result<Self, Problems> {
        let mut zip = zip::ZipArchive::new(source).map_err(|error| {
            Problem::new(&name, format!("is not a whole zip archive: {error}"))
                .help("was it downloaded to the end? A folder of the feed's files will do as well")
        })?;
        let mut problems = Problems::default();
        let mut archive = Self {
            name,
            ..Self::default()
        };
        let entries: Vec<(usize, String)> = (0..zip.len())
            .filter_map(|entry| Some((entry, zip.name_for_index(entry)?.ok()?.into_owned())))
            .collect();
        for wanted in FILES {
            let Some(entry) = nearest_the_top(&entries, wanted) else {
                continue;
            };
            let read = zip
                .by_index(entry)
                .map_err(|error| error.to_string())
                .and_then(|file| bytes_of(file).map_err(|error| error.to_string()));
            match read {
                Ok(bytes) => {
                    archive.files.insert(wanted, bytes);
                }
                Err(error) => problems.push(
                    Problem::new(
                        archive.path_of(wanted),
                        format!("cannot be unpacked: {error}"),
                    )
                    .help("was the archive downloaded to the end? Download it again"),
                ),
            }
        }
        archive.unless_empty(problems)
    }

    fn of_folder(name: String, folder: &Path) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut archive = Self {
            name,
            ..Self::default()
        };
        for wanted in FILES {
            let path = folder.join(wanted);
            if !path.exists() {
                continue;
            }
            match File::open(&path).and_then(bytes_of) {
                Ok(bytes) => {
                    archive.files.insert(wanted, bytes);
                }
                Err(error) => problems.push(Problem::new(
                    archive.path_of(wanted),
                    format!("cannot be read: {error}"),
                )),
            }
        }
        archive.unless_empty(problems)
    }

    fn unless_empty(self, mut problems: Problems) -> Result<Self, Problems> {
        if self.files.is_empty() && problems.0.is_empty() {
            problems.push(
                Problem::new(&self.name, "holds none of a GTFS feed's files")
                    .help("a feed has stops.txt, trips.txt and stop_times.txt among others"),
            );
        }
        problems.unless(self)
    }

    /// A file's bytes.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// A file's name in problems.
    #[must_use]
    pub fn path_of(&self, file: &str) -> String {
        format!("{}/{file}", self.name.trim_end_matches('/'))
    }
}

/// The entry with this file name in the shallowest folder; the first of several.
fn nearest_the_top(entries: &[(usize, String)], wanted: &str) -> Option<usize> {
    entries
        .iter()
        .filter(|(_, path)| {
            // Macs put a shadow of each file there.
            !path.starts_with("__MACOSX") && path.rsplit(['/', '\\']).next() == Some(wanted)
        })
        .min_by_key(|(entry, path)| (path.matches(['/', '\\']).count(), *entry))
        .map(|(entry, _)| *entry)
}

fn bytes_of(file: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("is larger than {} GiB", MOST_BYTES >> 30);
        return Err(std::io::Error::other(message));
    }
    Ok(bytes)
}
