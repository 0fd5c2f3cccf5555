//! What comparisons find where the truth is known: nothing where there is nothing, and a small effect where there is one.
//!
//! No run is simulated: the values are drawn from a law that resembles outages. A run's outage is zero with probability
//! 0.3 and log-normal (log-sd 1) otherwise, the same for both controllers (common random numbers); what the pair does
//! not share is a factor of its own for each run (log-sd 0.04).

#![allow(clippy::unwrap_used, reason = "a failed preparation fails the test")]

use autopolis::engine::chance::Chance;
use autopolis::experiment::comparison::Comparison;
use autopolis::experiment::comparison::Question;
use autopolis::experiment::comparison::compare;
use autopolis::experiment::comparison::effect::Effect;
use autopolis::experiment::comparison::effect::Finding;
use autopolis::experiment::plan::Split;
use autopolis::experiment::table::RunRow;
use autopolis::experiment::table::SweepTable;
use autopolis::solvers::statistics::descriptive::mean;
use autopolis::solvers::statistics::descriptive::standard_deviation;
use autopolis::solvers::statistics::distribution::student_two_sided;

/// Trials of each kind.
const TRIALS: u64 = 200;
/// Central 99 % of a binomial law of 200 trials at 5 %: 3 to 19 (2 and 20 lie outside).
const NOMINAL: std::ops::RangeInclusive<usize> = 3..=19;
/// Probability of a run without any outage.
const NO_OUTAGE: f64 = 0.3;
/// Log-standard deviation of the outages themselves, and of what a pair does not share.
const LUCK: f64 = 1.0;
const OWN: f64 = 0.04;
/// Enough for an interval at 95 %; the published default is ten times as many.
const RESAMPLES: usize = 1000;

const METRICS: [&str; 6] = [
    "ens_mwh",
    "saidi_min",
    "critical_outage_min",
    "customers_interrupted",
    "shed_mwh",
    "longest_outage_h",
];

/// A trial: `pairs` pairs of `a` and `b`, where `b` is `factor` of `a` but for luck; the metrics are independent.
fn trial(trial: u64, pairs: u64, factor: f64) -> SweepTable {
    let chance = Chance::new(trial);
    let mut rows = Vec::new();
    for seed in 0..pairs {
        for (arm, controller) in ["a", "b"].into_iter().enumerate() {
            let value = |metric: u64| {
                if chance.uniform("quiet", metric, seed) < NO_OUTAGE {
                    return 0.0;
                }
                let luck = chance.normal("luck", metric, seed);
                let own = chance.normal("own", metric * 2 + arm as u64, seed);
                let planted = if arm == 1 { factor } else { 1.0 };
                100.0 * planted * (LUCK * luck + OWN * own - OWN * OWN / 2.0).exp()
            };
            rows.push(RunRow {
                run_id: rows.len() as u32,
                point: 0,
                scenario: "made-up".to_owned(),
                city: "nowhere".to_owned(),
                controller: controller.to_owned(),
                replication: seed as u32 + 1,
                seed,
                split: Split::HeldOut,
                levels: Vec::new(),
                error: None,
                config_hash: String::new(),
                state_hash: String::new(),
                values: (0..METRICS.len() as u64).map(|m| Some(value(m))).collect(),
            });
        }
    }
    SweepTable {
        factors: Vec::new(),
        metrics: METRICS.map(str::to_owned).to_vec(),
        rows,
    }
}

/// The comparison of `a` with `b` by the first few metrics.
fn found(table: &SweepTable, metrics: usize) -> Comparison {
    let question = Question {
        resamples: RESAMPLES,
        ..Question::new("a", &table.metrics[..metrics])
    };
    compare(table, &question).unwrap()
}

fn claims(effect: &Effect) -> bool {
    matches!(effect.finding, Finding::Lower | Finding::Higher)
}

/// The mean of the outages.
fn mean_outage() -> f64 {
    100.0 * (1.0 - NO_OUTAGE) * (LUCK * LUCK / 2.0).exp()
}

