//! `[PIPES]`, `[PUMPS]`, `[VALVES]` and `[STATUS]`.
//!
//! Energy of pumps and what controls do to links are read elsewhere.

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::problem::did_you_mean_or_known;
use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::network::Friction;
use crate::solvers::hydraulics::network::Link;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::ValveKind;
use crate::solvers::hydraulics::pump::PumpLaw;

const VALVE_TYPES: [&str; 7] = ["PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV"];
/// Loss of an open valve whose line gives a fixed status instead of a setting.
const NO_LOSS: f64 = 0.0;

/// Reads the links.
pub fn read(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Pipes) {
        if let Some((from, to)) = ends(reader, &line, "[PIPES]") {
            pipe(reader, &line, from, to);
        }
    }
    for line in reader.take(Section::Pumps) {
        if let Some((from, to)) = ends(reader, &line, "[PUMPS]") {
            pump(reader, &line, from, to);
        }
    }
    for line in reader.take(Section::Valves) {
        if let Some((from, to)) = ends(reader, &line, "[VALVES]") {
            valve(reader, &line, from, to);
        }
    }
    for line in reader.take(Section::Status) {
        status(reader, &line);
    }
}

/// Name and end nodes; a link with a fault in them keeps its name, so that its controls are not faulted too.
fn ends(reader: &mut Reader<'_>, line: &Line<'_>, section: &str) -> Option<(usize, usize)> {
    let name = line.words[0].text;
    if let Some(&first) = reader.links.index.get(name) {
        let message = format!(
            "link `{name}` is already on line {}",
            reader.links.line[first]
        );
        reader.fault(line, 0, &format!("{section} ID"), message, None);
        return None;
    }
    reader.links.add(name, line.number);
    let from = reader.node(line, 1, &format!("{section} Node1"));
    let to = reader.node(line, 2, &format!("{section} Node2"));
    if from.is_some() && from == to {
        reader.fault(
            line,
            2,
            &format!("{section} Node2"),
            "a link cannot end where it begins",
            None,
        );
    }
    // A stand-in keeps indices of links and their names together; the fault keeps it from being used.
    Some((from.unwrap_or(0), to.unwrap_or(0)))
}

fn pipe(reader: &mut Reader<'_>, line: &Line<'_>, from: usize, to: usize) {
    let length = reader.positive(line, 3, "[PIPES] Length").unwrap_or(1.0);
    let diameter = reader.positive(line, 4, "[PIPES] Diameter").unwrap_or(1.0);
    let roughness = reader.positive(line, 5, "[PIPES] Roughness").unwrap_or(1.0);
    let mut minor_loss = 0.0;
    let (mut open, mut check_valve) = (true, false);
    for word in 6..line.words.len().min(8) {
        if is(line.words.get(word), "CV") {
            check_valve = true;
        } else if is(line.words.get(word), "CLOSED") {
            open = false;
        } else if is(line.words.get(word), "OPEN") {
            open = true;
        } else {
            let field = "[PIPES] MinorLoss";
            minor_loss = reader.not_negative(line, word, field).unwrap_or(0.0);
        }
    }
    let units = reader.units;
    let roughness = match reader.network.friction {
        Friction::DarcyWeisbach => roughness * units.roughness_m(),
        _ => roughness,
    };
    reader.network.links.push(Link {
        from,
        to,
        kind: LinkKind::Pipe {
            length_m: length * units.length_m(),
            diameter_m: diameter * units.diameter_m(),
            roughness,
            minor_loss,
            check_valve,
        },
        open,
        setting: None,
    });
}

