//! Daily shapes of the uncooled demand, by customer class: share of the daily peak by hour.
//!
//! The shapes are those of a North American summer weekday in outline (evening peak of homes, business hours of shops,
//! day shift of industry); values are chosen, not measured, and a city may be given measured series instead.

/// Customer classes with a daily shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Homes.
    Home,
    /// Shops and offices.
    Commerce,
    /// Industry.
    Industry,
    /// Critical services.
    Critical,
}

const HOME: [f64; 24] = [
    0.66, 0.60, 0.57, 0.55, 0.55, 0.58, 0.65, 0.71, 0.72, 0.70, 0.69, 0.70, 0.72, 0.72, 0.73, 0.76,
    0.82, 0.90, 0.96, 0.98, 1.00, 0.97, 0.87, 0.75,
];
const HOME_WEEKEND: [f64; 24] = [
    0.68, 0.62, 0.58, 0.56, 0.55, 0.57, 0.62, 0.69, 0.77, 0.82, 0.84, 0.85, 0.85, 0.83, 0.82, 0.83,
    0.86, 0.91, 0.95, 0.98, 1.00, 0.97, 0.88, 0.77,
];
const COMMERCE: [f64; 24] = [
    0.50, 0.48, 0.47, 0.47, 0.48, 0.51, 0.58, 0.70, 0.84, 0.92, 0.96, 0.98, 0.99, 0.99, 1.00, 1.00,
    1.00, 0.97, 0.91, 0.84, 0.76, 0.66, 0.57, 0.52,
];
const INDUSTRY: [f64; 24] = [
    0.66, 0.65, 0.64, 0.64, 0.66, 0.74, 0.88, 0.97, 1.00, 1.00, 1.00, 0.98, 0.96, 0.98, 1.00, 0.99,
    0.96, 0.92, 0.88, 0.84, 0.80, 0.76, 0.71, 0.68,
];
const CRITICAL: [f64; 24] = [
    0.80, 0.78, 0.77, 0.77, 0.80, 0.88, 0.96, 1.00, 1.00, 0.98, 0.97, 0.97, 0.97, 0.97, 0.98, 1.00,
    1.00, 1.00, 0.97, 0.94, 0.92, 0.90, 0.87, 0.83,
];
/// Weekend demand of shops and industry against a weekday's.
const WEEKEND_COMMERCE: f64 = 0.75;
const WEEKEND_INDUSTRY: f64 = 0.60;

/// Demand of a class as a share of its weekday peak at an hour of the day (with fraction), linear between hours.
#[must_use]
pub fn share(class: Class, hour: f64, weekend: bool) -> f64 {
    let (shape, factor) = match (class, weekend) {
        (Class::Home, false) => (&HOME, 1.0),
        (Class::Home, true) => (&HOME_WEEKEND, 1.0),
        (Class::Commerce, false) => (&COMMERCE, 1.0),
        (Class::Commerce, true) => (&COMMERCE, WEEKEND_COMMERCE),
        (Class::Industry, false) => (&INDUSTRY, 1.0),
        (Class::Industry, true) => (&INDUSTRY, WEEKEND_INDUSTRY),
        (Class::Critical, _) => (&CRITICAL, 1.0),
    };
    let h = hour.clamp(0.0, 23.999_999);
    let i = h as usize;
    let f = h - i as f64;
    factor * (shape[i] * (1.0 - f) + shape[(i + 1) % 24] * f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_peak_at_one_and_are_linear_between_hours() {
        assert!((share(Class::Home, 20.0, false) - 1.0).abs() < 1e-12);
        assert!((share(Class::Home, 20.5, false) - 0.985).abs() < 1e-12);
        assert!((share(Class::Home, 23.5, false) - 0.705).abs() < 1e-12);
        assert!((share(Class::Commerce, 15.0, true) - 0.75).abs() < 1e-12);
    }
}
