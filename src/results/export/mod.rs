//! What a run leaves on disk: one exporter a file, and the folder that is written whole or not at all.
//!
//! Every exporter is a pure function of the outcome into a writer, so that the same outcome gives the same bytes. The
//! column lists are data: the header of a CSV and its description in `datapackage.json` are the same list.

pub mod assets_csv;
pub mod datapackage_json;
pub mod decisions_csv;
pub mod districts_csv;
pub mod element_series_csv;
pub mod events_csv;
pub mod folder;
pub mod gtfs_rt;
pub mod lines_csv;
pub mod manifest_json;
pub mod map_geojson;
pub mod station_activities_csv;
pub mod stop_visits_csv;
pub mod summary_json;
pub mod table;
pub mod timeseries_csv;
pub mod trips_performed_csv;

use crate::results::export::table::Column;
use crate::results::outcome::RunOutcome;
use crate::results::report::run_folder::FolderError;
use std::io::Write;
use std::path::PathBuf;

/// Why a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The system refused (no space, no permission, ...).
    #[error("cannot write {path}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A writer refused while a table was written.
    #[error("cannot write a table: {0}")]
    Csv(#[from] csv::Error),
    /// A writer refused while a document was written.
    #[error("cannot write a document: {0}")]
    Json(#[from] serde_json::Error),
    /// A chart could not be drawn.
    #[error("cannot draw {chart}: {reason}")]
    Chart {
        /// Its name.
        chart: String,
        /// Why.
        reason: String,
    },
    /// The folder holds a run that may not be replaced.
    #[error(
        "{path} holds a run of another configuration; choose another folder or allow replacing it"
    )]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The folder exists and is not a run's.
    #[error("{path} exists and is not the folder of a run; it is left alone")]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// What was just written does not read back.
    #[error("cannot make the report: {0}")]
    Report(#[from] FolderError),
    /// An extra file has a name that leaves the folder.
    #[error("{name:?} is not a plain file name")]
    Name {
        /// The name.
        name: String,
    },
}

impl ExportError {
    /// Tells which file a writer's error belongs to, where it does not say so yet.
    fn in_file(self, path: &std::path::Path) -> Self {
        let path = path.to_path_buf();
        match self {
            Self::Csv(e) => match e.into_kind() {
                csv::ErrorKind::Io(source) => Self::Io { path, source },
                kind => Self::Io {
                    path,
                    source: std::io::Error::other(format!("{kind:?}")),
                },
            },
            Self::Json(e) => Self::Io {
                path,
                source: e.into(),
            },
            other => other,
        }
    }
}

/// Writes one file's content.
pub type WriteFile = fn(&RunOutcome, &mut dyn Write) -> Result<(), ExportError>;

/// A file of the run folder.
#[derive(Clone, Copy)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in one sentence.
    pub about: &'static str,
    /// Its columns, if it is a table.
    pub columns: Option<fn(&RunOutcome) -> Vec<Column>>,
    /// Writes it.
    pub write: WriteFile,
}

