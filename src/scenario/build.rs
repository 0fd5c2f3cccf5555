//! From a scenario's name to everything that a run needs: the one way in for the command line and experiments.
//!
//! It runs nothing and writes nothing.

use crate::city::model::run::RunPlan;
use crate::engine::chance::Chance;
use crate::scenario::city_source;
use crate::scenario::city_source::CitySource;
use crate::scenario::document::Overrides;
use crate::scenario::document::gather;
use crate::scenario::event::plan;
use crate::scenario::format::EventFile;
use crate::scenario::format::ScenarioFile;
use crate::scenario::import::epw;
use crate::scenario::import::epw::EpwFile;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::schema_check::problem_at;
use crate::scenario::tree::Node;
use crate::scenario::validate::ReadScenario;
use crate::scenario::validate::validate;
use crate::scenario::weather::series;
use std::path::Path;
use std::sync::Arc;

/// A run ready to start.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The run.
    pub plan: RunPlan,
    /// The scenario as resolved, as TOML: it stands alone, and running it gives the same run.
    pub document: String,
    /// Hash of all that decides the run besides commands: scenario, city, weather file and this program's version;
    /// equal for equal content, wherever the files lie. Hexadecimal.
    pub config_hash: String,
}

/// Builds a run from a scenario (a built-in name or a file) and what is laid over it.
///
/// # Errors
/// Everything that is wrong with scenario, city and weather, as far as each can be looked at.
pub fn build(scenario: &str, overrides: &Overrides) -> Result<Prepared, Problems> {
    let (document, file, read) = read(scenario, overrides)?;
    let city = city_source::load(&file.city)
        .map_err(|problems| pointing(problems, &document, &["city"]))?;
    assemble(&document, file, &read, &city)
}

/// Checks a scenario as far as that goes without its city's help being asked for: as [`build`], without keeping it.
///
/// # Errors
/// As [`build`].
pub fn read(
    scenario: &str,
    overrides: &Overrides,
) -> Result<(Node, ScenarioFile, ReadScenario), Problems> {
    let document = gather(scenario, overrides)?;
    let file: ScenarioFile = document
        .to_toml()
        .try_into()
        .map_err(|error: toml::de::Error| Problem::of_file(scenario, error.message()))?;
    let read = validate(&document, &file).map_err(Problems)?;
    Ok((document, file, read))
}

/// Puts a read scenario onto a city.
///
/// # Errors
/// Targets that the city does not have; a weather file that is wrong.
pub fn assemble(
    document: &Node,
    mut file: ScenarioFile,
    read: &ReadScenario,
    source: &CitySource,
) -> Result<Prepared, Problems> {
    let chance = Chance::new(file.seed);
    let mut problems = Vec::new();
    let events =
        plan(document, &file.event, &read.events, &source.city, chance).unwrap_or_else(|found| {
            problems.extend(found);
            Vec::new()
        });
    let mut epw_bytes = source.epw_bytes.clone();
    if let Some(path) = &file.weather.epw {
        match std::fs::read(path) {
            Ok(bytes) => epw_bytes = Some(bytes),
            Err(error) => {
                let origin = &document.nearest(&["weather", "epw"]).origin;
                problems.push(problem_at(
                    origin,
                    format!("cannot read the weather file {path}: {error}"),
                ));
            }
        }
    }
    let epw_name = file
        .weather
        .epw
        .clone()
        .unwrap_or_else(|| format!("{}/weather.epw", file.city));
    let epw_file = match &epw_bytes {
        Some(bytes) => parse_epw(&epw_name, bytes, &mut problems),
        None => None,
    };
    let weather = series(
        &file.weather,
        epw_file.as_ref(),
        &source.city.site,
        read.start,
        read.horizon_s,
        file.seed,
    )
    .map_err(|error| {
        problems.push(problem_at(
            &document.nearest(&["start"]).origin,
            error.to_string(),
        ))
    });
    let (Ok(weather), true) = (weather, problems.is_empty()) else {
        return Err(Problems(problems));
    };
    let (planned, resolved): (Vec<_>, Vec<EventFile>) = events.into_iter().unzip();
    file.event = resolved;
    file.city.clone_from(&source.reference);
    if let Some(path) = &mut file.weather.epw {
        *path = absolute(path);
    }
    let text = |file: &ScenarioFile| {
        toml::to_string(file)
            .map_err(|error| Problem::of_file(file.name.clone(), error.to_string()))
    };
    let document = text(&file)?;
    // Where files lie does not decide a run; what they hold does.
    let mut placeless = file.clone();
    placeless.city = String::new();
    placeless.weather.epw = None;
    let config_hash = hash(&text(&placeless)?, source, epw_bytes.as_deref())?;
    let plan = RunPlan {
        scenario: file.name,
        description: file.description,
        city: Arc::clone(&source.city),
        weather: Arc::new(weather),
        events: planned,
        controller: file.controller,
        seed: file.seed,
        start: read.start,
        horizon_s: read.horizon_s,
        step_s: file.step_s,
        control_interval_s: file.control_interval_s,
        record_interval_s: file.record_interval_s,
    };
    Ok(Prepared {
        plan,
        document,
        config_hash,
    })
}

fn parse_epw(name: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<EpwFile> {
    match epw::parse(Path::new(name), &String::from_utf8_lossy(bytes)) {
        Ok(file) => Some(file),
        Err(epw::EpwError::Invalid(found)) => {
            problems.extend(found.iter().map(|p| {
                Problem::of_file(
                    format!("{}:{}", p.file.display(), p.line),
                    format!("{}: {}", p.field, p.message),
                )
            }));
            None
        }
        Err(other) => {
            problems.push(Problem::of_file(name, other.to_string()));
            None
        }
    }
}

fn absolute(path: &str) -> String {
    std::fs::canonicalize(path).map_or_else(|_| path.to_owned(), |p| p.display().to_string())
}

fn hash(document: &str, source: &CitySource, epw: Option<&[u8]>) -> Result<String, Problem> {
    let city = postcard::to_stdvec(&*source.city)
        .map_err(|error| Problem::of_file(source.reference.clone(), error.to_string()))?;
    let mut hasher = blake3::Hasher::new();
    for part in [
        env!("CARGO_PKG_VERSION").as_bytes(),
        document.as_bytes(),
        &city,
        epw.unwrap_or_default(),
    ] {
        // Lengths keep the parts apart.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Gives problems that have no place the place of the key that led to them.
fn pointing(problems: Problems, document: &Node, path: &[&str]) -> Problems {
    let origin = &document.nearest(path).origin;
    let placed = problems.0.into_iter().map(|problem| match problem.place {
        Some(_) => problem,
        None if problem.file.is_empty() => Problem {
            help: problem.help,
            ..problem_at(origin, problem.message)
        },
        None => problem,
    });
    Problems(placed.collect())
}
