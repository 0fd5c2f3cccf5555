//! Where the sun stands and what it gives at the ground: the one solar geometry shared by conductors, photovoltaics
//! and the weather generator.
//!
//! It deliberately has no atmospheric refraction, terrain horizon or aerosol model: altitude is good to about half a
//! degree and clear-sky irradiance to about 5 %, which is less than the weather's own uncertainty.

use std::f64::consts::PI;

/// Solar constant, W/m2 (Kopp and Lean 2011, the value of the World Radiation Center since).
const SOLAR_CONSTANT_W_M2: f64 = 1361.0;

/// Below this altitude (2 degrees) a beam share is meaningless: all irradiance counts as diffuse.
const LOWEST_BEAM_ALTITUDE_RAD: f64 = 2.0 * PI / 180.0;

/// Position of the sun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SunPosition {
    /// Angle above the horizon, radians; negative at night.
    pub altitude_rad: f64,
    /// Direction clockwise from north, radians in [0, 2 pi).
    pub azimuth_rad: f64,
}

/// Irradiance at the ground; `ghi = dni sin(altitude) + dhi` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Irradiance {
    /// Global horizontal, W/m2.
    pub ghi_w_m2: f64,
    /// Direct normal, W/m2.
    pub dni_w_m2: f64,
    /// Diffuse horizontal, W/m2.
    pub dhi_w_m2: f64,
}

/// Solar declination, radians, on a day of the year (1 = 1 January).
///
/// Spencer 1971's Fourier series, within 0.05 degrees. IEEE 738-2012 eq. (16b), 23.46 sin(360 (284 + N) / 365), is the
/// same at midsummer but up to 1.3 degrees off near the equinoxes.
#[must_use]
pub fn declination_rad(day_of_year: f64) -> f64 {
    let (sin_1, cos_1) = libm::sincos(2.0 * PI * (day_of_year - 1.0) / 365.0);
    let (sin_2, cos_2) = (2.0 * sin_1 * cos_1, 1.0 - 2.0 * sin_1 * sin_1);
    let (sin_3, cos_3) = (sin_2 * cos_1 + cos_2 * sin_1, cos_2 * cos_1 - sin_2 * sin_1);
    0.006_918 - 0.399_912 * cos_1 + 0.070_257 * sin_1 - 0.006_758 * cos_2 + 0.000_907 * sin_2
        - 0.002_697 * cos_3
        + 0.001_48 * sin_3
}

/// Position of the sun at a latitude (degrees, north positive), day of the year and solar time (hours, 12 = highest).
///
/// IEEE 738-2012, eqs. (16a) and (17), the azimuth by the two-argument arctangent instead of the table of quadrants.
#[must_use]
pub fn sun_position(latitude_deg: f64, day_of_year: f64, solar_hour: f64) -> SunPosition {
    let (sin_lat, cos_lat) = libm::sincos(latitude_deg.to_radians());
    let declination = declination_rad(day_of_year);
    let (sin_dec, cos_dec) = libm::sincos(declination);
    let (sin_hour, cos_hour) = libm::sincos((solar_hour - 12.0) * PI / 12.0);
    let sin_altitude = (cos_lat * cos_dec * cos_hour + sin_lat * sin_dec).clamp(-1.0, 1.0);
    let from_south = libm::atan2(
        sin_hour * cos_dec,
        cos_hour * sin_lat * cos_dec - sin_dec * cos_lat,
    );
    SunPosition {
        altitude_rad: libm::asin(sin_altitude),
        azimuth_rad: (PI + from_south).rem_euclid(2.0 * PI),
    }
}

/// Solar time, hours (may leave [0, 24) by the longitude shift), at a clock time (hours) in a zone `utc_offset_h` ahead
/// of UTC, summer time included; longitude in degrees, east positive.
///
/// Equation of time after Spencer 1971 as shortened by Woolf 1968 (minutes): 9.87 sin 2B - 7.53 cos B - 1.5 sin B.
#[must_use]
pub fn solar_hour(clock_hour: f64, longitude_deg: f64, utc_offset_h: f64, day_of_year: f64) -> f64 {
    let b = 2.0 * PI * (day_of_year - 81.0) / 364.0;
    let (sin_b, cos_b) = libm::sincos(b);
    let equation_min = 9.87 * libm::sin(2.0 * b) - 7.53 * cos_b - 1.5 * sin_b;
    clock_hour + longitude_deg / 15.0 - utc_offset_h + equation_min / 60.0
}

