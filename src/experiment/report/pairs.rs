//! The paired table: every metric, controller less baseline, with intervals, tests and sizes; and a picture of it.

use crate::experiment::comparison::CompareError;
use crate::experiment::comparison::Comparison;
use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::effect::Finding;
use crate::experiment::report::evidence::short;
use crate::experiment::report::finding::sentence;
use crate::experiment::report::frame::Frame;
use crate::experiment::report::frame::around;
use crate::experiment::report::frame::blank;
use crate::experiment::report::frame::fit;
use crate::experiment::report::frame::readable;
use crate::experiment::report::spread::capital;
use crate::results::charts::drawing::Align;
use crate::results::charts::drawing::Drawing;
use crate::results::charts::drawing::LABEL;
use crate::results::charts::drawing::TICK;
use crate::results::charts::palette::BLUE;
use crate::results::charts::palette::Color;
use crate::results::charts::palette::GREY;
use crate::results::charts::palette::INK;
use crate::results::charts::palette::VERMILION;
use crate::results::charts::palette::WHITE;
use crate::results::report::figure::Room;
use crate::results::report::figure::figure;
use crate::results::report::names;
use crate::results::report::prose::number;
use crate::results::report::prose::shown;
use crate::results::report::prose::with_code;
use crate::results::report::table::cell;
use crate::results::report::table::numbers;
use crate::results::report::table::table;
use crate::results::report::table::words;
use crate::results::story::words::whole;
use maud::Markup;
use maud::html;
use std::collections::BTreeSet;

/// Differences beyond this share of the baseline are drawn at the edge, with an arrow.
const FARTHEST_PCT: f64 = 200.0;

/// The section.
#[must_use]
pub fn body(found: &Result<Comparison, CompareError>) -> Markup {
    let found = match found {
        Ok(found) => found,
        Err(problem) => {
            return html! { p { "No pairs: " (with_code(&problem.to_string())) "." } p { (with_code(&sentence(&problem.help()))) } };
        }
    };
    let groups = groups(found);
    let all: BTreeSet<&str> = found
        .effects
        .iter()
        .flat_map(|e| e.warnings.iter().map(|w| w.message.as_str()))
        .collect();
    html! {
        p {
            "A pair is two runs equal in scenario, city, point and seed: both met the same weather, failures and noise. Differences are controller less baseline. "
            "Intervals are bootstrap intervals of the mean difference (" (shown(100.0 * found.confidence)) " %, " (whole(found.resamples as f64)) " resamples); p is Wilcoxon's signed-rank test after Holm's adjustment over all " (found.family) " tests of this table. A difference is claimed only where both agree."
        }
        @for group in &groups { (one(group)) }
        @if !all.is_empty() {
            details { summary { "What speaks against single rows (" (all.len()) ")" }
                ul { @for message in all { li { (with_code(&sentence(message))) } } }
            }
        }
    }
}

/// Effects of one stratum and controller.
fn groups(found: &Comparison) -> Vec<Vec<&Effect>> {
    let mut groups: Vec<Vec<&Effect>> = Vec::new();
    for effect in &found.effects {
        match groups.last_mut() {
            Some(group)
                if group.first().is_some_and(|f| {
                    f.stratum == effect.stratum && f.controller == effect.controller
                }) =>
            {
                group.push(effect);
            }
            _ => groups.push(vec![effect]),
        }
    }
    groups
}

