//! `[RULES]`: RULE, IF, AND, OR, THEN, ELSE, PRIORITY.
//!
//! How they act is in [`crate::solvers::hydraulics::rule`].

use crate::scenario::import::epanet::controls::action;
use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::links::setting_factor;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::import::epanet::times::time;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::rule::Clause;
use crate::solvers::hydraulics::rule::Condition;
use crate::solvers::hydraulics::rule::Premise;
use crate::solvers::hydraulics::rule::Quantity;
use crate::solvers::hydraulics::rule::Relation;
use crate::solvers::hydraulics::rule::Rule;
use crate::solvers::hydraulics::rule::RuleAction;

const FIELD: &str = "[RULES]";
/// Values closer than this in the file's units are equal, as in EPANET.
const TOLERANCE: f64 = 1e-3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Nothing,
    If,
    Then,
    Else,
}

/// Reads the section.
pub fn read(reader: &mut Reader<'_>) {
    let mut part = Part::Nothing;
    let mut rule: Option<Rule> = None;
    for line in reader.take(Section::Rules) {
        let first = line.words.first();
        if is(first, "RULE") {
            reader.plan.rules.extend(rule.take());
            rule = Some(Rule::default());
            part = Part::Nothing;
            continue;
        }
        let Some(now) = rule.as_mut() else {
            reader.fault(
                &line,
                0,
                FIELD,
                "a rule begins with RULE and its name",
                None,
            );
            continue;
        };
        if is(first, "IF") && part == Part::Nothing {
            part = Part::If;
            premise(reader, &line, false, now);
        } else if is(first, "OR") && part == Part::If {
            premise(reader, &line, true, now);
        } else if is(first, "AND") && part == Part::If {
            premise(reader, &line, false, now);
        } else if is(first, "THEN") && part == Part::If {
            part = Part::Then;
            now.then.extend(act(reader, &line));
        } else if is(first, "ELSE") && part == Part::Then {
            part = Part::Else;
            now.otherwise.extend(act(reader, &line));
        } else if is(first, "AND") && part == Part::Then {
            now.then.extend(act(reader, &line));
        } else if is(first, "AND") && part == Part::Else {
            now.otherwise.extend(act(reader, &line));
        } else if is(first, "PRIO") && matches!(part, Part::Then | Part::Else) {
            now.priority = reader.number(&line, 1, "PRIORITY").unwrap_or(0.0);
        } else {
            let known = ["IF", "AND", "OR", "THEN", "ELSE", "PRIORITY", "RULE"];
            let text = first.map_or("", |word| word.text).to_uppercase();
            let (message, help) = if known.contains(&text.as_str()) {
                let order = "order: RULE, IF, AND or OR, THEN, AND, ELSE, AND, PRIORITY".to_owned();
                ("this part of a rule is out of place", Some(order))
            } else {
                (
                    "this part of a rule is not known",
                    did_you_mean_or_known(&text, known),
                )
            };
            reader.fault(&line, 0, FIELD, message, help);
        }
    }
    reader.plan.rules.extend(rule);
}

fn act(reader: &mut Reader<'_>, line: &Line<'_>) -> Option<RuleAction> {
    let link = reader.link(line, 2, FIELD)?;
    let last = line.words.len() - 1;
    if last < 5 {
        let help = Some("write THEN LINK x STATUS IS OPEN, or SETTING IS value".to_owned());
        reader.fault(line, last, FIELD, "this action is not complete", help);
        return None;
    }
    let action = action(reader, line, 5, link)?;
    Some(RuleAction { link, action })
}

fn premise(reader: &mut Reader<'_>, line: &Line<'_>, or: bool, rule: &mut Rule) {
    if let Some(clause) = clause(reader, line) {
        rule.premises.push(Premise { or, clause });
    }
}

