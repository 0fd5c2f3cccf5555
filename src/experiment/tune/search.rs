//! The search: defaults, generations of candidates, then the choice among the best on fresh seeds.
//!
//! A pure function of the settings and of what the runs give; draws are counter-based, so that a resumed search asks for
//! the same candidates.

use crate::city::model::parameters::Parameters;
use crate::controllers;
use crate::engine::chance::Chance;
use crate::experiment::tune::BASE;
use crate::experiment::tune::CHOICE_FOR_EACH_SEED;
use crate::experiment::tune::FINALISTS;
use crate::experiment::tune::FIRST_STEP;
use crate::experiment::tune::TuneSettings;
use crate::experiment::tune::WORTH;
use crate::experiment::tune::evaluate::Case;
use crate::experiment::tune::evaluate::Evaluator;
use crate::experiment::tune::evaluate::Halt;
use crate::experiment::tune::journal::Journal;
use crate::experiment::tune::journal::JournalError;
use crate::experiment::tune::journal::RunResult;
use crate::experiment::tune::objective::Objective;
use crate::experiment::tune::objective::mean;
use crate::experiment::tune::space::Space;
use crate::scenario::build::build;
use crate::scenario::controller_file::ControllerFile;
use crate::scenario::document::Overrides;
use crate::scenario::problem::Problem;
use crate::scenario::problem::Problems;
use crate::scenario::training::ObjectiveTerm;
use crate::scenario::training::Reference;
use crate::scenario::training::Training;
use crate::scenario::training::TrainingResult;
use crate::solvers::optimise::cma_es::CmaEs;
use crate::solvers::optimise::cma_es::default_population;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// Why there is no tuned controller.
#[derive(Debug, Error)]
pub enum TuneError {
    /// Wrong inputs.
    #[error(transparent)]
    Input(#[from] Problems),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Somebody asked it to stop; the journal keeps what was done.
    #[error("stopped")]
    Stopped,
}

impl From<Halt> for TuneError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Asked => Self::Stopped,
            Halt::Journal(error) => Self::Journal(error),
        }
    }
}

/// A search ready to start.
#[derive(Debug)]
pub struct Tuning {
    settings: TuneSettings,
    space: Space,
    objective: Objective,
    search: Vec<Case>,
    choice: Vec<Case>,
}

/// Means of a metric in a scenario.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Row {
    /// Scenario.
    pub scenario: String,
    /// Metric.
    pub metric: String,
    /// Mean of the defaults on the choice seeds.
    pub default: f64,
    /// Mean of what was chosen on the choice seeds.
    pub chosen: f64,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuned {
    /// The controller file.
    pub file: ControllerFile,
    /// Metrics of the defaults and of what was chosen.
    pub rows: Vec<Row>,
    /// Costs of all candidates on the search seeds, in order.
    pub costs: Vec<f64>,
}

/// A candidate with its cost on the search seeds.
#[derive(Clone, Debug)]
struct Tried {
    label: String,
    parameters: Parameters,
    cost: f64,
}

