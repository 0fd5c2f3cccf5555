//! The urban heat island at one place: how much warmer a built-up district is than the weather station.
//!
//! It knows no map and no material: one number a district stands for both.

/// Air temperature, degrees Celsius, in a district whose heat island is `heat_island_k` on calm clear nights: full at
/// night, a third in full sun, when the air is well mixed (Oke, Boundary Layer Climates, 2nd ed., section 8.4: canopy
/// heat islands are nocturnal; the third is chosen). `ghi_w_m2` is global irradiance, `wind_m_s` the wind at 10 m.
#[must_use]
pub fn district_temp_c(temp_c: f64, heat_island_k: f64, ghi_w_m2: f64, wind_m_s: f64) -> f64 {
    let mixed = (ghi_w_m2 / 600.0).clamp(0.0, 1.0);
    let calm = 1.0 / (1.0 + wind_m_s / 6.0);
    temp_c + heat_island_k * calm * (1.0 - mixed * (2.0 / 3.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_on_a_calm_night_a_third_in_full_sun() {
        assert!((district_temp_c(25.0, 3.0, 0.0, 0.0) - 28.0).abs() < 1e-12);
        assert!((district_temp_c(35.0, 3.0, 800.0, 0.0) - 36.0).abs() < 1e-12);
        assert!((district_temp_c(25.0, 3.0, 0.0, 6.0) - 26.5).abs() < 1e-12);
    }
}
