//! The point a Newton iteration stands at: voltages, the power they imply, and its distance from what is asked.
//!
//! Rows are positions in elimination order. The power through each matrix entry is kept, since it is both a term of the
//! mismatch and, up to sign, the entry of the Jacobian. No linear algebra here.

use crate::solvers::power_flow::admittance::Admittance;
use crate::solvers::power_flow::complex::Complex;
use crate::solvers::sparse::block_lu::Block;

/// Largest angle for which the polynomials of [`small_sincos`] hold.
const QUARTER_RIGHT_ANGLE: f64 = std::f64::consts::FRAC_PI_4;

/// Sine and cosine for |x| <= pi/4: the polynomials of FreeBSD's k_sin.c and k_cos.c (errors below 2^-57).
///
/// Plain sums and products, so the bits are the same everywhere, as with `libm`; written out here because an inlined
/// kernel without branches is several times faster than the call, and each Newton step takes one a bus.
#[inline]
fn small_sincos(x: f64) -> (f64, f64) {
    let z = x * x;
    let s = 8.333_333_333_322_49e-3
        + z * (-1.984_126_982_985_795e-4
            + z * (2.755_731_370_707_006_8e-6
                + z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10)));
    let sin = x + x * z * (-1.666_666_666_666_663_2e-1 + z * s);
    let c = 4.166_666_666_666_66e-2
        + z * (-1.388_888_888_887_411e-3
            + z * (2.480_158_728_947_673e-5
                + z * (-2.755_731_435_139_066_3e-7
                    + z * (2.087_572_321_298_175e-9 - z * 1.135_964_755_778_819_5e-11))));
    let cos = 1.0 - (0.5 * z - z * z * c);
    (sin, cos)
}

/// Voltages and what follows from them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Iterate {
    /// Magnitude, per unit.
    pub vm: Vec<f64>,
    /// Angle, radians.
    pub va: Vec<f64>,
    /// The same in rectangular form.
    pub v: Vec<Complex>,
    /// Power through each off-diagonal entry of the unknown rows: v_i conj(y_ij v_j).
    through: Vec<Complex>,
    /// Power into the network at each unknown bus.
    power: Vec<Complex>,
}

/// What is asked of each bus, by position.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Complex power into the network, per unit.
    pub power: Vec<Complex>,
    /// 1 where reactive power is given (PQ), 0 where the magnitude is (PV).
    pub is_pq: Vec<f64>,
}

/// Largest entry of the mismatch, per unit, and its position.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) struct Largest {
    pub pu: f64,
    pub at: usize,
}

impl Iterate {
    pub(crate) fn new(matrix: &Admittance) -> Self {
        let n = matrix.diagonal.len();
        Iterate {
            vm: vec![1.0; n],
            va: vec![0.0; n],
            v: vec![Complex::default(); n],
            through: vec![Complex::default(); matrix.value.len()],
            power: vec![Complex::default(); n],
        }
    }

    /// Rectangular voltages from polar ones.
    pub(crate) fn refresh(&mut self) {
        for ((v, &vm), &va) in self.v.iter_mut().zip(&self.vm).zip(&self.va) {
            *v = Complex::from_polar(vm, va);
        }
    }

    /// Computes powers at the unknown buses and returns the largest mismatch. Not finite anywhere: infinity.
    pub(crate) fn evaluate(&mut self, matrix: &Admittance, asked: &Asked) -> Largest {
        let unknown = asked.power.len();
        let mut largest = Largest::default();
        let mut sum_of_all = 0.0;
        for i in 0..unknown {
            let vi = self.v[i];
            let span = matrix.start[i] as usize..matrix.start[i + 1] as usize;
            let entries = matrix.value[span.clone()]
                .iter()
                .zip(&matrix.column[span.clone()]);
            let y = matrix.diagonal[i];
            let square = vi.re * vi.re + vi.im * vi.im;
            let mut sum = Complex::new(square * y.re, -square * y.im);
            for (through, (&y, &j)) in self.through[span].iter_mut().zip(entries) {
                let s = vi * (y * self.v[j as usize]).conj();
                *through = s;
                sum += s;
            }
            self.power[i] = sum;
            let dp = (asked.power[i].re - sum.re).abs();
            let dq = (asked.power[i].im - sum.im).abs() * asked.is_pq[i];
            sum_of_all += dp + dq;
            let d = dp.max(dq);
            if d > largest.pu {
                largest = Largest { pu: d, at: i };
            }
        }
        if sum_of_all.is_finite() {
            largest
        } else {
            Largest {
                pu: f64::INFINITY,
                at: largest.at,
            }
        }
    }