impl Tuning {
    /// Looks at everything that can be wrong before the first run.
    ///
    /// # Errors
    /// Everything wrong with parameters, objective, numbers and scenarios.
    pub fn prepare(settings: TuneSettings) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let Some(base) = controllers::find(BASE) else {
            return Err(Problem::new(BASE, "is not registered").into());
        };
        if settings.budget == 0 {
            problems.push(Problem::new(
                "--budget",
                "a search needs at least one candidate",
            ));
        }
        if settings.replications == 0 {
            problems.push(Problem::new(
                "--replications",
                "a candidate needs at least one run",
            ));
        }
        let space = Space::new(base.declared, &settings.parameters);
        let objective = Objective::new(&settings.objective);
        let (search, choice) = (settings.search_seeds(), settings.choice_seeds());
        let search = cases(&settings, &search, &mut problems);
        let choice = if problems.0.is_empty() {
            cases(&settings, &choice, &mut problems)
        } else {
            Vec::new()
        };
        match (space, objective) {
            (Ok(space), Ok(objective)) => problems.unless(Self {
                settings,
                space,
                objective,
                search,
                choice,
            }),
            (space, objective) => {
                problems.0.extend(space.err().into_iter().flat_map(|p| p.0));
                problems
                    .0
                    .extend(objective.err().into_iter().flat_map(|p| p.0));
                Err(problems)
            }
        }
    }

    /// Runs that it takes at most, for whoever shows progress.
    #[must_use]
    pub fn runs(&self) -> usize {
        let search = (self.settings.budget as usize + 2) * self.search.len();
        search + (FINALISTS + 2) * self.choice.len()
    }

    /// Hash of what decides the runs besides the constants: scenarios, seeds, metrics.
    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for case in self.search.iter().chain(&self.choice) {
            hasher.update(case.prepared.config_hash.as_bytes());
        }
        for key in self.objective.measured() {
            hasher.update(key.as_bytes());
            hasher.update(b" ");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The journal beside an output, empty or as a former process left it.
    ///
    /// # Errors
    /// A journal of another search, one that cannot be read.
    pub fn journal(&self, path: &Path, resume: bool) -> Result<Journal, JournalError> {
        if resume {
            Journal::resume(path, &self.hash())
        } else {
            Ok(Journal::new(path, &self.hash()))
        }
    }

    /// Searches, and chooses. `watch` is told the number of runs done.
    ///
    /// # Errors
    /// [`TuneError`].
    pub fn run(
        mut self,
        journal: Journal,
        stop: &AtomicBool,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<(Tuned, Journal), TuneError> {
        let evaluator = Evaluator::new(journal, self.objective.measured(), stop);
        let nothing_set = Parameters::new();
        let defaults = evaluator
            .evaluate(
                std::slice::from_ref(&nothing_set),
                &all(&self.search),
                watch,
            )?
            .swap_remove(0);
        let by_scenario: Vec<Vec<&RunResult>> = (0..self.settings.scenarios.len())
            .map(|s| of_scenario(&self.search, &defaults, s))
            .collect();
        self.objective.refer(&by_scenario);
        let default_cost = self.mean_cost(&self.search, &defaults);
        let (mut tried, mean_point) = self.generations(&evaluator, watch)?;
        let costs = tried.iter().map(|t| t.cost).collect();
        if let Some(point) = mean_point {
            let parameters = self.space.parameters(&point);
            let results =
                evaluator.evaluate(std::slice::from_ref(&parameters), &all(&self.search), watch)?;
            let cost = self.mean_cost(&self.search, &results[0]);
            // Where the search ended, less subject to luck than any candidate: it always is a finalist.
            tried.push(Tried {
                label: "mean".to_owned(),
                parameters,
                cost,
            });
        }
        let finalists = finalists(tried, nothing_set, default_cost);
        let candidates: Vec<Parameters> = finalists.iter().map(|f| f.parameters.clone()).collect();
        let results = evaluator.evaluate(&candidates, &all(&self.choice), watch)?;
        let choice_costs: Vec<f64> = results
            .iter()
            .map(|r| self.mean_cost(&self.choice, r))
            .collect();
        // The defaults stand first.
        let best = (1..finalists.len())
            .min_by(|a, b| choice_costs[*a].total_cmp(&choice_costs[*b]))
            .filter(|k| choice_costs[*k] < (1.0 - WORTH) * choice_costs[0])
            .unwrap_or(0);
        let result = TrainingResult {
            search_cost_default: default_cost,
            search_cost_chosen: finalists[best].cost,
            choice_cost_default: choice_costs[0],
            choice_cost_chosen: choice_costs[best],
            failed_runs: u32::try_from(evaluator.failed()).unwrap_or(u32::MAX),
        };
        let tuned = Tuned {
            file: self.file(&finalists[best], result),
            rows: self.rows(&results[0], &results[best]),
            costs,
        };
        Ok((tuned, evaluator.into_journal()))
    }

    /// All candidates with their costs, and where the search ended (none if it learnt nothing).
    fn generations(
        &self,
        evaluator: &Evaluator<'_>,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<(Vec<Tried>, Option<Vec<f64>>), TuneError> {
        let start = self.space.start();
        let n = start.len();
        let budget = self.settings.budget as usize;
        let chance = Chance::new(self.settings.first_seed);
        let mut search = CmaEs::new(start, FIRST_STEP, default_population(n));
        let mut tried: Vec<Tried> = Vec::new();
        let mut generation = 0;
        while tried.len() < budget {
            let draw = |k: usize, i: usize| chance.normal("tune", generation, (k * n + i) as u64);
            let points = search.ask(draw);
            let left = (budget - tried.len()).min(points.len());
            let candidates: Vec<Parameters> = points[..left]
                .iter()
                .map(|p| self.space.parameters(p))
                .collect();
            let results = evaluator.evaluate(&candidates, &all(&self.search), watch)?;
            let costs: Vec<f64> = results
                .iter()
                .map(|r| self.mean_cost(&self.search, r))
                .collect();
            for (parameters, cost) in candidates.into_iter().zip(&costs) {
                tried.push(Tried {
                    label: (tried.len() + 1).to_string(),
                    parameters,
                    cost: *cost,
                });
            }
            // A generation that the budget cut short teaches nothing.
            if left == points.len() {
                search.tell(&points, &costs);
                generation += 1;
            }
        }
        let learnt = (generation > 0).then(|| search.mean().to_vec());
        Ok((tried, learnt))
    }

    fn mean_cost(&self, cases: &[Case], results: &[RunResult]) -> f64 {
        let costs = cases.iter().zip(results);
        let sum: f64 = costs.map(|(c, r)| self.objective.cost(c.scenario, r)).sum();
        sum / cases.len().max(1) as f64
    }

    /// Means by scenario and metric of the cost, on the choice seeds.
    fn rows(&self, default: &[RunResult], chosen: &[RunResult]) -> Vec<Row> {
        let mut rows = Vec::new();
        for (s, scenario) in self.settings.scenarios.iter().enumerate() {
            let (default, chosen) = (
                of_scenario(&self.choice, default, s),
                of_scenario(&self.choice, chosen, s),
            );
            for (k, metric) in self.objective.metrics.iter().enumerate() {
                rows.push(Row {
                    scenario: scenario.clone(),
                    metric: (*metric).to_owned(),
                    default: mean(&default, k),
                    chosen: mean(&chosen, k),
                });
            }
        }
        rows
    }

    fn file(&self, chosen: &Tried, result: TrainingResult) -> ControllerFile {
        let settings = &self.settings;
        let terms = self.objective.metrics.iter().zip(&self.objective.weights);
        let references = settings.scenarios.iter().zip(&self.objective.references);
        let reference = |(scenario, values): (&String, &Vec<f64>)| {
            let metrics = self.objective.metrics.iter().zip(values);
            let row = |(metric, value): (&&str, &f64)| Reference {
                scenario: scenario.clone(),
                metric: (*metric).to_owned(),
                value: *value,
            };
            metrics.map(row).collect::<Vec<_>>()
        };
        ControllerFile {
            name: settings.name.clone(),
            base: BASE.to_owned(),
            description: format!(
                "Constants of `{BASE}` tuned on {}.",
                settings.scenarios.join(", ")
            ),
            parameters: chosen.parameters.clone(),
            training: Some(Training {
                autopolis: env!("CARGO_PKG_VERSION").to_owned(),
                method: format!(
                    "CMA-ES from the defaults, first step {FIRST_STEP} of each range; the best {FINALISTS}, the mean of \
                     the search and the defaults again on {CHOICE_FOR_EACH_SEED} fresh seeds for each search seed"
                ),
                scenarios: settings.scenarios.clone(),
                hours: settings.hours,
                search_seeds: settings.search_seeds(),
                choice_seeds: settings.choice_seeds(),
                budget: settings.budget,
                searched: self.space.keys().iter().map(|k| (*k).to_owned()).collect(),
                chosen: chosen.label.clone(),
                result,
                objective: terms
                    .map(|(metric, weight)| ObjectiveTerm {
                        metric: (*metric).to_owned(),
                        weight: *weight,
                    })
                    .collect(),
                reference: references.flat_map(reference).collect(),
            }),
        }
    }
}

/// Every scenario with every seed, in this order.
fn cases(settings: &TuneSettings, seeds: &[u64], problems: &mut Problems) -> Vec<Case> {
    let mut list = Vec::new();
    for (scenario, name) in settings.scenarios.iter().enumerate() {
        for seed in seeds {
            let overrides = Overrides {
                controller: Some(BASE.to_owned()),
                seed: Some(*seed),
                hours: settings.hours,
                ..Overrides::default()
            };
            match build(name, &overrides) {
                Ok(prepared) => list.push(Case { scenario, prepared }),
                Err(found) => {
                    problems.0.extend(found.0);
                    // It would be the same again with the next seed.
                    break;
                }
            }
        }
    }
    list
}

fn all(cases: &[Case]) -> Vec<&Case> {
    cases.iter().collect()
}

fn of_scenario<'r>(
    cases: &[Case],
    results: &'r [RunResult],
    scenario: usize,
) -> Vec<&'r RunResult> {
    let pairs = cases.iter().zip(results);
    pairs
        .filter(|(c, _)| c.scenario == scenario)
        .map(|(_, r)| r)
        .collect()
}

/// The defaults, then the best candidates and the mean of the search, none of them twice.
fn finalists(mut tried: Vec<Tried>, nothing_set: Parameters, default_cost: f64) -> Vec<Tried> {
    let mean = tried.iter().position(|t| t.label == "mean");
    let mean = mean.map(|at| tried.remove(at));
    // A stable sort: of equals the first tried comes first.
    tried.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    tried.dedup_by(|a, b| a.parameters == b.parameters);
    tried.truncate(FINALISTS);
    let mut list = vec![Tried {
        label: "defaults".to_owned(),
        parameters: nothing_set,
        cost: default_cost,
    }];
    list.extend(tried);
    list.extend(mean.filter(|m| list.iter().all(|t| t.parameters != m.parameters)));
    list
}
