//! Thermal models against published figures: IEEE 738-2012's worked example, IEEE C57.91 ageing, an IEC 60076-7 run.

use std::f64::consts::FRAC_PI_2;

use autopolis::solvers::sun::sun_position;
use autopolis::solvers::thermal::conductor::Conductor;
use autopolis::solvers::thermal::conductor::ConductorAir;
use autopolis::solvers::thermal::conductor::clear_sky_gain_w_m;
use autopolis::solvers::thermal::transformer::Ageing;
use autopolis::solvers::thermal::transformer::Transformer;
use autopolis::solvers::thermal::transformer::TransformerState;

/// The standard prints three or four digits; 1 % covers its roundings of film properties.
const CONDUCTOR_TOLERANCE: f64 = 0.01;

fn drake_air(ambient_c: f64) -> ConductorAir {
    ConductorAir::new(ambient_c, 0.61, FRAC_PI_2, 0.0)
}

fn drake_sun_gain() -> f64 {
    // 30 N, 10 June, 11 h solar time, line running east-west, sea level, clear air.
    clear_sky_gain_w_m(
        &Conductor::DRAKE,
        sun_position(30.0, 161.0, 11.0),
        FRAC_PI_2,
        0.0,
        false,
    )
}

fn close(got: f64, expected: f64, tolerance: f64) -> bool {
    (got / expected - 1.0).abs() < tolerance
}

#[test]
fn val_ieee_738_drake_heat_terms() {
    let loss = Conductor::DRAKE.heat_loss(&drake_air(40.0), 100.0);
    assert!(
        close(loss.convective_w_m, 82.0, CONDUCTOR_TOLERANCE),
        "q_c {}",
        loss.convective_w_m
    );
    assert!(
        close(loss.radiated_w_m, 39.1, CONDUCTOR_TOLERANCE),
        "q_r {}",
        loss.radiated_w_m
    );
    assert!(
        close(drake_sun_gain(), 22.4, CONDUCTOR_TOLERANCE),
        "q_s {}",
        drake_sun_gain()
    );
}

#[test]
fn val_ieee_738_drake_ratings() {
    // (conductor C, ambient C, A)
    let table = [
        (100.0, 20.0, 1199.0),
        (100.0, 30.0, 1117.0),
        (100.0, 35.0, 1072.0),
        (100.0, 40.0, 1025.0),
        (100.0, 45.0, 975.0),
        (100.0, 50.0, 922.0),
        (75.0, 25.0, 918.0),
        (75.0, 40.0, 726.0),
        (75.0, 45.0, 647.0),
    ];
    for (max_temp, ambient, amps) in table {
        let got = Conductor::DRAKE.rating_a(&drake_air(ambient), drake_sun_gain(), max_temp);
        assert!(
            close(got, amps, CONDUCTOR_TOLERANCE),
            "{max_temp} C at {ambient} C: {got} A against {amps}"
        );
        let back = Conductor::DRAKE.steady_temp_c(&drake_air(ambient), drake_sun_gain(), amps);
        assert!(
            (back - max_temp).abs() < 1.5,
            "{amps} A at {ambient} C: {back} C against {max_temp}"
        );
    }
}

#[test]
fn val_c57_91_ageing_factors() {
    for (hot_spot, factor, half_digit) in [
        (110.0, 1.00, 0.005),
        (117.0, 2.02, 0.005),
        (120.0, 2.71, 0.005),
        (130.0, 6.98, 0.005),
        (140.0, 17.2, 0.05),
    ] {
        let got = Ageing::C57_91.factor(hot_spot);
        assert!(
            (got - factor).abs() <= half_digit,
            "{hot_spot} C: {got} against {factor}"
        );
    }
    for (hot_spot, rate) in [
        (80.0, 0.125),
        (86.0, 0.25),
        (98.0, 1.0),
        (110.0, 4.0),
        (128.0, 32.0),
        (140.0, 128.0),
    ] {
        // IEC 60076-7, table 2 (paper not upgraded).
        assert!(close(Ageing::Iec60076_7.factor(hot_spot), rate, 1e-12));
    }
}

#[test]
fn val_iec_60076_7_trajectory_over_48_h() {
    let text = include_str!("data/thermal/iec_60076_7_trajectory.csv");
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 97);
    let unit = Transformer::IEC_ONAN_POWER;
    // Two lengths of step: the solution is exact, so both must agree with the one-minute reference.
    for (dt_s, steps) in [(60.0, 30), (300.0, 6)] {
        let decay = unit.decay(dt_s);
        let mut state = TransformerState {
            top_oil_c: rows[0][3],
            winding_rise_k: 0.0,
            oil_lag_k: 0.0,
        };
        for row in &rows[1..] {
            for _ in 0..steps {
                state = unit.step(&decay, state, row[1], row[2]);
            }
            assert!(
                (state.top_oil_c - row[3]).abs() < 1e-6,
                "minute {}: oil {} against {}",
                row[0],
                state.top_oil_c,
                row[3]
            );
            assert!(
                (state.hot_spot_c() - row[4]).abs() < 1e-6,
                "minute {}: {} against {}",
                row[0],
                state.hot_spot_c(),
                row[4]
            );
        }
    }
}
