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

/// A city that runs share: read once and turned once into the bytes that every configuration hash takes in.
#[derive(Debug)]
pub struct SharedCity {
    source: CitySource,
    bytes: Vec<u8>,
}

impl SharedCity {
    /// Takes up a city.
    ///
    /// # Errors
    /// If it cannot be turned into bytes: a defect.
    pub fn new(source: CitySource) -> Result<Self, Problems> {
        let bytes = postcard::to_stdvec(&*source.city).map_err(|error| {
            Problems::from(Problem::new(source.reference.clone(), error.to_string()))
        })?;
        Ok(Self { source, bytes })
    }
}

/// A scenario on its city: all of a run but what its seed and its controller decide. Plain data, shared by threads.
#[derive(Debug)]
pub struct Ground {
    document: Node,
    file: ScenarioFile,
    read: ReadScenario,
    city: Arc<SharedCity>,
    epw_bytes: Option<Vec<u8>>,
    epw: Option<EpwFile>,
    /// What is wrong with the weather file; told together with what is wrong with the events.
    problems: Vec<Problem>,
}

/// Builds a run from a scenario (a built-in name or a file) and what is laid over it.
///
/// # Errors
/// Everything that is wrong with scenario, city and weather, as far as each can be looked at.
pub fn build(scenario: &str, overrides: &Overrides) -> Result<Prepared, Problems> {
    let ground = ground(scenario, overrides, |reference| {
        SharedCity::new(city_source::load(reference)?).map(Arc::new)
    })?;
    ground.prepare(None)
}

/// Reads a scenario, and gets its city from `city`, which is asked by reference.
///
/// # Errors
/// What is wrong with the scenario, or what `city` answers.
pub fn ground(
    scenario: &str,
    overrides: &Overrides,
    city: impl FnOnce(&str) -> Result<Arc<SharedCity>, Problems>,
) -> Result<Ground, Problems> {
    let (document, file, read) = read(scenario, overrides)?;
    let city = city(&file.city).map_err(|problems| pointing(problems, &document, &["city"]))?;
    Ok(Ground::new(document, file, read, city))
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
        .map_err(|error: toml::de::Error| Problem::new(scenario, error.message()))?;
    let read = validate(&document, &file).map_err(Problems)?;
    Ok((document, file, read))
}

impl Ground {
    fn new(document: Node, file: ScenarioFile, read: ReadScenario, city: Arc<SharedCity>) -> Self {
        let mut problems = Vec::new();
        let mut epw_bytes = city.source.epw_bytes.clone();
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
        let epw = match &epw_bytes {
            Some(bytes) => parse_epw(&epw_name, bytes, &mut problems),
            None => None,
        };
        Self {
            document,
            file,
            read,
            city,
            epw_bytes,
            epw,
            problems,
        }
    }

