//! What people did: the control room's commands by kind with an example, and the crews' work.

use crate::engine::record::DecisionRow;
use crate::results::calendar::stamp;
use crate::results::metrics::find;
use crate::results::outcome::RunOutcome;
use crate::results::story::words::amount;
use crate::results::story::words::count;
use crate::results::story::words::list;
use crate::results::story::words::thing;

/// Kinds of commands by table and quantity of the point: what one and many of them are called.
const KINDS: [(&str, &str, &str, &str); 8] = [
    (
        "feeder",
        "closed",
        "switching of a feeder",
        "switchings of feeders",
    ),
    (
        "line",
        "closed",
        "switching of a line",
        "switchings of lines",
    ),
    (
        "transformer",
        "closed",
        "switching of a transformer",
        "switchings of transformers",
    ),
    (
        "plant",
        "p_set_mw",
        "power setting of a plant",
        "power settings of plants",
    ),
    (
        "battery",
        "p_set_mw",
        "power setting of a battery",
        "power settings of batteries",
    ),
    (
        "plant",
        "v_set_pu",
        "voltage setting of a plant",
        "voltage settings of plants",
    ),
    (
        "transformer",
        "v_set_pu",
        "voltage setting of a transformer",
        "voltage settings of transformers",
    ),
    ("", "", "other command", "other commands"),
];

/// The row of [`KINDS`] that a point belongs to.
fn kind_of(path: &str) -> usize {
    let mut parts = path.rsplit('/');
    let quantity = parts.next().unwrap_or("");
    let table = parts.nth(1).unwrap_or("");
    KINDS
        .iter()
        .position(|(t, q, _, _)| *t == table && *q == quantity)
        .unwrap_or(KINDS.len() - 1)
}

/// What a command did, in words: `opened feeder F028`, `set plant CC1 to 120 MW`.
fn action(o: &RunOutcome, d: &DecisionRow) -> String {
    let spec = o.points.spec(d.point);
    let (owner, quantity) = spec.path.rsplit_once('/').unwrap_or(("", &spec.path));
    let what = thing(o, owner);
    if quantity == "closed" {
        let verb = if d.applied > 0.5 { "closed" } else { "opened" };
        return format!("{verb} {what}");
    }
    let value = if spec.unit == "pu" {
        format!("{:.3}", d.applied)
    } else {
        amount(d.applied)
    };
    format!("set {what} to {value} {}", spec.unit)
}

/// How many commands of which kinds, with an example and its reason.
#[must_use]
pub fn control_room(o: &RunOutcome) -> Option<String> {
    let decisions = &o.record.decisions;
    if decisions.is_empty() {
        return o.has_layer("grid").then(|| {
            "Nobody gave a command: protection and schedules ran the grid alone.".to_owned()
        });
    }
    let mut by_kind = [0u32; KINDS.len()];
    for d in decisions {
        by_kind[kind_of(&o.points.spec(d.point).path)] += 1;
    }
    let kinds: Vec<String> = KINDS
        .iter()
        .zip(by_kind)
        .filter(|(_, n)| *n > 0)
        .map(|((_, _, one, many), n)| count(f64::from(n), one, many))
        .collect();
    let total = count(decisions.len() as f64, "command", "commands");
    let refused = decisions.iter().filter(|d| d.outcome == "refused").count();
    let refused = if refused > 0 {
        format!(", {refused} of them refused")
    } else {
        String::new()
    };
    let of = if kinds.len() == 1 && decisions.len() == 1 {
        String::new()
    } else {
        format!(": {}", list(&kinds))
    };
    let mut line = format!(
        "The control room ({}) gave {total}{refused}{of}.",
        o.plan.controller
    );
    if let Some(d) = example(o) {
        line += &format!(
            " For example, on {} it {}, with the reason \"{}\".",
            stamp(o.plan.start, d.t_s),
            action(o, d),
            d.reason.trim_end_matches('.')
        );
    }
    Some(line)
}

/// The most telling command that was carried out: the first of the kind that stands highest in [`KINDS`].
fn example(o: &RunOutcome) -> Option<&DecisionRow> {
    let done = |d: &&DecisionRow| d.outcome != "refused" && !d.reason.is_empty();
    let kind = |d: &DecisionRow| kind_of(&o.points.spec(d.point).path);
    let best = o.record.decisions.iter().filter(done).map(kind).min()?;
    o.record
        .decisions
        .iter()
        .filter(done)
        .find(|d| kind(d) == best)
}

/// Jobs and hours of the crews.
#[must_use]
pub fn crews(o: &RunOutcome) -> Option<String> {
    let value = |key: &str| find(key).and_then(|m| (m.compute)(o));
    if !o.has_layer("maintenance") {
        return None;
    }
    let jobs = value("work_orders")?;
    if jobs < 0.5 {
        return None;
    }
    let hours = value("crew_hours").filter(|h| *h > 0.0);
    let hours = hours.map_or_else(String::new, |h| format!(", {} crew hours", amount(h)));
    Some(format!(
        "Field crews took on {}{hours}.",
        count(jobs, "job", "jobs")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn one_command_is_told_with_its_reason() {
        assert_eq!(
            control_room(&small::outcome()).unwrap(),
            "The control room (rules) gave 1 command. For example, on Mon 12 Jul 01:05 it closed line L1, with the \
             reason \"restore district A, 400 customers\"."
        );
        assert_eq!(
            crews(&small::outcome()).unwrap(),
            "Field crews took on 1 job, 3 crew hours."
        );
    }

    #[test]
    fn kinds_follow_table_and_quantity() {
        assert_eq!(
            KINDS[kind_of("grid/battery/BAT1/p_set_mw")].2,
            "power setting of a battery"
        );
        assert_eq!(KINDS[kind_of("water/pump/P1/speed")].2, "other command");
    }
}
