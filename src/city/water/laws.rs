//! Conservation of water, checked on demand after a step.

use crate::city::water::fabric::Shared;
use crate::city::water::state::WaterState;
use crate::engine::world::Breach;
use bevy_ecs::world::World;

/// Imbalance of a node over the flow through the net that rounding may leave.
const NODE: f64 = 1e-6;
/// Difference of the whole balance over what came in, and in cubic metres at least.
const WHOLE: f64 = 1e-6;
const LEAST_M3: f64 = 1e-3;

/// The laws that do not hold.
#[must_use]
pub fn breaches(world: &World) -> Vec<Breach> {
    let (Some(fabric), Some(state)) = (
        world.get_resource::<Shared>(),
        world.get_resource::<WaterState>(),
    ) else {
        return Vec::new();
    };
    let water = fabric.0.water();
    let mut breaches = Vec::new();
    let asked: f64 = state.net.required_m3s.iter().sum();
    if state.imbalance_m3s > NODE * asked.max(1e-3) {
        breaches.push(Breach {
            law: "water/node_balance",
            detail: format!("a node is {} m3/s apart", state.imbalance_m3s),
        });
    }
    let t = &state.totals;
    let stored: f64 = state.volume_m3.iter().sum();
    let gap = t.from_sources_m3
        - t.delivered_m3
        - t.leaked_m3
        - t.escaped_m3
        - (stored - t.stored_at_start_m3)
        - t.clipped_m3;
    if gap.abs() > (WHOLE * t.from_sources_m3).max(LEAST_M3) {
        breaches.push(Breach {
            law: "water/mass_balance",
            detail: format!(
                "{:.3} m3 in, {:.3} delivered, {:.3} leaked, {:.3} escaped, {stored:.3} stored: {gap:.3} m3 apart",
                t.from_sources_m3, t.delivered_m3, t.leaked_m3, t.escaped_m3
            ),
        });
    }
    for (i, tank) in water.tanks.iter().enumerate() {
        let full = tank.area_m2 * tank.depth_m;
        if !(0.0..=full * (1.0 + 1e-12)).contains(&state.volume_m3[i]) {
            breaches.push(Breach {
                law: "water/tank_within_bounds",
                detail: format!("{} m3 in tank {}", state.volume_m3[i], tank.id),
            });
        }
    }
    breaches
}
