//! The grid's points of elements: what is registered, and publishing it.
//!
//! City-wide totals are in `totals`. Element points are published when somebody may look at them: at the borders of
//! control and record intervals.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::FlowState;
use crate::city::grid::handles::Target;
use crate::city::grid::handles::Targets;
use crate::city::model::run::RunPlan;
use crate::engine::clock::Clock;
use crate::engine::element::ElementId;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::points::Sensor;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;

const OWNER: &str = "grid";
/// Class 0.5 instrument transformers with their transducers (IEC 61869): half a per cent of full scale.
const METER_CLASS: f64 = 0.005;

/// Point ids of every element, in table order.
#[derive(Resource, Clone, Debug, Default)]
pub struct ElementPoints {
    bus_voltage: Vec<PointId>,
    line: Vec<[PointId; 7]>,
    transformer: Vec<[PointId; 10]>,
    feeder: Vec<[PointId; 7]>,
    plant: Vec<[PointId; 4]>,
    external: Vec<[PointId; 2]>,
    battery: Vec<[PointId; 3]>,
    load: Vec<PointId>,
    /// Spacing at which element points are published, seconds.
    every_s: u32,
}

fn analog(full_scale: f64) -> Sensor {
    Sensor {
        noise_sd: METER_CLASS * full_scale,
        ..Sensor::default()
    }
}

