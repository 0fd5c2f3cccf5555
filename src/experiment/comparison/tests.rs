//! Comparisons of tables made by hand.

use super::*;
use crate::experiment::comparison::effect::Finding;
use crate::experiment::comparison::warning::Kind;

/// A row of scenario `heat-wave` with two metrics: energy not supplied, and one without direction.
fn row(controller: &str, seed: u64, ens: f64) -> RunRow {
    RunRow {
        run_id: 0,
        point: 0,
        scenario: "heat-wave".to_owned(),
        city: "lakeside".to_owned(),
        controller: controller.to_owned(),
        replication: 1,
        seed,
        split: Split::HeldOut,
        levels: vec!["72".to_owned()],
        error: None,
        config_hash: String::new(),
        state_hash: String::new(),
        values: vec![Some(ens), Some(4.0)],
    }
}

fn table(rows: Vec<RunRow>) -> SweepTable {
    SweepTable {
        factors: vec!["hours".to_owned()],
        metrics: vec!["ens_mwh".to_owned(), "work_orders".to_owned()],
        rows,
    }
}

/// `pairs` pairs in which `rules` saves 8 to 12 of about 100.
fn clear(pairs: u64) -> SweepTable {
    let mut rows = Vec::new();
    for seed in 0..pairs {
        let luck = 100.0 + 7.0 * (seed % 5) as f64;
        rows.push(row("none", seed, luck));
        rows.push(row("rules", seed, luck - 8.0 - (seed % 4) as f64));
    }
    table(rows)
}

fn asked(table: &SweepTable) -> Comparison {
    let metrics: Vec<String> = table.metrics.clone();
    compare(table, &Question::new("none", &metrics)).unwrap()
}

fn kinds(warnings: &[Warning]) -> Vec<Kind> {
    warnings.iter().map(|w| w.kind).collect()
}

#[test]
fn a_clear_effect_is_found_and_said() {
    let found = asked(&clear(40));
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let effect = &found.effects[0];
    assert_eq!((effect.pairs, effect.finding), (40, Finding::Lower));
    // Mean of -8, -9, -10, -11.
    assert_eq!(effect.difference, Some(-9.5));
    let [low, high] = effect.interval.unwrap();
    assert!(low < -9.5 && -9.5 < high && high < -9.0);
    assert_eq!(effect.better_and_worse(), Some([40, 0]));
    // Baseline mean 114.
    assert!((effect.relative.unwrap() + 9.5 / 114.0).abs() < 1e-12);
    // The worst tenth of the baseline are four runs of 128.
    assert_eq!(effect.cvar_90.unwrap()[0], 128.0);
    let start =
        "rules cuts energy not supplied by 9.50 MWh a run (8.33 %) against none (95 % interval 9.";
    assert!(effect.sentence.starts_with(start), "{}", effect.sentence);
    assert!(effect.sentence.ends_with("40 pairs, every pair better)."));
    // Two tests in the family: Holm doubles the smaller p.
    assert_eq!(found.family, 2);
    assert!((effect.adjusted_p.unwrap() - 2.0 * effect.p.unwrap()).abs() < 1e-15);
    assert_eq!(asked(&clear(40)), found, "the same table, the same numbers");
}

#[test]
fn what_never_differs_is_said_to_be_the_same() {
    let effect = asked(&clear(40)).effects.remove(1);
    assert_eq!((effect.finding, effect.same), (Finding::AllSame, 40));
    assert_eq!(kinds(&effect.warnings), [Kind::AllSame]);
    assert!(effect.sentence.contains("the same"), "{}", effect.sentence);
    assert_eq!(effect.better_and_worse(), None);
    assert_eq!(effect.cvar_90, None);
}

#[test]
fn no_difference_is_never_claimed_as_one() {
    let mut rows = Vec::new();
    for seed in 0..30u64 {
        let noise = [3.0, -1.0, -2.5, 2.0, -1.4][(seed % 5) as usize] + 0.01 * seed as f64;
        rows.push(row("none", seed, 100.0));
        rows.push(row("rules", seed, 100.0 + noise));
    }
    let effect = asked(&table(rows)).effects.remove(0);
    assert_eq!(effect.finding, Finding::NoDifference);
    assert!(effect.sentence.starts_with("no difference found"));
    assert!(
        effect.sentence.contains("80 % power"),
        "{}",
        effect.sentence
    );
    assert!(effect.detectable.unwrap() > 0.5);
}

