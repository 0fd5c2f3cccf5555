//! Energy, losses, cost and carbon.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;
use crate::results::outcome::RunOutcome;

/// Sources that use no fuel.
const RENEWABLE: [&str; 4] = ["hydro", "solar", "wind", "rooftop_pv"];

/// Everything that can feed the city, batteries apart (they return what others made).
const PRODUCERS: [&str; 9] = [
    "combined_cycle",
    "gas_turbine",
    "diesel",
    "steam",
    "hydro",
    "solar",
    "wind",
    "rooftop_pv",
    "import",
];

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "energy_mwh",
        unit: "MWh",
        better: Better::Neither,
        definition: "Energy delivered to customers.",
        layer: "grid",
        compute: |o| o.final_value("grid/served_mwh"),
    },
    Metric {
        key: "peak_mw",
        unit: "MW",
        better: Better::Lower,
        definition: "Highest recorded demand, customers without supply included.",
        layer: "grid",
        compute: |o| Some(o.highest("grid/demand_mw")?.value),
    },
    Metric {
        key: "load_factor",
        unit: "1",
        better: Better::Higher,
        definition: "Mean demand over peak demand.",
        layer: "grid",
        compute: load_factor,
    },
    Metric {
        key: "losses_mwh",
        unit: "MWh",
        better: Better::Lower,
        definition: "Energy lost in lines and transformers.",
        layer: "grid",
        compute: |o| o.final_value("grid/losses_mwh"),
    },
    Metric {
        key: "losses_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Energy lost in lines and transformers, per cent of energy delivered and lost.",
        layer: "grid",
        compute: |o| {
            let lost = o.final_value("grid/losses_mwh")?;
            percent(lost, lost + o.final_value("grid/served_mwh")?)
        },
    },
    Metric {
        key: "import_mwh",
        unit: "MWh",
        better: Better::Neither,
        definition: "Energy bought from the neighbouring system, exports deducted.",
        layer: "grid",
        compute: |o| o.final_value("grid/import_mwh"),
    },
    Metric {
        key: "renewable_share_pct",
        unit: "%",
        better: Better::Higher,
        definition: "Hydro, solar, wind and rooftop photovoltaic energy, per cent of all energy made in the city or \
                     imported (integrals of recorded power, zero-order hold; imports count as not renewable).",
        layer: "grid",
        compute: |o| percent(sum_mwh(o, &RENEWABLE), sum_mwh(o, &PRODUCERS)),
    },
    Metric {
        key: "energy_cost",
        unit: "USD",
        better: Better::Lower,
        definition: "Fuel and running cost of the city's plants and the price of imports.",
        layer: "grid",
        compute: |o| o.final_value("grid/energy_cost_usd"),
    },
    Metric {
        key: "co2_t",
        unit: "t",
        better: Better::Lower,
        definition: "Carbon dioxide of the city's plants and of imports.",
        layer: "grid",
        compute: |o| o.final_value("grid/co2_t"),
    },
];

fn percent(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| 100.0 * part / whole)
}

fn load_factor(o: &RunOutcome) -> Option<f64> {
    let hours: f64 = o.holds_h().iter().sum();
    let peak = o.highest("grid/demand_mw")?.value;
    let held = hours * peak;
    (held > 0.0).then_some(o.integral_h("grid/demand_mw")? / held)
}

/// Energy of the sources that the city has; a source that is not there adds nothing.
fn sum_mwh(o: &RunOutcome, sources: &[&str]) -> f64 {
    sources
        .iter()
        .filter_map(|s| o.integral_h(&format!("grid/{s}_mw")))
        .sum()
}

#[cfg(test)]
mod tests {
    use crate::results::fixture::small;
    use crate::results::metrics::find;

    #[test]
    fn energies_follow_from_the_rows() {
        let o = small::outcome();
        let value = |key: &str| (find(key).unwrap().compute)(&o).unwrap();
        // Demand 40, 50, 30 MW for an hour each, 20 MW in the last row that holds for no time.
        assert!((value("peak_mw") - 50.0).abs() < 1e-12);
        assert!((value("load_factor") - 0.8).abs() < 1e-12);
        // Imports 30, 36, 24 MWh and rooftop 10, 10, 10 MWh: 30 of 120 MWh.
        assert!((value("renewable_share_pct") - 25.0).abs() < 1e-12);
        // 2 MWh lost beside 98 MWh delivered.
        assert!((value("losses_pct") - 2.0).abs() < 1e-12);
    }
}
