//! Points of buses: voltage alone.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::publish::OWNER;
use crate::city::grid::publish::analog;
use crate::engine::points::PointId;
use crate::engine::points::Points;
use crate::engine::points::PointsBuilder;

/// Registers them; ids in table order.
pub fn register(fabric: &Fabric, points: &mut PointsBuilder) -> Vec<PointId> {
    let grid = fabric.grid();
    let mut ids = Vec::new();
    for bus in &grid.buses {
        let about = "Voltage of the bus; 0 when dark";
        let path = format!("grid/bus/{}/voltage_pu", bus.id);
        ids.push(
            points
                .measured(path, "pu", [0.0, 1.5], OWNER, about)
                .sensed(analog(1.0))
                .id(),
        );
    }
    ids
}

/// Publishes them.
pub fn publish(flow: &FlowState, ids: &[PointId], points: &mut Points) {
    for (b, id) in ids.iter().enumerate() {
        points.publish(*id, flow.voltages.vm_pu[b]);
    }
}
