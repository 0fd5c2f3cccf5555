//! Reports of sweeps from made-up outcomes at the edges: nothing at all, one run, a thousand, zeros, long and hostile
//! names. Every page must be well formed, alone in the world, with every text of every picture on the picture.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's helpers fail by panicking, as its bodies do"
)]

use autopolis::experiment::outcome::DecisionCount;
use autopolis::experiment::outcome::DistrictRow;
use autopolis::experiment::outcome::EventCount;
use autopolis::experiment::outcome::SeriesTable;
use autopolis::experiment::outcome::SweepOutcome;
use autopolis::experiment::plan::PlannedRun;
use autopolis::experiment::plan::Split;
use autopolis::experiment::plan::SweepPlan;
use autopolis::experiment::report::html;
use autopolis::experiment::table::RunRow;
use autopolis::experiment::table::SweepTable;
use autopolis::results::charts::drawing::Font;
use autopolis::results::charts::palette::INK;

/// What a report of 400 runs may weigh, so that it goes by mail.
const MOST_BYTES: usize = 1_500_000;
/// Half a pixel: texts are placed at hundredths.
const SLACK_PX: f64 = 0.5;

/// How an outcome is made up.
#[derive(Clone, Copy)]
struct Make<'a> {
    scenario: &'a str,
    controllers: &'a [&'a str],
    pairs: u32,
    /// What the values are multiplied with; 0 gives nothing but zeros.
    scale: f64,
    levels: &'a [&'a str],
    hours: u64,
}

const PLAIN: Make<'static> = Make {
    scenario: "heat-wave",
    controllers: &["none", "rules"],
    pairs: 24,
    scale: 1.0,
    levels: &[],
    hours: 72,
};

const METRICS: [&str; 4] = ["ens_mwh", "saidi_min", "energy_cost", "outage_gini"];

/// A number between 0 and 1 that looks like chance and is the same again.
fn unit(a: u64, b: u64) -> f64 {
    let mixed = (a * 7919 + b * 104_729 + 13).wrapping_mul(2_654_435_761) >> 7;
    (mixed % 1000) as f64 / 1000.0
}

fn outcome(make: Make<'_>) -> SweepOutcome {
    let factors: Vec<String> = if make.levels.is_empty() {
        Vec::new()
    } else {
        vec!["weather.heat_dome.peak_day".to_owned()]
    };
    let points = make.levels.len().max(1) as u32;
    let mut plan = SweepPlan {
        autopolis: "0.0.0".to_owned(),
        name: make.scenario.to_owned(),
        description: "Asked & <answered>?".to_owned(),
        baseline: make.controllers[0].to_owned(),
        metrics: METRICS.map(str::to_owned).to_vec(),
        series: Vec::new(),
        series_interval_s: 3600,
        hours: None,
        set: Vec::new(),
        factors: factors.clone(),
        runs_per_shard: 8,
        runs: Vec::new(),
    };
    let mut table = SweepTable {
        factors,
        metrics: METRICS.map(str::to_owned).to_vec(),
        rows: Vec::new(),
    };
    let mut series = SeriesTable {
        names: vec!["unserved_mw".to_owned(), "temp_c".to_owned()],
        rows: Vec::new(),
    };
    let (mut districts, mut events, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
    for point in 0..points {
        for pair in 0..make.pairs {
            for (k, controller) in make.controllers.iter().enumerate() {
                let run_id = plan.runs.len() as u32;
                let levels: Vec<String> = make
                    .levels
                    .get(point as usize)
                    .map(|l| (*l).to_owned())
                    .into_iter()
                    .collect();
                let seed = 4001 + u64::from(pair);
                plan.runs.push(PlannedRun {
                    run_id,
                    point,
                    scenario: make.scenario.to_owned(),
                    city: None,
                    controller: (*controller).to_owned(),
                    replication: pair + 1,
                    seed,
                    split: Split::HeldOut,
                    levels: levels.clone(),
                });
                let luck = unit(u64::from(run_id), 1);
                let ens = make.scale * (200.0 + 900.0 * luck) / (1.0 + 4.0 * k as f64);
                table.rows.push(RunRow {
                    run_id,
                    point,
                    scenario: make.scenario.to_owned(),
                    city: "lakeside".to_owned(),
                    controller: (*controller).to_owned(),
                    replication: pair + 1,
                    seed,
                    split: Split::HeldOut,
                    levels,
                    error: None,
                    config_hash: "aa".to_owned(),
                    state_hash: "bb".to_owned(),
                    values: vec![
                        Some(ens),
                        Some(ens / 10.0),
                        Some(make.scale * 1e6 * (1.0 + luck)),
                        (luck > 0.1).then_some(luck),
                    ],
                });
                for hour in 0..=make.hours {
                    let stress = (hour as f64 / 7.0).sin().max(0.0) * ens / 20.0;
                    let heat = 25.0 + 10.0 * unit(hour, u64::from(pair));
                    series
                        .rows
                        .push((run_id, 3600 * hour, vec![Some(stress), Some(heat)]));
                }
                for d in 0..20u8 {
                    districts.push(DistrictRow {
                        run_id,
                        district: format!("D{d:02}"),
                        name: format!("{} {d}", make.scenario),
                        customers: 1000.0,
                        income_quintile: 1 + d % 5,
                        outage_min_per_customer: Some(ens * f64::from(d) / 20.0),
                    });
                }
                if make.scale > 0.0 {
                    events.push(EventCount {
                        run_id,
                        kind: "feeder_shed_auto".to_owned(),
                        count: 3,
                        customers: 2000.0,
                    });
                    decisions.push(DecisionCount {
                        run_id,
                        actor: (*controller).to_owned(),
                        outcome: "applied".to_owned(),
                        count: 12,
                    });
                }
            }
        }
    }
    SweepOutcome {
        plan,
        experiment: "scenario = \"<x>\"\n".to_owned(),
        table,
        series,
        districts,
        events,
        decisions,
        hashes: vec![("runs.csv", "cc".to_owned())],
    }
}

/// Elements without an end.
const VOID: [&str; 2] = ["meta", "br"];

/// Tags from `<` to `>`; a `>` inside a quoted value does not end one.
fn tags(page: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                *c == '>' && !quoted
            })
            .map(|(k, _)| k)
            .expect("every tag ends");
        all.push(&rest[1..end]);
        rest = &rest[end + 1..];
    }
    all
}