#[test]
fn a_few_extreme_pairs_are_no_finding() {
    // 27 pairs a little better, three very much worse: the ranks say better, the mean worse.
    let mut rows = Vec::new();
    for seed in 0..30u64 {
        let change = if seed < 27 {
            -1.0 - 0.01 * seed as f64
        } else {
            200.0
        };
        rows.push(row("none", seed, 300.0));
        rows.push(row("rules", seed, 300.0 + change));
    }
    let effect = asked(&table(rows)).effects.remove(0);
    assert!(effect.adjusted_p.unwrap() < 0.05);
    assert_eq!(effect.finding, Finding::NoDifference);
    let kinds = kinds(&effect.warnings);
    assert!(kinds.contains(&Kind::HeavyTail), "{kinds:?}");
    assert!(kinds.contains(&Kind::Disagreement), "{kinds:?}");
}

#[test]
fn runs_that_do_not_pair_are_left_out_and_said() {
    let mut table = clear(25);
    // Of `rules`: one fails, one is training, one is of other hours, one lacks the metric, one comes twice.
    table.rows[1].error = Some("it broke".to_owned());
    table.rows[3].split = Split::Training;
    table.rows[5].levels = vec!["48".to_owned()];
    table.rows[7].values[0] = None;
    table.rows.push(table.rows[9].clone());
    let found = asked(&table);
    assert_eq!(found.effects[0].pairs, 21);
    assert_eq!(found.effects[1].pairs, 22);
    assert_eq!(
        kinds(&found.warnings),
        [
            Kind::Training,
            Kind::Failed,
            Kind::Unpaired,
            Kind::Repeated,
            Kind::UnlikeSettings
        ]
    );
    assert!(found.warnings[4].message.contains("hours: 72 and 48"));
    assert_eq!(kinds(&found.effects[0].warnings), [Kind::Undefined]);
}

#[test]
fn few_pairs_and_shared_seeds_are_warned_of() {
    let few = asked(&clear(6));
    assert_eq!(kinds(&few.warnings), [Kind::FewPairs]);
    let one = asked(&clear(1));
    assert_eq!(one.effects[0].finding, Finding::TooFew);
    // Two tests: five pairs of one sign give 2/32 * 2, seven 2/128 * 2.
    let five = asked(&clear(5)).effects.remove(0);
    assert_eq!(five.finding, Finding::TooFew);
    assert!(
        five.sentence.contains("5; they differ by -9.20 MWh"),
        "{}",
        five.sentence
    );
    assert_eq!(asked(&clear(7)).effects[0].finding, Finding::Lower);
    let mut table = clear(24);
    for row in &mut table.rows {
        row.point = (row.seed / 12) as u32;
        row.seed %= 12;
        row.levels = vec![row.point.to_string()];
    }
    let found = asked(&table);
    assert_eq!(kinds(&found.warnings), [Kind::SharedSeeds]);
    assert!(found.warnings[0].message.contains("share 12 seeds"));
    let question = Question {
        apart: vec![Apart::Point],
        ..Question::new("none", &["ens_mwh".to_owned()])
    };
    let apart = compare(&table, &question).unwrap();
    let names: Vec<&str> = apart.effects.iter().map(|e| e.stratum.as_str()).collect();
    assert_eq!(names, ["point 0 (hours = 0)", "point 1 (hours = 1)"]);
    assert_eq!(apart.effects[0].pairs, 12);
}

#[test]
fn what_cannot_be_compared_is_an_error_with_advice() {
    let table = clear(3);
    let ask = |baseline: &str, metric: &str| {
        let error = compare(&table, &Question::new(baseline, &[metric.to_owned()])).unwrap_err();
        (error.to_string(), error.help())
    };
    let (message, help) = ask("none", "ens_mw");
    assert_eq!(message, "the runs have no metric `ens_mw`");
    assert_eq!(help, "did you mean `ens_mwh`?");
    let (message, help) = ask("rule", "ens_mwh");
    assert_eq!(message, "no run has the controller `rule`");
    assert_eq!(help, "did you mean `rules`?");
    let mut other = clear(3);
    for row in &mut other.rows {
        if row.controller == "rules" {
            row.scenario = "calm-day".to_owned();
        }
    }
    let metrics = ["ens_mwh".to_owned()];
    let error = compare(&other, &Question::new("none", &metrics)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("different scenarios (heat-wave against calm-day)")
    );
    other.rows.retain(|row| row.controller == "none");
    let error = compare(&other, &Question::new("none", &metrics)).unwrap_err();
    assert_eq!(error, CompareError::OnlyOneController("none".to_owned()));
}

#[test]
fn files_are_called_by_their_stem() {
    assert_eq!(short_name("/a/b/tuned.v2.toml"), "tuned.v2");
    assert_eq!(short_name("rules"), "rules");
}
