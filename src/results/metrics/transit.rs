//! How public transport served: punctuality, waits, who was left behind, what was run and what it took.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "transit_on_time_pct",
        unit: "%",
        better: Better::Higher,
        definition: "Departures from first stops and time points between 1 min early and 5 min late, of those that took \
                     place; cancelled ones are in trips_cancelled_pct.",
        layer: "transit",
        compute: |o| o.final_value("transit/on_time_pct"),
    },
    Metric {
        key: "transit_excess_wait_min",
        unit: "min",
        better: Better::Lower,
        definition: "Mean wait of one who comes at random (sum of squared headways over twice their sum) beyond that of \
                     the timetable, at calls planned every 12 min or more often; a headway counts 60 min at most.",
        layer: "transit",
        compute: |o| o.final_value("transit/excess_wait_min"),
    },
    Metric {
        key: "pass_ups",
        unit: "1",
        better: Better::Lower,
        definition: "Times a waiting passenger was left behind by a full vehicle.",
        layer: "transit",
        compute: |o| o.final_value("transit/pass_ups"),
    },
    Metric {
        key: "mean_trip_min",
        unit: "min",
        better: Better::Lower,
        definition: "Mean time from door to door of passengers who arrived by public transport.",
        layer: "transit",
        compute: |o| positive(o, "transit/arrived", "transit/mean_trip_min"),
    },
    Metric {
        key: "mean_wait_min",
        unit: "min",
        better: Better::Lower,
        definition: "Mean wait at a stop until getting on, by boarding.",
        layer: "transit",
        compute: |o| positive(o, "transit/boardings", "transit/mean_wait_min"),
    },
    Metric {
        key: "boardings",
        unit: "1",
        better: Better::Neither,
        definition: "Times a passenger got on a vehicle.",
        layer: "transit",
        compute: |o| o.final_value("transit/boardings"),
    },
    Metric {
        key: "passengers_arrived",
        unit: "1",
        better: Better::Higher,
        definition: "Passengers who reached their destination by public transport.",
        layer: "transit",
        compute: |o| o.final_value("transit/arrived"),
    },
    Metric {
        key: "passengers_abandoned",
        unit: "1",
        better: Better::Lower,
        definition: "Passengers who gave up at a stop after 30 to 45 min.",
        layer: "transit",
        compute: |o| o.final_value("transit/abandoned"),
    },
    Metric {
        key: "vehicle_km",
        unit: "km",
        better: Better::Neither,
        definition: "Distance run in service, ways from and to the depot apart.",
        layer: "transit",
        compute: |o| o.final_value("transit/vehicle_km"),
    },
    Metric {
        key: "trips_cancelled_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Trips not run, or given up under way, of those that came due; trips turned short are not among them.",
        layer: "transit",
        compute: |o| {
            let planned = o.final_value("transit/trips_planned")?;
            Some(100.0 * o.final_value("transit/trips_cancelled")? / planned)
        },
    },
    Metric {
        key: "tram_stranded_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours that trams stood without traction power (integral of the recorded number, zero-order hold).",
        layer: "transit",
        compute: |o| o.integral_h("transit/stranded"),
    },
    Metric {
        key: "transit_energy_mwh",
        unit: "MWh",
        better: Better::Lower,
        definition: "Electricity drawn by traction substations and for charging buses.",
        layer: "transit",
        compute: |o| Some(o.final_value("transit/energy_kwh")? / 1000.0),
    },
];

/// A mean, if there was anything to take it of.
fn positive(o: &RunOutcome, count: &str, mean: &str) -> Option<f64> {
    let n = o.final_value(count)?;
    o.final_value(mean).filter(|_| n > 0.0)
}
