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

#[cfg(test)]
mod tests {
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::city;
    use crate::city::grid::state::FeederState;
    use crate::city::grid::state::LineState;
    use crate::city::grid::state::LoadState;
    use crate::engine::damage::Effect;

    fn dark(bench: &mut Bench) -> Vec<&'static str> {
        let all = ["a", "b", "c", "d"].into_iter();
        let name = |id: &str| format!("load/{id}");
        all.filter(|id| bench.state::<LoadState>(&name(id)).supplied <= 0.0)
            .collect()
    }

    #[test]
    fn a_fault_on_a_feeder_section_trips_exactly_its_head() {
        let mut bench = Bench::new(city());
        bench.steps(2);
        bench.strike("line/A2", Effect::Fail);
        bench.steps(1);
        let a: FeederState = bench.state("feeder/A");
        assert!(!a.breaker.closed && a.breaker.tripped);
        assert!(bench.state::<FeederState>("feeder/B").breaker.closed);
        let section: LineState = bench.state("line/A2");
        assert!(section.wear.failed && section.breaker.closed);
        assert_eq!(section.cleared_by, Some(0));
        assert_eq!(dark(&mut bench), ["a", "b"]);
        // Cause by cause: the blow, the failure, the trip with its customers.
        let (trip, name) = bench.events("feeder_trip").remove(0);
        assert_eq!(name, "grid/feeder/A");
        assert_eq!(trip.customers, 2000.0);
        let (failure, _) = bench.events("line_failure").remove(0);
        assert_eq!(trip.cause, Some(failure.id));
        assert_eq!(failure.cause, Some(bench.events("hazard_started")[0].0.id));
        bench.steps(3);
        assert_eq!(
            bench.events("feeder_trip").len(),
            1,
            "nothing left to clear"
        );
    }

    #[test]
    fn a_fault_on_a_mesh_line_trips_itself_alone() {
        let mut bench = Bench::new(city());
        bench.strike("line/L3", Effect::Fail);
        bench.steps(1);
        assert!(!bench.state::<LineState>("line/L3").breaker.closed);
        assert!(bench.state::<LineState>("line/L1").breaker.closed);
        assert!(dark(&mut bench).is_empty());
        assert_eq!(bench.events("line_trip").len(), 1);
        assert!(bench.events("feeder_trip").is_empty());
    }

    #[test]
    fn a_fault_fed_from_two_sides_is_cleared_from_both() {
        let mut bench = Bench::new(city());
        bench.command("grid/line/TIE/closed", 1.0);
        bench.steps(2);
        bench.strike("line/A2", Effect::Fail);
        bench.steps(1);
        assert!(!bench.state::<FeederState>("feeder/A").breaker.closed);
        assert!(!bench.state::<FeederState>("feeder/B").breaker.closed);
        assert_eq!(dark(&mut bench), ["a", "b", "c", "d"]);
    }

    #[test]
    fn faults_of_one_step_are_all_cleared_in_it() {
        let mut bench = Bench::new(city());
        for line in ["A2", "B2", "L2"] {
            bench.strike(&format!("line/{line}"), Effect::Fail);
        }
        bench.steps(1);
        assert_eq!(bench.events("feeder_trip").len(), 2);
        assert_eq!(bench.events("line_trip").len(), 1);
    }
}
