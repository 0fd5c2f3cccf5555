//! Points of power transformers: flows, temperatures, tap, breakers and the voltage to hold.

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
) -> Vec<[PointId; 10]> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
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
        ids.push([
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
    ids
}

/// Publishes them.
pub fn publish(fabric: &Fabric, all: &Elements, ids: &[[PointId; 10]], points: &mut Points) {
    let grid = fabric.grid();
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
        put(points, &ids[i], &values);
    }
}
