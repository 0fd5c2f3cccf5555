//! Points of batteries: power, state of charge, set-point.

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
        targets.aim(p_set, Target::BatteryPower(b));
        ids.push([
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
    for (b, battery) in all.batteries.iter().enumerate() {
        put(
            points,
            &ids[b],
            &[
                battery.p_mw,
                100.0 * battery.soc,
                flag(battery.failed),
                battery.p_set_mw,
            ],
        );
    }
}
