//! Statistics against scipy, numpy and statsmodels on the same numbers (`tests/data/statistics/SOURCE.md`).
//!
//! Whether the statistics answer the right question is judged in `val_comparison.rs`.

#![allow(clippy::unwrap_used, reason = "a failed preparation fails the test")]

use autopolis::engine::chance::mix;
use autopolis::solvers::statistics::bootstrap::bootstrap;
use autopolis::solvers::statistics::descriptive;
use autopolis::solvers::statistics::distribution;
use autopolis::solvers::statistics::effect_size;
use autopolis::solvers::statistics::holm::holm;
use autopolis::solvers::statistics::paired::paired_t;
use autopolis::solvers::statistics::power::minimum_detectable;
use autopolis::solvers::statistics::shortfall::Adverse;
use autopolis::solvers::statistics::shortfall::expected_shortfall;
use autopolis::solvers::statistics::wilcoxon::signed_rank;
use serde_json::Value;

/// A statistic of the observations taken.
type Statistic<'a> = dyn Fn(&[usize]) -> f64 + 'a;

/// Same formula, another order of summation.
const ROUNDING: f64 = 1e-12;
/// Quantiles and tails by another series: `statrs` promises no more.
const SPECIAL_FUNCTION: f64 = 1e-9;
/// Ends of bootstrap intervals, in standard deviations of the sample: resamples whose mean equals the sample's but for
/// rounding fall on either side of it, which shifts the bias correction by as many resamples of 1999.
const BOOTSTRAP: f64 = 2e-3;
/// The central t used for the smallest effect found, against the exact non-central t: by number of pairs, the worse at
/// the stricter level.
const POWER: [(u64, f64); 4] = [(10, 0.04), (20, 0.02), (30, 0.01), (200, 0.002)];

fn reference() -> Value {
    serde_json::from_str(include_str!("data/statistics/reference.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|x| x.as_f64().unwrap()).collect()
}

fn close(got: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap();
    let scale = expected.abs().max(tolerance);
    assert!(
        (got - expected).abs() <= tolerance * scale.max(1e-300),
        "{what}: {got} against {expected}"
    );
}

/// Runs a check on every sample with its name.
fn each_case(mut check: impl FnMut(&str, &[f64], &Value)) {
    let reference = reference();
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 10);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        check(name, &numbers(&case["differences"]), case);
    }
}

#[test]
fn val_descriptive_and_shortfall_are_numpy_s() {
    each_case(|name, d, case| {
        // A mean of exact zero is scaled by nothing: compare what is not zero.
        if case["mean"].as_f64().unwrap() != 0.0 {
            close(
                descriptive::mean(d).unwrap(),
                &case["mean"],
                1e3 * ROUNDING,
                name,
            );
        }
        let sd = descriptive::standard_deviation(d).unwrap();
        close(sd, &case["sd"], ROUNDING, name);
        for (p, expected) in case["quantiles"].as_object().unwrap() {
            let got = descriptive::quantile(d, p.parse().unwrap()).unwrap();
            close(got, expected, ROUNDING, &format!("{name}, quantile {p}"));
        }
        for (level, expected) in case["shortfall"].as_object().unwrap() {
            let got = expected_shortfall(d, level.parse().unwrap(), Adverse::High).unwrap();
            let what = format!("{name}, shortfall {level}");
            if expected.as_f64().unwrap() != 0.0 {
                close(got, expected, 1e3 * ROUNDING, &what);
            }
            // The low tail is the high tail of the negated sample.
            let negated: Vec<f64> = d.iter().map(|x| -x).collect();
            let low = expected_shortfall(&negated, level.parse().unwrap(), Adverse::Low);
            assert_eq!(low.map(|x| -x), Some(got), "{what}");
        }
    });
}

#[test]
fn val_signed_rank_is_scipy_s_by_default() {
    let mut methods = Vec::new();
    each_case(|name, d, case| {
        let test = signed_rank(d).unwrap();
        let smaller = test.positive.min(test.negative);
        close(smaller, &case["wilcoxon_statistic"], ROUNDING, name);
        close(test.p, &case["wilcoxon_p"], SPECIAL_FUNCTION, name);
        let r = effect_size::rank_biserial(&test).unwrap();
        if case["rank_biserial"].as_f64().unwrap() != 0.0 {
            close(r, &case["rank_biserial"], ROUNDING, name);
        } else {
            assert_eq!(r, 0.0);
        }
        methods.push(test.method.as_str());
    });
    let exact = methods.iter().filter(|m| **m == "exact").count();
    assert_eq!(
        (exact, methods.len() - exact),
        (6, 4),
        "both methods are met"
    );
}

