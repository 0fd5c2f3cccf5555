//! Carries out the runs of candidates, side by side, one world a thread, through the journal.
//!
//! Results are gathered in the order of what was asked, so that they do not depend on the number of threads.

use crate::city::model::parameters::Parameters;
use crate::experiment::execute::Ended;
use crate::experiment::execute::Go;
use crate::experiment::execute::Orders;
use crate::experiment::execute::execute;
use crate::experiment::tune::journal::Journal;
use crate::experiment::tune::journal::JournalError;
use crate::experiment::tune::journal::RunResult;
use crate::results::metrics;
use crate::scenario::build::Prepared;
use rayon::prelude::*;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// A scenario with a seed, ready to be run with any constants.
#[derive(Debug)]
pub struct Case {
    /// Position of the scenario.
    pub scenario: usize,
    /// The run with the defaults.
    pub prepared: Prepared,
}

/// Why an evaluation ended early.
#[derive(Debug)]
pub enum Halt {
    /// Somebody asked for it.
    Asked,
    /// The journal cannot be written.
    Journal(JournalError),
}

/// What carries out runs.
#[derive(Debug)]
pub struct Evaluator<'a> {
    journal: Mutex<Journal>,
    metrics: Vec<&'static str>,
    stop: &'a AtomicBool,
    done: AtomicUsize,
    failed: AtomicUsize,
}

impl<'a> Evaluator<'a> {
    /// One that measures by `metrics` and ends soon after `stop` is set.
    #[must_use]
    pub fn new(journal: Journal, metrics: Vec<&'static str>, stop: &'a AtomicBool) -> Self {
        Self {
            journal: Mutex::new(journal),
            metrics,
            stop,
            done: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        }
    }

    /// Runs that failed among those asked for so far.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    /// The journal, for what comes after the last evaluation.
    #[must_use]
    pub fn into_journal(self) -> Journal {
        self.journal
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs every candidate in every case: one row a candidate, in the order of the cases. `watch` is told the number of
    /// runs that are done since the start, those found in the journal included.
    ///
    /// # Errors
    /// [`Halt`]; what was done is in the journal.
    pub fn evaluate(
        &self,
        candidates: &[Parameters],
        cases: &[&Case],
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Vec<RunResult>>, Halt> {
        let tasks: Vec<(&Parameters, &Case)> = candidates
            .iter()
            .flat_map(|c| cases.iter().map(move |case| (c, *case)))
            .collect();
        let results: Result<Vec<RunResult>, Halt> = tasks
            .par_iter()
            .map(|(parameters, case)| {
                let result = self.run(parameters, case)?;
                if matches!(result, RunResult::Failed(_)) {
                    self.failed.fetch_add(1, Ordering::Relaxed);
                }
                watch(self.done.fetch_add(1, Ordering::Relaxed) + 1);
                Ok(result)
            })
            .collect();
        let results = results?;
        Ok(results
            .chunks(cases.len().max(1))
            .map(<[RunResult]>::to_vec)
            .collect())
    }

    fn run(&self, parameters: &Parameters, case: &Case) -> Result<RunResult, Halt> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Halt::Asked);
        }
        let name = name(parameters, case);
        let lock = || self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&name) {
            return Ok(known.clone());
        }
        let mut prepared = case.prepared.clone();
        prepared.plan.controller_parameters = parameters.clone();
        // A defect that one set of constants brings to light must not end the search.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            execute(&prepared, Orders::default(), |_| {
                if self.stop.load(Ordering::Relaxed) {
                    Go::Pause
                } else {
                    Go::On
                }
            })
        }));
        let result = match ended {
            Ok(Ok(Ended::Finished(outcome))) => {
                let found = metrics::evaluate(&outcome);
                let value = |key: &&str| found.iter().find(|(m, _)| m.key == *key)?.1;
                RunResult::Measured(self.metrics.iter().map(value).collect())
            }
            Ok(Ok(Ended::Paused(_))) => return Err(Halt::Asked),
            Ok(Err(error)) => RunResult::Failed(error.to_string()),
            Err(_) => RunResult::Failed("a defect ended the run".to_owned()),
        };
        lock().keep(name, result.clone()).map_err(Halt::Journal)?;
        Ok(result)
    }
}

/// A run's name in the journal: constants and all else that decides it. The hash of the case knows its scenario, city,
/// weather, seed and the program's version.
fn name(parameters: &Parameters, case: &Case) -> String {
    // A map of finite numbers cannot fail to be written.
    let constants = serde_json::to_string(parameters).unwrap_or_default();
    let both = format!("{} {constants}", case.prepared.config_hash);
    blake3::hash(both.as_bytes()).to_hex()[..32].to_owned()
}
