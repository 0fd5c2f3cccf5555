//! How many runs a shard holds: small enough that a killed worker costs little and that workers end together.

use crate::experiment::design::cases::Case;

/// Shards that a sweep has at least, if it has as many runs: enough for a score of workers to end together.
const FEWEST_SHARDS: usize = 50;

/// Work of a shard at most, in steps times buses: about ten seconds of computing, which a kill may cost; with less, waiting
/// for the disk (four `fsync` a shard) would show. The heat wave on Lakeside (4320 steps of 1 min, 633 buses) takes about
/// 1.3 s on one core.
const MOST_BUS_STEPS: u64 = 22_000_000;

/// Runs of a shard, at least one.
#[must_use]
pub fn runs_per_shard(runs: usize, cases: &[Case]) -> u32 {
    let heaviest = cases.iter().map(|c| c.bus_steps).max().unwrap_or(1).max(1);
    let few = u32::try_from(runs / FEWEST_SHARDS).unwrap_or(u32::MAX);
    let light = u32::try_from(MOST_BUS_STEPS / heaviest).unwrap_or(u32::MAX);
    few.min(light).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::build::build;
    use crate::scenario::document::Overrides;

    fn case(bus_steps: u64) -> Case {
        let overrides = Overrides {
            hours: Some(1.0),
            ..Overrides::default()
        };
        Case {
            scenario: "calm-day".to_owned(),
            city: None,
            first: build("calm-day", &overrides).unwrap(),
            record_intervals_s: vec![300],
            bus_steps,
        }
    }

    #[test]
    fn shards_are_many_and_light() {
        // Three days of minutes on 633 buses: eight runs fit, but no more; six hours are cut by the number of shards.
        assert_eq!(runs_per_shard(800, &[case(4320 * 633)]), 8);
        assert_eq!(runs_per_shard(400, &[case(360 * 633)]), 8);
        assert_eq!(runs_per_shard(12, &[case(360 * 633)]), 1);
        assert_eq!(runs_per_shard(400, &[case(360 * 633), case(u64::MAX)]), 1);
    }
}
