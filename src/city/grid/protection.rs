//! Relays that take minutes: overload of feeders, lines and transformers, hot windings, sagging conductors, an import
//! over its limit, low voltage at a busbar. What they open is dark from the next step on.

use crate::city::grid::balance::shed;
use crate::city::grid::events::Log;
use crate::city::grid::fabric::Fabric;
use crate::city::grid::fabric::LineHeat;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::Elements;
use crate::city::grid::flow::FlowState;
use crate::city::grid::network::Workspace;
use crate::city::grid::relays::STANDARD_INVERSE;
use crate::city::grid::relays::VERY_INVERSE;
use crate::city::grid::state::Breaker;
use crate::city::grid::topology::Topology;
use crate::city::model::grid::Transformer;
use crate::engine::clock::Clock;
use crate::engine::record::EventId;
use crate::engine::record::Record;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Pick-up of a feeder's overcurrent relay against the rating of its first section (1.2 to 1.5 in practice).
const FEEDER_PICKUP: f64 = 1.3;
/// Its time multiplier: a thermal-overload setting that lets cold-load pick-up pass.
const FEEDER_MULTIPLIER: f64 = 10.0;
/// Pick-up of a mesh line's overload relay against its static rating (NERC PRC-023: at least 150 % of the 4 h rating).
const LINE_PICKUP: f64 = 1.5;
/// Its time multiplier: minutes at a fifth over pick-up.
const LINE_MULTIPLIER: f64 = 10.0;
/// Pick-up of a transformer's overcurrent relay against its rating.
const TRANSFORMER_PICKUP: f64 = 1.6;
/// Its time multiplier (very inverse: grading with feeders).
const TRANSFORMER_MULTIPLIER: f64 = 5.0;
/// Winding-temperature trip, degrees Celsius (120 to 130 in practice, alarm 105 to 110).
const WINDING_TRIP_C: f64 = 130.0;
/// Conductor temperature over its limit at which sag reaches what stands below, kelvin: the clearance that lines are
/// built with covers about this much.
const SAG_TRIP_K: f64 = 25.0;
/// Import over its limit that the neighbour tolerates, seconds, before the special protection scheme sheds.
const IMPORT_GRACE_S: f64 = 900.0;
/// Margin it sheds beyond the excess, share of the limit.
const IMPORT_MARGIN: f64 = 0.01;
/// Busbar voltage below which under-voltage relays shed, per unit (EU 2017/2196 practice 0.85 to 0.90).
const LOW_VOLTAGE_PU: f64 = 0.85;

/// Advances every relay by one step.
pub fn protect(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    flow: Res<FlowState>,
    work: Res<Workspace>,
    mut record: ResMut<Record>,
    mut queries: ElementQueries,
) {
    let mut all = queries.all();
    let mut log = Log::new(&mut record, clock.t_s());
    let dt_s = f64::from(clock.step_s());
    feeders(&fabric, dt_s, &mut all, &mut log);
    lines(&fabric, dt_s, &mut all, &mut log);
    transformers(&fabric, dt_s, &mut all, &mut log);
    imports(&fabric, &work.topology, dt_s, &mut all, &mut log);
    low_voltage(&fabric, &flow, &work.topology, &mut all, &mut log);
}

fn trip(breaker: &mut Breaker, id: EventId) {
    breaker.closed = false;
    breaker.tripped = true;
    breaker.commanded_open = false;
    breaker.cause = Some(id);
    breaker.overload = 0.0;
}

fn feeders(fabric: &Fabric, dt_s: f64, all: &mut Elements, log: &mut Log) {
    for f in 0..all.feeders.len() {
        let row = &fabric.grid().feeders[f];
        let feeder = &mut all.feeders[f];
        if !feeder.breaker.closed || row.head_line.is_none() {
            continue;
        }
        let multiple = feeder.s_mva / (FEEDER_PICKUP * row.rating_mva);
        feeder.breaker.overload =
            STANDARD_INVERSE.advance(feeder.breaker.overload, multiple, FEEDER_MULTIPLIER, dt_s);
        if feeder.breaker.overload >= 1.0 {
            let s_mva = feeder.s_mva;
            let customers = all.supplied_customers(fabric, f);
            let id = log.event(
                "feeder_trip",
                Some(fabric.feeder_ids[f]),
                None,
                customers,
                || format!("overload, {s_mva:.1} MVA on {:.1} MVA", row.rating_mva),
            );
            trip(&mut all.feeders[f].breaker, id);
        }
    }
}

