//! Points of loads: the share of customers with supply.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::publish::measured;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::points::Sensor;

/// Registers them; ids in table order.
pub fn register(fabric: &Fabric, points: &mut PointsBuilder) -> Vec<PointId> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
    for (l, row) in grid.loads.iter().enumerate() {
        let path = format!("grid/load/{}/supplied_share", row.id);
        let id = fabric.load_ids[l];
        ids.push(measured(
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

/// Publishes them.
pub fn publish(all: &Elements, ids: &[PointId], points: &mut Points) {
    for (l, load) in all.loads.iter().enumerate() {
        points.publish(ids[l], load.supplied);
    }
}
