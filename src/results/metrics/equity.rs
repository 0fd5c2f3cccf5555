//! Who bore the outages: inequality between districts.
//!
//! Every district counts by its customers. Intervals of the ratio belong to comparisons of many runs, not here.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "outage_gini",
        unit: "1",
        better: Better::Lower,
        definition: "Gini coefficient of outage minutes a customer over districts, each weighted by its customers: 0 \
                     everyone alike (also if nobody was out), towards 1 all on one small district.",
        layer: "grid",
        compute: |o| gini(&weighted(o)),
    },
    Metric {
        key: "outage_theil",
        unit: "1",
        better: Better::Lower,
        definition: "Theil T index of outage minutes a customer over districts, each weighted by its customers; 0 \
                     everyone alike (also if nobody was out).",
        layer: "grid",
        compute: |o| theil(&weighted(o)),
    },
    Metric {
        key: "disparity_ratio",
        unit: "1",
        better: Better::Lower,
        definition: "Outage minutes a customer in the districts of the lowest income quintile over those of the highest; \
                     1 if neither had any, no value if only the highest had none.",
        layer: "grid",
        compute: |o| {
            let (poor, rich) = (quintile_min(o, 1)?, quintile_min(o, 5)?);
            if rich > 0.0 {
                Some(poor / rich)
            } else {
                (poor <= 0.0).then_some(1.0)
            }
        },
    },
];

/// Outage minutes a customer and customers, of every district that has both.
fn weighted(o: &RunOutcome) -> Vec<(f64, f64)> {
    o.district_outage_min()
        .into_iter()
        .zip(o.district_customers())
        .filter_map(|(x, n)| Some((x?, n)))
        .collect()
}

/// Outage minutes a customer over all districts of an income quintile; none if there is no such district.
#[must_use]
pub fn quintile_min(o: &RunOutcome, quintile: u8) -> Option<f64> {
    let districts = &o.plan.city.districts;
    let rows = o.district_outage_min();
    let (mut minutes, mut customers) = (0.0, 0.0);
    for ((d, x), n) in districts.iter().zip(rows).zip(o.district_customers()) {
        if let (true, Some(x)) = (d.income_quintile == quintile, x) {
            minutes += x * n;
            customers += n;
        }
    }
    (customers > 0.0).then(|| minutes / customers)
}

/// Gini coefficient of (value, weight) pairs: half the weighted mean absolute difference over the mean.
fn gini(rows: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = rows.iter().map(|r| r.1).sum();
    let total: f64 = rows.iter().map(|r| r.0 * r.1).sum();
    if weight <= 0.0 {
        return None;
    }
    if total <= 0.0 {
        return Some(0.0);
    }
    let mut difference = 0.0;
    for (x, n) in rows {
        for (y, m) in rows {
            difference += n * m * (x - y).abs();
        }
    }
    Some(difference / (2.0 * weight * total))
}

/// Theil's T of (value, weight) pairs; a value of 0 adds nothing (limit of x ln x).
fn theil(rows: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = rows.iter().map(|r| r.1).sum();
    let total: f64 = rows.iter().map(|r| r.0 * r.1).sum();
    if weight <= 0.0 {
        return None;
    }
    if total <= 0.0 {
        return Some(0.0);
    }
    let mean = total / weight;
    let terms = rows.iter().filter(|(x, _)| *x > 0.0);
    let sum: f64 = terms
        .map(|(x, n)| n * (x / mean) * libm::log(x / mean))
        .sum();
    // Rounding may leave a hair below zero where all are alike.
    Some((sum / weight).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::small;

    #[test]
    fn equal_and_extreme_distributions() {
        let equal = [(3.0, 10.0), (3.0, 90.0)];
        assert!(gini(&equal).unwrap().abs() < 1e-12);
        assert!(theil(&equal).unwrap().abs() < 1e-12);
        // All on a tenth of the customers: 1 - 0.1, and ln 10.
        let extreme = [(7.0, 10.0), (0.0, 90.0)];
        assert!((gini(&extreme).unwrap() - 0.9).abs() < 1e-12);
        assert!((theil(&extreme).unwrap() - 10f64.ln()).abs() < 1e-12);
        assert_eq!(gini(&[(0.0, 5.0)]), Some(0.0));
        assert_eq!(gini(&[]), None);
    }

    #[test]
    fn poor_over_rich() {
        let o = small::outcome();
        // District A (quintile 1): 400 h over 400 customers, 60 min. B (quintile 5): 100 h over 600, 10 min.
        assert!((quintile_min(&o, 1).unwrap() - 60.0).abs() < 1e-9);
        assert!((quintile_min(&o, 5).unwrap() - 10.0).abs() < 1e-9);
        assert_eq!(quintile_min(&o, 3), None);
        let ratio = METRICS.iter().find(|m| m.key == "disparity_ratio").unwrap();
        assert!(((ratio.compute)(&o).unwrap() - 6.0).abs() < 1e-9);
    }
}