fn lines(fabric: &Fabric, dt_s: f64, all: &mut Elements, log: &mut Log) {
    for i in 0..all.lines.len() {
        let line = &mut all.lines[i];
        if !fabric.transmission[i] || !line.energised || !line.breaker.closed {
            continue;
        }
        let row = &fabric.grid().lines[i];
        let multiple = line.s_mva / (LINE_PICKUP * row.rating_mva);
        line.breaker.overload =
            STANDARD_INVERSE.advance(line.breaker.overload, multiple, LINE_MULTIPLIER, dt_s);
        let limit_c = fabric.grid().conductors[row.conductor].max_temp_c + SAG_TRIP_K;
        let sagging =
            matches!(fabric.line_heat[i], LineHeat::Overhead { .. }) && line.conductor_c > limit_c;
        if line.breaker.overload >= 1.0 || sagging {
            let (s_mva, conductor_c) = (line.s_mva, line.conductor_c);
            let id = log.event("line_trip", Some(fabric.line_ids[i]), None, 0.0, || {
                if sagging {
                    format!("sagged into its clearance at {conductor_c:.0} C and {s_mva:.0} MVA")
                } else {
                    format!("overload, {s_mva:.0} MVA on {:.0} MVA", row.rating_mva)
                }
            });
            trip(&mut line.breaker, id);
        }
    }
}

fn transformers(fabric: &Fabric, dt_s: f64, all: &mut Elements, log: &mut Log) {
    for i in 0..all.transformers.len() {
        let t = &all.transformers[i];
        if !t.energised || !t.breaker.closed {
            continue;
        }
        let row = &fabric.grid().transformers[i];
        // A twin that is out is why this one is overloaded.
        let twin = |(j, other): (usize, &Transformer)| {
            let same = j != i && row.substation.is_some() && other.substation == row.substation;
            if same && !all.transformers[j].breaker.closed {
                all.transformers[j].breaker.cause
            } else {
                None
            }
        };
        let loaded = t.s_mva > row.rating_mva;
        let cause = if loaded {
            fabric.grid().transformers.iter().enumerate().find_map(twin)
        } else {
            None
        };
        let t = &mut all.transformers[i];
        let multiple = t.s_mva / (TRANSFORMER_PICKUP * row.rating_mva);
        t.breaker.overload =
            VERY_INVERSE.advance(t.breaker.overload, multiple, TRANSFORMER_MULTIPLIER, dt_s);
        let hot_spot_c = t.heat.hot_spot_c();
        let hot = hot_spot_c > WINDING_TRIP_C;
        if t.breaker.overload >= 1.0 || hot {
            let s_mva = t.s_mva;
            let id = log.event(
                "transformer_trip",
                Some(fabric.transformer_ids[i]),
                cause,
                0.0,
                || {
                    if hot {
                        format!(
                            "winding at {hot_spot_c:.0} C with {s_mva:.0} MVA on {:.0} MVA",
                            row.rating_mva
                        )
                    } else {
                        format!("overload, {s_mva:.0} MVA on {:.0} MVA", row.rating_mva)
                    }
                },
            );
            trip(&mut t.breaker, id);
        }
    }
}

fn imports(fabric: &Fabric, topology: &Topology, dt_s: f64, all: &mut Elements, log: &mut Log) {
    for e in 0..all.externals.len() {
        let external = &mut all.externals[e];
        let over = external.p_mw - external.limit_mw;
        if over <= 0.0 {
            external.over_limit_s = 0.0;
            continue;
        }
        external.over_limit_s += dt_s;
        if external.over_limit_s < IMPORT_GRACE_S {
            continue;
        }
        external.over_limit_s = 0.0;
        let (p_mw, limit_mw) = (external.p_mw, external.limit_mw);
        let Some(island) = topology.island_of_bus[fabric.grid().externals[e].bus] else {
            continue;
        };
        let id = log.event(
            "import_over_limit",
            Some(fabric.external_ids[e]),
            None,
            0.0,
            || {
                format!(
                    "import of {p_mw:.0} MW over its limit of {limit_mw:.0} MW for {:.0} min",
                    IMPORT_GRACE_S / 60.0
                )
            },
        );
        shed(
            fabric,
            topology,
            island,
            over + IMPORT_MARGIN * limit_mw,
            "import-limit",
            Some(id),
            all,
            log,
        );
    }
}

