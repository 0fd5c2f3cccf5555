//! Weather -> grid: the air, the sun and the ground of this step.

use crate::city::grid::inlets::Ambient;
use crate::city::weather::Now;
use bevy_ecs::prelude::Res;
use bevy_ecs::prelude::ResMut;

/// Hands the weather of the step to the grid.
pub fn weather_to_grid(now: Res<Now>, mut ambient: ResMut<Ambient>) {
    *ambient = Ambient {
        temp_c: now.record.temp_c,
        humidity: now.humidity_pct / 100.0,
        wind_m_s: now.record.wind_m_s,
        wind_dir_deg: now.record.wind_dir_deg,
        gust_m_s: now.record.gust_m_s,
        ghi_w_m2: now.record.ghi_w_m2,
        dni_w_m2: now.record.dni_w_m2,
        dhi_w_m2: now.record.dhi_w_m2,
        sun_altitude_rad: now.sun_altitude_rad,
        sun_azimuth_rad: now.sun_azimuth_rad,
        soil_c: now.soil_c,
    };
}