/// Registers the points of all elements.
pub fn register(
    fabric: &Fabric,
    plan: &RunPlan,
    targets: &mut Targets,
    points: &mut PointsBuilder,
) -> ElementPoints {
    let grid = fabric.grid();
    let mut ids = ElementPoints {
        every_s: plan.control_interval_s.min(plan.record_interval_s),
        ..Default::default()
    };
    for bus in &grid.buses {
        let about = "Voltage of the bus; 0 when dark";
        let path = format!("grid/bus/{}/voltage_pu", bus.id);
        ids.bus_voltage.push(
            points
                .measured(path, "pu", [0.0, 1.5], OWNER, about)
                .sensed(analog(1.0))
                .id(),
        );
    }
    for (i, row) in grid.lines.iter().enumerate() {
        let id = fabric.line_ids[i];
        let keep = if fabric.transmission[i] {
            Keep::Element
        } else {
            Keep::No
        };
        let at = |quantity: &str| format!("grid/line/{}/{quantity}", row.id);
        let scale = row.rating_mva;
        let closed = points
            .controllable(
                at("closed"),
                "",
                [0.0, 1.0],
                OWNER,
                "Whether its switches are closed",
                f64::from(u8::from(!row.normally_open)),
            )
            .of(id)
            .id();
        targets.aim(closed, Target::Line(i));
        ids.line.push([
            measured(
                points,
                at("loading_pct"),
                "%",
                [0.0, 1000.0],
                "Apparent power against the present rating",
                id,
                analog(100.0),
                keep,
            ),
            measured(
                points,
                at("p_mw"),
                "MW",
                [-10.0 * scale, 10.0 * scale],
                "Real power into the from end",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("rating_mva"),
                "MVA",
                [0.0, 10.0 * scale],
                "Continuous rating in the present weather",
                id,
                Sensor::default(),
                keep,
            ),
            measured(
                points,
                at("conductor_c"),
                "degC",
                [-50.0, 400.0],
                "Conductor temperature",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("energised"),
                "",
                [0.0, 1.0],
                "Whether it is connected to a live bus",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("failed"),
                "",
                [0.0, 1.0],
                "Whether a located fault is on it",
                id,
                Sensor::default(),
                Keep::No,
            ),
            closed,
        ]);
    }
    for (i, row) in grid.transformers.iter().enumerate() {
        let id = fabric.transformer_ids[i];
        let at = |quantity: &str| format!("grid/transformer/{}/{quantity}", row.id);
        let scale = row.rating_mva;
        let closed = points
            .controllable(
                at("closed"),
                "",
                [0.0, 1.0],
                OWNER,
                "Whether its breakers are closed",
                1.0,
            )
            .of(id)
            .id();
        targets.aim(closed, Target::Transformer(i));
        let v_set = points
            .controllable(
                at("v_set_pu"),
                "pu",
                [0.92, 1.07],
                OWNER,
                "Voltage that its tap changer holds at the low-voltage bus",
                row.v_set_pu,
            )
            .of(id)
            .id();
        targets.aim(v_set, Target::TransformerVoltage(i));
        ids.transformer.push([
            measured(
                points,
                at("loading_pct"),
                "%",
                [0.0, 1000.0],
                "Apparent power against nameplate",
                id,
                analog(100.0),
                Keep::Element,
            ),
            measured(
                points,
                at("p_mw"),
                "MW",
                [-10.0 * scale, 10.0 * scale],
                "Real power at the high-voltage side",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("q_mvar"),
                "Mvar",
                [-10.0 * scale, 10.0 * scale],
                "Reactive power at the high-voltage side",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("hot_spot_c"),
                "degC",
                [-50.0, 400.0],
                "Hottest winding",
                id,
                analog(100.0),
                Keep::Element,
            ),
            measured(
                points,
                at("top_oil_c"),
                "degC",
                [-50.0, 300.0],
                "Top oil",
                id,
                analog(100.0),
                Keep::No,
            ),
            measured(
                points,
                at("loss_of_life_h"),
                "h",
                [0.0, 1e9],
                "Insulation life used since the start",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("tap"),
                "",
                [-50.0, 50.0],
                "Tap position",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("energised"),
                "",
                [0.0, 1.0],
                "Whether it is connected to a live bus",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("failed"),
                "",
                [0.0, 1.0],
                "Whether it is broken",
                id,
                Sensor::default(),
                Keep::No,
            ),
            closed,
        ]);
    }
    for (f, row) in grid.feeders.iter().enumerate() {
        let id = fabric.feeder_ids[f];
        let at = |quantity: &str| format!("grid/feeder/{}/{quantity}", row.id);
        let scale = row.rating_mva;
        let closed = points
            .controllable(
                at("closed"),
                "",
                [0.0, 1.0],
                OWNER,
                "Whether its breaker is closed",
                1.0,
            )
            .of(id)
            .id();
        targets.aim(closed, Target::Feeder(f));
        ids.feeder.push([
            measured(
                points,
                at("p_mw"),
                "MW",
                [-10.0 * scale, 10.0 * scale],
                "Real power through its breaker",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("loading_pct"),
                "%",
                [0.0, 1000.0],
                "Apparent power against the rating of its first section",
                id,
                analog(100.0),
                Keep::No,
            ),
            measured(
                points,
                at("demand_mw"),
                "MW",
                [0.0, 10.0 * scale],
                "What its customers would draw",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("customers"),
                "customers",
                [0.0, 1e7],
                "Its customers",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("customers_out"),
                "customers",
                [0.0, 1e7],
                "Its customers without supply",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("tripped"),
                "",
                [0.0, 1.0],
                "Whether a relay opened it",
                id,
                Sensor::default(),
                Keep::No,
            ),
            closed,
        ]);
    }
    for (p, row) in grid.plants.iter().enumerate() {
        let id = fabric.plant_ids[p];
        let at = |quantity: &str| format!("grid/plant/{}/{quantity}", row.id);
        let scale = row.p_max_mw.max(1.0);
        let initial = row.schedule.first().copied().unwrap_or(0.0) * row.p_max_mw;
        let low = row.p_min_mw.min(0.0);
        let p_set = points
            .controllable(
                at("p_set_mw"),
                "MW",
                [low, row.p_max_mw.max(low)],
                OWNER,
                "Output asked for; below half the lowest stable output the unit stops",
                initial,
            )
            .of(id)
            .id();
        targets.aim(p_set, Target::PlantPower(p));
        let v_set = points
            .controllable(
                at("v_set_pu"),
                "pu",
                [0.9, 1.1],
                OWNER,
                "Voltage that it holds",
                row.v_set_pu,
            )
            .of(id)
            .id();
        targets.aim(v_set, Target::PlantVoltage(p));
        ids.plant.push([
            measured(
                points,
                at("p_mw"),
                "MW",
                [-scale, 2.0 * scale],
                "Output",
                id,
                analog(scale),
                Keep::Element,
            ),
            measured(
                points,
                at("available_mw"),
                "MW",
                [0.0, 2.0 * scale],
                "Capacity in the present weather; 0 when failed",
                id,
                Sensor::default(),
                Keep::No,
            ),
            measured(
                points,
                at("failed"),
                "",
                [0.0, 1.0],
                "Whether it is broken",
                id,
                Sensor::default(),
                Keep::No,
            ),
            p_set,
        ]);
    }
    for (e, row) in grid.externals.iter().enumerate() {
        let id = fabric.external_ids[e];
        let at = |quantity: &str| format!("grid/external/{}/{quantity}", row.id);
        let scale = row.limit_mw.max(1.0);
        ids.external.push([
            measured(
                points,
                at("p_mw"),
                "MW",
                [-10.0 * scale, 10.0 * scale],
                "Import; export is negative",
                id,
                analog(scale),
                Keep::No,
            ),
            measured(
                points,
                at("limit_mw"),
                "MW",
                [0.0, 10.0 * scale],
                "Most that may be imported",
                id,
                Sensor::default(),
                Keep::No,
            ),
        ]);
    }
    for (b, row) in grid.batteries.iter().enumerate() {
        let id = fabric.battery_ids[b];
        let at = |quantity: &str| format!("grid/battery/{}/{quantity}", row.id);
        let p_set = points
            .controllable(
                at("p_set_mw"),
                "MW",
                [-row.power_mw, row.power_mw],
                OWNER,
                "Power asked for; discharge is positive",
                0.0,
            )
            .of(id)
            .id();
        targets.aim(p_set, Target::Battery(b));
        ids.battery.push([
            measured(
                points,
                at("p_mw"),
                "MW",
                [-row.power_mw, row.power_mw],
                "Power; discharge is positive",
                id,
                analog(row.power_mw),
                Keep::No,
            ),
            measured(
                points,
                at("soc_pct"),
                "%",
                [0.0, 100.0],
                "State of charge",
                id,
                analog(100.0),
                Keep::Element,
            ),
            p_set,
        ]);
    }
    for (l, row) in grid.loads.iter().enumerate() {
        let path = format!("grid/load/{}/supplied_share", row.id);
        let id = fabric.load_ids[l];
        ids.load.push(measured(
            points,
            path,
            "",
            [0.0, 1.0],
            "Share of its customers with supply",
            id,
            Sensor::default(),
            Keep::No,
        ));
    }
    ids
}

