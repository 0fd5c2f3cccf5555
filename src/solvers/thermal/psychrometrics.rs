//! Moist air: relative humidity, humidity ratio, heat index, wet bulb.
//!
//! It deliberately stays with the short published fits (each with its range); no ice branch, no enthalpy.

/// Saturation vapour pressure over water, pascals (Magnus form, Alduchov and Eskridge 1996, -40 to 50 C within 0.4 %).
#[must_use]
pub fn saturation_pressure_pa(temp_c: f64) -> f64 {
    610.94 * libm::exp(17.625 * temp_c / (243.04 + temp_c))
}

/// Relative humidity, percent, from dry bulb and dew point in degrees Celsius; at most 100.
#[must_use]
pub fn relative_humidity_pct(temp_c: f64, dew_point_c: f64) -> f64 {
    (100.0 * saturation_pressure_pa(dew_point_c) / saturation_pressure_pa(temp_c)).min(100.0)
}

/// Dew point, degrees Celsius, from dry bulb and relative humidity (percent, at least 1): the Magnus form inverted.
#[must_use]
pub fn dew_point_c(temp_c: f64, relative_humidity_pct: f64) -> f64 {
    let gamma = libm::log(relative_humidity_pct.clamp(1.0, 100.0) / 100.0)
        + 17.625 * temp_c / (243.04 + temp_c);
    243.04 * gamma / (17.625 - gamma)
}

/// Humidity ratio, kg water a kg dry air, at a dew point (degrees Celsius) and pressure (pascals).
#[must_use]
pub fn humidity_ratio(dew_point_c: f64, pressure_pa: f64) -> f64 {
    let vapour = saturation_pressure_pa(dew_point_c);
    0.621_98 * vapour / (pressure_pa - vapour)
}

/// Heat index, degrees Celsius, as the US National Weather Service computes it: the simple form of Steadman averaged
/// with the temperature, and from 80 F on the regression of Rothfusz (SR 90-23, 1990) with both of its adjustments.
#[must_use]
pub fn heat_index_c(temp_c: f64, relative_humidity_pct: f64) -> f64 {
    let t = temp_c * 1.8 + 32.0;
    let r = relative_humidity_pct;
    let steadman = 0.5 * (t + 61.0 + (t - 68.0) * 1.2 + r * 0.094);
    let simple = 0.5 * (steadman + t);
    let index_f = if simple < 80.0 {
        simple
    } else {
        let mut index = -42.379 + 2.049_015_23 * t + 10.143_331_27 * r
            - 0.224_755_41 * t * r
            - 0.006_837_83 * t * t
            - 0.054_817_17 * r * r
            + 0.001_228_74 * t * t * r
            + 0.000_852_82 * t * r * r
            - 0.000_001_99 * t * t * r * r;
        if r < 13.0 && (80.0..=112.0).contains(&t) {
            index -= (13.0 - r) / 4.0 * ((17.0 - (t - 95.0).abs()).max(0.0) / 17.0).sqrt();
        } else if r > 85.0 && (80.0..=87.0).contains(&t) {
            index += (r - 85.0) / 10.0 * ((87.0 - t) / 5.0);
        }
        index
    };
    (index_f - 32.0) / 1.8
}

/// Wet-bulb temperature, degrees Celsius (Stull 2011, eq. 1): sea level, 5 to 99 % and -20 to 50 C, within 1 K.
#[must_use]
pub fn wet_bulb_c(temp_c: f64, relative_humidity_pct: f64) -> f64 {
    let r = relative_humidity_pct;
    temp_c * libm::atan(0.151_977 * (r + 8.313_659).sqrt()) + libm::atan(temp_c + r)
        - libm::atan(r - 1.676_331)
        + 0.003_918_38 * r * r.sqrt() * libm::atan(0.023_101 * r)
        - 4.686_035
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heat_index_f(temp_f: f64, humidity: f64) -> f64 {
        heat_index_c((temp_f - 32.0) / 1.8, humidity) * 1.8 + 32.0
    }

    #[test]
    fn weather_service_heat_index_chart() {
        // NWS chart, Fahrenheit: within its rounding.
        for (t, r, index) in [
            (80.0, 40.0, 80.0),
            (90.0, 50.0, 95.0),
            (90.0, 70.0, 105.0),
            (96.0, 65.0, 121.0),
            (100.0, 55.0, 124.0),
            (106.0, 40.0, 124.0),
            (110.0, 40.0, 136.0),
        ] {
            assert!(
                (heat_index_f(t, r) - index).abs() < 1.0,
                "{t} F, {r} %: {}",
                heat_index_f(t, r)
            );
        }
    }

    #[test]
    fn adjustments_and_simple_form() {
        // By hand from the NWS page. 100 F, 5 %: the regression gives 95.49, less (8/4) sqrt(12/17) = 1.68.
        let regression =
            -42.379 + 204.901_523 + 50.716_656_35 - 112.377_705 - 68.3783 - 1.370_429_25
                + 61.437
                + 2.132_05
                - 0.4975;
        assert!(
            (heat_index_f(100.0, 5.0) - (regression - 2.0 * (12.0_f64 / 17.0).sqrt())).abs() < 1e-6
        );
        // 70 F, 50 %: 0.5 (0.5 (70 + 61 + 2.4 + 4.7) + 70) = 69.525.
        assert!((heat_index_f(70.0, 50.0) - 69.525).abs() < 1e-9);
    }

    #[test]
    fn humid_adjustment_adds_up_to_the_hand_value() {
        // 82 F, 95 %: adds (10/10)(5/5) = 1 F; the step across 85 % is continuous, so compare with 0 added at 85 %.
        let added = heat_index_f(82.0, 85.0 + 1e-9) - heat_index_f(82.0, 85.0);
        assert!(added.abs() < 1e-6);
        assert!(
            (heat_index_f(82.0, 95.0) - 93.7).abs() < 0.5,
            "{}",
            heat_index_f(82.0, 95.0)
        );
    }

    #[test]
    fn stull_example_20_c_at_50_percent() {
        assert!((wet_bulb_c(20.0, 50.0) - 13.7).abs() < 0.05);
    }

    #[test]
    fn dew_point_and_humidity_invert_each_other() {
        assert!((relative_humidity_pct(30.0, 30.0) - 100.0).abs() < 1e-12);
        for humidity in [5.0, 40.0, 95.0] {
            let dew = dew_point_c(33.0, humidity);
            assert!((relative_humidity_pct(33.0, dew) - humidity).abs() < 1e-9);
        }
        // ASHRAE: saturated air at 25 C and 101325 Pa holds 0.0202 kg/kg, 0.5 % of it real-gas enhancement, left out here.
        assert!((humidity_ratio(25.0, 101_325.0) - 0.0202).abs() < 0.0002);
    }
}
