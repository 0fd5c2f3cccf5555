//! Carries out the shards of a plan, several at once: a pool of threads, each with one world at a time.
//!
//! The threads take the next shard in order, so that the last ones end within a shard of each other. It prints nothing; who
//! wants to see progress hands in a callback. Putting the results together is `merge`'s.

use crate::experiment::execute::Go;
use crate::experiment::folder::SHARDS;
use crate::experiment::folder::Taken;
use crate::experiment::preparation::Preparation;
use crate::experiment::shard::Failures;
use crate::experiment::shard::Flaw;
use crate::experiment::shard::Shard;
use crate::experiment::shard::ShardError;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use thiserror::Error;

/// Stack of a thread: that of a main thread on Linux, so that what runs alone runs in a sweep.
const STACK: usize = 8 << 20;

/// Why a sweep did not end.
#[derive(Debug, Error)]
pub enum SweepError {
    /// A shard gave no result.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// The threads could not be started.
    #[error("cannot start {jobs} threads: {source}")]
    Threads {
        /// How many.
        jobs: usize,
        /// Why.
        source: rayon::ThreadPoolBuildError,
    },
}

/// What happens on the way.
#[derive(Debug)]
pub enum News<'a> {
    /// A shard had its result already.
    Kept {
        /// How many runs it holds.
        runs: usize,
        /// How many of them failed.
        failed: usize,
    },
    /// A shard's result could not be used; it is computed again.
    Again {
        /// Its number.
        shard: usize,
        /// What was wrong with it.
        flaw: &'a Flaw,
    },
    /// A run ended.
    Ran {
        /// Its number.
        run_id: u32,
        /// Why it failed, if it did.
        error: Option<&'a str>,
    },
}