    /// The run of a seed; none for the scenario's own.
    ///
    /// # Errors
    /// Targets that the city does not have; a weather file that is wrong.
    pub fn prepare(&self, seed: Option<u64>) -> Result<Prepared, Problems> {
        let (document, read, source) = (&self.document, &self.read, &self.city.source);
        let mut file = self.file.clone();
        file.seed = seed.unwrap_or(file.seed);
        let chance = Chance::new(file.seed);
        let mut problems = self.problems.clone();
        let events = plan(document, &file.event, &read.events, &source.city, chance)
            .unwrap_or_else(|found| {
                // Before what is wrong with the weather file, in the document's order.
                problems.splice(0..0, found);
                Vec::new()
            });
        let weather = series(
            &file.weather,
            self.epw.as_ref(),
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
        let (planned, resolved): (Vec<_>, Vec<EventFile>) = events
            .into_iter()
            // A horizon cut from outside leaves later events out.
            .filter(|(planned, _)| planned.at_s < read.horizon_s)
            .unzip();
        file.event = resolved;
        file.city.clone_from(&source.reference);
        if let Some(path) = &mut file.weather.epw {
            *path = absolute(path);
        }
        let text = |file: &ScenarioFile| {
            toml::to_string(file)
                .map_err(|error| Problems::from(Problem::new(file.name.clone(), error.to_string())))
        };
        let document = text(&file)?;
        // Where files lie does not decide a run; what they hold does.
        let mut placeless = file.clone();
        placeless.city = String::new();
        placeless.weather.epw = None;
        let config_hash = hash(
            &text(&placeless)?,
            &self.city.bytes,
            self.epw_bytes.as_deref(),
        );
        let plan = RunPlan {
            scenario: file.name,
            description: file.description,
            city: Arc::clone(&source.city),
            weather: Arc::new(weather),
            events: planned,
            controller_base: file
                .controller_base
                .unwrap_or_else(|| file.controller.clone()),
            controller: file.controller,
            controller_parameters: file.controller_parameters,
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
}

fn parse_epw(name: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<EpwFile> {
    match epw::parse(Path::new(name), &String::from_utf8_lossy(bytes)) {
        Ok(file) => Some(file),
        Err(epw::EpwError::Invalid(found)) => {
            problems.extend(found.iter().map(|p| {
                Problem::new(
                    format!("{}:{}", p.file.display(), p.line),
                    format!("{}: {}", p.field, p.message),
                )
            }));
            None
        }
        Err(other) => {
            problems.push(Problem::new(name, other.to_string()));
            None
        }
    }
}

fn absolute(path: &str) -> String {
    std::fs::canonicalize(path).map_or_else(|_| path.to_owned(), |p| p.display().to_string())
}

fn hash(document: &str, city: &[u8], epw: Option<&[u8]>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        env!("CARGO_PKG_VERSION").as_bytes(),
        document.as_bytes(),
        city,
        epw.unwrap_or_default(),
    ] {
        // Lengths keep the parts apart.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex().to_string()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Overrides {
        Overrides {
            hours: Some(2.0),
            set: pairs
                .iter()
                .map(|(p, v)| ((*p).to_owned(), (*v).to_owned()))
                .collect(),
            ..Overrides::default()
        }
    }

    fn whole() -> Overrides {
        Overrides::default()
    }

    #[test]
    fn every_built_in_scenario_runs_on_the_built_in_city() {
        for built_in in crate::scenario::document::BUILT_IN {
            let prepared = build(built_in.name, &whole()).unwrap_or_else(|p| panic!("{p}"));
            let plan = &prepared.plan;
            assert_eq!(plan.scenario, built_in.name);
            let weather_s =
                (plan.weather.records.len() - 1) as u64 * u64::from(plan.weather.interval_s);
            assert!(weather_s >= plan.horizon_s + crate::scenario::weather::LONGEST_LEAD_S);
        }
    }

    #[test]
    fn the_resolved_scenario_gives_the_same_run() {
        let folder = tempfile::tempdir().unwrap();
        let first = build("heat-wave-transformer-loss", &whole()).unwrap();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, &first.document).unwrap();
        let second = build(&path.display().to_string(), &whole()).unwrap();
        assert_eq!(first.plan, second.plan);
        assert_eq!(first.document, second.document);
        assert_eq!(first.config_hash, second.config_hash);
        let other = build(
            "heat-wave-transformer-loss",
            &Overrides {
                seed: Some(2),
                ..whole()
            },
        )
        .unwrap();
        assert_ne!(first.config_hash, other.config_hash);
    }

    #[test]
    fn runs_that_share_a_ground_are_those_built_one_by_one() {
        let load = |reference: &str| SharedCity::new(city_source::load(reference)?).map(Arc::new);
        let shared = ground("heat-wave-transformer-loss", &whole(), load).unwrap();
        for seed in [3, 4] {
            let alone = Overrides {
                seed: Some(seed),
                ..whole()
            };
            let alone = build("heat-wave-transformer-loss", &alone).unwrap();
            let of_many = shared.prepare(Some(seed)).unwrap();
            assert_eq!(of_many.plan, alone.plan);
            assert_eq!(of_many.document, alone.document);
            assert_eq!(of_many.config_hash, alone.config_hash);
        }
    }

    #[test]
    fn the_heat_wave_is_as_hot_as_it_says_and_short_of_imports() {
        let plan = build("heat-wave", &whole()).unwrap().plan;
        let per_day = 86_400 / plan.weather.interval_s as usize;
        let hottest = |day: usize| {
            let records = &plan.weather.records[day * per_day..(day + 1) * per_day];
            records.iter().map(|r| r.temp_c).fold(f64::MIN, f64::max)
        };
        // Three standard deviations of a seed's scatter about the scenario's highs.
        for (day, high) in [36.7, 41.1, 38.9].into_iter().enumerate() {
            assert!(
                (hottest(day) - high).abs() < 2.4,
                "day {day}: {}",
                hottest(day)
            );
        }
        let limit = plan.city.grid.externals[0].limit_mw;
        assert_eq!(plan.events.len(), 2);
        assert_eq!(plan.events[0].at_s, 37 * 3600);
        assert_eq!(plan.events[0].until_s, Some(46 * 3600));
        assert_eq!(plan.events[0].value, Some(0.75 * limit));
    }

    #[test]
    fn a_missing_element_is_an_error_with_the_nearest() {
        let event = |target: &str| {
            format!("[{{ hazard = \"outage\", at = \"1h\", target = \"{target}\" }}]")
        };
        let text = |target: &str| {
            build("calm-day", &with(&[("event", &event(target))]))
                .unwrap_err()
                .to_string()
        };
        let first = build("calm-day", &with(&[]))
            .unwrap()
            .plan
            .city
            .grid
            .transformers[0]
            .id
            .clone();
        assert!(text("grid/transformer/NOPE").contains("has no transformer `NOPE`"));
        assert!(
            text(&first).contains(&format!("did you mean `grid/transformer/{first}`?")),
            "{}",
            text(&first)
        );
        assert!(text("largest_substatoin").contains("did you mean `largest_substation`?"));
        assert!(text("grid/lnie/1").contains("did you mean `line`?"));
        assert!(text("hospital_feeder_").contains("did you mean `hospital_feeder`?"));
    }

    #[test]
    fn rules_between_keys_are_all_checked_at_once() {
        let event = "[{ hazard = \"trip\", at = \"1h\", at_s = 3, for = \"2h\", target = \"longest_line\" }, \
                     { hazard = \"import_limit\", at = \"5h\", target = \"largest_external\" }, \
                     { hazard = \"plant_derate\", at = \"1 week\", value = 2.0, target = \"largest_plant\" }]";
        let problems = build(
            "calm-day",
            &with(&[("event", event), ("record_interval_s", "90")]),
        )
        .unwrap_err();
        let text = problems.to_string();
        for part in [
            "`record_interval_s` = 90 is no multiple of `step_s` = 60",
            "give `at` or `at_s`, not both",
            "`trip` does not end by itself",
            "`import_limit` needs a `value`",
            "before this event",
            "`1 week` is no span of time",
            "`value` = 2 is outside 0 to 1 share",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_horizon_cut_from_outside_leaves_later_events_out() {
        let hours = |hours| Overrides {
            hours: Some(hours),
            ..Overrides::default()
        };
        assert_eq!(build("heat-wave", &hours(12.0)).unwrap().plan.events, []);
        let until_day_3 = build("heat-wave", &hours(40.0)).unwrap();
        assert_eq!(until_day_3.plan.events.len(), 1);
        assert_eq!(until_day_3.plan.horizon_s, 40 * 3600);
    }

    #[test]
    fn a_substation_stands_for_its_transformers() {
        let event = "[{ hazard = \"outage\", at = \"1h\", target = \"largest_substation\" }]";
        let plan = build("calm-day", &with(&[("event", event)])).unwrap().plan;
        assert!(plan.events[0].elements.len() >= 2);
        assert!(
            plan.events[0]
                .elements
                .iter()
                .all(|e| e.starts_with("grid/transformer/"))
        );
    }
}
