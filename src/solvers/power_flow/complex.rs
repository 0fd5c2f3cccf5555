//! Complex numbers, as far as power flow needs them.

use std::ops::Add;
use std::ops::AddAssign;
use std::ops::Mul;
use std::ops::Neg;

/// re + j im.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Complex {
    /// re + j im.
    pub const fn new(re: f64, im: f64) -> Self {
        Complex { re, im }
    }

    /// Magnitude and angle (radians) to rectangular.
    pub fn from_polar(magnitude: f64, angle_rad: f64) -> Self {
        let (sin, cos) = libm::sincos(angle_rad);
        Complex {
            re: magnitude * cos,
            im: magnitude * sin,
        }
    }

    /// Conjugate.
    #[inline]
    pub fn conj(self) -> Self {
        Complex {
            re: self.re,
            im: -self.im,
        }
    }

    /// Product with a real number.
    #[inline]
    pub fn scaled(self, by: f64) -> Self {
        Complex {
            re: self.re * by,
            im: self.im * by,
        }
    }

    /// 1 / self; not finite for zero.
    pub fn inverse(self) -> Self {
        self.conj()
            .scaled(1.0 / (self.re * self.re + self.im * self.im))
    }
}

impl Add for Complex {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Complex {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
}

impl AddAssign for Complex {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul for Complex {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

impl Neg for Complex {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Complex {
            re: -self.re,
            im: -self.im,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_times_self_is_one() {
        let z = Complex::new(3.0, -4.0);
        assert_eq!(z.inverse(), Complex::new(0.12, 0.16));
        let one = z * z.inverse();
        assert!((one.re - 1.0).abs() < 1e-15 && one.im.abs() < 1e-15);
    }
}
