//! Points of feeders: what passes the breaker and who hangs behind it.

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
) -> Vec<[PointId; 7]> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
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
        ids.push([
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
    ids
}

/// Publishes them.
pub fn publish(fabric: &Fabric, all: &Elements, ids: &[[PointId; 7]], points: &mut Points) {
    let grid = fabric.grid();
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
        put(points, &ids[f], &values);
    }
}