fn one(group: &[&Effect]) -> Markup {
    let Some(first) = group.first() else {
        return html! {};
    };
    let (controller, baseline) = (short(&first.controller), short(&first.baseline));
    let place = if first.stratum.is_empty() {
        String::new()
    } else {
        format!("{}: ", capital(&first.stratum))
    };
    let count = |v: Verdict| group.iter().filter(|e| verdict(e) == v).count();
    let title = format!(
        "{place}{controller} against {baseline}: better in {} of {} metrics, worse in {}, no difference found in {}",
        count(Verdict::Better),
        group.len(),
        count(Verdict::Worse),
        group.len() - count(Verdict::Better) - count(Verdict::Worse) - count(Verdict::Differs),
    );
    let note = "Mean difference in per cent of the baseline's mean, with its interval. A metric without one here has a baseline of zero.";
    let drawn: Vec<&Effect> = group
        .iter()
        .filter(|e| e.relative.is_some())
        .copied()
        .collect();
    let head = format!("{controller} less {baseline}");
    let heads = [
        // The verdict stands where a phone still shows it.
        words("Metric"),
        numbers(&head, "mean, 95 % interval"),
        words("Verdict"),
        numbers(&baseline, "mean"),
        numbers(&controller, "mean"),
        numbers("Pairs", "better / same / worse"),
        numbers("Worst tenth", &format!("{baseline} over {controller}")),
        numbers("Effect", "dz"),
        numbers("p", "Holm"),
    ];
    let rows: Vec<Vec<Markup>> = group.iter().map(|e| row(e)).collect();
    let sentences: Vec<String> = group.iter().map(|e| capital(&e.sentence)).collect();
    html! {
        @if !drawn.is_empty() { (figure(&title, note, &|room| draw(&drawn, room))) }
        (table(&format!("{place}{controller} against {baseline}, {} pairs", first.pairs), &heads, &rows))
        details { summary { "The same in sentences" } ul { @for s in sentences { li { (with_code(&s)) } } } }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Better,
    Worse,
    Differs,
    Open,
}

fn verdict(e: &Effect) -> Verdict {
    match (e.finding, e.better) {
        (Finding::Lower, "lower") | (Finding::Higher, "higher") => Verdict::Better,
        (Finding::Lower, "higher") | (Finding::Higher, "lower") => Verdict::Worse,
        (Finding::Lower | Finding::Higher, _) => Verdict::Differs,
        _ => Verdict::Open,
    }
}

fn in_words(e: &Effect) -> &'static str {
    match (verdict(e), e.finding) {
        (Verdict::Better, _) => "better",
        (Verdict::Worse, _) => "worse",
        (Verdict::Differs, Finding::Lower) => "lower",
        (Verdict::Differs, _) => "higher",
        (Verdict::Open, Finding::AllSame) => "the same",
        (Verdict::Open, Finding::TooFew) if e.same > 0 => "too few differ",
        (Verdict::Open, Finding::TooFew) => "too few pairs",
        (Verdict::Open, _) => "no difference found",
    }
}

fn paint(e: &Effect) -> Color {
    match verdict(e) {
        Verdict::Better => BLUE,
        Verdict::Worse => VERMILION,
        Verdict::Differs => INK,
        Verdict::Open => GREY,
    }
}

fn row(e: &Effect) -> Vec<Markup> {
    let unit = names::metric_unit(&e.metric);
    let pairs = match e.better_and_worse() {
        Some([better, worse]) => format!("{better} / {} / {worse}", e.same),
        None => format!("{} lower, {} higher", e.lower, e.higher),
    };
    let p = e.adjusted_p.map_or_else(
        || "–".to_owned(),
        |p| {
            if p < 0.001 {
                "< 0.001".to_owned()
            } else {
                format!("{p:.3}")
            }
        },
    );
    vec![
        html! { (capital(&names::metric(&e.metric))) @if !unit.is_empty() { span.sub { (unit) } } },
        html! {
            (number(e.difference))
            @if let Some([low, high]) = e.interval { span.sub { (shown(low)) " to " (shown(high)) } }
        },
        html! { span.key style=(css(paint(e))) {} (in_words(e)) },
        cell(&number(e.baseline_mean)),
        cell(&number(e.controller_mean)),
        cell(&pairs),
        html! {
            @if let Some([baseline, controller]) = e.cvar_90 {
                (shown(baseline)) span.sub { (shown(controller)) }
            } @else { "–" }
        },
        cell(&number(e.hedges_dz)),
        cell(&p),
    ]
}

fn css(Color(r, g, b, _): Color) -> String {
    format!("background:#{r:02x}{g:02x}{b:02x}")
}

