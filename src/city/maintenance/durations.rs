//! How long field work takes, drawn for one order of one element.
//!
//! Ranges are those of `SIZING.md`, sections 2 (switching and repair) and 6 (travel and diagnosis). A draw is a pure
//! function of the run's seed, the element, the kind of work and how many such orders the element had before, so that
//! every controller meets the same repair times. The way is a normal day's:
//! the dispatcher stretches it by the traffic of the moment.

use crate::engine::chance::Chance;
use crate::engine::chance::unit;
use crate::engine::damage::Work;

const TRAVEL_MIN: [f64; 2] = [20.0, 35.0];
const DIAGNOSIS_MIN: [f64; 2] = [30.0, 45.0];
/// Manual switching from leaving the yard to the switch being closed.
const SWITCH_TOTAL_MIN: [f64; 2] = [45.0, 120.0];
// Repairs, hours from the end of the diagnosis.
const CABLE_H: [f64; 2] = [8.0, 24.0];
const OVERHEAD_H: [f64; 2] = [2.0, 5.0];
const SERVICE_UNIT_H: [f64; 2] = [6.0, 14.0];
const MOBILE_SUBSTATION_H: [f64; 2] = [24.0, 48.0];
/// Water main: SIZING.md section 6.
const MAIN_H: [f64; 2] = [4.0, 8.0];
/// Bringing a tripped unit back: from a restart after a spurious trip to a boiler-tube leak; planners' judgement.
const PLANT_H: [f64; 2] = [6.0, 48.0];

/// The parts of one order's time, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// To get there.
    pub travel_s: u64,
    /// To find the fault and isolate it; 0 where there is nothing to isolate.
    pub diagnosis_s: u64,
    /// To do the work itself.
    pub work_s: u64,
    /// To get there again, if the crew was called away between isolating and mending.
    pub return_s: u64,
}

/// The durations of the `order`-th order (from 0) of this kind at the element with this key.
#[must_use]
pub fn draw(chance: Chance, work: Work, key: u64, order: u64) -> Durations {
    let mut rng = chance.rng(process(work), key, order);
    let travel = triangular(unit(&mut rng), TRAVEL_MIN);
    let diagnosis = triangular(unit(&mut rng), DIAGNOSIS_MIN);
    let share = unit(&mut rng);
    let way_back = triangular(unit(&mut rng), TRAVEL_MIN);
    let hours = |range: [f64; 2]| triangular(share, range) * 60.0;
    let (travel, diagnosis, minutes) = match work {
        Work::Switch => (travel, 0.0, triangular(share, SWITCH_TOTAL_MIN) - travel),
        Work::RepairCable => (travel, diagnosis, hours(CABLE_H)),
        Work::RepairOverhead => (travel, diagnosis, hours(OVERHEAD_H)),
        Work::ReplaceServiceUnit => (travel, diagnosis, hours(SERVICE_UNIT_H)),
        Work::RepairTransformer => (travel, diagnosis, hours(MOBILE_SUBSTATION_H)),
        Work::RepairMain => (travel, diagnosis, hours(MAIN_H)),
        Work::RepairPlant => (0.0, 0.0, hours(PLANT_H)),
    };
    let seconds = |min: f64| (min * 60.0).round() as u64;
    Durations {
        travel_s: seconds(travel),
        diagnosis_s: seconds(diagnosis),
        work_s: seconds(minutes),
        return_s: seconds(way_back),
    }
}

fn process(work: Work) -> &'static str {
    match work {
        Work::Switch => "maintenance/switch",
        Work::RepairCable => "maintenance/repair_cable",
        Work::RepairOverhead => "maintenance/repair_overhead",
        Work::ReplaceServiceUnit => "maintenance/replace_service_unit",
        Work::RepairTransformer => "maintenance/repair_transformer",
        Work::RepairMain => "maintenance/repair_main",
        Work::RepairPlant => "maintenance/repair_plant",
    }
}

/// Triangular law on a range with its mode a third of the way up (repair times lean to the short side and have a long
/// tail); `u` in [0, 1).
fn triangular(u: f64, range: [f64; 2]) -> f64 {
    let [low, high] = range;
    let width = high - low;
    let mode = width / 3.0;
    if u < 1.0 / 3.0 {
        low + (u * width * mode).sqrt()
    } else {
        high - ((1.0 - u) * width * (width - mode)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(work: Work) -> Vec<Durations> {
        (0..2000)
            .map(|i| draw(Chance::new(11), work, i / 4, i % 4))
            .collect()
    }

    /// All values lie in the range (minutes), and 2000 draws come within a tenth of its width to either end.
    fn spans(minutes: impl Iterator<Item = f64>, range: [f64; 2]) {
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for m in minutes {
            low = low.min(m);
            high = high.max(m);
        }
        let tenth = 0.1 * (range[1] - range[0]);
        assert!(low >= range[0] - 0.01 && low < range[0] + tenth, "{low}");
        assert!(high <= range[1] + 0.01 && high > range[1] - tenth, "{high}");
    }

    #[test]
    fn durations_lie_within_the_sizing_sheet() {
        for (work, hours) in [
            (Work::RepairCable, [8.0, 24.0]),
            (Work::RepairOverhead, [2.0, 5.0]),
            (Work::ReplaceServiceUnit, [6.0, 14.0]),
            (Work::RepairTransformer, [24.0, 48.0]),
            (Work::RepairPlant, [6.0, 48.0]),
        ] {
            let all = drawn(work);
            spans(
                all.iter().map(|d| d.work_s as f64 / 60.0),
                hours.map(|h| h * 60.0),
            );
            if work != Work::RepairPlant {
                spans(all.iter().map(|d| d.travel_s as f64 / 60.0), [20.0, 35.0]);
                spans(
                    all.iter().map(|d| d.diagnosis_s as f64 / 60.0),
                    [30.0, 45.0],
                );
                spans(all.iter().map(|d| d.return_s as f64 / 60.0), [20.0, 35.0]);
            }
        }
        let total = |d: &Durations| (d.travel_s + d.diagnosis_s + d.work_s) as f64 / 60.0;
        spans(drawn(Work::Switch).iter().map(total), [45.0, 120.0]);
    }

    #[test]
    fn the_law_is_triangular() {
        // Mode at a third: a third of the mass lies below it; the mean is low + 4/9 of the width.
        assert!((triangular(1.0 / 3.0, [0.0, 9.0]) - 3.0).abs() < 1e-12);
        assert!(
            triangular(0.0, [2.0, 5.0]) == 2.0 && (triangular(1.0, [2.0, 5.0]) - 5.0).abs() < 1e-12
        );
        let n = 9000;
        let mean: f64 = (0..n)
            .map(|i| triangular((f64::from(i) + 0.5) / f64::from(n), [0.0, 9.0]))
            .sum::<f64>()
            / f64::from(n);
        assert!((mean - 4.0).abs() < 1e-3);
    }

    #[test]
    fn a_draw_is_the_orders_own() {
        let base = draw(Chance::new(1), Work::RepairCable, 5, 0);
        assert_eq!(base, draw(Chance::new(1), Work::RepairCable, 5, 0));
        for other in [
            draw(Chance::new(1), Work::RepairCable, 5, 1),
            draw(Chance::new(1), Work::RepairCable, 6, 0),
            draw(Chance::new(2), Work::RepairCable, 5, 0),
        ] {
            assert_ne!(base, other);
        }
    }
}
