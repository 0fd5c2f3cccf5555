//! `[LEAKAGE]` of EPANET 2.3: holes along pipes that widen with pressure (FAVAD), half of each pipe's at either end.
//!
//! Flow = C (A + m h) sqrt(2 g h), which is two outlets, one with exponent 0.5 and one with 1.5. Tanks and reservoirs do
//! not leak: their share is left out, as in EPANET.

use std::collections::BTreeMap;

use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::solvers::hydraulics::FOOT_M;
use crate::solvers::hydraulics::network::LinkKind;
use crate::solvers::hydraulics::network::Outlet;

/// Discharge coefficient of an orifice, and gravity, as EPANET takes them: 0.6 and 32.2 ft/s2.
const DISCHARGE: f64 = 0.6;
const GRAVITY: f64 = 32.2 * FOOT_M;
/// Areas are per this many units of length.
const PER_LENGTH: f64 = 100.0;

/// Reads the section.
pub fn read(reader: &mut Reader<'_>) {
    let mut holes: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for line in reader.take(Section::Leakage) {
        let link = reader.link(&line, 0, "[LEAKAGE] Pipe");
        let area = reader.not_negative(&line, 1, "[LEAKAGE] Area");
        let widening = reader.not_negative(&line, 2, "[LEAKAGE] Expansion");
        let (Some(link), Some(area), Some(widening)) = (link, area, widening) else {
            continue;
        };
        let Some(entry) = reader.network.links.get(link) else {
            continue;
        };
        let LinkKind::Pipe { length_m, .. } = entry.kind else {
            reader.fault(&line, 0, "[LEAKAGE] Pipe", "this link is no pipe", None);
            continue;
        };
        let ends = [entry.from, entry.to];
        let lengths = length_m / reader.units.length_m() / PER_LENGTH;
        // Square millimetres, and square millimetres a unit of head.
        let (fixed, variable) = (
            area * 1e-6 * lengths / 2.0,
            widening * 1e-6 * lengths / 2.0 / reader.units.length_m(),
        );
        for node in ends {
            if reader.network.nodes[node].is_junction() {
                let hole = holes.entry(node).or_default();
                hole.0 += fixed;
                hole.1 += variable;
            }
        }
    }
    let speed = DISCHARGE * libm::sqrt(2.0 * GRAVITY);
    for (node, (fixed, variable)) in holes {
        for (area, exponent) in [(fixed, 0.5), (variable, 1.5)] {
            if area > 0.0 {
                reader.network.outlets.push(Outlet {
                    node,
                    coefficient: speed * area,
                    exponent,
                    backflow: false,
                });
            }
        }
    }
}
