//! Road traffic: time lost, distance driven, signals without power.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "road_delay_veh_h",
        unit: "h",
        better: Better::Lower,
        definition: "Vehicle-hours lost on the roads against empty roads, queues included. Everyday congestion is in \
                     it; see road_extra_delay_veh_h.",
        layer: "road",
        compute: |o| o.final_value("road/delay_veh_h"),
    },
    Metric {
        key: "road_extra_delay_veh_h",
        unit: "h",
        better: Better::Lower,
        definition: "Vehicle-hours lost beyond those of a normal day at the same hours. Negative where fewer people \
                     travel than usual.",
        layer: "road",
        compute: |o| o.final_value("road/extra_delay_veh_h"),
    },
    Metric {
        key: "vehicle_km_road",
        unit: "km",
        better: Better::Neither,
        definition: "Kilometres driven by cars, vans and lorries (a lorry counts as two cars).",
        layer: "road",
        compute: |o| o.final_value("road/vehicle_km"),
    },
    Metric {
        key: "road_mean_speed_km_h",
        unit: "km/h",
        better: Better::Higher,
        definition: "Mean over the recorded hours of the speed of traffic, each hour weighed alike.",
        layer: "road",
        compute: |o| {
            let hours: f64 = o.holds_h().iter().sum();
            o.integral_h("road/mean_speed_km_h").map(|v| v / hours)
        },
    },
    Metric {
        key: "signal_dark_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours without power of traffic signals, summed over junctions: all-way stops with 44 % of their \
                     capacity.",
        layer: "road",
        compute: |o| o.final_value("road/signal_dark_h"),
    },
    Metric {
        key: "max_vehicles_queued",
        unit: "1",
        better: Better::Lower,
        definition: "Most vehicles that waited at once in front of closed roads, dark signals and other narrowed links.",
        layer: "road",
        compute: |o| o.highest("road/vehicles_queued").map(|e| e.value),
    },
];
