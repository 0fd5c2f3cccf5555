//! Metrics and recorded quantities as people call them.

use crate::results::metrics;

/// Names of metrics that reports show; any other is called by its key.
const METRICS: [(&str, &str); 30] = [
    ("ens_mwh", "energy not supplied"),
    ("saidi_min", "mean outage a customer (SAIDI)"),
    ("saifi", "interruptions a customer (SAIFI)"),
    ("caidi_min", "mean length of an interruption (CAIDI)"),
    ("customers_interrupted", "customers interrupted"),
    ("max_customers_out", "most customers out at once"),
    ("longest_outage_h", "longest outage"),
    ("critical_outage_min", "critical sites without supply"),
    ("shed_mwh", "energy shed"),
    ("max_line_loading_pct", "highest line loading"),
    ("max_transformer_loading_pct", "highest transformer loading"),
    ("n1_violation_h", "hours without N-1 security"),
    ("energy_mwh", "energy served"),
    ("peak_mw", "peak demand"),
    ("losses_mwh", "losses"),
    ("energy_cost", "energy cost"),
    ("operating_cost", "operating cost"),
    ("co2_t", "carbon dioxide"),
    ("asset_failures", "failures"),
    ("line_failures", "line failures"),
    ("transformer_failures", "power transformer failures"),
    ("service_unit_failures", "service transformers burnt out"),
    ("plant_failures", "plant failures"),
    ("feeders_shed", "feeders shed"),
    ("work_orders", "work orders"),
    ("crew_hours", "crew hours"),
    (
        "outage_gini",
        "inequality of outages between districts (Gini)",
    ),
    (
        "disparity_ratio",
        "outage of the poorest fifth over the richest",
    ),
    ("composite_cost", "composite cost"),
    ("social_cost", "social cost"),
];

/// A metric's name in a sentence.
#[must_use]
pub fn metric(key: &str) -> String {
    let known = METRICS.iter().find(|(k, _)| *k == key);
    known.map_or_else(|| key.replace('_', " "), |(_, name)| (*name).to_owned())
}

/// A metric's unit as it stands after a number; empty for a plain number or an unknown metric.
#[must_use]
pub fn metric_unit(key: &str) -> &'static str {
    metrics::find(key).map_or("", |m| if m.unit == "1" { "" } else { m.unit })
}

/// Endings of columns that are units.
const UNITS: [(&str, &str); 9] = [
    ("_mwh", "MWh"),
    ("_mw", "MW"),
    ("_mvar", "Mvar"),
    ("_pct", "%"),
    ("_pu", "pu"),
    ("_c", "C"),
    ("_m_s", "m/s"),
    ("_w_m2", "W/m2"),
    ("_min", "min"),
];

/// What a recorded column holds, in words, and its unit (empty if none): `unserved_mw` is `unserved`, `MW`.
#[must_use]
pub fn quantity(column: &str) -> (String, &'static str) {
    let found = UNITS
        .iter()
        .find_map(|(end, unit)| Some((column.strip_suffix(end)?, *unit)));
    let (words, unit) = found.unwrap_or((column, ""));
    let words = match words {
        "unserved" => "power not served".to_owned(),
        "customers_out" => "customers without power".to_owned(),
        "temp" => "air temperature".to_owned(),
        other => other.replace('_', " "),
    };
    (words, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_units_stand_apart() {
        assert_eq!(metric("ens_mwh"), "energy not supplied");
        assert_eq!(metric("no_such"), "no such");
        assert_eq!(metric_unit("ens_mwh"), "MWh");
        assert_eq!(metric_unit("saifi"), "");
        assert_eq!(
            quantity("unserved_mw"),
            ("power not served".to_owned(), "MW")
        );
        assert_eq!(quantity("a_b"), ("a b".to_owned(), ""));
    }
}
