//! A photovoltaic array: irradiance on its plane, cell temperature, a.c. power behind its inverter.
//!
//! It deliberately has no spectral, angle-of-incidence, shading or soiling detail; one loss factor stands for all.

use std::f64::consts::PI;

use crate::solvers::sun::Irradiance;
use crate::solvers::sun::SunPosition;

/// Reflectance of ground and roofs (the usual assumption of PVWatts and its kin).
const ALBEDO: f64 = 0.2;

/// Power of crystalline silicon lost per kelvin of cell temperature above 25 C (data sheets: 0.35 to 0.45 %/K).
const POWER_PER_K: f64 = -0.004;

/// An array; powers are in watts, whatever its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PvArray {
    /// D.c. power at 1000 W/m2 and 25 C cell, W.
    pub dc_w: f64,
    /// Rated a.c. power of the inverter, W.
    pub inverter_w: f64,
    /// Tilt from horizontal, radians.
    pub tilt_rad: f64,
    /// Direction the array faces, radians clockwise from north.
    pub azimuth_rad: f64,
    /// Nominal operating cell temperature, degrees Celsius (45 to 48 on open racks; roofs run warmer).
    pub noct_c: f64,
    /// Inverter, wiring, soiling and mismatch together (PVWatts default: 0.96 x 0.86 = 0.83).
    pub system_efficiency: f64,
}

impl PvArray {
    /// Irradiance on the plane of the array, W/m2: beam, isotropic sky (Liu and Jordan 1963), ground.
    #[must_use]
    pub fn plane_irradiance_w_m2(&self, sun: SunPosition, sky: Irradiance) -> f64 {
        let (sin_tilt, cos_tilt) = libm::sincos(self.tilt_rad);
        let (sin_alt, cos_alt) = libm::sincos(sun.altitude_rad);
        let incidence =
            sin_alt * cos_tilt + cos_alt * sin_tilt * libm::cos(sun.azimuth_rad - self.azimuth_rad);
        let beam = if sun.altitude_rad > 0.0 {
            sky.dni_w_m2 * incidence.max(0.0)
        } else {
            0.0
        };
        beam + sky.dhi_w_m2 * 0.5 * (1.0 + cos_tilt)
            + sky.ghi_w_m2 * ALBEDO * 0.5 * (1.0 - cos_tilt)
    }

    /// A.c. power, W, at a plane irradiance and air temperature: the NOCT cell temperature
    /// (Ta + (NOCT - 20) G / 800), linear power loss, clipped at the inverter.
    #[must_use]
    pub fn power_w(&self, plane_w_m2: f64, temp_c: f64) -> f64 {
        let cell_c = temp_c + (self.noct_c - 20.0) * plane_w_m2 / 800.0;
        let dc = self.dc_w * plane_w_m2 / 1000.0 * (1.0 + POWER_PER_K * (cell_c - 25.0));
        (dc * self.system_efficiency).clamp(0.0, self.inverter_w)
    }
}

/// An array of `dc_w` watts on a typical roof: 30 degrees towards the equator, inverter 0.83 of the modules' power
/// (d.c./a.c. ratio 1.2), NOCT 48 C.
#[must_use]
pub fn typical_roof(dc_w: f64, latitude_deg: f64) -> PvArray {
    PvArray {
        dc_w,
        inverter_w: dc_w / 1.2,
        tilt_rad: PI / 6.0,
        azimuth_rad: if latitude_deg >= 0.0 { PI } else { 0.0 },
        noct_c: 48.0,
        system_efficiency: 0.83,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solvers::sun::irradiance;
    use crate::solvers::sun::sun_position;

    #[test]
    fn hot_cells_lose_power_by_hand() {
        let array = PvArray {
            system_efficiency: 1.0,
            inverter_w: 1e9,
            ..typical_roof(1000.0, 42.0)
        };
        // 800 W/m2 at 20 C air: cell 48 C, 0.8 (1 - 0.004 x 23) = 0.7264 kW.
        assert!((array.power_w(800.0, 20.0) - 726.4).abs() < 1e-9);
        assert_eq!(array.power_w(0.0, 20.0), 0.0);
    }

    #[test]
    fn inverter_clips() {
        assert_eq!(
            PvArray {
                inverter_w: 300.0,
                ..typical_roof(1000.0, 42.0)
            }
            .power_w(900.0, 20.0),
            300.0
        );
    }

    #[test]
    fn flat_array_sees_global_horizontal() {
        let sun = sun_position(41.9, 195.0, 10.0);
        let sky = irradiance(sun, 195.0, 0.3);
        let flat = PvArray {
            tilt_rad: 0.0,
            ..typical_roof(1.0, 41.9)
        };
        assert!((flat.plane_irradiance_w_m2(sun, sky) - sky.ghi_w_m2).abs() < 1e-9);
    }

    #[test]
    fn at_17_h_a_roof_gives_30_to_45_percent_of_noon() {
        // SIZING.md, supply: 17 h (here solar time) gives 30 to 45 % of noon.
        let array = typical_roof(1000.0, 41.9);
        let at = |hour: f64| {
            let sun = sun_position(41.9, 195.0, hour);
            array.power_w(
                array.plane_irradiance_w_m2(sun, irradiance(sun, 195.0, 0.1)),
                35.0,
            )
        };
        let ratio = at(17.0) / at(12.0);
        assert!((0.30..0.45).contains(&ratio), "{ratio}");
    }
}
