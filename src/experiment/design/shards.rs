//! How many runs a shard holds: small enough that a killed worker costs little and that workers end together.

use crate::experiment::design::cases::Case;

/// Shards that a sweep has at least, if it has as many runs: enough for a score of workers to end together.
const FEWEST_SHARDS: usize = 50;

/// Work of a shard at most, in steps times buses: some seconds of computing. The heat wave on Lakeside (4320 steps of
/// 1 min, 633 buses) takes about 1.5 s on one core.
const MOST_BUS_STEPS: u64 = 11_000_000;

/// Runs of a shard, at least one.
#[must_use]
pub fn runs_per_shard(runs: usize, cases: &[Case]) -> u32 {
    let heaviest = cases.iter().map(|c| c.bus_steps).max().unwrap_or(1).max(1);
    let few = u32::try_from(runs / FEWEST_SHARDS).unwrap_or(u32::MAX);
    let light = u32::try_from(MOST_BUS_STEPS / heaviest).unwrap_or(u32::MAX);
    few.min(light).max(1)
}