    /// Half the sum of squares of the mismatch, the measure a step must lower when steps are controlled.
    pub(crate) fn merit(&self, asked: &Asked) -> f64 {
        let terms =
            asked
                .power
                .iter()
                .zip(&self.power)
                .zip(&asked.is_pq)
                .map(|((want, have), &pq)| {
                    let (dp, dq) = (want.re - have.re, (want.im - have.im) * pq);
                    dp * dp + dq * dq
                });
        0.5 * terms.sum::<f64>()
    }

    /// Writes row `i` of the Jacobian in (angle, relative magnitude) and returns its mismatch (asked less present).
    ///
    /// With s_ij the power through an entry and s_i their sum, ds_i/dangle_j = -j s_ij, ds_i/dln v_j = s_ij,
    /// ds_i/dangle_i = j (s_i - s_ii), ds_i/dln v_i = s_i + s_ii. A PV bus keeps its row as `dln v = 0`.
    #[inline]
    pub(crate) fn jacobian_row(
        &self,
        i: usize,
        matrix: &Admittance,
        asked: &Asked,
        mut put: impl FnMut(usize, Block),
    ) -> [f64; 2] {
        let span = matrix.start[i] as usize..matrix.middle[i] as usize;
        let mi = asked.is_pq[i];
        for (s, &j) in self.through[span.clone()].iter().zip(&matrix.column[span]) {
            let mj = asked.is_pq[j as usize];
            put(j as usize, [s.im, s.re * mj, -s.re * mi, s.im * (mi * mj)]);
        }
        let (vi, y, s) = (self.v[i], matrix.diagonal[i], self.power[i]);
        let square = vi.re * vi.re + vi.im * vi.im;
        let own = Complex::new(square * y.re, -square * y.im);
        let dqdv = (s.im + own.im) * mi + (1.0 - mi);
        put(
            i,
            [
                own.im - s.im,
                (s.re + own.re) * mi,
                (s.re - own.re) * mi,
                dqdv,
            ],
        );
        [asked.power[i].re - s.re, (asked.power[i].im - s.im) * mi]
    }

    /// Takes `scale` of the step (angle in radians, relative magnitude). Returns whether all magnitudes stay positive.
    pub(crate) fn advance(&mut self, step: &[[f64; 2]], scale: f64) -> bool {
        let mut lowest = f64::INFINITY;
        for (i, d) in step.iter().enumerate() {
            let (turn, grow) = (scale * d[0], 1.0 + scale * d[1]);
            let (sin, cos) = if turn.abs() <= QUARTER_RIGHT_ANGLE {
                small_sincos(turn)
            } else {
                libm::sincos(turn)
            };
            let v = self.v[i];
            self.v[i] = Complex::new(
                grow * (v.re * cos - v.im * sin),
                grow * (v.re * sin + v.im * cos),
            );
            self.vm[i] *= grow;
            self.va[i] += turn;
            lowest = if grow < lowest { grow } else { lowest };
        }
        lowest > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_match_libm() {
        for k in -1000..=1000 {
            let x = f64::from(k) * 1e-3 * QUARTER_RIGHT_ANGLE;
            let (sin, cos) = small_sincos(x);
            let (s, c) = libm::sincos(x);
            assert!(
                (sin - s).abs() <= 2e-16 && (cos - c).abs() <= 2.3e-16,
                "{x}"
            );
        }
    }
}
