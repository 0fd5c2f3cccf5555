//! Points of lines: flows, the rating of the weather, switches.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::Elements;
use crate::city::grid::handles::Target;
use crate::city::grid::handles::Targets;
use crate::city::grid::publish::OWNER;
use crate::city::grid::publish::analog;
use crate::city::grid::publish::flag;
use crate::city::grid::publish::measured;
use crate::city::grid::publish::put;
use crate::engine::clock::Clock;
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
        ids.push([
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
    ids
}

/// Publishes them.
pub fn publish(clock: &Clock, all: &Elements, ids: &[[PointId; 7]], points: &mut Points) {
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
        put(points, &ids[i], &values);
    }
}