fn pump(reader: &mut Reader<'_>, line: &Line<'_>, from: usize, to: usize) {
    let units = reader.units;
    let (flow, length) = (units.flow_m3s(), units.length_m());
    let (mut law, mut given) = (None, false);
    let (mut speed, mut speed_pattern) = (1.0, None);
    let old_form = line
        .words
        .get(3)
        .is_some_and(|word| word.text.parse::<f64>().is_ok());
    if old_form {
        given = true;
        law = numbers(reader, line);
    }
    let mut word = 3;
    while !old_form && word < line.words.len() {
        let keyword = line.words.get(word);
        if is(keyword, "HEAD") {
            given = true;
            let points = reader.curve(line, word + 1, "[PUMPS] HEAD", (flow, length));
            law = points.and_then(|points| fitted(reader, line, word + 1, &points));
        } else if is(keyword, "POWE") {
            given = true;
            let power = reader.positive(line, word + 1, "[PUMPS] POWER");
            law = power.map(|power| PumpLaw::ConstantPower {
                power_kw: power * units.power_kw(),
            });
        } else if is(keyword, "SPEE") {
            speed = reader
                .not_negative(line, word + 1, "[PUMPS] SPEED")
                .unwrap_or(1.0);
        } else if is(keyword, "PATT") {
            speed_pattern = reader.pattern(line, word + 1, "[PUMPS] PATTERN");
        } else {
            let known = ["HEAD", "POWER", "SPEED", "PATTERN"];
            let text = keyword.map_or("", |word| word.text);
            let help = did_you_mean_or_known(&text.to_uppercase(), known);
            reader.fault(line, word, "[PUMPS]", "this property is not known", help);
        }
        word += 2;
    }
    if !given {
        let help = Some("give HEAD and a curve, or POWER".to_owned());
        reader.fault(
            line,
            0,
            "[PUMPS]",
            "this pump has neither curve nor power",
            help,
        );
    }
    reader.network.links.push(Link {
        from,
        to,
        kind: LinkKind::Pump {
            law: law.unwrap_or(PumpLaw::ConstantPower { power_kw: 1.0 }),
            speed_pattern,
            efficiency: None,
            price: None,
            price_pattern: None,
        },
        open: speed > 0.0,
        setting: Some(speed),
    });
}

/// The form of version 1: power, or head and flow of one point, or shut-off head and two points.
fn numbers(reader: &mut Reader<'_>, line: &Line<'_>) -> Option<PumpLaw> {
    let units = reader.units;
    let mut values = Vec::new();
    for word in 3..line.words.len().min(8) {
        values.push(reader.number(line, word, "[PUMPS]")?);
    }
    let (q, h) = (units.flow_m3s(), units.length_m());
    let points = match *values.as_slice() {
        [power] if power > 0.0 => {
            return Some(PumpLaw::ConstantPower {
                power_kw: power * units.power_kw(),
            });
        }
        [head, flow] => Curve {
            x: vec![flow * q],
            y: vec![head * h],
        },
        [h0, h1, q1, h2, q2] => Curve {
            x: vec![0.0, q1 * q, q2 * q],
            y: vec![h0 * h, h1 * h, h2 * h],
        },
        _ => Curve::default(),
    };
    fitted(reader, line, 3, &points)
}

fn fitted(
    reader: &mut Reader<'_>,
    line: &Line<'_>,
    word: usize,
    points: &Curve,
) -> Option<PumpLaw> {
    match PumpLaw::through(points) {
        Ok(law) => Some(law),
        Err(error) => {
            let help = Some("one point, three points from no flow on, or more".to_owned());
            reader.fault(line, word, "[PUMPS] HEAD", error.to_string(), help);
            None
        }
    }
}