/// Style sheets hold `>` and quotes of their own and are checked by looking.
fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("a style");
    let (style, after) = rest.split_once("</style>").expect("the style's end");
    assert!(!style.contains('<'), "a style cannot end the style");
    assert_eq!(style.matches('{').count(), style.matches('}').count());
    assert!(!after.contains("<style"));
    format!("{before}{after}")
}

fn check(page: &str) {
    for bad in [
        "http:",
        "https:",
        "NaN",
        "inf ",
        "<script",
        "javascript:",
        "url(\"",
        "@import",
    ] {
        assert!(!page.contains(bad), "the page holds {bad:?}");
    }
    assert!(page.starts_with("<!DOCTYPE html>"));
    let body = without_style(page);
    let mut open: Vec<&str> = Vec::new();
    let mut heading = 0;
    let mut ids = std::collections::BTreeSet::new();
    for tag in tags(&body) {
        if tag.starts_with('!') {
            continue;
        }
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> ends another element");
            continue;
        }
        if let Some(level) = name.strip_prefix('h').and_then(|l| l.parse::<u32>().ok()) {
            assert!(level <= heading + 1, "h{level} after h{heading}");
            heading = level;
        }
        if let Some(id) = tag.split(" id=\"").nth(1).and_then(|t| t.split('"').next()) {
            assert!(ids.insert(id.to_owned()), "two elements are #{id}");
        }
        if name == "svg" {
            assert!(tag.contains("role=\"img\"") && tag.contains("aria-label=\""));
        }
        if name == "th" {
            assert!(tag.contains("scope="), "<{tag}>");
        }
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "still open: {open:?}");
    for link in body.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert!(ids.contains(id), "nothing is #{id}");
    }
    texts_are_on_their_pictures(&body);
}

fn texts_are_on_their_pictures(body: &str) {
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    for svg in body.split("<svg ").skip(1) {
        let svg = svg.split("</svg>").next().unwrap();
        let size: Vec<f64> = svg
            .split("viewBox=\"")
            .nth(1)
            .and_then(|v| v.split('"').next())
            .unwrap()
            .split(' ')
            .map(|n| n.parse().unwrap())
            .collect();
        for text in svg.split("<text").skip(1) {
            let (tag, rest) = text.split_once('>').unwrap();
            let words = rest.split("</text>").next().unwrap();
            let words = words.replace("&lt;", "<").replace("&gt;", ">");
            let words = words.replace("&quot;", "\"").replace("&amp;", "&");
            let number = |name: &str| attribute(tag, name).unwrap().parse::<f64>().unwrap();
            let font = Font {
                size: number("font-size"),
                bold: tag.contains("font-weight"),
                color: INK,
            };
            let wide = font.width(&words);
            let from = match attribute(tag, "text-anchor").as_deref() {
                None => number("x"),
                Some("middle") => number("x") - wide / 2.0,
                Some(_) => number("x") - wide,
            };
            let inside = from >= -SLACK_PX
                && from + wide <= size[2] + SLACK_PX
                && number("y") > 8.0
                && number("y") <= size[3] - 2.0;
            assert!(inside, "{words:?} at {from} to {} of {size:?}", from + wide);
        }
    }
}