/// Carries out every shard that has no usable result yet. `stop` ends it soon, with the finished shards kept.
///
/// # Errors
/// [`SweepError`]; of several, that of the first shard in order.
pub fn sweep(
    taken: &Taken,
    jobs: usize,
    failures: Failures,
    stop: &AtomicBool,
    tell: &(dyn Fn(News<'_>) + Sync),
) -> Result<(), SweepError> {
    let plan = &taken.plan;
    let plan_hash = plan.hash();
    let shards = taken.path.join(SHARDS);
    let preparation = Preparation::default();
    let next = AtomicUsize::new(0);
    // Set when a shard fails: the others are not worth their time then.
    let halt = AtomicBool::new(false);
    let first: Mutex<Option<(usize, ShardError)>> = Mutex::new(None);
    let watch = || {
        if stop.load(Ordering::Relaxed) || halt.load(Ordering::Relaxed) {
            Go::Pause
        } else {
            Go::On
        }
    };
    let work = || {
        while watch() == Go::On {
            let id = next.fetch_add(1, Ordering::Relaxed);
            if id >= plan.shards() {
                return;
            }
            let shard = Shard {
                plan,
                plan_hash: &plan_hash,
                id,
                shards: &shards,
            };
            if let Err(error) = one(&shard, &preparation, failures, &watch, tell) {
                halt.store(true, Ordering::Relaxed);
                let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                // A shard that was stopped because of another's failure does not hide it.
                let rank = |id: usize, e: &ShardError| (matches!(e, ShardError::Stopped), id);
                if first
                    .as_ref()
                    .is_none_or(|(k, e)| rank(id, &error) < rank(*k, e))
                {
                    *first = Some((id, error));
                }
            }
        }
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(STACK)
        .build()
        .map_err(|source| SweepError::Threads { jobs, source })?;
    pool.broadcast(|_| work());
    match first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error.into()),
        None if stop.load(Ordering::Relaxed) && next.load(Ordering::Relaxed) < plan.shards() => {
            Err(ShardError::Stopped.into())
        }
        None => Ok(()),
    }
}

fn one(
    shard: &Shard<'_>,
    preparation: &Preparation,
    failures: Failures,
    watch: &impl Fn() -> Go,
    tell: &(dyn Fn(News<'_>) + Sync),
) -> Result<(), ShardError> {
    match shard.result() {
        // Failures that are not to be kept are tried again: their cause may have been mended.
        Ok(Some(part)) if failures == Failures::Keep || part.failed.is_empty() => {
            tell(News::Kept {
                runs: shard.plan.shard(shard.id).len(),
                failed: part.failed.len(),
            });
            return Ok(());
        }
        Ok(_) => {}
        Err(flaw) => tell(News::Again {
            shard: shard.id,
            flaw: &flaw,
        }),
    }
    let ran = |run_id, error: Option<&str>| tell(News::Ran { run_id, error });
    shard.carry_out(preparation, failures, watch, ran)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use crate::experiment::folder::Take;
    use crate::experiment::folder::take;
    use crate::experiment::merge::Also;
    use crate::experiment::merge::merge;
    use crate::experiment::plan::SweepPlan;
    use crate::experiment::table::SweepTable;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn tables(path: &Path) -> BTreeMap<String, Vec<u8>> {
        let names = ["runs.csv", "timeseries.csv", "districts.csv", "events.csv"];
        let names = names
            .iter()
            .chain(&["decisions.csv", "datapackage.json", "manifest.json"]);
        names
            .map(|n| ((*n).to_owned(), fs::read(path.join(n)).unwrap()))
            .collect()
    }

    fn swept(
        plan: &SweepPlan,
        jobs: usize,
        failures: Failures,
    ) -> Result<BTreeMap<String, Vec<u8>>, SweepError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sweep");
        let taken = take(&path, plan, "", Take::New).unwrap();
        sweep(&taken, jobs, failures, &AtomicBool::new(false), &|_| ())?;
        merge(&taken, Also::Nothing).unwrap();
        Ok(tables(&path))
    }

    #[test]
    fn threads_and_sizes_of_shards_do_not_show_in_the_bytes() {
        let mut plan = plan(&["none", "rules"], 2);
        let one = swept(&plan, 1, Failures::Refuse).unwrap();
        for size in [1, 3] {
            plan.runs_per_shard = size;
            assert!(swept(&plan, 2, Failures::Refuse).unwrap() == one);
        }
        let runs = SweepTable::read(one["runs.csv"].as_slice()).unwrap();
        assert_eq!(runs.rows.len(), 4);
        let k = runs.metric("peak_mw").unwrap();
        assert!(
            runs.rows
                .iter()
                .all(|r| r.values[k].is_some_and(|v| v > 50.0))
        );
        // 0, 30, 60 and 90 min of four runs.
        let series = String::from_utf8(one["timeseries.csv"].clone()).unwrap();
        assert_eq!(series.lines().next(), Some("run_id,t_s,demand_mw"));
        assert_eq!(series.lines().count(), 1 + 4 * 4);
    }

    #[test]
    fn failed_runs_are_rows_or_the_end() {
        let plan = plan(&["none", "rulse"], 2);
        let refused = swept(&plan, 2, Failures::Refuse).unwrap_err();
        let text = refused.to_string();
        assert!(text.starts_with("run 1 failed: controller:") || text.starts_with("run 3 failed:"));
        let kept = swept(&plan, 2, Failures::Keep).unwrap();
        let runs = SweepTable::read(kept["runs.csv"].as_slice()).unwrap();
        let failed: Vec<u32> = runs
            .rows
            .iter()
            .filter(|r| r.error.is_some())
            .map(|r| r.run_id)
            .collect();
        assert_eq!(failed, [1, 3]);
    }

    #[test]
    fn a_stopped_sweep_goes_on_where_it_was() {
        let plan = plan(&["none"], 6);
        let whole = swept(&plan, 1, Failures::Refuse).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sweep");
        let stop = AtomicBool::new(false);
        let stopped = {
            let taken = take(&path, &plan, "", Take::New).unwrap();
            let tell = |news: News<'_>| {
                if matches!(news, News::Ran { run_id: 2, .. }) {
                    stop.store(true, Ordering::Relaxed);
                }
            };
            sweep(&taken, 1, Failures::Refuse, &stop, &tell)
        };
        assert!(matches!(
            stopped,
            Err(SweepError::Shard(ShardError::Stopped))
        ));
        let taken = take(&path, &plan, "", Take::Resume).unwrap();
        let counts = Mutex::new((0, 0));
        let tell = |news: News<'_>| match news {
            News::Kept { runs, .. } => counts.lock().unwrap().0 += runs,
            News::Ran { .. } => counts.lock().unwrap().1 += 1,
            News::Again { .. } => panic!("nothing was wrong"),
        };
        sweep(&taken, 2, Failures::Refuse, &AtomicBool::new(false), &tell).unwrap();
        assert_eq!(*counts.lock().unwrap(), (2, 4));
        merge(&taken, Also::Nothing).unwrap();
        assert!(tables(&path) == whole);
    }
}
