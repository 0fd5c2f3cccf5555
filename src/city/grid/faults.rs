//! Short circuits: what clears a fault on an energised line, and so who goes dark with it.

use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::topology::Topology;
use crate::engine::record::EventId;

/// Opens what clears every fault that is energised: the line's own breakers in the mesh, else the feeder breaker that
/// feeds it. Returns the last opening, or none if there was nothing to clear.
pub fn clear(
    fabric: &Fabric,
    topology: &Topology,
    all: &mut Elements,
    log: &mut Log,
) -> Option<EventId> {
    let grid = fabric.grid();
    let mut last = None;
    for i in 0..all.lines.len() {
        let line = &all.lines[i];
        if !(line.wear.failed && line.breaker.closed) {
            continue;
        }
        // The feeder's own head may be open with the section still closed behind it: then there is nothing to clear.
        let head_open = fabric.head_of_line[i].is_some_and(|f| !all.feeders[f].breaker.closed);
        let row = &grid.lines[i];
        let live_end = [row.from, row.to].into_iter().find(|&bus| {
            topology.live(bus)
                && !(head_open && bus == grid.feeders[fabric.head_of_line[i].unwrap_or(0)].bus)
        });
        let Some(bus) = live_end else { continue };
        let feeder = if fabric.transmission[i] {
            None
        } else {
            feeding(fabric, topology, all, i, bus)
        };
        last = Some(match feeder {
            Some(f) => open_feeder(fabric, all, f, i, log),
            None => open_line(fabric, all, i, log),
        });
        // One at a time: what the first clearing has darkened needs no second one.
        break;
    }
    last
}

/// The feeder breaker nearest upstream of a line, seen from its live end.
fn feeding(
    fabric: &Fabric,
    topology: &Topology,
    all: &Elements,
    line: usize,
    bus: usize,
) -> Option<usize> {
    if let Some(f) = fabric.head_of_line[line].filter(|&f| all.feeders[f].breaker.closed) {
        return Some(f);
    }
    topology.upstream(fabric.grid(), bus).find_map(|k| {
        let f = (*fabric.head_of_line.get(k)?)?;
        all.feeders[f].breaker.closed.then_some(f)
    })
}

fn open_feeder(
    fabric: &Fabric,
    all: &mut Elements,
    feeder: usize,
    line: usize,
    log: &mut Log,
) -> EventId {
    let customers = all.supplied_customers(fabric, feeder);
    let cause = all.lines[line].wear.cause;
    let id = log.event(
        "feeder_trip",
        Some(fabric.feeder_ids[feeder]),
        cause,
        customers,
        || format!("cleared the fault on {}", fabric.grid().lines[line].id),
    );
    let breaker = &mut all.feeders[feeder].breaker;
    breaker.closed = false;
    breaker.tripped = true;
    breaker.commanded_open = false;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
    all.lines[line].cleared_by = Some(feeder);
    id
}

fn open_line(fabric: &Fabric, all: &mut Elements, line: usize, log: &mut Log) -> EventId {
    let cause = all.lines[line].wear.cause;
    let id = log.event("line_trip", Some(fabric.line_ids[line]), cause, 0.0, || {
        "cleared its own fault".to_owned()
    });
    let breaker = &mut all.lines[line].breaker;
    breaker.closed = false;
    breaker.tripped = true;
    breaker.commanded_open = false;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
    id
}
