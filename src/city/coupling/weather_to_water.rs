//! Weather -> water: the air of this step, which households and hydrants feel.

use crate::city::water::inlets::Air;
use crate::city::weather::Now;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the temperature of the step to the water net, if there is one.
pub fn weather_to_water(now: Res<Now>, air: Option<ResMut<Air>>) {
    if let Some(mut air) = air {
        air.temp_c = now.record.temp_c;
    }
}
