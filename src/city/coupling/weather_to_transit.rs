//! Weather -> transit: the air of this step, on rails, in vehicles and at engines.

use crate::city::transit::inlets::Air;
use crate::city::weather::Now;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the air of the step to public transport, if the city has any.
pub fn weather_to_transit(now: Res<Now>, air: Option<ResMut<Air>>) {
    if let Some(mut air) = air {
        air.temp_c = now.record.temp_c;
    }
}
