//! Conservation laws of the grid, checked on demand after a step.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::state::BatteryState;
use crate::city::grid::state::ExternalState;
use crate::city::grid::state::LoadState;
use crate::city::grid::state::PlantState;
use crate::engine::world::Breach;
use bevy_ecs::world::World;

/// Power that may be lost in rounding: the flow's tolerance over a few thousand buses, megawatts.
const BALANCE_MW: f64 = 0.05;

/// The laws that do not hold.
#[must_use]
pub fn breaches(world: &mut World) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut in_mw = 0.0;
    for external in world.query::<&ExternalState>().iter(world) {
        in_mw += external.p_mw;
    }
    for plant in world.query::<&PlantState>().iter(world) {
        in_mw += plant.p_mw;
        if plant.wear.failed && plant.p_mw > 1e-9 {
            let detail = format!("a failed plant makes {} MW", plant.p_mw);
            breaches.push(Breach {
                law: "grid/failed_plants_are_silent",
                detail,
            });
        }
    }
    for battery in world.query::<&BatteryState>().iter(world) {
        in_mw += battery.p_mw;
        if !(0.0..=1.0).contains(&battery.soc) {
            let detail = format!("state of charge {}", battery.soc);
            breaches.push(Breach {
                law: "grid/battery_within_bounds",
                detail,
            });
        }
    }
    let mut served_mw = 0.0;
    for load in world.query::<&LoadState>().iter(world) {
        in_mw += if load.supplied > 0.0 { load.pv_mw } else { 0.0 };
        served_mw += load.served_mw;
        if load.served_mw > load.demand_mw + 1e-9 || load.served_mw < 0.0 {
            let detail = format!(
                "{} MW served of {} MW asked for",
                load.served_mw, load.demand_mw
            );
            breaches.push(Breach {
                law: "grid/served_within_demand",
                detail,
            });
        }
    }
    let shunts_mw: f64 = match (
        world.get_resource::<Fabric>(),
        world.get_resource::<FlowState>(),
    ) {
        (Some(fabric), Some(flow)) => {
            let buses = fabric.grid().buses.iter().zip(&flow.voltages.vm_pu);
            buses.map(|(row, vm)| row.gs_mw * vm * vm).sum()
        }
        _ => 0.0,
    };
    let losses_mw = world
        .get_resource::<FlowState>()
        .map_or(0.0, |f| f.losses_mw);
    let gap_mw = in_mw - served_mw - losses_mw - shunts_mw;
    if gap_mw.abs() > BALANCE_MW {
        let detail = format!(
            "{in_mw:.6} MW in, {served_mw:.6} MW served, {losses_mw:.6} MW lost, {shunts_mw:.6} MW in shunts: {gap_mw:.6} MW apart"
        );
        breaches.push(Breach {
            law: "grid/power_balance",
            detail,
        });
    }
    breaches
}
