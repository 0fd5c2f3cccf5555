//! The catalogue: conductors and transformers that the generator builds with, and their per-unit impedances.
//!
//! Electrical data are pandapower's standard types (`std_types.py`, after Oswald and Heuck); diameters and masses of
//! the steel-aluminium ropes are EN 50182's. Resistances there are at 20 C and are carried to 25 and 75 C here.

use crate::city::model::grid::Conductor;
use crate::city::model::grid::Laying;
use crate::city::model::grid::TransformerThermal;
use crate::scenario::generate::geometry::significant;

/// Power base of generated cities, megavolt-amperes.
pub const BASE_MVA: f64 = 100.0;
/// Frequency of generated cities, hertz. The reactances of the catalogue are given at 50 Hz.
pub const FREQUENCY_HZ: f64 = 50.0;

/// Index of 20 kV cable of 150 mm2 in [`conductors`].
pub const CABLE_150: usize = 0;
/// Index of 20 kV cable of 240 mm2.
pub const CABLE_240: usize = 1;
/// Index of 20 kV overhead line.
pub const OVERHEAD_94: usize = 2;
/// Index of the lighter 110 kV overhead line.
pub const OVERHEAD_243: usize = 3;
/// Index of the heavier 110 kV overhead line.
pub const OVERHEAD_305: usize = 4;
/// Index of 110 kV cable.
pub const CABLE_300: usize = 5;
/// Index of 380 kV overhead line.
pub const OVERHEAD_490: usize = 6;

/// Temperature coefficient of resistance of aluminium, a kelvin at 20 C (IEC 60889). Copper's differs by 3 %.
const ALPHA: f64 = 0.00403;
/// Density of aluminium in a stranded rope, kilograms a metre and square millimetre, lay included.
const ALUMINIUM_KG: f64 = 2.76e-3;
/// Density of the steel core, kilograms a metre and square millimetre.
const STEEL_KG: f64 = 7.8e-3;

/// Conductor types, in the order of the indices above.
#[must_use]
pub fn conductors() -> Vec<Conductor> {
    vec![
        cable("XLPE Al 150 20kV", 0.206, 0.116, 261.0, 319.0),
        cable("XLPE Al 240 20kV", 0.122, 0.112, 304.0, 421.0),
        rope(
            "Al/St 94/15 20kV",
            (94.4, 15.3),
            13.6,
            [0.306, 0.35, 10.5],
            350.0,
        ),
        rope(
            "Al/St 243/39 110kV",
            (243.1, 39.5),
            21.8,
            [0.1188, 0.39, 9.0],
            645.0,
        ),
        rope(
            "Al/St 305/39 110kV",
            (304.6, 39.5),
            24.1,
            [0.0949, 0.38, 9.2],
            740.0,
        ),
        cable("XLPE Cu 300 110kV", 0.060, 0.144, 144.0, 588.0),
        // Its reactance is that of a quad bundle, which every 380 kV line has.
        rope(
            "Al/St 490/64 380kV",
            (490.3, 63.6),
            30.6,
            [0.059, 0.253, 11.0],
            960.0,
        ),
    ]
}

fn at(r20: f64, temp_c: f64) -> f64 {
    significant(r20 * (1.0 + ALPHA * (temp_c - 20.0)), 5)
}

fn cable(id: &str, r20: f64, x: f64, c: f64, ampacity: f64) -> Conductor {
    Conductor {
        id: id.to_owned(),
        laying: Laying::Cable,
        diameter_mm: 0.0,
        r25_ohm_km: at(r20, 25.0),
        r75_ohm_km: at(r20, 75.0),
        x_ohm_km: x,
        c_nf_km: c,
        heat_capacity_j_mk: 0.0,
        // XLPE's continuous limit (IEC 60502-2).
        max_temp_c: 90.0,
        ampacity_a: ampacity,
    }
}

fn rope(id: &str, mm2: (f64, f64), diameter: f64, rxc: [f64; 3], ampacity: f64) -> Conductor {
    Conductor {
        id: id.to_owned(),
        laying: Laying::Overhead,
        diameter_mm: diameter,
        r25_ohm_km: at(rxc[0], 25.0),
        r75_ohm_km: at(rxc[0], 75.0),
        x_ohm_km: rxc[1],
        c_nf_km: rxc[2],
        // Specific heats 955 and 476 J/kgK (IEEE 738-2012, section 4.5).
        heat_capacity_j_mk: significant(mm2.0 * ALUMINIUM_KG * 955.0 + mm2.1 * STEEL_KG * 476.0, 4),
        // EN 50182 ropes are rated at 80 C conductor, 35 C air, 0.6 m/s.
        max_temp_c: 80.0,
        ampacity_a: ampacity,
    }
}