#[test]
fn a_plain_sweep_tells_its_finding_first() {
    let made = outcome(PLAIN);
    let page = html(&made);
    check(&page);
    assert!(page == html(&made), "the same outcome, the same bytes");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    let order = [
        "class=\"finding\"",
        "id=\"again\"",
        "id=\"pairs\"",
        "id=\"series\"",
        "id=\"front\"",
        "id=\"outages\"",
        "id=\"stress\"",
        "id=\"decisions\"",
        "id=\"equity\"",
        "id=\"failures\"",
        "id=\"limits\"",
        "id=\"manifest\"",
    ];
    assert!(order.windows(2).all(|w| at(w[0]) < at(w[1])));
    let finding = page.split("class=\"finding\">").nth(1).unwrap();
    let finding = finding.split("</p>").next().unwrap();
    assert!(
        finding.starts_with("Rules cuts energy not supplied by"),
        "{finding}"
    );
    assert!(finding.contains("24 pairs"), "{finding}");
}

#[test]
fn many_runs_stay_small_enough_to_mail() {
    let page = html(&outcome(Make {
        pairs: 200,
        ..PLAIN
    }));
    check(&page);
    assert!(page.len() < MOST_BYTES, "{} bytes", page.len());
    let page = html(&outcome(Make {
        pairs: 500,
        hours: 24,
        ..PLAIN
    }));
    check(&page);
    assert!(page.len() < MOST_BYTES, "{} bytes", page.len());
}

#[test]
fn nothing_to_report_is_said_plainly() {
    let zeros = html(&outcome(Make {
        scale: 0.0,
        ..PLAIN
    }));
    check(&zeros);
    for said in [
        "no stress to map",
        "No customer of any district lost power",
        "obody lost power, so nobody bore more of it",
        "Nothing happened in any run",
        "Nobody gave a command in any run",
    ] {
        assert!(zeros.contains(said), "{said}");
    }
    let few = html(&outcome(Make { pairs: 3, ..PLAIN }));
    check(&few);
    assert!(
        few.contains("3 pairs of rules and none: under 20"),
        "few pairs"
    );
    let one = html(&outcome(Make {
        pairs: 1,
        controllers: &["rules"],
        ..PLAIN
    }));
    check(&one);
    assert!(
        one.contains("No comparison: all runs have the controller <code>rules</code>"),
        "one controller"
    );
    assert!(one.contains("there is no front to draw"));
    let mut none = outcome(Make { pairs: 2, ..PLAIN });
    for row in &mut none.table.rows {
        row.error = Some("it <b>broke</b>".to_owned());
    }
    none.series.rows.clear();
    let none = html(&none);
    check(&none);
    assert!(none.contains("There is no evidence"));
    assert!(none.contains("4 of 4 planned runs failed") && none.contains("it &lt;b&gt;broke"));
    let mut missing = outcome(PLAIN);
    missing.table.rows.truncate(40);
    let missing = html(&missing);
    check(&missing);
    assert!(missing.contains("Missing runs: 40 to 47."));
}

#[test]
fn hostile_and_long_names_do_no_harm() {
    let long = "x".repeat(120);
    let hostile = "<script>alert(\"1\")</script> & 'co'";
    for (scenario, other) in [
        (long.as_str(), long.as_str()),
        (hostile, "</svg><img src=x>"),
    ] {
        let page = html(&outcome(Make {
            scenario,
            controllers: &["none", other, "third", "fourth"],
            pairs: 4,
            ..PLAIN
        }));
        check(&page);
        assert!(!page.contains("<img"));
    }
}

#[test]
fn factors_have_their_main_effects() {
    let levels: Vec<String> = (0..30)
        .map(|k| format!("{}", f64::from(k) * 1.37))
        .collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    for levels in [&["1", "2", "3"][..], &["\"a\"", "[1, 2]"][..], &levels[..]] {
        let page = html(&outcome(Make {
            levels,
            pairs: 2,
            hours: 300,
            ..PLAIN
        }));
        check(&page);
        assert!(page.contains("id=\"factors\""));
    }
}
