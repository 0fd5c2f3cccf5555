//! What the runs of a sweep share: cities and scenarios, read once and handed to every thread.
//!
//! It keeps nothing that depends on a run's seed, and it runs nothing.

use crate::city::model::city::City;
use crate::city::twin::Names;
use crate::experiment::plan::PlannedRun;
use crate::experiment::plan::SweepPlan;
use crate::scenario::build::Ground;
use crate::scenario::build::Prepared;
use crate::scenario::build::SharedCity;
use crate::scenario::build::ground;
use crate::scenario::city_source;
use crate::scenario::document::Overrides;
use crate::scenario::problem::Problems;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Grounds kept at once. The runs of a point of the design follow each other, so that few are in use at a time.
const MOST_GROUNDS: usize = 64;

/// Scenario, city, controller and levels of a ground.
type Key = (String, Option<String>, String, Vec<String>);

/// Cities and scenarios read so far.
#[derive(Debug, Default)]
pub struct Preparation {
    cities: Mutex<BTreeMap<String, Arc<SharedCity>>>,
    grounds: Mutex<BTreeMap<Key, Arc<Ground>>>,
    names: Mutex<Vec<Names>>,
}

impl Preparation {
    /// A run of the plan, ready to start.
    ///
    /// # Errors
    /// What is wrong with its scenario, city or weather.
    pub fn prepare(&self, plan: &SweepPlan, run: &PlannedRun) -> Result<Prepared, Problems> {
        self.ground(plan, run)?.prepare(Some(run.seed))
    }

    /// The names of an earlier world of a city.
    #[must_use]
    pub fn names(&self, city: &Arc<City>) -> Option<Names> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().find(|n| Arc::ptr_eq(&n.city, city)).cloned()
    }

    /// Keeps the names of a world for later ones of its city.
    pub fn keep_names(&self, new: Names) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.iter().any(|n| Arc::ptr_eq(&n.city, &new.city)) {
            names.push(new);
        }
    }

    fn ground(&self, plan: &SweepPlan, run: &PlannedRun) -> Result<Arc<Ground>, Problems> {
        let key = (
            run.scenario.clone(),
            run.city.clone(),
            run.controller.clone(),
            run.levels.clone(),
        );
        // The lock is held while reading: the other threads would read the same.
        let mut grounds = self.grounds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = grounds.get(&key) {
            return Ok(Arc::clone(known));
        }
        let overrides = Overrides {
            seed: None,
            ..plan.overrides(run)
        };
        let read = ground(&run.scenario, &overrides, |reference| self.city(reference))?;
        if grounds.len() >= MOST_GROUNDS {
            grounds.clear();
        }
        let read = Arc::new(read);
        grounds.insert(key, Arc::clone(&read));
        Ok(read)
    }

    fn city(&self, reference: &str) -> Result<Arc<SharedCity>, Problems> {
        let mut cities = self.cities.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cities.get(reference) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(SharedCity::new(city_source::load(reference)?)?);
        cities.insert(reference.to_owned(), Arc::clone(&read));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use crate::scenario::build::build;

    #[test]
    fn a_run_is_the_one_that_would_be_built_alone() {
        let plan = plan(&["none", "rules"], 2);
        let preparation = Preparation::default();
        for run in &plan.runs {
            let alone = build(&run.scenario, &plan.overrides(run)).unwrap();
            let shared = preparation.prepare(&plan, run).unwrap();
            assert_eq!(shared.plan, alone.plan);
            assert_eq!(shared.document, alone.document);
            assert_eq!(shared.config_hash, alone.config_hash);
        }
        let first = preparation.prepare(&plan, &plan.runs[0]).unwrap();
        let last = preparation.prepare(&plan, &plan.runs[3]).unwrap();
        assert!(Arc::ptr_eq(&first.plan.city, &last.plan.city));
    }

    #[test]
    fn a_scenario_that_is_not_there_is_a_problem_of_the_run() {
        let mut plan = plan(&["none"], 1);
        plan.runs[0].scenario = "calm-dya".to_owned();
        let wrong = Preparation::default().prepare(&plan, &plan.runs[0]);
        assert!(wrong.unwrap_err().to_string().contains("calm-day"));
    }
}
