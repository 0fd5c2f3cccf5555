//! `[JUNCTIONS]`, `[RESERVOIRS]`, `[TANKS]`, `[DEMANDS]` and `[EMITTERS]`.
//!
//! Whether nodes are connected is looked at elsewhere.

use std::collections::BTreeSet;
use std::f64::consts::PI;

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::scenario::import::epanet::tables::read_coordinates;
use crate::solvers::hydraulics::curve::Curve;
use crate::solvers::hydraulics::network::Demand;
use crate::solvers::hydraulics::network::Node;
use crate::solvers::hydraulics::network::NodeKind;
use crate::solvers::hydraulics::network::Outlet;
use crate::solvers::hydraulics::tank::Tank;

/// Reads the nodes.
pub fn read(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Junctions) {
        if !named(reader, &line, "[JUNCTIONS] ID") {
            continue;
        }
        let elevation = reader.number_or(&line, 1, "[JUNCTIONS] Elev", 0.0);
        let base = reader.number_or(&line, 2, "[JUNCTIONS] Demand", 0.0);
        let pattern = reader.pattern_if_any(&line, 3, "[JUNCTIONS] Pattern");
        let base_m3s = base * reader.units.flow_m3s();
        let elevation_m = elevation * reader.units.length_m();
        let demands = vec![Demand { base_m3s, pattern }];
        push(reader, elevation_m, NodeKind::Junction { demands });
    }
    for line in reader.take(Section::Reservoirs) {
        if !named(reader, &line, "[RESERVOIRS] ID") {
            continue;
        }
        let head = reader.number(&line, 1, "[RESERVOIRS] Head").unwrap_or(0.0);
        let pattern = reader.pattern_if_any(&line, 2, "[RESERVOIRS] Pattern");
        let elevation_m = head * reader.units.length_m();
        push(reader, elevation_m, NodeKind::Reservoir { pattern });
    }
    for line in reader.take(Section::Tanks) {
        if !named(reader, &line, "[TANKS] ID") {
            continue;
        }
        let elevation = reader.number(&line, 1, "[TANKS] Elevation").unwrap_or(0.0);
        let elevation_m = elevation * reader.units.length_m();
        // Files of version 1 list reservoirs here.
        let kind = if line.words.len() <= 3 {
            let pattern = reader.pattern_if_any(&line, 2, "[TANKS] Pattern");
            NodeKind::Reservoir { pattern }
        } else {
            NodeKind::Tank(tank(reader, &line))
        };
        push(reader, elevation_m, kind);
    }
    read_coordinates(reader);
}

fn named(reader: &mut Reader<'_>, line: &Line<'_>, field: &str) -> bool {
    let name = line.words[0].text;
    if reader.nodes.add(name, line.number).is_some() {
        return true;
    }
    let first = reader.nodes.index[name];
    let message = format!(
        "node `{name}` is already on line {}",
        reader.nodes.line[first]
    );
    reader.fault(line, 0, field, message, None);
    false
}

fn push(reader: &mut Reader<'_>, elevation_m: f64, kind: NodeKind) {
    reader.network.nodes.push(Node { elevation_m, kind });
}

