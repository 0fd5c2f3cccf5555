//! Water: who went without, how low the pressure fell, what was lost and what pumping took.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "water_unserved_m3",
        unit: "m3",
        better: Better::Lower,
        definition: "Water that customers asked for and did not get, by pressure or because valves cut them off (integral over \
                     event steps, zero-order hold).",
        layer: "water",
        compute: |o| o.final_value("water/unserved_m3"),
    },
    Metric {
        key: "water_pcs_min",
        unit: "1",
        better: Better::Higher,
        definition: "Lowest recorded share of the water asked for that was served.",
        layer: "water",
        compute: |o| o.lowest("water/pcs").map(|e| e.value),
    },
    Metric {
        key: "people_below_2bar_h",
        unit: "h",
        better: Better::Lower,
        definition: "Person hours with less than 2 bar at the ground, the pressure of full service.",
        layer: "water",
        compute: |o| o.final_value("water/low_pressure_person_h"),
    },
    Metric {
        key: "people_below_2bar_max",
        unit: "1",
        better: Better::Lower,
        definition: "Most residents at once with less than 2 bar at the ground.",
        layer: "water",
        compute: |o| o.highest("water/people_below_2bar").map(|e| e.value),
    },
    Metric {
        key: "water_loss_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Leakage, burst mains and open hydrants over all water drawn from the net.",
        layer: "water",
        compute: |o| o.final_value("water/losses_pct"),
    },
    Metric {
        key: "main_bursts",
        unit: "1",
        better: Better::Lower,
        definition: "Water mains that burst.",
        layer: "water",
        compute: |o| {
            let events = o.record.events.iter();
            Some(events.filter(|e| e.kind == "main_burst").count() as f64)
        },
    },
    Metric {
        key: "water_energy_mwh",
        unit: "MWh",
        better: Better::Lower,
        definition: "Energy of works and pump stations, treatment included.",
        layer: "water",
        compute: |o| o.final_value("water/energy_kwh").map(|kwh| kwh / 1000.0),
    },
];

/// Whether customers noticed anything: a cubic metre that they did not get, or an hour of somebody without pressure.
#[must_use]
pub fn felt(o: &RunOutcome) -> bool {
    let unserved = o.final_value("water/unserved_m3").unwrap_or(0.0);
    let low = o.final_value("water/low_pressure_person_h").unwrap_or(0.0);
    unserved >= 1.0 || low >= 1.0
}
