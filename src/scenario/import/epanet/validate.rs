//! What only shows when the whole file is read: sources, valves at tanks, nodes without links, empty patterns.

use crate::scenario::import::epanet::reader::Reader;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::ValveKind;

/// Checks the network.
pub fn check(reader: &mut Reader<'_>) {
    if reader.network.nodes.is_empty() {
        let help = "is this an EPANET input file?";
        reader.fault_at(0, "", "this file has no nodes".to_owned(), help);
        return;
    }
    if reader.network.nodes.iter().all(|node| node.is_junction()) {
        let help = "add one under [RESERVOIRS] or [TANKS]";
        reader.fault_at(
            0,
            "",
            "the network has neither a reservoir nor a tank".to_owned(),
            help,
        );
    }
    for at in 0..reader.network.patterns.len() {
        if reader.network.patterns[at].is_empty() {
            let message = format!("pattern `{}` has no multipliers", reader.patterns.list[at]);
            let help = "list them after its name";
            reader.fault_at(reader.patterns.line[at], "[PATTERNS]", message, help);
        }
    }
    for at in 0..reader.raw_curves.len() {
        if reader.raw_curves[at].points.x.is_empty() {
            let message = format!("curve `{}` has no points", reader.curves.list[at]);
            let help = "list x and y after its name";
            reader.fault_at(reader.raw_curves[at].line, "[CURVES]", message, help);
        }
    }
    let mut touched = vec![false; reader.network.nodes.len()];
    for k in 0..reader.network.links.len() {
        let link = &reader.network.links[k];
        touched[link.from] = true;
        touched[link.to] = true;
        let nodes = &reader.network.nodes;
        let at_source = !nodes[link.from].is_junction() || !nodes[link.to].is_junction();
        let holds = matches!(
            link.kind,
            LinkKind::Valve {
                kind: ValveKind::PressureReducing
                    | ValveKind::PressureSustaining
                    | ValveKind::FlowControl,
                ..
            }
        );
        if at_source && holds {
            let message = format!(
                "valve `{}` cannot be connected to a reservoir or tank",
                reader.links.list[k]
            );
            let help = "put a length of pipe between them";
            reader.fault_at(reader.links.line[k], "[VALVES]", message, help);
        }
    }
    for (node, touched) in touched.into_iter().enumerate() {
        if !touched {
            let message = format!("node `{}` has no links", reader.nodes.list[node]);
            let help = "it gets no water";
            reader.warn_at(reader.nodes.line[node], "[JUNCTIONS]", message, help);
        }
    }
}
