//! Weather -> roads: the rain of this step.

use crate::city::roads::inlets::Surface;
use crate::city::weather::Now;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the rain of the step to the roads.
pub fn weather_to_roads(now: Res<Now>, mut surface: ResMut<Surface>) {
    let rain_mm_h = now.record.rain_mm_h;
    if surface.rain_mm_h != rain_mm_h {
        surface.rain_mm_h = rain_mm_h;
    }
}