#[test]
fn val_a_against_a_is_told_apart_at_the_nominal_rate() {
    for pairs in [20, 30, 100] {
        let (mut below, mut family, mut claimed) = (0, 0, 0);
        let (mut reported, mut bca, mut all) = (0, 0, 0);
        for seed in 0..TRIALS {
            let comparison = found(&trial(seed, pairs, 1.0), METRICS.len());
            below += usize::from(comparison.effects[0].p.unwrap() < 0.05);
            let effects = &comparison.effects;
            family += usize::from(effects.iter().any(|e| e.adjusted_p.unwrap() < 0.05));
            claimed += usize::from(effects.iter().any(claims));
            let holds = |[low, high]: [f64; 2]| usize::from(low <= 0.0 && 0.0 <= high);
            for effect in effects {
                reported += holds(effect.interval.unwrap());
                bca += holds(effect.bca_interval.unwrap());
                all += 1;
            }
        }
        let share = |count: usize| count as f64 / f64::from(all);
        println!(
            "{pairs} pairs: the interval covers zero in {:.3}, BCa {:.3} of {all}",
            share(reported),
            share(bca)
        );
        println!(
            "{pairs} pairs: p < 0.05 in {below}, Holm over six in {family}, claims in {claimed} of {TRIALS}"
        );
        assert!(NOMINAL.contains(&below), "{pairs} pairs: {below}");
        // Holm holds the rate of one or more false findings among six at the level, not merely each.
        assert!(family <= *NOMINAL.end(), "{pairs} pairs: {family}");
        assert!(claimed <= family, "a claim needs the adjusted p");
        // Symmetric, but heavy tails: near what it says, and nearer than BCa, which is why it is the one reported.
        assert!((0.88..0.985).contains(&share(reported)));
        assert!(reported > bca);
    }
}

#[test]
fn val_a_planted_effect_of_five_per_cent_is_found_with_thirty_pairs() {
    let (mut paired, mut unpaired) = (0, 0);
    for seed in 0..TRIALS {
        let table = trial(1000 + seed, 30, 0.95);
        paired += usize::from(found(&table, 1).effects[0].finding == Finding::Lower);
        let arm = |name: &str| -> Vec<f64> {
            let rows = table.rows.iter().filter(|row| row.controller == name);
            rows.map(|row| row.values[0].unwrap()).collect()
        };
        // Welch's t on runs that share nothing: other seeds for the second arm.
        let other = trial(5000 + seed, 30, 0.95);
        let rows = other.rows.iter().filter(|row| row.controller == "b");
        let b: Vec<f64> = rows.map(|row| row.values[0].unwrap()).collect();
        unpaired += usize::from(welch_p(&arm("a"), &b) < 0.05);
    }
    println!(
        "5 % planted, 30 pairs: found in {paired}, by unpaired runs in {unpaired} of {TRIALS}"
    );
    assert!(paired * 100 >= 80 * TRIALS as usize, "{paired}");
    // An effect of 3.5 on outages of sd 145 is out of reach of thirty unpaired runs: hardly more than by chance.
    assert!(unpaired * 100 <= 15 * TRIALS as usize, "{unpaired}");
}

/// Two-sided p of Welch's t (1947).
fn welch_p(a: &[f64], b: &[f64]) -> f64 {
    let part = |x: &[f64]| standard_deviation(x).unwrap().powi(2) / x.len() as f64;
    let (va, vb) = (part(a), part(b));
    let t = (mean(a).unwrap() - mean(b).unwrap()) / (va + vb).sqrt();
    let df = (va + vb).powi(2) / (va * va / (a.len() - 1) as f64 + vb * vb / (b.len() - 1) as f64);
    student_two_sided(t, df).unwrap()
}

/// Least coverage asked of the bootstrap's 95 % interval of a skewed mean difference, by number of pairs: what small
/// skewed samples allow, so that a worse interval is noticed. Measured values stand in `docs/statistics.md`.
const COVERAGE: [(u64, f64); 3] = [(20, 0.80), (30, 0.83), (100, 0.88)];

#[test]
fn val_intervals_cover_the_truth_nearly_as_often_as_they_say() {
    // Half of the outages saved: the differences are as skewed as the outages themselves, the hard case.
    let truth = -0.5 * mean_outage();
    for (pairs, least) in COVERAGE {
        let (mut reported, mut bca, mut student, mut all) = (0, 0, 0, 0);
        for seed in 0..TRIALS {
            for effect in &found(&trial(9000 + seed, pairs, 0.5), METRICS.len()).effects {
                let holds = |ends: [f64; 2]| usize::from(ends[0] <= truth && truth <= ends[1]);
                reported += holds(effect.interval.unwrap());
                bca += holds(effect.bca_interval.unwrap());
                student += holds(effect.t_interval.unwrap());
                all += 1;
            }
        }
        let share = |count: usize| count as f64 / f64::from(all);
        println!(
            "{pairs} pairs: the interval covers {:.3}, BCa {:.3}, Student's t {:.3} of {all}",
            share(reported),
            share(bca),
            share(student)
        );
        let share = share(reported);
        assert!(share >= least, "{pairs} pairs: {share}");
        assert!(share < 0.97, "{pairs} pairs: wider than it says: {share}");
    }
}