/// The files that follow from the outcome alone, in the order of writing (manifest and charts apart).
pub const FILES: &[File] = &[
    File {
        name: "scenario.toml",
        about: "The scenario as resolved.",
        columns: None,
        write: |o, out| {
            out.write_all(o.scenario_toml.as_bytes())
                .map_err(|source| ExportError::Io {
                    path: PathBuf::from("scenario.toml"),
                    source,
                })
        },
    },
    File {
        name: "summary.json",
        about: "Metrics with units and definitions, and the story of the run.",
        columns: None,
        write: summary_json::write,
    },
    File {
        name: "timeseries.csv",
        about: "Values for the whole city, a row a record interval.",
        columns: Some(timeseries_csv::columns),
        write: timeseries_csv::write,
    },
    File {
        name: "element_series.csv",
        about: "Values by element: a row for an element and a time, a column for a quantity.",
        columns: Some(element_series_csv::columns),
        write: element_series_csv::write,
    },
    File {
        name: "districts.csv",
        about: "Districts: people, outages, energy not supplied.",
        columns: Some(districts_csv::columns),
        write: districts_csv::write,
    },
    File {
        name: "lines.csv",
        about: "Lines and transformers: their worst loading, trips and failures.",
        columns: Some(lines_csv::columns),
        write: lines_csv::write,
    },
    File {
        name: "assets.csv",
        about: "Every element with place, failures, trips and jobs.",
        columns: Some(assets_csv::columns),
        write: assets_csv::write,
    },
    File {
        name: "events.csv",
        about: "What failed, tripped, was switched and repaired, with causes.",
        columns: Some(events_csv::columns),
        write: events_csv::write,
    },
    File {
        name: "decisions.csv",
        about: "Commands given to the city, what became of them, and why they were given.",
        columns: Some(decisions_csv::columns),
        write: decisions_csv::write,
    },
    File {
        name: "map.geojson",
        about: "Districts and network with their worst state (RFC 7946).",
        columns: None,
        write: map_geojson::write,
    },
    File {
        name: "datapackage.json",
        about: "Description of the tables (Frictionless Data Package).",
        columns: None,
        write: datapackage_json::write,
    },
];

/// The files of a run with public transport: TIDES tables and a GTFS Realtime feed.
const TRANSIT_FILES: &[File] = &[
    File {
        name: "stop_visits.csv",
        about: "Halts as operated: times against the plan, passengers (TIDES stop_visits).",
        columns: Some(stop_visits_csv::columns),
        write: stop_visits_csv::write,
    },
    File {
        name: "trips_performed.csv",
        about: "Runs as operated, and those that were not (TIDES trips_performed).",
        columns: Some(trips_performed_csv::columns),
        write: trips_performed_csv::write,
    },
    File {
        name: "station_activities.csv",
        about: "Passengers by stop and hour (TIDES station_activities).",
        columns: Some(station_activities_csv::columns),
        write: station_activities_csv::write,
    },
    File {
        name: "trip_updates.pb",
        about: "Operated against planned times of all runs (GTFS Realtime 2.0 trip updates).",
        columns: None,
        write: gtfs_rt::write,
    },
];

/// The files of an outcome, in the order of writing: those of layers that it lacks are left out.
#[must_use]
pub fn files(o: &RunOutcome) -> Vec<&'static File> {
    let has_transit = o.plan.city.transit.is_some() && !o.record.stop_visits.is_empty();
    let transit = TRANSIT_FILES.iter().filter(|_| has_transit);
    FILES.iter().chain(transit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::heat_wave;
    use crate::results::fixture::small;

    /// A disk with room for so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let n = buf.len().min(self.0);
            self.0 -= n;
            Ok(n)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_an_error_of_every_exporter() {
        let o = small::outcome();
        for file in files(&o) {
            let mut bytes = Vec::new();
            (file.write)(&o, &mut bytes).unwrap();
            assert!(!bytes.is_empty(), "{}", file.name);
            for room in [0, bytes.len() / 2, bytes.len() - 1] {
                assert!(
                    (file.write)(&o, &mut Full(room)).is_err(),
                    "{} {room}",
                    file.name
                );
            }
        }
    }

    #[test]
    fn tables_have_the_columns_they_declare_in_every_row() {
        for o in [small::outcome(), heat_wave::outcome()] {
            for file in files(&o) {
                let Some(columns) = file.columns else {
                    continue;
                };
                let names: Vec<String> = columns(&o).into_iter().map(|c| c.name).collect();
                let mut bytes = Vec::new();
                (file.write)(&o, &mut bytes).unwrap();
                let mut reader = csv::Reader::from_reader(bytes.as_slice());
                assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names);
                let mut rows = 0;
                for record in reader.records() {
                    assert_eq!(record.unwrap().len(), names.len(), "{}", file.name);
                    rows += 1;
                }
                assert!(rows > 0, "{}", file.name);
            }
        }
    }
}
