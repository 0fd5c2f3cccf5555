//! x^0.852 for many x at once: the one power that the Hazen-Williams formula needs at every pipe and iteration.
//!
//! It is plain arithmetic, so its bits depend on no library, and it is written so that the compiler can make vectors of
//! it. It is not a general power function: arguments are finite and not negative, and below the smallest normal number it
//! gives about zero.

/// ln 2.
const LN_2: f64 = std::f64::consts::LN_2;
/// Adding and subtracting this rounds to an integer, which stands in the low bits between.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// An integer below 2^52 put into the fraction of this number is added to it.
const TWO_52: f64 = 4_503_599_627_370_496.0;
/// Mantissa bits of the square root of one half.
const HALF_ROOT: u64 = 0x3fe6_a09e_667f_3bcd;

/// Exponent of flow in the slope of Hazen-Williams: 1.852 less 1.
const SLOPE_EXPONENT: f64 = 0.852;

/// Coefficients of artanh(s)/s - 1 over s^2, in powers of s^2.
const ARTANH: [f64; 9] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
];
/// Coefficients of exp.
const EXP: [f64; 13] = [
    1.0,
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
];

/// Value of a polynomial, lowest coefficient first: even and odd powers apart, so that a processor can do both at once.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let z = x * x;
    let (mut even, mut odd) = (0.0, 0.0);
    for power in (0..N).rev() {
        if power % 2 == 0 {
            even = even * z + coefficients[power];
        } else {
            odd = odd * z + coefficients[power];
        }
    }
    even + x * odd
}

/// Writes `x[i]^0.852` into `out[i]`; relative error below 1e-14.
pub fn hazen_williams_slope(x: &[f64], out: &mut [f64]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = exp2(SLOPE_EXPONENT * log2(x.abs()));
    }
}

/// Base-2 logarithm of a normal positive number: exponent, and the series of artanh for a mantissa near 1.
#[inline(always)]
fn log2(x: f64) -> f64 {
    let shifted = x.to_bits().wrapping_sub(HALF_ROOT);
    // The exponent that leaves a mantissa between the square roots of 1/2 and 2; biased so that it is not negative.
    let exponent = (shifted.wrapping_add(0x4000_0000_0000_0000)) >> 52;
    let mantissa = f64::from_bits(
        x.to_bits()
            .wrapping_sub((exponent.wrapping_sub(0x400)) << 52),
    );
    let e = f64::from_bits(exponent | TWO_52.to_bits()) - (TWO_52 + 1024.0);
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let tail = polynomial(&ARTANH, z);
    e + (2.0 / LN_2) * (s + s * z * tail)
}

/// 2^y for -1000 < y < 1000: the nearest integer goes to the exponent, the rest through the series of exp.
#[inline(always)]
fn exp2(y: f64) -> f64 {
    let y = y.max(-1000.0);
    let rounded = y + ROUNDER;
    let t = (y - (rounded - ROUNDER)) * LN_2;
    let series = polynomial(&EXP, t);
    f64::from_bits(series.to_bits().wrapping_add(rounded.to_bits() << 52))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_library() {
        let x: Vec<f64> = (-400..=60)
            .flat_map(|e| [1.0, 1.37, 1.9999].map(|m| m * libm::pow(2.0, f64::from(e) / 7.0)))
            .collect();
        let mut got = vec![0.0; x.len()];
        hazen_williams_slope(&x, &mut got);
        for (x, got) in x.iter().zip(got) {
            let want = libm::pow(*x, 0.852);
            assert!(((got - want) / want).abs() < 1e-14, "{x}: {got} {want}");
        }
    }

    #[test]
    fn nothing_flows_at_zero() {
        let mut out = [1.0; 2];
        hazen_williams_slope(&[0.0, -0.0], &mut out);
        assert!(out.iter().all(|v| *v >= 0.0 && *v < 1e-200));
    }
}