fn tank(reader: &mut Reader<'_>, line: &Line<'_>) -> Tank {
    let length = reader.units.length_m();
    let level = |reader: &mut Reader<'_>, word, field| {
        reader.number(line, word, field).unwrap_or(0.0) * length
    };
    let initial_level_m = level(reader, 2, "[TANKS] InitLevel");
    let min_level_m = level(reader, 3, "[TANKS] MinLevel");
    let max_level_m = level(reader, 4, "[TANKS] MaxLevel");
    let diameter_m = reader
        .not_negative(line, 5, "[TANKS] Diameter")
        .unwrap_or(0.0)
        * length;
    let min_volume = reader.number_or(line, 6, "[TANKS] MinVol", 0.0);
    let has_curve = line
        .words
        .get(7)
        .is_some_and(|word| !matches!(word.text, "" | "*"));
    let axes = (length, reader.units.volume_m3());
    let volume: Option<Curve> = if has_curve {
        reader.curve(line, 7, "[TANKS] VolCurve", axes)
    } else {
        None
    };
    let slack = 1e-9 * (max_level_m.abs() + 1.0);
    if !(min_level_m - slack..=max_level_m + slack).contains(&initial_level_m) {
        let message = "the initial level is not between the lowest and the highest".to_owned();
        reader.fault(line, 2, "[TANKS] InitLevel", message, None);
    }
    let mut area_m2 = PI * diameter_m * diameter_m / 4.0;
    if let Some(curve) = &volume {
        let (first, last) = (curve.x.first().copied(), curve.x.last().copied());
        let covers = first.is_some_and(|x| x <= min_level_m + slack)
            && last.is_some_and(|x| x >= max_level_m - slack);
        if !covers || curve.y.windows(2).any(|pair| pair[1] <= pair[0]) {
            let message = "the volume curve must rise and cover all levels of the tank";
            reader.fault(line, 7, "[TANKS] VolCurve", message, None);
        } else if let (Some(x0), Some(x1), Some(y0), Some(y1)) =
            (first, last, curve.y.first(), curve.y.last())
            && x1 > x0
        {
            area_m2 = (y1 - y0) / (x1 - x0);
        }
    } else if area_m2 <= 0.0 && !has_curve {
        reader.fault(
            line,
            5,
            "[TANKS] Diameter",
            "a tank without volume curve needs a diameter",
            None,
        );
    }
    Tank {
        initial_level_m,
        min_level_m,
        max_level_m,
        area_m2: area_m2.max(f64::MIN_POSITIVE),
        min_volume_m3: min_volume * reader.units.volume_m3(),
        volume,
        can_overflow: is(line.words.get(8), "YES"),
    }
}

/// Reads demand categories, which replace a junction's own demand, and emitters; then the default pattern is given to
/// demands without one.
pub fn read_demands(reader: &mut Reader<'_>) {
    let mut replaced = BTreeSet::new();
    for line in reader.take(Section::Demands) {
        if is(line.words.first(), "MULT") {
            let factor = reader.not_negative(&line, 1, "[DEMANDS] MULTIPLY");
            reader.network.demand_multiplier = factor.unwrap_or(1.0);
            continue;
        }
        let node = reader.node(&line, 0, "[DEMANDS] Junction");
        let base = reader.number(&line, 1, "[DEMANDS] Demand");
        let pattern = reader.pattern_if_any(&line, 2, "[DEMANDS] Pattern");
        let (Some(node), Some(base)) = (node, base) else {
            continue;
        };
        let base_m3s = base * reader.units.flow_m3s();
        match &mut reader.network.nodes[node].kind {
            NodeKind::Junction { demands } => {
                if replaced.insert(node) {
                    demands.clear();
                }
                demands.push(Demand { base_m3s, pattern });
            }
            _ => reader.fault(
                &line,
                0,
                "[DEMANDS] Junction",
                "this node is no junction",
                None,
            ),
        }
    }
    let default = reader
        .default_pattern
        .as_ref()
        .and_then(|name| reader.patterns.index.get(name).copied());
    for node in &mut reader.network.nodes {
        if let NodeKind::Junction { demands } = &mut node.kind {
            for demand in demands {
                demand.pattern = demand.pattern.or(default);
            }
        }
    }
    for line in reader.take(Section::Emitters) {
        let node = reader.node(&line, 0, "[EMITTERS] Junction");
        let coefficient = reader.not_negative(&line, 1, "[EMITTERS] Coefficient");
        let (Some(node), Some(coefficient)) = (node, coefficient) else {
            continue;
        };
        if !reader.network.nodes[node].is_junction() {
            reader.fault(
                &line,
                0,
                "[EMITTERS] Junction",
                "this node is no junction",
                None,
            );
        } else if coefficient > 0.0 {
            let exponent = reader.emitter_exponent;
            let per_pressure = libm::pow(reader.units.pressure_m(), exponent);
            reader.network.outlets.push(Outlet {
                node,
                coefficient: coefficient * reader.units.flow_m3s() / per_pressure,
                exponent,
                backflow: reader.emitter_backflow,
            });
        }
    }
}