#[test]
fn val_paired_t_and_effect_size_are_scipy_s() {
    each_case(|name, d, case| {
        let t = paired_t(d, 0.95).unwrap();
        if case["t"].as_f64().unwrap() != 0.0 {
            close(t.t.unwrap(), &case["t"], 1e3 * ROUNDING, name);
            let dz = effect_size::hedges_dz(d).unwrap();
            close(dz, &case["hedges_dz"], SPECIAL_FUNCTION, name);
        }
        close(t.p.unwrap(), &case["t_p"], SPECIAL_FUNCTION, name);
        close(
            t.interval.low,
            &case["t_interval"][0],
            SPECIAL_FUNCTION,
            name,
        );
        close(
            t.interval.high,
            &case["t_interval"][1],
            SPECIAL_FUNCTION,
            name,
        );
    });
}

#[test]
fn val_bootstrap_intervals_are_scipy_s_on_the_same_resamples() {
    let resamples = reference()["resamples"].as_u64().unwrap() as usize;
    let mut without = 0;
    each_case(|name, d, case| {
        let mean = |taken: &[usize]| taken.iter().map(|k| d[*k]).sum::<f64>() / d.len() as f64;
        // The jackknife takes one number fewer: the mean is over what was taken.
        let mean = |taken: &[usize]| mean(taken) * d.len() as f64 / taken.len() as f64;
        let median = |taken: &[usize]| {
            let sample: Vec<f64> = taken.iter().map(|k| d[*k]).collect();
            descriptive::median(&sample).unwrap()
        };
        let statistics: [(&str, &Statistic<'_>); 2] = [("mean", &mean), ("median", &median)];
        let sd = descriptive::standard_deviation(d).unwrap();
        for (label, statistic) in statistics {
            let mut counter = 0;
            let mut index = |n: usize| {
                let bits = mix(7, n as u64, counter);
                counter += 1;
                ((u128::from(bits) * n as u128) >> 64) as usize
            };
            let boot = bootstrap(d.len(), statistic, resamples, 0.95, &mut index).unwrap();
            let bca = boot.bca.map(|bca| bca.interval);
            for (method, got) in [("percentile", Some(boot.percentile)), ("bca", bca)] {
                let expected = &case["bootstrap"][format!("{label}_{method}")];
                let what = format!("{name}, {label} {method}");
                assert_eq!(got.is_none(), expected.is_null(), "{what}");
                let Some(got) = got else {
                    without += 1;
                    continue;
                };
                for (got, expected) in [got.low, got.high].into_iter().zip(numbers(expected)) {
                    assert!(
                        (got - expected).abs() <= BOOTSTRAP * sd,
                        "{what}: {got} against {expected}"
                    );
                }
            }
        }
    });
    assert!(without > 0, "a degenerate case is among them");
}

#[test]
fn val_holm_is_statsmodels() {
    let reference = reference();
    for family in reference["holm"].as_array().unwrap() {
        let adjusted = holm(&numbers(&family["p"])).unwrap();
        for (got, expected) in adjusted.iter().zip(family["adjusted"].as_array().unwrap()) {
            close(*got, expected, ROUNDING, "Holm");
        }
        assert_eq!(adjusted.len(), family["adjusted"].as_array().unwrap().len());
    }
}

#[test]
fn val_quantiles_of_the_laws_are_scipy_s() {
    let quantiles = &reference()["quantiles"];
    for row in quantiles["normal"].as_array().unwrap() {
        let got = distribution::normal_quantile(row[0].as_f64().unwrap()).unwrap();
        close(got, &row[1], SPECIAL_FUNCTION, "normal quantile");
    }
    for row in quantiles["student"].as_array().unwrap() {
        let (p, df) = (row[0].as_f64().unwrap(), row[1].as_f64().unwrap());
        let got = distribution::student_quantile(p, df).unwrap();
        close(
            got,
            &row[2],
            SPECIAL_FUNCTION,
            &format!("t quantile {p} {df}"),
        );
    }
}

#[test]
fn val_smallest_effect_found_is_nearly_that_of_the_non_central_t() {
    for row in reference()["power"].as_array().unwrap() {
        let pairs = row["pairs"].as_u64().unwrap();
        let alpha = row["alpha"].as_f64().unwrap();
        let got = minimum_detectable(1.0, pairs as usize, alpha, 0.8).unwrap();
        let tolerance = POWER.iter().find(|(n, _)| *n == pairs).unwrap().1;
        close(
            got,
            &row["effect"],
            tolerance,
            &format!("{pairs} pairs at {alpha}"),
        );
    }
}
