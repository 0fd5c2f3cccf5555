//! The grid's points of elements: what is registered, and publishing it; a file a kind of element.
//!
//! City-wide totals are in `totals`. Element points are published when somebody may look at them: at the borders of
//! control and record intervals.

pub mod battery;
pub mod bus;
pub mod external;
pub mod feeder;
pub mod line;
pub mod load;
pub mod plant;
pub mod transformer;

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::ElementQueries;
use crate::city::grid::flow::FlowState;
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
    battery: Vec<[PointId; 4]>,
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
    ElementPoints {
        bus_voltage: bus::register(fabric, points),
        line: line::register(fabric, targets, points),
        transformer: transformer::register(fabric, targets, points),
        feeder: feeder::register(fabric, targets, points),
        plant: plant::register(fabric, targets, points),
        external: external::register(fabric, points),
        battery: battery::register(fabric, targets, points),
        load: load::register(fabric, points),
        every_s: plan.control_interval_s.min(plan.record_interval_s),
    }
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
    let points = &mut *points;
    bus::publish(&flow, &ids.bus_voltage, points);
    line::publish(&clock, &all, &ids.line, points);
    transformer::publish(&fabric, &all, &ids.transformer, points);
    feeder::publish(&fabric, &all, &ids.feeder, points);
    plant::publish(&all, &ids.plant, points);
    external::publish(&all, &ids.external, points);
    battery::publish(&all, &ids.battery, points);
    load::publish(&all, &ids.load, points);
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

fn put(points: &mut Points, ids: &[PointId], values: &[f64]) {
    for (id, value) in ids.iter().zip(values) {
        points.publish(*id, *value);
    }
}