/// A whole number with its sign and its thousands apart.
fn signed_whole(x: f64) -> String {
    let sign = if x < 0.0 { "−" } else { "+" };
    format!("{sign}{}", whole(x.abs()))
}

fn draw(group: &[&Effect], room: Room) -> Drawing {
    let phone = room.is_phone();
    let each = if phone { 44.0 } else { 30.0 };
    let bottom = 6.0 + each * group.len() as f64;
    let mut page = blank(room, bottom + 46.0);
    let pct = |x: f64| (100.0 * x).clamp(-FARTHEST_PCT, FARTHEST_PCT);
    let ends = group.iter().flat_map(|e| {
        let [low, high] = e
            .relative_interval
            .unwrap_or([e.relative.unwrap_or(0.0); 2]);
        [pct(low), pct(high)]
    });
    let widest = |text: fn(&Effect) -> String| {
        group
            .iter()
            .map(|e| LABEL.width(&text(e)))
            .fold(0.0, f64::max)
    };
    let name = |e: &Effect| capital(&names::metric(&e.metric));
    let left = if phone {
        4.0
    } else {
        widest(|e| capital(&names::metric(&e.metric))).min(300.0) + 14.0
    };
    let right = if phone {
        room.width() - 8.0
    } else {
        room.width() - widest(|e| in_words(e).to_owned()) - 18.0
    };
    let frame = Frame {
        left,
        top: 6.0,
        right,
        bottom,
        x: around(ends, true),
        y: [0.0, 1.0],
    };
    frame.values_across(&mut page, "Difference, % of the baseline's mean");
    let zero = frame.x(0.0);
    page.line(vec![(zero, frame.top), (zero, bottom)], INK, 1.2);
    for (k, e) in group.iter().enumerate() {
        let top = frame.top + each * k as f64;
        let y = if phone { top + 31.0 } else { top + each / 2.0 };
        let color = paint(e);
        let verdict = in_words(e);
        if phone {
            let room_for_name = room.width() - LABEL.width(verdict) - 16.0;
            page.text(
                (left, top + 17.0),
                &fit(&name(e), LABEL, room_for_name),
                LABEL,
                Align::Left,
            );
            let from = right - TICK.width(verdict) - 3.0;
            page.rect((from, top + 5.0), (right + 2.0, top + 21.0), WHITE);
            page.text(
                (right, top + 17.0),
                verdict,
                TICK.color(readable(color)),
                Align::Right,
            );
        } else {
            page.text(
                (left - 12.0, y + 4.7),
                &fit(&name(e), LABEL, left - 14.0),
                LABEL,
                Align::Right,
            );
            page.text(
                (right + 10.0, y + 4.7),
                verdict,
                LABEL.color(readable(color)),
                Align::Left,
            );
        }
        let Some(middle) = e.relative else {
            continue;
        };
        if let Some([low, high]) = e.relative_interval {
            let (a, b) = (frame.x(pct(low)), frame.x(pct(high)));
            page.line(vec![(a, y), (b, y)], color, 2.4);
            for (x, value, way) in [(a, low, -1.0), (b, high, 1.0)] {
                if (100.0 * value).abs() > FARTHEST_PCT {
                    let tip = x + way * 6.0;
                    page.fill(vec![(tip, y), (x, y - 5.0), (x, y + 5.0)], color);
                }
            }
        }
        let at = frame.x(pct(middle));
        if (100.0 * middle).abs() <= FARTHEST_PCT {
            page.disc((at, y), 5.0, color);
            continue;
        }
        // Off the scale: an arrow with its number, never a dot where the value is not.
        let way = middle.signum();
        page.fill(
            vec![
                (at + way * 7.0, y),
                (at - way * 4.0, y - 6.0),
                (at - way * 4.0, y + 6.0),
            ],
            color,
        );
        let value = format!("{} %", signed_whole(100.0 * middle));
        let align = if way > 0.0 { Align::Right } else { Align::Left };
        page.text(
            (at - way * 9.0, y + 4.5),
            &value,
            TICK.color(readable(color)),
            align,
        );
    }
    page
}