/// Rated power of one circuit, megavolt-amperes.
#[must_use]
pub fn rating_mva(conductor: &Conductor, bundle: u32, kv: f64) -> f64 {
    significant(
        3.0_f64.sqrt() * kv * conductor.ampacity_a * f64::from(bundle) * 1e-3,
        4,
    )
}

/// Series resistance and reactance and total charging of one circuit, per unit on [`BASE_MVA`].
#[must_use]
pub fn impedance_pu(conductor: &Conductor, bundle: u32, kv: f64, km: f64) -> [f64; 3] {
    let base_ohm = kv * kv / BASE_MVA;
    let parallel = f64::from(bundle);
    // Cables in parallel share their reactance; a twin overhead bundle of 40 cm keeps 0.78 of it (geometric mean
    // radius), and the 380 kV type already is a bundle.
    let (x_share, c_share) = match conductor.laying {
        Laying::Cable => (1.0 / parallel, parallel),
        Laying::Overhead if kv < 300.0 && bundle > 1 => (0.78, 1.28),
        Laying::Overhead => (1.0, 1.0),
    };
    let susceptance =
        std::f64::consts::TAU * FREQUENCY_HZ * conductor.c_nf_km * 1e-9 * c_share * km;
    [
        significant(conductor.r25_ohm_km / parallel * km / base_ohm, 6),
        significant(conductor.x_ohm_km * x_share * km / base_ohm, 6),
        significant(susceptance * base_ohm, 6),
    ]
}

/// Short-circuit voltage and its resistive part (per cent) and no-load current (per cent) by rating.
#[must_use]
pub fn transformer_percent(rating_mva: f64) -> [f64; 3] {
    if rating_mva > 100.0 {
        // 160 MVA 380/110 kV; larger units of the type have the same short-circuit voltage.
        [12.2, 0.25, 0.06]
    } else if rating_mva > 50.0 {
        [18.0, 0.322, 0.04]
    } else if rating_mva > 30.0 {
        [16.2, 0.34, 0.05]
    } else {
        [12.0, 0.41, 0.07]
    }
}

/// Series resistance and reactance and magnetising susceptance of a transformer, per unit on [`BASE_MVA`].
#[must_use]
pub fn transformer_pu(rating_mva: f64) -> [f64; 3] {
    let [vk, vkr, i0] = transformer_percent(rating_mva);
    let scale = BASE_MVA / rating_mva / 100.0;
    [
        significant(vkr * scale, 6),
        significant((vk * vk - vkr * vkr).sqrt() * scale, 6),
        significant(-i0 / 100.0 / (scale * 100.0), 6),
    ]
}

/// Thermal constants of a forced-air unit with 65 K average winding rise (IEEE C57.91-2011, clause 7, and the typical
/// values of its annexes): 52 K of oil and 26 K of winding stay within the 80 K of the hottest spot over ambient.
pub const THERMAL: TransformerThermal = TransformerThermal {
    top_oil_rise_k: 52.0,
    hot_spot_rise_k: 26.0,
    loss_ratio: 6.0,
    n: 0.9,
    m: 0.8,
    oil_time_min: 150.0,
    winding_time_min: 7.0,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_the_catalogues() {
        let c = conductors();
        assert_eq!(rating_mva(&c[OVERHEAD_243], 1, 110.0), 122.9);
        assert_eq!(rating_mva(&c[CABLE_150], 1, 20.0), 11.05);
        assert_eq!(rating_mva(&c[CABLE_240], 1, 20.0), 14.58);
    }

    #[test]
    fn impedances_by_hand() {
        let c = conductors();
        // 10 km of 0.39 ohm/km on 110^2/100 = 121 ohm.
        let [_, x, _] = impedance_pu(&c[OVERHEAD_243], 1, 110.0, 10.0);
        assert!((x - 3.9 / 121.0).abs() < 1e-7);
        // Two cables have half the reactance and twice the charging of one.
        let one = impedance_pu(&c[CABLE_300], 1, 110.0, 5.0);
        let two = impedance_pu(&c[CABLE_300], 2, 110.0, 5.0);
        assert!((two[1] - 0.5 * one[1]).abs() < 1e-7 && (two[2] - 2.0 * one[2]).abs() < 1e-6);
        // 63 MVA, 18 %: 0.2857 pu on 100 MVA.
        let [r, x, b] = transformer_pu(63.0);
        assert!(
            (x - 0.2857).abs() < 1e-4 && (r - 0.00511).abs() < 1e-5 && (b + 0.000_252).abs() < 1e-7
        );
    }
}
