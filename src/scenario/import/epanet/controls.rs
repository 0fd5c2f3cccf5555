//! `[CONTROLS]`: one condition, one action.

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::links::setting_factor;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::import::epanet::times::time;
use crate::solvers::hydraulics::control::Action;
use crate::solvers::hydraulics::control::Control;
use crate::solvers::hydraulics::control::When;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::rule::can_act;
use crate::solvers::hydraulics::times::DAY_S;

const FIELD: &str = "[CONTROLS]";
const FORM: &str =
    "write LINK x OPEN|CLOSED|value IF NODE y ABOVE|BELOW z, or AT TIME t, or AT CLOCKTIME t AM|PM";

/// Reads the section.
pub fn read(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Controls) {
        if line
            .words
            .last()
            .is_some_and(|word| word.text.eq_ignore_ascii_case("DISABLED"))
        {
            continue;
        }
        let Some(link) = reader.link(&line, 1, FIELD) else {
            continue;
        };
        let action = action(reader, &line, 2, link);
        let when = when(reader, &line);
        if let (Some(action), Some(when)) = (action, when) {
            reader.plan.controls.push(Control { link, action, when });
        }
    }
}

/// The action on a link that a word asks for, in SI; faulted when the link cannot take it.
pub fn action(
    reader: &mut Reader<'_>,
    line: &Line<'_>,
    word: usize,
    link: usize,
) -> Option<Action> {
    let action = if is(line.words.get(word), "OPEN") {
        Action::Open
    } else if is(line.words.get(word), "CLOSED") {
        Action::Close
    } else {
        Action::Set(reader.number(line, word, FIELD)?)
    };
    let kind = reader
        .network
        .links
        .get(link)
        .map(|link| link.kind.clone())?;
    if !can_act(&kind, action) {
        let message = match kind {
            LinkKind::Pipe { .. } => "a check valve cannot be controlled",
            _ => "a general purpose valve has no setting",
        };
        reader.fault(line, word, FIELD, message, None);
        return None;
    }
    Some(match (action, &kind) {
        (Action::Set(value), LinkKind::Valve { kind, .. }) => {
            Action::Set(value * setting_factor(reader, kind))
        }
        (Action::Set(value), LinkKind::Pump { .. }) if value < 0.0 => {
            reader.fault(line, word, FIELD, "a speed cannot be negative", None);
            return None;
        }
        (action, _) => action,
    })
}

fn when(reader: &mut Reader<'_>, line: &Line<'_>) -> Option<When> {
    let kind = line.words.get(4);
    if is(kind, "TIME") {
        return time(reader, line, 5, "[CONTROLS] AT TIME").map(When::Time);
    }
    if is(kind, "CLOC") {
        let clock = time(reader, line, 5, "[CONTROLS] AT CLOCKTIME")?;
        return Some(When::Clock(clock.rem_euclid(DAY_S)));
    }
    let is_node = ["NODE", "JUNC", "TANK", "RESE"]
        .iter()
        .any(|word| is(kind, word));
    if !is_node {
        let help = Some(FORM.to_owned());
        reader.fault(line, 4, FIELD, "this condition is not understood", help);
        return None;
    }
    let node = reader.node(line, 5, FIELD)?;
    let value = reader.number(line, 7, FIELD)?;
    let unit = if reader.network.nodes[node].is_junction() {
        reader.units.pressure_m()
    } else {
        reader.units.length_m()
    };
    let level_m = value * unit;
    if is(line.words.get(6), "ABOV") {
        Some(When::Above { node, level_m })
    } else if is(line.words.get(6), "BELO") {
        Some(When::Below { node, level_m })
    } else {
        let help = Some("ABOVE or BELOW".to_owned());
        reader.fault(line, 6, FIELD, "this comparison is not known", help);
        None
    }
}
