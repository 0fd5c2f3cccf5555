//! Continuity of supply: IEEE 1366-2012 indices, energy not supplied, outages of critical sites.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "ens_mwh",
        unit: "MWh",
        better: Better::Lower,
        definition: "Energy not supplied: what customers without supply would have drawn, over the whole run.",
        layer: "grid",
        compute: |o| o.final_value("grid/unserved_mwh"),
    },
    Metric {
        key: "saidi_min",
        unit: "min",
        better: Better::Lower,
        definition: "System average interruption duration (IEEE 1366): customer minutes of sustained interruptions \
                     (longer than 5 min, their first minutes included) over customers served; all days count, none is \
                     set aside as a major event.",
        layer: "grid",
        compute: saidi_min,
    },
    Metric {
        key: "saifi",
        unit: "1",
        better: Better::Lower,
        definition: "System average interruption frequency (IEEE 1366): sustained customer interruptions (longer than \
                     5 min) over customers served.",
        layer: "grid",
        compute: saifi,
    },
    Metric {
        key: "caidi_min",
        unit: "min",
        better: Better::Lower,
        definition: "Customer average interruption duration (IEEE 1366): SAIDI over SAIFI; 0 if nobody was interrupted \
                     for longer than 5 min.",
        layer: "grid",
        compute: |o| {
            let frequency = saifi(o)?;
            if frequency > 0.0 {
                Some(saidi_min(o)? / frequency)
            } else {
                Some(0.0)
            }
        },
    },
    Metric {
        key: "customers_interrupted",
        unit: "1",
        better: Better::Lower,
        definition: "Sustained customer interruptions (longer than 5 min, IEEE 1366); a customer interrupted twice \
                     counts twice.",
        layer: "grid",
        compute: |o| o.final_value("grid/customers_interrupted"),
    },
    Metric {
        key: "max_customers_out",
        unit: "1",
        better: Better::Lower,
        definition: "Most customers without supply at one recorded time.",
        layer: "grid",
        compute: |o| Some(o.highest("grid/customers_out")?.value),
    },
    Metric {
        key: "max_customers_out_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Most customers without supply at one recorded time, as a share of all customers.",
        layer: "grid",
        compute: |o| {
            Some(
                100.0 * o.highest("grid/customers_out")?.value
                    / nonzero(o.plan.city.customers() as f64)?,
            )
        },
    },
    Metric {
        key: "longest_outage_h",
        unit: "h",
        better: Better::Lower,
        definition: "Longest time for which any customers were without supply in one go; one not over at the end of \
                     the run counts up to there.",
        layer: "grid",
        compute: |o| o.final_value("grid/longest_outage_h"),
    },
    Metric {
        key: "critical_outage_min",
        unit: "min",
        better: Better::Lower,
        definition: "Minutes without supply summed over critical sites (hospitals, water pumps, tram traction, cooling \
                     centres).",
        layer: "grid",
        compute: |o| Some(o.final_value("grid/critical_out_h")? * 60.0),
    },
    Metric {
        key: "shed_mwh",
        unit: "MWh",
        better: Better::Lower,
        definition: "Part of the energy not supplied behind feeders that a command opened on purpose (integral of the \
                     recorded power, zero-order hold).",
        layer: "grid",
        compute: |o| o.integral_h("grid/shed_mw"),
    },
];

fn nonzero(x: f64) -> Option<f64> {
    (x > 0.0).then_some(x)
}

fn saidi_min(o: &RunOutcome) -> Option<f64> {
    Some(
        o.final_value("grid/customer_out_sustained_h")? * 60.0
            / nonzero(o.plan.city.customers() as f64)?,
    )
}

fn saifi(o: &RunOutcome) -> Option<f64> {
    Some(o.final_value("grid/customers_interrupted")? / nonzero(o.plan.city.customers() as f64)?)
}

#[cfg(test)]
mod tests {
    use crate::results::fixture::small;
    use crate::results::metrics::find;

    fn value(key: &str) -> f64 {
        let metric = find(key).unwrap();
        (metric.compute)(&small::outcome()).unwrap()
    }

    #[test]
    fn indices_are_those_worked_out_by_hand() {
        // 1000 customers; 480 sustained customer hours: 28.8 min each. 400 interruptions: 0.4 each, 72 min each.
        assert!((value("saidi_min") - 28.8).abs() < 1e-9);
        assert!((value("saifi") - 0.4).abs() < 1e-12);
        assert!((value("caidi_min") - 72.0).abs() < 1e-9);
        assert!((value("max_customers_out") - 400.0).abs() < 1e-12);
        assert!((value("max_customers_out_pct") - 40.0).abs() < 1e-12);
        assert!((value("critical_outage_min") - 30.0).abs() < 1e-12);
        // 2 MW for one hour.
        assert!((value("shed_mwh") - 2.0).abs() < 1e-12);
    }

    #[test]
    fn momentary_interruptions_are_not_in_saidi_and_the_longest_is_metered() {
        // 500 customer hours in sum, 480 of them sustained: 480 * 60 / 1000.
        assert!((value("saidi_min") - 28.8).abs() < 1e-9);
        assert!((value("longest_outage_h") - 1.25).abs() < 1e-12);
    }

    #[test]
    fn caidi_of_a_quiet_run_is_zero() {
        let mut o = small::outcome();
        let id = o.points.find("grid/customers_interrupted").unwrap();
        o.finals[id.index()] = 0.0;
        let metric = find("caidi_min").unwrap();
        assert_eq!((metric.compute)(&o), Some(0.0));
    }
}
