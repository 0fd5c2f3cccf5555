//! What broke, what was mended, what was switched.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// Event kinds that mean an asset broke and needs repair.
pub const FAILURES: [&str; 4] = [
    "line_failure",
    "transformer_failure",
    "service_unit_failure",
    "plant_failure",
];

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "asset_failures",
        unit: "1",
        better: Better::Lower,
        definition: "Lines, cables, power and service transformers and plants that broke and needed repair.",
        layer: "grid",
        compute: |o| Some(count(o, &FAILURES)),
    },
    Metric {
        key: "line_failures",
        unit: "1",
        better: Better::Lower,
        definition: "Lines and cables that broke and needed repair.",
        layer: "grid",
        compute: |o| Some(count(o, &["line_failure"])),
    },
    Metric {
        key: "transformer_failures",
        unit: "1",
        better: Better::Lower,
        definition: "Power transformers that broke and needed repair.",
        layer: "grid",
        compute: |o| Some(count(o, &["transformer_failure"])),
    },
    Metric {
        key: "service_unit_failures",
        unit: "1",
        better: Better::Lower,
        definition: "Service transformers at customers that burnt out.",
        layer: "grid",
        compute: |o| Some(count(o, &["service_unit_failure"])),
    },
    Metric {
        key: "plant_failures",
        unit: "1",
        better: Better::Lower,
        definition: "Power plants that broke and needed repair.",
        layer: "grid",
        compute: |o| Some(count(o, &["plant_failure"])),
    },
    Metric {
        key: "feeders_shed",
        unit: "1",
        better: Better::Lower,
        definition: "Times a feeder was switched off to save the rest, by relays or by command; a feeder shed twice \
                     counts twice.",
        layer: "grid",
        compute: |o| Some(count(o, &["feeder_shed", "feeder_shed_auto"])),
    },
    Metric {
        key: "switching_operations",
        unit: "1",
        better: Better::Neither,
        definition: "Breakers and switches opened or closed, by command, relay or crew.",
        layer: "grid",
        compute: |o| o.final_value("grid/switching_operations"),
    },
    Metric {
        key: "work_orders",
        unit: "1",
        better: Better::Neither,
        definition: "Jobs that field crews started.",
        layer: "maintenance",
        compute: |o| Some(count(o, &["work_started"])),
    },
    Metric {
        key: "crew_hours",
        unit: "h",
        better: Better::Lower,
        definition: "Hours of busy crews (integral of the recorded number, zero-order hold).",
        layer: "maintenance",
        compute: |o| o.integral_h("maintenance/crews_busy"),
    },
];

fn count(o: &RunOutcome, kinds: &[&str]) -> f64 {
    let events = o.record.events.iter();
    events.filter(|e| kinds.contains(&e.kind.as_str())).count() as f64
}

#[cfg(test)]
mod tests {
    use crate::results::fixture::small;
    use crate::results::metrics::find;

    #[test]
    fn failures_and_jobs_are_counted() {
        let o = small::outcome();
        let value = |key: &str| (find(key).unwrap().compute)(&o).unwrap();
        assert!((value("asset_failures") - 1.0).abs() < 1e-12);
        assert!((value("line_failures") - 1.0).abs() < 1e-12);
        assert!(value("service_unit_failures").abs() < 1e-12);
        assert!(value("feeders_shed").abs() < 1e-12);
        assert!((value("work_orders") - 1.0).abs() < 1e-12);
        // One crew busy for one hour, two for another.
        assert!((value("crew_hours") - 3.0).abs() < 1e-12);
    }
}
