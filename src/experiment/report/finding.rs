//! The finding in a sentence: what the comparison says of the headline metric, with its numbers and what speaks against
//! it; or, plainly, why there is nothing to say.

use crate::experiment::comparison::Apart;
use crate::experiment::comparison::CompareError;
use crate::experiment::comparison::Comparison;
use crate::experiment::comparison::Question;
use crate::experiment::comparison::compare;
use crate::experiment::comparison::effect::Effect;
use crate::experiment::comparison::effect::Finding;
use crate::experiment::report::evidence::Evidence;
use crate::experiment::report::evidence::short;
use crate::experiment::report::spread;
use crate::experiment::report::spread::capital;
use crate::results::metrics;
use crate::results::report::card::Card;
use crate::results::report::card::cards;
use crate::results::report::names;
use crate::results::report::prose::number;
use crate::results::report::prose::shown;
use crate::results::report::prose::warning;
use crate::results::report::prose::with_code;
use crate::results::story::words::list;
use maud::Markup;
use maud::html;

/// Most findings at the top; the table has all.
const MOST: usize = 4;
/// How much more a worst tenth must be than the baseline's to be told at the top: less is within the tables' rounding.
const WORSE_TAIL: f64 = 1.05;
/// Most warnings in sight.
const IN_SIGHT: usize = 3;

/// Compares what the plan is about, each setting by itself.
///
/// # Errors
/// [`CompareError`] if nothing pairs.
pub fn comparison(e: &Evidence<'_>) -> Result<Comparison, CompareError> {
    let metrics: Vec<String> = e.metrics().into_iter().map(str::to_owned).collect();
    let mut question = Question::new(&e.folder.plan.baseline, &metrics);
    if e.settings.len() > 1 {
        question.apart = vec![Apart::Scenario, Apart::City];
    }
    compare(&e.folder.table, &question)
}

/// What everyone should read.
#[must_use]
pub fn lead(e: &Evidence<'_>, found: &Result<Comparison, CompareError>) -> Markup {
    let plan = &e.folder.plan;
    let headline = e.metrics().first().copied();
    html! {
        @if !plan.description.is_empty() { p.asked { (plan.description) } }
        @if e.count() == 0 {
            p.finding { "There is no evidence: no run on a held-out seed ended at its horizon." }
        } @else if let Some(metric) = headline {
            @match found {
                Ok(found) => {
                    @let all: Vec<&Effect> = found.effects.iter().filter(|x| x.metric == metric).collect();
                    @for effect in all.iter().take(MOST) { p.finding { (with_code(&capital(&effect.sentence))) } }
                    @if all.len() > MOST { p { "Further comparisons are in the paired table." } }
                    (against(found, &all))
                    (warnings(e, found, &all))
                    @if let [one] = all.as_slice() { (numbers(e, one)) }
                }
                Err(problem) => p.finding { "No comparison: " (with_code(&problem.to_string())) ". What follows describes the runs, no more." },
            }
            @for s in 0..e.settings.len().min(MOST) { (spread::body(e, s, metric)) }
        } @else {
            p.finding { "The experiment names no metric that its runs have: there is no finding." }
        }
    }
}

/// What the headline hides: other metrics that got worse, and worst runs that did though the mean did not. Only where one
/// controller is compared, so that the sentence has one subject.
fn against(found: &Comparison, headline: &[&Effect]) -> Markup {
    let [one] = headline else {
        return html! {};
    };
    let lower = |e: &Effect| e.better == "lower";
    let others = || {
        let of_one = |x: &&Effect| x.controller == one.controller && x.metric != one.metric;
        found.effects.iter().filter(of_one)
    };
    let worse: Vec<String> = others()
        .filter(|x| {
            matches!(
                (x.finding, x.better),
                (Finding::Higher, "lower") | (Finding::Lower, "higher")
            )
        })
        .map(|x| names::metric(&x.metric))
        .collect();
    let tails: Vec<String> = others()
        .filter(|x| lower(x))
        .filter_map(|x| {
            let [baseline, controller] = x.cvar_90?;
            (controller > WORSE_TAIL * baseline).then(|| {
                format!(
                    "{} ({} against {})",
                    names::metric(&x.metric),
                    shown(controller),
                    shown(baseline)
                )
            })
        })
        .collect();
    html! {
        @if !worse.is_empty() || !tails.is_empty() {
            p { strong { "Against it. " }
                @if !worse.is_empty() { (capital(&list(&worse))) " got worse. " }
                @if !tails.is_empty() { "In the worst tenth of runs more than with " (short(&one.baseline)) ": " (list(&tails)) "." }
            }
        }
    }
}

/// What speaks against the findings, each thing once: the first few in sight, the others on demand.
fn warnings(e: &Evidence<'_>, found: &Comparison, effects: &[&Effect]) -> Markup {
    let mut all: Vec<String> = Vec::new();
    let missing = e.folder.missing().len();
    if missing > 0 {
        let planned = e.folder.plan.runs.len();
        all.push(format!("{missing} of {planned} planned runs are missing."));
    }
    let of_effects = effects.iter().flat_map(|effect| &effect.warnings);
    for w in found.warnings.iter().chain(of_effects) {
        let message = sentence(&w.message);
        if !all.contains(&message) {
            all.push(message);
        }
    }
    let (first, rest) = all.split_at(all.len().min(IN_SIGHT));
    html! {
        @for message in first { (warning(message)) }
        @if !rest.is_empty() {
            details { summary { (rest.len()) " more notes" }
                ul { @for message in rest { li { (with_code(message)) } } }
            }
        }
    }
}

/// With a capital and a full stop.
pub(super) fn sentence(message: &str) -> String {
    let message = message.trim_end_matches('.');
    format!("{}.", capital(message))
}

/// The numbers of one effect as cards.
fn numbers(e: &Evidence<'_>, effect: &Effect) -> Markup {
    let unit = names::metric_unit(&effect.metric).to_owned();
    let name = capital(&names::metric(&effect.metric));
    let definition = metrics::find(&effect.metric).map_or("", |m| m.definition);
    let [baseline, controller] = [&effect.baseline, &effect.controller].map(|c| {
        let at = e.controllers.iter().position(|x| x == c);
        at.map_or_else(|| c.clone(), |k| e.name(k))
    });
    let worst = |k: usize| {
        effect.cvar_90.map_or_else(String::new, |c| {
            format!("{} {unit} in the worst tenth of runs", shown(c[k]))
        })
    };
    let mean = |who: &str, value: Option<f64>, k: usize| Card {
        name: format!("{name}, {who}, mean"),
        value: number(value),
        unit: unit.clone(),
        note: worst(k),
        definition: if k == 0 {
            definition.to_owned()
        } else {
            String::new()
        },
    };
    let difference = Card {
        name: format!("Difference, {controller} less {baseline}"),
        value: number(effect.difference),
        unit: unit.clone(),
        note: effect.interval.map_or_else(
            || "no interval: too few pairs".to_owned(),
            |[low, high]| format!("95 % interval {} to {}", shown(low), shown(high)),
        ),
        ..Card::default()
    };
    let mut all = vec![
        mean(&baseline, effect.baseline_mean, 0),
        mean(&controller, effect.controller_mean, 1),
        difference,
    ];
    if let Some([better, worse]) = effect.better_and_worse() {
        all.push(Card {
            name: format!("Pairs in which {controller} is better"),
            value: format!("{better} of {}", effect.pairs),
            note: format!("worse in {worse}, the same in {}", effect.same),
            ..Card::default()
        });
    }
    cards(&all)
}
