//! `[ENERGY]`: efficiency and price of pumping.

use crate::scenario::import::epanet::line::Line;
use crate::scenario::import::epanet::line::Section;
use crate::scenario::import::epanet::reader::Reader;
use crate::scenario::import::epanet::reader::is;
use crate::solvers::hydraulics::network::LinkKind;

const FIELD: &str = "[ENERGY]";

/// Reads the section.
pub fn read(reader: &mut Reader<'_>) {
    for line in reader.take(Section::Energy) {
        let (first, second) = (line.words.first(), line.words.get(1));
        if is(first, "DEMA") {
            let charge = reader.number(&line, 2, "DEMAND CHARGE");
            reader.network.energy.demand_charge = charge.unwrap_or(0.0);
        } else if is(first, "GLOB") && is(second, "PRIC") {
            reader.network.energy.price = reader.number(&line, 2, "GLOBAL PRICE").unwrap_or(0.0);
        } else if is(first, "GLOB") && is(second, "PATT") {
            reader.network.energy.price_pattern = reader.pattern(&line, 2, "GLOBAL PATTERN");
        } else if is(first, "GLOB") && is(second, "EFFI") {
            let percent = reader.positive(&line, 2, "GLOBAL EFFICIENCY");
            reader.network.energy.efficiency_percent = percent.unwrap_or(75.0);
        } else if is(first, "PUMP") {
            of_pump(reader, &line);
        } else {
            let help = Some("known: GLOBAL, PUMP, DEMAND CHARGE".to_owned());
            reader.warn(
                &line,
                0,
                FIELD,
                "this line is not known and is passed over",
                help,
            );
        }
    }
}

fn of_pump(reader: &mut Reader<'_>, line: &Line<'_>) {
    let Some(link) = reader.link(line, 1, "[ENERGY] PUMP") else {
        return;
    };
    let what = line.words.get(2);
    let (mut price_now, mut pattern_now, mut curve_now) = (None, None, None);
    if is(what, "PRIC") {
        price_now = reader.number(line, 3, "[ENERGY] PRICE");
    } else if is(what, "PATT") {
        pattern_now = reader.pattern(line, 3, "[ENERGY] PATTERN");
    } else if is(what, "EFFI") {
        let flow = reader.units.flow_m3s();
        curve_now = reader.curve(line, 3, "[ENERGY] EFFICIENCY", (flow, 1.0));
    } else {
        let help = Some("known: PRICE, PATTERN, EFFICIENCY".to_owned());
        reader.fault(line, 2, FIELD, "this property is not known", help);
    }
    match reader
        .network
        .links
        .get_mut(link)
        .map(|link| &mut link.kind)
    {
        Some(LinkKind::Pump {
            efficiency,
            price,
            price_pattern,
            ..
        }) => {
            *price = price_now.or(*price);
            *price_pattern = pattern_now.or(*price_pattern);
            if curve_now.is_some() {
                *efficiency = curve_now;
            }
        }
        _ => reader.fault(line, 1, FIELD, "this link is no pump", None),
    }
}
