//! Points of plants: output, capacity, and the set-points of power and voltage.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::handles::Target;
use crate::city::grid::handles::Targets;
use crate::city::grid::publish::OWNER;
use crate::city::grid::publish::analog;
use crate::city::grid::publish::flag;
use crate::city::grid::publish::measured;
use crate::city::grid::publish::put;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::points::Sensor;

/// Registers them; ids in table order.
pub fn register(
    fabric: &Fabric,
    targets: &mut Targets,
    points: &mut PointsBuilder,
) -> Vec<[PointId; 4]> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
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
        ids.push([
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
    ids
}

/// Publishes them.
pub fn publish(all: &Elements, ids: &[[PointId; 4]], points: &mut Points) {
    for (p, plant) in all.plants.iter().enumerate() {
        put(
            points,
            &ids[p],
            &[
                plant.p_mw,
                plant.available_mw,
                flag(plant.wear.failed),
                plant.p_set_mw,
            ],
        );
    }
}
