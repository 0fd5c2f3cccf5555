//! Weather -> people: the air of this step.

use crate::city::people::inlets::Air;
use crate::city::weather::Now;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the weather of the step to people; nothing in a city without.
pub fn weather_to_people(now: Res<Now>, air: Option<ResMut<Air>>) {
    let Some(mut air) = air else {
        return;
    };
    *air = Air {
        temp_c: now.record.temp_c,
        dew_point_c: now.record.dew_point_c,
        heat_index_c: now.heat_index_c,
        ghi_w_m2: now.record.ghi_w_m2,
        wind_m_s: now.record.wind_m_s,
    };
}