/// Irradiance under a sky with this fraction of cloud (0 clear, 1 overcast).
///
/// Clear sky: Haurwitz 1945. Cloud: Kasten and Czeplak 1980, GHI = GHI_clear (1 - 0.75 N^3.4). Diffuse share: Erbs,
/// Klein and Duffie 1982, from the clearness index.
#[must_use]
pub fn irradiance(sun: SunPosition, day_of_year: f64, cloud_fraction: f64) -> Irradiance {
    let sin_altitude = libm::sin(sun.altitude_rad);
    if sin_altitude <= 0.0 {
        return Irradiance::default();
    }
    let clear = 1098.0 * sin_altitude * libm::exp(-0.057 / sin_altitude);
    let ghi = clear * (1.0 - 0.75 * libm::pow(cloud_fraction.clamp(0.0, 1.0), 3.4));
    if sun.altitude_rad < LOWEST_BEAM_ALTITUDE_RAD {
        return Irradiance {
            ghi_w_m2: ghi,
            dni_w_m2: 0.0,
            dhi_w_m2: ghi,
        };
    }
    let distance = 1.0 + 0.033 * libm::cos(2.0 * PI * day_of_year / 365.0);
    let clearness = ghi / (SOLAR_CONSTANT_W_M2 * distance * sin_altitude);
    let dhi = ghi * erbs_diffuse_fraction(clearness);
    Irradiance {
        ghi_w_m2: ghi,
        dni_w_m2: (ghi - dhi) / sin_altitude,
        dhi_w_m2: dhi,
    }
}

fn erbs_diffuse_fraction(clearness: f64) -> f64 {
    let k = clearness;
    if k <= 0.22 {
        1.0 - 0.09 * k
    } else if k <= 0.80 {
        0.9511 + k * (-0.1604 + k * (4.388 + k * (-16.638 + k * 12.336)))
    } else {
        0.165
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ieee_738_example_sun_on_10_june_at_11_h() {
        // IEEE 738-2012, 4.6: 30 N, 10 June (day 161), 11 h: altitude 74.8, azimuth 114 degrees.
        let sun = sun_position(30.0, 161.0, 11.0);
        assert!(
            (sun.altitude_rad.to_degrees() - 74.8).abs() < 0.2,
            "{}",
            sun.altitude_rad.to_degrees()
        );
        assert!(
            (sun.azimuth_rad.to_degrees() - 114.0).abs() < 1.0,
            "{}",
            sun.azimuth_rad.to_degrees()
        );
    }

    #[test]
    fn noon_sun_stands_south_in_chicago_and_north_in_santiago() {
        let noon = sun_position(41.9, 172.0, 12.0);
        assert!((noon.azimuth_rad.to_degrees() - 180.0).abs() < 1e-6);
        assert!((noon.altitude_rad.to_degrees() - (90.0 - 41.9 + 23.45)).abs() < 0.05);
        let south = sun_position(-33.4, 172.0, 12.0);
        let from_north = south.azimuth_rad.to_degrees().rem_euclid(360.0);
        assert!(!(1.0..=359.0).contains(&from_north), "{from_north}");
        assert!(sun_position(41.9, 172.0, 0.0).altitude_rad < 0.0);
        assert!(sun_position(41.9, 172.0, 8.0).azimuth_rad < PI);
        assert!(sun_position(41.9, 172.0, 16.0).azimuth_rad > PI);
    }

    #[test]
    fn solar_noon_in_chicago_summer_time_is_near_13_h() {
        let hour = solar_hour(12.93, -87.63, -5.0, 195.0);
        assert!((hour - 12.0).abs() < 0.06, "{hour}");
    }

    #[test]
    fn irradiance_closes_and_cloud_takes_beam_first() {
        let sun = sun_position(41.9, 195.0, 12.0);
        let clear = irradiance(sun, 195.0, 0.0);
        assert!(
            (900.0..1010.0).contains(&clear.ghi_w_m2),
            "{}",
            clear.ghi_w_m2
        );
        assert!(
            (750.0..950.0).contains(&clear.dni_w_m2),
            "{}",
            clear.dni_w_m2
        );
        let overcast = irradiance(sun, 195.0, 1.0);
        assert!((overcast.ghi_w_m2 / clear.ghi_w_m2 - 0.25).abs() < 1e-12);
        assert!(overcast.dni_w_m2 < 0.02 * clear.dni_w_m2);
        for sky in [clear, overcast] {
            let closure = sky.dni_w_m2 * libm::sin(sun.altitude_rad) + sky.dhi_w_m2 - sky.ghi_w_m2;
            assert!(closure.abs() < 1e-9);
        }
        assert_eq!(
            irradiance(sun_position(41.9, 195.0, 0.0), 195.0, 0.0),
            Irradiance::default()
        );
    }
}
