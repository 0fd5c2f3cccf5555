//! How hard the network was driven: loadings, voltages, security margin, ageing.

use crate::results::metrics::Better;
use crate::results::metrics::Metric;

/// The family.
pub const METRICS: &[Metric] = &[
    Metric {
        key: "max_line_loading_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Highest recorded loading of any line, per cent of its rating in the weather of that moment.",
        layer: "grid",
        compute: |o| Some(o.highest("grid/max_line_loading_pct")?.value),
    },
    Metric {
        key: "max_transformer_loading_pct",
        unit: "%",
        better: Better::Lower,
        definition: "Highest recorded loading of any power transformer, per cent of its rated power.",
        layer: "grid",
        compute: |o| Some(o.highest("grid/max_transformer_loading_pct")?.value),
    },
    Metric {
        key: "min_voltage_pu",
        unit: "pu",
        better: Better::Higher,
        definition: "Lowest recorded voltage of any energised bus, per unit.",
        layer: "grid",
        compute: |o| Some(o.lowest("grid/min_voltage_pu")?.value),
    },
    Metric {
        key: "n1_violation_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours in which the loss of one more branch would have overloaded another (N-1 criterion, DC \
                     screening).",
        layer: "grid",
        compute: |o| o.final_value("grid/n1_violation_h"),
    },
    Metric {
        key: "transformer_loss_of_life_h",
        unit: "h",
        better: Better::Lower,
        definition: "Insulation life used by all power transformers, in hours at 110 C hot spot (IEEE C57.91).",
        layer: "grid",
        compute: |o| o.final_value("grid/loss_of_life_h"),
    },
    Metric {
        key: "overload_branch_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours above 100 % of rating, summed over lines and transformers.",
        layer: "grid",
        compute: |o| o.final_value("grid/overload_branch_h"),
    },
    Metric {
        key: "voltage_violation_bus_h",
        unit: "h",
        better: Better::Lower,
        definition: "Hours outside the bus's voltage limits, summed over energised buses.",
        layer: "grid",
        compute: |o| o.final_value("grid/voltage_violation_bus_h"),
    },
];

#[cfg(test)]
mod tests {
    use crate::results::fixture::small;
    use crate::results::metrics::find;

    #[test]
    fn extremes_are_taken_over_the_series() {
        let o = small::outcome();
        let value = |key: &str| (find(key).unwrap().compute)(&o).unwrap();
        assert!((value("max_line_loading_pct") - 112.0).abs() < 1e-12);
        assert!((value("min_voltage_pu") - 0.91).abs() < 1e-12);
    }
}
