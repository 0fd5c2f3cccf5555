//! Vehicles' days: runs chained into blocks, first in first out at each terminal.
//!
//! It sends no vehicle empty from one terminal to another and breaks no drivers' rules; a feed's own blocks are not its
//! business.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Longest wait at a terminal, seconds, before a vehicle goes back to the depot: three quarters of an hour, more than the
/// widest headway by which lines run all day and less than a pause between the peaks.
pub const LONGEST_WAIT_S: i32 = 2_700;
/// Layover: this share of the running time ...
const LAYOVER_SHARE: f64 = 0.10;
/// ... and at least this, seconds: the driver changes ends.
const LEAST_LAYOVER_S: i32 = 180;

/// A planned run, as its rotation sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What may follow one another: type of vehicle and depot.
    pub class: usize,
    /// Days on which it runs.
    pub service: usize,
    /// Place where it begins.
    pub from: usize,
    /// Place where it ends.
    pub to: usize,
    /// Departure, seconds of the service day.
    pub start_s: i32,
    /// Arrival at the last stop, likewise.
    pub end_s: i32,
}

/// Runs in blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Block of each run.
    pub block: Vec<usize>,
    /// Class of each block.
    pub class: Vec<usize>,
}

/// When the vehicle of a run can leave again.
#[must_use]
pub fn ready_s(run: &Run) -> i32 {
    let layover = libm::ceil(LAYOVER_SHARE * f64::from(run.end_s - run.start_s)) as i32;
    run.end_s + layover.max(LEAST_LAYOVER_S)
}

/// Chains runs: each takes the vehicle of its class and service that has been ready longest where it begins; one that
/// has waited longer than `longest_wait_s` is gone.
#[must_use]
pub fn blocks(runs: &[Run], longest_wait_s: i32) -> Rotation {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&i| (runs[i].start_s, i));
    let mut idle: BTreeMap<(usize, usize, usize), BTreeSet<(i32, usize)>> = BTreeMap::new();
    let mut rotation = Rotation {
        block: vec![0; runs.len()],
        class: Vec::new(),
    };
    for i in order {
        let run = &runs[i];
        let waiting = idle.entry((run.class, run.service, run.from)).or_default();
        while let Some(&(ready, _)) = waiting.first()
            && ready < run.start_s - longest_wait_s
        {
            waiting.pop_first();
        }
        let first = waiting.first().copied();
        let block = match first {
            Some((ready, block)) if ready <= run.start_s => {
                waiting.pop_first();
                block
            }
            _ => {
                rotation.class.push(run.class);
                rotation.class.len() - 1
            }
        };
        rotation.block[i] = block;
        let there = idle.entry((run.class, run.service, run.to)).or_default();
        there.insert((ready_s(run), block));
    }
    rotation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(from: usize, to: usize, start_min: i32, lasts_min: i32) -> Run {
        Run {
            class: 0,
            service: 0,
            from,
            to,
            start_s: 60 * start_min,
            end_s: 60 * (start_min + lasts_min),
        }
    }

    #[test]
    fn a_line_needs_its_round_trip_over_the_headway() {
        // 27 min each way and 3 min of layover: an hour round; every 10 min, so six vehicles.
        let mut runs = Vec::new();
        for k in 0..40 {
            runs.push(run(0, 1, 10 * k, 27));
            if k >= 3 {
                runs.push(run(1, 0, 10 * k, 27));
            }
        }
        let rotation = blocks(&runs, LONGEST_WAIT_S);
        assert_eq!(rotation.class.len(), 6);
        // No vehicle is in two places.
        for (i, a) in runs.iter().enumerate() {
            for (j, b) in runs.iter().enumerate().skip(i + 1) {
                if rotation.block[i] == rotation.block[j] {
                    assert!(a.end_s < b.start_s || b.end_s < a.start_s);
                }
            }
        }
    }

    #[test]
    fn first_in_is_first_out_and_a_long_wait_ends_the_block() {
        let runs = [
            run(0, 1, 0, 20),
            run(2, 1, 5, 10),
            // Both wait at 1; the second was ready first.
            run(1, 0, 30, 20),
            // Far later, the other is gone.
            run(1, 0, 120, 20),
        ];
        let rotation = blocks(&runs, LONGEST_WAIT_S);
        assert_eq!(rotation.block, [0, 1, 1, 2]);
    }
}