fn clause(reader: &mut Reader<'_>, line: &Line<'_>) -> Option<Clause> {
    let object = line.words.get(1);
    let system = is(object, "SYST");
    let (variable, operator, value) = if system { (2, 3, 4) } else { (3, 4, 5) };
    let is_link = ["LINK", "PIPE", "PUMP", "VALV"]
        .iter()
        .any(|word| is(object, word));
    let is_node = ["NODE", "JUNC", "RESE", "TANK"]
        .iter()
        .any(|word| is(object, word));
    if !(system || is_link || is_node) {
        let known = [
            "SYSTEM",
            "NODE",
            "JUNCTION",
            "TANK",
            "RESERVOIR",
            "LINK",
            "PIPE",
            "PUMP",
            "VALVE",
        ];
        let text = object.map_or("", |word| word.text).to_uppercase();
        let help = did_you_mean_or_known(&text, known);
        reader.fault(line, 1, FIELD, "this object is not known", help);
        return None;
    }
    let relation = relation(reader, line, operator)?;
    let link = if is_link {
        Some(reader.link(line, 2, FIELD)?)
    } else {
        None
    };
    let word = line.words.get(value);
    let asked = [
        ("OPEN", Condition::Open),
        ("CLOSED", Condition::Closed),
        ("ACTIVE", Condition::Active),
    ]
    .into_iter()
    .find(|(keyword, _)| is(word, keyword));
    if let (Some(link), Some((_, is))) = (link, asked) {
        return match relation {
            Relation::Equal | Relation::NotEqual => Some(Clause::Link {
                link,
                is,
                negated: relation == Relation::NotEqual,
            }),
            _ => {
                let help = Some("IS or NOT".to_owned());
                reader.fault(
                    line,
                    operator,
                    FIELD,
                    "a status can only be or not be",
                    help,
                );
                None
            }
        };
    }
    let (quantity, unit) = quantity(reader, line, variable, link, system)?;
    let (value, tolerance) = match quantity {
        Quantity::Time | Quantity::Clock => (time(reader, line, value, FIELD)?, 0.0),
        _ => (reader.number(line, value, FIELD)? * unit, TOLERANCE * unit),
    };
    Some(Clause::Value {
        quantity,
        relation,
        value,
        tolerance,
    })
}

/// What a word looks at, with SI of one of its units.
fn quantity(
    reader: &mut Reader<'_>,
    line: &Line<'_>,
    word: usize,
    link: Option<usize>,
    system: bool,
) -> Option<(Quantity, f64)> {
    let name = line.words.get(word);
    let units = reader.units;
    let found = if system {
        [
            ("DEMA", Quantity::SystemDemand, units.flow_m3s()),
            ("TIME", Quantity::Time, 1.0),
            ("CLOC", Quantity::Clock, 1.0),
        ]
        .into_iter()
        .find(|(keyword, _, _)| is(name, keyword))
    } else if let Some(link) = link {
        let setting = match reader.network.links.get(link).map(|link| &link.kind) {
            Some(LinkKind::Valve { kind, .. }) => setting_factor(reader, kind),
            _ => 1.0,
        };
        [
            ("FLOW", Quantity::Flow(link), units.flow_m3s()),
            ("SETT", Quantity::Setting(link), setting),
        ]
        .into_iter()
        .find(|(keyword, _, _)| is(name, keyword))
    } else {
        let node = reader.node(line, 2, FIELD)?;
        let is_tank = matches!(reader.network.nodes[node].kind, NodeKind::Tank(_));
        let mut known = vec![
            ("DEMA", Quantity::Demand(node), units.flow_m3s()),
            ("HEAD", Quantity::Head(node), units.length_m()),
            ("GRAD", Quantity::Head(node), units.length_m()),
            ("LEVE", Quantity::Pressure(node), units.length_m()),
            ("PRES", Quantity::Pressure(node), units.pressure_m()),
        ];
        if is_tank {
            known.push(("FILL", Quantity::FillTime(node), 3600.0));
            known.push(("DRAI", Quantity::DrainTime(node), 3600.0));
        }
        known.into_iter().find(|(keyword, _, _)| is(name, keyword))
    };
    if found.is_none() {
        let known: &[&str] = match (system, link.is_some()) {
            (true, _) => &["DEMAND", "TIME", "CLOCKTIME"],
            (_, true) => &["FLOW", "STATUS", "SETTING"],
            _ => &[
                "DEMAND",
                "HEAD",
                "LEVEL",
                "PRESSURE",
                "FILLTIME",
                "DRAINTIME",
            ],
        };
        let text = name.map_or("", |word| word.text).to_uppercase();
        let help = did_you_mean_or_known(&text, known.iter().copied());
        reader.fault(line, word, FIELD, "this variable is not known here", help);
    }
    found.map(|(_, quantity, unit)| (quantity, unit))
}

fn relation(reader: &mut Reader<'_>, line: &Line<'_>, word: usize) -> Option<Relation> {
    let known = [
        ("=", Relation::Equal),
        ("IS", Relation::Equal),
        ("<>", Relation::NotEqual),
        ("NOT", Relation::NotEqual),
        ("<=", Relation::AtMost),
        (">=", Relation::AtLeast),
        ("<", Relation::Less),
        ("BELOW", Relation::Less),
        (">", Relation::Greater),
        ("ABOVE", Relation::Greater),
    ];
    let text = line
        .words
        .get(word)
        .map_or("", |word| word.text)
        .to_uppercase();
    let found = known
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, relation)| *relation);
    if found.is_none() {
        let help = Some("known: =, <>, <, <=, >, >=, IS, NOT, BELOW, ABOVE".to_owned());
        reader.fault(line, word, FIELD, "this comparison is not known", help);
    }
    found
}