fn low_voltage(
    fabric: &Fabric,
    flow: &FlowState,
    topology: &Topology,
    all: &mut Elements,
    log: &mut Log,
) {
    for s in &fabric.grid().substations {
        let vm = flow.voltages.vm_pu[s.mv_bus];
        if vm <= 0.1 || vm >= LOW_VOLTAGE_PU {
            continue;
        }
        let grid = fabric.grid();
        let first = (0..grid.feeders.len())
            .filter(|&f| {
                grid.feeders[f].bus == s.mv_bus
                    && all.feeders[f].breaker.closed
                    && topology.live(s.mv_bus)
            })
            .min_by_key(|&f| (grid.feeders[f].priority, f));
        if let Some(f) = first {
            let customers = all.supplied_customers(fabric, f);
            let id = log.event(
                "feeder_shed_auto",
                Some(fabric.feeder_ids[f]),
                None,
                customers,
                || format!("under-voltage relays at {vm:.2} pu"),
            );
            trip(&mut all.feeders[f].breaker, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::grid::fixture::Bench;
    use crate::city::grid::fixture::city;
    use crate::city::grid::state::FeederState;
    use crate::city::grid::state::LineState;
    use crate::city::grid::state::TransformerState;

    fn closed(bench: &mut Bench, feeder: &str) -> bool {
        bench
            .state::<FeederState>(&format!("feeder/{feeder}"))
            .breaker
            .closed
    }

    #[test]
    fn a_hot_winding_trips_its_transformer_and_its_twin_carries_on() {
        let mut bench = Bench::new(city());
        bench.steps(1);
        // 100 C of oil and 25 K stay below the trip at 130 C, 115 C and 30 K do not.
        for (oil_c, tripped) in [(100.0, false), (115.0, true)] {
            bench.change("transformer/T1", |t: &mut TransformerState| {
                t.heat.top_oil_c = oil_c;
                t.heat.winding_rise_k = 25.0;
            });
            bench.steps(1);
            let t: TransformerState = bench.state("transformer/T1");
            assert_eq!(!t.breaker.closed, tripped, "{:?}", t.heat);
        }
        let (trip, name) = bench.events("transformer_trip").remove(0);
        assert_eq!(name, "grid/transformer/T1");
        assert!(trip.note.contains("winding at"), "{}", trip.note);
        bench.steps(1);
        assert!(bench.state::<TransformerState>("transformer/T2").s_mva > 7.0);
        assert_eq!(bench.point("grid/customers_out"), 0.0);
    }

    #[test]
    fn an_import_over_its_limit_is_shed_after_a_quarter_of_an_hour_by_priority() {
        let mut short = city();
        short.grid.plants.clear();
        short.grid.externals[0].limit_mw = 5.0;
        let mut bench = Bench::new(short);
        bench.steps(14);
        assert!(bench.point("grid/import_mw") > 7.0);
        assert!(bench.events("import_over_limit").is_empty());
        bench.steps(1);
        let (over, _) = bench.events("import_over_limit").remove(0);
        let (shed, name) = bench.events("feeder_shed_auto").remove(0);
        assert_eq!(
            (shed.cause, name.as_str()),
            (Some(over.id), "grid/feeder/A")
        );
        bench.steps(30);
        assert!(!closed(&mut bench, "A") && closed(&mut bench, "B"));
        assert_eq!(
            bench.events("import_over_limit").len(),
            1,
            "one stage is enough"
        );
    }

    #[test]
    fn an_import_that_falls_below_its_limit_in_time_is_left_alone() {
        let mut short = city();
        short.grid.plants.clear();
        short.grid.externals[0].limit_mw = 5.0;
        let mut bench = Bench::new(short);
        bench.steps(10);
        bench.command("grid/feeder/B/closed", 0.0);
        bench.steps(2);
        bench.command("grid/feeder/B/closed", 1.0);
        bench.steps(12);
        assert!(bench.events("import_over_limit").is_empty());
    }

    #[test]
    fn a_feeder_trips_when_its_relay_has_timed_out() {
        let mut narrow = city();
        narrow.grid.feeders[0].rating_mva = 2.0;
        let mut bench = Bench::new(narrow);
        bench.steps(1);
        let s_mva = bench.state::<FeederState>("feeder/A").s_mva;
        let multiple = s_mva / (FEEDER_PICKUP * 2.0);
        let due = (STANDARD_INVERSE.time_s(multiple, FEEDER_MULTIPLIER) / 60.0).ceil() as u32;
        assert!(due > 2, "{s_mva} MVA");
        bench.steps(due - 2);
        assert!(closed(&mut bench, "A"));
        bench.steps(1);
        assert!(!closed(&mut bench, "A") && closed(&mut bench, "B"));
    }

    #[test]
    fn a_line_trips_on_overload_or_sag_and_else_not() {
        let mut bench = Bench::new(city());
        bench.steps(1);
        bench.change("line/L2", |l: &mut LineState| l.conductor_c = 100.0);
        bench.steps(1);
        assert!(bench.events("line_trip").is_empty());
        // The limit of 80 C and 25 K of clearance; a minute of cooling on the way.
        bench.change("line/L2", |l: &mut LineState| l.conductor_c = 160.0);
        bench.steps(1);
        let (trip, name) = bench.events("line_trip").remove(0);
        assert_eq!(name, "grid/line/L2");
        assert!(trip.note.contains("sagged"), "{}", trip.note);
    }
}
