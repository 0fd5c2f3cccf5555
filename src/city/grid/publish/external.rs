//! Points of ties to neighbouring systems: import and its limit.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::publish::analog;
use crate::city::grid::publish::measured;
use crate::city::grid::publish::put;
use crate::engine::points::Keep;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;
use crate::engine::points::Sensor;

/// Registers them; ids in table order.
pub fn register(fabric: &Fabric, points: &mut PointsBuilder) -> Vec<[PointId; 2]> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
    for (e, row) in grid.externals.iter().enumerate() {
        let id = fabric.external_ids[e];
        let at = |quantity: &str| format!("grid/external/{}/{quantity}", row.id);
        let scale = row.limit_mw.max(1.0);
        ids.push([
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
                "Most that may be imported; 0 when the neighbour is lost",
                id,
                Sensor::default(),
                Keep::No,
            ),
        ]);
    }
    ids
}

/// Publishes them.
pub fn publish(all: &Elements, ids: &[[PointId; 2]], points: &mut Points) {
    for (e, external) in all.externals.iter().enumerate() {
        put(points, &ids[e], &[external.p_mw, external.importable_mw()]);
    }
}
