//! On-load tap changers: each holds its low-voltage bus at its set-point, one tap at a time.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::flow::FlowState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;

/// Half the dead band, per unit: a little over half a tap of 1.5 %, so that a changer cannot hunt.
const DEAD_PU: f64 = 0.010;

/// Moves each tap changer by at most one tap a step: mechanisms take 5 to 10 s a tap after a delay of 30 to 60 s.
pub fn tap(
    fabric: Res<Fabric>,
    flow: Res<FlowState>,
    mut transformers: Query<(&Slot, &mut TransformerState)>,
) {
    for (slot, mut state) in &mut transformers {
        let row = &fabric.grid().transformers[slot.0];
        let vm = flow.voltages.vm_pu[row.to];
        if row.tap_step == 0.0 || !state.energised || vm < 0.1 {
            continue;
        }
        let error = vm - state.v_set_pu;
        // A higher ratio on the high-voltage side lowers the low-voltage side.
        if error > DEAD_PU {
            state.tap = (state.tap + 1).min(row.tap_max);
        } else if error < -DEAD_PU {
            state.tap = (state.tap - 1).max(row.tap_min);
        }
    }
}