#[allow(clippy::too_many_arguments, reason = "one row of the table of points")]
fn measured(
    points: &mut PointsBuilder,
    path: String,
    unit: &str,
    range: [f64; 2],
    about: &str,
    id: ElementId,
    sensor: Sensor,
    keep: Keep,
) -> PointId {
    points
        .measured(path, unit, range, OWNER, about)
        .of(id)
        .sensed(sensor)
        .keep(keep)
        .id()
}

fn flag(on: bool) -> f64 {
    f64::from(u8::from(on))
}

/// Publishes all element points at the borders of intervals.
pub fn publish(
    fabric: Res<Fabric>,
    clock: Res<Clock>,
    flow: Res<FlowState>,
    ids: Res<ElementPoints>,
    mut points: ResMut<Points>,
    mut queries: ElementQueries,
) {
    if !clock.begins(ids.every_s) {
        return;
    }
    let all = queries.all();
    let grid = fabric.grid();
    for (b, id) in ids.bus_voltage.iter().enumerate() {
        points.publish(*id, flow.voltages.vm_pu[b]);
    }
    for (i, line) in all.lines.iter().enumerate() {
        let known = line.wear.failed && line.located_at_s.is_some_and(|t| t <= clock.t_s());
        let loading = if line.rating_mva > 0.0 {
            100.0 * line.s_mva / line.rating_mva
        } else {
            0.0
        };
        let values = [
            loading,
            line.p_mw,
            line.rating_mva,
            line.conductor_c,
            flag(line.energised),
            flag(known),
            flag(line.breaker.closed),
        ];
        put(&mut points, &ids.line[i], &values);
    }
    for (i, t) in all.transformers.iter().enumerate() {
        let values = [
            100.0 * t.s_mva / grid.transformers[i].rating_mva,
            t.p_mw,
            t.q_mvar,
            t.heat.hot_spot_c(),
            t.heat.top_oil_c,
            t.life_used_h,
            f64::from(t.tap),
            flag(t.energised),
            flag(t.wear.failed),
            flag(t.breaker.closed),
        ];
        put(&mut points, &ids.transformer[i], &values);
    }
    for (f, feeder) in all.feeders.iter().enumerate() {
        let customers: f64 = fabric.loads_of_feeder[f]
            .iter()
            .map(|&l| fabric.customers[l])
            .sum();
        let values = [
            feeder.p_mw,
            100.0 * feeder.s_mva / grid.feeders[f].rating_mva,
            feeder.demand_mw,
            customers,
            feeder.customers_out,
            flag(feeder.breaker.tripped),
            flag(feeder.breaker.closed),
        ];
        put(&mut points, &ids.feeder[f], &values);
    }
    for (p, plant) in all.plants.iter().enumerate() {
        put(
            &mut points,
            &ids.plant[p],
            &[
                plant.p_mw,
                plant.available_mw,
                flag(plant.wear.failed),
                plant.p_set_mw,
            ],
        );
    }
    for (e, external) in all.externals.iter().enumerate() {
        put(
            &mut points,
            &ids.external[e],
            &[external.p_mw, external.limit_mw],
        );
    }
    for (b, battery) in all.batteries.iter().enumerate() {
        put(
            &mut points,
            &ids.battery[b],
            &[battery.p_mw, 100.0 * battery.soc, battery.p_set_mw],
        );
    }
    for (l, load) in all.loads.iter().enumerate() {
        points.publish(ids.load[l], load.supplied);
    }
}

fn put(points: &mut Points, ids: &[PointId], values: &[f64]) {
    for (id, value) in ids.iter().zip(values) {
        points.publish(*id, *value);
    }
}