fn valve(reader: &mut Reader<'_>, line: &Line<'_>, from: usize, to: usize) {
    let units = reader.units;
    let diameter = reader.positive(line, 3, "[VALVES] Diameter").unwrap_or(1.0);
    let minor_loss = if line.words.len() > 6 {
        reader
            .not_negative(line, 6, "[VALVES] MinorLoss")
            .unwrap_or(NO_LOSS)
    } else {
        NO_LOSS
    };
    let word = line.words.get(4);
    let kind = if is(word, "PRV") {
        ValveKind::PressureReducing
    } else if is(word, "PSV") {
        ValveKind::PressureSustaining
    } else if is(word, "PBV") {
        ValveKind::PressureBreaker
    } else if is(word, "FCV") {
        ValveKind::FlowControl
    } else if is(word, "TCV") {
        ValveKind::Throttle
    } else if is(word, "PCV") {
        let capacity = if line.words.len() > 7 {
            reader.curve(line, 7, "[VALVES] Curve", (1.0, 1.0))
        } else {
            None
        };
        ValveKind::Positional { capacity }
    } else if is(word, "GPV") {
        let axes = (units.flow_m3s(), units.length_m());
        let loss = reader
            .curve(line, 5, "[VALVES] Setting", axes)
            .unwrap_or_default();
        ValveKind::General { loss }
    } else {
        let text = word.map_or(String::new(), |word| word.text.to_uppercase());
        let help = did_you_mean_or_known(&text, VALVE_TYPES);
        reader.fault(
            line,
            4,
            "[VALVES] Type",
            "this type of valve is not known",
            help,
        );
        ValveKind::Throttle
    };
    let fixed = |word: &str| is(line.words.get(5), word);
    let (mut open, mut setting) = (true, None);
    if fixed("CLOSED") {
        open = false;
    } else if !fixed("OPEN") && !matches!(kind, ValveKind::General { .. }) {
        let value = reader.number(line, 5, "[VALVES] Setting").unwrap_or(0.0);
        setting = Some(value * setting_factor(reader, &kind));
    }
    reader.network.links.push(Link {
        from,
        to,
        kind: LinkKind::Valve {
            kind,
            diameter_m: diameter * units.diameter_m(),
            minor_loss,
        },
        open,
        setting,
    });
}

/// SI of one unit of a valve's setting.
pub fn setting_factor(reader: &Reader<'_>, kind: &ValveKind) -> f64 {
    match kind {
        ValveKind::PressureReducing
        | ValveKind::PressureSustaining
        | ValveKind::PressureBreaker => reader.units.pressure_m(),
        ValveKind::FlowControl => reader.units.flow_m3s(),
        ValveKind::Throttle | ValveKind::Positional { .. } | ValveKind::General { .. } => 1.0,
    }
}

fn status(reader: &mut Reader<'_>, line: &Line<'_>) {
    let Some(link) = reader.link(line, 0, "[STATUS] ID") else {
        return;
    };
    let open = is(line.words.get(1), "OPEN");
    let closed = is(line.words.get(1), "CLOSED");
    let value = if open || closed {
        None
    } else {
        let Some(value) = reader.not_negative(line, 1, "[STATUS] Status/Setting") else {
            return;
        };
        Some(value)
    };
    let Some(kind) = reader.network.links.get(link).map(|link| link.kind.clone()) else {
        return;
    };
    let factor = match &kind {
        LinkKind::Valve { kind, .. } => setting_factor(reader, kind),
        _ => 1.0,
    };
    let is_check = matches!(
        kind,
        LinkKind::Pipe {
            check_valve: true,
            ..
        }
    );
    let no_number = matches!(
        kind,
        LinkKind::Pipe { .. }
            | LinkKind::Valve {
                kind: ValveKind::General { .. },
                ..
            }
    );
    if is_check {
        let message = "a check valve opens and shuts by itself";
        reader.fault(line, 1, "[STATUS] Status/Setting", message, None);
        return;
    }
    if value.is_some() && no_number {
        let help = Some("OPEN or CLOSED".to_owned());
        reader.fault(
            line,
            1,
            "[STATUS] Status/Setting",
            "this link has no setting",
            help,
        );
        return;
    }
    let entry = &mut reader.network.links[link];
    match (&kind, value) {
        (LinkKind::Pump { .. }, Some(speed)) => {
            entry.open = speed > 0.0;
            entry.setting = Some(speed);
        }
        (LinkKind::Pump { .. }, None) => {
            entry.open = open;
            entry.setting = if open { Some(1.0) } else { Some(0.0) };
        }
        (_, Some(setting)) => {
            entry.open = true;
            entry.setting = Some(setting * factor);
        }
        (_, None) => {
            entry.open = open;
            if matches!(kind, LinkKind::Valve { .. }) {
                entry.setting = None;
            }
        }
    }
}
